#!/usr/bin/env python3
"""layers.py finds what is planted, and nothing in a clean tree."""

import pathlib
import tempfile
import unittest

import layers

CLEAN = {
    "howdah/base/CMakeLists.txt": "howdah_folder(base SOURCES error.cpp)",
    "howdah/wire/CMakeLists.txt": "howdah_folder(wire\n  USES base\n  LINKS OpenSSL::Crypto\n  SOURCES frame.cpp)",
    "howdah/core/CMakeLists.txt": "howdah_folder(core USES wire SOURCES core.cpp)",
    "howdah/async/CMakeLists.txt": "howdah_folder(async USES core SOURCES connection.cpp)",
    "howdah/base/error.hpp": "#pragma once\n#include <string>\n",
    "howdah/wire/frame.cpp": '#include "howdah/wire/frame.hpp"\n#include "howdah/base/error.hpp"\n',
    "howdah/wire/frame.hpp": "#pragma once\n#include <cstdint>\n",
    "howdah/core/core.cpp": '#include "howdah/base/error.hpp"\n',
    "howdah/async/connection.cpp": '#include <boost/asio/awaitable.hpp>\n#include "howdah/async/detail/pump.hpp"\n',
    "howdah/async/detail/pump.hpp": '#pragma once\n#include "howdah/core/core.hpp"\n',
    "howdah/howdah.hpp": '#pragma once\n#include "howdah/async/connection.hpp"\n',
}


class Layers(unittest.TestCase):
    def offences(self, planted):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**CLEAN, **planted}.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return layers.check(root)

    def assert_found(self, name, include, words):
        found = self.offences({name: f"#pragma once\n#include {include}\n"})
        self.assertEqual(1, len(found), found)
        self.assertTrue(found[0].startswith(f"{name}:2: "), found)
        self.assertIn(words, found[0])

    def test_a_clean_tree_has_no_offence(self):
        self.assertEqual([], self.offences({}))

    def test_an_include_of_a_folder_above_is_found(self):
        self.assert_found("howdah/wire/bad.hpp", '"howdah/core/core.hpp"', "wire/ does not use core/")

    def test_an_include_of_a_folder_beside_is_found(self):
        self.assert_found("howdah/base/bad.hpp", '"howdah/wire/frame.hpp"', "base/ does not use wire/")

    def test_another_folders_detail_is_found(self):
        found = self.offences({"howdah/tools/main.cpp": '#include "howdah/async/detail/pump.hpp"\n'})
        self.assertEqual(["howdah/tools/main.cpp:1: #include of howdah/async/detail/pump.hpp: "
                          "async/detail/ is its own folder's"], found)

    def test_a_program_may_include_every_folder_and_the_umbrella(self):
        includes = '#include "howdah/howdah.hpp"\n#include "howdah/wire/frame.hpp"\n'
        self.assertEqual([], self.offences({"howdah/tools/main.cpp": includes}))

    def test_a_public_header_that_needs_an_installed_detail_is_found(self):
        self.assert_found("howdah/async/bad.hpp", '"howdah/async/detail/pump.hpp"', "not installed")

    def test_angle_brackets_around_an_own_header_are_found(self):
        self.assert_found("howdah/wire/bad.hpp", "<howdah/base/error.hpp>", "quotes")

    def test_an_include_without_the_folder_is_found(self):
        self.assert_found("howdah/wire/bad.hpp", '"frame.hpp"', "not from the project's root")

    def test_the_umbrella_inside_the_library_is_found(self):
        self.assert_found("howdah/core/bad.hpp", '"howdah/howdah.hpp"', "umbrella")

    def test_a_socket_in_the_protocol_is_found(self):
        self.assert_found("howdah/wire/bad.hpp", "<sys/socket.h>", "no I/O")

    def test_asio_below_the_edge_is_found(self):
        self.assert_found("howdah/core/bad.hpp", "<boost/asio/awaitable.hpp>", "no Asio")

    def test_a_circle_is_refused(self):
        with self.assertRaisesRegex(SystemExit, "circle"):
            self.offences({"howdah/base/CMakeLists.txt": "howdah_folder(base USES core SOURCES error.cpp)"})

    def test_a_folder_without_a_target_is_found(self):
        found = self.offences({"howdah/stray/a.hpp": "#pragma once\n"})
        self.assertEqual(["howdah/stray/a.hpp: stray/ has no howdah_folder(...)"], found)


unittest.main(argv=["test_layers"], verbosity=0)

#!/usr/bin/env python3
"""documents.py finds what is planted, and nothing in a page that is right."""

import pathlib
import tempfile
import unittest

import documents

GRAPH = {"base": [], "wire": ["base"], "core": ["wire", "base"]}
PAGE = """# Architecture
## The map
| folder | uses | what |
|---|---|---|
| `base/` | - | errors |
| `wire/` | base | messages |
| `core/` | wire, base | turns |

## The life of a query
1. It is written: `howdah/wire/frame.hpp`, `frame::text()`.
2. It is read by `next_event()`
   in `howdah/wire/session.hpp`.

## Glossary
"""
FILES = {
    "howdah/wire/frame.hpp": "frame& text(std::string_view s);\n",
    "howdah/wire/session.hpp": "event next_event();\n",
    "docs/page.md": "[frames](../howdah/wire/frame.hpp), [below](#a-heading)\n\n## A heading\n",
}


class Documents(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name, text in FILES.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text, encoding="utf-8")

    def map_of(self, was="", becomes=""):
        return list(documents.wrong_map(PAGE.replace(was, becomes), GRAPH))

    def steps_of(self, was="", becomes=""):
        return list(documents.wrong_steps(PAGE.replace(was, becomes), self.root))

    def page_of(self, added=""):
        page = self.root / "docs/page.md"
        page.write_text(FILES["docs/page.md"] + added, encoding="utf-8")
        return list(documents.offences(page, self.root))

    def test_a_page_that_is_right_passes(self):
        self.assertEqual(self.map_of() + self.steps_of() + self.page_of(), [])

    def test_an_arrow_that_cmake_does_not_have_is_found(self):
        self.assertEqual(len(self.map_of("wire, base", "wire")), 1)

    def test_a_folder_without_a_row_is_found(self):
        self.assertEqual(self.map_of("| `wire/` | base | messages |\n"), ["the map has no row for wire/"])

    def test_a_row_without_a_folder_is_found(self):
        self.assertIn("the map has a row for wine/, which is no folder", self.map_of("`wire/`", "`wine/`"))

    def test_a_function_that_was_renamed_is_found(self):
        self.assertEqual(self.steps_of("next_event()", "next()"), ["step 2: none of its files has next()"])

    def test_a_function_of_another_step_s_file_is_found(self):
        self.assertEqual(self.steps_of("frame::text()", "next_event()"), ["step 1: none of its files has next_event()"])

    def test_a_step_without_a_file_is_found(self):
        self.assertIn("step 2 names no file", self.steps_of("`howdah/wire/session.hpp`", "the session"))

    def test_a_life_without_steps_is_found(self):
        self.assertEqual(len(self.steps_of("## The life of a query", "## Life")), 1)

    def test_a_path_that_is_gone_is_found(self):
        self.assertEqual(self.page_of("`howdah/wire/gone.hpp`\n"), ["`howdah/wire/gone.hpp`: no such path"])

    def test_a_link_that_leads_nowhere_is_found(self):
        self.assertEqual(len(self.page_of("[x](gone.md) [y](#gone)\n")), 2)

    def test_keywords_that_differ_from_the_table_are_found(self):
        source = '{"host", "PGHOST"},\n// Howdah\'s own\n    {"cancel_grace", "", {}},\n    {"new_one", "", {}},\n});\n{"not_here"'
        found = list(documents.wrong_keywords("| `cancel_grace` | 2s |\n| `old_one` | 1 |\n", source))
        self.assertEqual(found, ["new_one has no row in the table", "old_one is no keyword of Howdah's own"])

    def test_code_is_not_looked_at(self):
        self.assertEqual(self.page_of("```\n`howdah/gone.hpp`\n```\n"), [])


unittest.main(argv=["test_documents"], verbosity=0)

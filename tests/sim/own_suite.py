#!/usr/bin/env python3
"""Runs the project's own integration tests three times: against a server, through `howdah record`, and against
`howdah replay` of what that wrote, with the server stopped.

own_suite.py BUILD [--program NAME]... [--filter GTEST_FILTER] [--expect FILE]
Each test has a cassette of its own. Prints a line for each that the replay does not pass, and why, then the counts.
--expect: names of tests, one a line, that are known not to be replayable, with the reason behind a '#'. Exits with 1 if
another one fails, or if one that is named passes.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.parse

PROGRAMS = ["drivers", "concurrency", "bulk", "notify"]
LIMIT = 60  # seconds a test may take


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Listener:
    """howdah record or howdah replay, over TCP with TLS and over a unix socket, at one port."""

    def __init__(self, howdah, command, where, cassette, options):
        self.port = free_port()
        words = [howdah, command, "--listen", f"127.0.0.1:{self.port}", "--listen", f"{where}:{self.port}"]
        words += ["--cassette", str(cassette), *options]
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=self.log, text=True)
        for _ in range(2):
            if not self.process.stdout.readline():
                self.log.seek(0)
                raise SystemExit(f"howdah {command} does not start: {self.log.read()}")

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            out, _ = self.process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, _ = self.process.communicate()
            out += f"it had not ended {LIMIT} s after SIGTERM\n"
        self.log.seek(0)
        return self.process.returncode, out + self.log.read()


class Server:
    """The throwaway server, and its address with another port in it."""

    def __init__(self, howdah):
        self.howdah = howdah
        start = [howdah, "sandbox", "start", "--tls", "--auth", "scram", "--owner", str(os.getpid()), "--json"]
        self.address = json.loads(subprocess.run(start, check=True, capture_output=True, text=True).stdout)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.address["superuser_dsn"]).query)
        self.folder, self.port = query["host"][0], int(query["port"][0])
        self.password = urllib.parse.unquote(urllib.parse.urlsplit(self.address["dsn"]).password)
        node = pathlib.Path(self.address["dir"])
        certificates = [p for p in node.rglob("server.crt") if p.with_suffix(".key").exists()]
        self.certificate, self.key = str(certificates[0]), str(certificates[0].with_suffix(".key"))

    def address_at(self, folder, port):
        changed = dict(self.address)
        changed["dsn"] = changed["dsn"].replace(f":{self.port}/", f":{port}/")
        changed["superuser_dsn"] = (
            changed["superuser_dsn"]
            .replace(urllib.parse.quote(self.folder, safe=""), urllib.parse.quote(str(folder), safe=""))
            .replace(self.folder, str(folder))
            .replace(f"port={self.port}", f"port={port}")
        )
        return changed

    def stop(self):
        subprocess.run([self.howdah, "sandbox", "stop", self.address["dir"]], check=True, stdout=subprocess.DEVNULL)


def names_of(program, chosen):
    listed = subprocess.run([program, "--gtest_list_tests", f"--gtest_filter={chosen}"], check=True, capture_output=True, text=True)
    suite, names = "", []
    for line in listed.stdout.splitlines():
        word = line.split("#")[0].strip()
        if line.startswith("  "):
            names.append(suite + word)
        elif word.endswith("."):
            suite = word
    return names


def run_test(program, name, address, folder):
    file = pathlib.Path(folder) / "server.json"
    file.write_text(json.dumps(address, separators=(",", ":")))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    environment["HOWDAH_TEST_SERVER"] = str(file)
    try:
        done = subprocess.run([program, f"--gtest_filter={name}"], capture_output=True, text=True, timeout=LIMIT, env=environment)
    except subprocess.TimeoutExpired:
        return "failed", f"takes longer than {LIMIT} s"
    if done.returncode == 0:
        return ("skipped" if "[  SKIPPED ]" in done.stdout else "passed"), ""
    return "failed", done.stdout + done.stderr


def first_words(text):
    """The first failure's first line that says something."""
    for line in text.splitlines():
        if re.search(r"replay:|what\(\)|Which is|exception|XXR0", line):
            return line.strip()[:300]
    lines = [line for line in text.splitlines() if "Failure" in line]
    return (lines or ["?"])[0].strip()[-200:]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("build")
    arguments.add_argument("--program", action="append")
    arguments.add_argument("--filter", default="*")
    arguments.add_argument("--expect")
    arguments.add_argument("--keep", help="a folder for cassettes and reports")
    given = arguments.parse_args()
    build = pathlib.Path(given.build).resolve()
    howdah = str(build / "bin" / "howdah")
    expected = {}
    if given.expect:
        for line in pathlib.Path(given.expect).read_text().splitlines():
            name, _, why = line.partition("#")
            if name.strip():
                expected[name.strip()] = why.strip()
    with tempfile.TemporaryDirectory(prefix="howdah-own-") as scratch:
        keep = pathlib.Path(given.keep or scratch).resolve()
        server = Server(howdah)
        users = pathlib.Path(scratch) / "users"
        users.write_text(f'"app" "{server.password}"\n')
        users.chmod(0o600)
        tls = ["--tls-cert", server.certificate, "--tls-key", server.key]
        recorded, not_recorded = [], []
        for program in given.program or PROGRAMS:
            path = str(build / "tests" / f"test_{program}")
            for name in names_of(path, given.filter):
                cassette = keep / program / name.replace("/", "-")
                upstream = f"host={server.folder} port={server.port}"
                recorder = Listener(howdah, "record", scratch, cassette, ["--upstream", upstream, "--users", str(users), *tls])
                result, words = run_test(path, name, server.address_at(scratch, recorder.port), scratch)
                ended, log = recorder.end()
                if result == "passed" and ended != 0:
                    result, words = "failed", "what(): the recorder's exit status is not 0"
                if result == "passed":
                    recorded.append((path, program, name, cassette))
                elif result == "failed":
                    not_recorded.append(name)
                    print(f"record  {program}.{name}: {first_words(words)}\n{log}", flush=True)
        keys = pathlib.Path(scratch) / "tls"
        keys.mkdir()
        for file in (server.certificate, server.key, server.address["ca"]):
            copy = keys / pathlib.Path(file).name
            copy.write_bytes(pathlib.Path(file).read_bytes())
            copy.chmod(0o600)
        tls = ["--tls-cert", str(keys / "server.crt"), "--tls-key", str(keys / "server.key")]
        address = server.address_at  # what follows needs it, and not the server
        server.stop()
        failed, surprises = [], list(not_recorded)
        for path, program, name, cassette in recorded:
            full = f"{program}.{name}"
            replayer = Listener(howdah, "replay", scratch, cassette, ["--latency", "recorded", *tls])
            at = address(scratch, replayer.port)
            at["ca"] = str(keys / pathlib.Path(at["ca"]).name)
            at["dsn"] = at["dsn"].replace(urllib.parse.quote(server.address["ca"], safe=""), urllib.parse.quote(at["ca"], safe=""))
            at["dsn"] = at["dsn"].replace(server.address["ca"], at["ca"])
            result, words = run_test(path, name, at, scratch)
            status, report = replayer.end()
            if given.keep:
                (keep / f"{full.replace('/', '-')}.report").write_text(report + words)
            if result != "passed" or status not in (0, 3):
                failed.append(full)
                known = expected.get(full)
                if known is None:
                    surprises.append(full)
                print(f"replay  {full}: {known or first_words(words)}", flush=True)
            elif full in expected:
                surprises.append(full)
                print(f"replay  {full}: passes, and is said not to", flush=True)
        print(f"{len(recorded) + len(not_recorded)} tests: {len(recorded)} passed through the recorder, "
              f"{len(recorded) - len(failed)} of them against the replay without the server")
    sys.exit(1 if surprises else 0)


if __name__ == "__main__":
    main()

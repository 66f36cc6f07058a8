#!/usr/bin/env python3
"""The project's own integration tests through `howdah record`, and then against `howdah replay` of what that wrote, with
the server stopped.

own_suite.py BUILD [--program NAME]... [--filter GTEST_FILTER] [--not-replayable FILE] [--jobs N] [--keep DIR]
Each test has a cassette of its own. FILE has lines "program.suite.test  # why it can't be replayed"; "# sometimes: why" where
it depends on the run, "# not tried: why" where it is not even run; * stands for anything. Prints a line for each test that the recorder or the replay does
not pass, and the counts. Exit status 1: one that is not named failed twice, or one that is named without "sometimes" passed.
"""

import argparse
import concurrent.futures
import contextlib
import dataclasses
import fnmatch
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

PROGRAMS = ["drivers", "concurrency", "bulk", "notify"]
LONGEST = 60  # seconds a test may take
LONGEST_HOPELESS = 5  # one that is not expected to pass
LATENCY = "x1.5"  # what waited for a timeout of the client's own, or for its cancel, is still waiting when that comes
DRIFT = 3  # the exit status of howdah replay: a test may well have another order


@dataclasses.dataclass
class Test:
    program: str
    name: str
    why_not: str = None  # why it can't be replayed, by the list

    @property
    def full_name(self):
        return f"{self.program}.{self.name}"

    @property
    def file_name(self):
        return self.full_name.replace("/", "-")


@dataclasses.dataclass
class Outcome:
    result: str  # passed, skipped or failed
    words: str  # what the test has printed
    log: str  # of the recorder or replayer


@dataclasses.dataclass
class Place:
    """Where a run finds the commands, and keeps what it makes."""

    build: pathlib.Path
    scratch: pathlib.Path
    keep: pathlib.Path

    @property
    def howdah(self):
        return str(self.build / "bin" / "howdah")

    def program(self, name):
        return str(self.build / "tests" / f"test_{name}")

    def cassette(self, test):
        return self.keep / test.file_name


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Listener:
    """howdah record or howdah replay, over TCP with TLS and over a unix socket, at one port."""

    def __init__(self, place, command, cassette, options):
        self.port = free_port()
        words = [place.howdah, command, "--listen", f"127.0.0.1:{self.port}", "--listen", f"{place.scratch}:{self.port}"]
        words += ["--cassette", str(cassette), *options]
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=self.log, text=True)
        for _ in range(2):
            if not self.process.stdout.readline():
                self.log.seek(0)
                raise SystemExit(f"howdah {command} does not start: {self.log.read()}")

    def end(self):
        """Its exit status, and what it has said."""
        self.process.send_signal(signal.SIGTERM)
        try:
            out, _ = self.process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, _ = self.process.communicate()
            out += f"it had not ended {LONGEST} s after SIGTERM\n"
        self.log.seek(0)
        return self.process.returncode, out + self.log.read()


class Server:
    """A throwaway server, and its address with another port in it."""

    def __init__(self, place):
        self.howdah = place.howdah
        start = [self.howdah, "sandbox", "start", "--tls", "--auth", "scram", "--owner", str(os.getpid()), "--json"]
        self.address = json.loads(subprocess.run(start, check=True, capture_output=True, text=True).stdout)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.address["superuser_dsn"]).query)
        self.folder, self.port = query["host"][0], int(query["port"][0])
        self.take_certificates(pathlib.Path(self.address["dir"]), place.scratch / "tls")
        self.users = place.scratch / "users"
        password = urllib.parse.unquote(urllib.parse.urlsplit(self.address["dsn"]).password)
        self.users.write_text(f'"app" "{password}"\n')
        self.users.chmod(0o600)

    def take_certificates(self, node, to):
        """They go with the server's folder, and the replay needs them."""
        to.mkdir()
        certificate = next(p for p in node.rglob("server.crt") if p.with_suffix(".key").exists())
        self.tls = {}
        for file in (certificate, certificate.with_suffix(".key"), pathlib.Path(self.address["ca"])):
            self.tls[str(file)] = str(shutil.copy(file, to))
            os.chmod(self.tls[str(file)], 0o600)
        self.tls_options = ["--tls-cert", str(to / "server.crt"), "--tls-key", str(to / "server.key")]

    def address_at(self, folder, port):
        ca = self.address["ca"]
        quoted = urllib.parse.quote
        changed = dict(self.address, ca=self.tls[ca])
        dsn = changed["dsn"].replace(f":{self.port}/", f":{port}/")
        changed["dsn"] = dsn.replace(quoted(ca, safe=""), quoted(self.tls[ca], safe="")).replace(ca, self.tls[ca])
        superuser = changed["superuser_dsn"].replace(f"port={self.port}", f"port={port}")
        changed["superuser_dsn"] = superuser.replace(quoted(self.folder, safe=""), quoted(str(folder), safe="")).replace(
            self.folder, str(folder)
        )
        return changed

    def recorder_options(self):
        return ["--upstream", f"host={self.folder} port={self.port}", "--users", str(self.users), *self.tls_options]

    def stop(self):
        subprocess.run([self.howdah, "sandbox", "stop", self.address["dir"]], check=True, stdout=subprocess.DEVNULL)


def tests_of(place, program, chosen):
    command = [place.program(program), "--gtest_list_tests", f"--gtest_filter={chosen}"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True)
    suite = ""
    for line in listed.stdout.splitlines():
        word = line.split("#")[0].strip()
        if line.startswith("  "):
            yield Test(program, suite + word)
        elif word.endswith("."):
            suite = word


def run_test(place, test, listener, address, longest):
    file = place.scratch / f"{test.file_name}.json"
    file.write_text(json.dumps(address, separators=(",", ":")))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    environment["HOWDAH_TEST_SERVER"] = str(file)
    command = [place.program(test.program), f"--gtest_filter={test.name}"]
    try:
        said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=longest, env=environment)
        status, words = said.returncode, said.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as e:
        status, words = -1, (e.stdout or b"").decode(errors="replace") + f"\nwhat(): it takes longer than {longest} s"
    ended, log = listener.end()
    if ended not in (0, DRIFT):
        return Outcome("failed", f"what(): the exit status of the recorder or replay is {ended}", log)
    if status != 0:
        return Outcome("failed", words, log)
    return Outcome("skipped" if "[  SKIPPED ]" in words else "passed", words, log)


def record(place, server, test):
    recorder = Listener(place, "record", place.cassette(test), server.recorder_options())
    return run_test(place, test, recorder, server.address_at(place.scratch, recorder.port), LONGEST)


def replay(place, server, test):
    replayer = Listener(place, "replay", place.cassette(test), ["--latency", LATENCY, *server.tls_options])
    longest = LONGEST_HOPELESS if test.why_not else LONGEST
    return run_test(place, test, replayer, server.address_at(place.scratch, replayer.port), longest)


def first_words(text):
    """The first line that says why."""
    for pattern in (r"replay:|what\(\)|Which is|exception|XXR0", r"Failure"):
        for line in text.splitlines():
            if re.search(pattern, line):
                return line.strip()[-300:]
    return "?"


def read_list(path):
    """Patterns of tests, and why they can't be replayed."""
    out = {}
    for line in pathlib.Path(path).read_text().splitlines() if path else []:
        name, _, why = line.partition("#")
        if name.strip():
            out[name.strip()] = why.strip()
    return out


class Run:
    def __init__(self, place, given):
        self.place, self.given = place, given
        self.surprises = []

    def each(self, tests, phase, what):
        """what() of each test, some of them at a time; on the server those of bulk and of notify one at a time, as in ctest."""
        alone = {program: threading.Lock() for program in ("bulk", "notify") if what is record}

        def one(test):
            with alone.get(test.program, contextlib.nullcontext()):
                out = what(self.place, self.server, test)
                if out.result == "failed" and not test.why_not:  # time may have run out on a busy machine, but not twice
                    print(f"{phase}  {test.full_name}: again, after: {first_words(out.words)}", flush=True)
                    out = what(self.place, self.server, test)
                return test, out

        with concurrent.futures.ThreadPoolExecutor(self.given.jobs) as pool:
            for test, out in pool.map(one, tests):
                if self.given.keep:
                    (self.place.keep / f"{test.file_name}.{phase}").write_text(out.words + out.log)
                yield test, out

    def surprise(self, phase, test, why):
        print(f"{phase}  {test.full_name}: {why}", flush=True)
        self.surprises.append(test)

    def judge(self, phase, test, out):
        if out.result == "failed" and test.why_not:
            print(f"{phase}  {test.full_name}: not expected to: {test.why_not}", flush=True)
        elif out.result == "failed":
            self.surprise(phase, test, first_words(out.words))
        elif phase == "replay" and test.why_not and not test.why_not.startswith("sometimes:"):
            self.surprise(phase, test, f"passes, and is said not to: {test.why_not}")

    def tests(self):
        listed = read_list(self.given.not_replayable)
        met = set()
        for program in self.given.program or PROGRAMS:
            for test in tests_of(self.place, program, self.given.filter):
                patterns = [p for p in listed if fnmatch.fnmatchcase(test.full_name, p)]
                met.update(patterns)
                test.why_not = listed[patterns[0]] if patterns else None
                yield test
        if self.given.program is None and self.given.filter == "*":
            for pattern in set(listed) - met:
                self.surprise("list  ", Test(*pattern.split(".", 1)), "there is no such test")

    def go(self):
        began = time.monotonic()
        all_tests = list(self.tests())
        tests = [test for test in all_tests if not (test.why_not or "").startswith("not tried:")]
        self.server = Server(self.place)
        recorded, skipped, replayed = [], 0, 0
        for test, out in self.each(tests, "record", record):
            self.judge("record", test, out)
            skipped += out.result == "skipped"
            if out.result == "passed":
                recorded.append(test)
        self.server.stop()
        recorded_in = time.monotonic() - began
        for test, out in self.each(recorded, "replay", replay):
            self.judge("replay", test, out)
            replayed += out.result == "passed"
        print(
            f"{len(all_tests)} tests, {len(all_tests) - len(tests)} not tried, {skipped} skipped: {len(recorded)} passed through the recorder ({recorded_in:.0f} s), "
            f"{replayed} of them against the replay without the server ({time.monotonic() - began - recorded_in:.0f} s)"
        )
        return 1 if self.surprises else 0


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("build", type=pathlib.Path)
    arguments.add_argument("--program", action="append")
    arguments.add_argument("--filter", default="*")
    arguments.add_argument("--not-replayable")
    arguments.add_argument("--jobs", type=int, default=4)
    arguments.add_argument("--keep", type=pathlib.Path, help="a folder for cassettes and what was printed")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="howdah-own-") as scratch:
        keep = given.keep or pathlib.Path(scratch, "cassettes")
        keep.mkdir(parents=True, exist_ok=True)
        sys.exit(Run(Place(given.build.resolve(), pathlib.Path(scratch), keep.resolve()), given).go())


if __name__ == "__main__":
    main()

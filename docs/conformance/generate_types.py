#!/usr/bin/env python3
"""Writes the table of docs/conformance/types.md: what `howdah types roundtrip` says of every type on every server.

Usage: generate_types.py HOWDAH [VERSION...]
Starts a throwaway server of each version (12 to 18, from npm where it is not installed) and runs tests/types/*.tsv.
"""

import collections
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CASES = [ROOT / "tests/types/roundtrip_cases.tsv", ROOT / "tests/types/roundtrip_extension_cases.tsv"]
EXTENSIONS = ("hstore", "citext", "ltree")
PAGE = ROOT / "docs/conformance/types.md"
BEGIN, END = "<!-- begin types -->", "<!-- end types -->"


def kind(name):
    """int4range[] and varchar(5) are counted with int4range and varchar."""
    return name.split("(")[0].split("[")[0].strip('"')


def run(howdah, *words, check=True):
    said = subprocess.run([howdah, *words], capture_output=True, text=True, check=False)
    if check and said.returncode != 0:
        sys.exit(f"{words}: {said.stderr}{said.stdout[-2000:]}")
    return said.stdout


def results(howdah, version):
    server = json.loads(run(howdah, "sandbox", "start", "--version", version, "--json"))
    try:
        for extension in EXTENSIONS:
            run(howdah, "query", server["superuser_dsn"], f"create extension {extension}")
        out = collections.defaultdict(lambda: [0, 0])
        for file in CASES:
            for line in run(howdah, "types", "roundtrip", server["superuser_dsn"], str(file), check=False).splitlines():
                verdict, tab, rest = line.partition("\t")
                if tab:
                    out[kind(rest.split("\t")[0])][verdict != "ok"] += 1
        return out
    finally:
        run(howdah, "sandbox", "stop", server["dir"])


def cell(passed, failed):
    if failed:
        return f"**{failed} of {passed + failed} failed**"
    return str(passed) if passed else "-"


def table(by_version):
    names = sorted({name for found in by_version.values() for name in found})
    lines = ["| type | " + " | ".join(by_version) + " |", "| --- |" + " ---: |" * len(by_version)]
    for name in names:
        lines.append(f"| {name} | " + " | ".join(cell(*found[name]) for found in by_version.values()) + " |")
    totals = [[sum(counts[i] for counts in found.values()) for i in (0, 1)] for found in by_version.values()]
    lines.append("| **all** | " + " | ".join(cell(*total) for total in totals) + " |")
    return "\n".join(lines)


def main():
    howdah, *versions = sys.argv[1:]
    by_version = {version: results(howdah, version) for version in versions or [str(v) for v in range(12, 19)]}
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{table(by_version)}\n\n{END}{after}", encoding="utf-8")


main()

#!/usr/bin/env python3
"""Checks that what the documents point at is there: links to files, headings, and paths in backticks.

Usage: documents.py. Prints one line an offence and exits with 1 if there is any.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\(([^)\s]+)\)")
# `howdah/wire/session.hpp` or `tests/unit/`: from the root, with a slash, without placeholders.
PATH = re.compile(r"`((?:howdah|tests|examples|docs|bench|lint|cmake|packaging)/[a-z0-9_./-]*)`")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def documents():
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return sorted(path for path in {ROOT / name for name in names} if path.exists())


def anchors(path):
    text = CODE.sub("", path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in HEADING.findall(text)}


def offences(document):
    text = CODE.sub(lambda block: "\n" * block.group().count("\n"), document.read_text(encoding="utf-8"))
    for match in LINK.finditer(text):
        target, _, anchor = match.group(1).partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        to = document.parent / target if target else document
        if not to.exists():
            yield match, f"no such file: {target}"
        elif anchor and anchor not in anchors(to):
            yield match, f"no such heading: {match.group(1)}"
    for match in PATH.finditer(text):
        if not (ROOT / match.group(1)).exists():
            yield match, f"no such path: {match.group(1)}"


def main():
    found = 0
    for document in documents():
        for match, wrong in offences(document):
            found += 1
            print(f"{document.relative_to(ROOT)}: {match.group(0)}: {wrong}")
    sys.exit(1 if found else 0)


main()

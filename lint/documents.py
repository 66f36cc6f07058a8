#!/usr/bin/env python3
"""Checks that the documents say what is there: links to files, headings, paths in backticks; of
docs/architecture.md the map (against the USES of CMake) and the functions that the life of a query names; and of
docs/conninfo.md the table of keywords (against the keywords that are read).

Usage: documents.py. Prints one line an offence and exits with 1 if there is any.
"""

import pathlib
import re
import subprocess
import sys

import layers

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\(([^)\s]+)\)")
# `howdah/wire/session.hpp` or `tests/unit/`: from the root, with a slash, without placeholders.
PATH = re.compile(r"`((?:howdah|tests|examples|docs|bench|lint|cmake|packaging)/[a-z0-9_./-]*)`")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
# A row of the map: | `wire/` | base | what lives there |
MAP_ROW = re.compile(r"^\| `(\w+)/` \| ([\w ,-]*?) +\|", re.MULTILINE)
STEP = re.compile(r"^\d+\. .*?(?=^\d+\. |^$|\Z)", re.MULTILINE | re.DOTALL)
# `engine::submit()`: the last name must stand in one of the step's files.
FUNCTION = re.compile(r"`(?:\w+::)*(\w+)\(\)`")

# | `query_timeout` | 30s | ...
KEYWORD_ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)

ARCHITECTURE = "docs/architecture.md"
CONNINFO = "docs/conninfo.md"
KEYWORDS = "howdah/config/detail/keyword.cpp"
MAP, LIFE = "The map", "The life of a query"


def documents():
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return sorted(path for path in {ROOT / name for name in names} if path.exists())


def anchors(path):
    text = CODE.sub("", path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in HEADING.findall(text)}


def offences(document, root):
    text = CODE.sub(lambda block: "\n" * block.group().count("\n"), document.read_text(encoding="utf-8"))
    for match in LINK.finditer(text):
        target, _, anchor = match.group(1).partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        to = document.parent / target if target else document
        if not to.exists():
            yield f"{match.group(0)}: no such file: {target}"
        elif anchor and anchor not in anchors(to):
            yield f"{match.group(0)}: no such heading: {match.group(1)}"
    for match in PATH.finditer(text):
        if not (root / match.group(1)).exists():
            yield f"{match.group(0)}: no such path"


def section(text, title):
    """What stands under a heading of the second level; empty if there is none."""
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found.group(1) if found else ""


def wrong_map(text, graph):
    """The map's folders and arrows that differ from what CMake links."""
    rows = {name: set(re.findall(r"\w+", used)) for name, used in MAP_ROW.findall(section(text, MAP))}
    for name in sorted(graph.keys() - rows.keys()):
        yield f"the map has no row for {name}/"
    for name, used in rows.items():
        if name in graph and used != set(graph[name]):
            yield f"the map says {name}/ uses {' '.join(sorted(used))}; CMake says {' '.join(graph[name])}"
        elif name not in graph and name not in layers.PROGRAMS:
            yield f"the map has a row for {name}/, which is no folder"


def wrong_steps(text, root):
    """Steps of the life of a query without files, or whose functions their files don't know."""
    steps = [step.group() for step in STEP.finditer(section(text, LIFE))]
    if not steps:
        yield f"no numbered steps under {LIFE}"
    for number, step in enumerate(steps, 1):
        files = [root / path for path in PATH.findall(step) if (root / path).is_file()]
        if not files:
            yield f"step {number} names no file"
        sources = "\n".join(file.read_text(encoding="utf-8") for file in files)
        for name in FUNCTION.findall(step):
            if not re.search(rf"\b{name}\b *[(<]", sources):
                yield f"step {number}: none of its files has {name}()"


def wrong_keywords(text, source):
    """Keywords of Howdah's own that are read and not in the table, or the other way round."""
    own = source.partition("// Howdah's own")[2].partition("});")[0]
    read, told = set(re.findall(r'^ *{"(\w+)"', own, re.MULTILINE)), set(KEYWORD_ROW.findall(text))
    for name in sorted(read ^ told):
        yield f"{name} has no row in the table" if name in read else f"{name} is no keyword of Howdah's own"


def main():
    found = [(document.relative_to(ROOT), wrong) for document in documents() for wrong in offences(document, ROOT)]
    architecture = (ROOT / ARCHITECTURE).read_text(encoding="utf-8")
    graph = layers.graph_of(ROOT)
    found += [(ARCHITECTURE, wrong) for wrong in [*wrong_map(architecture, graph), *wrong_steps(architecture, ROOT)]]
    conninfo, source = ((ROOT / name).read_text(encoding="utf-8") for name in (CONNINFO, KEYWORDS))
    found += [(CONNINFO, wrong) for wrong in wrong_keywords(conninfo, source)]
    for document, wrong in found:
        print(f"{document}: {wrong}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Rejects an #include that climbs. What a folder may include is what its howdah_folder(... USES ...) says, transitively.

Usage: layers.py [ROOT]. Prints one line an offence and exits with 1 if there is any.
"""

import pathlib
import re
import sys

FOLDER = re.compile(r"howdah_folder\(\s*(\w+)(.*?)\)", re.DOTALL)
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)
KEYWORDS = {"USES", "LINKS", "SOURCES"}

# Law 1: what is here does no I/O.
WITHOUT_IO = {"base", "wire", "types", "sql", "core"}
IO_HEADERS = re.compile(r"^(sys/(socket|epoll|un|select|uio)|poll|netdb|unistd|fcntl|arpa/.*|netinet/.*|openssl/(ssl|bio))\.h$|^fstream$")
# Asio stays at the edge, and in the programs.
WITH_ASIO = {"async", "pool", "cluster", "sim", "ops", "tools"}
ASIO = re.compile(r"^boost/(asio|beast|cobalt)")

# Programs stand on top of everything, and are not in a library.
PROGRAMS = {"tools"}


def uses(text):
    """{folder: [folders it uses]} of the howdah_folder calls in a CMake file."""
    found = {}
    for name, rest in FOLDER.findall(text):
        keyword, names = None, []
        for word in rest.split():
            if word in KEYWORDS:
                keyword = word
            elif keyword == "USES":
                names.append(word)
        found[name] = names
    return found


def closure(graph, name, path=()):
    """All that a folder may include, itself too. A circle is an error."""
    if name in path:
        raise SystemExit("USES go in a circle: " + " -> ".join([*path, name]))
    if name not in graph:
        raise SystemExit(f"{path[-1] if path else '?'} USES {name}, which is no folder")
    return {name}.union(*(closure(graph, used, (*path, name)) for used in graph[name]))


def graph_of(root):
    graph = {}
    for listing in sorted((root / "howdah").rglob("CMakeLists.txt")):
        graph.update(uses(listing.read_text(encoding="utf-8")))
    return graph


def offence(folder, header, quote, target, allowed):
    """What is wrong with one #include in one file, or None."""
    parts = pathlib.PurePosixPath(target).parts
    if parts[0] != "howdah":
        if folder in WITHOUT_IO and IO_HEADERS.match(target):
            return f"{folder}/ does no I/O"
        if folder not in WITH_ASIO and ASIO.match(target):
            return f"{folder}/ uses no Asio"
        return "not from the project's root" if quote == '"' and "boost" not in target else None
    if quote == "<":
        return "the project's own headers stand in quotes"
    if len(parts) == 2:
        return None if folder in PROGRAMS else "the umbrella is for users"
    if parts[1] not in allowed:
        return f"{folder}/ does not use {parts[1]}/ (USES in howdah/{folder}/CMakeLists.txt)"
    if "detail" in parts and parts[1] != folder:
        return f"{parts[1]}/detail/ is its own folder's"
    if "detail" in parts and header and "detail" not in header.parts:
        return "a public header includes what is not installed"
    return None


def check(root):
    graph = graph_of(root)
    offences = []
    for path in sorted((root / "howdah").rglob("*")):
        relative = path.relative_to(root)
        if path.suffix not in {".hpp", ".cpp", ".inc"} or len(relative.parts) < 3:
            continue
        folder = relative.parts[1]
        if folder not in graph and folder not in PROGRAMS:
            offences.append(f"{relative}: {folder}/ has no howdah_folder(...)")
            continue
        allowed = PROGRAMS.union(graph) if folder in PROGRAMS else closure(graph, folder)
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            quote, target = match.groups()
            wrong = offence(folder, relative if path.suffix == ".hpp" else None, quote, target, allowed)
            if wrong:
                line = text.count("\n", 0, match.start(2)) + 1
                offences.append(f"{relative}:{line}: #include of {target}: {wrong}")
    return offences


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    offences = check(root)
    print("\n".join(offences), end="\n" if offences else "")
    sys.exit(1 if offences else 0)


if __name__ == "__main__":
    main()

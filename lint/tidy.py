#!/usr/bin/env python3
"""Runs clang-tidy over the library, the command and the examples; what has not changed since it was clean is left out.

Usage: tidy.py [--jobs N] [--build FOLDER] [FILE...]
The build is configured as the preset `tidy` has it: a folder is one source that includes the others, so that the headers
are read once a folder; the examples that are one source each stand in one, too. A source's state is the text of all it
reaches in the project, its command and .clang-tidy.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLEAN = ROOT / "build/lint/tidy"
TIDY = "clang-tidy-19"
FOLDERS = ("howdah", "examples", "bench")
# What is so only because sources stand in one (they are included, names hide those of others, and a main() in a namespace
# returns nothing by itself), and the standard library's own use of what it has deprecated.
TOGETHER = ("--checks=-bugprone-suspicious-include", "--extra-arg=-Wno-shadow", "--extra-arg=-Wno-return-type",
            "--extra-arg=-Wno-deprecated-declarations")
INCLUDE_LINE = re.compile(r"^#include .*", re.MULTILINE)
TARGET = re.compile(r"CMakeFiles/(\w+)\.dir/")
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def reached(path, seen):
    """The files of the project that a source includes, itself too."""
    if path in seen or not path.is_file():
        return seen
    seen.add(path)
    for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
        reached(ROOT / name, seen)
        reached(path.parent / name, seen)
    return seen


def state(entry, version):
    digest = hashlib.sha256((version + entry["command"]).encode())
    digest.update((ROOT / ".clang-tidy").read_bytes())
    for path in sorted(reached(pathlib.Path(entry["file"]), set())):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def tidy(entry, build, version):
    """What clang-tidy says of one source; nothing if it is clean."""
    mark = CLEAN / state(entry, version)
    if mark.exists():
        return "", 0
    done = subprocess.run(
        [TIDY, "--quiet", "-p", entry.get("build", build), *TOGETHER, f"--header-filter=^{re.escape(str(ROOT))}/({'|'.join(FOLDERS)})/", entry["file"]],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode == 0:
        mark.touch()
        return "", 1
    return done.stdout or done.stderr, 1


def sources(entry):
    """The project's sources that are compiled by this command: the one, or those of a folder."""
    path = pathlib.Path(entry["file"])
    included = {str((ROOT / name).resolve()) for name in INCLUDE.findall(path.read_text(encoding="utf-8"))}
    return {name for name in included | {str(path)}
            if name.endswith(".cpp") and name.startswith(tuple(f"{ROOT}/{folder}/" for folder in FOLDERS))}


def stands_alone(path):
    """An example without headers of its own."""
    return str(path).startswith(f"{ROOT}/examples/") and all(
        name.startswith("howdah/") for name in INCLUDE.findall(path.read_text(encoding="utf-8")))


def examples_together(entries, folder):
    """The entries, with one in place of those of the examples that are one source each. Each is in a namespace of its own there,
    behind what all of them include."""
    targets = [TARGET.search(entry["command"]).group(1) for entry in entries]
    sizes = collections.Counter(targets)
    alone = [entry for entry, target in zip(entries, targets) if sizes[target] == 1 and stands_alone(pathlib.Path(entry["file"]))]
    if not alone:
        return entries
    includes = sorted({line for entry in alone
                       for line in INCLUDE_LINE.findall(pathlib.Path(entry["file"]).read_text(encoding="utf-8"))})
    text = "\n".join(includes) + "\n"
    for number, entry in enumerate(alone):
        text += f'namespace example_{number} {{\n#include "{entry["file"]}"\n}}\n'
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "examples.cpp"
    source.write_text(text, encoding="utf-8")
    one = {"directory": alone[0]["directory"], "file": str(source), "build": str(folder),
           "command": alone[0]["command"].replace(alone[0]["file"], str(source))}
    (folder / "compile_commands.json").write_text(json.dumps([one]), encoding="utf-8")
    return [entry for entry in entries if entry not in alone] + [one]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--build", default="build/tidy")
    parser.add_argument("files", nargs="*", help="only these")
    options = parser.parse_args()

    build = ROOT / options.build
    version = subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout
    wanted = {str((ROOT / name).resolve()) for name in options.files}
    by_source = {entry["file"]: entry  # some are compiled for the command and for its tests
                 for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))}
    entries = examples_together(list(by_source.values()), build / "examples_together")
    entries = [entry for entry in entries if (mine := sources(entry)) and (not wanted or wanted & mine)]
    CLEAN.mkdir(parents=True, exist_ok=True)

    said, looked_at = set(), 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for output, ran in pool.map(lambda entry: tidy(entry, build, version), entries):
            looked_at += ran
            if output and output not in said:
                said.add(output)
                print(output, flush=True)
    print(f"-- clang-tidy: {len(entries)} sources, {looked_at} of them new or changed")
    sys.exit(1 if said else 0)


main()

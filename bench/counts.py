#!/usr/bin/env python3
"""What bench/count counted, by operation: as markdown with ratios to the floor, or beside a baseline.

Usage: counts.py COUNTS [--about TEXT] [--json FILE] | --check BASELINE | --accept BASELINE. COUNTS has one line of JSON a
peer and workload.
"""

import argparse
import json
import pathlib
import sys

import results

TOLERANCE = 0.03
# Below these a count is the beginning's share, or a page more.
SLACK = {"instructions": 2.0, "allocations": 0.005, "grown_kb": 256.0}
CALLS = ("read", "recv", "write", "send", "poll", "epoll_wait", "epoll_ctl")
# Instructions in ratios to the floor that the project means to reach.
TARGETS = {
    ("howdah-blocking", "seq"): 1.5, ("howdah-async", "seq"): 8, ("howdah-async", "pipe"): 3, ("howdah-blocking", "pipe"): 2,
    **{(f"howdah-{driver}", workload): most for driver in ("blocking", "async") for workload, most in (
        ("pipe_1sync", 2), ("rows_buf", 1.6), ("rows_stream", 1.4), ("copyin", 1.4), ("copyout_dec", 1.4), ("insert", 1.5))}}


def read(path):
    return [an_operation(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def an_operation(run):
    ops = run["ops"]
    return {"peer": run["peer"], "workload": run["workload"],
            "instructions": None if run["instructions"] is None else run["instructions"] / ops,
            "allocations": run["allocations"] / ops, "grown_kb": run["grown_kb"],
            "calls": {name: run[name] / ops for name in CALLS if run.get(name)}}


def fine(x):
    return "0" if x < 5e-5 else f"{x:.3g}" if x < 100 else f"{x:.0f}"


def calls(one):
    """The kinds of calls that are made every thousand operations at least."""
    return ", ".join(f"{name} {fine(times)}" for name, times in one["calls"].items() if times >= 0.001)


def table(counts):
    floor = {one["workload"]: one["instructions"] for one in counts if one["peer"] == results.FLOOR}
    lines = ["| workload | peer | instructions | × floor | aim | allocations | system calls | memory, kB |", "|---|---|---|---|---|---|---|---|"]
    for one in counts:
        least, given = floor.get(one["workload"]), one["instructions"]
        ratio = f"{given / least:.2f}" if given and least else ""
        aim = TARGETS.get((one["peer"], one["workload"]), "")
        lines.append(f"| {one['workload']} | {one['peer']} | {'' if given is None else fine(given)} | {ratio} | {aim} | "
                     f"{fine(one['allocations'])} | {calls(one)} | {one['grown_kb']} |")
    return lines


def flat(counts):
    """{"PEER WORKLOAD": {count's name: its value}}: what is the same from run to run. How many replies a read finds is not,
    but for one query after another on one core."""
    out = {}
    for one in counts:
        kept = {name: one[name] for name in SLACK if one[name] is not None}
        if one["workload"] == "seq_1core":
            kept.update(one["calls"])
        out[f"{one['peer']} {one['workload']}"] = {name: round(value, 4) for name, value in kept.items()}
    return out


def grown(now, then):
    """What counts more than the baseline allows."""
    wrong = []
    for key, counts in now.items():
        if key not in then:
            wrong.append(f"{key}: not in the baseline")
            continue
        for name, value in counts.items():
            before = then[key].get(name, 0.0)
            if value > before * (1 + TOLERANCE) + SLACK.get(name, 0.05):
                wrong.append(f"{key}: {name} {before:g} -> {value:g}" + (f" (+{(value / before - 1) * 100:.1f} %)" if before else ""))
    return wrong


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("counts", type=pathlib.Path)
    options.add_argument("--about", default="")
    options.add_argument("--json", type=pathlib.Path)
    options.add_argument("--check", type=pathlib.Path)
    options.add_argument("--accept", type=pathlib.Path)
    given = options.parse_args()
    counts = read(given.counts)
    if given.accept:
        given.accept.write_text(json.dumps(flat(counts), indent=1) + "\n", encoding="utf-8")
        return
    if given.check:
        now, then = flat(counts), json.loads(given.check.read_text(encoding="utf-8"))
        wrong = grown(now, then)
        for one in wrong:
            print(f"grown: {one}")
        print(f"{sum(map(len, now.values()))} counts of {len(now)} runs compared, {len(wrong)} have grown by more than {TOLERANCE:.0%}")
        sys.exit(1 if wrong else 0)
    print("\n".join(["# What one operation costs the client", "", f"Made by `bench/count`. Of `rows_*` and COPY: one row. {given.about}.",
                     "System calls are those of a run that nothing slows down: where replies batch, they differ from run to run.",
                     "Memory is what the process grew by, in all.", "", *table(counts)]))
    if given.json:
        given.json.write_text(json.dumps({"about": given.about, "counts": counts}, indent=1) + "\n", encoding="utf-8")


main()

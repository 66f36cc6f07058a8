#!/usr/bin/env python3
"""Medians of what bench/run measured, as markdown on standard output, with ratios to the floor.

Usage: table.py RESULTS [--about TEXT] [--json FILE]. RESULTS has one line of JSON a run. Fails if checksums disagree.
"""

import argparse
import collections
import json
import pathlib
import statistics
import sys

METRICS = ("wall_us", "cpu_us", "p50_us", "p99_us", "rss_mb")


def read(path):
    """{(peer, workload): [its runs]}, in the order of the file."""
    runs = collections.defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        run = json.loads(line)
        runs[run["peer"], run["workload"]].append(run)
    return runs


def disagreements(runs):
    """The workloads whose checksums differ between peers or rounds. The point selects add up what they were asked for."""
    sums = collections.defaultdict(set)
    for (_, workload), several in runs.items():
        sums[workload].update((run["ops"], run["checksum"]) for run in several)
    return {workload: found for workload, found in sums.items() if len(found) != 1}


def medians(several):
    """One figure a metric: times by operation, latencies as they are, memory in MB; None where it was not taken."""

    def median(key):
        values = [run[key] for run in several if run[key] is not None]
        return statistics.median(values) if values else None

    an_operation = 1e6 / several[0]["ops"]
    return dict(zip(METRICS, (median("wall_s") * an_operation, median("cpu_s") * an_operation,
                              median("p50_us"), median("p99_us"), median("rss_kb") / 1024)))


def number(x):
    return f"{x:.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}" if x >= 1 else f"{x:.3f}"


def table(title, figures, metric):
    peers = list(dict.fromkeys(peer for peer, _ in figures))
    workloads = [w for w in dict.fromkeys(w for _, w in figures)
                 if any(f[metric] is not None for (_, of), f in figures.items() if of == w)]
    lines = ["", f"## {title}", "", "| peer | " + " | ".join(workloads) + " |", "|---" * (len(workloads) + 1) + "|"]
    for peer in peers:
        cells = []
        for workload in workloads:
            value = figures.get((peer, workload), {}).get(metric)
            floor = figures.get(("floor", workload), {}).get(metric)
            ratio = f" ×{value / floor:.1f}" if value is not None and floor and metric != "rss_mb" else ""
            cells.append("–" if value is None else number(value) + ratio)
        lines.append(f"| {peer} | " + " | ".join(cells) + " |")
    return lines


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("results", type=pathlib.Path)
    options.add_argument("--about", default="")
    options.add_argument("--json", type=pathlib.Path)
    given = options.parse_args()
    runs = read(given.results)
    wrong = disagreements(runs)
    for workload, found in wrong.items():
        print(f"checksums of {workload} disagree: {sorted(found)}", file=sys.stderr)
    if wrong or not runs:
        sys.exit(1)
    figures = {key: medians(several) for key, several in runs.items()}
    lines = ["# Figures", "", f"Made by `bench/run`. {given.about}. A ratio is to the hand-written floor.",
             "Server and client share the cores: wall time is mostly the server's, client CPU is what a driver answers for."]
    lines += table("Client CPU, µs an operation or row", figures, "cpu_us")
    lines += table("Wall, µs an operation or row", figures, "wall_us")
    lines += table("Latency, p50, µs", figures, "p50_us") + table("Latency, p99, µs", figures, "p99_us")
    lines += table("Peak memory, MB", figures, "rss_mb")
    print("\n".join(lines))
    if given.json:
        rows = [{"peer": peer, "workload": workload, "rounds": len(runs[peer, workload]),
                 **{metric: None if value is None else round(value, 4) for metric, value in values.items()}}
                for (peer, workload), values in figures.items()]
        given.json.write_text(json.dumps({"about": given.about, "figures": rows}, indent=1) + "\n", encoding="utf-8")


main()

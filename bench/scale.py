#!/usr/bin/env python3
"""What bench/scale measured, as markdown on standard output and a plot.

Usage: scale.py RESULTS --about TEXT --plot FILE
"""

import argparse
import json
import pathlib
import sys

import plot

AIM_KB = 20


def straightness(points):
    """The largest distance from the least-squares line, as a part of the largest value."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    return slope, max(abs(y - mean_y - slope * (x - mean_x)) for x, y in points) / max(y for _, y in points)


def throughput_table(runs, key):
    lines = [f"| driver | {key} | queries a second | client CPU, µs a query |", "|---|---|---|---|"]
    for run in runs:
        lines.append(f"| {run['peer']} | {run[key]:.0f} | {run['ops'] / run['wall_s']:,.0f} | {run['cpu_s'] * 1e6 / run['ops']:.1f} |")
    return lines


def curve(runs, peer, key, figure):
    return [(run[key], figure(run)) for run in runs if run["peer"] == peer]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("results", type=pathlib.Path)
    options.add_argument("--about", required=True)
    options.add_argument("--plot", type=pathlib.Path, required=True)
    given = options.parse_args()
    all_runs = [json.loads(line) for line in given.results.read_text(encoding="utf-8").splitlines()]
    throughput = [run for run in all_runs if run.get("workload") == "throughput"]
    idle, curves = [run for run in all_runs if "kb_each" in run], {run["of"]: run["points"] for run in all_runs if "of" in run}
    by_connections = [run for run in throughput if run.get("threads", 1) == 1]
    # The run of one thread stands in both lists.
    by_threads = list({run["threads"]: run for run in throughput if run["connections"] == 64 and "threads" in run}.values())
    by_connections = list({(run["peer"], run["connections"]): run for run in by_connections}.values())
    if not (by_connections and by_threads and idle and curves):
        sys.exit("results are missing")

    lines = ["# How costs grow", "", f"Made by `bench/scale`. {given.about}. Server and client share the cores.", "", "![plots](scale.svg)", "",
             "## Connections", "", "Point selects, each connection with one at a time: the async driver's on one thread, the blocking driver's on a thread each.", "",
             *throughput_table(by_connections, "connections"), "", "## Threads", "",
             "64 connections of the async driver, dealt to threads with an io_context each. More than there are cores shows that they don't "
             "get in each other's way, no more.", "", *throughput_table(by_threads, "threads"), "",
             "## Idle connections", "", f"After one query each; what is resident beside the kernel's part. Asked for: {AIM_KB} kB. Those that a server has no "
             "room for go through PgBouncer.", "",
             "| driver | connections | kB each | CPU in two seconds without traffic, ms | handlers run in them |", "|---|---|---|---|---|"]
    for run in idle:
        lines.append(f"| {run['peer']} | {run['connections']:,} | {run['kb_each']:.1f} | {run.get('cpu_ms', 0):.1f} | {run.get('handlers', 0)} |")
    lines += ["", "## What stands in a statement", "", "CPU time of the blocking driver. A straight line means: twice as much costs twice as much.", "",
              "| over | up to | µs at that | µs for each | farthest from a straight line |", "|---|---|---|---|---|"]
    for name, points in curves.items():
        slope, off = straightness(points)
        lines.append(f"| {name} | {points[-1][0]:,} | {points[-1][1]:,.0f} | {slope:.3f} | {off:.1%} |")
    print("\n".join(lines))

    panels = [("Queries a second", "connections", "queries a second",
               {peer: curve(by_connections, peer, "connections", lambda r: r["ops"] / r["wall_s"]) for peer in ("howdah-async", "howdah-blocking")}),
              ("Queries a second, 64 connections", "threads", "queries a second",
               {"howdah-async": curve(by_threads, "howdah-async", "threads", lambda r: r["ops"] / r["wall_s"])})]
    panels += [(f"CPU over {name}", name, "µs", {"howdah-blocking": points}) for name, points in curves.items()]
    given.plot.write_text(plot.lines("How costs grow", panels), encoding="utf-8")


main()

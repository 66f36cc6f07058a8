#!/usr/bin/env python3
"""Medians of what bench/run measured, as markdown on standard output, with ratios to the floor.

Usage: table.py RESULTS [--about TEXT] [--json FILE] [--plots FOLDER]. RESULTS has one line of JSON a run. Fails if
checksums disagree.
"""

import argparse
import json
import pathlib

import plot
import results

# Client CPU in ratios to the floor that the project means to reach.
TARGETS = {
    ("howdah-blocking", "seq_1core"): 1.05, ("howdah-async", "seq_1core"): 1.3, ("howdah-async", "pipe"): 1.15,
    ("howdah-blocking", "pipe_1sync"): 1.5, ("howdah-async", "pipe_1sync"): 1.5,
    **{(f"howdah-{driver}", workload): most for driver in ("blocking", "async") for workload, most in (
        ("rows_buf", 1.3), ("rows_stream", 1.2), ("copyin", 1.3), ("copyout_dec", 1.2), ("insert", 1.4), ("pool", 1.15),
        ("connect", 1.05), ("connect_cached", 1.2))}}
DRIVERS = ("howdah-blocking", "howdah-async")
# Bytes a second through OpenSSL within a tenth of what SSL_read and SSL_write alone give.
OVER_TLS = {(driver, workload): 1.1 for driver in DRIVERS for workload in ("copyin_tls", "copyout_tls")}


def table(runs, title, metric, ratio=True):
    """Nothing where no peer has such a figure."""
    peers, workloads = results.names(runs)
    figures = {key: results.median(several, metric) for key, several in runs.items()}
    workloads = [w for w in workloads if any(figures.get((peer, w)) is not None for peer in peers)]
    if not workloads:
        return []
    lines = ["", f"## {title}", "", "| peer | " + " | ".join(workloads) + " |", "|---" * (len(workloads) + 1) + "|"]
    for peer in peers:
        cells = []
        for workload in workloads:
            value = figures.get((peer, workload))
            to_floor = results.ratios(runs, peer, workload, metric) if ratio else None
            cells.append("–" if value is None else results.number(value) + (f" ×{to_floor[0]:.2f}" if to_floor else ""))
        if any(cell != "–" for cell in cells):
            lines.append(f"| {peer} | " + " | ".join(cells) + " |")
    return lines


def targets(runs, title, aims, metric):
    rows = []
    for (peer, workload), most in aims.items():
        if found := results.ratios(runs, peer, workload, metric):
            rows.append(f"| {workload} | {peer} | ×{found[0]:.2f} | {found[1]:.2f} to {found[2]:.2f} | ×{most} | "
                        f"{'reached' if found[0] <= most else 'not reached'} |")
    if not rows:
        return []
    return ["", f"## {title}", "",
            "Each round beside the floor of the same round. Below a difference of 25 % such a machine tells nothing: the counts in "
            "`counts.md` decide.", "", "| workload | driver | median | spread | aim | |", "|---|---|---|---|---|---|", *sorted(rows)]


def headline(runs):
    """What somebody who plans a service asks first: (what, workload, figure of a run, as text, limit)."""
    questions = (
        ("point select, 99th percentile", "seq", lambda r: r["p99_us"] / 1e3, lambda x: f"{x:.2f} ms", "10 ms"),
        ("acquire, 99th percentile, 64 tasks on 8 connections", "pool_acquire", lambda r: r["acquire_p99_us"] / 1e3, lambda x: f"{x:.2f} ms", "5 ms"),
        ("the pool's connections in use meanwhile", "pool_acquire", lambda r: r["utilization"] * 100, lambda x: f"{x:.0f} %", "90 %"),
        ("rows inserted a second", "insert", lambda r: r["ops"] / r["wall_s"], lambda x: f"{x:,.0f}", "10,000"),
        ("rows copied in a second", "copyin", lambda r: r["ops"] / r["wall_s"], lambda x: f"{x:,.0f}", "10,000"),
        ("notifications a second to one listener, none lost", "notify", lambda r: r["ops"] / r["wall_s"], lambda x: f"{x:,.0f}", "10,000"))
    rows = []
    for what, workload, figure, words, limit in questions:
        cells = []
        for peer in DRIVERS:
            several = sorted(figure(run) for run in runs.get((peer, workload), ()))
            cells.append(words(several[len(several) // 2]) if several else "–")
        if any(cell != "–" for cell in cells):
            rows.append(f"| {what} | {' | '.join(cells)} | {limit} |")
    return ["", "## In short", "", "| | blocking | async | asked for |", "|---|---|---|---|", *rows] if rows else []


def as_json(runs, about):
    figures = []
    for (peer, workload), several in runs.items():
        one = {"peer": peer, "workload": workload, "rounds": len(several)}
        for metric in results.METRICS:
            value = results.median(several, metric)
            one[metric] = None if value is None else round(value, 4)
        if ratio := results.ratios(runs, peer, workload, "cpu_us"):
            one["cpu_ratio"] = {"median": round(ratio[0], 4), "least": round(ratio[1], 4), "most": round(ratio[2], 4)}
        figures.append(one)
    return json.dumps({"about": about, "figures": figures}, indent=1) + "\n"


def plots(runs, folder):
    peers, workloads = results.names(runs)
    for metric, file, title in (("cpu_us", "cpu.svg", "Client CPU, × the floor (median; whiskers: least and most of the rounds)"),
                                ("wall_us", "wall.svg", "Wall time, × the floor (median; whiskers: least and most of the rounds)"),
                                ("rss_mb", "memory.svg", "Peak memory, × the floor")):
        panels = []
        for workload in workloads:
            bars = [(peer, found) for peer in peers if peer != results.FLOOR and (found := results.ratios(runs, peer, workload, metric))]
            if bars:
                panels.append((workload, bars))
        if panels:
            (folder / file).write_text(plot.bars(title, panels), encoding="utf-8")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("results", type=pathlib.Path)
    options.add_argument("--about", default="")
    options.add_argument("--json", type=pathlib.Path)
    options.add_argument("--plots", type=pathlib.Path)
    given = options.parse_args()
    runs = results.read(given.results)
    results.require_one_answer(runs)
    lines = ["# Figures", "", f"Made by `bench/run`. {given.about}. A ratio is to the hand-written floor.",
             "Server and client share the cores: wall time is mostly the server's, client CPU is what a driver answers for.",
             "Plots: [CPU](cpu.svg), [wall](wall.svg), [memory](memory.svg)."]
    lines += headline(runs) + targets(runs, "Client CPU beside what is aimed at", TARGETS, "cpu_us")
    lines += targets(runs, "Time for the same bytes over TLS, beside OpenSSL alone", OVER_TLS, "wall_us")
    lines += table(runs, "Client CPU, µs an operation or row", "cpu_us") + table(runs, "Wall, µs an operation or row", "wall_us")
    lines += table(runs, "Latency, p50, µs", "p50_us") + table(runs, "Latency, p99, µs", "p99_us")
    lines += table(runs, "Peak memory, MB", "rss_mb", ratio=False)
    print("\n".join(lines))
    if given.json:
        given.json.write_text(as_json(runs, given.about), encoding="utf-8")
    if given.plots:
        plots(runs, given.plots)


main()

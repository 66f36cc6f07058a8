#!/usr/bin/env python3
"""Makes docs/performance/pool.md of the lines that howdah-pool-bench has printed: the median of each figure."""

import argparse
import collections
import json
import statistics

TARGETS = """
Targets: an acquire and release of an idle connection under 10 µs at the 99th percentile; the wait of 64 tasks for 8
connections at most 1.2 times the ideal queue's there; connections busy for over 98 % of the time.

The ideal queue is simulated from the measured times for which connections were held: handing one over takes no time in it.
`rests` has the server sleep a millisecond, so that the client has the cores; in `works` the server answers point selects, and
its processes and the client's want the same cores.
"""


def medians(path):
    samples = collections.defaultdict(lambda: collections.defaultdict(list))
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            figures = json.loads(line)
            key = (figures.pop("workload"), figures.pop("driver"), figures.pop("threads", 0))
            for name, value in figures.items():
                samples[key][name].append(value)
    return {k: {n: statistics.median(v) for n, v in names.items()} for k, names in samples.items()}


def row(cells):
    print("| " + " | ".join(str(c) for c in cells) + " |")


def table(head, rows):
    row(head)
    row(["---"] * len(head))
    for cells in rows:
        row(cells)
    print()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("results")
    parser.add_argument("--about", required=True)
    arguments = parser.parse_args()
    found = medians(arguments.results)
    drivers = ("async", "blocking")
    print("# What a pool costs\n\nMade by `bench/pool/run`. " + arguments.about + ".\n" + TARGETS)

    print("## Acquire and release of an idle connection, one thread\n")
    table(
        ("driver", "p50, µs", "p99, µs", "p99.9, µs"),
        [
            (d, *(f"{found['acquire', d, 0]['acquire_and_release_' + q]:.2f}" for q in ("p50_us", "p99_us", "p999_us")))
            for d in drivers
        ],
    )
    print("## 64 tasks on 8 connections\n")
    rows = []
    for workload in ("contended_rests", "contended_works"):
        for d in drivers:
            f = found[workload, d, 0]
            rows.append(
                (
                    workload.removeprefix("contended_"),
                    d,
                    f"{f['uses_a_second']:,.0f}",
                    f"{f['service_p50_us']:.0f}",
                    f"{f['wait_p99_us']:.0f}",
                    f"{f['ideal_wait_p99_us']:.0f}",
                    f"{f['wait_over_ideal_p99']:.2f}",
                    f"{f['utilisation'] * 100:.1f} %",
                )
            )
    table(("server", "driver", "uses a second", "use p50, µs", "wait p99, µs", "ideal p99, µs", "ratio", "busy"), rows)

    print("## Threads that acquire and release, each with a connection of its own to be had\n")
    counts = sorted(t for w, d, t in found if w == "threads" and d == "async")
    table(
        ("driver", *(f"{t:.0f}" for t in counts)),
        [(d, *(f"{found['threads', d, t]['acquires_a_second'] / 1e6:.2f} M/s" for t in counts)) for d in drivers],
    )


if __name__ == "__main__":
    main()

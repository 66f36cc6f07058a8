#!/usr/bin/env python3
"""Draws what bench/memory_over_rows measured, and fails if memory grows from row to row.

Usage: memory_over_rows.py SAMPLES PLOT
"""

import json
import pathlib
import sys

import plot

# From the first tenth of the rows on. A page table or a lazily bound function is no leak.
MOST_GROWTH_KB = 512


def main(samples, file):
    series, grown = {}, False
    for line in pathlib.Path(samples).read_text(encoding="utf-8").splitlines():
        run = json.loads(line)
        points = run["samples"]
        later = [kb for rows, kb in points if rows * 10 >= points[-1][0]]
        print(f"{run['peer']}: {points[-1][0]:,} rows; resident {later[0]} kB after a tenth of them, {later[-1]} kB at the end, {max(later)} kB at most")
        grown |= max(later) - later[0] > MOST_GROWTH_KB
        series[run["peer"]] = [(rows, kb / 1024) for rows, kb in points]
    pathlib.Path(file).write_text(plot.lines("Resident memory while ten million rows are streamed",
                                             [("", "rows", "MB", series)], width=720), encoding="utf-8")
    return 1 if grown else 0


sys.exit(main(*sys.argv[1:3]))

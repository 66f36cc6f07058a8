#!/usr/bin/env python3
"""Makes docs/performance/recording.md of the lines that bench/sim/run has measured: NAME, CLIENTS, tps, by tabs."""

import argparse
import collections
import statistics

parser = argparse.ArgumentParser()
parser.add_argument("results")
parser.add_argument("--about", required=True)
parser.add_argument("--selects", required=True)
arguments = parser.parse_args()

found = collections.defaultdict(list)
with open(arguments.results, encoding="utf-8") as lines:
    for line in lines:
        name, clients, tps = line.split("\t")
        found[int(clients), name].append(float(tps))

print(f"""# What recording costs

Made by `bench/sim/run`. {arguments.about}.

pgbench with `\\startpipeline`, {arguments.selects} prepared point selects of random rows a pipeline, over TCP on one machine: straight to the
server; through `howdah record --dry-run`, which relays; and through `howdah record`. Client, proxy and server share its cores.

Targets: the proxy costs at most 30 % of the pipelines a second, recording at most 60 %.

| clients | way | pipelines a second | less than direct |
| --- | --- | --- | --- |""")
for clients, name in found:
    if name not in ("direct", "relay", "record"):
        continue
    direct = statistics.median(found[clients, "direct"])
    here = statistics.median(found[clients, name])
    cost = "" if name == "direct" else f"{100 * (1 - here / direct):.0f} %"
    print(f"| {clients} | {name} | {here:,.0f} | {cost} |")

print("""
What the recorder had still to write when pgbench had ended, until all was on disk; the most memory that it had until then:

| clients | seconds | interactions | MiB |
| --- | --- | --- | --- |""")
for clients in sorted({clients for clients, _ in found}):
    writing, files, memory = (statistics.median(found[clients, name]) for name in ("writing", "files", "memory"))
    print(f"| {clients} | {writing:.1f} | {files:,.0f} | {memory:,.0f} |")

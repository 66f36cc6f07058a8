#!/usr/bin/env python3
"""Writes docs/scale.md and its plots from what howdah-cluster-simulation prints.

Usage: report.py RESULTS FOLDER
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import plot  # noqa: E402

TROUBLES = {"none": "all is well", "slow": "one node is ten times slower", "dead": "one node dies", "lag": "a quarter replays no more"}
WAYS = {"each caller": "no pool: each caller, every 10 ms", "no pause": "one attempt a pool at a time, without pause",
        "no jitter": "the same, with pauses that double", "pool": "`howdah::pool`: and full jitter", "cluster": "`howdah::cluster`: monitors look for it"}


def span(ms):
    return f"{ms:.1f} ms" if ms < 100 else f"{ms:,.0f} ms"


def way(run):
    return WAYS[run["way"]] if run["connecting"] == 0 else f"`howdah::{run['way']}` with `max_connecting` {run['connecting']}"


def a_second(spans, first, last):
    """(second, events a second) from spans of 10 ms, by tenths of a second."""
    tenths = [sum(spans[i:i + 10]) * 10 for i in range(0, max(len(spans), last * 100), 10)]
    return [(i / 10, n) for i, n in enumerate(tenths) if first <= i / 10 <= last]


def main(results, folder):
    runs = [json.loads(line) for line in pathlib.Path(results).read_text(encoding="utf-8").splitlines()]
    part = {}
    for run in runs:
        part.setdefault(run["part"], []).append(run)
    folder = pathlib.Path(folder)
    (folder / "scale").mkdir(exist_ok=True)
    plots(part, folder)
    (folder / "scale.md").write_text("\n".join(page(part)) + "\n", encoding="utf-8")


def page(part):
    routing = {(run["trouble"], run["policy"]): run for run in part["routing"]}
    few = {run["policy"]: run for run in part["few processes"]}
    ways = {(run["way"], run["connecting"]): run for run in part["comeback"]}
    slow = {policy: routing["slow", policy] for policy in few}
    lag, any_lag = routing["lag", "round robin"], part["any lag"][0]
    unlimited, limited = ways["cluster", 0], ways["cluster", 2]
    many, pooled = part["connections"][-1], part["poolers"][0]
    busy = {run["processes"] * run["callers"]: run for run in part["one node"]}
    peak = max(run["calls"] / run["seconds"] for run in part["one node"])
    knee = max((n for n, run in busy.items() if run["calls"] / run["seconds"] < 0.9 * peak), default=0)
    return [
        "# Past one machine", "",
        "Made by `bench/cluster_simulation/generate`, without a clock: the same on every machine. It is a simulation of discrete events, in "
        "which topology, routing, circuit breakers, the schedule of the monitors and the pools' policy are the library's own, and "
        "servers are a queue in front of 8 cores, 0.5 ms away, where a backend's start and login cost 5 ms of CPU. Callers ask, wait for the answer, "
        "think, and ask again. What a real server adds (locks, I/O, caches, plans) is not in it: read the figures beside each other, "
        "not by themselves. `tests/simulation/` runs it small, with other seeds, and checks what is concluded here.", "",
        "## What to do", "",
        f"- **Balance reads by `two_choices`.** With one slow node of 20 its p99 is {span(slow['two choices']['p99'])}; least connections have "
        f"{span(slow['least connections']['p99'])}, round robin {span(slow['round robin']['p99'])} and random {span(slow['random']['p99'])}, and with those two "
        f"all callers end up waiting for the slow node: {slow['round robin']['calls'] / slow['two choices']['calls']:.0%} of the calls get done. "
        "With nodes that are alike the policies differ by less than the figures' noise.",
        f"- **Few large processes see more than many small ones.** In 4 processes of 500 callers two choices' p99.9 with a slow node is "
        f"{span(few['two choices']['p999'])}, in 100 processes of 20 {span(slow['two choices']['p999'])}: each process has to find out by itself.",
        f"- **A dead node costs next to nothing** ({span(routing['dead', 'round robin']['p99'])} p99, no read fails): its connections end, reads run again elsewhere, and the monitors "
        "take it out. A node that is only slow is the harder case.",
        f"- **Set `max_lag` to what your readers bear, and leave room.** With 2 s the oldest answer was {lag['stalest'] / 1000:.1f} s old, "
        f"because nodes are asked once a second; without a limit it grows for ever ({any_lag['stalest'] / 1000:.0f} s when the run ended). Nodes that are left out "
        "are missing: the others must bear the load.",
        f"- **A pool asks a dead primary seldom.** In three seconds it had {ways['pool', 0]['attempts_while_down']:,} attempts of 100 pools, against "
        f"{ways['each caller', 0]['attempts_while_down']:,} of callers that each try again every 10 ms.",
        f"- **Set `max_connecting` where many processes come back at once.** All monitors look in step, find the new primary in the same moment, and then every waiting caller wants a connection: "
        f"{unlimited['peak_up']:,} attempts in 10 ms. With `max_connecting` 2 it is {limited['peak_up']:,}, half of the callers are served after {span(limited['half_served'])} "
        f"instead of {span(unlimited['half_served'])}, and all after {span(limited['all_served'])} instead of {span(unlimited['all_served'])}: callers that wait take turns on what is open already, "
        f"and {unlimited['connecting_cpu'] / 1000:.1f} s of the server's CPU for logins become {limited['connecting_cpu'] / 1000:.1f} s.",
        f"- **Have few connections.** The same 5,000 callers with {many['processes'] * many['connections']:,} connections are all served after {span(many['all_served'])} and cost the new primary "
        f"{many['connecting_cpu'] / 1000:.1f} s of CPU for logins alone; with {pooled['processes'] * pooled['connections']} connections of two poolers, after {span(pooled['all_served'])} and "
        f"{pooled['connecting_cpu'] / 1000:.2f} s. What counts is processes times `max_connections`: where that is more than the primary can log in within the gap "
        "you allow, lower it, or put poolers in between (`statement_mode=unnamed`, see [decision 11](decisions/0011-behind-a-pooler.md)).",
        f"- **One server of 8 cores ends at 8 cores' work**, {peak:,.0f} calls of 1 ms a second here. {knee} callers of the kind above have a p99 of {span(busy[knee]['p99'])}, where {min(busy)} have "
        f"{span(busy[min(busy)]['p99'])}; with {max(busy)} it is {span(busy[max(busy)]['p99'])}, and each further caller is one more that waits. No policy and no number of connections "
        "changes that: for reads more replicas do, for writes only less work or another cluster.", "",
        "## Reads", "",
        f"{part['routing'][0]['processes']} processes of {part['routing'][0]['callers']} callers on {part['routing'][0]['replicas']} replicas; each call is 1 ms of work, and 20 ms pass until the next "
        "(means, exponentially distributed). The trouble begins at 3 s; what is counted is 3 s to 10 s. `max_lag` is 2 s.", "",
        "![quantiles](scale/reads.svg)", "",
        "| | policy | calls a second | p50 | p99 | p99.9 | longest | oldest answer | failed |", "|---|---|---|---|---|---|---|---|---|",
        *[read_row(TROUBLES[run["trouble"]], run) for run in part["routing"]],
        *[read_row("slow node; 4 processes of 500", run) for run in part["few processes"]],
        *[read_row("lag; without `max_lag`", run) for run in part["any lag"]], "",
        "The calls that fail are refused by a pool whose queue of 200 is full.", "",
        "## Coming back to a primary", "",
        "100 processes of 20 callers with 20 connections each; a write is 0.2 ms of work, and 100 ms pass until the next. The primary is killed at 2 s; at 5 s its address accepts again, or, for the cluster, a replica is promoted.", "",
        "![attempts](scale/comeback.svg)", "",
        "| how | attempts while it is away | most in 10 ms | most in 10 ms at the new one | half are served after | all after | calls with an error |",
        "|---|---|---|---|---|---|---|",
        *[f"| {way(run)} | {run['attempts_while_down']:,} | {run['peak_down']:,} | {run['peak_up']:,} | {span(run['half_served'])} | {span(run['all_served'])} | {run['refused_calls']:,} |"
          for run in part["comeback"]], "",
        "Attempts of a cluster while its primary is away are those of its monitors. Calls that were under way at the kill have an error in any case; so have those that wait in a pool without connections when its third attempt has failed.", "",
        "## Connections", "", "The same for the cluster by the number of connections, with 5,000 callers and 250 ms between writes.", "",
        "| processes | connections | half are served after | all after | CPU spent on logins |", "|---|---|---|---|---|",
        *[f"| {run['processes']}{' (poolers)' if run['part'] == 'poolers' else ''} | {run['processes'] * run['connections']:,} | {span(run['half_served'])} | {span(run['all_served'])} | {span(run['connecting_cpu'])} |"
          for run in part["connections"] + part["poolers"]], "",
        "## One server", "", "Callers on a single node of 8 cores.", "", "![one node](scale/one-node.svg)", "",
        "| callers | calls a second | p50 | p99 | p99.9 |", "|---|---|---|---|---|",
        *[f"| {n:,} | {run['calls'] / run['seconds']:,.0f} | {span(run['p50'])} | {span(run['p99'])} | {span(run['p999'])} |" for n, run in busy.items()],
    ]


def read_row(what, run):
    return (f"| {what} | {run['policy']} | {run['calls'] / run['seconds']:,.0f} | {span(run['p50'])} | {span(run['p99'])} | {span(run['p999'])} | "
            f"{span(run['longest'])} | {span(run['stalest'])} | {run['failed']:,} |")


def plots(part, folder):
    panels = []
    for key, title in TROUBLES.items():
        least = min(run["p50"] for run in part["routing"])
        rows = [(f"{run['policy']}", (run["p99"] / least, run["p50"] / least, run["p999"] / least)) for run in part["routing"] if run["trouble"] == key]
        panels.append((title, rows))
    (folder / "scale" / "reads.svg").write_text(plot.bars("p99 of reads (whiskers: p50 and p99.9), as multiples of the best p50", panels), encoding="utf-8")
    curves = [(way(run).replace("`", ""), "seconds", "a second",
              {"attempts": a_second(run["attempts"], 1, 8), "accepted": a_second(run["accepted"], 1, 8)})
             for run in part["comeback"] if run["connecting"] in (0, 2)]
    (folder / "scale" / "comeback.svg").write_text(plot.lines("Connections a second at the new primary", curves), encoding="utf-8")
    points = [(run["processes"] * run["callers"], run) for run in part["one node"]]
    (folder / "scale" / "one-node.svg").write_text(plot.lines("Callers on one server of 8 cores", [
        ("Calls a second", "callers", "calls a second", {"calls": [(n, run["calls"] / run["seconds"]) for n, run in points]}),
        ("Latency", "callers", "ms", {name: [(n, run[key]) for n, run in points] for name, key in (("p50", "p50"), ("p99", "p99"), ("p99.9", "p999"))})]),
        encoding="utf-8")


if len(sys.argv) != 3:
    sys.exit(__doc__)
main(*sys.argv[1:])

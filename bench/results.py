"""What bench/run measured: read, checked, and brought to figures an operation with their ratios to the floor."""

import collections
import json
import statistics
import sys

METRICS = ("wall_us", "cpu_us", "p50_us", "p99_us", "rss_mb")
FLOOR = "floor"
# COPY's bytes are not the same in text, which is all that some peers have.
COPYOUT_BYTES = {35888917.0, 31665156.0}


def read(path):
    """{(peer, workload): [its runs]}, in the order of the file; a run has its round."""
    runs = collections.defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        run = json.loads(line)
        runs[run["peer"], run["workload"]].append(run)
    if not runs:
        sys.exit("no results")
    return runs


def require_one_answer(runs):
    """Ends the program if peers or rounds disagree: one of them has not done the work."""
    sums = collections.defaultdict(set)
    for (_, workload), several in runs.items():
        sums[workload].update((run["ops"], run["checksum"]) for run in several)
    wrong = {workload: found for workload, found in sums.items()
             if len(found) != 1 and not (workload in ("copyout", "copyout_tls") and {checksum for _, checksum in found} <= COPYOUT_BYTES)}
    for workload, found in wrong.items():
        print(f"checksums of {workload} disagree: {sorted(found)}", file=sys.stderr)
    if wrong:
        sys.exit(1)


def of_run(run, metric):
    """A metric of one run: times by operation, latencies as they are, memory in MB; None where it was not taken."""
    if metric in ("wall_us", "cpu_us"):
        return run[metric.replace("_us", "_s")] * 1e6 / run["ops"]
    if metric == "rss_mb":
        return run["rss_kb"] / 1024
    return run.get(metric)


def median(several, metric):
    values = [value for run in several if (value := of_run(run, metric)) is not None]
    return statistics.median(values) if values else None


def ratios(runs, peer, workload, metric):
    """To the floor's run of the same round: (median, least, most); None where one of them has no figure."""
    floor = {run["round"]: of_run(run, metric) for run in runs.get((FLOOR, workload), ())}
    each = [value / floor[run["round"]] for run in runs.get((peer, workload), ())
            if (value := of_run(run, metric)) is not None and floor.get(run["round"])]
    return (statistics.median(each), min(each), max(each)) if each else None


def names(runs):
    """Peers and workloads, in the order of the file."""
    return list(dict.fromkeys(peer for peer, _ in runs)), list(dict.fromkeys(workload for _, workload in runs))


def number(x):
    return f"{x:.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}" if x >= 1 else f"{x:.3f}"

#!/usr/bin/python3
"""asyncpg's COPY: main.py WORKLOAD HOST PORT USER PASSWORD DBNAME. The system's Python, for which distributions package it."""

import asyncio
import json
import os
import resource
import sys
import time

import asyncpg

NOT_OFFERED = 3


def peak_memory_kb():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def records(count):
    """The rows, again and again, as bench/workload.cpp has them."""
    rows = [(i, i / 1024.0, f"row-{i}") for i in range(1000)]
    for at in range(count):
        yield rows[at % len(rows)]


async def copy_in(connection):
    count = int(os.environ.get("HOWDAH_BENCH_OPS", 1_000_000))
    await connection.execute("create temp table sink (id int4 not null, v float8 not null, s text not null)")
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    await connection.copy_records_to_table("sink", records=records(count), columns=["id", "v", "s"])
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
    total = await connection.fetchval("select (sum(id) + sum(v) + sum(length(s)))::float8 from sink")
    return {"peer": "asyncpg", "workload": "copy_in", "ops": count, "wall_s": wall, "cpu_s": user + system,
            "user_s": user, "sys_s": system, "rss_kb": peak_memory_kb(), "p50_us": None, "p99_us": None,
            "checksum": total}


async def main(workload, host, port, user, password, database):
    if workload != "copy_in":
        sys.exit(NOT_OFFERED)
    connection = await asyncpg.connect(host=host, port=int(port), user=user, password=password, database=database, ssl=False)
    print(json.dumps(await copy_in(connection)))
    await connection.close()


asyncio.run(main(*sys.argv[1:7]))

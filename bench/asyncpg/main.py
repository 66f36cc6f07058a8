#!/usr/bin/python3
"""asyncpg on asyncio's loop, or on uvloop with LOOP=uvloop; it has no pipelining.

main.py WORKLOAD HOST PORT USER PASSWORD DBNAME. The system's Python, for which distributions package it.
"""

import asyncio
import os
import resource
import sys
import time

import asyncpg

NOT_OFFERED = 3
ROWS, POOL_CONNECTIONS, POOL_TASKS, POOL_WARM_UP, BATCH = 1_000_000, 8, 64, 2_000, 1_000
POINT_SELECT = "select id, v, s from t where id = $1"
ALL_ROWS = "select id, v, s from t"
SUM_OF_TIN = "select (sum(id) + sum(v) + sum(length(s)))::float8 from tin"
INSERT_UNNEST = "insert into tin select * from unnest($1::int4[], $2::float8[], $3::text[])"


def operations(usual):
    return int(os.environ.get("HOWDAH_BENCH_OPS", usual))


def nth_id(i):
    return i * 7919 % ROWS + 1


def make_rows(count):
    return [(i, i / 1024, f"row-{i}") for i in range(1, count + 1)]


def add_up(rows):
    """Their number and checksum."""
    count = total = 0
    for i, v, s in rows:
        total += i + v + len(s)
        count += 1
    return count, total


def peak_memory_kb():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


class Meter:
    """Measures this process from start() to stop(), and prints one line of JSON."""

    def __init__(self):
        self.latencies = []
        self.start()

    def start(self):
        self.latencies.clear()
        self.usage, self.began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()

    def latency(self, since):
        self.latencies.append(time.perf_counter() - since)

    def stop(self):
        self.wall, now = time.perf_counter() - self.began, resource.getrusage(resource.RUSAGE_SELF)
        self.user, self.system = now.ru_utime - self.usage.ru_utime, now.ru_stime - self.usage.ru_stime

    def percentile(self, p):
        return f"{self.latencies[int(p * (len(self.latencies) - 1))] * 1e6:.3f}" if self.latencies else "null"

    def print(self, workload, count, checksum):
        self.latencies.sort()
        print(f'{{"peer":"asyncpg","workload":"{workload}","ops":{count},"wall_s":{self.wall:.6f},'
              f'"cpu_s":{self.user + self.system:.6f},"user_s":{self.user:.6f},"sys_s":{self.system:.6f},'
              f'"rss_kb":{peak_memory_kb()},"p50_us":{self.percentile(0.5)},"p99_us":{self.percentile(0.99)},'
              f'"checksum":{checksum:.6f}}}')


async def seq(connection):
    count = operations(20_000)
    statement = await connection.prepare(POINT_SELECT)
    meter = Meter()
    for n in min(2_000, count), count:
        meter.start()
        total = 0
        for i in range(n):
            since = time.perf_counter()
            r = await statement.fetchrow(nth_id(i))
            total += r[0] + r[1] + len(r[2])
            meter.latency(since)
    meter.stop()
    meter.print("seq", count, total)


async def rows_buf(connection):
    meter = Meter()
    count, total = add_up(await connection.fetch(ALL_ROWS))
    meter.stop()
    meter.print("rows_buf", count, total)


async def rows_stream(connection):
    """A portal, 1,000 rows a fetch."""
    meter, count, total = Meter(), 0, 0
    async with connection.transaction():
        cursor = await connection.cursor(ALL_ROWS)
        while rows := await cursor.fetch(BATCH):
            n, part = add_up(rows)
            count, total = count + n, total + part
    meter.stop()
    meter.print("rows_stream", count, total)


async def copyin(connection):
    count = operations(ROWS)
    rows = make_rows(count)
    await connection.execute("truncate tin")
    meter = Meter()
    await connection.copy_records_to_table("tin", records=rows)
    meter.stop()
    meter.print("copyin", count, await connection.fetchval(SUM_OF_TIN))


async def copyout(connection):
    size = 0

    async def take(data):
        nonlocal size
        size += len(data)

    meter = Meter()
    await connection.copy_from_table("t", output=take, format="binary")
    meter.stop()
    meter.print("copyout", ROWS, size)


async def insert(connection):
    count = operations(100_000)
    ids, values, texts = map(list, zip(*make_rows(count)))
    await connection.execute("truncate tin")
    meter = Meter()
    await connection.execute(INSERT_UNNEST, ids, values, texts)
    meter.stop()
    meter.print("insert", count, await connection.fetchval(SUM_OF_TIN))


async def pool(server):
    count = operations(100_000)
    connections = await asyncpg.create_pool(min_size=POOL_CONNECTIONS, max_size=POOL_CONNECTIONS, **server)
    meter = Meter()

    async def task(ids):
        total = 0
        for i in ids:
            since = time.perf_counter()
            async with connections.acquire() as connection:
                r = await connection.fetchrow(POINT_SELECT, nth_id(i))
            meter.latency(since)
            total += r[0] + r[1] + len(r[2])
        return total

    for n in min(POOL_WARM_UP, count), count:  # first every connection gets its statement
        meter.start()
        ids = iter(range(n))
        total = sum(await asyncio.gather(*(task(ids) for _ in range(POOL_TASKS))))
    meter.stop()
    meter.print("pool", count, total)


async def connect(server):
    count, total = operations(500), 0
    meter = Meter()
    for _ in range(count):
        since = time.perf_counter()
        connection = await asyncpg.connect(**server)
        total += await connection.fetchval("select 1")
        await connection.close()
        meter.latency(since)
    meter.stop()
    meter.print("connect", count, total)


async def notify(server):
    count, batch = operations(100_000), BATCH
    sender, listener = await asyncpg.connect(**server), await asyncpg.connect(**server)
    payloads = asyncio.Queue()
    await listener.add_listener("bench", lambda *event: payloads.put_nowait(event[3]))
    total = 0
    meter = Meter()
    for come in range(0, count, batch):
        until = min(count, come + batch)
        await sender.fetch("select pg_notify('bench', i::text) from generate_series($1::int8, $2::int8) i", come + 1, until)
        for _ in range(come, until):
            total += int(await payloads.get())
    meter.stop()
    meter.print("notify", count, total)


ON_A_CONNECTION = {f.__name__: f for f in (seq, rows_buf, rows_stream, copyin, copyout, insert)}
ON_SEVERAL = {f.__name__: f for f in (pool, connect, notify)}


async def main(workload, host, port, user, password, database):
    server = {"host": host, "port": int(port), "user": user, "password": password, "database": database, "ssl": False}
    if workload in ON_SEVERAL:
        await ON_SEVERAL[workload](server)
    elif workload in ON_A_CONNECTION:
        connection = await asyncpg.connect(**server)
        await ON_A_CONNECTION[workload](connection)
        await connection.close()
    else:
        sys.exit(NOT_OFFERED)


if os.environ.get("LOOP") == "uvloop":
    import uvloop

    uvloop.install()
asyncio.run(main(*sys.argv[1:7]))

"""What asyncpg does: the extended protocol in binary, named statements, portals, COPY, notifications."""
import asyncio
import datetime
import decimal
import uuid

import asyncpg


async def main():
    c = await asyncpg.connect()
    await c.execute("create table sim_asyncpg (id int primary key, name text, price numeric, tags text[], at timestamptz, doc jsonb)")
    at = datetime.datetime(2020, 2, 29, 12, tzinfo=datetime.timezone.utc)
    await c.executemany("insert into sim_asyncpg values ($1, $2, $3, $4, $5, $6)",
                        [(n, f"name {n}", decimal.Decimal(n) / 4, ["a", None, str(n)], at, '{"n": %d}' % n) for n in range(1, 21)])
    for n in (1, 7, 7, 999):
        print(await c.fetch("select * from sim_asyncpg where id = $1", n))
    print(await c.fetchval("select $1::uuid", uuid.UUID(int=5)), await c.fetchval("select $1::bytea", b"\0\xff"))
    statement = await c.prepare("select name, id from sim_asyncpg where id > $1 order by id")
    print(statement.get_parameters(), statement.get_attributes())
    for n in (18, 19):
        print(await statement.fetch(n))
    async with c.transaction():
        cursor = await c.cursor("select id from sim_asyncpg order by id")
        print(await cursor.fetch(3), await cursor.fetch(4), await cursor.forward(5), await cursor.fetchrow())
        print([r["id"] async for r in c.cursor("select id from sim_asyncpg order by id", prefetch=6)])
    for sql in ("select 1 / $1::int", "select nothing", "insert into sim_asyncpg (id) values ($1::int)"):
        try:
            await c.fetch(sql, *([0] if "/" in sql else [1] if "$1" in sql else []))
        except asyncpg.PostgresError as e:
            print(type(e).__name__, e.sqlstate, e)
    try:
        async with c.transaction():
            await c.execute("update sim_asyncpg set name = 'lost'")
            raise ValueError
    except ValueError:
        print(await c.fetchval("select count(*) from sim_asyncpg where name = 'lost'"))
    print(await c.copy_records_to_table("sim_asyncpg", records=[(n, "copied") for n in range(100, 110)], columns=["id", "name"]))
    out = bytearray()

    async def take(data):
        out.extend(data)

    print(await c.copy_from_query("select id, name from sim_asyncpg where id >= 100 order by id", output=take), bytes(out))
    heard = asyncio.Queue()
    await c.add_listener("sim_asyncpg", lambda _, pid, channel, payload: heard.put_nowait((channel, payload)))
    await c.execute("notify sim_asyncpg, 'hello'")
    print(await asyncio.wait_for(heard.get(), 30))
    c.add_log_listener(lambda _, message: print(message.severity, message))
    await c.execute("do $$ begin raise notice 'a notice'; end $$")
    await asyncio.sleep(0)
    await c.execute("drop table sim_asyncpg")
    await c.close()


asyncio.run(main())

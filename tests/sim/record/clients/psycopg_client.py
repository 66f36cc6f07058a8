"""What psycopg 3 does: pipelines, both formats, COPY, prepared statements after some uses, cursors of the server's."""
import psycopg
from psycopg.rows import dict_row

with psycopg.connect("", autocommit=True) as c:
    c.add_notice_handler(lambda d: print("notice:", d.severity, d.message_primary))
    c.execute("create table sim_psycopg (id int primary key, name text, amount float8)")
    with c.cursor() as cur:
        cur.executemany("insert into sim_psycopg values (%s, %s, %s)", [(n, f"name {n}", n / 8) for n in range(20)])
        print(cur.rowcount)
        for n in range(8):  # the sixth use is of a prepared statement
            print(cur.execute("select name, amount from sim_psycopg where id = %s", (n,)).fetchone())
    with c.cursor(binary=True, row_factory=dict_row) as cur:
        print(cur.execute("select id, name, amount, null::int as nothing from sim_psycopg where id < %s", (3,)).fetchall())
    with c.pipeline() as p:
        cursors = [c.execute("select id * 2 from sim_psycopg where id = %s", (n,)) for n in range(5)]
        p.sync()
        print([cur.fetchone() for cur in cursors])
    try:
        with c.pipeline():
            c.execute("insert into sim_psycopg values (%s)", (100,))
            c.execute("insert into sim_psycopg values (%s)", (1,))
            c.execute("insert into sim_psycopg values (%s)", (101,))
    except psycopg.Error as e:
        print(type(e).__name__, e.sqlstate, e.diag.constraint_name)
    print(c.execute("select count(*) from sim_psycopg where id >= 100").fetchone())
    with c.cursor() as cur:
        with cur.copy("copy sim_psycopg (id, name) from stdin") as copy:
            for n in range(200, 205):
                copy.write_row((n, f"copied\t{n}"))
        print(cur.rowcount)
        with cur.copy("copy (select id, name from sim_psycopg where id >= 200 order by id) to stdout") as copy:
            print(list(copy.rows()))
        try:
            with cur.copy("copy sim_psycopg (id) from stdin") as copy:
                copy.write_row(("no number",))
        except psycopg.Error as e:
            print(type(e).__name__, e.sqlstate)
        try:
            with cur.copy("copy sim_psycopg (id) from stdin") as copy:
                copy.write_row((300,))
                raise ValueError("the client gives up")
        except (psycopg.Error, ValueError) as e:  # which of them depends on psycopg's version
            print(type(e).__name__)
    print(c.execute("select count(*) from sim_psycopg where id >= 300").fetchone())
    c.add_notify_handler(lambda n: print(n.channel, n.payload))
    c.execute("listen sim_psycopg")
    c.execute("select pg_notify('sim_psycopg', %s)", ("hello",))
    c.execute("do $$ begin raise notice 'a notice'; end $$")
    c.execute("set statement_timeout to '5s'")
    print(c.execute("show statement_timeout").fetchone(), c.info.parameter_status("TimeZone") is not None)
    with c.transaction():
        for binary in (False, True):  # a cursor of the server's: DECLARE, Describe of its portal, FETCH
            with c.cursor("sim_named", binary=binary, scrollable=True) as cur:
                cur.itersize = 3
                cur.execute("select id, name, amount from sim_psycopg where id < %s order by id", (7,))
                print([column.name for column in cur.description], cur.fetchone(), cur.fetchmany(2), list(cur))
                cur.scroll(2, mode="absolute")
                print(cur.fetchone(), cur.rownumber)
    with c.cursor("sim_held", withhold=True) as cur:
        cur.execute("select name from sim_psycopg where id >= 18 and id < 100 order by id")
        print(cur.fetchall())
    with c.transaction():
        c.execute("declare sim_stolen cursor for select 1 as one union all select 2")
        with c.cursor("sim_stolen") as cur:
            print(cur.fetchall(), cur.description)
        with c.cursor("sim_none") as cur:
            try:
                cur.fetchone()
            except psycopg.Error as e:
                print(type(e).__name__, e.sqlstate)
                raise psycopg.Rollback
    c.execute("drop table sim_psycopg")

// What node's pg does: parameters as text, named statements, types of its own, errors with their fields.
import pg from 'pg';

const c = new pg.Client();
await c.connect();
c.on('notice', (n) => console.log('notice', n.severity, n.message));
const show = (label, value) => console.log(label, JSON.stringify(value));
await c.query('create table sim_node (id int primary key, name text, at timestamptz, tags text[], doc jsonb)');
for (let n = 1; n <= 5; ++n)
    show('insert', (await c.query('insert into sim_node values ($1, $2, $3, $4, $5) returning id',
        [n, `name ${n}`, new Date(Date.UTC(2020, 1, 29)), ['a', `${n}`], { n }])).rows);
for (const n of [1, 3, 3, 99]) show('row', (await c.query('select * from sim_node where id = $1', [n])).rows);
for (const n of [2, 4]) show('named', (await c.query({ name: 'by-id', text: 'select name from sim_node where id = $1', values: [n] })).rows);
show('array', (await c.query({ text: 'select id, name from sim_node order by id', rowMode: 'array' })).rows);
show('several', (await c.query('select 1 as a; select 2 as b')).map((r) => r.rows));
for (const sql of ['select 1 / 0', 'select nothing', 'insert into sim_node (id) values (1)'])
    await c.query(sql).catch((e) => show('error', [e.code, e.message, e.constraint]));
await c.query('begin');
await c.query('update sim_node set name = $1', ['lost']).catch(() => {});
await c.query('rollback');
show('kept', (await c.query("select count(*) from sim_node where name = 'lost'")).rows);
const heard = new Promise((resolve) => c.once('notification', (n) => resolve([n.channel, n.payload])));
await c.query('listen sim_node');
await c.query("select pg_notify('sim_node', 'hello')");
show('heard', await heard);
await c.query("do $$ begin raise notice 'a notice'; end $$");
await c.query('drop table sim_node');
await c.end();

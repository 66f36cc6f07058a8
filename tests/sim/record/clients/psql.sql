-- What psql does, the simple protocol: every statement's output must be the same whoever answers.
\pset null '(null)'
create table sim_psql (id int primary key, name text, price numeric(10, 2), at timestamptz, data bytea);
insert into sim_psql values (1, 'Ada', 1.50, '2020-02-29 12:00+00', '\x00ff'), (2, null, null, null, null);
copy sim_psql (id, name) from stdin;
3	tab\there
4	\N
5	back\\slash
\.
set timezone to 'UTC';
select * from sim_psql order by id;
copy (select id, name from sim_psql order by id) to stdout;
select 1 as a\; select 2 as b, 'x' as c\; update sim_psql set price = 2 where id = 2;
;
-- errors, in a transaction and out of it
select 1 / 0;
select nothing from sim_psql;
begin;
insert into sim_psql (id) values (1);
select 1;
rollback;
begin;
savepoint s;
insert into sim_psql (id) values (1);
rollback to s;
insert into sim_psql (id) values (6);
commit;
-- notices, names of statements, cursors, descriptions
do $$ begin raise notice 'hello'; raise warning using message = 'careful', detail = 'a detail', hint = 'a hint'; end $$;
prepare by_id(int) as select name from sim_psql where id = $1;
execute by_id(1);
execute by_id(3);
deallocate by_id;
begin;
declare c cursor for select id from sim_psql order by id;
fetch 2 from c;
fetch all from c;
close c;
commit;
select id, name from sim_psql \gdesc
\set FETCH_COUNT 2
select id from sim_psql order by id;
\unset FETCH_COUNT
set application_name to 'another';
show application_name;
select repeat('x', 100000) = string_agg('x', '') as same from generate_series(1, 100000);
select g, repeat(md5(g::text), 10) as text from generate_series(1, 500) g;
select name from sim_psql where id = 1;
update sim_psql set name = 'Eve' where id = 1;
select name from sim_psql where id = 1;
drop table sim_psql;

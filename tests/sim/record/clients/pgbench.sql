\set id random(1, 100)
begin;
select name from sim_pgbench where id = :id;
update sim_pgbench set uses = uses + 1 where id = :id;
select uses from sim_pgbench where id = :id;
commit;

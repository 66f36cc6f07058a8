\startpipeline
\set a random(1, 100)
\set b random(1, 100)
select name from sim_pgbench where id = :a;
select name from sim_pgbench where id = :b;
\endpipeline

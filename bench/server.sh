# shellcheck shell=bash
# For bench/run, bench/count and the like to source: the build that is measured, and a server with the tables.
# build_peers: builds what is measured, in $build. find_peers: what of it is there.
# start_server: the server, which is gone with this shell. call: runs a peer on it.

build=${HOWDAH_BENCH_BUILD:-build/release}
[[ $build == /* ]] || build=$PWD/$build
work=$build/bench/work
bin=$build/bench/bin

fail() { printf '%s: %s\n' "$0" "$*" >&2; exit 1; }
skip() { printf -- '-- skipped: %s (%s)\n' "$1" "$2" >&2; }

# build_peers CMAKE TARGET...
build_peers() {
    if [[ ! -f $build/CMakeCache.txt ]]; then
        cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DHOWDAH_BENCH=ON -DHOWDAH_TESTS=OFF >/dev/null
    elif ! grep -q '^HOWDAH_BENCH:BOOL=ON' "$build/CMakeCache.txt"; then
        cmake -DHOWDAH_BENCH=ON "$build" >/dev/null
    fi
    cmake --build "$build" --parallel "${HOWDAH_JOBS:-$(nproc)}" --target "$@" howdah_command
    mkdir -p "$work"
}

# One of another language: build_other NAME PROGRAM SOURCE COMMAND...: if there is none yet, or its source is newer.
build_other() {
    local name=$1 program=$2 source=$3
    shift 3
    if [[ $program -nt $source || -n ${only:-} && " $only" != *" $name"* ]]; then return; fi
    mkdir -p "$work"
    if ! "$@" >"$work/$name.log" 2>&1; then skip "$name" "can't be built here: $work/$name.log"; fi
}

build_tokio() {
    local folder=$work/tokio_postgres debian=/usr/share/cargo/registry
    [[ -d $debian ]] || { echo "no $debian: librust-tokio-postgres-dev is not installed"; return 1; }
    mkdir -p "$folder/.cargo"
    cp bench/tokio_postgres/* "$folder"
    printf '[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "%s"\n' "$debian" >"$folder/.cargo/config.toml"
    # Debian's own cargo, which its crates are made for.
    (cd "$folder" && PATH=/usr/bin:$PATH cargo build --offline --release --target-dir target) &&
        install "$folder/target/release/tokio-postgres" "$bin/tokio-postgres"
}
build_pgx() { GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$work/go GOFLAGS='' go build -o "$bin/pgx" bench/pgx/main.go; }
build_postgres_js() {
    mkdir -p "$bin/postgres_js"
    cp bench/postgres_js/* "$bin/postgres_js" && (cd "$bin/postgres_js" && npm install --no-audit --no-fund)
}

build_other_languages() {
    build_other tokio-postgres "$bin/tokio-postgres" bench/tokio_postgres/main.rs build_tokio
    build_other pgx "$bin/pgx" bench/pgx/main.go build_pgx
    build_other postgres.js "$bin/postgres_js/node_modules/postgres" bench/postgres_js/main.mjs build_postgres_js
}

declare -A command_of=()
peers=()

add_peer() { peers+=("$1") command_of[$1]=$2; }

# The peers that are there, in the order of the tables; a command is words.
find_peers() {
    local name
    for name in floor libpq libpqxx soci; do
        if [[ -x $bin/$name ]]; then add_peer "$name" "$bin/$name"; else skip "$name" "its library was not there to build with"; fi
    done
    for name in blocking async; do add_peer "howdah-$name" "$bin/howdah-bench"; done
    if [[ -x $bin/tokio-postgres ]]; then
        add_peer tokio-postgres "$bin/tokio-postgres"
        add_peer tokio-postgres-ct "env TOKIO=ct $bin/tokio-postgres"
    fi
    if [[ -x $bin/pgx ]]; then add_peer pgx "$bin/pgx"; fi
    if /usr/bin/python3 -c 'import asyncpg' 2>/dev/null; then add_peer asyncpg bench/asyncpg/main.py; else skip asyncpg "no python3-asyncpg"; fi
    if /usr/bin/python3 -c 'import asyncpg, uvloop' 2>/dev/null; then add_peer asyncpg-uvloop "env LOOP=uvloop bench/asyncpg/main.py"; fi
    if [[ -d $bin/postgres_js/node_modules ]]; then
        add_peer postgres.js "env NODE_DEPS=$bin/postgres_js node bench/postgres_js/main.mjs"
    fi
}

last_core=$(($(nproc) - 1))

# cores LIST: where the backends to come run.
cores() { taskset -cp "$1" "$postmaster" >/dev/null; }

# call PEER WORKLOAD [WRAPPER...]: runs it, inside of another program if one is given. connect* and *_tls go over TCP;
# *_1core are on one core with the server, where waking it costs a switch and no interrupt.
call() {
    local peer=$1 workload=$2 words options=() to=("$socket" "$port" app none bench) on=0-$last_core
    shift 2
    if [[ $peer == howdah-* ]]; then options=(--driver "${peer#howdah-}"); fi
    if [[ $workload == *_tls ]]; then to[0]=127.0.0.1; fi
    if [[ $workload == connect* ]]; then to=(127.0.0.1 "$port" scram pencil bench); fi
    if [[ -n ${few_rows:-} && $workload == @(rows_|copyout)* ]]; then to[4]=few; fi
    if [[ $workload == *_1core ]]; then on=$last_core; fi
    cores "$on"
    read -ra words <<<"${command_of[$peer]}"
    taskset -c "$on" "$@" "${words[@]}" "${workload%_1core}" "${to[@]}" "${options[@]}"
}

# sql DATABASE: runs standard input, as the superuser.
sql() { psql -XAtq -v ON_ERROR_STOP=1 -h "$socket" -p "$port" -U "$superuser" -d "$1"; }

# make_tables DATABASE ROWS
make_tables() {
    sql postgres <<<"create database $1"
    sql "$1" >/dev/null <<SQL
create table t (id int4 primary key, v float8 not null, s text not null);
insert into t select i, i / 1024.0::float8, 'row-' || i from generate_series(1, $2) i;
create unlogged table tin (id int4, v float8, s text);
grant select on t to public;
alter table tin owner to app;
vacuum (freeze, analyze) t;
select count(*), sum(id) + sum(v) + sum(length(s)) from t;
SQL
}

start_server() {
    local address dsn
    address=$("$build/bin/howdah" sandbox start --json --tls --auth trust --owner $$ \
        --set shared_buffers=512MB --set jit=off --set autovacuum=off --set max_parallel_workers_per_gather=0 \
        --set max_wal_size=4GB --set max_connections=600) ||
        fail "no server to measure against"
    read -r server_folder dsn < <(python3 -c 'import json, sys; a = json.loads(sys.argv[1]); print(a["dir"], a["superuser_dsn"])' "$address")
    trap '"$build/bin/howdah" sandbox stop "$server_folder" >/dev/null' EXIT
    read -r socket port superuser hba postmaster < <(psql -XAtq -F ' ' -d "$dsn" -c "select current_setting('unix_socket_directories'),
        current_setting('port'), current_user, current_setting('hba_file'),
        split_part(pg_read_file('postmaster.pid'), E'\n', 1)")
    sql postgres <<<"create role scram login password 'pencil'"
    sed -i '1i host all scram 127.0.0.1/32 scram-sha-256' "$hba"
    sql postgres >/dev/null <<<"select pg_reload_conf()"
    make_tables bench 1000000
    server_version=$(sql postgres <<<'show server_version')
}

# machine: a line that says where figures come from.
machine() {
    local model
    model=$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)
    echo "PostgreSQL ${server_version%% *}, unix socket, $(nproc) cores of ${model:-an unnamed processor}, $(date -I)"
}

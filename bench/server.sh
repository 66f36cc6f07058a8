# shellcheck shell=bash
# For bench/run and bench/count to source: the build that is measured, and a server with the table t.
# build_peers: builds what is measured, optimised, in $build.
# start_server: sets host, port and to (what stands behind WORKLOAD). The server is gone with this shell.

build=${HOWDAH_BENCH_BUILD:-build/release}
work=$build/bench/work

fail() { printf '%s: %s\n' "$0" "$*" >&2; exit 1; }

build_peers() {
    [[ -f $build/CMakeCache.txt ]] ||
        cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DHOWDAH_BENCH=ON -DHOWDAH_TESTS=OFF >/dev/null
    cmake --build "$build" --parallel "${HOWDAH_JOBS:-$(nproc)}" --target bench_peers howdah_command
    mkdir -p "$work"
}

declare -A command_of=()
peers=()

# The peers that were built, in the order of the tables.
find_peers() {
    local name
    for name in floor libpq libpqxx; do
        if [[ -x $build/bench/bin/$name ]]; then peers+=("$name") command_of[$name]=$build/bench/bin/$name; fi
    done
    if /usr/bin/python3 -c 'import asyncpg' 2>/dev/null; then peers+=(asyncpg) command_of[asyncpg]=bench/asyncpg/main.py; fi
    for name in blocking async; do peers+=("howdah-$name") command_of[howdah-$name]=$build/bin/howdah-bench; done
}

# call PEER WORKLOAD [WRAPPER...]: runs it, inside of another program if one is given.
call() {
    local peer=$1 workload=$2 options=()
    shift 2
    if [[ $peer == howdah-* ]]; then options=(--driver "${peer#howdah-}"); fi
    "$@" "${command_of[$peer]}" "$workload" "${to[@]}" "${options[@]}"
}

start_server() {
    local address dsn
    address=$("$build/bin/howdah" sandbox start --json --auth trust --owner $$ \
        --set shared_buffers=512MB --set jit=off --set autovacuum=off --set max_parallel_workers_per_gather=0) ||
        fail "no server to measure against"
    dsn=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["superuser_dsn"])' "$address")
    server_folder=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["dir"])' "$address")
    trap '"$build/bin/howdah" sandbox stop "$server_folder" >/dev/null' EXIT
    local sql=(psql -XAtq -v ON_ERROR_STOP=1 -d "$dsn")
    "${sql[@]}" >/dev/null <<'SQL'
create table t (id int4 primary key, v float8 not null, s text not null);
insert into t select i, i / 1024.0::float8, 'row-' || i from generate_series(1, 1000000) i;
grant select on t to public;
vacuum (freeze, analyze) t;
select count(*), sum(id) + sum(v) + sum(length(s)) from t;
SQL
    to=("$("${sql[@]}" -c 'show unix_socket_directories')" "$("${sql[@]}" -c 'show port')" app none
        "$("${sql[@]}" -c 'select current_database()')")
    server_version=$("${sql[@]}" -c 'show server_version')
}

# machine: a line that says where figures come from.
machine() {
    local model
    model=$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)
    echo "PostgreSQL ${server_version%% *}, unix socket, $(nproc) cores of ${model:-an unnamed processor}, $(date -I)"
}

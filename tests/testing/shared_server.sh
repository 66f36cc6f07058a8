#!/bin/sh
# The server that the tests of one run of ctest share.
# shared_server.sh start|stop HOWDAH FILE [FETCH]: FILE gets what `howdah sandbox start --json` prints. FETCH is a program
# that fetches the server first; where it can't, FILE.absent says why, and the exit status is 77: skipped.
set -eu
action=$1 howdah=$2 file=$3 fetch=${4:-}

stop() {
    rm -f "$file.absent" "$file.fetched"
    [ -f "$file" ] || return 0
    dir=$(sed -n 's/^{"dir":"\([^"]*\)".*/\1/p' "$file")
    rm -f "$file"
    # One that is gone already (its ctest was killed) is no error.
    [ ! -d "$dir" ] || "$howdah" sandbox stop "$dir"
}

fetch() {
    [ -n "$fetch" ] || return 0
    "$fetch" >"$file.fetched" 2>&1 && return 0
    cat "$file.fetched"
    # CI must have it.
    [ -z "${CI:-}" ] || exit 1
    mv "$file.fetched" "$file.absent"
    exit 77
}

case $action in
    start)
        stop
        fetch
        # PPID is ctest: should it be killed, the server ends with it.
        "$howdah" sandbox start --tls --auth scram --owner "$PPID" --json >"$file.part"
        mv "$file.part" "$file"
        ;;
    stop) stop ;;
    *)
        echo "usage: $0 start|stop HOWDAH FILE [FETCH]" >&2
        exit 2
        ;;
esac

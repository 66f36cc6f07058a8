#!/bin/sh
# The server that the tests of one run of ctest share.
# shared_server.sh start|stop HOWDAH FILE: FILE gets what `howdah sandbox start --json` prints.
set -eu
action=$1 howdah=$2 file=$3

stop() {
    [ -f "$file" ] || return 0
    dir=$(sed -n 's/^{"dir":"\([^"]*\)".*/\1/p' "$file")
    rm -f "$file"
    # One that is gone already (its ctest was killed) is no error.
    [ ! -d "$dir" ] || "$howdah" sandbox stop "$dir"
}

case $action in
    start)
        stop
        # PPID is ctest: should it be killed, the server ends with it.
        "$howdah" sandbox start --tls --auth scram --owner "$PPID" --json >"$file.part"
        mv "$file.part" "$file"
        ;;
    stop) stop ;;
    *)
        echo "usage: $0 start|stop HOWDAH FILE" >&2
        exit 2
        ;;
esac

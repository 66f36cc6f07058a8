#!/bin/sh
# on_server.sh FILE PROGRAM...: runs a program whose server shared_server.sh has started with FILE; exit status 77 (skipped)
# where there is none here.
set -eu
HOWDAH_TEST_SERVER=$1
export HOWDAH_TEST_SERVER
shift
if [ -f "$HOWDAH_TEST_SERVER.absent" ]; then
    cat "$HOWDAH_TEST_SERVER.absent"
    exit 77
fi
exec "$@"

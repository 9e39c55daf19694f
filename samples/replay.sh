#!/bin/sh
# Replays the events of a log at the pace at which they were recorded. The log has JSON lines with
# other member names, compressed by gzip, and some lines are out of order. The first argument is the
# log, the others are flags of send, such as --to, --speed, and --since and --until for an hour of it.
# A line's own id is its idempotency key, so a second replay repeats nothing if the server honours
# the key.
set -eu
log=$1
shift
set -- "$@" --map appId=/tenant/id --map event_type=/event --map payload=/data \
    --idempotency-key-from /request_id --pace recorded --time /ts --sort-window 5m
hookbatch send "$@" "$log"

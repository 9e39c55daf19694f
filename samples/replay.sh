#!/bin/sh
# Replays the events of a log: lines of JSON under names of their own, packed by gzip. The first
# argument is the log, the others are flags of send, such as --to and --rate. A line's own id is its
# idempotency key, so that a second replay of the log repeats nothing where the server honours it.
set -eu
log=$1
shift
set -- "$@" --map appId=/tenant/id --map event_type=/event --map payload=/data \
    --idempotency-key-from /request_id
hookbatch send "$@" "$log"

#!/bin/sh
# Replays the events of a log: JSON lines with other member names, compressed by gzip. The first
# argument is the log, the others are flags of send, such as --to and --rate. A line's own id is its
# idempotency key, so a second replay repeats nothing if the server honours the key.
set -eu
log=$1
shift
set -- "$@" --map appId=/tenant/id --map event_type=/event --map payload=/data \
    --idempotency-key-from /request_id
hookbatch send "$@" "$log"

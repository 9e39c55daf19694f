#!/bin/sh
# One job in shards with GNU parallel: parallel.sh SHARDS AT_ONCE FILE...
#
# For several machines that share this folder, list them for parallel:
#   export PARALLEL='--sshloginfile hosts --workdir . --env HOOKSTREAM_KEY_FILE'
set -eu
shards=$1 at_once=$2
shift 2

# Finished shards are not run again (--finished-exit 0); stopped ones are, three times.
seq "$shards" | parallel --jobs "$at_once" --retries 3 \
    hookbatch send --to "${HOOKSTREAM_URL:-https://hookstream.io/v1}" \
    --api-key-file "${HOOKSTREAM_KEY_FILE:-$HOME/.hookstream-key}" \
    --rate 400/s --shards-at-once "$at_once" --finished-exit 0 \
    --report job.report.ndjson --shard "{}/$shards" -- "$@"

exec hookbatch report --shards job.shards.json --merge job.report.ndjson --force

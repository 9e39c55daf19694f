#!/bin/sh
# Sends each file of the folder outbox, one after the other: for cron and systemd. Flags of send may
# follow; they can stand in the environment too (HOOKBATCH_TO, HOOKBATCH_API_KEY_FILE, ...).
#
# A file whose run is finished is left alone, and a run that stopped goes on where it was: each has
# its report in the current directory.
worst=0
for file in outbox/*; do
    [ -f "$file" ] || continue
    hookbatch send "$@" "$file"
    status=$?
    [ "$status" -gt "$worst" ] && worst=$status
    case $status in
        # What stopped this file, such as a wrong key, would stop the next one too.
        3 | 129 | 130 | 143) break ;;
    esac
done
exit "$worst"

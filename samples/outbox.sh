#!/bin/sh
# Sends the files of the folder outbox in order, for cron and systemd. The arguments are flags of
# send; variables can set them too (HOOKBATCH_TO, HOOKBATCH_API_KEY_FILE, ...).
#
# Each file has its report in the current directory: a finished run is skipped, and a stopped run
# resumes where it left off.
worst=0
for file in outbox/*; do
    [ -f "$file" ] || continue
    # Files that another program still writes, as transfer programs name them.
    case $file in *.part | *.partial | *.filepart | *.tmp | *.crdownload) continue ;; esac
    hookbatch send "$@" "$file"
    status=$?
    [ "$status" -gt "$worst" ] && worst=$status
    case $status in
        # The cause, such as a wrong key, would stop the next file too.
        3 | 129 | 130 | 143) break ;;
    esac
done
exit "$worst"

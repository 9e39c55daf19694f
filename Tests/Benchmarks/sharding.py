"""The job `shards`: the same lines sent by one process, and by shards that run at once."""

import hashlib
import json

from contenders import all_arrived, differs, lines_of, messages, sends
from measurement import Contender
from table import rows

NOTES = """\
`shards`: all shards of a job run at once on the same cores, and the time is that of the last one.
Each of them reads the whole input. The shard without lines does only that."""

#: Starts the shards, and fails if one of them does.
SCRIPT = """
pids=
for shard in $(seq "$1"); do
    "$0" send --to "$2" --report report.ndjson --shard "$shard/$1" "$3" & pids="$pids $!"
done
status=0
for pid in $pids; do wait "$pid" || status=$?; done
exit $status
"""


def shards(bench):
    job = "shards"
    source = bench.inputs.lines(bench.lines)
    contenders = [sends(bench, source)]
    contenders[0].name = "hookbatch, without shards"
    contenders += [sharded(bench, source, count) for count in (1, 2, 4)]
    contenders.append(without_lines(bench, source))
    bench.measurement.turns(job, contenders, bench.turns)
    return rows(job, contenders, "messages", 100_000)


def sharded(bench, source, count):
    def fault(folder, run):
        written = sum(lines_of(path) for path in folder.glob("report.shard-*-of-*.ndjson"))
        return (differs("report rows", written, source.messages)
                or all_arrived(bench, source)(folder, run))

    return Contender(
        f"hookbatch, {count} shard{'s' if count > 1 else ''} at once",
        ["sh", "-c", SCRIPT, bench.hookbatch, count, bench.server.base, source.path],
        source.messages, messages(source.messages),
        environment={"HOOKSTREAM_API_KEY": "benchmark"},
        prepare=bench.server.mark, fault=fault)


def without_lines(bench, source, count=10_000):
    with open(source.path, encoding="utf-8") as file:
        applications = {json.loads(line)["appId"] for line in file}
    used = {int.from_bytes(hashlib.sha256(each.encode()).digest()[:8], "big") % count + 1
            for each in applications}
    shard = next(number for number in range(1, count + 1) if number not in used)
    return Contender(
        "hookbatch, a shard without lines",
        [bench.hookbatch, "send", "--to", bench.server.base, "--report", "report.ndjson",
         "--shard", f"{shard}/{count}", source.path],
        source.messages, f"{source.messages:,} lines read",
        environment={"HOOKSTREAM_API_KEY": "benchmark"},
        prepare=bench.server.mark,
        fault=lambda folder, run: differs("requests", bench.server.arrived(), 0))

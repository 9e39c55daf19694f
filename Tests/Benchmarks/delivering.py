"""The jobs `deliver` and `memory-deliver`: the deliveries of a store to endpoints on loopback."""

import json
import shutil
import sqlite3
import subprocess

from contenders import builds, differs, sends
from measurement import Contender
from table import rows

#: The time of a run that does not deliver everything.
SECONDS = 10

NOTES = """\
`deliver`: the pending deliveries of a store to one nginx worker, that is one endpoint, or 64 with a
URL each. Each turn of the loop syncs its attempts to the disk before their requests leave, so the rate depends on
the disk and on the requests in flight: 8 for an endpoint by default, 64 in all. `send` needs no such
sync. `memory-deliver`: so many pending deliveries, of which it sends as many as fit into 10 s."""


def deliver(bench):
    job = "deliver"
    count = max(1000, bench.lines // 10)
    contenders = []
    for endpoints, flags in ((64, []), (1, []), (1, ["--endpoint-concurrency", "64"])):
        store = filled(bench, count, endpoints)
        name = ("64 endpoints" if endpoints > 1
                else "one endpoint, 64 requests at a time" if flags else "one endpoint")

        def make(binary, store=store, flags=flags, name=name):
            return Contender(
                f"hookbatch deliver, {name}", [binary, "deliver", "--store", "store.db", *flags],
                count, f"{count:,} deliveries",
                prepare=lambda folder: (shutil.copy(store, folder / "store.db"),
                                        bench.server.mark()),
                fault=lambda folder, run: (
                    differs("requests", bench.server.arrived(), count)
                    or differs("pending", pending(folder / "store.db"), 0)))

        contenders += builds(bench, make)
    source = bench.inputs.lines(count)
    contenders.append(sends(bench, source))
    contenders[-1].name = "hookbatch send to HTTP"
    bench.measurement.turns(job, contenders, bench.turns)
    return rows(job, contenders, "requests", 100_000)


def memory(bench):
    """Measures peak memory by the number of pending deliveries."""
    found = []
    for count in (bench.many // 10, bench.many):
        store = filled(bench, count, 64)
        script = (f'timeout -s TERM {SECONDS} "$0" deliver --store store.db; status=$?; '
                  "[ $status = 0 ] || [ $status = 124 ]")
        contender = Contender(
            "hookbatch deliver", ["sh", "-c", script, bench.hookbatch], count,
            f"{count:,} pending",
            prepare=lambda folder: (shutil.copy(store, folder / "store.db"), bench.server.mark()),
            done=lambda run: bench.server.arrived())
        bench.measurement.turns(f"memory, deliver, {count:,} pending", [contender], 1)
        found += rows("memory, deliver", [contender], "requests", 100_000)
        store.unlink()
    return found


def filled(bench, count, endpoints):
    """Makes a store with `count` pending deliveries by the program itself; returns its path."""
    folder = bench.scratch / f"filled-{count}-{endpoints}"
    store = folder / "store.db"
    if store.exists():
        return store
    folder.mkdir()

    def run(*words):
        subprocess.run([bench.hookbatch, *words], cwd=folder, check=True, capture_output=True)

    applications = [f"app_{number}" for number in range(endpoints)]
    run("store", "add-app", *applications, "--store", "store.db")
    for application in applications:
        run("store", "add-endpoint", application,
            f"http://127.0.0.1:{bench.server.plain}/{application}", "--store", "store.db")
    with open(folder / "in.ndjson", "w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps({
                "appId": applications[number % endpoints], "event_type": "order.paid",
                "payload": {"id": number, "text": "x" * 200}}) + "\n")
    run("send", "in.ndjson", "--to", "store:store.db")
    for path in folder.iterdir():
        if not path.name.startswith("store.db"):
            path.unlink()
    if pending(store) != count:
        raise RuntimeError(f"{store} has {pending(store)} pending deliveries, not {count}")
    return store


def pending(path):
    database = sqlite3.connect(path)
    try:
        # Also moves what the write-ahead log has into the file, so that it can be copied.
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return database.execute(
            "SELECT count(*) FROM deliveries WHERE status = 'pending'").fetchone()[0]
    finally:
        database.close()

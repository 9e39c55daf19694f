"""The job `store`: the same lines into SQLite."""

import shutil
import subprocess

from contenders import PEERS, all_stored, builds, messages, stores
from measurement import Contender
from table import rows

#: The messages in one transaction of hookbatch's store.
BATCH = 2048

NOTES = """\
`store`: hookbatch validates, registers applications and writes a report; the bare inserts are a
C loop over rows that were parsed beforehand, into the same tables with the same pragmas, 2,048
rows to a synced transaction: the practical limit. sqlite-utils and `.import` fill one table of
three columns without an index, in one transaction or few."""


def into_store(bench):
    job = "send to the store"
    count = bench.lines
    source = bench.inputs.lines(count)
    contenders = builds(bench, lambda binary: stores(bench, source, binary))
    if bench.tools.bare_inserts:
        contenders.append(bare_inserts(bench, count))
    if bench.has("sqlite3"):
        contenders.append(sqlite3_import(bench, bench.inputs.lines(count, "csv")))
    if bench.has("sqlite-utils"):
        contenders.append(sqlite_utils(bench, bench.inputs.lines(count // 5)))
    bench.measurement.turns(job, contenders, bench.turns)
    return rows(job, contenders, "messages", 100_000)


def bare_inserts(bench, count):
    source = bench.inputs.rows(count)
    template = empty_store(bench)
    return Contender(
        "bare prepared inserts in C",
        [bench.tools.bare_inserts, "store.db", source.path, BATCH], count, messages(count),
        prepare=lambda folder: shutil.copy(template, folder / "store.db"),
        fault=all_stored(source))


def empty_store(bench):
    """Makes a store without messages by the program itself, so that it has the program's tables."""
    folder = bench.scratch / "empty"
    if not folder.exists():
        folder.mkdir()
        (folder / "none.ndjson").touch()
        subprocess.run([bench.hookbatch, "send", "--to", "store:store.db", "none.ndjson"],
                       cwd=folder, check=True, capture_output=True)
    return folder / "store.db"


def sqlite3_import(bench, source):
    return Contender(
        "sqlite3 .import (CSV)",
        ["sqlite3", "store.db", "CREATE TABLE messages (appId TEXT, event_type TEXT, payload TEXT)",
         ".mode csv", f".import --skip 1 '{source.path}' messages"],
        source.messages, messages(source.messages), fault=all_stored(source))


def sqlite_utils(bench, source):
    return Contender(
        "sqlite-utils insert --nl",
        [bench.tools.python, "-m", "sqlite_utils", "insert", "store.db", "messages", source.path,
         "--nl"],
        source.messages, messages(source.messages), fault=all_stored(source))

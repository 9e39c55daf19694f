"""This program as a contender, and the checks that a run did all of its work."""

import sqlite3
from pathlib import Path

from measurement import Contender

PEERS = Path(__file__).resolve().parent / "peers"


def messages(count):
    return f"{count:,} messages"


def lines_of(path):
    with open(path, "rb") as file:
        return sum(1 for _ in file)


def differs(what, got, wanted):
    """Returns a fault if the two are not the same."""
    return None if got == wanted else f"{what}: {got:,} instead of {wanted:,}"


def stored(path):
    database = sqlite3.connect(path)
    try:
        return database.execute("SELECT count(*) FROM messages").fetchone()[0]
    finally:
        database.close()


def all_stored(source):
    """Returns the fault of a run that must leave a row for each message in `store.db`."""
    return lambda folder, run: differs(
        "rows stored", stored(folder / "store.db"), source.messages)


def all_arrived(bench, source):
    """Returns the fault of a run that must send a request for each message."""
    return lambda folder, run: differs("requests", bench.server.arrived(), source.messages)


def all_reported(source, then):
    """Returns the fault of a run that must write a row for each message, or that of `then`."""

    def fault(folder, run):
        written = lines_of(folder / "report.ndjson")
        return differs("report rows", written, source.messages) or then(folder, run)

    return fault


def builds(bench, make):
    """Makes a contender of this build, and one of the baseline if there is one."""
    made = [make(bench.hookbatch)]
    if bench.baseline:
        made.append(make(bench.baseline))
        made[-1].name = "hookbatch (baseline)"
    return made


def sends(bench, source, *flags, base=None, binary=None):
    """Makes a contender of `hookbatch send` to the server, with its journal and its report."""
    return Contender(
        "hookbatch",
        [binary or bench.hookbatch, "send", "--to", base or bench.server.base, "--report", "report.ndjson",
         *flags, source.path],
        source.messages, messages(source.messages),
        environment={"HOOKSTREAM_API_KEY": "benchmark"},
        prepare=bench.server.mark, fault=all_reported(source, all_arrived(bench, source)))


def stores(bench, source, binary=None):
    """Makes a contender of `hookbatch send` into a new store, with its journal and its report."""
    return Contender(
        "hookbatch",
        [binary or bench.hookbatch, "send", "--to", "store:store.db", "--report", "report.ndjson",
         source.path],
        source.messages, messages(source.messages),
        fault=all_reported(source, all_stored(source)))

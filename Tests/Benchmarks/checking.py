"""The jobs `check-ndjson`, `check-json`, `check-csv` and `check-flat`, which validate a file in the page cache."""

import re

from contenders import PEERS, builds, differs
from measurement import Contender
from table import rows

NOTES = """\
`check` jobs: files that are in the page cache. jq and orjson parse each line (orjson also checks
the three fields); Python's csv, which is C, cuts the rows up without a look into the payloads. The
flat CSV is checked with `--map payload='*'`, beside the same payloads in JSON cells; both with
`--duplicates`, so that each payload is built."""


def of_ndjson(bench):
    source = bench.inputs.sized(bench.check_megabytes)
    contenders = builds(bench, lambda binary: hookbatch(binary, source))
    if bench.has("orjson"):
        contenders.append(script(bench, "Python orjson", "orjson_check.py", source))
    if bench.has("jq"):
        contenders.append(jq(bench, bench.inputs.sized(max(1, bench.check_megabytes // 10))))
    return measured(bench, "check NDJSON", contenders, source)


def of_json(bench):
    """Checks the events of `check-ndjson` as the elements of one array."""
    source = bench.inputs.sized(bench.check_megabytes, "json")
    return measured(bench, "check JSON", builds(bench, lambda binary: hookbatch(binary, source)),
                    source)


def of_csv(bench):
    source = bench.inputs.sized(bench.check_megabytes, "csv")
    part = bench.inputs.sized(max(1, bench.check_megabytes // 4), "csv")
    contenders = builds(bench, lambda binary: hookbatch(binary, source))
    if bench.tools.python.exists():
        contenders.append(script(bench, "Python csv", "csv_check.py", part))
    return measured(bench, "check CSV", contenders, source)


def of_flat_csv(bench):
    """Checks rows whose payloads are built of columns, and the same payloads in JSON cells."""
    count = bench.check_megabytes * 1000
    flat = bench.inputs.customers(count, is_flat=True)
    cells = bench.inputs.customers(count, is_flat=False)
    contenders = builds(bench, lambda binary: built(binary, flat, "--map", "payload=*"))[:1]
    contenders.append(built(bench.hookbatch, cells))
    contenders[1].name = "hookbatch (JSON cells)"
    bench.measurement.turns("check flat CSV", contenders, bench.turns)
    return rows("check flat CSV", contenders, "rows", 1_000_000)


def built(binary, source, *flags):
    contender = hookbatch(binary, source)
    contender.command += ["--duplicates", *flags]
    contender.amount = source.messages
    contender.shown = f"{source.messages:,} rows"
    return contender


def measured(bench, job, contenders, source):
    bench.measurement.turns(job, contenders, bench.turns)
    found = rows(job, contenders, "MB", 1000)
    if bench.check_megabytes > 500:
        bench.inputs.remove(source)
    return found


def counted(source):
    """Returns the fault of a run whose output is not the number of messages."""
    return lambda folder, run: differs("lines", int(run.output), source.messages)


def hookbatch(binary, source):
    def fault(folder, run):
        valid = re.search(r"^ *valid +([\d,]+)$", run.output, re.MULTILINE)
        if not valid:
            return f"it reported no valid records: {run.output[-200:]}"
        return differs("valid records", int(valid[1].replace(",", "")), source.messages)

    return Contender("hookbatch", [binary, "check", source.path], source.megabytes,
                     f"{source.megabytes:,.0f} MB", fault=fault)


def script(bench, name, file, source):
    return Contender(name, [bench.tools.python, PEERS / file, source.path], source.megabytes,
                     f"{source.megabytes:,.0f} MB", fault=counted(source))


def jq(bench, source):
    return Contender("jq", ["jq", "-n", "reduce inputs as $line (0; . + 1)", source.path],
                     source.megabytes, f"{source.megabytes:,.0f} MB", fault=counted(source))

"""The jobs that measure only this program: memory, growth of time, pace, and start-up."""

from contenders import sends, stores
from measurement import Contender
from table import Row, median, number, rows

NOTES = """\
`memory`: one run for each size. `growth`: the time against half as many messages (2.00 is linear).
`pace`: by the server's own clock, from the first request to the last."""


def memory(bench):
    """Measures peak memory by the file's size, lines and applications, and with large payloads."""
    found = []
    inputs = bench.inputs
    sources = [(f"{size:,} MB file", lambda size=size: inputs.sized(size)) for size in bench.sizes]
    many = bench.many
    sources += [
        (f"{many:,} short lines", lambda: inputs.short(many)),
        (f"{many:,} applications", lambda: inputs.applications(many)),
        # Close to the maximum size of a record, with room for the members around the text.
        (f"{bench.large} records of 8 MiB", lambda: inputs.large(bench.large, (8 << 20) - 200)),
    ]
    for shown, make in sources:
        source = make()
        for job, contender in (("memory, HTTP", sends(bench, source)),
                               ("memory, store", stores(bench, source))):
            contender.shown = shown
            bench.measurement.turns(f"{job}, {shown}", [contender], 1)
            found += rows(job, [contender], "messages", 100_000)
        inputs.remove(source)
    return found


def growth(bench):
    """Measures seconds for 1, 2, 4 and 8 times as many messages."""
    found = []
    counts = [bench.lines // 4 * factor for factor in (1, 2, 4, 8)]
    for job, make in (("growth, HTTP", sends), ("growth, store", stores)):
        contenders = [make(bench, bench.inputs.lines(count)) for count in counts]
        bench.measurement.turns(job, contenders, bench.turns)
        before = None
        for each, row in zip(contenders, rows(job, contenders, "messages", 100_000)):
            row.ratio = ""
            if each.runs:
                seconds = each.median(lambda run: run.seconds)
                grown = f", {seconds / before:.2f} × the half" if before else ""
                row.median = f"{seconds:.2f} s{grown}"
                row.spread = spread_of([run.seconds for run in each.runs])
                before = seconds
            found.append(row)
    return found


def pace(bench):
    """Compares the rate at the server with the requested one."""
    found = []
    for rate, seconds in bench.paces:
        source = bench.inputs.lines(rate * seconds)
        contender = sends(bench, source, "--rate", f"{rate}/s", base=bench.server.timed_base)
        seen = []

        def done(run, seen=seen):
            times = bench.server.times()
            seen.append((len(times) - 1) / (times[-1] - times[0]))
            return source.messages

        contender.done = done
        bench.measurement.turns(f"pace, {rate}/s", [contender], bench.pace_turns)
        row = rows("pace", [contender], "messages", 100_000)[0]
        row.amount = f"--rate {rate}/s for {seconds} s"
        if seen:
            off = (median(seen) / rate - 1) * 100
            row.median = f"{median(seen):,.2f}/s, {off:+.2f} %"
            row.spread = spread_of(seen)
        found.append(row)
    return found


def start_up(bench):
    """Runs a command that does nothing, 50 times each in turns."""
    job = "start-up"
    contenders = [Contender("hookbatch version", [bench.hookbatch, "version"], 1, "50 times")]
    if bench.has("curl"):
        contenders.append(Contender("curl --version", ["curl", "--version"], 1, "50 times"))
    if bench.has("jq"):
        contenders.append(Contender("jq --version", ["jq", "--version"], 1, "50 times"))
    bench.measurement.turns(job, contenders, 50)
    found = []
    for each, row in zip(contenders, rows(job, contenders, "runs", 1)):
        if each.runs:
            times = [run.seconds * 1000 for run in each.runs]
            row.median = f"{median(times):.1f} ms"
            row.spread = spread_of(times)
        found.append(row)
    return found


def spread_of(values):
    return f"{number(min(values))}–{number(max(values))}"

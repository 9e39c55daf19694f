"""The rows of the result, and their Markdown table."""

from dataclasses import dataclass
import os
import platform
import time

HEADINGS = ["job", "program", "amount", "median", "spread", "CPU s", "peak MB", "hookbatch ÷ it"]


@dataclass
class Row:
    job: str
    program: str
    amount: str
    median: str = ""
    spread: str = ""
    cpu: str = ""
    peak: str = ""
    ratio: str = ""

    def cells(self):
        return [self.job, self.program, self.amount, self.median, self.spread, self.cpu, self.peak,
                self.ratio]


def number(value):
    """Formats a value with its significant digits."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def rows(job, contenders, unit, cpu_amount):
    """Makes a row for each contender of a job that is measured in `unit` per second; the first of
    them is this program. CPU is given for `cpu_amount` of the unit."""
    ours = contenders[0]
    # Compares the medians of interleaved turns.
    own = median(ours.rates)
    found = []
    for each in contenders:
        row = Row(job, each.name, each.shown)
        if each.failure is not None:
            row.median = "failed"
        elif each.runs:
            middle = median(each.rates)
            row.median = f"{number(middle)} {unit}/s"
            row.spread = f"{number(min(each.rates))}–{number(max(each.rates))}"
            row.cpu = f"{each.cpu_per(cpu_amount):.2f}"
            row.peak = f"{each.median(lambda run: run.peak_mb):.1f}"
            if each is not ours and own:
                row.ratio = f"{own / middle:.2f}"
        found.append(row)
    return found


def median(values):
    ordered = sorted(values)
    if not ordered:
        return 0
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def markdown(found):
    cells = [HEADINGS, *(row.cells() for row in found)]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in cells]
    widths = [max(len(line[n]) for line in cells) for n in range(len(HEADINGS))]
    # The first three columns are text, the others numbers.
    ruler = ["-" * width if n < 3 else "-" * (width - 1) + ":" for n, width in enumerate(widths)]
    shown = [cells[0], ruler, *cells[1:]]
    return "\n".join(
        "| " + " | ".join(
            cell.ljust(width) if n < 3 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths))
        ) + " |"
        for line in shown
    )


def machine(load, versions):
    """Describes the machine and the versions. `load` is the load average before the start."""
    model = platform.processor() or "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(file.readline().split()[1]) // 1_000_000
    shown = " ".join(f"{each:.2f}" for each in load)
    day = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    return (f"{model}, {os.cpu_count()} cores, {memory} GB, Linux {platform.release()}, {day}, "
            f"load average before {shown}.\n{', '.join(versions)}.")

"""Runs commands in turns and records the cost of each."""

import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable


@dataclass(frozen=True)
class Run:
    """One run of a command. `output` is the end of its output on both streams."""

    seconds: float
    cpu: float
    peak_mb: float
    status: int
    output: str


@dataclass
class Contender:
    """A program that does a job, with the amount of work in messages or megabytes."""

    name: str
    command: list
    amount: float
    #: The amount in the table: "300,000 messages".
    shown: str
    environment: dict = field(default_factory=dict)
    #: Prepares the run's folder, untimed.
    prepare: Callable[[Path], None] = lambda folder: None
    #: The fault of a run that ended with 0, or None.
    fault: Callable[[Path, Run], str | None] = lambda folder, run: None
    #: Whether the work is done, for a program that does not end by itself.
    is_done: Callable[[], bool] | None = None
    #: The amount done in a run, if it is not known before.
    done: Callable[[Run], float] | None = None
    runs: list = field(default_factory=list)
    amounts: list = field(default_factory=list)
    failure: str | None = None

    @property
    def rates(self):
        return [amount / run.seconds for amount, run in zip(self.amounts, self.runs)]

    def median(self, value):
        return statistics.median(value(run) for run in self.runs)

    def cpu_per(self, amount):
        """Returns the CPU seconds for this amount of work."""
        each = (run.cpu * amount / done for run, done in zip(self.runs, self.amounts))
        return statistics.median(each)


def progress(text):
    print(text, file=sys.stderr, flush=True)


class Measurement:
    """Runs contenders, each in a new empty folder, pinned to `core` if it is given."""

    def __init__(self, launcher, scratch, core=None, limit=1800):
        self.launcher = launcher
        self.scratch = scratch
        self.core = core
        self.limit = limit

    def turns(self, job, contenders, count):
        """Runs each contender `count` times in turns: A B A B. After a failure, a contender gets no
        further turns, and its `failure` is set."""
        for turn in range(count):
            for contender in contenders:
                if contender.failure is None:
                    self._turn(job, contender, f"{turn + 1}/{count}")
        return contenders

    def _turn(self, job, contender, turn):
        folder = self.scratch / "run"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        contender.prepare(folder)
        # A run must not wait for unwritten data of the run before.
        os.sync()
        run = self.once(contender, folder)
        if run.status != 0:
            fault = f"exit {run.status}: {run.output.strip()[-300:]}"
        else:
            fault = contender.fault(folder, run)
        if fault is None:
            contender.runs.append(run)
            contender.amounts.append(contender.done(run) if contender.done else contender.amount)
            # Not for the many runs of milliseconds.
            if run.seconds > 0.1:
                progress(f"{job}, {turn}: {contender.name}: {run.seconds:.2f} s, "
                         f"{contender.rates[-1]:,.0f}/s, {run.peak_mb:.1f} MB")
        else:
            contender.failure = fault
            progress(f"{job}, {turn}: {contender.name} FAILED: {fault}")
        shutil.rmtree(folder, ignore_errors=True)

    def once(self, contender, folder):
        result, log = self.scratch / "result", self.scratch / "log"
        result.unlink(missing_ok=True)
        # No proxies, locale or configuration of the user.
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.scratch), "LANG": "C.UTF-8"}
        environment.update(contender.environment)
        with open(log, "wb") as output:
            process = subprocess.Popen(
                [self.launcher, result, str(self.limit), *map(str, contender.command)],
                cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, preexec_fn=self._pin)
            try:
                self._wait(process, contender.is_done)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        with open(log, "rb") as output:
            output.seek(max(0, log.stat().st_size - 4096))
            text = output.read().decode(errors="replace")
        if not result.exists():
            return Run(0, 0, 0, 1, text)
        wall, cpu, peak, status = map(int, result.read_text().split())
        return Run(wall / 1e6, cpu / 1e6, peak * 1024 / 1e6, status, text)

    def _pin(self):
        if self.core is not None:
            os.sched_setaffinity(0, {self.core})

    def _wait(self, process, is_done):
        deadline = time.monotonic() + self.limit
        while is_done and process.poll() is None and time.monotonic() < deadline:
            if is_done():
                process.terminate()
                break
            # Often enough for a run of seconds, and rarely enough to cost little.
            time.sleep(0.02)
        process.wait()

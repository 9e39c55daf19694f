"""Runs commands in turns, and keeps what each cost."""

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
    """One run of a command. `output` is the end of what it printed on both streams."""

    seconds: float
    cpu: float
    peak_mb: float
    status: int
    output: str


@dataclass
class Contender:
    """A program that does a job, and how much of it: messages, or megabytes."""

    name: str
    command: list
    amount: float
    #: What the amount is called in the table: "300,000 messages".
    shown: str
    environment: dict = field(default_factory=dict)
    #: Makes the run's folder ready, untimed.
    prepare: Callable[[Path], None] = lambda folder: None
    #: What was wrong with a run that ended with 0, or None.
    fault: Callable[[Path, Run], str | None] = lambda folder, run: None
    #: Where the program does not end by itself: whether its work is done.
    is_done: Callable[[], bool] | None = None
    #: The amount done in a run, where it is not known before.
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
        """CPU seconds for so much of the work."""
        each = (run.cpu * amount / done for run, done in zip(self.runs, self.amounts))
        return statistics.median(each)


def progress(text):
    print(text, file=sys.stderr, flush=True)


class Measurement:
    """Runs contenders, each in a new empty folder, pinned to `core` if there is one."""

    def __init__(self, launcher, scratch, core=None, limit=1800):
        self.launcher = launcher
        self.scratch = scratch
        self.core = core
        self.limit = limit

    def turns(self, job, contenders, count):
        """Runs each contender so many times: A B A B. One that fails once is left out of the rest,
        with its `failure` set."""
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
        # What the run before has left to be written is not this one's to wait for.
        os.sync()
        run = self.once(contender, folder)
        if run.status != 0:
            fault = f"exit {run.status}: {run.output.strip()[-300:]}"
        else:
            fault = contender.fault(folder, run)
        if fault is None:
            contender.runs.append(run)
            contender.amounts.append(contender.done(run) if contender.done else contender.amount)
            # Not for runs of milliseconds, of which there are many.
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
        # No proxies, no locale, no configuration of the user's.
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
            # Often enough for a run of seconds, seldom enough to cost nothing.
            time.sleep(0.02)
        process.wait()

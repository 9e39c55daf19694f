"""Runs of the program with what they cost: descriptors, memory and time."""

import json
import os
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Sent:
    """A finished run."""

    status: int
    errors: str
    seconds: float
    descriptors: int
    megabytes: float
    #: Rows of the report by outcome.
    outcomes: Counter = field(default_factory=Counter)
    duplicates: int = 0
    #: From the signal to the end, in seconds.
    stopping: float = 0
    fault: str | None = None


class Sender:
    """Sends inputs of one size each with one library."""

    def __init__(self, binary, library, folder, limit=120):
        self.binary = binary
        self.library = library
        self.folder = folder
        self.limit = limit

    def run(self, lines, base, *flags, environment=None, signal_after=None):
        """Sends `lines` events to `base`; sends SIGTERM after `signal_after` seconds."""
        for each in self.folder.iterdir():
            each.unlink()
        event = '{"appId":"app_%d","event_type":"a.b","payload":{"n":%d,"text":"%s"}}\n'
        (self.folder / "in.ndjson").write_text(
            "".join(event % (n % 50, n, "x" * 200) for n in range(lines)))
        # Nothing of the user: no proxies, no locale.
        variables = {"PATH": os.environ["PATH"], "HOME": str(self.folder),
                     "HOOKSTREAM_API_KEY": "hs-test-key", **self.library.variables(),
                     **(environment or {})}
        command = [self.binary, "send", "in.ndjson", "--to", base, "--report", "out.ndjson",
                   "--progress", "none", *map(str, flags)]
        if "--start-patience" not in flags:
            command += ["--start-patience", "0s"]
        start = time.monotonic()
        with open(self.folder / "errors", "wb") as errors:
            process = subprocess.Popen(command, cwd=self.folder, env=variables, stderr=errors,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        most = kilobytes = 0
        signalled = None
        while True:
            # The process stays a zombie until `wait`, so that its id is not another's.
            ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            now = time.monotonic()
            if ended:
                break
            most = max(most, self._descriptors(process.pid))
            kilobytes = max(kilobytes, self._peak(process.pid))
            if signal_after is not None and signalled is None and now - start >= signal_after:
                process.send_signal(signal.SIGTERM)
                signalled = now
            if now - start > self.limit:
                process.kill()
            time.sleep(0.005)
        sent = Sent(process.wait(), (self.folder / "errors").read_text(errors="replace"),
                    now - start, most, kilobytes / 1000)
        if signalled is not None:
            sent.stopping = now - signalled
        report = self.folder / "out.ndjson"
        if report.exists():
            rows = [json.loads(line) for line in report.read_text().splitlines()]
            sent.outcomes = Counter(row["outcome"] for row in rows)
            sent.duplicates = sum(row["possible_duplicate"] for row in rows)
            if sorted(row["line"] for row in rows) != list(range(1, lines + 1)):
                sent.fault = "the report has not one row for each line"
        return sent

    def summary(self):
        """Returns the summary of the last run."""
        return json.loads((self.folder / "out.summary.json").read_text())

    def _descriptors(self, pid):
        try:
            return len(os.listdir(f"/proc/{pid}/fd"))
        except OSError:
            return 0

    def _peak(self, pid):
        """Returns the most memory of a process so far, in kB."""
        try:
            with open(f"/proc/{pid}/status", encoding="ascii") as status:
                for line in status:
                    if line.startswith("VmHWM:"):
                        return int(line.split()[1])
        except OSError:
            pass
        return 0

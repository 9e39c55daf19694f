"""The cases of GNU parallel, with the sample's script."""

import os
import subprocess
from pathlib import Path

from job import expect

SCRIPT = Path(__file__).resolve().parents[2] / "samples" / "parallel.sh"


def run(job, *words, **more):
    return subprocess.run(
        ["sh", SCRIPT, *words], cwd=job.folder, env={**os.environ, **job.variables(**more)},
        capture_output=True, text=True, timeout=240)


def on_one_host(_, make):
    """Processes of GNU parallel give the report of one process."""
    with make(lines=1000) as job:
        result = run(job, "5", "2", "events.ndjson")
        expect(result.returncode == 1, f"{result}")
        expect((job.folder / "job.report.ndjson").exists(), f"no merged report: {result}")
        again = len(job.api.requests)
        result = run(job, "5", "2", "events.ndjson")
        expect(result.returncode == 1 and len(job.api.requests) == again, f"again: {result}")
        job.check("job")


CASES = [on_one_host]

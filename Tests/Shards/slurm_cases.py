"""The cases of a real Slurm."""

import os
import signal
import subprocess
import time
from pathlib import Path

from job import expect

SCRIPT = Path(__file__).resolve().parents[2] / "samples" / "slurm.sbatch"


def submit(slurm, job, array, base=0, rate="4000/s", shard="auto/8"):
    """Submits the sample's script for some tasks of a job, and returns Slurm's id."""
    script = job.folder / "job.sbatch"
    text = SCRIPT.read_text()
    for part, other in [("--shard-base 0", f"--shard-base {base}"), ("--rate 400/s", f"--rate {rate}"),
                        ("--shards-at-once 4", "--shards-at-once 8"), ("auto/8", shard)]:
        expect(part in text, f"the sample lacks {part}")
        text = text.replace(part, other)
    if shard != "auto/8":
        text = text.replace(f"--shard-base {base}", "")
    script.write_text(text)
    return slurm.submit(job.folder, script, "events.ndjson", flags=["--array", array],
                        variables=job.variables())


def arrays(slurm, make):
    """Arrays of each base give the report of one process."""
    step = "$((SLURM_ARRAY_TASK_ID / 2))/8"
    for array, base, shard in [("0-7", 0, "auto/8"), ("1-8", 1, "auto/8"), ("2-16:2", 0, step)]:
        with make(lines=1000) as job:
            ended = slurm.finish(submit(slurm, job, array, base, shard=shard), 8)
            expect(set(ended.values()) <= {0, 1}, f"{array}: {ended}\n{job.logs()}")
            job.check()


def rerun(slurm, make):
    """A rerun of some tasks sends nothing again, and never the whole file."""
    with make(lines=1000) as job:
        slurm.finish(submit(slurm, job, "0-7"), 8)
        before = len(job.api.requests)
        for array, count in [("3", 1), ("3,7", 2)]:
            ended = slurm.finish(submit(slurm, job, array), count)
            expect(set(ended.values()) <= {0, 1, 2}, f"{array}: {ended}\n{job.logs()}")
        expect(len(job.api.requests) == before, f"requests after the end:\n{job.logs()}")
        job.check()
    with make(lines=1000) as job:
        # The first submission is a part of the job.
        slurm.finish(submit(slurm, job, "3,7"), 2)
        numbers = sorted(job.api.keys_of_lines())
        expect(len(numbers) < len(job.valid), "two tasks sent the whole file")
        merge = job.hookbatch("report", "--shards", "events.shards.json", "--merge", "all.ndjson")
        expect(merge.returncode == 3 and "--array=0-2,4-6" in merge.stderr,
               f"the merge: {merge}")
        slurm.finish(submit(slurm, job, "0-2,4-6"), 6)
        job.check()


def requeued(slurm, make):
    """A task that is requeued in the middle resumes, and no line gets a second key."""
    with make(lines=3000, delay=0.01) as job:
        array = submit(slurm, job, "0-7", rate="400/s")
        slurm.wait("requests", lambda: len(job.api.requests) > 300)
        slurm.requeue(array, 3)
        time.sleep(1)
        ended = slurm.finish(array, 8)
        expect(set(ended.values()) <= {0, 1}, f"{ended}\n{job.logs()}")
        expect("SIGTERM" in job.logs(), f"no task was stopped:\n{job.logs()}")
        job.check()


def lost_node(slurm, make):
    """Of two copies of a task, after a node was taken for lost, one stops or exits with 75."""
    with make(lines=3000, delay=0.01) as job:
        array = submit(slurm, job, "0-7", rate="100/s")
        slurm.wait("requests", lambda: len(job.api.requests) > 200)
        slurmd = slurm.node_process("n1")
        frozen = [slurmd, *descendants(slurmd)]
        for process in frozen:
            os.kill(process, signal.SIGSTOP)
        try:
            slurm.wait("requeued tasks", lambda: any(
                state == "PENDING" or node not in ("n1", "")
                and (job.folder / f"restarted-{index}").exists()
                for index, (state, _, node) in slurm.tasks(array).items()), 120)
            time.sleep(5)
        finally:
            for process in frozen:
                os.kill(process, signal.SIGCONT)
        slurm.finish(array, 8, 300)
        # A task that met the live copy exited with 75: the same submission again resumes it.
        slurm.finish(submit(slurm, job, "0-7"), 8, 300)
        job.check()


def descendants(parent):
    found, waiting = [], [parent]
    while waiting:
        process = waiting.pop()
        text = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True).stdout
        children = [int(word) for word in text.split()]
        found += children
        waiting += children
    return found


CASES = [arrays, rerun, requeued, lost_node]

"""A driver with the contract of a Kubernetes Job whose pods have indexes, and its cases.

It runs what `samples/kubernetes-job.yaml` says: the container's arguments, the environment that
Kubernetes sets, the rules for exit codes, and the grace period between SIGTERM and SIGKILL.
"""

import os
import random
import signal
import subprocess
import threading
import time
from pathlib import Path

import yaml

from job import expect

FILE = Path(__file__).resolve().parents[2] / "samples" / "kubernetes-job.yaml"


class Pod:
    """One process of the job: a container of a pod."""

    def __init__(self, job, spec, index):
        container = spec["template"]["spec"]["containers"][0]
        self.index = index
        words = [word.replace("https://hookstream.io/v1", job.api.url).replace(
            "/run/secrets/hookstream/key", str(job.folder / "key")).replace(
            "--rate=400/s", "--rate=4000/s") for word in container["args"]]
        environment = {**os.environ, "JOB_COMPLETION_INDEX": str(index)}
        log = open(job.folder / f"pod-{index}.log", "a")
        self.process = subprocess.Popen(
            ["hookbatch", *words], cwd=job.folder, env=environment, stdout=log, stderr=log,
            executable=job.folder / "bin" / "hookbatch")

    def terminate(self, grace):
        """SIGTERM, and SIGKILL after `grace` seconds."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(grace)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class IndexedJob:
    """Keeps a pod for each index until it succeeds or fails for good."""

    def __init__(self, job, seed):
        self.job = job
        self.spec = yaml.safe_load(FILE.read_text())["spec"]
        self.random = random.Random(seed)
        self.count = self.spec["completions"]
        self.grace = self.spec["template"]["spec"]["terminationGracePeriodSeconds"]
        self.succeeded, self.codes = set(), []

    def fails(self, code):
        """Whether the whole job fails for this exit code of a container."""
        return any(rule["action"] == "FailJob" and code in rule["onExitCodes"]["values"]
                   for rule in self.spec["podFailurePolicy"]["rules"] if "onExitCodes" in rule)

    def run(self, disturb=lambda pods: None, seconds=240):
        """Runs all pods to the end; `disturb` is called 20 times a second with those that run."""
        end = time.monotonic() + seconds
        waiting, pods = list(range(self.count)), {}
        while pods or waiting:
            while waiting and len(pods) < self.spec["parallelism"]:
                index = waiting.pop(0)
                pods[index] = Pod(self.job, self.spec, index)
            expect(time.monotonic() < end, f"the job did not end: {self.codes}\n{self.job.logs()}")
            disturb(pods)
            time.sleep(0.05)
            for index, pod in list(pods.items()):
                code = pod.process.poll()
                if code is None:
                    continue
                # As a shell and Kubernetes show a signal.
                code = code if code >= 0 else 128 - code
                self.codes.append((index, code))
                del pods[index]
                if code == 0:
                    self.succeeded.add(index)
                    continue
                expect(not self.fails(code), f"the job failed: {self.codes}\n{self.job.logs()}")
                # The back-off of Kubernetes is 10 s and more.
                waiting.append(index)


def undisturbed(_, make):
    """An Indexed Job gives the report of one process."""
    with make(lines=1000) as job:
        engine = IndexedJob(job, 0)
        engine.run()
        expect(len(engine.succeeded) == engine.count, f"{engine.codes}\n{job.logs()}")
        job.check()


def evicted(_, make):
    """Pods that are evicted or killed at random are started again, and no line gets a second key."""
    seed = int(os.environ.get("HOOKBATCH_SEED", random.randrange(1 << 32)))
    print(f"HOOKBATCH_SEED={seed}", flush=True)
    with make(lines=4000, delay=0.02) as job:
        engine = IndexedJob(job, seed)
        evictions = []

        def disturb(pods):
            if len(evictions) < 30 and pods and engine.random.random() < 0.3:
                pod = engine.random.choice(list(pods.values()))
                evictions.append(pod.index)
                if engine.random.random() < 0.5:
                    threading.Thread(target=pod.terminate, args=[engine.grace]).start()
                else:
                    pod.process.kill()
        engine.run(disturb)
        expect(len(engine.succeeded) == engine.count, f"{engine.codes}\n{job.logs()}")
        expect(any(code in (137, 143) for _, code in engine.codes), f"no pod ended: {engine.codes}")
        job.check()


def two_copies(_, make):
    """Of two pods with one index, one sends and the other exits with 75."""
    with make(lines=2000, delay=0.02) as job:
        engine = IndexedJob(job, 0)
        codes = []

        def disturb(pods):
            if len(codes) < 5 and len(job.api.requests) > 50 and 2 in pods:
                copy = Pod(job, engine.spec, 2)
                codes.append(copy.process.wait(60))
        engine.run(disturb)
        expect(codes and set(codes[:-1]) <= {75} and codes[-1] in (0, 75),
               f"the copies ended with {codes}\n{job.logs()}")
        expect(75 in codes, f"the copies ended with {codes}")
        expect(len(engine.succeeded) == engine.count, f"{engine.codes}\n{job.logs()}")
        job.check()


CASES = [undisturbed, evicted, two_copies]

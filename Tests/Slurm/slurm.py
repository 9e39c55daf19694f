"""A Slurm of one controller and three nodes on this host, in a folder, without systemd or a database."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

CONFIGURATION = """
ClusterName=hookbatch
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=cred_expire=5
SlurmctldPort={controller}
SlurmctldPidFile={folder}/controller.pid
SlurmctldLogFile={folder}/controller.log
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/%n
SlurmdPidFile={folder}/%n.pid
SlurmdLogFile={folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
SlurmdParameters=config_overrides
ReturnToService=2
PropagateResourceLimits=NONE
KillWait=5
SlurmdTimeout=6
MinJobAge=3600
{nodes}
PartitionName=all Nodes=ALL Default=YES
"""
NODES = ["n1", "n2", "n3"]


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Slurm:
    """Starts at `with`, and is stopped at its end by its process ids. Needs root."""

    def __init__(self, folder):
        self.folder = Path(folder)
        controller, *ports = free_ports(1 + len(NODES))
        for name in ["state", *NODES]:
            (self.folder / name).mkdir(parents=True)
        host = socket.gethostname().split(".")[0]
        nodes = "\n".join(
            f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=4"
            for name, port in zip(NODES, ports))
        self.configuration = self.folder / "slurm.conf"
        self.configuration.write_text(CONFIGURATION.format(
            host=host, user="root", controller=controller, folder=self.folder, nodes=nodes))
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        self.environment = {**os.environ, "SLURM_CONF": str(self.configuration)}

    def __enter__(self):
        self._start_munge()
        self._run("slurmctld", "-f", self.configuration)
        for name in NODES:
            self._run("slurmd", "-N", name, "-f", self.configuration)
        self.wait("idle nodes", lambda: self._run("sinfo", "-h", "-t", "idle", "-o", "%D") == "3")
        return self

    def __exit__(self, *_):
        for name in [*NODES, "controller"]:
            try:
                os.kill(int((self.folder / f"{name}.pid").read_text()), signal.SIGTERM)
            except (OSError, ValueError):
                pass

    def _start_munge(self):
        """munge is a service of the machine: it is started if it does not run, and stays."""
        if subprocess.run("munge -n | unmunge", shell=True, capture_output=True).returncode == 0:
            return
        for folder in ["/run/munge", "/var/log/munge", "/var/lib/munge"]:
            os.makedirs(folder, exist_ok=True)
            self._run("chown", "munge:munge", folder)
        key = Path("/etc/munge/munge.key")
        if not key.exists():
            key.write_bytes(os.urandom(1024))
            self._run("chown", "munge", key)
            key.chmod(0o400)
        self._run("setpriv", "--reuid=munge", "--regid=munge", "--clear-groups",
                  "/usr/sbin/munged")

    def _run(self, *command, **options):
        return subprocess.run(
            [str(word) for word in command], env=options.pop("env", self.environment),
            capture_output=True, text=True, check=True, timeout=60, **options).stdout.strip()

    # MARK: Jobs

    def submit(self, folder, script, *arguments, flags=(), variables=None):
        """Submits a batch script, and returns the job's id."""
        return self._run("sbatch", "--parsable", *flags, script, *arguments, cwd=folder,
                         env={**self.environment, **(variables or {})})

    def tasks(self, job):
        """Returns the state, the exit code and the node of each task, by its array index."""
        text = self._run("scontrol", "show", "job", job, "--oneliner")
        tasks = {}
        for line in text.splitlines():
            fields = dict(word.split("=", 1) for word in line.split() if "=" in word)
            index = fields.get("ArrayTaskId", "")
            if index.isdigit():
                code, _, number = fields["ExitCode"].partition(":")
                tasks[int(index)] = (fields["JobState"], int(code) or 128 * bool(int(number)) +
                                     int(number), fields.get("BatchHost", ""))
        return tasks

    def finish(self, job, count, seconds=240):
        """Waits until all tasks have ended, and returns their exit codes by index."""
        def ended():
            tasks = self.tasks(job)
            return len(tasks) == count and all(
                state in ("COMPLETED", "FAILED", "NODE_FAIL", "TIMEOUT")
                for state, _, _ in tasks.values())
        self.wait(f"end of job {job}", ended, seconds)
        return {index: code for index, (_, code, _) in self.tasks(job).items()}

    def requeue(self, job, index):
        self._run("scontrol", "requeue", f"{job}_{index}")

    def node_process(self, name):
        """Returns the process id of a node's slurmd."""
        return int((self.folder / f"{name}.pid").read_text())

    def wait(self, what, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise RuntimeError(f"waited {seconds} s for: {what}")
            time.sleep(0.2)

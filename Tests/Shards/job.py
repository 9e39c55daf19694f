"""An input, a server and the programs that send it as shards."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from server import API

#: What another run of the same lines may have otherwise.
OWN = {"message_id", "attempts", "possible_duplicate", "started_at", "latency_ms"}


class Job:
    """A folder with an input of valid and invalid lines, and a server that remembers what came."""

    def __init__(self, binary, scratch, lines, delay=0.0):
        self.folder = Path(tempfile.mkdtemp(dir=scratch))
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "hookbatch").symlink_to(binary)
        (self.folder / "key").write_text("key")
        (self.folder / "key").chmod(0o600)
        self.lines = lines
        with open(self.folder / "events.ndjson", "w") as file:
            for number in range(1, lines + 1):
                if number % 50 == 0:
                    file.write('{"appId": "app"\n')
                else:
                    file.write(json.dumps({
                        "appId": f"app-{number % 23}", "event_type": "order.paid",
                        "payload": {"n": number}}) + "\n")
        self.valid = [n for n in range(1, lines + 1) if n % 50]
        self.api = API(delay)

    def __enter__(self):
        self.api.__enter__()
        return self

    def __exit__(self, *_):
        self.api.__exit__()

    def variables(self, **more):
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        return {"PATH": path, "HOOKSTREAM_URL": self.api.url,
                "HOOKSTREAM_KEY_FILE": str(self.folder / "key"), **more}

    def hookbatch(self, *words):
        return subprocess.run(["hookbatch", *words], cwd=self.folder, capture_output=True,
                              text=True, env={**os.environ, **self.variables()})

    def merged(self, name):
        """Merges the shards' reports, and returns the rows without what may differ."""
        result = self.hookbatch("report", "--shards", f"{name}.shards.json", "--merge", "all.ndjson")
        expect(result.returncode == 1, f"the merge exited with {result.returncode}: {result.stderr}")
        return rows(self.folder / "all.ndjson")

    def check(self, name="events"):
        """Compares the merged report with that of one process, and audits the server's requests."""
        keys = self.api.keys_of_lines()
        expect(sorted(keys) == self.valid, f"{len(keys)} lines came, expected {len(self.valid)}")
        double = {number for number, each in keys.items() if len(each) > 1}
        expect(not double, f"lines with several keys: {sorted(double)[:5]}")
        merged = self.merged(name)
        whole = self.hookbatch("send", "--to", self.api.url, "--api-key-file", "key", "--report",
                               "whole.ndjson", "events.ndjson")
        expect(whole.returncode == 1, f"one process exited with {whole.returncode}: {whole.stderr}")
        expect(merged == rows(self.folder / "whole.ndjson"), "the merged report differs")

    def logs(self):
        return "\n".join(f"{path.name}: {path.read_text()[-1500:]}"
                         for path in sorted(self.folder.glob("*.log")))


def rows(path):
    return [{name: value for name, value in json.loads(line).items() if name not in OWN}
            for line in path.read_text().splitlines()]


def expect(condition, message):
    if not condition:
        raise AssertionError(message)

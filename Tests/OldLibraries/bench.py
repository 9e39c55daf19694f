"""The program, the servers and the files that all cases share."""

import subprocess
import sys

from libraries import compile_shared
from sending import Sender
from servers import Certificates, Nginx


class Bench:
    def __init__(self, binary, scratch, divisor):
        self.binary = binary
        self.scratch = scratch
        self.divisor = divisor
        for name in ["run", "nginx", "certificates"]:
            (scratch / name).mkdir()
        self.certificates = Certificates(scratch / "certificates")
        self.files = {"authority": self.certificates.authority,
                      "bundle": self.certificates.bundle()}
        self.slow_lookup = compile_shared("slow_lookup.c", scratch / "slow_lookup.so")
        self.nginx = Nginx(scratch / "nginx", self.certificates)
        self.sender = None

    def __enter__(self):
        self.nginx.__enter__()
        return self

    def __exit__(self, *_):
        self.nginx.__exit__()

    def count(self, lines):
        return lines // self.divisor

    def column(self, library, cases):
        """Runs all cases with a library; returns their cells and the faults. A library that must be
        refused has no cells."""
        self.sender = Sender(self.binary, library, self.scratch / "run")
        loaded = self._loaded(library)
        print(f"{library.name}: {loaded}", file=sys.stderr, flush=True)
        if library.refusal:
            return {}, self._refused(library)
        cells, faults = {}, []
        for case in cases:
            if case.is_old and library.version >= (7, 87):
                continue
            sent, fault = case.run(self)
            cells[case.name] = "FAILED" if fault else self._cell(sent)
            print(f"{library.name}, {case.name}: {fault or 'good'}, {self._cell(sent)}",
                  file=sys.stderr, flush=True)
            if fault:
                faults.append(case.name)
        return cells, faults

    def _loaded(self, library):
        result = subprocess.run([self.binary, "version"], env=library.variables(),
                                capture_output=True, text=True)
        return next((line for line in result.stdout.splitlines() if line.startswith("libcurl")),
                    result.stderr.strip())

    def _refused(self, library):
        sent = self.sender.run(1, f"http://localhost:{self.nginx.ports['http']}/v1")
        is_refused = sent.status == 2 and library.refusal in sent.errors
        print(f"{library.name}: {'refused' if is_refused else 'NOT REFUSED'} with status "
              f"{sent.status}: {sent.errors.strip()}", file=sys.stderr)
        return [] if is_refused else ["refusal"]

    def _cell(self, sent):
        if sent.stopping:
            return f"{sent.stopping:.2f} s"
        return f"{sent.seconds:.2f} s, {sent.descriptors}, {sent.megabytes:.0f} MB"

"""Finds, installs or builds the compared programs, with their versions."""

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

#: Each program and the Debian packages that contain it.
PACKAGES = {
    "nginx": ["nginx"],
    "openssl": ["openssl"],
    "cc": ["gcc", "libc6-dev"],
    "sqlite3.h": ["libsqlite3-dev"],
    "wrk": ["wrk"],
    "syslog-ng": ["syslog-ng-core", "syslog-ng-mod-http"],
    "curl": ["curl"],
    "parallel": ["parallel"],
    "jq": ["jq"],
    "sqlite3": ["sqlite3"],
}
#: Programs that every benchmark needs.
NEEDED = ["nginx", "openssl", "cc"]
MODULES = ["aiohttp", "uvloop", "orjson", "sqlite-utils"]

#: Commands that print a version, and patterns that match it.
VERSIONS = {
    "nginx": (["nginx", "-v"], r"nginx/(\S+)"),
    "wrk": (["wrk", "-v"], r"wrk (?:debian/)?(\S+)"),
    "syslog-ng": (["syslog-ng", "--version"], r"\((\d\S+)\)"),
    "curl": (["curl", "--version"], r"curl (\S+)"),
    "GNU parallel": (["parallel", "--version"], r"parallel (\d+)"),
    "jq": (["jq", "--version"], r"jq-(\S+)"),
    "sqlite3": (["sqlite3", "--version"], r"(\S+)"),
}


class MissingTool(Exception):
    """A missing program that every benchmark needs; the text is the action to take."""


class Tools:
    """`has(name)` returns whether a peer can run here; the attributes are paths."""

    def __init__(self, folder, install):
        # nginx and syslog-ng are in folders that only root's PATH has.
        os.environ["PATH"] += ":/usr/local/sbin:/usr/sbin"
        self.folder = folder
        self.python = folder / "venv" / "bin" / "python"
        if install:
            self._install_packages()
            self._install_modules()
        missing = [name for name in NEEDED if not self.has(name)]
        if missing:
            packages = " ".join(p for name in missing for p in PACKAGES[name])
            raise MissingTool(f"{', '.join(missing)} not found: install {packages}")
        self.launcher = self._compile(HERE / "measured.c")
        self.bare_inserts = (self._compile(HERE / "peers" / "bare_inserts.c", "-lsqlite3")
                             if self.has("sqlite3.h") else None)

    def has(self, name):
        if name in MODULES:
            return bool(self._module_version(name))
        if name == "sqlite3.h":
            command = [find("cc") or "cc", "-fsyntax-only", "-include", name, "-x", "c", os.devnull]
            return bool(find("cc")) and not subprocess.run(command, capture_output=True).returncode
        if name == "syslog-ng":
            # Its http() destination is in a separate package.
            return find(name) is not None and any(Path("/usr/lib").rglob("syslog-ng/*/libhttp.so"))
        return find(name) is not None

    def versions(self, hookbatch):
        """Returns the name and version of this program and of each installed peer."""
        told = subprocess.run([hookbatch, "version"], check=True, capture_output=True, text=True)
        found = [told.stdout.splitlines()[0], f"Python {platform.python_version()}"]
        for name, (command, pattern) in VERSIONS.items():
            if find(command[0]):
                result = subprocess.run(command, capture_output=True, text=True)
                match = re.search(pattern, result.stdout + result.stderr)
                found.append(f"{name} {match[1] if match else '?'}")
        for name in MODULES:
            if version := self._module_version(name):
                found.append(f"{name} {version}")
        return found

    def build_hookbatch(self):
        """Builds this tree in release and returns the program's path."""
        command = ["swift", "build", "-c", "release", "--product", "hookbatch"]
        subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
        where = subprocess.run(
            [*command, "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True)
        return Path(where.stdout.strip()) / "hookbatch"

    def _install_packages(self):
        missing = [p for name, packages in PACKAGES.items() if not self.has(name) for p in packages]
        if not missing:
            return
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            print(f"not installed, and left out where they are peers: {' '.join(missing)}",
                  file=sys.stderr)
            return
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
            # After a failure the missing programs are omitted and named.
            subprocess.run(["apt-get", "-qq", *command], env=environment, stdout=sys.stderr)

    def _install_modules(self):
        if all(self.has(name) for name in MODULES):
            return
        subprocess.run([sys.executable, "-m", "venv", self.folder / "venv"], stdout=sys.stderr)
        if self.python.exists():
            subprocess.run([self.python, "-m", "pip", "install", "-q", *MODULES], stdout=sys.stderr)

    def _module_version(self, name):
        if not self.python.exists():
            return None
        code = f"import importlib.metadata as m; print(m.version({name!r}))"
        result = subprocess.run([self.python, "-c", code], capture_output=True, text=True)
        return result.stdout.strip() if result.returncode == 0 else None

    def _compile(self, source, *libraries):
        target = self.folder / source.stem
        subprocess.run([find("cc"), "-O2", "-Wall", "-o", target, source, *libraries], check=True)
        return target


def find(name):
    """Returns a program's path, or None. The Swift toolchain's clang can be used as cc."""
    return shutil.which(name) or (shutil.which("clang") if name == "cc" else None)

"""The libcurls of the matrix: from Python wheels and Debian's packages, and shims of the installed.

Each is a folder for LD_LIBRARY_PATH, kept in a cache. Nothing of a wheel is installed or run but
its libcurl.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent

#: Wheels that contain a libcurl: requirement, Python version, platform, and the file's SHA-256.
WHEELS = {
    "7.76.1": ("pyproj==3.1.0", "3.9", "manylinux2010_x86_64",
               "ebbba7707fe83a01e54bce8e3e7342feb0b3e0d74ff8c28df12f8bc59b76827c"),
    "7.80.0": ("rasterio==1.3.0", "3.9", "manylinux2014_x86_64",
               "82cf55e76a69296e41c06acaf5853ea5625b852c6ed0e9fe05867b3fbc29dd73"),
    "7.84.0": ("curl_cffi==0.5.9", "3.9", "manylinux2014_x86_64",
               "035387477b9c6a0861c1479b077422aeb68ac827f273f05c69cdaa91faad947e"),
    "7.75.0": ("netCDF4==1.6.2", "3.9", "manylinux2014_x86_64",
               "4de7aa27303071546d3da166da80b3d58fd08427f14e5fcb5afc9edbf71b66fd"),
    "7.54.0": ("rasterio==1.2.10", "3.9", "manylinux2010_x86_64",
               "c73248b4ba0564798bf64df869834821a7b823a4c9ceda3de9b772d69c3f5405"),
}
#: Versions that a shim of the installed libcurl pretends to have.
SHIMS = {"shim 7.81.0": "7.81.0", "shim 7.86.0": "7.86.0"}
#: Libraries that the program must refuse, with the words for it.
REFUSED = {
    "7.54.0": "can't be loaded (it has no curl_multi_poll)",
    "7.75.0": "version 7.75.0 is too old",
    "NSS": "it was built with NSS/",
}


class MissingLibrary(Exception):
    """A library that is not to be had; the text is why."""


@dataclass(frozen=True)
class Library:
    """A libcurl with what a program needs to load it."""

    name: str
    #: For LD_LIBRARY_PATH; None for the installed one.
    folder: Path | None
    environment: dict = field(default_factory=dict)
    #: The words with which it is refused; None if it can be used.
    refusal: str | None = None
    #: The version, such as (7, 84, 0); for the installed one, which is newer, any newer one.
    version: tuple = (9,)
    #: Whether the trusted certificates are read once, by libcurl or by the program.
    reads_certificates_once: bool = False

    def variables(self):
        folder = {"LD_LIBRARY_PATH": str(self.folder)} if self.folder else {}
        return {**folder, **self.environment}


def installed(name):
    """Returns the real path of an installed library, which the loader of programs would find."""
    for line in subprocess.run(
            ["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True
    ).stdout.splitlines():
        if line.split()[:1] == [name] and "x86-64" in line:
            return Path(line.rsplit("=> ", 1)[1]).resolve()
    raise MissingLibrary(f"{name} is not installed")


def compile_shared(source, target, *arguments):
    subprocess.run(
        [shutil.which("clang") or "gcc", "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-I",
         HERE.parents[1] / "Sources/CCurl/include", "-o", target, HERE / source, *arguments],
        check=True)
    return target


def shim(source, soname, folder):
    """Compiles a shim of an installed library. It is linked by its path to the real one, which has
    the name of the shim."""
    folder.mkdir(parents=True, exist_ok=True)
    stub = folder / "stub.so"
    subprocess.run(
        [shutil.which("clang") or "gcc", "-shared", "-o", stub, "-x", "c", "/dev/null",
         f"-Wl,-soname,{installed(soname)}"], check=True)
    return compile_shared(source, folder / soname, "-Wl,--no-as-needed", stub)


class Catalog:
    """Makes libraries by name, in `cache`."""

    NAMES = [*WHEELS, *SHIMS, "GnuTLS", "NSS", "installed"]

    def __init__(self, cache):
        self.cache = cache

    def library(self, name):
        refusal = REFUSED.get(name)
        if name == "installed":
            return Library(name, None, reads_certificates_once=True)
        if name in SHIMS:
            folder = self.cache / "shim"
            shim("libcurl_shim.c", "libcurl.so.4", folder)
            version = SHIMS[name]
            return Library(name, folder, {"LIBCURL_SHIM_VERSION": version},
                           version=numbers(version), reads_certificates_once=True)
        if name == "GnuTLS":
            # An unusable libcurl.so.4 is found first, so that the second choice is loaded.
            folder = self.cache / "gnutls"
            folder.mkdir(parents=True, exist_ok=True)
            installed("libcurl-gnutls.so.4")
            (folder / "libcurl.so.4").write_bytes(b"")
            return Library(name, folder)
        if name == "NSS":
            return Library(name, self._copied("nss", installed("libcurl-nss.so.4")),
                           refusal=refusal)
        return Library(name, self._of_wheel(name), refusal=refusal, version=numbers(name))

    def _copied(self, name, library):
        folder = self.cache / name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(library, folder / "libcurl.so.4")
        return folder

    def _of_wheel(self, version):
        requirement, python, platform, digest = WHEELS[version]
        folder = self.cache / version
        if (folder / "libcurl.so.4").exists():
            return folder
        wheels = self.cache / "wheels" / version
        result = subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
             "--no-deps", "--only-binary=:all:", "--python-version", python, "--platform", platform,
             "--dest", wheels, requirement], capture_output=True, text=True)
        if result.returncode != 0:
            raise MissingLibrary(f"pip can't get {requirement}: {result.stderr.strip()}")
        wheel, = wheels.glob("*.whl")
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if found != digest:
            raise MissingLibrary(f"{wheel.name} has another SHA-256: {found}")
        made = self.cache / f"{version}.new"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.infolist():
                path = Path(entry.filename)
                if path.parent.name.endswith(".libs"):
                    (made / path.name).write_bytes(archive.read(entry))
        curl, = made.glob("libcurl*")
        self._keep_needed(made, curl)
        os.rename(curl, made / "libcurl.so.4")
        os.rename(made, folder)
        return folder

    def _keep_needed(self, folder, curl):
        """Deletes what libcurl does not need: other programs may load from the folder too."""
        kept = {curl.name}
        queue = [curl]
        while queue:
            text = subprocess.run(["readelf", "-d", queue.pop()], check=True, capture_output=True,
                                  text=True).stdout
            for line in text.splitlines():
                name = line.rsplit("[", 1)[-1].rstrip("]") if "(NEEDED)" in line else ""
                if (folder / name).is_file() and name not in kept:
                    kept.add(name)
                    queue.append(folder / name)
        for each in folder.iterdir():
            if each.name not in kept:
                each.unlink()


def numbers(version):
    return tuple(map(int, version.split(".")))

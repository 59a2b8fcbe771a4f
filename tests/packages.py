"""The packages that the tree gives: built without a network, and installed where the checkout is out of sight."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent

JUNK = (
    ".env",
    "notes.txt",
    "data/state.json",
    "sandbooks/.DS_Store",
    "sandbooks/bundled/mocks/stale.py",
    "sandbooks/cli/__pycache__/serve.cpython-311.pyc",
    "sandbooks/server.py.orig",
    "mocks/__pycache__/__init__.cpython-311.pyc",
    "mocks/notes.md",
    "specs/openapi.yaml~",
    "fixtures/.demo.yaml.swp",
    "tests/.mypy_cache/x.json",
    "tests/__pycache__/conftest.cpython-311.pyc",
)
"""What lies about in a folder that people work in, and belongs to no package."""


@dataclass(frozen=True, slots=True)
class Packages:
    """A wheel and an sdist of the tree, and the wheel that comes of the sdist."""

    wheel: Path
    sdist: Path
    wheel_of_sdist: Path


def tracked() -> list[str]:
    """The files of the tree that are under version control, as addresses below its root."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def build(folder: Path) -> Packages:
    """Wheel and sdist of a copy of the tree that has junk in it."""
    tree = _copied(folder / "tree")
    for name in JUNK:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(b"junk")
    wheel = _built("wheel", tree, folder / "direct")
    sdist = _built("sdist", tree, folder / "direct")
    _run("tar", "-xzf", str(sdist), cwd=folder)
    unpacked = folder / sdist.name.removesuffix(".tar.gz")
    return Packages(wheel, sdist, _built("wheel", unpacked, folder / "again"))


def build_wheel(folder: Path) -> Path:
    """A wheel of the tree alone."""
    return _built("wheel", _copied(folder / "tree"), folder / "dist")


def install(wheel: Path, folder: Path) -> Path:
    """The scripts of a new virtual environment that has the wheel; its libraries are those of the test run."""
    _run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip(folder, "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    return folder / "bin"


def pip(folder: Path, *arguments: str) -> None:
    """The test run's pip, at work on another virtual environment."""
    _run(sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(folder / "bin/python"), *arguments)


def outside() -> dict[str, str]:
    """An environment that leads to no checkout, for a process that has only what is installed."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SANDBOOKS_"))} | {
        "SANDBOOKS_CACHE": "",
        "NO_COLOR": "1",
    }


def files_of_wheel(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return sorted(archive.namelist())


def _copied(tree: Path) -> Path:
    for name in tracked():
        target = tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    return tree


def _built(kind: str, tree: Path, folder: Path) -> Path:
    before = set(folder.glob("*"))
    _run(sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(folder), cwd=tree)
    (made,) = set(folder.glob("*")) - before
    return made


def _run(*command: str, cwd: Path = ROOT) -> None:
    done = subprocess.run(command, cwd=cwd, env=outside(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"

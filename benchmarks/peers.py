"""Other servers that answer an OpenAPI description, from npm: which ones, in which versions, how each is started."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import Request
from benchmarks.processes import NotStarted

LONGEST_INSTALL_S = 600


@dataclass(frozen=True, slots=True)
class Peer:
    """A program from npm. `arguments` has what is written for it: the description, its port, its folder of stubs."""

    name: str
    package: str
    version: str
    program: str
    arguments: Callable[[Path, int, Path], list[str]]


def _prism_arguments(description: Path, port: int, stubs: Path) -> list[str]:
    return ["mock", str(description), "--port", str(port)]


def _silent_prism_arguments(description: Path, port: int, stubs: Path) -> list[str]:
    return [*_prism_arguments(description, port, stubs), "--verboseLevel", "silent"]


def _mockoon_arguments(description: Path, port: int, stubs: Path) -> list[str]:
    address = ["--hostname", "127.0.0.1", "--port", str(port)]
    return ["start", "--data", str(description), *address, "--disable-log-to-file", "--disable-admin-api"]


def _wiremock_arguments(description: Path, port: int, stubs: Path) -> list[str]:
    address = ["--bind-address", "127.0.0.1", "--port", str(port)]
    return [*address, "--root-dir", str(stubs), "--no-request-journal", "--disable-banner"]


PRISM, MOCKOON = ("@stoplight/prism-cli", "5.14.2", "prism"), ("@mockoon/cli", "9.9.0", "mockoon-cli")
PEERS = (
    Peer("Prism", *PRISM, _prism_arguments),
    Peer("Prism, silent", *PRISM, _silent_prism_arguments),
    Peer("Mockoon", *MOCKOON, _mockoon_arguments),
    Peer("WireMock", "wiremock", "3.13.2", "wiremock", _wiremock_arguments),
)


def cache_folder() -> Path:
    """Where peers are installed: `SANDBOOKS_BENCH`, else in the user's cache folder."""
    named = os.environ.get("SANDBOOKS_BENCH")
    return Path(named) if named else Path.home() / ".cache" / "sandbooks-bench"


def install(peer: Peer, folder: Path) -> Path:
    """The peer's program, installed unless the folder has that version already.

    Raises:
        NotStarted: npm is missing, or did not install it.
    """
    program = folder / "node_modules" / ".bin" / peer.program
    if installed_version(peer, folder) == peer.version and program.exists():
        return program
    if shutil.which("npm") is None:
        raise NotStarted("npm is not on the PATH")
    folder.mkdir(parents=True, exist_ok=True)
    wanted = f"{peer.package}@{peer.version}"
    command = ["npm", "install", "--prefix", str(folder), "--save-exact", "--no-audit", "--no-fund", wanted]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_INSTALL_S, check=False)
    except subprocess.TimeoutExpired:
        raise NotStarted(f"`npm install {wanted}` took longer than {LONGEST_INSTALL_S} s") from None
    if done.returncode or not program.exists():
        said = [line for line in done.stderr.splitlines() if "error" in line][:2]  # what follows is where its log is
        raise NotStarted("; ".join([f"`npm install {wanted}` failed", *said]))
    return program


def installed_version(peer: Peer, folder: Path) -> str:
    """What the folder has of the peer; empty where it has nothing."""
    manifest = folder / "node_modules" / peer.package / "package.json"
    return str(json.loads(manifest.read_text())["version"]) if manifest.is_file() else ""


def write_stubs(folder: Path, answers: Iterable[tuple[Request, int, str]]) -> None:
    """WireMock's files: for each call the status and the JSON text that answer it, always the same."""
    mappings = folder / "mappings"
    mappings.mkdir()
    for number, (request, status, content) in enumerate(answers):
        wanted = {name: {"equalTo": value} for name, value in request.headers.items()}
        stub = {
            "request": {"method": request.method, "urlPath": request.path, "headers": wanted},
            "response": {"status": status, "body": content, "headers": {"Content-Type": "application/json"}},
        }
        (mappings / f"{number}.json").write_text(json.dumps(stub))

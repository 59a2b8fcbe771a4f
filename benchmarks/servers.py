"""The servers that are compared, and the calls that each of them gets: the same, on the same description."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from benchmarks import peers
from benchmarks.load import Request
from benchmarks.processes import NotStarted, Running, python_module, running
from sandbooks import __version__

SHOP = Path(__file__).parent / "shop"
DESCRIPTION = SHOP / "specs" / "shop" / "openapi.yaml"
TOKEN = {"Authorization": "Bearer shop-full"}
PET = {"name": "Harbour Lights", "price": 1234.56, "status": "available", "tags": ["quiet", "old"]}
RECORDS = 20

SUBJECT, BARE = "Sandbooks", "bare ASGI"
GET_ONE, POST_ONE, POST_MANY, LIST = "GET one by id", "POST one document", f"POST {RECORDS} records", "GET first page"
CALLS = {
    GET_ONE: Request("GET", "/pets/1", TOKEN),
    POST_ONE: Request("POST", "/pets", TOKEN, json.dumps(PET)),
    POST_MANY: Request("POST", "/pets/batch", TOKEN, json.dumps([PET] * RECORDS)),
    LIST: Request("GET", "/pets", TOKEN),
}


@dataclass(frozen=True, slots=True)
class Server:
    """One that answers; `prefix` stands before the paths of the description."""

    name: str
    version: str
    running: Running
    ready_mb: float
    prefix: str = ""

    def request(self, call: str) -> Request:
        return replace(CALLS[call], path=self.prefix + CALLS[call].path)


@contextmanager
def all_servers(*, with_peers: bool) -> Iterator[tuple[list[Server], dict[str, str]]]:
    """Every server, started one after the other; and why those are missing that could not be started, by name."""
    with ExitStack() as stack:
        started = [
            _entered(stack, SUBJECT, __version__, sandbooks_command("--project", str(SHOP)), "/shop"),
            _entered(stack, BARE, f"uvicorn {version('uvicorn')}", _bare_command, ""),
        ]
        missing: dict[str, str] = {}
        stubs = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        peers.write_stubs(stubs, _static_answers())
        for peer in peers.PEERS if with_peers else ():
            try:
                program = peers.install(peer, peers.cache_folder())
                started.append(_entered(stack, peer.name, peer.version, _peer_command(peer, program, stubs), ""))
            except NotStarted as cause:
                missing[peer.name] = str(cause)
        yield started, missing


def sandbooks_command(*options: str) -> Callable[[int], list[str]]:
    """`sandbooks serve` with these options, for any port."""
    return lambda port: python_module("sandbooks.cli", "serve", *options, "--port", str(port))


def _entered(stack: ExitStack, name: str, version: str, command: Callable[[int], list[str]], prefix: str) -> Server:
    process = stack.enter_context(running(command, prefix + CALLS[GET_ONE].path, headers=TOKEN))
    return Server(name, version, process, process.memory_mb(), prefix)


def _bare_command(port: int) -> list[str]:
    quiet = ["--no-access-log", "--log-level", "error", "--no-server-header"]
    return python_module(
        "uvicorn", "benchmarks.bare:app", "--port", str(port), "--loop", "uvloop", "--http", "httptools", *quiet
    )


def _peer_command(peer: peers.Peer, program: Path, stubs: Path) -> Callable[[int], list[str]]:
    return lambda port: [str(program), *peer.arguments(DESCRIPTION, port, stubs)]


def _static_answers() -> Sequence[tuple[Request, int, str]]:
    stored = {"id": 1, **PET}
    documents: dict[str, tuple[int, object]] = {
        GET_ONE: (200, stored),
        POST_ONE: (201, stored),
        POST_MANY: (201, [stored] * RECORDS),
        LIST: (200, [stored] * RECORDS),
    }
    return [(CALLS[call], status, json.dumps(document)) for call, (status, document) in documents.items()]

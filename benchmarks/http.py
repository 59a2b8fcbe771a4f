"""Requests per second of one GET and one POST, beside a bare ASGI application in the same run.

The sandbox does the whole job: credential, parameters, validation of call and answer, state, journal.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

from benchmarks.driver import Result, drive, request_bytes

ROUNDS = 5
SECONDS = 2.0
HERE = Path(__file__).parent
TOKEN = {"Authorization": "Bearer petshop-full"}
PET = b'{"name":"Harbour Lights","price":1234.56,"status":"available","tags":["quiet","old"]}'
GET_BOUND = 0.25
READY_S = 15


@dataclass(frozen=True, slots=True)
class Case:
    """One call that is repeated; `bare` says that it goes to the yardstick."""

    name: str
    request: bytes
    bare: bool = False


CASES = (
    Case("GET, bare ASGI", request_bytes("GET", "/", {}), bare=True),
    Case("GET by id", request_bytes("GET", "/petshop/pets/1", TOKEN)),
    Case("POST, bare ASGI", request_bytes("POST", "/", {}, PET), bare=True),
    Case("POST one document", request_bytes("POST", "/petshop/pets", TOKEN, PET)),
)


def measure(rounds: int = ROUNDS, seconds: float = SECONDS) -> dict[str, list[Result]]:
    """Run every case in turn, `rounds` times over, after one round to warm up."""
    found: dict[str, list[Result]] = {case.name: [] for case in CASES}
    with _bare() as bare_port, _sandbox() as sandbox_port:
        for number in range(rounds + 1):
            for case in CASES:
                port = bare_port if case.bare else sandbox_port
                result = drive(port, case.request, seconds=seconds if number else 0.5)
                if result.refused:
                    raise SystemExit(f"{case.name}: {result.refused} answers were no success")
                if number:
                    found[case.name].append(result)
    return found


def table(found: dict[str, list[Result]]) -> str:
    """What was measured, as text: medians, spread, latency, and the ratio to the bare application."""
    lines = [f"{'':<20}{'median/s':>10}{'low..high':>18}{'p50 ms':>9}{'p99 ms':>9}{'ratio':>8}{'bound':>8}"]
    for case in CASES:
        runs = found[case.name]
        rates = [run.per_second for run in runs]
        bare = "GET, bare ASGI" if case.name.startswith("GET") else "POST, bare ASGI"
        ratio = statistics.median(rates) / statistics.median(run.per_second for run in found[bare])
        bound = f"{GET_BOUND:.2f}" if case.name == "GET by id" else ""
        latency = [statistics.median(run.percentile_ms(share) for run in runs) for share in (0.5, 0.99)]
        spread = f"{min(rates):.0f}..{max(rates):.0f}"
        lines.append(
            f"{case.name:<20}{statistics.median(rates):>10.0f}{spread:>18}"
            f"{latency[0]:>9.2f}{latency[1]:>9.2f}{ratio:>8.2f}{bound:>8}"
        )
    return "\n".join(lines)


@contextmanager
def _bare() -> Iterator[int]:
    port = _free_port()
    options = [
        "--loop",
        "uvloop",
        "--http",
        "httptools",
        "--no-access-log",
        "--log-level",
        "error",
        "--no-server-header",
    ]
    command = [sys.executable, "-m", "uvicorn", "benchmarks.bare:app", "--port", str(port), *options]
    with _running(command, f"http://127.0.0.1:{port}/"):
        yield port


@contextmanager
def _sandbox() -> Iterator[int]:
    port = _free_port()
    command = [sys.executable, "-m", "sandbooks.cli", "serve", str(HERE / "petshop.yaml"), "--port", str(port)]
    with _running(command, f"http://127.0.0.1:{port}/_sandbox/health"):
        yield port


@contextmanager
def _running(command: list[str], address: str) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(HERE.parent)})
    try:
        _wait_for(address)
        yield
    finally:
        process.terminate()
        process.wait(timeout=15)


def _wait_for(address: str) -> None:
    deadline = perf_counter() + READY_S
    while perf_counter() < deadline:
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except (OSError, urllib.error.URLError):
            sleep(0.05)
        else:
            return
    raise SystemExit(f"{address} did not answer within {READY_S} s")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port

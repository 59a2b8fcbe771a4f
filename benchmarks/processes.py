"""Servers as processes: start one, wait until it answers, ask for its memory, call it, end it.

Knows nothing of what they serve.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import IO, Any

ROOT = Path(__file__).parent.parent
LONGEST_START_S = 60
LONGEST_END_S = 15
POLL_S = 0.01
SHOWN_CHARACTERS = 300


class NotStarted(Exception):
    """A server ended or did not answer in time; its text is what the server said last."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers. `ready_s` is from its start to its first good answer."""

    port: int
    pid: int
    ready_s: float

    def memory_mb(self) -> float:
        """What the process and all below it have in memory."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True)
        return resident_kilobytes(listed.stdout, self.pid) / 1024


@dataclass(slots=True)
class Client:
    """Calls a server over one connection that stays open. An answer other than 2xx stops the run."""

    port: int
    headers: Mapping[str, str]
    _connection: http.client.HTTPConnection | None = None

    def call(self, method: str, path: str, body: object = None) -> Any:  # JSON as the server sends it
        """The answer's document, None where there is none."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        content = None if body is None else json.dumps(body).encode()
        headers = dict(self.headers) if content is None else {**self.headers, "Content-Type": "application/json"}
        self._connection.request(method, path, content, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if not 200 <= answer.status < 300:
            raise SystemExit(f"{method} {path} was answered {answer.status}: {text.decode()[:SHOWN_CHARACTERS]}")
        return json.loads(text) if text else None


@contextmanager
def running(
    command: Callable[[int], list[str]],
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
) -> Iterator[Running]:
    """A server while the block runs. `command` is given the port; it is ready when GET `path` succeeds.

    It runs in a group of its own, so that what it starts ends with it. Settings of Sandbooks in the environment do not
    reach it, and nothing is kept between starts unless `variables` say so.

    Raises:
        NotStarted: its program is missing, it ended, or it took longer than `LONGEST_START_S`.
    """
    port = _free_port()
    with tempfile.TemporaryFile() as complaints:
        started = perf_counter()
        try:
            process = subprocess.Popen(
                command(port),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                env=_environment(variables or {}),
                start_new_session=True,
            )
        except OSError as error:
            raise NotStarted(str(error)) from None
        try:
            _wait_until_ready(
                process, urllib.request.Request(_url(port, path), headers=dict(headers or {})), complaints
            )
            yield Running(port, process.pid, perf_counter() - started)
        finally:
            _end(process)


def python_module(*words: str) -> list[str]:
    """The command that runs a module with the interpreter of this process."""
    return [sys.executable, "-m", *words]


def resident_kilobytes(listed: str, pid: int) -> int:
    """The sum for a process and all below it. `listed` has a line `pid parent kilobytes` for each process."""
    rows = [tuple(int(word) for word in line.split()) for line in listed.splitlines() if line.strip()]
    wanted, total = {pid}, 0
    grown = True
    while grown:
        below = {child for child, parent, _ in rows if parent in wanted} | wanted
        grown, wanted = len(below) > len(wanted), below
    for process, _, kilobytes in rows:
        total += kilobytes if process in wanted else 0
    return total


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOOKS_")}
    return {**kept, "PYTHONPATH": str(ROOT), "SANDBOOKS_CACHE": "", **variables}


def _url(port: int, path: str) -> str:
    return f"http://127.0.0.1:{port}{path}"


def _wait_until_ready(process: subprocess.Popen[bytes], request: urllib.request.Request, said: IO[bytes]) -> None:
    deadline = perf_counter() + LONGEST_START_S
    cause = f"no good answer within {LONGEST_START_S} s"
    while perf_counter() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            sleep(POLL_S)
        else:
            return
    if process.poll() is not None:
        cause = f"ended with exit code {process.returncode}"
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    complaint = [line.strip() for line in lines if "error:" in line.lower()][:1] or lines[-1:]
    raise NotStarted(": ".join([cause, *complaint])[:SHOWN_CHARACTERS])


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(LONGEST_END_S)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port

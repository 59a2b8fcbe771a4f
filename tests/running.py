"""A server in a process of its own, for tests that need a real port."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE_S = 60
"""How long a process may take to end, on a machine that has much else to do."""


@contextmanager
def running(*arguments: str, cwd: Path = ROOT) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """`sandbooks serve` with these arguments on a free port; gives the port and the process, and ends it."""
    with started([sys.executable, "-W", "ignore", "-m", "sandbooks.cli", "serve", *arguments], cwd) as found:
        yield found


@contextmanager
def started(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A command that serves, on a free port; gives the port and the process, and ends it."""
    process = subprocess.Popen(
        [*command, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=cwd,
        env=environment,
    )
    try:
        yield _port_of(process), process
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


def _port_of(process: subprocess.Popen[str]) -> int:
    """The port from the line that names the control address, which is printed once the server listens."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if found := re.search(r":(\d+)/_sandbox\s*$", line):
            return int(found[1])
    raise AssertionError(f"the server did not start:\n{printed}")

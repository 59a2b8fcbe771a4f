"""The documents are true: each command block that can be run is run, in order, and prints what stands below it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.running import ROOT, running

EXAMPLE = re.compile(r"```sh\n((?:(?!```).)*?)```\n(?:[^`]{0,200}?```(?:json|text)\n(.*?)```)?", re.DOTALL)
"""A command block, and the output that follows it."""

ELSEWHERE = {"testing.md", "container.md"}
"""Pages with tests of their own: they are written for a test run, and for an engine that builds images."""

PAGES = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "docs").glob("*.md") if file.name not in ELSEWHERE)
DOCUMENTS = ["README.md", *PAGES]
PORTS = {"4010": (), "4011": ("--project", "examples/pets")}
"""The ports that documents speak of, and what is served there."""

LONGEST_S = 90


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_of_a_document_print_what_it_says(document: str) -> None:
    """Every call, and every command with output below it, does what the document says, on a fresh server."""
    examples = runnable((ROOT / document).read_text())
    script = "\n".join(f"{code}\necho\necho ----" for code, _ in examples)
    with ExitStack() as servers:
        for written, arguments in PORTS.items():
            if written in script:
                port, _ = servers.enter_context(running(*arguments))
                script = script.replace(written, str(port))
        printed = run(script)

    assert [output.strip() for _, output in examples] == printed[: len(examples)]
    assert len(examples) >= 10


def runnable(text: str) -> list[tuple[str, str]]:
    """The blocks to run, with their output: those that make a call or show output, but for those cut short by `...`.

    What starts a server or an own project is for the reader alone.
    """
    blocks = [(code, output) for code, output in EXAMPLE.findall(text) if "..." not in code]
    return [(code, output) for code, output in blocks if "curl" in code or output]


def run(script: str) -> list[str]:
    """What each block prints; whatever the script started has ended afterwards."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    process = subprocess.Popen(
        ["bash", "-euc", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        start_new_session=True,
    )
    try:
        printed, complaints = process.communicate(timeout=LONGEST_S)
    finally:
        with suppress(ProcessLookupError):  # nothing of it is left
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert process.returncode == 0, complaints
    return [part.strip() for part in printed.split("----\n")]

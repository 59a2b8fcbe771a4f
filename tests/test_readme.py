"""The documents are true: each command block that can be run is run, in order, and prints what stands below it."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Timer

import pytest

from tests.running import ROOT, running

EXAMPLE = re.compile(r"```sh\n((?:(?!```).)*?)```\n(?:[^`]{0,200}?```(?:json|text)\n(.*?)```)?", re.DOTALL)
"""A command block, and the output that follows it."""

SERVER = re.compile(r"sandbooks serve( .*)?\n")
"""A block that is nothing but the start of a server."""

PORT = re.compile(r" --port (\d+)")
USUAL_PORT = "4010"

ELSEWHERE = {"testing.md", "container.md"}
"""Pages with tests of their own: they are written for a test run, and for an engine that builds images."""

PAGES = [
    str(file.relative_to(ROOT))
    for file in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if file.name not in ELSEWHERE and "```sh" in file.read_text()
]
LONGEST_S = 300
END = "---- end of block"


@pytest.mark.parametrize("document", PAGES)
def test_commands_of_a_document_print_what_it_says(document: str, tmp_path: Path) -> None:
    """Servers start as the document starts them; every other block that can be run prints what stands below it."""
    text = (ROOT / document).read_text()
    folder = ROOT if "--project examples/" in text else tmp_path
    examples, servers, printed = runnable(text), Servers(folder), []
    with servers.stack, shell(folder, tmp_path / "complaints") as tell:
        for code, _ in examples:
            printed.append("" if servers.start(code) else tell(servers.addressed(code)))

    assert [output.strip() for _, output in examples] == printed
    assert len(examples) > 5


def test_example_of_a_test_passes(tmp_path: Path) -> None:
    """The test that the README shows is found by pytest with the plugin alone, and passes."""
    (shown,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (tmp_path / "test_shown.py").write_text(shown)

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=LONGEST_S)

    assert "1 passed" in done.stdout, done.stdout + done.stderr


def runnable(text: str) -> list[tuple[str, str]]:
    """The blocks to run, with their output: those that start a server, make a call, write a file or show output.

    What is cut short by `...`, and what installs something, is for the reader alone.
    """
    return [
        (code, output)
        for code, output in EXAMPLE.findall(text)
        if (output or re.search("curl|<<'", code) or SERVER.fullmatch(code)) and "..." not in code
    ]


class Servers:
    """The servers that a document has started, by the port that is written there.

    Args:
        folder: in which they are started.
    """

    def __init__(self, folder: Path) -> None:
        self.stack = ExitStack()
        self._folder = folder
        self._ports: dict[str, int] = {}

    def start(self, code: str) -> bool:
        """Whether this block starts a server; it is started on a free port."""
        if not SERVER.fullmatch(code):
            return False
        written = (PORT.findall(code) or [USUAL_PORT])[0]
        arguments = shlex.split(PORT.sub("", code), comments=True)[2:]
        self._ports[written], _ = self.stack.enter_context(running(*arguments, cwd=self._folder))
        return True

    def addressed(self, code: str) -> str:
        """The block, with the ports that the servers really have."""
        for written, port in self._ports.items():
            code = code.replace(written, str(port))
        return code


@contextmanager
def shell(folder: Path, complaints: Path, longest_s: float = LONGEST_S) -> Iterator[Callable[[str], str]]:
    """One shell for all blocks of a document: what a block prints; whatever a block started has ended afterwards."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with complaints.open("w") as errors:
        process = subprocess.Popen(
            ["bash", "-eu"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=folder,
            env={**os.environ, "PATH": path},
            start_new_session=True,
        )
    watch = Timer(longest_s, _end, [process])
    watch.start()
    try:
        yield lambda code: _tell(process, code, complaints)
    finally:
        watch.cancel()
        _end(process)
        process.communicate()


def _tell(process: subprocess.Popen[str], code: str, complaints: Path) -> str:
    """Hands a block to the shell as one text, so that nothing in it reads the blocks to come."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"eval {shlex.quote(code)} < /dev/null\necho\necho '{END}'\n")
    process.stdin.flush()
    printed = ""
    for line in process.stdout:
        if line == f"{END}\n":
            return printed.strip()
        printed += line
    raise AssertionError(f"{complaints.read_text()}\nin:\n{code}")


def _end(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):  # nothing of it is left
        os.killpg(process.pid, signal.SIGKILL)

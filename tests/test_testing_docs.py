"""The page on tests is true: its files are written, its commands are run and print what stands below them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.running import ROOT
from tests.test_readme import Servers, shell

PAGE = ROOT / "docs" / "testing.md"
BLOCK = re.compile(
    r"(?:^`(?P<file>[\w.]+)`:\n\n```\w+\n(?P<content>.*?)```\n)"
    r"|(?:^```sh\n(?P<code>.*?)```\n(?:\n```text\n(?P<output>.*?)```\n)?)",
    re.DOTALL | re.MULTILINE,
)
LONGEST_S = 150


@dataclass(frozen=True, slots=True)
class Block:
    """A file with its content, or a command with what it prints."""

    file: str
    content: str
    code: str
    output: str

    @property
    def is_test_run(self) -> bool:
        return self.code.startswith(("pytest ", "python "))


def blocks() -> Iterator[Block]:
    """What the page has to offer, in its order; what installs something is for the reader alone."""
    for found in BLOCK.finditer(PAGE.read_text()):
        if "pip install" not in (found["code"] or ""):
            yield Block(*(found[name] or "" for name in ("file", "content", "code", "output")))


def fits(printed: str, expected: str) -> bool:
    """Whether a text is as expected; `...` stands for anything."""
    pattern = ".*".join(re.escape(part) for part in expected.strip().split("..."))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def run_tests(code: str, folder: Path, cache: Path) -> str:
    """What a test run prints."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SANDBOOKS_CACHE": str(cache),
    }
    done = subprocess.run(
        ["bash", "-c", code], cwd=folder, env=environment, capture_output=True, text=True, timeout=LONGEST_S
    )
    return done.stdout + done.stderr


def test_files_of_the_page_are_tests_that_run(tmp_path: Path) -> None:
    """From the first test to the last one, each command prints what the page says."""
    folder, cache = tmp_path / "project", tmp_path / "cache"
    folder.mkdir()
    wrong = []
    for block in blocks():
        if block.file:
            (folder / block.file).write_text(block.content)
        elif block.is_test_run and not fits(printed := run_tests(block.code, folder, cache), block.output):
            wrong.append(f"{block.code}{printed}")

    assert wrong == []
    assert sum(block.is_test_run for block in blocks()) == 4


def test_calls_of_the_page_are_answered_as_it_says(tmp_path: Path) -> None:
    """What another language does through the control API: a sandbox for a test, a fault, a look at what was asked."""
    commands = [block for block in blocks() if block.code and not block.is_test_run]
    servers, printed, expected = Servers(tmp_path), [], []
    with servers.stack, shell(tmp_path, tmp_path / "complaints") as tell:
        for block in commands:
            printed.append("" if servers.start(block.code) else tell(servers.addressed(block.code)))
            expected.append(servers.addressed(block.output).strip())

    assert printed == expected
    assert len(commands) == 4


def test_example_of_the_readme_is_true(pytester: pytest.Pytester) -> None:
    """The test that README shows passes."""
    [example] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    pytester.makeini("[pytest]\nsandbooks_vendors = ledgerlou\n")
    pytester.makepyfile(example)

    result = pytester.runpytest_inprocess()

    result.assert_outcomes(passed=1)

"""What differs on a terminal: colours, a line that is written over, and Ctrl-C."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.running import ROOT
from tests.test_cli import run
from tests.test_manners_serving import serve

OVER = "\r\x1b[K"
PETS = (ROOT / "benchmarks" / "petshop.yaml").read_text()
MANY = 12_000


def on_terminal(
    *arguments: str, until: str = "", variables: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> tuple[int, str]:
    """A command on a terminal of its own; once it has shown `until`, Ctrl-C. Its exit code, and all that was shown."""
    ours, theirs = pty.openpty()
    environment = {name: text for name, text in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", TERMINAL, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=cwd,
        env={**environment, "TERM": "xterm", "PYTHONPATH": str(ROOT), **(variables or {})},
        start_new_session=True,
    )
    os.close(theirs)
    shown, pressed = b"", False
    while chunk := _read(ours):
        shown += chunk
        if until and not pressed and until.encode() in shown:
            os.write(ours, b"\x03")
            pressed = True
    os.close(ours)
    return process.wait(timeout=30), shown.decode().replace("\r\n", "\n")


TERMINAL = """
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from sandbooks.__main__ import run
run()
"""
"""A process to which the terminal belongs, so that Ctrl-C reaches it."""


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux says so when the last process has left the terminal
        return b""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with many documents."""
    for name in ("specs", "fixtures"):
        (tmp_path / name / "petshop").mkdir(parents=True)
    (tmp_path / "specs" / "petshop" / "openapi.yaml").write_text(PETS)
    (tmp_path / "fixtures" / "petshop" / "large.yaml").write_text(f"pets: {{count: {MANY}}}\n")
    return tmp_path


def test_terminal_sees_colours() -> None:
    """Behaviours of routes in colours of their own, and an error in red."""
    _, routes = on_terminal("routes", "benchmarks/petshop.yaml")
    code, error = on_terminal("routes", "nix.yaml")

    assert routes.startswith("\x1b[1mpetshop: 1 of 1 collections stateful; ")
    assert routes.count("\n  \x1b[36minferred\x1b[0m ") == 3
    assert code == 2
    assert error.startswith(f"{OVER}\x1b[31mnix.yaml: cannot be read: No such file or directory")


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}])
def test_terminal_without_colours_sees_none(variables: Mapping[str, str]) -> None:
    """Where `NO_COLOR` is set, or the terminal is a dumb one."""
    _, shown = on_terminal("check", "benchmarks/petshop.yaml", variables=variables)

    assert "\nok: 0 errors" in shown
    assert "\x1b" not in shown


def test_pipe_sees_colours_where_they_are_forced() -> None:
    """None in a pipe, unless `FORCE_COLOR` or `CLICOLOR_FORCE` is set."""
    usual = run("routes", "benchmarks/petshop.yaml")
    forced = run("routes", "benchmarks/petshop.yaml", FORCE_COLOR="1")
    too = run("routes", "benchmarks/petshop.yaml", CLICOLOR_FORCE="1")

    assert "\x1b" not in usual.stdout
    assert "\x1b[36minferred\x1b[0m" in forced.stdout
    assert too.stdout == forced.stdout


def test_long_seeding_is_one_line_on_a_terminal(shop: Path) -> None:
    """It is written over with percent and what is left, and nothing remains of it; Ctrl-C then ends with 0."""
    code, shown = on_terminal(
        "serve", "--project", ".", "--profile", "large", "--port", "0", until="/_sandbox\x1b[0m", cwd=shop
    )

    before, _, _ = shown.partition("Sandbooks")
    steps = before.removesuffix("\x1b[1m").split(OVER)
    assert code == 0
    assert steps[:2] == ["", "petshop: seeding 12,000 documents, profile large: 0 %"]
    assert steps[-2].startswith("petshop: seeding 12,000 documents, profile large: 100 %, about 0 s left")
    assert steps[-1] == ""
    assert len(steps) == 15
    assert "Traceback" not in shown


def test_long_seeding_is_a_few_lines_elsewhere(shop: Path) -> None:
    """One that it begins, one for each tenth or 10,000 documents."""
    _, _, err = serve("--project", str(shop), "--profile", "large")

    assert err == "petshop: seeding 12,000 documents, profile large\npetshop: 10,000 of 12,000 documents\n"


def test_interrupted_start_leaves_nothing_behind(shop: Path) -> None:
    """Ctrl-C while documents are seeded: the line is taken away, the exit code is 0, and nothing else is said."""
    code, shown = on_terminal("serve", "--project", ".", "--profile", "large", "--port", "0", until=": 8 %", cwd=shop)

    assert code == 0
    assert shown.endswith(OVER)
    assert "Traceback" not in shown
    assert "\n" not in shown

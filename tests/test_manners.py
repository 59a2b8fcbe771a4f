"""What a person meets at the command line: help on one screen, errors with their cure, quiet pipes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest

from sandbooks.cli import main
from tests.test_cli import ROOT, run

COMMANDS = [name for name in main.commands if name != "serve"]


def pipe(command: str) -> subprocess.CompletedProcess[str]:
    """A line of a shell in which `sandbooks` is the command."""
    script = f'set -o pipefail; sandbooks() {{ "{sys.executable}" -W ignore -m sandbooks "$@"; }}; {command}'
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=60)


@pytest.mark.parametrize(("command", "most"), [*((name, 24) for name in COMMANDS), ("serve", 40), ("", 24)])
def test_help_fits_a_screen_and_shows_examples(command: str, most: int) -> None:
    """80 columns and 24 lines, 40 for `serve`; under the examples are commands as they are typed."""
    done = run(*filter(None, [command]), "--help", COLUMNS="200")

    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert [line for line in lines if len(line) > 80] == []
    assert len(lines) <= most
    assert lines[lines.index("Examples:") + 1].startswith(f"  sandbooks {command}".rstrip())


def test_every_option_of_a_command_stands_in_its_help() -> None:
    """Each with a word on what it does, and the variable of one as an example for all."""
    for name, command in main.commands.items():
        done = run(name, "--help")

        shown = [line.split("  ") for line in done.stdout.splitlines() if line.startswith("  -")]
        long = [option for each in command.params for option in each.opts if option.startswith("--")]
        assert [option for option in long if not any(option in row[1] for row in shown)] == []
        assert [row for row in shown if not row[-1].strip()] == []


def test_command_alone_shows_its_help() -> None:
    """`sandbooks` shows what `sandbooks --help` shows."""
    alone, asked = run(), run("--help")

    assert (alone.returncode, alone.stdout, alone.stderr) == (0, asked.stdout, "")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["serv"], "'serv' is no command; did you mean `sandbooks serve`?"),
        (["Routes"], "'Routes' is no command; did you mean `sandbooks routes`?"),
        (["aiwyn"], "'aiwyn' is no command; did you mean `sandbooks serve aiwyn`?"),
        (["Aiwyn"], "'Aiwyn' is no command; did you mean `sandbooks serve aiwyn`?"),
        (["pets.yaml"], "'pets.yaml' is no command; did you mean `sandbooks serve pets.yaml`?"),
        (["help"], "'help' is no command; did you mean `sandbooks --help`?"),
        (
            ["--prot", "1"],
            "--prot is no option of `sandbooks`; `sandbooks --help` lists them",
        ),
        (
            ["serve", "--prot", "1"],
            "--prot is no option of `sandbooks serve`; did you mean `--port`, `--project` or `--profile`?",
        ),
        (["check"], "`sandbooks check` wants VENDOR or FILE; `sandbooks check --help` shows how"),
        (
            ["check", "a.yaml", "b.yaml"],
            "sandbooks check: got unexpected extra argument (b.yaml); `sandbooks check --help` shows how",
        ),
        (
            ["serve", "--port"],
            "sandbooks serve: option '--port' requires an argument; `sandbooks serve --help` shows how",
        ),
        (["serve", "--port", "http"], "--port: 'http' is no whole number from 0 to 65535"),
        (["serve", "-p", "70000"], "--port: '70000' is no whole number from 0 to 65535"),
        (["serve", "--max-sandboxes", "0"], "--max-sandboxes: '0' is no whole number of at least 1"),
        (["serve", "--limits", "of"], "--limits: 'of' is none of on, off; did you mean 'off'?"),
        (
            ["serve", "--log-level", "verbose"],
            "--log-level: 'verbose' is none of debug, info, warning, error",
        ),
        (
            ["serve", "--clock", "noon"],
            "--clock: 'noon' is no moment; write it as 2026-01-31 or 2026-01-31T09:00:00Z",
        ),
        (
            ["serve", "--webhook-url", "here"],
            "--webhook-url: 'here' is no http address; write http://host:port/path",
        ),
        (["serve", "--data", "README.md"], "--data: 'README.md' is a file, and a folder is wanted"),
    ],
)
def test_usage_error_is_one_line_with_the_cure(arguments: Sequence[str], line: str) -> None:
    """The offending word and the next step, on standard error; exit code 2."""
    done = run(*arguments)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{line}\n")


@pytest.mark.parametrize(
    ("variable", "value", "cause"),
    [
        ("SANDBOOKS_PORT", "http", "'http' is no whole number from 0 to 65535"),
        ("SANDBOOKS_LIMITS", "none", "'none' is none of on, off; did you mean 'on'?"),
        ("SANDBOOKS_STRICT", "maybe", "'maybe' is neither yes nor no; write 1 or 0"),
        ("SANDBOOKS_CLOCK", "noon", "'noon' is no moment; write it as 2026-01-31 or 2026-01-31T09:00:00Z"),
    ],
)
def test_bad_variable_is_named_itself(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, cause: str) -> None:
    """What came from the environment is named by its variable, not by an option that nobody wrote."""
    monkeypatch.setenv(variable, value)

    done = run("serve")

    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{variable}: {cause}\n")


def test_reader_who_had_enough_ends_nothing() -> None:
    """`| head -1` gets its line, and nobody complains; a check that nobody reads still fails with 1."""
    routes = pipe("sandbooks routes aiwyn | head -1")
    check = pipe("sandbooks check aiwyn | true")

    assert (routes.returncode, routes.stdout.count("\n"), routes.stderr) == (0, 1, "")
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")


def test_full_disk_is_told() -> None:
    """What cannot be written at all is an error, of one line."""
    done = pipe("sandbooks routes aiwyn > /dev/full")

    assert (done.returncode, done.stderr) == (2, "standard output: No space left on device\n")


def test_terminal_that_knows_few_characters_gets_question_marks() -> None:
    """Output in ASCII loses characters and nothing else."""
    done = run("check", "ledgerlou", PYTHONIOENCODING="ascii", LC_ALL="C")

    assert done.returncode == 0
    assert done.stdout.isascii()
    assert done.stderr == ""


def test_warnings_of_libraries_are_not_shown() -> None:
    """What a library warns another of as it is loaded is nothing that a person could mend."""
    script = [sys.executable, "-W", "default", "-m", "sandbooks", "check", "benchmarks/petshop.yaml"]

    done = subprocess.run(script, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)

    assert (0, "") == (done.returncode, done.stderr)

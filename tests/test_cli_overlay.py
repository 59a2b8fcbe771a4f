"""`--overlay` on the command line: which description it is for, and what is said when that is not clear."""

from __future__ import annotations

import shlex
import urllib.request
from pathlib import Path

import pytest

from tests.running import running
from tests.test_cli import assert_one_clear_line, run

DESCRIPTION = """
openapi: 3.0.3
info: {title: Barn, version: "1"}
paths:
  /cows:
    get: {operationId: listCows, responses: {"200": {description: ok}}}
"""


def barn(folder: Path, name: str = "barn.yaml") -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(DESCRIPTION)
    return str(path)


def overlay(folder: Path, *, extends: str = "", id: str = "allCows", target: str = "$.paths['/cows'].get") -> str:
    path = folder / f"{id}.overlay.yaml"
    named = f"extends: {extends}\n" if extends else ""
    action = f'actions: [{{target: "{target}", update: {{operationId: {id}}}}}]\n'
    path.write_text(f"overlay: 1.0.0\ninfo: {{title: T, version: '1'}}\n{named}{action}")
    return str(path)


def ids(printed: str) -> list[str]:
    """The operations that `routes` lists, with the vendor before the first of each."""
    lines = printed.splitlines()
    return [line.split(":")[0].split()[-1] for line in lines]


def test_overlay_is_for_the_only_description(tmp_path: Path) -> None:
    """Whatever it extends; several are laid over in the order given; one that selects nothing is a warning."""
    first = overlay(tmp_path, extends="https://example.com/other.yaml")
    second = overlay(tmp_path, id="everyCow")
    third = overlay(tmp_path, id="none", target="$.paths['/goats'].get")

    done = run("routes", barn(tmp_path), "--overlay", first, "--overlay", second, "--overlay", third)

    assert (done.returncode, ids(done.stdout)) == (0, ["barn", "everyCow"])
    told = run("check", barn(tmp_path), "--overlay", first, "--overlay", second, "--overlay", third)
    assert "none.overlay.yaml#/actions/0/target: '$.paths['/goats'].get' selects nothing" in told.stdout


def test_overlay_is_for_the_description_that_it_extends(tmp_path: Path) -> None:
    """Of several the one whose file `extends` names, as seen from the overlay; a vendor of a project too."""
    stable, one, two = (
        barn(tmp_path, "stable.yaml"),
        barn(tmp_path, "barn.yaml"),
        barn(tmp_path, "specs/acme/openapi.yaml"),
    )
    vendors = ("acme", stable, one, "--project", str(tmp_path))
    first, second = (
        overlay(tmp_path, extends="./specs/acme/openapi.yaml"),
        overlay(tmp_path, id="b", extends="barn.yaml"),
    )

    done = run("routes", *vendors, "--overlay", first, "--overlay", second)

    assert Path(two).exists()
    assert (done.returncode, ids(done.stdout)) == (0, ["acme", "allCows", "stable", "listCows", "barn", "b"])


@pytest.mark.parametrize("extends", ["", "goats.yaml", "https://example.com/barn.yaml"])
def test_overlay_that_may_be_for_several_is_refused(tmp_path: Path, extends: str) -> None:
    """One clear line that names the overlay and the way out."""
    path = overlay(tmp_path, extends=extends)

    done = run("routes", barn(tmp_path), barn(tmp_path, "stable.yaml"), "--overlay", path)

    assert_one_clear_line(done, f"{path}: `extends` names none of the 2 descriptions: name the one it is for")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (None, ": cannot be read: No such file or directory"),
        ("overlay: 1.0.0\n", ":/actions: 'actions' is a required property"),
        ("a: {\n", ":2:1: not YAML"),
    ],
)
def test_invalid_overlay_stops_with_one_line(tmp_path: Path, content: str | None, cause: str) -> None:
    """Exit code 2, with file and place."""
    path = tmp_path / "fix.yaml"
    if content is not None:
        path.write_text(content)

    for command in (("routes",), ("serve", "--port", "0")):
        assert_one_clear_line(run(*command, barn(tmp_path), "--overlay", str(path)), f"{path}{cause}")


def test_server_serves_what_the_overlay_made(tmp_path: Path) -> None:
    """`serve` takes it as well, and shows the changed description."""
    with running(barn(tmp_path), "--overlay", overlay(tmp_path)) as (port, _):
        served = urllib.request.urlopen(f"http://127.0.0.1:{port}/_sandbox/specs/barn.json").read()

    assert b'"operationId":"allCows"' in served


def test_advice_names_the_overlays(tmp_path: Path) -> None:
    """What `routes` says lists the errors lists them as they are with the overlays, also in a folder with a space."""
    (tmp_path / "my barn").mkdir()
    file, changes = barn(tmp_path, "my barn/barn.yaml"), tmp_path / "none.yaml"
    changes.write_text(
        "overlay: 1.0.0\ninfo: {title: T, version: '1'}\n"
        "actions: [{target: \"$.paths['/cows'].get\", update: {tags: 3}}]\n"
    )

    done = run("routes", file, "--overlay", str(changes))

    advice = f"sandbooks check '{file}' --overlay {changes}"
    assert done.stderr == f"  1 error in the description: `{advice}` lists them\n"
    assert "1 error, 0 warnings" in run(*shlex.split(advice)[1:]).stdout

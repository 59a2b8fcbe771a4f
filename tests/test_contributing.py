"""CONTRIBUTING.md is true: its vendor is made block by block, step by step, and called; no public name is missing."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import zip_longest
from pathlib import Path

import pytest
import yaml

import sandbooks
from sandbooks.project import Project
from tests.drafting import serve_strictly
from tests.serving import Door

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
GUIDE, _, REST = TEXT.partition("## The public names")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FULL = {"Authorization": "Bearer acme-full"}
LONGEST_S = 120


@dataclass(frozen=True)
class Block:
    """One block of the guide: its language, its text without the line that names a place, and that place."""

    language: str
    text: str
    place: str


def blocks(text: str) -> Iterator[Block]:
    for language, body in BLOCK.findall(text):
        first, _, rest = body.partition("\n")
        place = first[2:] if re.match(r"# [\w./]+(: [\w.]+)?\Z", first) else ""
        yield Block(language, rest if place else body, place)


def carry_out(text: str, folder: Path) -> None:
    """Do what a reader of this part does in a folder; a command prints what stands below it."""
    found = list(blocks(text))
    for block, after in zip_longest(found, found[1:]):
        match block.language:
            case "sh":
                printed = run(block.text, folder)
                if after is not None and after.language == "text":
                    assert fnmatchcase(printed.strip(), after.text.strip().replace("[", "[[]").replace("...", "*"))
            case "yaml" if ": " in block.place:
                file, _, keys = block.place.partition(": ")
                add_below(folder / file, keys.split("."), block.text)
            case "python" if not block.place:
                merge(folder / "mocks" / "acme" / "__init__.py", block.text)
            case "text":
                pass
            case _:
                assert block.place, block.text
                (folder / block.place).write_text(block.text, encoding="utf-8")


def run(command: str, folder: Path) -> str:
    """What a command prints; it has to succeed."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
    command = command.replace(".venv/bin/python", sys.executable)
    done = subprocess.run(
        ["bash", "-euc", command], capture_output=True, text=True, timeout=LONGEST_S, cwd=folder, env=environment
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def add_below(file: Path, keys: list[str], text: str) -> None:
    """Add members to the mapping at a place of a YAML file, as its last ones."""
    lines = file.read_text(encoding="utf-8").splitlines()
    at = -1
    for depth, key in enumerate(keys):
        at = next(number for number in range(at + 1, len(lines)) if lines[number] == f"{'  ' * depth}{key}:")
    space = "  " * len(keys)
    end = next((number for number in range(at + 1, len(lines)) if not lines[number].startswith(space)), len(lines))
    lines[end:end] = [f"{space}{line}" for line in text.splitlines()]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert set(yaml.safe_load(text)) <= set(_at(yaml.safe_load(file.read_text(encoding="utf-8")), keys))


def _at(document: dict[str, object], keys: list[str]) -> dict[str, object]:
    for key in keys:
        inner = document[key]
        assert isinstance(inner, dict)
        document = inner
    return document


def merge(file: Path, text: str) -> None:
    """Take what a block defines into a module: in the place of what bears its name, else above or below the pack."""
    if text.startswith(("from ", "import ")):
        heading, kept = _split_imports(file.read_text(encoding="utf-8"))
        file.write_text(f"{heading}\n{text}\n{kept}", encoding="utf-8")
        return
    for node in ast.parse(text).body:
        piece = "\n".join(text.splitlines()[_first_line(node) - 1 : node.end_lineno])
        lines = file.read_text(encoding="utf-8").splitlines()
        known = {_name(each): each for each in ast.parse("\n".join(lines)).body}
        if _name(node) in known:
            old = known[_name(node)]
            lines[_first_line(old) - 1 : old.end_lineno] = piece.splitlines()
        elif piece.startswith("@pack."):
            lines += ["", "", *piece.splitlines()]
        else:
            start = _first_line(known["pack"]) - 1
            lines[start:start] = [*piece.splitlines(), "", ""]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _split_imports(source: str) -> tuple[str, str]:
    """The docstring of a module, and what stands below its imports."""
    lines, body = source.splitlines(), ast.parse(source).body
    last = max(node.end_lineno or 0 for node in body if isinstance(node, ast.Import | ast.ImportFrom))
    return "\n".join(lines[: body[0].end_lineno]) + "\n", "\n".join(lines[last:]).lstrip("\n") + "\n"


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    return node.targets[0].id if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) else ""


def _first_line(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return min([node.lineno, *(each.lineno for each in decorators)])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of somebody who has followed the guide; after each step the vendor loads."""
    folder = tmp_path_factory.mktemp("guide")
    parts = re.split(r"^### (?=\d)", GUIDE, flags=re.MULTILINE)
    for number, part in enumerate(parts):
        carry_out(part, folder)
        if number:
            copy = folder.parent / f"after-{folder.name}-{number}"
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
            Project(copy).load_vendor("acme")
    return folder


@pytest.fixture
def door(built: Path) -> Door:
    return serve_strictly(built, "acme")


def test_guide_has_twelve_steps_and_is_carried_out(built: Path) -> None:
    """Each step was done, and its commands printed what the guide says."""
    assert [str(number) for number in range(1, 13)] == re.findall(r"^### (\d+)\. ", GUIDE, re.MULTILINE)
    assert (built / "test_acme.py").is_file()


def test_vendor_of_the_guide_is_formatted(built: Path) -> None:
    """What a reader has in the end needs no formatting."""
    run("ruff format --isolated --line-length 120 --check mocks", built)
    run("ruff check --isolated --line-length 120 --select E,F,W,I mocks", built)


def test_clerk_of_the_guide_changes_no_customer(door: Door) -> None:
    """A role decides, in a handler that extends two operations."""
    clerk = {"Authorization": "Bearer acme-clerk"}

    refused = [
        door.patch("/acme/v1/customers/7", json={"name": "Other"}, headers=clerk),
        door.delete("/acme/v1/customers/7", headers=clerk),
    ]
    changed = door.patch("/acme/v1/customers/7", json={"name": "Other"}, headers=FULL)

    assert [(403, "clerk")] * 2 == [(each.status_code, each.json()["code"]) for each in refused]
    assert (200, "Other") == (changed.status_code, changed.json()["name"])


def test_limits_and_keys_of_the_guide_count(door: Door) -> None:
    """A clerk has ten calls in a minute; the same key makes one invoice."""
    clerk = {"Authorization": "Bearer acme-clerk"}
    item = {"customer_id": 7, "total": "1.00"}
    made = [door.post("/acme/v1/invoices", json=item, headers={**clerk, "Idempotency-Key": "k"}) for _ in range(2)]
    calls = [door.get("/acme/v1/customers/7", headers=clerk).status_code for _ in range(9)]

    assert made[0].json() == made[1].json()
    assert [200] * 8 + [429] == calls
    assert "9" == made[0].headers["X-RateLimit-Remaining"]


def test_profile_of_the_guide_is_large(built: Path) -> None:
    """It has what the demo has, and fills up."""
    door = serve_strictly(built, "acme")
    door.post("/_sandbox/reset", json={"profile": "large"})

    assert {"customers": 500, "invoices": 2, "webhooks": 0} == door.get("/_sandbox/state/acme").json()


def test_commands_of_the_rest_are_true() -> None:
    """What stands below the guide is carried out in this repository."""
    carry_out(REST, ROOT)


def test_each_public_name_is_explained() -> None:
    """The table of public names has all of them, one line each, and no other."""
    table = re.findall(r"^\| (.*?) \| .+ \|$", REST, re.MULTILINE)
    named = [name for cell in table for name in re.findall(r"`(\w+)`", cell)]

    assert sorted(named) == sorted(sandbooks.__all__)

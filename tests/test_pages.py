"""What pages say of each other and of the command line: links lead somewhere, and every option is told."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from sandbooks.cli.commands import main
from tests.running import ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "benchmarks" / "README.md"]
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")
"""A link that stays in the house: the file, empty for the page itself, and the heading."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    """Every link names a file that is there, and a heading that stands in it."""
    lost = [
        f"{file}#{heading}"
        for file, heading in LINK.findall(page.read_text())
        if not (target := page.parent / file if file else page).exists()
        or (heading and heading not in headings(target))
    ]

    assert lost == []


def test_every_page_stands_in_the_index() -> None:
    """The README leads to every page there is."""
    linked = {file for file, _ in LINK.findall((ROOT / "README.md").read_text())}

    assert {str(page.relative_to(ROOT)) for page in PAGES} - linked == {"README.md"}


@pytest.mark.parametrize("name", sorted(main.commands))
def test_reference_tells_every_command_and_option(name: str) -> None:
    """Each command stands in the reference; so does each option of `serve`, with its variable."""
    told = (ROOT / "docs" / "reference.md").read_text()
    command = main.commands[name]
    options = [option for option in command.params if isinstance(option, click.Option)] if name == "serve" else []

    assert f"`sandbooks {name}" in told
    assert [option.name for option in options if f"`{option.opts[-1]}` | `{option.envvar}` |" not in told] == []


def headings(page: Path) -> set[str]:
    """The headings of a page as links spell them."""
    found = re.findall(r"(?m)^#+ (.*)$", page.read_text())
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}

"""`sandbooks new`: the three files of a vendor of one's own."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbooks.cli.announcing import told_errors
from sandbooks.cli.options import DEFAULT_PORT, Place, command, option
from sandbooks.cli.saying import say
from sandbooks.cli.stopping import stop
from sandbooks.clock import system_now
from sandbooks.errors import StartupError

if TYPE_CHECKING:
    from sandbooks.drafting import Draft
    from sandbooks.vendor import Vendor


@command(
    short_help="Write the three files of a vendor of your own.",
    examples=[
        ("sandbooks new acme --spec acme.yaml", "for a description that you have"),
        ("sandbooks new acme", "with a small one to begin with"),
    ],
)
@click.argument("name")
@option("--spec", type=Place(), metavar="FILE", help="The description to copy; else a small one.")
def new(name: str, spec: Path | None) -> None:
    """Write the three files of a vendor of your own, below the current folder.

    They are served at once by `sandbooks serve --project .`. Nothing is ever overwritten.
    """
    from sandbooks.drafting import draft_vendor

    try:
        draft = draft_vendor(name, spec, Path())
    except StartupError as error:
        stop(str(error))
    for line in _written(draft):
        say(line)
    _warn(draft.vendor)
    say("\nNext:")
    for line in _next_steps(draft.vendor):
        say(f"  {line}")


def _written(draft: Draft) -> list[str]:
    """The files, each with what it holds."""
    *parts, pack, fixtures = draft.files
    description = draft.vendor.description
    told = f"{description.title}: {_counted(len(description.operations), 'operation')}"
    handler = f"a handler for {draft.operation.id} to begin with" if draft.operation else "no handler yet"
    collections = f"a demo with {_counted(len(draft.collections), 'collection')}"
    told_of = {str(parts[0]): told, str(pack): handler, str(fixtures): collections}
    width = max(len(str(file)) for file in draft.files)
    return [f"{file!s:<{width}}  {told_of.get(str(file), 'a part of the description')}" for file in draft.files]


def _warn(vendor: Vendor) -> None:
    """What a person should know who wanted something else."""
    from sandbooks.project import bundled_project

    if vendor.id in bundled_project().vendor_names():
        say(
            f"\n{vendor.id} comes with Sandbooks, too: with --project . it is yours that is served, else that.",
            err=True,
        )
    if errors := told_errors(vendor):
        say(f"\n{errors}", err=True)


def _next_steps(vendor: Vendor) -> list[str]:
    known: list[dict[str, Any]] = vendor.authenticator.credentials("default", system_now())[:1]  # as listed
    headers = [f"{name}: {value}" for each in known for name, value in each["headers"].items()]
    shown = "".join(f" -H {shlex.quote(header)}" for header in headers)
    path = _first_path(vendor)
    return [
        "sandbooks serve --project .",
        *([f"curl -s {shlex.quote(f'http://127.0.0.1:{DEFAULT_PORT}/{vendor.id}{path}')}{shown}"] if path else []),
        f"sandbooks routes --project . {vendor.id}",
    ]


def _first_path(vendor: Vendor) -> str:
    """The path of an operation that reads and wants nothing, a list before others; empty where there is none."""
    plain = [
        each
        for each in vendor.description.operations
        if each.method == "GET" and not any(parameter.required for parameter in each.parameters)
    ]
    roles = vendor.inference.behaviours
    return min(plain, key=lambda each: roles[each.id].role != "list").path if plain else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

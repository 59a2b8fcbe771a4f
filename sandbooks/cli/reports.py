"""`sandbooks routes`, `check` and `health`: what there is to know of a description, or of a server."""

from __future__ import annotations

import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sandbooks.cli.announcing import told_errors
from sandbooks.cli.options import (
    DEFAULT_PORT,
    Source,
    Whole,
    command,
    option,
    overlay_option,
    project_option,
    sources_argument,
)
from sandbooks.cli.saying import harmless, paint, say
from sandbooks.cli.stopping import complain, stop
from sandbooks.errors import StartupError

if TYPE_CHECKING:
    from sandbooks.vendor import Vendor

HEALTH = "/_sandbox/health"
PATIENCE_S = 5
LONGEST_BODY = 65_536
KINDS = {"coded": "green", "inferred": "cyan", "schema": "yellow", "callback": "magenta", "webhook": "magenta"}
VERDICTS = {"ok:": "green", "failed:": "red", "Errors": "red", "Warnings": "yellow", "Generated": "red", "-": "yellow"}
"""First words of lines, and the colours they have on a terminal."""


@command(
    examples=[
        ("sandbooks routes {vendor}", "a vendor's operations"),
        ("sandbooks routes petstore.yaml", "those of a description of your own"),
    ],
)
@sources_argument
@project_option
@overlay_option
def routes(sources: tuple[str, ...], project: Path | None, overlay: tuple[Path, ...]) -> None:
    """List every operation: how it is answered, and why."""
    from sandbooks.checking import route_lines

    for vendor in _vendors(sources, project, overlay):
        for line in route_lines(vendor):
            say(_coloured(line, KINDS))
        if errors := told_errors(vendor):
            say(paint(f"  {errors}", fg="yellow"), err=True)


@command(
    short_help="Look a description over, before serving it.",
    examples=[
        ("sandbooks check petstore.yaml", "faults, what was understood"),
        ("sandbooks check a.yaml --overlay b.yaml", "the same with changes"),
    ],
)
@click.argument("source", type=Source(), metavar="VENDOR or FILE")
@project_option
@overlay_option
@option("--all", "everything", is_flag=True, help="List what is otherwise only counted.")
def check(source: str, project: Path | None, overlay: tuple[Path, ...], everything: bool) -> None:
    """Look a description over: its faults, what was understood of it, whether its answers fit.

    Exit code 1 where something breaks the rules of OpenAPI, a reference leads nowhere or out of the folder, or a
    generated answer does not fit its schema. Warnings alone do not fail.
    """
    from sandbooks.checking import check_vendor, report_lines

    (vendor,) = _vendors([source], project, overlay)
    report = check_vendor(vendor)
    for line in report_lines(report, everything=everything):
        say(_coloured(line, VERDICTS))
    sys.exit(0 if report.passed else 1)


@command(
    examples=[
        ("sandbooks health", "the server on the usual port"),
        ("sandbooks health http://127.0.0.1:4011", "another one"),
    ],
)
@click.argument("url", default="")
@option(
    "-p", "--port", default=DEFAULT_PORT, show_default=True, type=Whole(1, 65535), help="Used where no URL is given."
)
def health(url: str, port: int) -> None:
    """Ask a running server whether it is ready: exit code 0 or 1."""
    address = (url or f"http://127.0.0.1:{port}").rstrip("/")
    if not address.startswith(("http://", "https://")):
        raise click.UsageError(f"{url!r} is no http address; write http://host:port")
    status, body = _asked(f"{address.removesuffix(HEALTH)}{HEALTH}")
    state = _state(body)
    if state is None:
        complain(f"{address}: answers {status}, and is no Sandbooks; `sandbooks serve` tells where it listens")
        sys.exit(1)
    say(paint(body, fg="green" if status == 200 else "yellow"))
    sys.exit(0 if status == 200 and state == "pass" else 1)


def _coloured(line: str, colours: Mapping[str, str]) -> str:
    """A line whose first word has a colour of its own; one that begins at the margin is a title."""
    found = re.match(r"\s*(\S+)", harmless(line))
    word = found[1] if found else ""
    if word in colours:
        before, _, after = line.partition(word)
        return f"{before}{paint(word, fg=colours[word])}{after}"
    return paint(line, bold=True) if line[:1].strip() else line


def _asked(address: str) -> tuple[int, str]:
    """Status and body; without an answer the command ends. No proxy is asked on the way."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=PATIENCE_S) as answer:
            return answer.status, answer.read(LONGEST_BODY).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read(LONGEST_BODY).decode("utf-8", "replace")
    except (OSError, ValueError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        cause = getattr(reason, "strerror", None) or reason
        complain(f"{address}: no answer ({cause}); `sandbooks serve` starts a server, --port names another port")
        sys.exit(1)


def _state(body: str) -> str | None:
    """What a server says of itself; None where nothing of the kind was answered."""
    with suppress(ValueError, KeyError, TypeError):
        state = json.loads(body)["status"]
        return state if state in ("pass", "fail") else None
    return None


def _vendors(sources: Sequence[str], folder: Path | None, overlays: Sequence[Path]) -> list[Vendor]:
    from sandbooks.starting import find_cache, load_vendors

    try:
        return load_vendors(sources, folder=folder, overlays=overlays, cache=find_cache())
    except StartupError as error:
        stop(str(error))

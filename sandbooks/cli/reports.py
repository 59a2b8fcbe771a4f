"""`sandbooks routes`, `check` and `health`: what there is to know of a description, or of a server."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
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
from sandbooks.cli.saying import say
from sandbooks.cli.stopping import stop
from sandbooks.errors import StartupError

if TYPE_CHECKING:
    from sandbooks.vendor import Vendor


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
            say(line)
        if errors := told_errors(vendor):
            say(f"  {errors}", err=True)


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
        say(line)
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
    address = (url or f"http://127.0.0.1:{port}").rstrip("/") + "/_sandbox/health"
    if not address.startswith(("http://", "https://")):
        raise click.UsageError(f"{url!r} is no http address; write http://host:port")
    try:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(address, timeout=5) as answer:
            say(answer.read().decode())
    except (OSError, ValueError, urllib.error.URLError) as error:
        say(f"{address}: {error}", err=True)
        sys.exit(1)


def _vendors(sources: Sequence[str], folder: Path | None, overlays: Sequence[Path]) -> list[Vendor]:
    from sandbooks.starting import find_cache, load_vendors

    try:
        return load_vendors(sources, folder=folder, overlays=overlays, cache=find_cache())
    except StartupError as error:
        stop(str(error))

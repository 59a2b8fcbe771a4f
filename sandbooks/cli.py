"""The command line: `sandbooks serve`, `routes`, `health`.

Exit codes: 0 for success, 1 for a check that failed, 2 for a usage error or a file that cannot be served.
"""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
import re
import signal
import socket
import sys
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from sandbooks import __version__
from sandbooks.clock import stopwatch
from sandbooks.errors import Problem, StartupError

if TYPE_CHECKING:
    from sandbooks.project import Project
    from sandbooks.server import Server
    from sandbooks.spec import Cache
    from sandbooks.vendor import Vendor

DEFAULT_PORT = 4010
DEFAULT_HOST = "127.0.0.1"
LONGEST_SHOWN = 100
EARLIEST_YEAR, LATEST_YEAR = 1970, 9998
Command = TypeVar("Command", bound=Callable[..., Any])  # any function that click decorates


class Moment(click.ParamType[datetime]):
    """An ISO 8601 moment; without a zone it is UTC."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no moment; write it as 2026-01-31 or 2026-01-31T09:00:00Z", param, ctx)
        # Time zones, time stamps and timers overflow at the ends of the calendar.
        if not EARLIEST_YEAR < moment.year < LATEST_YEAR:
            self.fail(f"{value!r} must lie from {EARLIEST_YEAR + 1} to {LATEST_YEAR - 1}", param, ctx)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


class Address(click.ParamType[str]):
    """An http address."""

    name = "url"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        address = str(value)
        if address and not re.match(r"https?://[^/?#]", address):
            self.fail(f"{address!r} is no http address; write http://host:port/path", param, ctx)
        return address


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sandbooks")
def main() -> None:
    """A sandbox server for bookkeeping APIs, with memory."""
    # Connexion imports a test client that we never use, and that client warns about its own dependency.
    warnings.filterwarnings("ignore", message="Using `httpx` with")


def _option(*names: str, **settings: Any) -> Callable[[Command], Command]:  # as click.option
    """An option whose variable is `SANDBOOKS_` and its long name."""
    long = next(name for name in names if name.startswith("--"))
    variable = "SANDBOOKS_" + long.split("/")[0].lstrip("-").replace("-", "_").upper()
    return click.option(*names, envvar=variable, show_envvar=True, **settings)


_overlay_option = _option(
    "--overlay", multiple=True, type=click.Path(path_type=Path), metavar="FILE", help="Changes to the description."
)


@main.command()
@click.argument("sources", nargs=-1, metavar="[VENDOR or FILE]...")
@_option("-H", "--host", default=DEFAULT_HOST, show_default=True, help="Address to listen on.")
@_option("-p", "--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(0, 65535), help="0: any free.")
@_option("--name", multiple=True, help="Id for a FILE, one for each, in order; by default its stem.")
@_option("--project", type=click.Path(path_type=Path), help="Folder with specs/, mocks/, fixtures/.")
@_overlay_option
@_option("--profile", default="demo", show_default=True, help="What a new sandbox contains.")
@_option("--seed", default="1", show_default=True, help="Same seed, same data.")
@_option("--clock", type=Moment(), help="Stand still at this moment.")
@_option("--limits", default="on", show_default=True, type=click.Choice(["on", "off"]), help="Vendors' rate limits.")
@_option("--max-sandboxes", default=10_000, show_default=True, type=click.IntRange(1), help="Idle ones go first.")
@_option("--data", type=click.Path(path_type=Path, file_okay=False), help="Folder in which everything is kept.")
@_option("--strict", is_flag=True, help="Refuse a description with errors; an answer that does not fit is a 500.")
@_option("--public", is_flag=True, help="Webhooks never go to private or loopback addresses.")
@_option("--webhook-url", default="", type=Address(), help="Where descriptions' webhooks go, subscribed to or not.")
@_option("--admin-token", help="Guards control on a host that is not loopback.")
@_option("--log-level", default="warning", show_default=True, type=click.Choice(["debug", "info", "warning", "error"]))
def serve(sources: tuple[str, ...], host: str, port: int, **options: Any) -> None:  # click's values, typed above
    """Serve vendors, or any OpenAPI file, until interrupted.

    \b
    sandbooks serve                        every bundled vendor
    sandbooks serve acme                   one of them
    sandbooks serve petstore.yaml          a description of your own
    sandbooks serve --project .            the vendors of a folder
    """
    started = stopwatch()
    gc.disable()  # what is loaded now stays: the collector need not walk it again and again
    logging.basicConfig(level=options["log_level"].upper(), format="%(levelname)s %(name)s: %(message)s")
    listener = _listen(host, port)
    cache = _cache()
    server = _server(sources, options, cache)
    token = _attach_control(server, host, options["admin_token"], cache)
    gc.freeze()
    gc.enable()
    _announce(server, host, listener.getsockname()[1], token, stopwatch() - started)
    _run(server, listener, options["log_level"])


@main.command()
@click.argument("sources", nargs=-1, metavar="[VENDOR or FILE]...")
@_option("--project", type=click.Path(path_type=Path), help="Folder with specs/, mocks/, fixtures/.")
@_overlay_option
def routes(sources: tuple[str, ...], project: Path | None, overlay: tuple[Path, ...]) -> None:
    """List every operation: how it is answered, and why.

    \b
    sandbooks routes acme
    sandbooks routes petstore.yaml
    """
    from sandbooks.checking import route_lines

    for vendor in _vendors(sources, (), project, overlay, _cache()):
        for line in route_lines(vendor):
            click.echo(line)
        if errors := _told_errors(vendor):
            click.echo(f"  {errors}", err=True)


@main.command()
@click.argument("source", metavar="VENDOR or FILE")
@_option("--project", type=click.Path(path_type=Path), help="Folder with specs/, mocks/, fixtures/.")
@_overlay_option
@_option("--all", "everything", is_flag=True, help="List what is otherwise counted.")
def check(source: str, project: Path | None, overlay: tuple[Path, ...], everything: bool) -> None:
    """Look a description over: its faults, what was understood of it, whether its answers fit.

    Exit code 1 where something breaks the rules of OpenAPI, a reference leads nowhere or out of the folder, or a
    generated answer does not fit its schema. Warnings alone do not fail.

    \b
    sandbooks check petstore.yaml
    sandbooks check petstore.yaml --overlay fixes.yaml
    """
    from sandbooks.checking import check_vendor, report_lines

    (vendor,) = _vendors([source], (), project, overlay, _cache())
    report = check_vendor(vendor)
    for line in report_lines(report, everything=everything):
        click.echo(line)
    sys.exit(0 if report.passed else 1)


@main.command()
@click.argument("url", default="")
@_option("-p", "--port", default=DEFAULT_PORT, show_default=True, type=int, help="Used where no URL is given.")
def health(url: str, port: int) -> None:
    """Ask a running server whether it is ready: exit code 0 or 1.

    \b
    sandbooks health
    sandbooks health http://127.0.0.1:4010
    """
    address = (url or f"http://127.0.0.1:{port}").rstrip("/") + "/_sandbox/health"
    if not address.startswith(("http://", "https://")):
        raise click.UsageError(f"{url!r} is no http address; write http://host:port")
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            click.echo(answer.read().decode())
    except (OSError, ValueError, urllib.error.URLError) as error:
        click.echo(f"{address}: {error}", err=True)
        sys.exit(1)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)  # from here on the kernel keeps callers waiting until the loop takes them
    except OSError as error:
        _stop(f"cannot listen on {host}:{port}: {error.strerror or error}; choose another with --port")
    return listener


def _server(sources: Sequence[str], options: dict[str, Any], cache: Cache | None) -> Server:  # click's values
    from sandbooks.server import Server, Settings

    vendors = _vendors(sources, options["name"], options["project"], options["overlay"], cache)
    if options["strict"]:
        _refuse_unsound(vendors)
    seed = options["seed"]
    settings = Settings(
        profile=options["profile"],
        seed=int(seed) if re.fullmatch(r"-?[0-9]{1,18}", seed) else seed,
        now=options["clock"],
        frozen=options["clock"] is not None,
        strict=options["strict"],
        limits=options["limits"] == "on",
        max_sandboxes=options["max_sandboxes"],
        public=options["public"],
        webhook_url=options["webhook_url"],
        data=options["data"],
    )
    try:
        server = Server(vendors, _project(options["project"]).fixture_file, settings, _tell, cache)
    except (StartupError, Problem) as error:
        _stop(str(error))
    return server


def _project(folder: Path | None) -> Project:
    from sandbooks.project import Project, bundled_project

    if folder is None:
        return bundled_project()
    if not (folder / "specs").is_dir():
        _stop(f"{folder}: holds no folder `specs`; a project has specs/<vendor>/openapi.yaml")
    return Project(folder)


def _vendors(
    sources: Sequence[str], names: Sequence[str], folder: Path | None, overlays: Sequence[Path], cache: Cache | None
) -> list[Vendor]:
    from sandbooks.project import is_file_name, load_file, overlays_for

    project = _project(folder)
    sources = sources or project.vendor_names()
    named = [source for source in sources if is_file_name(source)]
    if len(names) > len(named):
        _stop(f"--name {names[len(named)]} has no FILE to name; there are {len(named)} files and {len(names)} names")
    given = iter(names)
    try:
        files = [Path(source) if is_file_name(source) else project.description_file(source) for source in sources]
        meant = overlays_for(files, overlays)
        return [
            load_file(file, next(given, ""), overlays=meant[file], cache=cache)
            if is_file_name(source)
            else project.load_vendor(source, overlays=meant[file], cache=cache)
            for source, file in zip(sources, files, strict=True)
        ]
    except StartupError as error:
        _stop(str(error))


def _cache() -> Cache | None:
    """Where what was read is kept: `SANDBOOKS_CACHE`, else the user's cache folder; None where there is neither."""
    from sandbooks.spec import Cache

    named = os.environ.get("SANDBOOKS_CACHE")
    if named is not None:
        return Cache(Path(named)) if named else None
    above = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return Cache((Path(above) if Path(above).is_absolute() else Path.home() / ".cache") / "sandbooks")
    except RuntimeError:  # nobody's home
        return None


def _refuse_unsound(vendors: Sequence[Vendor]) -> None:
    from sandbooks.checking import refuse_unsound

    try:
        for vendor in vendors:
            refuse_unsound(vendor.description)
    except StartupError as error:
        _stop(str(error))


def _attach_control(server: Server, host: str, token: str | None, cache: Cache | None) -> str:
    """Mount the control API and the pages; answers with the token that guards the first, empty on loopback."""
    from sandbooks.chance import new_secret
    from sandbooks.console import attach_console
    from sandbooks.control import attach_control

    loopback = _is_loopback(host)
    token = token or ("" if loopback else new_secret())
    attach_control(server, admin_token=token or None, loopback=loopback, cache=cache)
    attach_console(server)
    return token


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _announce(server: Server, host: str, port: int, token: str, seconds: float) -> None:
    """What a person needs to start: addresses, credentials, and how long it took."""
    shown = f"[{host}]" if ":" in host else host
    sandbox = server.sandbox("default")
    click.echo(f"Sandbooks {__version__}, ready in {seconds:.1f} s")
    for vendor in server.vendors.values():
        click.echo(f"\n{vendor.description.title}: http://{shown}:{port}{vendor.base_url}")
        for credential in vendor.authenticator.credentials("default", sandbox.clock.now()):
            click.echo(f"  {credential['name']:<14} {_shown(credential)}")
        if errors := _told_errors(vendor):
            click.echo(f"  {errors}")
    click.echo(f"\nControl: http://{shown}:{port}/_sandbox")
    if token:
        click.echo(f"  Authorization: Bearer {token}")


def _told_errors(vendor: Vendor) -> str:
    """How many errors a description has, and what lists them; empty for none."""
    if not vendor.description.errors:
        return ""
    from sandbooks.checking import told_errors

    return told_errors(vendor.description)


def _shown(credential: dict[str, Any]) -> str:  # as the authenticator lists it
    """Its headers, or where they are too long for a line, the short values that lead to them."""
    headers = ", ".join(f"{name}: {value}" for name, value in credential["headers"].items())
    if len(headers) <= LONGEST_SHOWN:
        return headers
    return ", ".join(f"{name}: {value}" for name, value in credential["values"].items() if len(value) <= LONGEST_SHOWN)


def _run(server: Server, listener: socket.socket, log_level: str) -> None:
    from sandbooks.listening import run

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)  # uvicorn stops gracefully first, then raises the signal again
    run(server, listener, log_level)


def _leave(number: int, frame: object) -> NoReturn:
    """Being told to stop is no failure."""
    sys.exit(0)


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _stop(message: str) -> NoReturn:
    """One clear line on standard error, exit code 2."""
    click.echo(message, err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()

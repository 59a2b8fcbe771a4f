"""`sandbooks serve`: a server on a socket, from its arguments to its end."""

from __future__ import annotations

import gc
import logging
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from sandbooks.cli.announcing import announce
from sandbooks.cli.options import DEFAULT_HOST, DEFAULT_PORT, Address, Moment, option, overlay_option, project_option
from sandbooks.cli.stopping import stop
from sandbooks.clock import stopwatch
from sandbooks.errors import Problem, StartupError

if TYPE_CHECKING:
    from sandbooks.server import Server
    from sandbooks.watching import Watcher


@click.command()
@click.argument("sources", nargs=-1, metavar="[VENDOR or FILE]...")
@option("-H", "--host", default=DEFAULT_HOST, show_default=True, help="Address to listen on.")
@option("-p", "--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(0, 65535), help="0: any free.")
@option("--name", multiple=True, help="Id for a FILE, one for each, in order; by default its stem.")
@project_option
@overlay_option
@option("--profile", default="demo", show_default=True, help="What a new sandbox contains.")
@option("--seed", default="1", show_default=True, help="Same seed, same data.")
@option("--clock", type=Moment(), help="Stand still at this moment.")
@option("--limits", default="on", show_default=True, type=click.Choice(["on", "off"]), help="Vendors' rate limits.")
@option("--max-sandboxes", default=10_000, show_default=True, type=click.IntRange(1), help="Idle ones go first.")
@option("--data", type=click.Path(path_type=Path, file_okay=False), help="Folder in which everything is kept.")
@option("--watch", is_flag=True, help="Read descriptions, packs and fixtures again when they change.")
@option("--strict", is_flag=True, help="Refuse a description with errors; an answer that does not fit is a 500.")
@option("--public", is_flag=True, help="Webhooks never go to private or loopback addresses.")
@option("--webhook-url", default="", type=Address(), help="Where descriptions' webhooks go, subscribed to or not.")
@option("--admin-token", help="Guards control on a host that is not loopback.")
@option("--log-level", default="warning", show_default=True, type=click.Choice(["debug", "info", "warning", "error"]))
def serve(sources: tuple[str, ...], host: str, port: int, **options: Any) -> None:  # click's values, typed above
    """Serve vendors, or any OpenAPI file, until interrupted.

    \b
    sandbooks serve                        every bundled vendor
    sandbooks serve acme                   one of them
    sandbooks serve petstore.yaml          a description of your own
    sandbooks serve --project .            the vendors of a folder
    """
    started = stopwatch()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)  # uvicorn stops gracefully first, then raises the signal again
    gc.disable()  # what is loaded now stays: the collector need not walk it again and again
    logging.basicConfig(level=options["log_level"].upper(), format="%(levelname)s %(name)s: %(message)s")
    listener = _listen(host, port)
    watcher = _watch(sources, options) if options["watch"] else None
    server, token = _start(sources, host, options)
    if watcher is not None:
        watcher.attach(server)
    gc.freeze()
    gc.enable()
    announce(server, host, listener.getsockname()[1], token, stopwatch() - started)
    _run(server, listener, options["log_level"])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)  # from here on the kernel keeps callers waiting until the loop takes them
    except OSError as error:
        stop(f"cannot listen on {host}:{port}: {error.strerror or error}; choose another with --port")
    return listener


def _start(sources: tuple[str, ...], host: str, options: dict[str, Any]) -> tuple[Server, str]:  # click's values
    from sandbooks.server import Settings
    from sandbooks.starting import find_cache, seed_of, start_server

    settings = Settings(
        profile=options["profile"],
        seed=seed_of(options["seed"]),
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
        return start_server(
            sources,
            settings,
            names=options["name"],
            folder=options["project"],
            overlays=options["overlay"],
            host=host,
            admin_token=options["admin_token"] or "",
            tell=_tell,
            cache=find_cache(),
            fresh=options["watch"],
        )
    except (StartupError, Problem) as error:
        stop(str(error))


def _watch(sources: tuple[str, ...], options: dict[str, Any]) -> Watcher:  # click's values
    from sandbooks.starting import find_cache
    from sandbooks.watching import Watcher

    try:
        return Watcher(
            sources,
            names=options["name"],
            folder=options["project"],
            overlays=options["overlay"],
            cache=find_cache(),
            tell=click.echo,
            warn=_tell,
        )
    except StartupError as error:
        stop(str(error))


def _run(server: Server, listener: socket.socket, log_level: str) -> None:
    from sandbooks.listening import run

    run(server, listener, log_level)


def _leave(number: int, frame: object) -> NoReturn:
    """Being told to stop is no failure."""
    sys.exit(0)


def _tell(line: str) -> None:
    click.echo(line, err=True)

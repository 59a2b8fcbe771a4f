"""`sandbooks serve`: a server on a socket, from its arguments to its end."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from sandbooks.cli.announcing import announce
from sandbooks.cli.logs import FORMATS, LEVELS, logs_json, tell
from sandbooks.cli.options import (
    ANSWERS,
    DEFAULT_HOST,
    DEFAULT_PORT,
    WHAT,
    WORLD,
    Address,
    Moment,
    OneOf,
    Place,
    Whole,
    command,
    option,
    overlay_option,
    project_option,
    sources_argument,
)
from sandbooks.cli.ports import listen
from sandbooks.cli.saying import forget_line, say
from sandbooks.cli.stopping import stop
from sandbooks.cli.waiting import Waiting
from sandbooks.clock import stopwatch
from sandbooks.errors import Problem, StartupError

if TYPE_CHECKING:
    import socket

    from sandbooks.server import Server
    from sandbooks.watching import Watcher


@command(
    short_help="Serve vendors, or any OpenAPI file.",
    examples=[
        ("sandbooks serve", "every bundled vendor"),
        ("sandbooks serve {vendor}", "one of them"),
        ("sandbooks serve petstore.yaml", "a description of your own"),
        ("sandbooks serve --project .", "the vendors of a folder"),
        ("sandbooks serve --port 0 --data kept", "any free port; state is kept"),
    ],
)
@sources_argument
@option("--name", heading=WHAT, multiple=True, metavar="ID", help="Id of a FILE, in order; else its stem.")
@project_option
@overlay_option
@option(
    "--profile",
    heading=WORLD,
    default="demo",
    show_default=True,
    metavar="NAME",
    help="Or empty, or one of your fixtures.",
)
@option("--seed", heading=WORLD, default="1", show_default=True, metavar="TEXT", help="Same seed, same data.")
@option("--clock", heading=WORLD, type=Moment(), help="Stand still at 2026-01-31T09:00:00Z.")
@option("--data", heading=WORLD, type=Place(is_folder=True), metavar="DIR", help="Keep everything in this folder.")
@option("--watch", heading=WHAT, is_flag=True, help="Read files again when they change.")
@option("--max-sandboxes", heading=WORLD, default=10_000, show_default=True, type=Whole(1), help="Idle ones go first.")
@option("--limits", heading=ANSWERS, default="on", show_default=True, type=OneOf("on", "off"), help="Rate limits.")
@option("--strict", heading=ANSWERS, is_flag=True, help="Refuse descriptions and answers with errors.")
@option("--public", heading=ANSWERS, is_flag=True, help="Webhooks go to public addresses alone.")
@option("--webhook-url", heading=ANSWERS, default="", type=Address(), help="Send a description's webhooks there too.")
@option(
    "-H",
    "--host",
    default=DEFAULT_HOST,
    show_default=True,
    metavar="ADDRESS",
    help="0.0.0.0 is every address.",
)
@option(
    "-p",
    "--port",
    default=DEFAULT_PORT,
    show_default=True,
    type=Whole(0, 65535),
    help="0 is any that is free.",
)
@option("--admin-token", metavar="TEXT", help="Guards control where others can call.")
@option(
    "--log-level",
    default="warning",
    show_default=True,
    type=OneOf(*LEVELS),
    metavar="LEVEL",
    help="Or debug, info, error.",
)
@option("--log-format", default="text", show_default=True, type=OneOf(*FORMATS), help="For people, or JSON lines.")
def serve(sources: tuple[str, ...], host: str, port: int, **options: Any) -> None:  # click's values, typed above
    """Serve vendors, or any OpenAPI file, until interrupted."""
    started = stopwatch()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)  # uvicorn stops gracefully first, then raises the signal again
    gc.disable()  # what is loaded now stays: the collector need not walk it again and again
    listener = listen(host, port)
    watcher = _watch(sources, options) if options["watch"] else None
    waiting = Waiting()
    server, token = _start(sources, host, options, waiting)
    if watcher is not None:
        watcher.attach(server)
    gc.freeze()
    gc.enable()
    waiting.end()
    port, is_given = listener.getsockname()[1], bool(options["admin_token"])
    announce(server, host, port, stopwatch() - started, token=token, is_given=is_given)
    _run(server, listener, options["log_level"])


def _start(
    sources: tuple[str, ...],
    host: str,
    options: dict[str, Any],
    waiting: Waiting,  # click's values
) -> tuple[Server, str]:
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
            tell=waiting,
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
            tell=_tell,
            warn=_warn,
        )
    except StartupError as error:
        stop(str(error))


def _run(server: Server, listener: socket.socket, log_level: str) -> None:
    from sandbooks.listening import run

    run(server, listener, log_level)


def _leave(number: int, frame: object) -> NoReturn:
    """Being told to stop is no failure; on a terminal the line that was begun, and the ^C in it, is taken away."""
    forget_line()
    sys.exit(0)


def _tell(line: str) -> None:
    if logs_json():
        tell(line)
    else:
        say(line)


def _warn(line: str) -> None:
    if logs_json():
        tell(line, level=logging.WARNING)
    else:
        say(line, err=True)

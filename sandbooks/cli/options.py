"""What the commands take: options with their variables, and the types of their values."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

DEFAULT_PORT = 4010
DEFAULT_HOST = "127.0.0.1"
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


def option(*names: str, **settings: Any) -> Callable[[Command], Command]:  # as click.option
    """An option whose variable is `SANDBOOKS_` and its long name."""
    long = next(name for name in names if name.startswith("--"))
    variable = "SANDBOOKS_" + long.split("/")[0].lstrip("-").replace("-", "_").upper()
    return click.option(*names, envvar=variable, show_envvar=True, **settings)


overlay_option = option(
    "--overlay", multiple=True, type=click.Path(path_type=Path), metavar="FILE", help="Changes to the description."
)
project_option = option("--project", type=click.Path(path_type=Path), help="Folder with specs/, mocks/, fixtures/.")

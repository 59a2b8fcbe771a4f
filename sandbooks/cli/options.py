"""What the commands take: options with their variables, and the types of their values."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import click

from sandbooks.cli.helping import Examples, GroupedOption, ShownCommand
from sandbooks.places import bundled_folder, vendor_names

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


class Whole(click.ParamType[int]):
    """A whole number within bounds."""

    name = "number"

    def __init__(self, least: int, most: int | None = None) -> None:
        self.least = least
        self.most = most

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        wanted = f"from {self.least} to {self.most}" if self.most is not None else f"of at least {self.least}"
        try:
            number = int(str(value))
        except ValueError:
            number = self.least - 1
        if number < self.least or (self.most is not None and number > self.most):
            self.fail(f"{value!r} is no whole number {wanted}", param, ctx)
        return number


class OneOf(click.ParamType[str]):
    """One of a few words, in any case."""

    name = "word"

    def __init__(self, *words: str) -> None:
        self.words = words

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return "|".join(self.words)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        word = str(value).lower()
        if word not in self.words:
            near = get_close_matches(word, self.words, 1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            self.fail(f"{value!r} is none of {', '.join(self.words)}{meant}", param, ctx)
        return word

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        return [click.shell_completion.CompletionItem(word) for word in self.words if word.startswith(incomplete)]


class Place(click.ParamType[Path]):
    """A file or a folder that the command itself opens; a folder may not be there yet."""

    name = "path"

    def __init__(self, *, is_folder: bool = False) -> None:
        self.is_folder = is_folder

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(str(value))
        if not path.parts and not str(value):
            self.fail("'' names nothing", param, ctx)
        if self.is_folder and path.exists() and not path.is_dir():
            self.fail(f"{str(path)!r} is a file, and a folder is wanted", param, ctx)
        return path

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        kind = "dir" if self.is_folder else "file"
        return [click.shell_completion.CompletionItem(incomplete, type=kind)]


class Source(click.ParamType[str]):
    """A vendor, or a file with a description: which of them is told apart where it is read."""

    name = "source"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        names = vendor_names(Path(ctx.params.get("project") or bundled_folder()))
        found = [click.shell_completion.CompletionItem(name) for name in names if name.startswith(incomplete)]
        return found or [click.shell_completion.CompletionItem(incomplete, type="file")]


def command(*, examples: Examples = (), **settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """A command whose help is one screen: a sentence, examples, options under their headings."""
    return click.command(cls=ShownCommand, examples=examples, **settings)


def option(*names: str, heading: str = "", **settings: Any) -> Callable[[Command], Command]:  # as click.option
    """An option whose variable is `SANDBOOKS_` and its long name; in a long help it stands below `heading`."""
    long = next(name for name in names if name.startswith("--"))
    variable = "SANDBOOKS_" + long.split("/")[0].lstrip("-").replace("-", "_").upper()
    return click.option(*names, cls=GroupedOption, heading=heading, envvar=variable, **settings)


WHAT, WORLD, ANSWERS = "What is served", "What is in it", "How it answers"
"""The headings of the options of `serve`."""

overlay_option = option(
    "--overlay", heading=WHAT, multiple=True, type=Place(), metavar="FILE", help="Changes to a description."
)
project_option = option(
    "--project", heading=WHAT, type=Place(), metavar="DIR", help="Folder with specs/, mocks/, fixtures/."
)
sources_argument = click.argument("sources", nargs=-1, type=Source(), metavar="[VENDOR or FILE]...")

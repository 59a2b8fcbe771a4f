"""What a person reads: lines on standard output and standard error, in colour where that is wanted.

Knows streams and terminals; must not know what is said.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from typing import Any, TextIO

import click

START_OF_LINE = "\r\x1b[K"
"""Back to where the line begins, and nothing of it is left."""


def say(line: str = "", *, err: bool = False) -> None:
    """One line. Where nobody reads any more it is dropped, and so is what follows: that is no failure."""
    stream = sys.stderr if err else sys.stdout
    try:
        if err and is_terminal(stream):
            stream.write(START_OF_LINE)  # a line that is still being written over, or the ^C of somebody who ends it
        click.echo(line, file=stream, color=wants_colour(stream))
    except OSError as error:
        if stream is not None:
            _drop(stream)
        if error.errno != errno.EPIPE:
            raise


def paint(text: str, **style: Any) -> str:  # as click.style
    """A text in colour; `say` takes the colour out where it is not wanted."""
    return click.style(text, **style)


def wants_colour(stream: TextIO | None) -> bool:
    """Whether to colour what goes there: a terminal, unless the environment says otherwise.

    `NO_COLOR` is first, then `FORCE_COLOR` and `CLICOLOR_FORCE`, then `TERM=dumb`.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return is_terminal(stream)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether lines on the stream can be coloured and written over."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def spare_streams() -> None:
    """Let characters that a stream cannot show be question marks, not the end of the command."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def rewrite(line: str) -> None:
    """Show a line on standard error in the place of the last one; it stays until something else is said there."""
    try:
        sys.stderr.write(f"{START_OF_LINE}{line}")
        sys.stderr.flush()
    except OSError:
        _drop(sys.stderr)


def forget_line() -> None:
    """Leave nothing of a line that was begun on a terminal; may be called while something is said."""
    if is_terminal(sys.stderr):
        with suppress(OSError):
            os.write(sys.stderr.fileno(), START_OF_LINE.encode())


def harmless(line: str) -> str:
    """A line without signs that steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in line)


def _drop(stream: TextIO) -> None:
    """Send what is written from now on nowhere, and what waits in the stream too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)

"""How a command ends when it cannot go on: one clear line on standard error, and an exit code."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import NoReturn

from sandbooks.cli.saying import paint, say

UNUSABLE = 2
INTERRUPTED = 130
DEBUG_HINT = "SANDBOOKS_LOG_LEVEL=debug tells where"


def stop(message: str) -> NoReturn:
    """A line on standard error, exit code 2; under the log level `debug` the traceback before it."""
    complain(message)
    sys.exit(UNUSABLE)


def complain(message: str) -> None:
    """The line of `stop`, and nothing else."""
    if is_debugging() and sys.exc_info()[0] is not None:
        say(traceback.format_exc().rstrip(), err=True)
    for line in message.splitlines():
        say(paint(harmless(line), fg="red"), err=True)


def harmless(line: str) -> str:
    """A line without signs that steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in line)


def is_debugging() -> bool:
    """Whether tracebacks are wanted."""
    return logging.getLogger("sandbooks").isEnabledFor(logging.DEBUG)

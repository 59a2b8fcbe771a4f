"""How a command ends when it cannot go on: one clear line on standard error, and an exit code."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import NoReturn

from sandbooks.cli.logs import logs_json, tell
from sandbooks.cli.saying import harmless, paint, say

UNUSABLE = 2
INTERRUPTED = 130
DEBUG_HINT = "SANDBOOKS_LOG_LEVEL=debug tells where"


def stop(message: str) -> NoReturn:
    """A line on standard error, exit code 2; under the log level `debug` the traceback before it."""
    complain(message)
    sys.exit(UNUSABLE)


def complain(message: str) -> None:
    """The line of `stop`, and nothing else."""
    error = sys.exc_info()[1] if is_debugging() else None
    trace = "".join(traceback.format_exception(error)).rstrip() if error is not None else ""
    if logs_json():
        tell(message, {"traceback": trace} if trace else {}, level=logging.ERROR)
        return
    if trace:
        say(trace, err=True)
    for line in message.splitlines():
        say(paint(harmless(line), fg="red"), err=True)


def is_debugging() -> bool:
    """Whether tracebacks are wanted."""
    return logging.getLogger("sandbooks").isEnabledFor(logging.DEBUG)

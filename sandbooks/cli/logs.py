"""The log of a command on standard error: lines for people, or JSON lines.

`--log-level` and `--log-format` are read before anything else, so that what is wrong with the other words is told in
the same form. Knows records; must not know what they are about.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import orjson

from sandbooks.cli.saying import harmless, paint, say

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("text", "json")
CHATTY = ("fontTools", "faker", "asyncio", "httpcore", "httpx", "connexion")
"""Libraries whose records below a warning are wanted under `debug` alone."""
SHORT = {"uvicorn.error": "uvicorn"}
"""Names of loggers that would mislead a reader."""
COLOURS = {"DEBUG": "bright_black", "INFO": "", "WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}

logger = logging.getLogger("sandbooks")


class TextFormat(logging.Formatter):
    """`09:03:12 INFO    calls: message`, the time of day as on the wall, coloured by level or status."""

    def format(self, record: logging.LogRecord) -> str:
        clock = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        head, *rest = (self._with_trace(record) or " ").splitlines()
        source = SHORT.get(record.name, record.name.removeprefix("sandbooks."))
        line = f"{clock} {record.levelname:<7} {source}: {harmless(head)}"
        return "\n".join([paint(line, fg=_colour_of(record) or None), *map(harmless, rest)])

    def _with_trace(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        return f"{message}\n{self.formatException(record.exc_info)}" if record.exc_info else message


class JsonFormat(logging.Formatter):
    """One JSON object in one line: `time`, `level`, `logger`, `message`, what the record says beside, `traceback`."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, Any] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(told, default=str).decode("ascii", "backslashreplace")


class Lines(logging.Handler):
    """Writes records to standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            say(self.format(record), err=True)
        except Exception:  # as every handler: a log must not break what it tells of
            self.handleError(record)


@contextmanager
def logging_to_stderr(words: Sequence[str]) -> Iterator[None]:
    """Log while a command runs, as its words or the environment ask."""
    level = _spoken(words, "--log-level", LEVELS, "warning")
    lines = Lines()
    is_json = _spoken(words, "--log-format", FORMATS, "text") == "json"
    lines.setFormatter(JsonFormat() if is_json else TextFormat())
    root = logging.getLogger()
    before = root.level
    root.addHandler(lines)
    root.setLevel(level.upper())
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET if level == "debug" else logging.WARNING)
    logging.captureWarnings(is_json)
    try:
        yield
    finally:
        root.removeHandler(lines)
        root.setLevel(before)
        logging.captureWarnings(False)


def logs_json() -> bool:
    """Whether every line on standard error is JSON."""
    return _lines_of_json() is not None


def tell(message: str, fields: Mapping[str, object] | None = None, *, level: int = logging.INFO) -> None:
    """A line of the log in JSON, whatever the level that was asked for."""
    lines = _lines_of_json()
    if lines is not None:
        record = logging.LogRecord(logger.name, level, "", 0, message, None, None)
        record.fields = dict(fields or {})
        lines.handle(record)


def _lines_of_json() -> Lines | None:
    for handler in logging.getLogger().handlers:
        if isinstance(handler, Lines) and isinstance(handler.formatter, JsonFormat):
            return handler
    return None


def _spoken(words: Sequence[str], option: str, known: Sequence[str], usual: str) -> str:
    """What is given for an option, before the words are looked at in earnest; where it is nothing known, the usual."""
    given = os.environ.get("SANDBOOKS_" + option.lstrip("-").replace("-", "_").upper(), "")
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == option:
            given = following
        elif word.startswith(f"{option}="):
            given = word.partition("=")[2]
    return given.lower() if given.lower() in known else usual


def _colour_of(record: logging.LogRecord) -> str:
    status = getattr(record, "fields", {}).get("status")
    if record.levelno > logging.INFO or not isinstance(status, int):
        return COLOURS.get(record.levelname, "")
    return "green" if status < 300 else "cyan" if status < 400 else "yellow" if status < 500 else "red"

"""A file that only grows: one line of JSON after the other, each with a checksum over itself and all lines before it.

A line is handed to the operating system before `append` returns: from then on it outlives the process, however that
ends. Knows nothing of what the lines mean.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from sandbooks.errors import StartupError

WAY_OUT = "bring back a copy of the folder, or start with another one"

_HEAD = re.compile(rb"([0-9a-f]{8}) ([1-9]\d{0,17}) ")  # checksum, and length of the JSON in bytes
_HALF_HEAD = re.compile(rb"[0-9a-f]{1,8}|[0-9a-f]{8} (?:[1-9]\d{0,17})?")
_CONTROL = re.compile(rb"[\x00-\x1f]")  # JSON escapes them


class Log:
    """A log that is open for appending.

    Args:
        file: made when it is not there.
        size: how many bytes of it are whole; what follows is cut off.
        checksum: that of the last line.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     log = Log(Path(folder, "log"))
    ...     log.append({"paid": "1234.56"})
    ...     log.close()
    ...     list(LogReader(Path(folder, "log")))
    [{'paid': '1234.56'}]
    """

    __slots__ = ("_checksum", "_file", "_is_broken", "path", "size")

    def __init__(self, file: Path, *, size: int = 0, checksum: int = 0) -> None:
        self.path = file
        self.size = size
        self._checksum = checksum
        self._is_broken = False
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.ftruncate(self._file, size)

    @classmethod
    def begin(cls, file: Path, head: object) -> Log:
        """A new log with its first line; the file has its name only when that is on the disk, so none is ever empty.

        Raises:
            OSError: it could not be written; nothing of it is there.
        """
        log = cls(file.with_name(f"{file.name}.part"))
        try:
            log.append(head)
            log.sync()
            log.path.replace(file)
        except BaseException:
            log.close()
            log.path.unlink(missing_ok=True)
            raise
        log.path = file
        return log

    def append(self, value: object) -> None:
        """Write one line, wholly or not at all.

        Raises:
            OSError: it could not be written; the file is as it was.
        """
        if self._is_broken:
            raise OSError(f"{self.path} could not be mended after a failed write; nothing more is written to it")
        data = encode(value)
        checksum = crc32(data, self._checksum)
        self._write(b"%08x %d %b\n" % (checksum, len(data), data))
        self._checksum = checksum

    def sync(self) -> None:
        """Wait until all lines are on the disk itself."""
        os.fsync(self._file)

    def close(self) -> None:
        os.close(self._file)

    def _write(self, line: bytes) -> None:
        size = len(line)
        try:
            written = os.write(self._file, line)
            while written < size:
                written += os.write(self._file, line[written:])
        except BaseException:
            self._mend()
            raise
        self.size += size

    def _mend(self) -> None:
        """Take back what a failed write left behind; the next line must not follow half of another."""
        try:
            os.ftruncate(self._file, self.size)
        except OSError:
            self._is_broken = True


class LogReader:
    """Reads a log from its beginning.

    While it is read, `line` is the number of the line last given. At the end, `size` and `checksum` are what `Log`
    wants to go on, and `torn` is how many bytes of a last line follow that was never finished.
    """

    __slots__ = ("checksum", "file", "line", "size", "torn")

    def __init__(self, file: Path) -> None:
        self.file = file
        self.line = 0
        self.size = 0
        self.checksum = 0
        self.torn = 0

    def __iter__(self) -> Iterator[Any]:  # any JSON
        """The value of each line.

        Raises:
            StartupError: anything but the end of the last line is not as it was written; with file and line.
        """
        with self.file.open("rb") as lines:
            for raw in lines:
                if not raw.endswith(b"\n"):
                    self._check_torn(raw)
                    self.torn = len(raw)
                    return
                value = self._read(raw)
                self.line += 1
                self.size += len(raw)
                yield value

    def damage(self) -> StartupError:
        """The error for the line after the one last given."""
        return StartupError(
            f"damaged: this line is not as it was written; {WAY_OUT}", file=self.file, place=self.line + 1
        )

    def _read(self, raw: bytes) -> Any:  # any JSON
        head = _HEAD.match(raw)
        data = raw[head.end() : -1] if head else b""
        checksum = crc32(data, self.checksum)
        if head is None or head[0] != b"%08x %d " % (checksum, len(data)):
            raise self.damage()
        self.checksum = checksum
        return json.loads(data)

    def _check_torn(self, raw: bytes) -> None:
        """A line that was cut off is the beginning of a good one; anything else at the end is damage."""
        if not self._is_beginning(raw):
            raise self.damage()

    def _is_beginning(self, raw: bytes) -> bool:
        head = _HEAD.match(raw)
        if head is None:
            return _HALF_HEAD.fullmatch(raw) is not None
        data, length = raw[head.end() :], int(head[2])
        if len(data) == length:
            return crc32(data, self.checksum) == int(head[1], 16)
        return len(data) < length and _CONTROL.search(data) is None


def encode(value: object) -> bytes:
    """JSON that `json.loads` reads back to the letter: integers of any size, lone surrogates, 0.1.

    Raises:
        TypeError, ValueError: it is not JSON.
    """
    try:
        return orjson.dumps(value)
    except TypeError:  # integers beyond 64 bits, lone surrogates, more than 254 levels
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()

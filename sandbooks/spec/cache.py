"""What reading came to, kept in a folder from one start to the next.

Knows how an entry is written and when it is trusted; must not know what it means.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Final

import orjson

import sandbooks
from sandbooks.spec.model import Json

LEAST_BYTES: Final = 50_000
"""Shorter texts are read again faster than a file is looked for and checked."""

MOST_BYTES: Final = 200_000_000

_ENDING: Final = ".document"
_LIBRARIES: Final = ("PyYAML", "orjson", "jsonschema-rs", "jsonpath-rfc9535")


class Cache:
    """What texts came to, by what they say and by what reads them.

    Nothing that happens to the folder is an error: what cannot be trusted is not found, what cannot be written is not
    kept. Beyond `MOST_BYTES` the entries that were not used for longest leave.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, *texts: bytes) -> Json:
        """What the texts came to; None where it is not known."""
        with suppress(OSError):
            entry = self._entry(texts)
            checksum, _, content = entry.read_bytes().partition(b"\n")
            if checksum == digest(content).encode():
                with suppress(OSError):  # a folder that may only be read serves all the same
                    os.utime(entry)
                return orjson.loads(content)
        return None

    def keep(self, value: Json, *texts: bytes) -> None:
        """Remember what the texts came to, where JSON can say it."""
        with suppress(OSError, TypeError):
            content = orjson.dumps(value)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self._entry(texts), digest(content).encode() + b"\n" + content)
            self._make_room()

    def _entry(self, texts: Iterable[bytes]) -> Path:
        digests = "".join(digest(text) for text in (self._reader, *texts))
        return self.folder / (digest(digests.encode()) + _ENDING)

    @cached_property
    def _reader(self) -> bytes:
        """What reads. Readers of one version may differ in a checkout: their source counts too."""
        sources = b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))
        versions = (sandbooks.__version__, sys.version, *map(version, _LIBRARIES))
        return "\n".join(versions).encode() + sources

    def _write(self, entry: Path, content: bytes) -> None:
        """All of it or nothing, whoever else writes the same."""
        handle, name = tempfile.mkstemp(suffix=_ENDING, dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(entry)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _make_room(self) -> None:
        left = MOST_BYTES
        for size, entry in self._entries():
            left -= size
            if left < 0:
                entry.unlink(missing_ok=True)

    def _entries(self) -> Iterator[tuple[int, Path]]:
        """Size and file of every entry, the one used last first."""
        found = [(entry.stat(), entry) for entry in self.folder.glob(f"*{_ENDING}")]
        for about, entry in sorted(found, key=lambda pair: pair[0].st_mtime_ns, reverse=True):
            yield about.st_size, entry


def digest(text: bytes) -> str:
    """A short text that is the same for the same text alone."""
    return hashlib.sha256(text).hexdigest()

"""Documents as they were read, kept in a folder from one start to the next.

Knows how an entry is written and when it is trusted; must not know what a document means.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import orjson
import yaml

import sandbooks
from sandbooks.spec.model import Finding, Json

LEAST_BYTES: Final = 50_000
"""Shorter texts are read again faster than a file is looked for and checked."""

MOST_BYTES: Final = 200_000_000

_ENDING: Final = ".document"
_READER: Final = Path(__file__).with_name("events.py")


class Cache:
    """What the texts of files came to, by their contents and by what reads them.

    Nothing that happens to the folder is an error: what cannot be trusted is not found, what cannot be written is not
    kept. Beyond `MOST_BYTES` the entries that were not used for longest leave.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, raw: bytes) -> tuple[Json, list[Finding]] | None:
        """The document of a text, and what was wrong in it; None where it is not known."""
        if len(raw) < LEAST_BYTES:
            return None
        with suppress(OSError):
            entry = self._entry(raw)
            checksum, _, content = entry.read_bytes().partition(b"\n")
            if checksum != _checksum(content):
                return None
            os.utime(entry)
            document, findings = orjson.loads(content)
            return document, [Finding(*parts) for parts in findings]
        return None

    def keep(self, raw: bytes, document: Json, findings: list[Finding]) -> None:
        """Remember the document of a text."""
        if len(raw) < LEAST_BYTES:
            return
        with suppress(OSError, TypeError):
            parts = [[finding.severity, finding.place, finding.message] for finding in findings]
            content = orjson.dumps([document, parts])
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self._entry(raw), _checksum(content) + b"\n" + content)
            self._make_room()

    def _entry(self, raw: bytes) -> Path:
        """The file of a text's entry. Readers of one version may differ in a checkout: their source counts too."""
        reader = _READER.read_bytes() if _READER.is_file() else b""
        key = hashlib.sha256(f"{sandbooks.__version__} {yaml.__version__} ".encode() + reader + raw)
        return self.folder / (key.hexdigest() + _ENDING)

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


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()

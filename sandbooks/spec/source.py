"""The files that a description is read from, and what reading them came to the last time.

Knows when that may still be trusted; must not know how a description is read.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from sandbooks.spec.cache import LEAST_BYTES, Cache
from sandbooks.spec.folder import Folder
from sandbooks.spec.load import read_text
from sandbooks.spec.model import Finding, Json

_READING: Final = b"description"


class Reading(NamedTuple):
    """What reading came to: the document as it is served, everything that was found wrong, and the ids in order."""

    document: dict[str, Json]
    findings: tuple[Finding, ...]
    operations: list[str]


class Source:
    """One description's file and overlays, read now, and the folder in which it may refer to others.

    Raises:
        StartupError: one of them cannot be read.
    """

    def __init__(self, path: Path, overlays: Sequence[Path], cache: Cache | None) -> None:
        self.path = path
        self.cache = cache
        self.text = read_text(path)
        self.overlays = [(overlay, read_text(overlay)) for overlay in overlays]
        self.folder = Folder(path)

    def find(self) -> Reading | None:
        """What reading came to; None where that is not known, or another file of the folder has changed since."""
        kept = self.cache.find(*self._key()) if self.cache is not None else None
        if kept is None:
            return None
        document, findings, operations, state = kept
        folder = Folder(self.path)
        if not folder.is_still(state):
            return None
        self.folder = folder
        return Reading(document, tuple(Finding(**each) for each in findings), operations)

    def keep(self, reading: Reading) -> None:
        """Remember what reading came to, where that was long and everything could be read."""
        key, state = self._key(), self.folder.state()
        if self.cache is None or state is None or sum(map(len, key)) + self.folder.bytes_read < LEAST_BYTES:
            return
        self.cache.keep([*reading, state], *key)

    def _key(self) -> list[bytes]:
        """What was read, and the names that findings tell."""
        files = [(self.path, self.text), *self.overlays]
        return [_READING, *(part for path, text in files for part in (os.fsencode(path.name), text))]

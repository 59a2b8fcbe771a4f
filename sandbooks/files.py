"""What files hold, and which of them hold something else than before: by looking, since no notice of a change reaches
into a container.

Knows paths and bytes; must not know what they are for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG

from sandbooks.clock import system_now

Digest = bytes | None
"""The same for the same content; empty for an empty file, None for one that is not there or cannot be read."""

MISSING: Digest = None
COARSEST_S = 2.0
"""The coarsest time stamp of a file system: two changes within it may bear the same."""

_IGNORED = ("__pycache__", "~", ".pyc", ".tmp", ".swp", ".part")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a file was when it was looked at. While `is_fresh`, its stamp says nothing of the next change."""

    stamp: tuple[int, ...] | None
    digest: Digest
    is_fresh: bool


class Files:
    """A set of files as they were when their changes were last taken note of.

    Args:
        paths: those that are known from the beginning.
    """

    def __init__(self, paths: Iterable[Path] = ()) -> None:
        self._known: dict[Path, _Seen] = {}
        self.begin(paths)

    def begin(self, paths: Iterable[Path]) -> None:
        """Know these too, as they are now; those that are known already stay as they were."""
        for path in paths:
            if path not in self._known:
                self._known[path] = _look_at(path)

    def changes(self, paths: Iterable[Path]) -> dict[Path, Digest]:
        """What differs by now: of these files, and of those that were there before. Touched alone is not changed."""
        found = {}
        for path in dict.fromkeys((*paths, *self._known)):
            known = self._known.get(path, _NOTHING)
            if known.is_fresh or _stamp(path) != known.stamp:
                seen = _look_at(path)
                if seen.digest != known.digest:
                    found[path] = seen.digest
                elif path in self._known:
                    self._known[path] = seen
        return found

    def take(self, changes: Mapping[Path, Digest]) -> None:
        """Take note of changes as they were found; what has changed since is found again."""
        for path, digest in changes.items():
            if digest is MISSING:
                self._known.pop(path, None)
            else:
                self._known[path] = _Seen(None, digest, is_fresh=True)


def files_below(folder: Path, above: Sequence[tuple[int, int]] = ()) -> Iterator[Path]:
    """Every file of a folder and of those in it, but for hidden ones and what editors and Python leave behind.

    A link that leads back to a folder above it, each with device and inode, is not followed.
    """
    try:
        found, entries = folder.stat(), list(os.scandir(folder))
    except OSError:
        return
    here = found.st_dev, found.st_ino
    if here in above:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name.endswith(_IGNORED):
            continue
        if _is_folder(entry):
            yield from files_below(Path(entry.path), (*above, here))
        else:
            yield Path(entry.path)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, or to where nobody may look
        return False


_NOTHING = _Seen(None, MISSING, is_fresh=False)


def _look_at(path: Path) -> _Seen:
    """The stamp is taken before the content: what is written in between is found by the next look."""
    stamp = _stamp(path)
    try:
        content = path.read_bytes() if stamp is not None else None
    except OSError:
        content = None
    if stamp is None or content is None:
        return _Seen(stamp, MISSING, is_fresh=False)
    is_fresh = system_now().timestamp() - stamp[0] / 1e9 < COARSEST_S
    return _Seen(stamp, blake2b(content, digest_size=16).digest() if content else b"", is_fresh)


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    if not S_ISREG(found.st_mode):  # a folder, or a pipe that would be read for ever
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino

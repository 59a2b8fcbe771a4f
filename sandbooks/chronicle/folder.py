"""The files of a data folder: which there are, which belong together, and whose they are.

`state-000007.json` holds everything as it was when `log-000007.jsonl` was begun; a log is followed by that of the next
number. Until a state is whole, and a log has its first line, it has `.part` after its name. `lock` is held by the one
process that uses the folder. Knows nothing of what the files contain.
"""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

from sandbooks.errors import StartupError
from sandbooks.store.log import WAY_OUT

_NUMBERED = re.compile(r"(state|log)-(\d{6,})\.jsonl?")
_UNFINISHED = re.compile(rf"{_NUMBERED.pattern}\.part")


class Folder:
    """A data folder, made when it is not there; it belongs to this process until `close`.

    Raises:
        StartupError: another process uses it, or it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            cause = f"cannot keep data here: {error.strerror or error}"
            cure = f"let user {os.getuid()} write there, or choose another folder with --data"
            raise StartupError(f"{cause}; {cure}", file=path) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.read(self._lock, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(self._lock)
            cause = f"in use by another sandbooks, process {owner}; stop that one, or choose another folder with --data"
            raise StartupError(cause, file=path) from None
        os.ftruncate(self._lock, 0)
        os.write(self._lock, f"{os.getpid()}\n".encode())

    def state_file(self, number: int) -> Path:
        return self.path / f"state-{number:06d}.json"

    def log_file(self, number: int) -> Path:
        return self.path / f"log-{number:06d}.jsonl"

    def sequence(self) -> tuple[int, range]:
        """The number of the state to begin with (0: there is none), and those of the logs to read after it.

        Raises:
            StartupError: one of the files is missing.
        """
        states, logs = self._numbers("state"), self._numbers("log")
        start = max(states, default=0)
        last = max([*logs, start])
        wanted = range(start or 1, last + 1) if last else range(0)
        missing = [number for number in wanted if number not in logs]
        if missing:
            raise StartupError(f"missing; the files after it cannot be used; {WAY_OUT}", file=self.log_file(missing[0]))
        return start, wanted

    def size(self) -> int:
        """How many bytes all files hold."""
        return sum(file.stat().st_size for file in self.path.iterdir() if _NUMBERED.fullmatch(file.name))

    def tidy(self, number: int) -> None:
        """Remove what the state of that number makes needless; afterwards only it and what follows is there."""
        self.sync()
        for kind, file_of in (("state", self.state_file), ("log", self.log_file)):
            for old in self._numbers(kind):
                if old < number:
                    file_of(old).unlink(missing_ok=True)
        self.drop_unfinished()

    def drop_unfinished(self) -> None:
        """Remove what a killed process had not finished writing; nobody may be writing a file of the folder now."""
        for file in [*self.path.iterdir()]:
            if _UNFINISHED.fullmatch(file.name):
                file.unlink(missing_ok=True)

    def sync(self) -> None:
        """Wait until the names of the files are on the disk."""
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def close(self) -> None:
        """Let another process have it."""
        os.close(self._lock)

    def _numbers(self, kind: str) -> set[int]:
        found = (_NUMBERED.fullmatch(file.name) for file in self.path.iterdir())
        return {int(match[2]) for match in found if match and match[1] == kind}

"""The folder of a description: which file a reference means, and what stands in it.

Knows paths and where they must not lead; must not know what the files hold.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from sandbooks.errors import StartupError
from sandbooks.spec.cache import digest
from sandbooks.spec.load import MOST_BYTES, read_text
from sandbooks.spec.model import Json


class Folder:
    """The folder of one description, whose own name in it is `""`; nothing outside of it is opened.

    It remembers which file each reference was found to mean, and what that held.
    """

    def __init__(self, source: Path) -> None:
        self._path = source.parent.resolve()
        self._own = source.resolve()
        self.bytes_read = 0
        self._meant: dict[tuple[str, str], str | None] = {}  # None where nothing is read
        self._digests: dict[str, str] = {}
        self._is_known = True

    def name_of(self, path: str, origin: str) -> str:
        """The name of the file at a path as it is written in the file `origin`: its way in the folder, links followed.

        Raises:
            LookupError: nothing can stand there.
            ValueError: it is not to be read.
        """
        try:
            name = self._meant[path, origin] = self._name_of(path, origin)
        except ValueError:
            self._meant[path, origin] = None
            raise
        except LookupError:
            self._is_known = False
            raise
        return name

    def read(self, name: str) -> bytes:
        """What a file holds that ends: no pipe, no device, and not more than all files together may hold.

        Raises:
            StartupError: it cannot be read.
        """
        try:
            raw = read_text(self._regular(name))
        except StartupError:
            self._is_known = False
            raise
        self._digests[name] = digest(raw)
        return raw

    def files(self) -> tuple[Path, ...]:
        """Every file that was found to be meant, the description's own left out; one that is missing too."""
        return tuple(self._path / name for name in dict.fromkeys(self._meant.values()) if name)

    def state(self) -> Json:
        """What was found here, as JSON; None where something could not be read, which may change unseen."""
        meant = [[path, origin, name] for (path, origin), name in self._meant.items()]
        return [meant, self._digests] if self._is_known else None

    def is_still(self, state: Json) -> bool:
        """The same would be found here as when the state was taken."""
        meant, digests = state
        try:
            for path, origin, name in meant:
                if self._now_meant(path, origin) != name:
                    return False
            return all(digest(self.read(name)) == known for name, known in digests.items())
        except (LookupError, StartupError):
            return False

    def _now_meant(self, path: str, origin: str) -> str | None:
        try:
            return self.name_of(path, origin)
        except ValueError:
            return None

    def _name_of(self, path: str, origin: str) -> str:
        parts = urlsplit(path)
        if parts.scheme or parts.netloc:
            raise ValueError("it names another place than the description's folder and is not followed")
        try:
            target = ((self._path / origin).parent if origin else self._path).joinpath(unquote(parts.path)).resolve()
        except (OSError, RuntimeError) as problem:  # links in a circle, a name without end
            raise LookupError(f"the file {path!r} cannot be read") from problem
        if target == self._own:
            return ""
        if not target.is_relative_to(self._path):
            raise ValueError("it leaves the description's folder and is not followed")
        return target.relative_to(self._path).as_posix()

    def _regular(self, name: str) -> Path:
        path = self._path / name
        try:
            if path.exists() and not path.is_file():
                raise StartupError("is no file", file=path)
            self.bytes_read += path.stat().st_size
        except OSError as problem:
            raise StartupError(f"cannot be read: {problem.strerror or problem}", file=path) from problem
        if self.bytes_read > MOST_BYTES:
            raise StartupError(f"more than {MOST_BYTES} bytes in all files are not read", file=path)
        return path

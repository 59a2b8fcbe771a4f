"""The modules of a pack, imported under names of their own, so that newer ones can take their place.

Knows files and Python's way of importing them; must not know what a pack is.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from sandbooks.chance import new_secret


class Edition(MetaPathFinder):
    """One import of modules below a folder, apart from every other import of them.

    All of a package is read and compiled when the first of its modules is imported: one that is imported much later,
    within a function, is of the same moment, and a fault in it is found at once. Compiled files on the disk are neither
    read nor written.

    Args:
        folder: holds the packages; inside of them imports are relative.
    """

    def __init__(self, folder: Path) -> None:
        self.name = f"sandbooks_mocks_{new_secret(12)}"
        self.tops: set[str] = set()  # the packages and modules right below the folder of which something was imported
        self._folder = folder
        self._loaders: dict[Path, _Loader] = {}
        package = ModuleType(self.name, "Packs of one project folder.")
        package.__path__ = [str(folder)]
        sys.modules[self.name] = package
        sys.meta_path.insert(0, self)

    def load(self, name: str) -> ModuleType:
        """Import a package of the folder. Raises whatever its code raises."""
        return importlib.import_module(f"{self.name}.{name}")

    def release(self) -> None:
        """Let go of all modules: what still uses them keeps them, but can import no more of them."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        loggers = logging.root.manager.loggerDict
        for known in (sys.modules, loggers):
            for name in [name for name in list(known) if name == self.name or name.startswith(f"{self.name}.")]:
                known.pop(name, None)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """For Python's import system: what a module of this edition is made of."""
        if not fullname.startswith(f"{self.name}."):
            return None
        steps = fullname.split(".")[1:]
        self._read_package(steps[0])
        place = self._folder.joinpath(*steps)
        for file, package in ((place / "__init__.py", True), (place.with_name(f"{place.name}.py"), False)):
            loader = self._loaders.get(file)
            if loader is not None:
                folders = [str(place)] if package else None
                return spec_from_file_location(fullname, file, loader=loader, submodule_search_locations=folders)
        return None  # a folder without `__init__.py`, or compiled: Python finds it itself

    def _read_package(self, top: str) -> None:
        """Keep what all sources of a package say now. Raises SyntaxError for one that is no Python."""
        if top in self.tops:
            return
        self.tops.add(top)
        folder = self._folder / top
        files = [*sorted(folder.rglob("*.py"))] if folder.is_dir() else []
        for file in (*files, folder.with_name(f"{top}.py")):
            if file.is_file():
                self._loaders[file] = _Loader(file)


class _Loader(SourceLoader):
    """Makes modules of a source that is read and compiled now."""

    def __init__(self, file: Path) -> None:
        self._file = str(file)
        self._source = file.read_bytes()
        self._code: CodeType = self.source_to_code(self._source, self._file)

    def get_code(self, fullname: str) -> CodeType:
        return self._code

    def get_filename(self, fullname: str) -> str:
        return self._file

    def get_data(self, path: str | bytes) -> bytes:
        return self._source if path == self._file else Path(str(path)).read_bytes()

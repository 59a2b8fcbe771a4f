"""Where vendors are found: the folders `specs`, `mocks` and `fixtures` of a project, or the bundled ones.

The one module that decides which copy is used. A pack is imported under a name of ours, so that a user's own `mocks`
is never in the way; inside a pack, imports are relative (`from .._books import money`).
"""

from __future__ import annotations

import hashlib
import importlib
import sys
import traceback
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from sandbooks.editions import Edition
from sandbooks.errors import StartupError
from sandbooks.mistaken import unknown_vendor
from sandbooks.pack import Pack
from sandbooks.places import FILE_ENDINGS, bundled_folder, description_in, vendor_names
from sandbooks.spec import Cache, Description, read_description
from sandbooks.vendor import Vendor


@dataclass(frozen=True, slots=True)
class Project:
    """A folder of the shape `specs/<vendor>/openapi.yaml`, `mocks/<vendor>/`, `fixtures/<vendor>/*.yaml`."""

    root: Path

    def vendor_names(self) -> list[str]:
        """Every vendor that has a description, alphabetically."""
        return vendor_names(self.root)

    def description_file(self, name: str) -> Path:
        """Where the description of a vendor stands.

        Raises:
            StartupError: no such vendor.
        """
        source = description_in(self.root / "specs" / name)
        if source is None:
            raise StartupError(unknown_vendor(name, self.vendor_names()))
        return source

    def load_vendor(
        self, name: str, *, overlays: Sequence[Path] = (), cache: Cache | None = None, fresh: bool = False
    ) -> Vendor:
        """Read description and pack of one vendor.

        Args:
            fresh: import the pack apart from every other import of it; its modules go when the vendor goes.

        Raises:
            StartupError: no such vendor, or something in its files is wrong.
        """
        source = self.description_file(name)
        if not fresh or not self._pack_file(name).is_file():
            return Vendor(self._load_pack(name), read_description(source, id=name, overlays=overlays, cache=cache))
        edition = Edition(self.root / "mocks")
        try:
            pack = self._load_pack(name, edition)
            vendor = Vendor(pack, read_description(source, id=name, overlays=overlays, cache=cache), edition)
        except BaseException:
            edition.release()
            raise
        weakref.finalize(vendor, edition.release)
        return vendor

    def fixture_file(self, vendor: str, profile: str) -> Path | None:
        """The fixtures of a profile, or None where the vendor has none of that name."""
        file = self.root / "fixtures" / vendor / f"{profile}.yaml"
        return file if file.is_file() else None

    def profiles(self, vendor: str) -> list[str]:
        folder = self.root / "fixtures" / vendor
        return sorted(file.stem for file in folder.glob("*.yaml")) if folder.is_dir() else []

    def _pack_file(self, name: str) -> Path:
        return self.root / "mocks" / name / "__init__.py"

    def _load_pack(self, name: str, edition: Edition | None = None) -> Pack:
        file = self._pack_file(name)
        if not file.is_file():
            return Pack(name)
        try:
            if edition is not None:
                module = edition.load(name)
            else:
                module = importlib.import_module(f"{_package_for(self.root / 'mocks').__name__}.{name}")
        except StartupError as error:
            if error.file:
                raise
            place = place_below(traceback.extract_tb(error.__traceback__), self.root / "mocks")
            raise StartupError(error.cause, file=place.filename, place=place.lineno or "") from error
        except SyntaxError as error:
            cause = f"SyntaxError: {error.msg}"
            raise StartupError(cause, file=error.filename or file, place=error.lineno or "") from error
        except Exception as error:  # whatever a pack's own code raises while it is imported
            place = place_below(traceback.extract_tb(error.__traceback__), self.root / "mocks")
            cause = f"{type(error).__name__}: {error}"
            raise StartupError(cause, file=place.filename, place=place.lineno or "") from error
        pack = getattr(module, "pack", None)
        if not isinstance(pack, Pack):
            raise StartupError(f"defines no `pack`; write `pack = Pack({name!r})`", file=file)
        if pack.name != name:
            raise StartupError(f"pack is named {pack.name!r}, its folder {name!r}", file=file)
        return pack


def bundled_project() -> Project:
    """The vendors that come with Sandbooks: inside the installed package, or in the checkout it runs from."""
    return Project(bundled_folder())


def load_file(file: Path, name: str = "", *, overlays: Sequence[Path] = (), cache: Cache | None = None) -> Vendor:
    """A vendor from a description alone; its id is the file's stem unless `name` says otherwise.

    Raises:
        StartupError: the file cannot be read or is no description, or the id cannot be part of an address.
    """
    id = name or id_from(file.stem)
    description: Description = read_description(file, id=id, overlays=overlays, cache=cache)
    return Vendor(Pack(description.id), description)


def overlays_for(descriptions: Sequence[Path], overlays: Sequence[Path]) -> dict[Path, list[Path]]:
    """Which overlays are for which description: all for the only one, else each for that which its `extends` names.

    Raises:
        StartupError: an overlay that may be meant for several, or is none.
    """
    meant: dict[Path, list[Path]] = {file: [] for file in descriptions}
    for overlay in overlays:
        meant[descriptions[0] if len(descriptions) == 1 else _extended(overlay, descriptions)].append(overlay)
    return meant


def is_file_name(text: str) -> bool:
    """True for what the command line takes as a file rather than as a vendor's id."""
    return text.lower().endswith(FILE_ENDINGS) or "/" in text


def _extended(overlay: Path, descriptions: Sequence[Path]) -> Path:
    # The library for JSONPath is loaded by those alone who lay something over.
    from sandbooks.spec.overlay import read_overlay

    found = read_overlay(overlay)
    for file in descriptions:
        if found.names(file):
            return file
    cause = f"`extends` names none of the {len(descriptions)} descriptions: name the one it is for, or serve that alone"
    raise StartupError(cause, file=overlay)


def place_below(places: Sequence[traceback.FrameSummary], folder: Path) -> traceback.FrameSummary:
    """Of where a program is, the innermost place last: the last one in the code of a folder, else the last of all."""
    below = (place for place in reversed(places) if Path(place.filename).absolute().is_relative_to(folder.absolute()))
    return next(below, places[-1])


def id_from(stem: str) -> str:
    """The id that a file of that stem is served under, where none is chosen."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in stem.lower())
    return kept.lstrip("._-") or "api"


def _package_for(folder: Path) -> ModuleType:
    name = f"sandbooks_mocks_{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"
    if name not in sys.modules:
        package = ModuleType(name, "Packs of one project folder.")
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    return sys.modules[name]

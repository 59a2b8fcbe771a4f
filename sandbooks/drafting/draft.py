"""A vendor of one's own, from a description to three files: written aside, tried, then put in their places.

Knows the order of these steps; must not know the command line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbooks.chance import Chance
from sandbooks.clock import system_now
from sandbooks.drafting.fixtures import write_fixtures
from sandbooks.drafting.packs import write_pack
from sandbooks.drafting.placing import place_files, refuse_taken
from sandbooks.drafting.sources import NAME, copy_description, start_description
from sandbooks.errors import StartupError
from sandbooks.fixtures import read_fixture
from sandbooks.pack import Pack
from sandbooks.places import DESCRIPTION_NAMES
from sandbooks.project import Project
from sandbooks.seeding import seed_store
from sandbooks.spec import Operation
from sandbooks.vendor import Vendor

PROFILE = "demo"
SEED = 1
"""That of a server which is told nothing else."""
LONGEST_NAME = 63

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")


@dataclass(frozen=True, slots=True)
class Draft:
    """What was written: the files, relative to the folder, the vendor as it is served, the operation that its pack has
    a handler for (None where there is none), and the collections that its demo fills."""

    files: tuple[Path, ...]
    vendor: Vendor
    operation: Operation | None
    collections: tuple[str, ...]


def draft_vendor(name: str, source: Path | None, folder: Path) -> Draft:
    """Write the three files of a vendor below a folder, of a description or of a small one that comes with Sandbooks.

    Raises:
        StartupError: a name that cannot be used, a description that cannot be read or copied, or a file that is there
            already or cannot be written. Nothing is written then.
    """
    check_name(name)
    own = [Path("specs", name, each) for each in DESCRIPTION_NAMES]
    refuse_taken(folder, [*own, *_places(name)])
    try:
        with TemporaryDirectory(prefix=".sandbooks-new-", dir=folder, ignore_cleanup_errors=True) as made:
            return _draft(name, source, folder, Path(made))
    except OSError as error:
        raise StartupError(f"nothing was written: {folder}: {error.strerror or error}") from error


def check_name(name: str) -> None:
    """
    Raises:
        StartupError: the name can be no vendor's: it is part of addresses and the name of folders.
    """
    if _NAME.match(name) and len(name) <= LONGEST_NAME:
        return
    better = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:LONGEST_NAME]
    hint = f"; try {better}" if better else ""
    raise StartupError(
        f"{name!r} can be no vendor's name: it is part of every address, of lower-case letters, digits, - and _, "
        f"{LONGEST_NAME} at most{hint}"
    )


def _draft(name: str, source: Path | None, folder: Path, staging: Path) -> Draft:
    pack, fixtures = _places(name)
    try:
        specs = staging / "specs" / name
        description = start_description(specs, name) if source is None else copy_description(source, specs, name)
        text = write_pack(Vendor(Pack(name), description))
        _write(staging / pack, text.source)
        vendor = Project(staging).load_vendor(name)
        _write_demo(vendor, staging / fixtures)
        filled = tuple(rows.collection for rows in read_fixture(staging / fixtures))
    except StartupError as error:
        raise _as_if_placed(error, staging) from error
    parts = [Path("specs", name, part) for part in (NAME, *description.parts)]
    files = (*parts, pack, fixtures)
    place_files(staging, folder, files)
    placed = replace(vendor.description, source=folder / parts[0])
    return Draft(files, Vendor(vendor.pack, placed), text.operation, filled)


def _places(name: str) -> tuple[Path, Path]:
    """Where pack and fixtures stand."""
    return Path("mocks", name, "__init__.py"), Path("fixtures", name, f"{PROFILE}.yaml")


def _write_demo(vendor: Vendor, file: Path) -> None:
    """Write the first fixtures that a sandbox can be filled with.

    Raises:
        StartupError: there are none.
    """
    chance, now = Chance(SEED).at("seeding", vendor.id), system_now()
    refusal = StartupError("has no fixtures", file=file)
    for text in write_fixtures(vendor, chance, now):
        _write(file, text)
        try:
            seed_store(vendor, file, PROFILE, chance, now)
        except StartupError as error:
            refusal = error
        else:
            return
    raise refusal


def _as_if_placed(error: StartupError, staging: Path) -> StartupError:
    return StartupError(error.cause, file=error.file.removeprefix(f"{staging}/"), place=error.place)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")

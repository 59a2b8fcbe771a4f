"""Where vendors stand in folders: names of files, and the folder that is bundled.

Knows paths alone, so that asking costs nothing; must not know what the files hold.
"""

from __future__ import annotations

from pathlib import Path

DESCRIPTION_NAMES = ("openapi.yaml", "openapi.yml", "openapi.json", "swagger.yaml", "swagger.json")
FILE_ENDINGS = (".yaml", ".yml", ".json")


def bundled_folder() -> Path:
    """The folder with `specs`, `mocks` and `fixtures` that comes along: inside the installed package, or in the
    checkout it runs from."""
    package = Path(__file__).parent
    bundled = package / "bundled"
    return bundled if bundled.is_dir() else package.parent


def vendor_names(root: Path) -> list[str]:
    """Every vendor below `root/specs` that has a description, alphabetically."""
    specs = root / "specs"
    if not specs.is_dir():
        return []
    return sorted(folder.name for folder in specs.iterdir() if description_in(folder) is not None)


def description_in(folder: Path) -> Path | None:
    """The description in a vendor's folder, or None."""
    return next((folder / name for name in DESCRIPTION_NAMES if (folder / name).is_file()), None)

"""Files of a draft taken to their places: all of them or none, and none that is there already.

Knows files and folders; must not know what they hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sandbooks.errors import StartupError


def refuse_taken(folder: Path, places: Sequence[Path]) -> None:
    """
    Raises:
        StartupError: something stands at one of the places, which are relative to the folder.
    """
    taken = [str(place) for place in places if (folder / place).exists() or (folder / place).is_symlink()]
    if taken:
        raise StartupError(
            f"nothing was written: {', '.join(taken)} {'exists' if len(taken) == 1 else 'exist'} already; "
            "choose another name, or move what is there"
        )


def place_files(staging: Path, folder: Path, places: Sequence[Path]) -> None:
    """Move the files at these places of one folder to the same places of another.

    Each place is taken by an empty file before any is filled, so that of two who do this at once one does all of it.

    Raises:
        StartupError: something stands at one of the places, or cannot be written; nothing is left of the rest.
    """
    refuse_taken(folder, places)
    made: list[Path] = []
    try:
        for place in places:
            _make_folders((folder / place).parent, made)
            (folder / place).touch(exist_ok=False)
            made.append(folder / place)
        for place in places:
            (staging / place).replace(folder / place)
    except BaseException as error:
        _take_back(made)
        if isinstance(error, FileExistsError):
            refuse_taken(folder, places)
        if isinstance(error, OSError):
            raise StartupError(f"nothing was written: {error.filename}: {error.strerror or error}") from error
        raise


def _make_folders(folder: Path, made: list[Path]) -> None:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        with suppress(FileExistsError):  # made by somebody else since
            each.mkdir()
            made.append(each)


def _take_back(made: Sequence[Path]) -> None:
    for path in reversed(made):
        with suppress(OSError):  # a folder in which somebody else has put something stays
            path.rmdir() if path.is_dir() else path.unlink()

"""What somebody may have meant whose words name nothing that can be served; the words of the cure.

Knows names, paths and how files begin; opens nothing that it is not given.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from sandbooks.errors import StartupError
from sandbooks.places import DESCRIPTION_NAMES, FILE_ENDINGS, description_in

SHOWN = 5
"""So many names are listed where somebody wrote one that is not there."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/{1,2}")


def refuse_address(source: str) -> None:
    """
    Raises:
        StartupError: the source is an address: nothing is fetched.
    """
    if _ADDRESS.match(source):
        name = source.partition("?")[0].rstrip("/").rpartition("/")[2]
        kept = name if name.lower().endswith(FILE_ENDINGS) else "openapi.yaml"
        raise StartupError(
            f"{source}: nothing is fetched from the network; download it first: curl -fLo {kept} '{source}'"
        )


def refuse_missing(file: Path) -> None:
    """
    Raises:
        StartupError: a description that is not there, or is a folder; with what is there.
    """
    if file.is_dir():
        raise StartupError(f"is a folder; {_served_by(file)}", file=file)
    if not file.exists():
        raise StartupError(f"cannot be read: No such file or directory; {_beside(file)}", file=file)
    if not os.access(file, os.R_OK):
        raise StartupError(f"cannot be read: Permission denied; let yourself read it: chmod u+r {file}", file=file)


def refuse_twice(sources: Sequence[str]) -> None:
    """
    Raises:
        StartupError: a source is empty, or named a second time.
    """
    for number, source in enumerate(sources):
        if not source:
            raise StartupError("'' names neither a vendor nor a file")
        if source in sources[:number]:
            raise StartupError(f"{source} is named twice; once is enough")


def unknown_vendor(name: str, known: Sequence[str]) -> str:
    """The sentence about a vendor that is not among those that are known."""
    return f"unknown vendor {name!r}; {', '.join(_meant(name, known))}known are: {', '.join(known) or 'none'}"


def no_vendors(root: Path) -> str:
    """The sentence about a project in which nothing can be served."""
    folders = sorted(folder for folder in (root / "specs").iterdir() if folder.is_dir())
    if folders:
        return f"{folders[0]}: holds none of {', '.join(DESCRIPTION_NAMES)}; call the description one of these"
    return f"{root / 'specs'}: holds no vendor; `sandbooks new acme --spec FILE` makes one"


def no_project(folder: Path) -> str:
    """The sentence about a folder that is no project."""
    if not folder.exists():
        return f"{folder}: there is no such folder; --project wants one that has specs/<vendor>/openapi.yaml"
    cure = "a project has specs/<vendor>/openapi.yaml"
    if folder.parent.name == "specs" or folder.name == "specs":
        above = folder.parent if folder.name == "specs" else folder.parent.parent
        cure = f"did you mean --project {above}?"
    elif found := next(iter(_descriptions(folder)), None):
        cure = f"did you mean `sandbooks serve {found}`?"
    return f"{folder}: holds no folder `specs`; {cure}"


def _meant(name: str, known: Sequence[str]) -> Iterator[str]:
    """What may have been meant, each as a part of a sentence."""
    near = [each for each in known if each == name.lower()] or get_close_matches(name.lower(), known, 1)
    if near:
        yield f"did you mean {near[0]!r}? "
        return
    if Path(name).is_file():
        yield f"for the file of that name write ./{name}; "
    elif Path(name).is_dir():
        yield f"that is a folder: {_served_by(Path(name))}; "
    elif file := next((f"{name}{ending}" for ending in FILE_ENDINGS if Path(f"{name}{ending}").is_file()), None):
        yield f"did you mean the file {file}? "
    elif description_in(Path("specs", name)) is not None:
        yield "this folder has one of its own: --project .; "
    else:
        yield f"a file needs its ending ({name}.yaml); "


def _served_by(folder: Path) -> str:
    """How what a folder holds is served."""
    if (folder / "specs").is_dir():
        return f"serve it as --project {folder}"
    found = next(iter(_descriptions(folder)), None)
    return f"name the description in it: {found}" if found else "name a description, a .yaml or .json file"


def _beside(file: Path) -> str:
    """What stands where a file was looked for."""
    if not file.parent.is_dir():
        return f"there is no folder {file.parent}"
    names = [each.name for each in _descriptions(file.parent)]
    near = get_close_matches(file.name, names, 1, 0.5)
    if near:
        return f"did you mean {file.parent / near[0]}?"
    more = ", ..." if len(names) > SHOWN else ""
    return f"in that folder are {', '.join(names[:SHOWN])}{more}" if names else "that folder has no .yaml or .json file"


def _descriptions(folder: Path) -> list[Path]:
    """The files of a folder that may be descriptions, the likeliest first."""
    files = [each for each in folder.iterdir() if each.name.lower().endswith(FILE_ENDINGS) and each.is_file()]
    return sorted(files, key=lambda each: (each.name not in DESCRIPTION_NAMES, each.name))

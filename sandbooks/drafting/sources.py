"""The description of a draft: a copy of a file, with the files that it refers to, or a small one to begin with.

Knows files and what refers to them; must not know packs.
"""

from __future__ import annotations

from pathlib import Path

from sandbooks.errors import StartupError
from sandbooks.spec import Description, read_description

NAME = "openapi.yaml"
STARTER = Path(__file__).with_name("starter.yaml")


def copy_description(source: Path, folder: Path, name: str) -> Description:
    """Copy a description and its parts to a folder, byte by byte; itself under the name by which it is found there.

    Raises:
        StartupError: it cannot be read, or it cannot be copied so that it says the same.
    """
    if source.parts[:1] in (("http:",), ("https:",)):
        raise StartupError("is an address, and nothing is fetched; save the description as a file", file=source)
    if source.is_dir():
        raise StartupError("is a folder; name the description in it", file=source)
    if source.exists() and not source.is_file():
        raise StartupError("is no file that can be copied; save the description as one", file=source)
    original = read_description(source, id=name)
    files = {NAME: source, **{part: source.parent / part for part in original.parts}}
    if NAME in original.parts and source.name != NAME:
        cause = f"refers to another file {NAME}, the name it is copied to; give that one another name, and run again"
        raise StartupError(cause, file=source)
    for target, file in files.items():
        _write(folder / target, file.read_bytes())
    copied = read_description(folder / NAME, id=name)
    if len(copied.errors) > len(original.errors):
        _refuse(source, original, copied)
    return copied


def start_description(folder: Path, name: str) -> Description:
    """Write a small description that works to a folder."""
    title = " ".join(part.capitalize() for part in name.replace("_", "-").split("-") if part)
    text = STARTER.read_text(encoding="utf-8").replace("__TITLE__", title).replace("__NAME__", name)
    _write(folder / NAME, text.encode())
    return read_description(folder / NAME, id=name)


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _refuse(source: Path, original: Description, copied: Description) -> None:
    known = {finding.message for finding in original.errors}
    lost = [each.message for each in copied.errors if each.message not in known]
    told = next((message for message in lost if message.startswith("the reference")), "".join(lost[:1]))
    cause = (
        f"cannot be copied with its parts: in the copy, {told}. Where a part refers back to {source.name}, rename that "
        f"to {NAME}, and what is written in the reference; then run again"
    )
    raise StartupError(cause, file=source)

"""What a fixture file says: collection names, documents written out, and how many there are to be.

Knows the file format alone: no handler, no store. Every complaint names file and line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbooks.errors import StartupError

Document = dict[str, Any]  # a JSON object; its shape is the collection's schema
MOST_DOCUMENTS = 1_000_000


class _PlainLoader(yaml.CSafeLoader):
    """YAML as JSON would have it: dates and times stay the text that was written."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Rows:
    """What a fixture says of one collection; `lines` are where in the file each document starts."""

    collection: str
    documents: tuple[Document, ...]
    lines: tuple[int, ...]
    count: int
    line: int


def read_fixture(file: Path) -> list[Rows]:
    """The collections of a fixture file, in the order of the file.

    Raises:
        StartupError: not YAML, or not of the shape that this module describes; with file and line.
    """
    try:
        with file.open("rb") as stream:
            loader = _PlainLoader(stream)
            try:
                root = loader.get_single_node()
                return [] if root is None else [_rows(file, loader, key, value) for key, value in _pairs(file, root)]
            finally:
                loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = mark.line + 1 if mark else ""
        raise StartupError(f"is not YAML: {getattr(error, 'problem', error)}", file=file, place=place) from None


def _pairs(file: Path, node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise StartupError("must be a mapping of collections", file=file, place=node.start_mark.line + 1)
    return list(node.value)


def _rows(file: Path, loader: _PlainLoader, key: yaml.Node, value: yaml.Node) -> Rows:
    line = key.start_mark.line + 1
    name = str(key.value)
    documents: list[yaml.Node] = []
    count = 0
    for inner_key, inner in _pairs(file, value):
        place = inner_key.start_mark.line + 1
        match inner_key.value:
            case "documents" if isinstance(inner, yaml.SequenceNode):
                documents = inner.value
            case "count":
                count = _count(file, loader.construct_object(inner), name, place)
            case other:
                cause = f"{name}: {other!r} is not understood; write `documents:` (a list) or `count:` (a number)"
                raise StartupError(cause, file=file, place=place)
    lines = tuple(node.start_mark.line + 1 for node in documents)
    return Rows(name, tuple(_document(file, loader, node, name) for node in documents), lines, count, line)


def _count(file: Path, value: object, name: str, place: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_DOCUMENTS:
        cause = f"{name}: count is {value!r}; it must be a whole number from 0 to {MOST_DOCUMENTS}"
        raise StartupError(cause, file=file, place=place)
    return value


def _document(file: Path, loader: _PlainLoader, node: yaml.Node, name: str) -> Document:
    value = loader.construct_object(node, deep=True)
    if not isinstance(value, dict):
        raise StartupError(f"{name}: a document must be a mapping", file=file, place=node.start_mark.line + 1)
    return value

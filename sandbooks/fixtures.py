"""What a fixture file says: collection names, documents written out, and how many there are to be.

A file may build on another profile beside it (`extends: demo`). Knows the file format alone: no handler, no store.
Every complaint names file and line.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import yaml

from sandbooks.errors import StartupError

if TYPE_CHECKING:
    from sandbooks.spec import Cache

Document = dict[str, Any]  # a JSON object; its shape is the collection's schema
MOST_DOCUMENTS = 1_000_000
LONG = 20_000
"""Bytes from which a file is read faster from a cache than from its text."""
EXTENDS = "extends"
TEXT = "tag:yaml.org,2002:str"


class _PlainLoader(yaml.CSafeLoader):
    """YAML as JSON would have it: dates and times stay the text that was written."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """As the library, past its bookkeeping for texts: they are most of a file."""
        is_text = node.tag == TEXT and isinstance(node, yaml.ScalarNode)
        return node.value if is_text else super().construct_object(node, deep=deep)


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Rows:
    """What a fixture says of one collection; `lines` are where in `file` each document starts.

    `count` is how many there are to be in all, `before` how many the profiles have that the file builds on.
    """

    collection: str
    documents: tuple[Document, ...]
    lines: tuple[int, ...]
    count: int
    line: int
    file: Path | None = None
    before: int = 0

    @property
    def total(self) -> int:
        """How many documents the collection holds afterwards."""
        return max(self.before + len(self.documents), self.count)


class _Entry(NamedTuple):
    """One entry of a file: a collection that is to hold `number` documents, or the profile `base` that it extends."""

    name: str
    line: int
    documents: list[Document]
    lines: list[int]
    number: int
    base: str | None = None


def read_fixture(file: Path, cache: Cache | None = None) -> list[Rows]:
    """The collections of a fixture file, in the order of the file; first those of the profile that it extends.

    `cache` is where what a long file says is kept until the next start.

    Raises:
        StartupError: not YAML, or not of the shape that this module describes; `extends` names no profile, or leads
            round in a circle. With file and line.
    """
    return _read(file, (), cache)


def _read(file: Path, extending: tuple[Path, ...], cache: Cache | None) -> list[Rows]:
    """`extending` are the files that build on this one, the outermost first."""
    entries = _entries(file, cache)
    layers: list[Rows] = []
    for entry in entries:
        if entry.base is not None:
            base = _base(file, entry.base, entry.line, (*extending, file))
            layers += _read(base, (*extending, file), cache)
    totals = {rows.collection: rows.total for rows in layers}
    return layers + [
        Rows(name, tuple(documents), tuple(lines), number, line, file, totals.get(name, 0))
        for name, line, documents, lines, number, base in entries
        if base is None
    ]


def _entries(file: Path, cache: Cache | None) -> list[_Entry]:
    """What a file says, as it was read the last time or now."""
    raw = file.read_bytes()
    if cache is None or len(raw) < LONG:
        return _parse(file, raw)
    key = (Path(__file__).read_bytes(), raw)
    kept = cache.find(*key)
    if kept is not None:
        return [_Entry(*each) for each in kept]
    entries = _parse(file, raw)
    plain = [list(entry) for entry in entries]
    with suppress(TypeError):  # YAML can say more than JSON
        if orjson.loads(orjson.dumps(plain)) == plain:
            cache.keep(plain, *key)
    return entries


def _parse(file: Path, raw: bytes) -> list[_Entry]:
    try:
        loader = _PlainLoader(raw)
        try:
            root = loader.get_single_node()
            return [] if root is None else [_entry(file, loader, key, value) for key, value in _pairs(file, root)]
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = mark.line + 1 if mark else ""
        raise StartupError(f"is not YAML: {getattr(error, 'problem', error)}", file=file, place=place) from None


def _base(file: Path, profile: str, line: int, chain: tuple[Path, ...]) -> Path:
    """The file of the profile that is built on: a neighbour."""
    known = {each.stem: each for each in sorted(file.parent.glob("*.yaml"))}
    if profile not in known:
        cause = f"extends: there is no profile {profile!r} beside this one; there are: {', '.join(known)}"
        raise StartupError(cause, file=file, place=line)
    if known[profile] in chain:
        circle = " -> ".join([each.stem for each in chain[chain.index(known[profile]) :]] + [profile])
        raise StartupError(f"extends leads round in a circle: {circle}", file=file, place=line)
    return known[profile]


def _pairs(file: Path, node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise StartupError("must be a mapping of collections", file=file, place=node.start_mark.line + 1)
    return list(node.value)


def _entry(file: Path, loader: _PlainLoader, key: yaml.Node, value: yaml.Node) -> _Entry:
    if key.value == EXTENDS and not isinstance(value, yaml.MappingNode):
        return _Entry(EXTENDS, value.start_mark.line + 1, [], [], 0, str(value.value))
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
    lines = [node.start_mark.line + 1 for node in documents]
    written = [_document(file, loader, node, name) for node in documents]
    return _Entry(name, key.start_mark.line + 1, written, lines, count)


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

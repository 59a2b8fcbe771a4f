"""Files of a description become plain JSON values.

Knows the text of YAML and JSON; must not know what OpenAPI means.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import orjson
import yaml

from sandbooks.errors import StartupError
from sandbooks.spec.model import Finding, Json, escape

MOST_BYTES: Final = 50_000_000
MOST_NODES: Final = 3_000_000
MOST_LEVELS: Final = 200

_TAG: Final = "tag:yaml.org,2002:"
_SEQ, _MAP = f"{_TAG}seq", f"{_TAG}map"
_TEXT_TAGS: Final = frozenset({"!", f"{_TAG}str", f"{_TAG}timestamp", f"{_TAG}binary"})
_PLAIN_TAGS: Final = frozenset({f"{_TAG}int", f"{_TAG}float", f"{_TAG}bool", f"{_TAG}null"})
_UNFINISHED: Final = object()
_MOST_DIGITS: Final = 100
_Event: TypeAlias = Any  # the library's events share no typed interface
_BOM: Final = b"\xef\xbb\xbf"

# The core schema of YAML 1.2, as OpenAPI asks: dates, `yes`, `no` and `12:30` are texts.
_INT: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NUMERIC: Final = frozenset("+-.0123456789")
_WORDS: Final[Mapping[str, Json]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def load_document(path: Path, findings: list[Finding] | None = None) -> dict[str, Json]:
    """The mapping that a YAML or JSON file holds; keys are texts as written, and so are dates.

    A key given twice in YAML is added to `findings`; the later one counts.

    Raises:
        StartupError: no such file, or not a readable mapping; with line and column.
    """
    raw = _read(path)
    document = _parse(raw, path, [] if findings is None else findings)
    if not isinstance(document, dict):
        raise StartupError(f"{_kind(document)} stands where a mapping is expected", file=path, place="1:1")
    _check_bounds(document, path)
    return document


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise StartupError(f"{size} bytes are too many: at most {MOST_BYTES} are read", file=path)
        raw = path.read_bytes()
    except OSError as problem:
        raise StartupError(f"cannot be read: {problem.strerror or problem}", file=path) from problem
    if not raw.strip():
        raise StartupError("the file is empty", file=path, place="1:1")
    return raw.removeprefix(_BOM)


def _parse(raw: bytes, path: Path, findings: list[Finding]) -> Json:
    """JSON is read as JSON, also in a file that is not called so, for it is a part of YAML and read much faster."""
    if path.suffix.lower() == ".json" or raw.lstrip()[:1] == b"{":
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as problem:
            if path.suffix.lower() == ".json":
                place = f"{problem.lineno}:{problem.colno}"
                raise StartupError(f"not JSON: {problem.msg}", file=path, place=place) from problem
    return _parse_yaml(raw, path, findings)


def _parse_yaml(raw: bytes, path: Path, findings: list[Finding]) -> Json:
    parser = yaml.CSafeLoader(raw)
    try:
        return _Builder(parser.get_event, path, findings).document()
    except yaml.MarkedYAMLError as problem:
        raise StartupError(_words(problem), file=path, place=_place(problem.problem_mark)) from problem
    except yaml.reader.ReaderError as problem:
        place = _line(raw, problem.position)
        raise StartupError(f"not a text file: {problem.reason}", file=path, place=place) from problem
    finally:
        parser.dispose()


class _Builder:
    """Builds values out of the parser's events, which is twice as fast as out of its nodes."""

    def __init__(self, next_event: Callable[[], _Event], path: Path, findings: list[Finding]) -> None:
        self.next_event = next_event
        self.path = path
        self.findings = findings
        self.trail: list[str] = []
        self.anchors: dict[str, Json] = {}

    def document(self) -> Json:
        """The value of the only document in the stream."""
        self.next_event()
        if isinstance(self.next_event(), yaml.StreamEndEvent):
            raise StartupError("the file is empty", file=self.path, place="1:1")
        value = self._value(self.next_event())
        self.next_event()
        if not isinstance(after := self.next_event(), yaml.StreamEndEvent):
            raise self._refusal("a second document begins: one is expected", after)
        return value

    def _value(self, event: _Event) -> Json:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value = self._scalar(event)
            if event.anchor:
                self.anchors[event.anchor] = value
            return value
        if kind is yaml.AliasEvent:
            return self._alias(event)
        if event.tag not in (None, _MAP, _SEQ, "!"):
            raise self._refusal(f"the tag {event.tag!r} has no meaning here", event)
        if len(self.trail) > MOST_LEVELS:
            raise self._refusal(f"nested deeper than {MOST_LEVELS} levels", event)
        if event.anchor:
            self.anchors[event.anchor] = _UNFINISHED
        value = self._mapping() if kind is yaml.MappingStartEvent else self._sequence()
        if event.anchor:
            self.anchors[event.anchor] = value
        return value

    def _sequence(self) -> list[Json]:
        items: list[Json] = []
        while not isinstance(event := self.next_event(), yaml.SequenceEndEvent):
            self.trail.append(str(len(items)))
            items.append(self._value(event))
            self.trail.pop()
        return items

    def _mapping(self) -> dict[str, Json]:
        made: dict[str, Json] = {}
        merged: dict[str, Json] = {}
        while not isinstance(event := self.next_event(), yaml.MappingEndEvent):
            key = self._key(event)
            self.trail.append(key)
            if key == "<<" and event.implicit[0]:
                merged = {**self._merged(self.next_event()), **merged}
            else:
                if key in made:
                    self._report_twice(event)
                made[key] = self._value(self.next_event())
            self.trail.pop()
        return {**merged, **made} if merged else made

    def _key(self, event: _Event) -> str:
        if isinstance(event, yaml.AliasEvent) and isinstance(value := self._alias(event), str):
            return value
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refusal("a key must be a text", event)
        return str(event.value)

    def _merged(self, event: _Event) -> dict[str, Json]:
        """What a `<<` key brings in; the first of several mappings wins."""
        value = self._value(event)
        merged: dict[str, Json] = {}
        for part in reversed(value if isinstance(value, list) else [value]):
            if not isinstance(part, dict):
                raise self._refusal("only mappings can be merged by '<<'", event)
            merged |= part
        return merged

    def _alias(self, event: _Event) -> Json:
        value = self.anchors.get(event.anchor, _UNFINISHED)
        if value is _UNFINISHED:
            raise self._refusal(f"the alias {event.anchor!r} stands inside its own anchor or before it", event)
        return value

    def _scalar(self, event: _Event) -> Json:
        tag, written = event.tag, event.value
        if tag is None:
            return _plain(written) if event.implicit[0] else written
        if tag in _TEXT_TAGS:
            return written
        if tag in _PLAIN_TAGS:
            return _plain(written)
        raise self._refusal(f"the tag {tag!r} has no meaning here", event)

    def _report_twice(self, event: _Event) -> None:
        place = "".join(f"/{escape(step)}" for step in self.trail)
        again = f"again in line {event.start_mark.line + 1}"
        self.findings.append(Finding("error", place, f"the key {self.trail[-1]!r} is given twice, {again}"))

    def _refusal(self, cause: str, event: _Event) -> StartupError:
        return StartupError(cause, file=self.path, place=_place(event.start_mark))


def _plain(written: str) -> Json:
    """What an unquoted scalar means."""
    if written[:1] in _NUMERIC and written:
        if _INT.fullmatch(written):
            return _whole(written)
        if _FLOAT.fullmatch(written) and math.isfinite(number := float(written)):
            return number
        return written
    return _WORDS.get(written, written)


def _whole(written: str) -> Json:
    """An integer; beyond 64 bits a float as in JSON readers, and beyond those a text."""
    if len(written) > _MOST_DIGITS:
        return written
    number = int(written, 0) if written[1:2] in ("x", "o") else int(written)
    return number if -(2**63) <= number < 2**64 else float(number)


def _check_bounds(document: Json, path: Path) -> None:
    """Refuse what grows without end when shared parts are written out, and what is nested too deep."""
    level, count, depth = [document], 0, 0
    while level:
        count, depth = count + len(level), depth + 1
        if count > MOST_NODES:
            raise StartupError(f"more than {MOST_NODES} nodes when its anchors are written out", file=path)
        if depth > MOST_LEVELS:
            raise StartupError(f"nested deeper than {MOST_LEVELS} levels", file=path)
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]


def _kind(value: Json) -> str:
    if value is None:
        return "nothing"
    return "a list" if isinstance(value, list) else "a single value"


def _words(problem: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (problem.context, problem.problem) if part]
    return f"not YAML: {', '.join(parts)}"


def _place(mark: _Event) -> str:
    return f"{mark.line + 1}:{mark.column + 1}" if mark else ""


def _line(raw: bytes, position: int) -> str:
    before = raw[:position]
    return f"{before.count(10) + 1}:{position - before.rfind(10)}"

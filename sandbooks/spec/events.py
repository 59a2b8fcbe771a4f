"""The events of a YAML parser become plain JSON values, twice as fast as by way of its nodes.

Knows what YAML means by keys, scalars, anchors and merges; must not know files.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import yaml

from sandbooks.errors import StartupError
from sandbooks.spec.model import Finding, Json, escape

MOST_LEVELS: Final = 200
MOST_COPIED: Final = 500_000
TOO_DEEP: Final = f"nested deeper than {MOST_LEVELS} levels"

_TAG: Final = "tag:yaml.org,2002:"
_SEQ, _MAP = f"{_TAG}seq", f"{_TAG}map"
_TEXT_TAGS: Final = frozenset({"!", f"{_TAG}str", f"{_TAG}timestamp", f"{_TAG}binary"})
_PLAIN_TAGS: Final = frozenset({f"{_TAG}int", f"{_TAG}float", f"{_TAG}bool", f"{_TAG}null"})
_UNFINISHED: Final = object()
_MOST_DIGITS: Final = 100
_Event: TypeAlias = Any  # the library's events share no typed interface

# The core schema of YAML 1.2, as OpenAPI asks: dates, `yes`, `no` and `12:30` are texts.
_INT: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NUMERIC: Final = frozenset("+-.0123456789")
_WORDS: Final[Mapping[str, Json]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class Builder:
    """Builds the one document of a stream. What is wrong without stopping it is added to `findings`.

    An alias becomes a copy of what its anchor stands for, so that the result is a tree; `MOST_COPIED` bounds them.

    Raises:
        StartupError: the place is set, the file is not.
    """

    def __init__(self, next_event: Callable[[], _Event], findings: list[Finding]) -> None:
        self.next_event = next_event
        self.findings = findings
        self.trail: list[str] = []
        self.anchors: dict[str, Json] = {}
        self.copied = 0

    def document(self) -> Json:
        """The value of the only document in the stream."""
        self.next_event()
        if isinstance(self.next_event(), yaml.StreamEndEvent):
            raise StartupError("the file is empty", place="1:1")
        value = self._value(self.next_event())
        self.next_event()
        if not isinstance(after := self.next_event(), yaml.StreamEndEvent):
            raise _refusal("a second document begins: one is expected", after)
        return value

    def _value(self, event: _Event) -> Json:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value = _scalar(event)
            if event.anchor:
                self.anchors[event.anchor] = value
            return value
        if kind is yaml.AliasEvent:
            return self._copy(self._alias(event), event, len(self.trail))
        if event.tag not in (None, _MAP, _SEQ, "!"):
            raise _refusal(f"the tag {event.tag!r} has no meaning here", event)
        if len(self.trail) > MOST_LEVELS:
            raise _refusal(TOO_DEEP, event)
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
            raise _refusal("a key must be a text", event)
        return str(event.value)

    def _merged(self, event: _Event) -> dict[str, Json]:
        """What a `<<` key brings in; the first of several mappings wins."""
        value = self._value(event)
        merged: dict[str, Json] = {}
        for part in reversed(value if isinstance(value, list) else [value]):
            if not isinstance(part, dict):
                raise _refusal("only mappings can be merged by '<<'", event)
            merged |= part
        return merged

    def _alias(self, event: _Event) -> Json:
        value = self.anchors.get(event.anchor, _UNFINISHED)
        if value is _UNFINISHED:
            raise _refusal(f"the alias {event.anchor!r} stands inside its own anchor or before it", event)
        return value

    def _copy(self, value: Json, event: _Event, level: int) -> Json:
        self.copied += 1
        if self.copied > MOST_COPIED:
            raise _refusal(f"more than {MOST_COPIED} values when anchors are written out", event)
        if not isinstance(value, dict | list):
            return value
        if level > MOST_LEVELS:
            raise _refusal(TOO_DEEP, event)
        if isinstance(value, dict):
            return {key: self._copy(part, event, level + 1) for key, part in value.items()}
        return [self._copy(part, event, level + 1) for part in value]

    def _report_twice(self, event: _Event) -> None:
        place = "".join(f"/{escape(step)}" for step in self.trail)
        again = f"again in line {event.start_mark.line + 1}"
        self.findings.append(Finding("error", place, f"the key {self.trail[-1]!r} is given twice, {again}"))


def place_of(mark: _Event) -> str:
    """Line and column of a mark, counted from 1; empty where there is none."""
    return f"{mark.line + 1}:{mark.column + 1}" if mark else ""


def _refusal(cause: str, event: _Event) -> StartupError:
    return StartupError(cause, place=place_of(event.start_mark))


def _scalar(event: _Event) -> Json:
    tag, written = event.tag, event.value
    if tag is None:
        return read_plain(written) if event.implicit[0] else written
    if tag in _TEXT_TAGS:
        return written
    if tag in _PLAIN_TAGS:
        return read_plain(written)
    raise _refusal(f"the tag {tag!r} has no meaning here", event)


def read_plain(written: str) -> Json:
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

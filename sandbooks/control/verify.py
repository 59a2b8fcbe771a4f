"""Holds calls of the journal against what a test expected, and says where they differ.

Knows entries and patterns; must not know how they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sandbooks.journal import Entry
from sandbooks.notation import write_json
from sandbooks.vendor import Vendor

NEAR_MISSES = 3
LONGEST = 200
ABSENT = object()
IDENTITY = frozenset({"/vendor", "/operation", "/method", "/path"})
"""A call that is the right one with wrong values is nearer than another with right ones."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which a call is not as expected. `actual` is `ABSENT` where the call has nothing there."""

    pointer: str
    expected: Any  # a JSON value
    actual: Any  # a JSON value, its secrets redacted

    @property
    def weight(self) -> int:
        """How much was expected here."""
        return 2 if self.pointer in IDENTITY else _count_values(self.expected)

    def render(self) -> dict[str, Any]:  # JSON for the control API
        """For a reader and for a program; `actual` is left out where there is nothing."""
        shown = {"pointer": self.pointer, "expected": self.expected}
        if self.actual is ABSENT:
            return {**shown, "message": f"{self.pointer} is absent; expected {_short(self.expected)}"}
        message = f"{self.pointer} is {_short(self.actual)}; expected {_short(self.expected)}"
        return {**shown, "actual": self.actual, "message": message}


class Pattern:
    """What a call should be like: any of `vendor, operation, method, path, status, query, headers, body`.

    `path` is a template; `query` and `headers` name some of those sent, header names in any case; `body` is the JSON
    or form that was sent, or a part of it: an object may have further properties, an array has exactly these items.

    Args:
        vendors: by id; they know the templates.
    """

    def __init__(self, match: Mapping[str, Any], vendors: Mapping[str, Vendor]) -> None:  # a checked JSON object
        self._match = match
        self._vendors = vendors

    def differences(self, entry: Entry) -> list[Difference]:
        """Where the call is not like this; none where it fits."""
        match = self._match
        actual = {
            "vendor": entry.vendor,
            "operation": entry.operation or None,
            "method": entry.method,
            "path": self._template(entry),
            "status": entry.status,
        }
        wanted = {**match, "method": match["method"].upper()} if "method" in match else match
        found = [
            Difference(f"/{part}", wanted[part], value)
            for part, value in actual.items()
            if part in wanted and wanted[part] != value
        ]
        if not match.keys() - actual.keys():
            return found
        return [*found, *_sent_differences(match, entry.reveal()["request"], entry.render()["request"])]

    def _template(self, entry: Entry) -> str:
        """The path as the description has it, or as it was called where no operation was meant."""
        vendor = self._vendors.get(entry.vendor)
        binding = vendor.bindings.get(entry.operation) if vendor is not None else None
        return binding.operation.path if binding is not None else entry.path


def near_misses(compared: Iterable[tuple[Entry, Sequence[Difference]]]) -> list[dict[str, object]]:
    """The calls that differ least, the latest first among equals, with their differences."""
    missed = [
        (sum(difference.weight for difference in differences), -entry.id, entry, differences)
        for entry, differences in compared
        if differences
    ]
    return [
        {"request": entry.render(), "differences": [difference.render() for difference in differences]}
        for _, _, entry, differences in sorted(missed, key=itemgetter(0, 1))[:NEAR_MISSES]
    ]


def _sent_differences(match: Mapping[str, Any], sent: Any, shown: Any) -> Iterator[Difference]:  # as `Entry.render`
    for name, expected in match.get("headers", {}).items():
        yield from _compare(expected, *_inner(sent["headers"], shown["headers"], name.lower()), f"/headers/{name}")
    for name, expected in match.get("query", {}).items():
        actual, visible = _inner(sent["query"], shown["query"], name)
        if not _is_sent(expected, actual):
            yield Difference(f"/query/{_escape(name)}", expected, visible)
    if "body" in match:
        yield from _compare(match["body"], sent["body"], shown["body"], "/body")


def _compare(expected: Any, actual: Any, shown: Any, pointer: str) -> Iterator[Difference]:  # any JSON values
    """Every place in which `actual` lacks what is expected; `shown` is the same without its secrets."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name, value in expected.items():
            yield from _compare(value, *_inner(actual, shown, name), f"{pointer}/{_escape(name)}")
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, value in enumerate(expected):
            inner = shown[index] if isinstance(shown, list) else shown
            yield from _compare(value, actual[index], inner, f"{pointer}/{index}")
    elif not _is_same(expected, actual):
        yield Difference(pointer, expected, shown)


def _inner(actual: Mapping[str, Any], shown: Any, name: str) -> tuple[Any, Any]:  # JSON values, or ABSENT
    value = actual.get(name, ABSENT)
    return value, shown.get(name, ABSENT) if isinstance(shown, Mapping) else shown


def _count_values(value: object) -> int:
    """How many single values a JSON value holds, at least one."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return max(sum(_count_values(each) for each in inner), 1)


def _is_same(expected: object, actual: object) -> bool:
    """Equal as JSON is: 7 and 7.0 are, 1 and true are not."""
    return expected == actual and isinstance(expected, bool) == isinstance(actual, bool)


def _is_sent(expected: object, actual: object) -> bool:
    """A value is among those that were sent under a name; a list is all of them, in order."""
    values = actual if isinstance(actual, list) else [] if actual is ABSENT else [actual]
    if isinstance(expected, list):
        return [_text(value) for value in expected] == values
    return _text(expected) in values


def _text(value: object) -> str:
    return value if isinstance(value, str) else write_json(value).decode()


def _short(value: object) -> str:
    text = write_json(value).decode()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")

"""Dates that a caller sends as ISO text, written as the description writes them.

Knows schemas of documents; must not know calls.
"""

from __future__ import annotations

from sandbooks.generic.moments import read_moment, stamp
from sandbooks.generic.places import Json
from sandbooks.generic.shapes import Shape, Shapes, kind_of
from sandbooks.json_dates import is_json_date
from sandbooks.spec import Schema

MOST = 500
"""So many schemas are looked into for dates before it is taken that there may be some."""


class Dates:
    """The `/Date(...)/` texts of one description: `2026-01-31` is kept as `/Date(1769817600000+0000)/`."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._names: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._kept: list[Shape] = []  # an id() stays right only while its object lives

    def are_in(self, shape: Shape) -> bool:
        """An object of that shape has dates, or something inside that may have."""
        return any(self._read(shape))

    def write(self, sent: Json, schema: Schema) -> None:
        """Write the dates in what was sent, in place."""
        if isinstance(sent, list):
            element = self._shapes.plain(schema).get("items")
            for each in sent if isinstance(element, dict) else ():
                self.write(each, element or {})
        elif isinstance(sent, dict):
            shape = self._shapes.shape(schema, sent)
            dates, nested = self._read(shape)
            for name in dates:
                if isinstance(sent.get(name), str) and (moment := read_moment(sent[name])) is not None:
                    sent[name] = stamp(self._shapes.plain(shape.properties[name]), moment, name)
            for name in nested:
                self.write(sent.get(name), shape.properties[name])

    def _leads_to_dates(self, schema: Schema, seen: set[int]) -> bool:
        """An object or array that has dates somewhere inside; one that leaves a choice may have."""
        plain = self._shapes.plain(self._shapes.element(schema))
        if id(plain) in seen or kind_of(plain) != "object":
            return False
        seen.add(id(plain))
        if not self._shapes.is_fixed(schema) or len(seen) > MOST:
            return True
        inner = self._shapes.shape(plain).properties.values()
        return any(is_json_date(self._shapes.plain(each)) or self._leads_to_dates(each, seen) for each in inner)

    def _read(self, shape: Shape) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names of an object's dates, and of its objects and arrays."""
        known = self._names.get(id(shape))
        if known is None:
            plain = {name: self._shapes.plain(inner) for name, inner in shape.properties.items()}
            dates = tuple(name for name, inner in plain.items() if is_json_date(inner))
            nested = tuple(name for name, inner in shape.properties.items() if self._leads_to_dates(inner, set()))
            known = self._names[id(shape)] = dates, nested
            self._kept.append(shape)
        return known

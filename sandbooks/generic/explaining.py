"""The body of a refusal, put together member by member from its schema and from what there is to tell.

Knows schemas; must not know operations or content types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbooks.generic.places import ABSENT, Json
from sandbooks.generic.shapes import Shapes, allows_null, kind_of
from sandbooks.generic.telling import FIELDS, HOLDERS, LISTS, MESSAGES, PROBE, Told, is_message, tell_member
from sandbooks.resources.words import squeeze
from sandbooks.spec import Schema

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.generate import Generator

DEEPEST = 5
MOST_SCHEMAS = 300
_COMPOUND = ("object", "array")


@dataclass(frozen=True, slots=True)
class Part:
    """A value; whether it tells what is wrong, and whether it does so outside of a list."""

    value: Json = ABSENT
    tells: bool = False
    plainly: bool = False


class Explainer:
    """Makes one body. Members whose names tell nothing are in it only where they are required."""

    def __init__(self, shapes: Shapes, generator: Generator, chance: Chance) -> None:
        self._shapes = shapes
        self._generator = generator
        self._chance = chance
        self._left = MOST_SCHEMAS

    def explain(self, schema: Schema, told: Told, depth: int = 0) -> Part:
        """The value for a schema, ABSENT where nothing can be told in it."""
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            return Part()
        plain = self._shapes.plain(schema, PROBE)
        kind = kind_of(plain)
        if kind == "object":
            return self._object(schema, plain, told, depth)
        if kind == "array":
            return self._array(plain, told, depth)
        value = tell_member("message", plain, told, ()) if kind in ("string", "") else ABSENT
        return Part(value, value is not ABSENT, value is not ABSENT)

    def _object(self, schema: Schema, plain: Schema, told: Told, depth: int) -> Part:
        shape = self._shapes.shape(schema, PROBE)
        properties, extra = shape.properties, plain.get("additionalProperties")
        if not properties:
            return self._map(extra, told, depth) if isinstance(extra, dict) else Part()
        kinds = {name: kind_of(self._shapes.plain(inner, PROBE)) for name, inner in properties.items()}
        words = frozenset(squeeze(name) for name, kind in kinds.items() if kind not in _COMPOUND)
        made: dict[str, Json] = {}
        tells = plainly = False
        for name in (name for name, kind in kinds.items() if kind not in _COMPOUND):
            tells = self._add_value(made, name, properties[name], told, words) or tells
        for compound in _COMPOUND:
            plainly = tells
            own = (name for name, kind in kinds.items() if kind == compound)
            for name in sorted(own, key=lambda each: squeeze(each) not in HOLDERS):
                tells = self._add_part(made, name, properties[name], told, depth, tells=tells) or tells
        for name in sorted(shape.required - made.keys()):
            hint = ABSENT if name in properties else tell_member(name, {}, told, words)
            made[name] = self._needed(name, properties.get(name, {}), told, depth) if hint is ABSENT else hint
        in_order = {name: made[name] for name in properties if name in made}
        return Part({**in_order, **made}, tells, plainly)

    def _add_value(self, made: dict[str, Json], name: str, schema: Schema, told: Told, words: frozenset[str]) -> bool:
        """Add a member that is one value, if its name tells which; True when that is the message."""
        plain = self._shapes.plain(schema)
        value = tell_member(name, plain, told, words)
        if value is ABSENT or not self._shapes.fits(value, schema):
            return False
        made[name] = value
        return kind_of(plain) in ("string", "") and is_message(squeeze(name), words)

    def _add_part(
        self, made: dict[str, Json], name: str, schema: Schema, told: Told, depth: int, *, tells: bool
    ) -> bool:
        """Add an object or array that tells what is wrong, if nothing did so far or its name says so."""
        word, is_list = squeeze(name), kind_of(self._shapes.plain(schema, PROBE)) == "array"
        if word.startswith("warning"):
            return False
        if is_list and word not in LISTS and (own := self._about_field(word, told)):
            part = Part(own, tells=word not in FIELDS)
            wanted = True
        else:
            part = self.explain(schema, told, depth + 1)
            fitting = bool(told.details) and word in LISTS if is_list else word in HOLDERS
            names_place = told.detail is not None and word in FIELDS and bool(part.value)
            wanted = part.value is not ABSENT and (names_place or (part.tells and (fitting or not tells)))
        if not wanted or not self._shapes.fits(part.value, schema):
            return False
        made[name] = part.value
        return part.tells

    def _about_field(self, word: str, told: Told) -> list[str]:
        """For a list that bears the name of a field what is wrong with it; for one that names places, the place."""
        if told.detail is not None and word in FIELDS:
            return [told.detail.place, *filter(None, told.detail.field.split("."))]
        return [each.message for each in told.details if squeeze(each.field.partition(".")[0]) == word]

    def _map(self, schema: Schema, told: Told, depth: int) -> Part:
        """Complaints by field; one under `error` where no place is at fault."""
        made: dict[str, Json] = {}
        if not told.details and (whole := self.explain(schema, told, depth + 1)).tells:
            return Part({"error": whole.value}, tells=True, plainly=True)
        for detail in told.details:
            value = self.explain(schema, told.about(detail), depth + 1).value
            if value is ABSENT:
                return Part()
            key = detail.field or detail.place
            made[key] = made[key] + value if isinstance(value, list) and key in made else value
        return Part(made, bool(made), bool(made)) if made else Part()

    def _array(self, plain: Schema, told: Told, depth: int) -> Part:
        """One element for each place that is wrong, where an element tells of it; else one for all."""
        inner = plain.get("items")
        items = inner if isinstance(inner, dict) else {}
        details = told.details
        first = self.explain(items, told.about(details[0]) if details else told, depth + 1)
        if first.value is ABSENT:
            return Part()
        if details and first.plainly:
            values = [first.value]
            values += [self.explain(items, told.about(each), depth + 1).value for each in details[1:]]
        else:
            values = [self.explain(items, told, depth + 1).value if details else first.value]
        most = plain.get("maxItems")
        return Part(values[:most] if isinstance(most, int) else values, first.tells)

    def _needed(self, name: str, schema: Schema, told: Told, depth: int) -> Json:
        """A required member that tells nothing: null, empty, or made up."""
        plain = self._shapes.plain(schema)
        tried: list[Json] = [None] if allows_null(plain) else []
        if kind_of(plain) == "array":
            tried.append([])
        elif kind_of(plain) == "object":
            tried.append(self.explain(schema, told, depth + 1).value)
        elif squeeze(name) in MESSAGES:
            tried.append(told.message)
        for value in tried:
            if value is not ABSENT and self._shapes.fits(value, schema):
                return value
        return self._generator.value(schema, self._chance.at(name), now=told.now, name=name)

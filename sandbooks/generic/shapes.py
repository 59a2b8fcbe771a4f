"""Schemas of one description as handlers need them: without composition, with the option that a document has chosen.

Knows JSON Schema's words; must not know calls or collections.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbooks.generate.fit import Fitter
from sandbooks.generate.merge import Choice, Flat, flatten, merge
from sandbooks.generate.references import References
from sandbooks.generic.places import Place
from sandbooks.spec import Description, Schema

DEEPEST = 20
_ANYTHING: Schema = {}
_Found = dict[tuple[str | int, bool], Schema]
"""What came of schemas, by their keys and whether nothing was given."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a schema says of an object; `closed`: no other properties than these."""

    properties: Mapping[str, Schema] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    closed: bool = False
    open: bool = False  # others are welcome in so many words


class Shapes:
    """Reads the schemas of one description; each without choices is looked into once."""

    def __init__(self, description: Description) -> None:
        self._references = References(description)
        self._fitter = Fitter(self._references, "writeOnly")
        self._flats: dict[str | int, Flat] = {}
        self._plain: dict[str | int, Schema] = {}
        self._fixed: dict[int, Schema] = {}  # by the id() of schemas that leave no choice
        self._variants: dict[tuple[str | int, ...], Schema] = {}
        self._shapes: dict[int, Shape] = {}
        self._kept: list[object] = []  # an id() stays right only while its object lives

    def plain(self, schema: Schema | None, given: object = None) -> Schema:
        """The schema with everything that `$ref` and `allOf` bring, and of each choice what `given` fits best."""
        known = self._fixed.get(id(schema))
        return known if known is not None else self._compose(schema, given, 0, {})

    def shape(self, schema: Schema | None, given: object = None) -> Shape:
        """The properties of an object, as far as the schema shows them for `given`."""
        known = self._shapes.get(id(self._fixed.get(id(schema))))
        return known if known is not None else self._shape(schema, given, 0, {})

    def at(self, schema: Schema | None, place: Place) -> Schema:
        """The schema of what stands at a place; arrays on the way stand for their elements. `{}` for unknown."""
        for key in place:
            schema = self.shape(self.element(schema)).properties.get(key, {})
        return schema or {}

    def element(self, schema: Schema | None) -> Schema:
        """The schema of an array's elements (through several arrays); any other schema as it is."""
        for _ in range(DEEPEST):
            plain = self.plain(schema)
            if kind_of(plain) != "array" or not isinstance(plain.get("items"), dict):
                break
            schema = plain["items"]
        return schema or {}

    def is_direct(self, schema: Schema, place: Place) -> bool:
        """A property that is one value, with no array on the way or at its end."""
        for key in place:
            if kind_of(self.plain(schema)) == "array":
                return False
            schema = self.shape(schema).properties.get(key, {})
        return kind_of(self.plain(schema)) not in ("array", "object")

    def is_fixed(self, schema: Schema | None) -> bool:
        """The schema leaves no choice (`oneOf` and its like) to a document."""
        if id(schema) in self._fixed or not isinstance(schema, dict):
            return True
        return self._compose(schema, None, 0, {}) is self._plain.get(self._key(schema))

    def refused(self, schema: Schema, given: object) -> frozenset[str]:
        """The names that only options require which `given` has not chosen: with one of them it would fit two."""
        if self.is_fixed(schema):
            return frozenset()
        options = [option for choice in self._flats[self._key(schema)].choices for option in choice.options]
        found: _Found = {}
        required = (self._shape(option, given, 1, found).required for option in options)
        return frozenset().union(*required) - self.shape(schema, given).required

    def fits(self, value: object, schema: Schema) -> bool:
        """True when an answer may show the value where this schema stands."""
        return self._fitter.fits(value, schema)

    def _shape(self, schema: Schema | None, given: object, depth: int, found: _Found) -> Shape:
        plain = self._compose(schema, given, depth, found)
        known = self._shapes.get(id(plain))
        if known is None:
            known = self._shapes[id(plain)] = _read_shape(plain)
            self._kept.append(plain)
        return known

    def _compose(self, schema: Schema | None, given: object, depth: int, found: _Found) -> Schema:
        """`found` is what came of schemas before for the same `given`: choices within choices often come to the same
        ones, and each is made once. One that comes back to itself has no choice left.
        """
        if not isinstance(schema, dict):
            return _ANYTHING
        key = self._key(schema)
        known = self._plain.get(key)
        if known is not None:
            return self._keep_fixed(schema, known)
        known = found.get((key, given is None))
        if known is not None:
            return known
        flat = self._flats.get(key)
        if flat is None:
            flat = self._flats[key] = flatten(schema, self._references, families=False)
        if not flat.choices:
            return self._keep_fixed(schema, self._plain.setdefault(key, flat.schema))
        found[key, given is None] = flat.schema
        if depth < DEEPEST:
            chosen = [
                self._compose(option, given, depth + 1, found) for option in self._choices(flat, given, depth, found)
            ]
            found[key, given is None] = self._variant(key, flat, chosen)
        return found[key, given is None]

    def _keep_fixed(self, schema: Schema, plain: Schema) -> Schema:
        if id(schema) not in self._fixed:
            self._fixed[id(schema)] = plain
            self._kept.append(schema)
        return plain

    def _variant(self, key: str | int, flat: Flat, chosen: list[Schema]) -> Schema:
        """The schema with these options of its choices, the same one each time."""
        variant = (key, *map(id, chosen))
        if variant not in self._variants:
            self._kept.append(chosen)
            self._variants[variant] = _united(flat, chosen)
        return self._variants[variant]

    def _choices(self, flat: Flat, given: object, depth: int, found: _Found) -> list[Schema]:
        chosen = []
        for choice in flat.choices:
            options = [option for option in choice.options if not is_null(option)]
            if options:
                chosen.append(self._choose(choice, options, given, depth, found))
        return chosen

    def _choose(self, choice: Choice, options: list[Schema], given: object, depth: int, found: _Found) -> Schema:
        """The option that a discriminator names, else the one that shows most of what is given and lacks least of what
        it requires, else the first.
        """
        if not isinstance(given, dict) or len(options) == 1:
            return options[0]
        if choice.tag_property and given.get(choice.tag_property) in choice.tags:
            return choice.options[choice.tags.index(given[choice.tag_property])]
        return max(options, key=lambda option: self._likeness(option, given, depth + 1, found))

    def _likeness(self, option: Schema, given: dict[str, object], depth: int, found: _Found) -> tuple[int, int]:
        shape = self._shape(option, given, depth, found)
        rank = sum(1 for name in given if name in shape.properties)
        for name, schema in shape.properties.items():
            if name in given and (only := only_value(self._compose(schema, None, depth, found))):
                rank += 20 if given[name] == only[0] else -20
        return rank, -len(shape.required - given.keys())

    def _key(self, schema: Schema) -> str | int:
        reference = schema.get("$ref")
        if len(schema) == 1 and isinstance(reference, str):
            return reference
        key = id(schema)
        if key not in self._flats:
            self._kept.append(schema)
        return key


def kind_of(plain: Schema) -> str:
    """`object`, `array`, `string`, `integer`, `number`, `boolean`, or empty when nothing shows it."""
    named = plain.get("type")
    if isinstance(named, list):
        named = next((each for each in named if each != "null"), "")
    if isinstance(named, str) and named:
        return named
    if "properties" in plain or "additionalProperties" in plain:
        return "object"
    if "items" in plain:
        return "array"
    return _kind_of_value(plain)


def allows_null(plain: Schema) -> bool:
    """Null is named as a value."""
    named = plain.get("type")
    values = plain.get("enum")
    return (
        plain.get("nullable") is True
        or named == "null"
        or (isinstance(named, list) and "null" in named)
        or (isinstance(values, list) and None in values)
    )


def only_value(plain: Schema) -> tuple[Any, ...]:  # a JSON value
    """The one value that the schema admits, empty where there are several."""
    if "const" in plain:
        return (plain["const"],)
    values = plain.get("enum")
    return tuple(values) if isinstance(values, list) and len(values) == 1 else ()


def is_null(schema: Schema) -> bool:
    """The schema of null alone, as 3.1 writes an optional value."""
    return schema.get("type") == "null" or schema.get("enum") == [None]


def _united(flat: Flat, chosen: list[Schema]) -> Schema:
    found = flat.schema
    for inner in chosen:
        found = merge(found, inner)
    if flat.schema.get("nullable") is True or any(is_null(each) for choice in flat.choices for each in choice.options):
        found = {**found, "nullable": True}
    return found


def _read_shape(plain: Schema) -> Shape:
    properties = plain.get("properties")
    required = plain.get("required")
    closed = plain.get("additionalProperties") is False or plain.get("unevaluatedProperties") is False
    return Shape(
        {str(name): inner for name, inner in properties.items() if isinstance(inner, dict)}
        if isinstance(properties, dict)
        else {},
        frozenset(name for name in required if isinstance(name, str)) if isinstance(required, list) else frozenset(),
        closed=closed and not plain.get("patternProperties"),
        open=bool(plain.get("additionalProperties")) or bool(plain.get("patternProperties")),
    )


def _kind_of_value(plain: Schema) -> str:
    values = plain.get("enum")
    for value in [*(values if isinstance(values, list) else ()), plain.get("const"), plain.get("default")]:
        for kind, types in (("boolean", bool), ("integer", int), ("number", float), ("string", str)):
            if isinstance(value, types):
                return kind
    return ""

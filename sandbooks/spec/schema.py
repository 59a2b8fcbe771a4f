"""OpenAPI schemas in the wording of JSON Schema 2020-12, and compiled.

Knows both dialects and the schema library; trusts that `lint` has repaired what does not mean anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final, Literal, TypeAlias

import jsonschema_rs

from sandbooks.spec.alternatives import Alternatives
from sandbooks.spec.discriminators import Discriminators, Tagging
from sandbooks.spec.model import Fault, Json, Schema
from sandbooks.spec.references import find
from sandbooks.spec.texts import FORMATS, pattern_options
from sandbooks.spec.weights import Weights
from sandbooks.spec.wording import faults_of, shorten

Mode: TypeAlias = Literal["request", "answer"]

MOST_FAULTS: Final = 100

_HIDDEN: Final[Mapping[Mode, str]] = {"request": "readOnly", "answer": "writeOnly"}
SUBSCHEMA: Final = frozenset(
    {"not", "items", "contains", "additionalProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties"}
    | {"if", "then", "else"}
)
SUBSCHEMA_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
SUBSCHEMA_MAPS: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})
_PLAIN: Final = frozenset(
    {"type", "enum", "const", "multipleOf", "maximum", "minimum", "maxLength", "minLength", "pattern", "maxItems"}
    | {"minItems", "uniqueItems", "maxProperties", "minProperties", "maxContains", "minContains", "dependentRequired"}
)
_RANGES: Final[Mapping[str, tuple[int, int]]] = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_BESIDE: Final = frozenset({"nullable", "readOnly", "writeOnly"})


class Validator:
    """One compiled schema."""

    __slots__ = ("_compiled", "is_valid")

    def __init__(self, schema: Schema) -> None:
        self._compiled = jsonschema_rs.Draft202012Validator(
            schema, validate_formats=True, pattern_options=pattern_options(), offline=True
        )
        self.is_valid = self._compiled.is_valid

    def faults(self, value: Json, place: str = "body") -> list[Fault]:
        """Every place where a value does not fit, by its pointer, at most `MOST_FAULTS`; none when it fits."""
        try:
            if self.is_valid(value):
                return []
            errors = self._compiled.iter_errors(value)
            found = (fault for error in errors for fault in faults_of(error, place))
            return sorted(dict.fromkeys(islice(found, MOST_FAULTS)), key=_order)
        except (ValueError, UnicodeEncodeError) as problem:
            return [Fault("", f"{shorten(value)} is not JSON: {problem}", "type", place)]


def _order(fault: Fault) -> tuple[list[tuple[int, str]], str]:
    """By pointer, items by their number."""
    return [(int(step) if step.isdecimal() else -1, step) for step in fault.pointer.split("/")], fault.keyword


_Use: TypeAlias = tuple[str, bool]
"""A reference, and whether what it names is a part (in `allOf`) of another schema, which tells itself what it is."""


class Schemas:
    """The schemas of one document in one direction, each translated once, when it is first used.

    In a request what is `readOnly` is not required, in an answer what is `writeOnly`. A `oneOf` whose schemas lie
    within one another asks for any of them; a discriminator counts for schemas that build on its own as well.
    """

    def __init__(self, document: dict[str, Json], mode: Mode) -> None:
        self.document = document
        self.hidden = _HIDDEN[mode]
        # Siblings of `$ref` count since 3.1; before, only those that everybody writes there all the same.
        self.siblings_count = not str(document.get("openapi", "")).startswith("3.0")
        self.discriminators = Discriminators(document)
        self.alternatives = Alternatives(document)
        self.weights = Weights()
        self.names: dict[_Use, str] = {}
        self.made: dict[_Use, tuple[Schema | bool, frozenset[_Use]]] = {}

    def validator(self, schema: Schema) -> Validator:
        """The compiled form of a schema; one that cannot be compiled, or is too heavy, lets everything pass."""
        uses: set[_Use] = set()
        whole = self._translate(schema, uses)
        if isinstance(whole, bool):
            whole = {} if whole else {"not": {}}
        try:
            return Validator(self.weights.lightened(whole, dict(self._closure(uses))))
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
            return Validator({})

    def _closure(self, uses: set[_Use]) -> Iterator[tuple[str, Schema | bool]]:
        """Every schema that can be reached from the used ones, with its name."""
        waiting, seen = list(uses), set(uses)
        while waiting:
            use = waiting.pop()
            translated, further = self._shared(use)
            yield self.names[use], translated
            waiting += further - seen
            seen |= further

    def _shared(self, use: _Use) -> tuple[Schema | bool, frozenset[_Use]]:
        if use not in self.made:
            uses: set[_Use] = set()
            ref, is_part = use
            translated = self._translate(self._find(ref), uses)
            family = None if is_part else self.discriminators.of_heirs(ref)
            if family is not None:
                parent = self._reference(ref, {}, uses, is_part=True)
                translated = {"allOf": [parent, *self._chosen(family, uses, is_part=True)]}
            self.made[use] = (translated, frozenset(uses))
        return self.made[use]

    def _translate(
        self, schema: Json, uses: set[_Use], hidden: frozenset[str] = frozenset(), *, is_part: bool = False
    ) -> Schema | bool:
        """A schema in 2020-12 wording; the references it makes are added to `uses`."""
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, dict):
            return {}
        ref = schema.get("$ref")
        if isinstance(ref, str):
            return self._reference(ref, schema, uses, is_part=is_part)
        hidden = hidden | self._hidden_names(schema)
        made = self._discriminated(schema, uses) or self._keywords(schema, uses, hidden)
        return _nullable(made) if schema.get("nullable") is True else made

    def _reference(self, ref: str, schema: Schema, uses: set[_Use], *, is_part: bool = False) -> Schema:
        use = ref, is_part and self.discriminators.of_heirs(ref) is not None
        uses.add(use)
        name = self.names.setdefault(use, str(len(self.names)))
        made: Schema = {"$ref": f"#/$defs/{name}"}
        if self.siblings_count and len(schema) > 1:
            made |= self._keywords(schema, uses, self._hidden_names(schema))
        return _nullable(made) if schema.get("nullable") is True else made

    def _keywords(self, schema: Schema, uses: set[_Use], hidden: frozenset[str]) -> Schema:
        made: Schema = {}
        for key, value in schema.items():
            if key in _PLAIN:
                made[key] = value
            elif key in SUBSCHEMA:
                made[key] = self._translate(value, uses)
            elif key in SUBSCHEMA_LISTS:
                inner = hidden if key == "allOf" else frozenset()
                parts = [self._translate(part, uses, inner, is_part=key == "allOf") for part in value]
                _add_list(made, "anyOf" if key == "oneOf" and self.alternatives.are_vague(value) else key, parts)
            elif key in SUBSCHEMA_MAPS:
                made[key] = {name: self._translate(part, uses) for name, part in value.items()}
        if required := [name for name in schema.get("required", ()) if name not in hidden]:
            made["required"] = required
        if (kinds := self._kinds(schema)) is not None:
            made["allOf"] = [*made.get("allOf", ()), kinds]
        _add_bounds(made, schema)
        return made

    def _kinds(self, schema: Schema) -> Schema | None:
        """What others build on names them by a property: no other word may stand there, unless it lists its own."""
        words = self.discriminators.allowed(schema)
        if words is None:
            return None
        name = schema["discriminator"]["propertyName"]
        is_nullable = self._says(schema["properties"][name], "nullable")
        return {"properties": {name: {"enum": [*words, *([None] if is_nullable else [])]}}}

    def _hidden_names(self, schema: Schema) -> frozenset[str]:
        """The properties that the other side alone sets, of a schema and all it is made of."""
        return frozenset(name for name, part in self._properties(schema, set()) if self._says(part, self.hidden))

    def _properties(self, schema: Schema, seen: set[str]) -> Iterator[tuple[str, Json]]:
        yield from (schema.get("properties") or {}).items()
        for part in schema.get("allOf") or ():
            ref = part.get("$ref") if isinstance(part, dict) else None
            if isinstance(ref, str):
                if ref in seen:
                    continue
                seen.add(ref)
                part = self._find(ref)
            if isinstance(part, dict):
                yield from self._properties(part, seen)

    def _says(self, schema: Json, word: str) -> bool:
        """True when a schema, or one it refers to, says `readOnly: true` or the like."""
        seen: set[str] = set()
        while isinstance(schema, dict):
            if schema.get(word) is True:
                return True
            ref = schema.get("$ref")
            if not isinstance(ref, str) or ref in seen:
                return False
            seen.add(ref)
            schema = self._find(ref)
        return False

    def _find(self, ref: str) -> Json:
        try:
            return find(self.document, ref)
        except LookupError:
            return {}

    def _discriminated(self, schema: Schema, uses: set[_Use]) -> Schema | None:
        """Alternatives told apart by a property: the named one alone must fit, and its faults are the faults."""
        tagging = self.discriminators.of_choice(schema)
        if tagging is None:
            return None
        rest = {word: value for word, value in schema.items() if word not in ("oneOf", "anyOf", "discriminator")}
        known = [word for words in tagging.words.values() for word in words]
        name = tagging.property
        choice = {"type": "object", "required": [name], "properties": {name: {"enum": known}}}
        return {"allOf": [self._keywords(rest, uses, self._hidden_names(schema)), choice, *self._chosen(tagging, uses)]}

    def _chosen(self, tagging: Tagging, uses: set[_Use], *, is_part: bool = False) -> list[Schema]:
        """For each alternative: where the property holds one of its words, it must fit."""
        name = tagging.property
        return [
            {
                "if": {"type": "object", "properties": {name: {"enum": words}}, "required": [name]},
                "then": self._reference(ref, {}, uses, is_part=is_part),
            }
            for ref, words in tagging.words.items()
        ]


def _add_list(made: Schema, key: str, parts: list[Schema | bool]) -> None:
    """A list of schemas under a keyword; where it is taken (by `anyOf` itself), beside it."""
    if key in made:
        made.setdefault("allOf", []).append({key: parts})
    else:
        made[key] = parts


def _nullable(made: Schema) -> Schema:
    """The same schema, null allowed. `if` keeps the faults of other values as they are, which `anyOf` would hide."""
    types = made.get("type")
    if types is not None and not ({"enum", "const", "not", "allOf", "anyOf", "oneOf", "$ref", "if"} & made.keys()):
        listed = types if isinstance(types, list) else [types]
        return {**made, "type": listed if "null" in listed else [*listed, "null"]}
    return {"if": {"type": "null"}, "else": made}


def _add_bounds(made: Schema, schema: Schema) -> None:
    """Formats that are asserted, ranges of integer formats, and exclusive bounds of either dialect."""
    written = schema.get("format", "")
    if written in FORMATS:
        made["format"] = written
    elif written in _RANGES and "integer" in (schema.get("type"), *_listed(schema.get("type"))):
        low, high = _RANGES[written]
        made["minimum"] = max(made.get("minimum", low), low)
        made["maximum"] = min(made.get("maximum", high), high)
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        limit = schema.get(exclusive)
        if limit is True and inclusive in schema:
            made[exclusive] = schema[inclusive]
            made.pop(inclusive, None)
        elif limit is not None and not isinstance(limit, bool):
            made[exclusive] = limit


def _listed(types: Json) -> list[Json]:
    return types if isinstance(types, list) else []

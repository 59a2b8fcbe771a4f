"""Alternatives that cannot be told apart: what `oneOf` asks for where one of its schemas lies within another.

Knows schemas; must not know values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sandbooks.spec.model import Json
from sandbooks.spec.references import find
from sandbooks.spec.texts import FORMATS

_DEEPEST: Final = 6
_MOST: Final = 40
_ANYTHING: Final[dict[str, Json]] = {}
_Plain = dict[str, Json]  # the keywords of a schema and all of its `allOf`


class Alternatives:
    """The choices of one document, each looked at once."""

    def __init__(self, document: dict[str, Json]) -> None:
        self._document = document
        # The list is kept beside what was found, so that its identity cannot pass to another one.
        self._known: dict[int, tuple[list[Json], bool]] = {}
        self._pairs: dict[tuple[int, int], bool] = {}
        self._laid: list[_Plain] = []  # what schemas were laid together to, so that no identity comes twice

    def are_vague(self, branches: list[Json]) -> bool:
        """What an object among the schemas of a `oneOf` shows fits another one too, or what any of them describes does.

        Then "exactly one" would refuse what is plainly meant: `{a}` and `{a, b}` with nothing required. Schemas that
        merely overlap are not vague, nor is an integer among numbers.
        """
        if id(branches) not in self._known:
            self._known[id(branches)] = branches, self._are_vague(branches[:_MOST])
            self._pairs.clear()
            self._laid.clear()
        return self._known[id(branches)][1]

    def _are_vague(self, branches: list[Json]) -> bool:
        lost = [
            narrow
            for place, narrow in enumerate(branches)
            if any(place != other and self._within(narrow, wide, 0) for other, wide in enumerate(branches))
        ]
        return len(lost) == len(branches) or any(self._is_object(branch) for branch in lost)

    def _is_object(self, schema: Json) -> bool:
        plain = self._plain(schema, 0) or {}
        return plain.get("type") == "object" or "properties" in plain

    def _within(self, narrow: Json, wide: Json, depth: int) -> bool:
        """Every value that shows what `narrow` names, and nothing else, fits `wide`. Each pair is compared once."""
        if wide is True or wide == {}:
            return True
        pair = id(narrow), id(wide)
        if pair not in self._pairs:
            self._pairs[pair] = True  # what circles back to the same question
            self._pairs[pair] = depth <= _DEEPEST and (narrow == wide or self._compare(narrow, wide, depth))
        return self._pairs[pair]

    def _compare(self, narrow: Json, wide: Json, depth: int) -> bool:
        inner, outer = self._plain(narrow, 0), self._plain(wide, 0)
        if inner is None or outer is None:
            return False
        return all(self._keeps(keyword, inner, outer, depth) for keyword in outer)

    def _keeps(self, keyword: str, inner: _Plain, outer: _Plain, depth: int) -> bool:
        if keyword == "properties":
            known = inner.get("properties", {})
            return all(
                self._within(known[name], part, depth + 1) for name, part in outer[keyword].items() if name in known
            )
        if keyword == "additionalProperties":
            return self._keeps_closed(inner, outer, depth)
        if keyword == "items":
            return self._within(inner.get("items", _ANYTHING), outer["items"], depth + 1)
        if keyword in _COMPARED:
            return keyword in inner and _COMPARED[keyword](inner[keyword], outer[keyword])
        if keyword == "format":
            return outer["format"] not in FORMATS or inner.get("format") == outer["format"]
        if keyword in ("enum", "const"):
            return _values(inner) is not None and all(each in (_values(outer) or ()) for each in _values(inner) or ())
        return keyword not in _JUDGED or inner.get(keyword) == outer[keyword]

    def _keeps_closed(self, inner: _Plain, outer: _Plain, depth: int) -> bool:
        beyond, known = outer["additionalProperties"], outer.get("properties", {})
        if beyond in (True, {}):
            return True
        names = inner.get("properties", {})
        if isinstance(inner.get("additionalProperties"), dict) and not names:
            return isinstance(beyond, dict) and self._within(inner["additionalProperties"], beyond, depth + 1)
        extra = [part for name, part in names.items() if name not in known]
        return all(isinstance(beyond, dict) and self._within(part, beyond, depth + 1) for part in extra)

    def _plain(self, schema: Json, depth: int) -> _Plain | None:
        """The keywords of a schema, what it refers to and its `allOf`; None where they cannot be laid together."""
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return None
        parts: list[Json] = [{key: value for key, value in schema.items() if key not in ("$ref", "allOf")}]
        if isinstance(ref := schema.get("$ref"), str):
            parts.append(self._find(ref))
        parts += schema.get("allOf") or ()
        merged: _Plain = {}
        for part in parts:
            plain = part if part is parts[0] else self._plain(part, depth + 1)
            if plain is None or not _lay(plain, merged):
                return None
        self._laid.append(merged)
        return merged

    def _find(self, ref: str) -> Json:
        try:
            return find(self._document, ref)
        except LookupError:
            return None


def _lay(part: _Plain, merged: _Plain) -> bool:
    """Add keywords to those of other parts; False where both say something that cannot be said as one."""
    for keyword, value in part.items():
        known: Json = merged.get(keyword)
        if keyword not in merged or known == value:
            merged[keyword] = value
        elif keyword == "required":
            merged[keyword] = [*known, *value]
        elif keyword == "properties":
            merged[keyword] = {**known, **{name: _both(known.get(name), each) for name, each in value.items()}}
        elif keyword in _JUDGED or keyword in _COMPARED or keyword in _SAID_ONCE:
            return False
    return True


def _both(first: Json, second: Json) -> Json:
    return second if first is None or first == second else {"allOf": [first, second]}


def _types(listed: Json) -> set[Json]:
    types = set(listed) if isinstance(listed, list) else {listed}
    return types | {"integer"} if "number" in types else types


def _values(schema: _Plain) -> list[Json] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _at_least(inner: Json, outer: Json) -> bool:
    return bool(inner >= outer)


def _at_most(inner: Json, outer: Json) -> bool:
    return bool(inner <= outer)


_COMPARED: Final[Mapping[str, Callable[[Json, Json], bool]]] = {
    "type": lambda inner, outer: _types(inner) - {"null"} <= _types(outer),
    "required": lambda inner, outer: set(outer) <= set(inner),
    **dict.fromkeys(("minimum", "minLength", "minItems", "minProperties"), _at_least),
    **dict.fromkeys(("maximum", "maxLength", "maxItems", "maxProperties"), _at_most),
}
_SAID_ONCE: Final = frozenset({"additionalProperties", "items", "format", "enum", "const"})
_JUDGED: Final = frozenset(
    {"multipleOf", "pattern", "uniqueItems", "not", "anyOf", "oneOf", "if", "then", "else", "contains", "minContains"}
    | {"maxContains", "prefixItems", "patternProperties", "propertyNames", "dependentRequired", "dependentSchemas"}
    | {"exclusiveMinimum", "exclusiveMaximum", "unevaluatedProperties", "unevaluatedItems"}
)
"""What must be the same on both sides; what is neither here nor compared is a note for people."""

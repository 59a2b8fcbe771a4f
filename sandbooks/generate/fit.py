"""Whether a value fits a schema: which examples may be used, which of several drafts is handed out.

Knows JSON Schema's words in the spelling of OpenAPI 3.0 and 3.1; makes no values and no messages. What a client sends
is judged by `spec`, not here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from sandbooks.generate.numbers import read_bounds
from sandbooks.generate.patterns import compile_pattern
from sandbooks.generate.tags import tag_property, tags_of

if TYPE_CHECKING:
    from sandbooks.spec.model import Json, Schema

Resolve = Callable[["Schema"], "Schema"]
_DEEPEST = 60
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}")
_IPV6 = re.compile(r"(?=.*:)[0-9A-Fa-f:.]{2,45}")


class Fitter:
    """Judges values against the schemas of one description.

    Args:
        resolve: follows a `$ref`.
        left_out: `writeOnly` for what an answer holds, `readOnly` for a request; properties so marked may be absent.
    """

    def __init__(self, resolve: Resolve, left_out: str) -> None:
        self._resolve = resolve
        self._left_out = left_out
        self._known: dict[tuple[int, int], bool] = {}

    def fits(self, value: Json, schema: Json) -> bool:
        """True when the value keeps to every keyword; common formats count, unknown keywords do not."""
        self._known = {}
        return self._fits(value, schema, 0)

    def _fits(self, value: Json, schema: Json, depth: int, absent: frozenset[str] = frozenset()) -> bool:
        """`absent` are properties that may be missing because a schema around this one leaves them out.

        Each pair of value and schema is judged once, or choices within choices would take exponential time.
        """
        if not isinstance(schema, dict):
            return schema is not False
        if depth > _DEEPEST:
            return True
        if not isinstance(value, dict | list) or absent:
            return self._judge(value, self._resolve(schema), depth, absent)
        pair = id(value), id(schema)
        if pair not in self._known:
            self._known[pair] = self._judge(value, self._resolve(schema), depth, absent)
        return self._known[pair]

    def _judge(self, value: Json, schema: Schema, depth: int, absent: frozenset[str]) -> bool:
        if value is None and schema.get("nullable") is True:
            return True
        if not has_type(value, schema) or not _is_listed(value, schema):
            return False
        if isinstance(value, dict):
            absent |= frozenset(self._names_left_out(schema, depth))
        return self._fits_own(value, schema, depth, absent) and self._fits_parts(value, schema, depth, absent)

    def _names_left_out(self, schema: Schema, depth: int) -> Iterator[str]:
        for name, part in schema.get("properties", {}).items():
            if isinstance(part, dict) and self._resolve(part).get(self._left_out) is True:
                yield name
        for part in schema.get("allOf", ()) if depth < _DEEPEST else ():
            yield from self._names_left_out(self._resolve(part), depth + 1) if isinstance(part, dict) else ()

    def _fits_own(self, value: Json, schema: Schema, depth: int, absent: frozenset[str]) -> bool:
        if isinstance(value, str):
            return _fits_text(value, schema)
        if isinstance(value, bool) or value is None:
            return True
        if isinstance(value, int | float):
            return read_bounds(schema, whole=schema.get("type") == "integer").admit(value)
        if isinstance(value, list):
            return self._fits_array(value, schema, depth)
        return self._fits_object(value, schema, depth, absent)

    def _fits_parts(self, value: Json, schema: Schema, depth: int, absent: frozenset[str]) -> bool:
        if "not" in schema and self._fits(value, schema["not"], depth + 1):
            return False
        if not all(self._fits(value, part, depth + 1, absent) for part in schema.get("allOf", ())):
            return False
        if not self._fits_choices(value, schema, depth):
            return False
        if "if" in schema:
            then = "then" if self._fits(value, schema["if"], depth + 1) else "else"
            return self._fits(value, schema.get(then, True), depth + 1)
        return True

    def _fits_choices(self, value: Json, schema: Schema, depth: int) -> bool:
        """Where a discriminator tells which option is meant, that one alone counts."""
        name, discriminator = tag_property(schema), schema.get("discriminator")
        if name and isinstance(value, dict):
            options = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
            meant = [each for each in options if value.get(name) in tags_of(each, discriminator)]
            if meant:
                return any(self._fits(value, each, depth + 1) for each in meant)
        if "anyOf" in schema and not any(self._fits(value, part, depth + 1) for part in schema["anyOf"]):
            return False
        return "oneOf" not in schema or sum(self._fits(value, part, depth + 1) for part in schema["oneOf"]) == 1

    def _fits_array(self, value: list[Json], schema: Schema, depth: int) -> bool:
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            return False
        if schema.get("uniqueItems") is True and len({identity(each) for each in value}) < len(value):
            return False
        first = schema.get("prefixItems", [])
        if not all(self._fits(each, part, depth + 1) for each, part in zip(value, first, strict=False)):
            return False
        rest = schema.get("items", True)
        if not all(self._fits(each, rest, depth + 1) for each in value[len(first) :]):
            return False
        if "contains" not in schema:
            return True
        found = sum(self._fits(each, schema["contains"], depth + 1) for each in value)
        return bool(schema.get("minContains", 1) <= found <= schema.get("maxContains", found))

    def _fits_object(self, value: dict[str, Json], schema: Schema, depth: int, absent: frozenset[str]) -> bool:
        if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", len(value)):
            return False
        if any(name not in value and name not in absent for name in schema.get("required", ())):
            return False
        if "propertyNames" in schema and not all(
            self._fits(name, schema["propertyNames"], depth + 1) for name in value
        ):
            return False
        wanted = schema.get("dependentRequired", {})
        if any(name in value and any(other not in value for other in wanted[name]) for name in wanted):
            return False
        return all(
            self._fits(each, part, depth + 1) for name, each in value.items() for part in _schemas_of(name, schema)
        )


def has_type(value: Json, schema: Schema) -> bool:
    """True when the value is of a type that the schema names, or it names none."""
    named = schema.get("type")
    if named is None:
        return True
    types = named if isinstance(named, list) else [named]
    return any(_is_a(value, each) for each in types)


def same(left: Json, right: Json) -> bool:
    """Equality as JSON means it: true is not 1, 1.0 is."""
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def identity(value: Json) -> str:
    """A text that two values share exactly when they are the same for `uniqueItems`."""
    return json.dumps(value, sort_keys=True)


def fits_format(text: str, format: str) -> bool:
    """True for a format that is not checked, too."""
    try:
        match format:
            case "date":
                return bool(_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
            case "date-time":
                return bool(_MOMENT.fullmatch(text)) and bool(datetime.fromisoformat(text.upper()))
            case "email":
                return bool(_EMAIL.fullmatch(text))
            case "uuid":
                return bool(_UUID.fullmatch(text))
            case "uri":
                return bool(_URI.fullmatch(text))
            case "hostname":
                return bool(_HOST.fullmatch(text))
            case "ipv4":
                return bool(_IPV4.fullmatch(text))
            case "ipv6":
                return bool(_IPV6.fullmatch(text))
    except ValueError:
        return False
    return True


def _is_listed(value: Json, schema: Schema) -> bool:
    if "const" in schema and not same(value, schema["const"]):
        return False
    return "enum" not in schema or any(same(value, each) for each in schema["enum"])


def _fits_text(value: str, schema: Mapping[str, Json]) -> bool:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return False
    if isinstance(schema.get("pattern"), str):
        pattern = compile_pattern(schema["pattern"])
        if pattern is not None and not pattern.search(value):
            return False
    return fits_format(value, str(schema.get("format", "")))


def _schemas_of(name: str, schema: Schema) -> list[Json]:
    """Every schema that speaks of a property: its own, those of matching patterns, else the one for all others."""
    found = [schema["properties"][name]] if name in schema.get("properties", {}) else []
    for pattern, part in schema.get("patternProperties", {}).items():
        compiled = compile_pattern(pattern)
        if compiled is not None and compiled.search(name):
            found.append(part)
    return found or [schema.get("additionalProperties", True)]


def _is_a(value: Json, type_name: str) -> bool:
    match type_name:
        case "string":
            return isinstance(value, str)
        case "integer":
            return not isinstance(value, bool) and (
                isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            )
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case "null":
            return value is None
    return True

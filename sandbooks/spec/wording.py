"""The words of a fault: what was given, and what was expected.

Knows the errors of the schema library; must not know descriptions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import jsonschema_rs
import orjson

from sandbooks.spec.model import Fault, Json, escape

_ROOM: Final = 60
_MOST_OPTIONS: Final = 12

_A: Final[Mapping[str, str]] = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_FORMATS: Final[Mapping[str, str]] = {
    "date": "a date (YYYY-MM-DD)",
    "date-time": "a date-time (YYYY-MM-DDThh:mm:ssZ)",
    "email": "an email address",
    "hostname": "a host name",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "uri": "a URI",
    "uuid": "a UUID",
}


def shorten(value: Json, *, room: int = _ROOM) -> str:
    """A value as a message shows it: texts in single quotes, the rest as JSON, at most about `room` characters."""
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= room else f"'{value[: room - 3]}...'"
    try:
        shown = orjson.dumps(value).decode()
    except (TypeError, UnicodeEncodeError):
        shown = repr(value)
    return shown if len(shown) <= room else f"{shown[: room - 3]}..."


def expected(types: Iterable[str]) -> str:
    """`an integer`, `a string or null`."""
    *first, last = sorted(types, key=lambda name: (name == "null", name))
    named = [_A.get(name, name) for name in (*first, last)]
    return f"{', '.join(named[:-1])} or {named[-1]}" if first else named[0]


def type_message(value: Json, types: Iterable[str]) -> str:
    """What to say of a value of another type than the wanted ones."""
    return f"{shorten(value)} is not {expected(types)}"


def faults_of(error: jsonschema_rs.ValidationError, place: str) -> Iterator[Fault]:
    """One error of the library as faults; where alternatives failed, those of the only fitting one."""
    kind = error.kind
    name = kind.name
    pointer = "".join(f"/{escape(str(step))}" for step in error.instance_path)
    if name in ("anyOf", "oneOf") and (chosen := _likely(error)):
        for inner in chosen:
            yield from faults_of(inner, place)
    elif name in ("additionalProperties", "unevaluatedProperties") and kind.value:
        for extra in kind.value:
            yield Fault(f"{pointer}/{escape(extra)}", f"'{extra}' is not a known property", name, place)
    elif name == "required":
        yield Fault(f"{pointer}/{escape(kind.value)}", f"'{kind.value}' is a required property", name, place)
    else:
        yield Fault(pointer, _message(error), name, place)


def _likely(error: jsonschema_rs.ValidationError) -> list[jsonschema_rs.ValidationError]:
    """The errors of the one alternative that the value was meant to be; none when that cannot be told."""
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.OneOfMultipleValid):
        return []
    depth = len(error.instance_path)
    near: list[list[jsonschema_rs.ValidationError]] = error.kind.context  # type: ignore[attr-defined]
    for level, names in ((depth, ("type",)), (depth + 1, ("const", "enum"))):
        near = [branch for branch in near if not any(_is_at(inner, level, names) for inner in branch)]
        if len(near) == 1:
            return near[0]
    return []


def _is_at(error: jsonschema_rs.ValidationError, level: int, names: tuple[str, ...]) -> bool:
    return len(error.instance_path) == level and error.kind.name in names


def _message(error: jsonschema_rs.ValidationError) -> str:
    given, kind = shorten(error.instance), error.kind
    say = _MESSAGES.get(kind.name)
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.OneOfMultipleValid):
        return f"{given} fits more than one of the allowed forms"
    return f"{given} {say(kind.value)}" if say else f"{given} does not fit '{kind.name}'"


def _count(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"


def _options(options: list[Json]) -> str:
    shown = ", ".join(shorten(option, room=30) for option in options[:_MOST_OPTIONS])
    return f"{shown}, ..." if len(options) > _MOST_OPTIONS else shown


_MESSAGES: Final[Mapping[str, Callable[[Json], str]]] = {
    "anyOf": lambda _: "fits none of the allowed forms",
    "const": lambda value: f"is not {shorten(value)}",
    "contains": lambda _: "does not contain the items that are wanted",
    "enum": lambda options: f"is not one of {_options(options)}",
    "exclusiveMaximum": lambda limit: f"is not less than {limit}",
    "exclusiveMinimum": lambda limit: f"is not greater than {limit}",
    "falseSchema": lambda _: "is not allowed here",
    "format": lambda name: f"is not {_FORMATS.get(name, name)}",
    "maxItems": lambda limit: f"has more than {_count(limit, 'item', 'items')}",
    "maxLength": lambda limit: f"is longer than {_count(limit, 'character', 'characters')}",
    "maxProperties": lambda limit: f"has more than {_count(limit, 'property', 'properties')}",
    "maximum": lambda limit: f"is greater than the maximum of {limit}",
    "minItems": lambda limit: f"has fewer than {_count(limit, 'item', 'items')}",
    "minLength": lambda limit: f"is shorter than {_count(limit, 'character', 'characters')}",
    "minProperties": lambda limit: f"has fewer than {_count(limit, 'property', 'properties')}",
    "minimum": lambda limit: f"is less than the minimum of {limit}",
    "multipleOf": lambda factor: f"is not a multiple of {factor}",
    "not": lambda _: "is of a form that is not allowed",
    "oneOf": lambda _: "fits none of the allowed forms",
    "pattern": lambda pattern: f"does not match '{pattern}'",
    "propertyNames": lambda _: "has a property whose name is not allowed",
    "type": lambda types: f"is not {expected(types)}",
    "unevaluatedItems": lambda _: "has more items than are known",
    "uniqueItems": lambda _: "has items that are equal",
}

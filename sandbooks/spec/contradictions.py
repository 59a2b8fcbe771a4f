"""Keywords of one schema that no value could meet together: the one that was hardly meant gives way.

Knows single schemas whose keywords are of the right shape; must not know where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from sandbooks.spec.model import Json, Schema
from sandbooks.spec.regexes import never_matches
from sandbooks.spec.texts import format_judge, pattern_judge
from sandbooks.spec.wording import shorten

_SLASHED: Final = re.compile(r"/(\^.*\$|\^.*|.*\$)/([a-z]*)", re.DOTALL)
_INTEGER: Final = re.compile(r"-?\d{1,18}", re.ASCII)
_MOST_LISTED: Final = 1_000  # of longer lists the first so many are looked at


def reconcile(schema: Schema) -> Iterator[tuple[str, str]]:
    """Change a schema so that values can meet it; yields a keyword and what was done about it, for each change."""
    for rule in (
        _slashed_pattern,
        _barred_pattern,
        _null_beside_alternatives,
        _listed_type,
        _listed_texts,
        _closed_against_required,
    ):
        if (said := rule(schema)) is not None:
            yield said


def _slashed_pattern(schema: Schema) -> tuple[str, str] | None:
    """`/^[a-z]+$/i` is how programs write a pattern, and would ask for a slash before the beginning."""
    pattern = schema.get("pattern")
    found = _SLASHED.fullmatch(pattern) if isinstance(pattern, str) else None
    if found is None:
        return None
    bare = f"(?i){found[1]}" if "i" in found[2] else found[1]
    if pattern_judge(bare) is None:
        return None
    schema["pattern"] = bare
    return "pattern", f"{shorten(pattern)} stands between slashes: read as {shorten(bare)}"


def _barred_pattern(schema: Schema) -> tuple[str, str] | None:
    pattern = schema.get("pattern")
    if not isinstance(pattern, str) or not never_matches(pattern):
        return None
    del schema["pattern"]
    return "pattern", f"{shorten(pattern)} asks for more after the end of the text, or before it: left out"


def _null_beside_alternatives(schema: Schema) -> tuple[str, str] | None:
    options = schema.get("oneOf") or schema.get("anyOf") or ()
    if schema.get("type") != "null" or not any(
        isinstance(each, dict) and each.get("type") != "null" for each in options
    ):
        return None
    del schema["type"]
    schema["nullable"] = True
    return "type", "only null is allowed beside alternatives: read as nullable"


def _listed_type(schema: Schema) -> tuple[str, str] | None:
    """A list of values none of which is of the type."""
    listed, types = schema.get("enum"), schema.get("type")
    if not isinstance(listed, list) or not isinstance(types, str) or any(_is_a(value, types) for value in listed):
        return None
    if schema.get("nullable") is True and None in listed:
        return None
    if types in ("array", "object"):
        del schema["enum"]
        return "enum", f"{shorten(listed)} lists no {types}: 'enum' is left out"
    if types in ("integer", "number") and all(isinstance(each, str) and _INTEGER.fullmatch(each) for each in listed):
        schema["enum"] = [int(each) for each in listed]
        return "enum", f"{shorten(listed)} are read as numbers, as the type says"
    del schema["type"]
    return "type", f"nothing in {shorten(listed)} is of the type {types}: 'type' is left out"


def _listed_texts(schema: Schema) -> tuple[str, str] | None:
    """A list of values none of which has the length, pattern or format that is asked for beside it."""
    texts = [each for each in (schema.get("enum") or ())[:_MOST_LISTED] if isinstance(each, str)]
    if not texts or len(texts) < len(schema["enum"]):
        return None
    dropped = [key for key, judge in _judges(schema) if not any(judge(text) for text in texts)]
    for key in dropped:
        del schema[key]
    return (dropped[0], f"no listed value keeps to {' and '.join(dropped)}: left out") if dropped else None


def _judges(schema: Schema) -> Iterator[tuple[str, Callable[[str], bool]]]:
    if (shortest := schema.get("minLength")) is not None:
        yield "minLength", lambda text: len(text) >= shortest
    if (longest := schema.get("maxLength")) is not None:
        yield "maxLength", lambda text: len(text) <= longest
    pattern = pattern_judge(schema["pattern"]) if "pattern" in schema else None
    if pattern is not None:
        yield "pattern", pattern
    format = format_judge(schema.get("format", ""))
    if format is not None:
        yield "format", format


def _closed_against_required(schema: Schema) -> tuple[str, str] | None:
    """Properties that must be there in an object that does not admit them."""
    if schema.get("additionalProperties") is not False or not schema.get("required") or "patternProperties" in schema:
        return None
    known = schema.get("properties") or {}
    unknown = [name for name in schema["required"] if known.get(name, False) is False]
    if not unknown:
        return None
    schema["required"] = [name for name in schema["required"] if name not in unknown]
    return (
        "required",
        f"{', '.join(map(shorten, unknown))} may not be there, as nothing beyond the properties may: left out",
    )


def _is_a(value: Json, type_name: str) -> bool:
    if isinstance(value, bool) or value is None:
        return type_name == ("null" if value is None else "boolean")
    if type_name == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return isinstance(value, _PYTHON[type_name]) if type_name in _PYTHON else False


_PYTHON: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
}

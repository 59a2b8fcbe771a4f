"""Fields of a form become the value that a schema describes.

Knows names such as `address[city]` and how fields repeat; must not know bytes or boundaries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import orjson

from sandbooks.notation import read_json
from sandbooks.spec.model import Json, MediaType, Schema, is_json
from sandbooks.spec.shapes import Shape, Shapes

_BRACKETS: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
_STEP: Final = re.compile(r"[^\[\].]+")
_MOST_LEVELS: Final = 20

DELIMITERS: Final[Mapping[str, str]] = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
"""What stands between several values in one text, by style."""


def decode_form(media_type: MediaType, fields: Iterable[tuple[str, Json]], shapes: Shapes) -> dict[str, Json]:
    """The fields of a form as the schema of its media type wants them.

    Texts are read as numbers and so on where the schema says so, and stay texts where they cannot be: the check of
    the body then tells. Values that are no texts (files) are kept as they are. Fields without a property are kept.
    """
    shape = shapes.of(media_type.schema)
    tree: dict[str, Json] = {}
    for name, value in fields:
        put_at(tree, _path_of(name, shape, shapes), [value])
    for name, encoding in media_type.encoding.items():
        if isinstance(tree.get(name), list):
            types = shapes.of(shape.properties.get(name, {})).types
            tree[name] = _decoded(tree[name], encoding, is_object="object" in types and "array" not in types)
    return {name: settle(values, shape.properties.get(name, shape.extra), shapes) for name, values in tree.items()}


def field_shape(media_type: MediaType, name: str, shapes: Shapes) -> Shape:
    """The shape of what one field of a form holds, an array's element for the array."""
    shape = shapes.of(media_type.schema)
    for step in _path_of(name, shape, shapes):
        inner = shape.properties.get(step, shape.extra)
        shape = (
            shapes.of(shape.items) if "array" in shape.types and (not step or step.isdecimal()) else shapes.of(inner)
        )
    return shapes.of(shape.items) if "array" in shape.types else shape


def bracket_path(name: str) -> list[str]:
    """`["filter", "range", "from"]` for `filter[range][from]`; empty for a name without brackets."""
    found = _BRACKETS.fullmatch(name)
    if not found:
        return []
    path = [found[1], *found[2][1:-1].split("][")]
    return path if len(path) <= _MOST_LEVELS else []


def _path_of(name: str, shape: Shape, shapes: Shapes) -> list[str]:
    """The steps of a field's name; dots part them where the first one is an object or array."""
    if name in shape.properties:
        return [name]
    if path := bracket_path(name):
        return path
    steps = _STEP.findall(name)
    is_dotted = 1 < len(steps) <= _MOST_LEVELS and "." in name and steps[0] in shape.properties
    return steps if is_dotted and not shapes.of(shape.properties[steps[0]]).is_scalar else [name]


def put_at(tree: dict[str, Json], path: Sequence[str], values: list[Json]) -> None:
    """Add the values of one field to a tree. `[]` at the end of a name only says that the field repeats."""
    *way, last = [step for step in path if step] or [""]
    for step in way:
        inner = tree.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    known = tree.get(last)
    if isinstance(known, list):
        known.extend(values)
    elif known is None:
        tree[last] = list(values)


def settle(tree: Json, schema: Schema, shapes: Shapes) -> Json:
    """A tree whose leaves are the values of repeated fields, as its schema wants it: lists where it wants lists, the
    last value elsewhere. Numbered keys (`lines[0][amount]`) become a list too, and so do columns (`lines[][amount]`).
    """
    shape = shapes.of(schema)
    if isinstance(tree, dict):
        if "array" in shape.types and all(key.isdecimal() for key in tree):
            return [settle(tree[key], shape.items, shapes) for key in sorted(tree, key=int)]
        if "array" in shape.types and "object" not in shape.types:
            return [settle(row, shape.items, shapes) for row in _rows(tree)]
        return {name: settle(part, shape.properties.get(name, shape.extra), shapes) for name, part in tree.items()}
    if "array" in shape.types:
        if len(tree) == 1 and isinstance(whole := _json(tree[0], "["), list):
            return whole
        return [_leaf(value, shape.items, shapes) for value in tree]
    return _leaf(tree[-1], schema, shapes)


def _rows(columns: Mapping[str, Json]) -> list[dict[str, Json]]:
    """The elements whose members were sent one after the other under the same names."""
    count = max((len(values) for values in columns.values() if isinstance(values, list)), default=1)
    return [
        {
            name: [values[index]] if isinstance(values, list) else values
            for name, values in columns.items()
            if not isinstance(values, list) or index < len(values)
        }
        for index in range(count)
    ]


def _leaf(value: Json, schema: Schema, shapes: Shapes) -> Json:
    if not isinstance(value, str):
        return value
    if "object" in shapes.of(schema).types and isinstance(whole := _json(value, "{"), dict):
        return whole
    return shapes.read(value, schema)


def _json(value: Json, begin: str) -> Json:
    """What a field holds that carries JSON; None when it does not."""
    if not isinstance(value, str) or not value.lstrip().startswith(begin):
        return None
    try:
        return read_json(value)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None


def _decoded(values: list[Json], encoding: Mapping[str, Json], *, is_object: bool) -> Json:
    """The values of one field by its `encoding`: JSON texts read, one text of several values split, `a,1,b,2` paired
    for an object."""
    written_as = encoding.get("contentType")
    if isinstance(written_as, str) and is_json(written_as):
        return [whole if (whole := _any_json(value)) is not None else value for value in values]
    style = encoding.get("style", "form")
    if encoding.get("explode", style == "form") is False and isinstance(values[-1], str):
        parts = values[-1].split(DELIMITERS.get(style, ","))
        if is_object and len(parts) > 1:
            return {name: [value] for name, value in zip(parts[::2], parts[1::2], strict=False)}
        return list(parts)
    return values


def _any_json(value: Json) -> Json:
    return _json(value, "") if isinstance(value, str) else None

"""The parameters of a call: taken from path, query, headers and cookies, typed, and checked.

Knows the styles of OpenAPI; must not know bodies. All that can be decided once is decided when a reader is made.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import unquote

import orjson

from sandbooks.notation import read_json
from sandbooks.spec.forms import DELIMITERS, bracket_path, put_at, settle
from sandbooks.spec.model import Fault, Json, Parameter, escape, is_json
from sandbooks.spec.schema import Schemas, Validator
from sandbooks.spec.shapes import Shape, Shapes, scalar_reader
from sandbooks.spec.wording import shorten

Fields: TypeAlias = Mapping[str, list[str]]
Texts: TypeAlias = Mapping[str, str]
Take: TypeAlias = Callable[[Mapping[str, Json]], Json]

_ABSENT: Final = object()
_EMPTY: Final = object()
_MOMENTS_OF_HTTP: Final = frozenset({"if-modified-since", "if-unmodified-since"})
"""HTTP has a way of its own to write these, whatever a description says; callers use either."""


class Values(NamedTuple):
    """The parameters of one call, typed, under the names that the description gives.

    Absent ones without a default are left out. Header names keep the description's spelling.
    """

    path: dict[str, Json]
    query: dict[str, Json]
    header: dict[str, Json]
    cookie: dict[str, Json]


class ParameterReader:
    """Reads the parameters of one operation."""

    __slots__ = ("_cookie", "_header", "_path", "_query")

    def __init__(self, parameters: Iterable[Parameter], schemas: Schemas, shapes: Shapes) -> None:
        listed = list(parameters)
        names = frozenset(parameter.name for parameter in listed if parameter.location == "query")
        compiled = [_Compiled(parameter, schemas, shapes, names) for parameter in listed]
        self._path, self._query, self._header, self._cookie = (
            tuple(entry for entry in compiled if entry.place == place)
            for place in ("path", "query", "header", "cookie")
        )

    def read(
        self, path: Texts, query: Sequence[tuple[str, str]], headers: Texts, cookies: Texts
    ) -> Values | list[Fault]:
        """The typed parameters, or every fault."""
        values = Values({}, {}, {}, {})
        faults: list[Fault] = []
        if self._path:
            _fill(values.path, self._path, path, faults)
        if self._query:
            _fill(values.query, self._query, _grouped(query), faults)
        if self._header:
            _fill(values.header, self._header, headers, faults)
        if self._cookie:
            _fill(values.cookie, self._cookie, cookies, faults)
        return faults or values

    def defaults(self) -> Values:
        """What there is of a call that has no parameters."""
        places = (self._path, self._query, self._header, self._cookie)
        return Values(*({each.name: each.fallback() for each in place if each.has_default} for place in places))

    def admits_path(self, path: Texts) -> bool:
        """The path parameters have values that fit."""
        faults: list[Fault] = []
        _fill({}, self._path, path, faults)
        return not faults


class _Compiled:
    """One parameter, ready to be taken out of a call."""

    __slots__ = ("default", "empty", "has_default", "name", "place", "required", "take", "validator")

    def __init__(self, parameter: Parameter, schemas: Schemas, shapes: Shapes, query_names: frozenset[str]) -> None:
        shape = shapes.of(parameter.schema)
        self.name = parameter.name
        self.place = parameter.location
        self.required = parameter.required
        self.has_default = parameter.has_default
        self.default = parameter.default
        self.empty = "" if not shape.types or "string" in shape.types else None
        self.take = _taker(parameter, shape, shapes, query_names)
        free = (self.place == "header" and self.name.lower() in _MOMENTS_OF_HTTP) or (
            parameter.schema.keys() <= {"type", "description", "example"} and parameter.schema.get("type") == "string"
        )
        self.validator: Validator | None = None if free else schemas.validator(parameter.schema)

    def faults(self, value: Json, validator: Validator) -> Iterator[Fault]:
        """Where a value does not fit, below the name of the parameter."""
        for fault in validator.faults(value, self.place):
            yield Fault(f"/{escape(self.name)}{fault.pointer}", fault.message, fault.keyword, self.place)

    def fallback(self) -> Json:
        """A default that the caller may change."""
        return copy.deepcopy(self.default) if isinstance(self.default, dict | list) else self.default


class _Misfit(Exception):
    """A text that cannot be read at all."""


def _fill(
    target: dict[str, Json], compiled: tuple[_Compiled, ...], source: Mapping[str, Json], faults: list[Fault]
) -> None:
    """Take every parameter of one location."""
    for entry in compiled:
        try:
            value = entry.take(source)
        except _Misfit as misfit:
            faults.append(Fault(f"/{escape(entry.name)}", str(misfit), "type", entry.place))
            continue
        if value is _ABSENT:
            if entry.required:
                message = f"'{entry.name}' is a required {entry.place} parameter"
                faults.append(Fault(f"/{escape(entry.name)}", message, "required", entry.place))
            elif entry.has_default:
                target[entry.name] = entry.fallback()
        elif value is _EMPTY:
            target[entry.name] = entry.empty
        elif entry.validator is None or entry.validator.is_valid(value):
            target[entry.name] = value
        else:
            faults += entry.faults(value, entry.validator)


def _grouped(query: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, text in query:
        fields.setdefault(name, []).append(text)
    return fields


def _taker(parameter: Parameter, shape: Shape, shapes: Shapes, query_names: frozenset[str]) -> Take:
    """The function that takes one parameter out of its location."""
    if parameter.media_type:
        return _content_taker(parameter, shape)
    if parameter.location == "query":
        return _query_taker(parameter, shape, shapes, query_names)
    read = _text_reader(parameter, shape, shapes)
    name = parameter.name.lower() if parameter.location == "header" else parameter.name

    def take(source: Mapping[str, Json]) -> Json:
        text = source.get(name)
        return _ABSENT if text is None else read(text)

    return take


def _content_taker(parameter: Parameter, shape: Shape) -> Take:
    """For a parameter whose text is a document of its own."""
    name = parameter.name.lower() if parameter.location == "header" else parameter.name
    as_json = is_json(parameter.media_type)
    decode = unquote if parameter.location == "path" else str

    def take(source: Mapping[str, Json]) -> Json:
        given = source.get(name)
        if given is None:
            return _ABSENT
        text = decode(given[-1] if isinstance(given, list) else given)
        if not as_json:
            return scalar_reader(shape.types)(text)
        try:
            return read_json(text)
        except orjson.JSONDecodeError:
            raise _Misfit(f"{shorten(text)} is not JSON") from None

    return take


def _query_taker(parameter: Parameter, shape: Shape, shapes: Shapes, query_names: frozenset[str]) -> Take:
    if parameter.style == "deepObject":
        return _deep_taker(parameter, shapes)
    if "object" in shape.types and "array" not in shape.types:
        return _object_taker(parameter, shape, shapes, query_names)
    if "array" in shape.types:
        return _array_taker(parameter, shape, shapes)
    name, read, allow_empty = parameter.name, scalar_reader(shape.types), parameter.allow_empty

    def take(fields: Fields) -> Json:
        texts = fields.get(name)
        if texts is None:
            return _ABSENT
        text = texts[-1]
        return _EMPTY if allow_empty and not text else read(text)

    return take


def _array_taker(parameter: Parameter, shape: Shape, shapes: Shapes) -> Take:
    """`id=1&id=2` when exploded, else `id=1,2` with the delimiter of the style."""
    name, explode, delimiter = parameter.name, parameter.explode, DELIMITERS[parameter.style]
    read_item = scalar_reader(shapes.of(shape.items).types)
    read_single = scalar_reader(shape.types - {"array"}) if shape.types - {"array", "null"} else None

    def take(fields: Fields) -> Json:
        texts = fields.get(name)
        if texts is None:
            return _ABSENT
        if texts == [""]:
            return _EMPTY if parameter.allow_empty else []
        if not explode:
            texts = texts[-1].split(delimiter)
        if read_single and len(texts) == 1:
            return read_single(texts[0])
        return [read_item(text) for text in texts]

    return take


def _object_taker(parameter: Parameter, shape: Shape, shapes: Shapes, query_names: frozenset[str]) -> Take:
    """`color=R,100,G,200`, or when exploded `R=100&G=200`."""
    name, schema = parameter.name, parameter.schema
    if not parameter.explode:
        delimiter = DELIMITERS[parameter.style]

        def take(fields: Fields) -> Json:
            texts = fields.get(name)
            return _ABSENT if texts is None else shapes.read_tree(_paired(texts[-1].split(delimiter)), schema)

        return take

    def take_members(fields: Fields) -> Json:
        wanted = shape.properties or (fields.keys() - query_names)
        tree = {key: _member(fields[key], key, shape, shapes) for key in wanted if key in fields}
        return shapes.read_tree(tree, schema) if tree else _ABSENT

    return take_members


def _member(texts: list[str], key: str, shape: Shape, shapes: Shapes) -> Json:
    """One property of an exploded object: a list where its schema wants one."""
    wanted = shapes.of(shape.properties.get(key, shape.extra))
    return texts if "array" in wanted.types else texts[-1]


def _deep_taker(parameter: Parameter, shapes: Shapes) -> Take:
    """`filter[status]=open&filter[range][from]=1`; `ids[]=1`, and the bare name for what is no object."""
    name, schema = parameter.name, parameter.schema
    prefix = f"{name}["

    def take(fields: Fields) -> Json:
        tree: dict[str, Json] = {}
        for key, texts in fields.items():
            if key == name:
                put_at(tree, [name], texts)
            elif key.startswith(prefix) and (path := bracket_path(key)):
                put_at(tree, path, texts)
        return settle(tree[name], schema, shapes) if tree else _ABSENT

    return take


def _text_reader(parameter: Parameter, shape: Shape, shapes: Shapes) -> Callable[[str], Json]:
    """How the one text of a path, header or cookie parameter is read."""
    decode = unquote if parameter.location == "path" else str
    begin = {"label": ".", "matrix": f";{parameter.name}="}.get(parameter.style, "")
    if shape.is_scalar:
        read_scalar = scalar_reader(shape.types)
        if parameter.style == "simple" and parameter.location == "path":
            return lambda text: read_scalar(unquote(text) if "%" in text else text)
        return lambda text: read_scalar(decode(text.removeprefix(begin)).strip())
    return _compound_reader(parameter, shape, shapes, decode)


def _compound_reader(
    parameter: Parameter, shape: Shape, shapes: Shapes, decode: Callable[[str], str]
) -> Callable[[str], Json]:
    """Lists and objects in one text: `3,4`, `.3.4`, `;id=3;id=4`, `R,100`, `R=100`."""
    name, style, explode, schema = parameter.name, parameter.style, parameter.explode, parameter.schema
    is_array = "array" in shape.types

    def read(text: str) -> Json:
        parts = _split(text, style, name, explode)
        if is_array:
            return shapes.read_tree([decode(part).strip() for part in parts], schema)
        if explode:
            pairs = [part.partition("=") for part in parts]
            return shapes.read_tree({decode(key).strip(): decode(value) for key, _, value in pairs}, schema)
        return shapes.read_tree(_paired([decode(part).strip() for part in parts]), schema)

    return read


def _split(text: str, style: str, name: str, explode: bool) -> list[str]:
    """The members of a list or object written in one text."""
    if style == "label":
        parts = text.removeprefix(".").split("." if explode else ",")
    elif style == "matrix":
        parts = [part.removeprefix(f"{name}=") for part in text.removeprefix(";").split(";")]
        parts = parts if explode else parts[0].split(",")
    else:
        parts = text.split(",")
    return [] if parts == [""] else parts


def _paired(parts: list[str]) -> dict[str, Json]:
    """`R,100,G,200` as a mapping; a key without a value gets the empty text."""
    return dict(zip(parts[::2], [*parts[1::2], ""], strict=False))

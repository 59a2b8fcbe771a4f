"""Content types of answers: how well each tells what is answered, and how a JSON value is written in it.

Knows responses; must not know documents.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from sandbooks.generate.files import sample_file
from sandbooks.generic.places import Json
from sandbooks.generic.shapes import Shapes, kind_of
from sandbooks.generic.xml import render_xml
from sandbooks.notation import write_json
from sandbooks.pack import JSON_MEDIA
from sandbooks.spec import MediaType, Response, Schema, bare_type, is_form, is_json, is_xml

NO_MEDIA = MediaType({})
LINES = ("ndjson", "jsonl", "json-lines", "json-seq", "json-stream", "jsonlines")
"""Words in content types that hold a JSON value in each line."""
FOREIGN = (
    "multipart/",
    "protobuf",
    "msgpack",
    "messagepack",
    "smile",
    "cbor",
    "avro",
    "bson",
    "thrift",
    "java-serialized",
)
"""Words in content types that hold the same values as JSON in a form that nobody here writes."""


def primary_media(response: Response | None) -> MediaType:
    """What the content type says that tells most of an answer: JSON where there is any."""
    if response is None or not response.content:
        return NO_MEDIA
    return max(response.content.items(), key=lambda entry: media_rank(entry[0]))[1]


def write_body(body: Json, media_type: str, schema: Schema, shapes: Shapes) -> Json:
    """The body as a reply holds it: the value itself for JSON, else the bytes that it is in that content type.

    A type that no value can be written in is a file: the smallest one of its kind.
    """
    if body is None or isinstance(body, bytes) or is_json(media_type):
        return body
    if is_xml(media_type):
        return body.encode() if _is_markup(body) else render_xml(body, schema, shapes)
    if is_form(media_type) and isinstance(body, dict):
        return urlencode([(name, _text(value)) for name, value in _fields(body)]).encode()
    if not is_text(media_type):
        return sample_file(media_type)
    if _is_lines(media_type):
        return render_lines(body, b"\x1e" if "json-seq" in media_type else b"")
    if isinstance(body, dict | list):
        return render_csv(body) if "csv" in bare_type(media_type) else write_json(body)
    return _text(body).encode()


def render_lines(body: Json, before: bytes = b"") -> bytes:
    """A line of JSON for each element of an array, one for anything else; `before` begins each (RFC 7464)."""
    return b"".join(before + write_json(value) + b"\n" for value in (body if isinstance(body, list) else [body]))


def render_csv(body: Json) -> bytes:
    """The rows of a body (its longest array of objects, or itself) as CSV with a line of names; cells that are no
    single value hold JSON."""
    rows = _rows(body)
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return text.getvalue().encode()


def has_members(schema: Schema, shapes: Shapes) -> bool:
    """The schema is of an object or array, not of a text that stands for one."""
    return kind_of(shapes.plain(schema)) in ("object", "array")


def is_text(media_type: str) -> bool:
    """True for what people can read and is neither JSON nor XML: plain text, CSV, HTML, YAML and the like."""
    name = bare_type(media_type)
    if is_json(name) or is_xml(name):
        return False
    readable = ("csv", "yaml", "javascript", "graphql")
    return name.startswith("text/") or _is_lines(name) or any(word in name for word in readable)


def is_file(media_type: str) -> bool:
    """True for what no value is written in: pictures, PDF, archives."""
    return not (is_json(media_type) or is_xml(media_type) or is_form(media_type) or is_text(media_type))


def is_foreign(media_type: str) -> bool:
    """True for a form of the values that is not written here."""
    return any(word in media_type.lower() for word in FOREIGN)


def media_rank(media_type: str) -> int:
    """How much a content type tells of an answer: JSON most, a file nothing."""
    name = bare_type(media_type)
    if is_json(name):
        return 6 if name == JSON_MEDIA else 5
    if "*" in name:
        return 4 if name.startswith(("*", "application")) else 0
    if is_xml(name):
        return 3
    if is_form(name):
        return 2
    return int(is_text(name))


def _is_lines(media_type: str) -> bool:
    return any(word in media_type for word in LINES)


def _is_markup(body: Json) -> bool:
    """A text that is a document already, as examples are."""
    return isinstance(body, str) and body.lstrip().startswith("<")


def _fields(body: Mapping[str, Json], within: str = "") -> Iterator[tuple[str, Json]]:
    """The fields of a form: `a[b]` for what stands inside, a field for each element."""
    for name, value in body.items():
        own = f"{within}[{name}]" if within else name
        if isinstance(value, dict):
            yield from _fields(value, own)
        else:
            yield from ((own, each) for each in (value if isinstance(value, list) else [value]))


def _rows(body: Json) -> list[dict[str, Json]]:
    arrays = [body] if isinstance(body, list) else [value for value in body.values() if isinstance(value, list)]
    tables = [each for each in arrays if each and all(isinstance(row, dict) for row in each)]
    if tables:
        return max(tables, key=len)
    return [] if isinstance(body, list) or arrays else [body]


def _cell(value: Json) -> str:
    return write_json(value).decode() if isinstance(value, dict | list) else _text(value)


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)

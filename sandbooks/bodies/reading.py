"""The value of a body, read as its content type and the description say, and checked.

Knows content types; how each is taken apart is in the other modules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

import orjson

from sandbooks.bodies.encodings import UTF_8, charset_of, decode_text
from sandbooks.bodies.markup import parse_xml
from sandbooks.bodies.multipart import read_parts
from sandbooks.errors import Detail, Invalid, Malformed, UnsupportedMedia
from sandbooks.journal import SECRET_NAMES
from sandbooks.notation import read_json
from sandbooks.pack import BINARY_MEDIA
from sandbooks.request import Request
from sandbooks.spec import URLENCODED, Body, Fault, Operation, is_form, is_json, is_xml

MULTIPART_MEDIA = "multipart/form-data"
DEEPEST_JSON = 200
MOST_FIELDS = 10_000
FILE_KINDS = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/vnd.ms-")
"""Beginnings of content types that are files, as `application/octet-stream` is."""

_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Content:
    """A body's value and the entry of the description that it was read by, for bytes their own content type; `note` is
    for the journal."""

    value: object = None
    media_type: str = ""
    note: str = ""


_NOTHING = Content()


def read_body(operation: Operation, request: Request) -> Content:
    """The body of a call; an empty one where there is none, or none is described.

    Raises:
        UnsupportedMedia: a content type that the operation does not read.
        Malformed: bytes that cannot be read as what the content type says.
        Invalid: absent where it is required, or against the schema.
    """
    body = operation.body
    if body is None:
        return _NOTHING
    if not request.body and not is_form(request.media_type) and not _is_file(body, request):
        return _nothing_for(body)
    given = request.media_type
    if not given:
        return _read_untold(operation, body, request)
    # Of several entries the parameters may choose: `application/json;version=2`.
    described = body.match(given if len(body.content) == 1 else request.headers["content-type"])
    key = described[0] if described is not None else _stand_in(body, given)
    if described is not None and described[1].is_bytes:
        return Content(request.body, given)
    value = _decode(operation, key, given, request)
    _check(operation, key, value)
    return Content(value, given if isinstance(value, bytes) else key)


def check_value(operation: Operation, value: object) -> Content:
    """A body that is a JSON value already, as that of a call; None for none.

    Raises:
        Invalid: as `read_body`.
    """
    body = operation.body
    if body is None or value is None:
        return _NOTHING if body is None else _nothing_for(body)
    key = _usual(body)
    _check(operation, key, value)
    return Content(value, key)


def read_unchecked(request: Request) -> Content:
    """The body as it was sent: the texts of a form by name, the last of a repeated one; bytes of any other type.

    Raises:
        Malformed: a form that cannot be read.
    """
    if request.media_type == URLENCODED:
        return Content(dict(_form_fields(request)), URLENCODED)
    return Content(request.body, request.media_type) if request.body else _NOTHING


def detail_of(fault: Fault) -> Detail:
    """A fault for the caller, without the value where its name is that of a secret."""
    segments = fault.pointer.split("/")
    if fault.keyword == "required":  # there is no value to keep back
        return Detail(fault.place, fault.pointer, fault.message, fault.keyword)
    if any(name in SECRET_NAMES for name in segments) or any(f'"{name}"' in fault.message for name in SECRET_NAMES):
        return Detail(fault.place, fault.pointer, f"the value given does not fit ({fault.keyword})", fault.keyword)
    return Detail(fault.place, fault.pointer, fault.message, fault.keyword)


def parse_json(data: bytes) -> object:
    """The JSON value of some bytes; a byte order mark before it is passed over.

    Raises:
        Malformed: no JSON, NaN or Infinity, a lone surrogate, or more than 200 levels.
    """
    if data.count(b"[") + data.count(b"{") > DEEPEST_JSON and _depth(data) > DEEPEST_JSON:
        raise Malformed(f"The JSON is nested deeper than {DEEPEST_JSON} levels.")
    try:
        return read_json(data.removeprefix(_MARK))
    except orjson.JSONDecodeError as error:
        raise Malformed(f"The body is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).") from None


def _read_untold(operation: Operation, body: Body, request: Request) -> Content:
    """A body without a content type: JSON where that is described, else the first that is."""
    key = _usual(body)
    if key in body.content and body.content[key].is_bytes:
        own = BINARY_MEDIA if "*" in key else key
        return Content(request.body, own, f"the body has no Content-Type and was kept as {own}")
    value = _decode(operation, key, "application/json" if "*" in key else key, request)
    _check(operation, key, value)
    return Content(value, key, f"the body has no Content-Type and was read as {key}")


def _usual(body: Body) -> str:
    """The content type of a body that comes without one."""
    keys = list(body.content) or ["application/json"]
    return next((each for each in keys if is_json(each)), keys[0])


def _nothing_for(body: Body) -> Content:
    if body.required:
        raise Invalid("The body is missing.", details=[Detail("body", "", "a body is required", "required")])
    return _NOTHING


def _check(operation: Operation, key: str, value: object) -> None:
    if faults := operation.check_body(key, value):
        details = [detail_of(fault) for fault in faults]
        raise Invalid(details[0].message, details=details)


def _stand_in(body: Body, given: str) -> str:
    """The described type that a file of any other falls under; a body of which nothing is described may be JSON."""
    if BINARY_MEDIA in body.content and given.startswith(FILE_KINDS):
        return BINARY_MEDIA
    if not body.content and is_json(given):
        return given
    kinds = ", ".join(body.content) or "JSON"
    raise UnsupportedMedia(f"Content type {given!r} is not read here; send {kinds}.")


def _is_file(body: Body, request: Request) -> bool:
    """Bytes of a said type that are kept as they are: none of them are an empty file."""
    given = request.media_type
    described = body.match(given) if given else None
    is_bytes = described is not None and described[1].is_bytes
    return is_bytes or given == BINARY_MEDIA or given.startswith(FILE_KINDS)


def _decode(operation: Operation, key: str, given: str, request: Request) -> object:
    """The value of the bytes; `given` is what they are, `key` the entry of the description."""
    if is_json(given):
        charset = charset_of(request)
        return parse_json(request.body if charset == UTF_8 else decode_text(request.body, charset).encode())
    if given == URLENCODED:
        return operation.decode_form(key, _form_fields(request))
    if given == MULTIPART_MEDIA:
        content_type = request.headers.get("content-type", "")
        fields = read_parts(request.body, content_type, lambda name: operation.field_kind(key, name))
        return operation.decode_form(key, fields)
    if is_xml(given):
        return operation.decode_xml(key, parse_xml(request.body, charset_of(request)))
    return decode_text(request.body, charset_of(request)) if given.startswith("text/") else request.body


def _form_fields(request: Request) -> Iterator[tuple[str, str]]:
    charset = charset_of(request)
    text = decode_text(request.body, charset)
    try:
        yield from parse_qsl(
            text, keep_blank_values=True, encoding=charset, errors="strict", max_num_fields=MOST_FIELDS
        )
    except UnicodeDecodeError:
        raise Malformed(f"The form is not text in {charset} of name=value pairs.") from None
    except ValueError:
        raise Malformed(f"The form has more than {MOST_FIELDS} fields.") from None


def _depth(data: bytes) -> int:
    """How deep brackets nest outside of strings."""
    deepest = level = 0
    inside = escaped = False
    for byte in data:
        if inside:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                inside = False
        elif byte == 0x22:
            inside = True
        elif byte in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif byte in b"]}":
            level -= 1
    return deepest

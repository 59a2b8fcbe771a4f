"""From the bytes of a request body to the value that a handler reads: JSON, forms, text, plain bytes.

Knows the description's media types; knows no handler and no server.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from urllib.parse import parse_qsl

import orjson
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from sandbooks.errors import Detail, Invalid, Malformed, UnsupportedMedia
from sandbooks.journal import SECRET_NAMES
from sandbooks.notation import read_json
from sandbooks.pack import JSON_MEDIA, File
from sandbooks.request import Request
from sandbooks.spec import Fault, Operation, is_json

FORM_MEDIA = "application/x-www-form-urlencoded"
MULTIPART_MEDIA = "multipart/form-data"
DEEPEST_JSON = 200


def read_body(operation: Operation, request: Request) -> tuple[object, str]:
    """The body's value and its media type; `(None, "")` where there is none.

    Raises:
        UnsupportedMedia: a content type that the operation does not read.
        Malformed: bytes that cannot be read as what the content type says.
        Invalid: absent where it is required, or against the schema.
    """
    body = operation.body
    if body is None:
        return None, ""
    if not request.body and not _declares_form(request):
        if body.required:
            raise Invalid("The body is missing.", details=[Detail("body", "", "a body is required", "required")])
        return None, ""
    described = body.match(request.media_type or next(iter(body.content), JSON_MEDIA))
    if described is None:
        kinds = ", ".join(body.content) or "none"
        raise UnsupportedMedia(f"Content type {request.media_type!r} is not read here; send {kinds}.")
    value = _decode(described[0], request, operation)
    if faults := operation.check_body(described[0], value):
        raise Invalid(
            detail_of(faults[0]).message,
            details=[detail_of(fault) for fault in faults],
        )
    return value, described[0]


def detail_of(fault: Fault) -> Detail:
    """A fault for the caller, without the value where its name is that of a secret."""
    segments = fault.pointer.split("/")
    if fault.keyword == "required":  # there is no value to keep back
        return Detail(fault.place, fault.pointer, fault.message, fault.keyword)
    if any(name in SECRET_NAMES for name in segments) or any(f'"{name}"' in fault.message for name in SECRET_NAMES):
        return Detail(fault.place, fault.pointer, f"the value given does not fit ({fault.keyword})", fault.keyword)
    return Detail(fault.place, fault.pointer, fault.message, fault.keyword)


def parse_json(data: bytes) -> object:
    """The JSON value of some bytes.

    Raises:
        Malformed: no JSON, NaN or Infinity, a lone surrogate, or more than 200 levels.
    """
    if data.count(b"[") + data.count(b"{") > DEEPEST_JSON and _depth(data) > DEEPEST_JSON:
        raise Malformed(f"The JSON is nested deeper than {DEEPEST_JSON} levels.")
    try:
        return read_json(data)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"The body is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).") from None


def _declares_form(request: Request) -> bool:
    return request.media_type in (FORM_MEDIA, MULTIPART_MEDIA)


def _decode(key: str, request: Request, operation: Operation) -> object:
    given = request.media_type or key
    if given == FORM_MEDIA:
        return operation.decode_form(key, _form_fields(request.body))
    if given == MULTIPART_MEDIA:
        return operation.decode_form(key, _multipart_fields(request))
    if is_json(given):
        return parse_json(request.body)
    if given.startswith("text/"):
        try:
            return request.body.decode()
        except UnicodeDecodeError as error:
            raise Malformed(f"The body is not UTF-8: {error.reason} at byte {error.start}.") from None
    return request.body


def _form_fields(data: bytes) -> Iterator[tuple[str, str | File]]:
    try:
        yield from parse_qsl(data.decode(), keep_blank_values=True)
    except (UnicodeDecodeError, ValueError):
        raise Malformed("The form is not UTF-8 text of name=value pairs.") from None


class _Parts:
    """Collects what the multipart parser calls back."""

    def __init__(self) -> None:
        self.done: list[tuple[Message, bytes]] = []
        self._headers = Message()
        self._name = self._value = b""
        self._data = bytearray()

    def callbacks(self) -> dict[str, object]:
        names = ("part_begin", "part_data", "part_end", "header_field", "header_value", "header_end")
        return {f"on_{name}": getattr(self, name) for name in names}

    def part_begin(self) -> None:
        self._headers = Message()
        self._data = bytearray()

    def part_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]

    def part_end(self) -> None:
        self.done.append((self._headers, bytes(self._data)))

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        self._headers[self._name.decode("latin-1")] = self._value.decode("utf-8", "replace")
        self._name = self._value = b""


def _multipart_fields(request: Request) -> Iterator[tuple[str, str | File]]:
    declared = Message()
    declared["content-type"] = request.headers.get("content-type", "")
    boundary = declared.get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        raise Malformed("The multipart content type names no boundary.")
    parts = _Parts()
    try:
        parser = MultipartParser(boundary.encode("latin-1", "replace"), parts.callbacks())  # type: ignore[arg-type]
        parser.write(request.body)
        parser.finalize()
    except FormParserError as error:
        raise Malformed(f"The multipart body cannot be read: {error}.") from None
    for headers, data in parts.done:
        name = headers.get_param("name", header="content-disposition")
        file_name = headers.get_param("filename", header="content-disposition")
        if not isinstance(name, str):
            raise Malformed("A part of the multipart body has no name.")
        if isinstance(file_name, str):
            yield name, File(file_name, data, headers.get_content_type())
        else:
            yield name, data.decode("utf-8", "replace")


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

"""The parts of a multipart form: fields and files.

Knows how they are written; the description says which of them hold files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Literal

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from sandbooks.bodies.encodings import UTF_8, decode_text
from sandbooks.errors import Malformed
from sandbooks.pack import BINARY_MEDIA, File
from sandbooks.spec import is_json

Kind = Literal["file", "structure", "value"]


def read_parts(data: bytes, content_type: str, kind_of: Callable[[str], Kind]) -> Iterator[tuple[str, str | File]]:
    """Name and value of each part: a file where one is sent or described, else the text.

    JSON that is sent as a file (as browsers do with a blob) is a text where the description wants its structure.

    Raises:
        Malformed: no boundary, broken parts, a part without a name, a text that is none.
    """
    declared = Message()
    declared["content-type"] = content_type
    boundary = declared.get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        raise Malformed("The multipart content type names no boundary.")
    parts = _Parts()
    try:
        parser = MultipartParser(boundary.encode("latin-1", "replace"), parts.callbacks())  # type: ignore[arg-type]
        parser.write(data)
        parser.finalize()
    except FormParserError as error:
        raise Malformed(f"The multipart body cannot be read: {error}.") from None
    for headers, content in parts.done:
        name = headers.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise Malformed("A part of the multipart body has no name.")
        yield name, _value(headers, content, kind_of(name))


def _value(headers: Message, content: bytes, kind: Kind) -> str | File:
    file_name = headers.get_param("filename", header="content-disposition")
    media_type = headers.get_content_type() if "content-type" in headers else ""
    is_text = kind == "structure" and (file_name is None or is_json(media_type))
    if not is_text and (file_name is not None or kind == "file" or media_type == BINARY_MEDIA):
        return File(
            collapse_rfc2231_value(file_name) if file_name is not None else "", content, media_type or BINARY_MEDIA
        )
    return decode_text(content, headers.get_content_charset(UTF_8))


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

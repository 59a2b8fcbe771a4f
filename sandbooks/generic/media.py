"""Content types of answers: which one an operation is answered in, and how a JSON value is written in it.

Knows responses; must not know documents.
"""

from __future__ import annotations

from urllib.parse import urlencode

from sandbooks.generic.places import Json
from sandbooks.generic.shapes import Shapes
from sandbooks.generic.xml import render_xml
from sandbooks.pack import JSON_MEDIA
from sandbooks.spec import MediaType, Response, Schema, bare_type, is_form, is_json

NO_MEDIA = MediaType({})


def choose_media(response: Response | None) -> tuple[str, MediaType]:
    """The content type of an answer and what it says: JSON where it is offered, else XML, a form, text, the first."""
    if response is None or not response.content:
        return JSON_MEDIA, NO_MEDIA
    name, media = max(response.content.items(), key=lambda entry: _rank(entry[0]))
    return (JSON_MEDIA if "*" in name else name), media


def write_body(body: Json, media_type: str, schema: Schema, shapes: Shapes) -> Json:
    """The body as a reply holds it: bytes where the content type is not JSON and a JSON value can be written in it."""
    if body is None or isinstance(body, bytes) or is_json(media_type):
        return body
    if is_xml(media_type):
        return render_xml(body, schema, shapes)
    if is_form(media_type) and isinstance(body, dict):
        return urlencode({name: _text(value) for name, value in body.items()}).encode()
    return body if isinstance(body, dict | list) else _text(body).encode()


def is_xml(media_type: str) -> bool:
    """True for `application/xml`, `text/xml` and everything with the suffix `+xml`."""
    name = bare_type(media_type)
    return name.endswith(("/xml", "+xml"))


def is_text(media_type: str) -> bool:
    """True for what people can read: plain text, CSV, HTML, YAML and the like."""
    name = bare_type(media_type)
    return name.startswith("text/") or any(word in name for word in ("csv", "yaml", "javascript", "graphql"))


def _rank(media_type: str) -> int:
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


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)

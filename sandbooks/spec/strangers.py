"""Files that are taken for a description and are something else: what they are, and what to do.

Knows how other formats begin; must not know what a description holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

PEEKED: Final = 4096
_HTML: Final = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype html|html)\b", re.IGNORECASE | re.DOTALL)
_GRAPHQL: Final = re.compile(rb"^\s*(extend\s+)?(type|input|interface|enum|schema)\b[^:{}\n]*\{", re.MULTILINE)
_BEGINNINGS: Final = (
    (b"PK\x03\x04", "a zip archive; unpack it, and name the description in it"),
    (b"\x1f\x8b", "packed with gzip; unpack it first: gunzip"),
    (b"%PDF", "a PDF; ask the vendor for the OpenAPI file"),
)
_WEB_PAGE: Final = "a web page (HTML); download the OpenAPI file that it shows, often openapi.json or openapi.yaml"
_GRAPHQL_SCHEMA: Final = "a GraphQL schema; what is read is OpenAPI, and GraphQL has none"


def kind_of_text(raw: bytes) -> str:
    """What a file is that is no description, with the next step; empty where that is not known."""
    for beginning, kind in _BEGINNINGS:
        if raw.startswith(beginning):
            return kind
    if _HTML.match(raw[:PEEKED]):
        return _WEB_PAGE
    if raw.lstrip()[:1] == b"<":
        return "XML; what is read is OpenAPI, as YAML or JSON"
    if _GRAPHQL.search(raw[:PEEKED]):
        return _GRAPHQL_SCHEMA
    return ""


def kind_of_document(document: Mapping[str, object]) -> str:
    """What a mapping is that is no description, with the next step; empty where that is not known."""
    info, data = document.get("info"), document.get("data")
    if isinstance(info, dict) and "item" in document:
        return "a Postman collection; ask for the OpenAPI file, or convert it"
    if "__schema" in document or (isinstance(data, dict) and "__schema" in data):
        return _GRAPHQL_SCHEMA
    if "asyncapi" in document:
        return "AsyncAPI; what is read is OpenAPI"
    if "swaggerVersion" in document:
        return "Swagger 1; convert it to OpenAPI first"
    if "overlay" in document:
        return "an overlay; name the description, and this one with --overlay"
    if "paths" in document:
        return "neither 'openapi' nor 'swagger' is given; begin it with openapi: 3.0.3"
    return ""

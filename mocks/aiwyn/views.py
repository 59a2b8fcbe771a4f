"""The vendor's formats: envelopes, moments, and from stored documents to rows and single objects.

Knows what the description shows of an entity; changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sandbooks import Call, Reply

from .operators import Document, Scalar
from .shapes import Schema, Shape
from .where import Nested, Opaque

if TYPE_CHECKING:
    from sandbooks.spec import Description

VERSION = "v1"
DATE_LENGTH = len("2024-03-15")

Json = Any  # a JSON value
Render = Callable[[Document], Json]

_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def moment(at: datetime) -> str:
    """`2024-01-15T10:30:00Z`, with microseconds where there are some."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def meta(at: datetime | None, message: str, *, success: bool) -> dict[str, Json]:
    """The `meta` of an envelope (A40); `at` is the sandbox's time."""
    return {"success": success, "message": message, "timestamp": moment(at or _UNKNOWN_TIME), "version": VERSION}


def success(call: Call, data: Json, message: str, status: int = 200) -> Reply:
    """The envelope of `/api/v1`; `error` is null (A9)."""
    return Reply(status, {"data": data, "error": None, "meta": meta(call.now, message, success=True)})


def renderer(
    description: Description, schema: Schema, shape: Shape, names: Mapping[str, str] = MappingProxyType({})
) -> Render:
    """A function that shows a document as a schema has it.

    Each property of the schema is looked up by its name, in whichever spelling, or by what `names` gives for it; one
    without a value is null, or left out where the schema does not allow null.
    """
    parts = {}
    for name, part in schema["properties"].items():
        part = description.resolve(part)
        read = _reader(description, part, shape, names.get(name, name))
        if read is not None:
            parts[name] = read, part.get("nullable") is True

    def render(document: Document) -> Json:
        shown = {name: read(document) for name, (read, _) in parts.items()}
        return {name: value for name, value in shown.items() if value is not None or parts[name][1]}

    return render


def _reader(description: Description, part: Mapping[str, Json], shape: Shape, name: str) -> Render | None:
    match shape.member(name):
        case Scalar(read=read) if part.get("format") == "date":
            return lambda document: value[:DATE_LENGTH] if (value := read(document)) else None
        case Scalar(read=read) | Opaque(read=read):
            return read
        case Nested(fields=Shape() as inner, read=related, many=many):
            schema = description.resolve(part["items"]) if many else part
            render = renderer(description, schema, inner)
            if many:
                return lambda document: [render(row) for row in related(document)]
            return lambda document: next(map(render, related(document)), None)
    return None

"""What a handler answers and announces. Knows no vendor and no HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON_MEDIA = "application/json"
BINARY_MEDIA = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: status, body and headers.

    `body` is a JSON value (dict, list, text, number, bool), `bytes` for anything that is not JSON, or None for no
    body at all. `media_type` names the form of a body; JSON unless said otherwise. Returning a reply commits what the
    handler did, whatever its status; to roll back, raise a `Problem`.

    >>> Reply(201, {"id": 7}).status
    201
    """

    status: int = 200
    body: Any = None  # a JSON value: its shape is the vendor's
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON_MEDIA


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, for the vendor's webhooks. Leaves only if the call commits.

    `type` is the vendor's name of the event, `data` the JSON that its payload carries.
    """

    type: str
    data: Any  # a JSON value: its shape is the vendor's

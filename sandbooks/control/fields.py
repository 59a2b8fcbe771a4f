"""Fields of control bodies: what cannot be said in a schema, and how a moment is written.

Knows nothing of what the fields are for.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sandbooks.errors import Detail, Invalid
from sandbooks.server import Server
from sandbooks.vendor import Vendor

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
"""Sandboxes reckon seeded dates back from now and due dates forward; both need room in the calendar."""


def wrong_field(pointer: str, message: str, place: str = "body") -> Invalid:
    """The refusal of one field of a body, or of one parameter."""
    return Invalid(message, details=[Detail(place, pointer, message)])


def served_vendor(server: Server, name: str, pointer: str) -> Vendor:
    """The vendor that a field of a body names.

    Raises:
        Invalid: it is not served here; names the field.
    """
    if name not in server.vendors:
        listed = ", ".join(server.vendors) or "none"
        raise wrong_field(pointer, f"There is no vendor {name!r} here; served are: {listed}.")
    return server.vendors[name]


def read_moment(text: str, pointer: str, place: str = "body") -> datetime:
    """The moment that an RFC 3339 text names, in UTC.

    Raises:
        Invalid: it has no zone, is in no calendar, such as a leap second, or outside of 1970 to 9998; names the field.
    """
    try:
        given = datetime.fromisoformat(text.upper())
        moment = given.astimezone(UTC)
        if given.tzinfo is None:
            raise ValueError("no zone")
    except (ValueError, OverflowError):
        raise wrong_field(pointer, f"{text!r} is no moment; write it as 2026-01-31T09:00:00Z", place) from None
    if not EARLIEST <= moment < LATEST:
        raise wrong_field(pointer, f"{text!r} is outside of the years 1970 to 9998", place)
    return moment

"""Days and moments as the vendor writes them: `2026-06-01`, `2026-06-01T09:30:00Z`; today is UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sandbooks import Call

from .errors import invalid


def today(call: Call) -> date:
    """The day in UTC."""
    return call.now.astimezone(UTC).date()


def stamp(call: Call) -> str:
    """The moment of the call, to the second."""
    return utc(call.now)


def utc(moment: datetime) -> str:
    """A moment to the second, with a `Z`."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def read_day(text: str, path: str = "booking_date") -> date:
    """The day of `2026-06-01`.

    Raises:
        Invalid: INVALID_INPUT at `path`, no such day.
    """
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise invalid(path, f"'{text}' is no day") from None


def query_day(call: Call, name: str) -> date | None:
    """The day in a query parameter; None where it is absent.

    Raises:
        Invalid: INVALID_INPUT, no such day.
    """
    text = call.query.get(name)
    return None if text is None else read_day(text, name)

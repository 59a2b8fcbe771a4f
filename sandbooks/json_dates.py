"""Dates as old JSON writers of .NET put them: `/Date(1769850900000+0000)/`, milliseconds since 1970 and an offset.

Knows how they look and how a schema marks them; must not know the clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

_FORM: Final = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_MARK: Final = re.compile(r"x-.*ms-?date")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def is_json_date(schema: Mapping[str, Any]) -> bool:
    """The schema is of such texts: its example is one, or an extension like `x-is-msdate` says so."""
    if schema.get("format") or schema.get("type", "string") != "string":
        return False
    example = schema.get("example")
    if isinstance(example, str) and _FORM.fullmatch(example):
        return True
    return any(value is True and _MARK.match(str(name)) is not None for name, value in schema.items())


def read_json_date(text: str) -> datetime | None:
    """The instant of such a text, None for any other.

    >>> read_json_date("/Date(1769850900000+0000)/")
    datetime.datetime(2026, 1, 31, 9, 15, tzinfo=datetime.timezone.utc)
    """
    found = _FORM.fullmatch(text)
    try:
        return _EPOCH + timedelta(milliseconds=int(found[1])) if found else None
    except OverflowError:
        return None


def render_json_date(moment: datetime) -> str:
    """The text of an instant.

    >>> render_json_date(datetime(2026, 1, 31, 9, 15, tzinfo=UTC))
    '/Date(1769850900000+0000)/'
    """
    return f"/Date({(moment - _EPOCH) // timedelta(milliseconds=1)}+0000)/"

"""Instants as a vendor writes them, and which properties hold the moment of making or of the last change.

Knows names and formats of dates; must not know documents.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from sandbooks.generic.places import Json
from sandbooks.generic.shapes import kind_of
from sandbooks.json_dates import is_json_date, read_json_date, render_json_date
from sandbooks.resources.words import split_words, squeeze, vocabulary
from sandbooks.spec import Schema

CREATED: Final = vocabulary(
    """
    created createdat createdon createddate createdtime createddatetime createdtimestamp createddateutc createdutc
    creationdate creationtime creationtimestamp creationdatetime datecreated timecreated createtime createdate
    createdatetime createtimestamp insertedat dateadded addedat addedon submittedat registeredat datetimecreated
    """
)
UPDATED: Final = vocabulary(
    """
    updated updatedat updatedon updateddate updatedtime updateddatetime updatedtimestamp updateddateutc updatedutc
    updatetime updatedate dateupdated timeupdated lastupdated lastupdatedat lastupdatedon lastupdateddate
    lastupdatedtime lastupdate lastupdatetime modified modifiedat modifiedon modifieddate modifiedtime
    modifieddatetime modificationdate modificationtime datemodified timemodified lastmodified lastmodifiedat
    lastmodifiedon lastmodifieddate lastmodifiedtime lastmodifieddatetime lastmodifieddateutc lastchanged
    lastchangedat changedat updateddatetimeutc metadatalastupdated lastedited lasteditedat editedat
    """
)
EPOCH_IN_MS: Final = 100_000_000_000  # in seconds that would be the year 5138
_SPACED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?\Z")


def is_moment(name: str, plain: Schema) -> bool:
    """The property holds a date or an instant."""
    if kind_of(plain) == "string" and str(plain.get("format", "")).startswith("date"):
        return True
    if is_json_date(plain):
        return True
    last = (split_words(name) or ("",))[-1]
    told = squeeze(name) in CREATED or squeeze(name) in UPDATED or last in ("at", "timestamp")
    return told and kind_of(plain) in ("string", "integer", "number")


def stamp(plain: Schema, now: datetime, name: str = "") -> Json:
    """The moment as the schema writes instants: text by format, pattern or example; numbers are seconds, or
    milliseconds where name or example say so.

    >>> from datetime import UTC
    >>> stamp({"type": "string", "format": "date"}, datetime(2026, 2, 1, 9, 30, tzinfo=UTC))
    '2026-02-01'
    """
    kind = kind_of(plain)
    if kind in ("integer", "number"):
        return _number(plain, now, name, whole=kind == "integer")
    written = str(plain.get("format", ""))
    example = str(plain.get("example") or "")
    if written == "date" or re.fullmatch(r"\d{4}-\d\d-\d\d", example):
        return now.date().isoformat()
    if "2822" in written or "1123" in written:
        return format_datetime(now)
    if is_json_date(plain):
        return render_json_date(now)
    if _SPACED.fullmatch(example) and written != "date-time":
        return now.strftime("%Y-%m-%d %H:%M:%S" if example.count(":") == 2 else "%Y-%m-%d %H:%M")
    return render_instant(now)


def read_moment(value: Json) -> datetime | None:
    """The instant that a text (of ISO, of HTTP, `/Date(...)/`) or a number of (milli)seconds is; UTC without a zone."""
    try:
        if isinstance(value, str) and (found := read_json_date(value)):
            return found
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value >= EPOCH_IN_MS else value, UTC)
        moment = _read_text(value) if isinstance(value, str) and len(value) >= 8 else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _read_text(text: str) -> datetime:
    return parsedate_to_datetime(text) if text[3:5] == ", " else datetime.fromisoformat(text)


def render_instant(now: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond: `2026-02-01T09:30:00.000Z`."""
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(plain: Schema, now: datetime, name: str, *, whole: bool) -> float:
    example = plain.get("example")
    told = any(word in split_words(name) for word in ("ms", "millis", "milliseconds"))
    if told or (isinstance(example, int) and example >= EPOCH_IN_MS):
        return _milliseconds(now)
    return int(now.timestamp()) if whole else round(now.timestamp(), 3)


def _milliseconds(now: datetime) -> int:
    return round(now.timestamp() * 1000)

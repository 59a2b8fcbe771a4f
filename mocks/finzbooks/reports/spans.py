"""Which days and which branch a report is about: its query, checked.

Days are ISO text (`2026-05-31`), which compares as days do; a stored date holds a time after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sandbooks import Call

from ..days import query_day, today
from ..errors import Json, invalid
from ..records import fetch

Document = Mapping[str, Json]

FROM, TO, AS_OF = "from_date", "to_date", "as_of_date"
YEAR_BEGINS = (4, 1)
"""The financial year of India: from 1 April."""

_LONG_AGO, _FAR_AHEAD = "", "\uffff"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included, of one branch or of all; by default every day there is."""

    first: str = _LONG_AGO
    last: str = _FAR_AHEAD
    branch_id: str | None = None

    def holds(self, document: Document) -> bool:
        """The document's day and branch are within."""
        return self.has_day(document["date"]) and self.is_of_branch(document)

    def has_day(self, moment: str) -> bool:
        return self.first <= moment[:10] <= self.last

    def is_of_branch(self, document: Document) -> bool:
        return self.branch_id is None or document.get("branch_id") == self.branch_id


def read_range(call: Call) -> Span:
    """From `from_date` to `to_date`; one that is absent leaves its side open.

    Raises:
        Problem: a day that does not exist (422), the first after the last (400), an unknown branch (404).
    """
    first, last = _day(call, FROM), _day(call, TO)
    if first and last and first > last:
        raise invalid(FROM, f"'{FROM}' {first} is after '{TO}' {last}.", received=call.query[FROM])
    return Span(first or _LONG_AGO, last or _FAR_AHEAD, _branch(call))


def read_as_of(call: Call) -> Span:
    """From the beginning to `as_of_date`, today in India by default. Raises as `read_range`."""
    return Span(last=_day(call, AS_OF) or today(call).isoformat(), branch_id=_branch(call))


def range_members(span: Span) -> dict[str, Json]:
    """The days as a report shows them; null where its side is open."""
    return {FROM: span.first or None, TO: None if span.last == _FAR_AHEAD else span.last}


def year_start(day: str) -> str:
    """The first day of the financial year of `day`.

    >>> year_start("2026-03-31"), year_start("2026-04-01")
    ('2025-04-01', '2026-04-01')
    """
    when = date.fromisoformat(day)
    begins = date(when.year, *YEAR_BEGINS)
    if when >= begins:
        return begins.isoformat()
    return (begins.replace(year=when.year - 1) if when.year > date.min.year else date.min).isoformat()


def day_before(day: str) -> str:
    """The day before; empty, which is before all days, where there is none."""
    when = date.fromisoformat(day)
    return (when - timedelta(days=1)).isoformat() if when > date.min else ""


def days_between(earlier: str, later: str) -> int:
    """Whole days, below 0 where `earlier` is the later one."""
    return (date.fromisoformat(later[:10]) - date.fromisoformat(earlier[:10])).days


def _day(call: Call, name: str) -> str:
    day = query_day(call, name)
    return "" if day is None else day.isoformat()


def _branch(call: Call) -> str | None:
    branch_id = call.query.get("branch_id")
    if branch_id is None:
        return None
    fetch(call, "branches", branch_id, field="branch_id")
    return str(branch_id)

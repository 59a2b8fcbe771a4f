"""Numbers of documents: a prefix, the year of the document's date, and a sequence of its own for each series.

A series is one kind, branch, name and year; a number is given once, also when its document is deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sandbooks import Call

DEFAULT_SERIES = "default"
SERIES = "series"


def next_number(
    call: Call,
    kind: str,
    day: date,
    *,
    prefix: str,
    branch_id: str = "",
    series: str = DEFAULT_SERIES,
    taken: Callable[[str], bool] | None = None,
) -> str:
    """The next number of the series, which is used up: `INV-2026-0042`, `INV-EXPORT-2026-0001` in the series export.

    `taken` says whether a number stands on a document already that brought its own; such ones are passed over.
    """
    id = _id(kind, branch_id, series, day)
    number, count = _free(call, id, _stem(prefix, series, day), taken)
    table = call.collection(SERIES)
    if table.find_one(id) is None:
        table.put({"id": id, "kind": kind, "branch_id": branch_id, "series_name": series, "next": count + 1})
    else:
        table.change(id, {"next": count + 1})
    return number


def peek(
    call: Call,
    kind: str,
    day: date,
    *,
    prefix: str,
    branch_id: str = "",
    series: str = DEFAULT_SERIES,
    taken: Callable[[str], bool] | None = None,
) -> str:
    """What `next_number` would give; nothing is used up."""
    return _free(call, _id(kind, branch_id, series, day), _stem(prefix, series, day), taken)[0]


def _free(call: Call, id: str, stem: str, taken: Callable[[str], bool] | None) -> tuple[str, int]:
    found = call.collection(SERIES).find_one(id)
    count = 1 if found is None else int(found["next"])
    while taken is not None and taken(f"{stem}{count:04d}"):
        count += 1
    return f"{stem}{count:04d}", count


def _id(kind: str, branch_id: str, series: str, day: date) -> str:
    return f"{kind}:{branch_id}:{series}:{day.year}"


def _stem(prefix: str, series: str, day: date) -> str:
    name = "" if series == DEFAULT_SERIES else f"{series.upper()}-"
    return f"{prefix}{name}{day.year:04d}-"

"""Lists: pages that a signed cursor continues, and whole lists.

A cursor names the last row that was shown: what is created or deleted during a walk moves no other row.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence

from sandbooks import Call, Reply

from .collections import KINDS
from .days import query_day
from .errors import Json, failed
from .records import SUCCESS

View = Callable[[Mapping[str, Json]], Json]
Predicate = Callable[[Mapping[str, Json]], bool]

CREATED = "created"
_KEY = b"finzbooks cursor"
_LAST = "\uffff"
_SIGNED = 20


def page(
    call: Call,
    collection: str,
    key: str,
    view: View,
    *,
    filters: Mapping[str, Json] | None = None,
    predicate: Predicate | None = None,
    order: str = CREATED,
) -> Reply:
    """One page of a collection, each document as `view` shows it.

    `filters` are properties and what they equal; one that is None does not filter. `order` is `created` (the newest
    first, then by id, downwards) or a property, upwards, or downwards behind a `-`. Size and place stand in the
    query's `per_page` and `cursor`.

    Raises:
        Unprocessable: a cursor that is not from this list of this organisation.
    """
    name = "-created_time" if order == CREATED else order
    down, name = name.startswith("-"), name.removeprefix("-")
    id = KINDS[collection].identity
    mark = "-" if down else ""
    size = int(call.query.get("per_page", 50))
    place = _read_cursor(call, collection, name)
    rows = list(
        call.collection(collection).views(
            filters={each: value for each, value in (filters or {}).items() if value is not None},
            predicate=_beyond(place, name, id, down=down, predicate=predicate),
            order=(f"{mark}{name}", f"{mark}{id}"),
            limit=size + 1,
        )
    )
    more, rows = len(rows) > size, rows[:size]
    cursor = _write_cursor(call, collection, name, rows[-1].get(name), rows[-1][id]) if more else None
    context = {"per_page": size, "has_more_page": more, "next_cursor": cursor}
    return Reply(200, {"code": 0, "message": SUCCESS, key: [view(row) for row in rows], "page_context": context})


def page_of(call: Call, name: str, key: str, rows: Sequence[Json], *, id: str) -> Reply:
    """One page of rows that stand in no collection, as they are, in their order; `id` is what tells them apart.

    Raises:
        Unprocessable: a cursor that is not from the list of that name.
    """
    size = int(call.query.get("per_page", 50))
    place = _read_cursor(call, name, "row")
    names = [row[id] for row in rows]
    first = 0
    if place is not None:  # what was shown last may have left since, and with it all that is older
        first = names.index(place[1]) + 1 if place[1] in names else len(names)
    shown = rows[first : first + size]
    more = first + size < len(rows)
    cursor = _write_cursor(call, name, "row", None, names[first + size - 1]) if more else None
    context = {"per_page": size, "has_more_page": more, "next_cursor": cursor}
    return Reply(200, {"code": 0, "message": SUCCESS, key: list(shown), "page_context": context})


def whole(
    call: Call,
    collection: str,
    key: str,
    view: View,
    *,
    filters: Mapping[str, Json] | None = None,
    predicate: Predicate | None = None,
    limit: int | None = None,
) -> Reply:
    """A list that is not cut into pages, in the order of the collection."""
    found = call.collection(collection).views(
        filters={each: value for each, value in (filters or {}).items() if value is not None},
        predicate=predicate,
        limit=limit,
    )
    return Reply(200, {"code": 0, "message": SUCCESS, key: [view(row) for row in found]})


def in_dates(call: Call, name: str = "date") -> Predicate | None:
    """Whether a document's day lies within the query's `date_from` and `date_to`, both included; None without either.

    Raises:
        Unprocessable: no such day.
    """
    first, last = query_day(call, "date_from"), query_day(call, "date_to")
    if first is None and last is None:
        return None
    low, high = first.isoformat() if first else "", last.isoformat() if last else _LAST
    return lambda document: low <= str(document[name])[:10] <= high


def searched(call: Call, *names: str) -> Predicate | None:
    """Whether one of these members holds the query's `search`, in any case; None without one."""
    text = str(call.query.get("search") or "").casefold()
    if not text:
        return None
    return lambda document: any(text in str(document.get(name) or "").casefold() for name in names)


def all_of(*predicates: Predicate | None) -> Predicate | None:
    """Whether all of them hold; those that are None do not count."""
    real = [each for each in predicates if each is not None]
    return (lambda document: all(each(document) for each in real)) if real else None


def _beyond(
    place: tuple[Json, str] | None, name: str, id: str, *, down: bool, predicate: Predicate | None
) -> Predicate | None:
    if place is None:
        return predicate
    at = _rank(place[0]), place[1]

    def is_beyond(document: Mapping[str, Json]) -> bool:
        here = _rank(document.get(name)), document[id]
        return (here < at if down else here > at) and (predicate is None or predicate(document))

    return is_beyond


def _rank(value: Json) -> str:
    return _LAST if value is None else str(value)


def _write_cursor(call: Call, collection: str, name: str, value: Json, id: str) -> str:
    member = "created_at" if name == "created_time" else name
    body = {member: value, "id": id, "sig": _signature(call, collection, name, value, id)}
    return base64.urlsafe_b64encode(json.dumps(body, separators=(",", ":")).encode()).decode()


def _read_cursor(call: Call, collection: str, name: str) -> tuple[Json, str] | None:
    text = call.query.get("cursor")
    if text is None:
        return None
    member = "created_at" if name == "created_time" else name
    try:
        body = json.loads(base64.b64decode(text.encode(), altchars=b"-_", validate=True))
        value, id, signature = body[member], body["id"], str(body["sig"]).encode()
    except (ValueError, KeyError, TypeError):
        raise _foreign() from None
    if len(body) != 3 or not hmac.compare_digest(signature, _signature(call, collection, name, value, id).encode()):
        raise _foreign()
    return value, str(id)


def _signature(call: Call, collection: str, name: str, value: Json, id: str) -> str:
    signed = json.dumps([call.sandbox, call.caller.tenant, collection, name, value, id])
    return hmac.new(_KEY, signed.encode(), hashlib.sha256).hexdigest()[:_SIGNED]


def _foreign() -> Exception:
    return failed(errors=[{"loc": "query.cursor", "msg": "is not a next_cursor of this list"}])

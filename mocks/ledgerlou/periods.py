"""Periods: the months of a company and its adjustment periods, who locked them, and whether they take postings.

What nobody has touched is open and not stored. A soft lock can be undone; a lock needs a second pair of eyes within 48
hours, seals the events of the period with a hash, and is for good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import MAXYEAR, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sandbooks import Call, Duty, Reply

from . import ids, years
from .auth import USERS, user_of
from .dates import stamp, today, utc
from .errors import invalid, refuse

PERIODS, REQUESTS, INTENTS, JOURNAL = "periods", "lock-requests", "intents", "journal"
OPEN, SOFT_LOCKED, LOCKED = "open", "soft_locked", "locked"
PENDING, APPROVED, CANCELLED, EXPIRED = "pending", "approved", "cancelled", "expired"
REQUEST_HOURS = 48
ADJUSTMENTS = (13, 14)
SHOWN = ("period", "status", "period_number", "booking_count", "locked_by", "locked_at")

Document = dict[str, Any]  # any JSON


def period_of(day: date, adjustment_period: int | None = None) -> str:
    """The month of a day as `2026-06`, or `2026-P13` for an adjustment period."""
    return day.isoformat()[:7] if adjustment_period is None else f"{day.year:04}-P{adjustment_period}"


def require_open(call: Call, day: date, adjustment_period: int | None = None) -> None:
    """
    Raises:
        Invalid: PERIOD_LOCKED, the period of that day takes no postings, be it locked softly or for good.
    """
    name = period_of(day, adjustment_period)
    status = _find(call, name)["status"]
    if status != OPEN:
        raise refuse("PERIOD_LOCKED", f"Period {name} is {status}; nothing is posted into it.", period=name)


def list_periods(call: Call) -> Reply:
    """The months of this fiscal year and the last, those that were posted into or locked, and their P13 and P14."""
    counts = Counter(intent["period"] for intent in call.collection(INTENTS).scan())
    names, last = _listed(call, counts), years.last_month(call)
    shown = []
    for name in sorted(names, key=lambda name: _place(name, last)):
        period = {**_find(call, name), "booking_count": counts[name]}
        shown.append({member: period[member] for member in SHOWN})
    return Reply(200, shown)


def soft_lock_period(call: Call) -> Reply:
    """Let nothing be posted until it is opened again.

    Raises:
        NotFound: an adjustment period of a fiscal year that has no periods.
        Conflict: PERIOD_ALREADY_SOFT_LOCKED, PERIOD_ALREADY_LOCKED.
    """
    period = _get(call)
    if period["status"] == SOFT_LOCKED:
        raise refuse("PERIOD_ALREADY_SOFT_LOCKED", f"Period {period['period']} is soft_locked already.")
    _refuse_locked(period)
    period = _keep(call, period, status=SOFT_LOCKED, locked_by=_name_of_user(call), locked_at=stamp(call))
    return Reply(200, _shown(period, "status", "locked_by", "locked_at"))


def reopen_period(call: Call) -> Reply:
    """Undo a soft lock; a request for a lock stays as it is.

    Raises:
        Invalid: INVALID_INPUT, it is open.
        Conflict: PERIOD_IRREVERSIBLE, it is locked for good.
    """
    period = _find(call, call.path["period"])
    if period["status"] == LOCKED:
        raise refuse("PERIOD_IRREVERSIBLE", f"Period {period['period']} is locked for good.")
    if period["status"] == OPEN:
        raise invalid("period", f"{period['period']} is open already")
    return Reply(200, _shown(_keep(call, period, status=OPEN, locked_by=None, locked_at=None), "status"))


def request_lock(call: Call) -> Reply:
    """Ask for a lock; until somebody else approves, the period stays as it is.

    Raises:
        NotFound: an adjustment period of a fiscal year that has no periods.
        Conflict: PERIOD_ALREADY_LOCKED, LOCK_REQUEST_PENDING.
    """
    period = _get(call)
    name = period["period"]
    _refuse_locked(period)
    pending = _pending(call, name)
    if pending is not None:
        raise refuse("LOCK_REQUEST_PENDING", f"Request {pending['request_id']} to lock {name} is pending.")
    ends = utc(call.now + timedelta(hours=REQUEST_HOURS))
    request = {
        "request_id": ids.fresh(call),
        "period": name,
        "status": PENDING,
        "requested_by": _name_of_user(call),
        "requested_by_user_id": user_of(call),
        "created_at": stamp(call),
        "expires_at": ends,
        "due_at": ends,
    }
    call.collection(REQUESTS).put(request)
    message = f"The lock of {name} waits for the approval of another user until {ends}."
    shown = {member: request[member] for member in ("request_id", "period", "status", "created_at")}
    return Reply(201, {**shown, "message": message})


def approve_lock(call: Call) -> Reply:
    """Lock a period for good, and seal the events in it.

    Raises:
        NotFound: no such request for that period.
        Conflict: REQUEST_NOT_PENDING, it was approved or cancelled; REQUEST_EXPIRED.
        Forbidden: SELF_APPROVAL_DENIED, it is one's own and the tenant has other users.
    """
    request = _request(call)
    id, name, status = request["request_id"], request["period"], _status(call, request)
    if status == EXPIRED:
        raise refuse("REQUEST_EXPIRED", f"Request {id} expired at {request['expires_at']}; ask for a lock anew.")
    if status != PENDING:
        raise refuse("REQUEST_NOT_PENDING", f"Request {id} is {status}.")
    if request["requested_by_user_id"] == user_of(call) and not _is_alone(call):
        raise refuse("SELF_APPROVAL_DENIED", f"Request {id} is your own; another user has to approve it.")
    approver = _name_of_user(call)
    call.collection(REQUESTS).change(id, {"status": APPROVED, "approved_by": approver, "due_at": None})
    period = _keep(
        call,
        _find(call, name),
        status=LOCKED,
        locked_by=request["requested_by"],
        locked_at=stamp(call),
        closing_hash=_closing_hash(call, name),
        request_id=id,
        approved_by=approver,
    )
    members = ("status", "locked_by", "locked_at", "closing_hash", "request_id", "approved_by")
    return Reply(200, _shown(period, *members))


def cancel_lock(call: Call) -> Reply:
    """Take back a request, whoever made it.

    Raises:
        NotFound: none that is pending.
    """
    request = _request(call)
    id, status = request["request_id"], _status(call, request)
    if status != PENDING:
        raise refuse("NOT_FOUND", f"Request {id} is {status}, not pending.")
    call.collection(REQUESTS).change(id, {"status": CANCELLED, "due_at": None})
    return Reply(200, {"ok": True, "request_id": id, "status": CANCELLED})


def get_lock_status(call: Call) -> Reply:
    """The pending request, or nulls."""
    pending = _pending(call, call.path["period"])
    members = ("request_id", "requested_by", "created_at")
    told = {member: pending[member] if pending is not None else None for member in members}
    return Reply(200, {"has_pending_request": pending is not None, **told})


def expire(call: Call, request: Document) -> None:
    """What the clock does with a request that nobody approved."""
    call.collection(REQUESTS).change(request["request_id"], {"status": EXPIRED, "due_at": None})
    call.note(f"request {request['request_id']} to lock {request['period']} expired")


EXPIRY = Duty(REQUESTS, "due_at", expire)


def _find(call: Call, name: str) -> Document:
    """A period as it is stored, or as an untouched one would be."""
    number = int(name[-2:]) if "P" in name else 0
    untouched = {"period": name, "status": OPEN, "period_number": number, "locked_by": None, "locked_at": None}
    return {**untouched, **(call.collection(PERIODS).find_one(name) or {})}


def _get(call: Call) -> Document:
    """The period of the path.

    Raises:
        NotFound: an adjustment period of a fiscal year that has no periods; a month is there once it is asked for.
    """
    name = call.path["period"]
    if "P" in name and name not in _listed(call, (each["period"] for each in call.collection(INTENTS).scan())):
        raise refuse("NOT_FOUND", f"Fiscal year {name[:4]} has no periods yet, so there is no {name}.")
    return _find(call, name)


def _keep(call: Call, period: Document, **fields: object) -> Document:
    table, kept = call.collection(PERIODS), {**period, **fields}
    if table.find_one(period["period"]) is None:
        return table.put(kept)
    return table.replace(period["period"], kept)


def _shown(period: Mapping[str, Any], *members: str) -> Document:
    return {member: period[member] for member in ("period", "period_number", *members)}


def _refuse_locked(period: Mapping[str, Any]) -> None:
    if period["status"] == LOCKED:
        raise refuse("PERIOD_ALREADY_LOCKED", f"Period {period['period']} is locked for good.")


def _listed(call: Call, posted: Iterable[str]) -> set[str]:
    """The names of all periods that there are; `posted` are those of postings."""
    last, day = years.last_month(call), today(call)
    end = years.year_of(day.year, day.month, last) * 12 + last  # months since the year 0
    months = {f"{(month - 1) // 12:04}-{(month - 1) % 12 + 1:02}" for month in range(end - 23, end + 1)}
    names = months.union(posted, (each["period"] for each in call.collection(PERIODS).scan()))
    for year in {_place(name, last)[0] for name in names}:
        if year <= MAXYEAR:  # a period has a year of four digits
            names.update(f"{year:04}-P{number}" for number in ADJUSTMENTS)
    return names


def _place(name: str, last: int) -> tuple[int, int, int]:
    """Where a period stands: fiscal year, adjustment periods after its months, month by month."""
    year, part = int(name[:4]), name[5:]
    if part.startswith("P"):
        return year, int(part[1:]), 0
    month = int(part)
    return years.year_of(year, month, last), 0, year * 12 + month


def _request(call: Call) -> Document:
    found = call.collection(REQUESTS).find_one(call.path["requestId"])
    if found is None or found["period"] != call.path["period"]:
        raise refuse("NOT_FOUND", f"There is no request {call.path['requestId']} to lock {call.path['period']}.")
    return found


def _pending(call: Call, name: str) -> Mapping[str, Any] | None:
    requests = call.collection(REQUESTS).views(filters={"period": name})
    return next((request for request in requests if _status(call, request) == PENDING), None)


def _status(call: Call, request: Mapping[str, Any]) -> str:
    """The status at the moment of the call, whether or not the clock has noticed yet."""
    if request["status"] == PENDING and call.now >= datetime.fromisoformat(request["expires_at"]):
        return EXPIRED
    return str(request["status"])


def _closing_hash(call: Call, name: str) -> str:
    """SHA-256 over the hashes of the events of a period, one after the other by number."""
    intents = call.collection(INTENTS).views(filters={"period": name})
    journal = call.collection(JOURNAL)
    events = [event for intent in intents for event in journal.views(filters={"intent_id": intent["intent_id"]})]
    events.sort(key=lambda event: int(event["journal_number"]))
    return sha256("".join(event["audit_hash"] for event in events).encode()).hexdigest()


def _is_alone(call: Call) -> bool:
    """Whether the tenant has one user, or its settings say so."""
    settings = call.collection(years.SETTINGS).find_one(years.TENANT) or {}
    users = [user for user in call.shared(USERS).views() if user["tenant"] == call.caller.tenant]
    return bool(settings.get("single_user", False)) or len(users) == 1


def _name_of_user(call: Call) -> str:
    return str(call.caller.claims["user_name"])


HANDLERS = {
    "listPeriods": list_periods,
    "requestLock": request_lock,
    "approveLock": approve_lock,
    "cancelLock": cancel_lock,
    "getLockStatus": get_lock_status,
    "reopenPeriod": reopen_period,
    "softLockPeriod": soft_lock_period,
}

"""Schedules that make documents: at 09:00 in India, of a document to copy or of a body.

The scheduler looks once a day: a schedule whose `next_run_at` has passed runs, and moves on by one interval. One that
began in the past so makes one document a day until it has caught up. Two members are kept beside those that are shown:
`following`, the day of the next run also where the schedule has ended, and `due_at`, when the scheduler takes it up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sandbooks import Call, Duty, Problem, Reply

from . import bills, events, expenses, invoices, journals, paging, records
from .days import add_months, read_day, stamp_utc, today, utc
from .errors import Json, check_shape, invalid, required
from .records import Document, pick

RECURRING = "recurring"
HOUR = time(3, 30, tzinfo=UTC)
"""09:00 in India."""
SHOWN = (
    "recurring_id",
    "entity_type",
    "name",
    "frequency",
    "interval",
    "start_date",
    "end_date",
    "next_run_at",
    "last_run_at",
    "is_active",
    "template_entity_id",
    "template_payload",
    "run_count",
    "max_runs",
    "auto_charge",
    "created_time",
    "last_modified_time",
)

_DAYS = {"DAILY": 1, "WEEKLY": 7}
_MONTHS = {"MONTHLY": 1, "QUARTERLY": 3, "YEARLY": 12}
_DOCUMENT = ("place_of_supply", "reference_number", "notes", "branch_id", "currency_code", "exchange_rate", "tags")
_CHARGE = ("is_rcm", "rcm_rate", "itc_blocked_reason")
_LINE = ("item_id", "name", "description", "hsn_or_sac", "quantity", "unit", "rate", "discount", "tax_id")
_RUN_ALONE = ("date", "due_date", "auto_approve", "invoice_number")
"""Members of a body that are the run's own affair: what it makes is a DRAFT of its day with a number of its own."""


@dataclass(frozen=True, slots=True)
class Template:
    """How documents of one kind are made: from a body of that schema, or from the members of one that is copied."""

    collection: str
    schema: str
    create: Callable[[Call, Document], Document]
    members: tuple[str, ...]
    lines: tuple[str, tuple[str, ...]]
    kept_lines: str = ""


TEMPLATES: Mapping[str, Template] = {
    "INVOICE": Template(
        "invoices",
        "InvoiceCreate",
        invoices.create,
        ("customer_id", "series_name", "salesperson_id", *_DOCUMENT),
        ("line_items", _LINE),
    ),
    "BILL": Template(
        "bills",
        "BillCreate",
        bills.create,
        ("vendor_id", *_DOCUMENT, *_CHARGE),
        ("line_items", (*_LINE, "account_id")),
    ),
    "EXPENSE": Template(
        "expenses",
        "ExpenseCreate",
        expenses.create,
        (
            "account_id",
            "paid_through_account_id",
            "amount",
            "mode",
            "reference_number",
            "notes",
            "vendor_id",
            "tax_id",
            "is_inclusive_tax",
            *_CHARGE,
        ),
        ("line_items", ("account_id", "amount", "tax_id", "note")),
        kept_lines="sent_lines",
    ),
    "JOURNAL": Template(
        "journals",
        "JournalCreate",
        journals.create,
        ("memo", "contact_id", "branch_id"),
        ("lines", ("account_id", "debit", "credit", "description")),
    ),
}


def list_recurring(call: Call) -> Reply:
    """A page of schedules, the one that runs next first."""
    asked = {"entity_type": call.query.get("entity_type"), "is_active": call.query.get("is_active")}
    return paging.page(call, RECURRING, RECURRING, _view, filters=asked, order="next_run_at")


def create_recurring(call: Call) -> Reply:
    """Plan the first run for 09:00 of the first day."""
    body = call.body
    first = read_day(body["start_date"], "start_date")
    made = {
        "entity_type": body["entity_type"],
        "name": body["name"],
        "frequency": body["frequency"],
        "interval": _whole(body.get("interval", 1)),
        "start_date": _midnight(first),
        "end_date": _end(body, first),
        "last_run_at": None,
        "template_entity_id": body.get("template_entity_id"),
        "template_payload": body.get("template_payload"),
        "run_count": 0,
        "max_runs": _whole(body.get("max_runs")),
        "auto_charge": body.get("auto_charge", False),
        "is_active": True,
        "following": first.isoformat(),
    }
    _check_template(call, made)
    return _answer(records.create(call, RECURRING, {**made, **_placed(call, made)}), 201)


def get_recurring(call: Call) -> Reply:
    """One schedule."""
    return _answer(_schedule(call))


def update_recurring(call: Call) -> Reply:
    """Change what was sent; another first day plans anew from there.

    Raises:
        Invalid: to set going what has ended.
    """
    schedule, body = _schedule(call), call.body
    names = ("entity_type", "name", "frequency", "interval", "max_runs", "auto_charge", "is_active")
    changed: Document = {name: _whole(body[name]) for name in names if name in body}
    if "start_date" in body:
        first = read_day(body["start_date"], "start_date")
        if _midnight(first) != schedule["start_date"]:
            changed |= {"start_date": _midnight(first), "following": first.isoformat()}
    if "end_date" in body or "start_date" in changed:
        merged = {**schedule, **changed, **pick(body, [name for name in ("end_date",) if name in body])}
        changed["end_date"] = _end(merged, read_day(merged["start_date"]))
    changed |= _template_of(body)
    merged = {**schedule, **changed}
    if changed.keys() & {"entity_type", "template_entity_id", "template_payload"}:
        _check_template(call, merged)
    placed = _placed(call, merged)
    if body.get("is_active") and not placed["is_active"]:
        raise invalid("is_active", "The schedule has ended: it has run max_runs times, or end_date lies behind it.")
    return _answer(_changed(call, schedule, {**changed, **placed}))


def delete_recurring(call: Call) -> Reply:
    """Delete a schedule; what it made stays."""
    records.remove(call, RECURRING, _schedule(call))
    return records.deleted("The schedule has been deleted.")


def run(call: Call, schedule: Document) -> None:
    """Make the document of one run and move the schedule on by one interval.

    A template that cannot be used any more makes nothing: that run is passed over, and not counted.
    """
    if schedule["following"] is None or _at(schedule["following"]) > call.now:  # planned anew past the pack
        _changed(call, schedule, _placed(call, schedule))
        return
    acting = replace(call, caller=replace(call.caller, claims={events.SOURCE: events.SCHEDULER}))
    emitted = len(call.events)
    made = 0
    try:
        with call.attempt():
            document = _make(acting, schedule, today(call))
            made = 1
            call.note(f"{schedule['name']}: made {document[_identity(schedule)]}.")
    except Problem as problem:
        del call.events[emitted:]
        call.note(f"{schedule['name']}: made nothing: {problem.message}")
    changed = {
        "run_count": schedule["run_count"] + made,
        "last_run_at": stamp_utc(call) if made else schedule["last_run_at"],
        "following": _next_day(schedule),
    }
    _changed(acting, schedule, {**changed, **_placed(call, {**schedule, **changed})})


SCHEDULER = Duty(RECURRING, "due_at", run)
"""What the sandbox's clock does with every schedule."""


def _make(call: Call, schedule: Mapping[str, Json], day: date) -> Document:
    """
    Raises:
        Problem: the template is gone, or what it names is.
    """
    template = TEMPLATES[schedule["entity_type"]]
    body = schedule["template_payload"]
    if body is None:
        field = "template_entity_id"
        body = _body_of(template, records.fetch(call, template.collection, schedule[field], field=field))
    return template.create(call, _dated(body, day))


def _body_of(template: Template, document: Document) -> Document:
    """The body that would make a document like this one."""
    key, names = template.lines
    kept = document.get(template.kept_lines or key)
    body = pick(document, template.members)
    if kept:
        body[key] = [{name: line[name] for name in names if line.get(name) is not None} for line in kept]
    return body


def _dated(body: Mapping[str, Json], day: date) -> Document:
    return {**{name: value for name, value in body.items() if name not in _RUN_ALONE}, "date": day.isoformat()}


def _template_of(body: Mapping[str, Json]) -> Document:
    """What a change says of the template: either kind takes the place of the other."""
    told = pick(body, [name for name in ("template_entity_id", "template_payload") if name in body])
    if len(told) == 1 and next(iter(told.values())) is not None:
        told = {"template_entity_id": None, "template_payload": None} | told
    return told


def _check_template(call: Call, schedule: Mapping[str, Json]) -> None:
    """
    Raises:
        Problem: none or two of them; an entity that is not there; a body that would be refused, tried out and undone.
    """
    template = TEMPLATES[schedule["entity_type"]]
    entity, payload = schedule["template_entity_id"], schedule["template_payload"]
    if entity is None and payload is None:
        raise required("template_entity_id", "A schedule needs template_entity_id or template_payload.")
    if entity is not None and payload is not None:
        raise invalid("template_payload", "A schedule has template_entity_id or template_payload, not both.")
    if entity is not None:
        records.fetch(call, template.collection, entity, field="template_entity_id")
        return
    emitted = len(call.events)
    body = _dated(payload, read_day(schedule["following"]))
    try:
        check_shape(call, template.schema, body)
        with call.attempt():
            template.create(call, body)
            raise _Undone
    except _Undone:
        del call.events[emitted:]
    except Problem as problem:
        problem.extra["field"] = f"template_payload.{problem.extra.get('field', '')}".rstrip(".")
        raise


class _Undone(Exception):
    """A body would do; nothing of the trial stays."""


def _placed(call: Call, schedule: Mapping[str, Json]) -> Document:
    """When a schedule runs next, and whether it runs at all."""
    following, most, end = schedule["following"], schedule["max_runs"], schedule["end_date"]
    has_ended = (
        following is None
        or (most is not None and schedule["run_count"] >= most)
        or (end is not None and following > end[: len(following)])
    )
    if has_ended:
        return {"next_run_at": None, "is_active": False, "due_at": None}
    due = _taken_up(_at(following), call.now) if schedule["is_active"] else None
    return {
        "next_run_at": utc(_at(following)),
        "is_active": schedule["is_active"],
        "due_at": utc(due) if due is not None else None,
    }


def _taken_up(run_at: datetime, now: datetime) -> datetime:
    """When the scheduler looks for the first time once `run_at` has come; what has passed waits for its next look."""
    if run_at > now:
        return run_at
    look = datetime.combine(now.astimezone(UTC).date(), HOUR)
    return look if look > now else look + timedelta(days=1)


def _next_day(schedule: Mapping[str, Json]) -> str | None:
    """The day of the run after the next one, on the day of the month on which it began; none beyond the calendar."""
    day, count = date.fromisoformat(schedule["following"]), schedule["interval"]
    frequency = schedule["frequency"]
    try:
        if frequency in _DAYS:
            return (day + timedelta(days=_DAYS[frequency] * count)).isoformat()
        first = read_day(schedule["start_date"])
        return add_months(day, _MONTHS[frequency] * count, day_of_month=first.day).isoformat()
    except (OverflowError, ValueError):
        return None


def _at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), HOUR)


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _end(body: Mapping[str, Json], first: date) -> str | None:
    """
    Raises:
        Invalid: before the first day.
    """
    if body.get("end_date") is None:
        return None
    last = read_day(body["end_date"], "end_date")
    if last < first:
        raise invalid("end_date", "end_date lies before start_date.", received=body["end_date"])
    return _midnight(last)


def _changed(call: Call, schedule: Document, changed: Document) -> Document:
    """Store what is new and tell of what is shown of it."""
    stored = records.change(call, RECURRING, schedule, changed, verb="")
    told = {
        name: {"old": schedule[name], "new": stored[name]}
        for name in SHOWN
        if name != "last_modified_time" and schedule[name] != stored[name]
    }
    if told:
        events.record(call, "RECURRING", "UPDATED", stored, told)
    return stored


def _whole(value: Json) -> Json:
    """A number that JSON may write as `3.0`, as it is counted with."""
    return int(value) if isinstance(value, float) else value


def _identity(schedule: Mapping[str, Json]) -> str:
    return f"{schedule['entity_type'].lower()}_id"


def _schedule(call: Call) -> Document:
    return records.fetch(call, RECURRING, call.path["recurring_id"], field="recurring_id")


def _answer(schedule: Document, status: int = 200) -> Reply:
    return records.single(RECURRING, _view(schedule), status)


def _view(schedule: Mapping[str, Json]) -> Document:
    return pick(schedule, SHOWN)


HANDLERS = {
    "listRecurring": list_recurring,
    "createRecurring": create_recurring,
    "getRecurring": get_recurring,
    "updateRecurring": update_recurring,
    "deleteRecurring": delete_recurring,
}

"""The journal as it is read: its events, one posting as an auditor looks at it, and how a posting is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sandbooks import Call, Reply

from . import journal
from .dates import query_day
from .money import ZERO, dec, out

DETAIL_ONLY = frozenset({"currency", "created_at", "created_by", "document_id", "reverses_intent_id"})
DOCUMENT = ("id", "mime_type", "original_name")
TRANSACTION = ("id", "tx_date", "amount", "status")

Document = dict[str, Any]  # any JSON
Event = Mapping[str, Any]  # as it is stored


def list_journal(call: Call) -> Reply:
    """Events that pass all filters, the last one first."""
    start, end = query_day(call, "startDate"), query_day(call, "endDate")
    low, high = start.isoformat() if start else "", end.isoformat() if end else "9999-12-31"
    text = str(call.query.get("search") or "").casefold()
    account, reference = call.query.get("account"), call.query.get("externalReference")

    def passes(event: Event) -> bool:
        return (
            low <= event["booking_date"] <= high
            and (account is None or account in (event["account_debit"], event["account_credit"]))
            and (not text or _holds(event, text))
        )

    found: Iterable[Event]
    if reference is not None:
        found = filter(passes, call.collection(journal.JOURNAL).views(filters={"external_reference": reference}))
    elif account is not None:
        found = filter(passes, journal.events_on(call, account))
    else:
        found = _newest_first(call, passes)
    return Reply(200, {"entries": [_listed(event) for event in islice(found, call.query["limit"])]})


def get_intent(call: Call) -> Reply:
    """A posting with its events, and what is linked to it both ways.

    Raises:
        NotFound: no such posting.
    """
    intent = journal.get_intent(call, call.path["intent_id"])
    events = journal.events_of(call, intent["intent_id"])
    first = events[0]
    summary = {
        "description": intent["description"],
        "booking_date": intent["booking_date"],
        "total_amount": out(sum((dec(event["amount"]) for event in events), ZERO)),
        "line_count": len(events),
        **{name: first[name] for name in ("currency", "source", "created_at", "created_by")},
        "is_reversed": intent["reversed_by"] is not None,
    }
    body = {
        "intent_id": intent["intent_id"],
        "entries": events,
        "summary": summary,
        "linked_intents": _links(call, intent),
        "metadata": _metadata(call, intent),
    }
    return Reply(200, body)


def reverse_intent(call: Call) -> Reply:
    """Book the opposite. Raises as `journal.reverse`."""
    body = call.body
    mode = body.get("posting_mode") or journal.CURRENT_PERIOD
    posted = journal.reverse(call, body["intent_id"], posting_mode=mode, reason=body.get("reason"))
    answer = {
        "reversal_intent_id": posted.intent_id,
        "original_intent_id": body["intent_id"],
        "event_count": posted.event_count,
    }
    return Reply(200, answer)


def _newest_first(call: Call, passes: Any) -> Iterator[Event]:
    return call.collection(journal.JOURNAL).views(predicate=passes, limit=call.query["limit"])


def _holds(event: Event, text: str) -> bool:
    said = (event["description"], event["account_debit"], event["account_credit"], event["external_reference"] or "")
    return any(text in each.casefold() for each in said)


def _listed(event: Event) -> Document:
    return {name: value for name, value in event.items() if name not in DETAIL_ONLY}


def _links(call: Call, intent: Event) -> Document:
    settlements = call.collection("settlements")
    id = intent["intent_id"]
    made = settlements.views(filters={"settlement_intent_id": id})
    had = settlements.views(filters={"intent_id": id})
    return {
        "reverses": intent["reverses_intent_id"],
        "reversed_by": intent["reversed_by"],
        "settles": [_link(each, each["intent_id"]) for each in made if not each["is_reversed"]],
        "settled_by": [_link(each, each["settlement_intent_id"]) for each in had if not each["is_reversed"]],
    }


def _link(settlement: Event, intent_id: str) -> Document:
    return {"intent_id": intent_id, "account": settlement["account"], "amount": settlement["amount"]}


def _metadata(call: Call, intent: Event) -> Document:
    documents = filter(None, map(call.collection("documents").find_one, intent["document_ids"]))
    transactions = call.collection("bank-transactions").views(filters={"intent_id": intent["intent_id"]})
    return {
        "external_reference": intent["external_reference"],
        "custom_metadata": intent["custom_metadata"],
        "reason": intent["reason"],
        "documents": [{name: each[name] for name in DOCUMENT} for each in documents],
        "bank_transactions": [{name: each[name] for name in TRANSACTION} for each in transactions],
        "fx": intent["fx"],
    }


HANDLERS = {"listJournal": list_journal, "getIntent": get_intent, "reverseIntent": reverse_intent}

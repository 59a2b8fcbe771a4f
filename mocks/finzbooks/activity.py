"""The audit stream: who changed what, the newest first. What writes it stands with the events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sandbooks import Call, Reply

from . import paging
from .days import INDIA
from .errors import Json
from .events import ACTIVITY
from .records import pick

SHOWN = (
    "event_id",
    "action",
    "entity_type",
    "entity_id",
    "entity_ref",
    "actor_user_id",
    "changes",
    "metadata",
    "occurred_at",
)


def list_activity(call: Call) -> Reply:
    """A page of events, cut by days in India; `action` may be the whole of it or its verb alone."""
    wanted = call.query.get("action")
    return paging.page(
        call,
        ACTIVITY,
        "activity",
        lambda event: pick(event, SHOWN),
        filters={"entity_type": call.query.get("entity_type"), "entity_id": call.query.get("entity_id")},
        predicate=paging.all_of(_within_days(call), _is_action(wanted) if wanted else None),
        order="-occurred_at",
    )


def _is_action(wanted: str) -> paging.Predicate:
    return lambda event: event["action"] == wanted or event["action"] == f"{event['entity_type']}_{wanted}"


def _within_days(call: Call) -> paging.Predicate | None:
    within = paging.in_dates(call, "day")
    if within is None:
        return None

    def is_within(event: Mapping[str, Json]) -> bool:
        return within({"day": datetime.fromisoformat(event["occurred_at"]).astimezone(INDIA).isoformat()})

    return is_within


HANDLERS = {"listActivity": list_activity}

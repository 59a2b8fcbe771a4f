"""Event subscriptions, and what a change of a record delivers to each.

Knows who wants to hear of what, payload, headers, signature and plan; sends nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from sandbooks import Call, Detail, Endpoint, Event, Invalid, Message, NotFound, Reply, Webhooks

from .auth import TENANTS
from .kinds import CUSTOM_TYPES, Kind, Stored, find_kind, kind_of, standard_kinds
from .views import Json, moment, success

SUBSCRIPTIONS = "event-subscriptions"
CREATE, UPDATE, DELETE = "CREATE", "UPDATE", "DELETE"
OPERATIONS = [CREATE, UPDATE, DELETE]
SECRET_LENGTH = 64
RETRY_DELAYS_S = (1, 5, 25, 125)
"""Between the five tries of a delivery (A37)."""
TIMEOUT_S = 10


def get_catalog(call: Call) -> Reply:
    """What can be subscribed to: standard types, then active custom ones by name."""
    custom = call.collection(CUSTOM_TYPES).page(filters={"active": True}, order=("name",)).items
    names = [kind.name for kind in standard_kinds(call)] + [stored["name"] for stored in custom]
    shown = [{"entityType": name, "operations": OPERATIONS} for name in names]
    return success(call, {"entityTypes": shown}, f"{len(shown)} entity types.")


def list_subscriptions(call: Call) -> Reply:
    """Every subscription by id, inactive ones too."""
    shown = [_view(stored) for stored in call.collection(SUBSCRIPTIONS).page(order=("id",)).items]
    return success(call, {"eventSubscriptions": shown}, f"{len(shown)} subscriptions.")


def create_subscription(call: Call) -> Reply:
    """Subscribe an address to changes of one entity type; its secret is fetched separately.

    Raises:
        Invalid: the entity type is not in the catalog.
    """
    body, now = call.body, moment(call.now)
    stored = call.collection(SUBSCRIPTIONS).put(
        {
            "name": body.get("name"),
            "entityType": _entity_type(call, body["entityType"]),
            "operations": list(dict.fromkeys(body["operations"])),
            "url": body["url"],
            "active": body.get("active", True),
            "secret": call.chance.at("subscription secret").hex(SECRET_LENGTH),
            "createdAt": now,
            "updatedAt": now,
        }
    )
    return success(call, _view(stored), f"Created subscription {stored['id']}.", 201)


def get_subscription(call: Call) -> Reply:
    """One subscription.

    Raises:
        NotFound: this tenant has none of that id.
    """
    stored = _subscription(call)
    return success(call, _view(stored), f"Subscription {stored['id']}.")


def update_subscription(call: Call) -> Reply:
    """Change the members that were sent.

    Raises:
        NotFound: this tenant has none of that id.
        Invalid: the entity type is not in the catalog.
    """
    stored = _subscription(call)
    changed = {name: call.body[name] for name in ("name", "url", "active") if name in call.body}
    if "operations" in call.body:
        changed["operations"] = list(dict.fromkeys(call.body["operations"]))
    if "entityType" in call.body:
        changed["entityType"] = _entity_type(call, call.body["entityType"])
    return _change(call, stored, changed, "Changed")


def deactivate_subscription(call: Call) -> Reply:
    """Stop the deliveries; the subscription is kept. Can be repeated, and undone by an update.

    Raises:
        NotFound: this tenant has none of that id.
    """
    stored = _subscription(call)
    if not stored["active"]:
        return success(call, _view(stored), f"Subscription {stored['id']} was inactive already.")
    return _change(call, stored, {"active": False}, "Deactivated")


def get_secret(call: Call) -> Reply:
    """The secret with which deliveries are signed; the same for the life of the subscription (A36).

    Raises:
        NotFound: this tenant has none of that id.
    """
    stored = _subscription(call)
    return success(call, {"secret": stored["secret"]}, f"The signing secret of subscription {stored['id']}.")


def record_event(call: Call, kind: Kind, before: Stored | None, after: Stored | None) -> Event:
    """What happened to a record, as subscriptions deliver it (A35), with the record as it is after the change.

    To become inactive is a DELETE, by whichever operation; a record that is gone is told as inactive.
    """
    stored: Stored = after or {**(before or {}), "active": False}
    ended = after is None or (before is not None and before["active"] and not after["active"])
    operation = DELETE if ended else UPDATE if before else CREATE
    data = {
        "tenant": TENANTS[call.caller.tenant],
        "entityType": kind.name,
        "operation": operation,
        "recordId": stored["id"],
        "systemRef": stored.get("systemRef"),
        "data": kind.attributes(stored),
        "occurredAt": moment(call.now),
    }
    return Event(f"{kind.name}.{operation}", data)


def watch_records(call: Call, collection: str, before: Stored | None, after: Stored | None) -> Iterable[Event]:
    """The event of a record that the control API put or deleted; what is no record has none."""
    kind = kind_of(call, collection, after or before or {})
    if kind is not None:
        yield record_event(call, kind, before, after)


def interested(call: Call, event: Event) -> list[Endpoint]:
    """The active subscriptions that an event of `records` goes to, by id."""
    of_type = call.collection(SUBSCRIPTIONS).page(
        filters={"active": True, "entityType": event.data["entityType"]}, order=("id",)
    )
    wanted = [stored for stored in of_type.items if event.data["operation"] in stored["operations"]]
    return [Endpoint(str(stored["id"]), stored["url"], stored["secret"]) for stored in wanted]


def payload(call: Call, event: Event, endpoint: Endpoint, event_id: str) -> dict[str, Json]:
    """The body of a delivery (A35); `event_id` is a uuid, the same at every try."""
    return {"eventId": event_id, "subscriptionId": int(endpoint.id), **event.data}


def sign(message: Message) -> dict[str, str]:
    """The headers of one try: HMAC-SHA256 over timestamp, dot and raw body, under the secret (A36)."""
    timestamp = str(int(message.at.timestamp()))
    digest = hmac.new(message.secret.encode(), timestamp.encode() + b"." + message.body, hashlib.sha256)
    return {
        "X-Aiwyn-Event-Id": message.id,
        "X-Aiwyn-Timestamp": timestamp,
        "X-Aiwyn-Signature": f"sha256={digest.hexdigest()}",
    }


WEBHOOKS = Webhooks(
    interested,
    payload=payload,
    signer=sign,
    retry_s=RETRY_DELAYS_S,
    timeout_s=TIMEOUT_S,
    watcher=watch_records,
)
"""One delivery for each record that changed and each subscription to it."""


def _subscription(call: Call) -> Stored:
    stored: Stored | None = call.collection(SUBSCRIPTIONS).find_one(call.path["id"])
    if stored is None:
        raise NotFound(f"There is no event subscription {call.path['id']}.")
    return stored


def _entity_type(call: Call, name: str) -> str:
    """The name as the catalog spells it."""
    kind = find_kind(call, name)
    if kind is None or not kind.active:
        message = f"{name!r} is not in the catalog; see GET /api/v1/event-subscriptions/catalog"
        raise Invalid(f"{message}.", details=[Detail("body", "/entityType", message)])
    return kind.name


def _change(call: Call, stored: Stored, changed: Mapping[str, Any], done: str) -> Reply:
    fields = {**changed, "updatedAt": moment(call.now)}
    stored = call.collection(SUBSCRIPTIONS).change(stored["id"], fields)
    return success(call, _view(stored), f"{done} subscription {stored['id']}.")


def _view(stored: Stored) -> dict[str, Json]:
    """Everything but the secret."""
    return {name: stored.get(name) for name in _SHOWN}


_SHOWN = ("id", "name", "entityType", "operations", "url", "active", "createdAt", "updatedAt")

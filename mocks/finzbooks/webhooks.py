"""Endpoints, and how events reach them: payload, headers, signature, plan.

Knows who wants to hear of what; sends nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from sandbooks import Call, Delivery, Endpoint, Event, Message, Reply, Webhooks

from . import organisations, paging, records
from .days import stamp_utc, utc
from .errors import Json, invalid
from .records import Document, pick

ENDPOINTS = "endpoints"
SHOWN = ("endpoint_id", "url", "events", "is_active", "created_time")
SECRET_LENGTH = 48
RETRY_DELAYS_S = (60, 300, 1800, 7200, 43_200)
"""Between the six attempts of a delivery."""
TIMEOUT_S = 10
MOST_EXHAUSTED = 10
"""So many deliveries in a row that were given up switch an endpoint off."""


def list_endpoints(call: Call) -> Reply:
    """A page of endpoints, without their secrets."""
    return paging.page(call, ENDPOINTS, "endpoints", _view)


def create_endpoint(call: Call) -> Reply:
    """Register an address; its secret is shown here and never again."""
    body = call.body
    made = {
        "url": _url(body["url"]),
        "events": list(dict.fromkeys(body["events"])),
        "secret": f"whsec_{call.chance.at('endpoint secret').hex(SECRET_LENGTH)}",
        "is_active": True,
        "exhausted": 0,
    }
    endpoint = records.create(call, ENDPOINTS, made)
    return records.single("endpoint", {**_view(endpoint), "secret": endpoint["secret"]}, 201)


def get_endpoint(call: Call) -> Reply:
    """One endpoint, without its secret."""
    return records.single("endpoint", _view(_endpoint(call)))


def update_endpoint(call: Call) -> Reply:
    """Change what was sent; switched on, it starts with a clean record, switched off, nothing more is tried."""
    endpoint, body = _endpoint(call), call.body
    changed: Document = pick(body, [name for name in ("is_active",) if name in body])
    if "url" in body:
        changed["url"] = _url(body["url"])
    if "events" in body:
        changed["events"] = list(dict.fromkeys(body["events"]))
    if body.get("is_active"):
        changed["exhausted"] = 0
    if body.get("is_active") is False:
        call.drop_deliveries(endpoint["endpoint_id"])
    return records.single("endpoint", _view(records.change(call, ENDPOINTS, endpoint, changed)))


def delete_endpoint(call: Call) -> Reply:
    """Remove an endpoint; what is still to be sent to it is dropped."""
    endpoint = _endpoint(call)
    records.remove(call, ENDPOINTS, endpoint)
    call.drop_deliveries(endpoint["endpoint_id"])
    return records.deleted("The webhook endpoint has been deleted.")


def list_deliveries(call: Call) -> Reply:
    """What was sent to an endpoint and what came of it, the newest first."""
    endpoint = _endpoint(call)
    rows = [_delivery(each) for each in call.deliveries(endpoint["endpoint_id"])]
    return paging.page_of(call, f"deliveries of {endpoint['endpoint_id']}", "deliveries", rows, id="delivery_id")


def interested(call: Call, event: Event) -> list[Endpoint]:
    """The active endpoints of the organisation that asked for an event, the oldest first."""
    found = call.collection(ENDPOINTS).page(filters={"is_active": True}, order=("created_time", "endpoint_id")).items
    wanted = [endpoint for endpoint in found if event.type in endpoint["events"]]
    return [Endpoint(endpoint["endpoint_id"], endpoint["url"], endpoint["secret"]) for endpoint in wanted]


def payload(call: Call, event: Event, endpoint: Endpoint, delivery_id: str) -> dict[str, Json]:
    """The body of a delivery, the same at every attempt."""
    return {
        "event_type": event.type,
        "delivery_id": delivery_id,
        "occurred_at": stamp_utc(call),
        "org_id": organisations.current(call)["organization_id"],
        "data": event.data,
    }


def sign(message: Message) -> dict[str, str]:
    """The headers of one attempt: HMAC-SHA256 over its time, a dot and the raw body, keyed with the whole secret."""
    time = str(int(message.at.timestamp()))
    digest = hmac.new(message.secret.encode(), f"{time}.".encode() + message.body, hashlib.sha256).hexdigest()
    return {
        "X-AIBooks-Event": message.event,
        "X-AIBooks-Delivery": message.id,
        "X-AIBooks-Timestamp": time,
        "X-AIBooks-Signature": f"t={time},v1={digest}",
    }


def count_exhausted(call: Call, delivery: Delivery) -> None:
    """Switch an endpoint off after ten deliveries in a row that were given up; one that arrives begins the row anew."""
    table = call.collection(ENDPOINTS)
    endpoint = table.find_one(delivery.endpoint)
    if endpoint is None:
        return
    before = endpoint.get("exhausted", 0)
    exhausted = 0 if delivery.status == "delivered" else before + 1
    if exhausted != before:
        table.change(delivery.endpoint, {"exhausted": exhausted})
    if exhausted >= MOST_EXHAUSTED and endpoint["is_active"]:
        table.change(delivery.endpoint, {"is_active": False})
        call.drop_deliveries(delivery.endpoint)


WEBHOOKS = Webhooks(
    interested,
    payload=payload,
    signer=sign,
    retry_s=RETRY_DELAYS_S,
    timeout_s=TIMEOUT_S,
    concluded=count_exhausted,
)
"""One delivery for each event and each active endpoint that asked for it."""


def _endpoint(call: Call) -> Document:
    return records.fetch(call, ENDPOINTS, call.path["endpoint_id"], field="endpoint_id")


def _view(endpoint: Mapping[str, Json]) -> Document:
    return pick(endpoint, SHOWN)


def _delivery(delivery: Delivery) -> Document:
    due = delivery.next_attempt_at
    return {
        "delivery_id": delivery.id,
        "event_type": delivery.event,
        "status_code": delivery.answered,
        "attempts": delivery.attempts,
        "next_attempt_at": utc(due) if due is not None else None,
    }


def _url(url: str) -> str:
    """
    Raises:
        Invalid: no address that anything could be sent to.
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if not known:
        raise invalid("url", f"url: '{url}' is no address; it is http:// or https:// and a host.", received=url)
    return url


HANDLERS = {
    "listWebhookEndpoints": list_endpoints,
    "createWebhookEndpoint": create_endpoint,
    "getWebhookEndpoint": get_endpoint,
    "updateWebhookEndpoint": update_endpoint,
    "deleteWebhookEndpoint": delete_endpoint,
    "listWebhookDeliveries": list_deliveries,
}

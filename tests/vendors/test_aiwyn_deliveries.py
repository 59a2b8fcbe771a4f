"""Aiwyn: what reaches a subscriber, when it is tried again, and what does not leave."""

from __future__ import annotations

import hashlib
import hmac
import json

from tests.receiving import Received, deliveries, receiving
from tests.vendors.aiwyn import RECORDS, SUBSCRIPTIONS, Aiwyn, Json

REF = {"system": "erp", "id": "K-17"}


def subscribe(aiwyn: Aiwyn, url: str, *operations: str, who: str = "admin") -> Json:
    """A new subscription to clients, and its secret."""
    sent = {"entityType": "Client", "operations": operations or ["CREATE", "UPDATE", "DELETE"], "url": url}
    answer = aiwyn.post(SUBSCRIPTIONS, sent, who=who)
    assert 201 == answer.status_code, answer.text
    id = answer.json()["data"]["id"]
    return id, aiwyn.get(f"{SUBSCRIPTIONS}/{id}/secret", who=who).json()["data"]["secret"]


def is_signed(received: Received, secret: str) -> bool:
    signed = received.headers["x-aiwyn-timestamp"].encode() + b"." + received.body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return received.headers["x-aiwyn-signature"] == f"sha256={digest}"


def test_subscriber_hears_of_each_record_that_was_created(aiwyn: Aiwyn) -> None:
    """One signed delivery for the record that was stored, none for the item that failed
    (Event Subscriptions; payload, headers and algorithm assumed)."""
    with receiving() as receiver:
        id, secret = subscribe(aiwyn, receiver.url, "CREATE")
        good = {"type": "Client", "systemRef": REF, "attributes": {"name": "Kestrel & Sons"}}
        bad = {"type": "Client", "systemRef": {**REF, "id": "K-18"}, "attributes": {"name": 7}}
        written = aiwyn.write("POST", good, bad)

    (received,) = receiver.received
    body = json.loads(received.body)
    assert 1 == written["summary"]["failed"]
    assert is_signed(received, secret)
    assert received.headers["x-aiwyn-event-id"] == body["eventId"]
    assert (id, "Client", "CREATE", written["records"][0]["id"], REF, "2025-02-03T09:41:27Z") == tuple(
        body[name] for name in ("subscriptionId", "entityType", "operation", "recordId", "systemRef", "occurredAt")
    )
    assert "Kestrel & Sons" == body["data"]["name"]


def test_each_kind_of_change_is_an_event_of_its_own(aiwyn: Aiwyn) -> None:
    """Create, change, inactivation and revival: CREATE, UPDATE, DELETE, UPDATE (Event Subscriptions; assumed)."""
    with receiving() as receiver:
        subscribe(aiwyn, receiver.url)
        item = {"type": "Client", "systemRef": REF, "attributes": {"name": "Kestrel & Sons"}}
        for method in ("POST", "PUT", "DELETE", "POST"):
            aiwyn.write(method, item)

    assert ["CREATE", "UPDATE", "DELETE", "UPDATE"] == [
        json.loads(each.body)["operation"] for each in receiver.received
    ]


def test_record_that_its_attribute_inactivates_is_deleted(aiwyn: Aiwyn) -> None:
    """To become inactive is a DELETE, whichever operation did it; to stay so, or to be new and so, is not
    (Event Subscriptions; assumed)."""
    with receiving() as receiver:
        subscribe(aiwyn, receiver.url)
        aiwyn.upsert("Client", REF, name="Kestrel & Sons")
        for active in (False, False, True, False):
            assert "UPDATED" == aiwyn.upsert("Client", REF, active=active)["status"]
        assert "CREATED" == aiwyn.upsert("Client", None, name="Never was", active=False)["status"]

    heard = [json.loads(each.body) for each in receiver.received]
    assert [
        ("CREATE", True),
        ("DELETE", False),
        ("UPDATE", False),
        ("UPDATE", True),
        ("DELETE", False),
        ("CREATE", False),
    ] == [(event["operation"], event["data"]["active"]) for event in heard]


def test_inactive_subscription_hears_nothing(aiwyn: Aiwyn) -> None:
    """After the deactivation a write delivers nothing (Event Subscriptions, Deactivate; assumed)."""
    with receiving() as receiver:
        id, _ = subscribe(aiwyn, receiver.url)
        aiwyn.upsert("Client", REF, name="Kestrel & Sons")
        aiwyn.delete(f"{SUBSCRIPTIONS}/{id}")
        aiwyn.upsert("Client", REF, name="Kestrel & Daughters")

    assert 1 == len(receiver.received)


def test_subscriber_hears_of_its_own_tenant_alone(aiwyn: Aiwyn) -> None:
    """Subscriptions belong to a tenant (assumed)."""
    with receiving() as receiver:
        subscribe(aiwyn, receiver.url, who="other-tenant")
        aiwyn.upsert("Client", REF, name="Kestrel & Sons")

    assert [] == receiver.received


def test_refused_batch_announces_nothing(aiwyn: Aiwyn) -> None:
    """A batch of more than a hundred items is refused as a whole (Records API; assumed)."""
    with receiving() as receiver:
        subscribe(aiwyn, receiver.url)
        items = [{"type": "Client", "systemRef": {**REF, "id": str(n)}, "attributes": {}} for n in range(101)]
        answer = aiwyn.post(RECORDS, {"records": items})

    assert (400, []) == (answer.status_code, receiver.received)


def test_delivery_is_tried_five_times(aiwyn: Aiwyn) -> None:
    """After 1, 5, 25 and 125 seconds, always with the same event id; then it has failed (assumed in full)."""
    with receiving(*[500] * 9) as receiver:
        _, secret = subscribe(aiwyn, receiver.url)
        aiwyn.upsert("Client", REF, name="Kestrel & Sons")
        aiwyn.advance(3600)

    (delivery,) = deliveries(aiwyn.door, aiwyn.sandbox)
    assert "failed" == delivery["status"]
    assert ["09:41:27", "09:41:28", "09:41:33", "09:41:58", "09:44:03"] == [
        attempt["at"][11:19] for attempt in delivery["attempts"]
    ]
    assert all(is_signed(received, secret) for received in receiver.received)
    assert 1 == len({received.headers["x-aiwyn-event-id"] for received in receiver.received})

"""Aiwyn: what subscribers hear of documents that the control API puts and deletes."""

from __future__ import annotations

import json

import pytest

from tests.receiving import Receiver, receiving
from tests.vendors.aiwyn import CUSTOM, SUBSCRIPTIONS, Aiwyn, Json
from tests.vendors.test_aiwyn_deliveries import is_signed, subscribe

CLIENT = {
    "id": 8001,
    "name": "Kestrel & Sons",
    "active": True,
    "systemRef": {"erp": "K-17"},
    "createdAt": "2024-05-06T07:08:09Z",
    "updatedAt": "2024-05-06T07:08:09Z",
}


def put(aiwyn: Aiwyn, place: str, document: Json) -> int:
    return aiwyn.door.put(f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/{place}", json=document).status_code


def delete(aiwyn: Aiwyn, place: str) -> int:
    return aiwyn.door.delete(f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/{place}").status_code


def heard(receiver: Receiver) -> list[Json]:
    return [json.loads(received.body) for received in receiver.received]


def test_put_and_deleted_records_are_announced(aiwyn: Aiwyn) -> None:
    """New, changed, inactive, active again and gone: CREATE, UPDATE, DELETE, UPDATE, DELETE, each signed, with the
    record as it is then (Event Subscriptions; payload assumed, that the control API counts is the sandbox's own rule).
    """
    with receiving() as receiver:
        id, secret = subscribe(aiwyn, receiver.url)
        steps = [CLIENT, {**CLIENT, "size": "LARGE"}, {**CLIENT, "active": False}, CLIENT]
        assert [201, 200, 200, 200] == [put(aiwyn, "clients/8001", step) for step in steps]
        assert 204 == delete(aiwyn, "clients/8001")

    events = heard(receiver)
    assert ["CREATE", "UPDATE", "DELETE", "UPDATE", "DELETE"] == [event["operation"] for event in events]
    assert [(None, True), ("LARGE", True), (None, False), (None, True), (None, False)] == [
        (event["data"].get("size"), event["data"]["active"]) for event in events
    ]
    assert all(is_signed(received, secret) for received in receiver.received)
    assert 5 == len({event.pop("eventId") for event in events})
    assert {
        "subscriptionId": id,
        "tenant": "aiwynsb",
        "entityType": "Client",
        "operation": "CREATE",
        "recordId": 8001,
        "systemRef": {"erp": "K-17"},
        "data": {"name": "Kestrel & Sons", "active": True},
        "occurredAt": "2025-02-03T09:41:27Z",
    } == events[0]


def test_put_and_posted_records_are_announced_alike(aiwyn: Aiwyn) -> None:
    """Whether a batch or the control API changed a record, its subscribers hear the same
    (Event Subscriptions; assumed)."""
    with receiving() as receiver:
        subscribe(aiwyn, receiver.url, "UPDATE")
        aiwyn.upsert("Client", {"pms": "1012"}, size="SMALL")
        stored = aiwyn.door.get(f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/clients/789").json()
        assert 200 == put(aiwyn, "clients/789", stored)

    posted, put_back = heard(receiver)
    assert posted.pop("eventId") != put_back.pop("eventId")
    assert posted == put_back


def test_filters_hold_for_the_control_api_too(aiwyn: Aiwyn) -> None:
    """Another entity type, another operation, an inactive subscription and another tenant hear nothing
    (Event Subscriptions; assumed)."""
    with receiving() as receiver:
        subscribe(aiwyn, receiver.url, "DELETE")
        inactive, _ = subscribe(aiwyn, receiver.url)
        aiwyn.delete(f"{SUBSCRIPTIONS}/{inactive}")
        subscribe(aiwyn, receiver.url, who="other-tenant")
        assert 201 == put(aiwyn, "clients/8001", CLIENT)
        office = {name: CLIENT[name] for name in ("id", "name", "active", "createdAt", "updatedAt")}
        assert (201, 204) == (put(aiwyn, "offices/8001", office), delete(aiwyn, "offices/8001"))

    assert [] == receiver.received


@pytest.mark.parametrize(
    ("place", "document", "status"),
    [
        ("clients/8001", {**CLIENT, "name": 7}, 400),
        ("clients/8001", {**CLIENT, "systemRef": {"pms": "1012"}}, 409),
        ("clients/8002", CLIENT, 400),
    ],
)
def test_refused_document_is_not_announced(aiwyn: Aiwyn, place: str, document: Json, status: int) -> None:
    """What the control API does not store nobody hears of, nor of what is not there to be deleted
    (the sandbox's own rule)."""
    before = aiwyn.state()
    with receiving() as receiver:
        subscribe(aiwyn, receiver.url)
        assert status == put(aiwyn, place, document)
        assert 404 == delete(aiwyn, place)

    assert [] == receiver.received
    assert {**before, "event-subscriptions": 1} == aiwyn.state()


def test_records_of_custom_types_are_announced_by_their_type(aiwyn: Aiwyn) -> None:
    """The entity type is that of the record, and dropped fields stay hidden
    (Event Subscriptions, Custom record types, read 2026-11; payload assumed)."""
    fields = [{"name": "tag", "type": "string"}, {"name": "old", "type": "string"}]
    assert 201 == aiwyn.post(CUSTOM, {"name": "asset_tag", "fields": fields}).status_code
    id = aiwyn.upsert("asset_tag", {"n": 1}, tag="A-1", old="B-2")["id"]
    assert 200 == aiwyn.put(f"{CUSTOM}/asset_tag", {"fields": fields[:1]}).status_code

    with receiving() as receiver:
        sent = {"entityType": "asset_tag", "operations": ["UPDATE", "DELETE"], "url": receiver.url}
        assert 201 == aiwyn.post(SUBSCRIPTIONS, sent).status_code
        stored = aiwyn.door.get(f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/records/{id}").json()
        assert 200 == put(aiwyn, f"records/{id}", {**stored, "attributes": {"tag": "A-9", "old": "B-2"}})
        assert 204 == delete(aiwyn, f"records/{id}")

    assert [("asset_tag", "UPDATE", {"tag": "A-9"}), ("asset_tag", "DELETE", {"tag": "A-9"})] == [
        (event["entityType"], event["operation"], event["data"]) for event in heard(receiver)
    ]


def test_each_tenant_hears_of_its_own_documents(aiwyn: Aiwyn) -> None:
    """What the control API changes of another tenant is announced to that tenant's subscribers, under its name
    (the claim `tenant`, read 2026-11; assumed)."""
    record = {"type": "Client", "attributes": {"name": "Theirs"}}
    id = aiwyn.write("POST", record, who="other-tenant")["records"][0]["id"]

    with receiving() as receiver:
        subscribe(aiwyn, f"{receiver.url}/ours")
        subscribe(aiwyn, f"{receiver.url}/theirs", who="other-tenant")
        assert 204 == delete(aiwyn, f"clients~other/{id}")

    assert ["/theirs"] == receiver.paths
    assert [("harborsb", id, "Theirs")] == [
        (event["tenant"], event["recordId"], event["data"]["name"]) for event in heard(receiver)
    ]


def test_what_is_no_record_is_not_announced(aiwyn: Aiwyn) -> None:
    """Files, types, drafts and subscriptions are no records (the catalog, read 2026-11; assumed)."""
    with receiving() as receiver:
        for each in aiwyn.get(f"{SUBSCRIPTIONS}/catalog").json()["data"]["entityTypes"]:
            assert 201 == aiwyn.post(SUBSCRIPTIONS, {**each, "url": receiver.url}).status_code
        for collection in ("files", "draft_invoices", "draft_invoice_histories", "custom", "event-subscriptions"):
            (stored,) = aiwyn.door.get(f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/{collection}?limit=1").json()
            place = f"{collection}/{stored['id']}"
            assert (200, 204) == (put(aiwyn, place, stored), delete(aiwyn, place))

    assert [] == receiver.received

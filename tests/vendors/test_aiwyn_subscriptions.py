"""Aiwyn: event subscriptions, and what a delivery consists of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mocks.aiwyn import subscriptions
from sandbooks import Message
from tests.vendors.aiwyn import CUSTOM, SUBSCRIPTIONS, Aiwyn, Json

WANTED = {
    "name": "Client changes",
    "entityType": "client",
    "operations": ["UPDATE", "CREATE", "UPDATE"],
    "url": "https://hooks.example.com/aiwyn?team=7",
}
SHOWN = {
    "id": 1,
    "name": "Client changes",
    "entityType": "Client",
    "operations": ["UPDATE", "CREATE"],
    "url": "https://hooks.example.com/aiwyn?team=7",
    "active": True,
    "createdAt": "2025-02-03T09:41:27Z",
    "updatedAt": "2025-02-03T09:41:27Z",
}


def test_catalog_lists_standard_and_active_custom_types(aiwyn: Aiwyn) -> None:
    """Each type with the three operations; inactive custom types are missing
    (Event Subscriptions, Catalog; shape assumed)."""
    listed = aiwyn.get(f"{SUBSCRIPTIONS}/catalog").json()["data"]["entityTypes"]

    names = [each["entityType"] for each in listed]
    assert (17, "Client", "engagement_letter") == (len(names), names[0], names[16])
    assert all(["CREATE", "UPDATE", "DELETE"] == each["operations"] for each in listed)


def test_new_subscription_keeps_its_secret_to_itself(aiwyn: Aiwyn) -> None:
    """201 with the subscription; the secret is fetched apart, 64 hex digits, always the same
    (Event Subscriptions; assumed)."""
    answer = aiwyn.post(SUBSCRIPTIONS, WANTED)

    assert 201 == answer.status_code
    assert SHOWN == answer.json()["data"]
    assert SHOWN == aiwyn.get(f"{SUBSCRIPTIONS}/1").json()["data"]
    assert [SHOWN] == aiwyn.get(SUBSCRIPTIONS).json()["data"]["eventSubscriptions"]
    secret = aiwyn.get(f"{SUBSCRIPTIONS}/1/secret").json()["data"]["secret"]
    assert 64 == len(bytes.fromhex(secret)) * 2
    aiwyn.put(f"{SUBSCRIPTIONS}/1", {"name": "Renamed"})
    assert secret == aiwyn.get(f"{SUBSCRIPTIONS}/1/secret").json()["data"]["secret"]
    assert secret not in aiwyn.get(SUBSCRIPTIONS).text


def test_two_subscriptions_have_two_secrets(aiwyn: Aiwyn) -> None:
    """A secret belongs to one subscription (Event Subscriptions, Get subscription secret, read 2026-11)."""
    for _ in range(2):
        assert 201 == aiwyn.post(SUBSCRIPTIONS, WANTED).status_code

    first, second = (aiwyn.get(f"{SUBSCRIPTIONS}/{id}/secret").json()["data"]["secret"] for id in (1, 2))
    assert first != second


BAD: list[tuple[Json, str]] = [
    ({"entityType": "Customer"}, "entityType"),
    ({"entityType": "client_survey"}, "entityType"),
    ({"entityType": 7}, "entityType"),
    ({"operations": []}, "operations"),
    ({"operations": ["CREATE", "READ"]}, "operations.1"),
    ({"operations": "CREATE"}, "operations"),
    ({"url": "/hooks"}, "url"),
    ({"url": "ftp://hooks.example.com"}, "url"),
    ({"url": "https://"}, "url"),
    ({"active": "yes"}, "active"),
]


@pytest.mark.parametrize(("changes", "field"), BAD)
def test_bad_subscription_is_refused(aiwyn: Aiwyn, changes: Json, field: str) -> None:
    """Type in the catalog, known operations, absolute address: else 400, also in a change
    (Event Subscriptions; assumed)."""
    aiwyn.post(SUBSCRIPTIONS, WANTED)

    for answer in (aiwyn.post(SUBSCRIPTIONS, {**WANTED, **changes}), aiwyn.put(f"{SUBSCRIPTIONS}/1", changes)):
        assert 400 == answer.status_code
        assert "VALIDATION_ERROR" == answer.json()["error"]["code"]
        assert field == answer.json()["error"]["details"][0]["field"]
    assert [SHOWN] == aiwyn.get(SUBSCRIPTIONS).json()["data"]["eventSubscriptions"]


@pytest.mark.parametrize("missing", ["entityType", "operations", "url"])
def test_subscription_needs_its_three_members(aiwyn: Aiwyn, missing: str) -> None:
    """Type, operations and address are required (Event Subscriptions; assumed)."""
    answer = aiwyn.post(SUBSCRIPTIONS, {name: value for name, value in WANTED.items() if name != missing})

    assert (400, missing) == (answer.status_code, answer.json()["error"]["details"][0]["field"])


def test_change_touches_only_what_was_sent(aiwyn: Aiwyn) -> None:
    """An update leaves the members that it does not name (Event Subscriptions, Update event subscription; assumed)."""
    aiwyn.post(SUBSCRIPTIONS, WANTED)
    aiwyn.advance(3)

    answer = aiwyn.put(f"{SUBSCRIPTIONS}/1", {"operations": ["DELETE"], "entityType": "engagement_letter"})

    assert 200 == answer.status_code
    changed = {"operations": ["DELETE"], "entityType": "engagement_letter", "updatedAt": "2025-02-03T09:41:30Z"}
    assert {**SHOWN, **changed} == answer.json()["data"]


def test_deactivated_subscription_is_kept(aiwyn: Aiwyn) -> None:
    """DELETE makes it inactive; the second one changes nothing; an update revives it (Event Subscriptions; assumed)."""
    aiwyn.post(SUBSCRIPTIONS, WANTED)
    aiwyn.advance(3)
    inactive = {**SHOWN, "active": False, "updatedAt": "2025-02-03T09:41:30Z"}

    assert (200, inactive) == ((first := aiwyn.delete(f"{SUBSCRIPTIONS}/1")).status_code, first.json()["data"])
    aiwyn.advance(3)
    assert (200, inactive) == ((second := aiwyn.delete(f"{SUBSCRIPTIONS}/1")).status_code, second.json()["data"])
    assert [inactive] == aiwyn.get(SUBSCRIPTIONS).json()["data"]["eventSubscriptions"]
    assert aiwyn.put(f"{SUBSCRIPTIONS}/1", {"active": True}).json()["data"]["active"]


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/secret")], ids=str)
def test_unknown_subscription_is_not_found(aiwyn: Aiwyn, method: str, path: str) -> None:
    """404 for an id that this tenant does not have, 400 for one that is none (Event Subscriptions; assumed)."""
    aiwyn.post(SUBSCRIPTIONS, WANTED, who="other-tenant")

    assert 404 == aiwyn.call(method, f"{SUBSCRIPTIONS}/1{path}", {} if method == "PUT" else None).status_code
    assert 400 == aiwyn.call(method, f"{SUBSCRIPTIONS}/first{path}", {} if method == "PUT" else None).status_code


@pytest.mark.parametrize("who", ["user", "records-reader", "records-writer", "types-writer"])
def test_secret_needs_the_administrator(aiwyn: Aiwyn, who: str) -> None:
    """Only API_ADMIN and SUPER_ADMIN see secrets (Event Subscriptions; assumed)."""
    aiwyn.post(SUBSCRIPTIONS, WANTED)

    assert 403 == aiwyn.get(f"{SUBSCRIPTIONS}/1/secret", who=who).status_code


def test_new_custom_type_can_be_subscribed_to(aiwyn: Aiwyn) -> None:
    """A custom type is in the catalog as soon as it exists, and leaves it when deactivated
    (Event Subscriptions; assumed)."""
    aiwyn.post(CUSTOM, {"name": "asset_tag", "fields": [{"name": "tag", "type": "string"}]})
    assert 201 == aiwyn.post(SUBSCRIPTIONS, {**WANTED, "entityType": "asset_tag"}).status_code

    aiwyn.delete(f"{CUSTOM}/asset_tag")

    assert 400 == aiwyn.post(SUBSCRIPTIONS, {**WANTED, "entityType": "asset_tag"}).status_code
    assert 200 == aiwyn.put(f"{SUBSCRIPTIONS}/1", {"name": "Still mine"}).status_code


def test_delivery_is_signed_over_timestamp_and_body() -> None:
    """The headers of one delivery, the signature reckoned by hand (Event Subscriptions; assumed in full)."""
    event_id = "0b0c1d2e-3f40-4152-8364-758697a8b9ca"
    message = Message(event_id, b'{"a":1}', datetime(2025, 2, 3, 9, 41, 27, tzinfo=UTC), "5a" * 32, "Client.CREATE")

    headers = subscriptions.sign(message)

    # printf '%s' '1738575687.{"a":1}' | openssl dgst -sha256 -hmac 5a5a...5a
    assert {
        "X-Aiwyn-Event-Id": event_id,
        "X-Aiwyn-Timestamp": "1738575687",
        "X-Aiwyn-Signature": "sha256=7a78ace0019b58ac5a10a40ce4c5efc593c7d6a576823e813d14e18104774a5c",
    } == headers

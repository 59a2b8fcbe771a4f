"""Aiwyn: whole numbers, however they are written, and numbers that are too large."""

from __future__ import annotations

import pytest

from tests.vendors.aiwyn import CUSTOM, READ, Aiwyn, Json


@pytest.mark.parametrize("path", ["clients", "clients/search"])
@pytest.mark.parametrize(
    ("sent", "same"),
    [
        ({"pageSize": 2.0}, {"pageSize": 2}),
        ({"pageSize": 2.0, "page": 1.0}, {"pageSize": 2, "page": 1}),
        ({"pageSize": 1e3}, {"pageSize": 1000}),
        ({"limit": 2.0}, {"limit": 2}),
        ({"pageSize": 2, "page": 1e300}, {"pageSize": 2, "page": 10**9}),
    ],
)
def test_whole_number_with_a_point_pages_as_without(aiwyn: Aiwyn, path: str, sent: Json, same: Json) -> None:
    """2.0 is the integer 2, as JSON Schema has it (json-schema.org, Numeric types, read 2026-11)."""
    expected = aiwyn.post(f"{READ}/{path}", same)

    answer = aiwyn.post(f"{READ}/{path}", sent)

    assert (200, expected.json()) == (answer.status_code, answer.json())


def test_page_size_of_two_and_a_half_is_refused(aiwyn: Aiwyn) -> None:
    """A number with a fraction is no integer: 400 (Projects, List projects, read 2026-11)."""
    assert 400 == aiwyn.post(f"{READ}/clients", {"pageSize": 2.5}).status_code


def test_filter_by_a_whole_number_with_a_point(aiwyn: Aiwyn) -> None:
    """A client is 789.0 as well as 789 (json-schema.org, Numeric types, read 2026-11)."""
    assert [] != aiwyn.ids("invoices", clientId=789)
    assert aiwyn.ids("invoices", clientId=789) == aiwyn.ids("invoices", clientId=789.0)


def test_record_keeps_whole_numbers_as_integers(aiwyn: Aiwyn) -> None:
    """789.0 names client 789 and is shown so; inside of arrays too (json-schema.org, Numeric types, read 2026-11)."""
    project = {"name": "Payroll", "clientId": 789.0, "teamMembers": [{"staffId": 101.0, "role": "LEAD"}]}
    created = aiwyn.upsert("Job", {"pms": 7.0}, **project)
    engagement = aiwyn.upsert("Engagement", name="Payroll", clientId=789, projectIds=[67890.0, created["id"]])

    assert ("CREATED", "CREATED") == (created["status"], engagement["status"]), (created, engagement)
    stored = aiwyn.door.get(f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/projects/{created['id']}").text
    assert '"clientId":789,' in stored
    assert '"staffId":101,' in stored
    assert '"systemRef":{"pms":7}' in stored
    kept = aiwyn.door.get(f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/engagements/{engagement['id']}").text
    assert f'"projectIds":[67890,{created["id"]}]' in kept


def test_system_ref_is_the_same_with_a_point(aiwyn: Aiwyn) -> None:
    """Two systemRefs that are equal in JSON name one record (Records, read 2026-11; numbers assumed)."""
    created = aiwyn.upsert("Office", {"crm": {"id": 5}}, name="Peoria")
    updated = aiwyn.upsert("Office", {"crm": {"id": 5.0}}, name="Peoria Heights")
    batch = aiwyn.write("PUT", *({"type": "Office", "systemRef": {"crm": {"id": id}}} for id in (5, 5.0)))

    assert ("UPDATED", created["id"]) == (updated["status"], updated["id"])
    assert ["UPDATED", "FAILED"] == [result["status"] for result in batch["records"]]


def test_custom_fields_keep_whole_numbers_as_integers(aiwyn: Aiwyn) -> None:
    """1.0 is an integer in a custom field, and a reference; a number stays as it was sent
    (json-schema.org, Numeric types, read 2026-11)."""
    fields = [
        {"name": "count", "type": "integer", "rank": 1.0},
        {"name": "client", "type": "reference", "referencedEntityType": "Client", "rank": 0.0},
        {"name": "weight", "type": "number"},
    ]
    created = aiwyn.post(CUSTOM, {"name": "parcel", "fields": fields})
    record = aiwyn.upsert("parcel", count=1.0, client=789.0, weight=2.5)

    assert 201 == created.status_code
    assert '"rank":1}' in created.text.replace(" ", "")
    assert "CREATED" == record["status"], record
    stored = aiwyn.door.get(f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/records/{record['id']}").text
    assert '"attributes":{"count":1,"client":789,"weight":2.5}' in stored


@pytest.mark.parametrize("value", [1.5, 1e300, True, "1"])
def test_custom_integer_is_nothing_else(aiwyn: Aiwyn, value: Json) -> None:
    """A fraction, a truth or a text is no integer: the item fails (Records, Custom types, read 2026-11)."""
    aiwyn.post(CUSTOM, {"name": "parcel", "fields": [{"name": "count", "type": "integer"}]})

    result = aiwyn.upsert("parcel", count=value)

    assert ("FAILED", "VALIDATION_ERROR", "count") == (
        result["status"],
        result["error"]["code"],
        result["error"]["field"],
    )


@pytest.mark.parametrize(
    ("record_type", "attributes", "field"),
    [
        ("Wip", {"clientId": 789, "value": 1e300, "outstandingValue": 1e300}, "value"),
        ("Wip", {"clientId": 789, "taskId": 1e300}, "taskId"),
        ("Invoice", {"clientId": 789, "totalAmount": -(2.0**53)}, "totalAmount"),
        ("Invoice", {"clientId": 789, "lineItems": [{"amount": 9007199254740992}]}, "lineItems.0.amount"),
    ],
)
def test_number_too_large_to_reckon_with_is_refused(
    aiwyn: Aiwyn, record_type: str, attributes: Json, field: str
) -> None:
    """What JSON readers do not know exactly fails the item, so that lists can be summed up after it (assumed)."""
    before = aiwyn.state()

    result = aiwyn.upsert(record_type, **attributes)

    assert ("FAILED", "VALIDATION_ERROR", field) == (
        result["status"],
        result["error"]["code"],
        result["error"]["field"],
    )
    assert before == aiwyn.state()


def test_sum_of_very_large_and_small_values_is_exact(aiwyn: Aiwyn) -> None:
    """The sums of a list are reckoned in decimals, in whichever order (Time, List WIP, read 2026-11)."""
    values = [9007199254740991, 1e-20, 2e-20, 3e-20, 4e-20, 5e-20, 6e-20, 7e-20, 8e-20, -9007199254740991]
    items = [{"type": "Wip", "attributes": {"clientId": 789, "type": "ODD", "value": value}} for value in values]
    assert 10 == aiwyn.write("POST", *items)["summary"]["created"]

    answer = aiwyn.post(f"{READ}/wip", {"wipType": "ODD"})

    assert 3.6e-19 == answer.json()["total"]["aggregate"]["sum"]["value"]


def test_sum_of_cents_and_of_smaller_parts_is_exact(aiwyn: Aiwyn) -> None:
    """Cents, tenths of a cent, nothing and null add up to the digit (Time, List WIP, read 2026-11)."""
    values = [0.1, 0.2, 0.7, 1234.56, 0.005, -0.1, 19.99, 0, 999999.99, 0.0015]
    items = [{"type": "Wip", "attributes": {"clientId": 789, "type": "ODD", "value": value}} for value in values]
    items.append({"type": "Wip", "attributes": {"clientId": 789, "type": "ODD"}})
    assert 11 == aiwyn.write("POST", *items)["summary"]["created"]

    answer = aiwyn.post(f"{READ}/wip", {"wipType": "ODD"})

    assert 1001255.4465 == answer.json()["total"]["aggregate"]["sum"]["value"]

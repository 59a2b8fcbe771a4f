"""Aiwyn: the Records API, batches item by item."""

from __future__ import annotations

import pytest

from tests.vendors.aiwyn import CUSTOM, READ, RECORDS, Aiwyn, Json

HARBOR = {"crm": "C-1001"}


def client(ref: Json, **attributes: Json) -> Json:
    return {"type": "Client", "systemRef": ref, "attributes": attributes}


def failure(result: Json) -> tuple[str, str, str | None]:
    """Status, code and field of a failed item."""
    return result["status"], result["error"]["code"], result["error"]["field"]


def test_batch_of_new_records_is_created_in_order(aiwyn: Aiwyn) -> None:
    """Three new items give three results in the order of the request
    (Records, Create or update records, read 2026-11)."""
    items = [client({"crm": n}, name=f"Client {n}") for n in ("C-3", "C-1", "C-2")]

    answer = aiwyn.post(RECORDS, {"records": items})

    assert 200 == answer.status_code
    body = answer.json()
    assert {"total": 3, "created": 3, "updated": 0, "deleted": 0, "failed": 0} == body["data"]["summary"]
    first = body["data"]["records"][0]["id"]
    assert [
        {
            "index": index,
            "type": "Client",
            "systemRef": {"crm": n},
            "id": first + index,
            "status": "CREATED",
            "error": None,
        }
        for index, n in enumerate(("C-3", "C-1", "C-2"))
    ] == body["data"]["records"]
    assert (None, True, "v1", "2025-02-03T09:41:27Z") == (
        body["error"],
        body["meta"]["success"],
        body["meta"]["version"],
        body["meta"]["timestamp"],
    )
    assert ["Client C-3", "Client C-1", "Client C-2"] == [aiwyn.one(f"client/{first + n}")["name"] for n in range(3)]


def test_known_system_ref_is_updated_attribute_by_attribute(aiwyn: Aiwyn) -> None:
    """The same batch again updates: no new rows, and what is not sent stays
    (Records, Create or update records, read 2026-11)."""
    created = aiwyn.upsert("Client", HARBOR, name="Harbor", phone="+1-555-0147", industry="RETAIL")
    before = aiwyn.state()
    aiwyn.advance(90)

    updated = aiwyn.upsert("Client", {"crm": "C-1001"}, phone="+1-555-0199", industry=None)

    assert ("UPDATED", created["id"]) == (updated["status"], updated["id"])
    assert before == aiwyn.state()
    single = aiwyn.one(f"client/{created['id']}")
    assert ("Harbor", "+1-555-0199", None) == (single["name"], single["phone"], single["industry"])
    assert ("2025-02-03T09:41:27Z", "2025-02-03T09:42:57Z") == (single["createdAt"], single["updatedAt"])


def test_system_ref_is_compared_as_a_value(aiwyn: Aiwyn) -> None:
    """The order of its keys does not matter, everything else does (assumed: inner keys are not documented)."""
    created = aiwyn.upsert("Client", {"system": "crm", "id": {"n": [1, 2]}}, name="Deep")

    assert created["id"] == aiwyn.upsert("Client", {"id": {"n": [1, 2]}, "system": "crm"}, name="Deep")["id"]
    assert created["id"] != aiwyn.upsert("Client", {"id": {"n": [2, 1]}, "system": "crm"}, name="Other")["id"]
    assert "CREATED" == aiwyn.upsert("Office", {"system": "crm", "id": {"n": [1, 2]}}, name="Per type")["status"]


@pytest.mark.parametrize("ref", [None, {}])
def test_record_without_system_ref_is_always_created(aiwyn: Aiwyn, ref: Json) -> None:
    """Without a systemRef every POST creates (Records, Create or update records, read 2026-11; `{}` assumed)."""
    first, second = aiwyn.upsert("Office", ref, name="Racine"), aiwyn.upsert("Office", ref, name="Racine")

    assert ("CREATED", "CREATED", ref) == (first["status"], second["status"], second["systemRef"])
    assert first["id"] != second["id"]


def test_bad_item_fails_alone(aiwyn: Aiwyn) -> None:
    """One bad item of three fails, the others are stored; the answer is 200
    (Records, Create or update records, read 2026-11)."""
    answer = aiwyn.post(
        RECORDS, {"records": [client({"n": 1}, name="One"), client({"n": 2}, name=2.5), client({"n": 3}, name="Three")]}
    )

    assert 200 == answer.status_code
    data = answer.json()["data"]
    assert {"total": 3, "created": 2, "updated": 0, "deleted": 0, "failed": 1} == data["summary"]
    assert ["CREATED", "FAILED", "CREATED"] == [result["status"] for result in data["records"]]
    assert (None, "VALIDATION_ERROR", "name") == (
        data["records"][1]["id"],
        data["records"][1]["error"]["code"],
        data["records"][1]["error"]["field"],
    )
    assert answer.json()["meta"]["success"]
    assert ["One", "Three"] == sorted(
        row["name"] for row in aiwyn.rows("clients", pageSize=99) if row["name"] in ("One", "Three")
    )


@pytest.mark.parametrize("count", [0, 101])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_batch_holds_one_to_a_hundred_items(aiwyn: Aiwyn, method: str, count: int) -> None:
    """No items, or more than 100, refuse the whole batch and nothing is stored (Records, read 2026-11)."""
    before = aiwyn.state()

    answer = aiwyn.call(method, RECORDS, {"records": [client({"n": n}, name=f"No {n}") for n in range(count)]})

    assert 400 == answer.status_code
    assert ("VALIDATION_ERROR" if count == 0 else "LIMIT_EXCEEDED") == answer.json()["error"]["code"]
    assert before == aiwyn.state()


def test_batch_of_a_hundred_is_taken(aiwyn: Aiwyn) -> None:
    """100 items are the most (Records, Create or update records, read 2026-11)."""
    data = aiwyn.write("POST", *[client({"n": n}, name=f"No {n:03}") for n in range(100)])

    assert (100, 100) == (data["summary"]["total"], data["summary"]["created"])


@pytest.mark.parametrize("body", [{}, {"records": None}, {"records": {}}, {"records": "x"}, [], "x"])
def test_body_without_records_is_refused(aiwyn: Aiwyn, body: Json) -> None:
    """`records` is an array and required (Records, Create or update records, read 2026-11)."""
    assert 400 == aiwyn.post(RECORDS, body).status_code


@pytest.mark.parametrize("content", [b"", b"{", b'{"records": [}', b"\xff\xfe", b"null"])
def test_body_that_is_no_json_is_refused(aiwyn: Aiwyn, content: bytes) -> None:
    """A body that cannot be read is 400 in the vendor's envelope (Records; shape assumed)."""
    answer = aiwyn.door.call(
        "POST",
        f"/@{aiwyn.sandbox}/aiwyn{RECORDS}",
        content=content,
        headers={**aiwyn.credential("admin")["headers"], "Content-Type": "application/json"},
    )

    assert 400 == answer.status_code
    assert "VALIDATION_ERROR" == answer.json()["error"]["code"]


def test_update_reaches_only_what_exists(aiwyn: Aiwyn) -> None:
    """An unknown systemRef among good ones fails alone with RECORD_NOT_FOUND
    (Records, Update records, read 2026-11)."""
    aiwyn.upsert("Client", {"n": 1}, name="One")
    aiwyn.upsert("Client", {"n": 3}, name="Three")
    before = aiwyn.state()

    data = aiwyn.write(
        "PUT", client({"n": 1}, size="SMALL"), client({"n": 2}, size="SMALL"), client({"n": 3}, size="LARGE")
    )

    assert ["UPDATED", "FAILED", "UPDATED"] == [result["status"] for result in data["records"]]
    assert ("FAILED", "RECORD_NOT_FOUND", "systemRef") == failure(data["records"][1])
    assert {"total": 3, "created": 0, "updated": 2, "deleted": 0, "failed": 1} == data["summary"]
    assert before == aiwyn.state()
    assert "SMALL" == aiwyn.one(f"client/{data['records'][0]['id']}")["size"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    "item", [{"type": "Client"}, {"type": "Client", "systemRef": None}, {"type": "Client", "systemRef": {}}]
)
def test_update_and_inactivation_need_a_system_ref(aiwyn: Aiwyn, method: str, item: Json) -> None:
    """Without systemRef the item fails and nothing is created
    (Records, Update records, Delete records, read 2026-11)."""
    before = aiwyn.state()

    (result,) = aiwyn.write(method, {**item, "attributes": {"name": "Nobody"}})["records"]

    assert ("FAILED", "SYSTEM_REF_REQUIRED", "systemRef") == failure(result)
    assert before == aiwyn.state()


def test_inactivated_record_stays_readable(aiwyn: Aiwyn) -> None:
    """DELETE takes a JSON body and leaves the record, inactive (Records, Delete records, read 2026-11)."""
    id = aiwyn.upsert("Client", HARBOR, name="Harbor")["id"]
    aiwyn.advance(5)

    data = aiwyn.write("DELETE", {"type": "Client", "systemRef": HARBOR})

    assert {"total": 1, "created": 0, "updated": 0, "deleted": 1, "failed": 0} == data["summary"]
    assert ("DELETED", id) == (data["records"][0]["status"], data["records"][0]["id"])
    single = aiwyn.one(f"client/{id}")
    assert (False, "2025-02-03T09:41:32Z") == (single["active"], single["updatedAt"])
    assert id in aiwyn.ids("clients", pageSize=99)
    assert [id] == aiwyn.search_ids("clients", {"active": {"_eq": False}, "name": {"_eq": "Harbor"}})


def test_inactive_record_cannot_be_inactivated_or_updated(aiwyn: Aiwyn) -> None:
    """The second DELETE, and a PUT after it, fail with RECORD_NOT_FOUND (Records, Delete records, read 2026-11)."""
    id = aiwyn.upsert("Client", HARBOR, name="Harbor")["id"]
    aiwyn.write("DELETE", client(HARBOR))

    for method in ("DELETE", "PUT"):
        (result,) = aiwyn.write(method, client(HARBOR, name="Changed"))["records"]
        assert ("FAILED", "RECORD_NOT_FOUND", "systemRef") == failure(result)
    assert "Harbor" == aiwyn.one(f"client/{id}")["name"]


def test_upsert_revives_an_inactive_record(aiwyn: Aiwyn) -> None:
    """POST after DELETE gives the same id, active again (Records, Create or update records; assumed)."""
    id = aiwyn.upsert("Client", HARBOR, name="Harbor", size="SMALL")["id"]
    aiwyn.write("DELETE", client(HARBOR))

    revived = aiwyn.upsert("Client", HARBOR, name="Harbor Light")

    assert ("UPDATED", id) == (revived["status"], revived["id"])
    single = aiwyn.one(f"client/{id}")
    assert (True, "Harbor Light", "SMALL") == (single["active"], single["name"], single["size"])


def test_second_item_of_one_system_ref_fails(aiwyn: Aiwyn) -> None:
    """The same type and systemRef twice in a batch: the first counts (Records; assumed)."""
    results = aiwyn.write(
        "POST",
        client(HARBOR, name="First"),
        client(HARBOR, name="Second"),
        {"type": "Office", "systemRef": HARBOR, "attributes": {"name": "Third"}},
        {"type": "client", "systemRef": HARBOR, "attributes": {"name": "Fourth"}},
    )["records"]

    assert ["CREATED", "FAILED", "CREATED", "FAILED"] == [result["status"] for result in results]
    assert ("FAILED", "DUPLICATE_SYSTEM_REF", "systemRef") == failure(results[1]) == failure(results[3])
    assert "First" == aiwyn.one(f"client/{results[0]['id']}")["name"]


BAD_ITEMS: list[tuple[Json, str, str | None]] = [
    ("Client", "VALIDATION_ERROR", None),
    (None, "VALIDATION_ERROR", None),
    ({}, "VALIDATION_ERROR", "type"),
    ({"type": 7}, "VALIDATION_ERROR", "type"),
    ({"type": "Customer"}, "UNKNOWN_RECORD_TYPE", "type"),
    ({"type": "Client", "systemRef": "C-1001"}, "VALIDATION_ERROR", "systemRef"),
    ({"type": "Client", "systemRef": [1]}, "VALIDATION_ERROR", "systemRef"),
    ({"type": "Client", "attributes": []}, "VALIDATION_ERROR", "attributes"),
    ({"type": "Client", "attributes": None}, "VALIDATION_ERROR", "attributes"),
    ({"type": "Client", "attributes": {}}, "VALIDATION_ERROR", "name"),
    ({"type": "Client"}, "VALIDATION_ERROR", "name"),
    (client(None, name=None), "VALIDATION_ERROR", "name"),
    (client(None, name=""), "VALIDATION_ERROR", "name"),
    (client(None, name="X", colour="green"), "VALIDATION_ERROR", "colour"),
    (client(None, name="X", id=5), "VALIDATION_ERROR", "id"),
    (client(None, name="X", created_at="2025-01-01T00:00:00Z"), "VALIDATION_ERROR", "created_at"),
    (client(None, name="X", primaryContact={"id": 1}), "VALIDATION_ERROR", "primaryContact"),
    (client(None, name="X", active=None), "VALIDATION_ERROR", "active"),
    (client(None, name="X", address={"street": 5}), "VALIDATION_ERROR", "address.street"),
    (client(None, name="X", partnerStaffId="53"), "VALIDATION_ERROR", "partnerStaffId"),
    (client(None, name="X", partnerStaffId=999), "REFERENCE_NOT_FOUND", "partnerStaffId"),
    ({"type": "Invoice", "attributes": {"clientId": 1}}, "REFERENCE_NOT_FOUND", "clientId"),
    ({"type": "Invoice", "attributes": {"clientId": 789, "status": "LOST"}}, "VALIDATION_ERROR", "status"),
    ({"type": "Invoice", "attributes": {"clientId": 789, "lineItems": [{}]}}, "VALIDATION_ERROR", "lineItems.0.amount"),
    ({"type": "Payment", "attributes": {"clientId": 789}}, "VALIDATION_ERROR", "amount"),
    ({"type": "Payment", "attributes": {"clientId": 789, "amount": "12.50"}}, "VALIDATION_ERROR", "amount"),
    (
        {"type": "Job", "attributes": {"name": "J", "teamMembers": [{"staffId": 123}, {"staffId": 1}]}},
        "REFERENCE_NOT_FOUND",
        "teamMembers.1.staffId",
    ),
    (
        {"type": "Engagement", "attributes": {"name": "E", "projectIds": [67890, 5]}},
        "REFERENCE_NOT_FOUND",
        "projectIds.1",
    ),
    ({"type": "Engagement", "attributes": {"name": "E", "startDate": "soon"}}, "VALIDATION_ERROR", "startDate"),
    (
        {"type": "Wip", "attributes": {"clientId": 789, "billableHours": 9e15, "hourlyRate": 250}},
        "VALIDATION_ERROR",
        None,
    ),
]


@pytest.mark.parametrize(("item", "code", "field"), BAD_ITEMS)
def test_bad_item_says_what_is_wrong(aiwyn: Aiwyn, item: Json, code: str, field: str | None) -> None:
    """Each fault of an item has its code and its field, and stores nothing (Records; codes assumed but for one)."""
    before = aiwyn.state()

    good = client(None, name="Beside")
    results = aiwyn.write("POST", item, good)["records"]

    assert ("FAILED", code, field) == failure(results[0])
    assert "CREATED" == results[1]["status"]
    assert {**before, "clients": before["clients"] + 1} == aiwyn.state()


def test_failed_update_changes_nothing(aiwyn: Aiwyn) -> None:
    """An update with one bad attribute leaves the record as it was (Records, Update records, read 2026-11)."""
    id = aiwyn.upsert("Client", HARBOR, name="Harbor")["id"]
    before = aiwyn.one(f"client/{id}")
    aiwyn.advance(5)

    (result,) = aiwyn.write("PUT", client(HARBOR, phone="+1-555-0100", partnerStaffId=999))["records"]

    assert ("FAILED", "REFERENCE_NOT_FOUND", "partnerStaffId") == failure(result)
    assert id == result["id"]
    assert before == aiwyn.one(f"client/{id}")


def test_type_is_known_in_any_case(aiwyn: Aiwyn) -> None:
    """Types match without regard to case and come back as the catalogue has them (Records; assumed)."""
    assert ("CREATED", "ServiceLine") == tuple(
        aiwyn.upsert("SERVICELINE", name="Payroll")[name] for name in ("status", "type")
    )
    assert "CUSTOMER" == aiwyn.upsert("CUSTOMER")["type"]


STANDARD: list[tuple[str, Json, str]] = [
    ("Client", {"name": "Odd Lot"}, "client"),
    ("Contact", {"lastName": "Nakamura", "clientId": 789}, "contact"),
    ("ContactClient", {"contactId": 23456, "clientId": 2180}, "contact_client"),
    ("ContactInfo", {"contactId": 23456, "type": "EMAIL", "value": "cfo@acme.com"}, "contact_info"),
    ("ClientBusinessEntity", {"name": "Odd Lot II", "clientId": 2180}, "client_business_entity"),
    ("Department", {"name": "Forensics"}, "department"),
    ("Industry", {"name": "Fishing"}, "industry"),
    ("Job", {"name": "Stock count", "clientId": 789, "engagementId": 34567}, "project"),
    ("JobTemplate", {"name": "Stock count", "serviceLineId": 1}, "job_template"),
    ("Office", {"name": "Green Bay"}, "office"),
    ("ServiceLine", {"name": "Forensics"}, "service_line"),
    ("Staff", {"lastName": "Nakamura", "deptId": 1, "officeId": 2}, "staff"),
    ("Engagement", {"name": "Stock count 2025", "clientId": 789}, "engagement"),
    ("Invoice", {"clientId": 789, "totalAmount": 73.19}, "invoice"),
    ("Payment", {"clientId": 789, "amount": 73.19}, "payment"),
    ("Wip", {"clientId": 789, "value": 73.19}, "wip"),
]


@pytest.mark.parametrize(("type", "attributes", "path"), STANDARD)
def test_standard_record_is_read_back_under_its_id(aiwyn: Aiwyn, type: str, attributes: Json, path: str) -> None:
    """What is written as a record is read under the same id, and inactivated there (Records; the link is assumed)."""
    ref = {"erp": f"{type}-1"}

    created = aiwyn.upsert(type, ref, **attributes)

    assert ("CREATED", type) == (created["status"], created["type"]), created
    single = aiwyn.one(f"{path}/{created['id']}")
    shown = {name: value for name, value in attributes.items() if name in single}
    assert shown == {name: single[name] for name in shown}
    assert single["active"]
    aiwyn.write("DELETE", {"type": type, "systemRef": ref})
    assert aiwyn.one(f"{path}/{created['id']}")["active"] is False


def test_attributes_are_known_by_the_names_of_the_rows(aiwyn: Aiwyn) -> None:
    """Snake case and the names of rows and single objects mean the same attribute (Records; assumed)."""
    id = aiwyn.upsert("Engagement", name="E", start_dt="2025-03-01T00:00:00Z", client_id=789, partner_staff_id=53)["id"]
    wip = aiwyn.upsert("Wip", clientId=789, jobId=67890, date="2025-01-31T00:00:00Z", billableAmount=12.5)["id"]

    row = next(row for row in aiwyn.rows("engagements", pageSize=99) if row["id"] == id)
    assert ("2025-03-01", 789, 53) == (row["start_dt"], row["client_id"], row["partner_staff_id"])
    single = aiwyn.one(f"wip/{wip}")
    assert (67890, "2025-01-31T00:00:00Z", 12.5) == (single["projectId"], single["date"], single["billableAmount"])


def test_amounts_that_nobody_sent_follow_from_the_others(aiwyn: Aiwyn) -> None:
    """Totals of an invoice and value of time are reckoned where they are not sent
    (Invoices, Time, read 2026-11; assumed on input)."""
    lines = [
        {"description": "Fieldwork", "quantity": 3, "unitPrice": 19.99, "amount": 59.97, "taxRate": 0.0825},
        {"description": "Travel", "quantity": 1, "unitPrice": 0.1, "amount": 0.1},
    ]
    invoice = aiwyn.upsert("Invoice", {"ar": 1}, clientId=789, lineItems=lines)["id"]
    aiwyn.upsert("Payment", clientId=789, invoiceId=invoice, amount=10.02, status="CONFIRMED")
    wip = aiwyn.upsert("Wip", {"t": 1}, clientId=789, billableHours=7.25, nonBillableHours=0.5, hourlyRate=199.99)["id"]
    aiwyn.upsert("Wip", {"t": 1}, billedAmount=1000.02)

    single = aiwyn.one(f"invoice/{invoice}")
    assert (60.07, 4.947525, 65.017525) == (single["subtotal"], single["taxAmount"], single["totalAmount"])
    assert (10.02, 54.997525) == (single["paidAmount"], single["outstandingAmount"])
    entry = aiwyn.one(f"wip/{wip}")
    assert (7.75, 1449.9275) == (entry["duration"], entry["billableAmount"])
    row = next(row for row in aiwyn.rows("wip", pageSize=1000) if row["id"] == wip)
    assert (1449.9275, 1000.02, 449.9075) == (row["value"], row["billedAmount"], row["outstandingValue"])


def test_amounts_that_were_sent_stand(aiwyn: Aiwyn) -> None:
    """The sandbox enforces no arithmetic on what a caller says (Invoices; assumed)."""
    id = aiwyn.upsert(
        "Invoice", clientId=789, subtotal=1, taxAmount=1, totalAmount=5, paidAmount=4, outstandingAmount=3
    )["id"]

    single = aiwyn.one(f"invoice/{id}")
    assert (1, 1, 5, 4, 3) == tuple(
        single[name] for name in ("subtotal", "taxAmount", "totalAmount", "paidAmount", "outstandingAmount")
    )


def test_ids_are_not_used_twice(aiwyn: Aiwyn) -> None:
    """Each new record gets the next id, above those of the fixtures (the sandbox's own rule)."""
    first = aiwyn.upsert("Client", name="A")["id"]

    assert (7721, first + 1) == (first, aiwyn.upsert("Client", name="B")["id"])


def test_custom_records_are_checked_by_their_fields(aiwyn: Aiwyn) -> None:
    """Types, null, required ones and references of a custom type's fields
    (Records, Create custom record type; values assumed)."""
    good = {
        "title": "Letter",
        "client": 789,
        "sentOn": "2025-01-31",
        "signedAt": "2025-02-01T08:30:00",
        "fee": 1234.56,
    }
    assert "CREATED" == aiwyn.upsert("engagement_letter", {"dms": "L-1"}, **good)["status"]
    bad: list[tuple[Json, str, str]] = [
        ({"title": None}, "VALIDATION_ERROR", "title"),
        ({"title": 5}, "VALIDATION_ERROR", "title"),
        ({"client": "789"}, "VALIDATION_ERROR", "client"),
        ({"client": 1}, "REFERENCE_NOT_FOUND", "client"),
        ({"sentOn": "31.01.2025"}, "VALIDATION_ERROR", "sentOn"),
        ({"sentOn": "2025-02-30"}, "VALIDATION_ERROR", "sentOn"),
        ({"signedAt": "2025-02-01"}, "VALIDATION_ERROR", "signedAt"),
        ({"signedAt": "20250201T083000"}, "VALIDATION_ERROR", "signedAt"),
        ({"signedAt": "2025-W05-6T08:30:00"}, "VALIDATION_ERROR", "signedAt"),
        ({"fee": "1234.56"}, "VALIDATION_ERROR", "fee"),
        ({"fee": True}, "VALIDATION_ERROR", "fee"),
        ({"colour": "green"}, "VALIDATION_ERROR", "colour"),
    ]
    for changes, code, field in bad:
        assert ("FAILED", code, field) == failure(aiwyn.upsert("engagement_letter", None, **{**good, **changes}))
    without_title = {name: value for name, value in good.items() if name != "title"}
    assert ("FAILED", "VALIDATION_ERROR", "title") == failure(aiwyn.upsert("engagement_letter", None, **without_title))
    assert "UPDATED" == aiwyn.upsert("engagement_letter", {"dms": "L-1"}, fee=None)["status"]


def test_custom_records_live_as_standard_ones_do(aiwyn: Aiwyn) -> None:
    """Update, inactivation and revival of a record of a custom type (Records, read 2026-11)."""
    ref = {"dms": "L-2024-006"}
    letter = {"type": "Engagement_Letter", "systemRef": ref}

    assert ("UPDATED", 2) == tuple(aiwyn.upsert("engagement_letter", ref, fee=19000)[name] for name in ("status", "id"))
    assert "DELETED" == aiwyn.write("DELETE", letter)["records"][0]["status"]
    assert ("FAILED", "RECORD_NOT_FOUND", "systemRef") == failure(aiwyn.write("PUT", letter)["records"][0])
    assert ("UPDATED", 2) == tuple(aiwyn.upsert("engagement_letter", ref)[name] for name in ("status", "id"))
    stored = aiwyn.door.get(f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/records/2").json()
    assert (True, 19000, 420) == (stored["active"], stored["attributes"]["fee"], stored["attributes"]["client"])


def test_record_of_an_inactive_type_fails(aiwyn: Aiwyn) -> None:
    """A type that was given up takes no records, nor changes of old ones
    (Records, Deactivate custom record type; assumed)."""
    for method in ("POST", "PUT", "DELETE"):
        (result,) = aiwyn.write(
            method, {"type": "client_survey", "systemRef": {"survey": "2022-0512"}, "attributes": {"client": 512}}
        )["records"]
        assert ("FAILED", "RECORD_TYPE_INACTIVE", "type") == failure(result)
    assert aiwyn.get(f"{CUSTOM}/client_survey").json()["data"]["active"] is False


def test_records_are_read_only_elsewhere(aiwyn: Aiwyn) -> None:
    """There is no GET of a record and no write under `/gql/v1` (Records, read 2026-11)."""
    assert 404 == aiwyn.get(RECORDS).status_code
    assert 404 == aiwyn.put(f"{READ}/client/789", {"name": "X"}).status_code
    assert 404 == aiwyn.delete(f"{READ}/client/789").status_code


def test_attribute_cannot_be_sent_under_two_names(aiwyn: Aiwyn) -> None:
    """Two names of one attribute contradict each other (Records; assumed)."""
    result = aiwyn.upsert("Wip", clientId=789, jobId=67890, projectId=67891)

    assert ("FAILED", "VALIDATION_ERROR", "projectId") == failure(result)


def test_custom_field_called_active_is_a_field_like_any_other(aiwyn: Aiwyn) -> None:
    """A field of that name says nothing of the record itself, which is revived all the same (Records; assumed)."""
    aiwyn.post(CUSTOM, {"name": "pump", "fields": [{"name": "active", "type": "boolean"}]})
    id = aiwyn.upsert("pump", {"n": 1}, active=False)["id"]
    aiwyn.write("DELETE", {"type": "pump", "systemRef": {"n": 1}})

    assert ("UPDATED", id) == tuple(aiwyn.upsert("pump", {"n": 1}, active=False)[name] for name in ("status", "id"))

    assert "DELETED" == aiwyn.write("DELETE", {"type": "pump", "systemRef": {"n": 1}})["records"][0]["status"]


def test_record_can_be_inactivated_by_its_attribute(aiwyn: Aiwyn) -> None:
    """`active` is an attribute too, also of a revival (Records; assumed)."""
    id = aiwyn.upsert("Client", HARBOR, name="Harbor", active=False)["id"]
    assert aiwyn.one(f"client/{id}")["active"] is False

    assert "UPDATED" == aiwyn.upsert("Client", HARBOR, active=False)["status"]
    assert aiwyn.one(f"client/{id}")["active"] is False
    assert "UPDATED" == aiwyn.upsert("Client", HARBOR, size="SMALL")["status"]
    assert aiwyn.one(f"client/{id}")["active"] is True

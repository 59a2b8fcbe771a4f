"""Ways of writing that a description shows by example or choice: old JSON dates, empty texts, ids for documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.test_generic_building import NUMBER, TEXT, WHOLE, Shop, crud, many, one_of, op, open_shop, ref, thing

OLD_DATE = {**TEXT, "example": "/Date(1518685950940+0000)/"}
MARKED = {**TEXT, "x-is-msdate": True}
NOTHING = {"type": "string", "enum": [""]}


def emptied_by_text(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema whose value an empty text takes away."""
    return {"anyOf": [schema, NOTHING]}


@pytest.fixture
def bills(tmp_path: Path) -> Shop:
    """Bills whose dates stand as `/Date(...)/`, on them and on their payments."""
    bill = thing(id=WHOLE, due=MARKED, changedAt={**OLD_DATE, "readOnly": True}, payments=many(ref("Payment")))
    operations = crud("bills", "Bill", query={"dueAfter": TEXT})
    return open_shop(tmp_path, operations, {"Bill": bill, "Payment": thing(date=MARKED, amount=NUMBER)})


def test_iso_dates_are_kept_as_the_description_writes_them(bills: Shop) -> None:
    """On the document and inside it; one that is no date stays as it was sent."""
    sent = {"due": "2026-01-31", "payments": [{"date": "2026-02-01T09:15:00Z"}, {"date": "soon"}]}

    made = bills.body("POST /bills", sent)

    assert made["due"] == "/Date(1769817600000+0000)/"
    assert made["payments"] == [{"date": "/Date(1769937300000+0000)/"}, {"date": "soon"}]
    assert bills.body("GET /bills/1") == made


def test_old_dates_compare_as_instants(bills: Shop) -> None:
    """A filter may be written as ISO text."""
    for due in ("2026-01-31", "/Date(1772236800000)/"):
        bills.send("POST /bills", {"due": due})

    assert [each["id"] for each in bills.body("GET /bills?dueAfter=2026-02-01")] == [2]


def test_moment_of_a_change_is_written_in_the_old_form(tmp_path: Path) -> None:
    """As its example shows it."""
    shop = open_shop(tmp_path, crud("bills", "Bill"), {"Bill": thing(id=WHOLE, updatedAt=OLD_DATE)})

    assert shop.body("POST /bills", {})["updatedAt"] == "/Date(1769850900000+0000)/"


@pytest.fixture
def clients(tmp_path: Path) -> Shop:
    """Clients whose limit and notes an empty text takes away."""
    client = thing(id=WHOLE, name=TEXT, limit=WHOLE, notes={"type": "object", "additionalProperties": TEXT})
    changes = thing(
        name=TEXT,
        limit=emptied_by_text(WHOLE),
        notes=emptied_by_text({"type": "object", "additionalProperties": TEXT}),
    )
    operations = {
        **crud("clients", "Client"),
        "POST /clients": op(ref("Client"), status=201, body=changes),
        "PATCH /clients/{id}": op(ref("Client"), body=changes, ids=WHOLE),
    }
    return open_shop(tmp_path, operations, {"Client": client})


def test_empty_text_takes_a_value_away_where_the_request_says_so(clients: Shop) -> None:
    """A whole number, a member of a map, the map itself; a plain text stays an empty text."""
    clients.send("POST /clients", {"name": "Ada", "limit": 12, "notes": {"a": "1", "b": "2"}})

    changed = clients.body("PATCH /clients/1", {"name": "", "limit": "", "notes": {"a": ""}})

    assert changed == {"id": 1, "name": "", "notes": {"b": "2"}}
    assert clients.body("PATCH /clients/1", {"notes": ""}) == {"id": 1, "name": ""}


def test_empty_text_makes_nothing(clients: Shop) -> None:
    """What a new document is said to be without, it is without."""
    assert clients.body("POST /clients", {"name": "Ada", "limit": "", "notes": ""}) == {"id": 1, "name": "Ada"}


@pytest.fixture
def billing(tmp_path: Path) -> Shop:
    """Clients, their bills and the notes to those; a bill shows its client's id, or the client when it is asked for."""
    bill = thing(
        "lines",
        "status",
        id=TEXT,
        client={"anyOf": [TEXT, ref("Client"), ref("DeletedClient")], "nullable": True},
        lines=thing("data", data=many(ref("Line")), has_more={"type": "boolean"}),
        status={**one_of("canceled", "open", "paid"), "description": "One of `open`, `paid` or `canceled`."},
    )
    operations = {
        **crud("clients", "Client", ids=TEXT),
        "GET /clients/{id}": op({"anyOf": [ref("Client"), ref("DeletedClient")]}),
        "GET /bills": op(many(ref("Bill")), query={"client": TEXT}),
        "POST /bills": op(ref("Bill"), status=201, body=thing(client=TEXT, lines=many(thing(text=TEXT)))),
        "GET /bills/{id}": op(ref("Bill")),
        "DELETE /bills/{id}": op(ref("Bill"), summary="Cancels a bill"),
        **crud("notes", "Note", ids=TEXT),
        "POST /notes": op(ref("Note"), status=201, body=thing(bill=TEXT, client=TEXT)),
    }
    schemas = {
        "Client": thing("name", id=TEXT, name=TEXT),
        "DeletedClient": thing("id", "deleted", id=TEXT, deleted={"type": "boolean", "enum": [True]}),
        "Bill": bill,
        "Line": thing("text", "kind", text=TEXT, kind=one_of("line")),
        "Note": thing("client", id=TEXT, bill={"anyOf": [TEXT, ref("Bill")]}, client={"anyOf": [TEXT, ref("Client")]}),
    }
    return open_shop(tmp_path, operations, schemas)


def test_property_that_holds_a_document_or_its_id_refers_to_it(billing: Shop) -> None:
    """It is a reference by id, and what a client can be deleted to is no form of a client."""
    bill, client = billing.inference.resources["bills"], billing.inference.resources["clients"]

    assert [(each.property, each.collection) for each in bill.references] == [("client", "clients")]
    assert client.schema == ref("Client")


def test_document_belongs_to_whom_its_own_reference_belongs(billing: Shop) -> None:
    """A note to a bill is its client's; the client that was sent goes first."""
    ada, bob = (billing.body("POST /clients", {"name": name})["id"] for name in ("Ada", "Bob"))
    bill = billing.body("POST /bills", {"client": ada})

    assert bill["client"] == ada
    assert billing.body("POST /notes", {"bill": bill["id"]})["client"] == ada
    assert billing.body("POST /notes", {"bill": bill["id"], "client": bob})["client"] == bob
    assert billing.body("GET /bills?client=" + bob) == []


def test_array_fills_the_list_that_an_answer_shows(billing: Shop) -> None:
    """Its elements are completed; nobody's client is null; the first state is no end."""
    bill = billing.body("POST /bills", {"lines": [{"text": "work"}]})

    assert bill["lines"]["data"] == [{"text": "work", "kind": "line"}]
    assert (bill["client"], bill["status"]) == (None, "open")


def test_delete_that_cancels_keeps_the_document(billing: Shop) -> None:
    """It is read by id as before, and leaves the list."""
    bill = billing.body("POST /bills", {})

    cancelled = billing.body(f"DELETE /bills/{bill['id']}")

    assert cancelled == {**bill, "status": "canceled"}
    assert billing.body(f"GET /bills/{bill['id']}") == cancelled
    assert billing.body("GET /bills") == []

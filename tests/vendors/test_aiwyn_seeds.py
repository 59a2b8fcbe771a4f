"""Aiwyn: what fixtures make, and that the firm holds together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sandbooks.project import bundled_project
from tests.serving import Door, serve
from tests.vendors.aiwyn import Aiwyn, Json

MADE = """
departments: {count: 3}
offices: {count: 2}
service_lines: {count: 2}
staff: {count: 6}
clients: {count: 40}
contacts: {count: 40}
contact_clients: {count: 10}
contact_infos: {count: 10}
client_business_entities: {count: 10}
job_templates: {count: 3}
engagements: {count: 20}
projects: {count: 30}
invoices: {count: 60}
payments: {count: 90}
draft_invoices: {count: 20}
draft_invoice_histories: {count: 20}
wip: {count: 60}
"""


def documents(firm: Aiwyn, collection: str) -> list[Json]:
    answer = firm.door.get(f"/@{firm.sandbox}/_sandbox/state/aiwyn/{collection}?limit=1000")
    found: list[Json] = answer.json()
    return found


@pytest.fixture(scope="module")
def made_door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """A firm of counts alone."""
    file = tmp_path_factory.mktemp("fixtures") / "demo.yaml"
    file.write_text(MADE)
    now = datetime(2025, 2, 3, 9, 41, 27, tzinfo=UTC)
    return serve(
        bundled_project().load_vendor("aiwyn"), fixture_file=lambda vendor, profile: file, now=now, frozen=True
    )


@pytest.fixture(params=["demo", "made"])
def firm(request: pytest.FixtureRequest, aiwyn: Aiwyn, made_door: Door) -> Aiwyn:
    """The demo firm, then the one of counts alone."""
    return aiwyn if request.param == "demo" else Aiwyn(made_door, "made")


def foreign_keys(schema: Json, value: Json, schemas: Json) -> Iterator[tuple[str, int]]:
    """Collection and id of everything that a document refers to."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if "x-references" in schema and value is not None:
        yield schema["x-references"], value
    for name, part in schema.get("properties", {}).items():
        if isinstance(value, dict) and name in value:
            yield from foreign_keys(part, value[name], schemas)
    for item in value if isinstance(value, list) else ():
        yield from foreign_keys(schema["items"], item, schemas)


def test_every_reference_holds(firm: Aiwyn) -> None:
    """No document refers to one that is not there (the sandbox's own promise)."""
    schemas = firm.door.get("/_sandbox/specs/aiwyn.json").json()["components"]["schemas"]
    stored = {schema["x-collection"]: schema for schema in schemas.values() if "x-collection" in schema}
    ids = {name: {document["id"] for document in documents(firm, name)} for name in stored}

    dangling = [
        (name, document["id"], target, id)
        for name, schema in stored.items()
        for document in documents(firm, name)
        for target, id in foreign_keys(schema, document, schemas)
        if id not in ids[target]
    ]

    assert [] == dangling


def test_every_invoice_adds_up(firm: Aiwyn) -> None:
    """Lines, totals, confirmed payments and what is open agree, for written and for made invoices
    (Invoices, read 2026-11)."""
    for id in firm.ids("invoices", pageSize=1000):
        invoice = firm.one(f"invoice/{id}")
        exact = {name: Decimal(str(value)) for name, value in invoice.items() if type(value) in (int, float)}
        amounts = [Decimal(str(line["amount"])) for line in invoice["lineItems"]]
        for line in invoice["lineItems"]:
            product = Decimal(str(line["quantity"])) * Decimal(str(line["unitPrice"]))
            assert abs(product - Decimal(str(line["amount"]))) < Decimal("0.01")
        confirmed = [Decimal(str(each["amount"])) for each in invoice["payments"] if each["status"] == "CONFIRMED"]
        assert sum(amounts) == exact["subtotal"]
        assert exact["subtotal"] + exact["taxAmount"] == exact["totalAmount"]
        assert sum(confirmed) == exact["paidAmount"]
        assert exact["totalAmount"] - exact["paidAmount"] == exact["outstandingAmount"] >= 0


def test_every_wip_entry_adds_up(firm: Aiwyn) -> None:
    """What is neither billed nor written off is outstanding (Time, read 2026-11)."""
    for row in firm.rows("wip", pageSize=1000):
        exact = {name: Decimal(str(value)) for name, value in row.items() if type(value) in (int, float)}
        assert exact["value"] - exact["billedAmount"] - exact["writeOffAmount"] == exact["outstandingValue"]


def test_payment_belongs_to_the_client_of_its_invoice(firm: Aiwyn) -> None:
    """Payment and invoice name one client, and only cards have card data (Payments, read 2026-11)."""
    clients = {row["id"]: row["clientId"] for row in firm.rows("invoices", pageSize=1000)}
    for payment in firm.rows("payments", pageSize=1000):
        if payment["invoiceId"] is not None:
            assert clients[payment["invoiceId"]] == payment["clientId"]
        if payment["paymentMethod"] in ("ACH", "BANK_TRANSFER", "CHECK", "WIRE"):
            assert payment["cardLastFour"] is None


def test_new_account_has_no_clients(aiwyn_door: Door) -> None:
    """The profile `empty` holds what a new account has: lists to choose from, and who calls
    (the sandbox's own rule)."""
    created = aiwyn_door.post("/_sandbox/sandboxes", json={"name": "a-new-account", "profile": "empty"})
    assert 201 == created.status_code
    firm = Aiwyn(aiwyn_door, "a-new-account")

    assert [420] == firm.ids("staff")
    assert [] == firm.rows("clients") == firm.rows("invoices")
    assert 5 == len(firm.rows("departments"))
    assert "CREATED" == firm.upsert("Client", {"crm": 1}, name="First")["status"]


def test_fixture_documents_are_known_by_their_system_ref(aiwyn: Aiwyn) -> None:
    """What the firm starts with can be updated through the Records API (Records, read 2026-11; the link is assumed)."""
    assert ("UPDATED", 789) == tuple(
        aiwyn.upsert("Client", {"pms": "1012"}, size="MEDIUM")[name] for name in ("status", "id")
    )


def test_fixture_without_parents_says_what_is_missing(tmp_path: Path) -> None:
    """A made payment needs a client: the start stops with file and line (the sandbox's own rule)."""
    file = tmp_path / "demo.yaml"
    file.write_text("payments: {count: 1}\n")

    with pytest.raises(Exception, match=r"demo\.yaml:1: payments: clientId needs a document in clients"):
        serve(bundled_project().load_vendor("aiwyn"), fixture_file=lambda vendor, profile: file)

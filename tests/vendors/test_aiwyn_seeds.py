"""Aiwyn: what fixtures make, and that the firm holds together."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from sandbooks.fixtures import read_fixture
from sandbooks.project import bundled_project
from tests.serving import Door, serve
from tests.vendors.aiwyn import READ, Aiwyn, Json

NOW = datetime(2025, 2, 3, 9, 41, 27, tzinfo=UTC)
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
    return serve(
        bundled_project().load_vendor("aiwyn"), fixture_file=lambda vendor, profile: file, now=NOW, frozen=True
    )


@pytest.fixture(scope="module")
def large_door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """The demo firm with a few documents more of everything that the profile `large` makes."""
    folder = tmp_path_factory.mktemp("fixtures")
    demo, large = (bundled_project().fixture_file("aiwyn", name) for name in ("demo", "large"))
    assert demo is not None and large is not None
    shutil.copy(demo, folder)
    written, counted = yaml.safe_load(demo.read_text()), yaml.safe_load(large.read_text())
    counts = {
        name: {"count": len(written[name]["documents"]) + 10 + asked["count"] // 500}
        for name, asked in counted.items()
        if name != "extends"
    }
    file = folder / "large.yaml"
    file.write_text(yaml.safe_dump({"extends": counted["extends"], **counts}, sort_keys=False))
    return serve(
        bundled_project().load_vendor("aiwyn"), fixture_file=lambda vendor, profile: file, now=NOW, frozen=True
    )


@pytest.fixture(params=["demo", "made", "large"])
def firm(request: pytest.FixtureRequest, aiwyn: Aiwyn, made_door: Door, large_door: Door) -> Aiwyn:
    """The demo firm, then the one of counts alone, then both together."""
    made = {"made": made_door, "large": large_door}
    return Aiwyn(made[request.param], request.param) if request.param in made else aiwyn


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


def exactly(number: float) -> Decimal:
    return Decimal(str(number))


def taxed(lines: list[Json]) -> Decimal:
    """The tax on these lines."""
    return sum((exactly(line["amount"]) * exactly(line["taxRate"] or 0) for line in lines), Decimal(0))


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
        assert taxed(invoice["lineItems"]) == exact["taxAmount"]
        assert exact["subtotal"] + exact["taxAmount"] == exact["totalAmount"]
        assert sum(confirmed) == exact["paidAmount"]
        assert exact["totalAmount"] - exact["paidAmount"] == exact["outstandingAmount"] >= 0


def test_every_draft_invoice_adds_up(firm: Aiwyn) -> None:
    """Lines, tax and total of each draft (Billing, Get draft invoice by id, read 2026-11)."""
    for stored in documents(firm, "draft_invoices"):
        draft = firm.one(f"draft_invoice/{stored['id']}")
        subtotal = sum(exactly(line["amount"]) for line in draft["lineItems"])
        for line in draft["lineItems"]:
            assert abs(exactly(line["quantity"]) * exactly(line["unitPrice"]) - exactly(line["amount"])) < exactly(0.01)
        assert (subtotal, taxed(draft["lineItems"])) == (exactly(draft["subtotal"]), exactly(draft["taxAmount"]))
        assert subtotal + exactly(draft["taxAmount"]) == exactly(draft["totalAmount"]) >= 0


def test_every_wip_entry_adds_up(firm: Aiwyn) -> None:
    """Hours at their rate are the value of time; what is neither billed nor written off is outstanding
    (Time, Get WIP by id, read 2026-11)."""
    for row in firm.rows("wip", pageSize=1000):
        assert exactly(row["value"]) - exactly(row["billedAmount"]) - exactly(row["writeOffAmount"]) == exactly(
            row["outstandingValue"]
        )
        single = firm.one(f"wip/{row['id']}")
        assert row["value"] == single["billableAmount"]
        if row["type"] == "TIME":
            hours = exactly(single["billableHours"])
            assert abs(hours * exactly(single["hourlyRate"]) - exactly(row["value"])) < exactly(0.01)
            assert hours + exactly(single["nonBillableHours"]) == exactly(single["duration"])


def test_wip_totals_are_those_of_the_rows(firm: Aiwyn) -> None:
    """The four sums beside the count, of all entries, of each client's and of each type's
    (Time, List WIP, read 2026-11; names assumed)."""
    rows = firm.rows("wip", pageSize=1000)
    bodies: list[Json] = [
        {},
        *({"clientId": row["clientId"]} for row in rows),
        {"wipType": "TIME"},
        {"wipType": "none"},
    ]
    for body in bodies:
        wanted = {"type" if name == "wipType" else name: value for name, value in body.items()}
        matching = [row for row in rows if wanted.items() <= row.items()]
        told = firm.post(f"{READ}/wip", {**body, "pageSize": 1}).json()["total"]["aggregate"]
        assert len(matching) == told["count"]
        for name in ("value", "outstandingValue", "billedAmount", "writeOffAmount"):
            assert sum(exactly(row[name]) for row in matching) == exactly(told["sum"][name])


def test_financial_summary_is_that_of_the_invoices(firm: Aiwyn) -> None:
    """What each client was invoiced and owes, without drafts, cancelled and inactive invoices
    (Client, Get client by id, read 2026-11; which ones count is assumed)."""
    invoices = [
        row
        for row in firm.rows("invoices", pageSize=1000)
        if row["active"] and row["status"] not in ("DRAFT", "CANCELLED")
    ]
    for id in firm.ids("clients", pageSize=1000):
        summary = firm.one(f"client/{id}")["financialSummary"]
        own = [row for row in invoices if row["clientId"] == id]
        assert sum(exactly(row["totalAmount"]) for row in own) == exactly(summary["totalRevenue"])
        assert sum(exactly(row["outstandingAmount"]) for row in own) == exactly(summary["outstandingBalance"])


def test_payment_status_follows_from_what_is_open(aiwyn: Aiwyn) -> None:
    """Of the demo firm's invoices those are paid of which nothing is open, and those unpaid of which all is
    (Invoices, Get invoice by id, read 2026-11)."""
    for row in aiwyn.rows("invoices", pageSize=1000):
        paid = "PAID" if row["outstandingAmount"] == 0 else "UNPAID" if row["paidAmount"] == 0 else "PARTIALLY_PAID"
        assert paid == row["paymentStatus"], row["id"]
        assert (row["status"] == "PAID") == (paid == "PAID"), row["id"]


EXAMPLES: list[tuple[str, Json]] = [
    ("client/789", {"name": "Acme Corporation"}),
    ("clients:2180", {"name": "Aaron Fahey", "pmsRef": "1155", "clientRef": "41664", "partnerStaffId": 53}),
    ("clients:7720", {"name": "TechFlow Enterprises", "clientRef": "TF-2024-789", "pmsRef": "240815"}),
    ("contact/23456", {"firstName": "John", "lastName": "Smith", "title": "Chief Financial Officer", "clientId": 789}),
    ("staff/123", {"firstName": "John", "lastName": "Smith"}),
    ("staff/124", {"firstName": "Jane", "lastName": "Doe"}),
    ("staff:202", {"firstName": "Holley", "lastName": "Abbott", "pmsRef": "2254", "email": "ena.toy@hotmail.com"}),
    ("staff/420", {}),
    ("staff/301", {}),
    ("payment/12345", {"amount": 1500, "cardLastFour": "1234", "cardType": "VISA", "invoiceId": 456}),
    ("invoice/45678", {"invoiceNumber": "INV-2024-001", "totalAmount": 22000, "paidAmount": 15000}),
    ("draft_invoice/56789", {"draftNumber": "DRAFT-2024-001", "status": "UNDER_REVIEW"}),
    ("project/67890", {"name": "Q4 Financial Audit", "budget": 25000}),
    ("project/67891", {"name": "Tax Preparation", "budget": 15000, "status": "PLANNING"}),
    ("wip/89012", {"billableHours": 8, "hourlyRate": 250, "billableAmount": 2000, "taskId": 456}),
    ("engagement/34567", {"name": "Annual Audit Engagement 2024", "estimatedValue": 50000}),
    ("engagements:8", {"name": "2024 Annual Review and Tax 52150", "client_id": 420}),
]


@pytest.mark.parametrize(("place", "expected"), EXAMPLES)
def test_examples_of_the_reference_are_there(aiwyn: Aiwyn, place: str, expected: Json) -> None:
    """The demo firm has what the vendor's own examples name, under their ids
    (the examples of each page, read 2026-11)."""
    plural, _, id = place.partition(":")
    shown = next(row for row in aiwyn.rows(plural, pageSize=1000) if str(row["id"]) == id) if id else aiwyn.one(place)

    assert expected == {name: shown[name] for name in expected}


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


def test_large_profile_holds_a_hundred_thousand_documents() -> None:
    """All of demo, and as many of each collection as are counted (the sandbox's own rule)."""
    file = bundled_project().fixture_file("aiwyn", "large")
    assert file is not None

    totals = {rows.collection: rows.total for rows in read_fixture(file)}

    assert 100_000 == sum(totals.values())
    assert "wip" == max(totals, key=totals.__getitem__)

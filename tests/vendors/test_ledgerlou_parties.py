"""LedgerLou: customers and vendors, which share nothing but their rules."""

from __future__ import annotations

import pytest

from tests.vendors.ledgerlou import NOBODY, Json, LedgerLou, credit, debit

INVALID = (400, "INVALID_INPUT")
CUSTOMER = {
    "name": "Musterkunde AG",
    "vat_id": "DE987654321",
    "iban": "DE27100777770209299700",
    "default_account": "8400",
}
VENDOR = {
    "name": "Acme GmbH",
    "tax_id": "12/345/67890",
    "vat_id": "DE123456789",
    "iban": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
    "address": {"street": "Hauptstr. 1", "city": "Köln", "zip": "50667", "country": "DE"},
    "default_account": "3300",
    "notes": "Rahmenvertrag",
}
SIDES = ["/customers", "/vendors"]
MEMBERS = {
    *("id", "name", "tax_id", "vat_id", "iban", "bic", "address", "default_account", "notes", "is_active"),
    *("open_amount", "created_at", "updated_at"),
}
both = pytest.mark.parametrize("path", SIDES)


def owing(lou: LedgerLou, path: str, party_id: str, number: str = "R-1", *, is_draft: bool = False) -> str:
    """The posting behind an invoice of 119 of a vendor, or to a customer."""
    if path == "/vendors":
        made = lou.book(debit("6815", 119, "VST19"), credit("3300", 119), skip_duplicate_check=True)
        address, party = "/invoices", {"vendor_id": party_id}
    else:
        made = lou.book(debit("1200", 119), credit("4400", 119, "UST19"), skip_duplicate_check=True)
        address, party = "/outgoing-invoices", {"customer_id": party_id, "type": "invoice"}
    body: dict[str, Json] = {**party}
    line = {"position": 1, "description": "x", "quantity": 1, "unit_price": 100, "tax_rate": 0.19, "tax_amount": 19}
    body |= {"invoice_number": number, "invoice_date": "2026-06-01", "lines": [{**line, "line_total": 119}]}
    body |= {"total_net": 100, "total_tax": 19, "total_gross": 119}
    lou.post(address, body if is_draft else {**body, "intent_id": made}, status=201)
    return made


@pytest.mark.parametrize(("path", "sample"), [("/customers", CUSTOMER), ("/vendors", VENDOR)])
def test_party_is_made_and_read(lou: LedgerLou, path: str, sample: Json) -> None:
    """The vendor's samples; what is not sent is null (Receivables, post-customers; Payables, post-vendors, read
    2026-11; 3.6, 10.24, A46; operations 33, 35, 85 and 87)."""
    made = lou.post(path, sample, status=201)

    assert MEMBERS == set(made)
    assert {**dict.fromkeys(VENDOR), **sample, "is_active": True, "open_amount": 0}.items() <= made.items()
    assert made["created_at"] == made["updated_at"] == "2026-12-01T09:00:00Z"
    assert made == lou.get(f"{path}/{made['id']}")
    lou.refuse((404, "NOT_FOUND"), "GET", f"{path}/{NOBODY}")
    lou.refuse((404, "NOT_FOUND"), "GET", f"{path}/{made['id']}", who="other")
    lou.refuse(INVALID, "GET", f"{path}/4711")


@both
@pytest.mark.parametrize(
    "changes",
    [
        {"name": None},
        {"name": ""},
        {"name": "x" * 256},
        {"tax_id": "1" * 21},
        {"vat_id": "1" * 21},
        {"iban": "D" * 35},
        {"bic": "C" * 12},
        {"notes": "x" * 2001},
        {"address": "Köln"},
        {"default_account": 3300},
    ],
)
def test_party_that_does_not_fit_is_refused(lou_shared: LedgerLou, path: str, changes: Json) -> None:
    """Lengths as documented (Payables, post-vendors, read 2026-11; 4.3; operations 33 and 85)."""
    lou_shared.refuse(INVALID, "POST", path, {**VENDOR, **changes})
    lou_shared.refuse((400, "ACCOUNT_NOT_FOUND"), "POST", path, {**VENDOR, "default_account": "9999"})


@both
@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("DUPLICATE_NAME", {"name": "ACME gmbh", "tax_id": "1", "vat_id": "2"}),
        ("DUPLICATE_TAX_ID", {"name": "b", "vat_id": "2"}),
        ("DUPLICATE_VAT_ID", {"name": "b", "tax_id": "1"}),
    ],
)
def test_same_party_is_refused(lou: LedgerLou, path: str, code: str, changes: Json) -> None:
    """By name in any case, tax id, VAT id, also of one that is switched off; the answer tells which (Payables,
    post-vendors and put-vendors-id, read 2026-11; 1.6, 5.9, 10.24, A47; operations 33, 36, 85 and 88)."""
    first = lou.post(path, VENDOR, status=201)["id"]
    lou.done("DELETE", f"{path}/{first}")
    second = lou.post(path, {"name": "other"}, status=201)["id"]

    told = [
        lou.refuse((409, code), "POST", path, {**VENDOR, **changes}),
        lou.refuse((409, code), "PUT", f"{path}/{second}", {**VENDOR, **changes}),
    ]

    assert [first] * 2 == [each["details"]["existing_id"] for each in told]
    lou.post(path, {"name": "third"}, status=201)
    lou.post(path, VENDOR, status=201, who="other")


def test_customer_may_be_a_vendor(lou: LedgerLou) -> None:
    """Of the two kinds each has its own names and numbers (1.6; operations 33 and 85)."""
    for path in SIDES:
        lou.post(path, VENDOR, status=201)


@both
def test_party_is_changed(lou: LedgerLou, path: str) -> None:
    """What is absent stays, null empties (Payables, put-vendors-id, read 2026-11; 4.8, 5.9, 10.24, A46; operations 36
    and 88)."""
    made = lou.post(path, VENDOR, status=201)
    lou.advance(hours=1)

    changed = lou.done("PUT", f"{path}/{made['id']}", {"iban": None, "name": "Acme SE"})

    assert {**made, "iban": None, "name": "Acme SE", "updated_at": "2026-12-01T10:00:00Z"} == changed
    assert changed == lou.get(f"{path}/{made['id']}")
    idle: list[Json] = [{}, {"name": "Acme SE", "iban": None}, {"colour": "red"}]
    for body in idle:
        lou.refuse((400, "NO_CHANGES"), "PUT", f"{path}/{made['id']}", body)
    unfit: list[Json] = [{"name": None}, {"notes": "x" * 2001}, []]
    for body in unfit:
        lou.refuse(INVALID, "PUT", f"{path}/{made['id']}", body)
    lou.refuse((400, "ACCOUNT_NOT_FOUND"), "PUT", f"{path}/{made['id']}", {"default_account": "9999"})
    lou.refuse((404, "NOT_FOUND"), "PUT", f"{path}/{NOBODY}", {"name": "x"})


@both
def test_party_is_switched_off(lou: LedgerLou, path: str) -> None:
    """Not while an invoice is open, a draft does not count; it stays readable (Receivables, delete-customers-id, read
    2026-11; 5.9, 10.24, A47; operations 34 and 86)."""
    id = lou.post(path, VENDOR, status=201)["id"]
    posting = owing(lou, path, id)
    assert 119 == lou.get(f"{path}/{id}")["open_amount"]
    lou.refuse((409, "HAS_OPEN_INVOICES"), "DELETE", f"{path}/{id}")
    owing(lou, path, id, "R-2", is_draft=True)
    lou.reverse(posting)
    assert 0 == lou.get(f"{path}/{id}")["open_amount"]

    answer = lou.done("DELETE", f"{path}/{id}")

    assert answer["is_active"] is False
    assert MEMBERS == set(answer)
    assert answer == lou.get(f"{path}/{id}") == lou.done("DELETE", f"{path}/{id}")
    owing(lou, path, id, "R-3")
    assert 119 == lou.get(f"{path}/{id}")["open_amount"]
    lou.refuse((404, "NOT_FOUND"), "DELETE", f"{path}/{NOBODY}")


def test_vendor_who_was_paid_is_switched_off(lou: LedgerLou) -> None:
    """After the payment nothing is open (Payables, read 2026-11; 5.9, 10.24; operation 86)."""
    id = lou.post("/vendors", VENDOR, status=201)["id"]
    posting = owing(lou, "/vendors", id)
    bank = {"name": "Geschäftskonto", "iban": "DE89370400440532013000", "account_number": "1800"}
    account = lou.post("/bank-accounts", bank, status=201)["id"]
    line = {"tx_date": "2026-06-10", "amount": -119}
    lou.post("/bank-transactions", {"bank_account_id": account, "transactions": [line]}, status=201)
    (shown,) = lou.get("/bank-transactions")["transactions"]
    pair = {"intent_id": posting, "candidate_kind": "open_liability", "open_item_account": "3300"}
    lou.refuse((409, "HAS_OPEN_INVOICES"), "DELETE", f"/vendors/{id}")

    lou.post(f"/bank-transactions/{shown['id']}/reconcile", pair)

    assert 0 == lou.get(f"/vendors/{id}")["open_amount"]
    assert lou.done("DELETE", f"/vendors/{id}")["is_active"] is False


@both
def test_parties_are_listed(lou: LedgerLou, path: str) -> None:
    """An array; by words in name and VAT id, switched off or not, page by page (Receivables, get-customers, read
    2026-11; 1.5, 4.3, A9; operations 32 and 84)."""
    ids = [
        lou.post(path, {"name": name, "vat_id": vat}, status=201)["id"]
        for name, vat in (("Bär", "DE1"), ("Adam", "FR2"), ("Cäsar", None))
    ]
    lou.done("DELETE", f"{path}/{ids[0]}")

    def names(**query: Json) -> list[str]:
        return [each["name"] for each in lou.get(path, **query)]

    assert ["Adam", "Bär", "Cäsar"] == names()
    assert ["Bär"] == names(search="BÄR")
    assert ["Adam"] == names(search="fr2")
    assert ["Adam", "Cäsar"] == names(is_active="true")
    assert ["Bär"] == names(is_active="false")
    assert ["Bär"] == names(limit=1, offset=1)
    assert [] == names(offset=3)
    row = lou.get(path, limit=1)[0]
    assert {"id", "name", "vat_id", "iban", "default_account", "is_active", "open_amount"} <= set(row)
    for wrong in ("limit=501", "limit=0", "offset=-1", f"offset={10**20}", "is_active=perhaps"):
        lou.refuse(INVALID, "GET", f"{path}?{wrong}")
    for number in range(50):
        lou.post(path, {"name": f"Z{number}"}, status=201)
    assert (50, 53) == (len(names()), len(names(limit=500)))

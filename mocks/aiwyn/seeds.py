"""How documents of a fixture are stored: written ones with the defaults of their schema, made ones tied to the others.

A made document comes without an id and with foreign keys that lead nowhere, and its amounts do not add up yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbooks import Call, Invalid

from .amounts import PAID, complete, outstanding_amount, to_decimal, to_json
from .kinds import with_defaults
from .links import NearLinks

Document = dict[str, Any]  # JSON
Seeder = Callable[[Call, Document], None]

CENT = Decimal("0.01")
CARDS = ("CREDIT_CARD", "DEBIT_CARD", "APPLE_PAY", "GOOGLE_PAY")


def seeder(collection: str, component: str) -> Seeder:
    """The function that stores a fixture document of a collection, whose stored schema is `component`."""

    def store_document(call: Call, document: Document) -> None:
        schema = call.description.resolve(f"#/components/schemas/{component}")
        if "id" not in document:
            document = _worded(call, collection, schema, _tie(call, schema, document))
            document |= {"systemRef": None} if "systemRef" in schema["properties"] else {}
            _RECKONING.get(collection, _leave)(call, document)
        call.collection(collection).put(with_defaults(schema, document))

    return store_document


def _tie(call: Call, schema: Mapping[str, Any], document: Document) -> Document:
    """The document with foreign keys that lead somewhere; a key is null where its collection is empty.

    Raises:
        Invalid: it is empty and null is not allowed.
    """
    tied = dict(document)
    for name, part in schema.get("properties", {}).items():
        if name not in tied:
            continue
        part = call.description.resolve(part)
        items = call.description.resolve(part["items"]) if "items" in part else {}
        if "x-references" in part:
            tied[name] = _pick(call, part["x-references"], name)
            if tied[name] is None and not part.get("nullable"):
                raise Invalid(f"{name} needs a document in {part['x-references']}; list that collection first.")
        elif "x-references" in items:
            tied[name] = []
        elif "properties" in items:
            tied[name] = [_tie(call, items, item) for item in tied[name]]
    return _of_one_client(call, schema, tied)


def _of_one_client(call: Call, schema: Mapping[str, Any], document: Document) -> Document:
    """The document with the client of the first related document that has one."""
    if "clientId" not in document:
        return document
    for name, part in schema["properties"].items():
        if "x-references" in part and name != "clientId" and document.get(name) is not None:
            related = call.collection(part["x-references"]).find_one(document[name])
            if related is not None and related.get("clientId") is not None:
                return {**document, "clientId": related["clientId"]}
    return document


def _pick(call: Call, collection: str, place: str) -> int | None:
    table = call.collection(collection)
    count = len(table)
    if not count:
        return None
    found = next(table.views(offset=call.chance.at("tie", place).integer(0, count - 1), limit=1))
    picked: int = found["id"]
    return picked


def _worded(call: Call, collection: str, schema: Mapping[str, Any], document: Document) -> Document:
    """The document with the vendor's words in place of made-up ones: a default where the schema has one."""
    words = {name: call.chance.at("word", name).choice(known) for name, known in _WORDS.get(collection, {}).items()}
    defaults = {
        name: part["default"]
        for name, part in schema["properties"].items()
        if part.get("type") == "string" and "default" in part and "enum" not in part
    }
    return {**document, **defaults, **words}


def _leave(call: Call, document: Document) -> None:
    pass


def _reckon_invoice(call: Call, document: Document) -> None:
    """Amounts from the lines; what is paid follows from the payments."""
    for line in document.get("lineItems", ()):
        line["unitPrice"] = to_json(_cents(line["unitPrice"]))
        line["amount"] = to_json(_cents(to_decimal(line["quantity"]) * to_decimal(line["unitPrice"])))
        line["taxRate"] = 0
    document |= {"paidAmount": None, "outstandingAmount": None, "paymentStatus": None}
    complete("invoices", document, ["lineItems"])


def _reckon_draft(call: Call, document: Document) -> None:
    _reckon_invoice(call, document)
    for name in ("paidAmount", "outstandingAmount", "paymentStatus"):
        del document[name]


def _reckon_payment(call: Call, document: Document) -> None:
    """Never more than is open on the invoice; without an invoice where nothing is. Only cards have card data."""
    if document.get("paymentMethod") not in CARDS:
        document |= {"cardLastFour": None, "cardType": None}
    document["amount"] = to_json(max(CENT, abs(_cents(document["amount"]))))
    invoice = call.collection("invoices").find_one(document.get("invoiceId") or 0)
    if invoice is None or document.get("status") != PAID or not document.get("active", True):
        return
    left = to_decimal(outstanding_amount(invoice, NearLinks(call)))
    if left > 0:
        document["amount"] = to_json(min(left, to_decimal(document["amount"])))
    else:
        document["invoiceId"] = None


def _reckon_wip(call: Call, document: Document) -> None:
    """Billed and written off leaves what is outstanding."""
    document |= {"billedAmount": 0, "writeOffAmount": 0}
    for name in ("billableHours", "nonBillableHours", "hourlyRate"):
        document[name] = to_json(abs(_cents(document.get(name) or 0)))
    complete("wip", document, ["billableHours", "nonBillableHours", "hourlyRate", "billedAmount"])
    document["value"] = to_json(_cents(document["value"]))
    complete("wip", document, ["value"])


def _cents(value: float | Decimal) -> Decimal:
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


_RECKONING: Mapping[str, Callable[[Call, Document], None]] = {
    "invoices": _reckon_invoice,
    "draft_invoices": _reckon_draft,
    "payments": _reckon_payment,
    "wip": _reckon_wip,
}
"""What makes the amounts of a made document add up."""

_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "clients": {
        "type": ("CORPORATE", "PARTNERSHIP", "NONPROFIT", "INDIVIDUAL"),
        "industry": ("MANUFACTURING", "TECHNOLOGY", "HEALTHCARE", "RETAIL", "REAL_ESTATE", "CONSTRUCTION"),
        "size": ("SMALL", "MEDIUM", "LARGE"),
    },
    "staff": {"staffType": ("PARTNER", "MANAGER", "SENIOR", "ASSOCIATE", "ADMIN")},
    "payments": {"status": (PAID, PAID, PAID, "PENDING"), "cardType": ("VISA", "MASTERCARD", "AMEX")},
    "engagements": {"type": ("AUDIT", "TAX", "ADVISORY"), "status": ("ACTIVE", "COMPLETED", "ON_HOLD", "EXECUTED")},
    "wip": {"type": ("TIME", "TIME", "EXPENSE", "FIXED_FEE")},
    "draft_invoices": {
        "status": ("DRAFT", "UNDER_REVIEW", "APPROVED", "REJECTED"),
        "reviewStatus": ("NOT_SUBMITTED", "PENDING_APPROVAL", "APPROVED", "REJECTED"),
    },
    "draft_invoice_histories": {"activityType": ("DRAFT_INVOICE_CREATED", "DRAFT_INVOICE_RECONCILED")},
    "contact_infos": {"type": ("EMAIL", "PHONE", "ADDRESS")},
}
"""Words of the vendor for members whose values the description leaves open."""

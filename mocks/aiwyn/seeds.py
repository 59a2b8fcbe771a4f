"""How documents of a fixture are stored: written ones with the defaults of their schema, made ones tied to the others.

A made document comes without an id and with foreign keys that lead nowhere, and its amounts do not add up yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from sandbooks import Call, Invalid

from .amounts import PAID, complete, outstanding_amount, to_decimal, to_json
from .kinds import with_defaults
from .links import NearLinks
from .shapes import Schema

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.spec import Description

Document = dict[str, Any]  # JSON

CLIENT = "clientId"
CENT = Decimal("0.01")
CARDS = ("CREDIT_CARD", "DEBIT_CARD", "APPLE_PAY", "GOOGLE_PAY")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a schema asks of the documents that are made for it, read from it once.

    `keys` are the foreign keys, that of the client last: name, collection, whether null will do. `lists` hold such
    keys, `parts` objects with plans of their own. `words` are the texts with a default.
    """

    keys: tuple[tuple[str, str, bool], ...]
    lists: tuple[str, ...]
    parts: tuple[tuple[str, _Plan], ...]
    words: Mapping[str, str]
    has_ref: bool


class Seeder:
    """Stores the fixture documents of a collection, whose stored schema is `component`."""

    def __init__(self, collection: str, component: str) -> None:
        self._collection = collection
        self._component = component
        self._description: Description | None = None
        self._schema: Schema = {}
        self._plan = _NO_PLAN

    def __call__(self, call: Call, document: Document) -> None:
        if call.description is not self._description:
            self._description = call.description
            self._schema = call.description.resolve(f"#/components/schemas/{self._component}")
            self._plan = _read_plan(call.description, self._schema)
        if "id" not in document:
            document = self._worded(call, _tie(call, call.chance.at("tie"), self._plan, document))
            _RECKONING.get(self._collection, _leave)(call, document)
        call.collection(self._collection).insert(with_defaults(self._schema, document))

    def _worded(self, call: Call, document: Document) -> Document:
        """The document with the vendor's words in place of made-up ones: a default where the schema has one."""
        chance = call.chance.at("word")
        words = {name: chance.choice(known) for name, known in _WORDS.get(self._collection, {}).items()}
        ref: Document = {"systemRef": None} if self._plan.has_ref else {}
        return {**document, **self._plan.words, **words, **ref}


def _read_plan(description: Description, schema: Schema) -> _Plan:
    keys: list[tuple[str, str, bool]] = []
    lists: list[str] = []
    parts: list[tuple[str, _Plan]] = []
    properties: Schema = schema.get("properties", {})
    for name, part in properties.items():
        part = description.resolve(part)
        items = description.resolve(part["items"]) if "items" in part else {}
        if "x-references" in part:
            keys.append((name, part["x-references"], part.get("nullable") is True))
        elif "x-references" in items:
            lists.append(name)
        elif "properties" in items:
            parts.append((name, _read_plan(description, items)))
    words = {
        name: part["default"]
        for name, part in properties.items()
        if part.get("type") == "string" and "default" in part and "enum" not in part
    }
    keys.sort(key=lambda key: key[0] == CLIENT)  # last: the others may tell which client it is
    return _Plan(tuple(keys), tuple(lists), tuple(parts), words, "systemRef" in properties)


def _tie(call: Call, chance: Chance, plan: _Plan, document: Document) -> Document:
    """The document with foreign keys that lead somewhere; a key is null where its collection is empty.

    Its client is that of the first related document that has one.

    Raises:
        Invalid: a collection is empty and null is not allowed.
    """
    tied = dict(document)
    client: int | None = None
    for name, collection, nullable in plan.keys:
        if name not in tied or (name == CLIENT and client is not None):
            continue
        found = _pick(call, chance, collection)
        if found is None and not nullable:
            raise Invalid(f"{name} needs a document in {collection}; list that collection first.")
        tied[name] = found and found["id"]
        if client is None and found is not None and name != CLIENT:
            client = found.get(CLIENT)
    for name in plan.lists:
        if name in tied:
            tied[name] = []
    for name, inner in plan.parts:
        if name in tied:
            tied[name] = [_tie(call, chance, inner, item) for item in tied[name]]
    if CLIENT in tied and client is not None:
        tied[CLIENT] = client
    return tied


def _pick(call: Call, chance: Chance, collection: str) -> Mapping[str, Any] | None:
    table = call.collection(collection)
    count = len(table)
    return next(table.views(offset=chance.integer(0, count - 1), limit=1)) if count else None


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
    if invoice.get("paidAmount") is not None:  # it says itself what was paid: one payment more would not add up
        document["invoiceId"] = None
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

_NO_PLAN = _Plan((), (), (), {}, has_ref=False)

"""What was open at a day on the side of the customers or of the vendors, document by document, in rupees.

Follows from the dates of what settled it, not from the balance of today: payments by the day of each allocation, notes
by the day of each application. So the sum is the balance of the control account at any day, past ones too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sandbooks import Call

from .. import chart
from ..errors import Json
from ..money import ZERO, dec
from ..rupees import in_rupees, rate_of, total_rupees
from .balances import net_of
from .spans import Span

Document = Mapping[str, Json]
NOT_POSTED = ("DRAFT", "CANCELLED")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sides: where its documents are, and the names of their members.

    `sign` is 1 where the control account has its balance on the debit side. `own_notes` are those that have no type.
    """

    documents: str
    id: str
    number: str
    contact: str
    contact_name: str
    note_type: str
    control: str
    sign: int
    own_notes: tuple[str, str] | None = None


RECEIVABLES = Side("invoices", "invoice_id", "invoice_number", "customer_id", "customer_name", "customer", chart.AR, 1)
PAYABLES = Side(
    "bills", "bill_id", "bill_number", "vendor_id", "vendor_name", "vendor", chart.AP, -1, ("debit_notes", "vendor_id")
)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A document with a balance at the day; both amounts in rupees."""

    document: Document
    total: Decimal
    balance: Decimal


@dataclass(slots=True)
class OpenItems:
    """`unapplied` is what stands on the control account beside the documents, by contact; below 0 where it settles."""

    items: list[OpenItem] = field(default_factory=list)
    unapplied: dict[str, Decimal] = field(default_factory=dict)

    def add_unapplied(self, contact_id: str | None, amount: Decimal) -> None:
        key = contact_id or ""
        self.unapplied[key] = self.unapplied.get(key, ZERO) + amount


def posted(call: Call, collection: str) -> Iterator[Document]:
    """The documents that the ledger knows: neither drafts nor cancelled ones; in no order."""
    return call.collection(collection).scan(lambda document: document["status"] not in NOT_POSTED)


def open_items(call: Call, side: Side, span: Span) -> OpenItems:
    """All that was open on that side on the last day of the span, of its branch."""
    found = OpenItems()
    documents = {each[side.id]: each for each in posted(call, side.documents)}
    settled: dict[str, Decimal] = {}
    for target, amount in _paid(call, side, span, documents):
        settled[target] = settled.get(target, ZERO) + amount
    _take_notes(call, side, span, documents, settled, found)
    for document_id, document in documents.items():
        if span.is_of_branch(document):
            _take(document, settled.get(document_id, ZERO), span, found)
    _take_manual_entries(call, side, span, found)
    return found


def _take(document: Document, settled: Decimal, span: Span, found: OpenItems) -> None:
    """A document with what has settled it, which is nothing before its day."""
    whole = total_rupees(document)
    if span.has_day(document["date"]) and whole != settled:
        found.items.append(OpenItem(document, whole, whole - settled))


def _paid(call: Call, side: Side, span: Span, documents: Mapping[str, Document]) -> Iterator[tuple[str, Decimal]]:
    """What payments have settled by the day: the document, and by how many rupees."""
    for payment in call.collection("payments").scan(lambda document: bool(document["allocations"])):
        for allocation in payment["allocations"]:
            target = allocation.get(side.id)
            if target in documents and span.has_day(allocation.get("date") or payment["date"]):
                yield target, _rupees(allocation, "rupees", documents[target])


def _take_notes(
    call: Call, side: Side, span: Span, documents: Mapping[str, Document], settled: dict[str, Decimal], found: OpenItems
) -> None:
    """Notes settle what they were applied to by the day; the rest of them, if they were there, is unapplied."""
    for contact_id, note in _notes(call, side):
        if not span.has_day(note["date"]):
            continue
        left = total_rupees(note)
        for application in note.get("applications") or ():
            target = application.get(side.id)
            if target in documents and span.has_day(application["date"]):
                document = documents[target]
                relieved = _rupees(application, "rupees", document)
                settled[target] = settled.get(target, ZERO) + relieved
                left -= _rupees(application, "note_rupees", note)
                if document.get("branch_id") != note.get("branch_id"):  # nothing is posted from branch to branch
                    left += relieved
                    if span.is_of_branch(document):
                        found.add_unapplied(contact_id, relieved)
        if left and span.is_of_branch(note):
            found.add_unapplied(contact_id, -left)


def _rupees(settlement: Document, name: str, document: Document) -> Decimal:
    """What was posted with a settlement; at the document's rate where that was not kept."""
    posted_as = settlement.get(name)
    return in_rupees(dec(settlement["amount"]), rate_of(document)) if posted_as is None else dec(posted_as)


def _notes(call: Call, side: Side) -> Iterator[tuple[str, Document]]:
    for note in posted(call, "credit_notes"):
        if note["type"] == side.note_type:
            yield note["customer_id"], note
    if side.own_notes is not None:
        collection, contact = side.own_notes
        for note in posted(call, collection):
            yield note[contact], note


def _take_manual_entries(call: Call, side: Side, span: Span, found: OpenItems) -> None:
    """What somebody booked on the control account by hand belongs to no document."""
    for entry in call.collection("journals").scan(lambda entry: entry["source"] == "MANUAL" and span.holds(entry)):
        for line in entry["lines"]:
            if line["account_id"] == side.control:
                found.add_unapplied(entry.get("contact_id"), net_of(line) * side.sign)

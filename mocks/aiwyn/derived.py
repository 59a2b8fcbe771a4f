"""What the read side shows and nobody stores: names of related entities, lists of them, and sums.

Knows which related document each comes from; knows no wire format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .amounts import financial_summary, outstanding_amount, paid_amount
from .links import Links
from .operators import Document, Kind


@dataclass(frozen=True, slots=True)
class Value:
    """One comparable value."""

    read: Callable[[Document, Links], Any]  # a JSON scalar
    kind: Kind = "string"


@dataclass(frozen=True, slots=True)
class Related:
    """Documents of a collection."""

    collection: str
    read: Callable[[Document, Links], Sequence[Document]]
    many: bool = True


@dataclass(frozen=True, slots=True)
class Whole:
    """A JSON value that is shown as it is."""

    read: Callable[[Document, Links], Any]  # any JSON


def _of(collection: str, key: str, *names: str) -> Value:
    """The first of these members that the document behind a foreign key has."""

    def read(document: Document, links: Links) -> Any:
        related = links.one(collection, document.get(key)) or {}
        return next((related[name] for name in names if related.get(name) is not None), None)

    return Value(read)


def _person(collection: str, key: str) -> Value:
    """First and last name of the person behind a foreign key."""
    return Value(lambda document, links: _full_name(links.one(collection, document.get(key))))


def _full_name(person: Document | None) -> str | None:
    if person is None:
        return None
    return " ".join(person[name] for name in ("firstName", "lastName") if person.get(name))


def _primary_contact(client: Document, links: Links) -> Sequence[Document]:
    """The active primary contact of the lowest id."""
    contacts = links.many("contacts", "clientId", client["id"])
    return [contact for contact in contacts if contact.get("isPrimaryContact") and contact.get("active")][:1]


def _projects(engagement: Document, links: Links) -> Sequence[Document]:
    """Those that name the engagement and those that it lists itself (the vendor's examples need both), by id."""
    named = {project["id"]: project for project in links.many("projects", "engagementId", engagement["id"])}
    listed = (links.one("projects", listed_id) for listed_id in engagement.get("projectIds") or ())
    every = {**named, **{project["id"]: project for project in listed if project is not None}}
    return [every[project_id] for project_id in sorted(every)]


_CLIENT_NAME = _of("clients", "clientId", "name")
_PROJECT_NAME = _of("projects", "projectId", "name")
_BILLING_EMAIL = _of("clients", "clientId", "billingEmail", "email")

DERIVED: Mapping[str, Mapping[str, Value | Related | Whole]] = {
    "clients": {
        "primaryContact": Related("contacts", _primary_contact, many=False),
        "financialSummary": Whole(financial_summary),
    },
    "contacts": {
        "name": Value(lambda contact, links: _full_name(contact)),
        "clientName": _CLIENT_NAME,
    },
    "payments": {
        "clientName": _CLIENT_NAME,
        "invoiceNumber": _of("invoices", "invoiceId", "invoiceNumber"),
        "paymentDate": Value(lambda payment, links: payment.get("confirmationDate"), "datetime"),
    },
    "draft_invoices": {
        "clientName": _CLIENT_NAME,
        "clientEmail": _BILLING_EMAIL,
        "projectName": _PROJECT_NAME,
        "pmsInvoiceNumber": _of("invoices", "invoiceId", "invoiceNumber"),
    },
    "invoices": {
        "clientName": _CLIENT_NAME,
        "clientEmail": _BILLING_EMAIL,
        "projectName": _PROJECT_NAME,
        "paidAmount": Value(paid_amount, "number"),
        "outstandingAmount": Value(outstanding_amount, "number"),
    },
    "projects": {
        "clientName": _CLIENT_NAME,
        "engagementName": _of("engagements", "engagementId", "name"),
    },
    "wip": {
        "clientName": _CLIENT_NAME,
        "projectName": _PROJECT_NAME,
        "staffName": _person("staff", "staffId"),
    },
    "engagements": {
        "clientName": _CLIENT_NAME,
        "clientEmail": _of("clients", "clientId", "email"),
        "clientPhone": _of("clients", "clientId", "phone"),
        "projects": Related("projects", _projects),
    },
    # Objects inside a document, by the member that holds them.
    "teamMembers": {"name": _person("staff", "staffId")},
    "reviewHistory": {"reviewerName": _person("staff", "reviewerId")},
    "approvalHistory": {"approverName": _person("staff", "approverId")},
}
"""By collection and name; each is also known to conditions and orders."""

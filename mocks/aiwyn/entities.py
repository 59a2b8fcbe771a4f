"""The entities of the read side: where each is kept, how it is shown, in which order, and what narrows its list.

Declarations only. What an entity consists of stands in the description.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbooks import Collection

from .operators import fault, read_instant
from .views import DATE_LENGTH

Where = dict[str, Any]  # a `where` object: JSON
Order = tuple[str, ...]

LAST_OF_DAY = "T23:59:59.999999Z"
"""Moments are known to the microsecond, so nothing of the day comes after it."""

ALIAS = "Alias"
"""Every read exists a second time without `gql` in its path; its operation bears the name with this ending (A2)."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A member of a list's body, and the condition that it stands for."""

    name: str
    condition: Callable[[Any], Where]  # from the JSON that was sent


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity of `/gql/v1`.

    `key` is the name of the rows in an answer; `row` and `single` are the schemas of its two faces; `listed`,
    `searched` and `got` the operations, empty for one that does not exist. `sums` are the members summed up beside
    the count; `single_names` maps a name of the single object to the member behind it, where rows use it otherwise.
    `written_date` is the moment in the order that callers write, in any zone; the store sorts those in UTC alone.
    """

    noun: str
    collection: str
    key: str
    row: str
    single: str
    listed: str = ""
    searched: str = ""
    got: str = ""
    order: Order = ("name", "id")
    filters: tuple[Filter, ...] = ()
    sums: tuple[str, ...] = ()
    single_names: Mapping[str, str] = field(default_factory=dict)
    written_date: str = ""

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation of the entity, aliases not counted."""
        return tuple(operation for operation in (self.listed, self.searched, self.got) if operation)


def equals(name: str, field: str = "") -> Filter:
    return Filter(name, lambda value: {field or name: {"_eq": value}})


def part_of(name: str, *fields: str) -> Filter:
    """Part of one of these texts; case does not matter."""

    def condition(value: str) -> Where:
        pattern = "%" + "".join(f"\\{c}" if c in "%_\\" else c for c in value) + "%"
        return {"_or": [{field: {"_ilike": pattern}} for field in fields]}

    return Filter(name, condition)


def since(name: str, field: str) -> Filter:
    return Filter(name, lambda value: _dated(field, {"_gte": _moment(name, value)}))


def until(name: str, field: str) -> Filter:
    """Up to that moment; a date without a time means the whole day."""

    def condition(value: str) -> Where:
        is_day = len(_moment(name, value)) == DATE_LENGTH
        return _dated(field, {"_lte": f"{value}{LAST_OF_DAY}" if is_day else value})

    return Filter(name, condition)


def _moment(name: str, value: str) -> str:
    """The value as it is.

    Raises:
        Invalid: no calendar has it.
    """
    if read_instant(value) is None:
        raise fault(f"/{name}", value, "an ISO date or date-time")
    return value


def _dated(field: str, comparison: Where) -> Where:
    """The comparison with a date that a caller can set, or with `createdAt` where it is not set."""
    return {"_or": [{field: comparison}, {field: {"_is_null": True}, "createdAt": comparison}]}


_BY_NAME: Order = ("name", "id")
_BY_PERSON: Order = ("lastName", "firstName", "id")
_NEWEST_FIRST: Order = ("-createdAt", "id")

# A15 holds the orders that the vendor leaves open, A18 the reference tags, A22 the filters.
ENTITIES = (
    Entity(
        "client", "clients", "clients", "ClientRow", "Client",
        "getClients", "filterClientsDynamic", "getClientById", ("name", "-createdAt", "id"),
    ),
    Entity(
        "contact", "contacts", "contacts", "ContactRow", "Contact",
        "getContacts", "filterContactsDynamic", "getContactById", _BY_PERSON,
    ),
    Entity(
        "member of staff", "staff", "staff", "StaffRow", "StaffMember",
        "getStaff", "filterStaffDynamic", "getStaffById", _BY_PERSON,
        (part_of("search", "firstName", "lastName"), equals("deptId"), equals("active"), equals("staffType")),
    ),
    Entity(
        "payment", "payments", "payments", "Payment", "Payment",
        "getPayments", "", "getPaymentById", _NEWEST_FIRST,
        (
            equals("clientId"), equals("paymentMethod"),
            since("startDate", "confirmationDate"), until("endDate", "confirmationDate"),
        ),
    ),
    Entity(
        "draft invoice history", "draft_invoice_histories", "draftInvoices", "DraftInvoiceHistory", "",
        "getDraftInvoiceHistoriesPaginated", "filterDraftInvoiceHistoriesDynamic", "", _NEWEST_FIRST,
    ),
    Entity("draft invoice", "draft_invoices", "", "", "DraftInvoice", got="getDraftInvoiceById", order=_NEWEST_FIRST),
    Entity(
        "invoice", "invoices", "invoices", "InvoiceRow", "Invoice",
        "getInvoices", "", "getInvoiceById", _NEWEST_FIRST,
        (equals("clientId"), equals("status"), since("startDate", "issueDate"), until("endDate", "issueDate")),
    ),
    Entity(
        "project", "projects", "projects", "ProjectRow", "Project",
        "getProjectsPaginated", "filterProjectsDynamic", "getProjectById", ("-updatedAt", "id"),
    ),
    Entity(
        "WIP entry", "wip", "wip", "WipRow", "WipEntry",
        "getWip", "filterWipsDynamic", "getWipById", ("-loggedDate", "id"),
        (
            equals("clientId"), equals("jobId"), equals("wipType", "type"),
            since("startDate", "loggedDate"), until("endDate", "loggedDate"),
        ),
        ("value", "outstandingValue", "billedAmount", "writeOffAmount"),
        {"type": "billingType"}, "loggedDate",
    ),
    Entity(
        "engagement", "engagements", "engagements", "EngagementRow", "Engagement",
        "getEngagements", "searchEngagementsDynamic", "getEngagementById", _NEWEST_FIRST,
        (equals("clientId"), equals("status"), since("startDate", "startDate"), until("endDate", "startDate")),
    ),
    *(
        Entity(
            noun, collection, key, schema, schema,
            f"get{plural}", f"filter{plural}Dynamic", f"get{schema}ById", _BY_NAME,
        )
        for noun, collection, key, schema, plural in (
            ("client business entity", "client_business_entities", "clientBusinessEntities", "ClientBusinessEntity",
             "ClientBusinessEntities"),
            ("contact client", "contact_clients", "contactClients", "ContactClient", "ContactClients"),
            ("contact info", "contact_infos", "contactInfos", "ContactInfo", "ContactInfos"),
            ("department", "departments", "departments", "Department", "Departments"),
            ("industry", "industries", "industries", "Industry", "Industries"),
            ("job", "projects", "jobs", "Job", "Jobs"),
            ("job template", "job_templates", "jobTemplates", "JobTemplate", "JobTemplates"),
            ("office", "offices", "offices", "Office", "Offices"),
            ("service line", "service_lines", "serviceLines", "ServiceLine", "ServiceLines"),
        )
    ),
)  # fmt: skip

BY_OPERATION: Mapping[str, Entity] = {
    operation + ending: entity for entity in ENTITIES for operation in entity.operations for ending in ("", ALIAS)
}
"""The entity that an operation serves."""


def _kept(name: str, schema: str, order: Order = _BY_NAME, *indexes: str, has_ref: bool = True) -> Collection:
    unique = (("systemRef",),) if has_ref else ()
    return Collection(name, schema, unique=unique, indexes=indexes, order=order)


COLLECTIONS = (
    _kept("clients", "StoredClient", ("name", "-createdAt", "id")),
    _kept("contacts", "StoredContact", _BY_PERSON, "clientId"),
    _kept("staff", "StoredStaff", _BY_PERSON, "deptId", "officeId"),
    _kept("payments", "StoredPayment", _NEWEST_FIRST, "clientId", "invoiceId"),
    _kept("draft_invoice_histories", "StoredDraftInvoiceHistory", _NEWEST_FIRST, has_ref=False),
    _kept("draft_invoices", "StoredDraftInvoice", _NEWEST_FIRST, has_ref=False),
    _kept("invoices", "StoredInvoice", _NEWEST_FIRST, "clientId", "projectId"),
    _kept("projects", "StoredProject", ("-updatedAt", "id"), "clientId", "engagementId"),
    _kept("wip", "StoredWip", ("-loggedDate", "id"), "projectId"),
    _kept("engagements", "StoredEngagement", _NEWEST_FIRST, "clientId"),
    _kept("client_business_entities", "StoredClientBusinessEntity"),
    _kept("contact_clients", "StoredContactClient", _BY_NAME, "contactId"),
    _kept("contact_infos", "StoredContactInfo", _BY_NAME, "contactId"),
    _kept("departments", "StoredDepartment"),
    _kept("industries", "StoredIndustry"),
    _kept("job_templates", "StoredJobTemplate"),
    _kept("offices", "StoredOffice"),
    _kept("service_lines", "StoredServiceLine"),
    Collection("custom", "StoredRecordType", unique=(("name",),), order=("name",)),
    Collection("records", "StoredRecord", unique=(("type", "systemRef"),)),
    Collection("event-subscriptions", "StoredEventSubscription", order=("id",)),
    Collection("files", "StoredFile", order=("id",)),
)
"""What is kept. A systemRef is unique in its collection, whatever it consists of (A25)."""

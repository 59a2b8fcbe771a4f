"""What is kept: each kind of document with its names, its id and what its lists are found by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sandbooks import Collection

IdForm = Literal["plain", "hex", "uuid", "given"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document.

    `collection` is its path segment, `key` its name in an answer, `entity` that in activity and events, `word` the one
    in messages. `id` is its identifying property, made of `prefix` and what `form` says. `in_utc` ones show moments in
    UTC. What is stored fits `schema`, `StoredInvoice` and the like unless told otherwise; empty for anything. `indexes`
    are what lists are filtered by.
    """

    collection: str
    key: str
    word: str
    entity: str = ""
    prefix: str = ""
    form: IdForm = "plain"
    id: str = ""
    in_utc: bool = False
    schema: str | None = None
    indexes: tuple[str, ...] = ()
    order: tuple[str, ...] = ("-created_time",)
    unique: tuple[tuple[str, ...], ...] = ()

    @property
    def identity(self) -> str:
        return self.id or f"{self.key}_id"

    @property
    def component(self) -> str:
        """The schema of the description that a stored document fits; empty for none."""
        return f"Stored{self.key.title().replace('_', '')}" if self.schema is None else self.schema


_CUSTOMER, _VENDOR = ("customer_id", "status"), ("vendor_id", "status")

KINDS: Mapping[str, Kind] = {
    kind.collection: kind
    for kind in (
        Kind("contacts", "contact", "Contact", "CONTACT", "ct_", indexes=("contact_type", "status")),
        Kind("items", "item", "Item", "ITEM", "it_", indexes=("status",), unique=(("sku",),)),
        Kind("invoices", "invoice", "Invoice", "INVOICE", "inv_", indexes=(*_CUSTOMER, "invoice_number")),
        Kind("estimates", "estimate", "Estimate", "ESTIMATE", "est_", indexes=_CUSTOMER),
        Kind("sales_orders", "sales_order", "Sales order", "SALES_ORDER", "so_", indexes=_CUSTOMER),
        Kind(
            "credit_notes",
            "credit_note",
            "Credit note",
            "CREDIT_NOTE",
            "cn_",
            indexes=(*_CUSTOMER, "invoice_id", "bill_id"),
        ),
        Kind("bills", "bill", "Bill", "BILL", "bl_", indexes=_VENDOR),
        Kind("purchase_orders", "purchase_order", "Purchase order", "PURCHASE_ORDER", "po_", indexes=_VENDOR),
        Kind("debit_notes", "debit_note", "Debit note", "DEBIT_NOTE", "dn_", indexes=(*_VENDOR, "bill_id")),
        Kind("expenses", "expense", "Expense", "EXPENSE", "exp_", indexes=("vendor_id", "account_id")),
        Kind("payments", "payment", "Payment", "PAYMENT", form="uuid", indexes=("contact_id", "flow")),
        Kind("journals", "journal", "Journal", "JOURNAL", "je_", indexes=("source_id", "contact_id", "source")),
        Kind("taxes", "tax", "Tax", form="given", order=("tax_id",)),
        Kind("accounts", "account", "Account", form="given", order=("code", "account_id")),
        Kind("branches", "branch", "Branch", form="given", order=("code", "branch_id")),
        Kind("cost_centers", "cost_center", "Cost center", form="given", order=("name",)),
        Kind("currencies", "currency", "Currency", form="given", id="currency_code", order=()),
        Kind(
            "exchange_rates",
            "exchange_rate",
            "Exchange rate",
            form="given",
            order=("-rate_date", "-exchange_rate_id"),
        ),
        Kind(
            "attachments", "attachment", "Attachment", "", "att_", "hex", schema="", in_utc=True, indexes=("entity_id",)
        ),
        Kind(
            "recurring",
            "recurring",
            "Recurring schedule",
            "RECURRING",
            "rec_",
            "hex",
            in_utc=True,
            order=("next_run_at", "recurring_id"),
        ),
        Kind(
            "comments", "comment", "Comment", "", "cmt_", "hex", schema="Comment", in_utc=True, indexes=("entity_id",)
        ),
        Kind(
            "activity",
            "activity",
            "Event",
            "",
            "evt_",
            "hex",
            id="event_id",
            schema="Activity",
            in_utc=True,
            indexes=("entity_id", "action"),
            order=("-occurred_at", "-event_id"),
        ),
        Kind("endpoints", "endpoint", "Webhook endpoint", "", "wh_", in_utc=True),
    )
}
"""Every kind of document that has paths of its own, by collection."""

DEFAULTS: Mapping[str, Mapping[str, Any]] = {  # JSON
    "contacts": {
        "contact_type": "CUSTOMER",
        "gst_no": None,
        "gst_treatment": None,
        "display_name": None,
        "pan": None,
        "place_of_contact": None,
        "billing_address": {},
        "shipping_address": {},
        "contact_persons": [],
        "payment_terms": 0,
        "opening_balance": 0.0,
        "currency_code": "INR",
        "status": "ACTIVE",
    },
    "items": {
        "item_type": "GOODS",
        "unit": "NOS",
        "rate": 0.0,
        "purchase_rate": 0.0,
        "tax_id": None,
        "status": "ACTIVE",
    },
    "accounts": {"currency_code": "INR", "is_active": True, "is_system": False},
}
"""What stands in for a member that a create leaves out, or that the control API did not write."""

_INTERNAL = (
    Collection("series", ids="string"),
    Collection("emails", id="message_id", ids="string"),
    Collection("users", "StoredUser", id="user_id", ids="string"),
    Collection("organisations", "StoredOrganisation", id="organization_id", ids="string"),
    Collection("memberships", "StoredMembership", id="membership_id", ids="string", indexes=("user_id",)),
    Collection("clients", "StoredClient", id="client_id", ids="string"),
    Collection("grants", ids="string"),
    Collection("tokens", ids="string", indexes=("grant_id",)),
    Collection("settings", "StoredSettings", ids="string"),
    Collection("story", "StoredStory", id="story_id", ids="string"),
    Collection("sequence", ids="string"),
)
"""What has no path: numbers, the outbox, who may call, switches."""


def _kept(kind: Kind) -> Collection:
    newest = (*kind.order, f"-{kind.identity}") if kind.order == ("-created_time",) else kind.order
    return Collection(
        kind.collection,
        kind.component,
        id=kind.identity,
        ids="string",
        unique=kind.unique,
        indexes=kind.indexes,
        order=newest,
    )


COLLECTIONS = (*map(_kept, KINDS.values()), *_INTERNAL)

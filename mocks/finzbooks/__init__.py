"""FinzBooks, bookkeeping with GST for businesses in India: documents, payments, the ledger and its reports."""

from sandbooks import Pack

from . import (
    activity,
    applications,
    attachments,
    bills,
    bulk,
    comments,
    contacts,
    email,
    estimates,
    expenses,
    invoices,
    items,
    journals,
    lookups,
    notes,
    orders,
    payments,
    reports,
    webhooks,
)
from .collections import COLLECTIONS
from .errors import FinzBooksErrors
from .seeds import SEEDERS, Story

AREAS = (
    (contacts, "contacts"),
    (items, "items"),
    (lookups, ""),
    (invoices, "invoices"),
    (estimates, "estimates"),
    (orders, ""),
    (notes, ""),
    (applications, "credit_notes"),
    (bills, "bills"),
    (expenses, "expenses"),
    (payments, "payments"),
    (journals, "journals"),
    (bulk, ""),
    (reports, ""),
    (email, "emails"),
    (attachments, "attachments"),
    (comments, "comments"),
    (activity, "activity"),
    (webhooks, "endpoints"),
)
"""The modules that answer operations, each with the collection that they serve; empty where there are several."""

pack = Pack(
    "finzbooks",
    errors=FinzBooksErrors(),
    collections=COLLECTIONS,
    webhooks=webhooks.WEBHOOKS,
    body_limits={"uploadAttachment": attachments.MOST_SENT},
)

for area, served in AREAS:
    for operation, handler in area.HANDLERS.items():
        pack.handles(operation, collection=served)(handler)

for kept, seeder in SEEDERS.items():
    pack.seeds(kept)(seeder)
pack.seeds("story")(Story(pack.handlers))

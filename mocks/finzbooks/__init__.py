"""FinzBooks, bookkeeping with GST for businesses in India: documents, payments, the ledger and its reports."""

from sandbooks import Pack

from . import (
    activity,
    applications,
    attachments,
    auth,
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
    oauth,
    orders,
    payments,
    recurring,
    reports,
    webhooks,
)
from .collections import COLLECTIONS
from .errors import FinzBooksErrors
from .seeds import SEEDERS, Story

AREAS = (
    (auth, ""),
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
    (recurring, "recurring"),
    (comments, "comments"),
    (activity, "activity"),
    (webhooks, "endpoints"),
)
"""The modules that answer operations, each with the collection that they serve; empty where there are several."""

pack = Pack(
    "finzbooks",
    auth=auth.TokenScheme(),
    recognise=auth.recognise,
    admit=auth.admit,
    authorise=auth.authorise,
    limits=auth.LIMITS,
    limit_headers=auth.LIMIT_HEADERS,
    idempotency=auth.IDEMPOTENCY,
    errors=FinzBooksErrors(),
    collections=COLLECTIONS,
    webhooks=webhooks.WEBHOOKS,
    duties=(recurring.SCHEDULER,),
    body_limits={"uploadAttachment": attachments.MOST_SENT},
    sandbox_in_query=oauth.sandbox_in_query,
    sandbox_in_body=oauth.sandbox_in_body,
    secret_fields=oauth.SECRET_FIELDS,
)

for area, served in AREAS:
    for operation, handler in area.HANDLERS.items():
        pack.handles(operation, collection=served)(handler)

for operation, handler in oauth.HANDLERS.items():
    pack.handles(operation, checked=False)(handler)

for kept, seeder in SEEDERS.items():
    pack.seeds(kept)(seeder)
pack.seeds("story")(Story(pack.handlers))

"""FinzBooks, bookkeeping with GST for businesses in India: documents, payments, the ledger and its reports.

The vendor's documentation (https://developers.finzbooks.com, read 2026-11) shows some pages only in part. What was
assumed bears a number (A1 to A34) and is kept in one place:

- A1, A30 names, shapes and patterns of members: the description. A2 201 for what was created: the handlers.
- A3 prefixes of tokens, the organization in a header: `auth`. A4 codes and statuses of refusals: `errors`; A5 where a
  duplicate is which: `bills`, `invoices`, `items`. A6 keys: `auth.IDEMPOTENCY`. A7 cursors, A33 whole lists: `paging`.
- A8 codes, tokens and their families: `oauth`. A9 events: `events`; endpoints, retries, switching off: `webhooks`.
- A10 which tax, A11 rounding: `gst`; in rupees: `rupees`. A12 discounts, A13 `taxes`: `lines`.
- A14, A15 life of an invoice: `invoices`, `settlement`. A16 numbers: `numbers`. A17, A18 payments: `payments`,
  `allocations`. A19, A20 notes: `notes`, `applications`. A21 orders: `proposals`, `orders`, `estimates`.
- A22, A25 contacts: `contacts`. A23 reverse charge and blocked credit: `purchases`. A24 accounts: `chart`, fixtures.
- A26 to A29 reports: `reports`; the day in India: `days`. A31 `recurring`. A32 `email`, `attachments`, `comments`.
- A34 the clock is the sandbox's.

Where the documentation contradicts itself:

- An organization is named in the query or in the header; two that differ are refused. Both prefixes of tokens are read.
- Tokens for all organizations exist beside bound ones. The four hosts of the samples are servers of the description.
- A duplicate bill is 400, a number or sku that is taken 409. A key is a must where money moves, else optional.
- The price of purchase is `purchase_rate`. A payment takes `bank_account_id` and `paid_through_account_id` for one
  thing. BANK is a mode of expenses, BANK_TRANSFER of both. Attachments know contacts, comments receipts.
- Mail leaves the status as it is; approving changes it. `comment.created` is in small letters, other events are not.
- There are as many operations as the reference has, not as the overview counts. `code` and status are both right.

Where it is silent and the sandbox had to choose:

- Of several faults the first is told. A 405 has the code of an unknown path, 413 and 415 that of a body that does not
  fit. Amounts of 10^12 and more are refused, so that sums of them are exact to the paisa. Prices keep their decimals.
- A change that changes nothing leaves no version, no activity and no event. A cursor is good for its list in its
  organization. Accounts are listed by code and taxes by id: they have no moment.
- A PUT changes what is sent and nothing that was once derived; PAN and place follow a GSTIN where they are missing. A
  status sent to a contact or item brings it back. What a schedule names cannot be deleted either; a contact with
  documents of a side stays of that side.
- A call that changes a document answers the status that it gave; OVERDUE shows when it is read. A due date that came
  from the terms moves with the draft. A bill that credits settle is PAID. A document of nothing posts nothing.
- A number that somebody chose and that lies in the way of its series is passed over. Deleting what became of an order
  or estimate opens that again; conversions copy the date and need an active contact.
- Each part of a line in another currency is turned into rupees and rounded by itself. Payments and notes settle
  documents of their own currency; what different rates leave is other income.
- What a payment or note settles later bears its own day or the document's, whichever is later. A payment for another
  branch, or for a document of a later day, is an advance first. A refund draws on the advances.
- Sides of a manual entry that differ by the allowed paisa are made equal on the largest line. An entry without a branch
  is the default one's, and so is an expense. Cess under reverse charge is owed on Output Cess.
- A line of a note takes from the line that it returns what it does not bring; a changed note is undone and posted anew.
- The scheduler makes one document of a schedule a day, drafts only; one that began in the past catches up day by day. A
  run whose template fails is passed over and not counted. A body as template is tried out when the schedule is made.
- Activity of comments and files stands under their document; changing or deleting them writes none. A PDF is kept for
  each version and template; letters outside Latin-1 lose their accents or become `?`. Mail renders no PDF.
- Deleting or switching off an endpoint drops what is pending for it; what arrives begins the count of failures anew.
- Supplies abroad and to SEZ customers are zero-rated. A line without a tax is outside GST. Notes to vendors reverse
  input tax. Tax under reverse charge is in no total of its document.
"""

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
    pdf,
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
    (pdf, ""),
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

"""LedgerLou, double-entry bookkeeping for companies in Germany: the journal, bank, invoices, periods and reports."""

from sandbooks import Pack

from . import (
    accounts,
    auth,
    bankaccounts,
    banktransactions,
    bookings,
    contact,
    datev,
    documents,
    evidence,
    groups,
    history,
    inbox,
    ingestion,
    invoices,
    matching,
    ocr,
    parties,
    paymentruns,
    periods,
    reports,
    reviewcases,
    statements,
    suggestions,
    taxcodes,
)
from .collections import COLLECTIONS
from .errors import LedgerLouErrors
from .seeds import SEEDERS, Story

AREAS = (
    (auth, ""),
    (accounts, "accounts"),
    (bookings, "journal"),
    (history, "journal"),
    (documents, "documents"),
    (taxcodes, "tax-codes"),
    (periods, "periods"),
    (reports, "journal"),
    (datev, "journal"),
    (contact, "contact"),
    (bankaccounts, "bank-accounts"),
    (banktransactions, "bank-transactions"),
    (statements, "bank-transactions"),
    (evidence, "evidence"),
    (matching, "bank-transactions"),
    (groups, "bank-match-groups"),
    (suggestions, "bank-transactions"),
    (parties, ""),
    (invoices, ""),
    (paymentruns, "payment-runs"),
    (inbox, "inbox"),
    (reviewcases, "invoice-review-cases"),
    (ocr, "documents"),
    (ingestion, "ingestion-log"),
)
"""The modules that answer operations, each with the collection that they serve; empty where there are several."""

pack = Pack(
    "ledgerlou",
    auth=auth.TokenScheme(),
    recognise=auth.recognise,
    authorise=auth.authorise,
    errors=LedgerLouErrors(),
    collections=COLLECTIONS,
    body_limits={"uploadDocument": documents.MOST_SENT, "extractDocument": documents.MOST_SENT},
    duties=(periods.EXPIRY,),
    sandbox_in_body=auth.sandbox_in_body,
)

for area, served in AREAS:
    for operation, handler in area.HANDLERS.items():
        pack.handles(operation, collection=served)(handler)

for kept, seeder in SEEDERS.items():
    pack.seeds(kept)(seeder)
pack.seeds("story")(Story(pack.handlers))

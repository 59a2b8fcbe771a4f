"""LedgerLou, double-entry bookkeeping for companies in Germany: the journal, bank, invoices, periods and reports.

The vendor's documentation (https://docs.ledgerlou.de, read 2026-11) names its operations, and leaves much of what they
do open. What was assumed bears a number (A0 to A70) and is kept in one place:

- A0 types and nulls, A24 parts of answers, A25 members of `fx`, A26 statuses: the description. A4 form and codes of
  refusals, A6 their order, A7 to A9 what does not fit, A10 no limits, no keys, no events: `errors`. A11 unknown
  members are passed over.
- A1 a key acts for its user, A2 sign-in, A3 scopes: `auth`. A64 messages: `contact`. A68 what there is: fixtures,
  `seeds`.
- A12, A13 likeness of bookings, A21 event_count, A22 hashes, A23 provenance, A45 reversals: `journal`; A19 split and
  rounding, A21 pairs: `splits`. A27 checks of a booking, A20 mixed taxes: `bookings`, `journal`. A16 to A18 chart and
  tax codes: fixtures; A63 codes: `taxcodes`. A69, A70 movements and searching: `accounts`, order of the journal:
  `history`.
- A28 to A33 periods: `periods`; fiscal years: `years`. A14 documents: `documents`. A56, A57 reports: `reports`, A55
  `datev`.
- A15, A65 rows and files of banks: `banktransactions`, `statements`; A67 daily balances: `bankaccounts`. A34 to A37
  and A40 matches: `matching`; A38 groups: `groups`; A39 other currencies: `matching`, `openitems`. A41, A42 proposals
  and the view side by side: `candidates`, `suggestions`. A66 `evidence`. A5 accounts of adjustments: `groups`.
- A43, A44, A48, A49 invoices: `invoices`, A43 open items: `openitems`; A46, A47 parties: `parties`. A50 to A53 payment
  runs: `paymentruns`; A54 the file: `sepa`. A58 `ocr`, `readings`; A59 `inbox`; A60 `ingestion`; A61, A62
  `reviewcases`.

Where the documentation contradicts itself:

- The samples speak of two hosts: both are servers of the description. They call 1200 a bank, take 8400 for revenue and
  3300 as a vendor's account: all of them are in the chart and work, 8400 as an account of one's own.
- A list of bookings in the introduction is not among the operations. The scope debitoren is in no table and on every
  page: it is there. Tax codes are read with config:read or journal:read.
- A soft lock is "restricted" here and "blocked" there: nothing is posted until it is undone. A locked period is 400,
  not 409. A tax code is changed by its path, not its query.
- Dates in queries are `startDate` here and `start_date` there; ids in some answers are in camel case; rates are
  percents or fractions, amounts numbers or texts: each as on its page. A report may be asked for as susa or
  trial_balance.
- Whether extraction takes a document or a file: both. A message to the vendor needs a token, as only three calls do
  not.

Where it is silent and the sandbox had to choose:

- Of several faults of a booking the first is told: form, document, accounts, tax codes, taxes by hand, balance,
  period, likeness. Opening balances: entries, accounts, types, balance, 9000, the day, the period. An account that is
  not active is not found, but by tax codes.
- Likeness is that of the lines as they were sent, in any order. A posting counts again when its reversal is reversed,
  but is itself reversed once. A reversal has no reference and no documents; its reason is its metadata, too.
- Tax accounts are those that tax codes name. On the credit side self-assessed tax is turned round. A foreign amount is
  shared out to the events by their euros.
- The movements of an account stand by day; its balance is that of all of them, however many are asked for.
- A 405, 413 or 415 has a code of its own. A change that changes nothing is NO_CHANGES everywhere.
- Open items stand on assets and liabilities, but for cash, taxes and what is kept. A line is compared with the net
  movement of a posting, then with its single events. Euros close a foreign item whole; an account in the item's own
  currency pays parts of it at the item's rate; a foreign group needs its lines allocated to the cent.
- The reversal of a linked booking leaves the link, and both may be tied to lines. Reversing the reversal of a
  settlement ties its lines again where all are still open. Ledger items and proposals bear no sign.
- Rows of a statement that make no sense are told in `errors`; XML with a document type is refused. A PUT of evidence
  replaces it.
- An invoice in another currency than its booking is paid in the same proportion; sums over invoices are euros. A
  document or posting that an invoice names and nobody has is INVALID_INPUT. Names and ids of parties are compared
  without capitals and spaces; an empty text is none. Lists: the newest invoice first, parties by name.
- A session is good for 12 hours, the token of a mail for 24; it is not sent, but stands in the state. A key whose user
  is gone is 401. Who locked, asked and approved is told by name. An expired request is not found to be cancelled. A
  tenant with one user approves by itself. An adjustment period of a year without periods is unknown to locks, open to
  bookings.
- A report begins with the fiscal year of its last day; a balance sheet sums up since the beginning. A file is what its
  part says, else its name, and its first bytes must agree. In the DATEV file amounts are euros with the rate beside
  them; line breaks become blanks, letters outside windows-1252 `?`.
- Payment runs take invoices in euros, each once, below a thousand million, from an account whose IBAN is right; a
  wrong one of a vendor counts as missing. Letters outside those of SEPA are spelled (ae, ss, +), else a full stop.
- What a PDF says is read where it has text; else an inbox entry of the document or of its file name tells, else the
  bytes. A locked PDF is OCR_FAILED. What a review case lacks is INVALID_INPUT and leaves its state; another currency
  than the euro is a posting that fails.
"""

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

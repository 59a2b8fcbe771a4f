"""What is kept: each kind of document with its schema, its id and what its lists are found by."""

from __future__ import annotations

from sandbooks import Collection


def _kept(
    name: str,
    *indexes: str,
    schema: str = "",
    id: str = "id",
    order: tuple[str, ...] = (),
    unique: tuple[tuple[str, ...], ...] = (),
) -> Collection:
    return Collection(name, schema, id=id, ids="string", indexes=indexes, order=order, unique=unique)


COLLECTIONS = (
    _kept("accounts", schema="StoredAccount", id="number", order=("number",)),
    _kept("tax-codes", schema="StoredTaxCode", id="code", order=("code",)),
    _kept(
        "journal",
        "intent_id",
        "account_debit",
        "account_credit",
        "external_reference",
        schema="JournalEventDetail",
        order=("-journal_number",),
        unique=(("journal_number",),),
    ),
    _kept("intents", "period", "fingerprint", "reverses_intent_id", id="intent_id"),
    _kept("settlements", "intent_id", "settlement_intent_id"),
    _kept("chain"),
    _kept("documents", "sha256", order=("-created_at",)),
    _kept("bank-accounts", "account_number", "iban"),
    _kept(
        "bank-transactions",
        "bank_account_id",
        "intent_id",
        "match_group_id",
        "content_hash",
        "status",
        order=("-tx_date",),
    ),
    _kept("bank-match-groups", "intent_id", id="match_group_id"),
    _kept("evidence", "bank_transaction_id"),
    _kept("customers", order=("name",)),
    _kept("vendors", order=("name",)),
    _kept("invoices", "vendor_id", "intent_id", "invoice_number", order=("-invoice_date",)),
    _kept("outgoing-invoices", "customer_id", "intent_id", "invoice_number", order=("-invoice_date",)),
    _kept("payment-runs", "status", order=("-created_at",)),
    _kept("periods", id="period", order=("period",)),
    _kept("lock-requests", "period", id="request_id"),
    _kept("inbox", "status", "document_id", schema="StoredInboxItem", order=("-created_at",)),
    _kept("invoice-review-cases", "queue_state", "inbox_id", schema="StoredReviewCase", order=("-created_at",)),
    _kept("ingestion-log", "outcome", schema="StoredIngestionEntry", order=("-received_at",)),
    _kept("contact"),
    _kept("users", schema="StoredUser"),
    _kept("sessions"),
    _kept("password-tokens"),
    _kept("settings", schema="StoredSettings"),
    _kept("story", schema="StoredStory", id="story_id"),
    _kept("sequence"),
)
"""Every collection, under its path segment where it has one. `chain` is the end of the journal, `story` what a fixture
made, `sequence` the next id."""

"""Documents sent by mail: nothing leaves the sandbox, the collection `emails` is the outbox."""

from __future__ import annotations

from sandbooks import Call, Reply

from . import ids, organisations, records
from .collections import KINDS
from .days import stamp_utc
from .records import pick

EMAILS = "emails"
SHOWN = ("message_id", "to", "cc", "subject", "attached_pdf")


def email_invoice(call: Call) -> Reply:
    """Mail an invoice; its status stays, the activity has INVOICE_SENT."""
    return _mail(call, "invoices")


def email_estimate(call: Call) -> Reply:
    """Mail an estimate; its status stays."""
    return _mail(call, "estimates")


def email_credit_note(call: Call) -> Reply:
    """Mail a credit note; its status stays."""
    return _mail(call, "credit_notes")


def _mail(call: Call, collection: str) -> Reply:
    kind, body = KINDS[collection], call.body
    document = records.fetch(call, collection, call.path[kind.identity], field=kind.identity)
    number = document[f"{kind.key}_number"]
    mail = call.collection(EMAILS).put(
        {
            "message_id": ids.fresh(call, "msg_"),
            "to": body["to"],
            "cc": body.get("cc", []),
            "bcc": body.get("bcc", []),
            "subject": body.get("subject") or f"{kind.word} {number} from {organisations.current(call)['name']}",
            "body_html": body.get("body_html"),
            "attached_pdf": body.get("attach_pdf", True),
            "entity_type": kind.entity,
            "entity_id": document[kind.identity],
            "created_time": stamp_utc(call),
        }
    )
    records.tell(call, kind.entity, "SENT", document)
    message = f"{kind.word} {number} has been sent to {', '.join(mail['to'])}."
    return records.single("email", pick(mail, SHOWN), message=message)


HANDLERS = {
    "emailInvoice": email_invoice,
    "emailEstimate": email_estimate,
    "emailCreditNote": email_credit_note,
}

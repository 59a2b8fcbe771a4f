"""Evidence of a bank line: what proves it. It books nothing and leaves the line as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbooks import Call, Reply

from . import banktransactions, ids
from .dates import stamp
from .errors import invalid, refuse

EVIDENCE, DOCUMENTS = "evidence", "documents"
UPLOADED, OWN_RECEIPT = "uploaded_document", "eigenbeleg"
GIVEN = ("evidence_type", "title", "note", "document_id", "metadata")

Document = dict[str, Any]  # any JSON


def get_evidence(call: Call) -> Reply:
    """That of a line; null where there is none.

    Raises:
        NotFound: NOT_FOUND, no such line.
    """
    line = banktransactions.fetch(call, call.path["id"])
    return Reply(200, {"evidence": _find(call, line["id"])})


def put_evidence(call: Call) -> Reply:
    """Set it anew; what is not sent is empty from now on.

    Raises:
        NotFound: NOT_FOUND, no such line or document.
        Invalid: INVALID_INPUT, an own receipt without a note, an uploaded document without its id.
    """
    body = call.body
    if body["evidence_type"] == OWN_RECEIPT and not (body.get("note") or "").strip():
        raise invalid("note", "an eigenbeleg needs one")
    if body["evidence_type"] == UPLOADED and body.get("document_id") is None:
        raise invalid("document_id", "an uploaded_document needs one")
    line = banktransactions.fetch(call, call.path["id"])
    document_id = body.get("document_id")
    if document_id is not None and call.collection(DOCUMENTS).find_one(document_id) is None:
        raise refuse("NOT_FOUND", f"There is no document {document_id}.")
    return Reply(200, {"evidence": _keep(call, line["id"], {name: body.get(name) for name in GIVEN})})


def _keep(call: Call, line_id: str, given: Mapping[str, Any]) -> Document:
    table, before, at = call.collection(EVIDENCE), _find(call, line_id), stamp(call)
    if before is not None:
        return table.change(before["id"], {**given, "updated_at": at})
    made = {"id": ids.fresh(call), "bank_transaction_id": line_id, **given, "created_at": at, "updated_at": at}
    return table.put(made)


def _find(call: Call, line_id: str) -> Document | None:
    return next(iter(call.collection(EVIDENCE).page(filters={"bank_transaction_id": line_id}).items), None)


HANDLERS = {"getEvidence": get_evidence, "putEvidence": put_evidence}

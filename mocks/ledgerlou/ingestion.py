"""What became of each attachment that came by mail."""

from __future__ import annotations

from sandbooks import Call, Reply

LOG = "ingestion-log"
ENTRY = ("id", "received_at", "source_email", "source_subject", "original_name", "outcome")
MORE = ("reason", "inbox_id", "document_id")


def list_ingestion_log(call: Call) -> Reply:
    """The entries, the newest first."""
    query = call.query
    filters = {"outcome": query["outcome"]} if query.get("outcome") else {}
    found = call.collection(LOG).views(filters=filters, offset=query["offset"], limit=query["limit"])
    return Reply(200, [{name: entry.get(name) for name in (*ENTRY, *MORE)} for entry in found])


HANDLERS = {"listIngestionLog": list_ingestion_log}

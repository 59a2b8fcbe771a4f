"""Messages to the vendor, from a form with a field that people do not see."""

from __future__ import annotations

from sandbooks import Call, Reply

from . import ids
from .auth import user_of
from .dates import stamp

CONTACT = "contact"
SENT = ("name", "email", "message")


def send_contact_message(call: Call) -> Reply:
    """Keep a message; one whose hidden field is filled gets the same answer and is forgotten."""
    if not call.body.get("_honeypot"):
        sent = {name: call.body[name] for name in SENT}
        call.collection(CONTACT).put({"id": ids.fresh(call), **sent, "user_id": user_of(call), "at": stamp(call)})
    return Reply(200, {"ok": True})


HANDLERS = {"sendContactMessage": send_contact_message}

"""Asking a person: the way from an operation to the page on which somebody allows or denies, and back.

Knows the page's address, which the console serves; knows nothing of how it looks.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from sandbooks.pack.call import Call
from sandbooks.pack.credentials import DEFAULT_SANDBOX
from sandbooks.pack.reply import Reply

CONSENT_PATH = "/_sandbox/consent"
ANSWER = "consent"
ALLOW, DENY = "allow", "deny"


def ask_consent(call: Call, *, application: str, user: str = "", account: str = "") -> Reply:
    """Send a person from this call to the page that asks for consent, in the sandbox of the call.

    The page names the application, the user who is asked, the account that it is about, and the scopes of the call's
    `scope` in the words of the description. Its buttons lead back to this operation with the same query and beside it
    `consent`, which is `allow` or `deny`: the operation is one that is not `checked`, so that it sees that.
    """
    prefix = "" if call.sandbox == DEFAULT_SANDBOX else f"/@{call.sandbox}"
    sent = {name: value for name, value in call.query.items() if name != ANSWER}
    told = {"application": application, "user": user, "account": account, "query": urlencode(sent)}
    if call.path:
        told["path"] = urlencode(dict(call.path))
    page = f"{prefix}{CONSENT_PATH}/{quote(call.description.id, safe='')}/{quote(call.operation.id, safe='')}"
    return Reply(302, None, {"Location": f"{page}?{urlencode(told)}", "Cache-Control": "no-store"})


def consent_given(call: Call) -> bool | None:
    """What the page says that a call comes from: True for allowed, False for denied; None where nobody was asked."""
    return {ALLOW: True, DENY: False}.get(call.query.get(ANSWER, ""))

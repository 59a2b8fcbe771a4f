"""How fixtures become books: what each company has, and what happened in one of them, call by call.

Makes no figure and no posting of its own: a story is told to the pack's handlers, each call at its time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbooks import Call, Caller, File, Invalid, Reply

from . import dates, ids, papers

Document = dict[str, Any]  # JSON
Handlers = Mapping[str, Callable[[Call], Reply]]

USERS, LINES, STORY = "users", "bank-transactions", "story"
OWNER = "olga@example.com"
CHANNEL = "rest"

_TODAY = re.compile(r"\$today\+(\d+)\Z")
_PARAMETER = re.compile(r"\{(\w+)\}")
_LINE = "$line:"
_IDS = ("id", "intent_id", "reversal_intent_id", "request_id", "match_group_id", "batch_id", "inbox_id", "intentId")
"""What an answer is called by: the first of these that it has."""
_BY_MAIL: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "inbox": ("StoredInboxItem", ("created_at",)),
    "invoice-review-cases": ("StoredReviewCase", ("created_at", "updated_at")),
    "ingestion-log": ("StoredIngestionEntry", ("received_at",)),
}
"""What comes by itself: its stored schema, and the members that say when."""


class Seeder:
    """Stores the documents of a collection: for the tenant that each names, for all together, or for every one.

    `component` is the stored schema: its defaults stand in for what a document leaves out.
    """

    def __init__(self, collection: str, component: str, *, for_each: bool = False) -> None:
        self._collection = collection
        self._component = component
        self._for_each = for_each

    def __call__(self, call: Call, document: Document) -> None:
        whole = {**_defaults(call, self._component), **document}
        if self._collection == USERS:
            call.shared(USERS).put(whole)
            return
        tenant = whole.pop("tenant", call.caller.tenant)
        for each in _tenants(call) if self._for_each else [tenant]:
            _as(call, each).collection(self._collection).put(dict(whole))


class Story:
    """Makes the calls of a story, each at its time, and keeps what they made under the names of the entries.

    An entry is `StoredStory` of the description. The bodies are those of the API's own calls. What lies ahead of the
    moment at which the sandbox begins has not happened yet: nothing is done.
    """

    def __init__(self, handlers: Handlers) -> None:
        self._handlers = handlers

    def __call__(self, call: Call, entry: Document) -> None:
        """
        Raises:
            Invalid: an operation that nobody handles, a name that no earlier entry has, an answer with `errors` in it
                or another refusal than the entry's.
        """
        at = datetime.fromisoformat(entry["at"]).replace(tzinfo=UTC)
        if at >= call.now:
            return
        known = _Names(call)
        then = replace(call, now=at, caller=_caller(call, entry.get("by", OWNER)), events=[])
        body = known.read(entry.get("body"))
        made = _received(then, entry["put"], body) if "put" in entry else self._done(then, entry, body, known)
        if "story_id" in entry:
            call.collection(STORY).put({**entry, "made": made})

    def _done(self, call: Call, entry: Document, body: Document | None, known: _Names) -> str:
        handler = self._handlers.get(entry["do"])
        if handler is None:
            raise Invalid(f"no handler for {entry['do']!r}")
        operation = call.description.operation(entry["do"])
        of = known.read(entry.get("of", ""))
        path = of if isinstance(of, dict) else dict.fromkeys(_PARAMETER.findall(operation.path), of)
        reply = handler(replace(call, operation=operation, path=path, body=body))
        answer = reply.body if isinstance(reply.body, dict) else {}
        if answer.get("error") != entry.get("refused") or answer.get("errors"):
            raise Invalid(f"{entry['do']}: {answer}")
        return _id_in(answer, entry.get("take", ""))


class _Names:
    """What the texts of an entry stand for."""

    def __init__(self, call: Call) -> None:
        self._story = call.collection(STORY)
        self._lines = call.collection(LINES)
        self._today = call.now.date()

    def read(self, value: Any) -> Any:  # JSON in, JSON with files out
        match value:
            case str() if value.startswith("$"):
                return self._stands_for(value)
            case {"name": str(name), "lines": list(lines)}:
                return File(name, papers.draw(lines), "application/pdf")
            case {"lines": list(lines), **rest} if not rest:
                return "\n".join(lines)
            case dict():
                return {name: self.read(part) for name, part in value.items()}
            case list():
                return [self.read(part) for part in value]
        return value

    def _stands_for(self, text: str) -> str:
        if ahead := _TODAY.match(text):
            return (self._today + timedelta(days=int(ahead[1]))).isoformat()
        if text.startswith(_LINE):
            reference = text.removeprefix(_LINE)
            for line in self._lines.views():
                if line["bank_reference"] == reference:
                    return str(line["id"])
            raise Invalid(f"no bank line has the bank_reference {reference!r}")
        entry = self._story.find_one(text[1:])
        if entry is None:
            raise Invalid(f"no earlier entry of the story is called {text[1:]!r}")
        return str(entry["made"])


def _received(call: Call, collection: str, body: Document) -> str:
    """Keep a document that no call makes: what came by mail.

    Raises:
        Invalid: it does not fit the stored schema of the collection.
    """
    component, moments = _BY_MAIL[collection]
    document = {"id": ids.fresh(call), **dict.fromkeys(moments, dates.stamp(call)), **body}
    faults = call.description.check({"$ref": f"#/components/schemas/{component}"}, document)
    if faults:
        raise Invalid(f"{collection} at {faults[0].pointer or '/'}: {faults[0].message}")
    call.collection(collection).put(document)
    return str(document["id"])


def _id_in(answer: Document, take: str) -> str:
    """The id in an answer, or its member `take`; empty for an answer that has none."""
    names = (take,) if take else _IDS
    return next((str(answer[name]) for name in names if name in answer), "")


def _caller(call: Call, email: str) -> Caller:
    """A user at work in the browser.

    Raises:
        Invalid: nobody has that address.
    """
    for user in call.shared(USERS).views():
        if user["email"] == email:
            claims = {
                "user_id": user["id"],
                "user_name": user["name"],
                "role": user["role"],
                "key_label": "",
                "key_prefix": "",
                "channel": CHANNEL,
            }
            return replace(call.caller, name=user["id"], tenant=user["tenant"], claims=claims)
    raise Invalid(f"no user has the e-mail {email!r}")


def _tenants(call: Call) -> list[str]:
    return list(dict.fromkeys(user["tenant"] for user in call.shared(USERS).views()))


def _as(call: Call, tenant: str) -> Call:
    return replace(call, caller=replace(call.caller, tenant=tenant))


def _defaults(call: Call, component: str) -> Document:
    """What a stored schema has where a document has nothing."""
    schema = call.description.resolve({"$ref": f"#/components/schemas/{component}"})
    return {name: member["default"] for name, member in schema["properties"].items() if "default" in member}


SEEDERS: Mapping[str, Callable[[Call, Document], None]] = {
    "users": Seeder("users", "StoredUser"),
    "settings": Seeder("settings", "StoredSettings"),
    "accounts": Seeder("accounts", "StoredAccount", for_each=True),
    "tax-codes": Seeder("tax-codes", "StoredTaxCode", for_each=True),
}

"""How fixtures become books: what each organisation has, and what happened in one of them, call by call.

Makes no figure and no posting of its own: a story is told to the pack's handlers, each call on its day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbooks import Call, Caller, Invalid, Reply

from . import contacts, items

Document = dict[str, Any]  # JSON
Handlers = Mapping[str, Callable[[Call], Reply]]
Fill = Callable[[Call, Document], Document]

INDIA = timedelta(hours=5, minutes=30)
TODAY = re.compile(r"\$today\+(\d+)\Z")
PARAMETER = re.compile(r"\{(\w+)\}")
FIRST_USER = "usr_asha"
BEGINNING = datetime(2026, 3, 31, 4, 30, tzinfo=UTC)
"""When contacts and items of a fixture were entered, where they do not say so."""


class Seeder:
    """Stores the documents of a collection for one organisation, or for each.

    `component` is the stored schema: its defaults stand in for what a document leaves out. A document that names an
    `organization_id` is that one's alone. Users, memberships and organisations are kept in the main tables for all.
    """

    def __init__(self, collection: str, component: str, *, for_each: bool = False) -> None:
        self._collection = collection
        self._component = component
        self._for_each = for_each
        self._defaults: Document | None = None

    def __call__(self, call: Call, document: Document) -> None:
        if self._defaults is None:
            self._defaults = _defaults(call, {"$ref": f"#/components/schemas/{self._component}"})
        document = {**self._defaults, **document}
        owner = None if self._collection in SHARED else document.pop("organization_id", None)
        for tenant in _tenants(call, owner, every=self._for_each):
            _as(call, tenant).collection(self._collection).put(document)


class Master:
    """Stores contacts or items under the ids that a fixture gives them; `fill` adds what a create would."""

    def __init__(self, collection: str, id: str, fill: Fill) -> None:
        self._collection = collection
        self._id = id
        self._fill = fill

    def __call__(self, call: Call, document: Document) -> None:
        made = self._fill(replace(call, now=BEGINNING), document)
        stamp = (BEGINNING + INDIA).strftime("%Y-%m-%dT%H:%M:%S")
        kept = {"created_time": stamp, "last_modified_time": stamp, "version": 1, "status": "ACTIVE"}
        own = {name: document[name] for name in (self._id, *kept) if name in document}
        call.collection(self._collection).put({**made, **kept, **own})


class Story:
    """Makes the calls of a story, each at its time, and keeps what they made under the names of the entries.

    An entry is `StoredStory` of the description. The bodies are those of the API's own calls. What lies ahead of the
    day on which the sandbox begins has not happened yet: nothing is done.
    """

    def __init__(self, handlers: Handlers) -> None:
        self._handlers = handlers

    def __call__(self, call: Call, entry: Document) -> None:
        """
        Raises:
            Invalid: an operation that nobody handles, a name that no earlier entry has, an answer of no success.
        """
        handler = self._handlers.get(entry["do"])
        if handler is None:
            raise Invalid(f"no handler for {entry['do']!r}")
        at = datetime.fromisoformat(entry["at"]).replace(tzinfo=UTC) - INDIA
        if at >= call.now:
            return
        known = _Names(call)
        operation = call.description.operation(entry["do"])
        user = entry.get("by", FIRST_USER)
        told = replace(
            call,
            operation=operation,
            now=at,
            caller=Caller(user, claims={"user_id": user}),
            path={name: known.read(entry.get("of", "")) for name in PARAMETER.findall(operation.path)},
            body=known.read(entry.get("body")),
            events=[],
        )
        reply = handler(told)
        if reply.status >= 400:
            raise Invalid(f"{entry['do']}: {reply.body}")
        if "story_id" in entry:
            call.collection("story").put({**entry, "entity_id": _made(reply.body, entry.get("take", ""))})


class _Names:
    """What the texts of an entry stand for."""

    def __init__(self, call: Call) -> None:
        self._story = call.collection("story")
        self._today = (call.now + INDIA).date()

    def read(self, value: Any) -> Any:  # JSON in, JSON out
        match value:
            case str() if value.startswith("$"):
                return self._stands_for(value)
            case dict():
                return {name: self.read(part) for name, part in value.items()}
            case list():
                return [self.read(part) for part in value]
        return value

    def _stands_for(self, text: str) -> str:
        if ahead := TODAY.match(text):
            return (self._today + timedelta(days=int(ahead[1]))).isoformat()
        entry = self._story.find_one(text[1:])
        if entry is None:
            raise Invalid(f"no earlier entry of the story is called {text[1:]!r}")
        return str(entry["entity_id"])


def _made(body: Mapping[str, Any], take: str) -> str:
    """The id in an answer: that of its object, or the member `take` of it."""
    name, made = next((name, value) for name, value in body.items() if isinstance(value, dict))
    return str(made[take or f"{name}_id"])


def _tenants(call: Call, owner: str | None, *, every: bool) -> list[str]:
    if owner is not None:
        return [call.store.table("organisations").read(owner)["tenant"]]
    return [each["tenant"] for each in call.store.table("organisations").views()] if every else [call.caller.tenant]


def _as(call: Call, tenant: str) -> Call:
    return replace(call, caller=replace(call.caller, tenant=tenant))


def _defaults(call: Call, schema: Mapping[str, Any]) -> Document:
    """What a stored schema has where a document has nothing; also what it takes over from others."""
    schema = call.description.resolve(dict(schema))
    found: Document = {}
    for part in schema.get("allOf", ()):
        found |= _defaults(call, part)
    for name, member in schema.get("properties", {}).items():
        if "default" in member:
            found[name] = member["default"]
    return found


SHARED = ("organisations", "users", "memberships", "clients")

SEEDERS: Mapping[str, Callable[[Call, Document], None]] = {
    "organisations": Seeder("organisations", "StoredOrganisation"),
    "users": Seeder("users", "StoredUser"),
    "memberships": Seeder("memberships", "StoredMembership"),
    "clients": Seeder("clients", "StoredClient"),
    "settings": Seeder("settings", "StoredSettings", for_each=True),
    "branches": Seeder("branches", "StoredBranch"),
    "accounts": Seeder("accounts", "StoredAccount", for_each=True),
    "taxes": Seeder("taxes", "StoredTax", for_each=True),
    "currencies": Seeder("currencies", "StoredCurrency", for_each=True),
    "exchange_rates": Seeder("exchange_rates", "StoredExchangeRate", for_each=True),
    "cost_centers": Seeder("cost_centers", "StoredCostCenter"),
    "contacts": Master("contacts", "contact_id", contacts.filled),
    "items": Master("items", "item_id", items.filled),
}

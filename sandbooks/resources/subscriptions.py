"""Which collections hold subscriptions: whose documents say where events are sent, and of which.

Knows how subscriptions are named; must not know events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sandbooks.resources.bodies import request_schema
from sandbooks.resources.cases import Known
from sandbooks.resources.drafts import ALIKE
from sandbooks.resources.envelopes import find_spots, overlap
from sandbooks.resources.model import Schema, Subscription
from sandbooks.resources.properties import Properties
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import singular, split_words, squeeze, vocabulary

SURE = vocabulary("webhook hook callback")
LIKELY = vocabulary("subscription endpoint listener subscriber destination target receiver")
ABOUT = SURE | vocabulary("event notification")
ADDRESSES = (
    *("url", "uri", "callbackurl", "callbackuri", "callback", "webhookurl", "webhookuri", "hookurl", "hookuri"),
    *("endpointurl", "endpointuri", "endpoint", "targeturl", "targeturi", "target", "deliveryurl", "notificationurl"),
    *("notifyurl", "destinationurl", "destination", "payloadurl", "posturl", "publicationurl", "subscriberurl"),
    *("externaladdress", "address", "href"),
)
EVENTS = (
    *("events", "event", "eventtypes", "eventtype", "enabledevents", "eventnames", "eventname", "eventtypenames"),
    *("topics", "topic", "triggers", "trigger", "subscribedevents", "selectedevents", "selectedeventcategory"),
)
ENABLED = vocabulary("enabled isenabled active isactive on")
DISABLED = vocabulary("disabled isdisabled paused ispaused suspended issuspended muted deleted isdeleted archived")
STATUS = ("status", "state")
SECRETS = (
    *("secret", "signingsecret", "webhooksecret", "sharedsecret", "secretkey", "signingkey", "signaturekey"),
    *("hmackey", "hmacsecret", "signaturesecret", "secrettoken"),
)
HOLDERS = vocabulary("config configuration settings attributes endpoint target destination webhook hook delivery http")
"""Objects inside a subscription that may hold its address."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A property of a subscription: dotted, and its last word squeezed."""

    name: str
    word: str
    kind: str
    schema: Schema


def find_subscription(schemas: Schemas, known: Known) -> tuple[Subscription, Schema] | None:
    """How the documents of a collection say where events are sent, and the schema of the names of the wanted ones.

    None where they do not: its name must say so, and a call must give them an address; a name that is less sure needs
    a choice of events beside it.
    """
    resource = known.resource
    words = [singular(word) for word in split_words(resource.name.rpartition(".")[2])]
    sure = bool(words) and (words[-1] in SURE or (words[-1] in LIKELY and bool(ABOUT & {*words})))
    if resource.singleton or not words or not (sure or words[-1] in LIKELY):
        return None
    sent = list(_properties(schemas, known, _sent(schemas, known)))
    found = [*sent, *_properties(schemas, known, [resource.schema])]
    url, events, secret = _first(sent, ADDRESSES), _first(found, EVENTS), _first(found, SECRETS)
    if url is None or url.kind not in ("string", "") or not (sure or events):
        return None
    status = _first(found, STATUS)
    flags = {each.name: each.word for each in found if each.kind == "boolean"}
    subscription = Subscription(
        resource=resource.name,
        reason=_reason(resource.name, url, events, secret),
        url=url.name,
        events=events.name if events else "",
        enabled=tuple(name for name, word in flags.items() if word in ENABLED),
        disabled=tuple(name for name, word in flags.items() if word in DISABLED),
        status=status.name if status and status.kind == "string" else "",
        secret=secret.name if secret and secret.kind == "string" else "",
    )
    return subscription, events.schema if events else {}


def _properties(schemas: Schemas, known: Known, shown: Iterable[Schema]) -> Iterator[_Found]:
    """The properties of subscriptions that these schemas show; not those inside objects of other things."""
    for schema in shown:
        properties = Properties(schemas, schema, fields=known.resource.fields, noun=known.draft.noun)
        members = [(each.name, each.kind, each.schema) for each in properties.all]
        members += [(name, schemas.kind(each), each) for name, each in schemas.properties(schema).items()]
        for name, kind, inner in members:
            holder, _, last = name.rpartition(".")
            if (not holder or squeeze(holder) in HOLDERS) and schemas.resolve(inner).get("readOnly") is not True:
                yield _Found(name, squeeze(last), kind, inner)


def _sent(schemas: Schemas, known: Known) -> Iterator[Schema]:
    """What calls say of a subscription."""
    for operation in known.draft.operations():
        for spot in find_spots(schemas, request_schema(operation)):
            if spot.envelope.kind == "item" and overlap(schemas, spot.schema, known.resource.schema) >= ALIKE:
                yield spot.schema


def _first(found: Sequence[_Found], words: Sequence[str]) -> _Found | None:
    """The property whose word stands first in the list; of one word, the one that is least deep."""
    ranked = [(words.index(each.word), each.name.count("."), each) for each in found if each.word in words]
    return min(ranked, key=lambda entry: entry[:2])[2] if ranked else None


def _reason(name: str, url: _Found, events: _Found | None, secret: _Found | None) -> str:
    asked = f", of what `{events.name}` names" if events else ""
    signed = f", signed by `{secret.name}`" if secret and secret.kind == "string" else ""
    return f"the documents of `{name}` are subscriptions: events are sent to their `{url.name}`{asked}{signed}"

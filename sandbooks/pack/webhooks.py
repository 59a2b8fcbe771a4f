"""How a vendor tells others what happened, as a pack declares it.

Declarations only; what sends is elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sandbooks.clock import render_moment
from sandbooks.pack.checks import check_are, check_takes
from sandbooks.pack.reply import JSON_MEDIA, Event

if TYPE_CHECKING:
    from sandbooks.pack.call import Call


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one event goes: `id` of the subscription, its `url`, and the `secret` that signs for it."""

    id: str
    url: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery about to leave: the same `id` and `body` on every attempt, `at` the moment of this one."""

    id: str
    body: bytes
    at: datetime
    secret: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request that leaves once its call has committed.

    `event` and `endpoint` say what it tells and who asked for it; a `secret` signs it. `body` is text, empty for none.
    `id` is that of the delivery, as `delivery_id` gives it.
    """

    event: str
    endpoint: str
    url: str
    body: str
    id: str = ""
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": JSON_MEDIA})
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a delivery has come: `answered` is the status of its last attempt, None where nobody answered."""

    id: str
    event: str
    endpoint: str
    status: Literal["pending", "delivered", "failed"]
    created_at: datetime
    attempts: int
    answered: int | None
    next_attempt_at: datetime | None


Signer = Callable[[Message], Mapping[str, str]]
Subscriptions = Callable[["Call", Event], Iterable[Endpoint]]
Payload = Callable[["Call", Event, Endpoint, str], Any]  # -> the JSON body; the text is the delivery's id
Stored = Mapping[str, Any]  # a stored document: any JSON
Watcher = Callable[["Call", str, Stored | None, Stored | None], Iterable[Event]]
Listener = Callable[["Call", Delivery], object]

DELIVERIES = "~deliveries"
"""The hidden table of a vendor's store that holds what is delivered."""


def standard_signature(message: Message) -> dict[str, str]:
    """The headers of Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.

    A secret that starts with `whsec_` is base64 after that; any other is used as it is.
    """
    secret = message.secret
    key = base64.b64decode(secret[6:] + "==") if secret.startswith("whsec_") else secret.encode()
    stamp = str(int(message.at.timestamp()))
    signed = f"{message.id}.{stamp}.".encode() + message.body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": message.id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{signature}"}


def delivery_id(call: Call, number: int) -> str:
    """The id of a call's delivery of that number.

    It follows from the seed, the state and the sandbox's name: two sandboxes of one seed send different ones, so that
    a receiver which drops duplicates takes both.
    """
    return call.chance.at("delivery", call.sandbox, number).uuid()


def event_payload(call: Call, event: Event, endpoint: Endpoint, id: str) -> object:
    """The default body: `{type, timestamp, data}`, as Standard Webhooks proposes."""
    return {"type": event.type, "timestamp": render_moment(call.now), "data": event.data}


def sign_with_secret(message: Message) -> dict[str, str]:
    """As `standard_signature` where there is a secret; else only id and time, so that nothing looks signed."""
    headers = standard_signature(message)
    return headers if message.secret else {name: headers[name] for name in ("webhook-id", "webhook-timestamp")}


def render_delivery(document: Stored) -> Delivery:
    """A stored delivery as a pack sees it."""
    last = document["attempts"][-1]["answer"] if document["attempts"] else None
    due = document["next_attempt_at"]
    return Delivery(
        id=document["id"],
        event=document["event"],
        endpoint=document["endpoint"],
        status=document["status"],
        created_at=datetime.fromisoformat(document["created_at"]),
        attempts=len(document["attempts"]),
        answered=last["status"] if last is not None else None,
        next_attempt_at=datetime.fromisoformat(due) if due else None,
    )


def watch_nothing(call: Call, collection: str, before: Stored | None, after: Stored | None) -> Iterable[Event]:
    """No event, whatever was changed."""
    return ()


def note_nothing(call: Call, delivery: Delivery) -> None:
    """Whatever comes of a delivery."""


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The webhooks of a vendor.

    Args:
        subscriptions: who hears of an event; reads the subscriptions from the call's own state.
        payload: the JSON body of a delivery.
        signer: the headers that prove it.
        retry_s: seconds from one attempt to the next; after the last of them nothing more is tried.
        timeout_s: how long an attempt may take, in real time.
        watcher: the events of a change that no operation made, but the control API: from the collection, the document
            as it was (None: it is new) and as it is now (None: it is gone). The call's caller is anybody of its tenant.
        concluded: hears of a delivery that has arrived, or that was given up, in a transaction of its own; the call is
            of the tenant that caused it, at the moment of the last attempt. Events that it emits do not leave.
    """

    subscriptions: Subscriptions
    payload: Payload = event_payload
    signer: Signer = standard_signature
    retry_s: tuple[float, ...] = (5, 300, 1800, 7200, 18000)
    timeout_s: float = 10.0
    watcher: Watcher = watch_nothing
    concluded: Listener = note_nothing

    def __post_init__(self) -> None:
        check_takes(self.subscriptions, "call", "event")
        check_takes(self.payload, "call", "event", "endpoint", "id")
        check_takes(self.signer, "message")
        check_takes(self.watcher, "call", "collection", "before", "after")
        check_takes(self.concluded, "call", "delivery")
        check_are("retry_s", self.retry_s, int | float, "5, 300")

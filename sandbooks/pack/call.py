"""One call as a handler sees it: typed values, the state of its tenant, the time, and chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from sandbooks.errors import Problem
from sandbooks.pack.credentials import ANYBODY, MAIN_TENANT, Caller
from sandbooks.pack.reply import BINARY_MEDIA, Event, Reply
from sandbooks.pack.webhooks import DELIVERIES, Delivery, render_delivery

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.generate import Generator
    from sandbooks.spec import Description, Operation
    from sandbooks.store import Savepoint, Store, Table

TENANT_MARK = "~"


class Performing(Protocol):
    """What knows the handlers of a vendor."""

    def part_of(
        self, call: Call, operation: str, body: Any, path: Mapping[str, Any]
    ) -> tuple[Call, Callable[[Call], Reply]]:  # as `Call.perform`
        """The call of another operation as a part of a call, checked, and what answers it. Raises as `Call.perform`."""


@dataclass(slots=True)
class File:
    """A file in a multipart body: `name` as the client gave it, `content` its bytes."""

    name: str
    content: bytes
    media_type: str = BINARY_MEDIA


@dataclass(slots=True)
class Call:
    """One call, read and validated.

    `path`, `query`, `headers` and `cookies` hold the parameters that the description declares, typed, defaults filled
    in; header names as the description spells them. `body` is the JSON or form value, `bytes` for other media, None
    for none. `accept` is the header as it was sent, empty for none; `client_ip` and `user_agent` say who sent the call,
    empty where nobody did. Everything that is stored goes through `collection`, within the transaction of this call.
    """

    operation: Operation
    description: Description
    store: Store
    now: datetime
    chance: Chance
    generator: Generator
    sandbox: str = "default"
    base_url: str = ""
    caller: Caller = ANYBODY
    path: Mapping[str, Any] = field(default_factory=dict)  # typed by the description
    query: Mapping[str, Any] = field(default_factory=dict)  # typed by the description
    headers: Mapping[str, Any] = field(default_factory=dict)  # typed by the description
    cookies: Mapping[str, Any] = field(default_factory=dict)  # typed by the description
    body: Any = None  # a JSON value, a form, or bytes
    media_type: str = ""
    accept: str = ""
    client_ip: str = ""
    user_agent: str = ""
    vendor: Performing | None = None
    events: list[Event] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failing: Mapping[int, Problem] = field(default_factory=dict)
    failed: set[int] = field(default_factory=set)

    def collection(self, name: str) -> Table:
        """The caller's documents of that collection; another tenant has its own."""
        tenant = self.caller.tenant
        return self.store.table(name if tenant == MAIN_TENANT else f"{name}{TENANT_MARK}{tenant}")

    def shared(self, name: str) -> Table:
        """The documents of that collection that all tenants share: those of the first one."""
        return self.store.table(name)

    def emit(self, event: Event) -> None:
        """Announce `event` once the call has committed; nothing leaves if it rolls back."""
        self.events.append(event)

    def deliveries(self, endpoint: str) -> list[Delivery]:
        """What was, is or will be sent to one of the caller's endpoints, newest first."""
        asked = {"endpoint": endpoint, "tenant": self.caller.tenant, "sandbox": self.sandbox}
        found = list(self.store.table(DELIVERIES).views(filters=asked))
        return [render_delivery(document) for document in reversed(found)]

    def drop_deliveries(self, endpoint: str) -> None:
        """Try no more what is still to be sent to one of the caller's endpoints; it is kept as failed."""
        table = self.store.table(DELIVERIES)
        asked = {"endpoint": endpoint, "tenant": self.caller.tenant, "sandbox": self.sandbox, "status": "pending"}
        for id in [document["id"] for document in table.views(filters=asked)]:
            table.change(id, {"status": "failed", "next_attempt_at": None})

    def check_item(self, index: int) -> None:
        """For vendors that take the items of a batch one by one: fail the item that a scripted fault names.

        Raises:
            Problem: with the fault's code and message.
        """
        if index in self.failing:
            self.failed.add(index)
            raise self.failing[index]

    def attempt(self) -> Savepoint:
        """For vendors that take the items of a batch one by one: what is stored in the `with` block is taken back when
        it raises, and the error goes on; all else that the call did stays.
        """
        return self.store.savepoint()

    def perform(self, operation: str, body: Any = None, /, **path: Any) -> Reply:  # a JSON value; typed as `path` is
        """What another operation answers, as a part of this call: for an item of a batch that is what a single call
        takes. `operation` is an operationId, or `"POST /invoices"`; `path` has its path parameters.

        The body is checked as that of a call of its own. What such a call is asked for before (rights, limits, keys)
        is not asked for again; of query and headers there are the defaults alone, and callbacks are not sent. Of one
        that fails neither documents nor events are left.

        Raises:
            Invalid: the body does not fit, or is missing; beside whatever the operation itself raises.
            LookupError: the description has no such operation, or other path parameters for it.
        """
        if self.vendor is None:
            raise LookupError(f"a call without a vendor performs nothing, nor {operation!r}")
        part, handler = self.vendor.part_of(self, operation, body, path)
        announced = len(self.events)
        try:
            with self.attempt():
                return handler(part)
        except Exception:
            del self.events[announced:]
            raise

    def note(self, sentence: str) -> None:
        """Add a sentence to the journal's `why`: which rule made this answer."""
        self.notes.append(sentence)

"""The outbox of one sandbox: what is to be delivered, when it is tried, and what came of each try.

Knows the clock and the stores; opens no connection.
"""

from __future__ import annotations

import heapq
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from sandbooks.clock import Clock, Timer, render_moment
from sandbooks.errors import NotFound
from sandbooks.notation import write_json
from sandbooks.pack import (
    DELIVERIES,
    Call,
    Message,
    Outgoing,
    Webhooks,
    delivery_id,
    note_nothing,
    render_delivery,
)
from sandbooks.store import Document, Store

KEPT = 1000
"""How many deliveries of a vendor are kept; beyond that the oldest that are done with go."""
PENDING, DELIVERED, FAILED = "pending", "delivered", "failed"

logger = logging.getLogger("sandbooks.webhooks")


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """When a delivery is to be tried: `at`, and among those of one moment in the order of `number`."""

    at: datetime
    number: int
    vendor: str = field(compare=False)
    delivery: str = field(compare=False)
    url: str = field(compare=False)
    redelivery: bool = field(compare=False, default=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, signed and ready to be sent. `public_only` forbids addresses that are not on the open internet."""

    turn: Turn
    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes
    timeout_s: float
    public_only: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the answer, or without one (`status` None) the `error`.

    `refused` means that it was not even tried, and that trying again is no use.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    error: str = ""
    duration_ms: float = 0.0
    refused: bool = False

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Outbox:
    """Deliveries are written in the transaction of the call that caused them, and tried once it has committed.

    They are kept in the vendor's store, so that a rollback, a snapshot, a restore and the log include them. They
    belong to the sandbox in which they were written: a fork neither lists nor sends those of its origin. Whatever was
    pending when a snapshot was taken is pending again after its restore, and tried again.

    Args:
        sandbox: its name.
        clock: its clock; retries follow it.
        stores: gives the stores of the sandbox by vendor, those that are in use.
        public: targets on the loopback or in private networks are refused.
    """

    def __init__(
        self,
        sandbox: str,
        clock: Clock,
        stores: Callable[[], Mapping[str, Store]],
        *,
        public: bool = False,
    ) -> None:
        self.clock = clock
        self.on_due: Callable[[], None] | None = None
        self.acting: Callable[[str, str, datetime], Call] | None = None  # for a vendor, a tenant and a moment
        self.report: Callable[[str, Exception], None] = _say_nothing  # told of what a pack raises
        self._sandbox = sandbox
        self._stores = stores
        self._webhooks: dict[str, Webhooks] = {}
        self._silent: set[str] = set()  # the vendors of which nothing is sent: what is pending stays so
        self._public = public
        self._queue = _Queue()
        self._timers: dict[tuple[str, str], Timer] = {}

    def write(self, call: Call, vendor_id: str, requests: Iterable[Outgoing]) -> list[str]:
        """Store a delivery for each request; inside the transaction of the call that makes it.

        Returns:
            Their ids, for `release`.
        """
        ids: list[str] = []
        for outgoing in requests:
            ids.append(outgoing.id)
            call.store.table(DELIVERIES).put(self._opening(outgoing, vendor_id, call))
        if ids:
            self._drop_oldest(call.store)
        return ids

    def release(self, vendor_id: str, ids: Sequence[str], webhooks: Webhooks) -> None:
        """Let the deliveries go that `write` stored; after the commit."""
        if vendor_id in self._silent:
            return
        self._webhooks.setdefault(vendor_id, webhooks)  # a call that ends after `renew` began with an older one
        now = self.clock.now()
        for id in ids:
            document = self._find(vendor_id, id)
            if document is not None:
                self._queue.add(now, vendor_id, id, document["url"])
        self._tell()

    def deliveries(self) -> list[Document]:
        """Every delivery, newest first, with its attempts, oldest first.

        Keys: `id, vendor, event, endpoint, url, body, status, created_at, next_attempt_at, attempts`; `status` is
        `pending`, `delivered` or `failed`; `next_attempt_at` is None when none is planned. An attempt has `at,
        redelivery, request{method,headers,body}, answer{status,headers,body}` or None, `error` or None, `duration_ms`.
        """
        shown = [
            _render(document)
            for store in self._stores().values()
            for document in reversed(list(store.table(DELIVERIES).views(predicate=self._is_ours)))
        ]
        return sorted(shown, key=lambda delivery: str(delivery["created_at"]), reverse=True)

    def redeliver(self, id: str) -> Document:
        """Try a delivery once more, at once and outside its plan; whatever its status is.

        If that succeeds it is delivered and nothing more is tried; if it fails, all stays as it was.

        Raises:
            NotFound: there is none of that id.
        """
        for vendor in self._stores():
            document = self._find(vendor, id)
            if document is not None:
                self._queue.add(self.clock.now(), vendor, id, document["url"], redelivery=True)
                self._tell()
                return _render(document)
        raise NotFound(f"There is no delivery {id!r}; GET /_sandbox/deliveries lists those that there are.")

    def take(self) -> Attempt | None:
        """The attempt to make next; it is to be given to `record` or `give_back` later. None when none is due now.

        One at a time for each address, and while the clock stands still none before those of an earlier moment are
        over: then the order is that of the moments, whatever the receivers do.
        """
        while (turn := self._queue.take(in_order=self.clock.frozen)) is not None:
            attempt = self._prepare(turn)
            if attempt is not None:
                return attempt
        return None

    def record(self, attempt: Attempt, outcome: Outcome) -> None:
        """Keep what came of an attempt, and plan the next, counted from the moment of this one.

        Nothing is kept of a delivery that a reset or a restore has taken away meanwhile.
        """
        self._note(attempt, outcome)
        self._tell()

    def give_back(self, attempt: Attempt) -> None:
        """An attempt that was broken off by us, to be made again."""
        if self._queue.finish(attempt.turn):
            self._queue.put(attempt.turn)

    def clear(self, vendor_id: str = "") -> None:
        """Forget what is due, planned or under way, of one vendor or of all: a reset has emptied the store."""
        for vendor, id in [key for key in self._timers if vendor_id in ("", key[0])]:
            self._cancel(vendor, id)
        self._queue.drop(vendor_id)

    def resume(self, webhooks: Mapping[str, Webhooks] = MappingProxyType({})) -> None:
        """Plan anew from what the stores hold, after their content was exchanged by a restore or a restart.

        Args:
            webhooks: how the vendors send, by vendor; needed after a restart.
        """
        self.clear()
        self._webhooks.update(webhooks)
        for vendor in self._stores():
            self._plan_pending(vendor)
        self._tell()

    def renew(self, vendor_id: str, webhooks: Webhooks | None) -> None:
        """Send what a vendor has pending, and what comes, as another declaration says; None: send nothing of it."""
        if webhooks is None:
            self.clear(vendor_id)
            self._webhooks.pop(vendor_id, None)
            self._silent.add(vendor_id)
            return
        self._silent.discard(vendor_id)
        is_known = vendor_id in self._webhooks
        self._webhooks[vendor_id] = webhooks
        if not is_known:
            self._plan_pending(vendor_id)
            self._tell()

    def _plan_pending(self, vendor_id: str) -> None:
        store = self._stores().get(vendor_id)
        if store is None or vendor_id not in self._webhooks:
            return
        now = self.clock.now()
        for document in store.table(DELIVERIES).views(filters={"status": PENDING}, predicate=self._is_ours):
            due = datetime.fromisoformat(document["next_attempt_at"])
            self._plan(max(due, now), vendor_id, document["id"], document["url"])

    @property
    def is_idle(self) -> bool:
        """Nothing is due and nothing under way; more may be planned for later."""
        return not self._queue

    def _opening(self, outgoing: Outgoing, vendor_id: str, call: Call) -> Document:
        now = call.now
        return {
            "id": outgoing.id,
            "vendor": vendor_id,
            "sandbox": self._sandbox,
            "tenant": call.caller.tenant,
            "event": outgoing.event,
            "endpoint": outgoing.endpoint,
            "url": outgoing.url,
            "method": outgoing.method,
            "headers": dict(outgoing.headers),
            "secret": outgoing.secret,
            "body": outgoing.body,
            "status": PENDING,
            "created_at": render_moment(now),
            "next_attempt_at": render_moment(now),
            "attempts": [],
        }

    def _drop_oldest(self, store: Store) -> None:
        table = store.table(DELIVERIES)
        surplus = table.count() - KEPT
        if surplus > 0:
            done = table.views(predicate=lambda document: document["status"] != PENDING, limit=surplus)
            for id in [document["id"] for document in done]:
                table.delete(id)

    def _is_ours(self, document: Mapping[str, Any]) -> bool:  # a stored delivery
        return bool(document["sandbox"] == self._sandbox)

    def _find(self, vendor: str, id: str) -> Document | None:
        store = self._stores().get(vendor)
        document = store.table(DELIVERIES).find_one(id) if store is not None else None
        return document if document is not None and self._is_ours(document) else None

    def _prepare(self, turn: Turn) -> Attempt | None:
        """The attempt itself; None for one that has become needless, or that is refused and recorded as such."""
        document = self._find(turn.vendor, turn.delivery)
        webhooks = self._webhooks.get(turn.vendor)
        if document is None or webhooks is None or not (turn.redelivery or document["status"] == PENDING):
            self._queue.finish(turn)
            return None
        body = document["body"].encode()
        headers, refusal = _sign(webhooks, document, Message(turn.delivery, body, turn.at, document["secret"]))
        attempt = Attempt(turn, turn.url, document["method"], headers, body, webhooks.timeout_s, self._public)
        if isinstance(refusal, Exception):
            self.report(f"signing delivery {turn.delivery}", refusal)
            refusal = f"The signer raised {type(refusal).__name__}: {refusal}"
        if refusal:
            self._note(attempt, Outcome(error=refusal, refused=True))
            return None
        return attempt

    def _note(self, attempt: Attempt, outcome: Outcome) -> None:
        turn = attempt.turn
        document = self._find(turn.vendor, turn.delivery) if self._queue.finish(turn) else None
        if document is None:
            return
        status, due = self._verdict(document, turn, outcome)
        if logger.isEnabledFor(logging.INFO):
            self._log(attempt, str(document["event"]), outcome, status)
        fields = {
            "status": status,
            "next_attempt_at": render_moment(due) if due else None,
            "attempts": [*document["attempts"], _attempt_document(attempt, outcome)],
        }
        self._keep(document, turn, fields)
        if due is None:
            self._cancel(turn.vendor, turn.delivery)
        elif not turn.redelivery:
            self._plan(due, turn.vendor, turn.delivery, turn.url)

    def _log(self, attempt: Attempt, event: str, outcome: Outcome, state: str) -> None:
        """An attempt and what came of it; of its address neither user nor query, where secrets stand."""
        url = re.sub("//[^/]*@", "//", attempt.url.partition("?")[0])
        turn, told = attempt.turn, {"status": outcome.status, "error": outcome.error or None, "state": state}
        told |= {"sandbox": self._sandbox, "vendor": turn.vendor, "delivery": turn.delivery, "event": event, "url": url}
        line = f"{self._sandbox} delivery of {event} to {url} {outcome.status or outcome.error}: {state}"
        logger.info("%s", line, extra={"fields": told})

    def _keep(self, document: Document, turn: Turn, fields: Mapping[str, object]) -> None:
        """Change a delivery, and tell the pack when it is concluded.

        Its table is a hidden one, so that no answer depends on whether a receiver was quick.
        """
        store, webhooks = self._stores()[turn.vendor], self._webhooks[turn.vendor]
        with store.transaction():
            kept = store.table(DELIVERIES).change(turn.delivery, fields)
            if kept["status"] == document["status"] or webhooks.concluded is note_nothing or self.acting is None:
                return
            try:
                with store.savepoint():
                    webhooks.concluded(self.acting(turn.vendor, kept["tenant"], turn.at), render_delivery(kept))
            except Exception as error:  # whatever a pack may raise; what came of the attempt is kept all the same
                logger.exception("delivery %s: what the pack makes of it", turn.delivery)
                self.report(f"what the pack makes of delivery {turn.delivery}", error)

    def _verdict(self, document: Document, turn: Turn, outcome: Outcome) -> tuple[str, datetime | None]:
        """The status after an attempt, and the moment of the next."""
        if outcome.succeeded:
            return DELIVERED, None
        if turn.redelivery or document["status"] != PENDING:  # dropped while it was under way
            due = document["next_attempt_at"]
            return document["status"], datetime.fromisoformat(due) if due else None
        delays = self._webhooks[turn.vendor].retry_s
        made = sum(not attempt["redelivery"] for attempt in document["attempts"])
        if outcome.refused or made >= len(delays):
            return FAILED, None
        return PENDING, turn.at + timedelta(seconds=delays[made])

    def _plan(self, due: datetime, vendor: str, id: str, url: str) -> None:
        if due <= self.clock.now():
            self._queue.add(due, vendor, id, url)
            return

        def fall_due() -> None:
            self._timers.pop((vendor, id), None)
            self._queue.add(self.clock.now(), vendor, id, url)
            self._tell()

        self._timers[vendor, id] = self.clock.at(due, fall_due)

    def _cancel(self, vendor: str, id: str) -> None:
        timer = self._timers.pop((vendor, id), None)
        if timer is not None:
            timer.cancel()

    def _tell(self) -> None:
        if self.on_due is not None and self._queue:
            self.on_due()


def announced(call: Call, webhooks: Webhooks) -> Iterator[Outgoing]:
    """A request for each event that a handler emitted and each of its endpoints, as the pack declares them."""
    number = 0
    for event in call.events:
        for endpoint in webhooks.subscriptions(call, event):
            id = delivery_id(call, number)
            body = write_json(webhooks.payload(call, event, endpoint, id)).decode()
            yield Outgoing(event.type, endpoint.id, endpoint.url, body, id, secret=endpoint.secret)
            number += 1


class _Queue:
    """Turns that have come, by address: one at a time is out for each."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], list[Turn]] = {}
        self._out: dict[int, Turn] = {}
        self._made = 0

    def __bool__(self) -> bool:
        return bool(self._waiting or self._out)

    def add(self, at: datetime, vendor: str, id: str, url: str, *, redelivery: bool = False) -> None:
        self._made += 1
        self.put(Turn(at, self._made, vendor, id, url, redelivery))

    def put(self, turn: Turn) -> None:
        heapq.heappush(self._waiting.setdefault((turn.vendor, turn.url), []), turn)

    def take(self, *, in_order: bool) -> Turn | None:
        """The earliest turn whose address is free; in order, None while one of an earlier moment is out."""
        busy = {(turn.vendor, turn.url) for turn in self._out.values()}
        first = min((turns[0] for address, turns in self._waiting.items() if address not in busy), default=None)
        if first is None or (in_order and any(turn.at < first.at for turn in self._out.values())):
            return None
        address = (first.vendor, first.url)
        heapq.heappop(self._waiting[address])
        if not self._waiting[address]:
            del self._waiting[address]
        self._out[first.number] = first
        return first

    def finish(self, turn: Turn) -> bool:
        """Take note that a turn is over; False when it was dropped before."""
        return self._out.pop(turn.number, None) is not None

    def drop(self, vendor: str) -> None:
        """Forget a vendor's turns, or all of them."""
        self._waiting = {address: turns for address, turns in self._waiting.items() if vendor not in ("", address[0])}
        self._out = {number: turn for number, turn in self._out.items() if vendor not in ("", turn.vendor)}


def _sign(webhooks: Webhooks, document: Document, message: Message) -> tuple[dict[str, str], str | Exception]:
    """The headers of an attempt; or why it cannot be made, an exception where the pack raised it."""
    refusal = _fault_of(document["url"])
    if refusal:
        return {}, refusal
    message = Message(message.id, message.body, message.at, message.secret, document["event"])
    try:
        signed = {str(name): str(value) for name, value in webhooks.signer(message).items()}
    except Exception as error:  # whatever a pack's signer may raise; the delivery says so
        logger.exception("delivery %s cannot be signed", message.id)
        return {}, error
    return {**document["headers"], "User-Agent": "Sandbooks", **signed}, ""


def _say_nothing(about: str, error: Exception) -> None:
    """Nobody wants to hear of it."""


def _fault_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    return "" if known else f"{url!r} is no address to deliver to; it must be http://host/... or https://host/..."


def _attempt_document(attempt: Attempt, outcome: Outcome) -> Document:
    answer = {"status": outcome.status, "headers": dict(outcome.headers), "body": outcome.body}
    return {
        "at": render_moment(attempt.turn.at),
        "redelivery": attempt.turn.redelivery,
        "headers": dict(attempt.headers),
        "answer": None if outcome.status is None else answer,
        "error": outcome.error or None,
        "duration_ms": round(outcome.duration_ms, 3),
    }


def _render(document: Mapping[str, Any]) -> Document:  # a stored delivery
    hidden = ("sandbox", "tenant", "secret", "method", "headers", "attempts")
    attempts = [_render_attempt(attempt, document) for attempt in document["attempts"]]
    shown = {name: value for name, value in document.items() if name not in hidden}
    return {**shown, "attempts": attempts}


def _render_attempt(attempt: Mapping[str, Any], document: Mapping[str, Any]) -> Document:  # as stored
    request = {"method": document["method"], "headers": dict(attempt["headers"]), "body": document["body"]}
    answer = attempt["answer"]
    return {
        "at": attempt["at"],
        "redelivery": attempt["redelivery"],
        "request": request,
        "answer": None if answer is None else {**answer, "headers": dict(answer["headers"])},
        "error": attempt["error"],
        "duration_ms": attempt["duration_ms"],
    }

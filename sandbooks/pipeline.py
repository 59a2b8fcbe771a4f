"""The order of one call, start to end, as plain functions; the enum `Step` documents it.

Knows every concern and in which order they speak; must not know ASGI.
"""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Protocol

import orjson

from sandbooks.bodies import read_body
from sandbooks.chance import Chance
from sandbooks.clock import Clock, stopwatch
from sandbooks.errors import Detail, Internal, Invalid, Problem, TooLarge
from sandbooks.journal import Entry, Journal
from sandbooks.pack import ANYBODY, JSON_MEDIA, Call, Caller, Reply
from sandbooks.request import Request
from sandbooks.router import Router
from sandbooks.spec import Fault, Operation, Values
from sandbooks.store import Change, Store
from sandbooks.vendor import Binding, Vendor

MISFIT = "The answer does not fit the description: {}"
logger = logging.getLogger("sandbooks.pipeline")


class Step(IntEnum):
    """What happens to a call, in this order; each may end it."""

    ROUTE = 1
    AUTHENTICATE = 2
    AUTHORISE = 3
    READ = 4
    HANDLE = 5
    CHECK_ANSWER = 6
    JOURNAL = 7


class World(Protocol):
    """What the pipeline needs of a sandbox."""

    name: str
    clock: Clock
    journal: Journal
    strict: bool

    def store(self, vendor: Vendor) -> Store: ...

    def chance(self, vendor: Vendor) -> Chance: ...


@dataclass(slots=True)
class Answer:
    """What goes over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Exchange:
    """One call on its way through the steps, and what was learnt so far."""

    vendor: Vendor
    world: World
    request: Request
    base_url: str = ""
    binding: Binding | None = None
    caller: Caller = ANYBODY
    why: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def operation(self) -> Operation | None:
        return self.binding.operation if self.binding is not None else None


def answer(exchange: Exchange, router: Router[Binding], *, too_large: int | None = None) -> Answer:
    """Take one call through all steps. Never raises: whatever goes wrong is worded by the vendor's envelope.

    `too_large` is the limit in bytes that the body broke, where it did; the body itself was not kept then.
    """
    started = stopwatch()
    try:
        given = _encode(_decide(exchange, router, too_large), exchange)
    except Problem as problem:
        exchange.changes = []
        given = _refuse(problem, exchange)
    except Exception as error:  # whatever a handler may raise; the caller gets the vendor's 500
        exchange.changes = []
        trace = traceback.format_exc()
        logger.error("%s %s\n%s", exchange.request.method, exchange.request.path, trace)
        exchange.why.append(trace)
        given = _refuse(Internal(f"{type(error).__name__}: {error}"), exchange)
    _remember(exchange, given, (stopwatch() - started) * 1000)
    return given


def _decide(exchange: Exchange, router: Router[Binding], too_large: int | None) -> Reply:
    request, vendor, world = exchange.request, exchange.vendor, exchange.world
    binding, path_values = router.find(request.method, request.path)
    exchange.binding = binding
    operation = binding.operation
    now = world.clock.now()
    exchange.caller = vendor.authenticator.identify(operation, request, now)
    vendor.authorise(exchange.caller, operation)
    if too_large is not None:
        raise TooLarge(f"The body is larger than {too_large} bytes.")
    values = _read_parameters(operation, request, path_values)
    body, media_type = read_body(operation, request)
    store = world.store(vendor)
    call = Call(
        operation=operation,
        description=vendor.description,
        store=store,
        now=now,
        chance=world.chance(vendor),
        generator=vendor.generator,
        sandbox=world.name,
        base_url=exchange.base_url,
        caller=exchange.caller,
        path=values.path,
        query=values.query,
        headers=values.header,
        cookies=values.cookie,
        body=body,
        media_type=media_type,
    )
    with store.transaction() as transaction:
        reply = binding.handler(call)
        _check(reply, exchange)
    exchange.changes = transaction.changes
    exchange.why += [f"{binding.kind}: {binding.reason}", *call.notes]
    return reply


def _read_parameters(operation: Operation, request: Request, path_values: dict[str, str]) -> Values:
    cookies = request.cookies if "cookie" in request.headers else {}
    values = operation.read_parameters(path_values, request.query, request.headers, cookies)
    if isinstance(values, Values):
        return values
    raise Invalid(
        values[0].message,
        details=[Detail(fault.place, fault.pointer, fault.message, fault.keyword) for fault in values],
    )


def _check(reply: Reply, exchange: Exchange) -> None:
    """Hold a reply against the description: an error under `strict`, else a line in the journal."""
    faults = [_say(fault) for fault in _answer_faults(reply, exchange)]
    if not faults:
        return
    if exchange.world.strict:
        raise Internal(MISFIT.format(faults[0]))
    exchange.why += [MISFIT.format(fault) for fault in faults]


def _answer_faults(reply: Reply, exchange: Exchange) -> list[Fault]:
    operation = exchange.operation
    if operation is None or isinstance(reply.body, bytes):
        return []
    media_type = _media_type(reply, operation) if reply.body is not None else ""
    return operation.check_answer(reply.status, media_type, reply.body)


def _say(fault: Fault) -> str:
    return f"{fault.pointer or '/'}: {fault.message}"


def _media_type(reply: Reply, operation: Operation | None) -> str:
    """JSON under the name that the description gives it: some say `application/vnd.acme+json`."""
    if reply.media_type != JSON_MEDIA or operation is None:
        return reply.media_type
    response = operation.response_for(reply.status)
    if response is None or JSON_MEDIA in response.content:
        return JSON_MEDIA
    return next((name for name in response.content if name.endswith("+json")), JSON_MEDIA)


def _encode(reply: Reply, exchange: Exchange) -> Answer:
    if reply.body is None:
        return Answer(reply.status, dict(reply.headers), b"")
    body = reply.body if isinstance(reply.body, bytes) else orjson.dumps(reply.body)
    headers = {"Content-Type": _media_type(reply, exchange.operation), **reply.headers}
    return Answer(reply.status, headers, body)


def _refuse(problem: Problem, exchange: Exchange) -> Answer:
    envelope = exchange.vendor.pack.envelope
    problem.at = exchange.world.clock.now()
    reply = envelope.render(problem, exchange.operation)
    exchange.why.append(f"{type(problem).__name__}: {problem.message}")
    exchange.why += [f"{detail.place} {detail.pointer}: {detail.message}" for detail in problem.details]
    for fault in _answer_faults(reply, exchange):
        if fault.keyword == "status":  # nobody documents 405 or 413 everywhere
            continue
        exchange.why.append(MISFIT.format(_say(fault)))
        if exchange.world.strict and not isinstance(problem, Internal):
            return _refuse(Internal(exchange.why[-1]), exchange)
    return _encode(reply, exchange)


def _remember(exchange: Exchange, given: Answer, duration_ms: float) -> None:
    operation = exchange.operation
    request = exchange.request
    exchange.world.journal.add(
        Entry(
            at=exchange.world.clock.now(),
            vendor=exchange.vendor.id,
            operation=operation.id if operation else "",
            method=request.method,
            path=request.prefix + request.path,
            sandbox=exchange.world.name,
            request_headers=request.headers,
            query_string=request.query_string,
            request_body=request.body,
            status=given.status,
            answer_headers=given.headers,
            answer_body=given.body,
            duration_ms=duration_ms,
            why=exchange.why,
            changes=[_render_change(change) for change in exchange.changes],
        )
    )


def _render_change(change: Change) -> dict[str, Any]:  # JSON for the journal
    return {"collection": change.table, "id": change.id, "before": change.before, "after": change.after}

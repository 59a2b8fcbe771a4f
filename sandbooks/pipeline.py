"""The order of one call, start to end, as plain functions; the enum `Step` documents it.

`begin` takes a call as far as the limits, `pauses` says how long it is held up, `finish` answers it. Knows
every concern and in which order they speak; must not know ASGI.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from urllib.parse import unquote

from sandbooks.answering import check_reply, crash, encode, refuse, scripted, write_down
from sandbooks.bodies import detail_of, expand, read_body, read_unchecked
from sandbooks.clock import stopwatch
from sandbooks.errors import Invalid, Problem, TooLarge, TooMany
from sandbooks.exchange import Answer, Exchange, Mark
from sandbooks.generic import Answered
from sandbooks.pack import Call, Idempotency, Reply, Visit
from sandbooks.request import Request
from sandbooks.router import Router
from sandbooks.spec import Operation, Values
from sandbooks.store import Change, Store
from sandbooks.traffic.cors import OPEN, is_preflight, preflight_headers
from sandbooks.traffic.faults import Effect
from sandbooks.traffic.idempotency import recall, remember
from sandbooks.traffic.limits import headers_of
from sandbooks.traffic.prefer import Source, preferred_reply, read_preference
from sandbooks.vendor import Binding
from sandbooks.webhooks import announced

UNAUTHENTICATED = 401
UNMOVED = "fault: items {} do not fail: the operation takes no items one by one, or not so many"
NO_REPLY = "the handler returned {}; it must return a Reply: `return Reply(200, body)`"


class Step(IntEnum):
    """What happens to a call, in this order; each may end it."""

    ROUTE = 1
    FAULT = 2
    AUTHENTICATE = 3
    LIMIT = 4
    AUTHORISE = 5
    PREFER = 6
    RECALL = 7
    READ = 8
    HANDLE = 9
    CHECK_ANSWER = 10
    REMEMBER = 11
    JOURNAL = 12


def begin(exchange: Exchange, router: Router[Binding]) -> None:
    """Steps 1 to 5: find the operation, the fault, the caller; count the call. What ends it stands in `ended`."""
    try:
        if is_preflight(exchange.request):
            _let_in(exchange, router)
            return
        try:
            exchange.binding, exchange.path_values = router.find(exchange.request.method, exchange.request.path)
        except Problem:
            _count_astray(exchange)
            raise
        if exchange.world.faults:
            _strike(exchange)
        if exchange.ended is None:
            _admit(exchange)
    except Exception as error:  # worded by the envelope in `finish`
        exchange.ended = error


def pauses(exchange: Exchange) -> Iterator[float]:
    """How long the call is held up, one pause after the other, in seconds of real time: until its turn comes, and then
    for as long as a scripted fault makes it take, or at least as its queue does.

    A wait that ran out stands in `ended`.
    """
    has_waited = False
    try:
        for place in exchange.places:
            while (seconds := place.wait_s(stopwatch())) > 0:
                has_waited = True
                yield seconds
    except Problem as problem:
        exchange.ended = problem
        return
    if has_waited:
        exchange.why.append(f"limit: waited {stopwatch() - exchange.started:.1f} s in the queue")
    if (seconds := max(_delay_s(exchange), *(place.limit.least_s for place in exchange.places), 0.0)) > 0:
        yield seconds


def _delay_s(exchange: Exchange) -> float:
    fault = exchange.fault
    return fault.effect.delay_ms / 1000 if fault is not None and fault.effect.delay_ms is not None else 0.0


def finish(exchange: Exchange) -> Answer:
    """Steps 6 to 12. Never raises: whatever goes wrong is worded by the vendor's envelope."""
    try:
        given = _conclude(exchange)
    except Problem as problem:
        exchange.changes = ()
        given = refuse(problem, exchange)
    except BaseException as error:  # whatever a handler may raise; let through, SystemExit would end the loop
        exchange.changes = ()
        given = crash(error, exchange)
    finally:
        leave(exchange)
    given.headers.update(exchange.headers)
    if "origin" in exchange.request.headers:
        given.headers.update(OPEN)
    write_down(exchange, given)
    return given


def leave(exchange: Exchange) -> None:
    """Give back what the call held of its limits."""
    if exchange.ticket is not None:
        exchange.ticket.leave()
    for place in exchange.places:
        place.leave()
    if exchange.mark is not None:
        exchange.world.in_flight.discard(exchange.mark)


def _let_in(exchange: Exchange, router: Router[Binding]) -> None:
    """Answer a browser that asks for a page: no credential comes with the question, and no fault strikes it."""
    methods = router.methods(exchange.request.path)
    exchange.ended = Answer(204, preflight_headers(exchange.request, methods), b"")
    exchange.why.append("preflight: pages of every origin may call")


def _strike(exchange: Exchange) -> None:
    binding, vendor = exchange.binding, exchange.vendor
    assert binding is not None
    operation = binding.operation
    fault = exchange.world.faults.strike(vendor.id, operation.id, operation.method, operation.path, exchange.now)
    if fault is None:
        return
    exchange.fault = fault
    exchange.why.append(f"fault {fault.id}: {fault.effect.render()}")
    if fault.effect.status is not None:
        exchange.ended = scripted(fault.effect, exchange)


def _admit(exchange: Exchange) -> None:
    vendor, binding = exchange.vendor, exchange.binding
    assert binding is not None
    exchange.caller = vendor.authenticator.identify(binding.operation, exchange.request, exchange.now)
    if vendor.pack.recognise is not None and binding.operation.security:
        exchange.caller = vendor.pack.recognise(_visit(exchange, binding.operation))
    if vendor.pack.limits:
        _count(exchange)
    if vendor.pack.admit is not None and binding.operation.security:
        exchange.caller = vendor.pack.admit(_visit(exchange, binding.operation))
    vendor.authorise(exchange.caller, binding.operation)
    if vendor.pack.idempotency is not None and vendor.pack.idempotency.in_flight is not None:
        _mark(exchange, vendor.pack.idempotency, binding.operation)
    if exchange.too_large:
        raise TooLarge(f"The body is larger than {exchange.body_limit} bytes.")
    if "content-encoding" in exchange.request.headers:
        expand(exchange.request, exchange.body_limit)


def _count_astray(exchange: Exchange) -> None:
    """Count a call that leads nowhere too, where the vendor tells what is left and the caller is known.

    Raises:
        TooMany: it is one too many, wherever it would have led.
    """
    vendor = exchange.vendor
    if not vendor.pack.limits or vendor.pack.limit_headers is None:
        return
    caller = vendor.authenticator.find_caller(exchange.request, exchange.now)
    if caller is None:
        return
    exchange.caller = caller
    if vendor.pack.recognise is not None:
        try:
            exchange.caller = vendor.pack.recognise(_visit(exchange, None))
        except Problem:  # nobody whom the vendor knows
            return
    _count(exchange)


def _visit(exchange: Exchange, operation: Operation | None) -> Visit:
    request = exchange.request
    store = exchange.world.store(exchange.vendor)
    return Visit(exchange.caller, operation, request.query, request.headers, exchange.now, store)


def _count(exchange: Exchange) -> None:
    limiter = exchange.world.limiter(exchange.vendor)
    names, now_s = exchange.vendor.pack.limit_headers, exchange.now.timestamp()
    try:
        exchange.ticket = limiter.enter(exchange.caller, now_s)
    except TooMany:
        exchange.headers = headers_of(limiter.rooms(exchange.caller, now_s), names, now_s)
        raise
    exchange.headers = headers_of(exchange.ticket.rooms, names, now_s)
    exchange.places = limiter.join(exchange.caller, exchange.started)


def _mark(exchange: Exchange, rule: Idempotency, operation: Operation) -> None:
    """Refuse a key whose first call is still under way, and hold this call's own until it is answered."""
    key = exchange.request.headers.get(rule.header.lower(), "")
    if not key or rule.in_flight is None or not rule.applies(operation):
        return
    caller, taken = exchange.caller, exchange.world.in_flight
    mark: Mark = (exchange.vendor.id, caller.tenant, caller.name, key)
    if rule.each_path:
        mark += (exchange.request.method, exchange.request.path)
    if mark in taken:
        message = f"The first call with {rule.header} {key!r} is still under way; ask again when it is answered."
        raise rule.in_flight(message, code=rule.in_flight_code)
    taken.add(mark)
    exchange.mark = mark


def _conclude(exchange: Exchange) -> Answer:
    if isinstance(exchange.ended, Answer):
        return exchange.ended
    if exchange.ended is not None:
        raise exchange.ended
    request, vendor, world, binding = exchange.request, exchange.vendor, exchange.world, exchange.binding
    assert binding is not None
    operation, store = binding.operation, world.store(vendor)
    preference = read_preference(request)
    if preference is not None:
        source = Source(vendor.generator, vendor.shapes, world.chance(vendor), exchange.now)
        reply = preferred_reply(preference, operation, source, request.headers.get("accept", ""))
        exchange.why.append("Prefer: answered from the description; the state is untouched")
        if reply.status == UNAUTHENTICATED and (challenge := vendor.authenticator.challenge(operation)):
            exchange.headers["WWW-Authenticate"] = challenge
        return encode(reply, operation)
    rule = vendor.pack.idempotency
    if rule is None:
        return _perform(exchange, binding, store)
    return _perform_once(exchange, binding, store, rule)


def _perform_once(exchange: Exchange, binding: Binding, store: Store, rule: Idempotency) -> Answer:
    operation, request, caller = binding.operation, exchange.request, exchange.caller
    replay, key = recall(rule, operation, request, caller, store, exchange.now)
    if replay is not None:
        exchange.why.append(f"idempotency: the answer that {rule.header} got first")
        return encode(replay, operation)
    try:
        return _perform(exchange, binding, store, key)
    except Problem as problem:
        given = refuse(problem, exchange)
    if key is not None and rule.keeps(given.status):
        with store.transaction():
            _remember(exchange, rule, key, store, given)
    return given


def _perform(exchange: Exchange, binding: Binding, store: Store, key: str | None = None) -> Answer:
    """Read, handle, check and store: all of it, or nothing."""
    vendor, world, rule = exchange.vendor, exchange.world, exchange.vendor.pack.idempotency
    call = _read_call(exchange, binding, store)
    with store.transaction() as transaction:
        reply = binding.handler(call)
        if not isinstance(reply, Reply):
            raise TypeError(NO_REPLY.format(type(reply).__name__))
        check_reply(reply, exchange)
        given = encode(reply, binding.operation)
        sent: Sequence[str] = ()
        if call.events or binding.notify is not None:
            sent = _announce(exchange, binding, call, reply, transaction.changes)
        if rule is not None and key is not None and rule.keeps(given.status):
            _remember(exchange, rule, key, store, given)
    exchange.changes = transaction.changes
    exchange.why.append(binding.why)
    exchange.why += call.notes
    if call.failing and (unmoved := call.failing.keys() - call.failed):
        exchange.why.append(UNMOVED.format(", ".join(map(str, sorted(unmoved)))))
    if sent and vendor.webhooks is not None and world.outbox is not None:
        world.outbox.release(vendor.id, sent, vendor.webhooks)
    return given


def _announce(
    exchange: Exchange, binding: Binding, call: Call, reply: Reply, changes: Sequence[Change]
) -> Sequence[str]:
    """Put what a call makes the vendor send into the outbox; the ids of the deliveries."""
    vendor, world, request = exchange.vendor, exchange.world, exchange.request
    if vendor.webhooks is None or world.outbox is None:
        return ()
    if binding.notify is None:
        return world.outbox.write(call, vendor.id, announced(call, vendor.webhooks))
    query = f"?{request.query_string}" if request.query_string else ""
    answered = Answered(call, reply, f"{exchange.base_url}{request.path}{query}", changes)
    return world.outbox.write(call, vendor.id, binding.notify(answered, world.webhook_url))


def _remember(exchange: Exchange, rule: Idempotency, key: str, store: Store, given: Answer) -> None:
    operation = exchange.operation
    assert operation is not None
    remember(
        rule,
        key,
        operation,
        exchange.request,
        exchange.caller,
        store,
        exchange.now,
        status=given.status,
        headers=given.headers,
        body=given.body,
    )


def _read_call(exchange: Exchange, binding: Binding, store: Store) -> Call:
    operation, vendor = binding.operation, exchange.vendor
    if binding.checked:
        values = _read_parameters(operation, exchange.request, exchange.path_values)
        content = read_body(operation, exchange.request)
    else:
        path = {name: unquote(value) for name, value in exchange.path_values.items()}
        values = Values(path, dict(exchange.request.query), exchange.request.headers, {})
        content = read_unchecked(exchange.request)
    fault = exchange.fault
    return Call(
        operation=operation,
        description=vendor.description,
        store=store,
        now=exchange.now,
        chance=exchange.world.chance(vendor),
        generator=vendor.generator,
        sandbox=exchange.world.name,
        base_url=exchange.base_url,
        caller=exchange.caller,
        path=values.path,
        query=values.query,
        headers=values.header,
        cookies=values.cookie,
        body=content.value,
        media_type=content.media_type,
        accept=exchange.request.headers.get("accept", ""),
        client_ip=exchange.request.client,
        user_agent=exchange.request.headers.get("user-agent", ""),
        notes=[content.note] if content.note else [],
        failing=_failing(fault.effect) if fault is not None else {},
        vendor=vendor,
    )


def _failing(effect: Effect) -> dict[int, Problem]:
    return {item.index: Problem(item.message, code=item.code) for item in effect.fail_items}


def _read_parameters(operation: Operation, request: Request, path_values: Mapping[str, str]) -> Values:
    cookies = request.cookies if "cookie" in request.headers else {}
    values = operation.read_parameters(path_values, request.query, request.headers, cookies)
    if isinstance(values, Values):
        return values
    details = [detail_of(fault) for fault in values]
    raise Invalid(details[0].message, details=details)

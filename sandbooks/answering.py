"""From a reply or a problem to what goes over the wire: checked against the description, worded, written down.

Knows the description and the vendor's envelope; must not know what made the reply.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sandbooks.clock import stopwatch
from sandbooks.errors import Internal, Problem, Unauthenticated
from sandbooks.exchange import Answer, Exchange
from sandbooks.journal import KEPT_BYTES, Entry
from sandbooks.notation import write_json
from sandbooks.pack import JSON_MEDIA, PROBLEM_MEDIA, Reply
from sandbooks.spec import Fault, Operation
from sandbooks.store import HIDDEN_MARK
from sandbooks.traffic.faults import Effect

OMITTED = "documents of a call with more than 64 KB"
MISFIT = "The answer does not fit the description: {}"
logger = logging.getLogger("sandbooks.pipeline")


def check_reply(reply: Reply, exchange: Exchange) -> None:
    """Hold a reply against the description: an error under `strict`, else a line in the journal.

    Raises:
        Internal: it does not fit, and the server is strict.
    """
    faults = _faults(reply, exchange)
    if not faults:
        return
    if exchange.world.strict:
        raise Internal(MISFIT.format(_say(faults[0])))
    exchange.why += [MISFIT.format(_say(fault)) for fault in faults]


def encode(reply: Reply, operation: Operation | None) -> Answer:
    """The bytes of a reply, in the media type that the description gives it."""
    if reply.body is None:
        return Answer(reply.status, dict(reply.headers), b"")
    body = reply.body if isinstance(reply.body, bytes) else write_json(reply.body)
    headers = {"Content-Type": _media_type(reply, operation)}
    return Answer(reply.status, _merged(headers, reply.headers) if reply.headers else headers, body)


def refuse(problem: Problem, exchange: Exchange) -> Answer:
    """The vendor's answer to a problem, with the reasons in the journal."""
    problem.at = exchange.now
    if isinstance(problem, Internal):
        _report(problem, exchange)
    reply = exchange.vendor.envelope.render(problem, exchange.operation, exchange.request)
    exchange.why.append(f"{type(problem).__name__}: {problem.message}")
    exchange.why += [f"{detail.place} {detail.pointer}: {detail.message}" for detail in problem.details]
    exchange.why += problem.notes
    for fault in _faults(reply, exchange):
        # Nobody documents 405 or 413 everywhere, and a problem stands for what has no schema that can be met.
        if fault.keyword == "status" or _stands_in(reply, exchange.operation):
            continue
        exchange.why.append(MISFIT.format(_say(fault)))
        if exchange.world.strict and not isinstance(problem, Internal):
            return refuse(Internal(exchange.why[-1]), exchange)
    return encode(reply, exchange.operation)


def crash(error: BaseException, exchange: Exchange) -> Answer:
    """The vendor's 500 for whatever a handler raised, with the traceback in the log and in the journal."""
    trace = "".join(traceback.format_exception(error))
    logger.error("%s %s\n%s", exchange.request.method, exchange.request.path, trace)
    exchange.why.append(trace)
    problem = Internal(f"{type(error).__name__}: {error}")
    problem.__cause__ = error
    return refuse(problem, exchange)


def scripted(effect: Effect, exchange: Exchange) -> Answer:
    """The answer that a fault asks for: its own body, or the vendor's error for its status."""
    status = effect.status or 500
    if effect.body is not None:
        raw = isinstance(effect.body, str)
        reply = Reply(
            status,
            effect.body.encode() if raw else effect.body,
            effect.headers,
            "text/plain; charset=utf-8" if raw else JSON_MEDIA,
        )
        return encode(reply, None)
    if status < 400:
        return Answer(status, dict(effect.headers), b"")
    envelope = exchange.vendor.envelope
    problem = envelope.problem_for(status)
    problem.at = exchange.now
    if isinstance(problem, Unauthenticated) and exchange.operation is not None:
        problem.challenge = exchange.vendor.authenticator.challenge(exchange.operation)
    reply = envelope.reply(problem, status, exchange.operation, exchange.request)
    exchange.why += problem.notes
    return encode(replace(reply, headers=_merged(reply.headers, effect.headers)), None)


def write_down(exchange: Exchange, given: Answer) -> None:
    """Enter the call into its sandbox's journal."""
    operation = exchange.operation
    request = exchange.request
    exchange.world.journal.add(
        Entry(
            at=exchange.now,
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
            duration_ms=(stopwatch() - exchange.started) * 1000,
            why=exchange.why,
            changes=_changes(exchange, given),
            secret_parameters=exchange.vendor.authenticator.secret_parameters,
            secret_fields=exchange.vendor.pack.secret_fields,
        )
    )


def _report(problem: Internal, exchange: Exchange) -> None:
    """Tell of our own fault, and of what was raised first."""
    request = exchange.request
    error = problem.__cause__ if isinstance(problem.__cause__, Exception) else problem
    exchange.world.report(f"{request.method} {request.prefix}{request.path}", error)


def _merged(headers: Mapping[str, str], over: Mapping[str, str]) -> dict[str, str]:
    """Headers with others laid over them; upper and lower case name the same header."""
    names = {name.lower() for name in over}
    return {name: value for name, value in headers.items() if name.lower() not in names} | dict(over)


def _faults(reply: Reply, exchange: Exchange) -> list[Fault]:
    operation = exchange.operation
    if operation is None or isinstance(reply.body, bytes):
        return []
    media_type = _media_type(reply, operation) if reply.body is not None else ""
    return operation.check_answer(reply.status, media_type, reply.body)


def _stands_in(reply: Reply, operation: Operation | None) -> bool:
    response = operation.response_for(reply.status) if operation is not None else None
    return reply.media_type == PROBLEM_MEDIA and (response is None or PROBLEM_MEDIA not in response.content)


def _say(fault: Fault) -> str:
    return f"{fault.pointer or '/'}: {fault.message}"


def _media_type(reply: Reply, operation: Operation | None) -> str:
    """JSON under the name that the description gives it: some say `application/vnd.acme+json`."""
    if reply.media_type != JSON_MEDIA or operation is None:
        return reply.media_type
    return _json_name(operation, reply.status)


@lru_cache(4096)
def _json_name(operation: Operation, status: int) -> str:
    response = operation.response_for(status)
    if response is None or JSON_MEDIA in response.content:
        return JSON_MEDIA
    return next((name for name in response.content if name.endswith("+json")), JSON_MEDIA)


def _changes(exchange: Exchange, given: Answer) -> list[dict[str, Any]]:  # JSON for the journal
    """What the call did to the store; without the documents where bodies are long, for the journal is bounded."""
    if not exchange.changes:
        return []
    told = [
        {"collection": table, "id": id, "before": before, "after": after}
        for table, id, before, after in exchange.changes
        if table[:1] != HIDDEN_MARK
    ]
    if max(len(exchange.request.body), len(given.body)) <= KEPT_BYTES:
        return told
    return [{**change, "before": None, "after": None, "omitted": OMITTED} for change in told]

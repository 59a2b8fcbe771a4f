"""Runtime expressions read from a call and its answer: where a callback goes.

Knows calls and replies; must not know what is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from sandbooks.generic.places import ABSENT, Json, read_whole
from sandbooks.notation import write_json
from sandbooks.pack import Call, Reply
from sandbooks.spec import Expression, Template
from sandbooks.store import Change

_FIXED = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]+([/?#]|\Z)")
_MADE_UP = re.compile(r"(.+\.)?(example(\.(com|net|org))?|invalid)\Z")
"""Hosts that are nobody's (RFC 2606): the generator makes its addresses of them."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A call that succeeded: with its answer, its own full address, and what it changed, in order."""

    call: Call
    reply: Reply
    url: str
    changes: Sequence[Change] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """An address; or without one (`url` empty), why there is none.

    `is_fixed`: its host stands in the description, nobody who called named it.
    """

    url: str = ""
    problem: str = ""
    is_fixed: bool = False


def evaluate(expression: Expression, answered: Answered) -> Json:
    """The value of an expression, ABSENT where there is none."""
    call, reply = answered.call, answered.reply
    match expression.source, expression.part:
        case "url", _:
            return answered.url
        case "method", _:
            return call.operation.method
        case "status", _:
            return reply.status
        case "request", "body":
            return _at(call.body, expression.place)
        case "request", "query":
            return call.query.get(expression.place[0], ABSENT)
        case "request", "path":
            return call.path.get(expression.place[0], ABSENT)
        case "request", "header":
            return _header(call.headers, expression.place[0])
        case "response", "body":
            return _at(reply.body, expression.place)
        case "response", "header":
            return _header(reply.headers, expression.place[0])
        case _:
            return ABSENT


def target_of(address: Template, answered: Answered) -> Target:
    """Where a callback goes. What stands behind a `?`, or after other text, is escaped."""
    url = ""
    for part in address.parts:
        if isinstance(part, str):
            url += part
            continue
        value = evaluate(part, answered)
        if value is ABSENT or value is None or value == "":
            return Target(problem=_unreadable(part) or f"`{part.text}` gives nothing")
        url += quote(_text(value), safe="" if "?" in url else "/:") if url else _text(value)
    if not _is_address(url):
        return Target(problem=_no_address(url))
    if _is_answered(address) and _MADE_UP.match(urlsplit(url).hostname or ""):
        return Target(problem=f"{url!r:.80} is an address that was made up")
    return Target(url, is_fixed=_is_fixed(address))


def unreachable(address: Template) -> str:
    """Why nothing ever goes to an address, whatever is called; empty where it depends on the call."""
    problems = [problem for each in address.expressions if (problem := _unreadable(each))]
    if problems:
        return problems[0]
    if _is_fixed(address):
        return fixed_host(address)
    return "" if address.expressions or _is_address(address.text) else _no_address(address.text)


def fixed_host(address: Template) -> str:
    """Why an address that the description gives is not called."""
    return f"the description fixes its host, nobody named it: {address.text!r:.80}"


def _unreadable(expression: Expression) -> str:
    return f"`{expression.text}` is no runtime expression" if expression.source == "nothing" else ""


def _no_address(url: str) -> str:
    return f"{url!r:.80} is no http address"


def _is_fixed(address: Template) -> bool:
    """It begins with a host, and that is not this machine."""
    leading = address.parts[0]
    return isinstance(leading, str) and bool(_FIXED.match(leading)) and not _is_own(leading)


def _is_answered(address: Template) -> bool:
    """Only the answer names the place, not the caller."""
    return bool(address.expressions) and address.expressions[0].source == "response"


def _at(value: Json, place: tuple[str, ...]) -> Json:
    for step in place:
        if isinstance(value, list) and (index := read_whole(step)) is not None and 0 <= index < len(value):
            value = value[index]
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        else:
            return ABSENT
    return value


def _header(headers: Mapping[str, Json], name: str) -> Json:
    return next((value for each, value in headers.items() if each.lower() == name.lower()), ABSENT)


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    return write_json(value).decode() if isinstance(value, dict | list | bool) else str(value)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _is_own(url: str) -> bool:
    """The host is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

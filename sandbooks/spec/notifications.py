"""What a server sends of its own accord: the callbacks of operations, and the webhooks of the description.

Knows how OpenAPI writes them, and reports what is wrong; must not know who receives them.
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbooks.spec.expressions import Template, read_template
from sandbooks.spec.model import METHODS, Json, Notification
from sandbooks.spec.parts import Parts, Unusable, text, without_extensions
from sandbooks.spec.references import OLD_WEBHOOKS, UNRESOLVED


def read_callbacks(parts: Parts, value: Json, place: str) -> tuple[Notification, ...]:
    """The requests of an operation's callbacks: each method of each address."""
    return tuple(
        found
        for name, callback, at in _entries(parts, value, place)
        for address, item, there in _entries(parts, callback, at)
        for found in _requests(parts, name, item, there, _address(parts, address, there))
    )


def read_webhooks(parts: Parts) -> tuple[Notification, ...]:
    """The requests of the description's webhooks: each method of each; also of those in `x-webhooks`."""
    found: dict[tuple[str, str], Notification] = {}
    for section in ("webhooks", OLD_WEBHOOKS):
        for name, item, at in _entries(parts, parts.document.get(section), f"/{section}"):
            for request in _requests(parts, name, item, at, None):
                found.setdefault((name, request.method), request)
    return tuple(found.values())


def _entries(parts: Parts, value: Json, place: str) -> Iterator[tuple[str, dict[str, Json], str]]:
    """As `Parts.entries`, without extensions; what is misshapen as a whole is reported too."""
    try:
        for name, entry, at in parts.entries(without_extensions(value), place):
            if UNRESOLVED not in entry:
                yield name, without_extensions(entry), at
    except Unusable as problem:
        parts.findings.append(problem.finding)


def _address(parts: Parts, written: str, place: str) -> Template:
    address = read_template(written)
    unreadable = [each.text for each in address.expressions if each.source == "nothing"]
    if unreadable:
        parts.warn(place, f"{unreadable[0]!r} is no runtime expression: nothing can be sent there")
    elif not address.expressions and "://" not in written:
        parts.warn(place, f"{written!r} is no address and holds no runtime expression: nothing can be sent there")
    return address


def _requests(
    parts: Parts, name: str, item: dict[str, Json], place: str, address: Template | None
) -> Iterator[Notification]:
    if not any(method in item for method in METHODS):
        parts.warn(place, f"{name!r} describes no request")
    for method in METHODS:
        if method in item:
            try:
                yield _request(parts, name, method, item, place, address)
            except Unusable as problem:
                parts.error(problem.finding.place, f"{problem.finding.message}: {name!r} is not sent")


def _request(
    parts: Parts, name: str, method: str, item: dict[str, Json], place: str, address: Template | None
) -> Notification:
    at = f"{place}/{method}"
    raw, at = parts.mapping(item[method], at)
    found = parts.parameters(item.get("parameters"), f"{place}/parameters")
    found |= parts.parameters(raw.get("parameters"), f"{at}/parameters")
    return Notification(
        name=name,
        method=method.upper(),
        parameters=tuple(found.values()),
        body=parts.body(raw.get("requestBody"), f"{at}/requestBody"),
        address=address,
        id=text(raw.get("operationId")),
    )

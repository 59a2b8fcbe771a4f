"""Scripted failures: list, make and take them back.

Knows how a failure is asked for and what cannot strike; what it does to a call is elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbooks.control.fields import served_vendor, wrong_field
from sandbooks.pack import Call, Reply
from sandbooks.server import CONTROL, Server
from sandbooks.spec import Operation
from sandbooks.traffic.faults import Effect, FailItem, Match

EFFECTS = ("status", "delay_ms", "drop", "fail_items")
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
OF_THE_CONNECTION = frozenset({"connection", "content-length", "transfer-encoding"})
BODILESS = (204, 205, 304)

_Given = Mapping[str, Any]  # a JSON object, checked by its schema


def list_faults(server: Server, call: Call) -> Reply:
    """Every fault, those too that are used up."""
    return Reply(200, [fault.render() for fault in reversed(list(server.use_sandbox(call.sandbox).faults))])


def create_fault(server: Server, call: Call) -> Reply:
    """A failure from now on."""
    body = call.body
    match, effect = _read_match(server, body["match"]), _read_effect(body["effect"])
    sandbox = server.use_sandbox(call.sandbox)
    times = body.get("times", 1)
    fault = sandbox.faults.add(
        match,
        effect,
        now=sandbox.clock.now(),
        times=None if times is None else int(times),
        skip=int(body.get("skip", 0)),
        probability=body.get("probability", 1.0),
        ttl_s=body.get("ttl_s"),
    )
    return Reply(201, fault.render())


def delete_faults(server: Server, call: Call) -> Reply:
    """No more failures."""
    server.use_sandbox(call.sandbox).faults.clear()
    return Reply(204)


def delete_fault(server: Server, call: Call) -> Reply:
    """One failure less."""
    server.use_sandbox(call.sandbox).faults.remove(call.path["id"])
    return Reply(204)


HANDLERS = {
    "listFaults": list_faults,
    "createFault": create_fault,
    "deleteFaults": delete_faults,
    "deleteFault": delete_fault,
}


def _read_match(server: Server, given: _Given) -> Match:
    """
    Raises:
        Invalid: no operation is like this, so that it would never strike; names the first part that leaves none.
    """
    vendor = served_vendor(server, given["vendor"], "/match/vendor")
    left = [binding.operation for binding in vendor.bindings.values()]
    for part in ("operation", "path", "method"):
        if part in given:
            left = [operation for operation in left if _part_of(operation, part) == _wanted(given, part)]
        if not left:
            raise wrong_field(
                f"/match/{part}",
                f"No operation of {vendor.id} has the {part} {given[part]!r} and what else is asked; "
                f"GET /{CONTROL}/vendors/{vendor.id}/operations lists them",
            )
    return Match(**given)


def _part_of(operation: Operation, part: str) -> str:
    return {"operation": operation.id, "path": operation.path, "method": operation.method}[part]


def _wanted(given: _Given, part: str) -> str:
    text: str = given[part]
    return text.upper() if part == "method" else text


def _read_effect(given: _Given) -> Effect:
    """
    Raises:
        Invalid: none or several effects in one, or an answer that cannot be sent; names the field.
    """
    chosen = [name for name in EFFECTS if name in given]
    if len(chosen) != 1:
        place = f"/effect/{chosen[1]}" if chosen else "/effect"
        raise wrong_field(place, f"An effect has exactly one of {', '.join(EFFECTS)}; script one fault for each")
    if chosen[0] == "status":
        return _read_answer(given)
    for name in ("headers", "body"):
        if name in given:
            raise wrong_field(f"/effect/{name}", f"{name} goes with status, not with {chosen[0]}")
    return Effect(
        delay_ms=int(given["delay_ms"]) if "delay_ms" in given else None,
        drop=given.get("drop"),
        fail_items=tuple(
            FailItem(int(item["index"]), item["code"], item["message"]) for item in given.get("fail_items", ())
        ),
    )


def _read_answer(given: _Given) -> Effect:
    status, headers = int(given["status"]), given.get("headers", {})
    if status in BODILESS and given.get("body") is not None:
        raise wrong_field("/effect/body", f"An answer with status {status} has no body; leave it out")
    for name, value in headers.items():
        place = f"/effect/headers/{name.replace('~', '~0').replace('/', '~1')}"
        if not HEADER_NAME.match(name) or name.lower() in OF_THE_CONNECTION:
            raise wrong_field(place, f"{name!r} is no header that can be chosen")
        if not _is_header_value(value):
            raise wrong_field(place, f"{value!r} cannot be sent as a header; it may hold visible Latin-1 characters")
    return Effect(status=status, headers=headers, body=given.get("body"))


def _is_header_value(text: str) -> bool:
    return all(character == "\t" or " " <= character <= "~" or "\xa0" <= character <= "\xff" for character in text)

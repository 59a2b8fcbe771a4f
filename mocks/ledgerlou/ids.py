"""Ids: UUIDs, each from the number that was next in its sandbox, so that none is given twice."""

from __future__ import annotations

from sandbooks import Call

SEQUENCE, COUNTER = "sequence", "ids"


def fresh(call: Call) -> str:
    """A new UUID."""
    return fresh_many(call, 1)[0]


def fresh_many(call: Call, count: int) -> list[str]:
    """That many new UUIDs."""
    table = call.shared(SEQUENCE)
    found = table.find_one(COUNTER)
    first = 1 if found is None else int(found["next"])
    if found is None:
        table.put({"id": COUNTER, "next": first + count})
    else:
        table.change(COUNTER, {"next": first + count})
    return [call.chance.at("id", number).uuid() for number in range(first, first + count)]

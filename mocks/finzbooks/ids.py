"""Ids: opaque to a client, and in the order in which they were made, also while the clock stands.

One counter serves all organisations of a sandbox, so that an id of one is never that of another.
"""

from __future__ import annotations

from sandbooks import Call

SEQUENCE, COUNTER = "sequence", "ids"
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_DIGITS, _COUNT_DIGITS = 10, 6


def fresh(call: Call, prefix: str) -> str:
    """A new id: the prefix and 16 lower-case characters, the time first, then the counter."""
    return prefix + _base32(_milliseconds(call), _TIME_DIGITS) + _base32(_next(call), _COUNT_DIGITS)


def fresh_hex(call: Call, prefix: str) -> str:
    """A new id: the prefix and 32 hexadecimal digits."""
    count = _next(call)
    return f"{prefix}{_milliseconds(call):012x}{count:08x}{call.chance.at('id', count).hex(12)}"


def fresh_uuid(call: Call) -> str:
    """A new UUID in the form of version 7."""
    count = _next(call)
    time, noise = f"{_milliseconds(call):012x}", call.chance.at("id", count).hex(11)
    high, low = count >> 18 & 0xFFF, count & 0x3FFFF
    tail = f"{0x8000 | low >> 4:04x}{low & 0xF:01x}{noise}"
    return f"{time[:8]}-{time[8:]}-7{high:03x}-{tail[:4]}-{tail[4:]}"


def _next(call: Call) -> int:
    """The next number; never one used before."""
    table = call.shared(SEQUENCE)
    found = table.find_one(COUNTER)
    count = 1 if found is None else int(found["next"])
    if found is None:
        table.put({"id": COUNTER, "next": count + 1})
    else:
        table.change(COUNTER, {"next": count + 1})
    return count


def _milliseconds(call: Call) -> int:
    return int(call.now.timestamp() * 1000)


def _base32(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))

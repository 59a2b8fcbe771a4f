"""JSON read and written to the letter, whole numbers of any length included.

Knows bytes and values; must not know what they mean.
"""

from __future__ import annotations

import json
from typing import Any, Final

import orjson

Json = Any  # a JSON value

_DIGITS: Final = bytes.maketrans(b"123456789", b"000000000")
_LONG: Final = b"0" * 19
"""A shorter run of digits fits into 64 bits."""


def read_json(data: bytes | str) -> Json:
    """The value of a JSON text, without NaN, infinite numbers and lone surrogates.

    Raises:
        orjson.JSONDecodeError: it is not such a text.
    """
    value = orjson.loads(data)
    plain = data.encode() if isinstance(data, str) else data
    # What 64 bits do not hold comes back as a float that has lost its last digits.
    return json.loads(data) if _LONG in plain.translate(_DIGITS) else value


def write_json(value: Json) -> bytes:
    """The JSON text of a value, as short as may be.

    Raises:
        TypeError, ValueError: no JSON text stands for it.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()

"""Texts held against patterns and formats, by the engine that validates bodies.

Knows single texts; must not know schemas. A pattern never takes more than linear time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias

import jsonschema_rs

Judge: TypeAlias = Callable[[str], bool]

FORMATS: Final = frozenset({"date", "date-time", "email", "hostname", "ipv4", "ipv6", "uri", "uuid"})
"""The formats that are asserted; any other is a note for people."""

WISH: Final = "x-pattern"
"""Where a pattern stands that cannot be matched in linear time: nothing is refused by it, values are made after it."""


def pattern_options() -> jsonschema_rs.RegexOptions:
    """A regular expression engine that answers in linear time, and refuses patterns that would need much memory."""
    return jsonschema_rs.RegexOptions(size_limit=1_000_000, dfa_size_limit=1_000_000)


@lru_cache(maxsize=4096)
def pattern_judge(pattern: str) -> Judge | None:
    """Whether a text contains a match; None for a pattern that is not one, or that needs more than linear time."""
    try:
        compiled = jsonschema_rs.Draft202012Validator(
            {"pattern": pattern}, pattern_options=pattern_options(), offline=True
        )
    except (ValueError, jsonschema_rs.ValidationError):
        return None
    return compiled.is_valid


@lru_cache(maxsize=64)
def format_judge(format: str) -> Judge | None:
    """Whether a text is of a format; None for a format that is not asserted."""
    if format not in FORMATS:
        return None
    return jsonschema_rs.Draft202012Validator({"format": format}, validate_formats=True, offline=True).is_valid

"""How a text meets a pattern, be it for LIKE or a regular expression: always in time that is bounded by both lengths.

Knows patterns; knows no operator and no document.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import re2

Meets = Callable[[str], bool]

LONGEST_PATTERN = 10_000
"""Characters; neither LIKE's `_` nor a regular expression is tried in more."""

_MOST_MEMORY = 2**20  # of one compiled expression: it bounds the states that each character can be in


def read_like(pattern: str) -> Meets:
    """`%` stands for any text, `_` for one character, a backslash takes the meaning from the next.

    Raises:
        ValueError: too long, with `_` in it.

    >>> meets = read_like("%cotton\\\\_w_od%")
    >>> meets("Acme cotton_wood"), meets("Acme cottonxwood")
    (True, False)
    """
    first, *others = _split(pattern)
    if not others:
        return lambda text: len(text) == first.length and first.stands_at(text, 0)
    *middle, last = others
    middle = [part for part in middle if part.length]
    shortest = first.length + last.length
    if not shortest and len(middle) == 1:
        find = middle[0].find
        return lambda text: find(text, 0, len(text)) >= 0

    def meets(text: str) -> bool:
        end = len(text) - last.length
        if len(text) < shortest or not first.stands_at(text, 0) or not last.stands_at(text, end):
            return False
        at = first.length
        for part in middle:
            # The leftmost place leaves most to the parts that follow, so no other need be tried.
            found = part.find(text, at, end)
            if found < 0:
                return False
            at = found + part.length
        return True

    return meets


def read_regex(pattern: str) -> Meets:
    """A regular expression in RE2's syntax, found anywhere in the text.

    RE2 takes linear time, so it knows neither references to groups nor assertions that look around; `\\w`, `\\d` and
    `\\b` know ASCII alone, `\\pL` every letter.

    Raises:
        ValueError: not such an expression, or one that is too long or too large.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"it has more than {LONGEST_PATTERN} characters")
    options = re2.Options()
    options.never_capture, options.log_errors, options.max_mem = True, False, _MOST_MEMORY
    try:
        # Bytes, for texts would have the places of each match counted in characters.
        search = re2.compile(pattern.encode(), options).search
    except re2.error as error:
        raise ValueError(_reason(error)) from None
    return lambda text: search(text.encode()) is not None


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands between two `%`: texts of one length."""

    length: int
    stands_at: Callable[[str, int], bool]
    find: Callable[[str, int, int], int]  # text, start, end; -1 where it is not


def _split(pattern: str) -> list[_Part]:
    parts: list[list[str]] = [[]]  # of characters, empty for any one
    for step in re.findall(r"\\.|\\\Z|[^\\]", pattern, re.DOTALL):
        if step == "%":
            parts.append([])
        else:
            parts[-1].append("" if step == "_" else step[-1])
    if len(pattern) > LONGEST_PATTERN and any("" in part for part in parts):
        raise ValueError(f"it has `_` in it and more than {LONGEST_PATTERN} characters")
    return [_wild(part) if "" in part else _literal("".join(part)) for part in parts]


def _literal(part: str) -> _Part:
    return _Part(
        len(part),
        lambda text, at: text.startswith(part, at),
        lambda text, start, end: text.find(part, start, end),
    )


def _wild(part: list[str]) -> _Part:
    # Nothing in it repeats or is left to choose, so each place costs its length at most.
    compiled = re.compile("".join(re.escape(character) or "." for character in part), re.DOTALL)

    def find(text: str, start: int, end: int) -> int:
        found = compiled.search(text, start, end)
        return found.start() if found else -1

    return _Part(len(part), lambda text, at: compiled.match(text, at) is not None, find)


def _reason(error: Exception) -> str:
    (told,) = error.args
    return told.decode(errors="replace") if isinstance(told, bytes) else str(told)

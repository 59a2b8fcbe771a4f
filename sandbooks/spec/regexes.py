"""Regular expressions taken apart, as far as Python's own parser reads them.

Knows expressions alone; must not match texts: that takes more than linear time here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from re import _constants as words  # type: ignore[attr-defined]  # the parser's own vocabulary has no public name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final, TypeAlias

Tree: TypeAlias = Sequence[Any]  # pairs of an opcode and its argument, whose shape depends on the opcode

_CLASSES: Final = {
    "L": "A-Za-z",
    "Lu": "A-Z",
    "Ll": "a-z",
    "N": "0-9",
    "Nd": "0-9",
    "P": "!-/:-@",
    "S": "$+<=>",
    "Z": " ",
}
_NAMED_CLASSES: Final = {
    "alpha": "A-Za-z",
    "digit": "0-9",
    "alnum": "A-Za-z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": " ",
    "punct": "!-/:-@",
    "word": "A-Za-z0-9_",
    "xdigit": "A-Fa-f0-9",
}
_REPEATS: Final = frozenset({words.MAX_REPEAT, words.MIN_REPEAT, words.POSSESSIVE_REPEAT})
_ENDS: Final = frozenset({words.AT_END, words.AT_END_STRING})
_BEGINNINGS: Final = frozenset({words.AT_BEGINNING, words.AT_BEGINNING_STRING})


@lru_cache(maxsize=2048)
def parse_pattern(pattern: str) -> Tree | None:
    """The expression as a tree, None when it cannot be read. Unicode classes are narrowed to ASCII."""
    text = re.sub(r"\\[pP]\{(?:Is|[Ss]cript=)?(\w+)\}", _narrow_class, pattern)
    text = re.sub(r"\[:(\^?)(\w+):\]", lambda found: _NAMED_CLASSES.get(found[2], "a-z"), text)
    text = re.sub(r"\(\?<(?=\w)", "(?P<", text).replace(r"\z", r"\Z")
    try:
        tree: Tree = parser.parse(text, re.ASCII)
    except (re.error, RecursionError, OverflowError):
        return None
    return tree


def shortest_match(tree: Tree) -> int:
    """How many characters a match has at least."""
    return int(tree.getwidth()[0])  # type: ignore[attr-defined]  # of the parser's own sequence type


def never_matches(pattern: str) -> bool:
    """True when something must stand after the end of the text, or before its beginning: `^a$b`."""
    if "$" not in pattern[:-1] and "^" not in pattern[1:]:
        return False
    tree = parse_pattern(pattern)
    return tree is not None and not tree.state.flags & re.MULTILINE and _is_barred(tree)  # type: ignore[attr-defined]


def _is_barred(tree: Tree) -> bool:
    widths = [_least_width(part) for part in tree]
    for place, (opcode, argument) in enumerate(tree):
        if opcode is words.AT and argument in _ENDS and any(widths[place + 1 :]):
            return True
        if opcode is words.AT and argument in _BEGINNINGS and any(widths[:place]):
            return True
        if opcode is words.SUBPATTERN and _is_barred(argument[3]):
            return True
        if opcode is words.BRANCH and all(map(_is_barred, argument[1])):
            return True
        if opcode in _REPEATS and argument[0] and _is_barred(argument[2]):
            return True
    return False


def _least_width(part: tuple[Any, Any]) -> int:
    """How many characters one part of an expression takes at least."""
    opcode, argument = part
    if opcode in (words.LITERAL, words.NOT_LITERAL, words.IN, words.ANY):
        return 1
    if opcode in _REPEATS:
        return int(argument[0]) * shortest_match(argument[2])
    if opcode is words.SUBPATTERN:
        return shortest_match(argument[3])
    if opcode is words.BRANCH:
        return min(map(shortest_match, argument[1]))
    return 0


def _narrow_class(match: re.Match[str]) -> str:
    """`\\p{L}` as plain characters inside a class, as a class of its own outside of one."""
    characters = _CLASSES.get(match[1], _CLASSES.get(match[1][0], "A-Za-z"))
    before = re.sub(r"\\.", "", match.string[: match.start()])
    return characters if before.rfind("[") > before.rfind("]") else f"[{characters}]"

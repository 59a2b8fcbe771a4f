"""Texts that match a regular expression.

Knows the ordinary subset of regular expressions, as Python's own parser reads it; what a text is for it must not know.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from functools import lru_cache
from re import _constants as words  # type: ignore[attr-defined]  # the parser's own vocabulary has no public name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from sandbooks.chance import Chance

MOST_REPEATS = 10_000
_ATTEMPTS = 40
_ROOM = 12  # characters beyond the shortest match, where nothing else says how long a text is
_ANY = string.ascii_letters + string.digits + " -_.,"
_PRINTABLE = "".join(map(chr, range(32, 127)))
_CATEGORIES = {
    words.CATEGORY_DIGIT: string.digits,
    words.CATEGORY_WORD: string.ascii_letters + string.digits + "_",
    words.CATEGORY_SPACE: " ",
}
_COMPLEMENTS = {
    words.CATEGORY_NOT_DIGIT: words.CATEGORY_DIGIT,
    words.CATEGORY_NOT_WORD: words.CATEGORY_WORD,
    words.CATEGORY_NOT_SPACE: words.CATEGORY_SPACE,
}
_CLASSES = {"L": "A-Za-z", "Lu": "A-Z", "Ll": "a-z", "N": "0-9", "Nd": "0-9", "P": "!-/:-@", "S": "$+<=>", "Z": " "}
_Tree = Sequence[Any]  # pairs of an opcode and its argument, whose shape depends on the opcode


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> re.Pattern[str] | None:
    """The expression as Python reads it, None when it cannot. Unicode classes are narrowed to ASCII."""
    text = re.sub(r"\\p\{(?:Is|script=)?(\w+)\}", _narrow_class, pattern)
    text = re.sub(r"\(\?<(?=\w)", "(?P<", text)
    try:
        return re.compile(text, re.ASCII)
    except (re.error, RecursionError, OverflowError):
        return None


def draw_match(
    chance: Chance, pattern: re.Pattern[str], *, shortest: int = 0, longest: int | None = None
) -> str | None:
    """A text that the pattern finds, of a length between both ends; None when none was hit upon."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    least = len(_Writer(chance.random, spare=0).write(tree))
    low = max(shortest, least)
    high = max(low, low + _ROOM if longest is None else min(longest, low + _ROOM))
    for attempt in range(_ATTEMPTS):
        spare = chance.integer(low, high) - least
        text = _Writer(chance.random, spare=spare, greedy=attempt % 2 == 1).write(tree)
        if shortest <= len(text) and (longest is None or len(text) <= longest) and pattern.search(text):
            return text
    return None


class _Writer:
    """Writes one text by walking the parsed expression.

    `spare` characters are handed out to repeats beyond their least number, at random or all to the first that can.
    Anchors and assertions write nothing: whoever asked checks the text.
    """

    def __init__(self, random: Random, *, spare: int, greedy: bool = False) -> None:
        self._random = random
        self._spare = spare
        self._greedy = greedy
        self._groups: dict[int, str] = {}

    def write(self, tree: _Tree) -> str:
        return "".join(self._write_part(opcode, argument) for opcode, argument in tree)

    def _write_part(self, opcode: object, argument: Any) -> str:
        if opcode is words.LITERAL:
            return chr(argument)
        if opcode is words.IN:
            return self._random.choice(_characters(argument))
        if opcode in (words.MAX_REPEAT, words.MIN_REPEAT, words.POSSESSIVE_REPEAT):
            return self._repeat(*argument)
        if opcode is words.SUBPATTERN:
            return self._remember(argument[0], self.write(argument[3]))
        if opcode is words.BRANCH:
            return self.write(self._random.choice(argument[1]))
        if opcode is words.ANY:
            return self._random.choice(_ANY)
        if opcode is words.NOT_LITERAL:
            return self._random.choice([each for each in _ANY if each != chr(argument)])
        if opcode is words.GROUPREF:
            return self._groups.get(argument, "")
        if opcode is words.ATOMIC_GROUP:
            return self.write(argument)
        return ""

    def _repeat(self, least: int, most: int, tree: _Tree) -> str:
        limit = min(MOST_REPEATS, most) - least
        extra = max(0, min(limit, self._spare))
        if not self._greedy and extra:
            extra = self._random.randint(0, extra)
        self._spare -= extra
        return "".join(self.write(tree) for _ in range(min(least, MOST_REPEATS) + extra))

    def _remember(self, group: int | None, text: str) -> str:
        if group is not None:
            self._groups[group] = text
        return text


def _characters(parts: _Tree) -> str:
    """What a class such as `[a-z_]` admits, printable ASCII preferred; never empty."""
    negated = parts[0][0] is words.NEGATE
    found = "".join(_members(opcode, argument) for opcode, argument in parts)
    if negated:
        left = [each for each in _ANY if each not in found] or [each for each in _PRINTABLE if each not in found]
        return "".join(left) or "\u00e9"
    return found or "a"


def _members(opcode: object, argument: Any) -> str:
    if opcode is words.LITERAL:
        return chr(argument)
    if opcode is words.RANGE:
        first, last = argument
        return "".join(map(chr, range(first, min(last, first + 255) + 1)))
    if opcode is words.CATEGORY:
        if argument in _COMPLEMENTS:
            excluded = _CATEGORIES[_COMPLEMENTS[argument]]
            return "".join(each for each in _ANY if each not in excluded)
        return _CATEGORIES.get(argument, "a")
    return ""


def _narrow_class(match: re.Match[str]) -> str:
    """`\\p{L}` as plain characters inside a class, as a class of its own outside of one."""
    characters = _CLASSES.get(match[1], _CLASSES.get(match[1][0], "A-Za-z"))
    before = re.sub(r"\\.", "", match.string[: match.start()])
    return characters if before.rfind("[") > before.rfind("]") else f"[{characters}]"

"""Texts that match a regular expression.

Knows the ordinary subset of regular expressions, as Python's own parser reads it; what a text is for it must not know.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from re import _constants as words  # type: ignore[attr-defined]  # the parser's own vocabulary has no public name
from typing import TYPE_CHECKING, Any, Final

from sandbooks.spec.regexes import Tree, parse_pattern, shortest_match
from sandbooks.spec.texts import pattern_judge

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.spec.model import Json

MOST_WRITTEN: Final = 100_000
"""No longer text is written, whatever an expression repeats."""

PATTERNS: Final = "patterns"
"""Further patterns beside `pattern`, in a schema that was laid together of several."""

_ATTEMPTS: Final = 40
_ROOM: Final = 12  # characters beyond the shortest match, where nothing else says how long a text is
_ANY: Final = string.ascii_letters + string.digits + " -_.,"
_PRINTABLE: Final = "".join(map(chr, range(32, 127)))
_CATEGORIES: Final = {
    words.CATEGORY_DIGIT: string.digits,
    words.CATEGORY_WORD: string.ascii_letters + string.digits + "_",
    words.CATEGORY_SPACE: " ",
}
_COMPLEMENTS: Final = {
    words.CATEGORY_NOT_DIGIT: words.CATEGORY_DIGIT,
    words.CATEGORY_NOT_WORD: words.CATEGORY_WORD,
    words.CATEGORY_NOT_SPACE: words.CATEGORY_SPACE,
}
_SINGLE: Final = frozenset({words.IN, words.ANY, words.NOT_LITERAL})
_AHEAD: Final = re.compile(r"\^?\(\?([=!])")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that texts can be drawn for.

    `asked` are the trees of what it asks for ahead of its match (`(?=.*[0-9])`), which a text must show somewhere;
    `classes` remembers the characters of the tree's classes.
    """

    tree: Tree
    matches: Callable[[str], bool]
    asked: tuple[Tree, ...] = ()
    classes: dict[int, str] = field(default_factory=dict)


@lru_cache(maxsize=2048)
def read_pattern(pattern: str) -> Pattern | None:
    """The expression, None when it cannot be read. Unicode classes are narrowed to ASCII.

    One that looks around itself is matched as far as linear time goes: by what it asks for at its beginning.
    """
    tree = parse_pattern(pattern)
    if tree is None:
        return None
    judge = pattern_judge(pattern)
    if judge is not None:
        return Pattern(tree, judge)
    claims, rest = _split_claims(pattern)
    asked = tuple(each for body, holds in claims if holds and (each := parse_pattern(body)) is not None)
    return Pattern(tree, _judge_of_claims(claims, rest), asked)


def patterns_of(schema: Mapping[str, Json]) -> list[str]:
    """Every pattern that a text must match."""
    own = schema.get("pattern")
    return [*([own] if isinstance(own, str) else []), *schema.get(PATTERNS, ())]


def draw_match(
    chance: Chance,
    pattern: Pattern,
    *,
    shortest: int = 0,
    longest: int | None = None,
    admits: Callable[[str], bool] | None = None,
) -> str | None:
    """A text that the pattern finds, of a length between both ends, which `admits` agrees to; None when none was
    hit upon."""
    try:
        least = shortest_match(pattern.tree)
        if longest is not None and least > longest:
            return None
        low = max(shortest, least)
        high = max(low, low + _ROOM if longest is None else min(longest, low + _ROOM))
        for attempt in range(_ATTEMPTS):
            text = _draw(chance, pattern, chance.integer(low, high) - least, attempt)
            if (
                shortest <= len(text)
                and (longest is None or len(text) <= longest)
                and pattern.matches(text)
                and (admits is None or admits(text))
            ):
                return text
    except _TooLong:
        return None
    return None


def _draw(chance: Chance, pattern: Pattern, spare: int, attempt: int) -> str:
    plain = attempt < _ATTEMPTS // 2
    text = _Writer(chance, pattern.classes, spare=spare, greedy=attempt % 2 == 1, plain=plain).write(pattern.tree)
    if not pattern.asked:
        return text
    shown = "".join(_Writer(chance, pattern.classes, spare=0).write(each) for each in pattern.asked)
    return text + shown if attempt % 2 else text[: max(0, len(text) - len(shown))] + shown


class _TooLong(Exception):
    """The expression repeats so much that no text of sensible length matches."""


class _Writer:
    """Writes one text by walking the parsed expression.

    `spare` characters are handed out to repeats beyond their least number, at random or all to the first that can.
    Where there is a choice of characters, letters and digits are taken, unless `plain` is off. Anchors and assertions
    write nothing: whoever asked checks the text.

    Raises:
        _TooLong: more than `MOST_WRITTEN` characters.
    """

    def __init__(
        self, chance: Chance, classes: dict[int, str], *, spare: int, greedy: bool = False, plain: bool = True
    ) -> None:
        self._chance = chance
        self._classes = classes
        self._spare = spare
        self._greedy = greedy
        self._plain = plain
        self._groups: dict[int, str] = {}
        self._left = MOST_WRITTEN

    def write(self, tree: Tree) -> str:
        return "".join(self._write_part(opcode, argument) for opcode, argument in tree)

    def _write_part(self, opcode: object, argument: Any) -> str:
        if opcode is words.LITERAL:
            return chr(argument)
        if opcode in _SINGLE:
            return self._chance.choice(self._characters(opcode, argument))
        if opcode in (words.MAX_REPEAT, words.MIN_REPEAT, words.POSSESSIVE_REPEAT):
            return self._repeat(*argument)
        if opcode is words.SUBPATTERN:
            return self._remember(argument[0], self.write(argument[3]))
        if opcode is words.BRANCH:
            return self.write(self._chance.choice(argument[1]))
        if opcode is words.GROUPREF:
            return self._groups.get(argument, "")
        if opcode is words.ATOMIC_GROUP:
            return self.write(argument)
        return ""

    def _characters(self, opcode: object, argument: Any) -> str:
        """What may stand for a class, for `.` or for anything but one character."""
        key = (id(argument) if opcode is words.IN else -1 if opcode is words.ANY else -2 - argument) * 2 + self._plain
        if key not in self._classes:
            admitted = _admitted(opcode, argument)
            plain = "".join(filter(str.isalnum, admitted)) if self._plain and admitted.isascii() else ""
            self._classes[key] = plain or admitted
        return self._classes[key]

    def _repeat(self, least: int, most: int, tree: Tree) -> str:
        extra = max(0, min(most - least, self._spare))
        if not self._greedy and extra:
            extra = self._chance.integer(0, extra)
        self._spare -= extra
        self._left -= least + extra
        if self._left < 0:
            raise _TooLong
        if len(tree) == 1 and tree[0][0] in _SINGLE:
            return "".join(self._chance.random.choices(self._characters(*tree[0]), k=least + extra))
        return "".join(self.write(tree) for _ in range(least + extra))

    def _remember(self, group: int | None, text: str) -> str:
        if group is not None:
            self._groups[group] = text
        return text


def _split_claims(pattern: str) -> tuple[list[tuple[str, bool]], str]:
    """What an expression claims of the text at its beginning, each with whether it must hold; and the rest of it."""
    claims: list[tuple[str, bool]] = []
    rest = pattern
    while found := _AHEAD.match(rest):
        end = _closing(rest, found.end())
        if end < 0:
            break
        claims.append((rest[found.end() : end], found[1] == "="))
        rest = rest[end + 1 :]
    return claims, rest if rest.startswith("^") or not claims else f"^{rest}"


def _closing(text: str, start: int) -> int:
    """Where the bracket that is open at `start` closes; -1 when it does not."""
    depth, place, in_class = 1, start, False
    while place < len(text):
        sign = text[place]
        if sign == "\\":
            place += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        else:
            depth += (sign == "(") - (sign == ")")
            if not depth:
                return place
        place += 1
    return -1


def _judge_of_claims(claims: Sequence[tuple[str, bool]], rest: str) -> Callable[[str], bool]:
    """Whether all holds that can be matched in linear time."""
    judged = list(_judged((*((f"^(?:{body})", holds) for body, holds in claims), (rest, True))))
    return lambda text: all(judge(text) is holds for judge, holds in judged)


def _judged(claims: Sequence[tuple[str, bool]]) -> Iterator[tuple[Callable[[str], bool], bool]]:
    for pattern, holds in claims:
        judge = pattern_judge(pattern)
        if judge is not None:
            yield judge, holds


def _admitted(opcode: object, argument: Any) -> str:
    """The characters that stand for a class, for `.` or for anything but one character; never empty."""
    if opcode is words.IN:
        return _characters(argument)
    return _ANY if opcode is words.ANY else "".join(each for each in _ANY if each != chr(argument))


def _characters(parts: Tree) -> str:
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

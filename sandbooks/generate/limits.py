"""What a text must keep to beside its meaning: length, patterns, an asserted format.

Knows one text at a time; must not know what it is for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sandbooks.generate import words
from sandbooks.generate.patterns import Pattern, patterns_of, read_pattern
from sandbooks.generate.run import MOST_CHARACTERS
from sandbooks.spec.texts import WISH, format_judge

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.spec.model import Schema

_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """Length from `shortest` to `longest`, patterns that all must match, and the format as its judge."""

    shortest: int
    longest: int | None
    patterns: tuple[Pattern, ...] = ()
    judge: Callable[[str], bool] | None = None
    words: str = ""

    @property
    def free(self) -> bool:
        """Nothing is asked for but perhaps a format, which makers of formats keep to by themselves."""
        return not self.shortest and self.longest is None and not self.patterns

    def admit(self, text: str) -> bool:
        """True when the text keeps to all of them."""
        return (
            len(text) >= self.shortest
            and (self.longest is None or len(text) <= self.longest)
            and all(pattern.matches(text) for pattern in self.patterns)
            and (self.judge is None or self.judge(text))
        )

    def shape(self, text: str, chance: Chance) -> str:
        """The text cut to length, at the end of a word where that is possible, or lengthened by further words."""
        shortest = min(self.shortest, MOST_CHARACTERS)
        if len(text) < shortest:
            more = " ".join(chance.choice(words.PLAIN) for _ in range(1 + min(40, shortest // 4)))
            text = f"{text} {more} " if text else f"{more} "
            text = (text * (1 + shortest // len(text)))[:shortest].replace("  ", " -")
            return text[:-1] + "s" if text.endswith(" ") else text
        if self.longest is None or len(text) <= self.longest:
            return text
        whole_words = text[: self.longest + 1].rpartition(" ")[0].rstrip(" ,-")
        return whole_words if len(whole_words) >= max(shortest, 1) else text[: self.longest]


def read_limits(schema: Schema) -> tuple[Limits, Limits]:
    """The limits of a schema, and the same with a pattern that it wishes for without asking for it."""
    longest, shortest = schema.get("maxLength"), schema.get("minLength")
    patterns = [read for pattern in patterns_of(schema) if (read := read_pattern(pattern)) is not None]
    limits = Limits(
        int(shortest) if isinstance(shortest, int | float) else 0,
        int(longest) if isinstance(longest, int | float) else None,
        tuple(patterns),
        format_judge(str(schema.get("format", ""))),
        _words(schema),
    )
    wish = read_pattern(schema[WISH]) if isinstance(schema.get(WISH), str) else None
    return limits, limits if wish is None else replace(limits, patterns=(*limits.patterns, wish))


def _words(schema: Schema) -> str:
    """What is asked for, in words: `a text, at least 9 characters, at most 3 characters`."""
    shown = [pattern if len(pattern) <= _SHOWN else f"{pattern[:_SHOWN]}..." for pattern in patterns_of(schema)]
    said = [
        *([f"at least {schema['minLength']} characters"] if "minLength" in schema else []),
        *([f"at most {schema['maxLength']} characters"] if "maxLength" in schema else []),
        *(f"matching '{pattern}'" for pattern in shown),
        *([f"in the format {schema['format']}"] if "format" in schema else []),
    ]
    return ", ".join(["a text", *said])

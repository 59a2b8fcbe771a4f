"""Texts, numbers and flags: by format, by the meaning of the name, by pattern, within the schema's bounds.

Knows one value at a time; what it must not know is the shape it stands in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbooks.generate import words
from sandbooks.generate.facts import FACTS
from sandbooks.generate.formats import FORMATS, render_day, render_moment
from sandbooks.generate.numbers import Bounds, draw_number, read_bounds
from sandbooks.generate.patterns import compile_pattern, draw_match
from sandbooks.generate.run import ABSENT, MOST_CHARACTERS, Maker, Run
from sandbooks.json_dates import is_json_date, render_json_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbooks.chance import Chance
    from sandbooks.generate.names import Meaning
    from sandbooks.spec.model import Json, Schema

_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """What a text must keep to beside its format."""

    shortest: int
    longest: int | None
    pattern: re.Pattern[str] | None

    @property
    def free(self) -> bool:
        return not self.shortest and self.longest is None and self.pattern is None

    def admit(self, text: str) -> bool:
        return (
            len(text) >= self.shortest
            and (self.longest is None or len(text) <= self.longest)
            and (self.pattern is None or self.pattern.search(text) is not None)
        )

    def shape(self, text: str, chance: Chance) -> str:
        """The text cut to length, at the end of a word where that is possible, or lengthened by further words."""
        if len(text) < self.shortest:
            more = " ".join(chance.choice(words.PLAIN) for _ in range(1 + min(40, self.shortest // 4)))
            text = f"{text} {more} " if text else f"{more} "
            text = (text * (1 + self.shortest // len(text)))[: self.shortest].replace("  ", " -")
            return text[:-1] + "s" if text.endswith(" ") else text
        if self.longest is None or len(text) <= self.longest:
            return text
        whole_words = text[: self.longest + 1].rpartition(" ")[0].rstrip(" ,-")
        return whole_words if len(whole_words) >= max(self.shortest, 1) else text[: self.longest]


def read_limits(schema: Schema) -> Limits:
    """The limits of a schema; a pattern that Python cannot read is none."""
    longest, shortest = schema.get("maxLength"), schema.get("minLength")
    pattern = schema.get("pattern")
    return Limits(
        min(int(shortest), MOST_CHARACTERS) if isinstance(shortest, int | float) else 0,
        int(longest) if isinstance(longest, int | float) else None,
        compile_pattern(pattern) if isinstance(pattern, str) else None,
    )


def text_maker(schema: Schema, meaning: Meaning) -> Maker:
    """Texts by format, else by name where that matches the pattern, else by pattern, else plain words."""
    if is_json_date(schema):
        return lambda run: render_json_date(run.story.moment(meaning.event))
    limits = read_limits(schema)
    makers = _text_makers(str(schema.get("format", "")), meaning)
    if limits.free:
        return makers[0]
    return lambda run: _draw_text(run, limits, makers)


def number_maker(schema: Schema, meaning: Meaning, *, whole: bool) -> Maker:
    """Numbers by name where that keeps to the bounds, else any within them."""
    bounds = read_bounds(schema, whole=whole)
    named = _named_number(meaning, bounds)
    if named is None:
        return lambda run: draw_number(run.chance, bounds)

    def make(run: Run) -> Json:
        value = named(run)
        return value if value is not ABSENT and bounds.admit(value) else draw_number(run.chance, bounds)

    return make


def flag_maker(meaning: Meaning) -> Maker:
    """True or false; what the name expects where it is one of those that tell."""
    fact = FACTS.get(meaning.fact)
    if fact is not None and fact.kind == "flag":
        return lambda run: run.story.tell(meaning.fact)
    return lambda run: run.chance.boolean()


def any_maker(meaning: Meaning) -> Maker:
    """Where the schema says nothing: what the name says, in the type that is usual for it."""
    fact = FACTS.get(meaning.fact)
    if fact is not None and fact.kind == "number":
        return number_maker({}, meaning, whole=False)
    if fact is not None and fact.kind == "flag":
        return flag_maker(meaning)
    return text_maker({}, meaning)


def _text_makers(format: str, meaning: Meaning) -> list[Maker]:
    """From the most to the least telling; the last gives plain words."""
    makers: list[Maker] = []
    if format in FORMATS:
        by_format = FORMATS[format]
        makers.append(lambda run: by_format(run.story, meaning))
    named = _named_text(meaning)
    if named is not None and not makers:
        makers.append(named)
    makers.append(lambda run: run.chance.choice(words.PLAIN))
    return makers


def _draw_text(run: Run, limits: Limits, makers: Sequence[Maker]) -> str:
    for make in makers:
        for _ in range(_ATTEMPTS):
            text = str(make(run))
            if limits.admit(text):
                return text
    if limits.pattern is not None:
        found = draw_match(run.chance, limits.pattern, shortest=limits.shortest, longest=limits.longest)
        if found is not None:
            return found
    return limits.shape(str(makers[0](run)), run.chance)


def _named_text(meaning: Meaning) -> Maker | None:
    if meaning.fact == "day":
        return lambda run: render_day(run.story.moment(meaning.event))
    if meaning.fact == "moment":
        return lambda run: render_moment(run.story.moment(meaning.event))
    fact = FACTS.get(meaning.fact)
    if fact is None or fact.kind == "flag":
        return None
    return lambda run: _as_text(run.story.tell(meaning.fact, meaning.role))


def _as_text(value: Json) -> str:
    """Numbers in texts keep two decimals: `12.50`."""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _named_number(meaning: Meaning, bounds: Bounds) -> Maker | None:
    if meaning.fact in ("day", "moment"):
        return lambda run: int(run.story.moment(meaning.event).timestamp())
    if meaning.fact == "identifier":
        return lambda run: run.chance.integer(1, 99_999)
    fact = FACTS.get(meaning.fact)
    if fact is None or fact.kind == "flag":
        return None

    def make(run: Run) -> Json:
        value = run.story.tell(meaning.fact, meaning.role)
        if isinstance(value, str):
            return int(value) if value.isdecimal() else ABSENT
        if bounds.high == 1 and meaning.fact in ("percent", "tax_rate"):
            value = round(value / 100, 4)  # a share of one, not of a hundred
        return int(value) if bounds.whole else value

    return make

"""Texts, numbers and flags: by format, by the meaning of the name, by pattern, within the schema's bounds.

Knows one value at a time; what it must not know is the shape it stands in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbooks.generate import words
from sandbooks.generate.facts import BRIEFER, FACTS
from sandbooks.generate.formats import FORMATS, render_day, render_moment
from sandbooks.generate.lengths import stretched
from sandbooks.generate.limits import Limits, read_limits
from sandbooks.generate.numbers import Bounds, draw_number, read_bounds
from sandbooks.generate.patterns import draw_match
from sandbooks.generate.run import ABSENT, MOST_CHARACTERS, Maker, Run
from sandbooks.json_dates import is_json_date, render_json_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbooks.generate.names import Meaning
    from sandbooks.spec.model import Json, Schema

_ATTEMPTS: Final = 4


def text_maker(schema: Schema, meaning: Meaning) -> Maker:
    """Texts by format, else by name where that matches the pattern, else by pattern, else plain words."""
    if is_json_date(schema):
        return lambda run: render_json_date(run.story.moment(meaning.event))
    limits, wished = read_limits(schema)
    format = str(schema.get("format", ""))
    makers = _text_makers(format, meaning)
    if limits.free and wished is limits:
        return makers[0]
    told = makers if wished is limits else makers[:-1]

    def make(run: Run) -> Json:
        if id(limits) in run.hopeless:
            run.misfit(run.hopeless[id(limits)])
            return ""
        found = _find_text(run, wished, told, format)
        if found is None and wished is not limits:
            found = _find_text(run, limits, makers, format)
        if found is None:
            found = limits.shape(str(makers[0](run)), run.chance)
            if not limits.admit(found):
                run.give_up(id(limits), _cause(limits))
        return found

    return make


def number_maker(schema: Schema, meaning: Meaning, *, whole: bool) -> Maker:
    """Numbers by name where that keeps to the bounds, else any within them."""
    bounds = read_bounds(schema, whole=whole)
    named = _named_number(meaning, bounds)

    def make(run: Run) -> Json:
        value: Json = named(run) if named is not None else ABSENT
        if value is not ABSENT and bounds.admit(value):
            return value
        value = draw_number(run.chance, bounds)
        if not bounds.admit(value):
            run.misfit(f"nothing is {bounds.words}")
        return value

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


def _cause(limits: Limits) -> str:
    if limits.shortest > MOST_CHARACTERS:
        return f"{limits.words}: no text is made longer than {MOST_CHARACTERS} characters"
    return f"nothing is found that is {limits.words}"


def _text_makers(format: str, meaning: Meaning) -> list[Maker]:
    """From the most to the least telling; the last gives plain words."""
    makers: list[Maker] = []
    if format in FORMATS:
        by_format = FORMATS[format]
        makers.append(lambda run: by_format(run.story, meaning))
    else:
        named = _named_text(meaning)
        makers += [named] if named is not None else []
        makers += [_told(brief, meaning.role) for brief in BRIEFER.get(meaning.fact, ())]
    makers.append(lambda run: run.chance.choice(words.PLAIN))
    return makers


def _find_text(run: Run, limits: Limits, makers: Sequence[Maker], format: str) -> str | None:
    """A text within its limits, None when none was hit upon."""
    for make in makers:
        for _ in range(1 if limits.patterns else _ATTEMPTS):
            text = str(make(run))
            if limits.admit(text):
                return text
    if limits.shortest > MOST_CHARACTERS:
        return None
    for pattern in limits.patterns:
        found = draw_match(run.chance, pattern, shortest=limits.shortest, longest=limits.longest, admits=limits.admit)
        if found is not None:
            return found
    others = stretched(format, str(makers[0](run)), limits.shortest, limits.longest, run.chance) if makers else ()
    return next((each for each in others if limits.admit(each)), None)


def _named_text(meaning: Meaning) -> Maker | None:
    if meaning.fact == "day":
        return lambda run: render_day(run.story.moment(meaning.event))
    if meaning.fact == "moment":
        return lambda run: render_moment(run.story.moment(meaning.event))
    fact = FACTS.get(meaning.fact)
    return None if fact is None or fact.kind == "flag" else _told(meaning.fact, meaning.role)


def _told(fact: str, role: str) -> Maker:
    return lambda run: _as_text(run.story.tell(fact, role))


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

"""Choices: `oneOf`, `anyOf`, `if`, and schemas that others build on.

Knows how one option is laid over what stands beside the choice; the values come from the plans of the results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice, product
from typing import TYPE_CHECKING, Final

from sandbooks.generate.merge import SETTLED, Flat, tag_layer
from sandbooks.generate.references import WHOLES, ref_of
from sandbooks.generate.run import ABSENT, Endless, Maker, Run

if TYPE_CHECKING:
    from sandbooks.generate.planner import Plan, Planner, Seat
    from sandbooks.spec.model import Json, Schema

_MOST_COMBINATIONS: Final = 64
_MOST_ATTEMPTS: Final = 12
_NONE_FITS: Final = "no value fits exactly as many of the alternatives as it should"
_OF_THE_WHOLE: Final = ("example", "examples", "x-faker", "discriminator")


class _Choice:
    """The plans for every combination of options; one is picked, the others stand in where it does not fit."""

    def __init__(self, planner: Planner, schema: Schema, flat: Flat, seat: Seat, label: str) -> None:
        self.planner = planner
        self.schema = schema
        self.key = ref_of(schema) or id(schema)
        self.flat = flat
        self.seat = seat
        self.label = label
        self.is_exclusive = any(choice.exclusive for choice in flat.choices)
        indexes = product(*(range(len(choice.options)) for choice in flat.choices))
        combinations = list(islice(indexes, _MOST_COMBINATIONS))
        self.combinations = [each for each in combinations if not self._is_null(each)]
        self.null = len(self.combinations) < len(combinations)
        self.combined: dict[int, Schema | None] = {}

    def make(self, run: Run) -> Json:
        with run.choice(id(self)):
            value = self._draw(run)
        if value is ABSENT and self.combinations and not self.null:
            raise Endless
        return None if value is ABSENT else value

    def _draw(self, run: Run) -> Json:
        """What fits; else what fits several options alike; else what was drawn first, as a misfit; else ABSENT."""
        first, vague, misfits, cause = ABSENT, ABSENT, len(run.misfits), _NONE_FITS
        for number, (plan, manner) in enumerate(self._attempts(run)):
            if number and not run.may_retry():
                break
            run.forgive(misfits)
            try:
                with run.being(**manner):
                    value = plan.make(run)
            except Endless:
                continue
            if self.key in run.hopeless:
                run.forgive(misfits)
                run.despair(run.hopeless[self.key])
                return value
            if not self.is_exclusive and len(run.misfits) == misfits:
                return value
            if not run.may_try() or self.planner.weigh(run, value, self.schema):
                run.forgive(misfits)
                return value
            if first is ABSENT:
                first, cause = value, run.cause_since(misfits) or cause
            if vague is ABSENT and self.planner.weigh_leniently(run, value, self.schema):
                vague = value
        run.forgive(misfits)
        if first is not ABSENT:
            run.give_up(self.key, "" if vague is not ABSENT else cause)
        return first if vague is ABSENT else vague

    def _attempts(self, run: Run) -> Iterator[tuple[Plan, Mapping[str, bool]]]:
        """Every option from a drawn one on, with how it is to be made: as usual, without examples, with the least."""
        count = len(self.combinations)
        start = run.chance.integer(0, count - 1) if count else 0
        order = [(start + attempt) % count for attempt in range(count)]
        if run.given and not run.depth:
            given = run.given
            order.sort(key=lambda place: -self._likeness(place, given))
        usable = [place for place in order[:_MOST_ATTEMPTS] if self._combined(place) is not None]
        again = max(0, _MOST_ATTEMPTS // max(1, len(usable)) - 2)
        manners = [{}, *[{"examples": False}] * again, {"lean": True}]
        for manner, place in islice(product(manners, usable), max(_MOST_ATTEMPTS, len(usable))):
            yield self.planner.plan(self._combined(place), self.seat.name, self.seat.owner), manner

    def _likeness(self, place: int, given: Mapping[str, Json]) -> int:
        """How much an option looks like what is given: each property it knows counts, a tag that is another's costs."""
        known = self.planner.flatten(self._combined(place) or {}).schema.get("properties", {})
        score = 0
        for name in given.keys() & known.keys():
            listed = self.planner.flatten(known[name]).schema.get("enum")
            score += 1 if not isinstance(listed, list) or given[name] in listed else -len(known)
        return score

    def _combined(self, place: int) -> Schema | None:
        """One schema of what stands beside the choices and one option of each; None when nothing could fit it."""
        if place not in self.combined:
            self.combined[place] = self._combine(self.combinations[place])
        return self.combined[place]

    def _combine(self, indexes: tuple[int, ...]) -> Schema | None:
        base = {key: value for key, value in self.flat.schema.items() if key not in _OF_THE_WHOLE}
        layers: list[Json] = [base] if base else []
        wholes: list[Schema] = []
        for place, (choice, index) in enumerate(zip(self.flat.choices, indexes, strict=True)):
            layers += self._without_rivals(base, place, index)
            if choice.tag_property:
                tag = tag_layer(choice.tag_property, [choice.tags[index]])
                layers += [choice.options[index], {**tag, "required": [choice.tag_property]}]
            else:
                wholes.append(choice.options[index])
        if not layers and len(wholes) == 1:
            return dict(wholes[0])
        settled = {**self.schema.get(SETTLED, {}), **{choice.key: choice for choice in self.flat.choices}}
        combined: Schema = {"allOf": layers, WHOLES: wholes, SETTLED: settled, "title": self.label}
        merged = self.planner.flatten(combined).schema
        return None if _is_hopeless(merged) else combined

    def _is_null(self, indexes: tuple[int, ...]) -> bool:
        """Every option picked says null, and so may the whole."""
        picked = [choice.options[index] for choice, index in zip(self.flat.choices, indexes, strict=True)]
        return all(map(_says_null, picked)) and self.flat.schema.get("type") in (None, "null")

    def _without_rivals(self, base: Schema, place: int, index: int) -> list[Schema]:
        """What leaves out the properties that only other options require: with all of them several would fit."""
        choice = self.flat.choices[place]
        if not choice.exclusive:
            return []
        required = self.required[place]
        rivals = set[str]().union(*(each for other, each in enumerate(required) if other != index))
        rivals -= required[index] | set(base.get("required", ()))
        if not rivals:
            return []
        known = self.planner.flatten(choice.options[index]).schema.get("properties", {}).keys()
        refused = dict.fromkeys(sorted(rivals & (known | base.get("properties", {}).keys())), False)
        return [{"properties": refused}] if refused else []

    @cached_property
    def required(self) -> list[list[set[str]]]:
        """What each option of each choice requires."""
        flatten = self.planner.flatten
        return [
            [set(flatten(option).schema.get("required", ())) for option in choice.options]
            for choice in self.flat.choices
        ]


def choice_maker(planner: Planner, schema: Schema, flat: Flat, seat: Seat, label: str) -> Maker:
    """A maker of values of a schema with choices in it."""
    return _Choice(planner, schema, flat, seat, label).make


def _is_hopeless(schema: Schema) -> bool:
    """No value fits: of no type, none of a list, or an object that needs what may not stand in it."""
    parts = schema.get("properties", {})
    refuses = any(parts.get(name) is False for name in schema.get("required", ()))
    return schema.get("type") == [] or schema.get("enum") == [] or refuses


def _says_null(schema: Schema) -> bool:
    return schema.get("type") == "null" or schema.get("enum") == [None]

"""Choices: `oneOf`, `anyOf`, `if`, and schemas that others inherit from.

Knows how one option is laid over what stands beside the choice; the values come from the plans of the results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from sandbooks.generate.merge import Choice, Flat
from sandbooks.generate.run import ABSENT, Endless, Maker, Run
from sandbooks.generate.tags import set_tag

if TYPE_CHECKING:
    from sandbooks.generate.planner import Plan, Planner, Seat
    from sandbooks.spec.model import Json, Schema

_MOST_COMBINATIONS = 64
_MOST_ATTEMPTS = 12


class _Choice:
    """The plans for every combination of options; one is picked, the others stand in where it does not fit."""

    def __init__(self, planner: Planner, schema: Schema, flat: Flat, seat: Seat, label: str) -> None:
        self.planner = planner
        self.schema = schema
        self.label = label
        combinations = [
            combined
            for indexes, _ in zip(
                product(*(range(len(choice.options)) for choice in flat.choices)),
                range(_MOST_COMBINATIONS),
                strict=False,
            )
            if (combined := self._combine(flat, indexes)) is not None
        ]
        self.usable = [combined for combined in combinations if not _is_null(combined)]
        self.null = len(self.usable) < len(combinations)
        self.plans = [planner.plan(combined, seat.name, seat.owner) for combined in self.usable]

    def make(self, run: Run) -> Json:
        with run.choice(id(self)):
            value = self._draw(run)
        if value is ABSENT and self.plans and not self.null:
            raise Endless
        return None if value is ABSENT else value

    def _draw(self, run: Run) -> Json:
        """What fits, else what was drawn first, else ABSENT."""
        first: Json = ABSENT
        unfit = run.unfit
        for plan, lean in self._attempts(run):
            try:
                with run.being(lean=run.lean or lean):
                    value = plan.make(run)
            except Endless:
                continue
            if not run.may_try(id(self)):
                return value
            if self.planner.fits(value, self.schema, for_answer=run.for_answer):
                run.unfit = unfit
                return value
            first = value if first is ABSENT else first
        run.give_up(id(self))
        return first

    def _attempts(self, run: Run) -> Iterator[tuple[Plan, bool]]:
        """Every option from a drawn one on; then each with the least that is required."""
        count = len(self.plans)
        start = run.chance.integer(0, count - 1) if count else 0
        order = [(start + attempt) % count for attempt in range(count)]
        if run.given and not run.depth:
            given = run.given
            order.sort(key=lambda index: -self._likeness(index, given))
        for attempt in range(min(2 * count, _MOST_ATTEMPTS)):
            yield self.plans[order[attempt % count]], attempt >= count

    def _likeness(self, index: int, given: Mapping[str, Json]) -> int:
        """How much an option looks like what is given: each property it knows counts, a tag that is another's costs."""
        known = self.properties[index]
        score = 0
        for name in given.keys() & known.keys():
            listed = known[name].get("enum")
            score += 1 if not isinstance(listed, list) or given[name] in listed else -len(known)
        return score

    def _combine(self, flat: Flat, indexes: tuple[int, ...]) -> Schema | None:
        """One schema of what stands beside the choices and one option of each; None when nothing could fit it."""
        picked = [(choice, index, choice.options[index]) for choice, index in zip(flat.choices, indexes, strict=True)]
        if all(_is_null(option) for _, _, option in picked) and flat.schema.get("type") in (None, "null"):
            return {"type": "null"}
        base = flat.schema
        for choice, index, _ in picked:
            base = self._without_rivals(base, choice, index)
        layers: list[Json] = [_without_examples(base)] if base else []
        for choice, index, option in picked:
            layers += [option, *self._tag(choice, index)]
        if len(layers) == 1:
            return dict(layers[0])
        combined: Schema = {"allOf": layers, "title": self.label}
        merged = self.planner.flatten(combined).schema
        return None if merged.get("type") == [] or merged.get("enum") == [] else combined

    @cached_property
    def properties(self) -> list[dict[str, Schema]]:
        """The properties of each option, by name."""
        known = [self.planner.flatten(option).schema.get("properties", {}) for option in self.usable]
        return [{name: self.planner.flatten(part).schema for name, part in each.items()} for each in known]

    def _without_rivals(self, base: Schema, choice: Choice, index: int) -> Schema:
        """The base without what only other options require: with all properties present, several options would fit."""
        if "properties" not in base:
            return base
        required = [set(self.planner.flatten(option).schema.get("required", ())) for option in choice.options]
        rivals = set().union(*(each for place, each in enumerate(required) if place != index))
        rivals -= required[index] | set(base.get("required", ()))
        return {**base, "properties": {name: each for name, each in base["properties"].items() if name not in rivals}}

    def _tag(self, choice: Choice, index: int) -> list[Schema]:
        """What sets the discriminator's property to the word for this option, and requires it."""
        name = choice.tag_property
        if not name:
            return []
        option = self.planner.flatten(choice.options[index]).schema
        own = self.planner.flatten(option.get("properties", {}).get(name, {})).schema
        return [{"properties": {name: set_tag(own, choice.tags[index])}, "required": [name]}]


def choice_maker(planner: Planner, schema: Schema, flat: Flat, seat: Seat, label: str) -> Maker:
    """A maker of values of a schema with choices in it."""
    return _Choice(planner, schema, flat, seat, label).make


def heirs(planner: Planner, schema: Schema) -> list[Schema]:
    """The schemas that a discriminator's mapping names beside this one, where there is no `oneOf` that lists them."""
    own = planner.resolve(schema)
    discriminator = own.get("discriminator")
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    if not isinstance(mapping, dict):
        return []
    named = [target for target in mapping.values() if isinstance(target, str)]
    found: list[Schema] = [{"$ref": target if "/" in target else f"#/components/schemas/{target}"} for target in named]
    return [heir for heir in found if planner.resolve(heir) not in ({}, own)]


def _is_null(schema: Schema) -> bool:
    return schema.get("type") == "null" or schema.get("enum") == [None]


def _without_examples(schema: Schema) -> Schema:
    """An example beside a choice is one of the whole, and has been weighed as such."""
    return {
        key: value for key, value in schema.items() if key not in ("example", "examples", "x-faker", "discriminator")
    }

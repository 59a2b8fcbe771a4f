"""Arrays: as many items as fit, different ones where they must differ.

Knows counts and sameness; each item comes from its own plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbooks.generate.fit import identity
from sandbooks.generate.run import ABSENT, CHARACTERS_OF_A_VALUE, DEEPEST, MOST_ITEMS, MOST_VALUES, Endless, Maker, Run
from sandbooks.generate.story import Story
from sandbooks.generate.words import singular

if TYPE_CHECKING:
    from sandbooks.generate.planner import Plan, Planner, Seat
    from sandbooks.spec.model import Json, Schema

_USUAL = 3
_TRIES = 4


class _Array:
    """The plan of one array schema."""

    def __init__(self, planner: Planner, schema: Schema, seat: Seat) -> None:
        name = singular(seat.name)
        first = schema.get("prefixItems")
        self.first = [planner.plan(each, name, seat.owner) for each in first] if isinstance(first, list) else []
        items = schema.get("items", True)
        self.rest: Plan | None = None if items is False else planner.plan(items, name, seat.owner)
        contained = schema.get("contains")
        self.contained = planner.plan(contained, name, seat.owner) if isinstance(contained, dict) else None
        self.unique = schema.get("uniqueItems") is True
        least, most = schema.get("minItems", 0), schema.get("maxItems", MOST_ITEMS)
        self.least = min(int(least), MOST_ITEMS)
        self.most = max(self.least, min(int(most), MOST_ITEMS))

    def make(self, run: Run) -> list[Json]:
        count = self._count(run)
        made: list[Json] = []
        seen: set[str] = set()
        with run.array(count):
            try:
                self._append_leading(run, made, seen)
                self._append_rest(run, made, seen, count)
            except Endless:
                is_full = run.made > MOST_VALUES
                if not made or (len(made) < self.least and not is_full):
                    raise
        return made

    def _count(self, run: Run) -> int:
        if run.lean or run.arrays >= DEEPEST:
            return self.least
        usual = min(self.most, max(self.least, _USUAL), max(self.least, run.room))
        return run.chance.integer(max(self.least, min(1, usual)), usual)

    def _append_leading(self, run: Run, made: list[Json], seen: set[str]) -> None:
        """The items whose place has a schema of its own, and one that must be among them."""
        leading = [*self.first, *([self.contained] if self.contained is not None else [])]
        for plan in leading[: self.most]:
            run.story = Story(run.setting)
            made.append(plan.make(run))
            seen.add(identity(made[-1]))

    def _append_rest(self, run: Run, made: list[Json], seen: set[str], count: int) -> None:
        while len(made) < count and run.made < MOST_VALUES:
            value = self._next(run, seen, needed=len(made) < self.least)
            if value is ABSENT:
                break
            made.append(value)
            run.made += 1 + (len(value) // CHARACTERS_OF_A_VALUE if isinstance(value, str) else 0)

    def _next(self, run: Run, seen: set[str], *, needed: bool) -> Json:
        """One more item, ABSENT when none is found that is new.

        Repetitions are left out even where they are allowed, unless the array would be too short.
        """
        if self.rest is None:
            return ABSENT
        value = ABSENT
        for attempt in range(_TRIES if needed and not self.unique else 3 * _TRIES if needed else 1):
            run.story = Story(run.setting)  # so that two names or mails in a list are of two people
            with run.being(examples=run.examples and attempt < 1):
                value = self.rest.make(run)
            key = identity(value)
            if key not in seen:
                seen.add(key)
                return value
            if not needed or not run.may_try(id(self)):
                break
        return value if needed and not self.unique else ABSENT


def array_maker(planner: Planner, schema: Schema, seat: Seat) -> Maker:
    """A maker of arrays of a schema without composition."""
    return _Array(planner, schema, seat).make

"""Arrays: as many items as fit, different ones where they must differ.

Knows counts and sameness; each item comes from its own plan.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Final

from sandbooks.generate.fit import identity
from sandbooks.generate.kinds import SCALARS, kind_of
from sandbooks.generate.merge import flatten
from sandbooks.generate.run import ABSENT, CHARACTERS_OF_A_VALUE, DEEPEST, MOST_VALUES, Endless, Maker, Run
from sandbooks.generate.story import Story
from sandbooks.generate.words import singular

if TYPE_CHECKING:
    from sandbooks.generate.planner import Plan, Planner, Seat
    from sandbooks.spec.model import Json, Schema

_USUAL: Final = 3
_TRIES: Final = 4
_MOST_OPTIONS: Final = 2_000


class _Array:
    """The plan of one array schema."""

    def __init__(self, planner: Planner, schema: Schema, seat: Seat) -> None:
        name = singular(seat.name)
        items = schema.get("items", True)
        first = schema.get("prefixItems")
        self.first = [planner.plan(each, name, seat.owner) for each in first] if isinstance(first, list) else []
        self.rest: Plan | None = None if items is False else planner.plan(items, name, seat.owner)
        self.contained, self.contains = self._read_contained(planner, schema, items, name, seat)
        self.unique = schema.get("uniqueItems") is True
        self.least = int(schema.get("minItems", 0))
        self.most = min(int(schema.get("maxItems", MOST_VALUES)), MOST_VALUES)
        self.holds_scalars = kind_of(flatten(items, planner.references).schema) in SCALARS
        self.options = self._read_options(planner, items) if self.unique else None

    def make(self, run: Run) -> list[Json]:
        made: list[Json] = []
        if self.least > MOST_VALUES:
            run.misfit(f"{self.least} items are asked for: no more than {MOST_VALUES} are made")
            return made
        if self.least > self.most:
            run.misfit(f"at least {self.least} and at most {self.most} items are asked for")
            return made
        count = self._count(run)
        seen: set[str] = set()
        with run.array(count):
            try:
                self._append_leading(run, made, seen)
                self._append_rest(run, made, seen, count)
            except Endless:
                is_full = run.made > MOST_VALUES
                if not made or (len(made) < self.least and not is_full):
                    raise
        if len(made) < self.least:
            run.misfit(f"{self.least} {'different ' if self.unique else ''}items are asked for: {len(made)} were found")
        return made

    def _read_contained(
        self, planner: Planner, schema: Schema, items: Json, name: str, seat: Seat
    ) -> tuple[Plan | None, int]:
        """The plan of items that must be among them, and how many of them there must be."""
        wanted = schema.get("contains", False)
        count = schema.get("minContains", 1)
        if wanted is False or not count:
            return None, 0
        both = wanted if not isinstance(items, dict) or not items else {"allOf": [items, wanted]}
        return planner.plan(both, name, seat.owner), min(count, MOST_VALUES)

    def _read_options(self, planner: Planner, items: Json) -> list[Json] | None:
        """Every value that an item may have, where they are listed."""
        flat = flatten(items, planner.references)
        if flat.choices:
            return None
        schema = flat.schema
        listed = [True, False] if schema.get("type") == "boolean" else schema.get("enum")
        low, high = schema.get("minimum"), schema.get("maximum")
        if schema.get("type") == "integer" and isinstance(low, int) and isinstance(high, int):
            listed = list(range(low, high + 1)) if 0 <= high - low < _MOST_OPTIONS else None
        if not isinstance(listed, list) or len(listed) > _MOST_OPTIONS:
            return None
        return [each for each in listed if planner.fits(each, items, for_answer=True)]

    def _count(self, run: Run) -> int:
        if run.lean or run.arrays >= DEEPEST:
            return self.least
        usual = min(self.most, max(self.least, _USUAL), max(self.least, run.room))
        return run.chance.integer(max(self.least, min(1, usual)), usual)

    def _append_leading(self, run: Run, made: list[Json], seen: set[str]) -> None:
        """The items whose place has a schema of its own, and those that must be among them."""
        for plan in (*self.first, *[self.contained] * self.contains):
            if plan is None or len(made) >= self.most:
                break
            value = self._item(run, plan, needed=len(made) < self.least or plan is self.contained, place=len(made))
            if value is ABSENT:
                break
            made.append(value)
            seen.add(identity(value))

    def _append_rest(self, run: Run, made: list[Json], seen: set[str], count: int) -> None:
        if self.options is not None:
            left = [each for each in self.options if identity(each) not in seen]
            made += deepcopy(run.chance.random.sample(left, max(0, min(len(left), count - len(made)))))
            return
        while len(made) < count and run.made < MOST_VALUES:
            value = self._next(run, seen, needed=len(made) < self.least, place=len(made))
            if value is ABSENT:
                break
            made.append(value)
            run.made += 1 + (len(value) // CHARACTERS_OF_A_VALUE if isinstance(value, str) else 0)

    def _next(self, run: Run, seen: set[str], *, needed: bool, place: int) -> Json:
        """One more item, ABSENT when none is found that is new.

        Repetitions are left out even where they are allowed, unless the array would be too short. Only the first object
        is made of examples: the others would be the same document, or bear its id.
        """
        if self.rest is None:
            return ABSENT
        value = ABSENT
        for attempt in range(_TRIES if needed and not self.unique else 3 * _TRIES if needed else 2):
            with run.being(examples=not place or (self.holds_scalars and not attempt)):
                value = self._item(run, self.rest, needed=needed, place=place)
            if value is ABSENT:
                return ABSENT
            key = identity(value)
            if key not in seen:
                seen.add(key)
                return value
            if not run.may_try():
                break
        return value if needed and not self.unique else ABSENT

    def _item(self, run: Run, plan: Plan, *, needed: bool, place: int) -> Json:
        """One item; ABSENT for one that can be done without and would not fit."""
        run.story = Story(run.setting)  # so that two names or mails in a list are of two people
        misfits, vague = len(run.misfits), run.vague
        value = plan.make(run)
        if not needed and (len(run.misfits) > misfits or run.vague > vague):
            run.forgive(misfits)
            run.vague = vague
            return ABSENT
        run.place(misfits, place)
        return value


def array_maker(planner: Planner, schema: Schema, seat: Seat) -> Maker:
    """A maker of arrays of a schema without composition."""
    return _Array(planner, schema, seat).make

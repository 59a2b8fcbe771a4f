"""Properties that a schema admits without naming them: invented for typed maps, and where too few are named.

Knows names and how many there may be; each value comes from its own plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sandbooks.generate import words
from sandbooks.generate.fit import schemas_of
from sandbooks.generate.patterns import draw_match, read_pattern
from sandbooks.generate.run import MOST_VALUES, Endless, Run

if TYPE_CHECKING:
    from sandbooks.generate.planner import Planner
    from sandbooks.spec.model import Json, Schema

_MOST_PLAIN: Final = len(words.PLAIN) // 2


class Entries:
    """What fills up the objects of one schema."""

    def __init__(self, planner: Planner, schema: Schema, subject: str) -> None:
        self._planner = planner
        self._schema = schema
        self._subject = subject
        self._least = int(schema.get("minProperties", 0))
        self._most = int(schema.get("maxProperties", MOST_VALUES))
        beyond = schema.get("additionalProperties", schema.get("unevaluatedProperties"))
        self._is_map = not schema.get("properties") and (
            bool(schema.get("patternProperties")) or (isinstance(beyond, dict) and bool(beyond))
        )
        names = schema.get("propertyNames")
        self._names = planner.plan(names, "key") if isinstance(names, dict) else None

    def fill(self, run: Run, made: dict[str, Json]) -> dict[str, Json]:
        """The object with further properties where it lacks some; `made` is changed."""
        if self._least > MOST_VALUES:
            run.misfit(f"{self._least} properties are asked for: no more than {MOST_VALUES} are made")
            return made
        wanted = self._least
        if self._is_map and not run.lean and not made:
            wanted = max(wanted, min(run.chance.integer(1, 2), self._most))
        for _ in range(3 * wanted):
            if len(made) >= wanted or run.made > MOST_VALUES:
                break
            self._add(run, made)
        return made

    def judge(self, run: Run, made: Mapping[str, Json]) -> None:
        """Note it where there are too few properties after all, or too many."""
        if len(made) < self._least <= MOST_VALUES:
            run.misfit(f"{self._least} properties are asked for: {len(made)} were found")
        if len(made) > self._most:
            run.misfit(f"at most {self._most} properties are asked for, and {len(made)} are required")

    def _add(self, run: Run, made: dict[str, Json]) -> None:
        """One more property, unless its name or its value turns out not to fit."""
        misfits = len(run.misfits)
        name = self._name(run)
        schema = self._schema_beyond(name)
        try:
            value = None if schema is False or name in made else self._planner.plan(schema, "", self._subject).make(run)
        except Endless:
            if run.lean or self._least:
                raise
            schema = False
        if schema is False or name in made or len(run.misfits) > misfits:
            run.forgive(misfits)
            return
        made[name] = value
        run.made += 1

    def _schema_beyond(self, name: str) -> Json:
        found = schemas_of(name, self._schema)
        if found == [True] and "additionalProperties" not in self._schema:
            found = [self._schema.get("unevaluatedProperties", True)]
        if False in found:
            return False
        return found[0] if len(found) == 1 else {"allOf": found}

    def _name(self, run: Run) -> str:
        if self._names is not None:
            return str(self._names.make(run))
        patterns = [read for pattern in self._schema.get("patternProperties", ()) if (read := read_pattern(pattern))]
        drawn = draw_match(run.chance, run.chance.choice(patterns)) if patterns else None
        if drawn:
            return drawn
        word = run.chance.choice(words.PLAIN)
        return word if self._least < _MOST_PLAIN else f"{word}{run.chance.integer(1, 99_999)}"

"""The generator: from a schema and a source of chance to a value that fits.

Knows one description's schemas; must not know the store, operations or the system's time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbooks.generate.kinds import kind_of
from sandbooks.generate.planner import Planner
from sandbooks.generate.run import Endless, Run
from sandbooks.generate.story import Setting, Story

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.spec import Description
    from sandbooks.spec.model import Json, Schema


class Generator:
    """Makes values for the schemas of one description.

    Sources, in this order: `example` and `examples` that fit, `x-faker`, `const` and `enum`, `format`, `pattern`, the
    meaning of the property's name, the type within its bounds. Optional properties are filled in; null is made only
    where nothing else is allowed. Same source of chance, same schema, same `now`: the same value, in any process.

    Size is bounded: 6 objects deep where nesting is optional, 1,000 items in an array, 20,000 over all, 100,000
    characters in a text. A schema that asks for more gets that much, and then does not fit.

    Schemas are remembered by identity: do not change one after it was used.
    """

    def __init__(self, description: Description) -> None:
        self._resolve = description.resolve
        self._targets: dict[str, Schema] = {}
        self._planner = Planner(self._follow)

    def value(
        self,
        schema: Schema,
        chance: Chance,
        *,
        now: datetime,
        name: str = "",
        for_answer: bool = True,
        examples: bool = True,
    ) -> Json:
        """A value that fits its schema.

        Args:
            now: what dates are reckoned from; nothing has happened after it.
            name: of the property or parameter it is for, from which its meaning is read.
            for_answer: leave out what is `writeOnly`; else, for a request, what is `readOnly`.
            examples: False to draw even where the schema has an example, so that many documents differ.
        """
        setting = Setting(chance, now.astimezone(UTC))
        run = Run(setting, Story(setting), for_answer=for_answer, examples=examples)
        return self._make(run, schema, name)

    def document(
        self,
        schema: Schema,
        chance: Chance,
        *,
        now: datetime,
        given: Mapping[str, Json],
        name: str = "",
        for_answer: bool = True,
        examples: bool = True,
    ) -> dict[str, Json]:
        """An object around the properties that are given: those stay as they are, the rest agrees with them.

        First and last name, full name and email tell of one person; created <= updated <= now, start <= end,
        issued <= due; a total is its subtotal and tax. Given properties that the schema does not know stay too, last.
        """
        setting = Setting(chance, now.astimezone(UTC))
        run = Run(setting, Story(setting), for_answer=for_answer, examples=examples, given=given)
        made = self._make(run, schema, name)
        return {**made, **given} if isinstance(made, dict) else dict(given)

    def _follow(self, schema: Schema) -> Schema:
        """The schema behind a `$ref`; each plain one is looked up once."""
        ref = schema.get("$ref")
        if not isinstance(ref, str):
            return schema
        if len(schema) > 1:
            return self._resolve(schema)
        if ref not in self._targets:
            self._targets[ref] = self._resolve(schema)
        return self._targets[ref]

    def _make(self, run: Run, schema: Schema, name: str) -> Json:
        try:
            return self._planner.plan(schema, name).make(run)
        except Endless:  # nothing finite fits, such as an object that requires another of its own kind
            kind = kind_of(self._planner.flatten(schema).schema)
            return {} if kind == "object" else [] if kind == "array" else None

"""The generator: from a schema and a source of chance to a value that fits.

Knows one description's schemas; must not know the store, operations or the system's time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sandbooks.errors import Unimplemented
from sandbooks.generate.planner import Planner
from sandbooks.generate.references import References, ref_name
from sandbooks.generate.run import DEEPEST_REQUIRED, MOST_VALUES, Endless, Run
from sandbooks.generate.story import Setting, Story

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.spec import Description
    from sandbooks.spec.model import Json, Schema


_ENDLESS: Final = "it asks for another value of its own kind within itself, without end"
_TOO_LARGE: Final = f"it asks for more than {MOST_VALUES} values"
_TOO_DEEP: Final = f"it asks for more than {DEEPEST_REQUIRED} levels of objects and lists within one another"
_TOO_MANY: Final = "its alternatives are too many to weigh"


class Generator:
    """Makes values for the schemas of one description.

    Sources, in this order: `example` and `examples` that fit, `x-faker`, `const` and `enum`, `format`, `pattern`, the
    meaning of the property's name, the type within its bounds. Optional properties are filled in, but for those that
    nothing fits; null is made only where nothing else is allowed. Same source of chance, same schema, same `now`: the
    same value, in any process.

    Size is bounded: 6 objects deep where nesting is optional, 20,000 values, 100,000 characters in a text.

    Schemas are remembered by identity: do not change one after it was used.
    """

    def __init__(self, description: Description) -> None:
        self._references = References(description)
        self._planner = Planner(self._references)

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

        Raises:
            Unimplemented: the schema contradicts itself, or asks for more than is sensible; the message tells where.
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

        Raises:
            Unimplemented: as `value`, for the properties that are not given.
        """
        setting = Setting(chance, now.astimezone(UTC))
        run = Run(setting, Story(setting), for_answer=for_answer, examples=examples, given=given)
        made = self._make(run, schema, name)
        return {**made, **given} if isinstance(made, dict) else dict(given)

    def _make(self, run: Run, schema: Schema, name: str) -> Json:
        try:
            value = self._planner.plan(schema, name).make(run)
        except Endless:
            raise _refusal(schema, name, self._why_endless(run, schema)) from None
        if run.misfits:
            pointer, cause = run.misfits[0]
            raise _refusal(schema, name, f"at {pointer}: {cause}" if pointer else cause)
        is_weighed = run.tries >= 0 or run.given is not None
        if not is_weighed and not self._planner.weigh_leniently(run, value, schema):
            raise _refusal(schema, name, _TOO_MANY)
        return value

    def _why_endless(self, run: Run, schema: Schema) -> str:
        if run.made > MOST_VALUES:
            return _TOO_LARGE
        return _ENDLESS if self._references.is_circular(schema) else _TOO_DEEP


def _refusal(schema: Schema, name: str, cause: str) -> Unimplemented:
    shown = ref_name(schema) or schema.get("title") or name
    return Unimplemented(f"no value can be made for the schema{f' {shown}' if shown else ''}: {cause}")

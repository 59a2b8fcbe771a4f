"""Objects: their properties in the order of the schema, agreeing with one another and with what is given.

Knows properties and how many there may be; each value comes from its own plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sandbooks.generate.entries import Entries
from sandbooks.generate.facts import FACTS
from sandbooks.generate.fit import schemas_of
from sandbooks.generate.kinds import SCALARS, kind_of
from sandbooks.generate.merge import Flat
from sandbooks.generate.names import Meaning, read_name
from sandbooks.generate.run import ABSENT, Endless, Maker, Run
from sandbooks.generate.story import Story

if TYPE_CHECKING:
    from sandbooks.generate.planner import Plan, Planner
    from sandbooks.spec.model import Json, Schema

_NESTING: Final = ("properties", "additionalProperties", "items", "prefixItems")


@dataclass(frozen=True, slots=True)
class _Part:
    """One property of an object's plan."""

    name: str
    plan: Plan
    meaning: Meaning
    required: bool
    nested: bool
    has_example: bool
    only: str  # `writeOnly`, `readOnly` or empty

    def belongs(self, run: Run) -> bool:
        return self.only != ("writeOnly" if run.for_answer else "readOnly")


class _Object:
    """The plan of one object schema."""

    def __init__(self, planner: Planner, schema: Schema, subject: str) -> None:
        self.planner = planner
        self.schema = schema
        self.subject = subject
        self.required = _required(schema)
        self.parts = self._read_parts()
        self.carries = frozenset(
            (part.meaning.fact, part.meaning.role) for part in self.parts if part.meaning.fact in FACTS
        )
        # the same schema under another name is of one kind, so that a circle shows
        self.kind = " ".join(part.name for part in self.parts) or str(id(schema))
        self.nested = sum(part.nested for part in self.parts)
        self.has_examples = any(part.has_example for part in self.parts)
        self.entries = Entries(planner, schema, subject)

    def make(self, run: Run) -> dict[str, Json]:
        """The object; at the outermost level what is given stays as it is."""
        given = {**run.model, **(run.given or {})} if run.is_given else {}
        story = Story(run.setting, self.subject, self.carries)
        with run.inside(self.kind, story, shares=self.nested, own=len(self.parts) - self.nested):
            fixed = self._fixed(run, given) if given or self.has_examples else {}
            made: dict[str, Json] = {}
            for part in self.parts:
                value = fixed.pop(part.name, ABSENT)
                if value is ABSENT and part.belongs(run):
                    value = _make_part(part, run)
                if value is not ABSENT:
                    made[part.name] = value
                    run.made += 1
            made.update(fixed)
            self.entries.fill(run, made)
        self.entries.judge(run, made)
        return made

    def _fixed(self, run: Run, given: dict[str, Json]) -> dict[str, Json]:
        """What stands before anything is drawn: the given, and examples; the story learns all of it."""
        if run.examples:
            for part in self.parts:
                if part.has_example and part.name not in given and part.belongs(run):
                    value = part.plan.example(run)
                    if value is not ABSENT:
                        given[part.name] = value
        for part in self.parts:
            if part.name in given:
                run.story.learn(part.meaning, given[part.name])
        return given

    def _read_parts(self) -> list[_Part]:
        known = dict(self.schema.get("properties", {}))
        for name in (*self.required, *_dependents(self.schema, known)):
            known.setdefault(name, None)
        parts = [
            self._read_part(name, part)
            for name in known
            if (part := self._schema_of(name)) is not False or name in self.required
        ]
        most = self.schema.get("maxProperties")
        if isinstance(most, int) and most < len(parts):
            spare = most - sum(part.required for part in parts)
            optional = [part.name for part in parts if not part.required][: max(0, spare)]
            parts = [part for part in parts if part.required or part.name in optional]
        return parts

    def _schema_of(self, name: str) -> Json:
        """The schema of a property, all that speaks of it laid together."""
        found = schemas_of(name, self.schema)
        if False in found:
            return False
        return found[0] if len(found) == 1 else {"allOf": found}

    def _read_part(self, name: str, schema: Json) -> _Part:
        flat = self.planner.flatten(schema)
        says = self.planner.references.says
        only = next((word for word in ("readOnly", "writeOnly") if says(schema, word)), "")
        return _Part(
            name,
            self.planner.plan(schema, name, self.subject),
            read_name(name, self.subject),
            name in self.required,
            self._is_nested(flat),
            not flat.schema.keys().isdisjoint(("example", "examples")),
            only,
        )

    def _is_nested(self, flat: Flat) -> bool:
        schema = flat.schema
        if kind_of(schema) in SCALARS:
            return False
        if isinstance(schema.get("items"), dict):
            items = self.planner.flatten(schema["items"])
            return bool(items.choices) or kind_of(items.schema) not in SCALARS
        return bool(flat.choices) or any(word in schema for word in _NESTING)


def object_maker(planner: Planner, schema: Schema, subject: str) -> Maker:
    """A maker of objects of a schema without composition; `subject` is what they are (`person`, `company` ...)."""
    return _Object(planner, schema, subject).make


def _required(schema: Schema) -> frozenset[str]:
    """The required properties, and those that these require in turn."""
    wanted = schema.get("dependentRequired", {})
    found: set[str] = set()
    waiting = list(schema.get("required", ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += wanted.get(name, ())
    return frozenset(found)


def _dependents(schema: Schema, known: dict[str, Json]) -> Iterator[str]:
    """What the known properties require beside them."""
    wanted = schema.get("dependentRequired", {})
    waiting, seen = [name for name in known if name in wanted], set(known)
    while waiting:
        for name in wanted.get(waiting.pop(), ()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
                yield name


def _make_part(part: _Part, run: Run) -> Json:
    """The value of a property; ABSENT for an optional one that is left out."""
    misfits, vague = len(run.misfits), run.vague
    if part.required:
        value = _make_required(part, run)
        run.place(misfits, part.name)
        return value
    if run.lean or (part.nested and run.room < 1):
        return ABSENT
    try:
        value = part.plan.make(run)
    except Endless:
        run.forgive(misfits)
        return ABSENT
    if len(run.misfits) > misfits or run.vague > vague:
        run.forgive(misfits)
        run.vague = vague
        return ABSENT
    return value


def _make_required(part: _Part, run: Run) -> Json:
    try:
        return part.plan.make(run)
    except Endless:
        if run.lean:
            raise
        with run.being(lean=True):
            return part.plan.make(run)

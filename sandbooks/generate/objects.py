"""Objects: their properties in the order of the schema, agreeing with one another and with what is given.

Knows properties and how many there may be; each value comes from its own plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbooks.generate import words
from sandbooks.generate.facts import FACTS
from sandbooks.generate.kinds import SCALARS, kind_of
from sandbooks.generate.merge import Flat
from sandbooks.generate.names import Meaning, read_name
from sandbooks.generate.patterns import compile_pattern, draw_match
from sandbooks.generate.run import ABSENT, MOST_ITEMS, Endless, Maker, Run
from sandbooks.generate.story import Story

if TYPE_CHECKING:
    from sandbooks.generate.planner import Plan, Planner
    from sandbooks.spec.model import Json, Schema

_NESTING = ("properties", "additionalProperties", "items", "prefixItems")


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
        self.parts = self._read_parts()
        self.carries = frozenset(
            (part.meaning.fact, part.meaning.role) for part in self.parts if part.meaning.fact in FACTS
        )
        # the same schema under another name is of one kind, so that a circle shows
        self.kind = " ".join(part.name for part in self.parts) or str(id(schema))
        self.nested = sum(part.nested for part in self.parts)
        self.has_examples = any(part.has_example for part in self.parts)
        self.entries = _Entries(planner, schema, subject)

    def make(self, run: Run) -> dict[str, Json]:
        """The object; at the outermost level what is given stays as it is."""
        given = {} if run.depth or run.given is None else {**run.model, **run.given}
        story = Story(run.setting, self.subject, self.carries)
        with run.inside(self.kind, story, shares=self.nested):
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
            return self.entries.fill(run, made)

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
        properties = self.schema.get("properties")
        known = dict(properties) if isinstance(properties, dict) else {}
        required = [name for name in self.schema.get("required", ()) if isinstance(name, str)]
        for name in required:
            if name not in known and (other := _schema_beyond(self.schema, name)) is not None:
                known[name] = other
        parts = [self._read_part(name, part, name in required) for name, part in known.items() if part is not False]
        most = self.schema.get("maxProperties")
        if isinstance(most, int) and most < len(parts):
            spare = most - sum(part.required for part in parts)
            optional = [part.name for part in parts if not part.required][: max(0, spare)]
            parts = [part for part in parts if part.required or part.name in optional]
        return parts

    def _read_part(self, name: str, schema: Json, required: bool) -> _Part:
        flat = self.planner.flatten(schema)
        only = next((word for word in ("writeOnly", "readOnly") if flat.schema.get(word) is True), "")
        return _Part(
            name,
            self.planner.plan(schema, name, self.subject),
            read_name(name, self.subject),
            required,
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


class _Entries:
    """Properties that a schema admits without naming them: invented for typed maps, and where too few are named."""

    def __init__(self, planner: Planner, schema: Schema, subject: str) -> None:
        self.planner = planner
        self.schema = schema
        self.subject = subject
        least = schema.get("minProperties")
        self.least = min(least, MOST_ITEMS) if isinstance(least, int) else 0
        self.most = schema.get("maxProperties", MOST_ITEMS)
        self.is_map = not schema.get("properties") and (
            bool(schema.get("patternProperties"))
            or (isinstance(schema.get("additionalProperties"), dict) and bool(schema["additionalProperties"]))
        )
        names = schema.get("propertyNames")
        self.names = planner.plan(names, "key") if isinstance(names, dict) else None

    def fill(self, run: Run, made: dict[str, Json]) -> dict[str, Json]:
        wanted = self.least
        if self.is_map and not run.lean and not made:
            wanted = max(wanted, min(run.chance.integer(1, 2), self.most))
        for _ in range(3 * wanted):
            if len(made) >= wanted:
                break
            name = self._name(run)
            schema = _schema_beyond(self.schema, name)
            if schema is None or name in made:
                continue
            try:
                made[name] = self.planner.plan(schema, "", self.subject).make(run)
            except Endless:
                if run.lean or self.least:
                    raise
                break
            run.made += 1
        return made

    def _name(self, run: Run) -> str:
        if self.names is not None:
            return str(self.names.make(run))
        for pattern in self.schema.get("patternProperties", ()):
            compiled = compile_pattern(pattern)
            drawn = draw_match(run.chance, compiled) if compiled is not None else None
            if drawn:
                return drawn
        word = run.chance.choice(words.PLAIN)
        return word if self.least < len(words.PLAIN) // 2 else f"{word}{run.chance.integer(1, 9_999)}"


def object_maker(planner: Planner, schema: Schema, subject: str) -> Maker:
    """A maker of objects of a schema without composition; `subject` is what they are (`person`, `company` ...)."""
    return _Object(planner, schema, subject).make


def _make_part(part: _Part, run: Run) -> Json:
    """The value of a property; ABSENT for an optional one that is left out."""
    if part.required:
        try:
            return part.plan.make(run)
        except Endless:
            if run.lean:
                raise
            with run.being(lean=True):
                return part.plan.make(run)
    if run.lean or (part.nested and run.room < 1):
        return ABSENT
    unfit = run.unfit
    try:
        value = part.plan.make(run)
    except Endless:
        return ABSENT
    if run.unfit > unfit:  # nothing that could stand here fits, such as two forms that cannot be told apart
        run.unfit = unfit
        return ABSENT
    return value


def _schema_beyond(schema: Schema, name: str) -> Json:
    """The schema of a property that `properties` does not name, None when there must be no such property."""
    for pattern, part in schema.get("patternProperties", {}).items():
        compiled = compile_pattern(pattern)
        if compiled is not None and compiled.search(name):
            return part
    beyond = schema.get("additionalProperties", True)
    return None if beyond is False else beyond

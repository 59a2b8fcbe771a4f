"""From a schema to the maker of its values: which source gives them, decided once for each schema.

Knows the order of the sources: example, `x-faker`, a choice of schemas, constant and list, then what the type's own
module knows (format, pattern, name, bounds). Draws nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from sandbooks.generate.arrays import array_maker
from sandbooks.generate.choices import choice_maker
from sandbooks.generate.fakers import faker_maker
from sandbooks.generate.fit import Fitter, has_type
from sandbooks.generate.kinds import kind_of
from sandbooks.generate.merge import NOTHING, Flat, flatten, without_refused
from sandbooks.generate.names import Meaning, read_name, read_subject
from sandbooks.generate.objects import object_maker
from sandbooks.generate.references import ref_name
from sandbooks.generate.run import ABSENT, Maker, Run
from sandbooks.generate.scalars import any_maker, flag_maker, number_maker, text_maker

if TYPE_CHECKING:
    from sandbooks.generate.references import References
    from sandbooks.spec.model import Json, Schema

_MOST_PLANS: Final = 50_000
_ATTEMPTS: Final = 10
_CHECKED: Final = frozenset(
    {"not", "contains", "dependentRequired", "propertyNames", "unevaluatedProperties", "unevaluatedItems"}
)
_NOTES: Final = frozenset({"title", "description", "default", "example", "examples", "discriminator"})


class Plan:
    """How the values of one schema under one name are made; thought out at first use."""

    __slots__ = ("_build", "_examples", "_maker")

    def __init__(self, build: Callable[[], tuple[Maker, Maker | None]]) -> None:
        self._build = build
        self._maker: Maker | None = None
        self._examples: Maker | None = None

    def make(self, run: Run) -> Json:
        """A value that fits, or a misfit that the run takes note of.

        Raises:
            Endless: it would nest without end.
        """
        if self._maker is None:
            self._maker, self._examples = self._build()
        if run.examples and self._examples is not None:
            value = self._examples(run)
            if run.is_given:
                run.model = value if isinstance(value, dict) else {}  # the object takes from it what is not given
            elif value is not ABSENT:
                return value
        return self._maker(run)

    def example(self, run: Run) -> Json:
        """One of the schema's own examples, ABSENT when it has none that fits."""
        if self._maker is None:
            self._maker, self._examples = self._build()
        return self._examples(run) if run.examples and self._examples is not None else ABSENT


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a value stands: under which name, in an object of which subject."""

    name: str = ""
    owner: str = ""

    @property
    def meaning(self) -> Meaning:
        return read_name(self.name, self.owner)


class Planner:
    """Keeps the plans of one description."""

    def __init__(self, references: References) -> None:
        self.references = references
        self._anything: Schema = {}
        self._nothing: Schema = dict(NOTHING)
        self._plans: dict[tuple[Hashable, str, str], tuple[Schema, Plan]] = {}
        self._strict = {True: Fitter(references, "writeOnly"), False: Fitter(references, "readOnly")}
        self._lenient = {
            True: Fitter(references, "writeOnly", lenient=True),
            False: Fitter(references, "readOnly", lenient=True),
        }

    def plan(self, schema: Json, name: str = "", owner: str = "") -> Plan:
        """The plan of a schema under a name; the same one for a shallow copy of the schema."""
        if not isinstance(schema, dict):
            schema = self._nothing if schema is False else self._anything
        key = (_identity(schema), name, owner)
        known = self._plans.get(key)
        if known is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            # the schema is kept beside its plan: the ids in its key are only its own while it lives
            known = self._plans[key] = schema, Plan(lambda: self._build(schema, Seat(name, owner)))
        return known[1]

    def flatten(self, schema: Json) -> Flat:
        """The schema as one without composition, and the choices beside it."""
        return flatten(schema, self.references)

    def fits(self, value: Json, schema: Json, *, for_answer: bool) -> bool:
        """Whether an answer, or else a request, may hold the value here."""
        return self._strict[for_answer].fits(value, schema)

    def weigh(self, run: Run, draft: Json, schema: Json) -> bool:
        """Whether a draft fits. It must not be changed any more."""
        run.weighed.append(draft)
        return self._strict[run.for_answer].fits(draft, schema, run.strictly)

    def weigh_leniently(self, run: Run, draft: Json, schema: Json) -> bool:
        """The same as calls are checked: of alternatives that lie within one another several may fit."""
        run.weighed.append(draft)
        return self._lenient[run.for_answer].fits(draft, schema, run.leniently)

    def _build(self, schema: Schema, seat: Seat) -> tuple[Maker, Maker | None]:
        flat = self.flatten(schema)
        flat = Flat(without_refused(flat.schema), flat.choices, flat.lossy)
        label = ref_name(schema) or str(flat.schema.get("title", "")) or seat.name
        maker = self._shape(schema, flat, seat, label)
        faked = faker_maker(flat.schema["x-faker"]) if "x-faker" in flat.schema else None
        if faked is not None:
            maker = self._first_fitting(schema, faked, maker, kind=kind_of(flat.schema))
        if not flat.choices and (flat.lossy or not _CHECKED.isdisjoint(flat.schema)):
            maker = self._checked(schema, flat, maker)
        return maker, self._example_maker(schema, flat.schema)

    def _shape(self, schema: Schema, flat: Flat, seat: Seat, label: str) -> Maker:
        if flat.choices:
            return choice_maker(self, schema, flat, seat, label)
        own = flat.schema
        if "const" in own or isinstance(own.get("enum"), list):
            return self._listed(own)
        return self._by_type(own, seat, label)

    def _by_type(self, schema: Schema, seat: Seat, label: str) -> Maker:
        if schema.get("type") == []:
            return _impossible("a value would have to be of several types at once")
        match kind_of(schema):
            case "object":
                return object_maker(self, schema, read_subject(label) or read_subject(seat.name))
            case "array":
                return array_maker(self, schema, seat)
            case "integer":
                return number_maker(schema, seat.meaning, whole=True)
            case "number":
                return number_maker(schema, seat.meaning, whole=False)
            case "boolean":
                return flag_maker(seat.meaning)
            case "null":
                return lambda _run: None
            case "":
                return any_maker(seat.meaning)
        return text_maker(schema, seat.meaning)

    def _listed(self, own: Schema) -> Maker:
        """One of the listed values; null only where nothing else is listed."""
        values = [own["const"]] if "const" in own else own["enum"]
        told = "const" if "const" in own else "enum"
        beside = {key: each for key, each in own.items() if key != told and key not in _NOTES}
        judge = has_type if beside.keys() <= {"type"} else partial(self.fits, for_answer=True)
        fitting = [value for value in values if judge(value, beside)]
        options = [value for value in fitting if value is not None] or fitting
        if not values:
            return _impossible("nothing may stand here")
        if not options:
            return _impossible(f"none of the {len(values)} listed values keeps to what is asked beside them")
        return lambda run: deepcopy(run.chance.choice(options))

    def _example_maker(self, schema: Schema, own: Schema) -> Maker | None:
        listed = own.get("examples")
        found = [own["example"]] if "example" in own else []
        found += listed if isinstance(listed, list) else []
        found = [value for value in found if value is not None]
        if not found:
            return None
        fitting = {
            side: [
                self._visible(each, own, for_answer=side) for each in found if self.fits(each, schema, for_answer=side)
            ]
            for side in (True, False)
        }

        def make(run: Run) -> Json:
            options = fitting[run.for_answer]
            return deepcopy(run.chance.choice(options)) if options else ABSENT

        return make

    def _visible(self, example: Json, own: Schema, *, for_answer: bool) -> Json:
        """An example without the properties that only the other side writes."""
        if not isinstance(example, dict):
            return example
        word = "writeOnly" if for_answer else "readOnly"
        hidden = {name for name, part in own.get("properties", {}).items() if self.references.says(part, word)}
        return {name: value for name, value in example.items() if name not in hidden}

    def _first_fitting(self, schema: Schema, first: Maker, second: Maker, *, kind: str) -> Maker:
        def make(run: Run) -> Json:
            value = first(run)
            if isinstance(value, int | float) and not isinstance(value, bool) and kind == "string":
                value = str(value)
            if value is not ABSENT and self.weigh(run, value, schema):
                return value
            return second(run)

        return make

    def _checked(self, schema: Schema, flat: Flat, maker: Maker) -> Maker:
        """Draw again where the draft breaks a keyword that nobody can build towards, in the end with the least."""

        keywords = ", ".join(sorted(flat.schema.keys() - _NOTES))

        def make(run: Run) -> Json:
            first, misfits = ABSENT, len(run.misfits)
            cause = f"no value is found that keeps to all of {keywords}"
            for attempt in range(_ATTEMPTS):
                run.forgive(misfits)
                with run.being(lean=attempt >= _ATTEMPTS // 2, examples=not attempt):
                    value = maker(run)
                if id(schema) in run.hopeless:
                    run.forgive(misfits)
                    run.despair(run.hopeless[id(schema)])
                    return value
                if not run.may_try() or self.weigh(run, value, schema):
                    run.forgive(misfits)
                    return value
                if first is ABSENT:
                    first, cause = value, run.cause_since(misfits) or cause
            run.forgive(misfits)
            run.give_up(id(schema), cause)
            return first

        return make


def _impossible(cause: str) -> Maker:
    def make(run: Run) -> Json:
        run.misfit(cause)
        return None

    return make


def _identity(schema: Schema) -> Hashable:
    """What a schema and its shallow copies have in common, without looking into what they hold."""
    return tuple(
        [(key, id(each) if isinstance(each, dict | list) else (type(each), each)) for key, each in schema.items()]
    )

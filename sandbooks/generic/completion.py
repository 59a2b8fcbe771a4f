"""What a server adds to what a caller sent: defaults, states, timestamps, and whatever an answer must show.

Properties that the caller left out and that nobody makes stay out. Knows schemas and names; must not know paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sandbooks.generic.agreement import Agreements
from sandbooks.generic.dates import Dates
from sandbooks.generic.moments import CREATED, UPDATED, is_moment, stamp
from sandbooks.generic.places import ABSENT, Json, Place, copy_json, find_at, split_property
from sandbooks.generic.shapes import Shape, Shapes, allows_null, kind_of, only_value
from sandbooks.generic.states import first_state, states_of
from sandbooks.pack import Call
from sandbooks.resources import Reference, Resource
from sandbooks.resources.words import split_words, squeeze, vocabulary
from sandbooks.spec import Description, Schema
from sandbooks.store import Document

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.spec.schema import Validator

Source = Literal["only", "default", "created", "updated", "first", "null", "blank"]

TRUE: Final = vocabulary(
    """
    active isactive enabled isenabled success ok succeeded available isavailable visible valid
    """
)
ZERO: Final = vocabulary(
    """
    count total balance paid due used usage views likes downloads credits spent refunded outstanding attempts
    comments stars followers score errors failures received credited captured capturable deducted deduction
    """
)
RATES: Final = vocabulary("rate ratio factor price latitude longitude lat lng lon weight height width length")
MONEY: Final = vocabulary("amount currency currencycode")
ONE: Final = vocabulary(
    """
    version revision sequence generation
    """
)
SELF_LINKS: Final = vocabulary(
    """
    self selflink selfurl href uri resourceuri canonicalurl apiurl
    """
)
DEEPEST = 8
MOST = 500
"""So many schemas are looked into for something to fill in before it is taken that there may be some."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A property that is filled in when absent, and from where."""

    name: str
    schema: Schema
    plain: Schema
    source: Source


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done with an object of one shape: what is filled in, and which of its properties are looked into.

    `read_only` are the names of properties that callers cannot set; `has_dates`: there may be some, here or inside.
    """

    entries: tuple[Entry, ...]
    inner: frozenset[str]
    read_only: frozenset[str]
    has_dates: bool


class Completion:
    """Completes the documents of one collection."""

    def __init__(self, resource: Resource, description: Description) -> None:
        self.shapes = Shapes(description)
        self.dates = Dates(self.shapes)
        self._shape = self.shapes.shape(resource.schema) if self.shapes.is_fixed(resource.schema) else None
        self.resource = resource
        self.description = description
        self._tops = {(), (resource.fields,)} if resource.fields else {()}
        self._references = {split_property(each.property): each for each in resource.references}
        self._embedded = {split_property(each.embedded): each for each in resource.references if each.embedded}
        self._plans: dict[tuple[int, bool], Plan] = {}
        self._idle: dict[int, bool] = {}  # by the id() of plain schemas
        self._kept: list[Shape | Schema] = []  # an id() stays right only while its object lives
        self._id = split_property(resource.id_property)
        self._validator: Validator | None = None
        self._compiler = description.compiler
        self._agreements: Agreements | None = None

    def shape(self, document: dict[str, Json]) -> Shape:
        """What the schema of the collection says of a document."""
        return self._shape or self.shapes.shape(self.resource.schema, document)

    def admits(self, document: dict[str, Json]) -> bool:
        """The document fits the schema of its collection, as an answer."""
        if self._validator is None:
            self._validator = self.validator(self.resource.schema)
        return self._validator.is_valid(document)

    def validator(self, schema: Schema) -> Validator:
        """The compiled form of a schema, for answers."""
        return self._compiler.answer_validator(schema)

    def complete(
        self,
        call: Call,
        document: dict[str, Json],
        schema: Schema,
        chance: Chance,
        *,
        place: Place = (),
        url: Callable[[], str] = str,
        own: Json = ABSENT,
    ) -> None:
        """Fill in, in place, what the server makes of a new document or of a part of one.

        Args:
            place: where the part stands in the document.
            url: gives where the document can be read, empty for nowhere; for the properties that show it.
            own: the id of the whole document, for a part of one.
        """
        shape = self.shape(document) if schema is self.resource.schema else self.shapes.shape(schema, document)
        if self._references:
            self._take_from_reference(call, document, shape, place)
            if not place:
                self._follow_references(call, document, shape, self.shapes.refused(schema, document))
        plan = self.plan(shape, place)
        if plan.inner:
            own = own if place else find_at(document, self._id)
            for name, value in list(document.items()):
                if isinstance(value, dict | list) and name in plan.inner:
                    self._complete_inner(call, value, shape.properties[name], chance, (*place, name), url, own)
        for entry in plan.entries:
            if entry.name not in document and (*place, entry.name) != self._id[: len(place) + 1]:
                if squeeze(entry.name) in SELF_LINKS and kind_of(entry.plain) == "string" and (address := url()):
                    document[entry.name] = address
                elif place and own is not ABSENT and self._is_own((*place, entry.name), own, entry.schema):
                    document[entry.name] = own
                else:
                    document[entry.name] = self.value(call, entry, chance, place)

    def agree(self, document: dict[str, Json], sent: dict[str, Json]) -> None:
        """Let what was taken from examples speak of this document: its own name in its full name."""
        if self._agreements is None:
            self._agreements = Agreements(self.shapes, self.resource.schema)
        self._agreements.apply(document, sent)

    def identity_at(self, place: Place) -> str:
        """The property by which a document inside this one names itself; empty where nothing refers to it."""
        reference = self._embedded.get(place)
        return split_property(reference.property)[-1] if reference is not None else ""

    def entries(self, shape: Shape, place: Place = ()) -> tuple[Entry, ...]:
        """The properties of an object that are filled in when absent."""
        return self.plan(shape, place).entries

    def plan(self, shape: Shape, place: Place = ()) -> Plan:
        """What is done with an object of that shape at that place."""
        is_top = place in self._tops
        known = self._plans.get((id(shape), is_top))
        if known is None:
            known = self._plans[id(shape), is_top] = self._read_plan(shape, is_top=is_top)
            self._kept.append(shape)
        return known

    def value(self, call: Call, entry: Entry, chance: Chance, place: Place) -> Json:
        """The value that the server gives to a property."""
        match entry.source:
            case "only":
                return copy_json(only_value(entry.plain)[0])
            case "default":
                return copy_json(entry.plain["default"])
            case "created" | "updated":
                return stamp(entry.plain, call.now, entry.name)
            case "first":
                return first_state(entry.name, entry.plain)
            case "null":
                return None
            case _:
                return self.blank(call, entry.name, entry.schema, chance, place)

    def blank(self, call: Call, name: str, schema: Schema, chance: Chance, place: Place = ()) -> Json:
        """The plainest value that fits a property which must be shown: null, empty, zero, now; invented at the last."""
        plain = self.shapes.plain(schema)
        here = (*place, name)
        if (found := self._existing(call, here, chance)) is not None:
            return found
        for value in (*self._plain_values(call, name, plain), *self._empty_object(call, schema, plain, chance, here)):
            if self.shapes.fits(value, schema):
                return value
        return call.generator.value(schema, chance.at(*here), now=call.now, name=name)

    def server_made(self, document: dict[str, Json], schema: Schema, place: Place = ()) -> set[str]:
        """Names of properties that a caller does not decide about: read-only ones, moments of making, fixed words."""
        shape = self.shapes.shape(schema, document)
        made = {entry.name for entry in self.entries(shape, place) if entry.source in ("only", "created", "first")}
        return made | self.read_only(document, schema)

    def read_only(self, document: dict[str, Json], schema: Schema) -> frozenset[str]:
        """Names of properties that callers cannot set."""
        return self.plan(self.shapes.shape(schema, document)).read_only

    def touch(self, call: Call, document: dict[str, Json], schema: Schema) -> None:
        """Set the moment of the last change to now, where the document shows one."""
        for place in self._tops:
            part = find_at(document, place)
            if not isinstance(part, dict):
                continue
            shape = self.shapes.shape(self.shapes.at(schema, place), part)
            for entry in self.entries(shape, place):
                if entry.source == "updated":
                    part[entry.name] = stamp(entry.plain, call.now, entry.name)

    def _read_plan(self, shape: Shape, *, is_top: bool) -> Plan:
        plain, fields = self.shapes.plain, self.resource.fields if is_top else ""
        return Plan(
            tuple(self._read_entries(shape, is_top=is_top)),
            frozenset(name for name, inner in shape.properties.items() if name == fields or not self._is_idle(inner)),
            frozenset(name for name, inner in shape.properties.items() if plain(inner).get("readOnly") is True),
            self.dates.are_in(shape),
        )

    def _is_idle(self, schema: Schema) -> bool:
        """Nothing is filled in where this schema stands, nor anywhere inside, whatever a document has there."""
        if self._embedded or not self.shapes.is_fixed(schema):
            return False
        plain = self.shapes.plain(schema)
        known = self._idle.get(id(plain))
        if known is None:
            self._idle[id(plain)] = False  # what comes back to itself, or goes on for long, may have something
            self._kept.append(plain)
            known = self._idle[id(plain)] = len(self._idle) <= MOST and self._has_nothing(schema)
        return known

    def _has_nothing(self, schema: Schema) -> bool:
        shape, items = self.shapes.shape(schema), self.shapes.plain(schema).get("items")
        if any(self._read_entries(shape, is_top=False)):
            return False
        return all(map(self._is_idle, (*shape.properties.values(), *([items] if isinstance(items, dict) else ()))))

    def _read_entries(self, shape: Shape, *, is_top: bool) -> Iterable[Entry]:
        unshown = sorted(shape.required - shape.properties.keys()) if not shape.closed else ()
        for name, schema in (*shape.properties.items(), *((name, {}) for name in unshown)):
            plain = self.shapes.plain(schema)
            source = _source(name, plain, is_required=name in shape.required, is_top=is_top)
            if source is not None:
                yield Entry(name, schema, plain, source)
        if not shape.closed:  # required, and described nowhere
            yield from (Entry(name, {}, {}, "blank") for name in sorted(shape.required - shape.properties.keys()))

    def _complete_inner(
        self, call: Call, value: Json, schema: Schema, chance: Chance, place: Place, url: Callable[[], str], own: Json
    ) -> None:
        if isinstance(value, dict):
            self.complete(call, value, schema, chance, place=place, url=url if place in self._tops else str, own=own)
        elif isinstance(value, list):
            element = self.shapes.plain(schema).get("items")
            for index, inner in enumerate(value if isinstance(element, dict) else ()):
                if isinstance(inner, dict | list):
                    self._complete_inner(call, inner, element or {}, chance.at(index), place, str, own)

    def _take_from_reference(self, call: Call, document: dict[str, Json], shape: Shape, place: Place) -> None:
        """An embedded document shows what the one that it refers to has."""
        reference = self._embedded.get(place) if place else None
        if reference is None:
            return
        named = document.get(split_property(reference.property)[-1])
        found = call.collection(reference.collection).find_one(named) if isinstance(named, str | int) else None
        for name in shape.properties if found is not None else ():
            if name not in document and found is not None and name in found:
                document[name] = found[name]

    def _is_own(self, place: Place, own: Json, schema: Schema) -> bool:
        """A part of a document that refers to a document of its kind means the one that it is a part of."""
        reference = self._references.get(place)
        is_same = reference is not None and reference.collection == self.resource.name and not reference.many
        return is_same and place[-1] != self._id[-1] and self.shapes.fits(own, schema)

    def _follow_references(self, call: Call, document: dict[str, Json], shape: Shape, refused: frozenset[str]) -> None:
        """What this document refers to also through another: the customer of its invoice is its customer.

        An amount and a currency that it must have, and nobody gave, are those of what it is about, too.

        Args:
            refused: names that it may not have beside what it has.
        """
        for name in shape.required - document.keys():
            if squeeze(name) not in MONEY or name not in shape.properties:
                continue
            for named in self._named_documents(call, document):
                if named.get(name) is not None and self.shapes.fits(named[name], shape.properties[name]):
                    document[name] = named[name]
                    break
        for place, reference in self._references.items():
            name = place[0]
            if len(place) > 1 or reference.many or name in document or name in refused:
                continue
            target = call.collection(reference.collection)
            for named in self._named_documents(call, document):
                held = named.get(name)
                if isinstance(held, str | int) and target.find_one(held) is not None:
                    document[name] = held
                    break

    def _named_documents(self, call: Call, document: dict[str, Json]) -> Iterable[Document]:
        """The documents whose ids stand in this one, as its own properties."""
        for place, reference in self._references.items():
            held = document.get(place[0]) if len(place) == 1 else None
            if isinstance(held, str | int) and (found := call.collection(reference.collection).find_one(held)):
                yield found

    def _existing(self, call: Call, place: Place, chance: Chance) -> Json:
        """The id of a document that a reference can point at; None where this is no reference, or nothing is there."""
        reference = self._references.get(place)
        return _pick(call, reference, chance.at(*place)) if reference is not None and not reference.many else None

    def _plain_values(self, call: Call, name: str, plain: Schema) -> Iterable[Json]:
        kind = kind_of(plain)
        listed = plain.get("enum")
        yield from [value for value in listed if value is not None][:1] if isinstance(listed, list) else ()
        if allows_null(plain):
            yield None
        elif is_moment(name, plain):
            yield stamp(plain, call.now, name)
        elif kind == "array":
            yield []
        elif kind == "boolean":
            yield squeeze(name) in TRUE
        elif kind in ("integer", "number"):
            words = {*split_words(name)[-1:], squeeze(name)}
            is_amount = kind == "number" and plain.get("readOnly") is True and not words & RATES
            yield from ([0] if begins_at_zero(name) or is_amount else []) + ([1] if words & ONE else [])

    def _empty_object(self, call: Call, schema: Schema, plain: Schema, chance: Chance, place: Place) -> Iterable[Json]:
        if kind_of(plain) == "object" and len(place) < DEEPEST:
            made: dict[str, Json] = {}
            self.complete(call, made, schema, chance, place=place)
            yield made


def begins_at_zero(name: str) -> bool:
    """A count, a balance, what was paid: nothing yet of a new document."""
    return bool({*split_words(name)[-1:], squeeze(name)} & ZERO)


def _source(name: str, plain: Schema, *, is_required: bool, is_top: bool) -> Source | None:
    """Where the value of an absent property comes from; None: it stays absent."""
    read_only = plain.get("readOnly") is True
    only = only_value(plain)
    if only and only[0] is not None and (is_required or read_only or _is_label(only[0], plain)):
        return "only"
    if plain.get("default") is not None:
        return "default"
    if plain.get("writeOnly") is True:
        return None
    shown = is_required or read_only
    if (shown or is_top) and is_moment(name, plain) and squeeze(name) in CREATED | UPDATED:
        return "created" if squeeze(name) in CREATED else "updated"
    if (shown or (is_top and "enum" in plain)) and states_of(name, plain):
        return "first"
    if allows_null(plain) and not is_required and (read_only or is_top):
        return "null"
    if read_only and not is_required and is_moment(name, plain):
        return None
    return "blank" if shown else None


def _is_label(value: Json, plain: Schema) -> bool:
    """A word that every document bears, as `object: customer`."""
    return isinstance(value, str) and not allows_null(plain)


def _pick(call: Call, reference: Reference, chance: Chance) -> Json:
    table = call.collection(reference.collection)
    total = table.count()
    if not total:
        return None
    found = table.page(offset=chance.integer(0, total - 1), limit=1).items[0]
    return found.get(table.schema.id)

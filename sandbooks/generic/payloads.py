"""What a notification says: a body that fits its schema, filled with what is known.

Known are the event, the document that it is about, and whatever bears the name of something in the call or its
answer. Knows schemas and documents; must not know who receives it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbooks.generic.completion import Completion
from sandbooks.generic.moments import is_moment, stamp
from sandbooks.generic.places import ABSENT, Json, copy_json, find_at, split_property
from sandbooks.generic.projection import Projection, unshown_properties
from sandbooks.generic.shapes import Shapes, kind_of
from sandbooks.generic.tables import fit_kind
from sandbooks.pack import Call, File
from sandbooks.resources import Inference, Resource, same_event
from sandbooks.resources.words import squeeze, stem, vocabulary
from sandbooks.spec import Description, MediaType, Schema

if TYPE_CHECKING:
    from sandbooks.chance import Chance

EVENT_WORDS = vocabulary("event eventtype eventname topic trigger webhookevent hookevent notificationtype")
"""Properties that hold the name of the event."""
LOOSE_WORDS = vocabulary("type action")
"""Those that do only in a webhook; `action` says in short what happened."""
ID_WORDS = vocabulary("eventid notificationid deliveryid webhookeventid idempotencykey")
"""Properties that tell this event from every other; so does `id` beside a document."""
SENT_WORDS = vocabulary(
    """
    timestamp time date created createdat occurredat occurred sentat sent eventtime eventdate triggeredat publishedat
    emittedat firedat deliveredat eventtimestamp happenedat datetime
    """
)
DOCUMENT_WORDS = vocabulary("data payload object resource entity record item document body content details attributes")
BEFORE_WORDS = vocabulary("previous old before previousdata previousattributes olddata previousvalues original")
ALIKE = 0.5  # so much of an object must be named as in the document to be a form of it
MOST_OBJECTS = 200  # of a body that are looked into
NOTHING, NAMES, DOCUMENT = 0, 1, 2  # what is known of a value: some of its names, or the document itself


@dataclass(frozen=True, slots=True)
class Facts:
    """What a notification is about.

    `event` is its name and `id` tells it from every other; `act` is what happened to a document, empty for a callback.
    `document` is as stored, `before` as it was, both of `resource`. `named` are values by squeezed name, without those
    of the document.
    """

    event: str
    id: str
    act: str = ""
    resource: Resource | None = None
    document: Mapping[str, Json] | None = None
    before: Mapping[str, Json] | None = None
    named: Mapping[str, Json] = field(default_factory=dict)


class Payload:
    """Bodies in one content type."""

    def __init__(self, media: MediaType, description: Description, inference: Inference) -> None:
        self._schema = media.schema
        self._description = description
        self._inference = inference
        self.shapes = Shapes(description)
        self._forms: dict[tuple[str, int], tuple[Schema, Projection]] = {}
        self._validator = description.compiler.answer_validator(media.schema)
        samples = [each for each in (media.example, *media.examples.values()) if each is not None]
        self._sample = next((each for each in samples if self._validator.is_valid(each)), ABSENT)

    def make(self, call: Call, facts: Facts, chance: Chance) -> Json:
        """A body with all that is known; with the document alone, or with nothing, where more does not fit."""
        if not self._schema and self._sample is ABSENT:
            return self.shown(call, facts, self._schema, facts.document) if facts.document is not None else {}
        for names in (True, False):
            value, known = _Writing(self, call, facts, chance).compose(self._schema, self._sample, names=names)
            if known and self._validator.is_valid(value):
                return value
        if self._sample is not ABSENT:
            return copy_json(self._sample)
        return call.generator.value(self._schema, chance, now=call.now)

    def shown(self, call: Call, facts: Facts, schema: Schema, document: Mapping[str, Json]) -> Json:
        """The document as one schema wants it; as its own where that one says nothing."""
        resource = facts.resource
        assert resource is not None
        schema = schema if self.shapes.shape(schema, document).properties else resource.schema
        key = (resource.name, id(schema))
        if key not in self._forms:  # beside its schema, whose identity must not pass to another one
            completion = Completion(resource, self._description)
            unshown = unshown_properties(resource, self._inference, self._description, completion)
            self._forms[key] = schema, Projection(resource, completion, schema, unshown)
        return self._forms[key][1].show(call, copy_json(dict(document)))


class _Writing:
    """One body on its way."""

    def __init__(self, payload: Payload, call: Call, facts: Facts, chance: Chance) -> None:
        self._payload = payload
        self._shapes = payload.shapes
        self._call = call
        self._facts = facts
        self._chance = chance
        self._own = {squeeze(name): value for name, value in (facts.document or {}).items()}
        self._wrappers = DOCUMENT_WORDS | ({noun_of(facts.resource)} if facts.resource is not None else set())
        self._left = MOST_OBJECTS
        self._open: set[str] = set()

    def compose(self, schema: Schema, sample: Json, *, names: bool) -> tuple[Json, int]:
        """A value, and what is known of it; ABSENT for NOTHING. With `names`, members say by theirs what they are."""
        plain = self._shapes.plain(schema, sample if isinstance(sample, dict) else None)
        kind = kind_of(plain)
        if kind == "array" and isinstance(plain.get("items"), dict):
            first = sample[0] if isinstance(sample, list) and sample else ABSENT
            value, known = self.compose(plain["items"], first, names=names)
            return ([value], known) if known else (ABSENT, NOTHING)
        ref = schema.get("$ref", "")
        if kind != "object" or ref in self._open or self._left <= 0:
            return ABSENT, NOTHING
        if self._is_own(schema) and self._facts.document is not None:
            return self._payload.shown(self._call, self._facts, schema, self._facts.document), DOCUMENT
        self._left -= 1
        self._open |= {ref} - {""}
        found = self._object(schema, sample if isinstance(sample, dict) else {}, names=names)
        self._open.discard(ref)
        return found

    def _object(self, schema: Schema, sample: Mapping[str, Json], *, names: bool) -> tuple[Json, int]:
        properties = self._shapes.shape(schema, sample or None).properties
        given: dict[str, Json] = {}
        known = NOTHING
        for name, inner in properties.items():
            value, found = self._member(name, inner, sample.get(name, ABSENT), names=names)
            if found:
                given[name], known = value, max(known, found)
        for name, inner in properties.items() if names else ():
            if name not in given and (value := self._named(name, inner, beside=known == DOCUMENT)) is not ABSENT:
                given[name], known = value, max(known, NAMES)
        if not known:
            return ABSENT, NOTHING
        if sample:
            return {**copy_json(dict(sample)), **given}, known
        return self._call.generator.document(schema, self._chance, now=self._call.now, given=given), known

    def _member(self, name: str, schema: Schema, sample: Json, *, names: bool) -> tuple[Json, int]:
        """A member that is an object or array: the document, a wrapper of it, or another thing that may hold it."""
        if kind_of(self._shapes.plain(schema)) not in ("object", "array", ""):
            return ABSENT, NOTHING
        word = squeeze(name)
        document = self._facts.before if word in BEFORE_WORDS else self._facts.document
        wraps = word in BEFORE_WORDS or stem(name) in self._wrappers or word in self._wrappers
        if document is not None and wraps and self._is_like(schema, document):
            return self._payload.shown(self._call, self._facts, schema, document), DOCUMENT
        return self.compose(schema, sample, names=names and wraps)

    def _is_own(self, schema: Schema) -> bool:
        """The schema is that of the document, by its name."""
        ref, resource = schema.get("$ref"), self._facts.resource
        return resource is not None and ref is not None and ref == resource.schema.get("$ref")

    def _is_like(self, schema: Schema, document: Mapping[str, Json]) -> bool:
        """The schema is some form of the document: it says nothing, or names mostly the same."""
        names = set(self._shapes.shape(schema, document).properties)
        if not names:
            return kind_of(self._shapes.plain(schema, document)) in ("object", "")
        return len(names & document.keys()) >= ALIKE * min(len(names), len(document))

    def _named(self, name: str, schema: Schema, *, beside: bool) -> Json:
        """The value of a member by its name, ABSENT where it tells nothing. `beside`: the document stands beside it."""
        word = squeeze(name)
        own = self._own.get(word, ABSENT)
        candidates = [own] if not beside else []
        if own is ABSENT or not beside:
            candidates.append(self._facts.named.get(word, ABSENT))
        if word in ID_WORDS or (beside and word == "id"):
            candidates.append(self._facts.id)
        candidates += [*self._events(word, schema), *self._moments(name, schema)]
        kind = kind_of(self._shapes.plain(schema))
        spelled = (fit_kind(each, kind) for each in candidates if each is not ABSENT)
        return next((copy_json(each) for each in spelled if self._shapes.fits(each, schema)), ABSENT)

    def _events(self, word: str, schema: Schema) -> Iterator[Json]:
        """The name of the event, in the spelling that a list of names has."""
        event, act = self._facts.event, self._facts.act
        if word not in EVENT_WORDS and not (act and word in LOOSE_WORDS):
            return
        listed = self._shapes.plain(schema).get("enum")
        names = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
        yield from (each for each in names if squeeze(each) == squeeze(event))
        yield from (each for each in names if squeeze(each) and same_event(each, event))
        yield act if word == "action" else event

    def _moments(self, name: str, schema: Schema) -> Iterator[Json]:
        plain = self._shapes.plain(schema)
        if squeeze(name) in SENT_WORDS and (is_moment(name, plain) or kind_of(plain) == "integer"):
            yield stamp(plain, self._call.now, name)


def names_of(*sources: Json) -> dict[str, Json]:
    """Values by squeezed name, of bodies and parameters and of the objects in them; the first source wins."""
    named: dict[str, Json] = {}
    for source in reversed(sources):
        if isinstance(source, Mapping):
            named.update({squeeze(name): value for name, value in _flat(source, 0)})
    return named


def noun_of(resource: Resource) -> str:
    """What one document of a collection is called: `invoice`."""
    return stem(resource.name.rpartition(".")[2])


def id_names(resource: Resource, document: Mapping[str, Json]) -> dict[str, Json]:
    """The id of a document by the names that notifications have for it: `invoiceId`, `resource_id`."""
    id = find_at(document, split_property(resource.id_property))
    if id is ABSENT:
        return {}
    noun, word = noun_of(resource), squeeze(resource.id_property.rpartition(".")[2])
    return dict.fromkeys((noun, f"{noun}id", f"{noun}{word}", "resourceid", "entityid", "objectid"), id)


def _flat(source: Mapping[str, Json], depth: int) -> Iterator[tuple[str, Json]]:
    """Members of an object, those of the objects in it first so that its own win; an array of one is that one."""
    for value in source.values():
        inner = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(inner, Mapping) and depth < 2:
            yield from _flat(inner, depth + 1)
    yield from ((name, value) for name, value in source.items() if not isinstance(value, File | bytes))

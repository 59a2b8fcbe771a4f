"""What a call asks to see of documents: some properties only, and the documents behind references in their place.

Knows names; must not know envelopes beyond their keys.
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbooks.generic.completion import Completion
from sandbooks.generic.lookup import find_by
from sandbooks.generic.places import ABSENT, Json, Place, find_at, put_at, reader_of, split_property
from sandbooks.generic.projection import Projection, unshown_properties
from sandbooks.pack import Call
from sandbooks.resources import Inference, Reference, Resource, View
from sandbooks.resources.words import squeeze
from sandbooks.store import Document

ALWAYS = frozenset({"id", "type", "object"})


class Viewer:
    """Shows documents of one collection as each call asks for them.

    Args:
        envelope: where documents stand in an answer; names may begin with it.
        completion: of the documents that are shown.
    """

    def __init__(
        self, view: View, envelope: Place, resource: Resource, inference: Inference, completion: Completion
    ) -> None:
        self._read_fields, self._read_expand = reader_of(view.fields), reader_of(view.expand)
        self._envelope = envelope
        self._completion = completion
        self._resource = resource
        self._inference = inference
        self._kept = ALWAYS | {resource.id_property.partition(".")[0]}
        self._projections: dict[str, Projection] = {}
        self._references = {
            squeeze(each.property.rpartition(".")[2]): each for each in resource.references if not each.embedded
        }

    def view(self, call: Call, document: Document) -> Document:
        """The document as the call asks for it, which is changed; what its schema requires stays in any case."""
        if (expand := self._read_expand(call)) is not ABSENT:
            for name in read_names(expand, self._envelope):
                self._expand(call, document, name)
        fields = self._read_fields(call)
        return document if fields is ABSENT else self._cut(call, document, read_names(fields, self._envelope))

    def _cut(self, call: Call, document: Document, names: list[str]) -> Document:
        asked = {squeeze(name.partition(".")[0]) for name in names}
        holder = document.get(self._resource.fields) if self._resource.fields else document
        if not isinstance(holder, dict) or not any(squeeze(name) in asked for name in holder):
            if "*" not in names:
                call.note(f"{', '.join(names)!r:.80} names no property of {self._resource.name}; all are shown")
            return document
        if holder is document:
            return self._shortened(document, (), asked)
        place = (self._resource.fields,)
        return {**document, place[0]: self._shortened(holder, place, asked)}

    def _shortened(self, part: Document, place: Place, asked: set[str]) -> Document:
        shapes = self._completion.shapes
        always = shapes.shape(shapes.at(self._resource.schema, place), part).required | self._kept
        return {name: value for name, value in part.items() if squeeze(name) in asked or name in always}

    def _expand(self, call: Call, document: Document, name: str) -> None:
        """Put a document in the place of its id, or beside it, where the schema lets it stand there."""
        bare = name.partition(".")[0]
        reference = self._references.get(squeeze(bare)) or self._references.get(f"{squeeze(bare)}id")
        if reference is None:
            return
        place = split_property(reference.property)
        held = find_at(document, place)
        value: Json = self._behind(call, reference, held)
        if isinstance(held, list):
            value = [self._behind(call, reference, id) for id in held]
        shapes = self._completion.shapes
        for target in (place, (*place[:-1], bare)):
            schema = shapes.at(self._resource.schema, target)
            if value and schema and shapes.fits(value, schema):
                put_at(document, target, value)
                return

    def _behind(self, call: Call, reference: Reference, id: Json) -> Json:
        """The document that an id names, as its own answers show it; None where there is none."""
        target = self._inference.resources.get(reference.collection)
        if target is None or id is None or id is ABSENT or isinstance(id, dict | list):
            return None
        found = find_by(call.collection(target.name), target.id_property, id, {})
        return None if found is None else self._projection_of(target).show(call, found)

    def _projection_of(self, target: Resource) -> Projection:
        if target.name not in self._projections:
            description = self._completion.description
            completion = Completion(target, description)
            unshown = unshown_properties(target, self._inference, description, completion)
            self._projections[target.name] = Projection(target, completion, target.schema, unshown)
        return self._projections[target.name]


def read_names(value: Json, envelope: Place = ()) -> list[str]:
    """The names in a list, or in a text with commas. What stands before them for the list itself is passed over.

    >>> read_names("data.owner,name", ("data",))
    ['owner', 'name']
    >>> read_names("files(id,owner(name)),next", ("files",))
    ['id', 'owner.name', 'next']
    """
    texts = value if isinstance(value, list) else [value]
    names = [name.replace("/", ".") for text in texts for name in _split(str(text))]
    prefix = "".join(f"{key}." for key in envelope)
    return [name.removeprefix(prefix) for name in names]


def _split(text: str) -> Iterator[str]:
    """The parts between commas, each with what stands before the parentheses around it."""
    above: list[str] = []
    part = ""
    for letter in f"{text},":
        if letter not in ",()":
            part += letter
            continue
        if letter == "(":
            above.append(part.strip())
        elif part.strip():
            yield ".".join([*above, part.strip()])
        part = ""
        if letter == ")" and above:
            above.pop()

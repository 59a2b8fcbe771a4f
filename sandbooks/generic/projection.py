"""From a stored document to what one operation shows of it.

Knows schemas; must not know envelopes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbooks.generic.completion import Completion
from sandbooks.generic.mending import mend_for_answer
from sandbooks.generic.places import drop_at, split_property
from sandbooks.generic.secrets import find_secrets
from sandbooks.generic.server_links import ServerLinks
from sandbooks.generic.shapes import Shape
from sandbooks.generic.tables import KEY, is_keyed
from sandbooks.pack import Call
from sandbooks.resources import Envelope, Inference, Resource
from sandbooks.resources.bodies import request_schema
from sandbooks.spec import Description, Schema
from sandbooks.store import Document

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.spec.schema import Validator


class Projection:
    """Shows documents of one collection as one schema wants them.

    Hidden and write-only properties are left out, and what only requests hold (a password, say). A closed schema
    shows nothing else than its own; what it requires and a document lacks is made up, the same each time.

    Args:
        schema: of one document in the answer.
    """

    def __init__(self, resource: Resource, completion: Completion, schema: Schema, unshown: frozenset[str]) -> None:
        self._links = ServerLinks(completion.description, completion.shapes, schema, resource)
        self._completion = completion
        self._schema = schema
        self._resource = resource
        shapes = completion.shapes
        self._is_fixed = shapes.is_fixed(schema)
        self._shape = shapes.shape(schema)
        places = {split_property(name) for name in resource.hidden}
        secrets = find_secrets(schema, shapes)
        hidden = {place[0] for place in places if len(place) == 1} | secrets.names | unshown
        self._flat = tuple(hidden | ({KEY} if is_keyed(resource) else set()))
        self._secrets = secrets.below
        self._nested = tuple(place for place in places if len(place) > 1)
        self._validator: Validator | None = None
        self._is_own = bool(schema) and schema != resource.schema

    def show(self, call: Call, document: Document) -> Document:
        """The document as the answer shows it; the one that is given is changed."""
        self._links.turn(call, document)
        for name in self._flat:
            document.pop(name, None)
        for place in self._nested:
            drop_at(document, place)
        for name, secrets in self._secrets.items():
            secrets.drop(document.get(name))
        shape = self._shape if self._is_fixed else self._completion.shapes.shape(self._schema, document)
        if not shape.required <= document.keys():
            self._fill(call, document, shape)
        if shape.closed and not document.keys() <= shape.properties.keys():
            document = {name: value for name, value in document.items() if name in shape.properties}
        if self._is_own:
            self._fit(call, document)
        return document

    def _fit(self, call: Call, document: Document) -> None:
        """Where the operation shows documents by a schema of its own, a stored one may not fit it."""
        if self._validator is None:
            self._validator = self._completion.validator(self._schema)
        if not self._validator.is_valid(document):
            mend_for_answer(call, document, self._schema, self._completion, self._chance(call, document))

    def _chance(self, call: Call, document: Document) -> Chance:
        seed = document.get(self._resource.id_property)
        return call.chance.with_seed(f"{self._resource.name}/{seed}")

    def _fill(self, call: Call, document: Document, shape: Shape) -> None:
        chance = self._chance(call, document)
        for entry in self._completion.entries(shape):
            if entry.name in shape.required and entry.name not in document and not entry.plain.get("writeOnly"):
                document[entry.name] = self._completion.value(call, entry, chance, ())


def unshown_properties(
    resource: Resource, inference: Inference, description: Description, completion: Completion
) -> frozenset[str]:
    """What callers send and no document shows: names in request bodies that the document's schema does not know.

    None where the schema shows nothing, or welcomes any property in so many words.
    """
    shape = completion.shapes.shape(resource.schema)
    if not shape.properties or shape.open or not completion.shapes.is_fixed(resource.schema):
        return frozenset()
    sent: set[str] = set()
    for operation in description.operations:
        behaviour = inference.behaviours.get(operation.id)
        if behaviour is None or behaviour.resource != resource.name or behaviour.request.kind in ("empty", "other"):
            continue
        sent |= document_schema_properties(completion, request_schema(operation), behaviour.request).keys()
    return frozenset(sent - shape.properties.keys() - {resource.fields, split_property(resource.id_property)[0]})


def document_schema_properties(completion: Completion, body: Schema | None, envelope: Envelope) -> Mapping[str, Schema]:
    """The properties of one document in a body."""
    return completion.shapes.shape(document_schema(completion, body, envelope)).properties


def document_schema(completion: Completion, body: Schema | None, envelope: Envelope) -> Schema:
    """The schema of one document in a body."""
    shapes = completion.shapes
    found = shapes.at(body, envelope.path)
    if envelope.kind == "items":
        found = shapes.at(shapes.element(found), envelope.inner)
    if envelope.kind == "map":
        extra = shapes.plain(found).get("additionalProperties")
        found = extra if isinstance(extra, dict) else {}
    return found

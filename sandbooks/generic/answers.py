"""From documents to replies: wrapped as the description shows, in its content type, with its headers.

Knows envelopes and responses; must not know how documents were found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbooks.generic.accepting import Offers, choose_offer
from sandbooks.generic.completion import Completion
from sandbooks.generic.frames import Frame, drop_faults, told_by_name
from sandbooks.generic.headers import make_headers, required_headers
from sandbooks.generic.late import Late
from sandbooks.generic.media import has_members, primary_media, write_body
from sandbooks.generic.places import Json, Place, drop_at, find_at, put_at, split_property
from sandbooks.generic.projection import Projection, document_schema, unshown_properties
from sandbooks.generic.shapes import kind_of
from sandbooks.generic.views import Viewer
from sandbooks.pack import Call, Reply
from sandbooks.resources import Behaviour, Envelope, Inference, Meta, Resource
from sandbooks.resources.bodies import response_of
from sandbooks.resources.words import squeeze, vocabulary
from sandbooks.spec import Description, Operation, Schema, is_json
from sandbooks.store import Document

DONE = vocabulary(
    """
    deleted isdeleted removed acknowledged archived result done completed
    """
)
COUNTS = vocabulary(
    """
    count total affected deletedcount updatedcount createdcount modifiedcount numdeleted
    """
)
_EMPTY: Mapping[str, Json] = {"integer": 0, "number": 0, "boolean": False, "string": ""}


@dataclass(slots=True)
class _Plan:
    """What follows from the description alone; `headers` are made at the first answer."""

    completion: Completion
    needed: Mapping[str, Schema]  # the headers that the answer may not lack
    schema: Schema
    offers: Offers
    projection: Projection
    frame: Frame
    viewer: Viewer | None
    headers: dict[str, str] | None = None


class Answers:
    """The answers of one operation under one status."""

    def __init__(
        self, operation: Operation, behaviour: Behaviour, resource: Resource, inference: Inference, status: int
    ) -> None:
        self.status = status
        self._operation = operation
        self._resource = resource
        self._inference = inference
        self._envelope = behaviour.answer
        self._view = behaviour.view
        self._id = split_property(resource.id_property)
        self._is_bare = behaviour.answer.kind == "item" and not behaviour.answer.path
        self._plan = Late(self._read)

    def one(self, call: Call, document: Document, headers: Mapping[str, str] | None = None) -> Reply:
        """The reply about one document, which is changed."""
        plan = self._plan.of(call)
        if not self._is_bare:
            return self._reply(call, plan, self._wrapped(call, plan, [document]), headers)
        return self._reply(call, plan, self._shown(call, plan, document), headers)

    def many(self, call: Call, documents: Sequence[Document], headers: Mapping[str, str] | None = None) -> Reply:
        """The reply about the documents that a call concerned together, which are changed.

        A body of several is answered with several where the description admits either.
        """
        plan = self._plan.of(call)
        if self._is_bare and isinstance(call.body, list):
            shown = [self._shown(call, plan, each) for each in documents]
            admits_several = plan.completion.validator(plan.schema).is_valid(shown)
            return self._reply(call, plan, shown if admits_several else shown[-1] if shown else {}, headers)
        return self._reply(call, plan, self._wrapped(call, plan, documents, self._envelope.several), headers)

    def page(
        self, call: Call, documents: Sequence[Document], values: Mapping[Meta, Json], headers: Mapping[str, str]
    ) -> Reply:
        """The reply with one page of a list. `values` are what stands at the metas; None where there is nothing."""
        plan = self._plan.of(call)
        body = self._wrapped(call, plan, documents)
        for meta in self._envelope.meta:
            body = put_meta(body, meta, values[meta])
        return self._reply(call, plan, body, headers)

    def counted(self, call: Call, total: int) -> Reply:
        """The reply that tells how many documents there are."""
        plan, shapes = self._plan.of(call), self._plan.of(call).completion.shapes
        plain = shapes.plain(plan.schema)
        if kind_of(plain) in ("integer", "number", "string"):
            return self._reply(call, plan, str(total) if kind_of(plain) == "string" else total, None)
        body = plan.frame.copy(call)
        for meta in self._envelope.meta:
            body = put_meta(body, meta, total)
        if not self._envelope.meta:
            properties = shapes.shape(plan.schema).properties
            body.update(
                {name: total for name, inner in properties.items() if kind_of(shapes.plain(inner)) == "integer"}
            )
        return self._reply(call, plan, body, None)

    def _wrapped(self, call: Call, plan: _Plan, documents: Sequence[Document], several: Place = ()) -> Json:
        """The documents in their envelope: in its array where one and several have a place of their own each."""
        envelope = Envelope("items", several) if several else self._envelope
        if envelope.kind == "empty":
            return None
        if envelope.kind == "other":
            return self._other(call, plan, documents)
        shown: Json
        if envelope.kind == "item":
            shown = self._shown(call, plan, documents[-1]) if documents else {}
        elif envelope.kind == "map":
            shown = {str(find_at(document, self._id)): self._shown(call, plan, document) for document in documents}
        else:
            shown = [self._element(self._shown(call, plan, document)) for document in documents]
        if not envelope.path:
            return shown
        body = plan.frame.copy(call)
        put_at(body, envelope.path, shown)
        return body

    def _shown(self, call: Call, plan: _Plan, document: Document) -> Document:
        shown = plan.projection.show(call, document)
        return shown if plan.viewer is None else plan.viewer.view(call, shown)

    def _element(self, document: Document) -> Json:
        if not self._envelope.inner:
            return document
        element: dict[str, Json] = {}
        put_at(element, self._envelope.inner, document)
        return element

    def _other(self, call: Call, plan: _Plan, documents: Sequence[Document]) -> Json:
        """A body that holds no document: made from its schema, with the members that it shares with the document."""
        shapes = plan.completion.shapes
        seed = find_at(documents[-1], self._id) if documents else len(documents)
        chance = call.chance.with_seed(f"{self._operation.id}/{seed}")
        document = plan.projection.show(call, documents[-1]) if documents else {}
        if kind_of(shapes.plain(plan.schema, document)) != "object":
            return call.generator.value(plan.schema, chance, now=call.now)
        given: dict[str, Json] = {}
        for name, inner in shapes.shape(plan.schema, document).properties.items():
            plain = shapes.plain(inner)
            for value in (
                document.get(name),
                _outcome(name, plain, len(documents)),
                told_by_name(name, plain, self.status),
            ):
                if value is not None and name not in given and shapes.fits(value, inner):
                    given[name] = value
        made = call.generator.document(plan.schema, chance, now=call.now, given=given)
        return drop_faults(made, plan.schema, shapes)

    def _reply(self, call: Call, plan: _Plan, body: Json, headers: Mapping[str, str] | None) -> Reply:
        if plan.headers is None:
            chance = call.chance.with_seed(self._operation.id)
            plan.headers = make_headers(plan.needed, call.generator, chance, call.now)
        all_headers = {**plan.headers, **headers} if headers else plan.headers
        if body is None:
            return Reply(self.status, None, all_headers)
        offer = choose_offer(call, plan.offers)
        if not offer.is_json:
            schema = offer.media.schema if has_members(offer.media.schema, plan.completion.shapes) else plan.schema
            body = write_body(body, offer.media_type, schema, plan.completion.shapes)
        return Reply(self.status, body, all_headers, offer.media_type)

    def _read(self, description: Description) -> _Plan:
        completion = Completion(self._resource, description)
        response = response_of(self._operation, self.status) or response_of(self._operation, self._operation.success)
        media = primary_media(response)
        shows_document = self._envelope.kind not in ("other", "empty")
        document = document_schema(completion, media.schema, self._envelope) if shows_document else {}
        unshown = unshown_properties(self._resource, self._inference, description, completion)
        projection = Projection(self._resource, completion, document or self._resource.schema, unshown)
        places = [self._envelope.path, self._envelope.several, *(meta.path for meta in self._envelope.meta)]
        frame = Frame(media.schema, places, completion, status=self.status, seed=self._operation.id)
        # A JSON type with another schema is not offered: who asks for it takes any JSON.
        same = {
            name: each
            for name, each in (response.content if response else {}).items()
            if not is_json(name) or each.schema == media.schema
        }
        offers = Offers(same, completion.shapes)
        needed = required_headers(self._operation, response, description.resolve) if response else {}
        viewer = None
        if self._view is not None:
            viewer = Viewer(self._view, self._envelope.path, self._resource, self._inference, completion)
        return _Plan(completion, needed, media.schema, offers, projection, frame, viewer)


def put_meta(body: Json, meta: Meta, value: Json) -> Json:
    """The body with a value at a meta's place, or with what stands there when there is none."""
    if not meta.path:
        return body if value is None else write_meta(meta, value)
    if not isinstance(body, dict):
        return body
    if value is not None:
        put_at(body, meta.path, write_meta(meta, value))
    elif meta.absent == "omit":
        drop_at(body, meta.gone or meta.path)
    else:
        put_at(body, meta.gone or meta.path, None if meta.absent == "null" else _EMPTY[meta.kind])
    return body


def write_meta(meta: Meta, value: Json) -> Json:
    """The value in the type that its place has."""
    if meta.kind == "string":
        return str(value).lower() if isinstance(value, bool) else str(value)
    return bool(value) if meta.kind == "boolean" else value


def _outcome(name: str, plain: Schema, count: int) -> Json:
    """What a member says of documents that were changed or deleted; None where its name does not tell."""
    kind = kind_of(plain)
    if kind == "boolean" and squeeze(name) in DONE:
        return True
    return count if kind == "integer" and squeeze(name) in COUNTS else None

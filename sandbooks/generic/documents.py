"""Handlers for documents: read, made, replaced, changed, deleted, moved on by an action.

Knows the roles; how a document is made or shown is said elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbooks.errors import Conflict
from sandbooks.generic.answers import Answers
from sandbooks.generic.completion import Completion, begins_at_zero
from sandbooks.generic.emptied import Emptied
from sandbooks.generic.headers import documents_header
from sandbooks.generic.late import Late
from sandbooks.generic.lists import Selection
from sandbooks.generic.lookup import Lookup, Scope
from sandbooks.generic.moments import is_moment, render_instant, stamp
from sandbooks.generic.places import ABSENT, Json, copy_json, find_at, put_at, split_property
from sandbooks.generic.projection import document_schema
from sandbooks.generic.sent import Sent, reader_of_documents, reader_of_ids, reader_of_settings
from sandbooks.generic.shapes import Shapes, allows_null, kind_of
from sandbooks.generic.urls import ItemUrl
from sandbooks.generic.writing import Writer
from sandbooks.pack import Call, Handler, Reply
from sandbooks.resources import Behaviour, Inference, Resource
from sandbooks.resources.bodies import request_schema
from sandbooks.resources.words import squeeze
from sandbooks.spec import Description, Operation, Schema
from sandbooks.store import Document

CREATED = 201
REDIRECTS = 300
Change = Callable[[Call, Document, Sent, Scope], Document]


class Documents:
    """Makes the handlers of one operation on one collection."""

    def __init__(self, operation: Operation, behaviour: Behaviour, resource: Resource, inference: Inference) -> None:
        self.operation = operation
        self.behaviour = behaviour
        self.resource = resource
        self.inference = inference
        self.writer = Writer(resource, inference)
        self.lookup = Lookup(behaviour, resource, inference)
        self.answers = Answers(operation, behaviour, resource, inference, behaviour.success)
        self.answers_created = self._answers_created()
        self.sent = reader_of_documents(behaviour, self.writer.id_place)
        self.settings = reader_of_settings(behaviour)
        self.url = ItemUrl(resource)
        self.defaults: Late[Sent] = Late(self._read_defaults)
        self.emptied = Late(self._read_emptied)

    def get(self) -> Handler:
        """Reads one document."""
        read, one = self.lookup.read, self.answers.one
        return (
            self._several(lambda call, document: document)
            if self.behaviour.many
            else lambda call: one(call, read(call))
        )

    def create(self) -> Handler:
        """Makes what the body holds; with upsert, a document that is there already is changed."""
        shows_location = self._shows_location(self.answers)
        holds_several = self._tells_several()
        is_plain = self.behaviour.id is None and not self.behaviour.upsert

        def create(call: Call) -> Reply:
            scope, settings, sent = self.lookup.parents.scope(call), self.settings(call), self.sent(call)
            if settings:
                sent = [{**each, **settings} for each in sent]
            if is_plain:
                made = self.writer.make_all(call, self._whole(call, sent), scope, takes_id=self.behaviour.takes_id)
            else:
                made = [self._create_one(call, each, scope, index) for index, each in enumerate(sent)]
            if holds_several(call):
                return self.answers.many(call, made)
            headers = self._location(call, made[-1]) if shows_location else {}
            return self.answers.one(call, made[-1], headers)

        return create

    def copy(self) -> Handler:
        """Makes a document like the one that the call names; what the body holds goes before what that one has."""

        def copy(call: Call) -> Reply:
            original, sent = self.lookup.read(call), (self.sent(call) or [{}])[0]
            made = self.writer.make(call, sent, {}, base=self.writer.template_of(call, original))
            return self.answers.one(call, made, self._location(call, made))

        return copy

    def replace(self) -> Handler:
        """Puts what the body holds in the place of a document."""
        return self._change(self.writer.replace)

    def update(self) -> Handler:
        """Merges what the body holds into a document."""
        return self._change(self.writer.amend)

    def delete(self) -> Handler:
        """Deletes one document, several, or all that the call speaks of."""
        if self.behaviour.many or self._names_none:
            return self._several(self._delete_one)

        def delete(call: Call) -> Reply:
            return self.answers.one(call, self._delete_one(call, self.lookup.read(call)))

        return delete

    def act(self) -> Handler:
        """Sets the property that the action moves, and the moment of it where the document shows one."""
        if self.behaviour.many or self._names_none:
            return self._several(self._act_on)

        def act(call: Call) -> Reply:
            return self.answers.one(call, self._act_on(call, self.lookup.read(call)))

        return act

    def _tells_several(self) -> Callable[[Call], bool]:
        """Whether the body of a call holds an array of documents, though it may be of one."""
        envelope = self.behaviour.request
        if envelope.kind in ("items", "map"):
            return lambda call: True
        places = {envelope.path, envelope.several}
        if places == {()}:
            return lambda call: isinstance(call.body, list)
        return lambda call: any(isinstance(find_at(call.body, each), list) for each in places)

    def _whole(self, call: Call, sent: list[Sent]) -> list[Sent]:
        """What is to be made of what was sent: null for what an empty text empties, defaults for what is not there."""
        emptied, defaults = self.emptied.of(call), self.defaults.of(call)
        if defaults:
            return [{**copy_json(defaults), **emptied.read(each)} for each in sent]
        return [emptied.read(each) for each in sent]

    def _create_one(self, call: Call, sent: Sent, scope: Scope, index: int) -> Document:
        behaviour, writer = self.behaviour, self.writer
        if behaviour.id is not None:
            return self._create_at(call, self.lookup.id(call), sent, scope)
        if behaviour.upsert:
            named = find_at(sent, writer.id_place)
            found = None if named is ABSENT else self.lookup.find(call, named, scope)
            if found is not None:
                return writer.amend(call, found, self.emptied.of(call).read(sent), scope)
        (whole,) = self._whole(call, [sent])
        return writer.make(call, whole, scope, takes_id=True, index=index)

    def _create_at(self, call: Call, named: Json, sent: Sent, scope: Scope) -> Document:
        """Make the document that the path names; one that is there already stays."""
        if self.lookup.find(call, named, scope) is not None:
            raise Conflict(f"{self.resource.name} has a document with {self.resource.id_property} {named} already")
        return self.writer.make(call, {**copy_json(self.defaults.of(call)), **sent}, scope, id=named)

    def _change(self, change: Change) -> Handler:
        if self.behaviour.many:
            return self._change_many(change)
        key = split_property(self.behaviour.key) if self.behaviour.key else ()

        def change_one(call: Call) -> Reply:
            scope, named = self.lookup.parents.scope(call), self.lookup.id(call)
            sent = {**self.emptied.of(call).read((self.sent(call) or [{}])[0]), **self.settings(call)}
            if key:
                put_at(sent, key, named)
            found = self.lookup.find(call, named, scope)
            if found is not None:
                return self.answers.one(call, change(call, found, sent, scope))
            if not self.behaviour.upsert:
                raise self.lookup.missing(named)
            made = self.writer.make(call, sent, scope, id=ABSENT if self.behaviour.key else named)
            return self.answers_created.one(call, made, self._location(call, made))

        return change_one

    def _change_many(self, change: Change) -> Handler:
        place = self.behaviour.id.path if self.behaviour.id else self.writer.id_place
        in_body = self.behaviour.id is None or self.behaviour.id.source == "body"
        read_ids = reader_of_ids(self.behaviour)

        def change_many(call: Call) -> Reply:
            scope, settings, sent = self.lookup.parents.scope(call), self.settings(call), self.sent(call)
            if in_body and self.behaviour.request.kind in ("items", "map"):
                pairs = [(find_at(each, place), each) for each in sent]
            else:
                pairs = [(named, (sent or [{}])[0]) for named in read_ids(call)]
            changed = [
                self._change_or_make(call, change, named, {**each, **settings}, scope, index)
                for index, (named, each) in enumerate(pairs)
            ]
            return self.answers.many(call, changed)

        return change_many

    def _change_or_make(self, call: Call, change: Change, id: Json, sent: Sent, scope: Scope, index: int) -> Document:
        found = None if id is ABSENT else self.lookup.find(call, id, scope)
        if found is not None:
            return change(call, found, sent, scope)
        if not self.behaviour.upsert:
            raise self.lookup.missing(id)
        return self.writer.make(call, sent, scope, id=id, index=index)

    @property
    def _names_none(self) -> bool:
        """The call names no document: all are meant that its path and its filters choose."""
        return self.behaviour.id is None and not (self.resource.singleton or self.behaviour.is_callers)

    def _several(self, act: Callable[[Call, Document], Document]) -> Handler:
        """Does the same with each document that the call names, or chooses."""
        find = self._chosen() if self._names_none else self._named()
        return lambda call: self.answers.many(call, [act(call, found) for found in find(call)])

    def _named(self) -> Callable[[Call], list[Document]]:
        read_ids = reader_of_ids(self.behaviour)

        def find(call: Call) -> list[Document]:
            scope = self.lookup.parents.scope(call)
            named = {str(each): each for each in read_ids(call)}
            return [self._existing(call, each, scope) for each in named.values()]

        return find

    def _chosen(self) -> Callable[[Call], list[Document]]:
        selection = Selection(self.behaviour, self.resource, self.inference, self.writer)

        def find(call: Call) -> list[Document]:
            conditions = selection.conditions(call)
            table = call.collection(self.resource.name)
            return table.page(filters=conditions.equal, predicate=conditions.predicate).items

        return find

    def _existing(self, call: Call, named: Json, scope: Scope) -> Document:
        found = self.lookup.find(call, named, scope)
        if found is None:
            raise self.lookup.missing(named)
        return found

    def _delete_one(self, call: Call, document: Document) -> Document:
        deleted = self.resource.soft_delete
        if deleted is None:
            self.writer.remove(call, document)
            return document
        value = self._instant(call, deleted.property) if deleted.moment else deleted.value
        return self.writer.set_properties(call, document, {deleted.property: value})

    def _act_on(self, call: Call, document: Document) -> Document:
        """The document after the action; one that nothing in it shows leaves it as it is."""
        properties, action = {**self._told(call), **self.settings(call)}, self.behaviour.action
        if action is not None and action.moment:
            properties[action.property] = self._instant(call, action.property)
        elif action is not None:
            properties[action.property] = action.value
            properties.update(self._moment_of(call, action.value))
        return self.writer.set_properties(call, document, properties) if properties else document

    def _told(self, call: Call) -> Sent:
        """What the body of an act says of the document: texts and the ids of others; an amount is of the act alone."""
        if self.behaviour.request.kind != "item":
            return {}
        shapes, schema = self.writer.completion.of(call).shapes, self.resource.schema
        own = shapes.shape(schema).properties
        sent = (self.sent(call) or [{}])[0]
        return {
            name: value
            for name, value in sent.items()
            if isinstance(value, str) and name in own and shapes.fits(value, own[name])
        }

    def _moment_of(self, call: Call, value: Json) -> Sent:
        """`approvedAt` for a status that becomes `approved`."""
        shapes = self.writer.completion.of(call).shapes
        word = squeeze(str(value))
        wanted = {f"{word}at", f"{word}on", f"{word}date", f"date{word}", f"{word}time"}
        for name, inner in shapes.shape(self.resource.schema).properties.items():
            if squeeze(name) in wanted and is_moment(name, shapes.plain(inner)):
                return {name: self._instant(call, name)}
        return {}

    def _instant(self, call: Call, name: str) -> Json:
        """The instant of the call, as the property writes instants."""
        shapes = self.writer.completion.of(call).shapes
        plain = shapes.plain(shapes.at(self.resource.schema, split_property(name)))
        return stamp(plain, call.now, name) if plain else render_instant(call.now)

    def _read_defaults(self, description: Description) -> Sent:
        """What the request's schema puts in the place of properties that are not sent."""
        shapes, sent = self._read_sent(description)
        found = {name: shapes.plain(inner) for name, inner in sent.items()}
        defaults = {name: plain["default"] for name, plain in found.items() if plain.get("default") is not None}
        return {**(self._beginnings(shapes, sent) if sent else {}), **defaults}

    def _beginnings(self, shapes: Shapes, sent: Mapping[str, Schema]) -> Sent:
        """Counts and balances that no caller sends: a new document has none yet."""
        plain = {name: shapes.plain(inner) for name, inner in shapes.shape(self.resource.schema).properties.items()}
        numbers = {name: inner for name, inner in plain.items() if kind_of(inner) in ("integer", "number")}
        return {
            name: 0
            for name, inner in numbers.items()
            if name not in sent and begins_at_zero(name) and not allows_null(inner) and shapes.fits(0, inner)
        }

    def _read_emptied(self, description: Description) -> Emptied:
        shapes, sent = self._read_sent(description)
        return Emptied(shapes, sent)

    def _read_sent(self, description: Description) -> tuple[Shapes, Mapping[str, Schema]]:
        """The properties of the document that the request holds."""
        completion = Completion(self.resource, description)
        schema = document_schema(completion, request_schema(self.operation), self.behaviour.request)
        return completion.shapes, completion.shapes.shape(schema).properties

    def _location(self, call: Call, document: Document) -> Mapping[str, str]:
        url = self.url.of(call, document)
        return {"Location": url} if url else {}

    def _shows_location(self, answers: Answers) -> bool:
        response = self.operation.response_for(answers.status)
        return answers.status == CREATED or answers.status >= REDIRECTS or documents_header(response, "Location")

    def _answers_created(self) -> Answers:
        status = self.behaviour.success_created
        if status is None or status == self.behaviour.success:
            return self.answers
        return Answers(self.operation, self.behaviour, self.resource, self.inference, status)

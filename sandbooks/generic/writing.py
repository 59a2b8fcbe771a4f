"""How documents of one collection are made, changed, replaced and taken away.

Knows schemas, keys and references between collections; must not know how answers look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbooks.errors import Conflict
from sandbooks.generic.completion import Completion
from sandbooks.generic.files import forget_files, keep_file, sent_file
from sandbooks.generic.ids import NewId, is_like, new_id_of
from sandbooks.generic.late import Late
from sandbooks.generic.lookup import Scope, find_all_by, first_of, is_of_people, same_id, stored_key
from sandbooks.generic.mending import adopt_ids, mend_document
from sandbooks.generic.merging import apply_json_patch, is_json_patch, merge_patch, refuse_losses
from sandbooks.generic.places import ABSENT, Json, Place, copy_json, drop_at, find_at, put_at, split_property
from sandbooks.generic.projection import document_schema_properties
from sandbooks.generic.sent import Sent, describe_file, without_files
from sandbooks.generic.shapes import Shapes, allows_null, kind_of
from sandbooks.generic.spelling import respell
from sandbooks.generic.tables import KEY, fit_kind, identify, is_keyed, key_of, own_parents
from sandbooks.generic.urls import ItemUrl
from sandbooks.pack import Call, File
from sandbooks.resources import Inference, Resource
from sandbooks.resources.bodies import request_schema
from sandbooks.resources.words import squeeze
from sandbooks.spec import Description, is_json
from sandbooks.store import Document, TableSchema

if TYPE_CHECKING:
    from sandbooks.chance import Chance

ATTEMPTS = 50


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the body of an operation names: what it may set, and, without case and separators, what it speaks of."""

    settable: frozenset[str]
    told: frozenset[str]


class Writer:
    """Changes the documents of one collection."""

    def __init__(self, resource: Resource, inference: Inference) -> None:
        self.resource = resource
        self.completion = Late(lambda description: Completion(resource, description))
        self.id_place: Place = split_property(resource.id_property)
        self._new_id: Late[NewId] = Late(lambda description: new_id_of(resource, self._read_id_schema(description)))
        self._id_schema = Late(self._read_id_schema)
        self._url = ItemUrl(resource)
        self._children = tuple(_children_of(resource, inference))
        self._inference = inference
        self._asked_by: dict[str, _Asked] = {}
        self._owners = tuple(_owners_of(resource, inference))
        self._is_keyed = is_keyed(resource)
        self._hidden = tuple(split_property(name) for name in resource.hidden)
        self._embedded = tuple(
            (split_property(each.embedded), split_property(each.property)[-1])
            for each in resource.references
            if each.embedded
        )

    def make(
        self,
        call: Call,
        sent: Sent,
        scope: Scope,
        *,
        id: Json = ABSENT,
        takes_id: bool = False,
        index: int = 0,
        base: Sent | None = None,
    ) -> Document:
        """Store a new document: what was sent, an id, and what a server adds.

        Args:
            id: the id that the path gives it.
            takes_id: one in what was sent counts; else it is left out.
            index: which of several in one call.
            base: what it has where nothing else was sent.

        Raises:
            Conflict: the id is taken.
        """
        chance, file = call.chance.at(self.resource.name, index), sent_file(call)
        document = self._readable(call, sent, chance, file)
        if base:
            document = {**base, **document}
        given = find_at(sent, self.id_place) if takes_id or self.resource.caller_id else ABSENT
        chosen = self._choose_id(call, given if id is ABSENT else fit_kind(id, self.resource.id_kind), scope, chance)
        document = self._completed(call, document, sent, scope, chosen, chance)
        if file is not None:
            self._keep_file(call, document, file)
        return self._stored(call, document)

    def make_all(
        self, call: Call, documents: Sequence[Sent], scope: Scope, *, takes_id: bool = False
    ) -> list[Document]:
        """As `make` for several; stored in one go where none can see, or stand in the way of, another.

        Raises:
            Conflict: an id is taken.
        """
        table = call.collection(self.resource.name)
        if len(documents) < 2 or takes_id or not self._counts_alone(table.schema) or sent_file(call) is not None:
            return [
                self.make(call, sent, scope, takes_id=takes_id, index=index) for index, sent in enumerate(documents)
            ]
        made = []
        for index, (sent, id) in enumerate(zip(documents, table.free_ids(len(documents)), strict=True)):
            chance = call.chance.at(self.resource.name, index)
            document = self._readable(call, sent, chance, None)
            made.append(self._completed(call, document, sent, scope, id, chance))
        return table.put_all(made)

    def _counts_alone(self, schema: TableSchema) -> bool:
        """The next number is the id of a new document, and no other document matters to it."""
        resource = self.resource
        is_counted = resource.id_kind == schema.new_id == "integer" and schema.id == resource.id_property
        return is_counted and not (resource.caller_id or resource.references or schema.unique)

    def _completed(
        self, call: Call, document: Document, sent: Sent, scope: Scope, id: Json, chance: Chance
    ) -> Document:
        """What was sent as the document that is stored; `id` is ABSENT for none."""
        completion = self.completion.of(call)
        if scope:
            self._put_scope(call, document, scope)
        if self._owners:
            self._put_caller(call, document)
        if id is not ABSENT:
            document = self._with_id(document, id)
        completion.complete(call, document, self.resource.schema, chance, url=lambda: self._url.of(call, document))
        completion.agree(document, sent)
        mend_document(call, document, completion, chance)
        return document

    def template_of(self, call: Call, document: Document) -> Sent:
        """What a copy of a document takes over from it: all but its identity and what the server makes anew."""
        kept = copy_json(document)
        for name in (*self.completion.of(call).server_made(document, self.resource.schema), KEY):
            kept.pop(name, None)
        drop_at(kept, self.id_place)
        template: Sent = kept
        return template

    def amend(self, call: Call, document: Document, sent: Sent, scope: Scope) -> Document:
        """Merge what was sent into a document of the store, and store it.

        Raises:
            Invalid: null for a property that must be there, a JSON patch that leads nowhere or takes such a property
                away, or a value that no document can hold there.
        """
        completion, schema = self.completion.of(call), self.resource.schema
        own = find_at(document, self.id_place)
        if is_json_patch(call.body, call.media_type):
            changed = apply_json_patch(document, call.body)
            for name in (*completion.read_only(document, schema), KEY):
                if name in document:
                    changed[name] = document[name]
            made = {
                *completion.server_made(document, schema),
                *(split_property(name)[0] for name in (*scope, self.resource.id_property)),
            }
            refuse_losses(document, changed, schema, completion.shapes, spared=made)
            judged: Collection[str] = {name for name, value in changed.items() if value != document.get(name, ABSENT)}
        else:
            self._tell_other_id(call, sent, own)
            patch = self._readable(call, sent, call.chance.at(self.resource.name, str(own)), sent_file(call))
            before = {place: find_at(document, (*place, name)) for place, name in self._embedded}
            changed = document
            merge_patch(changed, patch, schema, completion.shapes)
            self._let_go(changed, patch, before)
            judged = self._judged(call, completion, patch)
        return self._restored(call, changed, self._key_of(call, document), own, scope, judged=judged)

    def replace(self, call: Call, document: Document, sent: Sent, scope: Scope) -> Document:
        """Put what was sent in the place of a document of the store. What the server made, or hides, stays."""
        completion, schema = self.completion.of(call), self.resource.schema
        own, key = find_at(document, self.id_place), self._key_of(call, document)
        self._tell_other_id(call, sent, own)
        changed = self._readable(call, sent, call.chance.at(self.resource.name, str(own)), sent_file(call))
        judged = self._judged(call, completion, changed)
        made = completion.server_made(document, schema) - (self._settable(call, completion) & changed.keys())
        self._keep(document, changed, made | self._unseen(call, document))
        if fields := self.resource.fields:
            old, new = document.get(fields), changed.get(fields)
            if isinstance(old, dict) and isinstance(new, dict):
                self._keep(old, new, completion.server_made(old, completion.shapes.at(schema, (fields,)), (fields,)))
        for place in self._hidden:
            if (kept := find_at(document, place)) is not ABSENT:
                put_at(changed, place, kept)
        return self._restored(call, changed, key, own, scope, judged=judged)

    def set_properties(self, call: Call, document: Document, properties: Sent) -> Document:
        """Set some properties of a document of the store, by dotted name, and nothing else.

        Null empties a property: it, or the object that it stands in, becomes null, or it goes, as the schema has it.
        """
        completion, schema = self.completion.of(call), self.resource.schema
        key = self._key_of(call, document)
        for name, value in properties.items():
            if value is None:
                self._empty(completion, document, split_property(name))
            else:
                put_at(document, split_property(name), value)
        completion.touch(call, document, schema)
        mend_document(call, document, completion, call.chance.at(self.resource.name, str(key)))
        return call.collection(self.resource.name).replace(key, document)

    def remove(self, call: Call, document: Document) -> None:
        """Take a document out of the store, and with it what exists only below it."""
        self._remove_below(call, self.resource, document)
        call.collection(self.resource.name).delete(self._key_of(call, document))
        forget_files(call, self._url.path(call, document))

    def fit_scope(self, call: Call, scope: Scope) -> Scope:
        """The parents' ids in the type that the child's schema gives them."""
        completion = self.completion.of(call)
        return {name: fit_kind(parent, self._kind(completion, name)) for name, parent in scope.items()}

    def _empty(self, completion: Completion, document: Document, place: Place) -> None:
        shapes, schema = completion.shapes, self.resource.schema
        for end in range(len(place), 0, -1):
            if allows_null(shapes.plain(shapes.at(schema, place[:end]))):
                put_at(document, place[:end], None)
                return
        drop_at(document, place)

    def _let_go(self, changed: Document, patch: Sent, before: dict[Place, Json]) -> None:
        """A document inside this one that now is another shows nothing of the one that it was."""
        for place, name in self._embedded:
            sent = find_at(patch, place)
            if isinstance(sent, dict) and find_at(changed, (*place, name)) != before[place]:
                put_at(changed, place, copy_json(sent))

    def _readable(self, call: Call, sent: Sent, chance: Chance, file: File | None) -> Sent:
        """What was sent as JSON, without the id and what callers cannot set."""
        completion, schema = self.completion.of(call), self.resource.schema
        kept: Sent = copy_json(sent) if is_json(call.media_type) else without_files(sent)
        shape = completion.shape(kept)
        if not kept.keys() <= shape.properties.keys():
            kept = respell(kept, schema, completion.shapes)
            adopt_ids(call, kept, completion, chance)
            shape = completion.shape(kept)
        plan = completion.plan(shape)
        if plan.has_dates:
            completion.dates.write(kept, schema)
            plan = completion.plan(completion.shape(kept))
        if not plan.read_only.isdisjoint(kept):
            for name in plan.read_only - self._settable(call, completion):
                kept.pop(name, None)
        fields = kept.get(self.resource.fields) if self.resource.fields else None
        if isinstance(fields, dict):
            for name in completion.read_only(fields, completion.shapes.at(schema, (self.resource.fields,))):
                fields.pop(name, None)
        if file is not None:
            describe_file(file, kept, schema, completion.shapes)
        kept.pop(KEY, None)
        drop_at(kept, self.id_place)
        return kept

    def _settable(self, call: Call, completion: Completion) -> frozenset[str]:
        """What the body of the call names in so many words, though answers show it as read-only."""
        return self._asked(call, completion).settable

    def _judged(self, call: Call, completion: Completion, patch: Sent) -> Collection[str]:
        """What was sent where the schema of the body says nothing of it, so that the document's alone can tell."""
        told = self._asked(call, completion).told
        return {name for name in patch if squeeze(name) not in told}

    def _asked(self, call: Call, completion: Completion) -> _Asked:
        known = self._asked_by.get(call.operation.id)
        if known is None:
            envelope = self._inference.behaviours[call.operation.id].request
            named = document_schema_properties(completion, request_schema(call.operation), envelope)
            plain = completion.shapes.plain
            known = self._asked_by[call.operation.id] = _Asked(
                frozenset(name for name, inner in named.items() if plain(inner).get("readOnly") is not True),
                frozenset(squeeze(name) for name, inner in named.items() if inner),
            )
        return known

    def _key_of(self, call: Call, document: Document) -> str | int:
        return stored_key(document, call.collection(self.resource.name))

    def _tell_other_id(self, call: Call, sent: Sent, own: Json) -> None:
        given = find_at(sent, self.id_place)
        if given is not ABSENT and own is not ABSENT and not same_id(given, own):
            call.note(
                f"{self.resource.id_property} is {given!r:.60} in the body; an id cannot be changed and stays {own}"
            )

    def _restored(
        self, call: Call, document: Document, key: str | int, id: Json, scope: Scope, *, judged: Collection[str]
    ) -> Document:
        """Store a changed document under its old key."""
        completion, schema = self.completion.of(call), self.resource.schema
        if scope:
            self._put_scope(call, document, scope)
        if id is not ABSENT:
            document = self._with_id(document, id)
        completion.touch(call, document, schema)
        chance = call.chance.at(self.resource.name, str(key))
        completion.complete(call, document, schema, chance, url=lambda: self._url.of(call, document))
        mend_document(call, document, completion, chance, judged=judged)
        if (file := sent_file(call)) is not None:
            self._keep_file(call, document, file)
        if self._is_keyed:
            document = {KEY: key, **document}
        return call.collection(self.resource.name).replace(key, document)

    def _stored(self, call: Call, document: Document) -> Document:
        table = call.collection(self.resource.name)
        if not self._is_keyed:
            return table.put(document)
        kept = identify(document, self.resource)
        if table.find_one(kept[KEY]) is not None:
            own = find_at(document, self.id_place)
            what = "one already" if own is ABSENT else f"a document with {self.resource.id_property} {own} already"
            raise Conflict(f"{self.resource.name} has {what}; change that one, or delete it first")
        return table.put(kept)

    def _keep_file(self, call: Call, document: Document, file: File) -> None:
        if place := self._url.path(call, document):
            keep_file(call, place, "", file)

    def _put_scope(self, call: Call, document: Document, scope: Scope) -> None:
        for name, parent in self.fit_scope(call, scope).items():
            put_at(document, split_property(name), parent)

    def _put_caller(self, call: Call, document: Document) -> None:
        """Who makes a document is its owner, where its own path asks for one and the call names none."""
        for place, people in self._owners:
            if find_at(document, place) in (ABSENT, None):
                caller = first_of(call.collection(people.name))
                own = find_at(caller, split_property(people.id_property)) if caller else None
                if own is not None and not isinstance(find_at(document, place[:-1]), str | int):
                    put_at(document, place, own)

    def _with_id(self, document: Document, id: Json) -> Document:
        if len(self.id_place) == 1:
            document.pop(self.id_place[0], None)
            return {self.id_place[0]: id, **document}
        put_at(document, self.id_place, id)
        return document

    def _choose_id(self, call: Call, given: Json, scope: Scope, chance: Chance) -> Json:
        resource = self.resource
        plain = self._id_schema.of(call)
        if given is not ABSENT and given != "" and (is_like(given, resource, plain) or resource.caller_id):
            return given
        if resource.singleton and not plain:
            return ABSENT
        if resource.id_kind == "integer":
            return self._next_number(call, scope)
        draw = self._new_id.of(call)
        for attempt in range(ATTEMPTS):
            drawn = draw(call.generator, chance.at("id", attempt), call.now)
            if call.collection(resource.name).find_one(key_of(resource, drawn, scope)) is None:
                return drawn
        raise Conflict(f"{resource.name} has no id left to give: its schema admits too few; delete a document first")

    def _next_number(self, call: Call, scope: Scope) -> int:
        table, name = call.collection(self.resource.name), self.resource.id_property
        if not self._is_keyed:
            return table.free_ids(1)[0]
        highest = table.page(
            filters=self.fit_scope(call, scope) if self.resource.scoped else {}, order=(f"-{name}",), limit=1
        ).items
        last = find_at(highest[0], self.id_place) if highest else 0
        return last + 1 if isinstance(last, int) else 1

    def _read_id_schema(self, description: Description) -> dict[str, Json]:
        shapes = Shapes(description)
        return shapes.plain(shapes.at(self.resource.schema, self.id_place))

    def _kind(self, completion: Completion, name: str) -> str:
        return kind_of(completion.shapes.plain(completion.shapes.at(self.resource.schema, split_property(name))))

    def _unseen(self, call: Call, document: Document) -> set[str]:
        """Names of properties that callers never see: what they cannot read they need not send again."""
        completion = self.completion.of(call)
        properties = completion.shapes.shape(self.resource.schema, document).properties
        unseen = {name for name, inner in properties.items() if completion.shapes.plain(inner).get("writeOnly") is True}
        deleted = self.resource.soft_delete
        return unseen | ({deleted.property} if deleted else set())

    def _keep(self, old: Sent, new: Sent, names: set[str]) -> None:
        for name, value in old.items():  # in the order of the old one: that of a set differs from run to run
            if name in names and name not in new:
                new[name] = copy_json(value)

    def _remove_below(self, call: Call, resource: Resource, document: Document) -> None:
        own = find_at(document, split_property(resource.id_property))
        children = self._children if resource is self.resource else _children_of(resource, self._inference)
        for child, name in children:
            table = call.collection(child.name)
            for found in find_all_by(table, name, own, {}):
                self._remove_below(call, child, found)
                table.delete(stored_key(found, table))


def _owners_of(resource: Resource, inference: Inference) -> Iterator[tuple[Place, Resource]]:
    """Where a document says which person it is of, as its own path asks, and the collection of the people."""
    shown = {parent.property for parent in own_parents(resource) if not (parent.hidden or parent.collection)}
    for reference in resource.references:
        people = inference.resources.get(reference.collection)
        if reference.property in shown and people is not None and is_of_people(people):
            yield split_property(reference.property), people


def _children_of(resource: Resource, inference: Inference) -> Iterator[tuple[Resource, str]]:
    """Collections whose documents exist only below one of this collection, and the property that says which."""
    for child in inference.resources.values():
        for parent in child.parents:
            if (
                parent.collection == resource.name
                and child is not resource
                and f"{{{parent.parameter}}}" in (child.item_path or child.collection_path)
            ):
                yield child, parent.property

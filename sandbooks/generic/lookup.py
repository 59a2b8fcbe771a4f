"""From the ids that a call names to the documents meant: parents that must exist, and the document itself.

Knows how documents are keyed; must not know what is done with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbooks.errors import NotFound
from sandbooks.generic.places import ABSENT, Json, as_id, find_at, read_whole, split_property
from sandbooks.generic.sent import reader_of_id
from sandbooks.generic.tables import KEY, is_keyed, key_of, own_parents
from sandbooks.pack import Call
from sandbooks.resources import Behaviour, Inference, Parent, Resource
from sandbooks.resources.words import CALLERS, PEOPLE, stem
from sandbooks.store import Document, Table

Scope = Mapping[str, Any]
"""The ids of the parents that a path names, by the property of the child that holds each."""


@dataclass(frozen=True, slots=True)
class _Ancestor:
    """One parent of a path. `above`: properties of its own document that must hold what the path says before it."""

    parent: Parent
    resource: Resource | None
    key: str
    above: tuple[tuple[str, str], ...]  # property of the parent's document, property of the child


class Parents:
    """The parents in the path of one operation."""

    def __init__(self, behaviour: Behaviour, inference: Inference) -> None:
        before: list[Parent] = []
        ancestors = []
        for parent in behaviour.parents:
            ancestors.append(_ancestor(parent, before, inference))
            before.append(parent)
        self._ancestors = tuple(ancestors)

    def scope(self, call: Call) -> Scope:
        """The ids of the parents that the path names.

        Raises:
            NotFound: one of them does not exist, or does not belong to the one before it.
        """
        scope: dict[str, Json] = {}
        for ancestor in self._ancestors:
            named = as_id(call.path[ancestor.parent.parameter])
            scope[ancestor.parent.property] = _checked(call, ancestor, named, scope)
        return scope


class Lookup:
    """Finds the one document that a call names."""

    def __init__(self, behaviour: Behaviour, resource: Resource, inference: Inference) -> None:
        self.resource = resource
        self.parents = Parents(behaviour, inference)
        self._read_id = self._read_caller if behaviour.is_callers else reader_of_id(behaviour)
        self._own_parents = own_parents(resource)
        self._table_id = KEY if is_keyed(resource) else resource.id_property  # a pack may keep them otherwise
        self._key = behaviour.key if behaviour.key != resource.id_property else ""
        self._is_plain = not (behaviour.parents or self._key or is_keyed(resource) or is_of_people(resource))

    def id(self, call: Call) -> Json:
        """The id that the call names, ABSENT where it names none."""
        return self._read_id(call)

    def read(self, call: Call) -> Document:
        """The document that the call names.

        Raises:
            NotFound: it, or one of its parents, does not exist.
        """
        if self._is_plain:
            named = self._read_id(call)
            table = call.collection(self.resource.name)
            if table.schema.id == self._table_id:
                return table.read(named if type(named) is int or type(named) is str else as_id(named))
        scope = self.parents.scope(call)
        named = self._read_id(call)
        found = self.find(call, named, scope)
        if found is None:
            raise self.missing(named)
        return found

    def find(self, call: Call, id: Json, scope: Scope) -> Document | None:
        """The document of that id below these parents; None when there is none. `me` is the first of the people."""
        table = call.collection(self.resource.name)
        found = self._find(table, id, scope)
        if found is None and is_caller(id, self.resource):
            found = first_of(table)
        return found if found is not None and is_below(found, scope) else None

    def missing(self, id: Json) -> NotFound:
        """The refusal for an id that is not there."""
        name = self._key or self.resource.id_property
        if id is ABSENT:
            return NotFound(f"{self.resource.name} has no such document; make it first")
        return NotFound(
            f"{self.resource.name} has no document with {name} {id}; the list of {self.resource.name} shows them"
        )

    def _read_caller(self, call: Call) -> Json:
        """The id of whoever calls."""
        found = first_of(call.collection(self.resource.name))
        return ABSENT if found is None else find_at(found, split_property(self.resource.id_property))

    def _names_too_little(self, scope: Scope) -> bool:
        """The path leaves out a parent that the key of a document holds."""
        return self.resource.scoped and any(parent.property not in scope for parent in self._own_parents)

    def _find(self, table: Table, id: Json, scope: Scope) -> Document | None:
        if self._key:
            return find_by(table, self._key, id, scope)
        if self._names_too_little(scope) or table.schema.id != self._table_id:
            return find_by(table, self.resource.id_property, id, scope)
        return table.find_one(key_of(self.resource, id, scope))


def is_caller(id: Json, resource: Resource) -> bool:
    """A word that stands for whoever calls, where a person's id is wanted."""
    return isinstance(id, str) and id.lower() in CALLERS and is_of_people(resource)


def is_of_people(resource: Resource) -> bool:
    """The documents of a collection are people, or their accounts."""
    return stem(resource.name.rpartition(".")[2]) in PEOPLE


def first_of(table: Table) -> Document | None:
    """The document that a list shows first."""
    return next(iter(table.page(limit=1).items), None)


def find_by(table: Table, property: str, value: Json, scope: Scope) -> Document | None:
    """The first document below these parents whose property is that value, or its text."""
    return next(iter(find_all_by(table, property, value, scope)), None)


def find_all_by(table: Table, property: str, value: Json, scope: Scope) -> list[Document]:
    """Every document below these parents whose property is that value, or its text; none for no value."""
    if value is None or value is ABSENT:
        return []
    pages = [table.page(filters={property: tried}) for tried in dict.fromkeys([value, *_spellings(value)])]
    return [found for page in pages for found in page.items if is_below(found, scope)]


def is_below(document: Mapping[str, Json], scope: Scope) -> bool:
    """The document belongs to these parents."""
    return all(same_id(find_at(document, split_property(name)), parent) for name, parent in scope.items())


def same_id(one: Json, other: Json) -> bool:
    """Two ids are the same: `10` and `"10"` are."""
    return one == other or (one is not ABSENT and one is not None and str(as_id(one)) == str(as_id(other)))


def stored_key(document: Document, table: Table) -> str | int:
    """Under what a document that came from the table is kept."""
    key: str | int = document[table.schema.id]
    return key


def _ancestor(parent: Parent, before: list[Parent], inference: Inference) -> _Ancestor:
    resource = inference.resources.get(parent.collection)
    above = [
        (own.property, other.property)
        for own in (resource.parents if resource else ())
        for other in before
        if own.collection == other.collection and (own.collection or own.parameter == other.parameter)
    ]
    return _Ancestor(parent, resource, _key_of_parent(parent, inference), tuple(above))


def _key_of_parent(parent: Parent, inference: Inference) -> str:
    """The property by which a path finds the parent, where it is not the id."""
    for behaviour in inference.behaviours.values():
        is_its_reader = behaviour.role == "get" and behaviour.resource == parent.collection
        if is_its_reader and behaviour.id is not None and behaviour.id.path == (parent.parameter,):
            return behaviour.key
    return ""


def _checked(call: Call, ancestor: _Ancestor, named: str | int, scope: Scope) -> Json:
    """The parent's id as children hold it."""
    resource = ancestor.resource
    if resource is None:
        return named
    own_scope = {own: scope[child] for own, child in ancestor.above}
    table = call.collection(resource.name)
    if ancestor.key:
        found = find_by(table, ancestor.key, named, own_scope)
    elif resource.scoped and any(parent.property not in own_scope for parent in own_parents(resource)):
        found = find_by(table, resource.id_property, named, own_scope)
    else:
        found = table.find_one(key_of(resource, named, own_scope))
    if found is None and is_caller(named, resource):
        found = first_of(table)
    if found is None or not is_below(found, own_scope):
        name = ancestor.key or resource.id_property
        raise NotFound(f"{resource.name} has no document with {name} {named}; make it first")
    return find_at(found, split_property(ancestor.key or resource.id_property))


def _spellings(value: Json) -> list[Json]:
    """The same id as text and as number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return [str(value)]
    number = read_whole(value)
    return [] if number is None else [number]

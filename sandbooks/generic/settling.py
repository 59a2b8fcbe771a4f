"""Made-up documents given a place among those that exist: below parents, with an id of their own, pointing at others.

Knows resources and tables; must not know calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from sandbooks.generic.agreement import Agreements
from sandbooks.generic.ids import new_id_of
from sandbooks.generic.places import ABSENT, Json, copy_json, find_at, put_at, split_property
from sandbooks.generic.references import Find, link_references, show_referred
from sandbooks.generic.shapes import Shapes, kind_of
from sandbooks.generic.tables import KEY, fit_kind, identify, is_keyed, key_of, own_parents
from sandbooks.resources import Inference, Parent, Reference, Resource
from sandbooks.store import Document, Table

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.generate import Generator
    from sandbooks.spec import Description

TableOf = Callable[[str], Table]
ATTEMPTS = 20


def seeding_order(inference: Inference) -> list[str]:
    """The collections in the order in which they can be filled: parents before children, and, as far as circles
    allow, what is referred to before what refers to it."""
    waiting = list(inference.resources)
    ordered: list[str] = []
    while waiting:
        awaited = frozenset(waiting)
        missing = {name: _unmet(inference.resources[name], awaited) for name in waiting}
        chosen = min(waiting, key=missing.__getitem__)
        waiting.remove(chosen)
        ordered.append(chosen)
    return ordered


class Settler:
    """Prepares made-up documents of a description's collections for the store."""

    def __init__(self, description: Description, inference: Inference, generator: Generator) -> None:
        self._inference = inference
        self._generator = generator
        self._shapes = Shapes(description)
        self._scopes: dict[str, Json] = {}
        self._agreements: dict[str, Agreements] = {}

    def settle(
        self, document: Document, resource: Resource, table_of: TableOf, chance: Chance, now: datetime
    ) -> Document | None:
        """The document as its table can take it. Parents and references are chosen among what the tables hold.

        Returns:
            None where it can have no place: it hangs on a parent, and there is none, or no id is left for it, or no
            value of a property that must be unique.
        """
        scope = self._scope(resource, table_of, chance.at("parents"), now)
        if scope is None:
            return None
        settled = self._linked(document, resource, table_of, chance, again=False)
        for name, value in scope.items():
            put_at(settled, split_property(name), fit_kind(value, self._kind(resource, name)))
        show_referred(settled, resource, self._finder(table_of))
        if not self._make_distinct(settled, resource, table_of(resource.name), chance, now):
            return None
        found = self._with_id(settled, resource, table_of(resource.name), chance.at("id"), now)
        if found is not None:
            self._agreements_of(resource).renew(found)
        return found

    def _make_distinct(
        self, document: Document, resource: Resource, table: Table, chance: Chance, now: datetime
    ) -> bool:
        """Draw what must be unique anew while it is taken; False where every draw is."""
        for name in resource.unique:
            source = chance.at("unique", name)
            for attempt in range(ATTEMPTS):
                if document.get(name) is None or not table.page(filters={name: document[name]}, limit=1).items:
                    break
                schema = self._shapes.at(resource.schema, (name,))
                document[name] = self._generator.value(schema, source.at(attempt), now=now, name=name, examples=False)
            else:
                return False
        return True

    def relink(self, document: Document, resource: Resource, table_of: TableOf, chance: Chance) -> Document:
        """The document, whose references that pointed at nothing when it was settled point at what came later."""
        linked = self._linked(document, resource, table_of, chance, again=True)
        show_referred(linked, resource, self._finder(table_of))
        return linked

    def _finder(self, table_of: TableOf) -> Find:
        def find(name: str, id: str | int) -> Document | None:
            found = table_of(name).page(filters={self._id_property(name): id}, limit=1).items
            return found[0] if found else None

        return find

    def _linked(
        self, document: Document, resource: Resource, table_of: TableOf, chance: Chance, *, again: bool
    ) -> Document:
        drawn = 0
        find = self._finder(table_of)

        def pick(name: str, held: Json) -> object | None:
            nonlocal drawn
            drawn += 1
            is_scalar = isinstance(held, str | int)
            if again and (name == resource.name or (is_scalar and find(name, held) is not None)):
                return held if is_scalar else None
            found = _any_of(table_of(name), chance.at("references", drawn))
            return None if found is None else self._own_id(found, name)

        return link_references(
            document, resource, pick, lambda reference, named: self._takes(resource, reference, named)
        )

    def _takes(self, resource: Resource, reference: Reference, id: Json) -> bool:
        """The property may hold the id: it is not of another form than those of the collection it seems to name."""
        schema = self._shapes.at(resource.schema, split_property(reference.property))
        is_formal = any(word in self._shapes.plain(schema) for word in ("pattern", "enum", "const", "format"))
        return not is_formal or isinstance(id, list) or self._shapes.fits(id, schema)

    def _agreements_of(self, resource: Resource) -> Agreements:
        if resource.name not in self._agreements:
            self._agreements[resource.name] = Agreements(self._shapes, resource.schema)
        return self._agreements[resource.name]

    def _scope(self, resource: Resource, table_of: TableOf, chance: Chance, now: datetime) -> dict[str, Json] | None:
        """The ids of the parents, the innermost chosen first, so that those above it are its own.

        Every other child belongs to the first one that a list of parents shows: whoever looks below it finds some.
        """
        scope: dict[str, Json] = {}
        own = own_parents(resource)
        others = [parent for parent in resource.parents if parent not in own]
        for parent in (*reversed(own), *reversed(others)):
            if parent.property in scope:
                continue
            if not parent.collection:
                first = self._first_referred(parent, resource, table_of)
                made = self._value_of(parent, resource, chance.at(parent.parameter), now) if first is None else first
                scope[parent.property] = made
                continue
            known = self._known_above(scope, parent, resource)
            is_first = table_of(resource.name).count() % 2 == 0
            found = _any_of(table_of(parent.collection), chance.at(parent.parameter), known, is_first=is_first)
            if found is not None:
                scope[parent.property] = self._own_id(found, parent.collection)
                self._add_above(scope, parent, found, resource)
            elif parent in own:
                return None
        return scope

    def _first_referred(self, parent: Parent, resource: Resource, table_of: TableOf) -> Json:
        """The id in a scope that names a document, though no path says of which collection: of the first; else None."""
        named = next((each.collection for each in resource.references if each.property == parent.property), "")
        found = table_of(named).page(limit=1).items if named and named != resource.name else []
        return self._own_id(found[0], named) if found else None

    def _value_of(self, parent: Parent, resource: Resource, chance: Chance, now: datetime) -> Json:
        """The value of a scope: the same for all documents, so that whoever finds one of them finds the others."""
        if parent.parameter not in self._scopes:
            shown = self._shapes.at(resource.schema, split_property(parent.property))
            both = [schema for schema in (parent.schema, shown) if schema]
            schema = {"allOf": both} if len(both) > 1 else both[0] if both else {"type": "string"}
            self._scopes[parent.parameter] = self._generator.value(schema, chance, now=now, name=parent.parameter)
        return self._scopes[parent.parameter]

    def _known_above(self, scope: dict[str, Json], parent: Parent, resource: Resource) -> dict[str, Json]:
        """What a parent must hold itself, so that it belongs to the parents that are chosen already."""
        return {own: scope[child] for own, child in self._shared(parent, resource) if child in scope}

    def _add_above(self, scope: dict[str, Json], parent: Parent, found: Document, resource: Resource) -> None:
        for own, child in self._shared(parent, resource):
            value = find_at(found, split_property(own))
            if value is not ABSENT and value is not None:
                scope.setdefault(child, value)

    def _shared(self, parent: Parent, resource: Resource) -> list[tuple[str, str]]:
        """Parents that a parent and its child have in common: the property of either that holds the id."""
        return [
            (own.property, other.property)
            for own in self._inference.resources[parent.collection].parents
            for other in resource.parents
            if other is not parent
            and (own.collection == other.collection if own.collection else own.parameter == other.parameter)
        ]

    def _with_id(
        self, document: Document, resource: Resource, table: Table, chance: Chance, now: datetime
    ) -> Document | None:
        place = split_property(resource.id_property)
        plain = self._shapes.plain(self._shapes.at(resource.schema, place))
        if resource.id_kind == "integer" and not resource.singleton:
            document = copy_json(document)
            put_at(document, place, _next_number(table, place))
            return identify(document, resource)
        draw = new_id_of(resource, plain)
        for attempt in range(ATTEMPTS):
            if not resource.singleton or plain:
                source = chance.at(attempt)
                made = self._chosen(resource, source, now) if resource.caller_id and plain else None
                put_at(document, place, made if isinstance(made, str) and made else draw(self._generator, source, now))
            kept = identify(document, resource)
            if table.find_one(kept[KEY] if is_keyed(resource) else key_of(resource, find_at(kept, place), {})) is None:
                return kept
        return None

    def _chosen(self, resource: Resource, chance: Chance, now: datetime) -> Json:
        """An id as a caller would choose it: by what its name means."""
        place = split_property(resource.id_property)
        schema = self._shapes.at(resource.schema, place)
        if resource.id_form:
            schema = {**resource.id_form, **self._shapes.plain(schema)}
        return self._generator.value(schema, chance, now=now, name=place[-1], examples=False)

    def _own_id(self, document: Document, collection: str) -> Json:
        return find_at(document, split_property(self._id_property(collection)))

    def _id_property(self, collection: str) -> str:
        resource = self._inference.resources.get(collection)
        return resource.id_property if resource else "id"

    def _kind(self, resource: Resource, name: str) -> str:
        return kind_of(self._shapes.plain(self._shapes.at(resource.schema, split_property(name))))


def _unmet(resource: Resource, awaited: frozenset[str]) -> tuple[int, int]:
    """How many parents, and how many collections that it refers to, are still to come."""
    parents = {parent.collection for parent in own_parents(resource)}
    others = {parent.collection for parent in resource.parents} | {each.collection for each in resource.references}
    own = {resource.name}
    return len((parents & awaited) - own), len(((others - parents) & awaited) - own)


def _any_of(
    table: Table, chance: Chance, known: Mapping[str, Json] = MappingProxyType({}), *, is_first: bool = False
) -> Document | None:
    """One of the documents that hold what is known, by chance or the first; None where there is none."""
    total = table.count(filters=known)
    offset = 0 if is_first or not total else chance.integer(0, total - 1)
    return table.page(filters=known, offset=offset, limit=1).items[0] if total else None


def _next_number(table: Table, place: tuple[str, ...]) -> int:
    if table.schema.new_id == "integer":
        return table.next_id
    highest = table.page(order=(f"-{'.'.join(place)}",), limit=1).items
    last = find_at(highest[0], place) if highest else 0
    return last + 1 if isinstance(last, int) else 1

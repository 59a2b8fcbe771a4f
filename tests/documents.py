"""Documents as a caller sees them: taken out of bodies, compared with what was sent, made below real parents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from sandbooks.generic.moments import UPDATED
from sandbooks.generic.places import ABSENT, find_at, put_at, split_property
from sandbooks.resources import Behaviour, Envelope, Input, Parent, Resource
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import squeeze
from sandbooks.spec import Operation, Parameter, is_json
from sandbooks.vendor import Vendor
from tests.calling import Client

Json = Any  # a JSON value
Document = dict[str, Json]
ATTEMPTS = 15
FAR = 987_654_321


class Untried(Exception):
    """Something could not be done; the text says why."""


class Broken(Exception):
    """Something was answered as it should not be; the text says how."""


@dataclass
class Made:
    """A document that exists: `ids` are its own and its parents', by collection; `sent` is what it came from."""

    collection: str
    id: Json
    document: Document
    ids: dict[str, Json] = field(default_factory=dict)
    sent: Document = field(default_factory=dict)


def body_of(answer: httpx.Response) -> Json:
    """The JSON value of an answer; None where it has none."""
    if not answer.content or not is_json(answer.headers.get("content-type", "")):
        return None
    return answer.json()


def documents_in(body: Json, envelope: Envelope) -> list[Document]:
    """The documents that a body of this form holds."""
    found = find_at(body, envelope.path)
    if envelope.kind == "item":
        each: list[Json] = found if isinstance(found, list) else [found]
    elif envelope.kind == "items":
        each = [find_at(one, envelope.inner) for one in found] if isinstance(found, list) else [found]
    elif envelope.kind == "map":
        each = list(found.values()) if isinstance(found, dict) else []
    else:
        each = []
    return [document for document in each if isinstance(document, dict)]


class Compared:
    """Compares documents by the schemas of one description."""

    def __init__(self, vendor: Vendor) -> None:
        self._check = vendor.description.check
        self._schemas = Schemas(vendor.description)

    def differences(self, sent: Json, shown: Json, schema: Json, *, skip: frozenset[str] = frozenset()) -> list[str]:
        """Where a document does not show what was sent, in properties that the schema shows and lets a client set."""
        return list(self._differences(sent, shown, schema, "", skip))

    def settable(self, schema: Json) -> dict[str, Json]:
        """The properties of a document that a client may set and read again."""
        return {name: inner for name, inner in self._schemas.properties(schema).items() if self._is_open(inner)}

    def droppable(self, schema: Json, names: list[str]) -> list[str]:
        """Those of the names that a document may be without: not required, and not given a value by the schema."""
        known, required = self.settable(schema), self._schemas.required(schema)
        plain = {name: self._schemas.resolve(known[name]) for name in names if name in known and name not in required}
        return [
            name
            for name, inner in plain.items()
            if "default" not in inner and "const" not in inner and len(self._schemas.enum(inner)) == 0
        ]

    def changes(self, before: Document, after: Document, *, meant: frozenset[str]) -> list[str]:
        """Names of properties that changed though nobody meant them; moments of the last change always may."""
        words = {squeeze(name) for name in meant}
        names = [name for name in {**before, **after} if squeeze(name) not in words and not _is_stamp(name)]
        return [
            f"{name}: {before.get(name)!r:.60} became {after.get(name)!r:.60}"
            for name in names
            if before.get(name, ABSENT) != after.get(name, ABSENT)
        ]

    def _is_open(self, schema: Json) -> bool:
        plain = self._schemas.resolve(schema)
        return plain.get("readOnly") is not True and plain.get("writeOnly") is not True

    def _differences(
        self, sent: Json, shown: Json, schema: Json, at: str, skip: frozenset[str] = frozenset()
    ) -> Iterator[str]:
        if isinstance(sent, dict) and isinstance(shown, dict):
            known = self._schemas.properties(schema)
            spelled = {squeeze(name): name for name in known}
            for written, value in sent.items():
                name = written if written in known else spelled.get(squeeze(written), str(written))
                if name in skip or (known and (name not in known or not self._is_open(known[name]))):
                    continue
                yield from self._differences(value, shown.get(name, ABSENT), known.get(name, {}), f"{at}/{name}")
        elif isinstance(sent, list) and isinstance(shown, list) and len(sent) == len(shown):
            element = self._schemas.items(schema) or {}
            for index, (one, other) in enumerate(zip(sent, shown, strict=True)):
                yield from self._differences(one, other, element, f"{at}/{index}")
        elif not (sent == shown and isinstance(sent, bool) == isinstance(shown, bool)) and self._fits(sent, schema):
            there = "is not there" if shown is ABSENT else f"is {shown!r:.60}"
            yield f"{at} {there}, {sent!r:.60} was sent"

    def _fits(self, value: Json, schema: Json) -> bool:
        """What the answer's schema does not admit cannot be shown as it was sent; null may stand for nothing."""
        return value is not None and not isinstance(value, bytes) and not self._check(schema, value)


def _is_stamp(name: str) -> bool:
    return squeeze(name) in UPDATED or squeeze(name) in ("etag", "version", "revision", "links", "meta")


class Maker:
    """Makes documents of any collection through the door, parents first.

    A collection that nothing makes is read from the seeds.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.vendor = client.vendor
        self.resources = client.vendor.inference.resources
        self._seeds = count()
        self._making: list[str] = []
        self._bindings = client.vendor.bindings

    def behaviours(self, collection: str, *roles: str) -> list[tuple[Operation, Behaviour]]:
        """The inferred operations on a collection in these roles; without HEAD and those on whoever calls."""
        return [
            (binding.operation, behaviour)
            for id, binding in self._bindings.items()
            if (behaviour := self.vendor.inference.behaviours[id]).resource == collection
            and binding.kind == "inferred"
            and behaviour.role in roles
            and binding.operation.method != "HEAD"
            and not behaviour.is_callers
        ]

    def creators(self, collection: str) -> list[tuple[Operation, Behaviour]]:
        """What makes documents of a collection, the collection's own path first, a PUT under a new id last."""
        own = self.resources[collection].collection_path
        made = self.behaviours(collection, "create")
        made.sort(key=lambda pair: (not pair[0].path.endswith(own or "?"), len(pair[1].parents), pair[1].many))
        return [*made, *(pair for pair in self.behaviours(collection, "replace") if is_upsert_by_path(pair[1]))]

    def seed(self) -> int:
        return next(self._seeds)

    def make(self, collection: str, ids: Mapping[str, Json] | None = None) -> Made:
        """A document of its own, below the parents given, or below new ones.

        Where one is made only below another of its collection, the last parent is of the seeds.

        Raises:
            Untried: nothing makes it, and there is none.
        """
        creators = self.creators(collection)
        if not creators or collection in self._making:
            return self.seeded(collection, ids)
        self._making.append(collection)
        try:
            return self.create(*creators[0], ids=ids)[0]
        finally:
            self._making.pop()

    def create(
        self, operation: Operation, behaviour: Behaviour, *, ids: Mapping[str, Json] | None = None
    ) -> list[Made]:
        """The documents that one call of a create makes.

        Raises:
            Broken: a body that fits is refused, or the answer does not show what was made.
        """
        resource = self.resources[str(behaviour.resource)]
        known = self.parents(behaviour.parents, ids or {})
        for _ in range(ATTEMPTS):
            seed = self.seed()
            path = self.path(behaviour, known)
            if is_upsert_by_path(behaviour):
                path |= self._new_id(operation, behaviour, seed)
            body = self.client.body(operation, seed=seed)
            for document in documents_in(body, behaviour.request):
                self._point_at_parents(resource, document, behaviour)
            answer = self.client.send(operation, path, body=body)
            if answer.status_code != 409:
                break
        wanted = behaviour.success_created or behaviour.success
        if answer.status_code != wanted:
            raise Broken(f"{name_of(operation)} answers {answer.status_code}, not {wanted}: {answer.text:.200}")
        return self._made(answer, behaviour, resource, known, body)

    def _point_at_parents(self, resource: Resource, document: Document, behaviour: Behaviour) -> None:
        """Put ids of documents that exist where a new one names a parent that its path does not say."""
        said = {parent.property for parent in behaviour.parents}
        for parent in resource.parents:
            place = split_property(parent.property)
            if parent.collection and parent.property not in said and find_at(document, place) not in (ABSENT, None):
                known = self.stored(parent.collection)
                if known:
                    put_at(document, place, at(known[0], self.resources[parent.collection].id_property))

    def seeded(self, collection: str, ids: Mapping[str, Json] | None = None) -> Made:
        """A document that was there from the start.

        Raises:
            Untried: there is none (below these parents).
        """
        resource = self.resources[collection]
        own = {
            each.property: (ids or {})[each.collection] for each in resource.parents if each.collection in (ids or {})
        }
        stored = [
            found for found in self.stored(collection) if all(_same(at(found, name), id) for name, id in own.items())
        ]
        if not stored:
            raise Untried(f"{collection}: nothing makes one, and none is there")
        return self.known(collection, stored[0])

    def known(self, collection: str, stored: Document) -> Made:
        """A stored document with its ids."""
        resource = self.resources[collection]
        ids = {
            parent.collection: value
            for parent in resource.parents
            if parent.collection and (value := at(stored, parent.property)) not in (ABSENT, None)
        }
        id = at(stored, resource.id_property)
        return Made(collection, id, stored, {**ids, **scopes_of(resource, stored), collection: id})

    def stored(self, collection: str) -> list[Document]:
        """Every document of a collection as the store has it, oldest first."""
        store = self.client.door.server.sandbox("default").store(self.vendor)
        return list(store.table(collection).page().items)

    def revision(self) -> int:
        """A number that changes with every change of the state."""
        return self.client.door.server.sandbox("default").store(self.vendor).revision

    def parents(self, parents: tuple[Parent, ...], ids: Mapping[str, Json]) -> dict[str, Json]:
        """Ids for the parents in a path: those that are known, else of a new document, with its own parents.

        Those of mere scopes, which no collection holds, stand under the parameter in braces.
        """
        known = dict(ids)
        for parent in reversed(parents):
            if parent.collection and parent.collection not in known:
                known |= {**self.make(parent.collection, known).ids, **known}
        return known

    def path(self, behaviour: Behaviour, ids: Mapping[str, Json]) -> dict[str, Json]:
        """The path parameters that name the parents."""
        path = {}
        for parent in behaviour.parents:
            if parent.collection:
                path[parent.parameter] = self._parent_value(parent, ids)
            elif f"{{{parent.parameter}}}" in ids:
                path[parent.parameter] = ids[f"{{{parent.parameter}}}"]
            else:
                path[parent.parameter] = self._scope(behaviour, parent)
        return path

    def path_to(self, behaviour: Behaviour, made: Made) -> dict[str, Json]:
        """The path parameters of an operation on one document, or beside it.

        Raises:
            Untried: it has no parent of the kind that the path names.
        """
        stored, resource = self.find(made) or made.document, self.resources[made.collection]
        ids = dict(made.ids)
        for parent in behaviour.parents:
            is_own = parent.collection == made.collection and parent.property != resource.id_property
            if parent.collection and (is_own or parent.collection not in ids):
                value = at(stored, parent.property)
                if value in (ABSENT, None):
                    lacks = f"its document has no `{parent.property}`"
                    raise Untried(f"{made.collection}: {lacks} for {behaviour.operation}")
                ids[parent.collection] = value
            if not parent.collection and f"{{{parent.parameter}}}" not in ids:
                raise Untried(f"{made.collection}: its document was made under no `{parent.parameter}`")
        path = self.path(behaviour, ids)
        if behaviour.id is not None and behaviour.id.source == "path":
            value = at(stored, behaviour.key) if behaviour.key else made.id
            if value in (ABSENT, None, ""):
                raise Untried(f"{made.collection}: its document has no `{behaviour.key}` for {behaviour.operation}")
            path[behaviour.id.path[0]] = value
        return path

    def naming(self, behaviour: Behaviour, made: Made) -> dict[Input, Json]:
        """The input that names the document, where it is neither in the path nor in one element of a body."""
        if behaviour.id is None or behaviour.id.source == "path" or behaviour.request.kind in ("items", "map"):
            return {}
        value = at(self.find(made) or {}, behaviour.key) if behaviour.key else made.id
        source, place = behaviour.id.source, behaviour.id.path
        named = Input((*behaviour.request.path, *place) if source == "body" else place, source)
        return {named: [value] if behaviour.many else value} if named.path else {}

    def find(self, made: Made) -> Document | None:
        """The document as the store has it; None where it is not there. Of several below unknown scopes, the newest."""
        resource = self.resources[made.collection]
        below = [
            (parent.property, made.ids[parent.collection])
            for parent in resource.parents
            if parent.collection in made.ids
        ]
        found = [
            each
            for each in self.stored(made.collection)
            if _same(at(each, resource.id_property), made.id) and all(_same(at(each, name), id) for name, id in below)
        ]
        return found[-1] if found else None

    def _parent_value(self, parent: Parent, ids: Mapping[str, Json]) -> Json:
        """What names the parent in a path: its id, or the key by which its own path is read."""
        id = ids[parent.collection]
        for _, behaviour in self.behaviours(parent.collection, "get"):
            if behaviour.key and behaviour.id is not None and behaviour.id.path == (parent.parameter,):
                found = self.find(Made(parent.collection, id, {}))
                return at(found or {}, behaviour.key)
        return id

    def _scope(self, behaviour: Behaviour, parent: Parent) -> Json:
        """The value of a parameter that no collection holds: the same in all operations of the vendor."""
        parameter = _path_parameter(self._bindings[behaviour.operation].operation, parent.parameter)
        return self.client.value(parameter.schema if parameter else {"type": "string"}, parent.parameter, seed="scope")

    def unknown(self, operation: Operation, behaviour: Behaviour, name: str) -> Json:
        """A value of a path parameter, of its type, that names nothing.

        Raises:
            Untried: its schema admits too few.
        """
        parameter = _path_parameter(operation, name)
        schema = parameter.schema if parameter else {"type": "string"}
        for seed in range(1, ATTEMPTS):
            value = self.client.value(schema, name, seed=("unknown", seed))
            if isinstance(value, int) and not isinstance(value, bool) and not self._faults(schema, FAR + seed):
                value = FAR + seed
            if not any(_same(value, inner) for each in self.stored(str(behaviour.resource)) for inner in each.values()):
                return value
        raise Untried(f"{behaviour.resource}: no value of `{name}` is left that names nothing")

    def _faults(self, schema: Json, value: Json) -> bool:
        return bool(self.vendor.description.check(schema, value))

    def _new_id(self, operation: Operation, behaviour: Behaviour, seed: int) -> dict[str, Json]:
        assert behaviour.id is not None
        name = behaviour.id.path[0]
        parameter = _path_parameter(operation, name)
        schema = parameter.schema if parameter else {"type": "string"}
        drawn = [self.client.value(schema, name, seed=("new", seed, each)) for each in range(ATTEMPTS)]
        resource = self.resources[str(behaviour.resource)]
        taken = {str(at(each, resource.id_property)) for each in self.stored(resource.name)}
        return {name: next((each for each in drawn if str(each) not in taken), drawn[0])}

    def _made(
        self,
        answer: httpx.Response,
        behaviour: Behaviour,
        resource: Resource,
        ids: Mapping[str, Json],
        body: Json,
    ) -> list[Made]:
        """What an answer shows of new documents; what it hides is looked up in the store."""
        sent = documents_in(body, behaviour.request)
        shown = documents_in(body_of(answer), behaviour.answer)
        if len(sent) > 1 and len(shown) not in (0, len(sent)) and behaviour.answer.kind != "item":
            raise Broken(f"{behaviour.operation} shows {len(shown)} of {len(sent)} documents")
        stored = self.stored(resource.name)[-max(len(sent), 1) :]
        documents = shown if len(shown) == len(stored) else stored
        made = []
        for index, document in enumerate(documents):
            id = at(document, resource.id_property)
            if id in (ABSENT, None) or resource.id_hidden:
                id = at(stored[index], resource.id_property)
            own = {**ids, **scopes_of(resource, stored[index]), resource.name: id}
            one = Made(resource.name, id, document, own, sent[index] if len(sent) == len(documents) else {})
            made.append(one)
        if not made:
            raise Broken(f"{behaviour.operation} made nothing")
        return made


def at(document: Json, dotted: str) -> Json:
    """The value of a dotted property, ABSENT where there is none."""
    return find_at(document, split_property(dotted))


def scopes_of(resource: Resource, stored: Document) -> dict[str, Json]:
    """What stands in a document for path parameters that no collection holds, by the parameter in braces."""
    return {
        f"{{{parent.parameter}}}": value
        for parent in resource.parents
        if not parent.collection and (value := at(stored, parent.property)) not in (ABSENT, None)
    }


def name_of(operation: Operation) -> str:
    """The operation as a report names it."""
    return f"{operation.method} {operation.path}"


def is_upsert_by_path(behaviour: Behaviour) -> bool:
    """The operation makes what does not exist under the id in its path."""
    return behaviour.upsert and behaviour.id is not None and behaviour.id.source == "path"


def _path_parameter(operation: Operation, name: str) -> Parameter | None:
    return next((each for each in operation.parameters if each.location == "path" and each.name == name), None)


def _same(one: Json, other: Json) -> bool:
    return one is not ABSENT and one is not None and str(one) == str(other)

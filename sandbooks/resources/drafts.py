"""Collections in the making: which paths belong together, what a document looks like, what identifies it.

Knows paths, envelopes and ids; must not know what the single operations do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sandbooks.resources.bodies import answer_schema, is_binary, request_schema
from sandbooks.resources.envelopes import LIKE, Spot, choose_many, choose_one, find_spots, overlap, same_document
from sandbooks.resources.identity import Naming, find_id, find_own_id, usual_id
from sandbooks.resources.links import Hint, Hints, told_property
from sandbooks.resources.model import Schema
from sandbooks.resources.paths import VALUE, Group
from sandbooks.resources.schemas import Schemas, branches_of
from sandbooks.resources.words import is_plural, stem
from sandbooks.spec import Operation

READERS = ("GET", "HEAD")
ALIKE = 0.3  # less than this in common, and a body is an acknowledgement rather than the document
SINGLETON_KEY = "_key"


@dataclass(slots=True, eq=False)
class Draft:
    """A collection that is being understood.

    `key` is the path of the collection; `places` are all paths that show it, its own first: pairs of the group of the
    list and the group of one document, either may be absent. `refusal` says why it is no collection.
    """

    key: tuple[str, ...]
    name: str
    places: list[tuple[Group | None, Group | None]]
    doors: list[tuple[str, ...]] = field(default_factory=list)  # paths of one: with verbs behind them, or the caller's
    naming: Naming | None = None  # how a path names one document, None where none does
    schema: Schema = field(default_factory=dict)
    schema_names: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)  # of schemas without a name; see `Spot`
    id_property: str = ""
    id_hidden: bool = False
    told: str = ""  # the link that says which property the path names
    unnamed: bool = False  # its schema forgets the id, which documents show all the same
    free: bool = False  # no schema shows any property
    singleton: bool = False
    viewed: bool = False  # another path lists some of its documents, or shows one
    refusal: str = ""

    @property
    def noun(self) -> str:
        """The stem of the name: `pet` of `pets`."""
        return stem(self.name)

    def operations(self) -> Iterator[Operation]:
        """Every operation on its paths."""
        for collection, item in self.places:
            for group in (collection, item):
                yield from group.operations.values() if group else ()


def draft_collections(schemas: Schemas, groups: list[Group], hints: Hints) -> list[Draft]:
    """A draft for each path that ends in a parameter and shows one document; some with a refusal."""
    by_key = {group.template.key: group for group in groups if not group.template.verb}
    drafts = []
    for group in by_key.values():
        key = group.template.key
        if not group.template.ends_in_value or group.template.opaque or not group.template.name:
            continue
        if _answers_array(schemas, group):
            continue
        collection = by_key.get(key[:-1]) or _sibling(by_key, key)
        draft = Draft(key[:-1], (collection or group).template.name, [(collection, group)])
        draft.naming = _naming(schemas, group, draft.noun)
        _understand(schemas, draft, hints.get(key, ()))
        drafts.append(draft)
    return drafts


def draft_list(schemas: Schemas, group: Group) -> Draft | None:
    """A draft for a path that lists documents which no path reads one by one; None when it lists nothing."""
    operation = group.operations.get("GET")
    noun = stem(group.template.name)
    if operation is None or not noun:
        return None
    spots = find_spots(schemas, answer_schema(operation, operation.success))
    spot = choose_many(spots, noun, frozenset(), sure=bool({"POST", "PUT"} & set(group.operations)))
    if spot is None or not schemas.properties(spot.schema):
        return None
    draft = Draft(group.template.key, group.template.name, [(group, None)], schema=spot.schema)
    draft.schema_names, draft.addresses = {spot.name} - {""}, {spot.address} - {""}
    if create := group.operations.get("POST"):
        draft.schema_names |= {_bare_name(schemas, create, status, spot) for status in (200, 201)} - {""}
    draft.id_property = find_own_id(schemas, spot.schema, noun) or ""
    draft.id_hidden = not draft.id_property
    draft.id_property = draft.id_property or "id"
    return draft


def draft_singleton(schemas: Schemas, group: Group) -> Draft | None:
    """A draft for a path without an id that is read and written as one document; None for any other."""
    read = group.operations.get("GET")
    writes = [group.operations[method] for method in ("PUT", "PATCH", "POST") if method in group.operations]
    if read is None or not writes or not group.template.name or group.template.ends_in_value:
        return None
    spots = _whole(find_spots(schemas, answer_schema(read, read.success)))
    taken = [sent for write in writes for sent in _whole(find_spots(schemas, request_schema(write)))]
    unlike = {(sent.name, schemas.words(sent.schema)): sent for sent in taken}.values()
    pairs = ((same_document(schemas, spot, sent), spot) for spot in spots for sent in unlike)
    likeness, spot = max(pairs, key=lambda pair: pair[0], default=(0.0, None))
    if spot is None or likeness < LIKE:
        return None
    draft = Draft(group.template.key, group.template.name, [(group, None)], schema=spot.schema, singleton=True)
    draft.schema_names = {spot.name} - {""}
    draft.id_property, draft.id_hidden = SINGLETON_KEY, True
    return draft


def _bare_name(schemas: Schemas, create: Operation, status: int, listed: Spot) -> str:
    """The name of the schema of an answer that is one document; none where it is more like a wrapper of some."""
    whole, *inner = find_spots(schemas, answer_schema(create, status)) or [listed]
    if whole.envelope.kind != "item":
        return ""
    likeness = same_document(schemas, listed, whole)
    return "" if any(same_document(schemas, listed, spot) > likeness for spot in inner) else whole.name


def _whole(spots: list[Spot]) -> list[Spot]:
    return [spot for spot in spots if spot.envelope.kind == "item"]


def _sibling(by_key: dict[tuple[str, ...], Group], key: tuple[str, ...]) -> Group | None:
    """The collection in the plural where one document is named in the singular: `/clients` of `/client/{id}`."""
    *above, name, _ = key
    if name == VALUE or is_plural(name):
        return None
    named = (group for other, group in by_key.items() if len(other) == len(above) + 1 and [*other[:-1]] == above)
    plural = (group for group in named if is_plural(group.template.key[-1]))
    return next((group for group in plural if stem(group.template.key[-1]) == stem(name)), None)


def _naming(schemas: Schemas, group: Group, noun: str) -> Naming:
    """How the path of one document names it."""
    name = group.template.parameters[-1]
    for operation in group.operations.values():
        for parameter in operation.parameters:
            if parameter.location == "path" and parameter.name == name:
                return Naming(name, noun, schemas.kind(parameter.schema), parameter.description)
    return Naming(name, noun)


def _answers_array(schemas: Schemas, group: Group) -> bool:
    operation = group.operations.get("GET")
    return operation is not None and schemas.kind(answer_schema(operation, operation.success)) == "array"


def _understand(schemas: Schemas, draft: Draft, hints: Sequence[Hint]) -> None:
    collection, item = draft.places[0]
    assert item is not None
    assert draft.naming is not None
    if refusal := _refuse(schemas, draft):
        draft.refusal = refusal
        return
    spots = list(_documents(schemas, draft, hints))
    if _answers_id_alone(schemas, draft, spots):
        return
    spots = [spot for spot in spots if spot is spots[0] or overlap(schemas, spots[0].schema, spot.schema) >= ALIKE]
    draft.schema_names = {spot.name for spot in spots} - {""}
    draft.addresses = {spot.address for spot in spots} - {""}
    named = next((found for spot in spots if (found := find_id(schemas, spot.schema, draft.naming))), "")
    told = list(_told(schemas, draft, spots, hints, named))
    if told:
        draft.id_property, draft.told = next((pair for pair in told if pair[0] == named), told[0])
    elif named:
        draft.id_property = named
    if draft.id_property:
        draft.schema = _living(schemas, spots)
        return
    _settle_without_id(schemas, draft, collection, item, spots)


def _answers_id_alone(schemas: Schemas, draft: Draft, spots: list[Spot]) -> bool:
    """The call that makes a document answers no more of it than its id, which reading it leaves out: that is the id."""
    _, item = draft.places[0]
    read = item.operations.get("GET") if item else None
    shown = _without_id(schemas, draft)
    if read is None or shown is None or draft.naming is None or not spots:
        return False
    answers = find_spots(schemas, answer_schema(read, read.success))
    named = find_id(schemas, spots[0].schema, draft.naming)
    if named is None or any(find_id(schemas, spot.schema, draft.naming) for spot in answers):
        return False
    if overlap(schemas, shown.schema, spots[0].schema) >= ALIKE:
        return False
    draft.id_property, draft.unnamed = named, True
    draft.schema, draft.schema_names, draft.addresses = shown.schema, {shown.name} - {""}, {shown.address} - {""}
    return True


def _told(
    schemas: Schemas, draft: Draft, spots: list[Spot], hints: Sequence[Hint], named: str
) -> Iterator[tuple[str, str]]:
    """Each property that a link says the path names, and the link.

    One in the answer about a document that was read by its id may lead to another of its kind: it counts only where
    names tell nothing else.
    """
    _, item = draft.places[0]
    reads = item.operations.values() if item else ()
    for hint in hints:
        for spot in spots:
            found = told_property(schemas, hint, spot.schema, draft.schema_names)
            if found and (found == named or not named or not any(hint.source is each for each in reads)):
                yield found, hint.title


def _living(schemas: Schemas, spots: list[Spot]) -> Schema:
    """What a document looks like: of `Pet or DeletedPet`, which reading shows, the one that others show alone."""
    shown = spots[0].schema
    branches = {schemas.name(each): each for each in branches_of(schemas.resolve(shown), ("anyOf", "oneOf"))}
    alone = next((spot.name for spot in spots[1:] if spot.name and spot.name in branches), "")
    return branches[alone] if alone and len(branches) > 1 else shown


def _settle_without_id(
    schemas: Schemas, draft: Draft, collection: Group | None, item: Group, spots: list[Spot]
) -> None:
    """The id is not shown: fine where the caller names it in the path, or where nothing at all is shown."""
    if "PUT" in item.operations and not (collection and "POST" in collection.operations):
        draft.id_property, draft.id_hidden = item.template.parameters[-1], True
        draft.schema = spots[0].schema if spots else {}
    elif not any(schemas.properties(spot.schema) for spot in spots):
        draft.id_property, draft.free = "id", True
        draft.schema = spots[0].schema if spots else {}
    elif spot := _without_id(schemas, draft):
        own = find_own_id(schemas, spot.schema, draft.noun, draft.naming)
        draft.id_property, draft.unnamed = own or usual_id(item.template.parameters[-1], draft.noun), not own
        draft.schema, draft.schema_names, draft.addresses = spot.schema, {spot.name} - {""}, {spot.address} - {""}
    else:
        shown = ", ".join(list(schemas.properties(spots[0].schema))[:6])
        draft.refusal = (
            f"no property of what `{item.template.path}` shows is `{item.template.parameters[-1]}` (it has {shown})"
        )


def _without_id(schemas: Schemas, draft: Draft) -> Spot | None:
    """The document whose schema leaves out the id: what reading shows is what is listed, or sent to make one."""
    collection, item = draft.places[0]
    read = item.operations.get("GET") if item else None
    if read is None or collection is None:
        return None
    answer = find_spots(schemas, answer_schema(read, read.success))
    if choose_many([spot for spot in answer if spot.envelope.path], draft.noun, frozenset(), sure=False):
        return None  # a list of other things
    shown = choose_one(answer, draft.noun, frozenset(), lambda schema: bool(schemas.properties(schema)))
    others = [spot for operation in _witnesses(collection, ("POST", "PUT")) for spot in _sent(schemas, operation)]
    others += [spot for spot in (_listed(schemas, collection, draft.noun),) if spot]
    if shown is None or schemas.is_closed(shown.schema):
        return None
    return shown if any(same_document(schemas, shown, other) >= LIKE for other in others) else None


def _sent(schemas: Schemas, operation: Operation) -> list[Spot]:
    return find_spots(schemas, request_schema(operation))


def _refuse(schemas: Schemas, draft: Draft) -> str:
    """Where reading answers a file, nothing shows the document; unless there is a list of them."""
    collection, item = draft.places[0]
    read = item.operations.get("GET") if item else None
    if item and read and is_binary(read, read.success) and _listed(schemas, collection, draft.noun) is None:
        return f"`{item.template.path}` answers a file, not a document"
    return ""


def _documents(schemas: Schemas, draft: Draft, hints: Sequence[Hint]) -> Iterator[Spot]:
    """What the operations show for one document, the best witness first: read, listed, written, sent."""
    collection, item = draft.places[0]
    assert item is not None

    naming = draft.naming
    assert naming is not None

    def fits(schema: Schema) -> bool:
        return find_id(schemas, schema, naming) is not None or any(
            told_property(schemas, hint, schema, {schemas.name(schema)}) for hint in hints
        )

    listed = _listed(schemas, collection, draft.noun)
    wanted = frozenset({listed.name, listed.address} - {""}) if listed else frozenset()
    loose: list[Spot] = []
    for operation in _witnesses(item, (*READERS, "PUT", "PATCH", "POST")):
        spots = find_spots(schemas, answer_schema(operation, operation.success))
        if spot := choose_one(spots, draft.noun, wanted, fits):
            yield spot
        elif operation.method in READERS:
            loose.extend(spots[:1])
    if listed:
        yield listed
    for operation in _witnesses(collection, ("POST", "PUT")):
        spots = find_spots(schemas, answer_schema(operation, operation.success))
        if spot := choose_one(spots, draft.noun, wanted, fits):
            yield spot
    for operation in (*_witnesses(collection, ("POST", "PUT")), *_witnesses(item, ("PUT", "PATCH"))):
        spots = find_spots(schemas, request_schema(operation))
        if spot := choose_one(spots, draft.noun, wanted, fits):
            yield spot
        loose.extend(spots[:1])
    yield from loose


def _listed(schemas: Schemas, collection: Group | None, noun: str) -> Spot | None:
    operation = collection.operations.get("GET") if collection else None
    if operation is None:
        return None
    return choose_many(find_spots(schemas, answer_schema(operation, operation.success)), noun, frozenset(), sure=True)


def _witnesses(group: Group | None, methods: tuple[str, ...]) -> Iterator[Operation]:
    for method in methods:
        if group and method in group.operations:
            yield group.operations[method]

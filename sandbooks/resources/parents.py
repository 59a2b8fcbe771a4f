"""What stands above the documents of a collection: which document a path names there, and what holds its id.

Knows drafts and how references are spelled; must not know what the single operations do.
"""

from __future__ import annotations

from dataclasses import replace

from sandbooks.resources.drafts import Draft
from sandbooks.resources.identity import Naming, asks_for_id, find_id
from sandbooks.resources.model import Parent, Schema
from sandbooks.resources.paths import VALUE, Group, is_format
from sandbooks.resources.properties import labels_of
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import PEOPLE, singular, split_words, squeeze, stem, vocabulary

PLAIN_IDS = frozenset({"id", "uuid", "guid", "sid", "gid", "key", "name", "code", "number", "slug"})
NOTHING = Naming("", "")
NUMBERS = ("integer", "number")
OWNERS = vocabulary("owner namespace holder")
BODIES = PEOPLE | vocabulary("org organization organisation group team company workspace")  # who may own things

Above = dict[tuple[str, ...], tuple[Parent, ...]]
"""The parents of one collection, by the key of each of its paths."""


def find_parents(schemas: Schemas, named: dict[str, Draft], draft: Draft, group: Group) -> tuple[Parent, ...]:
    """The parents that a path of the draft names, outermost first."""
    key = group.template.key
    depth = _own_depth(draft, group)
    places = [index for index, part in enumerate(key[:depth]) if part == VALUE]
    return tuple(
        _parent(schemas, named, draft, _before(key, index, parameter), parameter)
        for index, parameter in zip(places, group.template.parameters, strict=False)
        if not is_format(parameter, key[:index])
    )


def share_owner(
    schemas: Schemas, named: dict[str, Draft], draft: Draft, above: Above
) -> dict[tuple[str, ...], tuple[Parent, ...]]:
    """The parents, with those that are the owner of a document by another name.

    `/repos/{owner}/{repo}` asks for an owner whom documents show; `/orgs/{org}/repos` names one whom they do not: it is
    the owner. Without that, what is made there could not be found by its own path.
    """
    own = next((above.get(item.template.key, ()) for _, item in draft.places if item), ())
    owners = [parent for parent in own if not (parent.collection or parent.hidden)]
    return {key: _with_owner(schemas, named, draft, parents, owners) for key, parents in above.items()}


def property_schema(schemas: Schemas, schema: Schema, dotted: str) -> Schema:
    """The schema of a property, `{}` when nothing shows it."""
    found: Schema = schema
    for name in dotted.split("."):
        found = schemas.properties(schemas.items(found) or found).get(name, {})
    return found


def parameter_schema(draft: Draft, name: str) -> Schema:
    """The schema of a path parameter, `{}` where no operation of the draft has one of that name."""
    return next(
        (
            parameter.schema
            for operation in draft.operations()
            for parameter in operation.parameters
            if parameter.location == "path" and parameter.name == name
        ),
        {},
    )


def naming_of(schemas: Schemas, draft: Draft, parameter: str) -> Naming:
    for operation in draft.operations():
        for each in operation.parameters:
            if each.location == "path" and each.name == parameter:
                return Naming(parameter, stem(parameter), schemas.kind(each.schema), each.description)
    return Naming(parameter, stem(parameter))


def find_link(schemas: Schemas, schema: Schema, noun: str, naming: Naming) -> str:
    """The property of a child that holds the parent's id, empty when the schema shows none.

    Args:
        naming: of the parent; a property that cannot hold values of that kind is something else of the same name.
    """
    properties = schemas.properties(schema)
    squeezed: dict[str, str] = {}
    for name in properties:
        squeezed.setdefault(squeeze(name), name)
    words = [f"{noun}{each}" for each in ("id", "uuid", "guid", "sid", "gid", "key", "code", "number")]
    if squeeze(naming.parameter) not in PLAIN_IDS:
        words.insert(0, squeeze(naming.parameter))
    for word in (*words, noun):
        if found := squeezed.get(word):
            inner = schemas.properties(properties[found])
            if schemas.is_value(properties[found]) or (not inner and not schemas.kind(properties[found])):
                if _can_hold(schemas, properties[found], naming):
                    return found
                continue
            inner_id = find_id(schemas, properties[found], naming) if inner else None
            is_shown = inner_id and _can_hold(schemas, property_schema(schemas, properties[found], inner_id), naming)
            if is_shown and schemas.kind(properties[found]) == "object":
                return f"{found}.{inner_id}"
    return _relationship(schemas, properties, noun)


def _own_depth(draft: Draft, group: Group) -> int:
    """How long the part of a path is that names parents: all of it for a list, all but the id for an item."""
    for collection, item in draft.places:
        if group is item:
            return len(group.template.key) - 1
        if group is collection:
            return len(group.template.key)
    return len(draft.key)


def _before(key: tuple[str, ...], index: int, parameter: str) -> tuple[str, ...]:
    """The path of the collection that a parameter names a document of.

    Empty where it stands for a scope of what the next one names: the owner of `/repos/{owner}/{repo}`, and of the list
    `/repos/{owner}`, whose documents the next one would name.
    """
    is_scope = (*key, VALUE)[index + 1] == VALUE and key[index - 1] != VALUE
    return () if is_scope and not asks_for_id(Naming(parameter, "")) else key[:index]


def _parent(schemas: Schemas, named: dict[str, Draft], draft: Draft, prefix: tuple[str, ...], parameter: str) -> Parent:
    told = parameter_schema(draft, parameter)
    naming = naming_of(schemas, draft, parameter)
    noun = stem(prefix[-1]) if prefix and prefix[-1] != VALUE else stem(parameter)
    holder = _holder(schemas, named, prefix, noun, naming)
    if named.get(holder) is draft and all(VALUE in group.template.key for group, _ in draft.places if group):
        holder = ""  # it cannot be that every document needs another one first
    naming = _as_kept(schemas, named.get(holder), naming)
    shown = find_link(schemas, draft.schema, noun, naming)
    if not shown and noun == draft.noun:  # a tree: `/folders/{id}/folders`
        shown = find_link(schemas, draft.schema, "parent", naming)
    if shown and shown != draft.id_property:
        return Parent(parameter, shown, holder, schema=told)
    hidden = f"{singular(noun)}_{parameter}" if squeeze(parameter) in PLAIN_IDS else parameter
    taken = schemas.properties(draft.schema)
    while hidden in taken or hidden == draft.id_property:
        hidden = f"_{hidden}"
    return Parent(parameter, hidden, holder, hidden=True, schema=told)


def _as_kept(schemas: Schemas, holder: Draft | None, naming: Naming = NOTHING) -> Naming:
    """The naming with the kind in which the parent itself shows its id: a path may take a number as text."""
    kind = schemas.kind(property_schema(schemas, holder.schema, holder.id_property)) if holder else ""
    return replace(naming, kind=kind or naming.kind)


def _can_hold(schemas: Schemas, schema: Schema, naming: Naming) -> bool:
    """A property may hold the ids that a path names: a text any of them, a number only numbers."""
    kind = schemas.kind(schema)
    return kind != "boolean" and (kind not in NUMBERS or naming.kind in ("", *NUMBERS))


def _with_owner(
    schemas: Schemas, named: dict[str, Draft], draft: Draft, parents: tuple[Parent, ...], owners: list[Parent]
) -> tuple[Parent, ...]:
    """The parents of one path; the one that can be the owner, where the path names none itself, is kept as that."""
    if len(owners) != 1 or any(parent.property == owners[0].property for parent in parents):
        return parents
    can_be = [each for each in parents if each.hidden and _can_be(schemas, named, draft, owners[0], each)]
    if len(can_be) != 1:
        return parents
    kept = replace(can_be[0], property=owners[0].property, hidden=False)
    return tuple(kept if parent is can_be[0] else parent for parent in parents)


def _can_be(schemas: Schemas, named: dict[str, Draft], draft: Draft, owner: Parent, parent: Parent) -> bool:
    """Who is above a document by one path is its owner by another: its schema says so, or it is one who owns things."""
    above = named.get(parent.collection)
    if above is None:
        return False
    kinds = (schemas.kind(property_schema(schemas, draft.schema, owner.property)), _as_kept(schemas, above).kind)
    if all(kinds) and (kinds[0] in NUMBERS) != (kinds[1] in NUMBERS):
        return False
    shown = property_schema(schemas, draft.schema, owner.property.rpartition(".")[0] or owner.property)
    is_same = bool(schemas.name(shown)) and schemas.name(shown) in above.schema_names
    return is_same or (stem(owner.parameter) in OWNERS and above.noun in BODIES)


def _holder(schemas: Schemas, named: dict[str, Draft], prefix: tuple[str, ...], noun: str, naming: Naming) -> str:
    """The collection whose document a path parameter names, empty when no path reads one.

    A collection that stands elsewhere, under the same noun, must have ids of the parameter's type.
    """
    for name, draft in named.items():
        for _, item in draft.places:
            if item is not None and item.template.key[:-1] == prefix:
                return name
    nouns = {noun, "".join(split_words(naming.parameter)[:-1])} - {""}
    for name, draft in named.items():
        stands_alone = draft.places[0][1] is not None and VALUE not in draft.key
        if stands_alone and draft.noun in nouns and _is_of_type(schemas, draft, naming):
            return name
    return ""


def _is_of_type(schemas: Schemas, draft: Draft, naming: Naming) -> bool:
    """The ids of the draft's documents could be values of the parameter."""
    kind = schemas.kind(property_schema(schemas, draft.schema, draft.id_property))
    numbers = ("integer", "number")
    return not kind or not naming.kind or (kind in numbers) == (naming.kind in numbers)


def _relationship(schemas: Schemas, properties: dict[str, Schema], noun: str) -> str:
    """The relationship of that name; else the only one to what bears that type."""
    related = {
        name: data
        for name, inner in schemas.properties(properties.get("relationships")).items()
        if (data := schemas.properties(inner).get("data")) and "id" in schemas.properties(data)
    }
    named = [name for name in related if stem(name) == noun]
    typed = [name for name, data in related.items() if schemas.noted(data, labels_of) == {noun}]
    found = named[0] if named else typed[0] if len(typed) == 1 else ""
    return f"relationships.{found}.data.id" if found else ""

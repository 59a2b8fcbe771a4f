"""Which properties of a document name documents of other collections, by their names and types.

Knows how references are spelled; must not know operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sandbooks.resources.drafts import Draft
from sandbooks.resources.gathering import hints_of
from sandbooks.resources.links import OWN_KIND, Hint, Hints, scalar_at, told_places
from sandbooks.resources.model import Reference, Resource, Schema
from sandbooks.resources.properties import labels_of
from sandbooks.resources.schemas import Schemas, branches_of
from sandbooks.resources.words import is_plural, singular, split_words, squeeze, stem

ID_ENDS = frozenset({"id", "ids", "uuid", "uuids", "guid", "guids", "sid", "sids", "gid", "gids", "ref", "reference"})
KEY_ENDS = frozenset({"code", "codes", "number", "numbers", "key", "keys", "name", "names", "slug", "sku"})
DEPTH = 3


class Targets:
    """The collections that can be named, by the stem of their name and by the names of their schemas."""

    def __init__(self, by_noun: Mapping[str, Resource], by_schema: Mapping[str, Resource]) -> None:
        self.by_noun = by_noun
        self.by_schema = by_schema
        self.look = _Look(self)
        for _ in range(DEPTH):
            self.look = _Look(self, self.look)


def find_targets(known: list[tuple[Draft, Resource]]) -> Targets:
    """What references may point at: collections with an id that documents show, short paths before long ones."""
    by_noun: dict[str, Resource] = {}
    by_schema: dict[str, Resource] = {}
    shared: set[str] = set()
    for draft, resource in sorted(known, key=lambda pair: len(pair[0].key)):
        if resource.singleton or resource.id_hidden:
            continue
        by_noun.setdefault(draft.noun, resource)
        for name in sorted(draft.schema_names):
            if name in by_schema:
                shared.add(name)
            if name not in by_schema or stem(name) == draft.noun:
                by_schema[name] = resource
    for name in shared:  # several collections show such documents: only the one of that name can be meant
        if stem(name) != stem(by_schema[name].name.rpartition(".")[2]):
            del by_schema[name]
    return Targets(by_noun, by_schema)


def find_told(schemas: Schemas, known: list[tuple[Draft, Resource]], hints: Hints) -> dict[str, tuple[Reference, ...]]:
    """The references that links tell of, by collection: a value of one document is the id in the path of another."""
    told: dict[str, tuple[Reference, ...]] = {}
    homes = {operation.id: resource for draft, resource in reversed(known) for operation in draft.operations()}
    for draft, target in known:
        for hint in hints_of(draft, hints):
            home = homes.get(hint.source.id)
            found = _told(schemas, hint, home, target) if home is not None and home is not target else None
            if home is not None and found is not None:
                told[home.name] = (*told.get(home.name, ()), found)
    return told


def find_references(
    schemas: Schemas, resource: Resource, targets: Targets, told: tuple[Reference, ...] = ()
) -> tuple[Reference, ...]:
    """The references of a collection: in the order of its schema, then those that only links tell of."""
    by_link = {each.property: each for each in told}
    traces = schemas.noted(resource.schema, targets.look)
    shown = (trace.reference_of(schemas, resource) for trace in traces)
    found = [by_link.pop(each.property, each) for each in shown if each is not None]
    found += by_link.values()
    for parent in resource.parents:
        if parent.collection and all(each.property != parent.property for each in found):
            found.append(Reference(parent.property, parent.collection))
    return tuple(found)


def _told(schemas: Schemas, hint: Hint, home: Resource, target: Resource) -> Reference | None:
    """The reference that a link in an answer about documents of `home` tells of, if its value stands in such one."""
    for place, many in told_places(schemas, hint):
        is_own_id = ".".join(place) == home.id_property
        if scalar_at(schemas, home.schema, place) and not (is_own_id or target.id_hidden):
            whole = place[:-1] if len(place) > 1 and place[-1] == target.id_property else ()
            return Reference(".".join(place), target.name, many=many, embedded=".".join(whole))
    return None


class _Trace(NamedTuple):
    """What a property may name, in whichever collection's documents it stands.

    `target` is None for another document of the same collection. `is_guess` is what the name of the property alone
    says; `noun` is that name without its end (`customer` of `customerId`), empty where it has none.
    """

    property: str
    schema: Schema
    many: bool
    target: Resource | None
    embedded: str = ""
    is_guess: bool = False
    noun: str = ""

    def below(self, name: str) -> _Trace:
        """The same inside an object of that name."""
        embedded = f"{name}.{self.embedded}" if self.embedded else ""
        return self._replace(property=f"{name}.{self.property}", embedded=embedded)

    def reference_of(self, schemas: Schemas, resource: Resource) -> Reference | None:
        """The reference that it is in documents of a collection."""
        target = self.target or resource
        if self.is_guess and self.property == resource.id_property:
            return None
        if self.noun:
            if target.id_hidden or not _same_type(schemas, target, self.schema):
                return None
            if target is resource and self.noun == stem(resource.name):
                return None
        return Reference(self.property, target.name, many=self.many, embedded=self.embedded)


class _Look:
    """Looks for what the properties of a schema may name; inside objects as `deeper` does, where that is not None."""

    def __init__(self, targets: Targets, deeper: _Look | None = None) -> None:
        self._targets = targets
        self._deeper = deeper

    def __call__(self, schemas: Schemas, schema: Schema) -> list[_Trace]:
        targets, found = self._targets, []
        for name, _, each, is_array, kind in schemas.members(schema):
            if target := _shown_or_named(schemas, targets, each):
                found.append(_Trace(name, each, is_array, target))
            elif kind == "object":
                if embedded := _embedded(schemas, targets, name, each):
                    found.append(embedded)
                elif self._deeper is not None and schemas.name(each) not in targets.by_schema:
                    found += [trace.below(name) for trace in schemas.noted(each, self._deeper)]
            elif guess := _named(schemas, targets, name, each):
                found.append(guess._replace(many=is_array))
        return found


def _shown_or_named(schemas: Schemas, targets: Targets, schema: Schema) -> Resource | None:
    """The collection of a property that holds a document or, as long as nobody asks for more, its id."""
    return next((found for each in schemas.noted(schema, _choices) if (found := targets.by_schema.get(each))), None)


def _choices(schemas: Schemas, schema: Schema) -> list[str]:
    """The names of the schemas that may stand where a plain value may stand, too."""
    branches = branches_of(schemas.resolve(schema), ("anyOf", "oneOf")) if schemas.is_value(schema) else []
    return [name for each in branches if (name := schemas.name(each))]


def _embedded(schemas: Schemas, targets: Targets, name: str, schema: Schema) -> _Trace | None:
    """A document, or a short form of one, inside another."""
    target = _by_noun(targets, split_words(name)) or _labelled(schemas, targets, schema)
    target = target or targets.by_schema.get(schemas.name(schema))
    if target is None:
        return None
    properties = schemas.properties(schema)
    squeezed = {squeeze(each): each for each in reversed(properties)}
    inner = squeezed.get(squeeze(target.id_property)) or squeezed.get("id")
    return _Trace(f"{name}.{inner}", schema, many=False, target=target, embedded=name) if inner else None


def _labelled(schemas: Schemas, targets: Targets, schema: Schema) -> Resource | None:
    """The collection that the one word names which an object bears as its type: `{type: const people, id}`."""
    labels = schemas.noted(schema, labels_of)
    return targets.by_noun.get(next(iter(labels))) if len(labels) == 1 else None


def _named(schemas: Schemas, targets: Targets, name: str, schema: Schema) -> _Trace | None:
    words = split_words(name)
    if len(words) < 2:
        target = None if is_plural(name) else targets.by_noun.get(stem(name))
        is_id = target is not None and _is_bare_id(schemas, target, schema)
        return _Trace(name, schema, many=False, target=target, is_guess=True) if is_id else None
    last = words[-1]
    if last not in ID_ENDS and last not in KEY_ENDS:
        return None
    target = _by_noun(targets, words[:-1])
    if last in ID_ENDS:
        is_known = target is not None or (words[0] in OWN_KIND and len(words) == 2)
    else:
        own = split_words(target.id_property.rpartition(".")[2]) if target else ()
        is_known = bool(own) and own[-1] == singular(last)
    noun = stem("".join(words[:-1]))
    return _Trace(name, schema, many=False, target=target, is_guess=True, noun=noun) if is_known else None


def _by_noun(targets: Targets, words: tuple[str, ...]) -> Resource | None:
    """The collection that the last words name: `billing customer` is a customer."""
    for start in range(len(words)):
        if (found := targets.by_noun.get("".join((*words[start:-1], singular(words[-1]))))) is not None:
            return found
    return None


def _is_bare_id(schemas: Schemas, target: Resource, schema: Schema) -> bool:
    """`customer: "cus_1"` or `customer: 12`: the id alone under the name of the thing."""
    if schemas.enum(schema):
        return False
    kind = schemas.kind(schema)
    if target.id_kind == "integer":
        return kind == "integer"
    text = str(schemas.resolve(schema).get("description") or "").lower()
    is_uuid = schemas.resolve(schema).get("format") in ("uuid", "guid")
    return kind == "string" and (is_uuid if target.id_kind == "uuid" else "id" in split_words(text))


def _same_type(schemas: Schemas, target: Resource, schema: Schema) -> bool:
    kind = schemas.kind(schema)
    if kind in ("boolean", "object", "array"):
        return False
    return kind == "" or (kind in ("integer", "number")) == (target.id_kind == "integer")

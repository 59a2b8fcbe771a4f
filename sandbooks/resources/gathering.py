"""Drafts become resources: merged where two paths show one collection, named, linked to their parents.

Knows drafts; must not know what the single operations do.
"""

from __future__ import annotations

from collections import Counter

from sandbooks.resources.bodies import answer_schema, request_schema
from sandbooks.resources.doors import add_doors, is_of_caller
from sandbooks.resources.drafts import Draft, draft_collections, draft_list, draft_singleton
from sandbooks.resources.envelopes import find_spots, overlap
from sandbooks.resources.identity import id_kind, is_callers_choice, is_count
from sandbooks.resources.links import Hint, Hints, makes_document
from sandbooks.resources.model import Parent, Resource, Schema
from sandbooks.resources.parents import find_link, naming_of, parameter_schema, property_schema
from sandbooks.resources.parts import find_part
from sandbooks.resources.paths import VALUE, Group
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import SEARCH_WORDS, singular, split_words, vocabulary

OVERLAP = 0.6  # so much of two schemas must be named alike for one to be a short form of the other
FORMS = vocabulary(
    """
    dto response summary detail details detailed model view list item resource read full simple minimal basic short
    output out schema object entity data base public partial v1 v2 v3 get compact brief extended expanded result record
    """
)
FORM_WORDS = ("pattern", "format", "enum", "minLength", "maxLength")
DIGITS = "^[1-9][0-9]{3,7}$"


def gather(schemas: Schemas, groups: list[Group], hints: Hints) -> list[Draft]:
    """Every collection of the description, each once, and after them the drafts that were refused."""
    drafts = draft_collections(schemas, groups, hints)
    kept = _merge(schemas, [draft for draft in drafts if not draft.refusal])
    taken = {place.template.key for draft in kept for pair in draft.places for place in pair if place}
    for group in groups:
        template = group.template
        if template.verb or template.opaque or template.ends_in_value or not template.key or template.key in taken:
            continue
        if is_of_caller(schemas, kept, group):
            continue
        if found := _draft_rest(schemas, kept, group):
            kept.append(found)
    add_doors(schemas, kept, groups)
    alive = [draft for draft in kept if not _refuse_lifeless(schemas, draft, hints)]
    return [*alive, *(draft for draft in kept if draft.refusal), *(draft for draft in drafts if draft.refusal)]


def name_drafts(drafts: list[Draft]) -> dict[str, Draft]:
    """Drafts by name; where several bear one name, nested ones get their parent's name before it."""
    often = Counter(draft.name for draft in drafts)
    named: dict[str, Draft] = {}
    for draft in sorted(drafts, key=lambda each: len(each.key)):
        name = draft.name
        if often[name] > 1 and (name in named or VALUE in draft.key):
            fixed = [part for part in draft.key if part != VALUE]
            name = next(
                (tried for size in range(2, len(fixed) + 1) if (tried := ".".join(fixed[-size:])) not in named),
                name if name not in named else f"{name}.{len(named)}",
            )
        named[name] = draft
    return named


def make_resource(schemas: Schemas, name: str, draft: Draft, parents: tuple[Parent, ...], *, given: bool) -> Resource:
    """The resource that a draft has become."""
    collection = next((pair[0] for pair in draft.places if pair[0]), None)
    item = next((pair[1] for pair in draft.places if pair[1]), None)
    id_schema = property_schema(schemas, draft.schema, draft.id_property)
    told = parameter_schema(draft, item.template.parameters[-1]) if item else {}
    callers = is_callers_choice(draft.id_property) or (draft.id_hidden and item is not None)
    return Resource(
        name=name,
        collection_path=collection.template.path if collection else "",
        item_path=item.template.path if item else "",
        id_property=draft.id_property,
        id_kind=id_kind(schemas, id_schema or told),
        id_form=_form_of_id(schemas, id_schema, told),
        id_hidden=draft.id_hidden,
        caller_id=callers,
        scoped=VALUE in draft.key and (callers or _is_counted_below(schemas, draft)),
        singleton=draft.singleton,
        parents=parents,
        schema=draft.schema,
        fields=fields_of(schemas, draft.schema),
        given=given,
        hidden=tuple(
            dict.fromkeys(
                [parent.property for parent in parents if parent.hidden]
                + ([draft.id_property] if draft.id_hidden else [])
            )
        ),
    )


def _is_counted_below(schemas: Schemas, draft: Draft) -> bool:
    """Each parent has ids of its own: they count what is below it, or whoever makes a document must say its id."""
    if is_count(draft.id_property):
        return True
    makers = [each for collection, _ in draft.places if collection and (each := collection.operations.get("POST"))]
    if not makers:
        return any(item and "PUT" in item.operations for _, item in draft.places)
    sent = [spot.schema for each in makers for spot in find_spots(schemas, request_schema(each))]
    return any(_must_say(schemas, schema, draft.id_property) for schema in sent)


def _must_say(schemas: Schemas, sent: Schema, name: str) -> bool:
    """A body that makes a document must hold a property."""
    found = schemas.resolve(schemas.properties(sent).get(name))
    return name in schemas.required(sent) and found.get("readOnly") is not True


def fields_of(schemas: Schemas, schema: Schema) -> str:
    """The member that holds the own properties of a document that keeps them apart from id and type."""
    properties = schemas.properties(schema)
    inner = properties.get("attributes")
    apart = inner is not None and "id" in properties and "type" in properties and schemas.is_document(inner)
    return "attributes" if apart else ""


def _merge(schemas: Schemas, drafts: list[Draft]) -> list[Draft]:
    """The same documents under a short path and a long one are one collection, kept under the short one."""
    kept: list[Draft] = []
    for draft in sorted(drafts, key=lambda each: len(each.key)):
        twin = next((other for other in kept if _is_same(schemas, other, draft)), None)
        if twin is None:
            kept.append(draft)
        else:
            twin.places.extend(draft.places)
            twin.schema_names |= draft.schema_names
    return kept


def _is_same(schemas: Schemas, one: Draft, other: Draft) -> bool:
    if one.noun != other.noun or one.id_property != other.id_property or VALUE in one.key[:1]:
        return False
    return _is_alike(schemas, one, other)


def _draft_rest(schemas: Schemas, drafts: list[Draft], group: Group) -> Draft | None:
    """What a path without an id is: another door to a known collection, a list of its own, a singleton, or nothing.

    Only a new draft is returned.
    """
    draft = draft_list(schemas, group)
    if draft is None:
        alone = draft_singleton(schemas, group)
        return None if alone and any(_is_part(schemas, known, alone) for known in drafts) else alone
    makes = "POST" in group.operations and not set(split_words(draft.name)) & SEARCH_WORDS
    for known in drafts:
        if draft.key[:-1] == known.key and _is_view(schemas, known, draft, makes=makes):
            known.viewed = True  # by a search below it
            return None
    if _is_inside(schemas, drafts, draft, group):
        return None
    for known in drafts:
        if known.noun == draft.noun and _is_alike(schemas, known, draft):
            known.places.append(draft.places[0])
            return None
    if makes and (owner := _made_elsewhere(schemas, drafts, draft, group)):
        owner.places.append(draft.places[0])
        return None
    return draft


def _is_inside(schemas: Schemas, drafts: list[Draft], draft: Draft, group: Group) -> bool:
    """A list that is only read, of what the document above it holds; not of documents that name the one above them."""
    if group.operations.keys() - {"GET", "HEAD"}:
        return False
    for owner in drafts:
        item = next((item for _, item in owner.places if item and item.template.key == draft.key[:-1]), None)
        if item and not owner.refusal and find_part(schemas, owner.schema, draft.noun, draft.schema):
            naming = naming_of(schemas, owner, item.template.parameters[-1])
            return not find_link(schemas, draft.schema, owner.noun, naming)
    return False


def _made_elsewhere(schemas: Schemas, drafts: list[Draft], draft: Draft, group: Group) -> Draft | None:
    """The collection whose documents a list below one of them makes under another name: `/tasks/{id}/subtasks`."""
    create = group.operations["POST"]
    spots = find_spots(schemas, answer_schema(create, create.success))
    made = {spot.name for spot in spots if spot.envelope.kind == "item" and len(spot.envelope.path) < 2} - {""}
    owners = (
        known
        for known in drafts
        if not known.refusal
        and made & known.schema_names
        and any(item and item.template.key == draft.key[:-1] for _, item in known.places)
    )
    return next((known for known in owners if overlap(schemas, known.schema, draft.schema) >= OVERLAP), None)


def _is_alike(schemas: Schemas, one: Draft, other: Draft) -> bool:
    """Two drafts show the same documents: by the name of their schemas, or by their properties where one has none."""
    if one.schema_names & other.schema_names:
        return True
    likeness = overlap(schemas, one.schema, other.schema)
    if one.schema_names and other.schema_names:
        same = {_plain_name(name) for name in one.schema_names} & {_plain_name(name) for name in other.schema_names}
        return bool(same) and likeness >= OVERLAP
    return likeness >= OVERLAP


def _is_view(schemas: Schemas, known: Draft, draft: Draft, *, makes: bool) -> bool:
    """The list right below a collection is of its documents, not of things of its own (`/customers/groups`)."""
    return bool(known.schema_names & draft.schema_names) or (not makes and _is_alike(schemas, known, draft))


def _is_part(schemas: Schemas, known: Draft, alone: Draft) -> bool:
    """What a path behind a document shows is some of that document (`/invoices/{id}/status`)."""
    behind = any(item and item.template.key == alone.key[:-1] for _, item in known.places)
    own = set(schemas.properties(known.schema))
    return behind and set(schemas.properties(alone.schema)) <= own


def _plain_name(name: str) -> tuple[str, ...]:
    """The name of a schema without the words that tell forms of one document apart: `PetSummary` is a `pet`."""
    return tuple(singular(word) for word in split_words(name) if word not in FORMS)


def hints_of(draft: Draft, hints: Hints) -> list[Hint]:
    """The links that lead to one document of the draft."""
    return [hint for _, item in draft.places if item for hint in hints.get(item.template.key, ())]


def is_made_elsewhere(schemas: Schemas, draft: Draft, hint: Hint) -> bool:
    """The call that shows a link to a document of the draft makes it; not one on a path of the draft's own."""
    is_own = any(operation is hint.source for operation in draft.operations())
    return not (is_own or VALUE in draft.key) and makes_document(schemas, hint, draft.schema, draft.schema_names)


def _refuse_lifeless(schemas: Schemas, draft: Draft, hints: Hints) -> bool:
    """A collection lives when its documents can be made or listed."""
    if draft.singleton or draft.viewed:
        return False
    if any(is_made_elsewhere(schemas, draft, hint) for hint in hints_of(draft, hints)):
        return False
    methods = {
        (kind, method)
        for pair in draft.places
        for kind, group in zip(("list", "item"), pair, strict=True)
        if group
        for method in group.operations
    }
    if methods & {("list", "GET"), ("list", "POST"), ("list", "PUT"), ("item", "PUT")}:
        return False
    draft.refusal = f"nothing lists or makes documents of `{draft.name}`"
    return True


def _form_of_id(schemas: Schemas, own: Schema, told: Schema) -> Schema:
    """What a path asks of an id beyond what its property says; a number in the path is written in digits."""
    shown, asked = schemas.resolve(own), schemas.resolve(told)
    if schemas.kind(own) == "string" and schemas.kind(told) in ("integer", "number"):
        return {} if "pattern" in shown else {"pattern": DIGITS}
    if schemas.kind(told) != "string" or schemas.kind(own) not in ("string", ""):
        return {}
    return {word: asked[word] for word in FORM_WORDS if word in asked and word not in shown}

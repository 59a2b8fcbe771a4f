"""What was understood of each collection, in words: where it is, what names its documents, how its lists are asked.

Knows resources and behaviours, and which of them are in use; must not know handlers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sandbooks.resources import Behaviour, Filter, Input, Paging, Resource, Sort
from sandbooks.vendor import Vendor

_ROLES = ("list", "get", "create", "replace", "update", "delete", "count")


@dataclass(frozen=True, slots=True)
class Survey:
    """One collection: its name, its paths, what was understood, and what was not, with the reason, line by line."""

    name: str
    paths: tuple[str, ...]
    understood: tuple[str, ...]
    missing: tuple[str, ...]


def survey_collections(vendor: Vendor) -> list[Survey]:
    """Every collection that is kept because the description shows it, in its order; what a pack keeps is not there."""
    used: dict[str, list[Behaviour]] = {name: [] for name in vendor.inference.resources}
    for id, behaviour in vendor.inference.behaviours.items():
        if vendor.bindings[id].infers and behaviour.resource in used:
            used[behaviour.resource].append(behaviour)
    return [_survey(vendor.inference.resources[name], behaviours) for name, behaviours in used.items() if behaviours]


def _survey(resource: Resource, behaviours: list[Behaviour]) -> Survey:
    lists = [each for each in behaviours if each.role == "list"]
    paths = tuple(path for path in (resource.collection_path, resource.item_path) if path)
    lines = (
        [_roles(behaviours), _identity(resource), *_parents(resource), *_writing(resource, behaviours)],
        _asked(lists[0]) if lists else (),
        _references(resource),
    )
    understood = tuple(line for parts in lines if (line := "; ".join(part for part in parts if part)))
    return Survey(resource.name, paths, understood, tuple(_missing(resource, behaviours, lists)))


def _roles(behaviours: list[Behaviour]) -> str:
    """`list, get, create, delete; actions approve, void`."""
    roles = {each.verb if each.role == "singleton" else each.role for each in behaviours}
    told = ", ".join(role for role in _ROLES if role in roles)
    actions = [each.operation for each in behaviours if each.role == "action"]
    return "; ".join(part for part in (told, f"actions {', '.join(actions)}" if actions else "") if part)


def _identity(resource: Resource) -> str:
    if resource.singleton:
        return "one document" + (" for each parent" if resource.parents else "")
    kind = "the caller's choice" if resource.caller_id else resource.id_kind
    hidden = ", which no schema shows" if resource.id_hidden else ""
    return f"id `{resource.id_property}` ({kind}){hidden}"


def _parents(resource: Resource) -> Iterator[str]:
    scopes = [parent.parameter for parent in resource.parents if not parent.collection]
    if scopes:
        yield f"apart for each {_quoted(scopes)}"
    for parent in resource.parents:
        if parent.collection:
            shown = "" if parent.hidden or parent.property == parent.parameter else f" (`{parent.property}`)"
            yield f"below `{parent.collection}` by `{parent.parameter}`{shown}"


def _writing(resource: Resource, behaviours: list[Behaviour]) -> Iterator[str]:
    """How single documents are wrapped and how they go."""
    reads = next((each for each in behaviours if each.role == "get" and each.answer.path), None)
    if reads is not None:
        yield f"a document stands in `{'.'.join(reads.answer.path)}`"
    if resource.fields:
        yield f"its own properties stand in `{resource.fields}`"
    if resource.unique:
        yield f"{_quoted(resource.unique)} must be unique"
    if resource.soft_delete is not None:
        yield f"deleted ones stay, marked by `{resource.soft_delete.property}`"


def _envelope(listing: Behaviour) -> str:
    path = ".".join((*listing.answer.path, *listing.answer.inner))
    if not path:
        return ""
    meta = [meta.path[-1] for meta in (*listing.answer.meta, *listing.answer.headers)]
    return f"listed in `{path}`" + (f" beside {_quoted(dict.fromkeys(meta))}" if meta else "")


def _paging(paging: Paging) -> str:
    inputs = [each for each in (paging.page, paging.offset, paging.after, paging.before, paging.limit) if each]
    if paging.kind == "none":
        return f"at most {_input(paging.limit)} of a list" if paging.limit else ""
    size = f" ({paging.size} at a time)" if paging.size else ""
    return f"paged by {_quoted(map(_name, inputs))}{size}"


def _asked(listing: Behaviour) -> Iterator[str]:
    """How a list is wrapped, cut, narrowed and ordered."""
    yield _envelope(listing)
    yield _paging(listing.paging)
    if listing.filters:
        yield f"filtered by {', '.join(_filter(each) for each in listing.filters)}"
    if listing.search is not None:
        yield f"searched by {_input(listing.search.input)}"
    if isinstance(listing.sort, Sort):
        yield f"sorted by {_input(listing.sort.input)}"


def _filter(each: Filter) -> str:
    """`status`, or `minPrice` (`price` gte) where the name does not tell."""
    if each.input is None:
        return f"`{each.property}` = {each.value!r}"
    operator = "" if each.operator == "eq" else f" {each.operator}"
    plain = not operator and each.input.path[-1] == each.property
    return _input(each.input) if plain else f"{_input(each.input)} (`{each.property}`{operator})"


def _references(resource: Resource) -> Iterator[str]:
    if resource.references:
        yield "refers to " + ", ".join(f"`{each.collection}` by `{each.property}`" for each in resource.references)


def _missing(resource: Resource, behaviours: list[Behaviour], lists: list[Behaviour]) -> Iterator[str]:
    """What was looked for and not found, and why."""
    if resource.given:
        yield "no operation makes documents: only those of the seeds are there"
    if not resource.singleton and not lists:
        yield "no operation lists them"
    for each in lists:
        if each.paging.kind == "none" and each.paging.limit is None:
            yield f"{each.operation} is not paged: no parameter says where a page begins or ends"
    for each in behaviours:
        if each.unread:
            yield f"{each.operation}: {_quoted(each.unread)} {'changes' if len(each.unread) == 1 else 'change'} nothing"
        if each.role == "action" and each.action is None:
            yield f"{each.operation}: no property shows what it does; it is answered and changes nothing"


def _input(each: Input | None) -> str:
    return f"`{_name(each)}`" if each is not None else ""


def _name(each: Input) -> str:
    return ".".join(each.path)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)

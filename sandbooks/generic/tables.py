"""How the documents of an inferred collection are kept: under which key, with which indexes.

Knows resources; must not know calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from sandbooks.generic.places import ABSENT, as_id, find_at, read_whole, split_property
from sandbooks.resources import Behaviour, Inference, Parent, Resource
from sandbooks.store import Document, TableSchema

KEY = "_key"
"""Hidden property that identifies a document where its own id does not: see `is_keyed`."""


def table_for(resource: Resource, inference: Inference | None = None) -> TableSchema:
    """The table of a collection. With the inference, what its lists filter and sort by is indexed."""
    keyed = is_keyed(resource)
    behaviours = [each for each in inference.behaviours.values() if each.resource == resource.name] if inference else ()
    return TableSchema(
        name=resource.name,
        id=KEY if keyed else resource.id_property,
        unique=tuple((*_scope_of(resource), name) for name in resource.unique),
        indexes=tuple(sorted(_indexed(resource, behaviours))),
        new_id="integer" if resource.id_kind == "integer" and not keyed else "string",
    )


def _scope_of(resource: Resource) -> tuple[str, ...]:
    return tuple(parent.property for parent in own_parents(resource)) if resource.scoped else ()


def is_keyed(resource: Resource) -> bool:
    """The id alone does not tell documents apart, or there is none: scoped ids, singletons, ids inside an object."""
    return resource.scoped or resource.singleton or "." in resource.id_property


def identify(document: Document, resource: Resource) -> Document:
    """The document with the hidden key that its table asks for; as it is where the table asks for none.

    >>> labels = Resource("labels", item_path="/repos/{repoId}/labels/{name}", id_property="name", scoped=True,
    ...     parents=(Parent("repoId", "repo"),))
    >>> identify({"name": "red", "repo": 7}, labels)["_key"]
    '7/red'
    """
    if not is_keyed(resource):
        return document
    scope = {parent.property: find_at(document, split_property(parent.property)) for parent in own_parents(resource)}
    return {KEY: key_of(resource, find_at(document, split_property(resource.id_property)), scope), **document}


def key_of(resource: Resource, id: object, scope: Mapping[str, object]) -> str | int:
    """The key of a document in its table. `scope` holds the parents' ids by the property of the child."""
    if not is_keyed(resource):
        return as_id(id)
    is_scoped = resource.scoped or resource.singleton
    parts = [scope.get(parent.property, ABSENT) for parent in own_parents(resource)] if is_scoped else []
    if not resource.singleton:
        parts.append(id)
    return "/".join(_step(part) for part in parts) or resource.name


def own_parents(resource: Resource) -> tuple[Parent, ...]:
    """The parents on the collection's own path, without which no document is. Other paths may name others."""
    path = resource.item_path or resource.collection_path
    if resource.item_path and not resource.singleton:
        path = path[: path.rfind("{")]
    return tuple(parent for parent in resource.parents if f"{{{parent.parameter}}}" in path)


def fit_kind(id: Any, kind: str) -> Any:  # a JSON value
    """A parent's id in the type that the child's schema gives it."""
    if kind == "string" and isinstance(id, int):
        return str(id)
    if kind in ("integer", "number") and (number := read_whole(id)) is not None:
        return number
    return id


def _step(part: Any) -> str:  # a JSON value
    return "" if part is ABSENT or part is None else quote(str(as_id(part)), safe="")


def _indexed(resource: Resource, behaviours: Iterable[Behaviour]) -> set[str]:
    names = {parent.property for parent in resource.parents}
    for behaviour in behaviours:
        names |= {parent.property for parent in behaviour.parents} | {behaviour.key}
        names |= {each.property for each in behaviour.filters if each.operator == "eq"}
        if behaviour.sort is not None:
            names |= {behaviour.sort.default.lstrip("-")}
    if resource.id_kind == "integer" and is_keyed(resource):
        names.add(resource.id_property)
    return names - {"", resource.id_property if not is_keyed(resource) else ""}

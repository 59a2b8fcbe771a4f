"""What stands behind a name of an entity: a stored value, a derived one, or related documents.

Reads it from the stored schemas of the description and their `x-` extensions; knows no single entity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import methodcaller
from typing import TYPE_CHECKING, Any

from .derived import DERIVED, Related, Value, Whole
from .links import Links
from .operators import Document, Kind, Scalar
from .where import Nested, Opaque

if TYPE_CHECKING:
    from sandbooks.spec import Description

Schema = Mapping[str, Any]  # as OpenAPI writes it

_KINDS: Mapping[str, Kind] = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}


class Shapes:
    """The shapes of all collections in one call, by name."""

    def __init__(self, description: Description, links: Links) -> None:
        self.description = description
        self.links = links
        schemas = description.document["components"]["schemas"]
        self._stored = {schema["x-collection"]: schema for schema in schemas.values() if "x-collection" in schema}

    def of(self, collection: str) -> Shape:
        """The shape of a collection's documents."""
        return Shape(self, collection, self._stored[collection])


class Shape:
    """The names of one kind of document; implements `where.Fields`.

    `owner` is the collection, or the member that holds the objects.
    """

    def __init__(self, shapes: Shapes, owner: str, schema: Schema) -> None:
        self._shapes = shapes
        self._owner = owner
        self._schema = schema

    def member(self, name: str) -> Scalar | Nested | Opaque | None:
        """What a name stands for, in camel or snake case; None where it stands for nothing."""
        for spelling in dict.fromkeys((name, camel(name))):
            found = self._derived(spelling) or self._stored(spelling) or self._relation(spelling)
            if found is not None:
                return found
        return None

    def stored_name(self, name: str) -> str | None:
        """The stored member that a name means, aliases and snake case included; None where it means none."""
        aliases = self._schema.get("x-aliases", {})
        for spelling in (name, camel(name)):
            stored: str = aliases.get(spelling, spelling)
            if stored in self._schema["properties"]:
                return stored
        return None

    def _derived(self, name: str) -> Scalar | Nested | Opaque | None:
        links = self._shapes.links
        match DERIVED.get(self._owner, {}).get(name):
            case Value(read=value, kind=kind):
                return Scalar(kind, lambda document: value(document, links))
            case Related(collection=collection, read=related, many=many):
                return Nested(self._shapes.of(collection), lambda document: related(document, links), many)
            case Whole(read=whole):
                return Opaque(lambda document: whole(document, links))
        return None

    def _stored(self, name: str) -> Scalar | Nested | Opaque | None:
        name = self._schema.get("x-aliases", {}).get(name, name)
        part = self._schema["properties"].get(name)
        if part is None:
            return None
        part = self._shapes.description.resolve(part)
        if part.get("format") in ("date-time", "date"):
            return Scalar("datetime", methodcaller("get", name))
        if part["type"] in _KINDS:
            return Scalar(_KINDS[part["type"]], methodcaller("get", name))
        if part["type"] == "array":
            items = self._shapes.description.resolve(part["items"])
            if "properties" in items:
                return Nested(Shape(self._shapes, name, items), lambda document: document.get(name) or (), many=True)
        elif "properties" in part:
            return Nested(Shape(self._shapes, name, part), lambda document: _as_rows(document.get(name)), many=False)
        return Opaque(methodcaller("get", name))

    def _relation(self, name: str) -> Nested | None:
        path: str | None = self._schema.get("x-relations", {}).get(name)
        if path is None:
            return None
        links = self._shapes.links
        collection, dot, key = path.partition(".")
        if dot:
            return Nested(
                self._shapes.of(collection), lambda document: links.many(collection, key, document["id"]), True
            )
        target: str = self._schema["properties"][path]["x-references"]
        return Nested(
            self._shapes.of(target), lambda document: _as_rows(links.one(target, document.get(path))), many=False
        )


def camel(name: str) -> str:
    """`partner_staff_id` as `partnerStaffId`; a name without underscores as it is."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _as_rows(document: Document | None) -> Sequence[Document]:
    return () if document is None else (document,)

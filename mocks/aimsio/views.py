"""From stored documents to answers: every property, null where it has no value, and what is worked out (A25)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbooks import Call

from .entities import Document, Entity


def show(call: Call, entity: Entity, document: Document) -> dict[str, Any]:
    """The single object of a document."""
    shown = {each.name: document.get(each.name) for each in entity.properties}
    for each in entity.properties:
        if shown[each.name] is None:
            shown[each.name] = each.default
    for name, derive in entity.derived.items():
        shown[name] = derive(call, document)
    if entity.form == "shown" or (entity.form == "if any" and document.get(entity.form_data)):
        shown[entity.form_data] = document.get(entity.form_data)
    return shown


def show_all(call: Call, entity: Entity, documents: Sequence[Document]) -> list[dict[str, Any]]:
    return [show(call, entity, document) for document in documents]


def index_item(entity: Entity, document: Document) -> dict[str, Any]:
    """`dtype`, `guid`, `updatedAt`, and `id` where the entity has a number (A7)."""
    item = {"dtype": entity.noun, "guid": document[entity.guid], "updatedAt": document.get(entity.updated_at) or 0}
    return {**item, "id": document[entity.number]} if entity.number in document else item

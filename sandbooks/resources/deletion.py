"""Whether a deleted document goes or stays marked: only where the schema shows the mark and more speaks for it.

Knows the names of such marks; must not know how a call is answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbooks.resources.asks import Ask, asks_of_query
from sandbooks.resources.drafts import Draft
from sandbooks.resources.gathering import fields_of
from sandbooks.resources.model import Schema, SoftDelete
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import squeeze, vocabulary
from sandbooks.spec import Operation

FLAGS = vocabulary("deleted isdeleted archived isarchived trashed istrashed removed isremoved intrash softdeleted")
MOMENTS = vocabulary(
    "deletedat archivedat trashedat deletedon archivedon removedat deletedtime deletiondate datedeleted"
)
ACTIVE = vocabulary("active isactive enabled isenabled")
STATES = vocabulary("deleted archived trashed removed inactive canceled cancelled")

_INCLUDE = re.compile(
    r"^(?:include|show|with|list|return|get|and)(?:all|only)?(?:deleted|archived|trashed|inactive|removed)"
)
_SOFT = re.compile(
    r"(?i)\barchiv|\bcancel(?:s|ing|ling|lation)?\b|\bsoft|\btrash|deactivat|inactivat|mark\w*\b.{0,40}\b(?:delet|inactive|remov)|sets?\b.{0,30}\b(?:status|delet|archiv)"
)


def find_soft_delete(schemas: Schemas, draft: Draft) -> SoftDelete | None:
    """The mark that DELETE leaves, None where it removes."""
    operation = _operation(draft, "DELETE", of_item=True)
    if operation is None:
        return None
    said = bool(_SOFT.search(f"{operation.id} {operation.summary} {operation.description}"))
    asks = list(_asks(schemas, draft))
    include = next((ask.input for ask in asks if _INCLUDE.match(ask.word)), None)
    for name, schema in _own_properties(schemas, draft.schema):
        word = squeeze(name.rpartition(".")[2])
        asked = include is not None or any(ask.word.removeprefix("is") == word.removeprefix("is") for ask in asks)
        kind = schemas.kind(schema)
        if word in FLAGS and kind == "boolean" and (said or asked):
            return SoftDelete(name, True, include=include)
        if word in MOMENTS and kind in ("string", "") and (said or include is not None):
            return SoftDelete(name, None, moment=True, include=include)
        if word in ACTIVE and kind == "boolean" and said:
            return SoftDelete(name, False, include=include)
        if word in ("status", "state") and said:
            state = next((value for value in schemas.enum(schema) if squeeze(str(value)) in STATES), None)
            if state is not None:
                return SoftDelete(name, state, include=include)
    return None


def _operation(draft: Draft, method: str, *, of_item: bool) -> Operation | None:
    groups = (pair[1] if of_item else pair[0] for pair in draft.places)
    return next((group.operations[method] for group in groups if group and method in group.operations), None)


def _asks(schemas: Schemas, draft: Draft) -> Iterator[Ask]:
    operation = _operation(draft, "GET", of_item=False)
    if operation is not None:
        yield from asks_of_query(schemas, operation)


def _own_properties(schemas: Schemas, schema: Schema) -> Iterator[tuple[str, Schema]]:
    fields = fields_of(schemas, schema)
    for name, inner in schemas.properties(schema).items():
        if name == fields:
            yield from ((f"{name}.{key}", each) for key, each in schemas.properties(inner).items())
        else:
            yield name, inner

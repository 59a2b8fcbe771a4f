"""What a call may say about how documents are shown: which of their properties, and which references as documents.

Knows the names of such inputs; must not know answers.
"""

from __future__ import annotations

from sandbooks.resources.asks import Ask, asks_of_body, asks_of_query
from sandbooks.resources.bodies import request_schema
from sandbooks.resources.cases import Case
from sandbooks.resources.model import View
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import squeeze, stem, vocabulary

FIELDS = vocabulary(
    """
    fields field select optfields fieldlist fieldmask fieldnames onlyfields includefields returnfields responsefields
    selectfields fieldstoreturn attributestoreturn columns
    """
)
EXPANSIONS = vocabulary("expand expands expansions expandfields embed populate optexpand include includes with")


def find_view(case: Case) -> View | None:
    """The inputs of an operation on a collection that say how its documents are shown; None for none."""
    asks = asks_of_query(case.schemas, case.operation)
    if case.method != "GET":
        asks += [ask for ask in asks_of_body(case.schemas, request_schema(case.operation)) if ask.word in EXPANSIONS]
    named = [ask for ask in asks if _is_names(case.schemas, ask)]
    fields = next((ask for ask in named if _is_fields(ask, case)), None)
    expand = next((ask for ask in named if ask.word in EXPANSIONS and not _is_own(ask, case)), None)
    if not case.resource.references:
        expand = None
    if fields is None and expand is None:
        return None
    return View(fields.input if fields else None, expand.input if expand else None)


def _is_fields(ask: Ask, case: Case) -> bool:
    """`fields`, or `fields[ships]` for ships."""
    if len(ask.names) == 2 and squeeze(ask.names[0]) == "fields":
        return stem(ask.names[1]) == case.draft.noun
    return ask.word in FIELDS and not _is_own(ask, case)


def _is_own(ask: Ask, case: Case) -> bool:
    """The documents have a property of that name: then it chooses or sets."""
    own = case.schemas.properties(case.resource.schema)
    return any(squeeze(name) == ask.word for name in own)


def _is_names(schemas: Schemas, ask: Ask) -> bool:
    element = schemas.items(ask.schema)
    return schemas.kind(ask.schema if element is None else element) in ("string", "")

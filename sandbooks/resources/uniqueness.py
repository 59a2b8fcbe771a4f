"""Which properties no two documents may share: only where a create documents a refusal for it, and names them.

Knows the words that say so; must not know how documents are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbooks.resources.drafts import Draft
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import split_words
from sandbooks.spec import Operation, Schema

TAKEN = "409"
SHARED = frozenset({"created", "updated", "status", "state", "type", "kind"})
"""Names that stand in such texts as words, and that many documents share."""

_UNIQUE = re.compile(
    r"(?i)\b(?:must|should|has to|have to|needs? to) be (?:globally )?unique\b(?! (?:in|within|per|for|under|on)\b)"
)
_TAKEN = re.compile(r"(?i)\balready\b|\btaken\b|\bin use\b|\bduplicate\b|\bexists\b|\bnot unique\b|\bmust be unique\b")
_NARROWED = re.compile(
    r"(?i)\bcombination\b|\b(?:in|within|inside|under|on|for|of|per) (?:the|this|that|an?|its|each|same)\b"
)
"""What is taken below something else only, or together with more."""


def find_unique(schemas: Schemas, draft: Draft) -> tuple[str, ...]:
    """The properties of one value that a document has to itself, in the order of the schema.

    A property is one of them where a create documents a 409, and either its own description says that it is unique
    (`x-unique` too), or that of the 409 names it: "a user with this email already exists".
    """
    refusals = [operation.responses[TAKEN].description for operation in _creates(draft)]
    if not refusals:
        return ()
    told = {" ".join(split_words(text)) for text in refusals if _speaks_of_all(text)}
    return tuple(
        name
        for name, schema in schemas.properties(draft.schema).items()
        if name != draft.id_property
        and name.lower() not in SHARED
        and schemas.kind(schema) in ("string", "integer")
        and not schemas.enum(schema)
        and not _is_read_only(schemas, schema)
        and (_says_unique(schemas, schema) or any(_names(text, name) for text in told))
    )


def _creates(draft: Draft) -> Iterator[Operation]:
    for collection, _ in draft.places:
        for method in ("POST", "PUT"):
            operation = collection.operations.get(method) if collection else None
            if operation is not None and TAKEN in operation.responses:
                yield operation


def _is_read_only(schemas: Schemas, schema: Schema) -> bool:
    return any(part.get("readOnly") is True for part in schemas.parts(schema))


def _says_unique(schemas: Schemas, schema: Schema) -> bool:
    return any(
        part.get("x-unique") is True or _UNIQUE.search(str(part.get("description", ""))) is not None
        for part in schemas.parts(schema)
    )


def _speaks_of_all(text: str) -> bool:
    """The refusal is about what another document of the whole collection has."""
    return _TAKEN.search(text) is not None and _NARROWED.search(text) is None


def _names(text: str, name: str) -> bool:
    """`with this email`, `the same email`, `email already exists`; not every word that stands in the text."""
    own = re.escape(" ".join(split_words(name)))
    before, after = (
        r"(?:this|that|same|given|with|specified|provided|duplicate)",
        r"(?:is )?(?:already|exists|must|taken|in use)",
    )
    return re.search(rf"\b(?:{before} {own}|{own} {after})\b", text) is not None

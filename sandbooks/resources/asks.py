"""What a caller may say in a list call: one entry for each query parameter, key of an object, or body member.

Knows how names are put together with brackets and dots; must not know what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sandbooks.resources.model import Input, Place, Schema
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import squeeze, vocabulary
from sandbooks.spec import Operation

PAGE_HOLDERS = vocabulary("page paging pagination pager options listoptions")
FILTER_HOLDERS = vocabulary("filter filters where query criteria conditions filterby searchcriteria")

_COMPARED = re.compile(r"^(.*[^<>=])([<>])=?$")
_BREAKS = re.compile(r"[\[\]]+|\.(?=\w)")


@dataclass(frozen=True, slots=True)
class Ask:
    """One value that a caller may give.

    `names` are the parts of its name without a holder: `("created", "gte")` of `filter[created][gte]`. `held` says
    that it stood in a holder of pages or of filters.
    """

    input: Input
    names: Place
    schema: Schema
    text: str = ""
    held: str = ""

    @property
    def word(self) -> str:
        """The name without case and separators, by which rules know it."""
        return _word(self.names, self.held)


def asks_of_query(schemas: Schemas, operation: Operation) -> list[Ask]:
    """The query parameters, objects taken apart."""
    return [
        ask
        for parameter in operation.parameters
        if parameter.location == "query"
        for ask in _take_apart(
            schemas,
            Input((parameter.name,)),
            _names(parameter.name),
            parameter.schema,
            parameter.description,
        )
    ]


def asks_of_body(schemas: Schemas, schema: Schema | None) -> list[Ask]:
    """The members of a search body, objects taken apart."""
    return list(schemas.noted(schema, _asks_of_members)) if schema is not None else []


def _asks_of_members(schemas: Schemas, schema: Schema) -> list[Ask]:
    return [
        ask
        for name, inner in schemas.properties(schema).items()
        for ask in _take_apart(schemas, Input((name,), "body"), (name,), inner, "")
    ]


@lru_cache(maxsize=4096)
def _word(names: Place, held: str) -> str:
    joined = squeeze("".join(names))
    return {"number": "page", "size": "pagesize"}.get(joined, joined) if held == "page" else joined


@lru_cache(maxsize=4096)
def _names(name: str) -> Place:
    """The parts of a name: `filter[total][gt]` has three, `date>=` and `date<` two."""
    found = _COMPARED.match(name)
    if found:
        return (*_names(found[1]), {">": "gte", "<": "lte"}[found[2]])
    return tuple(part for part in _BREAKS.split(name) if part) or (name,)


def _take_apart(schemas: Schemas, input: Input, names: Place, schema: Schema, text: str) -> Iterator[Ask]:
    text = text or str(schemas.resolve(schema).get("description") or "")
    inner = schemas.properties(schema)
    if inner and schemas.kind(schema) == "object" and len(input.path) < 3:
        for name, each in inner.items():
            yield from _take_apart(schemas, Input((*input.path, name), input.source), (*names, name), each, "")
        if not _is_union(schemas, schema):
            return
    held = _held(names)
    yield Ask(input, names[1:] if held else names, schema, text, held)


def _is_union(schemas: Schemas, schema: Schema) -> bool:
    """An object or a plain value: `created=5` beside `created[gte]=5`."""
    return any(word in schemas.resolve(schema) for word in ("anyOf", "oneOf"))


def _held(names: Place) -> str:
    if len(names) < 2:
        return ""
    if squeeze(names[0]) in PAGE_HOLDERS:
        return "page"
    return "filter" if squeeze(names[0]) in FILTER_HOLDERS else ""

"""Which property of a document stands behind a path parameter, and how its values look.

Knows names of ids; must not know paths or envelopes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sandbooks.resources.model import Schema
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import split_words, squeeze, stem, vocabulary

IdKind = Literal["integer", "string", "uuid"]

ID_WORDS = ("id", "uuid", "guid", "sid", "gid", "identifier", "objectid", "resourceid", "publicid", "key", "token")
NAME_WORDS = vocabulary("code cd number nbr no num name slug username login handle email reference ref")
SYNONYMS = {
    "username": ("login", "handle", "name", "email", "slug"),
    "login": ("username", "handle", "name"),
    "handle": ("username", "login", "slug", "name"),
    "slug": ("name", "key", "handle", "code"),
    "name": ("slug", "login", "username", "key", "displayname", "fullname"),
    "no": ("number",),
    "nbr": ("number",),
    "num": ("number",),
    "cd": ("code", "number"),
    "ref": ("reference", "number", "code"),
    "reference": ("ref", "number", "code"),
    "code": ("key", "shortcode"),
}
SHORT = {
    **dict.fromkeys(("number", "nbr", "no", "num"), ("number", "nbr", "no", "num", "ref")),
    **dict.fromkeys(("code", "cd"), ("code", "cd")),
}
HOLDERS = ("metadata", "sys", "meta", "header")
CALLER_WORDS = frozenset({"code", "name", "slug", "username", "login", "handle", "email", "key", "sku", "isbn", "tag"})

_NAMED = re.compile(r"(?i)\b(?:name|slug|handle|login)\b")


@dataclass(frozen=True, slots=True)
class Naming:
    """How a path names one document: the parameter, the stem of the collection's name, its kind and text."""

    parameter: str
    noun: str
    kind: str = ""
    text: str = ""


def find_id(schemas: Schemas, schema: Schema | None, naming: Naming) -> str | None:
    """The property that a path parameter means, dotted; None when the schema shows none."""
    properties = schemas.properties(schema)
    if found := _match(schemas, properties, naming):
        return found
    for name, inner in properties.items():
        if squeeze(name) in HOLDERS and (found := _match(schemas, schemas.properties(inner), naming)):
            return f"{name}.{found}"
    return None


def find_own_id(schemas: Schemas, schema: Schema | None, noun: str, *, kind: str = "") -> str | None:
    """The property that looks like the id of a document that no path reads, or none by its name.

    Args:
        kind: of the parameter that names it, where there is one.
    """
    properties = schemas.properties(schema)
    squeezed = {squeeze(name): name for name in reversed(properties)}
    wanted = (
        *ID_WORDS[:6],
        noun + "id",
        noun + "uuid",
        "key",
        "code",
        noun + "code",
        "number",
        noun + "number",
        "name",
    )
    return next(
        (
            squeezed[word]
            for word in wanted
            if _is_scalar(schemas, found := properties.get(squeezed.get(word, "")))
            and _agrees(schemas, Naming("", noun, kind), found or {})
        ),
        None,
    )


def id_kind(schemas: Schemas, schema: Schema | None) -> IdKind:
    """How the values of an id look, by its schema."""
    found = schemas.resolve(schema)
    if schemas.kind(found) in ("integer", "number"):
        return "integer"
    return "uuid" if found.get("format") in ("uuid", "guid") else "string"


def is_callers_choice(id_property: str) -> bool:
    """The id is something that a caller names: a user name, a code, a slug."""
    last = (split_words(id_property.rpartition(".")[2]) or ("",))[-1]
    return last in CALLER_WORDS or squeeze(id_property) in CALLER_WORDS


def _match(schemas: Schemas, properties: dict[str, Schema], naming: Naming) -> str | None:
    squeezed = {squeeze(name): name for name in reversed(properties)}
    for word, sure in _spellings(naming):
        found = squeezed.get(word)
        if found and _is_scalar(schemas, properties[found]) and (sure or _agrees(schemas, naming, properties[found])):
            return found
    return None


@lru_cache(maxsize=4096)
def _spellings(naming: Naming) -> tuple[tuple[str, bool], ...]:
    """What the property may be called, most likely first; those that are not sure must be of the parameter's type."""
    return tuple(_all_spellings(naming))


def _all_spellings(naming: Naming) -> Iterator[tuple[str, bool]]:
    noun, words = naming.noun, split_words(naming.parameter)
    last, tail = (words[-1] if words else ""), "".join(words[:-1])
    whole = squeeze(naming.parameter)
    yield whole, True
    yield whole + "id", False
    if whole == noun and not _NAMED.search(naming.text):
        yield "id", False
    yield from ((whole + word, False) for word in ("name", "number", "code"))
    yield from ((tail + word, False) for word in SHORT.get(last, ()))
    if last in SHORT:
        yield from ((word, False) for word in ("referencenumber", "refnumber", "referencenbr", "refnbr", "refno"))
    if last not in ID_WORDS and last not in NAME_WORDS:
        yield last, False
    if last in NAME_WORDS:
        yield from ((word, False) for word in (last, noun + last, *SYNONYMS.get(last, ())))
        yield from ((word, False) for word in ("id", noun + "id"))
        return
    if last in ID_WORDS and last not in ("id", "key"):
        yield from ((last, True), (noun + last, True))
    if not (last in ID_WORDS or whole.endswith("id") or stem(naming.parameter) in (noun, stem(noun)) or last == noun):
        yield from ((word, False) for word in ("id", "key", noun + "id"))
        return
    if last not in ID_WORDS and _NAMED.search(naming.text) and "id" not in split_words(naming.text):
        yield from ((word, False) for word in ("login", "username", "name", "slug", "key", noun + "name"))
    yield "id", True
    yield from ((word, True) for word in (noun + "id", tail + "id", stem(tail) + "id", *ID_WORDS[1:]))
    yield from ((noun + word, True) for word in ("uuid", "guid", "sid", "key", "code", "number", "name", "slug", "no"))
    yield from ((word, True) for word in ("code", "number", "slug", "name"))


def _agrees(schemas: Schemas, naming: Naming, schema: Schema) -> bool:
    """The property holds values of the parameter's type, as far as both say it."""
    kind = schemas.kind(schema)
    if not kind or not naming.kind:
        return True
    return (kind in ("integer", "number")) == (naming.kind in ("integer", "number"))


def _is_scalar(schemas: Schemas, schema: Schema | None) -> bool:
    return schema is not None and schemas.kind(schema) in ("string", "integer", "number", "")

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
COUNT_WORDS = vocabulary("number nbr no num line position index sequence seq")

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


def find_own_id(schemas: Schemas, schema: Schema | None, noun: str, naming: Naming | None = None) -> str | None:
    """The property that looks like the id of a document, where no path reads it, or none by the property's name.

    Args:
        naming: how a path names it, where one does. Then a property that ends as the parameter does will do, and a
            name will not where the parameter asks for an id.
    """
    naming = naming or Naming("", noun)
    properties = schemas.properties(schema)
    fitting = {
        squeeze(name): name
        for name in reversed(properties)
        if _is_scalar(schemas, properties[name]) and _agrees(schemas, naming, properties[name])
    }
    wanted = [*ID_WORDS[:6], noun + "id", noun + "uuid", "key", "code", noun + "code", "number", noun + "number"]
    if not asks_for_id(naming):
        wanted.append("name")
    if found := next((fitting[word] for word in wanted if word in fitting), None):
        return found
    end = "".join(split_words(naming.parameter)[-2:])
    alike = [name for word, name in fitting.items() if asks_for_id(naming) and end != "id" and word.endswith(end)]
    return alike[0] if len(alike) == 1 else None


def usual_id(parameter: str, noun: str) -> str:
    """What an id is called that a path names so: `id` for `id` and `petId`, itself for `code`."""
    words = _id_last(split_words(parameter))
    is_plain = words[-1:] == ("id",) and stem("".join(words[:-1])) in ("", noun)
    return "id" if is_plain else parameter


def asks_for_id(naming: Naming) -> bool:
    """The parameter is called an id, so that what people call the thing is not meant."""
    words = _id_last(split_words(naming.parameter))
    return words[-1:] != () and (words[-1] in ID_WORDS or squeeze(naming.parameter).endswith("id"))


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


def is_count(id_property: str) -> bool:
    """The id is a number by which people count what is below one thing: a line, a position."""
    return (split_words(id_property.rpartition(".")[2]) or ("",))[-1] in COUNT_WORDS


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
    noun, words = naming.noun, _id_last(split_words(naming.parameter))
    last, tail = (words[-1] if words else ""), "".join(words[:-1])
    whole = squeeze(naming.parameter)
    is_thing = whole == noun and not _NAMED.search(naming.text)
    if is_thing and len(words) == 1 and last not in (*ID_WORDS, *NAME_WORDS):
        yield "id", False  # before a text called like the thing: what a comment says is no name of it
    yield whole, True
    yield whole + "id", False
    if is_thing:
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
    yield from _plain_spellings(naming, tail)


def _plain_spellings(naming: Naming, tail: str) -> Iterator[tuple[str, bool]]:
    """Those of a parameter that says no more than `id`, or the name of the thing, which may be meant by either.

    What is shown to people is none where an id is asked for: two may bear one name, and one may change its own.
    """
    noun, is_id, is_told = naming.noun, asks_for_id(naming), _NAMED.search(naming.text) is not None
    asked = {"id"} if is_told else {"id", "identifier", "uuid"}
    if not is_id and not asked & {*split_words(naming.text)} and (is_told or naming.kind == "string"):
        first, names = ((), ("name", "slug", "key")) if is_told else (("id",), ("slug", "key", "name"))
        yield from ((word, False) for word in (*first, "login", "username", *names, noun + "name"))
    yield "id", True
    yield from ((word, True) for word in (noun + "id", tail + "id", stem(tail) + "id", *ID_WORDS[1:]))
    yield from ((noun + word, True) for word in ("uuid", "guid", "sid", "key"))
    is_text = naming.kind not in ("integer", "number")  # in which a number can be written, though no text in a number
    yield from ((word, is_text) for word in (noun + "number", noun + "no", "number"))
    yield from ((word, False) for word in (noun + "code", noun + "slug", "code", "slug"))
    if not is_id:
        yield from ((noun + "name", False), ("name", False))


def _id_last(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name in the order that most use: `idBoard` is a `boardId`."""
    return (*words[1:], "id") if words[:1] == ("id",) else words


def _agrees(schemas: Schemas, naming: Naming, schema: Schema) -> bool:
    """The property holds values of the parameter's type, as far as both say it."""
    kind = schemas.kind(schema)
    if not kind or not naming.kind:
        return True
    return (kind in ("integer", "number")) == (naming.kind in ("integer", "number"))


def _is_scalar(schemas: Schemas, schema: Schema | None) -> bool:
    return schema is not None and schemas.kind(schema) in ("string", "integer", "number", "")

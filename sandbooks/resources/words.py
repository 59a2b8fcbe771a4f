"""Words of paths and properties: parts, stems, plurals, and what a verb leaves behind (`approve`, `approved`).

Knows English and naming styles; must not know descriptions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")


def vocabulary(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def by_word(table: Mapping[T, str]) -> dict[str, T]:
    """Each word of the texts -> the meaning under which its text stands."""
    return {word: meaning for meaning, text in table.items() for word in text.split()}


IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "data": "datum",
    "media": "medium",
    "indices": "index",
    "matrices": "matrix",
    "analyses": "analysis",
    "series": "series",
    "movies": "movie",
    "statuses": "status",
    "aliases": "alias",
    "buses": "bus",
}
CRUD_VERBS = vocabulary(
    """
    get fetch find list read retrieve query search lookup create add insert new make update edit modify change set
    save put patch upsert delete remove destroy do run execute call
    """
)
SEARCH_WORDS = vocabulary("search find query filter lookup batchget")
CALLERS = vocabulary("me @me self myself")  # whoever calls
PEOPLE = vocabulary("user member person people account profile employee")

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NOT_WORD = re.compile(r"[^a-z0-9]")


@lru_cache(maxsize=16384)
def split_words(name: str) -> tuple[str, ...]:
    """The lower-case words of a name: `customerID`, `customer_id` and `customer-id` are all `("customer", "id")`."""
    return tuple(part.lower() for part in _PARTS.findall(name.replace("IDs", "Ids").replace("URLs", "Urls")))


@lru_cache(maxsize=16384)
def squeeze(name: str) -> str:
    """A name without case and separators: `created_at` and `createdAt` are the same."""
    return _NOT_WORD.sub("", name.lower())


@lru_cache(maxsize=16384)
def singular(word: str) -> str:
    """The singular of one lower-case word; a word that is none in the plural stays."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")) and len(word) > 4:
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:
        return word[:-1]
    return word


@lru_cache(maxsize=16384)
def stem(name: str) -> str:
    """What two names of one thing share: `Invoices`, `invoice` and `INVOICE` give `invoice`."""
    words = split_words(name)
    if not words:
        return squeeze(name)
    return "".join((*words[:-1], singular(words[-1])))


def is_plural(name: str) -> bool:
    """The last word of the name stands in the plural."""
    words = split_words(name)
    return bool(words) and (singular(words[-1]) != words[-1] or words[-1] == "series")


def is_act(name: str) -> bool:
    """The name begins with a verb of calling and goes on: `getUser`, `create-list`, `users.list` is not one."""
    words = split_words(name)
    return len(words) > 1 and words[0] in CRUD_VERBS

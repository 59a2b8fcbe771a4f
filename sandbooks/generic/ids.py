"""New ids for documents, in the form that a description shows.

Knows what ids look like; must not know where documents are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from sandbooks.generic.places import Json
from sandbooks.generic.shapes import kind_of
from sandbooks.resources import Resource
from sandbooks.spec import Schema

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.generate import Generator

NewId = Callable[["Generator", "Chance", datetime], Json]
TOKEN_LENGTH = 16

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = re.compile(r"[0-9a-f]{12,64}")
_DIGITS = re.compile(r"[1-9]\d{2,17}")
_PREFIXED = re.compile(r"([A-Za-z]{1,12}(?:_[a-z]{2,8})?[_-])([A-Za-z0-9]{4,40})")


def new_id_of(resource: Resource, plain: Schema) -> NewId:
    """A function that draws text ids: by the pattern or format of schema and path, else in the form of its example.

    Ids that are whole numbers are counted, not drawn.
    """
    plain = {**resource.id_form, **plain}
    if resource.id_kind == "uuid" or str(plain.get("format", "")) in ("uuid", "guid"):
        return lambda generator, chance, now: chance.uuid()
    bare = {key: value for key, value in plain.items() if key not in ("example", "examples", "default", "x-faker")}
    if any(word in bare for word in ("pattern", "enum", "const")) or bare.get("format"):
        return lambda generator, chance, now: generator.value(bare, chance, now=now, name=resource.id_property)
    draw = _like_example(str(plain.get("example") or ""))
    shortest, longest = _length(plain, "minLength", 0), _length(plain, "maxLength", 255)
    return lambda generator, chance, now: _fit(draw(chance), chance, shortest, longest)


def is_like(value: Json, resource: Resource, plain: Schema) -> bool:
    """An id that a caller brings is one that this collection could have: of the right type, and not empty or 0, which
    forms and examples send for none."""
    if resource.id_kind == "integer" and kind_of(plain) != "string":
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    return isinstance(value, str) and bool(value)


def _like_example(example: str) -> Callable[[Chance], str]:
    if _UUID.fullmatch(example):
        return lambda chance: chance.uuid()
    if _DIGITS.fullmatch(example):
        low, high = 10 ** (len(example) - 1), 10 ** len(example) - 1
        return lambda chance: str(chance.integer(low, high))
    if _HEX.fullmatch(example):
        return lambda chance: chance.hex(len(example))
    if found := _PREFIXED.fullmatch(example):
        prefix, length = found[1], max(len(found[2]), TOKEN_LENGTH - 4)
        return lambda chance: prefix + chance.token(length)
    return lambda chance: chance.token(TOKEN_LENGTH)


def _length(plain: Schema, word: str, otherwise: int) -> int:
    value = plain.get(word)
    return value if isinstance(value, int) else otherwise


def _fit(text: str, chance: Chance, shortest: int, longest: int) -> str:
    return (text + chance.token(shortest - len(text)) if len(text) < shortest else text)[:longest]

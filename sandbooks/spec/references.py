"""References within one document: where a `$ref` leads, and every mapping in which one may stand.

Knows what OpenAPI takes for names and for data; must not know files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final, TypeAlias
from urllib.parse import unquote

from sandbooks.spec.model import Json, Schema, escape

FILES: Final = "x-sandbooks-files"
"""Where files that a description refers to stand in its document, by their path in the folder."""

UNRESOLVED: Final = "x-unresolved"
"""Marks the place of a `$ref` that leads nowhere or must not be followed; its value is the reference as written."""

OLD_WEBHOOKS: Final = "x-webhooks"
"""Where descriptions older than OpenAPI 3.1 keep their webhooks."""

Trail: TypeAlias = "tuple[Trail | None, str | int]"
"""The way to a value, from its end: what it stands in, and its name or number there; None is the whole document."""

_CONTAINERS: Final = frozenset({dict, list})
_MOST_DIGITS: Final = 9
_DATA: Final = frozenset({"example", "default", "enum", "const", "value"})
_NAMES: Final = frozenset(
    """properties patternProperties dependentSchemas definitions $defs schemas responses parameters examples headers
    requestBodies callbacks links securitySchemes securityDefinitions pathItems paths webhooks x-webhooks content
    encoding variables mapping scopes""".split()  # noqa: SIM905 - one name per line would fill the page
)


def find(document: Json, ref: str) -> Json:
    """What stands at a local reference (`#/components/schemas/Pet`); LookupError when nothing does."""
    if ref in ("#", "#/"):
        return document
    if not ref.startswith("#/"):
        raise LookupError(ref)
    is_plain = "%" not in ref and "~" not in ref
    node = document
    for step in ref[2:].split("/"):
        name = step if is_plain else unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and name in node:
            node = node[name]
        elif isinstance(node, list) and name.isdecimal() and len(name) <= _MOST_DIGITS and int(name) < len(node):
            node = node[int(name)]
        else:
            raise LookupError(ref)
    return node


def parts_of(document: Json, schema: Json, words: tuple[str, ...], seen: set[int] | None = None) -> Iterator[Schema]:
    """A schema, what it refers to, and what it is made of under these words (`allOf`), each once, itself first."""
    seen = set() if seen is None else seen
    if not isinstance(schema, dict) or id(schema) in seen:
        return
    seen.add(id(schema))
    yield schema
    if isinstance(ref := schema.get("$ref"), str):
        with suppress(LookupError):
            yield from parts_of(document, find(document, ref), words, seen)
    for word in words:
        for part in schema.get(word) or ():
            yield from parts_of(document, part, words, seen)


def follow(document: Json, node: Json) -> Json:
    """The value behind a chain of `$ref`; LookupError when the chain breaks or runs in a circle.

    What stands beside a `$ref` is laid over its target.
    """
    if not isinstance(node, dict) or "$ref" not in node:
        return node
    seen: set[str] = set()
    beside: dict[str, Json] = {}
    while isinstance(node, dict) and isinstance(ref := node.get("$ref"), str):
        if ref in seen:
            raise LookupError(ref)
        seen.add(ref)
        if len(node) > 1:
            beside = {**{key: value for key, value in node.items() if key != "$ref"}, **beside}
        node = find(document, ref)
    return {**node, **beside} if beside and isinstance(node, dict) else node


def place_of(document: Json, node: Json, place: str) -> str:
    """Where a part is written that stands at a place, or that a chain of `$ref` there leads to."""
    seen = {place}
    while isinstance(node, dict) and isinstance(ref := node.get("$ref"), str):
        try:
            node = find(document, ref)
        except LookupError:
            break
        place = unquote(ref[1:])
        if place in seen:
            break
        seen.add(place)
    return place


def place_in_file(place: str) -> str:
    """A place in the bundled document as people find it: `pets.yaml#/Pet` for a part of another file."""
    prefix = f"/{FILES}/"
    if not place.startswith(prefix):
        return place
    name, slash, rest = place.removeprefix(prefix).partition("/")
    return f"{name.replace('~1', '/').replace('~0', '~')}#{slash}{rest}"


def mappings(root: Json, trail: Trail | None = None) -> Iterator[tuple[dict[str, Json], Trail | None]]:
    """Every mapping that OpenAPI gives a meaning to, with the way to it, which goes on from `trail`; outer ones first.

    Left out are examples and other data, and mappings of names such as `properties` (but not what stands in them).
    Shared parts come once.
    """
    seen: set[int] = set()
    waiting: list[tuple[Json, Trail | None, bool]] = [(root, trail, False)]
    while waiting:
        node, at, is_named = waiting.pop()
        if type(node) is list:
            waiting += [(item, (at, number), False) for number, item in enumerate(node) if type(item) in _CONTAINERS]
        if type(node) is not dict or id(node) in seen:
            continue
        seen.add(id(node))
        if not is_named:
            yield node, at
        for key, value in node.items():
            if type(value) in _CONTAINERS and (is_named or not _is_data(key, value)):
                waiting.append((value, (at, key), not is_named and key in _NAMES))


def pointer_to(trail: Trail | None) -> str:
    """The way to a value as a JSON pointer."""
    steps: list[str] = []
    while trail is not None:
        trail, step = trail
        steps.append(f"/{escape(str(step))}")
    return "".join(reversed(steps))


def _is_data(key: str, value: Json) -> bool:
    if key.startswith("x-"):
        return key != OLD_WEBHOOKS
    return key in _DATA or (key == "examples" and isinstance(value, list))

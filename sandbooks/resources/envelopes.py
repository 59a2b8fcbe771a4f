"""Where documents stand in a body: bare, under a key, in an array, in an envelope with totals and links.

Knows the names that envelopes use; must not know operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from sandbooks.resources.metas import FLAGS, NUMBERS, TEXTS
from sandbooks.resources.model import Envelope, Place, Schema
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import squeeze, stem, vocabulary

WRAPPERS = vocabulary(
    """
    data item items result results record records entry entries list value values content contents rows objects object
    elements resource resources nodes edges hits collection payload response body embedded entity entities member
    members matches documents docs page queryresponse
    """
)
PAGE_OBJECTS = vocabulary("meta metadata pagination paging page links pageinfo pager pagecontext")
DEPTH = 4
MOST_SPOTS = 500
LIKE = 0.5  # so much of two bodies must be named alike for them to hold one document


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of a body where a document, or an array or map of them, may stand; `schema` is of one document."""

    envelope: Envelope
    schema: Schema
    name: str = ""  # under which the description keeps the schema
    alone: bool = False  # all that stands beside it speaks of pages
    only: bool = False  # no other document stands beside it
    address: str = ""  # of the schema of elements without a name: the last name above it, and the way from there

    def is_one_of(self, wanted: frozenset[str]) -> bool:
        """The schema is one of those with these names and addresses."""
        return bool(self.name and self.name in wanted) or bool(self.address and self.address in wanted)

    @property
    def last(self) -> str:
        """The key under which it stands, empty for the whole body."""
        return self.envelope.path[-1] if self.envelope.path else ""


def find_spots(schemas: Schemas, schema: Schema | None) -> list[Spot]:
    """Every place where documents may stand in a body of this schema, outermost first."""
    return schemas.noted(schema, _all_spots) if schema is not None else []


def choose_many(spots: list[Spot], noun: str, wanted: frozenset[str], *, sure: bool) -> Spot | None:
    """The array (or map) that is the list of documents called `noun`.

    Args:
        wanted: names and addresses of schemas that other operations show for one document.
        sure: take any array; otherwise only one that its name or a sole place gives away.
    """
    arrays = [spot for spot in spots if spot.envelope.kind in ("items", "map")]
    ranked = [
        (_rank_many(spot, noun, wanted, only=len(arrays) == 1), -len(spot.envelope.path), spot) for spot in arrays
    ]
    if not ranked:
        return None
    rank, _, best = max(ranked, key=lambda entry: entry[:2])
    return best if rank >= (1 if sure else 3) else None


def choose_one(spots: list[Spot], noun: str, wanted: frozenset[str], fits: Callable[[Schema], bool]) -> Spot | None:
    """The place of the one document of an answer.

    Args:
        wanted: names and addresses of schemas that other operations show for one document.
        fits: tells whether a schema shows the id of such a document.
    """
    ranked = [(_rank_one(spot, noun, wanted, fits), -len(spot.envelope.path), spot) for spot in spots]
    if not ranked:
        return None
    rank, _, best = max(ranked, key=lambda entry: entry[:2])
    return _around(spots, best, fits) if rank >= 4 else None


def _around(spots: list[Spot], inner: Spot, fits: Callable[[Schema], bool]) -> Spot:
    """The document in a wrapper that holds another of its kind, rather than the one that it holds."""
    path = inner.envelope.path
    outer = (
        spot
        for spot in spots
        if spot.envelope.kind == "item"
        and 0 < len(spot.envelope.path) < len(path)
        and path[: len(spot.envelope.path)] == spot.envelope.path
        and fits(spot.schema)
    )
    return next(outer, inner)


def one_or_several(schemas: Schemas, spots: list[Spot], chosen: Spot) -> Envelope:
    """The envelope of a place and, where one thing and an array of such things stand side by side, of both."""
    pairs = [pair for other in spots for pair in ((chosen, other), (other, chosen))]
    for one, several in pairs:
        kinds = one.envelope.kind, several.envelope.kind
        beside = one.last and several.last and one.envelope.path[:-1] == several.envelope.path[:-1]
        if kinds != ("item", "items") or not beside or several.envelope.inner or stem(one.last) != stem(several.last):
            continue
        if same_document(schemas, one, several) >= LIKE:
            return replace(one.envelope, several=several.envelope.path)
    return chosen.envelope


def same_document(schemas: Schemas, one: Spot, other: Spot) -> float:
    """How likely two bodies hold the same kind of document: 2 by name, else what they share of the smaller, 0 to 1."""
    if one.name and one.name == other.name:
        return 2.0
    return overlap(schemas, one.schema, other.schema)


def overlap(schemas: Schemas, one: Schema, other: Schema) -> float:
    """How much of the smaller of two documents is named as in the larger: 0 to 1."""
    left, right = schemas.words(one), schemas.words(other)
    smaller = min(len(left), len(right))
    return len(left & right) / smaller if smaller else 0.0


def _rank_many(spot: Spot, noun: str, wanted: frozenset[str], *, only: bool) -> int:
    last = spot.last
    rank = 12 if spot.is_one_of(wanted) else 0
    if stem(last) == noun:
        rank += 6
    elif not spot.envelope.path:
        rank += 5
    elif squeeze(last) in WRAPPERS or spot.alone:
        rank += 3
    if spot.envelope.kind == "map":
        return rank - 2 if rank >= 6 else 0
    return rank + (1 if only else 0)


def _rank_one(spot: Spot, noun: str, wanted: frozenset[str], fits: Callable[[Schema], bool]) -> int:
    if spot.envelope.kind == "map":
        return 0
    rank = 12 if spot.is_one_of(wanted) else 0
    if fits(spot.schema):
        if spot.last and stem(spot.last) == noun:
            rank += 6
        elif not spot.envelope.path:
            rank += 5
        elif squeeze(spot.last) in WRAPPERS or spot.only:
            rank += 4
    return rank - (1 if spot.envelope.kind == "items" else 0)


def _all_spots(schemas: Schemas, schema: Schema) -> list[Spot]:
    return list(islice(_walk(schemas, schema, (), frozenset()), MOST_SPOTS))


def _walk(
    schemas: Schemas,
    schema: Schema,
    path: Place,
    seen: frozenset[str],
    *,
    address: str = "",
    alone: bool = False,
    only: bool = False,
) -> Iterator[Spot]:
    """Depth first; a schema inside itself is not entered again. `address` begins with the last name above."""
    name = schemas.name(schema)
    address = name or address
    if len(path) > DEPTH or (name and name in seen):
        return
    kind = schemas.kind(schema)
    if kind == "array":
        yield from _array(schemas, schemas.items(schema), path, f"{address}/items" if address else "", alone=alone)
    elif kind == "object":
        yield Spot(Envelope("item", path), schema, name, only=only)
        yield from _map(schemas, schema, path)
        if path and not _may_wrap(path[-1]):
            return
        properties = schemas.properties(schema)
        strange = sum(1 for key, inner in properties.items() if not _is_about_pages(schemas, key, inner))
        objects = [key for key, inner in properties.items() if schemas.kind(inner) == "object"]
        for key, inner in properties.items():
            alone, only = strange == 1 < len(properties), objects == [key] and not path
            below = f"{address}/{key}" if address else ""
            yield from _walk(schemas, inner, (*path, key), seen | {name}, address=below, alone=alone, only=only)


def _is_about_pages(schemas: Schemas, key: str, schema: Schema) -> bool:
    """A member that a list answer has beside its items."""
    word = squeeze(key)
    is_value = word in NUMBERS or word in FLAGS or word in TEXTS
    if not is_value and word not in PAGE_OBJECTS:
        return False
    kind = schemas.kind(schema)
    return word in PAGE_OBJECTS if kind == "object" else is_value and kind != "array"


def _array(schemas: Schemas, item: Schema | None, path: Place, address: str, *, alone: bool) -> Iterator[Spot]:
    if item is None or not schemas.is_document(item):
        return
    name = schemas.name(item)
    yield Spot(Envelope("items", path), item, name, alone, address="" if name else address)
    properties = schemas.properties(item)
    for key, inner in properties.items():
        if (len(properties) == 1 or squeeze(key) == "node") and schemas.is_document(inner):
            yield Spot(Envelope("items", path, (key,)), inner, schemas.name(inner))


def _map(schemas: Schemas, schema: Schema, path: Place) -> Iterator[Spot]:
    extra = schemas.resolve(schema).get("additionalProperties")
    if isinstance(extra, dict) and extra and schemas.is_document(extra) and not schemas.properties(schema):
        yield Spot(Envelope("map", path), extra, schemas.name(extra))


def _may_wrap(key: str) -> bool:
    """Whether to look inside an object under this key for a further wrapper."""
    return (
        key.startswith(("_", "@")) or squeeze(key) in WRAPPERS or squeeze(key).endswith(("response", "result", "list"))
    )

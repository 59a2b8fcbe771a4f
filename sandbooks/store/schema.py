"""What is known of a table before its first document: who makes ids, what is unique, what is kept sorted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sandbooks.store.keys import Ordering, Path, read_order, read_property, sort_key, split_name

Key = tuple[Any, ...]  # JSON scalars


@dataclass(frozen=True, slots=True)
class TableSchema:
    """How one table is kept.

    Args:
        name: plural, as it stands in fixtures and control routes.
        id: the property that identifies a document; "10" and 10 are the same id.
        unique: each a tuple of property names; a key with a member that is null or absent is not checked.
        indexes: property names that are found, and sorted by, in logarithmic time.
        order: how a list is sorted by default, `("name", "-createdAt")`; empty for the order of arrival.
        new_id: "integer": the next number, never one used before, where the document brings none; "string": the
            caller brings it; "none": documents need none, those without are kept under a number that they do not show.
        first_id: the first number that is given.

    Property names may be dotted: `customer.id`. A path that leads through a list finds nothing.
    """

    name: str
    id: str = "id"
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    new_id: Literal["integer", "string", "none"] = "integer"
    first_id: int = 1


class Layout:
    """A schema made ready: which orderings are kept, and where each stands among them.

    An index is sorted by its property and then as a list is by default: so documents found by it stand in that order
    already. `default` is that order, and whether it is walked backward.
    """

    __slots__ = ("default", "index_at", "order_at", "orderings", "schema", "unique", "unique_at")

    def __init__(self, schema: TableSchema) -> None:
        self.schema = schema
        self.default = read_order(schema.order)
        indexes = {path: _index_ordering(path, self.default[0]) for path in map(split_name, schema.indexes)}
        kept = [*indexes.values(), *([self.default[0]] if schema.order else [])]
        self.orderings: tuple[Ordering, ...] = tuple(dict.fromkeys(kept))
        self.order_at = {ordering: number for number, ordering in enumerate(self.orderings)}
        self.index_at: dict[Path, int] = {path: self.order_at[ordering] for path, ordering in indexes.items()}
        self.unique: tuple[tuple[Path, ...], ...] = tuple(tuple(map(split_name, names)) for names in schema.unique)
        self.unique_at = {frozenset(names): number for number, names in enumerate(schema.unique)}

    def widest_of(self, ordering: Ordering) -> int | None:
        """Which kept ordering is that one, or begins with it; None when none does."""
        found = self.order_at.get(ordering)
        if found is not None:
            return found
        count = len(ordering.fields)
        starts = (number for number, kept in enumerate(self.orderings) if kept.fields[:count] == ordering.fields)
        return next(starts, None)


def unique_key(document: Mapping[str, Any], paths: tuple[Path, ...]) -> Key | None:
    """The values that must not occur twice; None where one of them is null or absent."""
    values = [read_property(document, path) if len(path) > 1 else document.get(path[0]) for path in paths]
    return key_of_values(values)


def key_of_values(values: list[Any]) -> Key | None:
    """As `unique_key`, of the values themselves, in the order of the key's names."""
    if None in values:
        return None
    return tuple([sort_key(value) if isinstance(value, dict | list) else value for value in values])


def _index_ordering(path: Path, default: Ordering) -> Ordering:
    if default.fields and default.fields[0] == (path, False):
        return default
    return Ordering(((path, False), *(field for field in default.fields if field[0] != path)))

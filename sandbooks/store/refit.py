"""A table under another schema: its documents stay, what is found by their properties is made anew.

Knows versions and schemas; must not know why a schema changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from immutables import Map

from sandbooks.store.blocks import Blocks, make_entry
from sandbooks.store.database import Store
from sandbooks.store.schema import Key, Layout, TableSchema, unique_key
from sandbooks.store.storage import HIDDEN_MARK
from sandbooks.store.version import Row, Version, free_id, is_number, next_id_after

Refitted = dict[Version, Version]
"""What became of versions that were refitted already: those that stores share stay shared."""


def refit_store(
    store: Store, schemas: Mapping[str, TableSchema], schema_of: Callable[[str], TableSchema], done: Refitted
) -> None:
    """Let a store keep its tables by other schemas from now on. `done` is filled and used.

    Every document stays. A table that has no schema any more is kept as it is, unless nothing was ever in it: no number
    is given twice, should it come back.

    Raises:
        RuntimeError: a transaction is open.
    """
    snapshot = store.snapshot()
    tables = {name: Version.empty(Layout(schema)) for name, schema in schemas.items()}
    for name, version in snapshot.tables.items():
        schema = schema_of(name)
        is_known = name in schemas or schema.name != name or name.startswith(HIDDEN_MARK)
        if is_known:
            if version not in done:
                done[version] = refit(version, schema)
            tables[name] = done[version]
        elif version.rows or version.next_id != version.layout.schema.first_id:
            tables[name] = version
    store.storage.take_over(schemas, schema_of, Map(tables))


def refit(version: Version, schema: TableSchema) -> Version:
    """The same documents under another schema.

    A document goes by what it has under the new schema's `id`. One that has nothing there, or what another has before
    it, keeps the id it had, or is given a number where that is taken too; it is written into it. Of documents that
    share a key that is to be unique all stay; the first has the key.
    """
    old = version.layout.schema
    if schema == old:
        return version
    layout = Layout(schema)
    rows, arrivals = version.rows, version.arrivals
    if (schema.id, schema.new_id) != (old.id, old.new_id):
        named = _named(version, schema)
        rows = Map(dict(named))
        arrivals = Blocks().with_entries(make_entry("", number, key) for key, (number, _) in named)
    next_id = max(version.next_id, schema.first_id)
    for key in rows:
        next_id = next_id_after(layout, key, next_id)
    orders = tuple(
        Blocks().with_entries(
            make_entry(ordering.key(document), number, key) for key, (number, document) in rows.items()
        )
        for ordering in layout.orderings
    )
    made = Version(layout, rows, arrivals, orders, (), version.next_sequence, next_id)
    made.unique = tuple(_claims(made, number) for number in range(len(layout.unique)))
    return made


def sharing(version: Version) -> int:
    """How many documents have a key that is to be unique, yet that another has."""
    claimed = [set(claims.values()) for claims in version.unique]
    paths = version.layout.unique
    return sum(
        any(key not in claimed[number] and unique_key(row[1], path) is not None for number, path in enumerate(paths))
        for key, row in version.rows.items()
    )


def _named(version: Version, schema: TableSchema) -> list[tuple[str, Row]]:
    """Each document with its new id, in the order of arrival."""
    rows = {key: version.rows[key] for key in version.ids()}
    own = {key: _own_id(document.get(schema.id)) for key, (_, document) in rows.items()}
    taken: dict[str, str] = {}
    for key, new in own.items():
        if new is not None:
            taken.setdefault(new, key)
    names = {key: new for new, key in taken.items()}
    for key in rows:
        if key not in names:
            names[key] = key if key not in taken else str(free_id(taken, version.next_id))
            taken[names[key]] = key
    return [(names[key], _renamed(row, names[key], own[key], schema)) for key, row in rows.items()]


def _renamed(row: Row, key: str, own: str | None, schema: TableSchema) -> Row:
    number, document = row
    if own == key or (schema.new_id == "none" and document.get(schema.id) is None):
        return row
    made: object = int(key) if schema.new_id == "integer" and is_number(key) else key
    return number, {**document, schema.id: made} if schema.id in document else {schema.id: made, **document}


def _own_id(value: object) -> str | None:
    """The key that a value makes; None for one that can be no id."""
    is_id = type(value) is int or (type(value) is str and value and "\0" not in value)
    return str(value) if is_id else None


def _claims(version: Version, number: int) -> Map[Key, str]:
    claims: dict[Key, str] = {}
    for key in version.ids():
        wanted = unique_key(version.rows[key][1], version.layout.unique[number])
        if wanted is not None:
            claims.setdefault(wanted, key)
    return Map(claims)

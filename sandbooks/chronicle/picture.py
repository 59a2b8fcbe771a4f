"""Everything that sandboxes hold, as tables of a TinyDB file, and back.

`sandboxes` and `bases` say by name which state of each table they have, `tables` what each of those is, and a table of
that name holds its documents: all, or those that differ from another state. States that several share stand there
once. Knows no log.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbooks.chronicle.forms import (
    BaseKey,
    Json,
    Tables,
    key_of,
    read_beginning,
    read_clock,
    read_key,
    read_schema,
    read_tables,
    render_beginning,
    render_clock,
    render_key,
    render_schema,
    render_tables,
)
from sandbooks.chronicle.schemas import Schemas
from sandbooks.clock import system_now
from sandbooks.sandbox import Beginning, Holding, Saved
from sandbooks.store import Store
from sandbooks.store.archive import Archive, Difference, all_of, blank_of, difference, rebuild, state_of
from sandbooks.store.version import Version

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Picture:
    """What is written: sandboxes in the order of their use, the bases that they were forked from, and since when.

    `taken_at` is a moment of real time; `vendors` and `left` are what `Schemas` has.
    """

    sandboxes: Mapping[str, Holding]
    bases: Mapping[BaseKey, Store]
    taken_at: datetime
    vendors: Mapping[str, Tables]
    left: Collection[str] = ()


def bases_in_use(picture: Picture) -> dict[BaseKey, Store]:
    """Those that a sandbox may still come back to: by its content, its beginning, or that of a snapshot."""
    contents: list[Beginning] = []
    for held in picture.sandboxes.values():
        contents += [held.content, held.beginning, *(saved.content for saved in held.snapshots)]
    wanted = {(content.profile, content.seed, content.day) for content in contents}
    return {key: base for key, base in picture.bases.items() if key[1:] in wanted}


def write_picture(picture: Picture, archive: Archive) -> None:
    """Write all of it, and nothing twice."""
    states = _States(picture.bases)
    bases = {str(n): states.render_base(key, base) for n, (key, base) in enumerate(picture.bases.items(), 1)}
    sandboxes = {name: _render_held(held, states, picture.taken_at) for name, held in picture.sandboxes.items()}
    told = {"format": FORMAT, "vendors": {name: render_tables(tables) for name, tables in picture.vendors.items()}}
    archive.add("chronicle", [("1", {**told, "left": sorted(picture.left)})])
    archive.add("sandboxes", sandboxes.items())
    archive.add("bases", bases.items())
    archive.add("tables", states.shown.items())
    for name, change in states.changes.items():
        archive.add(name, change.documents.items())


def read_picture(tables: Mapping[str, Json], schemas: Schemas) -> Picture:
    """`schemas` hears what was told of vendors.

    Raises:
        Conflict, Invalid, KeyError: written by another version, or of a vendor that is not known.
    """
    told = tables["chronicle"]["1"]
    schemas.known.update({name: read_tables(forms) for name, forms in told.get("vendors", {}).items()})
    schemas.left.update(told.get("left", ()))
    blank = schemas.blank
    versions: dict[str, Version] = {}
    for name, shown in tables["tables"].items():
        if shown["of"]:
            origin = versions[shown["of"]]
        elif "schema" in shown:
            origin = blank_of(read_schema(shown["schema"]))
        else:
            origin = blank(shown["vendor"]).storage.version(shown["table"])
        versions[name] = rebuild(origin, Difference(shown["gone"], tables[name], shown["next_id"]))

    def read_stores(form: Json) -> dict[str, Store]:
        return {vendor: _read_store(state, versions, blank(vendor)) for vendor, state in form.items()}

    bases = {(key := read_key(form)): _read_store(form, versions, blank(key[0])) for form in tables["bases"].values()}
    sandboxes = {name: _read_held(form, read_stores) for name, form in tables["sandboxes"].items()}
    return Picture(sandboxes, bases, system_now(), schemas.known, schemas.left)


class _States:
    """Gives each state of a table a name, and tells how it differs from one that has a name already."""

    def __init__(self, bases: Mapping[BaseKey, Store]) -> None:
        self.shown: dict[str, Json] = {}
        self.changes: dict[str, Difference] = {}
        self._bases = bases
        self._names: dict[Version, str] = {}

    def render_base(self, key: BaseKey, base: Store) -> Json:
        return {**render_key(key), **self._render_store(key[0], base, [])}

    def render_stores(
        self, stores: Mapping[str, Store], content: Beginning, relatives: Sequence[Mapping[str, Store]] = ()
    ) -> Json:
        """The stores of a sandbox or snapshot; `relatives` are others, rendered before, with which they share much."""
        shown = {}
        for vendor, store in stores.items():
            base = self._bases.get(key_of(vendor, content))
            near = [base, *(relative.get(vendor) for relative in relatives)]
            shown[vendor] = self._render_store(vendor, store, [each for each in near if each is not None])
        return shown

    def _render_store(self, vendor: str, store: Store, near: Sequence[Store]) -> Json:
        names = {}
        for table, version in sorted(store.storage.tables.items()):
            if version not in self._names:
                origins = [origin for each in near if (origin := each.storage.tables.get(table)) is not None]
                self._add(vendor, table, version, origins)
            names[table] = self._names[version]
        return {"revision": store.revision, "tables": names}

    def _add(self, vendor: str, table: str, version: Version, origins: Sequence[Version]) -> None:
        told = [(change, origin) for origin in origins if (change := difference(version, origin)) is not None]
        change, of = min(told, key=_size_of) if told else (all_of(version), None)
        name = self._names[version] = f"{vendor}/{table}/{len(self._names) + 1}"
        self.changes[name] = change
        self.shown[name] = {
            "vendor": vendor,
            "table": table,
            "schema": render_schema(version.layout.schema),
            "of": self._names[of] if of is not None else None,
            "gone": change.gone,
            "next_id": change.next_id,
        }


def _size_of(told: tuple[Difference, Version | None]) -> int:
    return len(told[0].documents) + len(told[0].gone)


def _render_held(held: Holding, states: _States, at: datetime) -> Json:
    forked = states.render_stores(held.forked, held.beginning)
    snapshots = {saved.name: _render_saved(saved, held, states) for saved in held.snapshots}
    latest = [held.forked, *(saved.stores for saved in held.snapshots[-1:])]
    return {
        "beginning": render_beginning(held.beginning),
        "content": render_beginning(held.content),
        "created_at": held.created_at.isoformat(),
        "clock": render_clock(held.now, frozen=held.frozen, at=at),
        "fork_of": held.fork_of,
        "stores": states.render_stores(held.stores, held.content, latest),
        "forked": forked,
        "snapshots": snapshots,
    }


def _render_saved(saved: Saved, held: Holding, states: _States) -> Json:
    return {
        "at": saved.at.isoformat(),
        "content": render_beginning(saved.content),
        "stores": states.render_stores(saved.stores, saved.content, [held.forked]),
    }


def _read_held(form: Json, read_stores: Callable[[Json], dict[str, Store]]) -> Holding:
    now, frozen = read_clock(form["clock"])
    return Holding(
        beginning=read_beginning(form["beginning"]),
        content=read_beginning(form["content"]),
        created_at=datetime.fromisoformat(form["created_at"]),
        now=now,
        frozen=frozen,
        fork_of=form["fork_of"],
        stores=read_stores(form["stores"]),
        forked=read_stores(form["forked"]),
        snapshots=[
            Saved(
                name,
                datetime.fromisoformat(saved["at"]),
                read_beginning(saved["content"]),
                read_stores(saved["stores"]),
            )
            for name, saved in form["snapshots"].items()
        ],
    )


def _read_store(form: Mapping[str, Any], versions: Mapping[str, Version], blank: Store) -> Store:  # any JSON
    tables = {table: versions[name] for table, name in form["tables"].items()}
    return state_of(blank, tables, form["revision"])

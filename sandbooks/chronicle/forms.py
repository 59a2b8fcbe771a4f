"""How what is known of a sandbox, and of how documents are kept, is written as JSON, and read again. Knows no file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sandbooks.clock import system_now
from sandbooks.sandbox import Beginning
from sandbooks.store import TableSchema

Tables = Mapping[str, TableSchema]
"""How a vendor's collections are kept, by name."""

BaseKey = tuple[str, str, int | str, datetime]
"""What a seeded base follows from: vendor, profile, seed, day."""

Json = dict[str, Any]  # a JSON object


def key_of(vendor: str, content: Beginning) -> BaseKey:
    return vendor, content.profile, content.seed, content.day


def render_key(key: BaseKey) -> Json:
    vendor, profile, seed, day = key
    return {"vendor": vendor, "profile": profile, "seed": seed, "day": day.isoformat()}


def read_key(form: Json) -> BaseKey:
    return form["vendor"], form["profile"], form["seed"], datetime.fromisoformat(form["day"])


def render_beginning(beginning: Beginning) -> Json:
    now = beginning.now.isoformat() if beginning.now is not None else None
    return {**asdict(beginning), "day": beginning.day.isoformat(), "now": now}


def read_beginning(form: Json) -> Beginning:
    now = datetime.fromisoformat(form["now"]) if form["now"] is not None else None
    return Beginning(**{**form, "day": datetime.fromisoformat(form["day"]), "now": now})


def render_clock(now: datetime, *, frozen: bool, at: datetime) -> Json:
    """Where a clock stands; of a running one also at which moment of real time it stood there."""
    return {"now": now.isoformat(), "frozen": frozen, "at": None if frozen else at.isoformat()}


def read_clock(form: Json) -> tuple[datetime, bool]:
    """Where a clock stands now that stood there, and whether it is frozen."""
    now = datetime.fromisoformat(form["now"])
    if form["at"] is not None:
        now += system_now() - datetime.fromisoformat(form["at"])
    return now, form["frozen"]


def render_tables(tables: Tables) -> list[Json]:
    return [render_schema(schema) for schema in tables.values()]


def read_tables(forms: Iterable[Json]) -> Tables:
    return {schema.name: schema for schema in map(read_schema, forms)}


def render_schema(schema: TableSchema) -> Json:
    return asdict(schema)


def read_schema(form: Json) -> TableSchema:
    lists = {name: tuple(form[name]) for name in ("indexes", "order")}
    return TableSchema(**{**form, **lists, "unique": tuple(map(tuple, form["unique"]))})

"""The lines of the log: what is done to sandboxes, as it is written before it is done, and how it is done once more.

Knows sandboxes; must not know files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
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
    read_tables,
    render_beginning,
    render_clock,
    render_key,
    render_tables,
)
from sandbooks.chronicle.schemas import Schemas
from sandbooks.clock import system_now
from sandbooks.sandbox import Beginning, Sandbox
from sandbooks.store import Change, Refitted, Store
from sandbooks.store.archive import Difference, all_of, rebuild, redo, state_of


def changes_line(sandbox: str, vendor: str, changes: Sequence[Change]) -> Json:
    """The changes of a transaction: of each document what it is afterwards, None where it is gone."""
    documents = [(change.table, change.id, change.after) for change in changes]
    return {"do": "change", "in": sandbox, "vendor": vendor, "documents": documents}


def act_line(sandbox: str, act: str, particulars: Mapping[str, object]) -> Json:
    """One of a sandbox's own verbs with what was handed to it."""
    return {"do": act, "in": sandbox, **{name: _render(value) for name, value in particulars.items()}}


def clock_line(sandbox: str, now: datetime, *, frozen: bool) -> Json:
    return {"do": "clock", "in": sandbox, "clock": render_clock(now, frozen=frozen, at=system_now())}


def made_line(sandbox: Sandbox) -> Json:
    """A new sandbox; of a fork the documents are those of its origin at this place of the log."""
    clock = sandbox.clock
    return {
        "do": "make",
        "in": sandbox.name,
        "beginning": render_beginning(sandbox.beginning),
        "fork_of": sandbox.fork_of,
        "created_at": sandbox.created_at.isoformat(),
        "clock": render_clock(clock.now(), frozen=clock.frozen, at=system_now()),
    }


def begin_line(sandbox: str, beginning: Beginning) -> Json:
    """What a reset leads to from now on."""
    return {"do": "begin", "in": sandbox, "beginning": render_beginning(beginning)}


def base_line(key: BaseKey, base: Store, schemas: Tables) -> Json:
    """All documents of a seeded base: the fixtures that it was made of may be others at the next start."""
    tables = {
        name: {"next_id": version.next_id, "documents": all_of(version).documents}
        for name, version in base.storage.tables.items()
    }
    told = {"revision": base.revision, "schemas": render_tables(schemas), "tables": tables}
    return {"do": "base", **render_key(key), **told}


def vendor_line(vendor: str, tables: Tables | None) -> Json:
    """A vendor was read anew: by these tables all of it is kept from now on, and it is seeded anew. None: it left."""
    return {"do": "vendor", "vendor": vendor, "schemas": None if tables is None else render_tables(tables)}


@dataclass(frozen=True, slots=True)
class Replay:
    """Does again what the lines say.

    Args:
        sandboxes: filled and changed.
        bases: filled and changed.
        build: a new sandbox, not yet among them.
        schemas: filled and changed.
    """

    sandboxes: MutableMapping[str, Sandbox]
    bases: MutableMapping[BaseKey, Store]
    build: Callable[[str, Beginning], Sandbox]
    schemas: Schemas

    def do(self, line: Json) -> None:
        """
        Raises:
            Problem, LookupError, TypeError, ValueError: the line does not fit what is there.
        """
        act = line["do"]
        if act == "base":
            self._read_base(line)
        elif act == "vendor":
            self.refit(line["vendor"], None if line["schemas"] is None else read_tables(line["schemas"]))
        elif act == "make":
            self._make(line)
        elif act == "delete":
            del self.sandboxes[line["in"]]
        else:
            self._do_in(self.sandboxes[line["in"]], act, line)

    def refit(self, vendor: str, tables: Tables | None) -> None:
        """From now on a vendor is kept by these tables; None: it is not served any more."""
        for key in [key for key in self.bases if key[0] == vendor]:
            del self.bases[key]
        if tables is None:
            self.schemas.left.add(vendor)
            return
        self.schemas.known[vendor] = tables
        self.schemas.left.discard(vendor)
        done: Refitted = {}
        for sandbox in self.sandboxes.values():
            sandbox.refit(vendor, tables, done)

    def _do_in(self, sandbox: Sandbox, act: str, line: Json) -> None:
        match act:
            case "change":
                redo(sandbox.open_store(line["vendor"], self._base_of(line)), line["documents"])
            case "clock":
                now, frozen = read_clock(line["clock"])
                sandbox.clock.set(now=now, frozen=frozen)
            case "save":
                sandbox.save_at(line["name"], datetime.fromisoformat(line["at"]))
            case "restore":
                sandbox.restore(line["name"])
            case "forget":
                sandbox.forget(line["name"])
            case "reset":
                sandbox.reset(profile=line["profile"], seed=line["seed"])
            case "reset_vendor":
                chosen = {"profile": line["profile"], "seed": line["seed"]}
                sandbox.reset_store(line["vendor"], self._base_of(line), **chosen)
            case "begin":
                sandbox.beginning = read_beginning(line["beginning"])
            case _:
                raise ValueError(f"{act!r} is nothing that can be done")

    def _make(self, line: Json) -> None:
        name = line["in"]
        sandbox = self.build(name, read_beginning(line["beginning"]))
        if line["fork_of"] is not None:
            sandbox.fork_from(self.sandboxes[line["fork_of"]])
        sandbox.created_at = datetime.fromisoformat(line["created_at"])
        now, frozen = read_clock(line["clock"])
        sandbox.clock.set(now=now, frozen=frozen)
        self.sandboxes[name] = sandbox

    def _base_of(self, line: Json) -> Callable[[Beginning], Store]:
        return lambda content: self.bases[key_of(line["vendor"], content)]

    def _read_base(self, line: Json) -> None:
        key = read_key(line)
        if "schemas" in line:
            self.schemas.known[key[0]] = read_tables(line["schemas"])
        blank = self.schemas.blank(key[0])
        tables = {
            name: rebuild(blank.storage.version(name), Difference((), table["documents"], table["next_id"]))
            for name, table in line["tables"].items()
        }
        self.bases[key] = state_of(blank, tables, line["revision"])


def _render(value: object) -> Any:  # any JSON
    return value.isoformat() if isinstance(value, datetime) else value

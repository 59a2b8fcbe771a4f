"""Documents as they are stored: count, list, read, put and delete them past the vendor's rules.

Knows collections; what a vendor's operations make of the documents is theirs, and who hears of a change as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbooks.control.fields import wrong_field
from sandbooks.errors import Detail, Invalid, NotFound
from sandbooks.pack import MAIN_TENANT, TENANT_MARK, Call, Caller, Reply
from sandbooks.sandbox import Sandbox
from sandbooks.server import Server
from sandbooks.store import Document, Store, Table
from sandbooks.vendor import Vendor
from sandbooks.webhooks import announced


def count_documents(server: Server, call: Call) -> Reply:
    """How many there are by collection; those of other tenants are not counted in."""
    vendor = server.vendor(call.path["vendor"])
    store = server.use_sandbox(call.sandbox).store(vendor)
    names = sorted(name for name in {*vendor.tables, *store.names()} if TENANT_MARK not in name)
    return Reply(200, {name: store.table(name).count() for name in names})


def list_documents(server: Server, call: Call) -> Reply:
    """A page of a collection, and how many documents there are in all."""
    text = call.query.get("q", "")
    page = _collection(server, call).table.page(
        predicate=_holds_text(text) if text else None, offset=call.query["offset"], limit=call.query["limit"]
    )
    return Reply(200, page.items, {"X-Total-Count": str(page.total)})


def get_document(server: Server, call: Call) -> Reply:
    """One document."""
    return Reply(200, _collection(server, call).table.read(call.path["id"]))


def put_document(server: Server, call: Call) -> Reply:
    """The document as given, in the place of the one that was there, if any."""
    collection = _collection(server, call)
    table, key = collection.table, call.path["id"]
    before = table.find_one(key)
    document = _identified(call.body, key, table, before)
    collection.check(document)
    with collection.changing(call) as heard:
        stored = table.put(document) if before is None else table.replace(key, document)
        heard(before, stored)
    return Reply(201 if before is None else 200, stored)


def delete_document(server: Server, call: Call) -> Reply:
    """Gone, whatever refers to it."""
    collection = _collection(server, call)
    with collection.changing(call) as heard:
        before = collection.table.find_one(call.path["id"])
        collection.table.delete(call.path["id"])
        heard(before, None)
    return Reply(204)


HANDLERS = {
    "countDocuments": count_documents,
    "listDocuments": list_documents,
    "getDocument": get_document,
    "putDocument": put_document,
    "deleteDocument": delete_document,
}


@dataclass(frozen=True, slots=True)
class _Collection:
    """One collection of one sandbox, of one tenant."""

    vendor: Vendor
    world: Sandbox
    store: Store
    table: Table

    @contextmanager
    def changing(self, call: Call) -> Iterator[Callable[[Document | None, Document | None], None]]:
        """A transaction; the function announces what was made of a document as the vendor's own changes are."""
        name, _, tenant = self.table.name.partition(TENANT_MARK)
        acting = Call(
            operation=call.operation,
            description=self.vendor.description,
            store=self.store,
            now=self.world.clock.now(),
            chance=self.world.chance(self.vendor),
            generator=self.vendor.generator,
            sandbox=self.world.name,
            base_url=call.base_url,
            caller=Caller("control", sandbox=self.world.name, tenant=tenant or MAIN_TENANT),
        )
        webhooks, outbox = self.vendor.webhooks, self.world.outbox
        sent: list[str] = []

        def hear(before: Document | None, after: Document | None) -> None:
            if webhooks is not None:
                acting.events.extend(webhooks.watcher(acting, name, before, after))
                sent.extend(outbox.write(acting, self.vendor.id, announced(acting, webhooks)))

        with self.store.transaction():
            yield hear
        if sent and webhooks is not None:
            outbox.release(self.vendor.id, sent, webhooks)

    def check(self, document: Document) -> None:
        """
        Raises:
            Invalid: the document does not fit the schema of the collection, where one is known.
        """
        faults = self.vendor.document_faults(self.table.name.partition(TENANT_MARK)[0], document)
        if faults:
            details = [Detail("body", fault.pointer, fault.message, fault.keyword) for fault in faults]
            raise Invalid(f"{faults[0].pointer or 'the document'}: {faults[0].message}", details=details)


def _collection(server: Server, call: Call) -> _Collection:
    vendor = server.vendor(call.path["vendor"])
    world = server.use_sandbox(call.sandbox)
    store, name = world.store(vendor), call.path["collection"]
    known = {name for name in (*vendor.tables, *store.names()) if not name.startswith(TENANT_MARK)}
    if name not in known:
        listed = ", ".join(sorted(known)) or "none"
        raise NotFound(f"{vendor.id} has no collection {name!r}; there are: {listed}.")
    return _Collection(vendor, world, store, store.table(name))


def _identified(given: Document, key: str, table: Table, before: Document | None) -> Document:
    """The document with its id, which the path says where the body does not."""
    name = table.schema.id
    if given.get(name) is not None:
        if str(given[name]) != key:
            raise wrong_field(f"/{name}", f"{name} is {given[name]!r} in the body and {key!r} in the path")
        return given
    if before is not None:
        return {**given, name: before[name]}
    return {**given, name: int(key) if table.schema.new_id == "integer" and key.isdecimal() else key}


def _holds_text(text: str) -> Callable[[Mapping[str, Any]], bool]:  # a stored document, any JSON
    wanted = text.casefold()
    return lambda document: _holds(document, wanted)


def _holds(value: object, wanted: str) -> bool:
    if isinstance(value, str):
        return wanted in value.casefold()
    if isinstance(value, Mapping):
        return any(_holds(inner, wanted) for inner in value.values())
    if isinstance(value, list):
        return any(_holds(inner, wanted) for inner in value)
    if isinstance(value, bool):
        return wanted == str(value).casefold()
    return value is not None and wanted in str(value)

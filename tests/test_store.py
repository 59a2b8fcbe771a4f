"""What a table stores: ids, unique keys, JSON alone, copies at the border, and the verbs that write."""

from __future__ import annotations

import doctest
import importlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import pytest
import tinydb
from tinydb.table import Document as TinyDocument

from sandbooks.errors import Conflict, Invalid, NotFound
from sandbooks.store import Document, Store, Table, TableSchema, where

INVOICES = TableSchema(
    "invoices",
    unique=(("number",), ("customer.id", "reference")),
    indexes=("status", "customer.id", "total"),
    order=("-date",),
)


class Status(StrEnum):
    PAID = "PAID"


class Level(IntEnum):
    HIGH = 3


@pytest.fixture
def store() -> Store:
    """A store with one table of invoices."""
    return Store([INVOICES])


@pytest.fixture
def invoices(store: Store) -> Table:
    """Four invoices, of which two share a status and two a date."""
    table = store.table("invoices")
    with store.transaction():
        table.put({"number": "A-1", "status": "PAID", "date": "2026-03-02", "total": 1234.56, "customer": {"id": 7}})
        table.put({"number": "A-2", "status": "DRAFT", "date": "2026-03-09", "total": 80, "customer": {"id": 8}})
        table.put({"number": "A-3", "status": "PAID", "date": "2026-03-02", "total": 99.9, "customer": {"id": 7}})
        table.put({"number": "A-4", "status": "VOID", "date": None, "total": None, "customer": None})
    return table


def numbers(documents: Any) -> list[str]:
    """The invoice numbers of some documents."""
    return [document["number"] for document in documents]


def test_put_makes_the_next_id_and_shows_it_first() -> None:
    """Ids count up from the first one, also past one that a caller brought."""
    store = Store([TableSchema("customers", first_id=1001)])
    with store.transaction():
        names: list[Document] = [{"name": "Ada"}, {"id": 1007, "name": "Bob"}, {"name": "Cy"}]
        stored = [store.table("customers").put(each) for each in names]

    assert ["id", "name"] == list(stored[0])
    assert [1001, 1007, 1008] == [document["id"] for document in stored]


def test_put_all_is_as_put_of_each(store: Store) -> None:
    """Ids (also past one that a caller brought), order and pages are the same; all are stored or none."""
    invoices = store.table("invoices")
    twin = Store([INVOICES]).fork()
    bills: list[Document] = [{"number": f"A-{number}", "total": number * 37 % 11} for number in range(70)]
    bills[3]["id"] = 41
    with store.transaction(), twin.transaction():
        invoices.put({"id": 2, "total": 4.5})
        twin.table("invoices").put({"id": 2, "total": 4.5})

        assert [3, 4, 5] == invoices.free_ids(3)
        assert [twin.table("invoices").put(each) for each in bills] == invoices.put_all(bills)
        with pytest.raises(Conflict, match="number 'A-9'"):
            invoices.put_all([{"number": "B-1"}, {"number": "A-9"}])

    assert twin.storage.read() == store.storage.read()
    assert twin.table("invoices").page(order=("-total",)) == invoices.page(order=("-total",))


def test_id_is_never_given_twice(store: Store) -> None:
    """Neither a deletion nor a truncation brings an id back; a rollback does, for nobody has seen it."""
    table = store.table("customers")
    with store.transaction():
        table.put({"name": "Ada"})
        table.delete(1)
        table.put({"name": "Bob"})
        table.truncate()
    with pytest.raises(LookupError), store.transaction():
        table.put({"name": "gone"})
        raise LookupError
    with store.transaction():
        assert 3 == table.put({"name": "Cy"})["id"]


def test_huge_id_does_not_move_the_counter(store: Store) -> None:
    """A client that sends the largest 64-bit number does not push the next ids out of range."""
    table = store.table("pets")
    with store.transaction():
        table.put({"id": 2**63 - 1})

        assert 1 == table.put({"name": "Rex"})["id"]


def test_counter_of_a_state_read_back_can_be_raised(store: Store) -> None:
    """The next id follows the number told, and never falls."""
    table = store.table("pets")
    with store.transaction():
        table.raise_next_id(41)
        table.raise_next_id(7)

        assert (41, 41, 42) == (table.next_id, table.put({})["id"], table.next_id)


def test_text_and_number_are_the_same_id(store: Store) -> None:
    """ "10" and 10 find the same document, and what is written keeps its first form."""
    table = store.table("pets")
    with store.transaction():
        table.put({"id": 10, "name": "Rex"})
        with pytest.raises(Conflict, match="pets already has a document with id 10"):
            table.put({"id": "10"})
        table.replace("10", {"id": "10", "name": "Max"})
        table.change("10", {"age": 3})

    assert {"id": 10, "name": "Max", "age": 3} == table.read("10") == table.read(10)


def test_table_without_own_ids_wants_them_from_the_caller() -> None:
    """A table of text ids refuses a document that brings none."""
    store = Store([TableSchema("accounts", id="code", new_id="string")])
    with store.transaction():
        assert {"code": "4000"} == store.table("accounts").put({"code": "4000"})
        with pytest.raises(Invalid, match="accounts: a document without code"):
            store.table("accounts").put({"name": "Sales"})


def test_documents_may_do_without_ids() -> None:
    """A table of kind none keeps them under numbers that they do not show."""
    store = Store([TableSchema("lines", new_id="none")])
    with store.transaction():
        keys = store.table("lines").insert_multiple([{"text": "a"}, {"text": "b"}])
        store.table("lines").replace(keys[1], {"text": "c"})

    assert (["1", "2"], {"text": "c"}) == (keys, store.table("lines").read(2))


@pytest.mark.parametrize("id", [True, 1.5, "", "a\0b", [], {}])
def test_odd_id_is_refused(store: Store, id: object) -> None:
    """An id is a whole number or a text with something in it."""
    with store.transaction(), pytest.raises(Invalid, match="an id is an integer, or a text that is not empty"):
        store.table("pets").put({"id": id})


@pytest.mark.parametrize("write", [Table.replace, Table.change])
def test_id_cannot_be_changed(store: Store, invoices: Table, write: Callable[..., Document]) -> None:
    """A document that brings another id is refused, and nothing is stored."""
    with store.transaction() as transaction, pytest.raises(Invalid, match="id of 1 cannot become 9; an id stays"):
        write(invoices, 1, {"id": 9, "number": "A-9"})

    assert [] == transaction.changes
    assert "A-1" == invoices.read(1)["number"]


@pytest.mark.parametrize(
    "act", [lambda table: table.read(99), lambda table: table.replace(99, {}), lambda table: table.change(99, {}),
            lambda table: table.delete(99)]
)  # fmt: skip
def test_missing_document_is_not_found(store: Store, invoices: Table, act: Callable[[Table], object]) -> None:
    """The message names the table and the id."""
    with store.transaction(), pytest.raises(NotFound, match="invoices has no document with id 99"):
        act(invoices)


def test_find_one_of_a_missing_document_is_none(invoices: Table) -> None:
    """Where absence is an answer, it is None."""
    assert invoices.find_one(99) is None


def test_taken_unique_key_is_a_conflict(store: Store, invoices: Table) -> None:
    """By putting, replacing, changing and in bulk; the message names table, key and value; nothing is stored."""
    refusal = "invoices already has a document with number 'A-1'; it must be unique"
    with store.transaction() as transaction:
        for act in (
            lambda: invoices.put({"number": "A-1"}),
            lambda: invoices.replace(2, {"number": "A-1"}),
            lambda: invoices.change(2, {"number": "A-1"}),
            lambda: invoices.insert_multiple([{"number": f"B-{each}"} for each in range(50)] + [{"number": "A-1"}]),
            lambda: invoices.update({"number": "A-1"}, where("status") == "DRAFT"),
        ):
            with pytest.raises(Conflict, match=refusal):
                act()

    assert [] == transaction.changes
    assert (4, 5) == (len(invoices), invoices.next_id)


def test_unique_key_of_several_members_wants_them_all(store: Store, invoices: Table) -> None:
    """A pair may not occur twice; one with a null or absent member may, as often as it likes."""
    with store.transaction():
        invoices.put({"customer": {"id": 7}, "reference": "R1"})
        invoices.insert_multiple([{"customer": {"id": 7}}, {"customer": {"id": 7}, "reference": None}])
        with pytest.raises(Conflict, match=r"customer\.id 7 and reference 'R1'"):
            invoices.put({"customer": {"id": 7}, "reference": "R1"})
        invoices.put({"customer": {"id": "7"}, "reference": "R1"})


def test_taken_object_is_shown_as_it_was_given(store: Store, invoices: Table) -> None:
    """Not as the store compares it; the order of its members does not matter."""
    with store.transaction():
        invoices.put({"customer": {"id": 7}, "reference": {"erp": [1], "line": 2}})
        with pytest.raises(Conflict, match=r"customer\.id 7 and reference \{'line': 2, 'erp': \[1\]\}; it must"):
            invoices.put({"customer": {"id": 7}, "reference": {"line": 2, "erp": [1]}})


def test_freed_unique_key_may_be_taken(store: Store, invoices: Table) -> None:
    """By what changes its own key, and by what takes the place of a deleted document."""
    with store.transaction():
        invoices.change(1, {"number": "A-9"})
        invoices.delete(2)
        invoices.insert_multiple([{"number": "A-1"}, {"number": "A-2"}])

    found = [invoices.find_unique(number=number) for number in ("A-1", "A-2", "A-9", "A-8", None)]
    assert [5, 6, 1, None, None] == [document and document["id"] for document in found]


def test_unknown_unique_key_says_which_there_are(invoices: Table) -> None:
    """Looking up by something that is not unique is a mistake of the author, not an empty answer."""
    with pytest.raises(ValueError, match=r"invoices has no unique key \('status',\); there is \('number',\) and"):
        invoices.find_unique(status="PAID")


def test_find_unique_by_a_dotted_pair(store: Store, invoices: Table) -> None:
    """The members may be named in any order."""
    with store.transaction():
        invoices.change(3, {"reference": "R7"})

    assert 3 == (invoices.find_unique(**{"reference": "R7", "customer.id": 7}) or {})["id"]


def test_what_is_handed_out_is_a_copy(store: Store, invoices: Table) -> None:
    """Neither what was put in nor what was got out is a way to the stored document."""
    given: Document = {"lines": [{"tags": ["a"]}]}
    with store.transaction():
        got = [invoices.put(given), *(invoices.change(5, {"n": 1}) for _ in range(2)), invoices.replace(5, given)]
    got += [invoices.read(5), invoices.find_one(5) or {}, invoices.page(filters={"id": 5}).items[0]]
    got += [*invoices.search(where("id") == 5), invoices.all()[4], store.storage.read()["invoices"]["5"]]
    for document in (given, *got):
        document["lines"][0]["tags"].append("b")
        document["lines"].append("c")

    assert {"id": 5, "lines": [{"tags": ["a"]}]} == invoices.read(5)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"due": date(2026, 1, 31)}, r"due is datetime.date\(2026, 1, 31\), a date; a stored document is JSON"),
        ({"lines": [{}, {"price": Decimal("1.10")}]}, r"lines\[1\]\.price is Decimal\('1\.10'\), a Decimal"),
        ({"a": {"b": (1, 2)}}, r"a\.b is \(1, 2\), a tuple"),
        ({"a": {"b": {1: 2}}}, r"A key of a\.b is 1, a int"),
        ({"rate": float("nan")}, "rate is nan, a float"),
        ({"rate": [float("inf")]}, r"rate\[0\] is inf, a float"),
        ({"raw": b"x"}, "raw is b'x', a bytes"),
    ],
)
def test_only_json_is_stored(store: Store, document: Document, message: str) -> None:
    """Anything else is refused with the name of the property."""
    with store.transaction() as transaction, pytest.raises(TypeError, match=message):
        store.table("pets").put(document)

    assert [] == transaction.changes


def test_members_of_enums_are_stored_plain(store: Store) -> None:
    """Subclasses of text, numbers and dicts become what they are in JSON, and are found by index."""
    table = Store([TableSchema("bills", indexes=("status",))])
    bills = table.table("bills")
    with table.transaction():
        bills.put(TinyDocument({"status": Status.PAID, "level": Level.HIGH}, doc_id=4))

    stored = bills.read(4)
    assert {"id": 4, "status": "PAID", "level": 3} == stored
    assert [str, int] == [type(stored["status"]), type(stored["level"])]
    assert 1 == bills.count(filters={"status": Status.PAID}) == len(bills.search(where("status") == Status.PAID))


def test_deep_document_is_stored(store: Store) -> None:
    """Two hundred levels, the deepest that the wire lets through."""
    deep: Any = "core"
    for _ in range(199):
        deep = {"in": [deep]} if _ % 2 else {"in": deep}
    with store.transaction():
        assert deep == store.table("pets").put({"deep": deep})["deep"]


def test_tinydb_verbs_write(store: Store, invoices: Table) -> None:
    """insert, insert_multiple, update, upsert, update_multiple, remove: each keeps indexes right, and is recorded."""
    with store.transaction() as transaction:
        assert "5" == invoices.insert({"number": "A-5", "status": "DRAFT"})
        assert ["6", "9"] == invoices.insert_multiple([{"number": "A-6"}, TinyDocument({"number": "A-9"}, 9)])
        assert ["2", "5"] == invoices.update({"status": "OPEN"}, where("status") == "DRAFT")
        assert ["6"] == invoices.update(lambda document: document.update(status="OPEN"), doc_ids=["6", 99])
        assert ["9"] == list(map(str, invoices.upsert({"status": "VOID"}, where("number") == "A-9")))
        assert ["10"] == list(map(str, invoices.upsert({"number": "A-10"}, where("number") == "A-10")))
        assert ["10"] == list(map(str, invoices.update_multiple([({"status": "PAID"}, where("number") == "A-10")])))
        assert ["4", "9"] == invoices.remove(where("status") == "VOID")
        assert ["3"] == invoices.remove(doc_ids=[3, 3, 99])

    assert ["2", "5", "6"] == [str(found.doc_id) for found in invoices.search(where("status") == "OPEN")]
    assert ["1", "10"] == [str(found.doc_id) for found in invoices.search(where("status") == "PAID")]
    assert ["5", "6", "9", "2", "5", "6", "9", "10", "10", "4", "9", "3"] == [each.id for each in transaction.changes]
    assert [1, 2, 5, 6, 10] == [document["id"] for document in invoices.all()]


def test_truncate_takes_out_all(store: Store, invoices: Table) -> None:
    """One change for each document; keys are free again; `remove` without a condition is refused instead."""
    with store.transaction() as transaction:
        with pytest.raises(RuntimeError, match=r"truncate\(\)"):
            invoices.remove()
        invoices.truncate()
        invoices.put({"number": "A-1"})

    assert [("1", None), ("2", None), ("3", None), ("4", None)] == [
        (each.id, each.after) for each in transaction.changes[:4]
    ]
    assert (["A-1"], []) == (numbers(invoices), invoices.search(where("status") == "PAID"))


def test_plain_tinydb_may_work_on_the_storage(store: Store, invoices: Table) -> None:
    """TinyDB over the same storage reads the tables, and what it writes is recorded and indexed."""
    plain = tinydb.TinyDB(storage=lambda: store.storage)
    with store.transaction() as transaction:
        plain.table("invoices").update({"status": "SENT"}, tinydb.Query().number == "A-2")
        plain.table("notes").insert({"text": "hello"})

    assert [("invoices", "2"), ("notes", "1")] == [(each.table, each.id) for each in transaction.changes]
    assert ["A-2"] == numbers(invoices.search(where("status") == "SENT"))
    assert {"id": 1, "text": "hello"} == store.table("notes").read(1)


def test_storage_reads_and_writes_the_form_of_tinydb(store: Store, invoices: Table) -> None:
    """A whole state as plain JSON goes into another store and is the same there, in the same order."""
    other = Store([INVOICES])
    with other.transaction():
        other.table("stale").put({"gone": True})
        other.storage.write(store.storage.read())

    assert {**store.storage.read(), "stale": {}} == other.storage.read()
    assert numbers(invoices.page().items) == numbers(other.table("invoices").page().items)


@pytest.mark.parametrize("name", ["blocks", "database", "documents", "keys"])
def test_examples_hold(name: str) -> None:
    """The examples in the store's docstrings do what they show."""
    result = doctest.testmod(importlib.import_module(f"sandbooks.store.{name}"))

    assert 0 == result.failed

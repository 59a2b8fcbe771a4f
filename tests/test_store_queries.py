"""Pages, filters, orders and queries of a table: the same with an index and without."""

from __future__ import annotations

from typing import Any

import pytest
from tinydb.table import Document as TinyDocument

from sandbooks.store import Store, Table, TableSchema, where

INVOICES = TableSchema(
    "invoices",
    unique=(("number",),),
    indexes=("status", "customer.id", "total"),
    order=("-date",),
)


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


def test_page_follows_the_order_of_the_schema(invoices: Table) -> None:
    """Newest first: null before all, ties as they arrived; the total counts all pages."""
    page = invoices.page(offset=1, limit=2)

    assert (["A-2", "A-1"], 4) == (numbers(page.items), page.total)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (("number",), ["A-1", "A-2", "A-3", "A-4"]),
        (("-number",), ["A-4", "A-3", "A-2", "A-1"]),
        (("date",), ["A-1", "A-3", "A-2", "A-4"]),
        (("total",), ["A-2", "A-3", "A-1", "A-4"]),
        (("-total",), ["A-4", "A-1", "A-3", "A-2"]),
        (("-customer.id", "total"), ["A-4", "A-2", "A-3", "A-1"]),
        (("status", "-total"), ["A-2", "A-1", "A-3", "A-4"]),
        (("absent",), ["A-1", "A-2", "A-3", "A-4"]),
    ],
)
def test_page_sorts_by_any_properties(invoices: Table, order: tuple[str, ...], expected: list[str]) -> None:
    """With an index or without, upward or downward, by several."""
    assert expected == numbers(invoices.page(order=order).items)


def test_mixed_types_sort_without_raising() -> None:
    """Numbers, then text, then lists and dicts, then nothing."""
    store = Store([TableSchema("bags", indexes=("kept",))])
    values: list[Any] = [None, {"a": 1}, "ten", 10, [2], True, "9", 9.5, -1]
    with store.transaction():
        store.table("bags").insert_multiple([{"kept": value, "loose": value} for value in values])

    expected = [-1, True, 9.5, 10, "9", "ten", [2], {"a": 1}, None]
    assert expected == [bag["kept"] for bag in store.table("bags").page(order=("kept",)).items]
    assert expected == [bag["loose"] for bag in store.table("bags").page(order=("loose",)).items]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"status": "PAID"}, ["A-1", "A-3"]),
        ({"status": "PAID", "number": "A-3"}, ["A-3"]),
        ({"customer.id": 7, "status": "PAID"}, ["A-1", "A-3"]),
        ({"customer.id": None}, ["A-4"]),
        ({"absent": None}, ["A-2", "A-1", "A-3", "A-4"]),
        ({"customer": {"id": 8}}, ["A-2"]),
        ({"status": "OPEN"}, []),
        ({"status": ["PAID"]}, []),
    ],
)
def test_filters_pick_documents(invoices: Table, filters: dict[str, object], expected: list[str]) -> None:
    """All of them must hold; null is met by an absent property; the order is still the schema's."""
    page = invoices.page(filters=filters)

    assert (sorted(expected), len(expected)) == (sorted(numbers(page.items)), page.total)
    assert len(expected) == invoices.count(filters=filters)
    assert numbers(page.items) == [number for number in ["A-4", "A-2", "A-1", "A-3"] if number in expected]


def test_predicate_picks_documents(invoices: Table) -> None:
    """Beside filters or alone; it sees stored documents, and the total counts what it accepts."""
    page = invoices.page(predicate=lambda document: (document["total"] or 0) > 90, limit=1)

    assert (["A-1"], 2) == (numbers(page.items), page.total)
    assert 1 == invoices.count(filters={"status": "PAID"}, predicate=lambda document: document["total"] < 100)


def test_first_page_of_many_is_the_same_with_and_without_index() -> None:
    """Few wanted of many that match: walking the order and sorting the matches give the same page."""
    schema = TableSchema("rows", indexes=("kind",), order=("-rank", "name"))
    store = Store([schema])
    rows = [{"kind": each % 2, "rank": each * 7 % 13, "name": f"n{each * 31 % 97}", "no": each} for each in range(900)]
    with store.transaction():
        store.table("rows").insert_multiple(rows)

    by_rank = sorted((row for row in rows if row["kind"]), key=lambda row: (-int(str(row["rank"])), row["name"]))
    page = store.table("rows").page(filters={"kind": 1}, offset=3, limit=5)
    odd = store.table("rows").page(predicate=lambda row: bool(row["kind"]), offset=3, limit=5)
    assert [row["no"] for row in by_rank[3:8]] == [row["no"] for row in page.items] == [row["no"] for row in odd.items]
    assert (450, 450) == (page.total, odd.total)


@pytest.mark.parametrize("window", [{"offset": -1}, {"limit": -1}, {"limit": -5, "filters": {"number": "A-1"}}])
def test_negative_window_is_refused(invoices: Table, window: dict[str, Any]) -> None:
    """A page starts at 0 or later and holds 0 or more."""
    with pytest.raises(ValueError, match="neither may be negative"):
        invoices.page(**window)


def test_page_past_the_end_is_empty(invoices: Table) -> None:
    """The total is still told."""
    pages = [
        invoices.page(offset=9, limit=2),
        invoices.page(offset=9, filters={"status": "PAID"}),
        invoices.page(order=("total",), offset=4),
    ]

    assert [([], 4), ([], 2), ([], 4)] == [(page.items, page.total) for page in pages]


def test_views_are_the_stored_documents_as_they_were(store: Store, invoices: Table) -> None:
    """A walk over a table sees the state at its beginning, whatever is written on the way."""
    seen = []
    with store.transaction():
        for view in invoices.views(order=("number",), limit=3):
            seen.append(view["number"])
            invoices.delete(view["id"])
            invoices.put({"number": f"{view['number']}x"})

    assert ["A-1", "A-2", "A-3"] == seen
    assert ["A-4", "A-1x", "A-2x", "A-3x"] == numbers(invoices.all())


def test_scan_yields_each_stored_document_once(invoices: Table) -> None:
    """All of them, or those that a predicate accepts, in whatever order."""
    assert ["A-1", "A-2", "A-3", "A-4"] == sorted(numbers(invoices.scan()))
    assert ["A-1", "A-3"] == sorted(numbers(invoices.scan(lambda document: document["status"] == "PAID")))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (where("status") == "PAID", ["A-1", "A-3"]),
        ((where("status") == "PAID") & (where("total") > 100), ["A-1"]),
        ((where("total") >= 80) & (where("total") < 1000), ["A-2", "A-3"]),
        (where("total") <= 99.9, ["A-2", "A-3"]),
        ((where("total") > 1000) & (where("total") < 80), []),
        ((where("status") == "PAID") & (where("status") == "VOID"), []),
        (where("status").one_of(["VOID", "DRAFT", "VOID"]), ["A-2", "A-4"]),
        (where("customer")["id"] == 7, ["A-1", "A-3"]),
        (where("customer.id") == 7, []),
        (where("total") == None, ["A-4"]),  # noqa: E711
        (where("status") != "PAID", ["A-2", "A-4"]),
        ((where("status") == "VOID") | (where("number") == "A-1"), ["A-1", "A-4"]),
        (~(where("status") == "PAID"), ["A-2", "A-4"]),
        (where("number").matches("A-[12]"), ["A-1", "A-2"]),
        (where("status").map(str.lower) == "paid", ["A-1", "A-3"]),
        (lambda document: document["id"] == 3, ["A-3"]),
    ],
)
def test_queries_of_tinydb_find_documents(invoices: Table, query: Any, expected: list[str]) -> None:
    """In the order of arrival, whether an index helps or not; also for `get`, `contains` and `count`."""
    found = invoices.get(query)

    assert expected == numbers(invoices.search(query))
    assert (len(expected), bool(expected)) == (invoices.count(query), invoices.contains(query))
    assert (found["number"] if isinstance(found, TinyDocument) else None) == next(iter(expected), None)


def test_equality_on_an_index_looks_at_its_documents_alone() -> None:
    """The query is asked about the documents that the index names and about no other."""
    store = Store([TableSchema("rows", indexes=("kind", "size"))])
    asked: list[int] = []

    def is_asked(size: Any) -> bool:
        asked.append(size)
        return True

    with store.transaction():
        store.table("rows").insert_multiple([{"kind": each % 50, "size": each} for each in range(500)])
    found = store.table("rows").search((where("kind") == 7) & (where("size") >= 100) & where("size").test(is_asked))
    store.table("rows").search((where("size") >= 205) & (where("size") < 209) & where("size").test(is_asked))

    assert 8 == len(found)
    assert [*range(107, 500, 50), 205, 206, 207, 208] == asked


def test_search_is_never_stale(store: Store, invoices: Table) -> None:
    """The same query asked again sees what was written in between, and hands out fresh copies."""
    query = where("status") == "PAID"
    invoices.search(query)[0]["number"] = "spoilt"
    with store.transaction():
        invoices.delete(3)
        assert ["A-1"] == numbers(invoices.search(query))

    assert ["A-1"] == numbers(invoices.search(query))


def test_tinydb_verbs_read_by_id(invoices: Table) -> None:
    """`get` and `contains` by `doc_id`, as text or number; several ids come in the order of arrival."""
    one, several = invoices.get(doc_id="2"), invoices.get(doc_ids=[3, "1", 99, 1])

    assert isinstance(one, TinyDocument)
    assert isinstance(several, list)
    assert ("A-2", "2") == (one["number"], str(one.doc_id))
    assert ["A-1", "A-3"] == numbers(several)
    assert (True, False) == (invoices.contains(doc_id=2), invoices.contains(doc_id=99))
    assert ["A-1", "A-2", "A-3", "A-4"] == numbers(invoices)
    with pytest.raises(RuntimeError, match="get needs a query"):
        invoices.get()

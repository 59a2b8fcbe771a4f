"""Lists by description alone: filtered, searched, ordered; deleted documents left out; counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbooks.resources import Filter, Input, Search, SoftDelete, Sort
from tests.test_generic_building import (
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    Alter,
    Schema,
    Shop,
    behaving,
    both,
    crud,
    ids_of,
    kept_as,
    many,
    op,
    open_shop,
    ref,
    thing,
)

INVOICE = thing(
    id=WHOLE,
    number=TEXT,
    status=TEXT,
    total=NUMBER,
    paid=FLAG,
    customer=thing(id=WHOLE, name=TEXT),
    tags=many(TEXT),
    lines=many(thing(item=TEXT, quantity=WHOLE)),
    issued={**TEXT, "format": "date"},
    sentAt=MOMENT,
    note={**TEXT, "nullable": True},
)
INVOICES: list[dict[str, Any]] = [
    {
        "id": 1,
        "number": "A-1",
        "status": "open",
        "total": 1234.56,
        "paid": False,
        "customer": {"id": 7, "name": "Müller"},
        "tags": ["red", "new"],
        "lines": [{"item": "x", "quantity": 1}, {"item": "y", "quantity": 9}],
        "issued": "2026-01-05",
        "sentAt": "2026-01-05T23:30:00Z",
    },
    {
        "id": 2,
        "number": "a-20",
        "status": "paid",
        "total": 20,
        "paid": True,
        "customer": {"id": 8, "name": "Ada"},
        "tags": [],
        "lines": [],
        "issued": "2026-01-20",
        "sentAt": "2026-01-20T10:00:00+02:00",
        "note": "for Müller",
    },
    {"id": 3, "number": "B-3", "status": "open", "total": 20.5, "issued": "2026-01-31", "note": None},
]

Opener = Callable[..., Shop]


@pytest.fixture
def opened(tmp_path: Path) -> Opener:
    """Opens a shop with three invoices, whose list behaves as told."""

    def open_with(query: dict[str, Schema] | None = None, *alters: Alter, **changes: Any) -> Shop:
        operations = {
            **crud("invoices", "Invoice", query=query),
            "GET /invoices/count": op(thing("count", count=WHOLE)),
        }
        alter = both(behaving("GET /invoices", **{"filters": (), "search": None, "sort": None, **changes}), *alters)
        shop = open_shop(tmp_path, operations, {"Invoice": INVOICE}, alter=alter)
        shop.put("invoices", *INVOICES)
        return shop

    return open_with


def filtering(property: str, operator: Any = "eq", name: str = "q") -> tuple[Filter, ...]:
    """One filter by one parameter."""
    return (Filter(property, operator, Input((name,))),)


@pytest.mark.parametrize(
    ("property", "operator", "value", "expected"),
    [
        ("status", "eq", "open", [1, 3]),
        ("status", "eq", "OPEN", []),
        ("status", "ne", "open", [2]),
        ("status", "in", "open,paid", [1, 2, 3]),
        ("status", "in", "paid, void", [2]),
        ("status", "not_in", "paid", [1, 3]),
        ("number", "starts_with", "a-", [1, 2]),
        ("number", "contains", "3", [3]),
        ("total", "eq", "20", [2]),
        ("total", "eq", "20.50", [3]),
        ("total", "eq", "many", []),
        ("total", "gt", "20", [1, 3]),
        ("total", "gte", "20", [1, 2, 3]),
        ("total", "lt", "1000", [2, 3]),
        ("total", "lte", "20", [2]),
        ("paid", "eq", "true", [2]),
        ("paid", "eq", "0", [1]),
        ("customer.id", "eq", "7", [1]),
        ("customer.name", "contains", "MÜL", [1]),
        ("tags", "eq", "new", [1]),
        ("tags", "contains", "re", [1]),
        ("lines.item", "eq", "y", [1]),
        ("lines.quantity", "gte", "9", [1]),
        ("issued", "gt", "2026-01-05", [2, 3]),
        ("issued", "lte", "2026-01-20", [1, 2]),
        ("issued", "gte", "2026-01-20T12:00:00Z", [2, 3]),
        ("sentAt", "eq", "2026-01-05", [1]),
        ("sentAt", "lte", "2026-01-05", [1]),
        ("sentAt", "gt", "2026-01-20T07:59:59Z", [2]),
        ("sentAt", "gte", "2026-01-20T08:00:01Z", []),
        ("note", "exists", "true", [2]),
        ("note", "exists", "false", [1, 3]),
        ("status", "eq", "", [1, 2, 3]),
    ],
)
def test_list_holds_what_a_filter_lets_through(
    opened: Opener, property: str, operator: Any, value: str, expected: list[int]
) -> None:
    """Numbers compare as numbers, dates as dates, texts as texts; any element of an array counts."""
    shop = opened({"q": TEXT}, filters=filtering(property, operator))

    assert ids_of(shop.body(f"GET /invoices?q={value.replace('+', '%2B')}")) == expected


def test_list_value_means_any_of_them(opened: Opener) -> None:
    """A parameter that is an array lets through what equals one of its elements."""
    shop = opened({"q": many(TEXT)}, filters=filtering("status"))

    assert ids_of(shop.body("GET /invoices?q=paid&q=void")) == [2]


def test_filters_join_and_a_second_on_one_property_counts(opened: Opener) -> None:
    """Every filter that the call gives must let a document through."""
    filters = (
        *filtering("total", "gte", "least"),
        *filtering("total", "lt", "below"),
        *filtering("status", "eq", "state"),
    )
    shop = opened({"least": NUMBER, "below": NUMBER, "state": TEXT}, filters=filters)

    assert ids_of(shop.body("GET /invoices?least=20&below=1000")) == [2, 3]
    assert ids_of(shop.body("GET /invoices?least=20&below=1000&state=open")) == [3]


def test_filter_inside_an_object_is_read(opened: Opener) -> None:
    """`filter[status]=open` is a key inside a parameter."""
    filters = (Filter("status", "eq", Input(("filter", "status"))),)
    shop = opened({"filter": thing(status=TEXT)}, filters=filters)

    assert ids_of(shop.body("GET /invoices?filter[status]=paid")) == [2]
    assert ids_of(shop.body("GET /invoices")) == [1, 2, 3]


def test_filter_that_the_path_means_always_counts(opened: Opener) -> None:
    """It has a value and no parameter."""
    shop = opened(filters=(Filter("status", "eq", None, "paid"),))

    assert ids_of(shop.body("GET /invoices")) == [2]


def test_search_looks_into_its_properties_without_regard_to_case(opened: Opener) -> None:
    """Any of them may hold the words."""
    shop = opened({"q": TEXT}, filters=(), search=Search(Input(("q",)), ("note", "customer.name")))

    assert ids_of(shop.body("GET /invoices?q=mÜLLer")) == [1, 2]
    assert ids_of(shop.body("GET /invoices?q=A-1")) == []
    assert ids_of(shop.body("GET /invoices?q=")) == [1, 2, 3]


NAMES = {"total": "total", "issued": "issued", "number": "number", "customername": "customer.name"}


@pytest.mark.parametrize(
    ("syntax", "value", "expected"),
    [
        ("prefix", "total", [2, 3, 1]),
        ("prefix", "-total", [1, 3, 2]),
        ("prefix", "-issued,total", [3, 2, 1]),
        ("colon", "total:desc", [1, 3, 2]),
        ("space", "total desc", [1, 3, 2]),
        ("comma", "total,desc", [1, 3, 2]),
        ("suffix", "total_desc", [1, 3, 2]),
        ("prefix", "customer_name", [2, 1, 3]),
        ("prefix", "colour", [1, 2, 3]),
    ],
)
def test_list_stands_in_the_order_that_is_asked_for(
    opened: Opener, syntax: Any, value: str, expected: list[int]
) -> None:
    """In each way of writing it; what has no value comes last; a name that no property bears changes nothing."""
    shop = opened({"sort": TEXT}, sort=Sort(Input(("sort",)), syntax, names=NAMES))

    assert ids_of(shop.body(f"GET /invoices?sort={value}")) == expected


def test_unknown_order_is_told_in_the_journal(opened: Opener) -> None:
    """The call is answered, and says what it could have named."""
    shop = opened({"sort": TEXT}, sort=Sort(Input(("sort",)), names={"total": "total", "issued": "issued"}))

    shop.send("GET /invoices?sort=colour")

    assert shop.notes == ["sort is 'colour', which no property is; there are total, issued"]


def test_direction_apart_turns_the_order(opened: Opener) -> None:
    """Of what is named, and of the default where nothing is."""
    sort = Sort(Input(("by",)), "separate", Input(("way",)), names=NAMES, default="issued")
    shop = opened({"by": TEXT, "way": TEXT}, sort=sort)

    assert ids_of(shop.body("GET /invoices?by=total&way=desc")) == [1, 3, 2]
    assert ids_of(shop.body("GET /invoices?by=total")) == [2, 3, 1]
    assert ids_of(shop.body("GET /invoices?way=desc")) == [3, 2, 1]
    assert ids_of(shop.body("GET /invoices")) == [1, 2, 3]


def test_default_order_stands_where_none_is_asked_for(opened: Opener) -> None:
    """A falling one with a minus before it."""
    shop = opened({"sort": TEXT}, sort=Sort(Input(("sort",)), names=NAMES, default="-issued"))

    assert ids_of(shop.body("GET /invoices")) == [3, 2, 1]


@pytest.mark.parametrize(
    ("deleted", "after"),
    [(SoftDelete("status", "void"), "void"), (SoftDelete("sentAt", None, moment=True), "2026-01-31T09:15:00.000Z")],
)
def test_softly_deleted_document_leaves_lists_and_stays_readable(
    opened: Opener, deleted: SoftDelete, after: str
) -> None:
    """It is marked, by a word or by the moment, and still there by its id."""
    shop = opened(None, kept_as("invoices", soft_delete=deleted), filters=())
    shop.send("PATCH /invoices/1", {"sentAt": None})
    shop.send("PATCH /invoices/3", {"sentAt": None})

    shop.send("DELETE /invoices/3")

    assert shop.body("GET /invoices/3")[deleted.property] == after
    assert 3 not in ids_of(shop.body("GET /invoices"))
    assert 1 in ids_of(shop.body("GET /invoices"))


def test_softly_deleted_documents_are_shown_when_asked_for(opened: Opener) -> None:
    """By the parameter for it, or by a filter on the mark."""
    deleted = SoftDelete("status", "void", include=Input(("withVoid",)))
    filters = filtering("status", "eq", "status")
    shop = opened({"withVoid": FLAG, "status": TEXT}, kept_as("invoices", soft_delete=deleted), filters=filters)
    shop.send("DELETE /invoices/2")

    assert ids_of(shop.body("GET /invoices")) == [1, 3]
    assert ids_of(shop.body("GET /invoices?withVoid=true")) == [1, 2, 3]
    assert ids_of(shop.body("GET /invoices?withVoid=false")) == [1, 3]
    assert ids_of(shop.body("GET /invoices?status=void")) == [2]


def test_count_tells_how_many_match(opened: Opener) -> None:
    """In the member of its answer that counts."""
    shop = opened(
        None,
        behaving(
            "GET /invoices/count",
            kind="inferred",
            role="count",
            resource="invoices",
            id=None,
            filters=(Filter("status", "eq", None, "open"),),
        ),
    )

    assert shop.body("GET /invoices/count") == {"count": 2}


@pytest.mark.parametrize(("media", "before", "after"), [("text/plain", b"3", b"2"), ("application/json", 3, 2)])
def test_count_may_be_a_bare_number(tmp_path: Path, media: str, before: Any, after: Any) -> None:
    """In plain text, too; it follows what is deleted."""
    operations = {
        **crud("invoices", "Invoice"),
        "GET /invoices/$count": op(WHOLE, answer_media=media),
        "DELETE /invoices/{id}": op(status=204, ids=WHOLE),
    }
    shop = open_shop(tmp_path, operations, {"Invoice": INVOICE})
    shop.put("invoices", *INVOICES)

    assert shop.body("GET /invoices/$count") == before
    shop.send("DELETE /invoices/3")
    assert shop.body("GET /invoices/$count") == after


def test_filters_find_by_index(opened: Opener) -> None:
    """What a list compares for equality is indexed by its table."""
    shop = opened({"status": TEXT}, filters=filtering("status", "eq", "status"))

    assert "status" in shop.store.table("invoices").schema.indexes


def test_unused_description_parts_change_nothing(opened: Opener) -> None:
    """A parameter that no rule understood is ignored."""
    shop = opened({"mystery": TEXT}, filters=())

    assert ids_of(shop.body("GET /invoices?mystery=7")) == [1, 2, 3]


def test_list_hands_out_copies(opened: Opener) -> None:
    """Changing an answer changes no document."""
    shop = opened(filters=())

    shop.body("GET /invoices")[0]["customer"]["name"] = "changed"

    assert shop.body("GET /invoices/1")["customer"]["name"] == "Müller"


def test_reference_schema_is_followed(opened: Opener) -> None:
    """The types of filters come from schemas behind references."""
    shop = opened({"q": TEXT}, filters=filtering("total"))

    assert shop.inference.resources["invoices"].schema == ref("Invoice")
    assert ids_of(shop.body("GET /invoices?q=1234.56")) == [1]


@pytest.mark.parametrize(("order", "expected"), [("-sentAt", [3, 2, 1]), ("-", [3, 2, 1]), ("", [1, 2, 3])])
def test_list_from_the_newest_to_the_oldest(opened: Opener, order: str, expected: list[int]) -> None:
    """By the date of making, what has none first, or by arrival; pages are cut from it."""
    shop = opened({"limit": WHOLE, "offset": WHOLE}, order=order)

    assert ids_of(shop.body("GET /invoices")) == expected
    assert ids_of(shop.body("GET /invoices?limit=2&offset=1")) == expected[1:]
    assert ids_of(shop.body("GET /invoices?limit=2&offset=7")) == []


def test_what_was_made_in_the_same_moment_stands_last_made_first(opened: Opener) -> None:
    """And a cursor goes on from there."""
    shop = opened({"limit": WHOLE, "starting_after": WHOLE}, order="-issued")
    shop.put("invoices", {"id": 4, "issued": "2026-01-31"}, {"id": 5, "issued": "2026-01-31"})

    assert ids_of(shop.body("GET /invoices?limit=3")) == [5, 4, 3]
    assert ids_of(shop.body("GET /invoices?starting_after=4")) == [3, 2, 1]


def test_order_that_a_call_asks_for_goes_before_the_usual_one(opened: Opener) -> None:
    """The usual one is for a call that asks for none."""
    sort = Sort(Input(("sort",)), names={"total": "total"})

    shop = opened({"sort": TEXT}, order="-", sort=sort)

    assert ids_of(shop.body("GET /invoices?sort=total")) == [2, 3, 1]
    assert ids_of(shop.body("GET /invoices")) == [3, 2, 1]

"""What a list call can do, by the names of its parameters and of the members of its answer."""

from __future__ import annotations

from typing import Any

import pytest

from sandbooks.resources import Behaviour, Filter, Input, Paging, Sort, read_order
from tests.test_resources_building import (
    DAY,
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    infer,
    many,
    members,
    one_of,
    op,
    ref,
    thing,
)

INVOICE = thing(
    id=TEXT,
    number=TEXT,
    status=one_of("draft", "sent", "paid"),
    total=NUMBER,
    currency=TEXT,
    due_date=DAY,
    date=DAY,
    created_at=MOMENT,
    updatedAt=MOMENT,
    is_archived=FLAG,
    paid_at=MOMENT,
    customer=thing(id=TEXT, name=TEXT, email=TEXT),
    lines=many(thing(item_id=TEXT, sku=TEXT, quantity=WHOLE)),
    labels=many(TEXT),
)


def listed(query: dict[str, Schema], answer: Schema | None = None, **more: Any) -> Behaviour:
    """The behaviour of a list of invoices with these parameters."""
    found = infer(
        {
            "GET /invoices": op(answer or many(ref("Invoice")), query=query, **more),
            "GET /invoices/{id}": op(ref("Invoice")),
        },
        {"Invoice": INVOICE},
    )
    return found.behaviours["GET /invoices"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, Paging()),
        ({"limit": WHOLE}, Paging(limit=Input(("limit",)))),
        (
            {"limit": {**WHOLE, "default": 20, "maximum": 50}, "offset": WHOLE},
            Paging("offset", limit=Input(("limit",)), offset=Input(("offset",)), size=20, most=50),
        ),
        (
            {"skip": WHOLE, "take": {**WHOLE, "maximum": 1e300}},
            Paging("offset", limit=Input(("take",)), offset=Input(("skip",))),
        ),
        (
            {"startPosition": WHOLE, "maxResults": WHOLE},
            Paging("offset", limit=Input(("maxResults",)), offset=Input(("startPosition",)), first=1),
        ),
        (
            {"page": {**WHOLE, "minimum": 0}, "pageSize": WHOLE},
            Paging("page", limit=Input(("pageSize",)), page=Input(("page",)), first=0),
        ),
        (
            {"pageIndex": WHOLE, "size": WHOLE},
            Paging("page", limit=Input(("size",)), page=Input(("pageIndex",)), first=0),
        ),
        (
            {"page": {**WHOLE, "description": "The page, 100 invoices per page"}},
            Paging("page", page=Input(("page",)), first=1, size=100),
        ),
        (
            {
                "p": {**WHOLE, "description": "Page number, zero-based"},
                "limit": {**WHOLE, "default": 500, "maximum": 200},
            },
            Paging("page", limit=Input(("limit",)), page=Input(("p",)), first=0, size=200, most=200),
        ),
        (
            {"page[number]": WHOLE, "page[size]": WHOLE},
            Paging("page", limit=Input(("page[size]",)), page=Input(("page[number]",)), first=1),
        ),
        (
            {"page": thing(offset=WHOLE, limit={**WHOLE, "default": 10})},
            Paging("offset", limit=Input(("page", "limit")), offset=Input(("page", "offset")), size=10),
        ),
        (
            {"cursor": TEXT, "limit": {**WHOLE, "description": "up to 1,000"}},
            Paging("cursor", limit=Input(("limit",)), after=Input(("cursor",)), most=1000),
        ),
        (
            {"starting_after": TEXT, "ending_before": TEXT, "limit": WHOLE},
            Paging(
                "cursor",
                limit=Input(("limit",)),
                after=Input(("starting_after",)),
                before=Input(("ending_before",)),
                mark="id",
            ),
        ),
        ({"page": TEXT, "limit": WHOLE}, Paging("cursor", limit=Input(("limit",)), after=Input(("page",)))),
        ({"page": {**TEXT, "default": "0"}}, Paging("page", page=Input(("page",)), first=0)),
        ({"page": {**TEXT, "description": "The page number"}}, Paging("page", page=Input(("page",)), first=1)),
        ({"page_number": TEXT}, Paging("page", page=Input(("page_number",)), first=1)),
        ({"page": {**TEXT, "description": "A cursor"}}, Paging("cursor", after=Input(("page",)))),
        ({"after": MOMENT, "limit": WHOLE}, Paging(limit=Input(("limit",)))),
        ({"after": WHOLE, "before": WHOLE, "limit": WHOLE}, Paging(limit=Input(("limit",)))),
        ({"before": {**TEXT, "description": "Seen before this date"}}, Paging()),
        (
            {"before": {**TEXT, "description": "Seen before the item of this id"}},
            Paging("cursor", after=Input(("before",))),
        ),
        ({"before": TEXT, "limit": WHOLE}, Paging("cursor", limit=Input(("limit",)), after=Input(("before",)))),
        (
            {"after": MOMENT, "after_id": TEXT, "before": MOMENT, "before_id": TEXT},
            Paging("cursor", after=Input(("after_id",)), before=Input(("before_id",)), mark="id"),
        ),
        ({"since_id": WHOLE}, Paging("cursor", after=Input(("since_id",)), mark="id")),
        ({"cursor": WHOLE, "limit": WHOLE}, Paging("offset", limit=Input(("limit",)), offset=Input(("cursor",)))),
    ],
)
def test_paging_is_read_from_names_types_and_words(query: dict[str, Schema], expected: Paging) -> None:
    """Kind, inputs, first number, default and largest size."""
    assert listed(query).paging == expected


def test_text_counts_pages_where_the_answer_does() -> None:
    """A number of the page, or of all pages, stands beside the items; a mark for the next page counts nothing."""
    items = {"items": many(ref("Invoice"))}

    for counted in ({"page": WHOLE}, {"pages": WHOLE}, {"next_page": WHOLE}):
        assert listed({"page": TEXT}, members({**items, **counted})).paging == Paging(
            "page", page=Input(("page",)), first=1
        )
    for marked in ({"next_page": TEXT}, {"total": WHOLE}):
        assert listed({"page": TEXT}, members({**items, **marked})).paging == Paging("cursor", after=Input(("page",)))


def test_moment_in_milliseconds_filters() -> None:
    """`after` and `before` as whole numbers are bounds of a date, not marks."""
    found = listed({"after": WHOLE, "before": WHOLE})

    assert [(each.operator, each.input) for each in found.filters] == [
        ("gt", Input(("after",))),
        ("lt", Input(("before",))),
    ]


@pytest.mark.parametrize(
    ("name", "schema", "property", "operator"),
    [
        ("status", TEXT, "status", "eq"),
        ("status", many(TEXT), "status", "in"),
        ("statuses", TEXT, "status", "in"),
        ("ids", TEXT, "id", "in"),
        ("status", {**TEXT, "description": "one or more, comma-separated"}, "status", "in"),
        ("currency", TEXT, "currency", "eq"),
        ("customer", TEXT, "customer.id", "eq"),
        ("customerId", TEXT, "customer.id", "eq"),
        ("customer_name", TEXT, "customer.name", "eq"),
        ("customer.email", TEXT, "customer.email", "eq"),
        ("invoice_number", TEXT, "number", "eq"),
        ("number_contains", TEXT, "number", "contains"),
        ("lines_sku", TEXT, "lines.sku", "eq"),
        ("labels", many(TEXT), "labels", "in"),
        ("label", TEXT, "labels", "eq"),
        ("archived", FLAG, "is_archived", "eq"),
        ("paid_at", FLAG, "paid_at", "exists"),
        ("created_at_gte", MOMENT, "created_at", "gte"),
        ("created_at[lt]", MOMENT, "created_at", "lt"),
        ("created[gte]", MOMENT, "created_at", "gte"),
        ("createdAfter", MOMENT, "created_at", "gt"),
        ("created_before", MOMENT, "created_at", "lt"),
        ("updatedSince", MOMENT, "updatedAt", "gte"),
        ("modified_after", MOMENT, "updatedAt", "gt"),
        ("minTotal", NUMBER, "total", "gte"),
        ("total_max", NUMBER, "total", "lte"),
        ("totalGreaterThan", NUMBER, "total", "gt"),
        ("dueDateTo", DAY, "due_date", "lte"),
        ("due_date_from", DAY, "due_date", "gte"),
        ("date_from", DAY, "date", "gte"),
        ("fromDate", DAY, "date", "gte"),
        ("end_date", DAY, "date", "lte"),
        ("since", DAY, "date", "gte"),
        ("status_ne", TEXT, "status", "ne"),
        ("filter[status]", TEXT, "status", "eq"),
        ("filter[total][gt]", NUMBER, "total", "gt"),
        ("filter.status", TEXT, "status", "eq"),
        ("InvoiceNumber", TEXT, "number", "eq"),
        ("due_date>", DAY, "due_date", "gte"),
        ("due_date<=", DAY, "due_date", "lte"),
    ],
)
def test_a_filter_is_a_property_and_an_operator(name: str, schema: Schema, property: str, operator: str) -> None:
    """However the parameter is spelled, it stands for one property of the document."""
    found = listed({name: schema})

    assert [(each.property, each.operator, each.input) for each in found.filters] == [
        (property, operator, Input((name,)))
    ]
    assert found.unread == ()


@pytest.mark.parametrize("name", ["expand", "include", "locale", "X-Trace", "dry_run"])
def test_parameters_that_mean_nothing_to_a_list_are_named_unread(name: str) -> None:
    """They change nothing, and the routes say so."""
    found = listed({name: TEXT})

    assert (found.filters, found.unread) == ((), (name,))


def test_an_object_of_filters_is_taken_apart() -> None:
    """`filter` with properties gives one filter for each."""
    found = listed({"filter": thing(status=TEXT, total=thing(gte=NUMBER, lt=NUMBER), colour=TEXT)})

    assert found.filters == (
        Filter("status", "eq", Input(("filter", "status"))),
        Filter("total", "gte", Input(("filter", "total", "gte"))),
        Filter("total", "lt", Input(("filter", "total", "lt"))),
    )
    assert found.unread == ("filter.colour",)


@pytest.mark.parametrize("name", ["q", "query", "search", "searchTerm", "keyword", "$search"])
def test_free_text_looks_through_the_texts_of_the_document(name: str) -> None:
    """Its own texts and those right inside an object, not dates, not lists."""
    found = listed({name: TEXT}).search

    assert found is not None
    assert found.input == Input((name,))
    assert found.properties == (
        "id",
        "number",
        "status",
        "currency",
        "customer.id",
        "customer.name",
        "customer.email",
    )


@pytest.mark.parametrize(
    ("query", "syntax", "direction"),
    [
        ({"sort": TEXT}, "prefix", None),
        ({"sort": one_of("number", "-number")}, "prefix", None),
        ({"sort": {**TEXT, "description": "field:asc or field:desc"}}, "colon", None),
        ({"orderBy": {**TEXT, "example": "date desc"}}, "space", None),
        ({"$orderby": TEXT}, "space", None),
        ({"sort": many({**TEXT, "example": "number,asc"})}, "comma", None),
        ({"sort": one_of("created_at_asc", "created_at_desc")}, "suffix", None),
        ({"sort_by": TEXT, "order": one_of("asc", "desc")}, "separate", "order"),
        ({"sort": TEXT, "direction": one_of("asc", "desc")}, "separate", "direction"),
        ({"orderBy": TEXT, "descending": FLAG}, "separate", "descending"),
        ({"order": one_of("asc", "desc")}, "direction", None),
    ],
)
def test_orders_are_read_in_their_own_spelling(query: dict[str, Schema], syntax: str, direction: str | None) -> None:
    """The parameter, its way of writing, and where the direction stands."""
    found = listed(query).sort

    assert found is not None
    assert (found.syntax, found.direction) == (syntax, Input((direction,)) if direction else None)


def test_an_order_is_read_in_any_spelling() -> None:
    """A value gives dotted properties, a falling one with a dash; an unknown property gives nothing."""
    sort = listed({"sort": one_of("created", "number", "date", "customer.name")}).sort

    assert sort is not None
    assert read_order(sort, "number") == ["number"]
    assert read_order(sort, "-created,number") == ["-created_at", "number"]
    assert read_order(sort, "created:desc") == ["-created_at"]
    assert read_order(sort, "due_date desc") == ["-due_date"]
    assert read_order(sort, "due_date_desc") == ["-due_date"]
    assert read_order(sort, ["total", "-number"]) == ["total", "-number"]
    assert read_order(sort, "customer.name") == ["customer.name"]
    assert read_order(sort, "colour") is None


def test_a_direction_beside_the_name_turns_it() -> None:
    """Texts, flags and flags the other way round."""
    names = {"number": "number"}
    beside = Sort(Input(("sort",)), "separate", Input(("order",)), names=names)
    rising = Sort(Input(("sort",)), "separate", Input(("ascending",)), down=("false",), names=names)
    alone = Sort(Input(("order",)), "direction", default="created_at")

    assert read_order(beside, "number", "DESC") == ["-number"]
    assert read_order(beside, "number", "asc") == ["number"]
    assert read_order(rising, "number", False) == ["-number"]
    assert read_order(rising, "number", True) == ["number"]
    assert read_order(alone, "desc") == ["-created_at"]


def test_the_default_order_is_the_documented_one() -> None:
    """A default of the parameter, with the default of the direction."""
    prefix = listed({"sort": {**TEXT, "default": "-created_at"}}).sort
    beside = listed(
        {"sort": {**TEXT, "default": "created"}, "order": {**one_of("asc", "desc"), "default": "desc"}}
    ).sort

    assert prefix is not None
    assert beside is not None
    assert (prefix.default, beside.default) == ("-created_at", "-created_at")


@pytest.mark.parametrize(
    ("envelope", "expected"),
    [
        (
            {"count": WHOLE, "next": TEXT, "previous": TEXT},
            {"count": "total", "next": "next_url", "previous": "previous_url"},
        ),
        ({"total": WHOLE, "count": WHOLE}, {"total": "total", "count": "count"}),
        (
            {"totalElements": WHOLE, "totalPages": WHOLE, "size": WHOLE, "number": WHOLE, "last": FLAG, "first": FLAG},
            {
                "totalElements": "total",
                "totalPages": "pages",
                "size": "page_size",
                "number": "page",
                "last": "is_last",
                "first": "is_first",
            },
        ),
        ({"hasMore": FLAG, "nextCursor": TEXT}, {"hasMore": "has_more", "nextCursor": "next_cursor"}),
        ({"from": WHOLE, "to": WHOLE, "total": WHOLE}, {"from": "first_item", "to": "last_item", "total": "total"}),
        ({"offset": WHOLE, "limit": WHOLE}, {"offset": "offset", "limit": "page_size"}),
        ({"nextPage": WHOLE, "currentPage": WHOLE}, {"nextPage": "next_page", "currentPage": "page"}),
        ({"object": TEXT, "message": TEXT}, {}),
    ],
)
def test_members_beside_the_items_are_known_by_name(envelope: dict[str, Schema], expected: dict[str, str]) -> None:
    """Totals, pages, flags, links and cursors."""
    found = listed({"page": WHOLE}, members({"invoices": many(ref("Invoice")), **envelope}))

    assert found.answer.path == ("invoices",)
    assert {meta.path[0]: meta.meaning for meta in found.answer.meta} == expected


def test_a_page_context_beside_the_items_is_about_pages() -> None:
    """Size, flag and cursor stand in an object of their own; a message beside it tells nothing of pages."""
    context = thing(per_page=WHOLE, has_more_page=FLAG, next_cursor=TEXT)
    answer = members({"message": TEXT, "invoices": many(ref("Invoice")), "page_context": context})
    found = listed({"per_page": WHOLE, "cursor": TEXT}, answer)

    assert found.answer.path == ("invoices",)
    assert {meta.path: meta.meaning for meta in found.answer.meta} == {
        ("page_context", "per_page"): "page_size",
        ("page_context", "has_more_page"): "has_more",
        ("page_context", "next_cursor"): "next_cursor",
    }


def test_next_is_a_cursor_where_a_cursor_pages() -> None:
    """Without a sign of an address, `next` beside a `cursor` parameter is the cursor."""
    envelope = {"items": many(ref("Invoice")), "next": {**TEXT, "nullable": True}}
    address = {"items": many(ref("Invoice")), "next": {**TEXT, "format": "uri"}}

    by_cursor = listed({"cursor": TEXT}, members(envelope)).answer.meta[0]
    by_address = listed({"cursor": TEXT}, members(address)).answer.meta[0]

    assert (by_cursor.meaning, by_cursor.absent) == ("next_cursor", "null")
    assert by_address.meaning == "next_url"


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("The bills are sorted by the day they were made, with the most recent bills first.", "-created_at"),
        ("Newest notes come first.", "-created_at"),
        ("In reverse chronological order.", "-created_at"),
        ("Sorted in descending order by creation date.", "-created_at"),
        ("The first of the newest notes.", ""),
        ("Sorted by name in descending order.", ""),
    ],
)
def test_the_order_that_a_description_tells(text: str, order: str) -> None:
    """From the newest to the oldest, where it is told; other words tell nothing."""
    behaviour = listed({}, description=text)

    assert behaviour.order == order


@pytest.mark.parametrize("holder", ["more", "continuing"])
def test_pages_are_told_of_in_an_object_of_any_name(holder: str) -> None:
    """`{result: {rows, more: {after, has_more}}}`: the flag in it says what it is for."""
    told = thing(after={**TEXT, "nullable": True}, has_more=FLAG)
    rows: dict[str, Any] = {"rows": many(ref("Invoice")), holder: told, "contact": thing(after=TEXT, total=WHOLE)}
    answer = thing(result=thing(**rows))

    found = listed({"after": TEXT, "limit": WHOLE}, answer)

    metas = [(meta.path, meta.meaning) for meta in found.answer.meta]
    assert [
        (("result", holder, "after"), "next_cursor"),
        (("result", holder, "has_more"), "has_more"),
    ] == metas

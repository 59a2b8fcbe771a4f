"""Lists cut into pages: by offset, by number, by cursor; and what an answer tells of the other pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbooks.errors import Invalid
from sandbooks.resources import Envelope, Filter, Input, Meta, Paging, Sort
from tests.test_generic_building import (
    BASE_URL,
    FLAG,
    TEXT,
    WHOLE,
    Schema,
    Shop,
    behaving,
    ids_of,
    many,
    op,
    open_shop,
    ref,
    thing,
)

LIMIT, OFFSET, PAGE, AFTER, BEFORE = (Input((name,)) for name in ("limit", "offset", "page", "after", "before"))
QUERY: dict[str, Schema] = {"limit": WHOLE, "offset": WHOLE, "page": WHOLE, "after": TEXT, "before": TEXT, "kind": TEXT}
LINKS = Meta(("Link",), "links", "string")

Opener = Callable[..., Shop]


@pytest.fixture
def opened(tmp_path: Path) -> Opener:
    """Opens a shop with seven tools, numbered from 1, whose list is cut as told."""

    def open_with(paging: Paging, *metas: Meta, headers: tuple[Meta, ...] = (), **changes: Any) -> Shop:
        answer = many(ref("Tool")) if not metas else {"type": "object"}
        envelope = Envelope("items", ("data",) if metas else (), meta=metas, headers=headers)
        changes = {"filters": (), "sort": None, "search": None, "answer": envelope, "paging": paging, **changes}
        shop = open_shop(
            tmp_path,
            {
                "GET /tools": op(answer, query=QUERY),
                "POST /tools": op(ref("Tool"), body=ref("Tool"), status=201),
                "GET /tools/{id}": op(ref("Tool"), ids=WHOLE),
                "DELETE /tools/{id}": op(status=204, ids=WHOLE),
            },
            {"Tool": thing(id=WHOLE, kind=TEXT)},
            alter=behaving("GET /tools", kind="inferred", role="list", resource="tools", **changes),
        )
        shop.put("tools", *({"id": number, "kind": "odd" if number % 2 else "even"} for number in range(1, 8)))
        return shop

    return open_with


def walk(shop: Shop, cursor: str, *, query: str = "limit=3") -> Iterator[list[int]]:
    """The ids of each page, by the cursor that the page before gave out."""
    page = shop.body(f"GET /tools?{query}")
    yield ids_of(page["data"])
    while page.get("next"):
        page = shop.body(f"GET /tools?{query}&{cursor}={page['next']}")
        yield ids_of(page["data"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 2, 3]),
        ("?limit=2", [1, 2]),
        ("?limit=0", []),
        ("?limit=50", [1, 2, 3, 4, 5]),
        ("?limit=-1", [1, 2, 3]),
        ("?offset=5", [6, 7]),
        ("?offset=2&limit=2", [3, 4]),
        ("?offset=70", []),
        ("?offset=-3", [1, 2, 3]),
        ("?offset=999999999999999999", []),
    ],
)
def test_offset_counts_documents(opened: Opener, query: str, expected: list[int]) -> None:
    """The size is the default, what is asked for, or the most there is; nonsense below zero is ignored."""
    shop = opened(Paging("offset", LIMIT, OFFSET, size=3, most=5))

    assert ids_of(shop.body(f"GET /tools{query}")) == expected


def test_ignored_size_is_told_in_the_journal(opened: Opener) -> None:
    """So is one that was too large."""
    shop = opened(Paging("offset", LIMIT, OFFSET, size=3, most=5))

    shop.send("GET /tools?limit=50")
    too_large = shop.notes
    shop.send("GET /tools?limit=-1")

    assert too_large == ["limit is 50; at most 5 are shown"]
    assert shop.notes == ["limit is -1; fewer than no documents cannot be shown, so it was ignored"]


def test_first_document_may_be_number_one(opened: Opener) -> None:
    """Where the description counts so."""
    shop = opened(Paging("offset", LIMIT, OFFSET, size=3, first=1))

    assert ids_of(shop.body("GET /tools?offset=1")) == [1, 2, 3]
    assert ids_of(shop.body("GET /tools?offset=3")) == [3, 4, 5]


@pytest.mark.parametrize(
    ("first", "page", "expected"), [(1, 1, [1, 2, 3]), (1, 3, [7]), (0, 1, [4, 5, 6]), (1, 0, [1, 2, 3])]
)
def test_page_counts_pages(opened: Opener, first: int, page: int, expected: list[int]) -> None:
    """From 1 or from 0; one before the first is the first."""
    shop = opened(Paging("page", LIMIT, page=PAGE, first=first))

    assert ids_of(shop.body(f"GET /tools?limit=3&page={page}")) == expected


def test_list_without_paging_shows_all(opened: Opener) -> None:
    """And with a limit alone the first of them."""
    shop = opened(Paging("none", LIMIT))

    assert ids_of(shop.body("GET /tools")) == [1, 2, 3, 4, 5, 6, 7]
    assert ids_of(shop.body("GET /tools?limit=2")) == [1, 2]


def test_list_whose_size_nobody_names_shows_a_hundred(opened: Opener) -> None:
    """More do not go on one page."""
    shop = opened(Paging("page", page=PAGE, first=1))
    shop.put("tools", *({"id": number} for number in range(8, 120)))

    assert len(shop.body("GET /tools")) == 100
    assert len(shop.body("GET /tools?page=2")) == 19


NEXT = Meta(("next",), "next_cursor", "string", "null")


@pytest.mark.parametrize("mark", ["token", "id"])
def test_cursor_leads_through_the_whole_list(opened: Opener, mark: Any) -> None:
    """Each document once; the last page gives out no cursor."""
    shop = opened(Paging("cursor", LIMIT, after=AFTER, mark=mark), NEXT)

    assert list(walk(shop, "after")) == [[1, 2, 3], [4, 5, 6], [7]]
    assert shop.body("GET /tools?limit=7")["next"] is None


@pytest.mark.parametrize("mark", ["token", "id"])
def test_cursor_holds_while_documents_come_and_go(opened: Opener, mark: Any) -> None:
    """Nothing is shown twice and nothing left out when a document of an earlier page is deleted."""
    shop = opened(Paging("cursor", LIMIT, after=AFTER, mark=mark), NEXT)
    first = shop.body("GET /tools?limit=3")

    shop.send("DELETE /tools/1")

    assert ids_of(shop.body(f"GET /tools?limit=3&after={first['next']}")["data"]) == [4, 5, 6]


def test_cursor_of_a_deleted_document_still_leads_on(opened: Opener) -> None:
    """An opaque cursor remembers its place, too."""
    shop = opened(Paging("cursor", LIMIT, after=AFTER), NEXT)
    first = shop.body("GET /tools?limit=3")

    shop.send("DELETE /tools/3")

    assert ids_of(shop.body(f"GET /tools?limit=3&after={first['next']}")["data"]) == [5, 6, 7]


def test_cursor_follows_order_and_filter(opened: Opener) -> None:
    """It goes on in the list that it came from."""
    shop = opened(
        Paging("cursor", LIMIT, after=AFTER, mark="id"),
        NEXT,
        filters=(Filter("kind", "eq", Input(("kind",))),),
        sort=Sort(Input(("sort",)), default="-id"),
    )

    assert list(walk(shop, "after", query="limit=2&kind=odd")) == [[7, 5], [3, 1]]


def test_before_leads_back(opened: Opener) -> None:
    """To the documents right before the mark, in the order of the list."""
    shop = opened(
        Paging("cursor", LIMIT, after=AFTER, before=BEFORE, mark="id"),
        Meta(("more",), "has_more", "boolean"),
        Meta(("earlier",), "has_previous", "boolean"),
        Meta(("previous",), "previous_cursor", "string", "omit"),
    )

    page = shop.body("GET /tools?limit=2&before=6")

    assert (ids_of(page["data"]), page["more"], page["earlier"], page["previous"]) == ([4, 5], True, True, "4")
    assert shop.body("GET /tools?limit=5&before=3") == {
        "data": [{"id": 1, "kind": "odd"}, {"id": 2, "kind": "even"}],
        "more": True,
        "earlier": False,
    }


def test_previous_cursor_leads_back(opened: Opener) -> None:
    """With a parameter of its own, and without."""
    previous = Meta(("previous",), "previous_cursor", "string", "null")
    for paging, name in (
        (Paging("cursor", LIMIT, after=AFTER, before=BEFORE), "before"),
        (Paging("cursor", LIMIT, after=AFTER), "after"),
    ):
        shop = opened(paging, NEXT, previous)
        first = shop.body("GET /tools?limit=3")
        second = shop.body(f"GET /tools?limit=3&after={first['next']}")

        assert first["previous"] is None
        assert ids_of(shop.body(f"GET /tools?limit=3&{name}={second['previous']}")["data"]) == [1, 2, 3]


@pytest.mark.parametrize("garbled", ["nonsense", "%25%25", "WzEsMl0", "bnVsbA"])
def test_garbled_cursor_is_refused(opened: Opener, garbled: str) -> None:
    """With the parameter and the value."""
    shop = opened(Paging("cursor", LIMIT, after=AFTER), NEXT)

    problem = shop.refuse(f"GET /tools?after={garbled}")

    assert isinstance(problem, Invalid)
    assert problem.message.startswith("after is ")
    assert [(detail.place, detail.pointer) for detail in problem.details] == [("query", "/after")]


def test_mark_that_is_no_document_is_refused(opened: Opener) -> None:
    """Where ids are marks, one that is not in the list leads nowhere."""
    shop = opened(Paging("cursor", LIMIT, after=AFTER, mark="id"), NEXT)

    assert shop.refuse("GET /tools?after=77").message == "after is '77'; no document of this list has that id"


def test_id_of_a_document_is_a_mark_as_well(opened: Opener) -> None:
    """Where lists give out opaque cursors, callers may still go on from what they saw."""
    shop = opened(Paging("cursor", LIMIT, after=AFTER, before=BEFORE), NEXT)

    assert ids_of(shop.body("GET /tools?limit=2&after=3")["data"]) == [4, 5]
    assert ids_of(shop.body("GET /tools?limit=2&before=3")["data"]) == [1, 2]
    assert shop.refuse("GET /tools?after=77").message.startswith("after is '77', which no list gave out")


@pytest.mark.parametrize(
    ("paging", "name"),
    [(Paging("offset", LIMIT, OFFSET, size=3), "offset"), (Paging("page", LIMIT, page=PAGE, first=1, size=3), "page")],
)
def test_cursor_is_the_number_where_numbers_page(opened: Opener, paging: Paging, name: str) -> None:
    """An answer that gives out a mark gives out one that its parameter takes."""
    shop = opened(paging, NEXT)

    assert list(walk(shop, name)) == [[1, 2, 3], [4, 5, 6], [7]]


@pytest.mark.parametrize(
    "paging",
    [
        Paging("offset", LIMIT, OFFSET),
        Paging("page", LIMIT, page=PAGE, first=1),
        Paging("cursor", LIMIT, after=AFTER),
        Paging("none", LIMIT),
    ],
)
def test_page_of_none_leads_nowhere(opened: Opener, paging: Paging) -> None:
    """Its next page would be itself, for ever."""
    more, address = Meta(("more",), "has_more", "boolean"), Meta(("address",), "next_url", "string", "null")
    shop = opened(paging, NEXT, more, address, headers=(LINKS,))

    reply = shop.send("GET /tools?limit=0")

    assert reply.body == {"data": [], "next": None, "more": False, "address": None}
    assert reply.headers == {}


def test_next_address_is_none_where_the_body_turns_pages(opened: Opener) -> None:
    """An address alone cannot lead on."""
    paging = Paging("cursor", LIMIT, after=Input(("after",), "body"), size=3)
    shop = opened(paging, Meta(("address",), "next_url", "string", "null"), NEXT)

    page = shop.body("GET /tools")

    assert (page["address"], bool(page["next"])) == (None, True)


NUMBERS = (
    Meta(("meta", "total"), "total"),
    Meta(("meta", "count"), "count"),
    Meta(("meta", "page"), "page"),
    Meta(("meta", "pages"), "pages"),
    Meta(("meta", "size"), "page_size"),
    Meta(("meta", "offset"), "offset"),
    Meta(("meta", "from"), "first_item"),
    Meta(("meta", "to"), "last_item"),
    Meta(("meta", "next"), "next_page", "integer", "null"),
    Meta(("meta", "previous"), "previous_page", "integer", "omit"),
    Meta(("meta", "last"), "is_last", "boolean"),
    Meta(("meta", "first"), "is_first", "boolean"),
    Meta(("meta", "text"), "total", "string"),
    Meta(("meta", "offsetNext"), "next_offset", "integer", "empty"),
)


def test_members_tell_of_pages(opened: Opener) -> None:
    """Counts, numbers and flags, each in the type of its place."""
    shop = opened(Paging("page", LIMIT, page=PAGE, first=1, size=3), *NUMBERS)

    assert shop.body("GET /tools?page=2")["meta"] == {
        "total": 7,
        "count": 3,
        "page": 2,
        "pages": 3,
        "size": 3,
        "offset": 3,
        "from": 4,
        "to": 6,
        "next": 3,
        "previous": 1,
        "last": False,
        "first": False,
        "text": "7",
        "offsetNext": 6,
    }


def test_members_say_when_there_is_nothing(opened: Opener) -> None:
    """Null, nothing at all or an empty value, as the description has it."""
    shop = opened(Paging("page", LIMIT, page=PAGE, first=1, size=3), *NUMBERS)

    assert shop.body("GET /tools?page=9")["meta"] == {
        "total": 7,
        "count": 0,
        "page": 9,
        "pages": 3,
        "size": 3,
        "offset": 24,
        "from": 0,
        "to": 0,
        "next": None,
        "previous": 8,
        "last": True,
        "first": False,
        "text": "7",
        "offsetNext": 0,
    }


def test_absent_object_is_left_out_whole(opened: Opener) -> None:
    """`links.next` goes where `links.next.href` has no value."""
    shop = opened(
        Paging("page", LIMIT, page=PAGE, first=1, size=3),
        Meta(("links", "next", "href"), "next_url", "string", "omit", ("links", "next")),
        Meta(("links", "self", "href"), "self_url", "string"),
    )

    assert shop.body("GET /tools?page=2&kind=x")["links"] == {
        "next": {"href": f"{BASE_URL}/tools?page=3&kind=x"},
        "self": {"href": f"{BASE_URL}/tools?page=2&kind=x"},
    }
    assert shop.body("GET /tools?page=3")["links"] == {"self": {"href": f"{BASE_URL}/tools?page=3"}}


URLS = tuple(Meta((way,), f"{way}_url", "string", "null") for way in ("next", "previous", "first", "last"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("paging", "query", "expected"),
    [
        (Paging("offset", LIMIT, OFFSET, size=3), "offset=3", ("offset=6", "offset=0", "offset=0", "offset=6")),
        (Paging("offset", LIMIT, OFFSET, size=3), "", ("offset=3", None, "offset=0", "offset=6")),
        (Paging("page", LIMIT, page=PAGE, first=1, size=3), "page=3", (None, "page=2", "page=1", "page=3")),
        (Paging("cursor", LIMIT, after=AFTER, mark="id"), "limit=3", ("limit=3&after=3", None, "limit=3", None)),
        (Paging("none", LIMIT, size=3), "", (None, None, "", "")),
    ],
)
def test_addresses_lead_to_other_pages(
    opened: Opener, paging: Paging, query: str, expected: tuple[str | None, ...]
) -> None:
    """They repeat the call with another page; where there is none, nothing stands there."""
    shop = opened(paging, *URLS)

    page = shop.body(f"GET /tools?{query}")

    found = tuple(page[way] for way in ("next", "previous", "first", "last"))
    assert found == tuple(None if each is None else f"{BASE_URL}/tools{'?' if each else ''}{each}" for each in expected)


def test_next_address_with_a_cursor_can_be_followed(opened: Opener) -> None:
    """It holds everything that the next call needs."""
    shop = opened(Paging("cursor", LIMIT, after=AFTER, before=BEFORE), *URLS)

    second = shop.body("GET " + shop.body("GET /tools?limit=3")["next"].removeprefix(BASE_URL))
    back = shop.body("GET " + second["previous"].removeprefix(BASE_URL))

    assert ids_of(second["data"]) == [4, 5, 6]
    assert ids_of(back["data"]) == [1, 2, 3]


def test_headers_tell_of_pages(opened: Opener) -> None:
    """`Link` names the other pages by relation; counts are texts; nothing is said where there is nothing."""
    headers = (
        LINKS,
        Meta(("X-Total",), "total"),
        Meta(("X-Next-Page",), "next_page"),
        Meta(("X-More",), "has_more", "boolean"),
    )
    shop = opened(Paging("page", LIMIT, page=PAGE, first=1, size=3), headers=headers)

    assert shop.send("GET /tools?page=2").headers == {
        "Link": (
            f'<{BASE_URL}/tools?page=3>; rel="next", <{BASE_URL}/tools?page=1>; rel="prev", '
            f'<{BASE_URL}/tools?page=1>; rel="first", <{BASE_URL}/tools?page=3>; rel="last"'
        ),
        "X-Total": "7",
        "X-Next-Page": "3",
        "X-More": "true",
    }
    assert shop.send("GET /tools?limit=7").headers == {"X-Total": "7", "X-More": "false"}


def test_address_writes_arrays_and_objects_as_the_description_does(tmp_path: Path) -> None:
    """Repeated, joined by commas, or with brackets."""
    query = {"page": WHOLE, "tag": many(TEXT), "filter": thing(open=FLAG)}
    operation = op(thing(data=many(ref("Tool")), next=TEXT), query=query)
    operation["parameters"].append({"name": "id", "in": "query", "schema": many(WHOLE), "explode": False})
    shop = open_shop(
        tmp_path,
        {"GET /tools": operation, "POST /tools": op(ref("Tool"), body=ref("Tool"), status=201)},
        {"Tool": thing(id=WHOLE)},
        alter=behaving(
            "GET /tools",
            filters=(),
            paging=Paging("page", page=PAGE, first=1, size=2),
            answer=Envelope("items", ("data",), meta=(Meta(("next",), "next_url", "string"),)),
        ),
    )
    shop.put("tools", {"id": 1}, {"id": 2}, {"id": 3})

    page = shop.body("GET /tools?tag=a%26b&tag=c&id=1,2&filter[open]=true")

    assert page["next"] == (f"{BASE_URL}/tools?tag=a%26b&tag=c&filter%5Bopen%5D=true&id=1%2C2&page=2")

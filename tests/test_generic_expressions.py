"""Conditions written as text: in which ways they may be written, and what a list makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbooks.generic.expressions import NotAnExpression, read_expression, walk
from tests.test_generic_building import (
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    Shop,
    crud,
    ids_of,
    open_shop,
    thing,
)

OPEN_ONES = [
    "status:'open'",
    'status="open"',
    'Status=="open"',
    "status eq 'open'",
    "status==open",
    "-status:'paid'",
    "status!='paid'",
    "not (status eq 'paid')",
    "status in ('open','draft')",
    "status=in=(open,draft)",
    "contains(status,'pe')",
    'Status.Contains("pe")',
    "status~'pe'",
    "startswith(status,'op') and total gt 1",
    "endswith(status,'en')",
    "endswith(status,'en') eq true and not endswith(status,'id')",
    "endswith(status,'id') eq false",
    "substringof('pe',status)",
    "tolower(client/name) eq 'ada'",
    "startswith(toupper(trim(client/name)),'AD')",
    "length(status) eq 4 and month(created) eq 2",
    "year(created) eq 2026 and month(created) gt 1 and day(created) eq 1",
    "date(created) eq 2026-02-01",
    'client.name.ToLower()=="ada"',
    "total<2000 and total>20",
    "total<2000;total>20",
    "total:100",
    "created>=2026-01-31T00:00:00Z",
    "created>=DateTime(2026, 01, 31)",
    "created ge datetime'2026-01-31T00:00:00'",
    'client.name=="Ada"',
    "client/name eq 'Ada'",
    'client.name.ToLower().Contains("ad")',
    'client.name.ToString()=="Ada"',
    "notes['order']:'77'",
    "sent!=null AND sent==true",
    "status:'open' OR status:'lost'",
    "(status:'open' OR status:'lost') AND total>50",
    "status:'open' total>50",
]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Bills of two clients, one open and one paid."""
    bill = thing(
        id=WHOLE,
        status=TEXT,
        total=NUMBER,
        created=MOMENT,
        sent={**FLAG, "nullable": True},
        client=thing(name=TEXT),
        notes={"type": "object", "additionalProperties": TEXT},
    )
    shop = open_shop(tmp_path, crud("bills", "Bill", query={"where": TEXT, "search": TEXT}), {"Bill": bill})
    open_one = {"status": "open", "total": 100, "created": "2026-02-01T00:00:00Z", "sent": True}
    shop.put(
        "bills",
        {"id": 1, **open_one, "client": {"name": "Ada"}, "notes": {"order": "77"}},
        {"id": 2, "status": "paid", "total": 12.5, "created": "2026-01-01T00:00:00Z", "client": {"name": "Bob"}},
    )
    return shop


@pytest.mark.parametrize("text", OPEN_ONES)
def test_condition_chooses_the_documents_that_meet_it(shop: Shop, text: str) -> None:
    """In the ways of writing that APIs have."""
    assert ids_of(shop.body(f"GET /bills?where={_escaped(text)}")) == [1]
    assert shop.notes == []


def test_condition_that_names_no_property_is_told_and_chooses_nothing(shop: Shop) -> None:
    """So is one that cannot be read."""
    assert ids_of(shop.body("GET /bills?where=" + _escaped("colour=='red'"))) == [1, 2]
    assert "no property is called 'colour'" in shop.notes[0]
    assert ids_of(shop.body("GET /bills?where=" + _escaped("status=="))) == [1, 2]
    assert "it ends too early" in shop.notes[0]


def test_unknown_function_is_told_and_chooses_nothing(shop: Shop) -> None:
    """A function that changes the property is not passed over."""
    assert ids_of(shop.body("GET /bills?where=" + _escaped("round(total) eq 12"))) == [1, 2]
    assert "'round' is no function that is understood" in shop.notes[0]


def test_part_of_a_moment_is_met_by_documents_with_a_moment_alone(shop: Shop) -> None:
    """And by the right year of it."""
    assert ids_of(shop.body("GET /bills?where=" + _escaped("year(created) eq 2025"))) == []
    assert ids_of(shop.body("GET /bills?where=" + _escaped("year(status) gt 0"))) == []


def test_search_reads_a_condition_and_else_looks_for_the_words(shop: Shop) -> None:
    """The same input takes both."""
    assert ids_of(shop.body("GET /bills?search=" + _escaped("status:'paid'"))) == [2]
    assert ids_of(shop.body("GET /bills?search=pai")) == [2]
    assert ids_of(shop.body("GET /bills?search=" + _escaped("note: paid"))) == []


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "a=", "=1", "a=1)", "(a=1", "f(a=1", "a=1 or", "f(a,1)", "a.f()=1", "contains(a,'x') eq 1"),
        *("(" * 60 + "a=1", "a=" + "x" * 5000, "!" * 2000 + "a=1", "not " * 900 + "a=1", "a=" + "x(" * 1500),
        *("trim(" * 700 + "a", "a>Date(99999999999999999999,1,1)"),
    ],
)
def test_text_that_is_no_condition_is_refused(text: str) -> None:
    """With a reason, at whatever place it breaks."""
    with pytest.raises(NotAnExpression):
        read_expression(text)


def test_or_binds_least_and_not_most() -> None:
    """`a or b and not c` is `a or (b and (not c))`."""
    node = read_expression("a=1 or b=1 and not c=1")

    def holds(document: dict[str, Any]) -> bool:
        return bool(walk(node, lambda each: lambda found: found[each.name] == each.value)(document))

    assert [holds({"a": a, "b": b, "c": c}) for a, b, c in ((1, 0, 1), (0, 1, 0), (0, 1, 1))] == [True, True, False]


def _escaped(text: str) -> str:
    """A text as it stands in an address."""
    return text.replace("%", "%25").replace("&", "%26").replace("+", "%2B").replace("?", "%3F").replace("#", "%23")

"""Aimsio: the total of a cost after markup, reckoned again in fractions."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vendors.aimsio import EXAMPLE, EXAMPLE_GUID, GOOD, NRB, Aimsio, Json, result

ON_TAX = "SUB_TOTAL_AND_VENDOR_TAX"


def total(cost: Json) -> str:
    """Rate times quantity and the tax; the upcharge, in percent, is on the first, or on both. Halves of a cent count
    up, away from zero.
    """
    exact = {name: Fraction(str(cost.get(name) or 0)) for name in ("nrbRate", "nrbQuantity", "nrbVendorTax")}
    goods, tax = exact["nrbRate"] * exact["nrbQuantity"], exact["nrbVendorTax"]
    marked_up = goods + tax if cost.get("nrbMarkupAppliesOn") == ON_TAX else goods
    exactly = goods + tax + marked_up * Fraction(str(cost.get("nrbUpcharge") or 0)) / 100
    cents = floor(abs(exactly) * 100 + Fraction(1, 2))
    return f"{'-' if exactly < 0 < cents else ''}{cents // 100}.{cents % 100:02}"


@pytest.mark.parametrize(
    ("rate", "quantity", "tax", "upcharge", "applies_on", "expected"),
    [
        (750, 1, 37.5, 10, "SUB_TOTAL", "862.50"),
        (750, 1, 37.5, 10, ON_TAX, "866.25"),
        (120.5, 3, 18.08, None, None, "379.58"),
        ("33.333", 3, 5, 12.5, "SUB_TOTAL", "117.50"),
        ("33.333", 3, 5, 12.5, ON_TAX, "118.12"),
        (100, -1, 0, 10, "SUB_TOTAL", "-110.00"),
        (750, 1, 37.5, 10, None, "862.50"),
        (750, 1, None, 10, ON_TAX, "825.00"),
        ("0.005", 1, None, None, None, "0.01"),
        ("0.005", -1, None, None, None, "-0.01"),
        ("-0.001", 1, None, None, None, "0.00"),
        ("99999999.999", "99999.999", None, None, None, "9999999899900.00"),
    ],
)
def test_total_after_markup(
    aimsio: Aimsio, rate: Json, quantity: Json, tax: Json, upcharge: Json, applies_on: Json, expected: str
) -> None:
    """The vendor's example, and the table that follows from it: the tax is always in the total, the upcharge is percent
    (GET one NRB, nrbTotalAfterMarkup, read 2026-11; 5.5; A18)."""
    cost = {
        "nrbRate": rate,
        "nrbQuantity": quantity,
        "nrbVendorTax": tax,
        "nrbUpcharge": upcharge,
        "nrbMarkupAppliesOn": applies_on,
    }
    assert expected == total(cost)

    assert expected == aimsio.new(NRB, **cost)["nrbTotalAfterMarkup"]


def test_markup_on_the_tax_changes_the_total_alone(aimsio: Aimsio) -> None:
    """The documented cost, its markup on the tax too, nothing else changed (5.5, 12.8; A18)."""
    aimsio.call("POST", "NRB", EXAMPLE)
    before = aimsio.one(NRB, EXAMPLE_GUID)

    shown = aimsio.load(NRB, {"nrbOriginReference": "AP-INV-123", "nrbMarkupAppliesOn": ON_TAX})

    assert result(0, 1, 0, 0) == shown
    assert {**before, "nrbMarkupAppliesOn": ON_TAX, "nrbTotalAfterMarkup": "866.25"} == aimsio.one(NRB, EXAMPLE_GUID)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"nrbRate": 800}, "917.50"),
        ({"nrbQuantity": "2"}, "1687.50"),
        ({"nrbVendorTax": None}, "825.00"),
        ({"nrbUpcharge": None}, "787.50"),
        ({"nrbMarkupAppliesOn": None}, "862.50"),
        ({"nrbTotalAfterMarkup": "1.00"}, "862.50"),
        ({"nrbRate": "dear", "nrbQuantity": 3}, "2512.50"),
    ],
)
def test_total_follows_every_edit(aimsio: Aimsio, edit: Json, expected: str) -> None:
    """Worked out anew on every create and edit, from the record as it is then; one that is sent is ignored
    (GET one NRB, nrbTotalAfterMarkup, read 2026-11; 5.5, 12.9; A18, A43)."""
    aimsio.load(NRB, {"nrbGuid": EXAMPLE_GUID, **edit})

    shown = aimsio.one(NRB, EXAMPLE_GUID)

    assert (expected, expected) == (total(shown), shown["nrbTotalAfterMarkup"])


def test_totals_of_the_demo_are_right(aimsio: Aimsio) -> None:
    """Every cost that an account begins with follows the same formula (5.5, 10; A18, A47)."""
    shown = aimsio.all(NRB)

    assert [total(each) for each in shown] == [each["nrbTotalAfterMarkup"] for each in shown]


def decimals(least: int, most: int) -> st.SearchStrategy[str]:
    """Numbers with three decimals, as text."""
    return st.integers(least, most).map(
        lambda number: f"{'-' if number < 0 else ''}{abs(number) // 1000}.{abs(number) % 1000:03}"
    )


COST = st.fixed_dictionaries(
    {
        "nrbRate": decimals(-(10**8), 10**8),
        "nrbQuantity": decimals(-(10**6), 10**6),
        "nrbVendorTax": st.none() | decimals(-(10**7), 10**7),
        "nrbUpcharge": st.none() | decimals(-(10**5), 10**6),
        "nrbMarkupAppliesOn": st.sampled_from([None, "SUB_TOTAL", ON_TAX]),
    }
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(costs=st.lists(COST, min_size=1, max_size=6))
def test_total_of_any_cost_is_exact(aimsio: Aimsio, costs: list[Json]) -> None:
    """Decimal arithmetic, rounded to cents at the end alone (5.5; A18)."""
    guids: list[str] = []
    known = set(aimsio.guids(NRB))
    records = [{**GOOD[NRB], **cost, "nrbExternalId": f"T-{len(known)}-{number}"} for number, cost in enumerate(costs)]

    assert result(len(costs), 0, 0, 0) == aimsio.load(NRB, *records)

    guids = [guid for guid in aimsio.guids(NRB) if guid not in known]
    assert [total(cost) for cost in costs] == [aimsio.one(NRB, guid)["nrbTotalAfterMarkup"] for guid in guids]

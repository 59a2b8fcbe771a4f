"""Aimsio: what all answers have in common: shapes of lists, nulls, numbers, times, custom fields, new accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.vendors.aimsio import ENTITIES, GOOD, KEYS, NRB, Aimsio, Json, result

FORMS = {
    NRB: "nrbFormData",
    "JobOrder": "jobFormData",
    "Employee": "employeeFormData",
    "BillableItem": "billableItemFormData",
    "PriceBook": "priceBookFormData",
    "Company": "companyFormData",
    "Equipment": "equipmentFormData",
}
NUMBER = re.compile(r"(Rate[23]?|Cost[23]?|Quantity|Tax|Upcharge|Pay|TopUp|Total|Hours)$")
TIME = re.compile(r"(At|Date)$")
GUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def members(document: Json) -> Iterator[tuple[str, Json]]:
    """Every member of an object and of all in it."""
    for each in document if isinstance(document, list) else [document]:
        for name, value in each.items() if isinstance(each, dict) else ():
            yield name, value
            if isinstance(value, dict | list):
                yield from members(value)


@pytest.mark.parametrize("entity", ENTITIES)
def test_wire_forms_are_the_same_everywhere(aimsio: Aimsio, entity: str) -> None:
    """Numbers with three decimals as text, totals of costs with two; times are whole milliseconds; GUIDs in lower case;
    booleans are booleans (GET one NRB, response, read 2026-11; 1.5; A17)."""
    shown = aimsio.all(entity)

    for name, value in members(shown):
        if value is None:
            continue
        if name == "nrbTotalAfterMarkup":
            assert re.fullmatch(r"-?\d+\.\d\d", value), name
        elif NUMBER.search(name):
            assert re.fullmatch(r"-?\d+\.\d{3}", value), name
        elif TIME.search(name):
            assert (int, True) == (type(value), value > 10**12), name
        elif name.endswith("Guid"):
            assert GUID.fullmatch(value), name
        elif name.startswith("is") or "Is" in name:
            assert bool is type(value), name


@pytest.mark.parametrize("entity", ENTITIES)
def test_shape_of_indexes_can_be_switched(aimsio: Aimsio, entity: str) -> None:
    """The vendor's text says array, its operation says `value` in an object: the account chooses, default `value`
    (Usage, Querying data; list NRBs, read 2026-11; 1.5, 11; A6)."""
    wrapped = aimsio.get(entity).json()

    aimsio.switch(listShape="array")
    bare = aimsio.get(entity).json()
    aimsio.switch(listShape="value")

    assert wrapped == {"value": bare} == aimsio.get(entity).json()


@pytest.mark.parametrize("entity", ENTITIES)
def test_new_account_has_empty_indexes(new_account: Aimsio, entity: str) -> None:
    """`{"value": []}`, or `[]`, for all but its users (list NRBs, read 2026-11; 5.3, 10; A6, A47)."""
    expected = 3 if entity == "User" else 0

    assert expected == len(new_account.index(entity))
    new_account.switch(listShape="array")
    assert expected == len(new_account.get(entity).json())


def test_index_takes_no_parameters(aimsio: Aimsio) -> None:
    """There is no paging and no filter: the index is whole (list NRBs, read 2026-11; 1.2, 5.3; A7)."""
    assert aimsio.get(NRB).json() == aimsio.get(f"{NRB}?limit=1&offset=3&nrbVendorCode=BIT").json()


@pytest.mark.parametrize("entity", FORMS)
def test_custom_fields_are_echoed(aimsio: Aimsio, entity: str) -> None:
    """`customFieldDataList` of a record comes back in the form data of the object, on create and on edit
    (BillableItem, CustomFieldDataList, read 2026-11; 9; A42)."""
    field = {"fieldUname": "area_code", "value": "North 7"}

    made = aimsio.new(entity, customFieldDataList=[field])
    changed = {KEYS[entity]: GOOD[entity][KEYS[entity]], "customFieldDataList": [{**field, "value": 7}]}
    assert result(0, 1, 0, 0) == aimsio.load(entity, changed)

    form = made[FORMS[entity]]
    assert [field] == form["formDataFieldDataList"]
    assert {"formDataFormTypeUname", "formDataGuid", "formDataFieldDataList"} == set(form)
    assert (str, True) == (type(form["formDataFormTypeUname"]), bool(GUID.fullmatch(form["formDataGuid"])))
    after = aimsio.keyed(entity, GOOD[entity][KEYS[entity]])[FORMS[entity]]
    assert {**form, "formDataFieldDataList": [{**field, "value": 7}]} == after


@pytest.mark.parametrize("entity", FORMS)
def test_form_data_is_read_only(aimsio: Aimsio, entity: str) -> None:
    """The object of the GET is ignored in a POST (BillableItem, form data, read 2026-11; 9; A43)."""
    form = {
        "formDataFormTypeUname": "x",
        "formDataGuid": "y",
        "formDataFieldDataList": [{"fieldUname": "z", "value": 1}],
    }

    made = aimsio.new(entity, **{FORMS[entity]: form})

    assert made.get(FORMS[entity]) is None


def test_custom_fields_of_a_price_item(aimsio: Aimsio) -> None:
    """A price item has form data of its own (PriceBook, price items, read 2026-11; 7.3, 9; A42)."""
    (item,) = GOOD["PriceBook"]["priceBookPriceItems"]
    field = {"fieldUname": "tier", "value": "B"}

    made = aimsio.new("PriceBook", priceBookPriceItems=[{**item, "customFieldDataList": [field]}])

    (shown,) = made["priceBookPriceItems"]
    assert [field] == shown["priceItemFormData"]["formDataFieldDataList"]


def test_form_data_of_the_demo(aimsio: Aimsio) -> None:
    """An employee with fields shows them, one without has null (Employee, form data, read 2026-11; 9)."""
    form = aimsio.keyed("Employee", "E-1001")["employeeFormData"]

    assert {"h2s_alive_expiry": "2026-03-31", "first_aid_level": "Intermediate"} == {
        field["fieldUname"]: field["value"] for field in form["formDataFieldDataList"]
    }
    assert aimsio.keyed("Employee", "E-1002")["employeeFormData"] is None

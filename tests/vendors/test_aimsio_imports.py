"""Aimsio: what every POST has in common: records one by one, found by their keys, counted, with notices."""

from __future__ import annotations

import re

import pytest

from tests.vendors.aimsio import (
    CREATABLE,
    ENTITIES,
    EXAMPLE,
    EXAMPLE_GUID,
    GOOD,
    IMPORTED,
    KEYS,
    NOW_MS,
    NOWHERE,
    NRB,
    STAMP,
    Aimsio,
    Json,
    result,
    still,
    told_by,
    without,
)

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
EACH = pytest.mark.parametrize("entity", GOOD)
CHANGES: dict[str, tuple[str, Json]] = {
    NRB: ("nrbNotes", "Second delivery"),
    "JobOrder": ("jobDescription", "Second vessel"),
    "Employee": ("employeeNotes", "Second class"),
    "BillableItem": ("billableItemDescription", "Second reading"),
    "PriceBook": ("priceBookStatus", "Second draft"),
    "Company": ("companyPhone", "403-555-0102"),
    "Equipment": ("equipmentStatus", "Second unit"),
}
"""Of each entity a property that may be changed, and a value."""


def test_documented_import_edits_the_documented_cost(aimsio: Aimsio) -> None:
    """The vendor's example on the account that it is from: one edit, as its answer shows
    (NRB POST, example, read 2026-11; 4, 12.3; operation 1)."""
    answer = aimsio.call("POST", "NRB", EXAMPLE)

    assert 200 == answer.status_code
    told = answer.json()
    assert GUID.fullmatch(told["guid"])
    assert {
        "dtype": "IntegrationImportResult",
        "id": 0,
        "guid": told["guid"],
        "importConfiguration": None,
        "numberOfEntitiesCreated": 0,
        "numberOfEntitiesEdited": 1,
        "numberOfEntitiesEditedWithErrors": 0,
        "numberOfEntitiesNotImportedDueToErrors": 0,
        "extra": None,
        "notices": [],
        "updatedAt": NOW_MS,
        "importResultType": None,
        "numberOfEntitiesImported": 1,
    } == told


def test_documented_import_creates_where_the_cost_is_not_there(new_account: Aimsio) -> None:
    """The same body, word for word, on an account with job, WBS, vendor and type creates, and edits when it comes again
    (NRB POST, example, read 2026-11; 4, 12.4; A14)."""
    new_account.load("Company", {**GOOD["Company"], "companyCode": "BIT"})
    client = {"companyCode": "WCM", "companyName": "Whitecourt Midstream", "companyTypeName": "Client"}
    new_account.load("Company", client)
    new_account.load("PriceBook", {"priceBookName": "Standard 2025"})
    node = {"wbsSharedIdentifier": "JOB20250514-01.01", "wbsName": "Field systems"}
    job = {**GOOD["JobOrder"], "jobNumber": "JOB20250514", "jobWBSSchedule": {"jobScheduleWBSList": [node]}}
    assert result(1, 0, 0, 0) == new_account.load("JobOrder", job)

    first = told_by(new_account.call("POST", "NRB", EXAMPLE).json())
    again = told_by(new_account.call("POST", "NRB", EXAMPLE).json())

    assert (result(1, 0, 0, 0), result(0, 1, 0, 0)) == (first, again)
    assert 1 == len(new_account.index(NRB))


def test_result_has_a_new_guid_each_time(aimsio: Aimsio) -> None:
    """Results are not stored: `id` is 0, `guid` is fresh (NRB POST, response, read 2026-11; 4; A16)."""
    answers = [aimsio.answer("Company") for _ in range(3)]

    assert 3 == len({answer["guid"] for answer in answers})
    assert {0} == {answer["id"] for answer in answers}


@pytest.mark.parametrize("entity", [each.path for each in IMPORTED])
def test_empty_list_changes_nothing(aimsio: Aimsio, entity: str) -> None:
    """200, and every counter 0 (4; A45)."""
    before = aimsio.state()

    assert result(0, 0, 0, 0) == aimsio.load(entity)
    assert before == aimsio.state()


def test_long_list_is_taken(aimsio: Aimsio) -> None:
    """No limit on the length of a list is documented (4; A45)."""
    records = [{**GOOD["Company"], "companyCode": f"C-{number}"} for number in range(500)]

    assert result(500, 0, 0, 0) == aimsio.load("Company", *records)
    assert 513 == len(aimsio.index("Company"))


@EACH
def test_new_record_is_created_then_edited(aimsio: Aimsio, entity: str) -> None:
    """Unknown key: created, with times of now; the same record again: edited, and the index does not grow
    (Usage, Posting data, read 2026-11; 4; operations 1, 4, 7, 10, 13, 16 and 19)."""
    before = aimsio.guids(entity)

    first = aimsio.load(entity, GOOD[entity])
    (guid,) = [each for each in aimsio.guids(entity) if each not in before]
    made = aimsio.one(entity, guid)
    aimsio.advance(61.5)
    again = aimsio.load(entity, GOOD[entity])

    assert (result(1, 0, 0, 0), result(0, 1, 0, 0)) == (first, again)
    assert [*before, guid] == aimsio.guids(entity)
    assert (STAMP, STAMP) == (made[ENTITIES[entity].updated_at or ""], made[_created_at(entity)])
    shown = aimsio.one(entity, guid)
    assert still(made) == still(shown)
    assert (STAMP + 61000, STAMP) == (shown[ENTITIES[entity].updated_at or ""], shown[_created_at(entity)])


@EACH
def test_edit_by_key_or_guid_merges(aimsio: Aimsio, entity: str) -> None:
    """An edit needs a working key alone: what it does not name stays, null clears
    (Usage, Posting data, read 2026-11; 4; A12, A14)."""
    made = aimsio.new(entity)
    named = ENTITIES[entity]
    name, value = CHANGES[entity]

    by_key = aimsio.load(entity, {KEYS[entity]: made[KEYS[entity]], name: value})
    changed = aimsio.one(entity, made[named.guid])
    by_guid = aimsio.load(entity, {named.guid: made[named.guid], name: None})

    assert (result(0, 1, 0, 0), result(0, 1, 0, 0)) == (by_key, by_guid)
    assert still({**made, name: value}) == still(changed)
    assert still({**made, name: None}) == still(aimsio.one(entity, made[named.guid]))


@pytest.mark.parametrize("entity", [name for name in GOOD if name != "JobOrder"])
def test_unknown_guid_is_not_imported(aimsio: Aimsio, entity: str) -> None:
    """GUIDs are made by the system: one that is not there creates nothing, though the rest is good, and even where
    another key is known (NRB GET one, nrbGuid, read 2026-11; 4, 12.15; A13)."""
    guid = ENTITIES[entity].guid
    before = aimsio.all(entity)
    known = before[0]

    shown = aimsio.load(entity, {**GOOD[entity], guid: NOWHERE}, {guid: NOWHERE, KEYS[entity]: known[KEYS[entity]]})

    assert result(0, 0, 0, 2, errors=[(0, guid), (1, guid)]) == shown
    assert before == aimsio.all(entity)


@EACH
def test_record_without_a_key_is_not_imported(aimsio: Aimsio, entity: str) -> None:
    """Nothing to know it by: refused, and nothing stored (4; A13, A14)."""
    before = aimsio.state()

    shown = aimsio.load(entity, without(GOOD[entity], KEYS[entity]))

    assert (0, 0, 0, 1) == shown[:4]
    ((severity, index, name),) = shown.notices
    assert ("ERROR", 0) == (severity, index)
    assert name in {KEYS[entity], ENTITIES[entity].guid, "nrbOriginReference"}
    assert before == aimsio.state()


@EACH
@pytest.mark.parametrize("junk", [None, 5, "x", [], [{}], True])
def test_record_that_is_no_object_is_not_imported(aimsio: Aimsio, entity: str, junk: Json) -> None:
    """What is no record fails alone, the good one beside it is created (4, 1.6; A11)."""
    shown = aimsio.load(entity, junk, GOOD[entity])

    assert (1, 0, 0, 1) == shown[:4]
    assert [("ERROR", 0, None)] == shown.notices


@EACH
@pytest.mark.parametrize("key", [{"a": 1}, ["x"], True])
def test_key_that_is_no_text_is_not_imported(aimsio: Aimsio, entity: str, key: Json) -> None:
    """An error in the key refuses the record (4; A11)."""
    before = aimsio.state()

    shown = aimsio.load(entity, {**GOOD[entity], KEYS[entity]: key})

    assert result(0, 0, 0, 1, errors=[(0, KEYS[entity])]) == shown
    assert before == aimsio.state()


@EACH
def test_same_key_twice_in_a_list_edits_the_first(aimsio: Aimsio, entity: str) -> None:
    """Records are taken in the order of the list, each on what those before it left (4; A11)."""
    name, value = CHANGES[entity]
    size = len(aimsio.index(entity))

    shown = aimsio.load(entity, GOOD[entity], {KEYS[entity]: GOOD[entity][KEYS[entity]], name: value})

    assert result(1, 1, 0, 0) == shown
    assert size + 1 == len(aimsio.index(entity))
    assert value == aimsio.keyed(entity, GOOD[entity][KEYS[entity]])[name]


@EACH
def test_two_keys_of_two_objects_are_not_imported(aimsio: Aimsio, entity: str) -> None:
    """A code of another object cannot be taken: that other one keeps it, in any case (4; A13)."""
    key, guid = KEYS[entity], ENTITIES[entity].guid
    first = aimsio.new(entity, **{key: "FIRST"})
    second = aimsio.new(entity, **{key: "SECOND"})

    shown = aimsio.load(entity, {guid: first[guid], key: "SECOND"})

    assert (0, 0, 1) == (shown.created, shown.edited, shown.with_errors + shown.not_imported)
    assert [("ERROR", 0, key)] == shown.notices
    assert still(first) == still(aimsio.one(entity, first[guid]))
    assert second == aimsio.one(entity, second[guid])


@pytest.mark.parametrize("entity", ["Employee", "BillableItem", "PriceBook", "Company", "Equipment"])
def test_code_of_another_object_leaves_the_rest_of_an_edit(aimsio: Aimsio, entity: str) -> None:
    """Found by its GUID, with a code that is taken: edited with errors (4; A13)."""
    key, guid = KEYS[entity], ENTITIES[entity].guid
    first, _ = aimsio.new(entity, **{key: "FIRST"}), aimsio.new(entity, **{key: "SECOND"})
    name, value = CHANGES[entity]

    shown = aimsio.load(entity, {guid: first[guid], key: "SECOND", name: value})

    assert result(0, 0, 1, 0, errors=[(0, key)]) == shown
    assert still({**first, name: value}) == still(aimsio.one(entity, first[guid]))


@EACH
def test_code_changes_where_the_guid_is_known(aimsio: Aimsio, entity: str) -> None:
    """Found by its GUID, with a code that nobody has: the code is edited (4; A13)."""
    key, guid = KEYS[entity], ENTITIES[entity].guid
    made = aimsio.new(entity)

    assert result(0, 1, 0, 0) == aimsio.load(entity, {guid: made[guid], key: "RENAMED"})
    assert still({**made, key: "RENAMED"}) == still(aimsio.one(entity, made[guid]))


def test_cost_is_known_by_each_of_its_keys(aimsio: Aimsio) -> None:
    """nrbGuid, nrbExternalId and nrbOriginReference find the same object (NRB GET one, read 2026-11; 4, 12.15; A13)."""
    made = aimsio.new(NRB, nrbOriginReference="AP-9001")
    size = len(aimsio.index(NRB))

    for number, name in enumerate(("nrbGuid", "nrbExternalId", "nrbOriginReference")):
        assert result(0, 1, 0, 0) == aimsio.load(NRB, {name: made[name], "nrbNotes": f"By {name}"})
        assert f"By {name}" == aimsio.one(NRB, made["nrbGuid"])["nrbNotes"], number
    assert size == len(aimsio.index(NRB))


def test_cost_with_keys_of_two_others_is_not_imported(aimsio: Aimsio) -> None:
    """External id of one object, origin reference of another: refused, neither changes (4; A13)."""
    before = aimsio.all(NRB)

    record = {"nrbExternalId": "ERP-AP-39811", "nrbOriginReference": "AP-INV-123", "nrbNotes": "Whose?"}
    shown = aimsio.load(NRB, record)

    assert (0, 0, 0, 1) == shown[:4]
    assert [("ERROR", 0)] == [notice[:2] for notice in shown.notices]
    assert before == aimsio.all(NRB)


def test_mixed_list_is_counted_and_told_record_by_record(aimsio: Aimsio) -> None:
    """A good new one, one with an unknown vendor, a good existing one: 200, and one notice that names the vendor
    (NRB POST, responses, read 2026-11; 4, 12.10; A11, A15)."""
    good = GOOD[NRB]
    bad = {**good, "nrbExternalId": "ERP-AP-50002", "nrbVendorCode": "XYZ"}
    size = len(aimsio.index(NRB))

    answer = aimsio.answer(NRB, good, bad, EXAMPLE["nrbList"][0])

    assert result(1, 1, 0, 1, errors=[(1, "nrbVendorCode")]) == told_by(answer)
    assert 2 == answer["numberOfEntitiesImported"]
    (notice,) = answer["notices"]
    assert "XYZ" in notice.pop("message")
    assert {
        "dtype": "IntegrationImportNotice",
        "severity": "ERROR",
        "entityType": NRB,
        "index": 1,
        "entityIdentifier": "ERP-AP-50002",
        "property": "nrbVendorCode",
    } == notice
    assert size + 1 == len(aimsio.index(NRB))


def test_each_broken_rule_has_its_notice(aimsio: Aimsio) -> None:
    """One notice for each rule that a record breaks, in a new one as in an edit (4; A11, A15)."""
    faults = {"nrbVendorCode": "XYZ", "nrbRate": "dear", "nrbMarkupAppliesOn": "ALL"}
    before = aimsio.one(NRB, EXAMPLE_GUID)

    shown = aimsio.load(NRB, {**GOOD[NRB], **faults}, {"nrbGuid": EXAMPLE_GUID, **faults, "nrbName": "Kept"})

    errors = [(index, name) for index in (0, 1) for name in faults]
    assert result(0, 0, 1, 1, errors=errors) == shown
    assert still({**before, "nrbName": "Kept"}) == still(aimsio.one(NRB, EXAMPLE_GUID))


def test_bad_property_of_an_edit_keeps_its_value(aimsio: Aimsio) -> None:
    """A wrong enumeration value beside new notes: the notes change, the markup does not, one EditedWithErrors
    (4, 12.14; A11)."""
    before = aimsio.one(NRB, EXAMPLE_GUID)

    shown = aimsio.load(NRB, {"nrbGuid": EXAMPLE_GUID, "nrbMarkupAppliesOn": "TOTAL", "nrbNotes": "New notes"})

    assert result(0, 0, 1, 0, errors=[(0, "nrbMarkupAppliesOn")]) == shown
    assert still({**before, "nrbNotes": "New notes"}) == still(aimsio.one(NRB, EXAMPLE_GUID))


@pytest.mark.parametrize("entity", GOOD)
def test_mandatory_property_is_not_cleared(aimsio: Aimsio, entity: str) -> None:
    """null clears, but not what an object cannot be without (4; A12)."""
    kept = {
        NRB: "nrbVendorCode",
        "JobOrder": "jobName",
        "Employee": "employeeLastName",
        "BillableItem": "billableItemName",
        "PriceBook": "priceBookName",
        "Company": "companyName",
        "Equipment": "equipmentBillableItemCode",
    }[entity]
    made = aimsio.new(entity)
    guid = ENTITIES[entity].guid

    shown = aimsio.load(entity, {guid: made[guid], kept: None})

    assert (0, 0) == (shown.created, shown.not_imported)
    assert still(made) == still(aimsio.one(entity, made[guid]))


@pytest.mark.parametrize(
    ("entity", "cleared", "wrong"),
    [
        (NRB, "nrbTypeUname", "nrbTypeName"),
        (NRB, "nrbTypeName", "nrbTypeUname"),
        (NRB, "nrbAccountType", "nrbIsBillable"),
        (NRB, "nrbIsBillable", "nrbAccountType"),
        ("BillableItem", "billableItemTypeUname", "billableItemTypeName"),
        ("BillableItem", "billableItemTypeName", "billableItemTypeUname"),
        ("BillableItem", "billableItemDefaultRateTypeUname", "billableItemDefaultRateType"),
        ("BillableItem", "billableItemDefaultRateType", "billableItemDefaultRateTypeUname"),
    ],
)
def test_fault_in_one_of_two_names_does_not_let_the_other_clear_them(
    aimsio: Aimsio, entity: str, cleared: str, wrong: str
) -> None:
    """null for one name and a wrong type for the other: an object keeps what it cannot be without
    (1.5, 4, 5.1, 7.2; A11, A12)."""
    made = aimsio.new(entity)
    guid = ENTITIES[entity].guid

    shown = aimsio.load(entity, {guid: made[guid], cleared: None, wrong: 5})

    assert result(0, 0, 1, 0, errors=[(0, wrong)]) == shown
    assert still(made) == still(aimsio.one(entity, made[guid]))


@pytest.mark.parametrize("entity", [each.path for each in IMPORTED])
def test_what_is_shown_can_be_posted_back(aimsio: Aimsio, entity: str) -> None:
    """Every object as its GET shows it is an edit that changes nothing: what is read-only or unknown is ignored
    (1.5, 4, 11; A43)."""
    before = aimsio.all(entity)
    assert before

    shown = aimsio.load(entity, *({**each, "unheardOf": {"a": [1]}} for each in before))

    assert (0, len(before), 0, 0) == shown[:4], shown
    assert [] == [notice for notice in shown.notices if notice[0] == "ERROR"]
    assert still(before) == still(aimsio.all(entity))


def test_creatable_entities_are_all_tried() -> None:
    """The records of these tests are of all entities that a POST may create (2; operations 1, 4, 7, 10, 13, 16, 19)."""
    assert list(GOOD) == [each.path for each in CREATABLE]


def _created_at(entity: str) -> str:
    return (ENTITIES[entity].updated_at or "").replace("UpdatedAt", "CreatedAt")

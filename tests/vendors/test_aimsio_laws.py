"""Aimsio: laws of the import, for lists of any records."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.serving import Door
from tests.vendors.aimsio import (
    ENTITIES,
    EXAMPLE_GUID,
    GOOD,
    IMPORTED,
    KEYS,
    NOWHERE,
    NRB,
    Aimsio,
    Json,
    still,
    told_by,
)

Records = st.SearchStrategy[list[Json]]

LISTS = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
JUNK: st.SearchStrategy[Json] = st.sampled_from([None, 7, "BIT", [], {}, True])
CODES = st.sampled_from(["BIT", "RDP", "N-1", "N-2", "N-3", "", None, 5])
TEXTS = st.sampled_from(["Odd Fellows Ltd.", "", None, 12.5, ["x"]])

COMPANIES: Records = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "companyCode": CODES,
            "companyGuid": st.sampled_from(["d74e8cbb-c7ce-43d9-be2d-c65f0ce0af49", NOWHERE, None]),
            "companyName": TEXTS,
            "companyTypeName": st.sampled_from(["Client", "Vendor", "Subcontractor", "Friend", None]),
            "companyPhone": TEXTS,
            "companyCreatedAt": st.just(5),
        },
    )
    | JUNK,
    max_size=6,
)
COSTS: Records = st.lists(
    st.fixed_dictionaries(
        {
            "nrbExternalId": st.sampled_from(["ERP-AP-39811", "ERP-AP-40071", "X-1", "X-2", None]),
            "nrbJobOrderNumber": st.sampled_from(["JOB20250514", "JOB20250505", "JOB20250423", "JOB-NONE"]),
            "nrbTypeName": st.sampled_from(["Other", "Material", "Nonsense"]),
            "nrbVendorCode": st.sampled_from(["BIT", "RDP", "WCM", "XYZ"]),
            "nrbRate": st.sampled_from([12.5, "33.333", -1, "dear", None]),
            "nrbQuantity": st.sampled_from([1, "2.500", [], None]),
        },
        optional={
            "nrbOriginReference": st.sampled_from(["AP-INV-123", "O-1", None]),
            "nrbAccountType": st.sampled_from(["Billable", "Not Billable", "Maybe"]),
            "nrbIsBillable": st.sampled_from([True, False, "yes"]),
            "nrbWBSSharedIdentifier": st.sampled_from(["JOB20250514-01.01", "JOB20250505-01.01", None]),
            "nrbDocumentType": st.sampled_from(["RECEIPT_AP_INVOICE", "RECEIPT_BOL", "RECEIPT", None]),
            "nrbShouldReconcileWithPO": st.booleans(),
            "nrbPONumber": st.sampled_from(["PO-20001", "PO-NONE"]),
            "nrbNotes": TEXTS,
        },
    )
    | JUNK,
    max_size=6,
)

WORDS = [
    *("", "x", "BIT", "WCM", "JOB20250514", "JOB20250505-01.01", "LAB-PF", "EQ-TRUCK", "E-1001", "Standard 2025"),
    *("RECEIPT_AP_INVOICE", "RECEIPT_BOL", "Billable", "Client", "Deleted", "Void", "Approved", "hourly", "PO-20001"),
    *("1e400", "NaN", "1_000", "0x10", " 5 ", "1.0005", "-1e-400", "\u0663", "\x00", EXAMPLE_GUID, NOWHERE, "a" * 300),
]
LEAF = st.none() | st.booleans() | st.sampled_from([0, -1, 1.5, 1e308, 10**18, 10**30, 1747849689000, 1e-9, *WORDS])
NAMES = ["fieldUname", "value", "wbsSharedIdentifier", "wbsParentSharedIdentifier", "priceItemBillableItemCode"]
VALUE = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner), max_leaves=6
)


@pytest.mark.parametrize("entity", [each.path for each in IMPORTED])
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_is_sent_is_taken_or_told(aimsio_door: Door, aimsio: Aimsio, entity: str, data: st.DataObject) -> None:
    """Any values under the vendor's names: the call is a 200, its counters add up; all that is there is shown in its
    form, and can be posted back (1.5, 4, 11; A11, A43)."""
    names = _names(aimsio_door, entity)
    good = GOOD.get(entity, {})
    record = st.dictionaries(st.sampled_from(names), VALUE, max_size=6)
    like_good = record.map(lambda odd: {**good, **odd, **({KEYS[entity]: "K"} if good else {})})
    records = data.draw(st.lists(record | like_good | VALUE, max_size=4))
    posted = ENTITIES[entity]

    answer = aimsio.call("POST", posted.posts or "", {posted.records: records})

    assert 200 == answer.status_code, answer.text
    assert len(records) == sum(told_by(answer.json())[:4])
    shown = aimsio.all(entity)
    again = aimsio.load(entity, *shown)
    assert (0, len(shown), 0, 0) == again[:4], again
    assert still(shown) == still(aimsio.all(entity))


def _names(door: Door, entity: str) -> list[str]:
    """The names of the properties that a record of this entity may have, as the description lists them."""
    schemas = door.server.vendors["aimsio"].description.document["components"]["schemas"]
    name = "NonrecurringBillableItem" if entity == NRB else entity
    return [*schemas[f"{name}Record"]["properties"]]


@pytest.mark.parametrize("entity", ["Company", NRB])
@LISTS
@given(data=st.data())
def test_counters_always_add_up(aimsio: Aimsio, entity: str, data: st.DataObject) -> None:
    """Each record counts once; Imported is what was created and edited; the index grows by what was created; each
    notice tells of a record of the list, and each refused one of them has its error
    (NRB POST, responses, read 2026-11; 4; A11, A15, A16)."""
    records = data.draw(COMPANIES if entity == "Company" else COSTS)
    before = {item["guid"]: item["updatedAt"] for item in aimsio.index(entity)}

    answer = aimsio.answer(entity, *records)

    created, edited = answer["numberOfEntitiesCreated"], answer["numberOfEntitiesEdited"]
    with_errors, refused = answer["numberOfEntitiesEditedWithErrors"], answer["numberOfEntitiesNotImportedDueToErrors"]
    assert len(records) == created + edited + with_errors + refused
    assert answer["numberOfEntitiesImported"] == created + edited + with_errors
    after = aimsio.guids(entity)
    assert len(before) + created == len(after)
    assert set(before) <= set(after)
    errors = Counter(notice["index"] for notice in answer["notices"] if notice["severity"] == "ERROR")
    assert len(errors) == with_errors + refused
    for notice in answer["notices"]:
        _check_notice(entity, records, notice)


def _check_notice(entity: str, records: list[Json], notice: Json) -> None:
    """The notice is of this entity, and of the record of the list that it names."""
    assert {"dtype", "severity", "entityType", "index", "entityIdentifier", "property", "message"} == set(notice)
    assert ("IntegrationImportNotice", entity) == (notice["dtype"], notice["entityType"])
    assert notice["severity"] in {"ERROR", "WARNING"}
    assert notice["message"]
    record = records[notice["index"]]
    if isinstance(record, dict):
        keys = (ENTITIES[entity].guid, ENTITIES[entity].key or "", "nrbOriginReference")
        sent = {record[name] for name in keys if isinstance(record.get(name), str) and record[name]}
        known = {"ERP-AP-39811", "ERP-AP-40071", "AP-INV-123", "BIT", "RDP"}
        assert notice["entityIdentifier"] in (sent | known if sent else {None, ""}), notice
    else:
        assert (None, None) == (notice["entityIdentifier"], notice["property"])

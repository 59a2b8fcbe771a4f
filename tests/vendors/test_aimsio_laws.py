"""Aimsio: laws of the import, for lists of any records."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vendors.aimsio import ENTITIES, NOWHERE, NRB, Aimsio, Json

Records = st.SearchStrategy[list[Json]]

LISTS = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
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

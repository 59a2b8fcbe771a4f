"""Aimsio: costs inside of costs: an AP invoice and what it is made of."""

from __future__ import annotations

import pytest

from tests.vendors.aimsio import EXAMPLE_GUID, GOOD, NRB, STAMP, Aimsio, Json, result, still

INVOICE = {**GOOD[NRB], "nrbDocumentType": "RECEIPT_AP_INVOICE"}
SLIP = {
    "nrbDocumentType": "RECEIPT_PACKING_SLIP",
    "nrbTypeUname": "material_nrb_type",
    "nrbAccountType": "Billable",
    "nrbRate": "12.34",
    "nrbQuantity": "2.500",
}


def slip(key: str, **properties: Json) -> Json:
    return {**SLIP, "nrbExternalId": key, **properties}


def family(aimsio: Aimsio) -> Json:
    """An AP invoice with two packing slips, as it is shown."""
    children = [slip("PS-1"), slip("PS-2", nrbVendorCode="PWS")]
    return aimsio.new(NRB, nrbDocumentType="RECEIPT_AP_INVOICE", nrbChildren=children)


def test_invoice_is_imported_with_its_packing_slips(aimsio: Aimsio) -> None:
    """The children are costs of their own: in the index, to be fetched, with GUID and external id of their parent; the
    import counts the parent alone (NRB GET one, nrbChildren, read 2026-11; 4, 5.6, 12.17; A23)."""
    size = len(aimsio.index(NRB))

    parent = family(aimsio)

    assert size + 3 == len(aimsio.index(NRB))
    assert ["PS-1", "PS-2"] == [child["nrbExternalId"] for child in parent["nrbChildren"]]
    for child in parent["nrbChildren"]:
        shown = aimsio.one(NRB, child["nrbGuid"])
        assert child == shown
        assert (parent["nrbGuid"], "ERP-AP-50001") == (shown["nrbParentGuid"], shown["nrbParentExternalId"])
        assert [] == shown["nrbChildren"]
    assert (None, None) == (parent["nrbParentGuid"], parent["nrbParentExternalId"])


def test_parent_and_children_of_the_demo(aimsio: Aimsio) -> None:
    """An invoice that is there has its two slips, and they have it (10; A47)."""
    parent = aimsio.keyed(NRB, "ERP-AP-40071")

    assert ["ERP-PS-88120", "ERP-PS-88121"] == [child["nrbExternalId"] for child in parent["nrbChildren"]]
    child = aimsio.keyed(NRB, "ERP-PS-88120")
    assert (parent["nrbGuid"], "ERP-AP-40071") == (child["nrbParentGuid"], child["nrbParentExternalId"])


def test_child_takes_job_and_vendor_of_its_parent(aimsio: Aimsio) -> None:
    """Where it has none of its own (5.6; A23)."""
    first, second = family(aimsio)["nrbChildren"]

    assert ("JOB20250514", "RDP", "2ee09965-b331-4973-bdee-1ac13e4d6b04") == (
        first["nrbJobOrderNumber"],
        first["nrbVendorCode"],
        first["nrbVendorGuid"],
    )
    assert ("JOB20250514", "PWS") == (second["nrbJobOrderNumber"], second["nrbVendorCode"])


def test_total_of_a_parent_is_its_own(aimsio: Aimsio) -> None:
    """From its rate and quantity, not from its children (5.6; A23)."""
    parent = family(aimsio)

    assert "61.70" == parent["nrbTotalAfterMarkup"]
    assert ["30.85", "30.85"] == [child["nrbTotalAfterMarkup"] for child in parent["nrbChildren"]]


@pytest.mark.parametrize("own", [None, "RECEIPT_PACKING_SLIP", "RECEIPT_FIELD_TICKET", "RECEIPT_BOL"])
def test_children_stand_under_an_invoice_alone(aimsio: Aimsio, own: str | None) -> None:
    """Under any other document type, or none, the record is refused, and its children with it
    (NRB GET one, nrbChildren, read 2026-11; 5.6, 12.17)."""
    before = aimsio.state()

    shown = aimsio.load(NRB, {**INVOICE, "nrbDocumentType": own, "nrbChildren": [slip("PS-1")]})

    assert (0, 0, 0, 1) == shown[:4]
    assert before == aimsio.state()


@pytest.mark.parametrize(
    "bad",
    [
        slip("PS-2", nrbDocumentType="RECEIPT_AP_INVOICE"),
        slip("PS-2", nrbVendorCode="XYZ"),
        slip("PS-2", nrbVendorCode="WCM"),
        slip("PS-2", nrbRate=None),
        {**SLIP},
        slip("PS-2", nrbChildren=[slip("PS-3")]),
        7,
    ],
)
def test_bad_child_refuses_a_new_parent(aimsio: Aimsio, bad: Json) -> None:
    """No AP invoice inside of one, no children inside of children; any child that is refused refuses the whole record
    (NRB GET one, nrbChildren, read 2026-11; 5.6, 12.17; A23)."""
    before = aimsio.state()

    shown = aimsio.load(NRB, {**INVOICE, "nrbChildren": [slip("PS-1"), bad, slip("PS-4")]})

    assert (0, 0, 0, 1) == shown[:4]
    assert {("ERROR", 0)} == {notice[:2] for notice in shown.notices}
    assert before == aimsio.state()


def test_bad_child_of_an_edit_is_skipped(aimsio: Aimsio) -> None:
    """The parent is edited with errors; the good child beside the bad one is stored (5.6; A23)."""
    parent = family(aimsio)
    children = [slip("PS-3", nrbDocumentType="RECEIPT_AP_INVOICE"), slip("PS-4")]

    shown = aimsio.load(NRB, {"nrbExternalId": "ERP-AP-50001", "nrbNotes": "Seen", "nrbChildren": children})

    assert (0, 0, 1, 0) == shown[:4]
    assert [("ERROR", 0, "nrbDocumentType")] == shown.notices
    after = aimsio.one(NRB, parent["nrbGuid"])
    assert ("Seen", ["PS-1", "PS-2", "PS-4"]) == (
        after["nrbNotes"],
        [child["nrbExternalId"] for child in after["nrbChildren"]],
    )


def test_children_that_are_left_out_stay(aimsio: Aimsio) -> None:
    """An edit without them, or with one of them alone, takes none away; its own child is edited by its keys
    (5.6; A12, A23)."""
    parent = family(aimsio)
    size = len(aimsio.index(NRB))

    aimsio.load(NRB, {"nrbExternalId": "ERP-AP-50001", "nrbNotes": "Seen"})
    child = {"nrbExternalId": "PS-2", "nrbNotes": "Short"}
    assert result(0, 1, 0, 0) == aimsio.load(NRB, {"nrbExternalId": "ERP-AP-50001", "nrbChildren": [child]})
    assert result(0, 1, 0, 0) == aimsio.load(NRB, {"nrbExternalId": "ERP-AP-50001", "nrbChildren": []})

    after = aimsio.one(NRB, parent["nrbGuid"])
    assert size == len(aimsio.index(NRB))
    assert [("PS-1", None), ("PS-2", "Short")] == [
        (child["nrbExternalId"], child["nrbNotes"]) for child in after["nrbChildren"]
    ]
    assert "PWS" == after["nrbChildren"][1]["nrbVendorCode"]


def test_cost_that_stands_alone_is_attached(aimsio: Aimsio) -> None:
    """Posted as a child, one that is there gets the parent and keeps what it has (5.6; A23)."""
    before = aimsio.one(NRB, EXAMPLE_GUID)
    record = {**INVOICE, "nrbChildren": [{"nrbOriginReference": "AP-INV-123"}]}
    size = len(aimsio.index(NRB))

    assert result(1, 0, 0, 0) == aimsio.load(NRB, record)

    assert size + 1 == len(aimsio.index(NRB))
    parent = aimsio.keyed(NRB, "ERP-AP-50001")
    attached = aimsio.one(NRB, EXAMPLE_GUID)
    link = {"nrbParentGuid": parent["nrbGuid"], "nrbParentExternalId": "ERP-AP-50001"}
    assert still({**before, **link}) == still(attached)
    assert [attached] == parent["nrbChildren"]


def test_link_is_not_made_from_below(aimsio: Aimsio) -> None:
    """`nrbParentGuid` and `nrbParentExternalId` are read-only (NRB GET one, read 2026-11; 5.6; A43)."""
    parent = family(aimsio)
    link = {"nrbParentGuid": parent["nrbGuid"], "nrbParentExternalId": "ERP-AP-50001"}

    assert result(0, 1, 0, 0) == aimsio.load(NRB, {"nrbGuid": EXAMPLE_GUID, **link})
    assert result(0, 1, 0, 0) == aimsio.load(NRB, {"nrbExternalId": "PS-1", "nrbParentGuid": None})

    assert aimsio.one(NRB, EXAMPLE_GUID)["nrbParentGuid"] is None
    assert parent["nrbGuid"] == aimsio.keyed(NRB, "PS-1")["nrbParentGuid"]


def test_parent_stays_an_invoice(aimsio: Aimsio) -> None:
    """With children its document type cannot change; without any it can (5.6; A23)."""
    parent = family(aimsio)
    other = {"nrbDocumentType": "RECEIPT_BOL"}

    shown = aimsio.load(NRB, {"nrbGuid": parent["nrbGuid"], **other, "nrbNotes": "Seen"})

    assert result(0, 0, 1, 0, errors=[(0, "nrbDocumentType")]) == shown
    assert still({**parent, "nrbNotes": "Seen"}) == still(aimsio.one(NRB, parent["nrbGuid"]))
    alone = aimsio.new(NRB, nrbExternalId="ERP-AP-50002", nrbDocumentType="RECEIPT_AP_INVOICE")
    assert result(0, 1, 0, 0) == aimsio.load(NRB, {"nrbGuid": alone["nrbGuid"], **other})


def test_child_cannot_become_an_invoice(aimsio: Aimsio) -> None:
    """Depth is one: a child is no AP invoice later either (NRB GET one, nrbChildren, read 2026-11; 5.6)."""
    family(aimsio)

    shown = aimsio.load(NRB, {"nrbExternalId": "PS-1", "nrbDocumentType": "RECEIPT_AP_INVOICE"})

    assert result(0, 0, 1, 0, errors=[(0, "nrbDocumentType")]) == shown
    assert "RECEIPT_PACKING_SLIP" == aimsio.keyed(NRB, "PS-1")["nrbDocumentType"]


def test_times_of_a_child_are_its_own(aimsio: Aimsio) -> None:
    """The edit of a child moves its own time, not its parent's (5.3; A23)."""
    parent = family(aimsio)
    aimsio.advance(30)

    aimsio.load(NRB, {"nrbExternalId": "PS-1", "nrbNotes": "Short"})

    times = {item["guid"]: item["updatedAt"] for item in aimsio.index(NRB)}
    assert (STAMP, STAMP + 30000, STAMP) == tuple(
        times[guid] for guid in (parent["nrbGuid"], *(child["nrbGuid"] for child in parent["nrbChildren"]))
    )

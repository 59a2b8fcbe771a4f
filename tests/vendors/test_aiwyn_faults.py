"""Aiwyn: scripted failures of single items in a batch."""

from __future__ import annotations

import pytest

from tests.vendors.aiwyn import READ, RECORDS, Aiwyn, Json


def script(aiwyn: Aiwyn, operation: str, *items: Json, **limits: Json) -> None:
    """Let items of the next batch fail."""
    fault = {"match": {"vendor": "aiwyn", "operation": operation}, "effect": {"fail_items": list(items)}, **limits}
    answer = aiwyn.door.post(f"/@{aiwyn.sandbox}/_sandbox/faults", json=fault)
    assert 201 == answer.status_code, answer.text


def test_scripted_item_fails_and_the_others_go_through(aiwyn: Aiwyn) -> None:
    """The item fails with the scripted code and message and stores nothing; the batch is 200, and the next one whole
    (Records, read 2026-11; the fault is the sandbox's own)."""
    items = [{"type": "Office", "systemRef": {"o": n}, "attributes": {"name": f"Branch {n}"}} for n in range(3)]
    offices = aiwyn.state()["offices"]
    script(aiwyn, "createOrUpdateRecords", {"index": 1, "code": "PMS_TIMEOUT", "message": "The PMS did not answer."})

    data = aiwyn.write("POST", *items)

    assert {"total": 3, "created": 2, "updated": 0, "deleted": 0, "failed": 1} == data["summary"]
    assert ["CREATED", "FAILED", "CREATED"] == [result["status"] for result in data["records"]]
    assert {
        "index": 1,
        "type": "Office",
        "systemRef": {"o": 1},
        "id": None,
        "status": "FAILED",
        "error": {"code": "PMS_TIMEOUT", "message": "The PMS did not answer.", "field": None},
    } == data["records"][1]
    assert offices + 2 == aiwyn.state()["offices"]
    assert [] == aiwyn.search_ids("offices", {"name": {"_eq": "Branch 1"}})
    again = aiwyn.write("POST", *items)
    assert ["UPDATED", "CREATED", "UPDATED"] == [result["status"] for result in again["records"]]


@pytest.mark.parametrize(("method", "operation"), [("PUT", "updateRecords"), ("DELETE", "deactivateRecords")])
def test_scripted_item_keeps_the_record_as_it_was(aiwyn: Aiwyn, method: str, operation: str) -> None:
    """Where an update or an inactivation is to fail, the record stays as it was (the sandbox's own rule)."""
    kept, changed = (aiwyn.upsert("Office", {"o": n}, name=f"Branch {n}")["id"] for n in range(2))
    before = aiwyn.one(f"office/{kept}")
    script(aiwyn, operation, {"index": 0, "code": "LOCKED", "message": "The record is locked."})
    aiwyn.advance(60)

    data = aiwyn.write(method, *({"type": "Office", "systemRef": {"o": n}, "attributes": {}} for n in range(2)))

    assert ["LOCKED", None] == [result["error"] and result["error"]["code"] for result in data["records"]]
    assert before == aiwyn.one(f"office/{kept}")
    assert "2025-02-03T09:42:27Z" == aiwyn.one(f"office/{changed}")["updatedAt"]


def test_scripted_items_are_several_and_beyond_the_batch_none(aiwyn: Aiwyn) -> None:
    """Each named item fails with its own words; an index that the batch does not have does nothing
    (the sandbox's own rule)."""
    script(
        aiwyn,
        "createOrUpdateRecords",
        {"index": 0, "code": "FIRST", "message": "One."},
        {"index": 2, "code": "THIRD", "message": "Three."},
        {"index": 9, "code": "NEVER", "message": "Ten."},
        times=None,
    )
    items = [{"type": "Office", "attributes": {"name": f"Branch {n}"}} for n in range(3)]

    for _ in range(2):
        data = aiwyn.write("POST", *items)
        assert ["FIRST", None, "THIRD"] == [result["error"] and result["error"]["code"] for result in data["records"]]
    assert 2 == len(aiwyn.rows("offices/search", where={"name": {"_like": "Branch %"}}, pageSize=9))


def test_refused_batch_stays_refused(aiwyn: Aiwyn) -> None:
    """A scripted item changes nothing about a batch that is refused as a whole (Records, read 2026-11)."""
    script(aiwyn, "createOrUpdateRecords", {"index": 0, "code": "LOCKED", "message": "Locked."})

    assert 400 == aiwyn.post(RECORDS, {"records": []}).status_code
    assert 200 == aiwyn.post(f"{READ}/offices").status_code

"""Aiwyn: one shape for every refusal."""

from __future__ import annotations

import pytest

from tests.vendors.aiwyn import READ, RECORDS, Aiwyn, Json

REFUSALS: list[tuple[str, str, Json, str, int, str]] = [
    ("POST", f"{READ}/clients", {"pageSize": 0}, "admin", 400, "VALIDATION_ERROR"),
    ("POST", "/v1/clients", {"pageSize": 0}, "admin", 400, "VALIDATION_ERROR"),
    ("POST", "/v1/auth/token", {}, "", 400, "VALIDATION_ERROR"),
    ("GET", f"{READ}/client/789", None, "", 401, "UNAUTHORIZED"),
    ("GET", f"{READ}/client/789", None, "records-reader", 403, "FORBIDDEN"),
    ("GET", f"{READ}/client/1", None, "admin", 404, "NOT_FOUND"),
    ("GET", f"{READ}/unheard_of", None, "admin", 404, "NOT_FOUND"),
    ("GET", "/somewhere/else", None, "", 404, "NOT_FOUND"),
    ("PATCH", RECORDS, {"records": []}, "admin", 404, "NOT_FOUND"),
    ("GET", f"{READ}/clients", None, "admin", 404, "NOT_FOUND"),
]


@pytest.mark.parametrize(("method", "path", "body", "who", "status", "code"), REFUSALS)
def test_refusal_has_the_vendors_shape(
    aiwyn: Aiwyn, method: str, path: str, body: Json, who: str, status: int, code: str
) -> None:
    """`data` null, `error` with code, message and details, `meta`
    (Records, response envelope, read 2026-11; refusals assumed)."""
    answer = aiwyn.call(method, path, body, who=who)

    assert status == answer.status_code
    assert "application/json" == answer.headers["content-type"]
    told = answer.json()
    assert {"data", "error", "meta"} == set(told)
    assert told["data"] is None
    assert {"code", "message", "details"} == set(told["error"])
    assert code == told["error"]["code"]
    assert {
        "success": False,
        "message": told["error"]["message"],
        "timestamp": "2025-02-03T09:41:27Z",
        "version": "v1",
    } == told["meta"]


def test_refusal_names_every_fault(aiwyn: Aiwyn) -> None:
    """Each wrong member has its own line in `details` (Records; assumed)."""
    details = aiwyn.post(f"{READ}/payments", {"pageSize": 0, "page": -1, "paymentMethod": "CASH"}).json()["error"][
        "details"
    ]

    assert {"pageSize", "page", "paymentMethod"} == {detail["field"] for detail in details}
    assert all(detail["message"] for detail in details)


def test_body_in_another_content_type_is_refused(aiwyn: Aiwyn) -> None:
    """JSON alone is read; 415 is not among the documented statuses, so it is 400 (Records, read 2026-11)."""
    answer = aiwyn.door.call(
        "POST",
        f"/@{aiwyn.sandbox}/aiwyn{RECORDS}",
        data={"records": "x"},
        headers=aiwyn.credential("admin")["headers"],
    )

    assert (400, "VALIDATION_ERROR") == (answer.status_code, answer.json()["error"]["code"])


def test_body_beyond_all_measure_is_refused(aiwyn: Aiwyn) -> None:
    """More than ten megabytes are 400, too; 413 is not documented (the sandbox's own limit)."""
    answer = aiwyn.door.call(
        "POST",
        f"/@{aiwyn.sandbox}/aiwyn{RECORDS}",
        content=b'{"records": "' + b"x" * 10_500_000 + b'"}',
        headers={**aiwyn.credential("admin")["headers"], "Content-Type": "application/json"},
    )

    assert (400, "LIMIT_EXCEEDED") == (answer.status_code, answer.json()["error"]["code"])

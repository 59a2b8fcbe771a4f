"""LedgerLou: messages to the vendor."""

from __future__ import annotations

import pytest

from tests.vendors.ledgerlou import Json, LedgerLou

MESSAGE = {"name": "Olga Owner", "email": "olga@example.com", "message": "Bitte um Rückruf."}
UNAUTHORIZED = (401, "UNAUTHORIZED")
INVALID = (400, "INVALID_INPUT")


def test_message_is_kept(lou: LedgerLou) -> None:
    """Any token will do, none will not (REST endpoints, contact, read 2026-11; 4.7, 1.2, A64; operation 62)."""
    assert {"ok": True} == lou.post("/contact", MESSAGE, who="read")

    (kept,) = lou.all("contact")
    assert MESSAGE == {name: kept[name] for name in MESSAGE}
    lou.refuse(UNAUTHORIZED, "POST", "/contact", MESSAGE, who="")


def test_message_of_a_machine_is_thanked_and_forgotten(lou: LedgerLou) -> None:
    """Only machines fill the hidden field (REST endpoints, contact, read 2026-11; 4.7, A64; operation 62)."""
    assert {"ok": True} == lou.post("/contact", {**MESSAGE, "_honeypot": "https://example.com"})

    assert [] == lou.all("contact")
    assert {"ok": True} == lou.post("/contact", {**MESSAGE, "_honeypot": ""})
    assert 1 == len(lou.all("contact"))


@pytest.mark.parametrize(
    "fault",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"email": "olga"},
        {"email": None},
        {"message": ""},
        {"message": "x" * 5001},
    ],
)
def test_message_that_does_not_fit_is_refused(lou: LedgerLou, fault: Json) -> None:
    """Name to 100, message to 5000 characters (REST endpoints, contact, read 2026-11; 4.7, A64; operation 62)."""
    lou.refuse(INVALID, "POST", "/contact", {**MESSAGE, **fault})

    assert {"ok": True} == lou.post("/contact", {**MESSAGE, "name": "x" * 100, "message": "x" * 5000})

"""Faults through the control API: how they are made, listed and taken back, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.serving import SPECS, Door, serve

START = datetime(2026, 1, 31, 9, tzinfo=UTC)
PETSHOP = {"vendor": "petshop"}


@pytest.fixture
def door() -> Door:
    """Two vendors, their clock standing still."""
    return serve(SPECS / "petshop.yaml", SPECS / "kennel.yaml", now=START, frozen=True)


def hours(door: Door, prefix: str = "") -> int:
    """The status of a call that needs no credential."""
    return door.get(f"{prefix}/petshop/api/v3/opening-hours").status_code


def test_new_fault_is_shown_as_it_will_strike(door: Door) -> None:
    """What is left out has its default: once, from the first call on, always, for ever."""
    answer = door.post("/_sandbox/faults", json={"match": PETSHOP, "effect": {"status": 503}})

    expected = {
        "id": "1",
        "match": {"vendor": "petshop"},
        "effect": {"status": 503},
        "times": 1,
        "skip": 0,
        "probability": 1.0,
        "ttl_s": None,
        "used": 0,
    }
    assert (201, expected) == (answer.status_code, answer.json())
    assert [expected] == door.get("/_sandbox/faults").json()


@pytest.mark.parametrize(
    "given",
    [
        {
            "match": {"vendor": "petshop", "operation": "getPet", "method": "get", "path": "/api/v3/pets/{petId}"},
            "effect": {"status": 418, "headers": {"X-Why": "teapot"}, "body": {"brew": [1.5, None]}},
            "times": 3,
            "skip": 2,
            "probability": 0.25,
            "ttl_s": 12.5,
        },
        {"match": PETSHOP, "effect": {"status": 500, "body": "out of order"}, "times": None, "ttl_s": None},
        {"match": PETSHOP, "effect": {"status": 204}, "probability": 0},
        {"match": PETSHOP, "effect": {"delay_ms": 0}},
        {"match": PETSHOP, "effect": {"drop": "before_response"}},
        {"match": PETSHOP, "effect": {"drop": "mid_body"}},
        {"match": PETSHOP, "effect": {"fail_items": [{"index": 2, "code": "LOCKED", "message": "no"}]}},
    ],
    ids=lambda given: "-".join(given["effect"]),
)
def test_fault_keeps_what_was_asked(door: Door, given: dict[str, Any]) -> None:
    """Every part of every effect comes back as it was given."""
    answer = door.post("/_sandbox/faults", json=given)

    assert 201 == answer.status_code
    assert given == {name: answer.json()[name] for name in given}


def test_used_counts_the_strikes(door: Door) -> None:
    """Each fault counts its own; the newest is listed first, one that is used up too."""
    door.post("/_sandbox/faults", json={"match": PETSHOP, "effect": {"status": 503}, "times": 2})
    door.post("/_sandbox/faults", json={"match": PETSHOP, "effect": {"status": 500}, "times": 5})

    statuses = [hours(door) for _ in range(3)]

    assert [503, 503, 500] == statuses
    assert [("2", 1), ("1", 2)] == [(fault["id"], fault["used"]) for fault in door.get("/_sandbox/faults").json()]


def test_fault_is_taken_back_alone(door: Door) -> None:
    """The others go on striking; a second time it is not found."""
    for status in (503, 500):
        door.post("/_sandbox/faults", json={"match": PETSHOP, "effect": {"status": status}, "times": None})

    answers = [door.delete("/_sandbox/faults/1") for _ in range(2)]

    assert [204, 404] == [answer.status_code for answer in answers]
    assert "There is no fault '1'" in answers[1].json()["detail"]
    assert (500, ["2"]) == (hours(door), [fault["id"] for fault in door.get("/_sandbox/faults").json()])


def test_all_faults_are_taken_back_at_once(door: Door) -> None:
    """Nothing strikes after that, in this sandbox."""
    for prefix in ("", "/@other"):
        door.post(f"{prefix}/_sandbox/faults", json={"match": PETSHOP, "effect": {"status": 503}, "times": None})

    assert 204 == door.delete("/_sandbox/faults").status_code

    assert ([], 200, 503) == (door.get("/_sandbox/faults").json(), hours(door), hours(door, "/@other"))


@pytest.mark.parametrize("id", ["2", "0", "-1", "one", "1.0", "²"])
def test_unknown_fault_is_not_found(door: Door, id: str) -> None:
    """404 with the id, whatever it looks like; the fault that is there stays."""
    door.post("/_sandbox/faults", json={"match": PETSHOP, "effect": {"status": 503}})

    answer = door.delete(f"/_sandbox/faults/{id}")

    assert (404, 1) == (answer.status_code, len(door.get("/_sandbox/faults").json()))
    assert f"There is no fault {id!r}" in answer.json()["detail"]


def test_ttl_follows_the_sandbox_clock(door: Door) -> None:
    """A fault strikes until its time is over, and not at that moment."""
    door.post("/_sandbox/faults", json={"match": PETSHOP, "effect": {"status": 503}, "times": None, "ttl_s": 60})

    before = hours(door)
    door.patch("/_sandbox/clock", json={"advance_s": 59.5})
    late = hours(door)
    door.patch("/_sandbox/clock", json={"advance_s": 0.5})

    assert (503, 503, 200) == (before, late, hours(door))


@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        ({"match": None}, ["/match"]),
        ({"match": {}}, ["/match/vendor"]),
        ({"match": "petshop"}, ["/match"]),
        ({"match": {**PETSHOP, "colour": "red"}}, ["/match/colour"]),
        ({"match": {"vendor": "nobody"}}, ["/match/vendor"]),
        ({"match": {"vendor": ""}}, ["/match/vendor"]),
        ({"match": {"vendor": 7}}, ["/match/vendor"]),
        ({"match": {**PETSHOP, "operation": "flyPet"}}, ["/match/operation"]),
        ({"match": {**PETSHOP, "operation": "listDogs"}}, ["/match/operation"]),
        ({"match": {**PETSHOP, "path": "/pets"}}, ["/match/path"]),
        ({"match": {**PETSHOP, "path": "/api/v3/pets/7"}}, ["/match/path"]),
        ({"match": {**PETSHOP, "operation": "getPet", "path": "/api/v3/pets"}}, ["/match/path"]),
        ({"match": {**PETSHOP, "method": "PATCH"}}, ["/match/method"]),
        ({"match": {**PETSHOP, "operation": "listPets", "method": "POST"}}, ["/match/method"]),
        ({"effect": {}}, ["/effect"]),
        ({"effect": None}, ["/effect"]),
        ({"effect": {"status": 503, "delay_ms": 5}}, ["/effect/delay_ms"]),
        ({"effect": {"drop": "mid_body", "fail_items": []}}, ["/effect/fail_items"]),
        ({"effect": {"delay_ms": 5, "headers": {}}}, ["/effect/headers"]),
        ({"effect": {"drop": "mid_body", "body": {}}}, ["/effect/body"]),
        ({"effect": {"stauts": 503}}, ["/effect/stauts"]),
        ({"effect": {"status": "503"}}, ["/effect/status"]),
        ({"effect": {"status": 199}}, ["/effect/status"]),
        ({"effect": {"status": 600}}, ["/effect/status"]),
        ({"effect": {"status": 503.5}}, ["/effect/status"]),
        ({"effect": {"status": 204, "body": {}}}, ["/effect/body"]),
        ({"effect": {"status": 503, "headers": {"X-A": 7}}}, ["/effect/headers/X-A"]),
        ({"effect": {"status": 503, "headers": {"X-A": "a\r\nX-B: b"}}}, ["/effect/headers/X-A"]),
        ({"effect": {"status": 503, "headers": {"X-A": "€"}}}, ["/effect/headers/X-A"]),
        ({"effect": {"status": 503, "headers": {"X A": "a"}}}, ["/effect/headers/X A"]),
        ({"effect": {"status": 503, "headers": {"a/b": "a"}}}, ["/effect/headers/a~1b"]),
        ({"effect": {"status": 503, "headers": {"": "a"}}}, ["/effect/headers/"]),
        ({"effect": {"status": 503, "headers": {"Content-Length": "7"}}}, ["/effect/headers/Content-Length"]),
        ({"effect": {"delay_ms": -1}}, ["/effect/delay_ms"]),
        ({"effect": {"delay_ms": 600_001}}, ["/effect/delay_ms"]),
        ({"effect": {"drop": "after"}}, ["/effect/drop"]),
        ({"effect": {"fail_items": [{"index": -1, "code": "A", "message": "b"}]}}, ["/effect/fail_items/0/index"]),
        ({"effect": {"fail_items": [{"index": 0, "code": "A"}]}}, ["/effect/fail_items/0/message"]),
        ({"times": 0}, ["/times"]),
        ({"times": "2"}, ["/times"]),
        ({"times": True}, ["/times"]),
        ({"skip": -1}, ["/skip"]),
        ({"probability": 1.01}, ["/probability"]),
        ({"ttl_s": -1}, ["/ttl_s"]),
        ({"ttl": 5}, ["/ttl"]),
    ],
    ids=str,
)
def test_fault_with_a_wrong_field_is_refused(door: Door, change: dict[str, Any], pointers: list[str]) -> None:
    """400 naming the field, also where the fault could never strike; nothing is scripted."""
    answer = door.post("/_sandbox/faults", json={"match": PETSHOP, "effect": {"status": 503}, **change})

    assert (400, pointers) == (answer.status_code, [error["pointer"] for error in answer.json()["errors"]])
    assert ([], 200) == (door.get("/_sandbox/faults").json(), hours(door))


def test_wrong_part_of_a_match_is_explained(door: Door) -> None:
    """The message has the value and where the right ones are found."""
    match = {**PETSHOP, "path": "/pets"}

    answer = door.post("/_sandbox/faults", json={"match": match, "effect": {"status": 503}})

    assert (
        "No operation of petshop has the path '/pets' and what else is asked; "
        "GET /_sandbox/vendors/petshop/operations lists them"
    ) == answer.json()["detail"]

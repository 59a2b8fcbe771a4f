"""Snapshots through the control API: taken, listed, restored and dropped."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.serving import SPECS, Door, serve

START = datetime(2026, 1, 31, 9, tzinfo=UTC)


@pytest.fixture
def door() -> Door:
    """Two vendors with three documents each, their clock standing still."""
    return serve(SPECS / "petshop.yaml", SPECS / "kennel.yaml", now=START, frozen=True)


def documents(door: Door, prefix: str = "") -> dict[str, Any]:
    """All documents of both vendors."""
    return {
        vendor: door.get(f"{prefix}/_sandbox/state/{vendor}/{collection}").json()
        for vendor, collection in (("petshop", "pets"), ("kennel", "dogs"))
    }


def change(door: Door, prefix: str = "") -> None:
    """Delete a document of each vendor."""
    for collection in ("petshop/pets", "kennel/dogs"):
        first = door.get(f"{prefix}/_sandbox/state/{collection}").json()[0]["id"]
        assert 204 == door.delete(f"{prefix}/_sandbox/state/{collection}/{first}").status_code


def save(door: Door, name: str, prefix: str = "") -> Any:  # the snapshot as shown
    answer = door.post(f"{prefix}/_sandbox/snapshots", json={"name": name})
    assert 201 == answer.status_code, answer.text
    return answer.json()


def names(door: Door, prefix: str = "") -> list[str]:
    return [snapshot["name"] for snapshot in door.get(f"{prefix}/_sandbox/snapshots").json()]


def test_restore_brings_back_what_was_saved(door: Door) -> None:
    """The documents of every vendor, again and again; the clock runs on."""
    before = documents(door)
    saved = save(door, "before")

    for _ in range(2):
        change(door)
        door.patch("/_sandbox/clock", json={"advance_s": 60})
        changed = documents(door)
        restored = door.post("/_sandbox/snapshots/before/restore")

        assert (204, b"") == (restored.status_code, restored.content)
        assert changed != before == documents(door)
    assert {"name": "before", "created_at": "2026-01-31T09:00:00Z"} == saved
    assert "2026-01-31T09:02:00Z" == door.get("/_sandbox/clock").json()["now"]


def test_documents_of_a_vendor_that_was_not_used_yet_come_back(door: Door) -> None:
    """A sandbox that was saved before its first call leads back to the seeded documents."""
    save(door, "fresh", "/@other")
    before = documents(door, "/@other")
    change(door, "/@other")

    door.post("/@other/_sandbox/snapshots/fresh/restore")

    assert before == documents(door, "/@other")


def test_snapshots_are_listed_by_name(door: Door) -> None:
    """Each with the moment at which it was taken; another sandbox has its own."""
    save(door, "b")
    door.patch("/_sandbox/clock", json={"advance_s": 1.5})
    save(door, "a")
    save(door, "c", "/@other")

    assert [
        {"name": "a", "created_at": "2026-01-31T09:00:01.500000Z"},
        {"name": "b", "created_at": "2026-01-31T09:00:00Z"},
    ] == door.get("/_sandbox/snapshots").json()
    assert ["c"] == names(door, "/@other")


def test_snapshot_of_the_same_name_replaces_the_older(door: Door) -> None:
    """What was saved last is what comes back."""
    save(door, "point")
    change(door)
    changed = documents(door)
    save(door, "point")
    door.post("/_sandbox/reset")

    door.post("/_sandbox/snapshots/point/restore")

    assert (["point"], changed) == (names(door), documents(door))


def test_snapshots_survive_a_reset(door: Door) -> None:
    """A reset leads back to the start, a restore to what was saved before it."""
    change(door)
    changed = documents(door)
    save(door, "kept")

    door.post("/_sandbox/reset")
    between = documents(door)
    door.post("/_sandbox/snapshots/kept/restore")

    assert (["kept"], changed) == (names(door), documents(door))
    assert between != changed


def test_dropped_snapshot_cannot_be_restored(door: Door) -> None:
    """Dropping leaves the documents as they are; the other snapshots stay."""
    save(door, "one")
    save(door, "two")
    change(door)
    changed = documents(door)

    assert 204 == door.delete("/_sandbox/snapshots/one").status_code

    answers = [door.post("/_sandbox/snapshots/one/restore"), door.delete("/_sandbox/snapshots/one")]
    assert [(404, "There is no snapshot 'one'; saved are: two.")] * 2 == [
        (answer.status_code, answer.json()["detail"]) for answer in answers
    ]
    assert (["two"], changed) == (names(door), documents(door))


def test_unknown_snapshot_changes_nothing(door: Door) -> None:
    """404, and every document stays."""
    change(door)
    changed = documents(door)

    answer = door.post("/_sandbox/snapshots/never/restore")

    assert (404, "There is no snapshot 'never'; saved are: none.") == (answer.status_code, answer.json()["detail"])
    assert changed == documents(door)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/name"]),
        ({"name": ""}, ["/name"]),
        ({"name": 7}, ["/name"]),
        ({"name": "a/b"}, ["/name"]),
        ({"name": "-a"}, ["/name"]),
        ({"name": "a" * 64}, ["/name"]),
        ({"name": "a\n"}, ["/name"]),
        ({"name": "a", "vendor": "petshop"}, ["/vendor"]),
        ("a", [""]),
        (None, [""]),
    ],
    ids=str,
)
def test_snapshot_with_a_wrong_field_is_refused(door: Door, body: Any, pointers: list[str]) -> None:
    """400 naming the field, and nothing is saved."""
    answer = door.post("/_sandbox/snapshots", json=body)

    assert (400, pointers) == (answer.status_code, [error["pointer"] for error in answer.json()["errors"]])
    assert [] == names(door)

"""Limits through the control API: shown with what is left, switched and scaled."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbooks import Pack
from sandbooks.pack import Parallel, PerMinute, TokenBucket
from tests.packed import FULL, packed
from tests.serving import Door

START = datetime(2026, 1, 31, 9, 0, 47, tzinfo=UTC)


@pytest.fixture
def door() -> Door:
    """A vendor with three limits at once, its clock standing still 13 s before a full minute."""
    limits = (PerMinute(5), TokenBucket(4, 0.5, by="organisation"), Parallel(2, by="vendor"))
    return packed(Pack("petshop", limits=limits), now=START, frozen=True)


def statuses(door: Door, calls: int, prefix: str = "") -> list[int]:
    return [door.get(f"{prefix}/petshop/pets", headers=FULL).status_code for _ in range(calls)]


def test_limits_are_shown_before_anybody_called(door: Door) -> None:
    """Each limit of the vendor with all that it allows, counted for nobody yet."""
    answer = door.get("/_sandbox/limits")

    assert 200 == answer.status_code
    assert {
        "petshop": {
            "enabled": True,
            "scale": 1.0,
            "windows": [
                {"kind": "FixedWindow", "by": "token", "key": None, "allowed": 5, "left": 5, "reset_s": 13.0},
                {"kind": "TokenBucket", "by": "organisation", "key": None, "allowed": 4, "left": 4, "reset_s": 0.0},
                {"kind": "Parallel", "by": "vendor", "key": None, "allowed": 2, "left": 2, "reset_s": 0.0},
            ],
        }
    } == answer.json()


def test_limits_show_what_is_left(door: Door) -> None:
    """By caller, after some calls and some time; nobody is in flight any more."""
    calls = statuses(door, 3)
    door.patch("/_sandbox/clock", json={"advance_s": 3})

    windows = door.get("/_sandbox/limits").json()["petshop"]["windows"]

    assert [200] * 3 == calls
    assert [(5, 2, 10.0), (4, 2, 0.0), (2, 2, 0.0)] == [
        (window["allowed"], window["left"], window["reset_s"]) for window in windows
    ]
    assert all(window["key"] is not None for window in windows)


@pytest.mark.parametrize(
    ("change", "shown", "expected"),
    [
        ({"enabled": False}, (False, 1.0, 5), [200] * 6),
        ({"scale": 0.5}, (True, 0.5, 2), [200, 200, 429, 429, 429, 429]),
        ({"scale": 0}, (True, 0, 0), [429] * 6),
        ({"enabled": True, "scale": 100}, (True, 100, 500), [200] * 6),
        ({}, (True, 1.0, 5), [200, 200, 200, 200, 429, 429]),
    ],
    ids=str,
)
def test_change_is_in_the_answer_and_in_force(
    door: Door, change: dict[str, object], shown: tuple[object, ...], expected: list[int]
) -> None:
    """The answer shows the limits as they are from now on."""
    answer = door.patch("/_sandbox/limits", json={"vendor": "petshop", **change})

    told = answer.json()["petshop"]
    assert (200, shown) == (answer.status_code, (told["enabled"], told["scale"], told["windows"][0]["allowed"]))
    assert expected == statuses(door, 6)


def test_change_without_a_vendor_is_for_all_of_one_sandbox(door: Door) -> None:
    """Another sandbox keeps its own, and a reset leads back."""
    door.patch("/_sandbox/limits", json={"enabled": False, "scale": 3})

    kept = door.get("/@other/_sandbox/limits").json()["petshop"]
    door.post("/_sandbox/reset")
    back = door.get("/_sandbox/limits").json()["petshop"]

    assert [(True, 1.0), (True, 1.0)] == [(shown["enabled"], shown["scale"]) for shown in (kept, back)]


def test_sandbox_without_limits_shows_them_switched_off(door: Door) -> None:
    """They can be switched on later."""
    door.post("/_sandbox/sandboxes", json={"name": "free", "limits": "off"})

    before = door.get("/@free/_sandbox/limits").json()["petshop"]["enabled"]
    calls = statuses(door, 6, "/@free")
    door.patch("/@free/_sandbox/limits", json={"enabled": True})

    assert (False, [200] * 6) == (before, calls)
    assert [200, 200, 200, 200, 429] == statuses(door, 5, "/@free")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"vendor": "nobody", "enabled": False}, ["/vendor"]),
        ({"vendor": 7}, ["/vendor"]),
        ({"enabled": "off"}, ["/enabled"]),
        ({"enabled": None}, ["/enabled"]),
        ({"scale": -0.1}, ["/scale"]),
        ({"scale": "2"}, ["/scale"]),
        ({"scale": 1_000_001}, ["/scale"]),
        ({"enabled": False, "scales": 2}, ["/scales"]),
        ([], [""]),
        (None, [""]),
    ],
    ids=str,
)
def test_limits_with_a_wrong_field_are_refused(door: Door, body: Any, pointers: list[str]) -> None:
    """400 naming the field, and the limits stay as they are."""
    before = door.get("/_sandbox/limits").json()

    answer = door.patch("/_sandbox/limits", json=body)

    assert (400, pointers) == (answer.status_code, [error["pointer"] for error in answer.json()["errors"]])
    assert before == door.get("/_sandbox/limits").json()

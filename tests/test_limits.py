"""Limits: windows on the sandbox's clock, what is refused, what is told, what can be switched."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbooks import (
    Caller,
    FixedWindow,
    LimitHeaders,
    Pack,
    PerMinute,
    SlidingWindow,
    TokenBucket,
    Visit,
)
from sandbooks.pack import Limit
from sandbooks.spec import read_description
from sandbooks.vendor import Vendor
from tests.lodges import lodge
from tests.packed import FULL, LIMITED, REX, packed, pets
from tests.serving import Door, serve

OTHER = {"Authorization": "Bearer petshop-other-tenant"}
START = datetime(2026, 1, 31, 12, 0, 30, tzinfo=UTC)


def limited(*limits: Limit, headers: LimitHeaders | None = None) -> Door:
    """A pet shop with these limits, its clock standing at half a minute past noon."""
    return packed(Pack("petshop", limits=limits, limit_headers=headers), now=START, frozen=True)


def statuses(door: Door, calls: int, headers: dict[str, str] = FULL) -> list[int]:
    return [door.get("/petshop/pets", headers=headers).status_code for _ in range(calls)]


def advance(door: Door, seconds: float) -> None:
    assert door.patch("/_sandbox/clock", json={"advance_s": seconds}).status_code == 200


def test_fixed_window_opens_again_at_the_full_minute() -> None:
    """Three calls a minute: the fourth is refused until the next minute of the sandbox's clock begins."""
    door = limited(PerMinute(3))

    before = statuses(door, 4)
    advance(door, 29)
    within = statuses(door, 1)
    advance(door, 1)
    after = statuses(door, 4)

    assert (before, within, after) == ([200, 200, 200, 429], [429], [200, 200, 200, 429])


def test_sliding_window_lets_each_call_leave_by_itself() -> None:
    """Two calls in any ten seconds: one comes free ten seconds after the first, not before."""
    door = limited(SlidingWindow(2, 10))

    first = statuses(door, 1)
    advance(door, 6)
    second = statuses(door, 2)
    advance(door, 4)
    third = statuses(door, 2)

    assert (first, second, third) == ([200], [200, 429], [200, 429])


def test_token_bucket_refills_at_its_pace() -> None:
    """A bucket of two with a token every five seconds: empty after two, one more after five seconds."""
    door = limited(TokenBucket(2, refill_per_s=0.2))

    emptied = statuses(door, 3)
    advance(door, 5)
    refilled = statuses(door, 2)

    assert (emptied, refilled) == ([200, 200, 429], [200, 429])


def test_refused_call_stores_nothing_and_costs_nothing() -> None:
    """What is refused is neither stored nor counted: room for one more comes with the next window in full."""
    door = limited(PerMinute(1))
    assert door.post("/petshop/pets", json=REX, headers=FULL).status_code == 201

    refused = [door.post("/petshop/pets", json=REX, headers=FULL) for _ in range(5)]
    advance(door, 30)
    again = door.post("/petshop/pets", json=REX, headers=FULL)

    assert {answer.status_code for answer in refused} == {429}
    assert refused[0].headers["retry-after"] == "30"
    assert again.status_code == 201
    assert len(pets(door)) == 2


def test_several_limits_hold_at_once() -> None:
    """The tighter limit refuses first; when it has room again, the wider one still counts."""
    door = limited(FixedWindow(2, 10), FixedWindow(3, 3600))

    first = statuses(door, 3)
    advance(door, 10)
    second = statuses(door, 2)

    assert (first, second) == ([200, 200, 429], [200, 429])


def test_callers_are_counted_apart_and_together_as_declared() -> None:
    """Counted by token, another caller has its own room; counted by account, callers of a tenant share it."""
    by_token = limited(PerMinute(1))
    by_account = limited(PerMinute(1, by="account"))

    assert statuses(by_token, 1) + statuses(by_token, 1, LIMITED) == [200, 200]
    assert statuses(by_account, 1) + statuses(by_account, 1, LIMITED) == [200, 429]


def test_sandboxes_are_counted_apart() -> None:
    """A limit that is used up in one sandbox is untouched in another."""
    door = limited(PerMinute(1))

    assert statuses(door, 2) == [200, 429]
    assert door.get("/@other/petshop/pets", headers=FULL).status_code == 200


def test_headers_tell_what_is_left() -> None:
    """The vendor's headers count down, and stand on the refusal too."""
    door = limited(PerMinute(2), headers=LimitHeaders())

    answers = [door.get("/petshop/pets", headers=FULL) for _ in range(3)]

    told = [
        tuple(answer.headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset")) for answer in answers
    ]
    assert told == [("2", "1", "30"), ("2", "0", "30"), ("2", "0", "30")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"enabled": False}, [200] * 6),
        ({"scale": 2}, [200, 200, 200, 200, 429, 429]),
        ({"scale": 0.5}, [200, 429, 429, 429, 429, 429]),
        ({"scale": 0}, [429] * 6),
    ],
)
def test_limits_can_be_switched_off_and_scaled(change: dict[str, object], expected: list[int]) -> None:
    """`PATCH /_sandbox/limits` switches a vendor's limits off, or multiplies what they allow."""
    door = limited(PerMinute(2))

    changed = door.patch("/_sandbox/limits", json={"vendor": "petshop", **change})

    assert changed.status_code == 200
    assert statuses(door, 6) == expected


def test_sandbox_without_limits_counts_nothing() -> None:
    """A sandbox made with `limits` off lets every call through."""
    door = limited(PerMinute(1))
    door.post("/_sandbox/sandboxes", json={"name": "free", "limits": "off"})

    answers = [door.get("/@free/petshop/pets", headers=FULL).status_code for _ in range(3)]

    assert answers == [200, 200, 200]


def test_stranger_is_refused_before_anything_is_counted() -> None:
    """A call without a credential is 401, and uses nothing up."""
    door = limited(PerMinute(1))

    strangers = statuses(door, 3, {})

    assert (strangers, statuses(door, 1)) == ([401, 401, 401], [200])


@pytest.mark.parametrize("limit", [SlidingWindow(2, 60), TokenBucket(2, refill_per_s=1), PerMinute(2)])
def test_clock_moved_back_locks_nobody_out(limit: Limit) -> None:
    """After a jump into the past there is room again, at the latest after one window."""
    door = limited(limit)
    statuses(door, 2)

    door.patch("/_sandbox/clock", json={"now": "2020-01-01T00:00:00Z"})
    advance(door, 60)

    assert statuses(door, 2) == [200, 200]


def test_scale_multiplies_exactly_and_the_pace_of_a_bucket_too() -> None:
    """0.29 of a hundred is 29, and a tenth of a bucket fills again at a tenth of its pace."""
    door = limited(TokenBucket(100, refill_per_s=10))
    shown = door.patch("/_sandbox/limits", json={"vendor": "petshop", "scale": 0.29}).json()
    door.patch("/_sandbox/limits", json={"vendor": "petshop", "scale": 0.1})

    drained = statuses(door, 11)
    advance(door, 1)

    assert shown["petshop"]["windows"][0]["allowed"] == 29
    assert drained == [200] * 10 + [429]
    assert statuses(door, 2) == [200, 429]


def test_sandbox_made_by_hand_follows_the_servers_setting() -> None:
    """On a server without limits a new sandbox has none, however it is made, unless it asks for them."""
    door = packed(Pack("petshop", limits=[PerMinute(1)]), limits=False)

    made = door.post("/_sandbox/sandboxes", json={"name": "a"}).json()["limits"]
    asked = door.post("/_sandbox/sandboxes", json={"name": "b", "limits": "on"}).json()["limits"]

    assert (made, asked) == ("off", "on")


def roomy(visit: Visit) -> Caller:
    """The caller of another tenant has a role that is allowed more."""
    return replace(visit.caller, roles=frozenset({"LARGE"})) if visit.caller.tenant == "other" else visit.caller


@pytest.mark.parametrize("limit", [PerMinute(2, LARGE=4), SlidingWindow(2, 60, roles={"LARGE": 4, "SMALL": 1})])
def test_callers_with_a_role_are_allowed_what_it_has(limit: Limit) -> None:
    """Each caller meets a limit of its own, tells it in the headers, and is shown with it."""
    pack = Pack("petshop", limits=(limit,), limit_headers=LimitHeaders(), recognise=roomy)
    door = packed(pack, now=START, frozen=True)

    before = door.get("/_sandbox/limits").json()["petshop"]["windows"]
    small, large = statuses(door, 3), statuses(door, 5, OTHER)

    assert (small, large) == ([200, 200, 429], [200] * 4 + [429])
    told = [door.get("/petshop/pets", headers=headers).headers["x-ratelimit-limit"] for headers in (FULL, OTHER)]
    assert told == ["2", "4"]
    assert [window["allowed"] for window in before] == [2]
    shown = door.get("/_sandbox/limits").json()["petshop"]["windows"]
    assert [(window["key"], window["allowed"]) for window in shown] == [("main/full", 2), ("other/other-tenant", 4)]


def test_scale_multiplies_what_a_role_is_allowed() -> None:
    """Half of two is one, half of four is two."""
    door = packed(Pack("petshop", limits=(PerMinute(2, LARGE=4),), recognise=roomy), now=START, frozen=True)

    assert door.patch("/_sandbox/limits", json={"vendor": "petshop", "scale": 0.5}).status_code == 200

    assert (statuses(door, 2), statuses(door, 3, OTHER)) == ([200, 429], [200, 200, 429])


def test_role_that_changes_takes_effect_with_the_next_call() -> None:
    """Calls that were counted before stay counted, against the number of the role that the caller has by now."""
    roles = {""}
    pack = Pack(
        "petshop", limits=(PerMinute(2, LARGE=4),), recognise=lambda v: replace(v.caller, roles=frozenset(roles))
    )
    door = packed(pack, now=START, frozen=True)

    before = statuses(door, 3)
    roles.add("LARGE")
    after = statuses(door, 3)
    roles.remove("LARGE")

    assert (before, after) == ([200, 200, 429], [200, 200, 429])
    assert statuses(door, 1) == [429]


def test_callers_who_are_counted_together_have_each_the_number_of_their_role() -> None:
    """What one has used is used for all; who called first makes no difference."""
    pack = Pack("petshop", limits=(PerMinute(2, by="vendor", LARGE=4),), recognise=roomy)
    door = packed(pack, now=START, frozen=True)

    assert [statuses(door, 3), statuses(door, 3, OTHER)] == [[200, 200, 429], [200, 200, 429]]
    assert statuses(door, 1) == [429]


def test_open_operation_of_a_vendor_that_knows_its_callers_is_counted_for_everybody_alone(tmp_path: Path) -> None:
    """It has no token to be counted by; a limit of the vendor as a whole counts it all the same."""
    headers = LimitHeaders()
    by_token = lodge(Pack("lodge", limits=(PerMinute(1),), limit_headers=headers), tmp_path, strict=False)
    by_vendor = lodge(Pack("lodge", limits=(PerMinute(1, by="vendor"),), limit_headers=headers), tmp_path, strict=False)

    answers = [[door.get("/lodge/authorize?scope=rooms.read") for _ in range(2)] for door in (by_token, by_vendor)]

    assert [[answer.status_code for answer in both] for both in answers] == [[200, 200], [200, 429]]
    assert "x-ratelimit-limit" not in answers[0][0].headers


def test_vendor_that_knows_no_callers_counts_everybody(tmp_path: Path) -> None:
    """Where no operation asks for a credential, whoever calls is one caller."""
    file = tmp_path / "kiosk.yaml"
    file.write_text("{openapi: 3.0.3, info: {title: K, version: '1'}, paths: {/x: {get: {responses: {'204': {}}}}}}")
    door = serve(Vendor(Pack("kiosk", limits=(PerMinute(1),)), read_description(file, id="kiosk")), strict=False)

    assert [door.get("/kiosk/x").status_code for _ in range(2)] == [204, 429]

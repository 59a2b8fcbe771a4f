"""Sandboxes made, forked, deleted and reset through the control API, and their clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbooks.pack import PROBLEM_MEDIA
from tests.serving import SPECS, Door, serve

PETSHOP = SPECS / "petshop.yaml"
START = datetime(2026, 1, 31, 9, tzinfo=UTC)


def frozen(**settings: Any) -> Door:  # settings of the server
    return serve(PETSHOP, now=START, frozen=True, **settings)


def pets(door: Door, sandbox: str = "default") -> Any:  # documents as stored
    return door.get(f"/@{sandbox}/_sandbox/state/petshop/pets").json()


def wrong_fields(door: Door, method: str, path: str, body: object) -> tuple[int, list[str]]:
    """Status of a call, and the pointers that its problem names."""
    answer = door.call(method, path, json=body)
    return answer.status_code, sorted({error["pointer"] for error in answer.json().get("errors", [])})


def test_new_sandbox_is_shown_with_addresses_and_credentials() -> None:
    """Everything that is needed to use it is in the answer."""
    door = frozen()

    answer = door.post("/_sandbox/sandboxes", json={"name": "team-a", "seed": 7})

    shown = answer.json()
    credentials = shown.pop("credentials")
    assert (201, "/_sandbox/sandboxes/team-a") == (answer.status_code, answer.headers["location"])
    assert {
        "name": "team-a",
        "created_at": "2026-01-31T09:00:00Z",
        "profile": "demo",
        "seed": 7,
        "limits": "on",
        "clock": {"now": "2026-01-31T09:00:00Z", "frozen": True},
        "base_urls": {"petshop": "http://localhost:4010/@team-a/petshop/api/v3"},
        "fork_of": None,
    } == shown
    assert {"Authorization": "Bearer petshop-full~team-a"} == credentials["petshop"][0]["headers"]
    assert answer.json() == door.get("/_sandbox/sandboxes/team-a").json()


def test_addresses_do_not_depend_on_the_sandbox_that_was_asked() -> None:
    """The sandbox is the same, whichever other one the call was about."""
    door = frozen()
    door.post("/_sandbox/sandboxes", json={"name": "team-a"})

    listed = door.get("/@team-b/_sandbox/sandboxes").json()

    assert [
        "http://localhost:4010/petshop/api/v3",
        "http://localhost:4010/@team-a/petshop/api/v3",
    ] == [shown["base_urls"]["petshop"] for shown in sorted(listed, key=lambda shown: shown["name"] != "default")]


def test_sandboxes_are_listed_alphabetically() -> None:
    """Whatever the order in which they were made; looking does not make one."""
    door = frozen()
    for name in ("zoo", "ant"):
        door.post("/_sandbox/sandboxes", json={"name": name})

    assert ["ant", "default", "zoo"] == [shown["name"] for shown in door.get("/_sandbox/sandboxes").json()]


def test_limits_of_a_new_sandbox_may_be_off() -> None:
    """The choice is kept and shown."""
    door = frozen()

    shown = door.post("/_sandbox/sandboxes", json={"name": "team-a", "limits": "off"}).json()

    assert ("off", False) == (shown["limits"], door.server.sandbox("team-a").beginning.limits)


def test_new_sandbox_starts_at_its_own_time() -> None:
    """`clock` is `{now, frozen}`, any zone."""
    clock = {"now": "2027-02-28T01:30:00+02:00", "frozen": True}

    shown = frozen().post("/_sandbox/sandboxes", json={"name": "team-a", "clock": clock}).json()

    assert {"now": "2027-02-27T23:30:00Z", "frozen": True} == shown["clock"]


def test_sandboxes_do_not_see_each_other() -> None:
    """What is deleted in one is there in the other."""
    door = frozen()
    door.post("/_sandbox/sandboxes", json={"name": "team-a"})

    door.delete("/@team-a/_sandbox/state/petshop/pets/1")

    assert ([2, 3], [1, 2, 3]) == tuple([pet["id"] for pet in pets(door, name)] for name in ("team-a", "default"))


def test_empty_profile_holds_nothing() -> None:
    """A profile that needs no fixtures is known without any."""
    door = frozen()

    shown = door.post("/_sandbox/sandboxes", json={"name": "team-a", "profile": "empty"}).json()

    assert ("empty", []) == (shown["profile"], pets(door, "team-a"))


def test_seed_decides_what_is_in_a_sandbox() -> None:
    """Same seed, same documents, as number or text; another seed, others."""
    door = frozen()
    for name, seed in (("a", 7), ("b", "7"), ("c", 7.0), ("d", 8)):
        assert 201 == door.post("/_sandbox/sandboxes", json={"name": name, "seed": seed}).status_code

    assert pets(door, "a") == pets(door, "b") == pets(door, "c") != pets(door, "d")


def test_fork_takes_over_documents_and_time() -> None:
    """From then on the two go apart."""
    door = frozen()
    door.post("/_sandbox/sandboxes", json={"name": "origin", "seed": 7})
    door.delete("/@origin/_sandbox/state/petshop/pets/1")
    door.patch("/@origin/_sandbox/clock", json={"advance_s": 3600})

    shown = door.post("/_sandbox/sandboxes", json={"name": "fork", "fork_of": "origin"}).json()
    door.delete("/@origin/_sandbox/state/petshop/pets/2")

    assert ("origin", 7, "2026-01-31T10:00:00Z") == (shown["fork_of"], shown["seed"], shown["clock"]["now"])
    assert ([3], [2, 3]) == tuple([pet["id"] for pet in pets(door, name)] for name in ("origin", "fork"))


def test_fork_may_start_at_another_time() -> None:
    """A clock that is given wins over the origin's."""
    body = {"name": "fork", "fork_of": "default", "clock": {"now": "2027-01-01T00:00:00Z"}}

    shown = frozen().post("/_sandbox/sandboxes", json=body).json()

    assert {"now": "2027-01-01T00:00:00Z", "frozen": True} == shown["clock"]


def test_reset_of_a_fork_leads_back_to_the_fork() -> None:
    """As started: with what it took over, at the time it took over."""
    door = frozen()
    door.delete("/_sandbox/state/petshop/pets/1")
    door.patch("/_sandbox/clock", json={"advance_s": 60})
    door.post("/_sandbox/sandboxes", json={"name": "fork", "fork_of": "default"})
    door.delete("/@fork/_sandbox/state/petshop/pets/2")
    door.patch("/@fork/_sandbox/clock", json={"advance_s": 60})

    door.post("/@fork/_sandbox/reset")

    assert [2, 3] == [pet["id"] for pet in pets(door, "fork")]
    assert "2026-01-31T09:01:00Z" == door.get("/@fork/_sandbox/clock").json()["now"]


def test_taken_name_is_a_conflict() -> None:
    """409, and the sandbox stays as it is."""
    door = frozen()
    door.delete("/_sandbox/state/petshop/pets/1")

    answer = door.post("/_sandbox/sandboxes", json={"name": "default"})

    assert (409, PROBLEM_MEDIA) == (answer.status_code, answer.headers["content-type"])
    assert 2 == len(pets(door))


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/name"]),
        ({"name": "Team"}, ["/name"]),
        ({"name": "a" * 64}, ["/name"]),
        ({"name": "team\n"}, ["/name"]),
        ({"name": 7}, ["/name"]),
        ({"name": "a", "colour": "red"}, ["/colour"]),
        ({"name": "a", "seed": True}, ["/seed"]),
        ({"name": "a", "seed": 1.5}, ["/seed"]),
        ({"name": "a", "seed": None}, ["/seed"]),
        ({"name": "a", "profile": "nothing"}, ["/profile"]),
        ({"name": "a", "profile": "../../secrets"}, ["/profile"]),
        ({"name": "a", "limits": True}, ["/limits"]),
        ({"name": "a", "clock": {"time": 1}}, ["/clock/time"]),
        ({"name": "a", "clock": {"frozen": "yes"}}, ["/clock/frozen"]),
        ({"name": "a", "clock": {"now": "2026-02-30T00:00:00Z"}}, ["/clock/now"]),
        ([], [""]),
        ("team", [""]),
    ],
    ids=str,
)
def test_new_sandbox_with_a_wrong_field_is_refused(body: object, pointers: list[str]) -> None:
    """400 naming the field, and nothing is made."""
    door = frozen()

    assert (400, pointers) == wrong_fields(door, "POST", "/_sandbox/sandboxes", body)
    assert ["default"] == list(door.server.sandboxes)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "a", "fork_of": "nobody"}, 404),
        ({"name": "a", "fork_of": "default", "seed": 7}, 400),
        ({"name": "a", "fork_of": "default", "profile": "empty"}, 400),
    ],
    ids=str,
)
def test_fork_that_cannot_be_made_is_refused(body: dict[str, object], status: int) -> None:
    """An unknown origin, or content of its own beside that of the origin."""
    door = frozen()

    assert status == door.post("/_sandbox/sandboxes", json=body).status_code
    assert ["default"] == list(door.server.sandboxes)


def test_deleted_sandbox_is_gone() -> None:
    """A later call under its name makes a new one."""
    door = frozen()
    door.delete("/@team-a/_sandbox/state/petshop/pets/1")

    answer = door.delete("/_sandbox/sandboxes/team-a")

    assert (204, b"") == (answer.status_code, answer.content)
    assert 404 == door.get("/_sandbox/sandboxes/team-a").status_code
    assert 3 == len(pets(door, "team-a"))


def test_default_cannot_be_deleted() -> None:
    """It is always there: 400, and its documents stay."""
    door = frozen()

    assert 400 == door.delete("/_sandbox/sandboxes/default").status_code
    assert 3 == len(pets(door))


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_unknown_sandbox_is_not_found(method: str) -> None:
    """Asking for one by name does not make it."""
    door = frozen()

    assert 404 == door.call(method, "/_sandbox/sandboxes/nobody").status_code
    assert ["default"] == list(door.server.sandboxes)


@pytest.mark.parametrize("body", [None, {}])
def test_reset_leads_back_to_the_start(body: object) -> None:
    """Documents, clock and journal, to the letter."""
    door = frozen()
    before = pets(door)
    door.delete("/_sandbox/state/petshop/pets/1")
    door.get("/petshop/api/v3/opening-hours")
    door.patch("/_sandbox/clock", json={"now": "2030-01-01T00:00:00Z", "frozen": False})

    answer = door.post("/_sandbox/reset", json=body)

    assert (204, b"") == (answer.status_code, answer.content)
    assert before == pets(door)
    assert {"now": "2026-01-31T09:00:00Z", "frozen": True} == door.get("/_sandbox/clock").json()
    assert 0 == len(door.server.sandbox("default").journal)


def test_reset_leaves_other_sandboxes_alone() -> None:
    """It is about the sandbox that the call names."""
    door = frozen()
    door.delete("/@team-a/_sandbox/state/petshop/pets/1")

    door.post("/_sandbox/reset")

    assert 2 == len(pets(door, "team-a"))


def test_reset_of_one_vendor_touches_nothing_else() -> None:
    """The other vendor's documents and the clock stay."""
    door = serve(PETSHOP, SPECS / "kennel.yaml", now=START, frozen=True)
    for path in ("petshop/pets", "kennel/dogs"):
        first = door.get(f"/_sandbox/state/{path}").json()[0]["id"]
        assert 204 == door.delete(f"/_sandbox/state/{path}/{first}").status_code
    door.patch("/_sandbox/clock", json={"advance_s": 60})

    assert 204 == door.post("/_sandbox/reset", json={"vendor": "petshop"}).status_code

    assert (3, 2) == (len(pets(door)), door.get("/_sandbox/state/kennel").json()["dogs"])
    assert "2026-01-31T09:01:00Z" == door.get("/_sandbox/clock").json()["now"]


@pytest.mark.parametrize("vendor", [{}, {"vendor": "petshop"}])
def test_reset_may_choose_other_content_until_the_next(vendor: dict[str, str]) -> None:
    """With a profile or a seed, for all vendors or one; a plain reset leads back to the start."""
    door = frozen()
    before = pets(door)

    door.post("/_sandbox/reset", json={**vendor, "profile": "empty"})
    empty = pets(door)
    door.post("/_sandbox/reset", json={**vendor, "seed": 8})
    other = pets(door)
    door.post("/_sandbox/reset")

    assert ([], 3, before) == (empty, len(other), pets(door))
    assert before != other


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"vendors": "petshop"}, ["/vendors"]),
        ({"vendor": "nobody"}, ["/vendor"]),
        ({"vendor": 7}, ["/vendor"]),
        ({"profile": "nothing"}, ["/profile"]),
        ({"vendor": "petshop", "profile": "nothing"}, ["/profile"]),
        ({"seed": []}, ["/seed"]),
        ([], [""]),
    ],
    ids=str,
)
def test_reset_with_a_wrong_field_is_refused(body: object, pointers: list[str]) -> None:
    """400 naming the field, and nothing is reset."""
    door = frozen()
    door.delete("/_sandbox/state/petshop/pets/1")

    assert (400, pointers) == wrong_fields(door, "POST", "/_sandbox/reset", body)
    assert 2 == len(pets(door))


def test_reset_with_broken_fixtures_says_where(tmp_path: Path) -> None:
    """The problem names the file and the line, and the documents stay."""
    file = tmp_path / "broken.yaml"
    file.write_text("pets:\n  documents:\n    - {id: 1, name: 7}\n")
    door = frozen(fixture_file=lambda vendor, profile: file if profile == "broken" else None)

    answer = door.post("/_sandbox/reset", json={"vendor": "petshop", "profile": "broken"})

    assert (400, ["/profile"]) == (answer.status_code, [error["pointer"] for error in answer.json()["errors"]])
    assert f"{file}:3" in answer.json()["detail"]
    assert 3 == len(pets(door))


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_body_in_another_form_is_refused(content_type: str) -> None:
    """A form that any page could send does not reset: 415."""
    door = frozen()
    door.delete("/_sandbox/state/petshop/pets/1")

    answer = door.call("POST", "/_sandbox/reset", content=b"{}", headers={"Content-Type": content_type})

    assert (415, PROBLEM_MEDIA) == (answer.status_code, answer.headers["content-type"])
    assert 2 == len(pets(door))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"now": "2026-03-01T00:00:00Z"}, {"now": "2026-03-01T00:00:00Z", "frozen": True}),
        ({"now": "2025-03-01t00:00:00.25+01:00"}, {"now": "2025-02-28T23:00:00.250000Z", "frozen": True}),
        ({"frozen": True}, {"now": "2026-01-31T09:00:00Z", "frozen": True}),
        ({"advance_s": 86400.5}, {"now": "2026-02-01T09:00:00.500000Z", "frozen": True}),
        ({"advance_s": 0}, {"now": "2026-01-31T09:00:00Z", "frozen": True}),
        ({}, {"now": "2026-01-31T09:00:00Z", "frozen": True}),
    ],
    ids=str,
)
def test_frozen_clock_goes_where_it_is_put(change: dict[str, object], expected: dict[str, object]) -> None:
    """The answer is the clock as it stands then, in UTC."""
    door = frozen()

    answer = door.patch("/_sandbox/clock", json=change)

    assert (200, expected) == (answer.status_code, answer.json())
    assert expected == door.get("/_sandbox/clock").json()


def test_clock_runs_on_when_it_is_let_go() -> None:
    """From the moment at which it stood."""
    door = frozen()

    assert not door.patch("/_sandbox/clock", json={"frozen": False}).json()["frozen"]
    shown = [datetime.fromisoformat(door.get("/_sandbox/clock").json()["now"]) for _ in range(2)]

    assert START < shown[0] < shown[1] < START + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"now": "2026-03-01T00:00:00Z", "advance_s": 1}, ["/advance_s"]),
        ({"frozen": True, "advance_s": 1}, ["/advance_s"]),
        ({"advance_s": -1}, ["/advance_s"]),
        ({"advance_s": "1"}, ["/advance_s"]),
        ({"advance_s": 1e300}, ["/advance_s"]),
        ({"advance_s": 260_000_000_000}, ["/advance_s"]),
        ({"advance_ms": 1}, ["/advance_ms"]),
        ({"now": "2026-03-01T00:00:00"}, ["/now"]),
        ({"now": "2026-03-01"}, ["/now"]),
        ({"now": "0001-01-01T00:00:00+14:00"}, ["/now"]),
        ({"now": "1969-12-31T23:59:59Z"}, ["/now"]),
        ({"now": "9999-01-01T00:00:00Z"}, ["/now"]),
        ({"now": "2016-12-31T23:59:60Z"}, ["/now"]),
        ({"now": "soon"}, ["/now"]),
        ({"now": None}, ["/now"]),
        ({"now": 1_700_000_000}, ["/now"]),
        ({"frozen": "true"}, ["/frozen"]),
        (None, [""]),
        ([], [""]),
    ],
    ids=str,
)
def test_clock_with_a_wrong_field_is_refused(body: object, pointers: list[str]) -> None:
    """400 naming the field, and the clock stays."""
    door = frozen()

    assert (400, pointers) == wrong_fields(door, "PATCH", "/_sandbox/clock", body)
    assert {"now": "2026-01-31T09:00:00Z", "frozen": True} == door.get("/_sandbox/clock").json()


def test_each_sandbox_has_its_own_clock() -> None:
    """By path or by header; moving one leaves the others."""
    door = frozen()

    door.patch("/@team-a/_sandbox/clock", json={"advance_s": 60})
    door.patch("/_sandbox/clock", json={"advance_s": 120}, headers={"X-Sandbox": "team-b"})

    assert ["2026-01-31T09:00:00Z", "2026-01-31T09:01:00Z", "2026-01-31T09:02:00Z"] == [
        door.get(f"/@{name}/_sandbox/clock").json()["now"] for name in ("default", "team-a", "team-b")
    ]

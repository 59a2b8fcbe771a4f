"""Work that falls due by the sandbox's clock: when it runs, what it leaves behind, and that it never runs twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbooks import Call, Duty, Endpoint, Event, Invalid, Pack, Reply, Webhooks
from sandbooks.errors import StartupError
from sandbooks.spec import read_description
from sandbooks.vendor import Vendor
from tests.packed import FULL, PETSHOP, packed, pets
from tests.receiving import START, advance, deliveries, receiving
from tests.serving import Door, serve

DAY = timedelta(days=1)


def feeding(act: Any = None, *, collection: str = "pets", **declared: Any) -> Pack:  # as `Duty.act`, as `Pack`
    """A pack whose pets are fed when `feedAt` says so, then a day later; `meals` has the moments."""

    def feed(call: Call, pet: dict[str, Any]) -> None:
        """Write the meal down, announce it, and set the next."""
        fed = {"meals": [*pet.get("meals", []), call.now.isoformat()], "feedAt": (call.now + DAY).isoformat()}
        call.emit(Event("pet.fed", call.collection("pets").change(pet["id"], fed)["name"]))
        call.note(f"{pet['name']} was fed.")

    pack = Pack("petshop", duties=[Duty(collection, "feedAt", act or feed)], **declared)

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        """Keep the pet as it was sent; the tag is when it is fed."""
        tags = call.body.get("tags") or [None]
        return Reply(201, call.collection("pets").put({**call.body, "feedAt": tags[0]}))

    return pack


def buy(door: Door, name: str, at: datetime | None, headers: dict[str, str] | None = None) -> None:
    body = {"name": name, "price": 1234.56, "tags": [at.isoformat()] if at else []}
    assert 201 == door.post("/petshop/pets", json=body, headers=headers or FULL).status_code


def open_shop(pack: Pack, **settings: Any) -> Door:  # as `Settings`
    return packed(pack, **{"now": START, "frozen": True, **settings})


def meals(door: Door, sandbox: str = "default") -> list[Any]:
    return [pet.get("meals", []) for pet in pets(door, sandbox)]


def entries(door: Door) -> list[dict[str, Any]]:
    return [dict(entry) for entry in door.get("/_sandbox/requests?method=clock").json()]


def test_clock_that_is_moved_runs_what_falls_due_at_its_moment() -> None:
    """Nothing happens a second before; one long step runs every turn on the way, `call.now` being its own moment."""
    door = open_shop(feeding())
    buy(door, "Rex", START + timedelta(hours=1))
    advance(door, 3599)
    early = meals(door)
    advance(door, 2 * 86_400 + 1)

    assert [[]] == early
    assert [["2026-01-31T13:00:00+00:00", "2026-02-01T13:00:00+00:00", "2026-02-02T13:00:00+00:00"]] == meals(door)


def test_what_falls_due_runs_in_order_of_the_moments() -> None:
    """Across documents the earlier moment goes first, of one moment the document that was made first."""
    order: list[str] = []

    def feed(call: Call, pet: dict[str, Any]) -> None:
        order.append(pet["name"])
        call.collection("pets").change(pet["id"], {"feedAt": None if call.now > START + DAY else late.isoformat()})

    late = START + 2 * DAY
    door = open_shop(feeding(feed))
    for name, hours in (("C", 3), ("A", 1), ("B", 1)):
        buy(door, name, START + timedelta(hours=hours))
    advance(door, 10 * 86_400)

    assert ["A", "B", "C", "C", "A", "B"] == order


def test_run_is_written_down_with_its_changes() -> None:
    """The journal has an entry at the moment, of no operation, with what was changed and the pack's own note; calls
    are counted without it."""
    door = open_shop(feeding())
    buy(door, "Rex", START + timedelta(hours=1))
    advance(door, 86_400)
    (entry,) = entries(door)
    counted = door.post("/_sandbox/requests/verify", json={"match": {"vendor": "petshop"}, "count": {"exactly": 1}})

    assert ("2026-01-31T13:00:00Z", None, "CLOCK", "pets/1", 200) == (
        entry["at"],
        entry["operation"],
        entry["method"],
        entry["path"],
        entry["answer"]["status"],
    )
    assert ["clock: pets 1 was due at 2026-01-31T13:00:00Z", "Rex was fed."] == entry["why"]
    (change,) = entry["changes"]
    assert ("2026-01-31T13:00:00+00:00", "2026-02-01T13:00:00+00:00") == (
        change["before"]["feedAt"],
        change["after"]["feedAt"],
    )
    assert {"ok": True, "count": 1, "near_misses": []} == counted.json()


def test_events_of_a_run_are_delivered() -> None:
    """What is emitted leaves as that of a call does, before the clock's answer, stamped with its own moment."""
    with receiving() as receiver:
        webhooks = Webhooks(lambda call, event: [Endpoint("1", receiver.url)])
        door = open_shop(feeding(webhooks=webhooks))
        buy(door, "Rex", START + timedelta(hours=1))
        advance(door, 2 * 86_400)

    assert [("Rex", "2026-01-31T13:00:00Z"), ("Rex", "2026-02-01T13:00:00Z")] == [
        (json.loads(received.body)["data"], json.loads(received.body)["timestamp"]) for received in receiver.received
    ]
    assert ["2026-02-01T13:00:00Z", "2026-01-31T13:00:00Z"] == [each["created_at"] for each in deliveries(door)]


def test_run_that_raises_leaves_nothing_and_is_not_tried_again() -> None:
    """It is rolled back, with its events; the journal says why. Others go on; it waits until its moment changes."""
    tried: list[str] = []

    def feed(call: Call, pet: dict[str, Any]) -> None:
        tried.append(pet["name"])
        call.collection("pets").change(pet["id"], {"feedAt": None, "name": f"fed {pet['name']}"})
        if pet["name"] == "Rex" and call.now < START + DAY:
            raise Invalid("Rex bites.")

    door = open_shop(feeding(feed))
    buy(door, "Rex", START + timedelta(hours=1))
    buy(door, "Max", START + timedelta(hours=2))
    advance(door, 86_400)
    advance(door, 86_400)
    failed = [(pet["name"], pet["feedAt"]) for pet in pets(door)]
    stored = door.get("/_sandbox/state/petshop/pets/1").json()
    door.put("/_sandbox/state/petshop/pets/1", json={**stored, "feedAt": (START + 3 * DAY).isoformat()})
    advance(door, 5 * 86_400)

    assert [("Rex", (START + timedelta(hours=1)).isoformat()), ("fed Max", None)] == failed
    assert ["Rex", "Max", "Rex"] == tried
    assert ["fed Rex", "fed Max"] == [pet["name"] for pet in pets(door)]
    assert [200, 200, 500] == [entry["answer"]["status"] for entry in entries(door)]
    assert "Invalid: Rex bites." in entries(door)[-1]["why"][-1]


def test_document_that_is_stored_anew_is_tried_again() -> None:
    """What failed was another one, though its id and its moment were the same."""
    tried: list[str] = []

    def feed(call: Call, pet: dict[str, Any]) -> None:
        tried.append(pet["name"])
        raise Invalid(f"{pet['name']} bites.")

    door = open_shop(feeding(feed))
    buy(door, "Rex", START + timedelta(hours=1))
    advance(door, 86_400)
    stored = door.get("/_sandbox/state/petshop/pets/1").json()
    door.put("/_sandbox/state/petshop/pets/1", json={**stored, "price": 2})
    kept = list(tried)
    door.delete("/_sandbox/state/petshop/pets/1")
    door.put("/_sandbox/state/petshop/pets/1", json={**stored, "name": "Max"})
    advance(door, 1)

    assert (["Rex"], ["Rex", "Max"]) == (kept, tried)


def test_duty_that_fails_leaves_the_others_of_its_document_alone() -> None:
    """Two duties may fall due for one document at one moment; each stands for itself."""
    walked: list[str] = []

    def bite(call: Call, pet: dict[str, Any]) -> None:
        raise Invalid("Rex bites.")

    def walk(call: Call, pet: dict[str, Any]) -> None:
        walked.append(pet["name"])
        call.collection("pets").change(pet["id"], {"walkAt": None})

    door = open_shop(Pack("petshop", duties=[Duty("pets", "feedAt", bite), Duty("pets", "walkAt", walk)]))
    at = (START + timedelta(hours=1)).isoformat()
    pet = {"id": 1, "name": "Rex", "price": 1, "feedAt": at, "walkAt": at}
    door.put("/_sandbox/state/petshop/pets/1", json=pet)
    advance(door, 86_400)

    assert (["Rex"], [{**pet, "walkAt": None}]) == (walked, pets(door))


def test_run_that_does_not_move_its_moment_on_fails() -> None:
    """What stays due would run for ever: it is taken back, and the journal says so."""
    door = open_shop(feeding(lambda call, pet: call.collection("pets").change(pet["id"], {"name": "fed"})))
    buy(door, "Rex", START + timedelta(hours=1))
    advance(door, 86_400)

    (entry,) = entries(door)
    assert ["Rex"] == [pet["name"] for pet in pets(door)]
    assert (500, True) == (entry["answer"]["status"], "must move it on" in entry["why"][-1])


def test_moment_in_the_past_runs_at_once() -> None:
    """A document that is overdue when it is stored runs before the next call, under a standing clock too; text that is
    no moment and absent ones never run."""
    door = open_shop(feeding())
    for name, tags in (("Rex", [(START - DAY).isoformat()]), ("Max", ["soon"]), ("Kim", ["2026-01-31T13:00:00"])):
        door.post("/petshop/pets", json={"name": name, "price": 1, "tags": tags}, headers=FULL)

    assert [["2026-01-30T12:00:00+00:00", "2026-01-31T12:00:00+00:00"], [], []] == meals(door)


def test_moment_of_another_zone_is_told_in_utc() -> None:
    """A pack sees every moment in one zone, whichever its documents are written in."""
    door = open_shop(feeding())
    buy(door, "Rex", datetime.fromisoformat("2026-02-01T02:00:00+05:30"))
    advance(door, 86_400)

    assert [["2026-01-31T20:30:00+00:00"]] == meals(door)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_moment_beyond_the_calendar_never_comes(moment: str) -> None:
    """A time that UTC cannot say is no moment: it is stored, and the clock still moves and runs the others."""
    door = open_shop(feeding())
    made = door.post("/petshop/pets", json={"name": "Rex", "price": 1, "tags": [moment]}, headers=FULL)
    buy(door, "Max", START + timedelta(hours=1))
    advance(door, 86_400)

    assert 201 == made.status_code
    assert [[], ["2026-01-31T13:00:00+00:00"]] == meals(door)


def test_running_clock_runs_what_falls_due() -> None:
    """With a clock that runs, the work is done when the moment has come; nothing else needs to be asked."""
    door = packed(feeding(), now=None, frozen=False)
    at = datetime.now(UTC) + timedelta(seconds=0.02)
    buy(door, "Rex", at)
    while not meals(door)[0]:
        door.get("/_sandbox/clock")

    assert [[at.isoformat()]] == meals(door)


def test_each_tenant_has_its_own() -> None:
    """A run sees the documents of the tenant whose document fell due, and no other."""
    door = open_shop(feeding())
    other = {"Authorization": "Bearer petshop-other-tenant"}
    buy(door, "Rex", None)
    buy(door, "Max", START + timedelta(hours=1), other)
    advance(door, 86_400)

    shown = door.get("/_sandbox/state/petshop/pets~other/1").json()
    assert [[]] == meals(door)
    assert ("Max", ["2026-01-31T13:00:00+00:00"]) == (shown["name"], shown["meals"])


def test_restore_brings_back_what_was_due() -> None:
    """After a restore the documents fall due as they say: what has passed meanwhile runs at once, at its own moment."""
    door = open_shop(feeding())
    buy(door, "Rex", START + timedelta(hours=1))
    door.post("/_sandbox/snapshots", json={"name": "hungry"})
    advance(door, 86_400)
    before = meals(door)
    door.post("/_sandbox/snapshots/hungry/restore")
    after = meals(door)
    advance(door, 86_400)

    assert [["2026-01-31T13:00:00+00:00"]] == before == after
    assert [["2026-01-31T13:00:00+00:00", "2026-02-01T13:00:00+00:00"]] == meals(door)


def test_reset_forgets_what_was_due() -> None:
    """After a reset there is nothing to do, whichever reset it is."""
    ran: list[str] = []
    door = open_shop(feeding(lambda call, pet: ran.append(pet["name"])))
    for body in ({}, {"vendor": "petshop"}):
        buy(door, "Rex", START + 5 * DAY)
        door.post("/_sandbox/reset", json=body)
        advance(door, 3 * 86_400)
    advance(door, 3 * 86_400)

    assert [] == ran


def test_fork_does_its_own() -> None:
    """What falls due in a copy is done in the copy; the origin does its own when its clock gets there."""
    door = open_shop(feeding())
    buy(door, "Rex", START + timedelta(hours=1))
    door.post("/_sandbox/sandboxes", json={"name": "twin", "fork_of": "default"})
    advance(door, 86_400, sandbox="twin")
    apart = meals(door), meals(door, "twin")
    advance(door, 3600)

    assert ([[]], [["2026-01-31T13:00:00+00:00"]]) == apart
    assert meals(door) == meals(door, "twin")


def test_restart_runs_what_is_left_and_nothing_twice(tmp_path: Path) -> None:
    """With a folder of data: what ran before the end does not run again, what fell due meanwhile runs at the start, at
    its own moment."""
    first = open_shop(feeding(), data=tmp_path)
    buy(first, "Rex", START + timedelta(hours=1))
    advance(first, 86_400)
    ran = meals(first)
    first.server.close()
    second = open_shop(feeding(), data=tmp_path, now=START + 2 * DAY)

    assert [["2026-01-31T13:00:00+00:00"]] == ran
    assert [["2026-01-31T13:00:00+00:00", "2026-02-01T13:00:00+00:00"]] == meals(second)
    second.server.close()
    third = open_shop(feeding(), data=tmp_path, now=START + 2 * DAY)
    assert [["2026-01-31T13:00:00+00:00", "2026-02-01T13:00:00+00:00"]] == meals(third)


def test_one_move_runs_so_many_turns_and_no_more() -> None:
    """A step of centuries ends: what is left waits for the next, and the journal says so; a smaller one runs whole."""
    ran: list[datetime] = []

    def feed(call: Call, pet: dict[str, Any]) -> None:
        ran.append(call.now)
        call.collection("pets").change(pet["id"], {"feedAt": (call.now + DAY).isoformat()})

    door = open_shop(feeding(feed))
    buy(door, "Rex", START + DAY)
    advance(door, 100 * 86_400)
    small = len(ran)
    advance(door, 5001 * 86_400)
    large, told = len(ran), entries(door)[0]
    advance(door, 86_400)

    assert (100, 5100, 5102) == (small, large, len(ran))
    assert ran == [START + days * DAY for days in range(1, 5103)]
    assert (500, True) == (told["answer"]["status"], "in smaller steps" in told["why"][-1])


def test_seeded_document_falls_due_though_nobody_has_called(tmp_path: Path) -> None:
    """At the start, after a reset and in a new sandbox alike: moving the clock is enough."""
    file = tmp_path / "demo.yaml"
    file.write_text("pets: {documents: [{id: 7, name: Rex, price: 1, feedAt: '2026-01-31T13:00:00Z'}]}")
    vendor = Vendor(feeding(), read_description(PETSHOP, id="petshop"))
    door = serve(vendor, fixture_file=lambda vendor, profile: file, strict=False, now=START, frozen=True)
    ran = []
    for sandbox in ("default", "default", "fresh"):
        advance(door, 3600, sandbox)
        ran.append([entry["path"] for entry in door.get(f"/@{sandbox}/_sandbox/requests").json()])
        door.post("/_sandbox/reset")

    assert [["pets/7"]] * 3 == ran


def test_duty_of_an_unknown_collection_stops_the_start() -> None:
    """A name that is nowhere is a fault of the pack."""
    with pytest.raises(StartupError, match="duty for unknown collection 'cats' of petshop"):
        open_shop(feeding(collection="cats"))

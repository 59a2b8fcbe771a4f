"""What a server holds outlives every change of what it serves: documents, clock, faults, limits, journal and more."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from sandbooks.errors import StartupError
from tests.receiving import receiving
from tests.watched import FULL, PACK, Watched, description

HANDLER = "mocks/acme/__init__.py"
LIMITED = """
from sandbooks import Call, Endpoint, Event, Idempotency, Pack, PerMinute, Reply, Webhooks


def subscribers(call, event):
    return [Endpoint("1", ADDRESS, "secret")]


pack = Pack(
    "acme", limits=[PerMinute(60)], idempotency=Idempotency(), webhooks=Webhooks(subscribers, retry_s=(60, 600))
)


@pack.handles("create-invoices")
def create_invoice(call: Call) -> Reply:
    invoice = call.collection("invoices").put({**call.body, "number": 1})
    call.emit(Event("invoice.created", invoice))
    return Reply(201, invoice)


@pack.handles("getStatus")
def get_status(call: Call) -> Reply:
    return Reply(200, {"word": "first"})
"""


@pytest.fixture
def acme(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "project")


def held(acme: Watched, sandbox: str = "default") -> dict[str, Any]:  # any JSON
    """All that the control API shows of a sandbox."""
    shown = {}
    for path in ("state/acme", "clock", "faults", "limits", "requests", "snapshots", "deliveries"):
        shown[path] = acme.door.get(f"/@{sandbox}/_sandbox/{path}").json()
    for name in shown["state/acme"]:
        shown[name] = acme.door.get(f"/@{sandbox}/_sandbox/state/acme/{name}").json()
    return shown


def away(acme: Watched) -> None:
    """The vendor's folder leaves the project."""
    (acme.folder / "specs/acme").rename(acme.folder / "away")


def back(acme: Watched) -> None:
    (acme.folder / "away").rename(acme.folder / "specs/acme")
    acme.watcher.look()


def away_and_back(acme: Watched) -> None:
    away(acme)
    acme.watcher.look()
    assert 404 == acme.door.get("/acme/status", headers=FULL).status_code
    back(acme)


async def called_while(acme: Watched, path: str, change: Callable[[], object]) -> httpx.Response:
    """The answer to a call, held up by a fault, during which files change and are read again."""
    transport = httpx.ASGITransport(app=acme.door.server)
    sandbox = acme.door.server.sandbox("new" if path.startswith("/@new") else "default")
    async with httpx.AsyncClient(transport=transport, base_url=acme.door.address, headers=FULL) as client:
        held = asyncio.create_task(client.post(path, json={"name": "Grace"}))
        while not any(fault.used for fault in sandbox.faults):
            await asyncio.sleep(0)
        change()
        acme.watcher.look()
        return await held


def counts(acme: Watched) -> dict[str, int]:
    return dict(acme.door.get("/_sandbox/state/acme").json())


def test_all_that_a_sandbox_holds_is_as_before(acme: Watched) -> None:
    """Documents, clock, faults, limits, journal, snapshots and deliveries; retries and replays go on."""
    with receiving(500) as receiver:
        text = LIMITED.replace("ADDRESS", repr(receiver.url))
        acme.change(HANDLER, text)
        acme.door.patch("/_sandbox/clock", json={"now": "2026-01-31T09:00:00Z", "frozen": True})
        acme.door.post("/_sandbox/snapshots", json={"name": "early"})
        sent = {**FULL, "Idempotency-Key": "one"}
        first = acme.door.post("/acme/invoices", json={"name": "Ada"}, headers=sent)
        fault = {"match": {"vendor": "acme", "operation": "list-customers"}, "effect": {"status": 503}}
        assert 201 == acme.door.post("/_sandbox/faults", json=fault).status_code
        before = held(acme)

        acme.change(HANDLER, text.replace("first", "second"))

        assert before == held(acme)
        again = acme.door.post("/acme/invoices", json={"name": "Ada"}, headers=sent)
        assert (201, first.json()) == (again.status_code, again.json())
        assert 503 == acme.door.get("/acme/customers", headers=FULL).status_code
        acme.door.patch("/_sandbox/clock", json={"advance_s": 60})
        assert ["delivered"] == [each["status"] for each in acme.door.get("/_sandbox/deliveries").json()]
        acme.door.post("/_sandbox/snapshots/early/restore")
        assert 0 == counts(acme)["invoices"]


def test_other_limits_go_on_from_what_was_counted(acme: Watched) -> None:
    """A higher number of calls in the same minute; those that were made are counted."""
    limited = PACK.replace("Pack, Reply", "Pack, PerMinute, Reply").replace('"acme"', '"acme", limits=[PerMinute(2)]')
    acme.change(HANDLER, limited)
    answers = [acme.door.get("/acme/status", headers=FULL).status_code for _ in range(3)]

    acme.change(HANDLER, limited.replace("PerMinute(2)", "PerMinute(4)"))

    answers += [acme.door.get("/acme/status", headers=FULL).status_code for _ in range(3)]
    assert [200, 200, 429, 200, 200, 429] == answers


def test_collections_come_and_go_and_the_others_keep_their_documents(acme: Watched) -> None:
    """A new one is empty, one that goes keeps its documents aside with a line that says so, and has them again."""
    acme.create("invoices", "I-1")
    acme.create("customers", "Grace")

    acme.describe("customers", "suppliers")
    acme.watcher.look()

    assert ["Ada", "Grace"] == acme.names()
    assert [] == acme.names("suppliers")
    assert 404 == acme.door.get("/acme/invoices", headers=FULL).status_code
    assert "4 operations added; 4 operations removed)" in acme.told[0]
    assert "acme: invoices is no collection any more; 1 document of it stay until a reset" == acme.told[1]
    acme.create("suppliers", "S-1")
    acme.describe("customers", "invoices", "suppliers")
    acme.watcher.look()
    assert (["I-1"], ["S-1"]) == (acme.names("invoices"), acme.names("suppliers"))
    acme.describe("customers")
    acme.watcher.look()
    acme.door.post("/_sandbox/reset")
    assert {"customers": 1} == counts(acme)


def test_number_is_not_given_again_after_its_collection_was_away(acme: Watched) -> None:
    """The only document was deleted before; the next one has the number after it."""
    first = acme.create("invoices", "I-1")["id"]
    acme.door.delete(f"/acme/invoices/{first}", headers=FULL)
    for collections in (("customers",), ("customers", "invoices")):
        acme.describe(*collections)
        acme.watcher.look()

    assert first + 1 == acme.create("invoices", "I-2")["id"]


def test_what_was_counted_is_known_when_a_vendor_comes_back(acme: Watched) -> None:
    """Calls of the same minute, and the scale that was set."""
    limited = PACK.replace("Pack, Reply", "Pack, PerMinute, Reply").replace('"acme"', '"acme", limits=[PerMinute(1)]')
    acme.describe("rooms", vendor="hotel", status=False)
    acme.change(HANDLER, limited)
    acme.door.patch("/_sandbox/clock", json={"now": "2026-01-31T09:00:00Z", "frozen": True})
    acme.door.patch("/_sandbox/limits", json={"vendor": "acme", "scale": 2})
    answers = [acme.door.get("/acme/status", headers=FULL).status_code for _ in range(3)]
    before = acme.door.get("/_sandbox/limits").json()["acme"]

    away_and_back(acme)

    assert before == acme.door.get("/_sandbox/limits").json()["acme"]
    answers.append(acme.door.get("/acme/status", headers=FULL).status_code)
    assert [200, 200, 429, 429] == answers


def test_delivery_that_was_pending_is_sent_when_its_vendor_comes_back(acme: Watched) -> None:
    """Even where a call that had begun before ends meanwhile, and sends another: each arrives once."""
    acme.describe("rooms", vendor="hotel", status=False)
    with receiving(500) as receiver:
        acme.change(HANDLER, LIMITED.replace("ADDRESS", repr(receiver.url)))
        acme.door.patch("/_sandbox/clock", json={"frozen": True})
        acme.door.post("/acme/invoices", json={"name": "Ada"}, headers=FULL)
        fault = {"match": {"vendor": "acme", "operation": "create-invoices"}, "effect": {"delay_ms": 100}}
        assert 201 == acme.door.post("/_sandbox/faults", json=fault).status_code

        answer = asyncio.run(called_while(acme, "/acme/invoices", lambda: away(acme)))
        acme.watcher.look()
        back(acme)
        acme.door.patch("/_sandbox/clock", json={"advance_s": 60})

        assert (201, 3) == (answer.status_code, len(receiver.received))
        assert ["delivered"] * 2 == [each["status"] for each in acme.door.get("/_sandbox/deliveries").json()]


def test_sandbox_first_used_by_a_call_that_meets_a_reload_has_the_new_collections(tmp_path: Path) -> None:
    """The call has begun with the old description; what it seeds is kept as the new one says."""
    (tmp_path / "specs").mkdir()
    acme = Watched(tmp_path, str(tmp_path / "acme.yaml"), start=False)
    file = tmp_path / "acme.yaml"
    file.write_text(yaml.safe_dump(description("customers")))
    acme.start()
    fault = {"match": {"vendor": "acme", "operation": "create-customers"}, "effect": {"delay_ms": 100}}
    assert 201 == acme.door.post("/@new/_sandbox/faults", json=fault).status_code

    asyncio.run(
        called_while(
            acme, "/@new/acme/customers", lambda: file.write_text(yaml.safe_dump(description("customers", id="number")))
        )
    )

    schema = acme.door.server.sandbox("new").store(acme.door.server.vendors["acme"]).storage.version("customers").layout
    assert "number" == schema.schema.id


def test_what_is_being_written_does_not_follow_a_reload(acme: Watched) -> None:
    """A picture of a fork and its snapshots is of one moment, whatever becomes of them while it is written."""
    acme.create("customers", "Grace")
    acme.door.post("/_sandbox/sandboxes", json={"name": "fork", "fork_of": "default"})
    acme.door.post("/@fork/_sandbox/snapshots", json={"name": "early"})
    held = acme.door.server.sandbox("fork").hold()
    stores = [held.stores, held.forked, held.snapshots[0].stores]
    before = [each["acme"].storage.version("customers") for each in stores]

    acme.write("fixtures/acme/demo.yaml", "customers: {count: 1}\n")
    acme.describe("customers", id="number")
    acme.watcher.look()

    assert [] == acme.warned
    assert before == [each["acme"].storage.version("customers") for each in stores]


def test_documents_of_a_collection_with_another_id_are_found_by_it(acme: Watched) -> None:
    """They keep the id they had, under its new name, and the next number goes on."""
    acme.create("customers", "Grace")
    acme.door.delete("/acme/customers/1", headers=FULL)

    acme.write("fixtures/acme/demo.yaml", "customers:\n  documents:\n    - {number: 1, name: Ada}\n")
    acme.describe("customers", id="number")
    acme.watcher.look()

    assert [] == acme.warned
    answer = acme.door.get("/acme/customers/2", headers=FULL)
    assert (200, 2, "Grace") == (answer.status_code, answer.json()["number"], answer.json()["name"])
    assert 3 == acme.create("customers", "Mary")["number"]
    assert 204 == acme.door.delete("/acme/customers/2", headers=FULL).status_code
    assert ["Mary"] == acme.names()


UNIQUE = PACK.replace("Call, Pack", "Call, Collection, Pack").replace(
    'Pack("acme")', 'Pack("acme", collections=[Collection("customers", "Thing", unique=(("name",),))])'
)


def test_documents_that_share_a_key_that_becomes_unique_stay(acme: Watched) -> None:
    """None is lost, both can be changed and deleted; a new one with that key is refused."""
    for _ in range(2):
        acme.create("customers", "Grace")

    acme.change(HANDLER, UNIQUE)

    assert ["Ada", "Grace", "Grace"] == acme.names()
    assert "acme: 1 document of customers share a key that is to be unique; they stay" == acme.told[1]
    refused = acme.door.post("/acme/customers", json={"name": "Grace"}, headers=FULL)
    assert (409, 3) == (refused.status_code, len(acme.names()))
    for id in (3, 2):
        assert 204 == acme.door.delete(f"/acme/customers/{id}", headers=FULL).status_code
    assert ["Ada", "Grace"] == [*acme.names(), acme.create("customers", "Grace")["name"]]


def steps(acme: Watched) -> None:
    """A collection that goes, one that comes, another id, a unique key, a vendor that leaves."""
    acme.create("invoices", "I-1")
    acme.create("customers", "Grace", "team")
    acme.create("customers", "Grace", "team")
    acme.door.post("/@team/_sandbox/snapshots", json={"name": "early"})
    acme.describe("customers", "suppliers")
    acme.describe("rooms", vendor="hotel", status=False)
    acme.watcher.look()
    acme.create("suppliers", "S-1")
    acme.change(HANDLER, UNIQUE)
    acme.create("customers", "Mary", "team")
    acme.door.post("/hotel/rooms", json={"name": "Suite"}, headers={"Authorization": "Bearer hotel-full"})
    (acme.folder / "specs/hotel/openapi.yaml").unlink()
    acme.change("fixtures/acme/demo.yaml", "customers:\n  documents:\n    - {id: 1, name: Eve}\n")
    acme.create("customers", "Joan", "team")


@pytest.mark.parametrize("way", ["killed", "stopped", "compacted"])
def test_folder_is_understood_after_every_change(tmp_path: Path, way: str) -> None:
    """With `--data`, killed or stopped: the next start has what was there, and a reset what the fixtures say."""
    acme = Watched(tmp_path / "project", data=tmp_path / "data")
    steps(acme)
    if way == "compacted":
        chronicle = acme.door.server._chronicle
        assert chronicle is not None
        chronicle.compact(acme.door.server.sandboxes)
        chronicle.wait()
        acme.create("customers", "Late", "team")
    before = {name: held(acme, name)["customers"] for name in ("default", "team")}
    if way == "stopped":
        acme.door.server.close()
    shutil.copytree(tmp_path / "data", tmp_path / "copy")

    again = Watched(tmp_path / "project", data=tmp_path / "copy")

    assert before == {name: held(again, name)["customers"] for name in ("default", "team")}
    assert {"customers": 1, "invoices": 1, "suppliers": 1} == counts(again)
    again.door.post("/@team/_sandbox/snapshots/early/restore")
    assert ["Ada", "Grace", "Grace"] == again.names(sandbox="team")
    again.door.post("/_sandbox/reset")
    assert ["Eve"] == again.names()
    again.describe("rooms", vendor="hotel", status=False)
    again.watcher.look()
    rooms = again.door.get("/_sandbox/state/hotel").json()
    assert {"rooms": 3} == rooms
    assert [] == again.warned


def test_description_that_changed_while_nobody_served_is_taken_the_same_way(tmp_path: Path) -> None:
    """A folder of data meets other collections at its next start: those that remain have their documents."""
    acme = Watched(tmp_path / "project", data=tmp_path / "data")
    acme.create("customers", "Grace")
    acme.create("invoices", "I-1")
    acme.door.server.close()
    acme.describe("customers", "suppliers", id="number")
    acme.write("fixtures/acme/demo.yaml", "customers:\n  documents:\n    - {number: 1, name: Ada}\n")

    acme.start()

    assert ["Ada", "Grace"] == acme.names()
    assert 3 == acme.create("customers", "Mary")["number"]
    acme.describe("customers", "invoices")
    acme.write("fixtures/acme/demo.yaml", "customers:\n  documents:\n    - {id: 1, name: Ada}\n")
    acme.door.server.close()
    acme.start()
    assert (["Ada", "Grace", "Mary"], ["I-1"]) == (acme.names(), acme.names("invoices"))


def test_fixture_that_fits_other_collections_no_more_stops_the_start(tmp_path: Path) -> None:
    """It is told with file and line rather than at the next reset; once it is mended, the documents are there."""
    acme = Watched(tmp_path / "project", data=tmp_path / "data")
    acme.create("invoices", "I-1")
    acme.door.server.close()
    acme.describe("invoices")

    for _ in range(2):
        with pytest.raises(StartupError, match=r"fixtures/acme/demo\.yaml:1: unknown collection 'customers'"):
            acme.start()

    acme.write("fixtures/acme/demo.yaml", "invoices: {count: 1}\n")
    acme.start()
    assert ["I-1"] == acme.names("invoices")

"""What `--data` keeps, and what it says when a folder cannot be used."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import tinydb

from sandbooks import Call, Pack, Reply
from sandbooks.errors import StartupError
from tests.packed import FULL, REX, packed, pets
from tests.running import running
from tests.serving import SPECS, Door, serve
from tests.test_cli import assert_one_clear_line, run

PETSHOP = SPECS / "petshop.yaml"
START = datetime(2026, 1, 31, 9, tzinfo=UTC)


def shop(data: Path, **settings: Any) -> Door:  # settings of the server
    """A pet shop that keeps its data, without a pet at first."""
    return packed(Pack("petshop"), data=data, **settings)


def create(door: Door, name: str, sandbox: str = "default") -> int:
    answer = door.post(f"/@{sandbox}/petshop/pets", json={**REX, "name": name}, headers=FULL)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def names(door: Door, sandbox: str = "default") -> list[object]:
    return [pet["name"] for pet in pets(door, sandbox)]


def killed(data: Path, copy: Path) -> Path:
    """The folder as another process would find it, were this one killed now."""
    shutil.copytree(data, copy)
    return copy


def content(folder: Path) -> dict[str, bytes]:
    """The bytes of all files but the lock, which tells a person who has it."""
    found = {}
    for file in folder.iterdir():
        with suppress(FileNotFoundError):  # a compaction under way renames its file while we look
            found[file.name] = file.read_bytes()
    return {name: data for name, data in found.items() if name != "lock"}


@contextmanager
def full_disk() -> Iterator[None]:
    """No file grows any more."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_id_of_a_deleted_document_is_not_given_again(tmp_path: Path) -> None:
    """The counter goes on where it was, after a kill and after a clean stop."""
    door = shop(tmp_path / "data")
    first, second = create(door, "Rex"), create(door, "Tom")
    door.delete(f"/_sandbox/state/petshop/pets/{second}")

    after_kill = shop(killed(tmp_path / "data", tmp_path / "copy"))
    door.server.close()
    after_stop = shop(tmp_path / "data")

    assert [second + 1] * 2 == [create(again, "Ada") for again in (after_kill, after_stop)]
    assert [["Rex", "Ada"]] * 2 == [names(again) for again in (after_kill, after_stop)]
    assert first == 1


def test_running_clock_goes_on(tmp_path: Path) -> None:
    """An hour ahead stays an hour ahead, by the log and by the state."""
    door = shop(tmp_path / "data")
    door.patch("/_sandbox/clock", json={"advance_s": 3600})
    copy = killed(tmp_path / "data", tmp_path / "copy")
    door.server.close()

    for folder in (tmp_path / "data", copy):
        again = shop(folder).server.sandbox("default").clock
        ahead = again.now() - datetime.now(UTC)
        assert not again.frozen
        assert timedelta(minutes=59) < ahead < timedelta(minutes=61)


def test_documents_and_clock_outlive_other_settings_and_a_reset_leads_to_those(tmp_path: Path) -> None:
    """Another profile, seed or clock at the next start is what a reset gives; the clock is set at once."""
    door = serve(PETSHOP, data=tmp_path, seed=1, now=START, frozen=True)
    door.post("/@team-a/_sandbox/reset")
    before = door.get("/_sandbox/state/petshop/pets").json()
    door.server.close()

    later = START + timedelta(days=40)
    again = serve(PETSHOP, data=tmp_path, profile="empty", now=later, frozen=True)

    assert before == again.get("/_sandbox/state/petshop/pets").json()
    assert "2026-03-12T09:00:00Z" == again.get("/_sandbox/clock").json()["now"]
    assert "2026-01-31T09:00:00Z" == again.get("/@team-a/_sandbox/clock").json()["now"]
    again.post("/_sandbox/reset")
    assert [] == again.get("/_sandbox/state/petshop/pets").json()


def test_same_settings_leave_a_moved_clock_where_it_is(tmp_path: Path) -> None:
    """Started by the same command line after a crash, it is as late as it was."""
    door = shop(tmp_path / "data", now=START, frozen=True)
    door.patch("/_sandbox/clock", json={"advance_s": 86_400})

    again = shop(killed(tmp_path / "data", tmp_path / "copy"), now=START, frozen=True)

    assert {"now": "2026-02-01T09:00:00Z", "frozen": True} == again.get("/_sandbox/clock").json()


def test_changed_fixtures_change_nothing_that_is_kept(tmp_path: Path) -> None:
    """What was seeded is kept too: a sandbox comes back to the company that it began with."""
    fixture = tmp_path / "demo.yaml"
    fixture.write_text("pets:\n  documents:\n    - {id: 1, name: Rex}\n")

    def start() -> Door:
        return serve(PETSHOP, data=tmp_path / "data", now=START, frozen=True, fixture_file=lambda *_: fixture)

    start().server.close()
    fixture.write_text("pets:\n  documents:\n    - {id: 1, name: Tom}\n")
    door = start()
    door.post("/@team-a/_sandbox/reset")

    assert ["Rex"] == names(door)
    assert ["Rex"] == names(door, "team-a")


def test_log_that_has_grown_is_compacted_while_calls_go_on(tmp_path: Path) -> None:
    """A new log is begun, the state before it is written beside the calls, older files go; nothing is missing."""
    data = tmp_path / "data"
    door = shop(data)
    for number in range(12):
        body = {**REX, "name": f"Rex {number}", "tags": ["x" * 500_000]}
        door.post("/petshop/pets", json=body, headers=FULL)
    assert "log-000002.jsonl" in content(data)
    (data / "state-000001.json.part").write_bytes(b"left behind by a kill")
    door.server.close()

    assert {"log-000003.jsonl", "state-000003.json"} == set(content(data))
    assert sum(file.stat().st_size for file in data.iterdir()) < 12 * 510_000
    assert 12 == len(pets(shop(data)))


def test_compacted_state_is_a_tinydb_file(tmp_path: Path) -> None:
    """After a clean stop TinyDB opens it and finds the documents."""
    door = shop(tmp_path)
    create(door, "Rex")
    door.server.close()

    state = json.loads((tmp_path / "state-000002.json").read_text())
    name = state["sandboxes"]["default"]["stores"]["petshop"]["tables"]["pets"]
    with tinydb.TinyDB(tmp_path / "state-000002.json") as database:
        assert [{"id": 1, **REX}] == [{key: each[key] for key in ("id", *REX)} for each in database.table(name).all()]


def test_stop_without_a_change_writes_nothing(tmp_path: Path) -> None:
    """Started and stopped again, the folder holds the same bytes."""
    shop(tmp_path, now=START).server.close()
    before = content(tmp_path)

    shop(tmp_path, now=START).server.close()

    assert before == content(tmp_path)


def test_many_sandboxes_share_what_they_have_in_common(tmp_path: Path) -> None:
    """Forks of a company write their own changes only."""
    door = shop(tmp_path)
    for number in range(50):
        create(door, f"Rex {number}")
    for number in range(40):
        door.post("/_sandbox/sandboxes", json={"name": f"team-{number}", "fork_of": "default"})
        create(door, "Ada", f"team-{number}")
    door.server.close()

    text = (tmp_path / "state-000002.json").read_text()
    assert (1, 40) == (text.count('"Rex 7"'), text.count('"Ada"'))
    assert 51 == len(pets(shop(tmp_path), "team-39"))


def test_half_a_last_line_is_dropped_with_a_notice(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It was never answered; what came before it is there, and what comes after it is kept."""
    data = tmp_path / "data"
    door = shop(data)
    create(door, "Rex")
    create(door, "Tom")
    log = data / "log-000001.jsonl"
    log.write_bytes(log.read_bytes()[:-20])

    again = shop(killed(data, tmp_path / "copy"))

    assert ["Rex"] == names(again)
    assert f"{tmp_path}/copy/log-000001.jsonl:5: the last line was never finished" in caplog.text
    create(again, "Ada")
    assert ["Rex", "Ada"] == names(shop(killed(tmp_path / "copy", tmp_path / "next")))


@pytest.mark.parametrize("stopped", [False, True])
def test_damaged_file_is_refused_by_name_and_left_alone(tmp_path: Path, stopped: bool) -> None:
    """One wrong byte in the log or in the state: the start stops with its place, and no byte is changed."""
    data = tmp_path / "data"
    door = shop(data)
    create(door, "Rex")
    create(door, "Tom")
    if stopped:
        door.server.close()
    copy = killed(data, tmp_path / "copy")
    file = copy / ("state-000002.json" if stopped else "log-000001.jsonl")
    file.write_bytes(file.read_bytes().replace(b'"Rex"', b'"Rax"', 1))
    before = content(copy)

    with pytest.raises(StartupError, match="damaged") as refused:
        shop(copy)

    assert (str(file), "" if stopped else "4") == (refused.value.file, refused.value.place)
    assert before == content(copy)


def test_damage_is_one_line_on_the_command_line(tmp_path: Path) -> None:
    """`serve --data` ends with code 2, the file and the line."""
    shop(tmp_path).server.close()
    log = tmp_path / "log-000002.jsonl"
    log.write_bytes(log.read_bytes() + b"00000000 2 {}\n")

    assert_one_clear_line(
        run("serve", "benchmarks/petshop.yaml", "--data", str(tmp_path), "--port", "0"), f"{log}:2: damaged"
    )


def test_unfinished_line_before_another_log_is_damage(tmp_path: Path) -> None:
    """Only the last line of the last log can have been cut off by a kill."""
    data = tmp_path / "data"
    shop(data)
    copy = killed(data, tmp_path / "copy")
    first = copy / "log-000001.jsonl"
    (copy / "log-000002.jsonl").write_bytes(b"")
    first.write_bytes(first.read_bytes()[:-1])

    with pytest.raises(StartupError, match=r"log-000001\.jsonl:3: damaged"):
        shop(copy)


@pytest.mark.parametrize("name", ["log-000002.jsonl", "log-000003.jsonl"])
def test_missing_log_is_refused_by_name(tmp_path: Path, name: str) -> None:
    """A state without its log, or a gap between two, is not taken for all there is."""
    door = shop(tmp_path)
    create(door, "Rex")
    door.server.close()
    (tmp_path / "log-000004.jsonl").write_bytes(b"")
    (tmp_path / name).unlink(missing_ok=True)

    with pytest.raises(StartupError, match=f"{name}: missing"):
        shop(tmp_path)


@pytest.mark.parametrize("stopped", [False, True])
@pytest.mark.parametrize("left", [0, 1, 20])
def test_last_log_without_its_first_line_is_damage(tmp_path: Path, stopped: bool, left: int) -> None:
    """A log has its first line from the beginning, so an emptied one is refused by name, with or without a state."""
    data = tmp_path / "data"
    door = shop(data)
    create(door, "Rex")
    if stopped:
        door.server.close()
    copy = killed(data, tmp_path / "copy")
    log = copy / ("log-000002.jsonl" if stopped else "log-000001.jsonl")
    log.write_bytes(log.read_bytes()[:left])
    before = content(copy)

    with pytest.raises(StartupError, match="damaged: its first line is missing") as refused:
        shop(copy)

    assert str(log) == refused.value.file
    assert before == content(copy)


def test_garbage_after_the_last_line_is_damage(tmp_path: Path) -> None:
    """Seven NUL bytes are no line that was cut off: refused with their place, and left there."""
    data = tmp_path / "data"
    create(shop(data), "Rex")
    copy = killed(data, tmp_path / "copy")
    log = copy / "log-000001.jsonl"
    log.write_bytes(log.read_bytes() + b"\0" * 7)
    before = content(copy)

    with pytest.raises(StartupError, match=r"log-000001\.jsonl:5: damaged"):
        shop(copy)

    assert before == content(copy)


def test_folder_with_nothing_but_its_lock_begins_anew(tmp_path: Path) -> None:
    """Where all states and logs were removed nothing is missing."""
    door = shop(tmp_path)
    create(door, "Rex")
    door.server.close()
    for name in content(tmp_path):
        (tmp_path / name).unlink()

    assert [] == names(shop(tmp_path))
    assert ["log-000001.jsonl"] == list(content(tmp_path))


def test_unfinished_files_of_a_killed_process_go_at_the_next_start(tmp_path: Path) -> None:
    """A state or log that never got its name is removed, a file of somebody else is not."""
    data = tmp_path / "data"
    create(shop(data), "Rex")
    copy = killed(data, tmp_path / "copy")
    for name in ("state-000002.json.part", "log-000002.jsonl.part", "notes.part"):
        (copy / name).write_bytes(b"half")

    assert ["Rex"] == names(shop(copy))

    assert {"log-000001.jsonl", "notes.part"} == set(content(copy))


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    """State, log and lock, whatever the umask lets through."""
    before = os.umask(0)
    try:
        door = shop(tmp_path)
        create(door, "Rex")
        door.server.close()
    finally:
        os.umask(before)

    assert {"lock": 0o600, "log-000002.jsonl": 0o600, "state-000002.json": 0o600} == {
        file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()
    }


def test_log_of_another_number_is_refused(tmp_path: Path) -> None:
    """A file that was renamed is not read in the place of another."""
    shop(tmp_path / "data")
    copy = killed(tmp_path / "data", tmp_path / "copy")
    shutil.copy(copy / "log-000001.jsonl", copy / "log-000002.jsonl")

    with pytest.raises(StartupError, match=r"log-000002\.jsonl: this was log 1"):
        shop(copy)


def test_folder_belongs_to_one_process(tmp_path: Path) -> None:
    """Another one is refused in one line, without a word in its files; once it is let go, it is free."""
    door = shop(tmp_path)
    before = content(tmp_path)

    done = run("serve", "benchmarks/petshop.yaml", "--data", str(tmp_path), "--port", "0")

    assert_one_clear_line(done, f"{tmp_path}: in use by another sandbooks", "--data")
    assert before == content(tmp_path)
    door.server.close()
    shop(tmp_path)


def test_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """The path is named."""
    (tmp_path / "data").write_text("")

    with pytest.raises(StartupError, match=r"data: cannot keep data here: .+; let user [0-9]+ write there, or "):
        shop(tmp_path / "data")


def test_vendor_that_is_not_served_is_refused(tmp_path: Path) -> None:
    """Its documents are not dropped in silence; served beside another one they are there."""
    door = serve(PETSHOP, data=tmp_path)
    before = names(door)
    door.server.close()

    with pytest.raises(StartupError, match=r"petshop.*serve the same vendors"):
        serve(SPECS / "library.yaml", data=tmp_path)

    assert before == names(serve(PETSHOP, SPECS / "library.yaml", data=tmp_path))


def test_failed_start_lets_go_of_the_folder(tmp_path: Path) -> None:
    """After a fixture with a fault, the next start may have it."""
    fixture = tmp_path / "demo.yaml"
    fixture.write_text("cats: {count: 3}\n")
    with pytest.raises(StartupError, match="cats"):
        serve(PETSHOP, data=tmp_path / "data", fixture_file=lambda *_: fixture)

    assert 3 == len(pets(serve(PETSHOP, data=tmp_path / "data")))


def test_change_that_cannot_be_kept_is_not_made(tmp_path: Path) -> None:
    """On a full disk a call fails and stores nothing, a reset and a new sandbox too; afterwards all goes on."""
    door = shop(tmp_path / "data")
    create(door, "Rex")

    with full_disk():
        refused = [
            door.post("/petshop/pets", json=REX, headers=FULL),
            door.post("/_sandbox/reset"),
            door.post("/_sandbox/sandboxes", json={"name": "team-a"}),
            door.get("/@team-b/petshop/pets", headers=FULL),
        ]

    assert [500] * 4 == [answer.status_code for answer in refused]
    assert ["default"] == [sandbox["name"] for sandbox in door.get("/_sandbox/sandboxes").json()]
    assert 2 == create(door, "Tom")
    again = shop(killed(tmp_path / "data", tmp_path / "copy"))
    assert ["Rex", "Tom"] == names(door) == names(again)


def test_call_that_raises_after_a_change_leaves_nothing(tmp_path: Path) -> None:
    """What is rolled back is not in the log either."""
    pack = Pack("petshop")

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        call.store.table("pets").put(call.body)
        raise LookupError("after the change")

    door = packed(pack, data=tmp_path / "data")
    before = content(tmp_path / "data")

    assert 500 == door.post("/petshop/pets", json=REX, headers=FULL).status_code
    assert before == content(tmp_path / "data")


def test_change_in_a_deleted_sandbox_is_lost_with_it(tmp_path: Path) -> None:
    """A call that was under way when its sandbox was deleted does not reach another one of that name."""
    door = shop(tmp_path / "data")
    create(door, "Rex", "team-a")
    store = door.server.sandbox("team-a").store(door.server.vendors["petshop"])
    door.delete("/_sandbox/sandboxes/team-a")
    create(door, "Tom", "team-a")

    with store.transaction():
        store.table("pets").put({"name": "late"})

    assert ["Tom"] == names(shop(killed(tmp_path / "data", tmp_path / "copy")), "team-a")


def test_sandbox_that_made_room_is_gone_after_a_restart_too(tmp_path: Path) -> None:
    """The limit on sandboxes deletes for good; a lower one at the next start waits for the next new sandbox."""
    door = shop(tmp_path, max_sandboxes=3)
    for name in ("team-a", "team-b", "team-c"):
        create(door, "Rex", name)
    door.server.close()

    again = shop(tmp_path, max_sandboxes=2)

    assert ["default", "team-b", "team-c"] == [each["name"] for each in again.get("/_sandbox/sandboxes").json()]


def test_nothing_is_changed_once_the_server_has_stopped(tmp_path: Path) -> None:
    """A call that comes too late is refused with 503 rather than answered and forgotten."""
    door = shop(tmp_path)
    create(door, "Rex")
    door.server.close()
    door.server.close()

    late = door.post("/petshop/pets", json=REX, headers=FULL)

    assert 503 == late.status_code
    assert ["Rex"] == names(shop(tmp_path))


def test_without_a_folder_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is written, and another server begins anew."""
    monkeypatch.chdir(tmp_path)
    door = packed(Pack("petshop"))
    create(door, "Rex")
    door.server.close()

    assert [] == list(tmp_path.iterdir())
    assert [] == pets(packed(Pack("petshop")))


def test_served_folder_outlives_a_kill_and_a_stop(tmp_path: Path) -> None:
    """`sandbooks serve --data`: what one process answered the next one has, however the first one ended."""
    found = []
    for end in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
        with running("benchmarks/petshop.yaml", "--profile", "empty", "--data", str(tmp_path)) as (port, process):
            address = f"http://127.0.0.1:{port}/petshop/pets"
            found.append(httpx.post(address, json=REX, headers=FULL).json()["id"])
            process.send_signal(end)
            process.wait(timeout=20)

    assert [1, 2, 3] == found
    assert {"log-000002.jsonl", "state-000002.json"} == set(content(tmp_path))

"""What `serve --watch` does with changed files: packs, descriptions and fixtures anew, state as it was."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import weakref
from pathlib import Path

import httpx
import pytest
import yaml

from sandbooks.clock import stopwatch
from sandbooks.starting import start_server
from sandbooks.watching import Watcher
from tests.running import running
from tests.serving import Door
from tests.watched import FULL, PACK, Watched, description

HANDLER = "mocks/acme/__init__.py"
FIXTURE = "fixtures/acme/demo.yaml"


@pytest.fixture
def acme(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def modules(acme: Watched) -> int:
    """How many modules of the project are imported."""
    files = [str(getattr(module, "__file__", "")) for module in list(sys.modules.values())]
    return sum(file.startswith(str(acme.folder)) for file in files)


def test_changed_handler_answers_the_next_call(acme: Watched) -> None:
    """Code is read again; one line says which file, and documents stay."""
    acme.create("customers", "Grace")
    assert "first" == acme.word()

    acme.change(HANDLER, PACK.replace("first", "second"))

    assert "second" == acme.word()
    assert ["Ada", "Grace"] == acme.names()
    assert [True] == [line.startswith("acme: reloaded in ") and "__init__.py" in line for line in acme.told]
    assert [] == acme.warned


def test_code_of_the_same_size_in_the_same_moment_is_seen(acme: Watched) -> None:
    """Neither a coarse time stamp nor a compiled file hides a change."""
    for word in ("third", "fifth", "sixth", "first"):
        acme.write(HANDLER, PACK.replace("first", word))
        os.utime(acme.folder / HANDLER, (1_800_000_000, 1_800_000_000))
        acme.watcher.look()

        assert word == acme.word()


def test_file_that_is_only_touched_reloads_nothing(acme: Watched) -> None:
    """The content counts, not its date."""
    acme.change(HANDLER, PACK)

    assert [] == acme.told + acme.warned


FAULTS = {
    "syntax": (HANDLER, PACK + "\nif x\n", f"{HANDLER}:11: SyntaxError: expected ':'"),
    "import": (HANDLER, PACK + "\n1 / 0\n", f"{HANDLER}:11: ZeroDivisionError: division by zero"),
    "exit": (HANDLER, PACK + "\nraise SystemExit(3)\n", f"{HANDLER}:11: SystemExit: 3"),
    "interrupt": (HANDLER, PACK + "\nraise KeyboardInterrupt\n", f"{HANDLER}:11: KeyboardInterrupt: "),
    "hang": (HANDLER, PACK + "\nwhile True:\n    pass\n", "is still at work"),
    "wait": (HANDLER, PACK + "\nimport threading\nthreading.Event().wait(3)\n", f"{HANDLER}:12: is still at work"),
    "missing module": (HANDLER, PACK + "\nfrom . import nowhere\n", f"{HANDLER}:11: ImportError: cannot import name"),
    "no pack": (HANDLER, "pack = 1\n", f"{HANDLER}: defines no `pack`"),
    "unknown operation": (HANDLER, PACK.replace("getStatus", "getNothing"), f"{HANDLER}:7: handler for unknown"),
    "YAML": ("specs/acme/openapi.yaml", "openapi: [3.0.3\n", "specs/acme/openapi.yaml:2:1: not YAML"),
    "no description": ("specs/acme/openapi.yaml", "a: 1\n", "specs/acme/openapi.yaml:1:1: not a description"),
    "empty": ("specs/acme/openapi.yaml", "", "specs/acme/openapi.yaml:1:1: the file is empty"),
    "fixture": (FIXTURE, "customers:\n  documents:\n    - {id: 1, name: 7}\n", f"{FIXTURE}:3: customers at /name"),
    "collection": (FIXTURE, "suppliers: {count: 1}\n", f"{FIXTURE}:1: unknown collection 'suppliers'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_broken_save_changes_no_answer_and_the_next_is_tried_again(acme: Watched, fault: str) -> None:
    """Whatever is wrong, one line says where, the old one serves on, and the mended file is taken."""
    name, text, said = FAULTS[fault]
    good = (acme.folder / name).read_text()
    acme.create("customers", "Grace")

    acme.change(name, text)

    assert 1 == len(acme.warned)
    assert said in acme.warned[0]
    assert acme.warned[0].endswith("; acme is served as before")
    assert ("first", ["Ada", "Grace"], []) == (acme.word(), acme.names(), acme.told)
    acme.change(name, good + "\n")
    assert ("first", ["Ada", "Grace"]) == (acme.word(), acme.names())
    assert (1, 1) == (len(acme.told), len(acme.warned))


def test_changed_fixture_is_for_new_sandboxes_and_resets(acme: Watched) -> None:
    """What is there stays; a new sandbox and a reset begin with what the file says now."""
    acme.create("customers", "Grace")
    acme.change(FIXTURE, "customers:\n  documents:\n    - {id: 1, name: Mary}\n")

    assert (["Ada", "Grace"], ["Mary"]) == (acme.names(), acme.names(sandbox="new"))
    acme.door.post("/_sandbox/reset")
    assert ["Mary"] == acme.names()


def test_old_code_is_let_go(acme: Watched) -> None:
    """After many saves there are as many modules as after one, and no old vendor."""
    acme.change(HANDLER, PACK.replace("first", "0"))
    gc.collect()
    before, old = modules(acme), []

    for number in range(1, 40):
        old.append(weakref.ref(acme.door.server.vendors["acme"]))
        acme.change(HANDLER, PACK.replace("first", str(number)))
    gc.collect()

    assert "39" == acme.word()
    assert (before, []) == (modules(acme), [each for each in old if each() is not None])


def test_lazy_import_is_of_the_same_moment(acme: Watched) -> None:
    """A module that a function imports later is that which the pack was read with, though it is broken by now."""
    lazy = PACK.replace("return Reply", "from .words import word\n    return Reply").replace('"first"', "word")
    acme.write("mocks/acme/words.py", "word = 'kept'\n")
    acme.change(HANDLER, lazy)
    acme.change("mocks/acme/words.py", "word = \n")

    assert ("kept", 1) == (acme.word(), len(acme.warned))
    acme.change("mocks/acme/words.py", "word = 'mended'\n")
    assert "mended" == acme.word()


@pytest.mark.parametrize("name", [HANDLER, "specs/acme/openapi.yaml"])
def test_file_that_becomes_a_link_to_itself_holds_nothing_up(acme: Watched, name: str) -> None:
    """The vendor may go or stay as it was; once the file is back, it is served with its documents."""
    acme.describe("rooms", vendor="hotel", status=False)
    acme.watcher.look()
    file = acme.folder / name
    text = file.read_text()
    file.unlink()
    file.symlink_to(file.name)

    acme.watcher.look()

    file.unlink()
    acme.change(name, text.replace("first", "second"))
    assert ("first" if name != HANDLER else "second", ["Ada"]) == (acme.word(), acme.names())


def test_shared_module_reloads_every_vendor_that_uses_it(acme: Watched) -> None:
    """Two vendors use `_books`, a third does not: it is left alone."""
    shared = PACK.replace("from sandbooks", "from .._books.words import word\nfrom sandbooks").replace(
        '"first"', "word"
    )
    acme.write("mocks/_books/words.py", "word = 'one'\n")
    for vendor in ("acme", "beta", "other"):
        acme.describe("customers", vendor=vendor)
        text = shared if vendor != "other" else PACK
        acme.write(f"mocks/{vendor}/__init__.py", text.replace('Pack("acme")', f'Pack("{vendor}")'))
    acme.watcher.look()
    other = acme.door.server.vendors["other"]
    acme.told.clear()

    acme.change("mocks/_books/words.py", "word = 'two'\n")

    called = [
        acme.door.get(f"/{name}/status", headers={"Authorization": f"Bearer {name}-full"}) for name in ("acme", "beta")
    ]
    assert ["two", "two"] == [answer.json()["word"] for answer in called]
    assert ["acme", "beta"] == sorted(line.partition(":")[0] for line in acme.told)
    assert other is acme.door.server.vendors["other"]


def test_vendor_appears_goes_and_comes_back_with_its_documents(acme: Watched) -> None:
    """A new folder in specs/ is served, a removed one answers 404, and what it held is kept for its return."""
    acme.describe("rooms", vendor="hotel", status=False)
    acme.watcher.look()
    headers = {"Authorization": "Bearer hotel-full"}
    acme.door.post("/hotel/rooms", json={"name": "Suite"}, headers=headers)
    before = acme.door.get("/hotel/rooms", headers=headers).json()

    (acme.folder / "specs/hotel/openapi.yaml").rename(acme.folder / "away.yaml")
    acme.watcher.look()
    gone = acme.door.get("/hotel/rooms", headers=headers)
    (acme.folder / "away.yaml").rename(acme.folder / "specs/hotel/openapi.yaml")
    acme.watcher.look()

    assert (404, 4) == (gone.status_code, len(before))
    assert before == acme.door.get("/hotel/rooms", headers=headers).json()
    assert ["hotel: now served", "hotel: no longer", "hotel: now served"] == [
        " ".join(line.split()[:3]) for line in acme.told
    ]


def test_calls_go_on_while_a_process_reloads(tmp_path: Path) -> None:
    """Through the socket: a good save, a broken one, a good one again; no call fails, and each line is printed."""
    acme = Watched(tmp_path / "project", start=False)
    statuses, patience = set[int](), stopwatch() + 60

    def until(word: str, client: httpx.Client) -> None:
        while (answer := client.get("/acme/status", headers=FULL)).json()["word"] != word:
            statuses.add(answer.status_code)
            assert stopwatch() < patience, f"{word} is never said"

    with running("--project", str(acme.folder), "--watch", "--data", str(tmp_path / "data")) as (port, process):
        limit = threading.Timer(60, process.kill)  # a line that is never printed is waited for no longer
        limit.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            client.post("/acme/customers", json={"name": "Grace"}, headers=FULL)
            until("first", client)
            acme.write(HANDLER, PACK.replace("first", "second"))
            until("second", client)
            acme.write(HANDLER, PACK + "\nif x\n")
            assert process.stdout is not None
            printed = [process.stdout.readline(), process.stdout.readline()]
            acme.write(HANDLER, PACK.replace("first", "third"))
            until("third", client)
            names = [each["name"] for each in client.get("/acme/customers", headers=FULL).json()]
        process.terminate()
        printed += process.stdout.readlines()
        limit.cancel()

    assert (["Ada", "Grace"], {200}) == (names, statuses)
    assert ["acme: reloaded in", f"{acme.folder}/{HANDLER}:11: SyntaxError:", "acme: reloaded in"] == [
        " ".join(line.split()[: 2 if "Error" in line else 3]) for line in printed
    ]


def test_call_under_way_ends_with_the_old_code(acme: Watched) -> None:
    """A delayed call meets a reload: it answers as it began, the next one as the file says now."""
    fault = {"match": {"vendor": "acme", "operation": "getStatus"}, "effect": {"delay_ms": 100}}
    assert 201 == acme.door.post("/_sandbox/faults", json=fault).status_code

    async def both() -> tuple[str, str]:
        transport = httpx.ASGITransport(app=acme.door.server)
        async with httpx.AsyncClient(transport=transport, base_url=acme.door.address, headers=FULL) as client:
            held = asyncio.create_task(client.get("/acme/status"))
            while not any(fault.used for fault in acme.door.server.sandbox("default").faults):
                await asyncio.sleep(0)
            acme.change(HANDLER, PACK.replace("first", "second"))
            following = await client.get("/acme/status")
            return (await held).json()["word"], following.json()["word"]

    assert ("first", "second") == asyncio.run(both())


def test_parts_overlays_and_files_are_watched(tmp_path: Path) -> None:
    """A description served by its file: its other files, and what is laid over it, count as it does."""
    (tmp_path / "word.yaml").write_text("type: object\nproperties: {word: {type: string, enum: [one]}}\n")
    shown = description(status=True)
    content = shown["paths"]["/status"]["get"]["responses"]["200"]["content"]["application/json"]
    content["schema"] = {"$ref": "word.yaml"}
    (tmp_path / "acme.yaml").write_text(yaml.safe_dump(shown))
    overlay = tmp_path / "over.yaml"
    told = "overlay: 1.0.0\ninfo: {{title: O, version: '1'}}\nactions:\n  - {{target: $.info, update: {{title: {}}}}}\n"
    overlay.write_text(told.format("First"))
    lines: list[str] = []
    watcher = Watcher([str(tmp_path / "acme.yaml")], overlays=[overlay], tell=lines.append, warn=lines.append)
    server, _ = start_server([str(tmp_path / "acme.yaml")], overlays=[overlay], fresh=True)
    watcher.attach(server)
    door = Door(server)
    first = (door.get("/acme/status", headers=FULL).json()["word"], server.vendors["acme"].description.title)

    (tmp_path / "word.yaml").write_text("type: object\nproperties: {word: {type: string, enum: [two]}}\n")
    watcher.look()
    overlay.write_text(told.format("Second"))
    watcher.look()
    (tmp_path / "acme.yaml").unlink()
    watcher.look()

    assert ("one", "First") == first
    assert "two" == door.get("/acme/status", headers=FULL).json()["word"]
    assert "Second" == server.vendors["acme"].description.title
    assert ["word.yaml)", "over.yaml)"] == [line.rpartition("/")[2] for line in lines[:2]]
    assert lines[2].endswith("acme.yaml: cannot be read: No such file or directory; acme is served as before")

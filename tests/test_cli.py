"""The command line as a user meets it: in a process of its own, judged by output and exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PETSTORE = """
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets:
    get: {operationId: listPets, responses: {"200": {description: ok}}}
"""

PACK = """
from sandbooks import Call, Pack, Reply

pack = Pack("acme")


@pack.handles("listPets")
def list_pets(call: Call) -> Reply:
    return Reply(200, [])
"""


def run(*arguments: str, timeout: float = 30, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "sandbooks.cli", *arguments]
    environment = {**os.environ, **variables}
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment, cwd=ROOT)


def project(folder: Path, pack: str = PACK, fixture: str = "") -> Path:
    """A project folder with one vendor, `acme`."""
    for name in ("specs", "mocks", "fixtures"):
        (folder / name / "acme").mkdir(parents=True)
    (folder / "specs" / "acme" / "openapi.yaml").write_text(PETSTORE)
    (folder / "mocks" / "acme" / "__init__.py").write_text(pack)
    if fixture:
        (folder / "fixtures" / "acme" / "demo.yaml").write_text(fixture)
    return folder


def assert_one_clear_line(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    """Exit code 2, nothing on standard output, one line on standard error that holds every part."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    for part in parts:
        assert part in lines[0]


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("missing.yaml", None, "missing.yaml"),
        ("empty.yaml", b"", "empty"),
        ("broken.yaml", b"openapi: [", "broken.yaml:"),
        ("broken.json", b'{"openapi": ', "broken.json:"),
        ("list.yaml", b"- 1\n", "list.yaml"),
        ("other.yaml", b"title: no description\n", "neither 'openapi' nor 'swagger'"),
        ("binary.yaml", bytes(range(256)), "binary.yaml"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "routes", "check"])
def test_file_that_cannot_be_served_stops_with_one_line(
    tmp_path: Path, command: str, name: str, content: bytes | None, cause: str
) -> None:
    """A description that is missing, empty, broken or something else is named with its cause, without traceback."""
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    port = ("--port", "0") if command == "serve" else ()

    assert_one_clear_line(run(command, str(file), *port), str(file), cause)


def test_unknown_vendor_is_refused_with_those_that_are_known() -> None:
    """A vendor that nobody knows is answered with the list of names."""
    assert_one_clear_line(run("serve", "acme", "--port", "0"), "unknown vendor 'acme'", "aiwyn")


def test_port_in_use_is_refused() -> None:
    """A taken port is named, with the way out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = run("serve", "--port", str(port))

    assert_one_clear_line(done, f"cannot listen on 127.0.0.1:{port}", "--port")


def test_folder_without_descriptions_is_no_project(tmp_path: Path) -> None:
    """`--project` wants a folder of the documented shape."""
    assert_one_clear_line(run("serve", "--project", str(tmp_path), "--port", "0"), str(tmp_path), "specs")


@pytest.mark.parametrize(
    ("pack", "line", "cause"),
    [
        (
            PACK + '\n\n@pack.handles("listPets")\ndef again(call: Call) -> Reply:\n    return Reply()\n',
            12,
            "second handler",
        ),
        (PACK.replace('"listPets"', '"listCats"'), 7, "unknown operation 'listCats' of acme: did you mean 'listPets'?"),
        (PACK.replace('"listPets"', '"zzz"'), 7, "unknown operation 'zzz' of acme: `sandbooks routes` lists them"),
        (
            PACK + '\n\n@pack.handles("GET /pets")\ndef again(call: Call) -> Reply:\n    return Reply()\n',
            12,
            "second handler",
        ),
        (PACK.replace('"acme"', '"other"'), 0, "pack is named 'other'"),
        ("x = 1\n", 0, "defines no `pack`"),
        ("import nothing_of_that_name\n", 1, "nothing_of_that_name"),
        ("pack = (\n", 1, "SyntaxError"),
    ],
)
def test_pack_with_a_fault_stops_with_file_and_line(tmp_path: Path, pack: str, line: int, cause: str) -> None:
    """What a pack gets wrong is told at the start, with the place in its own file."""
    folder = project(tmp_path, pack)
    place = f"{tmp_path}/mocks/acme/__init__.py" + (f":{line}" if line else "")

    assert_one_clear_line(run("serve", "--project", str(folder), "--port", "0"), place, cause)


@pytest.mark.parametrize(
    ("fixture", "line", "cause"),
    [
        ("cats:\n  count: 3\n", 1, "unknown collection 'cats'"),
        ("pets:\n  documents: [1]\n", 2, "a document must be a mapping"),
        ("pets: {number: 1}\n", 1, "'number' is not understood"),
    ],
)
def test_fixture_that_does_not_fit_stops_with_file_and_line(
    tmp_path: Path, fixture: str, line: int, cause: str
) -> None:
    """A fixture with an unknown collection, or with something that is no document, stops the start."""
    folder = project(tmp_path, fixture=fixture)
    place = f"{tmp_path}/fixtures/acme/demo.yaml:{line}"

    assert_one_clear_line(run("serve", "--project", str(folder), "--port", "0"), place, cause)


def test_fixture_document_against_its_schema_stops_with_the_pointer(tmp_path: Path) -> None:
    """A document that breaks its schema is named by file, line and pointer."""
    folder = tmp_path / "copy"
    for name in ("specs", "mocks", "fixtures"):
        (folder / name).mkdir(parents=True)
    (folder / "specs" / "petshop").mkdir()
    description = (ROOT / "benchmarks" / "petshop.yaml").read_text()
    (folder / "specs" / "petshop" / "openapi.yaml").write_text(description)
    (folder / "fixtures" / "petshop").mkdir()
    fixture = folder / "fixtures" / "petshop" / "demo.yaml"
    fixture.write_text("pets:\n  documents:\n    - {id: 1, name: Rex, price: 3.5}\n    - {id: 2, name: 5, price: 3}\n")

    assert_one_clear_line(run("serve", "--project", str(folder), "--port", "0"), f"{fixture}:4", "pets at /name")


@pytest.mark.parametrize(
    ("moment", "cause"),
    [
        ("yesterday", "write it as 2026-01-31"),
        ("2026-13-01", "write it as 2026-01-31"),
        ("0001-01-01T00:00:00+05:00", "must lie from 1971 to 9997"),
        ("9999-12-31T23:59:59-05:00", "must lie from 1971 to 9997"),
    ],
)
def test_clock_that_is_no_moment_is_a_usage_error(moment: str, cause: str) -> None:
    """`--clock` takes ISO 8601 within the years that can be reckoned with, and says so."""
    done = run("serve", "--clock", moment, "--port", "0")

    assert done.returncode == 2
    assert cause in done.stderr
    assert "Traceback" not in done.stderr


def test_unknown_profile_is_refused_by_name() -> None:
    """A profile that no vendor has is named, with the place where one would stand."""
    done = run("serve", "--profile", "nope", "--port", "0")

    assert_one_clear_line(done, "There is no profile 'nope'", "fixtures/<vendor>/nope.yaml")


def test_name_without_a_file_is_refused() -> None:
    """More names than files are a mistake, not a wish."""
    done = run("serve", "benchmarks/petshop.yaml", "--name", "a", "--name", "b", "--port", "0")

    assert_one_clear_line(done, "--name b has no FILE")


def test_health_of_nothing_fails() -> None:
    """With no server behind the address, `health` exits with 1."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    assert run("health", "--port", str(port)).returncode == 1


def test_routes_lists_every_operation_with_behaviour_and_reason() -> None:
    """`routes` prints one line for each operation of a file."""
    done = run("routes", str(ROOT / "benchmarks" / "petshop.yaml"))

    assert done.returncode == 0
    rows = [line.split(maxsplit=3) for line in done.stdout.splitlines()[1:]]
    assert [row[:3] for row in rows] == [
        ["inferred", "GET", "/pets"],
        ["inferred", "POST", "/pets"],
        ["inferred", "GET", "/pets/{petId}"],
    ]
    assert all(": " in row[3] for row in rows)


def test_server_starts_answers_and_stops_on_sigterm() -> None:
    """`serve` prints where it listens, answers there, is healthy, and ends cleanly when told to."""
    command = [sys.executable, "-W", "ignore", "-m", "sandbooks.cli", "serve", "benchmarks/petshop.yaml", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        printed = [process.stdout.readline()]
        while not printed[-1].endswith("/_sandbox\n"):
            printed.append(process.stdout.readline())
            assert printed[-1], process.stderr.read() if process.stderr else ""
        port = int(re.search(r":(\d+)/_sandbox", printed[-1])[1])  # type: ignore[index]
        health = json.loads(urllib.request.urlopen(f"http://127.0.0.1:{port}/_sandbox/health").read())
        asked = run("health", f"http://127.0.0.1:{port}")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=15)
    finally:
        process.kill()

    assert re.match(r"Sandbooks \S+, ready in \d+\.\d s\n", printed[0])
    assert any(f"http://127.0.0.1:{port}/petshop" in line for line in printed)
    assert any("Authorization: Bearer petshop-full" in line for line in printed)
    assert health == {"status": "pass", "version": "0.1.0", "vendors": ["petshop"]}
    assert asked.returncode == 0
    assert process.returncode == 0


def test_server_that_is_told_to_stop_while_it_starts_ends_cleanly(tmp_path: Path) -> None:
    """As the first process of a container it would not even notice the signal unless it asked for it from the start."""
    folder = project(tmp_path, "import signal\n\nprint('loading', flush=True)\nsignal.pause()\n")
    command = [sys.executable, "-W", "ignore", "-m", "sandbooks.cli", "serve", "--project", str(folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            assert "loading\n" == process.stdout.readline()
            process.terminate()
            printed = process.communicate(timeout=15)
        finally:
            process.kill()

    assert ("", "") == printed
    assert process.returncode == 0


def test_webhook_url_must_be_an_address() -> None:
    """One clear line and exit code 2, before anything is served."""
    done = run("serve", "--webhook-url", "nowhere")

    assert 2 == done.returncode
    assert "'nowhere' is no http address; write http://host:port/path" in done.stderr


def test_routes_list_what_a_description_sends() -> None:
    """Callbacks with their operation and address, webhooks with when they are sent, subscriptions with why."""
    done = run("routes", "--project", "examples/pets", "clinic")

    assert [
        "  callback confirmed: after createVisit, to {$request.query.notify}/visits/{$response.body#/id}",
        "  webhook  visit.created: `visit.created` says that a document of `visits` was created",
        "  webhook  webhooks: the documents of `webhooks` are subscriptions: events are sent to their `url`, of what "
        "`events` names, signed by `secret`",
    ] == done.stdout.splitlines()[-3:]

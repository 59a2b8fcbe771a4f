"""The installed wheel at work: in folders that know nothing of the checkout, some with decoys in them."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbooks.server import Settings
from sandbooks.starting import start_server
from tests.packages import ROOT, build_wheel, install, outside, pip
from tests.running import started
from tests.serving import Door
from tests.test_cli import PETSTORE, project

NOW = "2026-01-31T09:00:00Z"
FROZEN = {"now": NOW, "frozen": True}
PACK = """
from sandbooks import Call, Pack, Reply

from ..words import GREETING

pack = Pack("acme")


@pack.handles("listPets")
def list_pets(call: Call) -> Reply:
    return Reply(200, [GREETING])
"""
DECOY = 'raise SystemExit("the decoy was imported")\n'

pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a clone knows what belongs to it")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once for all tests here."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that has the wheel."""
    return install(wheel, tmp_path_factory.mktemp("installed") / "venv")


@pytest.fixture
def decoys(tmp_path: Path) -> Path:
    """A folder whose `mocks`, `specs` and `fixtures` are none of Sandbooks' business, and broken besides."""
    for name in ("mocks", "mocks/aiwyn", "fixtures", "specs", "bundled"):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "__init__.py").write_text(DECOY)
    for name in ("specs/aiwyn/openapi.yaml", "fixtures/aiwyn/demo.yaml"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("decoy: [")
    return tmp_path


@pytest.fixture(scope="module")
def checkout() -> Door:
    """The bundled vendors as the checkout has them."""
    server, _ = start_server(settings=Settings(now=datetime.fromisoformat(NOW).astimezone(UTC)))
    door = Door(server)
    assert door.patch("/_sandbox/clock", json=FROZEN).status_code == 200
    return door


def ask(port: int, path: str) -> Any:  # any JSON value
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return json.loads(answer.read())


def run(scripts: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(scripts / "sandbooks"), *arguments]
    return subprocess.run(command, cwd=cwd, env=outside(), capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("command", [("sandbooks",), ("python", "-m", "sandbooks")], ids=["script", "module"])
def test_installed_server_is_that_of_the_checkout(
    command: tuple[str, ...], scripts: Path, decoys: Path, checkout: Door
) -> None:
    """All vendors with operations, credentials and documents as the checkout has them; decoys are not looked at."""
    words = [str(scripts / command[0]), *command[1:], "serve", "--clock", NOW]
    with started(words, decoys, outside()) as (port, _):
        local = Door(checkout.server, f"http://127.0.0.1:{port}")
        assert httpx.patch(f"{local.address}/_sandbox/clock", json=FROZEN).status_code == 200
        vendors = ask(port, "/_sandbox/vendors")
        answers = {
            path: ask(port, path)
            for path in ("/_sandbox/credentials", *(f"/_sandbox/state/{vendor['id']}" for vendor in vendors))
        }

    assert vendors == local.get("/_sandbox/vendors").json()
    assert [vendor["id"] for vendor in vendors] == sorted(folder.name for folder in (ROOT / "specs").iterdir())
    assert answers == {path: local.get(path).json() for path in answers}


def test_installed_server_has_its_pages(scripts: Path, tmp_path: Path) -> None:
    """The description of control, the page of a vendor with what it loads, and the pages for people."""
    with started([str(scripts / "sandbooks"), "serve", "aiwyn"], tmp_path, outside()) as (port, _):
        control = ask(port, "/_sandbox/specs/control.json")
        pages = [
            httpx.get(f"http://127.0.0.1:{port}/{name}")
            for name in (
                "",
                "_sandbox/docs/aiwyn",
                "_sandbox/docs/assets/docs.js",
                "_sandbox/docs/assets/docs.css",
                "_sandbox/docs/assets/swagger-ui-bundle.js",
                "_sandbox/consent/aiwyn/nobody",
            )
        ]

    assert "/health" in control["paths"]
    assert [(page.status_code, page.headers["content-type"]) for page in pages] == [
        (200, "text/html; charset=utf-8"),
        (200, "text/html; charset=utf-8"),
        (200, "text/javascript; charset=utf-8"),
        (200, "text/css; charset=utf-8"),
        (200, "text/javascript; charset=utf-8"),
        (404, "text/html; charset=utf-8"),
    ]


def test_installed_commands_know_the_bundled_vendors(scripts: Path, decoys: Path) -> None:
    """`routes` and `check` say of a bundled vendor what they say in the checkout, and nothing of the decoys."""
    words = [["routes"], ["check", "aiwyn"], ["--version"]]
    here = [[sys.executable, "-W", "ignore", "-m", "sandbooks.cli", *arguments] for arguments in words]
    expected = [subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60) for command in here]

    found = [run(scripts, decoys, *arguments) for arguments in words]

    assert [(done.returncode, done.stderr) for done in found] == [(0, "")] * 3
    bundled = str(next(scripts.parent.glob("lib/python*/site-packages/sandbooks/bundled")))
    assert [done.stdout.replace(bundled, str(ROOT)) for done in found] == [done.stdout for done in expected]


def test_installed_server_serves_a_project_of_ones_own(scripts: Path, tmp_path: Path) -> None:
    """`--project .` takes the user's own `mocks`, with what that imports from beside it, and no bundled vendor."""
    project(tmp_path, PACK)
    (tmp_path / "mocks" / "__init__.py").write_text("")
    (tmp_path / "mocks" / "words.py").write_text('GREETING = "woof"\n')

    with started([str(scripts / "sandbooks"), "serve", "--project", "."], tmp_path, outside()) as (port, _):
        health = ask(port, "/_sandbox/health")
        answer = ask(port, "/acme/pets")

    assert health["vendors"] == ["acme"]
    assert answer == ["woof"]


def test_bundled_vendor_beside_a_file_of_ones_own(scripts: Path, decoys: Path) -> None:
    """A vendor by name and a description by file are served together from any folder."""
    (decoys / "pets.yaml").write_text(PETSTORE)

    with started([str(scripts / "sandbooks"), "serve", "aiwyn", "pets.yaml"], decoys, outside()) as (port, _):
        health = ask(port, "/_sandbox/health")

    assert health["vendors"] == ["aiwyn", "pets"]


def test_unknown_vendor_names_those_of_the_wheel(scripts: Path, decoys: Path) -> None:
    """A name that only a decoy has is refused with the bundled ones."""
    (decoys / "specs" / "acme").mkdir()
    (decoys / "specs" / "acme" / "openapi.yaml").write_text(PETSTORE)

    done = run(scripts, decoys, "serve", "acme", "--port", "0")

    assert (done.returncode, done.stdout) == (2, "")
    assert (
        "unknown vendor 'acme'; this folder has one of its own: --project .; "
        "known are: aimsio, aiwyn, finzbooks, ledgerlou\n"
    ) == done.stderr


def test_serving_writes_nothing_where_it_runs(scripts: Path, tmp_path: Path) -> None:
    """Neither the folder it is started in nor the installed package has another file afterwards."""
    before = sorted(scripts.parent.rglob("*"))

    with started([str(scripts / "sandbooks"), "serve"], tmp_path, outside()) as (port, _):
        assert ask(port, "/_sandbox/health")["status"] == "pass"

    assert sorted(scripts.parent.rglob("*")) == before
    assert list(tmp_path.iterdir()) == []


def test_uninstalling_leaves_nothing(wheel: Path, tmp_path: Path) -> None:
    """After it was used and uninstalled, the environment is as it was before."""
    scripts = install(wheel, tmp_path / "venv")
    run(scripts, tmp_path, "routes", "aiwyn")

    pip(tmp_path / "venv", "uninstall", "--quiet", "--yes", "sandbooks")

    assert [file.name for file in scripts.parent.rglob("*") if "sandbooks" in file.name.lower()] == []
    (site,) = scripts.parent.glob("lib/python*/site-packages")
    assert [file.name for file in site.iterdir()] == ["libraries.pth"]

"""The image as test suites and compose use it; what docs/container.md shows is carried out."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from testcontainers.core.exceptions import ContainerStartException

from sandbooks.testing import Refused
from sandbooks.testing.containers import SandbooksContainer
from tests.container.building import ROOT
from tests.test_readme import EXAMPLE, shell

LONGEST_S = 300
PETS = ROOT / "examples" / "pets"


@pytest.fixture(autouse=True)
def project_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What compose keeps for the people of this machine is not touched."""
    monkeypatch.setenv("COMPOSE_PROJECT_NAME", "sandbooks-check")


def test_container_answers_as_it_was_set() -> None:
    """Vendors, profile, clock and token are those that were asked for; a sandbox by name is another world."""
    moment = datetime(2031, 3, 31, 9, 0, tzinfo=UTC)
    with SandbooksContainer(vendors=["finzbooks"], profile="empty", clock=moment) as container:
        team = container.sandbox("team-a")
        with httpx.Client(headers=container.headers("finzbooks")) as client:
            made = client.post(
                f"{container.url('finzbooks')}/api/public/v1/contacts", json={"contact_name": "Deccan Pumps"}
            )
            others = httpx.get(f"{team.url('finzbooks')}/api/public/v1/contacts", headers=team.headers("finzbooks"))

        assert 201 == made.status_code
        assert [] == others.json()["contacts"]
        assert 1 == container.control("GET", "/state/finzbooks")["contacts"]
        assert {"now": "2031-03-31T09:00:00Z", "frozen": True} == container.control("GET", "/clock")
        assert ["finzbooks"] == [each["id"] for each in container.control("GET", "/vendors")]
        assert "full" == container.credential("finzbooks")["name"]
        assert 401 == httpx.get(f"{container.get_url()}/_sandbox/clock").status_code
        with pytest.raises(Refused, match="'aiwyn' is not a vendor; there are: finzbooks"):
            container.url("aiwyn")
        with pytest.raises(Refused, match="'admin' is not a credential of finzbooks; there are: full, "):
            container.headers("finzbooks", "admin")


def test_container_serves_a_project() -> None:
    """The folder is mounted; its vendors are served."""
    with SandbooksContainer(project=PETS) as container:
        made = httpx.post(
            f"{container.url('pets')}/animals",
            headers={**container.headers("pets"), "Idempotency-Key": "k-1"},
            json={"name": "Uhu", "kind": "owl"},
        )

        assert 201 == made.status_code


def test_container_serves_a_description() -> None:
    """A file of the folder is named as a vendor is."""
    with SandbooksContainer(project=PETS / "specs" / "pets", vendors=["openapi.yaml"]) as container:
        assert ["openapi"] == [each["id"] for each in container.control("GET", "/vendors")]


def test_container_that_cannot_start_says_why() -> None:
    """The refusal of the server is that of the test, at once."""
    with (
        pytest.raises(ContainerStartException, match=r"unknown vendor 'aiwynn'; did you mean 'aiwyn'\?"),
        SandbooksContainer(vendors=["aiwynn"]),
    ):
        pass


def test_image_that_is_not_there_is_named() -> None:
    """What to do is said, where nobody can be asked for it either."""
    with (
        pytest.raises(ContainerStartException, match="no image 'sandbooks-unmade': docker build --tag"),
        SandbooksContainer("sandbooks-unmade"),
    ):
        pass


def test_composed_client_waits_and_ends_well() -> None:
    """It starts when the server is healthy, and its exit code is 0; an own project is served beside it."""
    try:
        compose("--profile", "own", "up", "--detach")
        waiting = ["docker", "wait", compose("ps", "--quiet", "client")]
        code = subprocess.run(waiting, capture_output=True, text=True, timeout=LONGEST_S)
        health = httpx.get("http://127.0.0.1:4011/_sandbox/health")
    finally:
        compose("--profile", "own", "down", "--volumes")

    assert "0" == code.stdout.strip()
    assert ["clinic", "pets"] == health.json()["vendors"]


def compose(*arguments: str) -> str:
    command = ["docker", "compose", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LONGEST_S)
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout.strip()


def test_commands_of_the_page_print_what_it_says(tmp_path: Path) -> None:
    """In order; those that build are carried out before."""
    page = (ROOT / "docs" / "container.md").read_text()
    blocks = [(code, output.strip()) for code, output in EXAMPLE.findall(page) if "docker build" not in code]
    with shell(ROOT, tmp_path / "complaints", LONGEST_S) as tell:
        printed = [tell(code) for code, _ in blocks]

    shown = [(output, found) for (_, output), found in zip(blocks, printed, strict=True) if output]
    assert [expected for expected, _ in shown] == [found for _, found in shown]
    assert len(shown) > 6

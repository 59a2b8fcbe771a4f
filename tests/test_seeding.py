"""Seeding: profiles that build on others, and what is told of a long one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbooks.chance import Chance
from sandbooks.errors import StartupError
from sandbooks.progress import Progress
from sandbooks.project import load_file
from sandbooks.seeding import seed_store
from sandbooks.vendor import Vendor
from tests.serving import SPECS, Door, serve

NOW = datetime(2026, 1, 31, tzinfo=UTC)
REX = "pets:\n  documents:\n    - {id: 41, name: Rex, tags: []}\n  count: 4\n"


@pytest.fixture(scope="module")
def petshop() -> Vendor:
    return load_file(SPECS / "petshop.yaml")


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    (tmp_path / "demo.yaml").write_text(REX)
    return tmp_path


def door_of(folder: Path) -> Door:
    """A pet shop whose profiles stand in a folder."""

    def fixture_file(vendor: str, profile: str) -> Path | None:
        file = folder / f"{profile}.yaml"
        return file if file.is_file() else None

    return serve(SPECS / "petshop.yaml", fixture_file=fixture_file, now=NOW, frozen=True)


def pets_of(door: Door, profile: str) -> list[dict[str, Any]]:
    made = door.post("/_sandbox/sandboxes", json={"name": profile, "profile": profile})
    assert 201 == made.status_code, made.text
    return list(door.get(f"/@{profile}/_sandbox/state/petshop/pets?limit=1000").json())


def test_profile_holds_all_of_what_it_extends(profiles: Path) -> None:
    """What is in the other profile, made or written, is the same here; counts fill up to their number."""
    (profiles / "large.yaml").write_text(
        "extends: demo\npets:\n  documents:\n    - {id: 7, name: Uhu, tags: []}\n  count: 9\n"
    )
    door = door_of(profiles)

    small, large = pets_of(door, "demo"), pets_of(door, "large")

    by_id = {pet["id"]: pet for pet in large}
    assert (4, 9, 9) == (len(small), len(large), len(by_id))
    assert small == [by_id[pet["id"]] for pet in small]
    assert ("Rex", "Uhu") == (by_id[41]["name"], by_id[7]["name"])


def test_fault_in_an_extended_profile_names_its_own_file(profiles: Path) -> None:
    """A document that does not fit is looked for where it stands."""
    (profiles / "bad.yaml").write_text("# no name\npets:\n  documents:\n    - {id: 41}\n")
    (profiles / "large.yaml").write_text("extends: bad\npets: {count: 3}\n")

    refused = door_of(profiles).post("/_sandbox/sandboxes", json={"name": "a", "profile": "large"})

    assert 400 == refused.status_code
    assert f"{profiles}/bad.yaml:4: pets at /" in refused.json()["detail"]


def test_id_of_the_extended_profile_is_taken(petshop: Vendor, profiles: Path) -> None:
    """A document that the other profile has stops with the line of the second one."""
    (profiles / "large.yaml").write_text(f"extends: demo\n{REX}")

    with pytest.raises(StartupError, match=r"large\.yaml:4: pets: .*41"):
        seed_store(petshop, profiles / "large.yaml", "large", Chance(1), NOW)


def test_long_seeding_is_told(petshop: Vendor, profiles: Path) -> None:
    """Many documents are announced with their number, and counted at intervals."""
    (profiles / "large.yaml").write_text("extends: demo\npets: {count: 25}\n")
    told: list[Progress] = []

    seed_store(petshop, profiles / "large.yaml", "large", Chance(1), NOW, tell=told.append, told_each=10, long=25)

    assert [str(each) for each in told] == [
        "petshop: seeding 25 documents, profile large",
        "petshop: 10 of 25 documents",
        "petshop: 20 of 25 documents",
        "petshop: 25 of 25 documents",
    ]


def test_short_seeding_is_not_told(petshop: Vendor, profiles: Path) -> None:
    """Few documents are seeded without a word."""
    told: list[Progress] = []

    seed_store(petshop, profiles / "demo.yaml", "demo", Chance(1), NOW, tell=told.append, told_each=1, long=5)

    assert told == []

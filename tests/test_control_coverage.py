"""Coverage through the control API: what was exercised, and what was not."""

from __future__ import annotations

from typing import Any

import pytest

from sandbooks.journal import KEPT_ENTRIES
from tests.serving import SPECS, Door, serve

PETS = "/petshop/api/v3/pets"
NOTHING_YET = {
    "operations": {"documented": 5, "exercised": 0},
    "statuses": {"documented": 6, "exercised": 0},
    "exercised": [],
    "missing": [
        {"operation": "listPets", "method": "GET", "path": "/api/v3/pets", "statuses": ["200"]},
        {"operation": "createPet", "method": "POST", "path": "/api/v3/pets", "statuses": ["201"]},
        {"operation": "getPet", "method": "GET", "path": "/api/v3/pets/{petId}", "statuses": ["200", "404"]},
        {"operation": "deletePet", "method": "DELETE", "path": "/api/v3/pets/{petId}", "statuses": ["204"]},
        {"operation": "readHours", "method": "GET", "path": "/api/v3/opening-hours", "statuses": ["200"]},
    ],
}


@pytest.fixture
def door() -> Door:
    """An empty pet shop and a kennel."""
    return serve(SPECS / "petshop.yaml", SPECS / "kennel.yaml", profile="empty")


def coverage(door: Door, vendor: str = "petshop", prefix: str = "") -> Any:  # of one vendor
    answer = door.get(f"{prefix}/_sandbox/coverage")
    assert 200 == answer.status_code, answer.text
    return answer.json()[vendor]


def test_nothing_is_covered_at_the_start(door: Door) -> None:
    """Every operation of every vendor is missing, with the statuses that are documented."""
    assert ["kennel", "petshop"] == list(door.get("/_sandbox/coverage").json())
    assert NOTHING_YET == coverage(door)


def test_operations_and_statuses_are_counted(door: Door) -> None:
    """Documented statuses that are left and undocumented ones that came are both shown; unknown paths count nowhere."""
    headers = door.headers("petshop")
    for path, sent in (("/7", headers), ("/8", headers), ("/9", {}), ("", headers)):
        door.get(f"{PETS}{path}", headers=sent)
    door.get("/petshop/nowhere")

    shown = coverage(door)

    item = {"method": "GET", "path": "/api/v3/pets/{petId}"}
    assert [
        {
            "operation": "listPets",
            "method": "GET",
            "path": "/api/v3/pets",
            "calls": 1,
            "statuses": {"200": 1},
            "missing": [],
        },
        {"operation": "getPet", **item, "calls": 3, "statuses": {"401": 1, "404": 2}, "missing": ["200"]},
    ] == shown["exercised"]
    assert ["createPet", "deletePet", "readHours"] == [missed["operation"] for missed in shown["missing"]]
    assert ({"documented": 5, "exercised": 2}, {"documented": 6, "exercised": 2}) == (
        shown["operations"],
        shown["statuses"],
    )


def test_default_answers_are_no_documented_status(door: Door) -> None:
    """A status that falls under `default` is shown, and is none that could be missing."""
    door.get("/kennel/api/v2/dogs")

    (shown,) = coverage(door, "kennel")["exercised"]

    assert ({"401": 1}, ["200"]) == (shown["statuses"], shown["missing"])


def test_coverage_outlives_the_requests(door: Door) -> None:
    """Calls that have left the journal, or were deleted from it, stay counted."""
    for _ in range(KEPT_ENTRIES + 2):
        door.get("/petshop/api/v3/opening-hours")
    before = coverage(door)

    door.delete("/_sandbox/requests")

    assert {"200": KEPT_ENTRIES + 2} == before["exercised"][0]["statuses"]
    assert before == coverage(door)


def test_reset_starts_the_coverage_anew(door: Door) -> None:
    """As everything else; that of another sandbox stays."""
    for prefix in ("", "/@other"):
        door.get(f"{prefix}/petshop/api/v3/opening-hours")

    door.post("/_sandbox/reset")

    assert NOTHING_YET == coverage(door)
    assert 1 == coverage(door, prefix="/@other")["operations"]["exercised"]

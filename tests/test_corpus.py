"""The corpus: one description for each style that people write. Each is understood, swept, and lived through."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from sandbooks.project import load_file
from sandbooks.vendor import Vendor
from tests.lifecycle import live, sweep
from tests.serving import SPECS, Door, serve
from tests.sweeping import NOON

ASKED = ("pages", "filter", "search", "order", "count", "part", "change", "action", "delete", "singleton")


@dataclass(frozen=True)
class Expected:
    """What is understood of a description.

    Args:
        collections: the stateful ones, in alphabetical order.
        by_schema: ids of the operations that have no memory.
        asked: how many of these were tried with success, each on every operation that has it: `filter:4` are four
            parameters that choose.
        untried: what a description does not let one try.
    """

    collections: str = ""
    by_schema: str = ""
    asked: str = ""
    untried: tuple[str, ...] = ()


CORPUS = {
    "almanac": Expected(
        "preferences settings users",
        by_schema="health",
        asked="filter:1 count:1 delete:1 singleton:5",
        untried=(
            "sweep: GET /users/{user_id}/preferences answers 404",
            "sweep: DELETE /users/{user_id}/preferences answers 404",
        ),
    ),
    "apiary": Expected(
        "bees hives",
        asked="filter:1 change:2 delete:2",
    ),
    "attic": Expected(
        "boxes letters photos",
        asked="pages:1 filter:1 change:1 action:1 delete:3",
    ),
    "bakery": Expected(
        "loaves ovens",
        asked="pages:1 filter:1 change:2 delete:3",
    ),
    "beacon": Expected(
        "lamps signals",
        asked="pages:2 filter:4 order:1 change:2 action:2 delete:1",
    ),
    "callbacks": Expected(
        "jobs",
        by_schema="quote",
        asked="delete:1",
    ),
    "chores": Expected(
        "chores households steps",
        by_schema="addHelper",
        asked="pages:3 filter:2 change:1 delete:2",
        untried=(
            "GET /api/1.0/chores by completed_since: the document has no `completed_at`",
            "households: nothing makes its documents; the seeds were read",
        ),
    ),
    "counting_house": Expected(
        "Clients Papers",
        by_schema="readPaper",
        asked="filter:1 order:1 change:3",
        untried=(
            "GET /api/2.0/Clients: no input says how long a page is",
            "Papers: nothing makes its documents; the seeds were read",
        ),
    ),
    "crew": Expected(
        "berths users",
        asked="",
        untried=("users: nothing makes its documents; the seeds were read",),
    ),
    "darkroom": Expected(
        "negatives prints",
        by_schema="downloadPrint replaceContent contactSheet",
        asked="pages:1 change:1 delete:2",
    ),
    "fleet": Expected(
        "drivers trips vans",
        asked="pages:1 filter:1 change:2 delete:2",
    ),
    "foundry2": Expected(
        "casts moulds",
        by_schema="getDrawing",
        asked="pages:1 filter:1 change:2 delete:2",
    ),
    "granary": Expected(
        "Grains Loads Silos",
        asked="pages:1 search:1 order:1 change:1 delete:2",
    ),
    "grove": Expected(
        "branches rules",
        asked="pages:1 filter:1 change:1 delete:2",
    ),
    "harbour": Expected(
        "berths ships",
        asked="pages:2 filter:2 order:1 change:1 delete:1",
    ),
    "kennel": Expected(
        "dogs",
        by_schema="getPaper",
        asked="filter:1 delete:1",
    ),
    "ledger31": Expected(
        "",
        by_schema="createEntry",
        asked="",
    ),
    "library": Expected(
        "books shelves",
        asked="",
    ),
    "links": Expected(
        "carriers parcels",
        by_schema="estimate",
        asked="delete:1",
    ),
    "lockers": Expected(
        "bookings labels lockers",
        asked="change:3 delete:3",
    ),
    "millbooks": Expected(
        "Accounts Bills Customers History",
        asked="pages:1 filter:3 search:1 order:1 change:3 delete:1",
        untried=("GET /mill.xro/2.0/Customers: no input says how long a page is",),
    ),
    "museum": Expected(
        "exhibits halls labels",
        asked="pages:2 filter:3 change:2 delete:2",
    ),
    "orchard": Expected(
        "harvests trees",
        asked="pages:2 filter:4 search:1 order:2 change:2 delete:2",
    ),
    "permits": Expected(
        "inspections permits",
        by_schema="remindApplicant",
        asked="pages:1 filter:2 change:2 action:4 delete:1",
    ),
    "petshop": Expected(
        "pets",
        by_schema="readHours",
        asked="delete:1",
    ),
    "pigeon": Expected(
        "",
        by_schema="notes_send notes_list notes_recall lofts_info auth_test",
        asked="",
    ),
    "quilt": Expected(
        "quilts squares",
        asked="pages:1 order:1 change:2 delete:2",
    ),
    "relic": Expected(
        "coins medals",
        by_schema="medals vault",
        asked="pages:1 change:1 delete:2",
        untried=("POST /relic/medals: takes any body",),
    ),
    "shelf": Expected(
        "books",
        asked="pages:1 change:1 delete:1",
    ),
    "switchboard": Expected(
        "Accounts Calls Recordings",
        asked="pages:2 filter:3 change:2 delete:2",
        untried=(
            "GET /2026-01-01/Accounts/{AccountSid}/Calls.json by StartTime<: the document has no `start_time`",
            "GET /2026-01-01/Accounts/{AccountSid}/Calls.json by StartTime>: the document has no `start_time`",
        ),
    ),
    "tides": Expected(
        "readings stations",
        asked="pages:3 filter:4 search:1 change:1 delete:2",
    ),
    "tollgate": Expected(
        "drivers passes",
        asked="pages:3 filter:8 part:1 change:1 action:2 delete:2",
        untried=("GET /v1/passes/search: shows only those that hold the words it is given",),
    ),
    "trailmap": Expected(
        "huts trails",
        asked="pages:1 filter:1 order:1 change:2 delete:1",
    ),
    "warehouse2": Expected(
        "items",
        by_schema="addPhoto",
        asked="",
        untried=("GET /v3/houses/{warehouse}/items: no input says how long a page is",),
    ),
    "webhooks31": Expected(
        "customers hooks invoices projects tasks webhook-endpoints",
        asked="change:2 action:1 delete:2",
        untried=("sweep: PATCH /webhook-endpoints/{endpointId} answers 404",),
    ),
    "yard": Expected(
        "boats trips",
        asked="filter:1 delete:1",
    ),
}


def files() -> dict[str, Path]:
    """The descriptions by name: files, and folders of several."""
    alone = {file.stem: file for file in SPECS.glob("*.yaml")}
    return alone | {file.parent.name: file for file in SPECS.glob("*/openapi.yaml")}


@cache
def opened(name: str) -> tuple[Door, Vendor]:
    """A strict server of one description: an answer that does not fit is a 500."""
    vendor = load_file(files()[name])
    return serve(vendor, now=NOON, frozen=True), vendor


def test_every_description_is_in_the_table() -> None:
    """A new one is expected to be understood in a certain way from its first day."""
    assert sorted(CORPUS) == sorted(files())


@pytest.mark.parametrize("name", CORPUS)
def test_description_is_understood(name: str) -> None:
    """No collection and no operation is lost to its schema."""
    _, vendor = opened(name)

    assert (
        " ".join(vendor.collection_names()),
        " ".join(id for id, binding in vendor.bindings.items() if binding.kind == "schema"),
    ) == (CORPUS[name].collections, CORPUS[name].by_schema)


@pytest.mark.parametrize("name", CORPUS)
def test_every_operation_and_every_collection_works(name: str) -> None:
    """No operation fails or answers what does not fit; every collection is made, read, listed, changed, deleted."""
    swept, lived = sweep(*opened(name)), live(*opened(name))

    assert swept.faults + lived.faults == []
    assert " ".join(f"{step}:{lived.done[step]}" for step in ASKED if lived.done[step]) == CORPUS[name].asked
    assert tuple(why.partition(": {")[0] for why in swept.untried + lived.untried) == CORPUS[name].untried

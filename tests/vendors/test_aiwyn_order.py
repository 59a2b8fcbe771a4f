"""Aiwyn: answers are the same in every process, down to the order of rows that nothing tells apart."""

from __future__ import annotations

import os
import subprocess
import sys
from operator import itemgetter

import pytest

from sandbooks.project import bundled_project
from tests.running import ROOT
from tests.serving import serve
from tests.vendors.aiwyn import CUSTOM, READ, RECORDS, SUBSCRIPTIONS, Aiwyn, Json
from tests.vendors.conftest import NOW
from tests.vendors.test_aiwyn_reads import LISTS, SEARCHES, SINGLES

SCRIPT = "from tests.vendors.test_aiwyn_order import print_answers; print_answers()"
ALIKE = 20
EXTREMES = [9007199254740991, *(n * 1.5e-20 for n in range(1, 11)), -9007199254740991, 1e15, -1e15]


def test_answers_do_not_depend_on_the_process() -> None:
    """Two processes that hash texts differently answer the same, byte for byte (the sandbox's own rule)."""
    first, second = (printed_with(seed) for seed in ("1", "2"))

    assert first.count("\n") > 100
    assert first == second


@pytest.mark.parametrize("size", [1, 7, 50])
@pytest.mark.parametrize("name", ["notes", "jobId", "loggedDate"])
def test_pages_of_either_order_are_that_order(aiwyn: Aiwyn, name: str, size: int) -> None:
    """Page by page comes each row in its place, nulls last ascending and first descending (Time, Search WIP, read
    2026-11; nulls assumed)."""
    aiwyn.write("POST", *({"type": "Wip", "attributes": {"clientId": 789, "value": value}} for value in range(9)))
    rows = sorted(aiwyn.rows("wip", pageSize=1000), key=itemgetter("id"))
    nulls, known = ([row for row in rows if (row[name] is None) is empty] for empty in (True, False))
    assert len(rows) == len(nulls) + len(known) == 50

    for direction in ("asc", "desc"):
        in_order = sorted(known, key=itemgetter(name), reverse=direction == "desc")
        expected = nulls + in_order if direction == "desc" else in_order + nulls
        body = {"orderBy": [{name: direction}], "pageSize": size}
        paged = [id for page in range(50 // size + 1) for id in aiwyn.ids("wips/search", page=page, **body)]
        assert [row["id"] for row in expected] == paged


def test_rows_that_are_alike_stand_by_their_ids(aiwyn: Aiwyn) -> None:
    """Where all else is equal, rows stand by ascending id, in either direction (assumed)."""
    alike = add_offices_that_are_alike(aiwyn)
    where = {"name": {"_eq": "Alike"}}

    for order in ([], [{"name": "asc"}], [{"name": "desc"}], [{"pmsRef": "desc"}, {"active": "asc"}]):
        assert alike == aiwyn.search_ids("offices", where, orderBy=order)
        paged = [aiwyn.ids("offices/search", where=where, orderBy=order, pageSize=7, page=n) for n in range(3)]
        assert alike == [id for page in paged for id in page]


def printed_with(seed: str) -> str:
    """What `print_answers` prints in a process whose hashes of texts have that seed."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


def print_answers() -> None:
    """Every read that looks at a whole collection, one answer in a line; goes to standard output."""
    project = bundled_project()
    vendor = project.load_vendor("aiwyn")
    firm = Aiwyn(serve(vendor, fixture_file=project.fixture_file, now=NOW, frozen=True), "order")
    add_offices_that_are_alike(firm)
    for value in EXTREMES:
        assert "CREATED" == firm.upsert("Wip", clientId=789, type="EXTREME", value=value)["status"]
    for number in range(ALIKE):
        firm.upsert("Contact", lastName=f"Contact {number}", clientId=2044, isPrimaryContact=True)
    for path, _ in LISTS:
        tell(firm, path, {"pageSize": 1000})
    for path, body in NARROWED:
        tell(firm, path, {"pageSize": 1000, **body})
    for path, _ in SEARCHES:
        for body in SEARCHED:
            tell(firm, path, {"pageSize": 1000, **body})
    for where in ({"primaryContact": {"lastName": {"_like": f"%{digit}"}}} for digit in range(10)):
        tell(firm, "clients/search", {"where": where, "pageSize": 1000})
    singles = [f"{READ}/{path}/{id}" for path, id in SINGLES]
    for path in (*singles, f"{RECORDS}/types", CUSTOM, SUBSCRIPTIONS, f"{SUBSCRIPTIONS}/catalog"):
        sys.stdout.write(f"{path} {firm.get(path).text}\n")


NARROWED: list[tuple[str, Json]] = [
    ("staff", {"active": True}),
    ("payments", {"startDate": "2000-01-01"}),
    ("invoices", {"startDate": "2000-01-01"}),
    ("wip", {"startDate": "2000-01-01"}),
    ("wip", {"wipType": "EXTREME"}),
    ("engagements", {"startDate": "2000-01-01"}),
]
SEARCHED: list[Json] = [
    {"where": {"id": {"_gt": 0}}},
    {"where": {"id": {"_gt": 0}}, "pageSize": 7, "page": 1},
    {"orderBy": [{"active": "asc"}]},
    {"orderBy": [{"active": "desc"}, {"createdAt": "asc"}], "pageSize": 5},
]


def add_offices_that_are_alike(firm: Aiwyn) -> list[int]:
    """Their ids."""
    items = [{"type": "Office", "attributes": {"name": "Alike"}}] * ALIKE
    return [result["id"] for result in firm.write("POST", *items)["records"]]


def tell(firm: Aiwyn, path: str, body: Json) -> None:
    answer = firm.post(f"{READ}/{path}", body)
    assert 200 == answer.status_code, answer.text
    sys.stdout.write(f"{path} {body} {answer.text}\n")

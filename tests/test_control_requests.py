"""The journal through the control API: listed, filtered, read and cleared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbooks.journal import KEPT_ENTRIES
from tests.serving import SPECS, Door, serve

START = datetime(2026, 1, 31, 9, tzinfo=UTC)
PETS = "/petshop/api/v3/pets"
DOCUMENTED = {
    *("id", "at", "vendor", "operation", "method", "path", "request", "answer"),
    *("duration_ms", "sandbox", "why", "changes"),
}


@pytest.fixture
def door() -> Door:
    """An empty pet shop and a kennel, their clock standing still."""
    return serve(SPECS / "petshop.yaml", SPECS / "kennel.yaml", now=START, frozen=True, profile="empty")


@pytest.fixture
def busy(door: Door) -> Door:
    """Five calls, a minute apart: made, listed, missed, a stranger's, and one to nowhere."""
    headers = door.headers("petshop")
    calls = [
        ("POST", PETS, {"name": "Rex"}, headers),
        ("GET", f"{PETS}?status=sold&status=pending&token=abc", None, headers),
        ("GET", f"{PETS}/7", None, headers),
        ("GET", "/kennel/api/v2/dogs", None, {}),
        ("GET", "/petshop/nowhere", None, {}),
    ]
    for method, path, body, sent in calls:
        door.call(method, path, json=body, headers=sent)
        door.patch("/_sandbox/clock", json={"advance_s": 60})
    return door


def listed(door: Door, query: str = "", prefix: str = "") -> list[int]:
    answer = door.get(f"{prefix}/_sandbox/requests{query}")
    assert 200 == answer.status_code, answer.text
    return [entry["id"] for entry in answer.json()]


def test_entry_holds_request_answer_reason_and_changes(busy: Door) -> None:
    """Everything about a call in one document, its secrets redacted."""
    entry = busy.get("/_sandbox/requests/1").json()

    headers = {name: entry["request"]["headers"].pop(name) for name in ("authorization", "content-type")}
    assert entry["duration_ms"] > 0
    assert DOCUMENTED == set(entry)
    assert {"authorization": "[redacted]", "content-type": "application/json"} == headers
    assert ({}, {"name": "Rex"}) == (entry["request"]["query"], entry["request"]["body"])
    made = {"id": 1, "name": "Rex", "status": "available"}
    assert (201, made) == (entry["answer"]["status"], entry["answer"]["body"])
    assert [("pets", "1", None, made)] == [
        tuple(change[key] for key in ("collection", "id", "before", "after")) for change in entry["changes"]
    ]
    assert entry["why"][0].startswith("inferred: ")
    assert ("2026-01-31T09:00:00Z", "petshop", "createPet", "POST", PETS, "default") == tuple(
        entry[key] for key in ("at", "vendor", "operation", "method", "path", "sandbox")
    )


def test_reads_and_refusals_have_no_changes(busy: Door) -> None:
    """A list, a missing document, a stranger and an unknown path stored nothing."""
    entries = busy.get("/_sandbox/requests").json()[:4]

    assert [
        (5, None, 404, []),
        (4, "listDogs", 401, []),
        (3, "getPet", 404, []),
        (2, "listPets", 200, []),
    ] == [(entry["id"], entry["operation"], entry["answer"]["status"], entry["changes"]) for entry in entries]
    assert {"status": ["sold", "pending"], "token": "[redacted]"} == entries[3]["request"]["query"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("?vendor=petshop", [5, 3, 2, 1]),
        ("?vendor=nobody", []),
        ("?operation=getPet", [3]),
        ("?method=post", [1]),
        ("?status=404", [5, 3]),
        ("?vendor=petshop&method=GET&status=200", [2]),
        ("?since=2026-01-31T09:03:00Z", [5, 4]),
        ("?since=2026-01-31T09:03:00.000001Z", [5]),
        ("?since=2026-01-31T10:03:00%2B01:00", [5, 4]),
        ("?since=3", [5, 4]),
        ("?since=0", [5, 4, 3, 2, 1]),
        ("?limit=2", [5, 4]),
        ("?vendor=petshop&limit=2", [5, 3]),
        ("?limit=1000", [5, 4, 3, 2, 1]),
    ],
)
def test_filters_narrow_the_list(busy: Door, query: str, expected: list[int]) -> None:
    """Each alone and together; the newest comes first."""
    assert expected == listed(busy, query)


def test_total_is_counted_before_the_limit(busy: Door) -> None:
    """The header says how many calls the filters let pass."""
    assert "4" == busy.get("/_sandbox/requests?vendor=petshop&limit=1").headers["x-total-count"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("?status=many", "/status"),
        ("?status=99", "/status"),
        ("?since=yesterday", "/since"),
        ("?since=2026-01-31T09:03:00", "/since"),
        ("?since=-1", "/since"),
        ("?since=²", "/since"),
        ("?limit=0", "/limit"),
        ("?limit=1001", "/limit"),
        ("?limit=1.5", "/limit"),
    ],
)
def test_wrong_filter_is_refused(busy: Door, query: str, pointer: str) -> None:
    """400 naming the parameter."""
    answer = busy.get(f"/_sandbox/requests{query}")

    assert 400 == answer.status_code
    assert [("query", pointer)] == [(error["in"], error["pointer"]) for error in answer.json()["errors"]]


@pytest.mark.parametrize("id", ["0", "6", "one", "01"])
def test_unknown_request_is_not_found(busy: Door, id: str) -> None:
    """404, and the message says which ids are kept."""
    answer = busy.get(f"/_sandbox/requests/{id}")

    assert (404, f"There is no request {id!r}; kept are 1 to 5.") == (answer.status_code, answer.json()["detail"])


def test_requests_are_forgotten_in_one_sandbox(busy: Door) -> None:
    """The list is empty, the next call has the next id, and another sandbox keeps its own."""
    busy.get("/@other/petshop/api/v3/opening-hours")

    assert 204 == busy.delete("/_sandbox/requests").status_code
    empty, missing = listed(busy), busy.get("/_sandbox/requests/1")
    busy.get("/petshop/api/v3/opening-hours")

    assert ([], 404, "There is no request '1'; none is kept.") == (
        empty,
        missing.status_code,
        missing.json()["detail"],
    )
    assert ([6], [1]) == (listed(busy), listed(busy, prefix="/@other"))


def test_reset_forgets_the_requests(busy: Door) -> None:
    """As it forgets everything else."""
    busy.post("/_sandbox/reset")

    assert [] == listed(busy)


def test_only_the_last_requests_are_kept(door: Door) -> None:
    """The oldest leave; all that are kept are listed unless fewer are asked for."""
    for _ in range(KEPT_ENTRIES + 2):
        door.get("/petshop/api/v3/opening-hours")

    ids = listed(door)

    assert (KEPT_ENTRIES, KEPT_ENTRIES + 2, 3) == (len(ids), ids[0], ids[-1])
    assert f"kept are 3 to {KEPT_ENTRIES + 2}" in door.get("/_sandbox/requests/2").json()["detail"]


def verify(door: Door, match: dict[str, Any], count: dict[str, int] | None = None) -> Any:  # the verdict
    body = {"match": match} if count is None else {"match": match, "count": count}
    answer = door.post("/_sandbox/requests/verify", json=body)
    assert 200 == answer.status_code, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("match", "count"),
    [
        ({}, 5),
        ({"vendor": "petshop"}, 4),
        ({"operation": "getPet"}, 1),
        ({"operation": "deletePet"}, 0),
        ({"method": "get"}, 4),
        ({"path": "/api/v3/pets/{petId}"}, 1),
        ({"path": "/api/v3/pets", "method": "GET"}, 1),
        ({"status": 404}, 2),
        ({"query": {"status": "sold"}}, 1),
        ({"query": {"status": ["sold", "pending"]}}, 1),
        ({"query": {"status": ["pending", "sold"]}}, 0),
        ({"query": {"status": "available"}}, 0),
        ({"query": {"token": "abc"}}, 1),
        ({"headers": {"Content-Type": "application/json"}}, 1),
        ({"headers": {"X-Nothing": "a"}}, 0),
        ({"body": {}}, 1),
        ({"body": {"name": "Rex"}}, 1),
        ({"body": {"name": "rex"}}, 0),
        ({"body": {"name": "Rex", "status": None}}, 0),
        ({"body": None}, 4),
    ],
    ids=str,
)
def test_verify_counts_the_calls_that_match(busy: Door, match: dict[str, Any], count: int) -> None:
    """Each part alone; of query, headers and body only what is named."""
    verdict = verify(busy, match, {"exactly": count})

    assert (True, count, []) == (verdict["ok"], verdict["count"], verdict["near_misses"])


@pytest.mark.parametrize(
    ("count", "ok"),
    [
        (None, True),
        ({}, True),
        ({"exactly": 4}, True),
        ({"exactly": 3}, False),
        ({"exactly": 5}, False),
        ({"at_least": 4}, True),
        ({"at_least": 5}, False),
        ({"at_most": 4}, True),
        ({"at_most": 3}, False),
        ({"at_least": 2, "at_most": 4}, True),
        ({"at_least": 2, "at_most": 3}, False),
        ({"at_least": 5, "at_most": 9}, False),
        ({"exactly": 4, "at_most": 3}, False),
    ],
    ids=str,
)
def test_count_is_held_against_what_was_asked(busy: Door, count: dict[str, int] | None, ok: bool) -> None:
    """All that is given must hold; nothing given means at least one."""
    verdict = verify(busy, {"vendor": "petshop"}, count)

    assert (ok, 4) == (verdict["ok"], verdict["count"])


def test_verify_without_a_count_wants_one_call(busy: Door) -> None:
    """None is too few."""
    verdict = verify(busy, {"operation": "deletePet"})

    assert (False, 0) == (verdict["ok"], verdict["count"])


def test_near_misses_say_where_they_differ(busy: Door) -> None:
    """The call that differs least comes first, as the journal shows it, with each place that is wrong."""
    match = {"vendor": "petshop", "operation": "createPet", "body": {"name": "Max", "tags": [{"label": "big"}]}}

    verdict = verify(busy, match)

    first = verdict["near_misses"][0]
    assert (False, 0, 3) == (verdict["ok"], verdict["count"], len(verdict["near_misses"]))
    assert busy.get("/_sandbox/requests/1").json() == first["request"]
    assert [
        {
            "pointer": "/body/name",
            "expected": "Max",
            "actual": "Rex",
            "message": '/body/name is "Rex"; expected "Max"',
        },
        {
            "pointer": "/body/tags",
            "expected": [{"label": "big"}],
            "message": '/body/tags is absent; expected [{"label":"big"}]',
        },
    ] == first["differences"]


def test_near_misses_name_every_part(door: Door) -> None:
    """Vendor to body, each difference with its place in what was asked."""
    door.post(
        f"{PETS}?page=2",
        json={"name": "Rex", "tags": [{"label": "a"}, {"label": "b"}]},
        headers={**door.headers("petshop"), "X-Trace": "t/1"},
    )
    match = {
        "operation": "listPets",
        "method": "get",
        "path": "/api/v3/opening-hours",
        "status": 200,
        "query": {"page": 3},
        "headers": {"X-Trace": "t2", "x-other": "o"},
        "body": {"tags": [{"label": "a"}, {"label": True}]},
    }

    (miss,) = verify(door, match)["near_misses"]

    assert [
        ("/operation", "listPets", "createPet"),
        ("/method", "GET", "POST"),
        ("/path", "/api/v3/opening-hours", "/api/v3/pets"),
        ("/status", 200, 201),
        ("/headers/X-Trace", "t2", "t/1"),
        ("/headers/x-other", "o", None),
        ("/query/page", 3, "2"),
        ("/body/tags/1/label", True, "b"),
    ] == [(each["pointer"], each["expected"], each.get("actual")) for each in miss["differences"]]


def test_differences_show_no_secrets(busy: Door) -> None:
    """A secret can be expected, and a wrong one is not told."""
    credential = busy.headers("petshop")["Authorization"]

    right = verify(busy, {"operation": "getPet", "headers": {"authorization": credential}})
    wrong = verify(busy, {"operation": "listPets", "headers": {"Authorization": "Bearer x"}, "query": {"token": "y"}})

    assert (True, 1) == (right["ok"], right["count"])
    assert ["[redacted]", "[redacted]"] == [each["actual"] for each in wrong["near_misses"][0]["differences"]]
    assert credential not in str(wrong)


def test_too_many_calls_have_no_near_misses(busy: Door) -> None:
    """What nearly matched explains too few only."""
    verdict = verify(busy, {"vendor": "petshop"}, {"at_most": 1})

    assert (False, []) == (verdict["ok"], verdict["near_misses"])


def test_verify_looks_into_one_sandbox(busy: Door) -> None:
    """Calls of another are not counted."""
    answer = busy.post("/@other/_sandbox/requests/verify", json={"match": {"vendor": "petshop"}})

    assert {"ok": False, "count": 0, "near_misses": []} == answer.json()


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/match"]),
        ({"match": {}, "times": 1}, ["/times"]),
        ({"match": {"colour": "red"}}, ["/match/colour"]),
        ({"match": {"vendor": "nobody"}}, ["/match/vendor"]),
        ({"match": {"operation": "flyPet"}}, ["/match/operation"]),
        ({"match": {"vendor": "petshop", "operation": "listDogs"}}, ["/match/operation"]),
        ({"match": {"status": "200"}}, ["/match/status"]),
        ({"match": {"method": 7}}, ["/match/method"]),
        ({"match": {"headers": {"X-A": 7}}}, ["/match/headers/X-A"]),
        ({"match": {"query": "a=b"}}, ["/match/query"]),
        ({"match": {}, "count": 1}, ["/count"]),
        ({"match": {}, "count": {"exactly": -1}}, ["/count/exactly"]),
        ({"match": {}, "count": {"at_least": "1"}}, ["/count/at_least"]),
        ({"match": {}, "count": {"atLeast": 1}}, ["/count/atLeast"]),
        ([], [""]),
    ],
    ids=str,
)
def test_verify_with_a_wrong_field_is_refused(busy: Door, body: Any, pointers: list[str]) -> None:
    """400 naming the field: a name that nobody serves would be missing for ever."""
    answer = busy.post("/_sandbox/requests/verify", json=body)

    assert (400, pointers) == (answer.status_code, [error["pointer"] for error in answer.json()["errors"]])


def test_verify_of_a_path_that_no_operation_has_is_refused(door: Door) -> None:
    """A path is matched as the template that `operations` lists; a slip would make every count of none come true."""
    refused = door.post("/_sandbox/requests/verify", json={"match": {"path": "/nope"}, "count": {"exactly": 0}})

    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/match/path"]

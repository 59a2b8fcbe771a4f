"""Documents as they are stored, through the control API."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sandbooks.pack import PROBLEM_MEDIA, Call, Collection, Pack, Reply
from sandbooks.spec import read_description
from sandbooks.vendor import Vendor
from tests.serving import SPECS, Door, serve

STATE = "/_sandbox/state/petshop"

FIXTURE = """
pets:
  documents:
    - {id: 10, name: Rex, status: sold}
    - {id: 20, name: Ida, status: available, tags: [{label: Old Friend}]}
    - {id: 30, name: Übermut, status: pending}
"""


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """Three known pets."""
    file = tmp_path / "demo.yaml"
    file.write_text(FIXTURE)
    return serve(SPECS / "petshop.yaml", fixture_file=lambda vendor, profile: file)


def ids(door: Door, query: str = "") -> list[int]:
    return [pet["id"] for pet in door.get(f"{STATE}/pets{query}").json()]


def test_documents_are_counted_by_collection(door: Door) -> None:
    """Each collection of the vendor with its number."""
    assert {"pets": 3} == door.get(STATE).json()


def test_documents_are_shown_as_stored(door: Door) -> None:
    """A bare array, nothing added."""
    answer = door.get(f"{STATE}/pets?limit=1&offset=1")

    assert [{"id": 20, "name": "Ida", "status": "available", "tags": [{"label": "Old Friend"}]}] == answer.json()
    assert "3" == answer.headers["x-total-count"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?limit=2", [10, 20]),
        ("?offset=2", [30]),
        ("?offset=3", []),
        ("?q=REX", [10]),
        ("?q=friend", [20]),
        ("?q=20", [20]),
        ("?q=ÜBER", [30]),
        ("?q=label", []),
        ("?q=e&limit=1&offset=1", [20]),
        ("?q=", [10, 20, 30]),
    ],
)
def test_pages_and_free_text(door: Door, query: str, expected: list[int]) -> None:
    """`q` looks into values at any depth, not into names, and does not mind capitals."""
    assert expected == ids(door, query)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("?limit=0", "/limit"),
        ("?limit=1001", "/limit"),
        ("?limit=ten", "/limit"),
        ("?offset=-1", "/offset"),
        ("?offset=99999999999999999999", "/offset"),
        (f"?q={'x' * 201}", "/q"),
    ],
)
def test_query_out_of_bounds_is_refused(door: Door, query: str, pointer: str) -> None:
    """400 naming the parameter."""
    answer = door.get(f"{STATE}/pets{query}")

    assert (400, [("query", pointer)]) == (
        answer.status_code,
        [(error["in"], error["pointer"]) for error in answer.json()["errors"]],
    )


def test_one_document_is_read_by_its_id(door: Door) -> None:
    """The id in the path is text, whatever it is in the document."""
    assert {"id": 10, "name": "Rex", "status": "sold"} == door.get(f"{STATE}/pets/10").json()


def test_put_replaces_a_document(door: Door) -> None:
    """As given: what is left out is gone, what no schema knows is kept; the vendor serves it."""
    document = {"id": 10, "name": "Max", "_internal": {"rank": 1}}

    answer = door.put(f"{STATE}/pets/10", json=document)

    assert (200, document) == (answer.status_code, answer.json())
    assert document == door.get(f"{STATE}/pets/10").json()
    assert "Max" == door.get("/petshop/api/v3/pets/10", headers=door.headers("petshop")).json()["name"]
    assert [10, 20, 30] == ids(door)


def test_put_adds_a_document(door: Door) -> None:
    """201, and later ids go on after it."""
    answer = door.put(f"{STATE}/pets/77", json={"id": 77, "name": "Max"})
    made = door.post("/petshop/api/v3/pets", json={"name": "Ada"}, headers=door.headers("petshop"))

    assert (201, {"id": 77, "name": "Max"}) == (answer.status_code, answer.json())
    assert 78 == made.json()["id"]


@pytest.mark.parametrize(("id", "status"), [(10, 200), (77, 201)])
def test_put_takes_the_id_from_the_path(door: Door, id: int, status: int) -> None:
    """A document without its id gets it, in the type that the collection uses."""
    answer = door.put(f"{STATE}/pets/{id}", json={"name": "Max"})

    assert (status, {"id": id, "name": "Max"}) == (answer.status_code, answer.json())


@pytest.mark.parametrize(
    ("id", "body", "pointer"),
    [
        ("10", {"id": 11, "name": "Max"}, "/id"),
        ("10", {"id": 10, "name": 7}, "/name"),
        ("10", {"id": 10}, "/name"),
        ("10", {"id": 10, "name": "Max", "status": "lost"}, "/status"),
        ("10", {"id": 10, "name": "Max", "tags": [{"label": 1}]}, "/tags/0/label"),
        ("ten", {"name": "Max"}, "/id"),
        ("10", [], ""),
        ("10", "text", ""),
        ("10", None, ""),
    ],
    ids=str,
)
def test_put_that_does_not_fit_is_refused(door: Door, id: str, body: object, pointer: str) -> None:
    """400 naming the place, and nothing is stored."""
    before = door.get(f"{STATE}/pets").json()

    answer = door.put(f"{STATE}/pets/{id}", json=body)

    assert (400, PROBLEM_MEDIA) == (answer.status_code, answer.headers["content-type"])
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert before == door.get(f"{STATE}/pets").json()


def test_delete_takes_a_document_out(door: Door) -> None:
    """204 once, 404 afterwards; the vendor does not find it either."""
    first, second = door.delete(f"{STATE}/pets/10"), door.delete(f"{STATE}/pets/10")

    assert (204, b"", 404) == (first.status_code, first.content, second.status_code)
    assert [20, 30] == ids(door)
    assert 404 == door.get("/petshop/api/v3/pets/10", headers=door.headers("petshop")).status_code


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/_sandbox/state/nobody"),
        ("GET", "/_sandbox/state/nobody/pets"),
        ("GET", f"{STATE}/cats"),
        ("GET", f"{STATE}/cats/1"),
        ("GET", f"{STATE}/pets/11"),
        ("PUT", f"{STATE}/cats/1"),
        ("DELETE", f"{STATE}/cats/1"),
        ("DELETE", f"{STATE}/pets/11"),
    ],
)
def test_what_is_not_there_is_not_found(door: Door, method: str, path: str) -> None:
    """Vendor, collection or document; none of them comes into being."""
    body: Any = {"name": "Tom"} if method == "PUT" else None

    answer = door.call(method, path, json=body)

    assert (404, PROBLEM_MEDIA) == (answer.status_code, answer.headers["content-type"])
    assert {"pets": 3} == door.get(STATE).json()


def test_unknown_collection_names_the_known_ones(door: Door) -> None:
    """The next step is in the message."""
    detail = door.get(f"{STATE}/cats").json()["detail"]

    assert "petshop has no collection 'cats'; there are: pets." == detail


def test_state_is_that_of_the_sandbox_named(door: Door) -> None:
    """By path or by header."""
    door.delete("/@team-a/_sandbox/state/petshop/pets/10")

    by_header = door.get(f"{STATE}", headers={"X-Sandbox": "team-a"})

    assert ({"pets": 2}, {"pets": 3}) == (by_header.json(), door.get(STATE).json())


def test_collections_of_a_pack_are_part_of_the_state() -> None:
    """Declared ones with their own key and unique properties; others once something is stored in them."""
    pack = Pack("petshop", collections=[Collection("owners", id="code", ids="none", unique=(("email",),))])

    @pack.handles("readHours")
    def read_hours(call: Call) -> Reply:
        """Count the visit."""
        call.collection("visits").put({"id": "1", "by": call.caller.name})
        return Reply(200, {"from": "09:30"})

    door = serve(Vendor(pack, read_description(SPECS / "petshop.yaml", id="petshop")))
    made = door.put(f"{STATE}/owners/A%2F1", json={"email": "ida@example.com"})
    taken = door.put(f"{STATE}/owners/B", json={"email": "ida@example.com"})
    door.get("/petshop/api/v3/opening-hours")

    assert (201, {"email": "ida@example.com", "code": "A/1"}) == (made.status_code, made.json())
    assert 409 == taken.status_code
    assert {"owners": 1, "pets": 3, "visits": 1} == door.get(STATE).json()
    assert 1 == door.get("/_sandbox/vendors").json()[0]["behaviour"]["coded"]


def test_what_was_read_can_be_put_back() -> None:
    """Also what the store keeps beside a closed schema, such as the link to a parent; a stranger's field is refused."""
    door = serve(SPECS / "library.yaml")
    books = door.get("/_sandbox/state/library/books").json()
    path = f"/_sandbox/state/library/books/{quote(books[0].get('_key', books[0]['id']), safe='')}"

    kept = door.put(path, json={**books[0], "_note": "kept"})
    refused = door.put(path, json={**books[0], "colour": "red"})

    assert {"id", "title"} < set(books[0])
    assert (200, {**books[0], "_note": "kept"}) == (kept.status_code, kept.json())
    assert (400, "/colour") == (refused.status_code, refused.json()["errors"][0]["pointer"])

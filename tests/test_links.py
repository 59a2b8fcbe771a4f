"""Links between operations: what they tell of ids, of what makes a document, and of references; broken ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbooks.resources import Reference, read_resources
from sandbooks.spec import read_description
from tests.serving import SPECS, Door, serve

PARCELS = SPECS / "links.yaml"
HEAD: dict[str, Any] = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}}  # JSON
BY_MARK = "`parcelNumber` = property `mark`, as link `first` of `GET /parcels` says"
Json = dict[str, Any]  # any JSON


@pytest.fixture
def door() -> Door:
    """Parcels and carriers, none of them stored."""
    return serve(PARCELS, profile="empty")


def without_links(folder: Path) -> Path:
    """The same description, its links taken out."""
    document = yaml.safe_load(PARCELS.read_text())
    for item in document["paths"].values():
        for operation in item.values():
            for response in operation["responses"].values() if isinstance(operation, dict) else ():
                response.pop("links", None)
    file = folder / "links.yaml"
    file.write_text(yaml.safe_dump(document))
    return file


def linked(folder: Path, link: object, **responses: object) -> list[tuple[str, str, str]]:
    """The findings of a description whose only link is this one, from making a job to reading it."""
    answer = {
        "description": "fine",
        "content": {"application/json": {"schema": {"type": "object", "properties": {"job": {"type": "string"}}}}},
    }
    read = {
        "operationId": "getJob",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {"200": answer},
    }
    make = {"operationId": "makeJob", "responses": {"201": {**answer, "links": {"job": link}}, **responses}}
    file = folder / "jobs.yaml"
    file.write_text(yaml.safe_dump({**HEAD, "paths": {"/queue": {"post": make}, "/jobs/{id}": {"get": read}}}))
    return [(each.severity, each.place, each.message) for each in read_description(file).findings]


def test_link_says_which_property_the_path_names(door: Door) -> None:
    """A parcel is read by its mark, which the link names, not by its id, which its name would suggest."""
    made = door.post("/links/parcels", json={"weight": 12.5}).json()["data"]

    by_mark = door.get(f"/links/parcels/{made['mark']}")
    by_id = door.get(f"/links/parcels/{made['id']}")

    assert (200, made) == (by_mark.status_code, by_mark.json()["data"])
    assert 404 == by_id.status_code
    assert 204 == door.delete(f"/links/parcels/{made['mark']}").status_code
    assert 404 == door.get(f"/links/parcels/{made['mark']}").status_code


def test_without_links_nothing_tells_it(tmp_path: Path) -> None:
    """The same description without links reads no parcel: no property of one is called like the path's parameter."""
    found = read_resources(read_description(without_links(tmp_path)))

    kinds = {name: behaviour.kind for name, behaviour in found.behaviours.items()}
    assert {"getParcel": "schema", "bookExpress": "schema", "getCarrier": "inferred"} == {
        name: kinds[name] for name in ("getParcel", "bookExpress", "getCarrier")
    }


def test_call_elsewhere_makes_what_its_link_leads_to(door: Door) -> None:
    """A booking is a parcel, and is read where the link leads; an estimate, which has no link, makes none."""
    booked = door.post("/links/bookings/express", json={"weight": 7.5})
    door.post("/links/estimates", json={"weight": 9.5})

    parcel = booked.json()["data"]
    assert (201, 7.5) == (booked.status_code, parcel["weight"])
    assert [parcel] == door.get("/links/parcels").json()["data"]
    assert parcel == door.get(f"/links/parcels/{parcel['mark']}").json()["data"]


def test_refused_booking_makes_nothing(door: Door) -> None:
    """Without a weight it is a 400, and no parcel is stored."""
    answer = door.post("/links/bookings/express", json={"hauled_by": "x"})

    assert (400, []) == (answer.status_code, door.get("/links/parcels").json()["data"])


def test_routes_give_the_link_as_the_reason(door: Door) -> None:
    """The control API's list of operations says which link told it."""
    listed = door.get("/_sandbox/vendors/links/operations").json()

    reasons = {each["operation"]: (each["behaviour"], each["collection"], each["reason"]) for each in listed}
    assert {
        "getParcel": (
            "inferred",
            "parcels",
            f"`GET /parcels/{{parcelNumber}}` reads a document of `parcels` by {BY_MARK}",
        ),
        "bookExpress": (
            "inferred",
            "parcels",
            "`POST /bookings/express` makes a document of `parcels`: link `parcel` of `POST /bookings/express` leads "
            "to it",
        ),
        "estimate": ("schema", None, "answers by schema: no path reads back by id what `POST /estimates` takes"),
    } == {name: reasons[name] for name in ("getParcel", "bookExpress", "estimate")}


def test_link_tells_of_a_reference() -> None:
    """`hauled_by` holds the code of a carrier: a generated parcel names one that exists."""
    door = serve(PARCELS)

    carriers = {each["code"] for each in door.get("/links/carriers").json()}
    parcels = door.get("/links/parcels").json()["data"]

    told = read_resources(read_description(PARCELS)).resources["parcels"].references
    assert (Reference("hauled_by", "carriers"),) == told
    assert 3 == len(parcels)
    assert {parcel["hauled_by"] for parcel in parcels} <= carriers


def test_answer_that_shows_no_more_than_an_id_makes_nothing(tmp_path: Path) -> None:
    """A job of which nothing is known but its id is read by schema, so that what it came to can be shown."""
    assert [] == linked(tmp_path, {"operationId": "getJob", "parameters": {"id": "$response.body#/job"}})

    found = read_resources(read_description(tmp_path / "jobs.yaml"))

    assert ["schema"] * 2 == [behaviour.kind for behaviour in found.behaviours.values()]


def test_link_to_another_document_of_its_kind_is_no_id(tmp_path: Path) -> None:
    """A firm's answer links to its owner and to its parent, firms too: what names them is no id of the firm itself."""
    firm = {"type": "object", "properties": {each: {"type": "string"} for each in ("id", "owner", "parent_id")}}
    owner, parent = (
        {"operationId": "getFirm", "parameters": {"id": f"$response.body#/{each}"}} for each in ("owner", "parent_id")
    )
    answer = {"description": "fine", "content": {"application/json": {"schema": firm}}}
    make = {"operationId": "makeFirm", "responses": {"201": {**answer, "links": {"parent": parent}}}}
    read = {
        "operationId": "getFirm",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {"200": {**answer, "links": {"owner": owner, "parent": parent}}},
    }
    file = tmp_path / "firms.yaml"
    file.write_text(yaml.safe_dump({**HEAD, "paths": {"/firms": {"post": make}, "/firms/{id}": {"get": read}}}))

    firms = read_resources(read_description(file)).resources["firms"]

    assert "id" == firms.id_property


@pytest.mark.parametrize(
    ("link", "place", "finding"),
    [
        ({"operationId": "gone"}, "/operationId", ("error", "the link leads to 'gone', which is no operation here")),
        (
            {"operationRef": "#/paths/~1gone/get"},
            "/operationRef",
            ("error", "the link leads to '#/paths/~1gone/get', which is no operation here"),
        ),
        (
            {"operationRef": "other.yaml#/paths/~1jobs/get"},
            "/operationRef",
            ("warning", "'other.yaml#/paths/~1jobs/get' leads out of the description: the link is not used"),
        ),
        ({}, "", ("error", "the link has neither operationId nor operationRef: one is wanted")),
        (
            {"operationId": "getJob", "operationRef": "#/paths/~1jobs~1{id}/get"},
            "",
            ("error", "the link has both operationId and operationRef: one is wanted"),
        ),
        (
            {"operationId": "getJob", "parameters": {"jobId": "$response.body#/job"}},
            "/parameters/jobId",
            ("error", "getJob has no parameter 'jobId'"),
        ),
        (
            {"operationId": "getJob", "parameters": {"id": "$response.job"}},
            "/parameters/id",
            ("error", "'$response.job' is no runtime expression"),
        ),
        (
            {"operationId": "getJob", "parameters": {"id": "$response.body#/id"}},
            "/parameters/id",
            ("warning", "'$response.body#/id': the answer 201 of makeJob shows no 'id'"),
        ),
    ],
)
def test_broken_link_is_a_finding(tmp_path: Path, link: Json, place: str, finding: tuple[str, str]) -> None:
    """It is reported with its place, and the description is served."""
    severity, message = finding

    found = linked(tmp_path, link)

    assert [(severity, f"/paths/~1queue/post/responses/201/links/job{place}", message)] == found
    assert 201 == serve(tmp_path / "jobs.yaml").post("/jobs/queue").status_code


def test_links_that_are_no_links_are_a_finding(tmp_path: Path) -> None:
    """A text in the place of a link is reported, a good link beside it counts, a constant and an extension too."""
    good = {"operationId": "getJob", "parameters": {"id": "seven"}}
    other = {"description": "x", "links": {"bad": "getJob", "good": good, "x-more": 7}}

    found = linked(tmp_path, good, **{"202": other})

    assert [
        ("error", "/paths/~1queue/post/responses/202/links/bad", "'getJob' stands where an object is wanted")
    ] == found
    links = read_description(tmp_path / "jobs.yaml").links
    assert [("job", "201", "getJob"), ("good", "202", "getJob")] == [
        (link.name, link.status, link.target) for link in links
    ]

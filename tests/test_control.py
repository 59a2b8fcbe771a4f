"""The control API's own description, and what it says of the server and its vendors."""

from __future__ import annotations

import pytest

from sandbooks import __version__
from sandbooks.control.mount import DESCRIPTION, HANDLERS
from sandbooks.pack import PROBLEM_MEDIA
from sandbooks.spec import Description, MediaType, Operation, read_description
from tests.serving import SPECS, serve

PETSHOP = SPECS / "petshop.yaml"


def own_description() -> Description:
    return read_description(DESCRIPTION, id="control")


def own_operations() -> list[Operation]:
    return list(own_description().operations)


def shown_values(media: MediaType) -> list[object]:
    """Every example of a body."""
    values = list(media.examples.values())
    return values if media.example is None else [media.example, *values]


def test_own_description_has_no_faults() -> None:
    """What we serve ourselves passes our own lint."""
    assert () == own_description().findings


def test_every_operation_has_one_handler() -> None:
    """Description and code list the same operations."""
    assert sorted(HANDLERS) == sorted(operation.id for operation in own_operations())


@pytest.mark.parametrize("operation", own_operations(), ids=lambda operation: operation.id)
def test_examples_fit_their_schemas(operation: Operation) -> None:
    """Each body and answer shows at least one example, and every example fits."""
    faults = []
    for media_type, media in operation.body.content.items() if operation.body else ():
        assert shown_values(media)
        faults += [fault for value in shown_values(media) for fault in operation.check_body(media_type, value)]
    for status, response in operation.responses.items():
        number = 599 if status == "default" else int(status)
        for media_type, media in response.content.items():
            assert shown_values(media)
            faults += [
                fault for value in shown_values(media) for fault in operation.check_answer(number, media_type, value)
            ]

    assert faults == []


def test_health_names_version_and_vendors() -> None:
    """A server that is ready passes, its vendors in alphabetical order."""
    door = serve(PETSHOP, SPECS / "kennel.yaml")

    answer = door.get("/_sandbox/health")

    assert 200 == answer.status_code
    assert {"status": "pass", "version": __version__, "vendors": ["kennel", "petshop"]} == answer.json()


def test_health_fails_until_the_server_is_ready() -> None:
    """While it starts, the answer is 503 and says nothing else."""
    door = serve(PETSHOP)
    door.server.ready = False

    answer = door.get("/_sandbox/health")

    assert (503, {"status": "fail"}) == (answer.status_code, answer.json())


def test_vendors_are_shown_in_short() -> None:
    """Address, collections, and how many operations are answered in which way."""
    (shown,) = serve(PETSHOP).get("/_sandbox/vendors").json()

    assert {
        "id": "petshop",
        "title": "Pet shop",
        "version": "2.1.0",
        "base_url": "http://localhost:4010/petshop/api/v3",
        "operations": 5,
        "collections": ["pets"],
        "behaviour": {"coded": 0, "inferred": 4, "schema": 1},
    } == shown


@pytest.mark.parametrize(
    ("path", "headers", "base_url"),
    [
        ("/@team-a/_sandbox/vendors", {}, "http://localhost:4010/@team-a/petshop/api/v3"),
        ("/_sandbox/vendors", {"X-Sandbox": "team-b"}, "http://localhost:4010/@team-b/petshop/api/v3"),
        ("/@team-a/_sandbox/vendors", {"X-Sandbox": "team-b"}, "http://localhost:4010/@team-a/petshop/api/v3"),
        ("/@default/_sandbox/vendors", {}, "http://localhost:4010/@default/petshop/api/v3"),
        ("/_sandbox/vendors", {"Host": "127.0.0.1:80"}, "http://127.0.0.1:80/petshop/api/v3"),
    ],
)
def test_base_url_leads_into_the_sandbox_that_was_named(path: str, headers: dict[str, str], base_url: str) -> None:
    """The path names it before the header does; both are kept in the address, and so is the host that was asked."""
    (shown,) = serve(PETSHOP).get(path, headers=headers).json()

    assert base_url == shown["base_url"]


def test_base_url_serves_the_vendor() -> None:
    """What `vendors` shows can be called as it stands."""
    door = serve(PETSHOP)
    base_url = door.get("/@team-a/_sandbox/vendors").json()[0]["base_url"]

    answer = door.get(f"{base_url}/opening-hours")

    assert (200, ["team-a"]) == (answer.status_code, sorted(set(door.server.sandboxes) - {"default"}))


def test_operations_are_listed_with_their_reasons() -> None:
    """Method, path with the base path, behaviour and collection; null where there is none."""
    listed = serve(PETSHOP).get("/_sandbox/vendors/petshop/operations").json()

    assert [
        ("listPets", "GET", "/api/v3/pets", "inferred", "pets"),
        ("createPet", "POST", "/api/v3/pets", "inferred", "pets"),
        ("getPet", "GET", "/api/v3/pets/{petId}", "inferred", "pets"),
        ("deletePet", "DELETE", "/api/v3/pets/{petId}", "inferred", "pets"),
        ("readHours", "GET", "/api/v3/opening-hours", "schema", None),
    ] == [tuple(shown[key] for key in ("operation", "method", "path", "behaviour", "collection")) for shown in listed]
    assert all(shown["reason"] for shown in listed)


def test_description_is_served_with_this_server_alone() -> None:
    """Its servers, those of single operations too, give way to the vendor's base URL here."""
    document = serve(PETSHOP).get("/@team-a/_sandbox/specs/petshop.json").json()

    assert [{"url": "http://localhost:4010/@team-a/petshop/api/v3"}] == document["servers"]
    assert "servers" not in document["paths"]["/pets/{petId}"]["get"]
    assert "getPet" == document["paths"]["/pets/{petId}"]["get"]["operationId"]


def test_serving_a_description_leaves_it_as_it_was() -> None:
    """The servers are replaced in the answer only."""
    door = serve(PETSHOP)
    door.get("/_sandbox/specs/petshop.json")

    document = door.server.vendors["petshop"].description.document

    assert [{"url": "https://petshop.example/api/v3"}] == document["servers"]


@pytest.mark.parametrize("path", ["/_sandbox/vendors/nobody/operations", "/_sandbox/specs/nobody.json"])
def test_unknown_vendor_is_not_found(path: str) -> None:
    """The answer says which vendors there are."""
    answer = serve(PETSHOP).get(path)

    assert (404, PROBLEM_MEDIA) == (answer.status_code, answer.headers["content-type"])
    assert "There is no vendor 'nobody' here; served are: petshop." == answer.json()["detail"]


def test_credentials_work_as_they_are() -> None:
    """The first has full rights: its headers open an operation that is closed without."""
    door = serve(PETSHOP)
    listed = door.get("/_sandbox/credentials").json()["petshop"]

    without = door.get("/petshop/api/v3/pets")
    first = door.get("/petshop/api/v3/pets", headers=listed[0]["headers"])

    assert (401, 200) == (without.status_code, first.status_code)
    assert {"name", "description", "headers", "values"} == set(listed[0])


def test_credentials_name_their_sandbox() -> None:
    """Those of a sandbox lead into it from the plain address."""
    door = serve(PETSHOP)
    headers = door.headers("petshop", sandbox="team-a")

    made = door.post("/petshop/api/v3/pets", json={"name": "Rex"}, headers=headers)

    assert 201 == made.status_code
    assert (4, 3) == tuple(
        door.get(f"{prefix}/_sandbox/state/petshop").json()["pets"] for prefix in ("/@team-a", "/@default")
    )


def test_unknown_path_is_a_problem() -> None:
    """A path that control does not have: 404 with the path."""
    answer = serve(PETSHOP).get("/_sandbox/nothing")

    assert (404, PROBLEM_MEDIA) == (answer.status_code, answer.headers["content-type"])
    assert "No operation has the path /_sandbox/nothing." == answer.json()["detail"]


def test_unknown_method_names_the_known_ones() -> None:
    """405, and `Allow` says what the path offers."""
    answer = serve(PETSHOP).delete("/_sandbox/health")

    assert (405, "GET") == (answer.status_code, answer.headers["allow"])


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/@Team/_sandbox/vendors", {}), ("/@/_sandbox/vendors", {}), ("/_sandbox/vendors", {"X-Sandbox": "no good"})],
)
def test_bad_sandbox_name_is_refused(path: str, headers: dict[str, str]) -> None:
    """A name that breaks the rule for names: 400, and no sandbox is made."""
    door = serve(PETSHOP)

    answer = door.get(path, headers=headers)

    assert (400, ["default"]) == (answer.status_code, list(door.server.sandboxes))


def test_control_calls_leave_no_trace_in_the_journal() -> None:
    """The journal holds vendor calls only."""
    door = serve(PETSHOP)
    door.get("/_sandbox/vendors")
    door.post("/_sandbox/reset")
    door.get("/_sandbox/state/petshop/pets")

    assert [] == list(door.server.sandbox("default").journal)

"""One call through the public door: what good input gets, what bad input gets, and what is left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbooks import Call, NotFound, Pack, Reply
from tests.packed import FULL, PETSHOP, REX, packed, pets
from tests.serving import SPECS, Door, serve


@pytest.fixture
def door() -> Door:
    """A pet shop without a pet."""
    return serve(PETSHOP, profile="empty")


def test_created_document_is_read_back_listed_and_isolated(door: Door) -> None:
    """What is posted in one sandbox is found there and nowhere else."""
    created = door.post("/petshop/pets", json=REX, headers=FULL)
    read = door.get("/petshop/pets/1", headers=FULL)
    listed = door.get("/petshop/pets", headers=FULL)
    elsewhere = door.get("/@other/petshop/pets", headers=FULL)

    assert (created.status_code, created.json()["id"], created.json()["name"]) == (201, 1, "Rex")
    assert (read.status_code, read.json()) == (200, created.json())
    assert listed.json() == [created.json()]
    assert elsewhere.json() == []


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/@team-a/petshop/pets", FULL),
        ("/petshop/pets", {**FULL, "X-Sandbox": "team-a"}),
        ("/petshop/pets", {"Authorization": "Bearer petshop-full~team-a"}),
        ("/@team-a/petshop/pets", {**FULL, "X-Sandbox": "team-b"}),
        ("/@team-a/petshop/pets", {"Authorization": "Bearer petshop-full~team-b"}),
    ],
)
def test_sandbox_is_chosen_by_path_then_header_then_credential(
    door: Door, address: str, headers: dict[str, str]
) -> None:
    """All three ways lead to the same world, and the path wins over the others."""
    created = door.post(address, json=REX, headers=headers)

    assert created.status_code == 201
    assert [pet["name"] for pet in pets(door, "team-a")] == ["Rex"]
    assert pets(door) == []
    assert pets(door, "team-b") == []


@pytest.mark.parametrize("name", ["", "Upper", "-dash", "a" * 64, "a b", "ä"])
def test_sandbox_of_a_bad_name_is_refused(door: Door, name: str) -> None:
    """A name that breaks the rule is a 400, and makes no sandbox."""
    refused = door.get(f"/@{name}/petshop/pets", headers=FULL)

    assert refused.status_code == 400
    assert "cannot name a sandbox" in refused.json()["detail"]
    assert list(door.server.sandboxes) == ["default"]


def test_secret_of_another_form_makes_no_sandbox(door: Door) -> None:
    """A bearer token that is none of ours names no sandbox."""
    refused = door.get("/petshop/pets", headers={"Authorization": "Bearer stranger~team-a"})

    assert refused.status_code == 401
    assert list(door.server.sandboxes) == ["default"]


def test_other_tenant_sees_none_of_the_first_ones_documents(door: Door) -> None:
    """Two tenants of one sandbox do not meet."""
    door.post("/petshop/pets", json=REX, headers=FULL)
    other = {"Authorization": "Bearer petshop-other-tenant"}

    listed = door.get("/petshop/pets", headers=other)
    read = door.get("/petshop/pets/1", headers=other)

    assert (listed.status_code, listed.json()) == (200, [])
    assert (read.status_code, read.json()["detail"]) == (404, "pets has no document with id 1")


@pytest.mark.parametrize(("grant", "status"), [("full", 201), ("limited", 403), ("expired", 401), ("unknown", 401)])
def test_credentials_differ_in_what_they_may(door: Door, grant: str, status: int) -> None:
    """Full rights write, limited ones are refused with 403, expired and unknown ones with 401."""
    answer = door.post("/petshop/pets", json=REX, headers={"Authorization": f"Bearer petshop-{grant}"})

    assert answer.status_code == status
    assert len(pets(door)) == (1 if status == 201 else 0)


@pytest.mark.parametrize(
    ("content", "headers", "status", "pointer"),
    [
        (b'{"name": "Rex", "price": "dear"}', {}, 400, "/price"),
        (b'{"name": ""}', {}, 400, "/name"),
        (b'{"price": 3', {}, 400, None),
        (b'{"name": "Rex", "price": NaN}', {}, 400, None),
        (b'{"name": "\\ud800", "price": 3}', {}, 400, None),
        (b"[" * 201 + b"]" * 201, {}, 400, None),
        (b"", {}, 400, ""),
        (b"name=Rex", {"Content-Type": "application/x-www-form-urlencoded"}, 415, None),
        (b"\x00\x01", {"Content-Type": "application/octet-stream"}, 415, None),
        (b'{"name": "' + b"x" * (10 * 1024 * 1024) + b'"}', {}, 413, None),
    ],
)
def test_bad_body_is_refused_and_nothing_is_stored(
    door: Door, content: bytes, headers: dict[str, str], status: int, pointer: str | None
) -> None:
    """Each bad body gets its own 4xx with the place of the fault, nothing is stored, and the server lives on."""
    sent = {"Content-Type": "application/json", **FULL, **headers}

    refused = door.post("/petshop/pets", content=content, headers=sent)

    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["status"] == status
    if pointer is not None:
        assert pointer in [error["pointer"] for error in refused.json()["errors"]]
    assert pets(door) == []
    assert door.post("/petshop/pets", json=REX, headers=FULL).status_code == 201


@pytest.mark.parametrize(
    ("path", "pointer"),
    [("/petshop/pets/abc", "/petId"), ("/petshop/pets/0", "/petId"), ("/petshop/pets?limit=101", "/limit")],
)
def test_bad_parameter_is_refused_with_its_name(door: Door, path: str, pointer: str) -> None:
    """A parameter of the wrong type or out of bounds is a 400 that names it."""
    refused = door.get(path, headers=FULL)

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == pointer


def test_wrong_method_lists_the_right_ones(door: Door) -> None:
    """A described path under another method is 405 with `Allow`."""
    refused = door.put("/petshop/pets", json=REX, headers=FULL)

    assert refused.status_code == 405
    assert sorted(refused.headers["allow"].split(", ")) == ["GET", "POST"]


def test_head_answers_as_get_without_a_body(door: Door) -> None:
    """HEAD tells length and type of what GET would send."""
    door.post("/petshop/pets", json=REX, headers=FULL)

    head = door.call("HEAD", "/petshop/pets/1", headers=FULL)

    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(door.get("/petshop/pets/1", headers=FULL).content)


def test_handler_that_raises_rolls_back_and_is_explained() -> None:
    """A crash is the vendor's 500; nothing of the call stays, and the journal holds the traceback."""
    pack = Pack("petshop")

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        """Store, then fail."""
        call.collection("pets").put(call.body)
        raise ZeroDivisionError("seven by nothing")

    door = packed(pack)

    answer = door.post("/petshop/pets", json=REX, headers=FULL)

    entry = next(iter(door.server.sandbox("default").journal))
    assert answer.status_code == 500
    assert answer.json()["detail"] == "ZeroDivisionError: seven by nothing"
    assert pets(door) == []
    assert any("ZeroDivisionError: seven by nothing" in sentence and "create_pet" in sentence for sentence in entry.why)
    assert entry.changes == []


def test_raised_problem_rolls_back_and_returned_reply_commits() -> None:
    """What a handler raises undoes its work; what it returns, of whatever status, keeps it."""
    pack = Pack("petshop")

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        """Store, then refuse in one of two ways."""
        call.collection("pets").put(call.body)
        if call.body["name"] == "raise":
            raise NotFound("no such kennel")
        return Reply(409, {"status": 409})

    door = packed(pack)

    raised = door.post("/petshop/pets", json={**REX, "name": "raise"}, headers=FULL)
    after_raising = pets(door)
    returned = door.post("/petshop/pets", json={**REX, "name": "return"}, headers=FULL)

    assert (raised.status_code, after_raising) == (404, [])
    assert returned.status_code == 409
    assert [pet["name"] for pet in pets(door)] == ["return"]


def test_answer_that_does_not_fit_is_noted_and_under_strict_an_error() -> None:
    """An answer against its schema is a line in the journal, or a 500 on a strict server, which stores nothing."""
    pack = Pack("petshop")

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        """Answer without a name."""
        call.collection("pets").put(call.body)
        return Reply(201, {"price": 1})

    lenient = packed(pack)
    strict = packed(pack, strict=True)

    noted = lenient.post("/petshop/pets", json=REX, headers=FULL)
    refused = strict.post("/petshop/pets", json=REX, headers=FULL)

    entry = next(iter(lenient.server.sandbox("default").journal))
    assert noted.status_code == 201
    assert [why for why in entry.why if "/name" in why] == [
        "The answer does not fit the description: /name: 'name' is a required property"
    ]
    assert refused.status_code == 500
    assert (len(pets(lenient)), len(pets(strict))) == (1, 0)


def test_answer_that_no_json_can_hold_rolls_back() -> None:
    """A reply that cannot be written as JSON is a 500, and what the handler stored is gone."""
    pack = Pack("petshop")

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        """Answer with half a character."""
        call.collection("pets").put(call.body)
        return Reply(201, {"name": "\ud83d"})

    door = packed(pack)

    answer = door.post("/petshop/pets", json=REX, headers=FULL)

    assert answer.status_code == 500
    assert pets(door) == []


def test_whole_number_of_any_length_comes_back_to_the_digit() -> None:
    """In a body, and as an id."""
    door, full = serve(SPECS / "shelf.yaml", profile="empty"), {"Authorization": "Bearer shelf-full"}

    made = door.post("/shelf/books", json={"title": "0" * 30, "copies": 10**30 + 7}, headers=full)
    missing = door.get(f"/shelf/books/{10**30 + 7}", headers=full)

    assert made.json() == {"id": 1, "title": "0" * 30, "copies": 10**30 + 7}
    assert door.get("/shelf/books", headers=full).json() == [made.json()]
    assert missing.json()["detail"] == f"books has no document with id {10**30 + 7}"


def test_headers_without_measure_are_refused(door: Door) -> None:
    """More than 64 KB of headers are a 431, and the server lives on."""
    refused = door.get("/petshop/pets", headers={**FULL, "X-Long": "x" * 70_000})

    assert refused.status_code == 431
    assert door.get("/petshop/pets", headers=FULL).status_code == 200


def test_idle_sandbox_leaves_when_there_are_too_many() -> None:
    """With room for three, a fourth sandbox pushes out the one that was idle longest, never `default`."""
    door = serve(PETSHOP, profile="empty", max_sandboxes=3)
    for name in ("a", "b", "a", "c"):
        door.get(f"/@{name}/petshop/pets", headers=FULL)

    assert sorted(door.server.sandboxes) == ["a", "c", "default"]


def test_secret_that_does_not_fit_is_not_quoted() -> None:
    """A fault in a field of a secret name is told without its value, in the answer and in the journal."""
    door = packed(Pack("petshop"))

    refused = door.post("/petshop/pets", json={**REX, "tags": {"password": "SEKRET"}}, headers=FULL)

    assert refused.status_code == 400
    assert "SEKRET" not in refused.text
    assert "SEKRET" not in door.get("/_sandbox/requests").text


def test_journal_leaves_long_documents_out() -> None:
    """Of a call with more than 64 KB the journal says what changed, and keeps none of the documents."""
    door = packed(Pack("petshop"))
    created = door.post("/petshop/pets", json={**REX, "tags": ["x" * 70_000]}, headers=FULL)

    entry = next(iter(door.server.sandbox("default").journal))

    assert created.status_code == 201
    assert entry.changes == [
        {
            "collection": "pets",
            "id": "1",
            "before": None,
            "after": None,
            "omitted": "documents of a call with more than 64 KB",
        }
    ]
    assert door.get("/_sandbox/requests/1").status_code == 200


def test_key_in_the_query_stays_out_of_the_journal(tmp_path: Path) -> None:
    """The parameter in which a description carries its key is a secret, under whatever name."""
    file = tmp_path / "keyed.yaml"
    text = PETSHOP.read_text().replace("{type: http, scheme: bearer}", "{type: apiKey, in: query, name: magic}")
    file.write_text(text)
    door = serve(file)

    answered = [door.get("/keyed/pets?magic=keyed-full"), door.get("/keyed/pets", headers={"Magic": "keyed-full"})]

    assert [answer.status_code for answer in answered] == [200, 200]
    assert "keyed-full" not in door.get("/_sandbox/requests").text

"""What a caller would rather be answered: by `Prefer` or query, what is refused, and that no state is touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from sandbooks import Pack
from sandbooks.spec import read_description
from sandbooks.vendor import Vendor
from tests.packed import FULL, REX, packed, pets
from tests.serving import Door, serve

KENNEL = """
openapi: 3.0.3
info: {title: Kennel, version: "1"}
paths:
  /dogs/{dogId}:
    get:
      operationId: getDog
      parameters: [{name: dogId, in: path, required: true, schema: {type: integer}}]
      responses:
        "200":
          description: One dog.
          headers:
            X-Bowls: {schema: {type: integer, minimum: 3, maximum: 3}}
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Dog"}
              examples:
                broken: {value: {name: 17}}
                rex: {value: {name: Rex, age: 7, breed: Boxer}}
                ida: {$ref: "#/components/examples/Ida"}
                "old dog": {value: {name: Methuselah, age: 29, breed: Pug}}
        "404":
          description: No such dog.
          content:
            application/problem+json:
              schema: {type: object, required: [title], properties: {title: {type: string}}}
              examples:
                gone: {value: {title: It ran away.}}
        5XX:
          description: The kennel is closed.
          content:
            application/json:
              schema: {type: object, required: [reason], properties: {reason: {type: string, enum: [flood]}}}
    delete:
      operationId: removeDog
      parameters: [{name: dogId, in: path, required: true, schema: {type: integer}}]
      responses:
        "204": {description: Gone.}
        default:
          description: Anything else.
          content: {application/json: {schema: {type: object, properties: {hint: {type: string}}}}}
  /pedigree:
    get:
      operationId: printPedigree
      responses:
        "200":
          description: In a form for machines of old.
          content:
            application/xml:
              schema: {type: object, properties: {sire: {type: string}}}
              examples: {short: {value: <pedigree/>}}
        "202":
          description: For printers.
          content: {application/pdf: {schema: {type: string, format: binary}}}
        "203":
          description: For people.
          content: {text/plain: {schema: {type: string, enum: ["by Bruno out of Bella"]}}}
components:
  schemas:
    Dog:
      type: object
      required: [name, age, breed]
      properties:
        name: {type: string, minLength: 1}
        age: {type: integer, minimum: 0, maximum: 30}
        breed: {type: string, enum: [Boxer, Poodle, Pug]}
  examples:
    Ida: {value: {name: Ida, age: 3, breed: Poodle}}
"""
DESCRIPTIONS = sorted((Path(__file__).parent / "specs").glob("*.yaml"))
DOG_17 = "/kennel/dogs/17"
REX_EXAMPLE = {"name": "Rex", "age": 7, "breed": "Boxer"}
IDA_EXAMPLE = {"name": "Ida", "age": 3, "breed": "Poodle"}
OLD_EXAMPLE = {"name": "Methuselah", "age": 29, "breed": "Pug"}


@pytest.fixture
def kennel(tmp_path: Path) -> Door:
    """A kennel that keeps no dog and asks for no credential."""
    return open_kennel(tmp_path)


def open_kennel(folder: Path, **settings: Any) -> Door:  # as `Settings`
    file = folder / "kennel.yaml"
    file.write_text(KENNEL)
    return serve(file, **{"profile": "empty", **settings})


def prefer(door: Door, value: str, path: str = DOG_17, method: str = "GET") -> tuple[int, Any]:
    """Status and body of a call with that `Prefer`; the body is None where there is none, text where it is no JSON."""
    answer = door.call(method, path, headers={"Prefer": value})
    return answer.status_code, _body(answer)


def _body(answer: Any) -> Any:  # as `prefer`
    if not answer.content:
        return None
    return answer.json() if "json" in answer.headers["content-type"] else answer.text


@pytest.mark.parametrize(
    ("value", "status", "body"),
    [
        ("code=200", 200, REX_EXAMPLE),
        ("code=404", 404, {"title": "It ran away."}),
        ("code=503", 503, {"reason": "flood"}),
        ("example=ida", 200, IDA_EXAMPLE),
        ("code=200, example=ida", 200, IDA_EXAMPLE),
        ("code=200; example=ida", 200, IDA_EXAMPLE),
        ("example=gone", 404, {"title": "It ran away."}),
        ('example="old dog"', 200, OLD_EXAMPLE),
        ("example=old dog", 200, OLD_EXAMPLE),
        ('Example = "rex" , CODE = "200"', 200, REX_EXAMPLE),
        ("return=minimal; code=200, , wait=10, code=404, code=200", 404, {"title": "It ran away."}),
        ("dynamic=false, example=ida", 200, IDA_EXAMPLE),
    ],
)
def test_preferred_answer_is_the_documented_one(kennel: Door, value: str, status: int, body: object) -> None:
    """A status, a range, an example by name: each is answered as the description has it, however it is written."""
    assert prefer(kennel, value) == (status, body)


@pytest.mark.parametrize(
    ("query", "header", "status", "body"),
    [
        ("__code=404", "", 404, {"title": "It ran away."}),
        ("__example=ida", "", 200, IDA_EXAMPLE),
        ("%5F_example=old+dog", "", 200, OLD_EXAMPLE),
        ("__code=503", "code=404", 503, {"reason": "flood"}),
        ("__example=ida", "code=200, example=rex", 200, IDA_EXAMPLE),
        ("__code=404&__code=200", "", 404, {"title": "It ran away."}),
    ],
)
def test_query_asks_for_the_same_and_wins(kennel: Door, query: str, header: str, status: int, body: object) -> None:
    """The `__` names of the query say what the header says, and what both name is the query's."""
    answer = kennel.get(f"{DOG_17}?{query}", headers={"Prefer": header} if header else {})

    assert (answer.status_code, answer.json()) == (status, body)


@pytest.mark.parametrize(
    ("value", "applied"),
    [
        ("code=404", "code=404"),
        ('example="old dog"', 'example="old dog"'),
        ("dynamic, code=200, wait=10", "code=200, dynamic=true"),
    ],
)
def test_answer_says_what_was_followed(kennel: Door, value: str, applied: str) -> None:
    """`Preference-Applied` names our preferences, and leaves out those of others."""
    answer = kennel.get(DOG_17, headers={"Prefer": value})

    assert answer.headers["preference-applied"] == applied


def test_first_example_that_fits_is_answered_with_documented_headers(kennel: Door) -> None:
    """An example against its schema is passed over, and headers that the description shows come along."""
    answer = kennel.get(DOG_17, headers={"Prefer": "code=200"})

    assert answer.json() == REX_EXAMPLE
    assert answer.headers["x-bowls"] == "3"
    assert answer.headers["content-type"] == "application/json"


def test_dynamic_answer_is_drawn_from_the_seed(tmp_path: Path) -> None:
    """Made-up values fit the schema, are the same for the same seed, and are not those of the examples."""
    first, second = open_kennel(tmp_path), open_kennel(tmp_path)
    others = [open_kennel(tmp_path, seed=seed) for seed in range(12, 20)]

    drawn = prefer(first, "dynamic=true")
    again = prefer(second, "dynamic=true")
    elsewhere = [prefer(door, "dynamic=true")[1] for door in others]

    vendor = first.server.vendors["kennel"]
    schema = {"$ref": "#/components/schemas/Dog"}
    assert drawn[0] == 200
    assert drawn == again
    assert [vendor.description.check(schema, body) for body in (drawn[1], *elsewhere)] == [[]] * 9
    assert len({tuple(body.values()) for body in elsewhere}) > 1
    assert drawn[1] not in (REX_EXAMPLE, IDA_EXAMPLE, OLD_EXAMPLE)


def test_answer_without_a_body_has_none(kennel: Door) -> None:
    """204 has no body and no content type; beside it `default` stands for every other status."""
    gone = kennel.delete(DOG_17, headers={"Prefer": "code=204"})
    refused = kennel.delete(DOG_17, headers={"Prefer": "code=418"})

    assert (gone.status_code, gone.content, "content-type" in gone.headers) == (204, b"", False)
    assert (refused.status_code, list(refused.json())) == (418, ["hint"])


def test_other_content_types_are_answered_as_far_as_they_can_be_written(kennel: Door) -> None:
    """A text is written as it stands, a file is a small one, and XML is made up where no example shows it."""
    text = kennel.get("/kennel/pedigree", headers={"Prefer": "code=203"})
    printed = kennel.get("/kennel/pedigree", headers={"Prefer": "code=202"})
    markup = kennel.get("/kennel/pedigree", headers={"Prefer": "example=short"})
    made_up = kennel.get("/kennel/pedigree", headers={"Prefer": "dynamic=true"})

    assert (text.text, text.headers["content-type"]) == ("by Bruno out of Bella", "text/plain; charset=utf-8")
    assert (printed.content[:8], printed.headers["content-type"]) == (b"%PDF-1.4", "application/pdf")
    assert (markup.text, markup.headers["content-type"]) == ("<pedigree/>", "application/xml")
    assert (made_up.status_code, made_up.headers["content-type"]) == (200, "application/xml")
    assert [child.tag for child in fromstring(made_up.text)] == ["sire"]


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        ("code=418", "getDog does not document the status 418; it documents 200, 404, 5XX."),
        ("example=fido", "getDog has no example 'fido'; there are: broken, rex, ida, old dog, gone."),
        (
            "code=200, example=gone",
            "getDog has no example 'gone' for the status 200; there are: broken, rex, ida, old dog.",
        ),
        ("code=500, example=rex", "getDog has no example 'rex' for the status 500; there are: none."),
        ("code=abc", "The preferred code 'abc' is no status: send one from 200 to 599."),
        ("code=099", "The preferred code '099' is no status: send one from 200 to 599."),
        ("code=101", "The preferred code '101' is no status: send one from 200 to 599."),
        ("code=600", "The preferred code '600' is no status: send one from 200 to 599."),
        ("code=20²", "The preferred code '20²' is no status: send one from 200 to 599."),
        ("code", "The preferred code '' is no status: send one from 200 to 599."),
        ('code="404', "The preferred code '\"404' is no status: send one from 200 to 599."),
        ("example=", "The preferred example has no name: send that of an example in the description."),
        ("dynamic=maybe", "The preference dynamic='maybe' is neither true nor false."),
    ],
)
def test_preference_that_cannot_be_met_is_refused(kennel: Door, value: str, detail: str) -> None:
    """What the description does not show, or what makes no sense, is a 400 that names it and what there is."""
    status, body = prefer(kennel, value)

    assert (status, body["detail"]) == (400, detail)


def test_refusal_names_the_place_of_the_bad_value(kennel: Door) -> None:
    """A bad value in the query is said to stand there, whatever the header says."""
    refused = kennel.get(f"{DOG_17}?__dynamic=maybe", headers={"Prefer": "dynamic=true"})

    assert refused.status_code == 400
    assert [(error["in"], error["pointer"]) for error in refused.json()["errors"]] == [("query", "/__dynamic")]


@pytest.mark.parametrize("value", ["return=minimal", "wait=10; code=404", "dynamic=false", "", ";,=,", '"'])
def test_other_preferences_leave_the_call_as_it_is(value: str) -> None:
    """What is none of ours, or asks for nothing, is answered by the handler."""
    door = packed(Pack("petshop"))

    created = door.post("/petshop/pets", json=REX, headers={**FULL, "Prefer": value})

    assert (created.status_code, created.json()["id"]) == (201, 1)
    assert "preference-applied" not in created.headers
    assert [pet["name"] for pet in pets(door)] == ["Rex"]


def test_preferred_answer_touches_no_state() -> None:
    """A preferred 201 stores nothing, uses up no id, and the journal says why."""
    door = packed(Pack("petshop"))
    vendor = door.server.vendors["petshop"]
    revision = door.server.sandbox("default").store(vendor).revision

    preferred = door.post("/petshop/pets", json=REX, headers={**FULL, "Prefer": "code=201"})
    entry = next(iter(door.server.sandbox("default").journal))
    stored, after = pets(door), door.server.sandbox("default").store(vendor).revision
    created = door.post("/petshop/pets", json=REX, headers=FULL)

    assert preferred.status_code == 201
    assert vendor.description.operation("createPet").check_answer(201, "application/json", preferred.json()) == []
    assert (stored, after) == ([], revision)
    assert (entry.changes, entry.why) == ([], ["Prefer: answered from the description; the state is untouched"])
    assert (created.status_code, created.json()["id"]) == (201, 1)


def test_preferred_answer_does_not_depend_on_state() -> None:
    """Without `dynamic` the same preference gets the same bytes before and after something is stored."""
    door = packed(Pack("petshop"))
    preferring = {**FULL, "Prefer": "code=200"}

    before = door.get("/petshop/pets/1", headers=preferring)
    door.post("/petshop/pets", json=REX, headers=FULL)
    after = door.get("/petshop/pets/1", headers=preferring)

    assert before.status_code == 200
    assert before.content == after.content


def test_preference_comes_after_the_credential_and_before_validation() -> None:
    """Without a credential it is 401 all the same; with one, a bad parameter does not stand in the way."""
    door = packed(Pack("petshop"))

    unknown = door.get("/petshop/pets/1", headers={"Prefer": "code=404"})
    preferred = door.get("/petshop/pets/abc", headers={**FULL, "Prefer": "code=404"})

    assert unknown.status_code == 401
    assert (preferred.status_code, preferred.content) == (404, b"")


@pytest.mark.parametrize("file", DESCRIPTIONS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_documented_status_is_answered(file: Path) -> None:
    """For each operation and each of its plain statuses the preferred answer has that status and fits its schema."""
    description = read_description(file, id="vendor")
    door = serve(Vendor(Pack("vendor"), description), profile="empty")
    listed = door.get("/_sandbox/credentials").json()["vendor"]
    headers = listed[0]["headers"] if listed else {}

    wrong = []
    for operation in description.operations:
        path = f"/vendor{operation.path}".replace("{", "").replace("}", "")
        for key in filter(str.isdecimal, operation.responses):
            answer = door.call(operation.method, path, headers={**headers, "Prefer": f"code={key}"})
            media_type = answer.headers.get("content-type", "")
            value = answer.json() if "json" in media_type else answer.content
            faults = operation.check_answer(int(key), media_type, value)
            if str(answer.status_code) != key or faults:
                wrong.append((operation.id, key, answer.status_code, faults))

    assert wrong == []

"""The generator's promises: order of sources, agreement within a document, repeatability, speed, bounded size."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbooks.chance import Chance
from tests.generating import NOW, Json, Maker, Schema, make_one, obj

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}

INVOICE = obj(
    "id",
    "lines",
    id={"type": "integer", "format": "int64"},
    invoiceNumber=TEXT,
    issueDate=DAY,
    dueDate=DAY,
    status={"type": "string", "enum": ["DRAFT", "SENT", "PAID"]},
    currency=TEXT,
    subtotal=NUMBER,
    taxTotal=NUMBER,
    total=NUMBER,
    amountPaid=NUMBER,
    amountDue=NUMBER,
    customerName=TEXT,
    customerEmail={"type": "string", "format": "email"},
    lines={"type": "array", "items": {"$ref": "#/components/schemas/Line"}, "minItems": 1},
    createdAt=MOMENT,
    updatedAt=MOMENT,
    url={"type": "string", "format": "uri"},
    notes={"type": "string", "maxLength": 60},
)
LINE = obj("amount", description=TEXT, quantity={"type": "integer"}, unitPrice=NUMBER, amount=TEXT, taxRate=NUMBER)
PERSON = obj(
    firstName=TEXT,
    lastName=TEXT,
    fullName=TEXT,
    email={"type": "string", "format": "email"},
    createdAt=MOMENT,
    updatedAt=MOMENT,
    startDate=DAY,
    endDate=DAY,
)


@pytest.fixture
def books(tmp_path: Path) -> Maker:
    return Maker(tmp_path, {"Invoice": INVOICE, "Line": LINE, "Person": PERSON})


def test_an_example_is_used_as_it_is(tmp_path: Path) -> None:
    """A property's own example comes before everything else that the schema or the name says."""
    schema = obj(
        email={"type": "string", "format": "email", "example": "ann.ode@acme.test", "x-faker": "email"},
        kind={"type": "string", "enum": ["A", "B"], "example": "B"},
        tags={"type": "array", "items": TEXT, "example": ["odd", "even"]},
    )

    assert {"email": "ann.ode@acme.test", "kind": "B", "tags": ["odd", "even"]} == make_one(tmp_path, schema)


def test_examples_of_newer_descriptions_are_drawn_from(tmp_path: Path) -> None:
    """Of several `examples` each is used at some time."""
    maker = Maker(tmp_path, {"One": {"type": "string", "examples": ["a1", "b2", "c3"]}}, version="3.1.0")

    assert {"a1", "b2", "c3"} == set(maker.values("One"))


def test_an_object_example_supplies_its_properties(tmp_path: Path) -> None:
    """A value is the whole example; a document takes from it what is not given, and is completed."""
    schema = {**obj("name", name=TEXT, city=TEXT, sku=TEXT), "example": {"name": "Ode & Co", "city": "Leith"}}
    maker = Maker(tmp_path, {"One": schema})

    assert {"name": "Ode & Co", "city": "Leith"} == maker.value("One")
    document = maker.document("One", {"city": "Rome"})
    assert ("Ode & Co", "Rome", True) == (document["name"], document["city"], "sku" in document)


@pytest.mark.parametrize(
    ("schema", "unfit"),
    [
        ({"type": "integer", "example": "12"}, "12"),
        ({"type": "string", "maxLength": 3, "example": "abcd"}, "abcd"),
        ({"type": "string", "format": "date-time", "example": "2017-07-21"}, "2017-07-21"),
        ({"type": "string", "enum": ["a"], "example": "z"}, "z"),
        ({"type": "number", "minimum": 5, "example": 4.5}, 4.5),
        ({"type": "array", "items": {"type": "integer"}, "example": ["x"]}, ["x"]),
        ({**obj("id", id={"type": "integer"}), "example": {"name": "Ode"}}, {"name": "Ode"}),
        ({"oneOf": [{"type": "integer"}, {"type": "boolean"}], "example": "either"}, "either"),
    ],
)
def test_an_example_that_does_not_fit_is_not_used(tmp_path: Path, schema: Schema, unfit: Json) -> None:
    """A wrong example is passed over, and the value that is made instead fits."""
    assert unfit != make_one(tmp_path, schema)


def test_a_default_is_not_a_source(tmp_path: Path) -> None:
    """A default says what is assumed when a client is silent, not what data looks like."""
    made = Maker(tmp_path, {"One": {"type": "string", "format": "uuid", "default": "none"}}).values("One", 5)

    assert "none" not in made


def test_examples_can_be_left_aside(tmp_path: Path) -> None:
    """With `examples=False` many documents of one schema differ."""
    maker = Maker(tmp_path, {"One": obj("email", email={"type": "string", "format": "email", "example": "a@b.test"})})

    made = [each["email"] for each in maker.values("One", 20, examples=False)]

    assert "a@b.test" not in made
    assert len(set(made)) > 15


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("country_code", str.isupper),
        ("address.countryCode", str.isupper),
        ({"numerify": {"text": "77-##"}}, lambda text: text.startswith("77-")),
        ({"numerify": ["88-##"]}, lambda text: text.startswith("88-")),
        ({"name": "numerify", "arguments": {"text": "99-##"}}, lambda text: text.startswith("99-")),
        ({"random_element": [["only"]]}, lambda text: text == "only"),
    ],
)
def test_faker_is_asked_by_name(tmp_path: Path, word: Json, expected: object) -> None:
    """`x-faker` names a provider, with or without arguments; it comes before the list of values."""
    made = make_one(tmp_path, {"type": "string", "x-faker": word})

    assert callable(expected)
    assert expected(made)


@pytest.mark.parametrize("word", ["no_such_thing", {"pyint": {"no_such": 1}}, 12, "seed", "am_pm", "company"])
def test_what_faker_cannot_give_is_passed_over(tmp_path: Path, word: Json) -> None:
    """An unknown provider, wrong arguments, or a value of another type leave the place to the next source."""
    schema = {"type": "integer", "minimum": 3, "maximum": 5, "x-faker": word}

    assert make_one(tmp_path, schema) in (3, 4, 5)


def test_dates_of_faker_follow_the_given_now(tmp_path: Path) -> None:
    """Providers of dates reckon from `now`, with Faker's own words for how far."""
    schema = obj(
        past={"type": "string", "format": "date", "x-faker": "past_date"},
        soon={"type": "string", "format": "date-time", "x-faker": "future_datetime"},
        range={
            "type": "string",
            "format": "date",
            "x-faker": {"date_between": {"start_date": "-3d", "end_date": "today"}},
        },
    )
    maker = Maker(tmp_path, {"One": schema})

    for made in maker.values("One"):
        assert "2026-01-01" <= made["past"] < "2026-01-31"
        assert "2026-02-01" <= made["soon"][:10] <= "2026-03-02"
        assert "2026-01-28" <= made["range"] <= "2026-01-31"


def test_names_and_mail_tell_of_one_person(books: Maker) -> None:
    """First name, last name, full name and email agree in every document."""
    for made in books.values("Person"):
        first, last = made["firstName"], made["lastName"]
        assert f"{first} {last}" == made["fullName"]
        assert f"{first}.{last}".lower() == made["email"].partition("@")[0]


def test_what_is_given_stays_and_the_rest_agrees_with_it(books: Maker) -> None:
    """Given properties are kept, unknown ones too, and those that are made follow them."""
    made = books.document("Person", {"lastName": "Ó Dálaigh", "createdAt": "2026-01-30T23:59:00Z", "x-shoe": 43})

    assert ("Ó Dálaigh", "2026-01-30T23:59:00Z", 43) == (made["lastName"], made["createdAt"], made["x-shoe"])
    assert f"{made['firstName']} Ó Dálaigh" == made["fullName"]
    assert f"{made['firstName'].lower()}.odalaigh" == made["email"].partition("@")[0]
    assert "2026-01-30T23:59:00Z" <= made["updatedAt"] <= "2026-01-31T09:15:00Z"


def test_a_given_full_name_is_taken_apart(books: Maker) -> None:
    """First and last name come from a full name that is given."""
    made = books.document("Person", {"fullName": "Grace Brewster Hopper"})

    assert ("Grace", "Hopper") == (made["firstName"], made["lastName"])


def test_names_follow_a_given_mail(books: Maker) -> None:
    """First and last name come from an address that shows them."""
    made = books.document("Person", {"email": "ann.ode@acme.test"})

    assert ("Ann", "Ode", "Ann Ode") == (made["firstName"], made["lastName"], made["fullName"])


def test_dates_stand_in_order_and_nothing_has_happened_yet_to_come(books: Maker) -> None:
    """created <= updated <= now, start <= end, issued <= due, whatever the seed."""
    for made in books.values("Person", 200):
        assert made["createdAt"] <= made["updatedAt"] <= "2026-01-31T09:15:00Z"
        assert made["startDate"] <= made["endDate"]
    for made in books.values("Invoice", 200):
        assert made["issueDate"] <= made["dueDate"]
        assert made["issueDate"] <= "2026-01-31"


def test_a_given_end_is_not_before_the_start(books: Maker) -> None:
    """A date that is made stands on the right side of one that is given."""
    for seed in range(50):
        made = books.document("Person", {"endDate": "2024-02-29", "updatedAt": "2025-03-01T00:00:00Z"}, seed)
        assert made["startDate"] <= "2024-02-29"
        assert made["createdAt"] <= "2025-03-01T00:00:00Z"


def test_a_given_due_date_long_ago_is_not_before_the_issue(books: Maker) -> None:
    """The order of issue and due date holds also where the rest of the document is younger."""
    for seed in range(50):
        assert books.document("Invoice", {"dueDate": "2019-12-31"}, seed)["issueDate"] <= "2019-12-31"


def test_a_total_is_subtotal_and_tax(books: Maker) -> None:
    """The sums of one object hold, to the cent; what is due is what is not paid."""
    for made in books.values("Invoice", 100):
        assert made["total"] == pytest.approx(made["subtotal"] + made["taxTotal"], abs=0.001)
        assert made["amountDue"] == pytest.approx(made["total"] - made["amountPaid"], abs=0.001)


def test_money_has_two_decimals(books: Maker) -> None:
    """Numbers have at most two decimals, amounts that are texts exactly two."""
    for made in books.values("Invoice", 100):
        numbers = [made["subtotal"], made["total"], *(line["unitPrice"] for line in made["lines"])]
        assert numbers == [round(number, 2) for number in numbers]
        assert {2} == {len(line["amount"].partition(".")[2]) for line in made["lines"]}


def test_properties_keep_the_order_of_the_schema(books: Maker) -> None:
    """A document lists its properties as the schema does, what is given included."""
    made = books.document("Person", {"endDate": "2026-02-01", "firstName": "Ann"})

    assert list(PERSON["properties"]) == list(made)


def test_the_same_question_has_the_same_answer(books: Maker) -> None:
    """Seed, schema and `now` decide, whatever was made before."""
    first = books.value("Invoice", 11)
    books.values("Person", 5)

    assert json.dumps(first) == json.dumps(books.value("Invoice", 11))
    assert first != books.value("Invoice", 12)


def test_another_process_gives_the_same_answer(tmp_path: Path) -> None:
    """Nothing depends on the process, nor on how Python hashes texts in it."""
    Maker(tmp_path, {"Invoice": INVOICE, "Line": LINE})
    code = (
        "import json, pathlib, sys; from datetime import *; from sandbooks.chance import Chance\n"
        "from sandbooks.generate import Generator; from sandbooks.spec import read_description\n"
        "generator = Generator(read_description(pathlib.Path(sys.argv[1])))\n"
        "schema = {'$ref': '#/components/schemas/Invoice'}\n"
        "now = datetime(2026, 1, 31, tzinfo=UTC)\n"
        "print(json.dumps([generator.value(schema, Chance(seed), now=now) for seed in range(5)]))"
    )

    answers = [
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "made.json")],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]

    assert answers[0] == answers[1]
    assert len(answers[0]) > 1000


def test_what_only_clients_write_is_not_in_an_answer(tmp_path: Path) -> None:
    """`writeOnly` is left out of answers, `readOnly` out of requests; a given value stays."""
    schema = obj(
        "id",
        "password",
        id={"type": "integer", "readOnly": True},
        password={"type": "string", "writeOnly": True},
        name=TEXT,
    )
    maker = Maker(tmp_path, {"One": schema})

    assert ["id", "name"] == list(maker.value("One"))
    assert ["password", "name"] == list(maker.value("One", for_answer=False))
    assert "x9" == maker.document("One", {"password": "x9"})["password"]


def test_an_example_shows_no_secret_either(tmp_path: Path) -> None:
    """An object's own example is used without what is `writeOnly`, or in a request without what is `readOnly`."""
    schema = obj(id={"type": "integer", "readOnly": True}, password={"type": "string", "writeOnly": True}, name=TEXT)
    maker = Maker(tmp_path, {"One": {**schema, "example": {"id": 3, "password": "pw", "name": "Ode"}}})

    assert {"id": 3, "name": "Ode"} == maker.value("One")
    assert {"password": "pw", "name": "Ode"} == maker.value("One", for_answer=False)


def test_importing_the_generator_is_cheap() -> None:
    """Faker is not imported before a value needs it."""
    code = "import sys, sandbooks.generate; print([m for m in ('faker',) if m in sys.modules])"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout

    assert "[]" == answer.strip()


def test_a_document_takes_well_under_a_millisecond(books: Maker) -> None:
    """Once a schema has been thought out, an invoice of 20 properties and its lines is quickly made."""
    root, schema = Chance(7), books.schema("Invoice")
    books.generator.value(schema, root, now=NOW)

    times = []
    for index in range(300):
        start = time.process_time()
        books.generator.value(schema, root.at(index), now=NOW)
        times.append(time.process_time() - start)

    assert sorted(times)[len(times) // 2] < 0.001

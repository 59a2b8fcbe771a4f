"""Documents that are known by other paths than their own, by ids that stand in bodies, or by ids that nobody names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_generic_building import op as shop_op
from tests.test_generic_building import open_shop
from tests.test_resources_building import (
    FLAG,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    infer,
    many,
    members,
    one_of,
    op,
    ref,
    thing,
    told,
)

BILL = thing(id=TEXT, total=NUMBER, note=TEXT, status=one_of("open", "paid", "cancelled"))
READ: dict[str, Schema] = {"GET /bills": op(many(ref("Bill"))), "GET /bills/{billId}": op(ref("Bill"))}


def test_path_that_only_makes_documents_makes_those_of_the_collection_called_so() -> None:
    """By the name of the schema that it takes or answers; one that speaks of something else does not."""
    operations = {
        **READ,
        "POST /push/bills": op(thing(data=ref("Bill"), key=TEXT), body=ref("Bill")),
        "POST /print/bills": op(thing(pages=WHOLE), body=thing(paper=TEXT)),
    }

    assert told(infer(operations, {"Bill": BILL})) == {
        "GET /bills": "list bills",
        "GET /bills/{billId}": "get bills",
        "POST /push/bills": "create bills",
        "POST /print/bills": "schema",
    }


def test_verb_behind_another_path_of_a_document_acts_on_it() -> None:
    """Where it answers the document, also when the verb has an object in the plural."""
    operations = {
        **READ,
        "POST /tests/bills/{id}/pay": op(ref("Bill")),
        "POST /bills/{billId}/actions/cancel": op(ref("Bill")),
        "POST /bills/{billId}/count_pages": op(ref("Bill")),
        "POST /tests/bills/{id}/weigh": op(thing(grams=WHOLE)),
    }

    found = told(infer(operations, {"Bill": BILL}))

    assert [found[each] for each in list(operations)[2:]] == [
        "action bills status=paid",
        "action bills status=cancelled",
        "action bills",
        "schema",
    ]


def test_verb_below_a_collection_means_the_document_that_its_body_names() -> None:
    """It is read, changed, moved on; a verb that names none is declined."""
    bill, named = thing(bill=ref("Bill"), request=TEXT), thing(bill_id=TEXT)
    operations = {
        "POST /bill/create": op(bill, body=thing(total=NUMBER)),
        "POST /bill/list": op(thing(bills=many(ref("Bill")))),
        "POST /bill/get": op(bill, body=named),
        "POST /bill/update": op(bill, body=thing(bill_id=TEXT, note=TEXT)),
        "POST /bill/cancel": op(thing(request=TEXT), body=named),
        "POST /bill/remove": op(thing(request=TEXT), body=named),
        "POST /bill/evaluate": op(thing(risk=NUMBER), body=thing(total=NUMBER)),
    }

    assert told(infer(operations, {"Bill": BILL})) == {
        "POST /bill/create": "create bill",
        "POST /bill/list": "list bill",
        "POST /bill/get": "get bill",
        "POST /bill/update": "update bill",
        "POST /bill/cancel": "action bill status=cancelled",
        "POST /bill/remove": "delete bill",
        "POST /bill/evaluate": "schema",
    }


@pytest.mark.parametrize(
    ("parameter", "properties", "expected"),
    [
        ("receiptNumber", {"receiptNbr": TEXT, "total": NUMBER}, "receiptNbr"),
        ("receiptNumber", {"referenceNumber": TEXT, "total": NUMBER}, "referenceNumber"),
        ("receiptCd", {"number": TEXT, "total": NUMBER}, "number"),
        ("receiptId", {"total": NUMBER, "note": TEXT}, "id"),
        ("id", {"total": NUMBER, "note": TEXT}, "id"),
        ("series", {"total": NUMBER, "note": TEXT}, "series"),
    ],
)
def test_id_is_found_by_a_shorter_name_or_shown_without_one(
    parameter: str, properties: dict[str, Schema], expected: str
) -> None:
    """`Nbr` is a number; where the schema names no id, documents show one all the same."""
    receipt = members(properties)
    operations = {
        "GET /receipts": op(many(ref("Receipt"))),
        "POST /receipts": op(ref("Receipt"), status=201, body=ref("Receipt")),
        f"GET /receipts/{{{parameter}}}": op(ref("Receipt")),
    }

    found = infer(operations, {"Receipt": receipt})

    assert found.resources["receipts"].id_property == expected
    assert not found.resources["receipts"].id_hidden


def test_document_without_an_id_in_a_closed_schema_has_no_memory() -> None:
    """Its answer could not show one; nor is what looks unlike the documents of the list one of them."""
    closed = {**thing(total=NUMBER), "additionalProperties": False}
    operations = {
        "GET /receipts": op(many(ref("Receipt"))),
        "POST /receipts": op(ref("Receipt"), status=201, body=ref("Receipt")),
        "GET /receipts/{id}": op(ref("Receipt")),
    }
    report = {**operations, "GET /receipts/{id}": op(thing(average=NUMBER, month=WHOLE))}

    assert told(infer(operations, {"Receipt": closed}))["GET /receipts/{id}"] == "schema"
    assert told(infer(report, {"Receipt": thing(total=NUMBER)}))["GET /receipts/{id}"] == "schema"


def test_only_document_of_an_answer_is_the_one_that_is_read() -> None:
    """Whatever its key is called: what stands beside it are lists and values."""
    answer = thing(device_code=ref("Code"), errors=many(thing(text=TEXT)))
    operations = {"GET /codes/{id}": op(answer), "POST /codes": op(answer, body=thing(code=ref("Code")))}

    found = infer(operations, {"Code": thing(id=TEXT, name=TEXT, live=FLAG)})

    assert told(found) == {"GET /codes/{id}": "get codes", "POST /codes": "create codes"}
    assert found.behaviours["GET /codes/{id}"].answer.path == ("device_code",)


def test_document_shows_the_id_that_its_schema_forgets(tmp_path: Path) -> None:
    """In what makes it, reads it and lists it."""
    receipt = thing(total=NUMBER, note=TEXT)
    operations = {
        "GET /receipts": shop_op(many(ref("Receipt"))),
        "POST /receipts": shop_op(ref("Receipt"), status=201, body=ref("Receipt")),
        "GET /receipts/{id}": shop_op(ref("Receipt"), ids=WHOLE),
        "DELETE /receipts/{id}": shop_op(status=204, ids=WHOLE),
    }
    shop = open_shop(tmp_path, operations, {"Receipt": receipt})

    made = shop.body("POST /receipts", {"total": 1234.56})

    assert made == {"id": 1, "total": 1234.56}
    assert shop.body("GET /receipts/1") == made
    assert shop.body("GET /receipts") == [made]
    shop.send("DELETE /receipts/1")
    assert shop.body("GET /receipts") == []


def test_act_takes_texts_from_its_body_and_leaves_amounts(tmp_path: Path) -> None:
    """What it says of the document is kept; an amount is of the act."""
    body = thing(note=TEXT, total=NUMBER, status=TEXT)
    operations = {
        "GET /bills": shop_op(many(ref("Bill"))),
        "POST /bills": shop_op(ref("Bill"), status=201, body=ref("Bill")),
        "GET /bills/{id}": shop_op(ref("Bill")),
        "POST /bills/{id}/pay": shop_op(ref("Bill"), body=body),
    }
    shop = open_shop(tmp_path, operations, {"Bill": BILL})
    made = shop.body("POST /bills", {"total": 20})

    paid = shop.body(f"POST /bills/{made['id']}/pay", {"note": "by post", "total": 5, "status": "lost"})

    assert paid == {**made, "note": "by post", "status": "paid"}

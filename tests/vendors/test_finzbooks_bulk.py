"""FinzBooks: up to fifty documents in one call, each row by itself."""

from __future__ import annotations

import pytest

from tests.vendors.finzbooks import GOOD, FinzBooks, Json, line, widgets

INVOICE, BILL = GOOD["/invoices"], {**GOOD["/bills"], "line_items": [widgets(10)]}


def bulk(books: FinzBooks, kind: str, *rows: Json, key: str | None = None) -> Json:
    answer = books.call("POST", f"/bulk/{kind}", {kind: list(rows)}, key=key)
    assert 200 == answer.status_code, answer.text
    return answer.json()


def test_bad_row_stops_no_other(books: FinzBooks) -> None:
    """Of three rows the second is wrong: it alone is left out, takes no number and leaves no trace; the answer keeps
    the order (Bulk, read 2026-11; 11.3, 17.28; operation 94)."""
    before, trial = books.state(), books.trial()
    bad = {**INVOICE, "line_items": [widgets(item_id="it_none")], "auto_approve": True}

    body = bulk(books, "invoices", INVOICE, bad, {**INVOICE, "auto_approve": True})

    assert {"code", "message", "summary", "results"} == set(body)
    assert (0, "2 of 3 invoices created.") == (body["code"], body["message"])
    assert {"total": 3, "succeeded": 2, "failed": 1} == body["summary"]
    first, second, third = body["results"]
    assert [True, False, True] == [each["ok"] for each in (first, second, third)]
    assert ["DRAFT", "SENT"] == [each["invoice"]["status"] for each in (first, third)]
    assert ("not_found.resource", "line_items[0].item_id") == (second["error"]["code"], second["error"]["field"])
    assert {"ok", "error"} == set(second)
    assert before["invoices"] + 2 == books.state()["invoices"]
    numbers = [int(each["invoice"]["invoice_number"][-4:]) for each in (first, third)]
    assert 1 == numbers[1] - numbers[0]
    assert {"ar", "sales", "output_cgst", "output_sgst"} == set(books.moved(trial))
    for result in (first, third):
        assert result["invoice"] == books.get(f"/invoices/{result['invoice']['invoice_id']}")


def test_bills_in_bulk_see_one_another(books: FinzBooks) -> None:
    """A row that repeats an earlier one of the call is refused as a duplicate
    (Bulk; Bills, read 2026-11; 9.1, 11.3; operation 95)."""
    posted = {**BILL, "auto_approve": True}

    body = bulk(books, "bills", posted, posted, {**posted, "reference_number": "V-2"})

    assert "2 of 3 bills created." == body["message"]
    first, second, third = body["results"]
    assert ("OPEN", "OPEN") == (first["bill"]["status"], third["bill"]["status"])
    assert "validation.invalid_value" == second["error"]["code"]
    assert {"duplicate_of": first["bill"]["bill_id"]} == second["error"]["details"]


ROWS: list[tuple[Json, str, str | None]] = [
    (5, "validation.failed", None),
    ({}, "validation.required_field", "customer_id"),
    ({**INVOICE, "date": "soon"}, "validation.invalid_value", "date"),
    ({**INVOICE, "place_of_supply": "INKA"}, "validation.invalid_value", "place_of_supply"),
    ({**INVOICE, "line_items": []}, "validation.invalid_value", "line_items"),
    ({**INVOICE, "line_items": [line(5), widgets(0)]}, "validation.invalid_value", "line_items[1].quantity"),
    ({**INVOICE, "customer_id": "ct_none"}, "not_found.resource", "customer_id"),
    ({**INVOICE, "invoice_number": "B-1"}, "conflict.duplicate", "invoice_number"),
]


@pytest.mark.parametrize(("row", "code", "field"), ROWS)
def test_fault_of_a_row_is_its_own(books: FinzBooks, row: Json, code: str, field: str | None) -> None:
    """Whatever it is, the call is a 200, and the field is that of the row
    (Bulk, read 2026-11; 11.3; operation 94)."""
    first, second, third = bulk(books, "invoices", {**INVOICE, "invoice_number": "B-1"}, row, INVOICE)["results"]

    assert (True, False, True) == (first["ok"], second["ok"], third["ok"])
    assert code == second["error"]["code"]
    assert field is None or field == second["error"]["field"]
    assert second["error"]["message"]


def test_all_rows_may_fail(books: FinzBooks) -> None:
    """It is a 200 with none created (Bulk, read 2026-11; 11.3; operation 95)."""
    body = bulk(books, "bills", {}, {})

    assert {"total": 2, "succeeded": 0, "failed": 2} == body["summary"]
    assert (0, "0 of 2 bills created.") == (body["code"], body["message"])


@pytest.mark.parametrize("kind", ["invoices", "bills"])
@pytest.mark.parametrize("count", [0, 51])
def test_number_of_rows_is_limited(books: FinzBooks, kind: str, count: int) -> None:
    """None, or more than fifty, is a 422 for the whole call (Bulk, read 2026-11; 3.4, 11.3, 17.28; operations 94 and
    95)."""
    rows = [GOOD[f"/{kind}"]] * count

    books.refuse((422, "validation.failed", None), "POST", f"/bulk/{kind}", {kind: rows})


def test_fifty_rows_are_taken(books: FinzBooks) -> None:
    """With numbers one after the other (Bulk, read 2026-11; 11.3; operation 94)."""
    body = bulk(books, "invoices", *[INVOICE] * 50)

    numbers = [int(each["invoice"]["invoice_number"][-4:]) for each in body["results"]]
    assert list(range(numbers[0], numbers[0] + 50)) == numbers


def test_bulk_with_a_key_runs_once(books: FinzBooks) -> None:
    """The key is optional and holds for the whole call (Bulk; Idempotency, read 2026-11; 3.3, 11.3; operation 94)."""
    first, again = (bulk(books, "invoices", INVOICE, key="k") for _ in range(2))

    assert first == again

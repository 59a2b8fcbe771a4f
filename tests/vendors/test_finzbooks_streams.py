"""FinzBooks: the audit stream, and documents that come by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.serving import Door
from tests.vendors.finzbooks import GOOD, FinzBooks, Json, widgets

INVALID = "validation.invalid_value"
DAY_S = 86400
MONTHLY: dict[str, Json] = {
    "entity_type": "INVOICE",
    "name": "Retainer",
    "frequency": "MONTHLY",
    "start_date": "2026-11-01",
    "template_payload": {**GOOD["/invoices"], "line_items": [widgets(2)]},
}


@pytest.fixture
def dated(finzbooks_door: Door) -> Iterator[FinzBooks]:
    """The demo company on 20 May 2026."""
    made = FinzBooks(finzbooks_door, "may-2026", at="2026-05-20T06:00:00Z")
    yield made
    made.close()


def schedule(books: FinzBooks, **fields: Json) -> Json:
    return books.make("/recurring", {**MONTHLY, **fields})


def shown(books: FinzBooks, made: Json) -> Json:
    return books.get(f"/recurring/{made['recurring_id']}")


# --- activity --------------------------------------------------------------------------------------------------------


def test_every_change_is_told(books: FinzBooks) -> None:
    """What, to which object, by whom and from where; changes show old and new
    (Activity, read 2026-11; 12.5; operation 115)."""
    draft = books.invoice()
    place = f"/invoices/{draft['invoice_id']}"
    books.put(place, {"notes": "By road"})
    books.act(f"{place}/approve")
    books.receive(236, draft)

    rows = books.get("/activity", entity_id=draft["invoice_id"])

    assert ["INVOICE_PAID", "INVOICE_STATUS_CHANGED", "INVOICE_UPDATED", "INVOICE_CREATED"] == [
        each["action"] for each in rows
    ]
    updated = rows[2]
    assert {
        *("event_id", "action", "entity_type", "entity_id", "entity_ref", "actor_user_id", "changes", "metadata"),
        "occurred_at",
    } == set(updated)
    assert updated["event_id"].startswith("evt_")
    assert ("INVOICE", draft["invoice_number"], "usr_asha", "2026-10-01T09:00:00Z") == tuple(
        updated[name] for name in ("entity_type", "entity_ref", "actor_user_id", "occurred_at")
    )
    assert {"old": None, "new": "By road"} == updated["changes"]["notes"]
    assert {"old": "DRAFT", "new": "SENT"} == rows[1]["changes"]["status"]
    assert {"ip", "user_agent", "request_id", "source"} == set(updated["metadata"])
    assert "PUBLIC_API" == updated["metadata"]["source"]
    assert updated["metadata"]["user_agent"].startswith("python-httpx")


def test_change_that_changes_nothing_is_none(books: FinzBooks) -> None:
    """It is answered as ever, and nobody hears of it (12.1, 12.5; operations 21 and 115)."""
    draft = books.invoice(notes="By road")
    place = f"/invoices/{draft['invoice_id']}"

    assert draft == books.put(place, {"notes": "By road"})

    (created,) = books.get("/activity", entity_id=draft["invoice_id"])
    assert ("INVOICE_CREATED", None) == (created["action"], created["changes"])
    assert "1" == books.call("GET", f"{place}/pdf").headers["x-aibooks-version"]


def test_stream_is_filtered(books: FinzBooks) -> None:
    """By kind, object, action and dates (12.5; operation 115)."""
    books.advance(DAY_S)
    contact = books.make("/contacts", GOOD["/contacts"])["contact_id"]
    books.advance(DAY_S)
    books.delete(f"/contacts/{contact}")

    def found(**query: Json) -> list[str]:
        return [each["action"] for each in books.get("/activity", **query)]

    assert ["CONTACT_DELETED", "CONTACT_CREATED"] == found(entity_type="CONTACT", entity_id=contact)
    assert ["CONTACT_CREATED"] == found(entity_id=contact, action="CONTACT_CREATED")
    assert ["CONTACT_DELETED"] == found(date_from="2026-10-03")
    assert ["CONTACT_CREATED"] == found(date_from="2026-10-02", date_to="2026-10-02")
    assert [] == found(action="NOTHING_DONE")


def test_stream_is_only_added_to(books: FinzBooks) -> None:
    """A refusal and a replay add nothing; nothing can be written to it (3.3, 12.5; operation 115; A6)."""
    before = books.state()["activity"]
    books.call("POST", "/contacts", {})
    for _ in range(2):
        books.call("POST", "/contacts", GOOD["/contacts"], key="k")

    assert before + 1 == books.state()["activity"]
    assert 405 == books.call("DELETE", "/activity").status_code
    assert 405 == books.call("POST", "/activity", {}).status_code


# --- recurring -------------------------------------------------------------------------------------------------------


def test_schedule_runs_at_nine_in_india(dated: FinzBooks) -> None:
    """The vendor's sample: monthly from 1 June runs at 03:30Z that day, and next a month later; each run makes a draft
    of its day (Recurring, read 2026-11; 12.4, 17.34; operations 111 and 112; A31)."""
    books = dated
    payload = {**GOOD["/invoices"], "line_items": [widgets(2)]}
    made = schedule(books, start_date="2026-06-01", template_payload=payload)
    before = books.state()["invoices"]

    assert made["recurring_id"].startswith("rec_")
    assert {
        *("recurring_id", "entity_type", "name", "frequency", "interval", "start_date", "end_date", "next_run_at"),
        *("last_run_at", "is_active", "template_entity_id", "template_payload", "run_count", "max_runs"),
        *("auto_charge", "created_time", "last_modified_time"),
    } == set(made)
    assert ("2026-06-01T03:30:00Z", None, True, 0, 1) == tuple(
        made[name] for name in ("next_run_at", "last_run_at", "is_active", "run_count", "interval")
    )
    books.set_clock("2026-06-01T03:29:59Z")
    assert before == books.state()["invoices"]
    books.advance(1)

    assert ("2026-07-01T03:30:00Z", "2026-06-01T03:30:00Z", 1, True) == tuple(
        shown(books, made)[name] for name in ("next_run_at", "last_run_at", "run_count", "is_active")
    )
    assert before + 1 == books.state()["invoices"]
    invoice = books.get("/invoices", per_page=1)[0]
    assert ("DRAFT", "2026-06-01T00:00:00", 236, "ct_acme") == tuple(
        invoice[name] for name in ("status", "date", "total", "customer_id")
    )


@pytest.mark.parametrize(
    ("frequency", "interval", "start", "moments"),
    [
        ("DAILY", 1, "2026-06-01", ["2026-06-02", "2026-06-03", "2026-06-04"]),
        ("WEEKLY", 2, "2026-06-01", ["2026-06-15", "2026-06-29", "2026-07-13"]),
        ("MONTHLY", 1, "2026-08-31", ["2026-09-30", "2026-10-31", "2026-11-30"]),
        ("MONTHLY", 1, "2027-01-31", ["2027-02-28", "2027-03-31", "2027-04-30"]),
        ("QUARTERLY", 1, "2026-11-30", ["2027-02-28", "2027-05-30", "2027-08-30"]),
        ("YEARLY", 1, "2028-02-29", ["2029-02-28", "2030-02-28", "2031-02-28"]),
        ("MONTHLY", 3, "2026-06-15", ["2026-09-15", "2026-12-15", "2027-03-15"]),
    ],
)
def test_schedule_goes_on_by_its_frequency(
    dated: FinzBooks, frequency: str, interval: int, start: str, moments: list[str]
) -> None:
    """One step for each run; the end of a month is kept within it
    (Recurring, read 2026-11; 12.4; operation 111; A31)."""
    made = schedule(dated, frequency=frequency, interval=interval, start_date=start)
    assert f"{start}T03:30:00Z" == made["next_run_at"]

    seen = []
    for number in range(3):
        dated.set_clock(shown(dated, made)["next_run_at"])
        after = shown(dated, made)
        seen.append(after["next_run_at"][:10])
        assert number + 1 == after["run_count"]

    assert moments == seen


@pytest.mark.parametrize(("made_at", "run_at"), [("02:00", "2026-06-01"), ("06:00", "2026-06-02")])
def test_schedule_that_begins_in_the_past_catches_up(dated: FinzBooks, made_at: str, run_at: str) -> None:
    """One run at each look of the scheduler, the first at its next one; what it makes is of the day of the look
    (Recurring, read 2026-11; 12.4; operation 111; A31)."""
    books = dated
    books.set_clock(f"2026-06-01T{made_at}:00Z")
    payload = {**GOOD["/invoices"], "line_items": [widgets(2)]}
    made = schedule(books, start_date="2026-04-15", template_payload=payload)

    books.set_clock(f"{run_at}T03:29:59Z")
    assert ("2026-04-15T03:30:00Z", 0) == tuple(shown(books, made)[name] for name in ("next_run_at", "run_count"))
    books.advance(1)
    assert ("2026-05-15T03:30:00Z", 1) == tuple(shown(books, made)[name] for name in ("next_run_at", "run_count"))
    books.advance(DAY_S)
    assert ("2026-06-15T03:30:00Z", 2) == tuple(shown(books, made)[name] for name in ("next_run_at", "run_count"))
    books.advance(DAY_S)
    assert 2 == shown(books, made)["run_count"]
    assert run_at == books.get("/invoices", per_page=2)[1]["date"][:10]


def test_run_that_cannot_be_made_is_passed_over(dated: FinzBooks) -> None:
    """A template that was good and is none any more makes nothing and counts nothing; the schedule goes on
    (12.4; A31)."""
    books = dated
    customer = books.make("/contacts", {"contact_name": "Sahyadri Pumps"})["contact_id"]
    payload = {**GOOD["/invoices"], "customer_id": customer, "line_items": [widgets(2)], "auto_approve": True}
    made = schedule(books, start_date="2026-06-01", template_payload=payload)
    before = books.state()["invoices"]
    books.act(f"/contacts/{customer}/archive")

    books.set_clock("2026-06-30T00:00:00Z")

    assert before == books.state()["invoices"]
    assert ("2026-07-01T03:30:00Z", None, 0, True) == tuple(
        shown(books, made)[name] for name in ("next_run_at", "last_run_at", "run_count", "is_active")
    )
    books.put(f"/contacts/{customer}", {"status": "ACTIVE"})
    books.set_clock("2026-07-31T00:00:00Z")
    assert ("2026-08-01T03:30:00Z", "2026-07-01T03:30:00Z", 1, True) == tuple(
        shown(books, made)[name] for name in ("next_run_at", "last_run_at", "run_count", "is_active")
    )
    (invoice,) = books.get("/invoices", customer_id=customer)
    assert ("DRAFT", "2026-07-01T00:00:00") == (invoice["status"], invoice["date"])


def test_schedule_ends(dated: FinzBooks) -> None:
    """After its number of runs, or when the next would be beyond its last day
    (Recurring, read 2026-11; 12.4; operation 112; A31)."""
    twice = schedule(dated, frequency="DAILY", start_date="2026-06-01", max_runs=2)
    until = schedule(dated, frequency="DAILY", start_date="2026-06-01", end_date="2026-06-03")
    before = dated.state()["invoices"]

    dated.set_clock("2026-06-20T00:00:00Z")

    assert [(False, 2), (False, 3)] == [
        (each["is_active"], each["run_count"]) for each in (shown(dated, twice), shown(dated, until))
    ]
    assert before + 5 == dated.state()["invoices"]


def test_schedule_clones_a_document(dated: FinzBooks) -> None:
    """Of each kind that the vendor names; drafts where there are drafts, entries where there are none
    (Recurring, read 2026-11; 12.4; operation 111; A31)."""
    originals = {
        "INVOICE": dated.invoice(widgets(2), date="2026-05-12")["invoice_id"],
        "BILL": dated.bill(date="2026-05-12")["bill_id"],
        "EXPENSE": dated.expense(5000, date="2026-05-12", tax_id="tx_gst_18")["expense_id"],
        "JOURNAL": dated.make("/journals", {**GOOD["/journals"], "date": "2026-05-12"})["journal_id"],
    }
    before = dated.trial()
    for kind, entity in originals.items():
        made = dated.make(
            "/recurring",
            {
                "entity_type": kind,
                "name": kind,
                "frequency": "MONTHLY",
                "start_date": "2026-06-01",
                "template_entity_id": entity,
            },
        )
        assert (entity, None) == (made["template_entity_id"], made["template_payload"])

    dated.set_clock("2026-06-01T04:00:00Z")

    invoice, bill = dated.get("/invoices")[0], dated.get("/bills")[0]
    expense, journal = dated.get("/expenses")[0], dated.get("/journals", source="MANUAL")[0]
    assert {"2026-06-01T00:00:00"} == {each["date"] for each in (invoice, bill, expense, journal)}
    assert ("DRAFT", 236, "DRAFT", 826) == (invoice["status"], invoice["total"], bill["status"], bill["total"])
    assert (5900, 25000) == (expense["total"], journal["total_debit"])
    assert {"office_rent", "input_cgst", "input_sgst", "icici", "depreciation_exp", "accum_depn"} == set(
        dated.moved(before)
    )


RECURRING: list[tuple[dict[str, Json], tuple[int, str, str | None]]] = [
    ({"entity_type": "ESTIMATE"}, (400, INVALID, "entity_type")),
    ({"frequency": "HOURLY"}, (400, INVALID, "frequency")),
    ({"interval": 0}, (400, INVALID, "interval")),
    ({"max_runs": 0}, (400, INVALID, "max_runs")),
    ({"end_date": "2026-10-31"}, (400, INVALID, "end_date")),
    ({"template_payload": None, "template_entity_id": "inv_none"}, (404, "not_found.resource", "template_entity_id")),
]


@pytest.mark.parametrize(("changes", "refusal"), RECURRING)
def test_schedule_that_cannot_run_is_refused(
    books: FinzBooks, changes: dict[str, Json], refusal: tuple[int, str, str | None]
) -> None:
    """Of a wrong kind, frequency, interval or end, or of what is not there (12.4; operation 111; A31)."""
    body = {name: value for name, value in {**MONTHLY, **changes}.items() if value is not None}

    books.refuse(refusal, "POST", "/recurring", body)


@pytest.mark.parametrize("both", [True, False])
def test_schedule_has_one_template(books: FinzBooks, both: bool) -> None:
    """An object or a body, not both and not neither (Recurring, read 2026-11; 12.4; operation 111)."""
    body = {name: value for name, value in MONTHLY.items() if both or name != "template_payload"}
    if both:
        body["template_entity_id"] = books.invoice()["invoice_id"]

    answer = books.call("POST", "/recurring", body)

    assert 400 == answer.status_code, answer.text
    assert answer.json()["code"].startswith("validation.")


def test_schedule_is_changed_and_removed(books: FinzBooks) -> None:
    """It can rest, and go (12.4; operations 113 and 114; A31)."""
    made, other = schedule(books), schedule(books)
    place = f"/recurring/{made['recurring_id']}"

    changed = books.put(place, {"name": "Rent", "is_active": False})
    books.delete(f"/recurring/{other['recurring_id']}")
    books.set_clock("2026-11-02T00:00:00Z")

    assert ("Rent", False, "MONTHLY") == (changed["name"], changed["is_active"], changed["frequency"])
    assert (0, None) == tuple(shown(books, made)[name] for name in ("run_count", "last_run_at"))
    assert [] == [each for each in books.get("/invoices") if each["date"] > "2026-11"]
    books.refuse((400, INVALID, "frequency"), "PUT", place, {"frequency": "HOURLY"})
    for method in ("GET", "PUT", "DELETE"):
        told = (404, "not_found.resource", "recurring_id")
        books.refuse(told, method, f"/recurring/{other['recurring_id']}", {} if method == "PUT" else None)


def test_schedules_are_listed_by_their_next_run(books: FinzBooks) -> None:
    """The soonest first; by kind and by whether they run (Recurring, read 2026-11; 3.2, 12.4; operation 110)."""
    late, soon, middle = (schedule(books, start_date=f"2031-0{month}-01") for month in (9, 2, 5))
    books.put(f"/recurring/{middle['recurring_id']}", {"is_active": False})
    mine = [each["recurring_id"] for each in (late, soon, middle)]

    def found(**query: Json) -> list[int]:
        rows = [each["recurring_id"] for each in books.all("/recurring", **query)]
        return [mine.index(each) for each in rows if each in mine]

    moments = [each["next_run_at"] for each in books.all("/recurring", per_page=2) if each["next_run_at"]]
    assert sorted(moments) == moments
    assert [1, 0] == [each for each in found() if each != 2] == found(is_active="true")
    assert [2] == found(is_active="false")
    assert [1, 0] == [each for each in found(entity_type="INVOICE") if each != 2]
    assert [] == found(entity_type="BILL")

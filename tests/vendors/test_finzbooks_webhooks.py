"""FinzBooks: endpoints, what is sent to them, how it is signed and tried again."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from tests.receiving import Received, Receiver, receiving
from tests.vendors.finzbooks import GOOD, MAIN, NOW, FinzBooks, Json, line, widgets
from tests.vendors.test_finzbooks_papers import upload

INVALID = "validation.invalid_value"
WINDOW_S = 300
RETRIES_S = (60, 300, 1800, 7200, 43200)
VECTOR = (
    "whsec_test_0123456789abcdef",
    1715492700,
    b'{"event_type":"INVOICE_CREATED","delivery_id":"d-1","occurred_at":"2026-05-12T08:30:00Z","org_id":"org-1",'
    b'"data":{"id":"inv_abc","number":"INV-2026-0042","customer_id":"ct_acme","total":236.0,"status":"SENT"}}',
    "7cb5c9941ebc2833257dcd0614c300367ca3ec37c666821a89851d3cd9283ba2",
)
EVENTS = [
    *("INVOICE_CREATED", "INVOICE_UPDATED", "INVOICE_SENT", "INVOICE_STATUS_CHANGED", "INVOICE_PAID"),
    *("INVOICE_PARTIALLY_PAID", "INVOICE_VOIDED", "INVOICE_DELETED", "INVOICE_BULK_CREATED"),
    *("BILL_CREATED", "BILL_UPDATED", "BILL_STATUS_CHANGED", "BILL_PAID", "BILL_PARTIALLY_PAID", "BILL_DELETED"),
    *("BILL_BULK_CREATED", "PAYMENT_RECEIVED", "PAYMENT_MADE", "CONTACT_CREATED", "CONTACT_UPDATED"),
    *("CONTACT_DELETED", "ITEM_CREATED", "ITEM_UPDATED", "ITEM_DELETED", "ESTIMATE_CREATED"),
    *("ESTIMATE_STATUS_CHANGED", "CREDIT_NOTE_CREATED", "CREDIT_NOTE_VOIDED", "DEBIT_NOTE_CREATED"),
    *("EXPENSE_CREATED", "EXPENSE_UPDATED", "EXPENSE_DELETED", "JOURNAL_CREATED", "JOURNAL_DELETED"),
    *("SALES_ORDER_CREATED", "PURCHASE_ORDER_CREATED", "ATTACHMENT_ADDED", "comment.created"),
]


def sign(secret: str, at: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def is_genuine(secret: str, received: Received, now: int) -> bool:
    """What a client does, as the vendor tells it to."""
    parts = dict(part.split("=", 1) for part in received.headers["x-aibooks-signature"].split(","))
    fresh = abs(now - int(parts["t"])) <= WINDOW_S
    return fresh and hmac.compare_digest(parts["v1"], sign(secret, int(parts["t"]), received.body))


def told(received: Received) -> Json:
    """The body of a delivery, which its headers repeat."""
    body = json.loads(received.body)
    assert {"event_type", "delivery_id", "occurred_at", "org_id", "data"} == set(body)
    assert body["event_type"] == received.headers["x-aibooks-event"]
    assert body["delivery_id"] == received.headers["x-aibooks-delivery"]
    return body


def names(receiver: Receiver) -> list[str]:
    return [told(each)["event_type"] for each in receiver.received]


def subscribe(books: FinzBooks, url: str, *events: str, who: str = "full") -> Json:
    return books.make("/webhooks/endpoints", {"url": url, "events": list(events) or EVENTS}, who=who)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_signature_is_that_of_the_vector() -> None:
    """The key is the whole secret, the text the time, a dot and the raw body (Webhooks, read 2026-11; 4.2, 17.29)."""
    secret, at, body, signature = VECTOR

    assert 209 == len(body)
    assert signature == sign(secret, at, body)


def test_endpoint_is_registered(books: FinzBooks) -> None:
    """Its secret is shown once (Webhooks, read 2026-11; 4.1; operations 120, 121 and 122; A9)."""
    made = subscribe(books, "https://127.0.0.1:9/hook", "INVOICE_CREATED", "PAYMENT_RECEIVED", "BILL_PAID")

    assert made["endpoint_id"].startswith("wh_")
    assert made["secret"].startswith("whsec_")
    assert (["INVOICE_CREATED", "PAYMENT_RECEIVED", "BILL_PAID"], True) == (made["events"], made["is_active"])
    assert "2026-10-01T09:00:00Z" == made["created_time"]
    shown = {name: value for name, value in made.items() if name != "secret"}
    assert shown == books.get(f"/webhooks/endpoints/{made['endpoint_id']}")
    assert [shown] == books.get("/webhooks/endpoints")
    books.refuse((404, "not_found.resource", "endpoint_id"), "GET", "/webhooks/endpoints/wh_none")
    other = subscribe(books, "https://127.0.0.1:9/hook", "BILL_PAID")
    assert made["secret"] != other["secret"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "ftp://127.0.0.1/"}, "url"),
        ({"url": "127.0.0.1"}, "url"),
        ({"events": ["INVOICE_EXPLODED"]}, "events"),
        ({"events": ["INVOICE_CREATED", "invoice_created"]}, "events"),
        ({"events": []}, "events"),
        ({"events": "INVOICE_CREATED"}, "events"),
    ],
)
def test_endpoint_must_be_one(books: FinzBooks, changes: dict[str, Json], field: str) -> None:
    """An address of the web, and events that there are (4.1; operations 120 and 123; A9)."""
    body = {"url": "http://127.0.0.1:9/", "events": ["INVOICE_CREATED"]}
    made = books.make("/webhooks/endpoints", body)

    books.refuse((400, INVALID, field), "POST", "/webhooks/endpoints", {**body, **changes})
    books.refuse((400, INVALID, field), "PUT", f"/webhooks/endpoints/{made['endpoint_id']}", changes)


def test_endpoint_is_changed_and_removed(books: FinzBooks, receiver: Receiver) -> None:
    """Its events, its address, whether it hears at all (4.1; operations 123 and 124; A9)."""
    made = subscribe(books, receiver.url + "/a", "CONTACT_CREATED")
    place = f"/webhooks/endpoints/{made['endpoint_id']}"

    books.make("/items", GOOD["/items"])
    changed = books.put(place, {"events": ["ITEM_CREATED"], "url": receiver.url + "/b"})
    books.make("/contacts", GOOD["/contacts"])
    books.make("/items", GOOD["/items"])
    books.put(place, {"is_active": False})
    books.make("/items", GOOD["/items"])
    books.put(place, {"is_active": True})
    books.make("/items", GOOD["/items"])
    books.delete(place)
    books.make("/items", GOOD["/items"])

    assert (["ITEM_CREATED"], True) == (changed["events"], changed["is_active"])
    assert "secret" not in changed
    assert ["/b", "/b"] == receiver.paths
    for method in ("GET", "PUT", "DELETE"):
        books.refuse((404, "not_found.resource", "endpoint_id"), method, place, {} if method == "PUT" else None)


def test_event_is_delivered_and_signed(books: FinzBooks, receiver: Receiver) -> None:
    """Headers, body and signature; a byte changed, another secret, or 301 seconds, and it is not genuine
    (Webhooks, read 2026-11; 4.2, 17.29; operation 120)."""
    secret = subscribe(books, receiver.url + "/hook", "INVOICE_CREATED")["secret"]

    invoice = books.invoice(approve=True)

    (received,) = receiver.received
    body, now = told(received), int(NOW.timestamp())
    assert ("POST", "/hook", "application/json") == (received.method, received.path, received.headers["content-type"])
    assert str(UUID(body["delivery_id"])) == body["delivery_id"]
    assert ("INVOICE_CREATED", "2026-10-01T09:00:00Z", MAIN) == (
        body["event_type"],
        body["occurred_at"],
        body["org_id"],
    )
    assert {
        "id": invoice["invoice_id"],
        "number": invoice["invoice_number"],
        "customer_id": "ct_acme",
        "total": 236,
        "status": "SENT",
    } == body["data"]
    assert str(now) == received.headers["x-aibooks-timestamp"]
    assert f"t={now},v1={sign(secret, now, received.body)}" == received.headers["x-aibooks-signature"]
    assert is_genuine(secret, received, now)
    assert is_genuine(secret, received, now + WINDOW_S)
    assert not is_genuine(secret, received, now + WINDOW_S + 1)
    assert not is_genuine(secret, received, now - WINDOW_S - 1)
    assert not is_genuine(secret + "x", received, now)
    tampered = Received(received.path, received.headers, received.body.replace(b"236", b"235"))
    assert received.body != tampered.body
    assert not is_genuine(secret, tampered, now)


def test_failed_delivery_is_tried_again(books: FinzBooks) -> None:
    """After 1, 5 and 30 minutes, 2 and 12 hours, each time signed anew, with the same id and body; then no more
    (4.2, 17.29; operation 120; A9)."""
    with receiving(*[500] * 6) as receiver:
        secret = subscribe(books, receiver.url, "CONTACT_CREATED")["secret"]
        books.make("/contacts", GOOD["/contacts"])
        now, moments = int(NOW.timestamp()), [int(NOW.timestamp())]
        for wait in RETRIES_S:
            books.advance(wait - 1)
            before = len(receiver.received)
            books.get("/taxes/tx_gst_18")
            assert before == len(receiver.received)
            books.advance(1)
            books.get("/taxes/tx_gst_18")
            now += wait
            moments.append(now)
            assert before + 1 == len(receiver.received)
        books.advance(10 * 86400)
        books.get("/taxes/tx_gst_18")

    assert 6 == len(receiver.received)
    assert 1 == len({each.body for each in receiver.received})
    assert 1 == len({each.headers["x-aibooks-delivery"] for each in receiver.received})
    assert moments == [int(each.headers["x-aibooks-timestamp"]) for each in receiver.received]
    assert all(is_genuine(secret, each, at) for each, at in zip(receiver.received, moments, strict=True))


def test_delivery_succeeds_with_any_2xx(books: FinzBooks) -> None:
    """204 will do, a redirect will not; once it has succeeded it does not come again
    (Webhooks, read 2026-11; 4.2, 17.29; operation 120)."""
    with receiving(302, 204, 200) as receiver:
        subscribe(books, receiver.url, "CONTACT_CREATED")
        books.make("/contacts", GOOD["/contacts"])
        for wait in RETRIES_S:
            books.advance(wait)
            books.get("/taxes/tx_gst_18")

    assert 2 == len(receiver.received)


def test_log_tells_of_deliveries(books: FinzBooks) -> None:
    """Event, last status, attempts and the next one, the newest first (4.1; operation 121; A9)."""
    with receiving(200, 500) as receiver:
        made = subscribe(books, receiver.url, "CONTACT_CREATED", "ITEM_CREATED")
        place = f"/webhooks/endpoints/{made['endpoint_id']}/deliveries"
        assert [] == books.get(place)
        books.make("/contacts", GOOD["/contacts"])
        books.make("/items", GOOD["/items"])
        failed, done = books.get(place)
        books.advance(60)
        books.get("/taxes/tx_gst_18")
        again = books.get(place)[0]

    assert ("ITEM_CREATED", 500, 1, "2026-10-01T09:01:00Z") == tuple(
        failed[name] for name in ("event_type", "status_code", "attempts", "next_attempt_at")
    )
    assert ("CONTACT_CREATED", 200, 1, None) == tuple(
        done[name] for name in ("event_type", "status_code", "attempts", "next_attempt_at")
    )
    assert (failed["delivery_id"], 200, 2, None) == tuple(
        again[name] for name in ("delivery_id", "status_code", "attempts", "next_attempt_at")
    )
    assert [told(each)["delivery_id"] for each in receiver.received] == [
        done["delivery_id"],
        *[failed["delivery_id"]] * 2,
    ]
    assert [failed["delivery_id"]] == [each["delivery_id"] for each in books.get(place, per_page=1)]
    unknown = "/webhooks/endpoints/wh_none/deliveries"
    books.refuse((404, "not_found.resource", "endpoint_id"), "GET", unknown)


def test_endpoint_that_never_answers_is_switched_off(books: FinzBooks) -> None:
    """After ten deliveries in a row that came to nothing; one that gets through begins the count anew
    (4.2; operation 122; A9)."""
    with receiving(*[500] * (6 * 9), 200, *[500] * (6 * 10)) as receiver:
        made = subscribe(books, receiver.url, "CONTACT_CREATED")
        place = f"/webhooks/endpoints/{made['endpoint_id']}"
        for number in range(20):
            books.make("/contacts", {"contact_name": f"C-{number}"})
            for wait in RETRIES_S:
                books.advance(wait)
                books.get("/taxes/tx_gst_18")
            if number < 19:
                assert books.get(place)["is_active"], number

        assert not books.get(place)["is_active"]
        books.make("/contacts", GOOD["/contacts"])
        assert 6 * 19 + 1 == len(receiver.received)


@pytest.mark.parametrize("deleted", [False, True])
def test_what_is_pending_for_an_endpoint_goes_with_it(books: FinzBooks, deleted: bool) -> None:
    """Switched off or deleted, it gets no second attempt (4.1, 4.2; operations 123 and 124; A9)."""
    with receiving(*[500] * 6) as receiver:
        made = subscribe(books, receiver.url, "CONTACT_CREATED")
        place = f"/webhooks/endpoints/{made['endpoint_id']}"
        books.make("/contacts", GOOD["/contacts"])
        if deleted:
            books.delete(place)
        else:
            books.put(place, {"is_active": False})

        for wait in RETRIES_S:
            books.advance(wait)
            books.get("/taxes/tx_gst_18")

        assert 1 == len(receiver.received)


def steps_of_an_invoice(books: FinzBooks) -> list[str]:
    draft = books.invoice()
    place = f"/invoices/{draft['invoice_id']}"
    books.put(place, {"notes": "By road"})
    books.act(f"{place}/approve")
    books.receive(100, draft)
    books.receive(136, draft)
    books.delete(f"/invoices/{books.invoice()['invoice_id']}")
    books.act(f"/invoices/{books.invoice(approve=True)['invoice_id']}/void")
    return [
        *("INVOICE_CREATED", "INVOICE_UPDATED", "INVOICE_STATUS_CHANGED"),
        *("PAYMENT_RECEIVED", "INVOICE_PARTIALLY_PAID", "PAYMENT_RECEIVED", "INVOICE_PAID"),
        *("INVOICE_CREATED", "INVOICE_DELETED", "INVOICE_CREATED", "INVOICE_VOIDED"),
    ]


def steps_of_a_bill(books: FinzBooks) -> list[str]:
    draft = books.bill()
    place = f"/bills/{draft['bill_id']}"
    books.put(place, {"notes": "By road"})
    books.act(f"{place}/approve")
    books.pay(400, draft)
    books.pay(426, draft)
    books.delete(f"/bills/{books.bill(widgets(2))['bill_id']}")
    return [
        *("BILL_CREATED", "BILL_UPDATED", "BILL_STATUS_CHANGED"),
        *("PAYMENT_MADE", "BILL_PARTIALLY_PAID", "PAYMENT_MADE", "BILL_PAID", "BILL_CREATED", "BILL_DELETED"),
    ]


def steps_of_master_data(books: FinzBooks) -> list[str]:
    for path, word in (("/contacts", "contact"), ("/items", "item")):
        made = books.make(path, GOOD[path])
        books.put(f"{path}/{made[f'{word}_id']}", {f"{word}_name": "Other"})
        books.delete(f"{path}/{made[f'{word}_id']}")
    return [f"{word}_{verb}" for word in ("CONTACT", "ITEM") for verb in ("CREATED", "UPDATED", "DELETED")]


def steps_of_other_documents(books: FinzBooks) -> list[str]:
    estimate = books.make("/estimates", GOOD["/estimates"])
    books.act(f"/estimates/{estimate['estimate_id']}/accept")
    books.make("/sales_orders", GOOD["/sales_orders"])
    books.make("/purchase_orders", GOOD["/purchase_orders"])
    note = books.credit()
    books.act(f"/credit_notes/{note['credit_note_id']}/void")
    books.make("/debit_notes", GOOD["/debit_notes"])
    expense = books.expense(5)
    books.put(f"/expenses/{expense['expense_id']}", {"amount": 6})
    books.delete(f"/expenses/{expense['expense_id']}")
    journal = books.make("/journals", GOOD["/journals"])
    books.delete(f"/journals/{journal['journal_id']}")
    return [
        *("ESTIMATE_CREATED", "ESTIMATE_STATUS_CHANGED", "SALES_ORDER_CREATED", "PURCHASE_ORDER_CREATED"),
        *("CREDIT_NOTE_CREATED", "CREDIT_NOTE_VOIDED", "DEBIT_NOTE_CREATED"),
        *("EXPENSE_CREATED", "EXPENSE_UPDATED", "EXPENSE_DELETED", "JOURNAL_CREATED", "JOURNAL_DELETED"),
    ]


def steps_of_services(books: FinzBooks) -> list[str]:
    invoice = books.invoice()["invoice_id"]
    books.act(f"/invoices/{invoice}/email", {"to": ["a@example.in"]})
    books.make("/comments", {"entity_type": "INVOICE", "entity_id": invoice, "body": "Call them"})
    upload(books, entity_type="INVOICE", entity_id=invoice)
    return ["INVOICE_CREATED", "INVOICE_SENT", "comment.created", "ATTACHMENT_ADDED"]


@pytest.mark.parametrize(
    "steps",
    [steps_of_an_invoice, steps_of_a_bill, steps_of_master_data, steps_of_other_documents, steps_of_services],
)
def test_each_step_is_announced(books: FinzBooks, receiver: Receiver, steps: Callable[[FinzBooks], list[str]]) -> None:
    """In the order in which things happened (Webhooks, read 2026-11; 4.3, 17.19; operation 120; A9)."""
    subscribe(books, receiver.url)

    assert steps(books) == names(receiver)


def test_data_of_each_kind(books: FinzBooks, receiver: Receiver) -> None:
    """Bills, payments, notes and master data have members of their own (4.2; operation 120; A9)."""
    subscribe(books, receiver.url)
    bill, item, note = books.bill(), books.make("/items", GOOD["/items"]), books.credit()
    receipt = books.receive(100)

    bills, items, notes, payments = (told(each)["data"] for each in receiver.received)

    assert {
        "id": bill["bill_id"],
        "number": bill["bill_number"],
        "vendor_id": "ct_vendor",
        "total": 826,
        "status": "DRAFT",
    } == bills
    assert {"id": item["item_id"], "name": "Gasket"} == items
    assert (note["credit_note_id"], note["credit_note_number"], "ct_acme", 118, "ISSUED") == tuple(
        notes[name] for name in ("id", "number", "customer_id", "total", "status")
    )
    assert {
        "id": receipt["payment_id"],
        "contact_id": "ct_acme",
        "flow": "INCOMING",
        "amount": 100,
        "allocations": [],
    } == payments


def test_bulk_is_announced_row_by_row_and_as_a_whole(books: FinzBooks, receiver: Receiver) -> None:
    """One event for each row that went through, then one that counts
    (Bulk, read 2026-11; 4.3, 11.3, 17.28; operations 94 and 95)."""
    subscribe(books, receiver.url)
    invoice, bill = GOOD["/invoices"], GOOD["/bills"]

    books.call("POST", "/bulk/invoices", {"invoices": [invoice, {**invoice, "customer_id": "x"}, invoice]})
    books.call("POST", "/bulk/bills", {"bills": [bill]})

    assert ["INVOICE_CREATED", "INVOICE_CREATED", "INVOICE_BULK_CREATED", "BILL_CREATED", "BILL_BULK_CREATED"] == names(
        receiver
    )
    whole = [told(each)["data"] for each in receiver.received if "BULK" in told(each)["event_type"]]
    assert [{"count": 2, "failed": 1, "batch_size": 3}, {"count": 1, "failed": 0, "batch_size": 1}] == whole


def test_row_that_fails_late_is_not_announced(books: FinzBooks, receiver: Receiver) -> None:
    """Nor is anything of it kept, though the invoice was made before its posting was refused: it comes to more rupees
    than there are (Bulk, read 2026-11; 11.3; operation 94)."""
    subscribe(books, receiver.url)
    dear = {"currency_code": "USD", "exchange_rate": 1e9, "line_items": [line(1e9)], "auto_approve": True}
    before = books.state()

    answer = books.call("POST", "/bulk/invoices", {"invoices": [{**GOOD["/invoices"], **dear}]}).json()

    assert {"total": 1, "succeeded": 0, "failed": 1} == answer["summary"]
    assert ("validation.invalid_value", "amount") == tuple(
        answer["results"][0]["error"][name] for name in ("code", "field")
    )
    assert [] == names(receiver)
    assert before == books.state()


def test_nothing_is_announced_of_what_did_not_happen(books: FinzBooks, receiver: Receiver) -> None:
    """A refusal, a replay and a read send nothing (3.3, 4.2; operation 120; A6)."""
    subscribe(books, receiver.url)
    books.call("POST", "/contacts", {})
    books.get("/contacts")
    for _ in range(2):
        books.call("POST", "/contacts", GOOD["/contacts"], key="k")

    assert ["CONTACT_CREATED"] == names(receiver)


def test_endpoints_hear_of_their_organisation_alone(books: FinzBooks, receiver: Receiver) -> None:
    """And neither sees the other's (Cross-org, read 2026-11; 2.1, 4.2; operation 121)."""
    mine = subscribe(books, receiver.url + "/mine")
    subscribe(books, receiver.url + "/theirs", who="other-tenant")

    books.make("/contacts", GOOD["/contacts"])
    books.make("/contacts", GOOD["/contacts"], who="other-tenant")

    assert ["/mine", "/theirs"] == receiver.paths
    assert 2 == len({told(each)["org_id"] for each in receiver.received})
    place = f"/webhooks/endpoints/{mine['endpoint_id']}"
    for method in ("GET", "DELETE"):
        books.refuse((404, "not_found.resource", "endpoint_id"), method, place, who="other-tenant")

"""LedgerLou: lines of the closing list walked as they stand there, with amounts of the sheet."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.vendors.ledgerlou import DAY, NOBODY, Json, LedgerLou, credit, debit
from tests.vendors.test_ledgerlou_invoices import LINE

INVALID = (400, "INVALID_INPUT")
IBAN, OTHER_IBAN = "DE89370400440532013000", "DE27100777770209299700"
PAIN = {"": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"}


def bank(lou: LedgerLou, account: str = "1800", iban: str = IBAN) -> str:
    body = {"name": "Geschäftskonto", "iban": iban, "account_number": account}
    return str(lou.post("/bank-accounts", body, status=201)["id"])


def line(lou: LedgerLou, bank_id: str, amount: float, reference: str) -> str:
    row = {"tx_date": DAY, "amount": amount, "reference": reference}
    lou.post("/bank-transactions", {"bank_account_id": bank_id, "transactions": [row]}, status=201)
    return str(lou.get("/bank-transactions", search=reference)["transactions"][0]["id"])


def invoice(lou: LedgerLou, party_id: str, number: str, gross: float, intent: str, path: str = "/invoices") -> str:
    party: Json = {"vendor_id": party_id} if path == "/invoices" else {"customer_id": party_id, "type": "invoice"}
    totals = {"total_net": gross, "total_tax": 0, "total_gross": gross, "lines": [LINE]}
    body = {**party, "invoice_number": number, "invoice_date": DAY, "intent_id": intent, **totals}
    return str(lou.post(path, body, status=201)["id"])


def standing(lou: LedgerLou, path: str) -> tuple[str, float]:
    shown = lou.get(path)
    return shown["status"], shown["remaining_amount"]


def test_sample_booking_moves_its_accounts(lou: LedgerLou) -> None:
    """119 with VST19 is 100 and 19; 100 against 99 leaves the journal as it was; what is unknown is told; the same
    again is suspected (5.1, 10.5, 10.6, 10.7, 10.8; operations 3, 5 and 10)."""
    sample = {
        "booking_date": "2025-06-01",
        "description": "Büromaterial Einkauf",
        "lines": [
            {"account_number": "6815", "account_name": "Bürobedarf", "debit": 119, "credit": 0, "tax_code": "VST19"},
            {"account_number": "1200", "account_name": "Bank", "debit": 0, "credit": 119},
        ],
    }
    made = lou.post("/bookings", sample)
    assert (2, {"intent_id", "event_count"}) == (made["event_count"], set(made))
    assert (100, 19) == tuple(lou.get(f"/accounts/{number}/entries")["balance"] for number in ("6815", "1406"))

    rest: Json = {"booking_date": "2025-06-02", "description": "x"}
    for refusal, lines in (
        ("BALANCE_MISMATCH", [debit("6815", 100), credit("1800", 99)]),
        ("ACCOUNT_NOT_FOUND", [debit("9999", 5), credit("1800", 5)]),
        ("INVALID_TAX_CODE", [debit("6815", 5, "VST99"), credit("1800", 5)]),
    ):
        lou.refuse((400, refusal), "POST", "/bookings", {**rest, "lines": lines})
    assert 2 == len(lou.get("/journal")["entries"])
    lou.refuse((409, "DUPLICATE_SUSPECTED"), "POST", "/bookings", sample)
    assert made["intent_id"] != lou.post("/bookings", {**sample, "skip_duplicate_check": True})["intent_id"]


def test_reverse_charge_leaves_the_payable_alone(lou: LedgerLou) -> None:
    """1000 expense and a pair of 190 (2.3, 10.10, A19; operation 5)."""
    made = lou.book(debit("5900", 1000, "VST-13B19"), credit("3300", 1000))

    assert [("1407", "3837", "190.00"), ("5900", "3300", "1000.00")] == sorted(lou.pairs(made))


def test_bank_accounts_stand_for_one_account_each(lou: LedgerLou) -> None:
    """201, then 409 by account and by IBAN, 400 for revenue, 400 for nothing to change (4.2, 10.20; operations 14 and
    16)."""
    id = bank(lou)
    body = {"name": "x", "iban": OTHER_IBAN, "account_number": "1800"}
    lou.refuse((409, "ACCOUNT_ALREADY_LINKED"), "POST", "/bank-accounts", body)
    lou.refuse((409, "DUPLICATE_IBAN"), "POST", "/bank-accounts", {**body, "iban": IBAN, "account_number": "1810"})
    lou.refuse((400, "INVALID_ACCOUNT_TYPE"), "POST", "/bank-accounts", {**body, "account_number": "4400"})
    lou.refuse((400, "ACCOUNT_NOT_FOUND"), "POST", "/bank-accounts", {**body, "account_number": "9999"})
    lou.refuse((400, "NO_CHANGES"), "PUT", f"/bank-accounts/{id}", {})


def test_import_skips_and_counts(lou: LedgerLou) -> None:
    """Three rows of which one twice; the same again; 1001 rows (5.5, 10.21, A15; operations 20 and 21)."""
    row = {"tx_date": DAY, "amount": -5, "reference": "a"}
    body = {"bank_account_id": bank(lou), "transactions": [row, row, {**row, "amount": 7}]}

    first = lou.post("/bank-transactions", body, status=201)
    again = lou.post("/bank-transactions", body, status=201)

    assert {"total_rows": 3, "imported": 2, "skipped_duplicates": 1, "errors": []}.items() <= first.items()
    assert (0, 3) == (again["imported"], again["skipped_duplicates"])
    assert 2 == lou.get("/bank-transactions")["total"]
    rows = [{**row, "amount": number} for number in range(1, 1002)]
    lou.refuse(INVALID, "POST", "/bank-transactions", {**body, "transactions": rows})
    assert {} == lou.balances()


def test_lines_over_nothing_and_evidence(lou: LedgerLou) -> None:
    """Dismissed once, and taken back; evidence leaves the status (4.2, 10.22, 10.23, A36; operations 23 to 25 and
    27)."""
    account = bank(lou)
    nothing, five = line(lou, account, 0, "nothing"), line(lou, account, 5, "five")
    path = f"/bank-transactions/{nothing}"
    lou.refuse((400, "TX_NOT_ZERO"), "POST", f"/bank-transactions/{five}/dismiss")
    assert {"ok": True} == lou.post(f"{path}/dismiss")
    assert "excluded" == lou.get(path)["transaction"]["status"]
    lou.refuse((409, "TX_ALREADY_HANDLED"), "POST", f"{path}/dismiss")
    lou.refuse((404, "TX_NOT_FOUND"), "POST", f"/bank-transactions/{NOBODY}/dismiss")
    lou.post(f"{path}/unmatch")
    assert "unreconciled" == lou.get(path)["transaction"]["status"]
    lou.refuse(INVALID, "POST", f"{path}/unmatch")

    lou.refuse(INVALID, "PUT", f"{path}/evidence", {"evidence_type": "eigenbeleg"})
    lou.refuse(INVALID, "PUT", f"{path}/evidence", {"evidence_type": "uploaded_document"})
    assert lou.get(f"{path}/evidence")["evidence"] is None
    stored = lou.done("PUT", f"{path}/evidence", {"evidence_type": "eigenbeleg", "note": "Parkschein"})
    assert stored == lou.get(f"{path}/evidence")
    assert "unreconciled" == lou.get(path)["transaction"]["status"]


def test_payable_of_119_is_paid_by_60_and_59(lou: LedgerLou) -> None:
    """Partly paid, too much, the wrong way, paid, taken back with a counter-booking (5.6, 10.26, 10.27, A35, A37;
    operations 26, 27, 28 and 31)."""
    owed = lou.book(debit("6815", 119, "VST19"), credit("3300", 119))
    id = invoice(lou, lou.post("/vendors", {"name": "a"}, status=201)["id"], "1", 119, owed)
    account = bank(lou)
    lines = [line(lou, account, amount, f"line {amount}") for amount in (-60, -80, 59, -59)]
    body = {"intent_id": owed, "candidate_kind": "open_liability", "open_item_account": "3300"}
    first, much, wrong, last = (f"/bank-transactions/{each}/reconcile" for each in lines)

    made = lou.post(first, body)

    assert (True, "settlement") == (made["ok"], made["mode"])
    assert [("3300", "1800", "60.00")] == lou.pairs(made["intent_id"])
    assert DAY == lou.get(f"/journal/{made['intent_id']}")["summary"]["booking_date"]
    assert ("partially_paid", 59) == standing(lou, f"/invoices/{id}")
    lou.refuse((400, "SETTLEMENT_EXCEEDS_OPEN_AMOUNT"), "POST", much, body)
    lou.refuse((400, "DIRECTION_MISMATCH"), "POST", wrong, body)
    lou.refuse((409, "TX_ALREADY_HANDLED"), "POST", first, body)
    lou.refuse((404, "TARGET_NOT_FOUND"), "POST", last, {**body, "open_item_account": "3500"})
    pairs = [{"bank_transaction_id": each, **body} for each in (lines[1], lines[3])]
    assert 3 == lou.get("/bank-transactions/unreconciled-count")["count"]
    batch = lou.post("/bank-transactions/batch-reconcile", {"pairs": pairs})
    assert (1, [lines[1]]) == (batch["reconciled"], [each["bank_transaction_id"] for each in batch["errors"]])
    assert 2 == lou.get("/bank-transactions/unreconciled-count")["count"]
    assert ("paid", 0) == standing(lou, f"/invoices/{id}")
    before, events = lou.balances(), len(lou.events())
    undone = lou.post(f"/bank-transactions/{lines[3]}/unmatch")
    assert (True, [lines[3]]) == (undone["ok"], undone["reopened_transaction_ids"])
    assert {"3300": "-59.00", "1800": "59.00"} == lou.moved(before)
    assert events + 1 == len(lou.events())
    assert [("1800", "3300", "59.00")] == lou.pairs(undone["reversal_intent_id"])
    assert ("partially_paid", 59) == standing(lou, f"/invoices/{id}")


def test_two_lines_and_a_fee_pay_100(lou: LedgerLou) -> None:
    """+50 and +48 with 2 on 6855; not without, not over two bank accounts; one member takes back all (5.7, 10.28, A38;
    operations 27, 60 and 61)."""
    owed = lou.book(debit("1200", 100), credit("4400", 100))
    customer = lou.post("/customers", {"name": "a"}, status=201)["id"]
    id = invoice(lou, customer, "1", 100, owed, "/outgoing-invoices")
    main = bank(lou)
    lines = [line(lou, main, 50, "fifty"), line(lou, main, 48, "rest")]
    other = line(lou, bank(lou, "1810", OTHER_IBAN), 48, "elsewhere")
    allocation = {
        "intent_id": owed,
        "candidate_kind": "open_receivable",
        "open_item_account": "1200",
        "allocated_bank_amount": 98,
        "settled_document_amount": 100,
    }
    fee = {"account_number": "6855", "posting_side": "debit", "amount": 2}
    body: Json = {"bank_transaction_ids": lines, "allocations": [allocation], "adjustments": [fee]}
    path = "/bank-match-groups"
    lou.refuse((400, "GROUP_NOT_BALANCED"), "POST", path, {**body, "adjustments": []})
    mixed = {**body, "bank_transaction_ids": [lines[0], other]}
    lou.refuse((400, "BANK_TX_MIXED_BANK_ACCOUNTS"), "POST", path, mixed)
    gone = {**body, "adjustments": [{**fee, "account_number": "9999"}]}
    lou.refuse((404, "ADJUSTMENT_ACCOUNT_NOT_FOUND"), "POST", path, gone)
    kind = {**body, "allocations": [{**allocation, "candidate_kind": "bank_booking"}]}
    lou.refuse((400, "TARGET_KIND_UNSUPPORTED"), "POST", path, kind)
    before = lou.balances()

    made = lou.post(path, body, status=201)

    assert (True, "group_settlement") == (made["ok"], made["mode"])
    assert {"1800": "98.00", "6855": "2.00", "1200": "-100.00"} == lou.moved(before)
    assert ("paid", 0) == standing(lou, f"/outgoing-invoices/{id}")
    undone = lou.post(f"/bank-transactions/{lines[0]}/unmatch")
    assert sorted(lines) == sorted(undone["reopened_transaction_ids"])
    assert {} == lou.moved(before)
    assert 100 == lou.get(f"/outgoing-invoices/{id}")["remaining_amount"]
    lou.refuse((409, "ALREADY_REVERSED"), "POST", f"{path}/{made['match_group_id']}/unmatch")


def test_run_goes_from_draft_to_the_bank(lou: LedgerLou) -> None:
    """No IBAN, amounts as texts, one run at a time, approval before export, sums of the file (5.10, 6, 10.29, A50, A54;
    operations 43 to 49)."""
    poor = lou.post("/vendors", {"name": "ohne"}, status=201)["id"]
    rich = lou.post("/vendors", {"name": "mit", "iban": OTHER_IBAN}, status=201)["id"]
    account = bank(lou)
    bills = {}
    for number, (vendor, gross) in enumerate(((poor, 7), (rich, 119.1), (rich, 0.99))):
        owed = lou.book(debit("6815", gross), credit("3300", gross), description=f"bill {number}")
        bills[number] = invoice(lou, vendor, f"R {number}", gross, owed)
    body = {"bank_account_id": account, "execution_date": "2026-12-01", "invoice_ids": [bills[1], bills[2]]}
    lou.refuse((400, "VENDOR_IBAN_MISSING"), "POST", "/payment-runs", {**body, "invoice_ids": [bills[0]]})
    lou.refuse((404, "BANK_ACCOUNT_NOT_FOUND"), "POST", "/payment-runs", {**body, "bank_account_id": NOBODY})
    lou.refuse((404, "INVOICE_NOT_FOUND"), "POST", "/payment-runs", {**body, "invoice_ids": [NOBODY]})
    lou.refuse(INVALID, "POST", "/payment-runs", {**body, "execution_date": "2026-11-30"})
    missing = {each["invoice_number"]: each["iban_missing"] for each in lou.get("/payment-runs/eligible-invoices")}
    assert {"R 0": True, "R 1": False, "R 2": False} == missing

    run = lou.post("/payment-runs", body, status=201)

    assert ("draft", "120.09", 2) == (run["status"], run["total_amount"], run["invoice_count"])
    assert {"119.10", "0.99"} == {each["amount"] for each in run["items"]}
    lou.refuse((409, "INVOICE_ALREADY_IN_ACTIVE_RUN"), "POST", "/payment-runs", {**body, "invoice_ids": [bills[2]]})
    assert ["R 0"] == [each["invoice_number"] for each in lou.get("/payment-runs/eligible-invoices")]
    path, wrong = f"/payment-runs/{run['id']}", (409, "INVALID_STATE_TRANSITION")
    lou.refuse(wrong, "POST", f"{path}/export")
    before = lou.balances()
    assert "approved" == lou.post(f"{path}/approve")["status"]
    told = lou.post(f"{path}/export")
    root = ElementTree.fromstring(told["sepa_xml"])
    for part in ("GrpHdr", "PmtInf"):
        found = [root.findtext(f"*/{part}/{name}", namespaces=PAIN) for name in ("NbOfTxs", "CtrlSum")]
        assert [str(told["number_of_transactions"]), f"{told['control_sum']:.2f}"] == found == ["2", "120.09"]
    amounts = [each.text for each in root.iterfind(".//Amt/InstdAmt", PAIN)]
    assert ["0.99", "119.10"] == sorted(map(str, amounts))
    assert told["message_id"] == root.findtext("*/GrpHdr/MsgId", namespaces=PAIN)
    lou.refuse(wrong, "POST", f"{path}/cancel")
    assert "completed" == lou.post(f"{path}/complete")["status"]
    assert {} == lou.moved(before)


def test_mail_and_cases_of_the_demo(lou_demo: LedgerLou) -> None:
    """Pending alone by default; confirmed once; one address; a case that lacks a vendor is mended and booked (5.11,
    10.32, A59, A61; operations 63 to 65, 67, 68 and 70 to 72)."""
    lou = lou_demo
    pending = lou.get("/inbox")
    assert {"pending"} == {each["status"] for each in pending}
    id = pending[0]["id"]
    assert {"confirmed": True, "inbox_id": id} == lou.post(f"/inbox/{id}/confirm")
    assert id not in {each["id"] for each in lou.get("/inbox")}
    lou.refuse((404, "NOT_FOUND"), "POST", f"/inbox/{id}/confirm")
    assert lou.get("/inbox/address") == lou.get("/inbox/address")

    ready = lou.get("/invoice-review-cases", queue_state="approval")[0]
    path = f"/invoice-review-cases/{ready['id']}"
    vendor = ready["vendor_id"]
    assert "exception" == lou.done("PATCH", path, {"vendor_id": None})["queue_state"]
    lou.refuse((400, "VENDOR_REQUIRED"), "POST", f"{path}/approve")
    assert "approval" == lou.done("PATCH", path, {"vendor_id": vendor})["queue_state"]
    made = lou.post(f"{path}/approve")
    assert {"reviewCaseId", "intentId", "invoiceId"} == set(made)
    gross = ready["normalized_invoice"]["total_gross"]
    assert gross == lou.get(f"/invoices/{made['invoiceId']}")["remaining_amount"]
    assert lou.get(f"/invoices/{made['invoiceId']}")["status"] in ("open", "overdue")
    assert gross == lou.get(f"/journal/{made['intentId']}")["summary"]["total_amount"]
    lou.refuse((409, "ALREADY_APPROVED"), "POST", f"{path}/approve")
    lou.refuse((409, "ALREADY_APPROVED"), "POST", f"{path}/reject", {})

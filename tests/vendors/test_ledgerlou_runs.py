"""LedgerLou: payment runs through their life, and the file for the bank."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree

import pytest
from sepaxml.validation import try_valid_xml

from tests.vendors.ledgerlou import NOBODY, TODAY, Json, LedgerLou, credit, debit
from tests.vendors.ledgerlou_parties import IBAN, OTHER_IBAN, bank_account, bill, booked_bill, pay, vendor

INVALID = (400, "INVALID_INPUT")
WRONG_STATE = (409, "INVALID_STATE_TRANSITION")
NAMES = {"": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"}
NOON = "2026-12-01T12:00:00Z"


def asked(bank: str, *invoice_ids: str, **fields: Json) -> Json:
    """The body of a run for the third of December."""
    return {"bank_account_id": bank, "execution_date": "2026-12-03", "invoice_ids": list(invoice_ids), **fields}


def start(lou: LedgerLou, *invoice_ids: str, **fields: Json) -> Json:
    """A new run from a new bank account."""
    return lou.post("/payment-runs", asked(bank_account(lou), *invoice_ids, **fields), status=201)


def move(lou: LedgerLou, run_id: str, *steps: str) -> Json:
    """What the last of these steps answers."""
    answers = [lou.post(f"/payment-runs/{run_id}/{step}") for step in steps]
    return answers[-1]


def text_at(root: ElementTree.Element, path: str) -> list[str | None]:
    """What stands at a path below the document, each time that there is one."""
    return [element.text for element in root.findall(path, NAMES)]


def payee(lou: LedgerLou, name: str = "Acme GmbH", **fields: Json) -> str:
    return vendor(lou, name, **{"iban": OTHER_IBAN, **fields})


def test_run_keeps_what_remains_as_texts(lou: LedgerLou) -> None:
    """Names and IBANs are those of that day (Payables, post-payment-runs, get-payment-runs-id, read 2026-11; 10.29,
    3.8, A50; operations 43 and 44)."""
    vendor_id = payee(lou)
    first, second = booked_bill(lou, vendor_id), booked_bill(lou, vendor_id, 59.5, invoice_number="RE-2")
    bank = bank_account(lou)
    pay(lou, bank, lou.get(f"/invoices/{first}")["intent_id"], -19)

    run = lou.post("/payment-runs", asked(bank, first, second, label="Dezember"), status=201)
    lou.done("PUT", f"/vendors/{vendor_id}", {"name": "Acme AG", "iban": None})

    head = {"status": "draft", "execution_date": "2026-12-03", "label": "Dezember", "bank_account_id": bank}
    never = ("approved_at", "exported_at", "completed_at", "cancelled_at", "message_id")
    sums = {"total_amount": "159.50", "invoice_count": 2, "created_at": f"{TODAY}T09:00:00Z"}
    items = [
        {"invoice_id": id, "invoice_number": number, "vendor_name": "Acme GmbH", "vendor_iban": OTHER_IBAN}
        | {"amount": amount, "reference": number}
        for id, number, amount in ((first, "RE-1", "100.00"), (second, "RE-2", "59.50"))
    ]
    ids = [item.pop("id") for item in run["items"]]
    assert 2 == len(set(ids))
    assert {"id": run["id"], **head, **dict.fromkeys(never), **sums, "items": items} == run
    assert ids == [item["id"] for item in lou.get(f"/payment-runs/{run['id']}")["items"]]
    lou.refuse((404, "NOT_FOUND"), "GET", f"/payment-runs/{NOBODY}")
    lou.refuse((404, "NOT_FOUND"), "GET", f"/payment-runs/{run['id']}", who="other")


def test_run_needs_account_invoices_and_ibans(lou: LedgerLou) -> None:
    """In this order: account, invoices, other runs, IBANs; a day in the past and an invoice twice do not fit
    (Payables, post-payment-runs, read 2026-11; 10.29, A52)."""
    bank, poor, rich = bank_account(lou), vendor(lou, iban="DE11111111111111111111"), payee(lou, "Beta")
    draft, no_iban = bill(lou, poor, invoice_number="Entwurf"), booked_bill(lou, poor)
    good, busy = booked_bill(lou, rich), booked_bill(lou, rich, invoice_number="RE-2")
    lou.post("/payment-runs", asked(bank, busy), status=201)

    def refused(refusal: tuple[int, str], *invoice_ids: str, **fields: Json) -> None:
        lou.refuse(refusal, "POST", "/payment-runs", asked(bank, *invoice_ids, **fields))

    refused((404, "BANK_ACCOUNT_NOT_FOUND"), draft, bank_account_id=NOBODY)
    for unknown in (draft, NOBODY):
        refused((404, "INVOICE_NOT_FOUND"), busy, no_iban, unknown)
    refused((409, "INVOICE_ALREADY_IN_ACTIVE_RUN"), no_iban, busy)
    refused((400, "VENDOR_IBAN_MISSING"), good, no_iban)
    refused(INVALID)
    refused(INVALID, good, good)
    for day in ("2026-11-30", "2026-02-30"):
        refused(INVALID, good, execution_date=day)
    refused(INVALID, good, label="x" * 201)
    assert 201 == lou.call("POST", "/payment-runs", asked(bank, good, execution_date=TODAY)).status_code


def test_transfers_are_in_euros_and_leave_from_an_account(lou: LedgerLou) -> None:
    """An invoice in another currency and an account with a wrong IBAN do not fit (6)."""
    fx = {"currency": "USD", "amount": 200, "rate": 1.25, "rate_date": "2026-06-01", "rate_source": "ECB"}
    intent_id = lou.book(debit("6825", 160), credit("3300", 160), fx=fx)
    dollars = bill(lou, payee(lou), 200, currency="USD", intent_id=intent_id)
    euros = booked_bill(lou, payee(lou, "Beta"))
    wrong = bank_account(lou, "DE00370400440532013000")

    lou.refuse(INVALID, "POST", "/payment-runs", asked(wrong, euros))
    right = bank_account(lou, account_number="1810")
    lou.refuse(INVALID, "POST", "/payment-runs", asked(right, euros, dollars))


def test_run_goes_its_way(lou: LedgerLou) -> None:
    """Each step says when, and posts nothing (Payables, approve, export, complete, read 2026-11; 5.10, 10.29, A53;
    operations 45, 47 and 48)."""
    run = start(lou, booked_bill(lou, payee(lou)))
    before = lou.events()
    lou.advance(hours=3)

    approved = move(lou, run["id"], "approve")
    assert {**run, "status": "approved", "approved_at": NOON} == approved
    exported = move(lou, run["id"], "export")
    assert {"id": run["id"], "status": "exported"} == exported["run"]
    completed = move(lou, run["id"], "complete")
    done = {"status": "completed", "exported_at": NOON, "completed_at": NOON, "message_id": exported["message_id"]}
    assert {**approved, **done} == completed == lou.get(f"/payment-runs/{run['id']}")
    assert before == lou.events()


@pytest.mark.parametrize(
    ("steps", "refused"),
    [
        ((), ("export", "complete")),
        (("approve",), ("approve", "complete")),
        (("approve", "export"), ("approve", "export", "cancel")),
        (("approve", "export", "complete"), ("approve", "export", "complete", "cancel")),
        (("cancel",), ("approve", "export", "complete", "cancel")),
        (("approve", "cancel"), ("approve", "export", "complete", "cancel")),
    ],
)
def test_no_step_is_skipped_or_taken_back(lou: LedgerLou, steps: tuple[str, ...], refused: tuple[str, ...]) -> None:
    """409 for any other transition (Payables, read 2026-11; 5.10, 10.29; operations 45 to 48)."""
    run = start(lou, booked_bill(lou, payee(lou)))
    for step in steps:
        move(lou, run["id"], step)

    for step in refused:
        lou.refuse(WRONG_STATE, "POST", f"/payment-runs/{run['id']}/{step}")
    lou.refuse((404, "NOT_FOUND"), "POST", f"/payment-runs/{NOBODY}/approve")


def test_cancelled_run_frees_its_invoices(lou: LedgerLou) -> None:
    """And so does a completed one, until the bank line pays (Payables, cancel, read 2026-11; 5.10, A51; operations 46
    and 49)."""
    id = booked_bill(lou, payee(lou))
    run = start(lou, id)
    assert [] == lou.get("/payment-runs/eligible-invoices")

    move(lou, run["id"], "cancel")
    again = lou.post("/payment-runs", asked(run["bank_account_id"], id), status=201)
    assert [] == lou.get("/payment-runs/eligible-invoices")
    move(lou, again["id"], "approve", "export", "complete")
    assert [id] == [each["id"] for each in lou.get("/payment-runs/eligible-invoices")]


def test_eligible_invoices_are_booked_and_not_paid(lou: LedgerLou) -> None:
    """By the day on which they are due, with what remains (Payables, get-payment-runs-eligible-invoices, read 2026-11;
    operation 49; A50)."""
    rich, poor, bank = payee(lou), vendor(lou, "Beta"), bank_account(lou)
    late = booked_bill(lou, rich, invoice_number="spät", due_date=None)
    soon = booked_bill(lou, poor, 238, invoice_number="bald", due_date="2026-11-01")
    bill(lou, rich, invoice_number="Entwurf")
    paid = booked_bill(lou, rich, invoice_number="bezahlt")
    pay(lou, bank, lou.get(f"/invoices/{paid}")["intent_id"], -119)
    pay(lou, bank, lou.get(f"/invoices/{soon}")["intent_id"], -38)

    found = lou.get("/payment-runs/eligible-invoices")

    assert [(soon, True), (late, False)] == [(each["id"], each["iban_missing"]) for each in found]
    first = {"vendor_id": poor, "vendor_name": "Beta", "invoice_number": "bald", "invoice_date": "2026-06-01"}
    sums = {"due_date": "2026-11-01", "total_gross": "238.00", "remaining_amount": "200.00", "currency": "EUR"}
    intent_id = lou.get(f"/invoices/{soon}")["intent_id"]
    assert {"id": soon, **first, **sums, "intent_id": intent_id, "iban_missing": True} == found[0]


def test_runs_are_listed(lou: LedgerLou) -> None:
    """The newest first, by status (Payables, get-payment-runs, read 2026-11; operation 42)."""
    vendor_id = payee(lou)
    first = start(lou, booked_bill(lou, vendor_id))
    lou.advance(hours=1)
    body = asked(first["bank_account_id"], booked_bill(lou, vendor_id, invoice_number="RE-2"))
    second = lou.post("/payment-runs", body, status=201)
    move(lou, first["id"], "approve")

    found = lou.get("/payment-runs")

    assert [second["id"], first["id"]] == [each["id"] for each in found]
    row = {"id", "status", "execution_date", "label", "total_amount", "invoice_count", "created_at"}
    assert row == set(found[0])
    assert [first["id"]] == [each["id"] for each in lou.get("/payment-runs", status="approved")]
    assert [first["id"]] == [each["id"] for each in lou.get("/payment-runs", limit=1, offset=1)]
    for query in ("limit=501", "status=paid"):
        lou.refuse(INVALID, "GET", f"/payment-runs?{query}")


# --- the file --------------------------------------------------------------------------------------------------------


def exported(lou: LedgerLou) -> tuple[Json, Json, ElementTree.Element]:
    """A run of two transfers, one of them with letters and a number that no bank carries: run, answer, XML."""
    plain = booked_bill(lou, payee(lou, bic="COBADEFFXXX"))
    odd = booked_bill(
        lou, payee(lou, "Müller & Söhne, Łódź", vat_id="DE2", bic="DE2"), 59.51, invoice_number="/Größe 5/"
    )
    run = start(lou, plain, odd)
    answer = move(lou, run["id"], "approve", "export")
    return run, answer, ElementTree.fromstring(answer["sepa_xml"])


def test_file_fits_its_schema(lou: LedgerLou) -> None:
    """pain.001.001.03 of ISO 20022 (6, A54)."""
    _, answer, root = exported(lou)

    try_valid_xml(answer["sepa_xml"].encode(), "pain.001.001.03")
    assert f"{{{NAMES['']}}}Document" == root.tag
    assert answer["sepa_xml"].startswith('<?xml version="1.0" encoding="UTF-8"?>')


def test_sums_and_counts_agree(lou: LedgerLou) -> None:
    """Of the answer, the header, the payment and the transfers (6, 10.29)."""
    run, answer, root = exported(lou)

    amounts = [Decimal(str(text)) for text in text_at(root, ".//InstdAmt")]
    assert [Decimal("119.00"), Decimal("59.51")] == amounts
    assert ("178.51", 178.51, 2) == (run["total_amount"], answer["control_sum"], answer["number_of_transactions"])
    assert ["178.51", "178.51"] == text_at(root, ".//CtrlSum")
    assert ["2", "2"] == text_at(root, ".//NbOfTxs")
    assert ["EUR", "EUR"] == [amount.get("Ccy") for amount in root.findall(".//InstdAmt", NAMES)]


def test_header_and_payment_say_who_when_and_how(lou: LedgerLou) -> None:
    """The ids are those of the answer, the moment that of the sandbox; a bank without a BIC is not provided (6)."""
    run, answer, root = exported(lou)

    message_id = f"LL-{run['id'].replace('-', '')[:24]}"
    assert message_id == answer["message_id"] == lou.get(f"/payment-runs/{run['id']}")["message_id"]
    told = {
        "*/GrpHdr/MsgId": message_id,
        "*/GrpHdr/CreDtTm": "2026-12-01T09:00:00Z",
        "*/GrpHdr/InitgPty/Nm": "Sandbox GmbH",
        "*/PmtInf/PmtInfId": f"{message_id}-1",
        "*/PmtInf/PmtMtd": "TRF",
        "*/PmtInf/BtchBookg": "true",
        "*/PmtInf/PmtTpInf/SvcLvl/Cd": "SEPA",
        "*/PmtInf/ReqdExctnDt": "2026-12-03",
        "*/PmtInf/Dbtr/Nm": "Sandbox GmbH",
        "*/PmtInf/DbtrAcct/Id/IBAN": IBAN,
        "*/PmtInf/DbtrAgt/FinInstnId/Othr/Id": "NOTPROVIDED",
        "*/PmtInf/ChrgBr": "SLEV",
    }
    assert {path: [text] for path, text in told.items()} == {path: text_at(root, path) for path in told}


def test_transfers_carry_what_banks_can_read(lou: LedgerLou) -> None:
    """A number that fits goes along as it is, else the id of the item; letters are spelled; a BIC only where there is
    one (6)."""
    run, _, root = exported(lou)

    odd_id = run["items"][1]["id"].replace("-", "")
    transfer = "*/PmtInf/CdtTrfTxInf"
    assert ["RE-1", odd_id] == text_at(root, f"{transfer}/PmtId/EndToEndId")
    assert ["Acme GmbH", "Mueller + Soehne, Lodz"] == text_at(root, f"{transfer}/Cdtr/Nm")
    assert ["RE-1", "/Groesse 5/"] == text_at(root, f"{transfer}/RmtInf/Ustrd")
    assert [OTHER_IBAN, OTHER_IBAN] == text_at(root, f"{transfer}/CdtrAcct/Id/IBAN")
    first, second = root.findall(transfer, NAMES)
    assert ["COBADEFFXXX"] == [bic.text for bic in first.findall("CdtrAgt/FinInstnId/BIC", NAMES)]
    assert [] == second.findall("CdtrAgt", NAMES)


def test_bank_with_a_bic_is_named(lou: LedgerLou) -> None:
    """Else it is NOTPROVIDED (6, A54; operation 48)."""
    bank = bank_account(lou, bic="COBADEFFXXX")
    run = lou.post("/payment-runs", asked(bank, booked_bill(lou, payee(lou))), status=201)

    root = ElementTree.fromstring(move(lou, run["id"], "approve", "export")["sepa_xml"])

    assert ["COBADEFFXXX"] == text_at(root, "*/PmtInf/DbtrAgt/FinInstnId/BIC")
    assert [] == text_at(root, ".//Othr")

"""Match groups of LedgerLou: several bank lines against several open items, with what is adjusted in between."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from tests.vendors.ledgerlou import NOBODY, LedgerLou, credit, debit, money
from tests.vendors.test_ledgerlou_reconcile import FX, OPEN, account, line, receivable, remaining, standing, unmatch

GROUPS = "/bank-match-groups"

Json = Any  # a JSON value


def owed(lou: LedgerLou, amount: float, **fields: Json) -> str:
    """The id of a booking that leaves an amount to be received on 1200."""
    return lou.book(debit("1200", amount), credit("4400", amount), skip_duplicate_check=True, **fields)


def owing(lou: LedgerLou, amount: float, **fields: Json) -> str:
    """The id of a booking that leaves an amount to be paid on 3300."""
    return lou.book(debit("6815", amount), credit("3300", amount), skip_duplicate_check=True, **fields)


def share(intent_id: str, allocated: float, settled: float | None = None, kind: str = "open_receivable") -> Json:
    number = {"open_receivable": "1200", "open_liability": "3300", "bank_booking": "1800"}[kind]
    told = {"intent_id": intent_id, "candidate_kind": kind, "open_item_account": number}
    return {**told, "allocated_bank_amount": allocated, "settled_document_amount": settled}


def body(lines: list[str], *shares: Json, adjusted: tuple[tuple[str, str, float], ...] = ()) -> Json:
    adjustments = [{"account_number": number, "posting_side": side, "amount": sum} for number, side, sum in adjusted]
    return {"bank_transaction_ids": lines, "allocations": list(shares), "adjustments": adjustments}


FEE = (("6855", "debit", 2.0),)


def test_two_lines_pay_an_invoice_less_a_fee(lou: LedgerLou) -> None:
    """+50 and +48 against 100, the fee on 6855: one settlement on the day of the last line. Without the adjustment it
    does not balance (Bank, post-bank-match-groups, read 2026-11; 5.7, 10.28, A34, A38; operation 60)."""
    bank, invoice = account(lou), owed(lou, 100)
    lines = [line(lou, bank, 50, "2026-06-12"), line(lou, bank, 48, "2026-06-10")]
    before = lou.balances()
    lou.refuse((400, "GROUP_NOT_BALANCED"), "POST", GROUPS, body(lines, share(invoice, 98, 100)))

    made = lou.post(GROUPS, body(lines, share(invoice, 98, 100), adjusted=FEE), status=201)

    assert (True, "group_settlement") == (made["ok"], made["mode"])
    assert {"1800": "98.00", "6855": "2.00", "1200": "-100.00"} == lou.moved(before)
    told = lou.get(f"/journal/{made['intent_id']}")
    assert "2026-06-12" == told["summary"]["booking_date"]
    assert [{"intent_id": invoice, "account": "1200", "amount": 100.0}] == told["linked_intents"]["settles"]
    assert set(lines) == {each["id"] for each in told["metadata"]["bank_transactions"]}
    assert [("reconciled", made["intent_id"], "group_settlement")] * 2 == [standing(lou, each) for each in lines]
    assert Decimal() == remaining(lou, invoice)
    group = lou.stored("bank-match-groups", made["match_group_id"])
    assert (lines, "active") == (group["bank_transaction_ids"], group["status"])


def test_one_member_takes_the_group_along(lou: LedgerLou) -> None:
    """Unmatching a line reverses the settlement and opens all lines; the group is not undone twice (Bank,
    post-bank-transactions-id-unmatch and post-bank-match-groups-id-unmatch, read 2026-11; 5.6, 10.28; operations 27
    and 61)."""
    bank, one, two = account(lou), owed(lou, 100), owed(lou, 30)
    lines = [line(lou, bank, 90), line(lou, bank, 40)]
    before = lou.balances()
    made = lou.post(GROUPS, body(lines, share(one, 100), share(two, 30)), status=201)

    undone = unmatch(lou, lines[1])

    assert "group_settlement" == undone["mode"]
    assert set(lines) == set(undone["reopened_transaction_ids"])
    assert [OPEN, OPEN] == [standing(lou, each) for each in lines]
    assert (before, Decimal(100), Decimal(30)) == (lou.balances(), remaining(lou, one), remaining(lou, two))
    path = f"{GROUPS}/{made['match_group_id']}/unmatch"
    lou.refuse((409, "ALREADY_REVERSED"), "POST", path)
    lou.refuse((404, "NOT_FOUND"), "POST", f"{GROUPS}/{NOBODY}/unmatch")


@pytest.mark.parametrize("through_the_journal", [False, True])
def test_a_group_is_undone_as_a_whole(lou: LedgerLou, through_the_journal: bool) -> None:
    """By its own call, or with the reversal of its settlement (Bank, post-bank-match-groups-id-unmatch, read 2026-11;
    5.2, A45; operations 12 and 61)."""
    bank, invoice = account(lou), owing(lou, 100)
    lines = [line(lou, bank, -60), line(lou, bank, -40)]
    before = lou.balances()
    made = lou.post(GROUPS, body(lines, share(invoice, 100, kind="open_liability")), status=201)
    path = f"{GROUPS}/{made['match_group_id']}/unmatch"

    if through_the_journal:
        lou.reverse(made["intent_id"])
        lou.refuse((409, "ALREADY_REVERSED"), "POST", path)
    else:
        assert {"ok": True} == lou.post(path)

    assert [OPEN, OPEN] == [standing(lou, each) for each in lines]
    assert (before, Decimal(100)) == (lou.balances(), remaining(lou, invoice))
    lou.post(GROUPS, body(lines, share(invoice, 100, kind="open_liability")), status=201)


def test_a_group_whose_reversal_is_reversed_is_there_again(lou: LedgerLou) -> None:
    """As long as nothing else was done about its lines (Bank, read 2026-11; 5.2; operation 12)."""
    bank, invoice = account(lou), owing(lou, 100)
    lines = [line(lou, bank, -60), line(lou, bank, -40)]
    made = lou.post(GROUPS, body(lines, share(invoice, 100, kind="open_liability")), status=201)
    reversal = lou.reverse(made["intent_id"])

    lou.reverse(reversal)

    assert ["reconciled", "reconciled"] == [standing(lou, each)[0] for each in lines]
    assert Decimal() == remaining(lou, invoice)
    assert {"ok": True} == lou.post(f"{GROUPS}/{made['match_group_id']}/unmatch")
    assert Decimal(100) == remaining(lou, invoice)


def test_an_outgoing_group_is_the_mirror_of_an_incoming_one(lou: LedgerLou) -> None:
    """100 and 50 to be paid, 3 of them as a discount, in two lines (Bank, post-bank-match-groups, read 2026-11; 5.7,
    A38; operation 60)."""
    bank, one, two = account(lou), owing(lou, 100), owing(lou, 50)
    lines = [line(lou, bank, -80), line(lou, bank, -67)]
    before = lou.balances()
    shares = [share(one, 97, 100, "open_liability"), share(two, 50, None, "open_liability")]

    lou.post(GROUPS, body(lines, *shares, adjusted=(("5736", "credit", 3.0),)), status=201)

    assert {"1800": "-147.00", "5736": "-3.00", "3300": "150.00"} == lou.moved(before)


def test_a_group_pays_a_part(lou: LedgerLou) -> None:
    """More than remains is refused (Bank, post-bank-match-groups, read 2026-11; 5.7; operation 60)."""
    bank, invoice = account(lou), receivable(lou)
    lines = [line(lou, bank, 60), line(lou, bank, 60)]

    lou.post(GROUPS, body(lines[:1], share(invoice, 60)), status=201)

    assert Decimal(59) == remaining(lou, invoice)
    sent = body(lines[1:], share(invoice, 60))
    lou.refuse((400, "SETTLEMENT_EXCEEDS_OPEN_AMOUNT"), "POST", GROUPS, sent)


@pytest.mark.parametrize(
    ("allocated", "moved"),
    [
        (90, {"1800": "90.00", "1200": "-80.00", "4840": "-10.00"}),
        (72.5, {"1800": "72.50", "1200": "-80.00", "6880": "7.50"}),
    ],
)
def test_a_foreign_item_is_settled_in_its_own_currency(lou: LedgerLou, allocated: float, moved: dict[str, str]) -> None:
    """100 of 200 USD, which are 80 of 160 EUR; how many must be said (Bank, post-bank-match-groups, read 2026-11; 5.7,
    A38, A39; operation 60)."""
    bank = account(lou)
    invoice = lou.book(debit("1200", 160), credit("4125", 160), fx=FX)
    paid, before = line(lou, bank, allocated), lou.balances()
    unsaid = body([paid], share(invoice, allocated))
    lou.refuse((400, "SETTLED_DOCUMENT_AMOUNT_REQUIRED"), "POST", GROUPS, unsaid)
    lou.refuse((400, "SETTLEMENT_EXCEEDS_OPEN_AMOUNT"), "POST", GROUPS, body([paid], share(invoice, allocated, 200.01)))

    lou.post(GROUPS, body([paid], share(invoice, allocated, 100)), status=201)

    assert moved == lou.moved(before)
    assert Decimal(100) == remaining(lou, invoice)


def test_dollar_lines_settle_dollar_items(lou: LedgerLou) -> None:
    """At the rate of the items; 196 of 200 USD came, the rest is written off in euros (Bank, post-bank-match-groups,
    read 2026-11; 5.7, A39; operation 60)."""
    bank = account(lou, "1810", "USD")
    invoice, domestic = lou.book(debit("1200", 160), credit("4125", 160), fx=FX), owed(lou, 50)
    lines = [line(lou, bank, 100), line(lou, bank, 96)]
    before = lou.balances()
    adjusted = (("6855", "debit", 3.2),)

    lou.refuse((400, "GROUP_NOT_BALANCED"), "POST", GROUPS, body(lines, share(invoice, 196, 200)))
    lou.refuse((400, "GROUP_NOT_BALANCED"), "POST", GROUPS, body(lines, share(invoice, 200, 200)))
    lou.refuse((422, "UNSUPPORTED_SETTLEMENT_CURRENCY"), "POST", GROUPS, body(lines[:1], share(domestic, 50)))
    lou.post(GROUPS, body(lines, share(invoice, 196, 200), adjusted=adjusted), status=201)

    assert {"1810": "156.80", "6855": "3.20", "1200": "-160.00"} == lou.moved(before)


def test_a_group_that_does_not_fit_together_is_refused(lou: LedgerLou) -> None:
    """One bank account, one direction, one currency; open items only (Bank, post-bank-match-groups, read 2026-11; 5.7,
    10.28; operation 60)."""
    bank, other = account(lou), account(lou, "1810")
    mine, more, theirs, away, zero = (
        line(lou, where, amount) for where, amount in ((bank, 50), (bank, 50), (other, 50), (bank, -50), (bank, 0))
    )
    one, two, debt = owed(lou, 50), owed(lou, 50), owing(lou, 50)
    abroad = lou.book(debit("1200", 160), credit("4125", 160), fx=FX)

    def refuse(status: int, code: str, sent: Json) -> None:
        lou.refuse((status, code), "POST", GROUPS, sent)

    both = (share(one, 50), share(two, 50))
    refuse(400, "BANK_TX_MIXED_BANK_ACCOUNTS", body([mine, theirs], *both))
    refuse(400, "DIRECTION_MISMATCH", body([mine, away], *both))
    refuse(400, "DIRECTION_MISMATCH", body([zero], share(one, 50)))
    refuse(400, "DIRECTION_MISMATCH", body([mine], share(debt, 50, kind="open_liability")))
    refuse(400, "DIRECTION_MISMATCH", body([away], share(one, 50)))
    refuse(400, "DIRECTION_MISMATCH", body([mine, more], share(one, 50), share(debt, 50, kind="open_liability")))
    refuse(400, "MIXED_SETTLEMENT_CURRENCY", body([mine, more], share(one, 50), share(abroad, 50, 60)))
    refuse(400, "TARGET_KIND_UNSUPPORTED", body([mine], share(one, 50, kind="bank_booking")))
    refuse(400, "GROUP_NOT_BALANCED", body([mine], *both))
    refuse(400, "GROUP_NOT_BALANCED", body([mine], share(one, 49.99)))
    refuse(400, "INVALID_INPUT", body([mine, mine], *both))
    refuse(400, "INVALID_INPUT", body([mine, more], share(one, 25), share(one, 25)))
    refuse(400, "INVALID_INPUT", body([mine], share(one, 0), adjusted=(("6855", "credit", 50.0),)))
    refuse(400, "INVALID_INPUT", body([], share(one, 50)))
    refuse(400, "INVALID_INPUT", body([mine]))
    refuse(400, "INVALID_INPUT", body([mine], share(one, 50), adjusted=(("6855", "left", 1.0),)))
    refuse(404, "NOT_FOUND", body([mine, NOBODY], *both))
    refuse(404, "TARGET_NOT_FOUND", body([mine], share(NOBODY, 50)))
    refuse(404, "ADJUSTMENT_ACCOUNT_NOT_FOUND", body([mine], share(one, 50), adjusted=(("6899", "debit", 1.0),)))
    lou.change("accounts", "6855", is_active=False)
    refuse(404, "ADJUSTMENT_ACCOUNT_NOT_FOUND", body([mine], share(one, 50), adjusted=(("6855", "debit", 1.0),)))
    lou.post(GROUPS, body([mine], share(one, 50)), status=201)
    refuse(409, "TX_ALREADY_HANDLED", body([mine, more], *both))
    refuse(404, "TARGET_NOT_FOUND", body([more], share(one, 50)))


def test_a_group_needs_an_open_month(lou: LedgerLou) -> None:
    """That of its last line (Bank, read 2026-11; 5.4, 5.7)."""
    bank, invoice = account(lou), owed(lou, 100)
    lines = [line(lou, bank, 50, "2026-06-30"), line(lou, bank, 50, "2026-07-01")]
    lou.post("/periods/2026-07/soft-lock")

    lou.refuse((400, "PERIOD_LOCKED"), "POST", GROUPS, body(lines, share(invoice, 100)))
    lou.post("/periods/2026-07/reopen")
    lou.post("/periods/2026-06/soft-lock")
    lou.post(GROUPS, body(lines, share(invoice, 100)), status=201)


class Teller:
    """Somebody who pays, matches, unmatches and reverses at random; what is refused leaves nothing."""

    def __init__(self, lou: LedgerLou, seed: int) -> None:
        self.lou, self.chance = lou, Random(seed)
        self.bank = account(lou)
        self.items: list[tuple[str, str]] = []
        for amount in (100, 33.33, 0.05):
            self.items.append((owed(lou, amount), "open_receivable"))
            self.items.append((owing(lou, amount), "open_liability"))
        self.items.append((lou.book(debit("1200", 160), credit("4125", 160), fx=FX), "open_receivable"))
        self.items.append((lou.book(debit("5900", 160), credit("3300", 160), fx=FX), "open_liability"))

    def step(self) -> None:
        getattr(self, self.chance.choice(("pay", "pay", "group", "group", "unmatch", "reverse")))()

    def _lines(self, kind: str, count: int) -> list[str]:
        sign = 1 if kind == "open_receivable" else -1
        return [line(self.lou, self.bank, sign * self.chance.choice((0.02, 10, 33.33, 50))) for _ in range(count)]

    def _post(self, path: str, sent: Json = None) -> None:
        answer = self.lou.call("POST", path, sent)
        assert answer.status_code in (200, 201, 400, 404, 409), answer.text
        assert answer.is_success or [] == self.lou.last()["changes"]

    def pay(self) -> None:
        intent_id, kind = self.chance.choice(self.items)
        number = {"open_receivable": "1200", "open_liability": "3300"}[kind]
        sent = {"intent_id": intent_id, "candidate_kind": kind, "open_item_account": number}
        self._post(f"/bank-transactions/{self._lines(kind, 1)[0]}/reconcile", sent)

    def group(self) -> None:
        kind = self.chance.choice(("open_receivable", "open_liability"))
        lines = self._lines(kind, 2)
        paid = sum(abs(Decimal(str(self.lou.get(f"/bank-transactions/{id}")["transaction"]["amount"]))) for id in lines)
        whole, first = float(paid), round(float(paid) / 3, 2)
        chosen = self.chance.sample([id for id, of in self.items if of == kind], 2)
        parts = (first, float(paid - Decimal(str(first))))
        shares = [share(id, part, part, kind) for id, part in zip(chosen, parts, strict=True)]
        self._post(GROUPS, body(lines, *self.chance.choice((shares, [share(chosen[0], whole, None, kind)]))))

    def unmatch(self) -> None:
        tied = self.lou.get("/bank-transactions", status="reconciled")["transactions"]
        if tied:
            self._post(f"/bank-transactions/{self.chance.choice(tied)['id']}/unmatch")

    def reverse(self) -> None:
        """A settlement, or a reversal, which is then as if it had not been."""
        found = [each["intent_id"] for each in self.lou.all("intents") if each["kind"] in ("settlement", "reversal")]
        if found:
            self._post("/journal/reverse", {"intent_id": self.chance.choice(found)})


@pytest.mark.parametrize("seed", range(5))
def test_what_remains_is_what_the_accounts_hold(lou: LedgerLou, seed: int) -> None:
    """In any order of matches and reversals: what was booked less the settlements that count is the account's balance,
    and a line is tied to a settlement that counts (Bank, read 2026-11; 5.2, 5.6, 5.7, 5.8, A43, A45)."""
    teller = Teller(lou, seed)
    for _ in range(40):
        teller.step()

    counting = [each for each in lou.all("settlements") if not each["is_reversed"]]
    for number, kind in (("1200", "open_receivable"), ("3300", "open_liability")):
        sign, left = (1, Decimal()) if kind == "open_receivable" else (-1, Decimal())
        for intent_id in (id for id, of in teller.items if of == kind):
            gross = sum(Decimal(amount) for _, _, amount in lou.pairs(intent_id))
            paid = [each for each in counting if (intent_id, number) == (each["intent_id"], each["account"])]
            left += gross - sum((money(each["amount"]) for each in paid), Decimal())
        assert sign * left == lou.balances().get(number, Decimal())
    stand = {each["settlement_intent_id"] for each in counting}
    tied = lou.get("/bank-transactions", status="reconciled", limit=500)["transactions"]
    assert {each["intent_id"] for each in tied} <= stand
    for each in tied:
        lou.call("POST", f"/bank-transactions/{each['id']}/unmatch")
    assert [] == lou.get("/bank-transactions", status="reconciled")["transactions"]

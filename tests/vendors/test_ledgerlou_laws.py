"""LedgerLou: laws of the books, for any calls in any order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from hashlib import sha256
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.serving import Door
from tests.vendors.ledgerlou import Json, LedgerLou, credit, debit, money

BANK, RECEIVABLES, PAYABLES, FEES = "1810", "1200", "3300", "6855"
MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10", "2026-11")
EVER = {"startDate": "2020-01-01", "endDate": "2030-12-31"}
REFUSALS = (400, 403, 404, 409)
Calls = Iterator[tuple[str, str, Json]]


class Bookkeeper:
    """Somebody who books, pays and locks, of which some is refused; what comes of it is left to the books."""

    def __init__(self, lou: LedgerLou) -> None:
        self.lou = lou
        self.bank = lou.get("/bank-accounts")[0]["id"]
        self.customer, self.vendor = (lou.get(path)[0]["id"] for path in ("/customers", "/vendors"))
        self.numbers = count(1)
        self.spent: list[tuple[str, str, float]] = []
        self.locked: dict[str, tuple[list[str], str]] = {}

    def step(self, act: str, seed: int) -> None:
        """Do something; a refusal is one of the documented ones, and stores nothing."""
        getattr(self, act)(Random(seed))

    def _try(self, method: str, path: str, body: Json = None, *, who: str = "admin") -> Json:
        """What a call answers; None where it is refused."""
        answer = self.lou.call(method, path, body, who=who)
        if answer.is_success:
            return answer.json()
        assert answer.status_code in REFUSALS, answer.text
        assert [] == self.lou.last()["changes"], answer.text
        return None

    def _day(self, chance: Random) -> str:
        return f"{chance.choice(MONTHS)}-{chance.randint(1, 30):02}"

    def _amount(self, chance: Random) -> float:
        return round(chance.choice((chance.uniform(0.01, 2), chance.uniform(2, 5000))), 2)

    def _book(self, *lines: Json, day: str, fx: Json = None) -> str | None:
        body = {"booking_date": day, "description": f"Vorgang {next(self.numbers)}", "lines": list(lines), "fx": fx}
        made = self._try("POST", "/bookings", body)
        return None if made is None else str(made["intent_id"])

    def _invoice(self, path: str, party: Json, gross: float, day: str, intent_id: str) -> None:
        line = {
            "position": 1,
            "description": "Ware",
            "quantity": 1,
            "unit_price": gross,
            "tax_rate": 0,
            "tax_amount": 0,
            "line_total": gross,
        }
        body = {
            **party,
            "invoice_number": f"R-{next(self.numbers)}",
            "invoice_date": day,
            "total_net": gross,
            "total_tax": 0,
            "total_gross": gross,
            "intent_id": intent_id,
            "lines": [line],
        }
        assert self._try("POST", path, body) is not None

    def sell(self, chance: Random) -> None:
        gross, day, code = self._amount(chance), self._day(chance), chance.choice(("UST19", "UST7", None))
        if intent_id := self._book(debit(RECEIVABLES, gross), credit("4400", gross, code), day=day):
            party = {"customer_id": self.customer, "type": "invoice"}
            self._invoice("/outgoing-invoices", party, gross, day, intent_id)

    def give_back(self, chance: Random) -> None:
        gross, day = self._amount(chance), self._day(chance)
        if intent_id := self._book(debit("4400", gross, "UST19"), credit(RECEIVABLES, gross), day=day):
            party = {"customer_id": self.customer, "type": "credit_note"}
            self._invoice("/outgoing-invoices", party, gross, day, intent_id)

    def buy(self, chance: Random) -> None:
        gross, day = self._amount(chance), self._day(chance)
        code = chance.choice(("VST19", "VST7", "VST-13B19", None))
        if intent_id := self._book(debit("5900", gross, code), credit(PAYABLES, gross), day=day):
            self._invoice("/invoices", {"vendor_id": self.vendor}, gross, day, intent_id)

    def trade_abroad(self, chance: Random) -> None:
        """An invoice in dollars, of a vendor or to the customer."""
        base, day, rate = self._amount(chance), self._day(chance), chance.choice((1.1, 0.97, 1.0825))
        gross = round(base * rate, 2) or 0.01
        fx = {"currency": "USD", "amount": gross, "rate": rate, "rate_date": day, "rate_source": "ECB"}
        bought = chance.random() < 0.5
        lines = (debit("5900", base), credit(PAYABLES, base))
        if not bought:
            lines = (debit(RECEIVABLES, base), credit("4400", base))
        if intent_id := self._book(*lines, day=day, fx=fx):
            dollars: dict[str, Json] = {"currency": "USD"}
            if bought:
                self._invoice("/invoices", {"vendor_id": self.vendor, **dollars}, gross, day, intent_id)
            else:
                party = {"customer_id": self.customer, "type": "invoice", **dollars}
                self._invoice("/outgoing-invoices", party, gross, day, intent_id)

    def spend(self, chance: Random) -> None:
        first, second, day = self._amount(chance), self._amount(chance), self._day(chance)
        whole = float(money(first) + money(second))
        lines = [debit("6815", first, "VST19"), debit("6310", second), credit(BANK, whole)]
        chance.shuffle(lines)
        if intent_id := self._book(*lines, day=day):
            self.spent.append((intent_id, day, whole))

    def _line(self, chance: Random, amount: float, day: str) -> str | None:
        row = {"tx_date": day, "amount": amount, "reference": f"Zeile {next(self.numbers)}"}
        made = self._try("POST", "/bank-transactions", {"bank_account_id": self.bank, "transactions": [row]})
        assert made["imported"] == 1
        found = self.lou.get("/bank-transactions", search=row["reference"])["transactions"]
        return next(str(each["id"]) for each in found if each["reference"] == row["reference"])

    def _owed(self, chance: Random, path: str) -> Json:
        """An invoice that is not paid, whole; None where there is none."""
        rows = [each for party in self.lou.get(f"{path}/open-items") for each in party["invoices"]]
        return self.lou.get(f"{path}/{chance.choice(rows)['id']}") if rows else None

    def pay(self, chance: Random) -> None:
        """A bank line for an invoice: all of it, a part, too much; now and then the wrong way."""
        path, kind, account, sign = chance.choice(
            (
                ("/invoices", "open_liability", PAYABLES, -1),
                ("/outgoing-invoices", "open_receivable", RECEIVABLES, 1),
            )
        )
        if invoice := self._owed(chance, path):
            amount = round(invoice["remaining_amount"] * chance.choice((1, 1, 0.5, 0.333, 1.1)), 2)
            line = self._line(chance, amount * sign * chance.choice((1, 1, 1, -1)), self._day(chance))
            body = {"intent_id": invoice["intent_id"], "candidate_kind": kind, "open_item_account": account}
            self._try("POST", f"/bank-transactions/{line}/reconcile", body)

    def pay_in_two(self, chance: Random) -> None:
        """Two lines for one invoice, with a fee that the customer left out."""
        if (invoice := self._owed(chance, "/outgoing-invoices")) and invoice["remaining_amount"] > 1:
            rest, day = money(invoice["remaining_amount"]), self._day(chance)
            fee = Decimal(chance.choice(("0.00", "0.50")))
            first = (rest - fee) / 2
            first = first.quantize(Decimal("0.01"))
            lines = [self._line(chance, float(part), day) for part in (first, rest - fee - first)]
            allocation = {
                "intent_id": invoice["intent_id"],
                "candidate_kind": "open_receivable",
                "open_item_account": RECEIVABLES,
                "allocated_bank_amount": float(rest - fee),
                "settled_document_amount": float(rest),
            }
            cost = {"account_number": FEES, "posting_side": "debit", "amount": chance.choice((float(fee), 0.49))}
            adjustments = [cost] if fee else []
            body = {"bank_transaction_ids": lines, "allocations": [allocation], "adjustments": adjustments}
            self._try("POST", "/bank-match-groups", body)

    def link(self, chance: Random) -> None:
        if self.spent:
            intent_id, day, whole = chance.choice(self.spent)
            line = self._line(chance, -whole, day)
            body = {"intent_id": intent_id, "candidate_kind": "bank_booking"}
            self._try("POST", f"/bank-transactions/{line}/reconcile", body)

    def unmatch(self, chance: Random) -> None:
        rows = self.lou.get("/bank-transactions", status="reconciled")["transactions"]
        if rows:
            self._try("POST", f"/bank-transactions/{chance.choice(rows)['id']}/unmatch")

    def reverse(self, chance: Random) -> None:
        """What was spent, or a payment; now and then twice."""
        settlements = [each["intent_id"] for each in self.lou.all("intents") if each["kind"] == "settlement"]
        found = [*settlements, *(each[0] for each in self.spent)]
        if found:
            mode = chance.choice(("current_period", "original_period"))
            self._try("POST", "/journal/reverse", {"intent_id": chance.choice(found), "posting_mode": mode})

    def cancel(self, chance: Random) -> None:
        """The posting of an invoice of which nothing is paid."""
        path = chance.choice(("/invoices", "/outgoing-invoices"))
        invoice = self._owed(chance, path)
        if invoice and invoice["remaining_amount"] == invoice["total_gross"]:
            self._try("POST", "/journal/reverse", {"intent_id": invoice["intent_id"]})

    def close(self, chance: Random) -> None:
        month = chance.choice(MONTHS)
        self._try("POST", f"/periods/{month}/{chance.choice(('soft-lock', 'soft-lock', 'reopen', 'reopen'))}")

    def lock(self, chance: Random) -> None:
        """By request and another user's word, which comes in time or too late."""
        month = chance.choice(MONTHS[:2])
        request = self._try("POST", f"/periods/{month}/lock")
        if request is not None:
            self.lou.advance(hours=chance.choice((1, 47, 49)))
            path = f"/periods/{month}/lock/{request['request_id']}/approve"
            done = self._try("POST", path, who=chance.choice(("admin", "member", "member")))
            if done is not None:
                self.locked[month] = (self._hashes(month), done["closing_hash"])

    def _hashes(self, month: str) -> list[str]:
        return [event["audit_hash"] for event in self.lou.events() if event["booking_date"].startswith(month)]


ACTS = [
    *("sell", "sell", "buy", "buy", "spend", "spend", "pay", "pay", "pay", "pay_in_two", "pay_in_two", "link"),
    *("trade_abroad", "trade_abroad"),
    *("give_back", "unmatch", "unmatch", "reverse", "reverse", "cancel", "close", "close", "lock"),
]
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 10**6)), min_size=20, max_size=40)
LAWS = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Failures are told as they are found: to shrink one takes minutes, and a step alone is small enough to follow."""


@pytest.fixture(scope="module")
def companies(lou_door: Door) -> Callable[[], LedgerLou]:
    """Makes companies that have a bank account, a customer and a vendor, and no books."""
    first = LedgerLou(lou_door, "lou-laws")
    bank = {"name": "Geschäftskonto", "iban": "DE89370400440532013000", "account_number": BANK}
    first.post("/bank-accounts", bank, status=201)
    first.post("/customers", {"name": "Musterkunde AG"}, status=201)
    first.post("/vendors", {"name": "Acme GmbH"}, status=201)
    numbers = count(1)
    return lambda: LedgerLou(lou_door, f"lou-laws-{next(numbers)}", fork_of="lou-laws")


@LAWS
@given(steps=STEPS)
def test_books_hold_together(companies: Callable[[], LedgerLou], steps: list[tuple[str, int]]) -> None:
    """Whatever was sent, in any order: debits equal credits, balances are the sum of the events, open items are their
    control accounts, locked periods never change (4.5, 5.1, 5.4, 5.8, 5.12)."""
    keeper = Bookkeeper(companies())
    for act, seed in steps:
        keeper.step(act, seed)
    lou = keeper.lou

    balances = check_journal(lou)
    check_balances(lou, balances)
    check_open_items(lou, balances)
    check_bank(lou)
    check_locked(keeper)
    lou.close()


@LAWS
@given(steps=STEPS)
def test_match_is_taken_back_without_a_trace(companies: Callable[[], LedgerLou], steps: list[tuple[str, int]]) -> None:
    """Every line unmatched: each is as it was imported, and every balance and invoice as without payments (5.6, 5.7,
    5.8)."""
    keeper = Bookkeeper(companies())
    lou = keeper.lou
    for act, seed in steps:
        if act not in ("close", "lock", "reverse"):
            keeper.step(act, seed)
    while rows := lou.get("/bank-transactions", status="reconciled")["transactions"]:
        lou.post(f"/bank-transactions/{rows[0]['id']}/unmatch")

    for line in lou.all("bank-transactions"):
        assert ("unreconciled", None, None, None) == tuple(
            line[name] for name in ("status", "intent_id", "match_group_id", "match_mode")
        )
    for path in ("/invoices", "/outgoing-invoices"):
        for row in lou.get(path, limit=500):
            assert row["remaining_amount"] == (0 if row.get("type") == "credit_note" else row["total_gross"])
            assert row["status"] in ("draft", "open", "overdue") or row["type"] == "credit_note"
    settled = {each["intent_id"] for each in lou.all("intents") if each["kind"] == "settlement"}
    events = [event for event in lou.events() if not {event["intent_id"], event["reverses_intent_id"]} & settled]
    assert without_nothing(sums(events)) == lou.balances()
    lou.close()


def sums(events: list[Json]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for event in events:
        for account, sign in ((event["account_debit"], 1), (event["account_credit"], -1)):
            found[account] = found.get(account, Decimal()) + sign * money(event["amount"])
    return found


def without_nothing(found: dict[str, Decimal]) -> dict[str, Decimal]:
    return {account: amount for account, amount in found.items() if amount}


def check_journal(lou: LedgerLou) -> dict[str, Decimal]:
    """Numbers without gaps, amounts above 0, a chain that verifies; debits less credits of each account."""
    events = lou.events()
    assert [*range(1, len(events) + 1)] == [event["journal_number"] for event in events]
    before = "0" * 64
    for event in events:
        assert event["amount"] > 0
        assert before == event["prev_hash"]
        rest = {name: value for name, value in event.items() if name != "audit_hash"}
        text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        before = sha256(f"{before}:{text}".encode()).hexdigest()
        assert before == event["audit_hash"]
    found = sums(events)
    assert 0 == sum(found.values())
    return found


def check_balances(lou: LedgerLou, balances: dict[str, Decimal]) -> None:
    """Movements of each account, and the list of balances, are the sum of the events."""
    for account, balance in balances.items():
        shown = lou.get(f"/accounts/{account}/entries", limit=1000)
        assert balance == money(shown["balance"])
        assert balance == sum(money(each["debit"]) - money(each["credit"]) for each in shown["entries"])
        assert balance == money(shown["entries"][-1]["running_balance"])
    rows = lou.get("/reports", type="susa", **EVER)
    assert balances == {row["number"]: money(row["debit_total"]) - money(row["credit_total"]) for row in rows}
    assert sum(money(row["debit_total"]) for row in rows) == sum(money(row["credit_total"]) for row in rows)


def check_open_items(lou: LedgerLou, balances: dict[str, Decimal]) -> None:
    """What is owed by invoice, less what was given back, is the control account."""
    nothing = Decimal()
    owed = sum((money(party["total_open"]) for party in lou.get("/invoices/open-items")), nothing)
    assert -owed == balances.get(PAYABLES, nothing)
    assert owed == sum((money(each["open_amount"]) for each in lou.get("/vendors")), nothing)
    due = sum((money(party["total_open"]) for party in lou.get("/outgoing-invoices/open-items")), nothing)
    notes = [each for each in lou.get("/outgoing-invoices", limit=500, type="credit_note") if each["status"] == "paid"]
    given = sum((money(each["total_gross"]) for each in notes), nothing)
    assert due - given == balances.get(RECEIVABLES, nothing)


def check_bank(lou: LedgerLou) -> None:
    """Lines and counters agree; what a line is tied to stands, or was a booking when it was tied."""
    lines = lou.all("bank-transactions")
    unreconciled = [each for each in lines if each["status"] == "unreconciled"]
    assert len(unreconciled) == lou.get("/bank-transactions/unreconciled-count")["count"]
    (account,) = lou.get("/bank-accounts")
    assert (len(lines), len(unreconciled)) == (account["tx_count"], account["unreconciled_count"])
    assert all((each["intent_id"] is None) == (each["status"] == "unreconciled") for each in lines)
    history = lou.get("/bank-accounts/balance-history")
    assert sum((money(each["amount"]) for each in lines), Decimal()) == money(history["currentBalance"])


def check_locked(keeper: Bookkeeper) -> None:
    """A month that was locked has the events that it had, and the hash over theirs."""
    events = keeper.lou.events()
    for month, (hashes, closing) in keeper.locked.items():
        assert hashes == [event["audit_hash"] for event in events if event["booking_date"].startswith(month)]
        assert sha256("".join(hashes).encode()).hexdigest() == closing
        (period,) = [each for each in keeper.lou.get("/periods") if each["period"] == month]
        assert "locked" == period["status"]

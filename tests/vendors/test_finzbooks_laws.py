"""FinzBooks: laws of the books, for any documents in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.serving import Door
from tests.vendors.finzbooks import EVER, FinzBooks, Json, money
from tests.vendors.finzbooks_sums import KINDS, Books, bucket

SPAN = {"from_date": "2026-04-01", "to_date": EVER}
DAYS = ("2026-04-03", "2026-04-30", "2026-05-12", "2026-05-31", "2026-06-15", "2026-06-30")
TAXES = (
    "tx_gst_18",
    "tx_gst_18",
    "tx_gst_5",
    "tx_gst_12",
    "tx_gst_28",
    "tx_gst_0",
    "tx_exempt",
    "tx_nil",
    "tx_non_gst",
)
PARTIES: list[dict[str, Json]] = [
    {"contact_name": "Acme", "contact_type": "CUSTOMER", "gst_no": "27AABCC1234D1Z5", "payment_terms": 30},
    {"contact_name": "Beta", "contact_type": "CUSTOMER", "gst_no": "29AABCB5678K1Z3", "payment_terms": 60},
    {"contact_name": "Counter", "contact_type": "CUSTOMER", "place_of_contact": "IN-MH"},
    {"contact_name": "Supplies", "contact_type": "VENDOR", "place_of_contact": "IN-MH", "payment_terms": 14},
    {"contact_name": "Mills", "contact_type": "VENDOR", "gst_no": "29AABCM5678K1Z3"},
]
SECOND_BRANCH = {
    "branch_id": "br_blr",
    "code": "BLR",
    "name": "Peenya",
    "gstin": "29AAAPG7885R1ZL",
    "state": "IN-KA",
    "city": "Bengaluru",
    "is_default": False,
    "invoice_prefix": "BLR-",
    "bill_prefix": "BLRB-",
}
ASSETS = {
    *("BANK", "CASH", "ACCOUNTS_RECEIVABLE", "STOCK", "GST_ASSET", "TDS_ASSET", "OTHER_CURRENT_ASSET"),
    "FIXED_ASSET",
}
RESULTS = {"SALES", "INCOME", "OTHER_INCOME", "COST_OF_GOODS_SOLD", "EXPENSE", "OTHER_EXPENSE"}


class Trader:
    """Somebody who sends documents, of which some are refused; what comes of them is left to the books."""

    def __init__(self, books: FinzBooks, *, rates: tuple[float, ...]) -> None:
        self.books = books
        self.rates = rates
        contacts = books.all("/contacts")[::-1]
        self.customers = [each["contact_id"] for each in contacts if each["contact_type"] == "CUSTOMER"]
        self.vendors = [each["contact_id"] for each in contacts if each["contact_type"] == "VENDOR"]
        self.branches = [each["branch_id"] for each in books.get("/branches")]
        self.made: dict[str, list[Json]] = {}

    def step(self, act: str, seed: int) -> None:
        """Do something; a refusal is one of the documented ones, and stores nothing."""
        chance = Random(seed)
        for method, path, body in getattr(self, act)(chance):
            answer = self.books.call(method, path, body)
            if answer.is_success:
                self._keep(answer.json())
            else:
                assert answer.status_code in (400, 404, 409), answer.text
                assert [] == self.books.last()["changes"]

    def _keep(self, told: Json) -> None:
        for word in ("invoice", "bill", "expense", "payment", "credit_note", "journal"):
            if word in told:
                rows = self.made.setdefault(word, [])
                rows[:] = [each for each in rows if each[f"{word}_id"] != told[word][f"{word}_id"]]
                rows.append(told[word])

    def _one(self, word: str, chance: Random) -> Json:
        """A document of a kind, None where there is none."""
        rows = self.made.get(word)
        return chance.choice(rows) if rows else None

    def _amount(self, chance: Random, most: float = 60000) -> float:
        return round(chance.choice((chance.uniform(0.01, 20), chance.uniform(20, most))), 2)

    def _lines(self, chance: Random) -> list[Json]:
        lines = []
        for _ in range(chance.randint(1, 3)):
            rate = self._amount(chance)
            discount = round(rate * chance.choice((0, 0, 0.1)), 2)
            lines.append(
                {
                    "name": "Part",
                    "quantity": chance.choice((1, 2, 1.5, 3.333)),
                    "rate": rate,
                    "discount": discount,
                    "tax_id": chance.choice(TAXES),
                    "hsn_or_sac": chance.choice(("8421", "8708", None)),
                }
            )
        return lines

    def _dated(self, chance: Random, party: str, parties: list[str], places: tuple[str, ...]) -> dict[str, Json]:
        return {
            party: chance.choice(parties),
            "date": chance.choice(DAYS),
            "place_of_supply": chance.choice(places),
            "line_items": self._lines(chance),
        }

    def sell(self, chance: Random) -> Iterator[tuple[str, str, Json]]:
        body = self._dated(chance, "customer_id", self.customers, ("IN-MH", "IN-KA", "IN-OT"))
        body |= {"auto_approve": chance.random() < 0.9, "branch_id": chance.choice(self.branches)}
        if body["place_of_supply"] == "IN-OT":
            body |= {"currency_code": "USD", "exchange_rate": chance.choice(self.rates)}
        yield "POST", "/invoices", body

    def buy(self, chance: Random) -> Iterator[tuple[str, str, Json]]:
        body = self._dated(chance, "vendor_id", self.vendors, ("IN-MH", "IN-KA"))
        body |= {"auto_approve": chance.random() < 0.9, "reference_number": str(chance.random())}
        for line in body["line_items"]:
            line["account_id"] = chance.choice(("acc_purchases", "acc_internet"))
        body |= chance.choice(({}, {}, {"is_rcm": True, "rcm_rate": 5}, {"itc_blocked_reason": "17(5)(a)"}))
        yield "POST", "/bills", body

    def spend(self, chance: Random) -> Iterator[tuple[str, str, Json]]:
        body: dict[str, Json] = {
            "date": chance.choice(DAYS),
            "account_id": "acc_office_rent",
            "paid_through_account_id": chance.choice(("acc_icici", "acc_cash")),
            "amount": self._amount(chance, 9000),
            "tax_id": chance.choice(TAXES),
            "vendor_id": chance.choice((None, *self.vendors)),
        }
        kinds: tuple[dict[str, Json], ...] = (
            {},
            {"is_inclusive_tax": True},
            {"is_rcm": True, "rcm_rate": 18},
            {"itc_blocked_reason": "17(5)(b)"},
            {
                "line_items": [
                    {"amount": self._amount(chance), "account_id": "acc_internet"},
                    {"amount": self._amount(chance), "tax_id": "tx_gst_12"},
                ]
            },
        )
        yield "POST", "/expenses", body | chance.choice(kinds)

    def change_expense(self, chance: Random) -> Iterator[tuple[str, str, Json]]:
        if expense := self._one("expense", chance):
            place = f"/expenses/{expense['expense_id']}"
            yield chance.choice(
                (
                    ("PUT", place, {"amount": self._amount(chance), "date": chance.choice(DAYS)}),
                    ("DELETE", place, None),
                )
            )

    def settle(self, chance: Random) -> Iterator[tuple[str, str, Json]]:
        """A payment for a document: a part, all of it, too much; with charges and tax deducted at source."""
        word = chance.choice(("invoice", "bill"))
        if document := self._one(word, chance):
            now = self.books.get(f"/{word}s/{document[f'{word}_id']}")
            share = round(now["balance"] * chance.choice((1, 1, 0.5, 0.333, 1.1)), 2)
            tds = round(share * chance.choice((0, 0, 0.1)), 2)
            yield (
                "POST",
                "/payments",
                {
                    "flow": "INCOMING" if word == "invoice" else "OUTGOING",
                    "contact_id": document.get("customer_id") or document["vendor_id"],
                    "date": chance.choice(DAYS),
                    "amount": round(share - tds + chance.choice((0, 0, 25.5)), 2),
                    "tds_amount": tds,
                    "bank_charges": chance.choice((0, 0, 1.77)),
                    "currency_code": document["currency_code"],
                    "exchange_rate": document["exchange_rate"],
                    "allocations": [{f"{word}_id": document[f"{word}_id"], "amount": share}],
                },
            )

    def advance(self, chance: Random) -> Iterator[tuple[str, str, Json]]:
        incoming = chance.random() < 0.5
        kind = chance.choice(("REGULAR", "ADVANCE", "REFUND"))
        contacts = self.customers if incoming != (kind == "REFUND") else self.vendors
        yield (
            "POST",
            "/payments",
            {
                "flow": "INCOMING" if incoming else "OUTGOING",
                "payment_type": kind,
                "contact_id": chance.choice(contacts),
                "date": chance.choice(DAYS),
                "amount": self._amount(chance),
                "mode": chance.choice(("CASH", "UPI")),
            },
        )

    def apply_advance(self, chance: Random) -> Iterator[tuple[str, str, Json]]:
        rest = [each for each in self.made.get("payment", []) if each["unallocated_amount"]]
        if rest:
            payment = chance.choice(rest)
            word = "invoice" if payment["flow"] == "INCOMING" else "bill"
            if document := self._of(payment["contact_id"], word, chance):
                amount = round(min(payment["unallocated_amount"], document["balance"]) * chance.choice((1, 0.5)), 2)
                allocations = [{f"{word}_id": document[f"{word}_id"], "amount": amount}]
                yield "POST", f"/payments/{payment['payment_id']}/apply", {"allocations": allocations}

    def _of(self, contact: str, word: str, chance: Random) -> Json:
        """An invoice or a bill of a contact as it is now, None where there is none."""
        party = "customer_id" if word == "invoice" else "vendor_id"
        theirs = [each for each in self.made.get(word, []) if contact == each[party]]
        return self.books.get(f"/{word}s/{chance.choice(theirs)[f'{word}_id']}") if theirs else None

    def credit(self, chance: Random) -> Iterator[tuple[str, str, Json]]:
        parties, party = chance.choice(((self.customers, "customer_id"), (self.vendors, "customer_id")))
        body = self._dated(chance, party, parties, ("IN-MH", "IN-KA"))
        body["line_items"] = body["line_items"][:1]
        yield "POST", "/credit_notes", body

    def debit(self, chance: Random) -> Iterator[tuple[str, str, Json]]:
        yield "POST", "/debit_notes", self._dated(chance, "vendor_id", self.vendors, ("IN-MH", "IN-KA"))

    def apply_credit(self, chance: Random) -> Iterator[tuple[str, str, Json]]:
        if note := self._one("credit_note", chance):
            word = "invoice" if note["type"] == "customer" else "bill"
            if document := self._of(note["customer_id"], word, chance):
                body = {f"{word}_id": document[f"{word}_id"]}
                yield "POST", f"/credit_notes/{note['credit_note_id']}/apply-to-{word}", body

    def undo(self, chance: Random) -> Iterator[tuple[str, str, Json]]:
        word = chance.choice(("invoice", "invoice", "credit_note"))
        if document := self._one(word, chance):
            yield "POST", f"/{word}s/{document[f'{word}_id']}/void", None

    def book(self, chance: Random) -> Iterator[tuple[str, str, Json]]:
        amount = self._amount(chance)
        first, second = chance.sample(("acc_icici", "acc_cash", "acc_capital", "acc_bank_charges", "acc_stock"), 2)
        lines = [{"account_id": first, "debit": amount}, {"account_id": second, "credit": amount}]
        yield "POST", "/journals", {"date": chance.choice(DAYS), "memo": "By hand", "lines": lines}


ACTS = [
    *("sell", "sell", "sell", "buy", "buy", "spend", "spend", "change_expense", "settle", "settle", "settle"),
    *("advance", "apply_advance", "apply_advance", "credit", "debit", "apply_credit", "apply_credit", "undo", "book"),
]
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 10**6)), min_size=20, max_size=45)
LAWS = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Failures are told as they are found: to shrink one takes minutes, and a step alone is small enough to follow."""


@pytest.fixture(scope="module")
def companies(finzbooks_door: Door) -> Callable[[], FinzBooks]:
    """Makes companies that have contacts and two branches, and no documents."""
    first = FinzBooks(finzbooks_door, "laws", "empty")
    for body in PARTIES:
        first.make("/contacts", body)
    home = first.control("GET", "/state/finzbooks/branches/br_hq")
    first.control("PUT", "/state/finzbooks/branches/br_blr", {**home, **SECOND_BRANCH})
    numbers = count(1)
    return lambda: FinzBooks(finzbooks_door, f"laws-{next(numbers)}", fork_of="laws")


@LAWS
@given(steps=STEPS)
def test_ledger_follows_from_the_documents(companies: Callable[[], FinzBooks], steps: list[tuple[str, int]]) -> None:
    """Whatever was sent, in any order: each account has what the documents, worked out anew, give it; sub-ledgers are
    their control accounts, reports are their documents, and aging adds up (5.2, 5.3, 5.5, 10, 13, 17.16, 17.31)."""
    trader = Trader(companies(), rates=(80, 91))
    for act, seed in steps:
        trader.step(act, seed)
    books, documents = trader.books, Books(trader.books)
    trial = books.trial()

    assert documents.ledger() == trial
    check_sub_ledgers(books, documents, trial)
    check_registers(books, documents)
    check_returns(books, documents, trial)
    check_statements(books, trial)
    check_days(books)
    books.close()


@LAWS
@given(steps=STEPS)
def test_books_balance_at_any_rate_of_exchange(
    companies: Callable[[], FinzBooks], steps: list[tuple[str, int]]
) -> None:
    """Rates with paise leave none behind: both sides are equal, aging is its control account, statements agree
    (5.3, 13)."""
    trader = Trader(companies(), rates=(83.42, 0.6173, 91.005))
    for act, seed in steps:
        trader.step(act, seed)

    check_statements(trader.books, trader.books.trial())
    check_days(trader.books)
    trader.books.close()


def check_sub_ledgers(books: FinzBooks, documents: Books, trial: dict[str, Decimal]) -> None:
    """What contacts owe and are owed, document by document, is AR and AP; advances are what payments have left."""

    def due(rows: list[Json]) -> Decimal:
        return sum((money(each["balance"]) * Decimal(str(each["exchange_rate"])) for each in rows), Decimal())

    def left(incoming: bool) -> Decimal:
        """What receipts, or payments, have left, less what was given back."""
        return sum(
            (
                Decimal(str(each["exchange_rate"]))
                * (-money(each["amount"]) if each["payment_type"] == "REFUND" else money(each["unallocated_amount"]))
                for each in documents.payments
                if (each["flow"] == "INCOMING") == (incoming == (each["payment_type"] != "REFUND"))
            ),
            Decimal(),
        )

    zero = Decimal()
    assert due(documents.invoices) - due(documents.credits) == trial.get("acc_ar", zero)
    assert due(documents.bills) - due(documents.returns) == -trial.get("acc_ap", zero)
    assert left(True) == -trial.get("acc_customer_advances", zero)
    assert left(False) == trial.get("acc_vendor_advances", zero)
    for report, rows in (("receivables", documents.invoices), ("payables", documents.bills)):
        shown = books.report(f"outstanding_{report}", as_of_date=EVER)
        assert due(rows) == money(shown["grand_total"])
        assert due(rows) == sum((money(each["total_outstanding"]) for each in shown["contacts"]), zero)
    for report, account, sign in (("ar_aging", "acc_ar", 1), ("ap_aging", "acc_ap", -1)):
        rows = documents.invoices if report == "ar_aging" else documents.bills
        totals = books.report(report, as_of_date="2026-08-10")["totals"]
        later = books.report(report, as_of_date=EVER)["totals"]
        assert sign * trial.get(account, zero) == money(totals["total"]) == money(later["total"])
        for column in ("0_30", "31_60", "61_90", "90_plus"):
            inside = [each for each in rows if column == bucket(each["due_date"], "2026-08-10")]
            assert due(inside) == money(totals[column]), column


def check_registers(books: FinzBooks, documents: Books) -> None:
    """Registers hold every posted document, with the sums of their lines; GSTR-1 is sales less credit notes."""
    sales, purchases = books.report("sales_register", **SPAN), books.report("purchase_register", **SPAN)
    returned = books.report("gstr1", **SPAN)

    sold, bought = documents.totals(documents.invoices), documents.totals(documents.bills, purchases=True)
    credited = documents.totals(documents.credits)
    for shown, wanted in ((sales["totals"], sold), (purchases["totals"], bought)):
        assert agree(shown, wanted, "total")
    net = {name: sold.get(name, Decimal()) - credited.get(name, Decimal()) for name in ("taxable_value", *KINDS)}
    assert agree(returned["totals"], net)
    assert agree(added(returned["hsn_summary"]), net)
    assert sorted(each["invoice_id"] for each in documents.invoices) == sorted(
        each["invoice_id"] for each in sales["rows"]
    )
    for row in (*sales["rows"], *purchases["rows"]):
        assert added(row["line_items"]) == added([row])


def agree(shown: Json, wanted: dict[str, Decimal], *more: str) -> bool:
    """Whether figures are as they should be; what is not there is nothing."""
    names = ("taxable_value", *KINDS, *more)
    figures = {name: money(shown[name]) for name in names if name in shown}
    assert figures == {name: wanted.get(name, Decimal()) for name in figures}
    return True


def added(rows: list[Json]) -> dict[str, float]:
    """The sums of value and taxes of some rows, as figures of an answer."""
    return {name: float(sum((money(each[name]) for each in rows), Decimal())) for name in ("taxable_value", *KINDS)}


def check_returns(books: FinzBooks, documents: Books, trial: dict[str, Decimal]) -> None:
    """GSTR-3B is what the accounts of GST moved by; what is paid is what credit leaves."""
    shown = books.report("gstr3b", **SPAN)

    outward, itc, paid = (shown[name] for name in ("outward_supplies", "itc", "tax_payable"))
    for kind in KINDS:
        charged = money(outward["taxable"][kind]) + money(outward["zero_rated"][kind])
        assert charged == -trial.get(f"acc_output_{kind}", Decimal())
        assert money(itc["net"][kind]) == trial.get(f"acc_input_{kind}", Decimal())
        assert money(itc["ineligible"][kind]) == documents.blocked().get(kind, Decimal())
        reverse = money(shown["inward_supplies"]["reverse_charge"][kind])
        assert reverse == money(paid["reverse_charge_cash"][kind]) == -trial.get(f"acc_rcm_{kind}", Decimal())
        output, used, cash = (money(paid[name][kind]) for name in ("output", "itc_utilised", "cash_payable"))
        assert max(output, Decimal()) - used == cash
        assert min(used, cash) >= 0


def check_statements(books: FinzBooks, trial: dict[str, Decimal]) -> None:
    """Statements, cash flow, day book, ledgers and balances of accounts are the trial balance told in other ways."""
    accounts = {each["account_id"]: each for each in books.all("/accounts")}
    kinds = {name: each["account_type"] for name, each in accounts.items()}
    assets = sum((value for name, value in trial.items() if kinds[name] in ASSETS), Decimal())
    result = -sum((value for name, value in trial.items() if kinds[name] in RESULTS), Decimal())
    cash = sum((value for name, value in trial.items() if kinds[name] in ("BANK", "CASH")), Decimal())

    sheet, flow = books.report("balance_sheet", as_of_date=EVER), books.report("cash_flow", **SPAN)
    assert assets == money(sheet["total_assets"]) == money(sheet["total_liabilities_and_equity"])
    assert assets == money(sheet["liabilities"]["total"]) + money(sheet["equity"]["total"])
    assert result == money(books.report("profit_and_loss", to_date=EVER)["net_profit"])
    assert (result, cash) == (money(flow["operating"]["net_profit"]), money(flow["closing_cash"]))
    parts = sum((money(flow[name]["total"]) for name in ("operating", "investing", "financing")), Decimal())
    assert parts == money(flow["net_change"]) == cash - money(flow["opening_cash"])
    book = books.report("day_book", **SPAN)
    assert money(book["total_debit"]) == money(book["total_credit"])
    assert money(book["total_debit"]) == sum((money(each["amount"]) for each in book["entries"]), Decimal())
    for name in ("acc_icici", "acc_ar", "acc_output_igst", "acc_capital"):
        ledger = books.report("ledger", account_id=name, to_date=EVER)
        closing = money(ledger["opening_balance"]) + money(ledger["total_debit"]) - money(ledger["total_credit"])
        assert closing == money(ledger["closing_balance"]) == trial.get(name, Decimal())
        sign = 1 if kinds[name] in ASSETS else -1
        assert money(accounts[name]["current_balance"]) == sign * trial.get(name, Decimal())


def check_days(books: FinzBooks) -> None:
    """On each day the ledger balances and aging is its control account; branches add up to the company."""
    branches = [each["branch_id"] for each in books.get("/branches")]
    for day in (*DAYS[1::2], EVER):
        trial = books.trial(day)
        for report, account, sign in (("ar_aging", "acc_ar", 1), ("ap_aging", "acc_ap", -1)):
            aging = books.report(report, as_of_date=day)
            columns = ("0_30", "31_60", "61_90", "90_plus", "unapplied", "total")
            summed = {name: sum((money(row[name]) for row in aging["rows"]), Decimal()) for name in columns}
            assert summed == {name: money(aging["totals"][name]) for name in columns}
            for row in (*aging["rows"], aging["totals"]):
                assert money(row["total"]) == sum(money(row[name]) for name in columns[:-1])
            assert sign * trial.get(account, Decimal()) == money(aging["totals"]["total"]), (day, report)
    parts = [books.trial(branch_id=branch) for branch in branches]
    names = {name for part in parts for name in part}
    summed = {name: sum((part.get(name, Decimal()) for part in parts), Decimal()) for name in names}
    assert books.trial() == {name: value for name, value in summed.items() if value}

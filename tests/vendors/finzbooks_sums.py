"""What the ledger of FinzBooks must be, worked out anew from the documents that the API shows.

Sources: 5.2, 5.3 and 5.5 of the notes on the vendor. Everything is in rupees; documents have whole rupees as
exchange rate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from tests.vendors.finzbooks import FinzBooks, Json, money

KINDS = ("cgst", "sgst", "igst")
UNTAXED = {"EXEMPT", "NIL_RATED", "NON_GST", "RCM"}

Sums = defaultdict[str, Decimal]


class Tax(NamedTuple):
    """The tax of a line, in the currency of its document."""

    cgst: Decimal = Decimal()
    sgst: Decimal = Decimal()
    igst: Decimal = Decimal()

    @property
    def whole(self) -> Decimal:
        return self.cgst + self.sgst + self.igst


def half_up(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def taxed(taxable: Decimal, percent: Decimal, *, within: bool) -> Tax:
    """The tax on a value, each component rounded by itself."""
    if within:
        half = half_up(taxable * percent / 200)
        return Tax(half, half)
    return Tax(igst=half_up(taxable * percent / 100))


def exact(value: Json) -> Decimal:
    return Decimal(str(value))


class Books:
    """All documents of a company, read page by page.

    Args:
        books: with contacts that have a GST number or a place of contact, and the branches of the fixtures.
    """

    def __init__(self, books: FinzBooks) -> None:
        self.taxes = {each["tax_id"]: each for each in books.all("/taxes")}
        self.contacts = {each["contact_id"]: each for each in books.all("/contacts")}
        self.states = {each["branch_id"]: each["state"] for each in books.get("/branches")}
        invoices, self.bills = books.all("/invoices"), books.all("/bills")
        self.invoices = [each for each in invoices if each["status"] not in ("DRAFT", "CANCELLED")]
        self.bills = [each for each in self.bills if each["status"] != "DRAFT"]
        notes = [each for each in books.all("/credit_notes") if each["status"] != "CANCELLED"]
        self.credits = [each for each in notes if each["type"] == "customer"]
        self.returns = [each for each in notes if each["type"] == "vendor"] + books.all("/debit_notes")
        self.expenses = books.all("/expenses")
        self.payments = books.all("/payments")
        self.journals = books.all("/journals")

    def sold(self, document: Json) -> Iterator[tuple[Json, Decimal, Tax]]:
        """Each line of a sale or of a customer's note, its value and its tax, in rupees."""
        within = self.states[document["branch_id"]] == document["place_of_supply"]
        yield from self._lines(document, within)

    def bought(self, document: Json) -> Iterator[tuple[Json, Decimal, Tax]]:
        """Each line of a purchase or of its return, its value and its tax, in rupees; that of a reverse charge too."""
        vendor = document.get("vendor_id") or document["customer_id"]
        within = self._seller(vendor, document["branch_id"]) == document["place_of_supply"]
        yield from self._lines(document, within, exact(document.get("rcm_rate") or 0))

    def _lines(self, document: Json, within: bool, percent: Decimal = Decimal()) -> Iterator[tuple[Json, Decimal, Tax]]:
        rate = exact(document["exchange_rate"])
        assert rate == int(rate)
        for line in document["line_items"]:
            taxable = money(line["item_total"])
            gross = exact(line["quantity"]) * exact(line["rate"]) - exact(line["discount"])
            assert half_up(gross) == taxable
            tax = taxed(taxable, percent or self._percent(line["tax_id"]), within=within)
            yield line, taxable * rate, Tax(*(each * rate for each in tax))

    def _percent(self, tax_id: str | None) -> Decimal:
        tax = self.taxes[tax_id] if tax_id else {"shape": "NON_GST", "igst": 0}
        return Decimal() if tax["shape"] in UNTAXED else exact(tax["igst"])

    def _seller(self, contact_id: str | None, branch_id: str) -> str:
        contact = self.contacts[contact_id] if contact_id else {}
        return str(contact.get("place_of_contact") or self.states[branch_id])

    def expense(self, document: Json) -> Iterator[tuple[str, Decimal, Tax]]:
        """Each account of an expense, what it takes before tax, and the tax."""
        within = self._seller(document["vendor_id"], "br_hq") == self.states["br_hq"]
        for row in document["line_items"] or [document]:
            amount = money(row["amount"])
            account = row.get("account_id") or document["account_id"]
            percent = self._percent(row.get("tax_id") or document["tax_id"])
            if document["is_rcm"]:
                yield account, amount, taxed(amount, exact(document["rcm_rate"]), within=within)
            elif document["is_inclusive_tax"]:
                taxable = half_up(amount / (1 + percent / 100))
                whole = amount - taxable
                first = half_up(whole / 2)
                yield account, taxable, Tax(first, whole - first) if within else Tax(igst=whole)
            else:
                yield account, amount, taxed(amount, percent, within=within)

    # --- the ledger ------------------------------------------------------------------------------------------------

    def ledger(self) -> dict[str, Decimal]:
        """Debit less credit of each account that has a balance, from the documents."""
        sums: Sums = defaultdict(Decimal)
        for document in self.invoices:
            self._sell(sums, document, 1)
        for document in self.credits:
            self._sell(sums, document, -1)
        for document in self.bills:
            self._buy(sums, document, 1)
        for document in self.returns:
            self._buy(sums, document, -1)
        for document in self.expenses:
            self._spend(sums, document)
        for document in self.payments:
            self._pay(sums, document)
        for journal in self.journals:
            if journal["source"] == "MANUAL":
                for line in journal["lines"]:
                    sums[line["account_id"]] += money(line["debit"]) - money(line["credit"])
        return {name: value for name, value in sums.items() if value}

    def _sell(self, sums: Sums, document: Json, sign: int) -> None:
        for _, value, tax in self.sold(document):
            sums["acc_ar"] += sign * (value + tax.whole)
            sums["acc_sales"] -= sign * value
            add_tax(sums, "output", tax, -sign)

    def _buy(self, sums: Sums, document: Json, sign: int) -> None:
        blocked, reverse = bool(document.get("itc_blocked_reason")), bool(document.get("is_rcm"))
        for line, value, tax in self.bought(document):
            sums[line.get("account_id") or "acc_purchases"] += sign * (value + (tax.whole if blocked else 0))
            sums["acc_ap"] -= sign * (value + (0 if reverse else tax.whole))
            if not blocked:
                add_tax(sums, "input", tax, sign)
            if reverse:
                add_tax(sums, "rcm", tax, -sign)

    def _spend(self, sums: Sums, document: Json) -> None:
        blocked, reverse = bool(document["itc_blocked_reason"]), document["is_rcm"]
        for account, value, tax in self.expense(document):
            sums[account] += value + (tax.whole if blocked else 0)
            sums[document["paid_through_account_id"]] -= value + (0 if reverse else tax.whole)
            if not blocked:
                add_tax(sums, "input", tax, 1)
            if reverse:
                add_tax(sums, "rcm", tax, -1)

    def _pay(self, sums: Sums, document: Json) -> None:
        incoming, rate = document["flow"] == "INCOMING", exact(document["exchange_rate"])
        amount, charges, tds = (money(document[name]) * rate for name in ("amount", "bank_charges", "tds_amount"))
        given = sum((money(each["amount"]) * rate for each in document["allocations"]), Decimal())
        customer = incoming != (document["payment_type"] == "REFUND")
        sums["acc_bank_charges"] += charges
        sums[document["bank_account_id"]] += amount * (1 if incoming else -1) - charges
        sums["acc_tds_receivable" if incoming else "acc_tds_payable"] += tds * (1 if incoming else -1)
        sums["acc_ar" if customer else "acc_ap"] -= given * (1 if incoming else -1)
        advances = "acc_customer_advances" if customer else "acc_vendor_advances"
        sums[advances] -= (amount + tds - given) * (1 if incoming else -1)

    # --- what reports tell -----------------------------------------------------------------------------------------

    def totals(self, documents: Iterable[Json], *, purchases: bool = False) -> dict[str, Decimal]:
        """Value, taxes as the seller charges them, and total of some documents."""
        sums: Sums = defaultdict(Decimal)
        for document in documents:
            for _, value, tax in self.bought(document) if purchases else self.sold(document):
                charged = Tax() if document.get("is_rcm") else tax
                sums["taxable_value"] += value
                sums["total"] += value + charged.whole
                for kind, part in zip(KINDS, charged, strict=True):
                    sums[kind] += part
        return dict(sums)

    def blocked(self) -> dict[str, Decimal]:
        """The tax of blocked credit."""
        sums: Sums = defaultdict(Decimal)
        for document in self.bills:
            if document["itc_blocked_reason"]:
                for _, _, tax in self.bought(document):
                    add_tax(sums, "", tax, 1)
        for document in self.expenses:
            if document["itc_blocked_reason"]:
                for _, _, tax in self.expense(document):
                    add_tax(sums, "", tax, 1)
        return dict(sums)


def add_tax(sums: Sums, family: str, tax: Tax, sign: int) -> None:
    """Add each component to its account of a family, or under its own name."""
    for kind, part in zip(KINDS, tax, strict=True):
        sums[f"acc_{family}_{kind}" if family else kind] += sign * part


def bucket(due: str, as_of: str) -> str:
    """The column of aging in which a document stands."""
    days = max(0, (date.fromisoformat(as_of) - date.fromisoformat(due[:10])).days)
    return next((name for name, last in (("0_30", 30), ("31_60", 60), ("61_90", 90)) if days <= last), "90_plus")

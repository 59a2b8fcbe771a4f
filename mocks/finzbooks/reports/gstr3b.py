"""GSTR-3B, the return of what is due: tax on what was sold and on reverse charge, the credit, and what is to be paid.

Ties to the ledger: the tax of outward supplies is the movement of the output accounts, that of reverse charge the one
of the reverse charge accounts, the net credit the one of the input accounts.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sandbooks import Call, Reply

from ..errors import Json
from ..money import out
from ..records import single
from ..rupees import Parts, sum_parts
from .figures import tax_amounts, tax_figures
from .gstr1 import gstin_of, sum_box
from .spans import range_members, read_range
from .supplies import (
    EXEMPT,
    NIL_RATED,
    NON_GST,
    TAXABLE,
    ZERO_RATED,
    Line,
    Supply,
    expenses,
    purchase_returns,
    purchases,
    sales,
    sales_returns,
)

SET_OFF = (
    ("igst", "igst"),
    ("igst", "cgst"),
    ("igst", "sgst"),
    ("cgst", "cgst"),
    ("cgst", "igst"),
    ("sgst", "sgst"),
    ("sgst", "igst"),
    ("cess", "cess"),
)
"""Which credit pays which tax, in order: that of IGST first; CGST and SGST never for each other (s.49, rule 88A)."""


def get_gstr3b(call: Call) -> Reply:
    """Tax and credit of a period; a note counts on its own day."""
    span = read_range(call)
    sold, returned = sales(call, span), sales_returns(call, span)
    bought = [*purchases(call, span), *expenses(call, span)]
    sent_back = purchase_returns(call, span)
    taxable, zero_rated = (_net_box(sold, returned, box) for box in (TAXABLE, ZERO_RATED))
    owed = _reverse_charge(bought) - _reverse_charge(sent_back)
    credit = _Credit(bought, sent_back)
    report = {
        "gstin": gstin_of(call, span),
        **range_members(span),
        "outward_supplies": {
            "taxable": tax_figures(taxable),
            "zero_rated": tax_figures(zero_rated),
            "nil_exempt": {"taxable_value": out(_net_box(sold, returned, NIL_RATED, EXEMPT).taxable)},
            "non_gst": {"taxable_value": out(_net_box(sold, returned, NON_GST).taxable)},
        },
        "inward_supplies": {
            "reverse_charge": tax_figures(owed),
            "exempt_nil": {"taxable_value": out(_net_box(bought, sent_back, NIL_RATED, EXEMPT).taxable)},
        },
        "itc": credit.shown(),
        "tax_payable": _payable((taxable + zero_rated).taxes_only(), credit.net, owed),
    }
    return single("gstr3b", report)


def set_off(output: Parts, credit: Parts) -> Parts:
    """How much of each tax the credit pays; a tax or a credit below 0 takes no part.

    >>> set_off(Parts(igst=Decimal(36), cgst=Decimal(108)), Parts(cgst=Decimal(120))).igst
    Decimal('12')
    """
    due = {name: max(getattr(output, name), Decimal(0)) for name in ("igst", "cgst", "sgst", "cess")}
    left = {name: max(getattr(credit, name), Decimal(0)) for name in due}
    used = dict.fromkeys(due, Decimal(0))
    for source, target in SET_OFF:
        amount = min(left[source], due[target] - used[target])
        left[source] -= amount
        used[target] += amount
    return Parts(**used)


class _Credit:
    """The credit of what was bought: available, given back with returns, and blocked."""

    def __init__(self, bought: Iterable[Supply], sent_back: Iterable[Supply]) -> None:
        bought, sent_back = list(bought), list(sent_back)
        open_to_credit = [each for each in bought if not each.is_blocked]
        given_back = [each for each in sent_back if not each.is_blocked]
        self.reverse_charge = _reverse_charge(open_to_credit).taxes_only()
        self.other = _charged(open_to_credit)
        self.reversed = _charged(given_back) + _reverse_charge(given_back).taxes_only()
        self.ineligible = _all_tax(each for each in bought if each.is_blocked) - _all_tax(
            each for each in sent_back if each.is_blocked
        )

    @property
    def net(self) -> Parts:
        return self.reverse_charge + self.other - self.reversed

    def shown(self) -> dict[str, Json]:
        return {
            "available": {"reverse_charge": tax_amounts(self.reverse_charge), "other": tax_amounts(self.other)},
            "reversed": tax_amounts(self.reversed),
            "net": tax_amounts(self.net),
            "ineligible": tax_amounts(self.ineligible),
        }


def _payable(output: Parts, credit: Parts, reverse_charge: Parts) -> dict[str, Json]:
    """What of the tax the credit pays, and what cash has to; reverse charge is paid in cash always."""
    used = set_off(output, credit)
    cash = {name: max(getattr(output - used, name), Decimal(0)) for name in ("igst", "cgst", "sgst", "cess")}
    return {
        "output": tax_amounts(output),
        "itc_utilised": tax_amounts(used),
        "cash_payable": tax_amounts(Parts(**cash)),
        "reverse_charge_cash": tax_amounts(reverse_charge),
    }


def _net_box(supplies: Iterable[Supply], returns: Iterable[Supply], *boxes: str) -> Parts:
    return sum_box(supplies, *boxes) - sum_box(returns, *boxes)


def _reverse_charge(supplies: Iterable[Supply]) -> Parts:
    return sum_parts(line.assessed for line in _lines(supplies))


def _charged(supplies: Iterable[Supply]) -> Parts:
    return sum_parts(line.parts for line in _lines(supplies)).taxes_only()


def _all_tax(supplies: Iterable[Supply]) -> Parts:
    return sum_parts(line.parts + line.assessed for line in _lines(supplies)).taxes_only()


def _lines(supplies: Iterable[Supply]) -> Iterable[Line]:
    return (line for supply in supplies for line in supply.lines)

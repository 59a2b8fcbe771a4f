"""What a purchase costs: reverse charge, blocked credit, and the legs of bills, expenses and returns to vendors.

Under reverse charge the buyer owes the tax and, unless it is blocked, takes it as credit at once; a blocked tax is part
of the cost. Stores nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbooks import Call

from . import chart, fields, gst
from .documents import tax_legs
from .errors import Json, invalid, required
from .fields import Body
from .ledger import Leg
from .lines import totals
from .money import dec, out
from .records import Document
from .rupees import line_rupees, rate_of, sum_parts, total_rupees

MOST_PERCENT = Decimal(100)
_OWED: Mapping[str, str] = {"cess": chart.OUTPUT["cess"], **chart.RCM}
"""Where tax under reverse charge is owed; the chart has no account of its own for cess."""


@dataclass(frozen=True, slots=True)
class Charge:
    """How a purchase is taxed, by its header: the rate of reverse charge, or why credit is blocked."""

    is_rcm: bool = False
    rcm_rate: Decimal | None = None
    blocked_reason: str | None = None

    @property
    def members(self) -> Document:
        """As documents keep it."""
        rate = None if self.rcm_rate is None else float(self.rcm_rate)
        return {"is_rcm": self.is_rcm, "rcm_rate": rate, "itc_blocked_reason": self.blocked_reason}

    def taxed(self, taxable: Decimal, tax: Document | None, *, intra: bool) -> Document:
        """The members of a kept line that say what tax there is on it, whoever owes it."""
        if self.is_rcm and self.rcm_rate is not None:
            taxes = gst.tax_at(taxable, self.rcm_rate, intra=intra)
        else:
            taxes = gst.self_assessed(taxable, tax, intra=intra)
        return {**{name: out(amount) for name, amount in taxes.items()}, "tax_shape": self.shape(tax)}

    def shape(self, tax: Document | None) -> str | None:
        """RCM where the buyer owes the tax, else what the tax row says."""
        if self.is_rcm:
            return gst.RCM
        return None if tax is None else str(tax["shape"])


def charge_of(body: Body) -> Charge:
    """How a body wants to be taxed.

    Raises:
        Problem: reverse charge without a rate, or a rate beyond 100 percent.
    """
    is_rcm = fields.flag(body, "is_rcm")
    rate = fields.not_negative(body, "rcm_rate")
    if rate is not None and rate > MOST_PERCENT:
        raise invalid("rcm_rate", "rcm_rate is a percentage, at most 100.", received=body["rcm_rate"])
    if is_rcm and rate is None:
        raise required("rcm_rate")
    return Charge(is_rcm, rate, fields.text(body, "itc_blocked_reason") or None)


def charged(call: Call, given: Sequence[Document], charge: Charge, *, intra: bool) -> Document:
    """Kept lines with their taxes, the sums of what the vendor charges, and how it is taxed, as documents keep them."""
    taxes = call.collection("taxes")
    rows = [taxes.find_one(line["tax_id"]) if line["tax_id"] else None for line in given]
    pairs = zip(given, rows, strict=True)
    taxed = [{**line, **charge.taxed(dec(line["item_total"]), tax, intra=intra)} for line, tax in pairs]
    sums = totals(taxed)
    return {"line_items": taxed, **sums, "balance": sums["total"], **charge.members}


def is_self_assessed(line: Mapping[str, Json]) -> bool:
    """Whether the buyer owes the tax of a kept line."""
    return bool(line["tax_shape"] == gst.RCM)


def cost_legs(
    lines: Iterable[Mapping[str, Json]], *, blocked: bool, rate: Decimal = Decimal(1), taxable: str = "item_total"
) -> list[Leg]:
    """The legs of some kept lines but the one for what is paid or owed: costs, input tax, tax under reverse charge.

    Args:
        taxable: where the value of a line stands.
    """
    legs, credit, owed = [], [], []
    for line in lines:
        parts = line_rupees(line, rate, taxable=taxable)
        cost = parts.total if blocked else parts.taxable
        legs.append(Leg(line["account_id"], debit=cost, description=line.get("name") or line.get("note") or ""))
        credit += [] if blocked else [parts]
        owed += [parts] if is_self_assessed(line) else []
    return [
        *legs,
        *tax_legs(sum_parts(credit), chart.INPUT, debit=True),
        *tax_legs(sum_parts(owed), _OWED, debit=False),
    ]


def bill_legs(document: Mapping[str, Json]) -> list[Leg]:
    """What an approved bill posts; a return to a vendor posts the mirror of it."""
    blocked = document.get("itc_blocked_reason") is not None
    legs = cost_legs(document["line_items"], blocked=blocked, rate=rate_of(document))
    return [*legs, Leg(chart.AP, credit=total_rupees(document))]

"""GST: states and their codes, which tax a supply bears, and how much of each.

Percents and amounts only; knows no document and stores nothing. Within a state the tax is CGST and SGST, between
states and abroad IGST. Each component is rounded by itself, half up to the paisa.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .errors import Json, invalid
from .money import dec, paise

ABROAD = "OT"
RCM = "RCM"
UNTAXED_SHAPES = ("EXEMPT", "NIL_RATED", "NON_GST")
COMPONENTS = ("cgst", "sgst", "igst", "cess")

# fmt: off
STATE_OF_PREFIX: Mapping[str, str] = {
    "01": "JK", "02": "HP", "03": "PB", "04": "CH", "05": "UK", "06": "HR", "07": "DL", "08": "RJ", "09": "UP",
    "10": "BR", "11": "SK", "12": "AR", "13": "NL", "14": "MN", "15": "MZ", "16": "TR", "17": "ML", "18": "AS",
    "19": "WB", "20": "JH", "21": "OD", "22": "CG", "23": "MP", "24": "GJ", "26": "DH", "27": "MH", "29": "KA",
    "30": "GA", "31": "LD", "32": "KL", "33": "TN", "34": "PY", "35": "AN", "36": "TS", "37": "AP", "38": "LA",
    "97": "OT",
}
# fmt: on
"""The state that the first two digits of a GSTIN stand for."""

SPELLINGS: Mapping[str, str] = {"UT": "UK", "OR": "OD", "CT": "CG", "DN": "DH", "DD": "DH", "TG": "TS"}
"""States with a second code, and the one of `STATE_OF_PREFIX`."""

_COUNTRY = "IN-"
_HALF = Decimal(2)
_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Taxes:
    """What a supply bears, by component, in paise-exact amounts."""

    cgst: Decimal = Decimal(0)
    sgst: Decimal = Decimal(0)
    igst: Decimal = Decimal(0)
    cess: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.cgst + self.sgst + self.igst + self.cess

    def items(self) -> Iterable[tuple[str, Decimal]]:
        """Component and amount, in the order in which documents list them."""
        return ((name, getattr(self, name)) for name in COMPONENTS)

    def __add__(self, other: Taxes) -> Taxes:
        return Taxes(*(mine + its for (_, mine), (_, its) in zip(self.items(), other.items(), strict=True)))


NONE = Taxes()


def taxes_of(line: Mapping[str, Json]) -> Taxes:
    """Those of a stored line."""
    return Taxes(*(dec(line.get(name) or 0) for name in COMPONENTS))


# States.


def state_of(text: str) -> str:
    """A place of supply as it came, checked.

    Raises:
        Problem: it is no state: 400 validation.invalid_value.
    """
    if normal(text) in _KNOWN and (text.startswith(_COUNTRY) or text == ABROAD):
        return text
    raise invalid("place_of_supply", f"'{text}' is not a state such as IN-MH.", received=text)


def normal(code: str) -> str:
    """The state without country and in one spelling, for comparing: `IN-UT` and `IN-UK` are `UK`."""
    bare = code.removeprefix(_COUNTRY)
    return SPELLINGS.get(bare, bare)


def state_of_gstin(gstin: str | None) -> str | None:
    """`IN-MH` for `27...`; None for no number and for digits that stand for no state."""
    state = STATE_OF_PREFIX.get((gstin or "")[:2])
    return None if state is None else _COUNTRY + state


def seller_state_of_vendor(contact: Mapping[str, Json] | None, branch: Mapping[str, Json]) -> str:
    """Where a vendor sells from: its GSTIN, else place of contact, else billing address, else the branch's own."""
    known = contact or {}
    address = known.get("billing_address") or {}
    found = state_of_gstin(known.get("gst_no")) or known.get("place_of_contact") or address.get("state_code")
    return str(found or branch["state"])


def is_intra(seller: str, place: str) -> bool:
    """Whether a supply stays within a state; one from or to abroad never does."""
    return normal(seller) == normal(place) != ABROAD


# Amounts.


def rate_of(tax: Mapping[str, Json] | None) -> Decimal:
    """The full rate in percent, without cess; 0 for no tax, and where the shape bears none."""
    if tax is None or tax["shape"] in UNTAXED_SHAPES:
        return Decimal(0)
    return dec(tax["igst"]) or dec(tax["cgst"]) + dec(tax["sgst"])


def tax_of(taxable: Decimal, tax: Mapping[str, Json] | None, intra: bool) -> Taxes:
    """What a document charges on `taxable`; nothing under reverse charge, where the recipient owes it."""
    if tax is None or tax["shape"] == RCM:
        return NONE
    return self_assessed(taxable, tax, intra=intra)


def self_assessed(taxable: Decimal, tax: Mapping[str, Json] | None, *, intra: bool) -> Taxes:
    """The tax on `taxable` whoever owes it."""
    if tax is None or tax["shape"] in UNTAXED_SHAPES:
        return NONE
    cess = _share(taxable, dec(tax["cess"]))
    if not intra:
        return Taxes(igst=_share(taxable, dec(tax["igst"])), cess=cess)
    return Taxes(cgst=_share(taxable, dec(tax["cgst"])), sgst=_share(taxable, dec(tax["sgst"])), cess=cess)


def tax_at(taxable: Decimal, rate: Decimal, *, intra: bool) -> Taxes:
    """The tax at a bare rate in percent, half of it each within a state."""
    if not intra:
        return Taxes(igst=_share(taxable, rate))
    half = _share(taxable, rate / _HALF)
    return Taxes(cgst=half, sgst=half)


def taken_out(amount: Decimal, tax: Mapping[str, Json] | None, *, intra: bool) -> tuple[Decimal, Taxes]:
    """The taxable value of an amount that includes its tax, and that tax: both together are the amount again.

    The odd paisa within a state is CGST's; cess takes its share first.
    """
    gst, cess_rate = rate_of(tax), _cess_rate(tax)
    if tax is None or tax["shape"] == RCM or not gst + cess_rate:
        return paise(amount), NONE
    taxable = paise(amount / (1 + (gst + cess_rate) / _PERCENT))
    whole = paise(amount) - taxable
    cess = _share(taxable, cess_rate) if gst else whole
    rest = whole - cess
    if not intra:
        return taxable, Taxes(igst=rest, cess=cess)
    half = paise(rest / _HALF)
    return taxable, Taxes(cgst=half, sgst=rest - half, cess=cess)


def _cess_rate(tax: Mapping[str, Json] | None) -> Decimal:
    return Decimal(0) if tax is None or tax["shape"] in UNTAXED_SHAPES else dec(tax["cess"])


def _share(taxable: Decimal, percent: Decimal) -> Decimal:
    return paise(taxable * percent / _PERCENT)


_KNOWN = frozenset(STATE_OF_PREFIX.values())

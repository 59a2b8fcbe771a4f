"""Words that texts are put together from, and names taken apart into words.

Knows no schema and draws nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_PLAIN = """
amber anchor autumn basin beacon birch bridge canyon cedar circle cobalt copper coral corner delta ember falcon field
garden glacier granite harbor hazel horizon island ivory jasper juniper lantern maple marble meadow mesa mill morning
north oak ocean olive orchard pearl pine prairie quarry raven ridge river sable sage saffron shore silver spruce summit
timber valley violet walnut willow winter
"""
PLAIN = tuple(_PLAIN.split())
QUALITIES = ("Classic", "Compact", "Deluxe", "Heavy-duty", "Light", "Modern", "Practical", "Premium", "Standard")
GOODS = (
    "Desk lamp",
    "Office chair",
    "Monitor stand",
    "Keyboard",
    "Paper ream",
    "Filing cabinet",
    "Label printer",
    "Headset",
    "Whiteboard",
    "Docking station",
    "Toner cartridge",
    "Steel shelf",
)
WORK = (
    "Consulting services",
    "Monthly bookkeeping",
    "Payroll processing",
    "Software subscription",
    "Equipment rental",
    "Site inspection",
    "Training workshop",
    "Office supplies",
    "Annual maintenance",
    "Delivery and handling",
    "Travel expenses",
    "Design review",
)
ACCOUNTS = (
    "Checking account",
    "Accounts receivable",
    "Accounts payable",
    "Office expenses",
    "Sales revenue",
    "Travel costs",
    "Prepaid insurance",
    "Retained earnings",
    "Rent",
    "Utilities",
    "Service income",
    "Payroll liabilities",
)
LABELS = (
    "Administration",
    "Consulting",
    "Finance",
    "Hardware",
    "Legal",
    "Logistics",
    "Marketing",
    "Operations",
    "Sales",
    "Services",
    "Software",
    "Travel",
)
SENTENCES = (
    "Thank you for your business.",
    "Please quote the reference with your payment.",
    "Agreed by phone with the office.",
    "To be delivered to the main entrance.",
    "Partial delivery is possible.",
    "Discussed at the last review.",
    "Replaces the earlier version.",
    "Please confirm receipt by mail.",
    "Checked against the purchase order.",
    "Recurring every month until cancelled.",
)
INDUSTRIES = (
    "Accounting",
    "Agriculture",
    "Construction",
    "Education",
    "Health care",
    "Retail",
    "Software",
    "Transport",
)
COLORS = ("black", "blue", "brown", "gray", "green", "orange", "purple", "red", "white", "yellow")
UNITS = ("each", "hour", "day", "box", "kg", "m", "piece")


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """`("billing", "zip", "code")` of billingZipCode, billing_zip_code, Billing-Zip-Code; `("vat", "id")` of vatID."""
    return tuple(part.lower() for part in _PARTS.findall(name))


def singular(word: str) -> str:
    """`category` of categories, `address` of addresses, `status` as it is."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:
        return word[:-1]
    return word


def slug(text: str, separator: str = "-") -> str:
    """ASCII letters and digits of a text in lower case, joined where others stood between; `x` when none is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", separator, plain.replace("'", "")).strip(separator) or "x"

"""Calls that nobody sent: what the clock or a receiver's answer has a pack do.

Knows how a call is made; must not know what it is for.
"""

from __future__ import annotations

from datetime import datetime

from sandbooks.chance import Chance
from sandbooks.pack import Call, Caller
from sandbooks.store import Store
from sandbooks.vendor import Vendor


def acting_call(vendor: Vendor, store: Store, chance: Chance, caller: Caller, now: datetime) -> Call:
    """A call of a vendor that no request led to; its operation bears the name of the caller."""
    return Call(
        operation=vendor.description.unasked(caller.name),
        description=vendor.description,
        store=store,
        now=now,
        chance=chance,
        generator=vendor.generator,
        sandbox=caller.sandbox,
        caller=caller,
        vendor=vendor,
    )

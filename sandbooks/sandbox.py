"""One isolated world: its stores, clock, chance and journal.

Knows no port and no other sandbox.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sandbooks.chance import Chance
from sandbooks.clock import Clock
from sandbooks.journal import Journal
from sandbooks.store import Store
from sandbooks.vendor import Vendor


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a sandbox starts, and what a reset leads back to.

    `now` None means the system's time at the start; `day` is what the seeded dates are reckoned from; `limits` says
    whether the vendors' limits count its calls.
    """

    profile: str
    seed: int | str
    day: datetime
    now: datetime | None = None
    frozen: bool = False
    limits: bool = True


Seeded = Callable[[Vendor, Beginning], Store]


class Sandbox:
    """One world. Its stores are forked from a shared, seeded base when a vendor is first called in it.

    Args:
        name: as in the address.
        seeded: gives the base of a vendor; asked once for each.
        chance: the source of everything random in here.
        strict: an answer that does not fit its description is an error.
    """

    def __init__(
        self, name: str, beginning: Beginning, seeded: Seeded, chance: Chance, *, strict: bool = False
    ) -> None:
        self.name = name
        self.beginning = beginning
        self.content = beginning
        self.fork_of: str | None = None
        self.strict = strict
        self.clock = Clock(now=beginning.now, frozen=beginning.frozen)
        self.created_at = self.clock.now()
        self.journal = Journal()
        self._chance = chance
        self._seeded = seeded
        self._stores: dict[str, Store] = {}
        self._forked: dict[str, Store] = {}

    def store(self, vendor: Vendor) -> Store:
        """The vendor's documents in this sandbox."""
        found = self._stores.get(vendor.id)
        if found is None:
            found = self._stores[vendor.id] = self._seeded(vendor, self.content).fork()
        return found

    def chance(self, vendor: Vendor) -> Chance:
        """The source of one call: it follows from the seed and the state, so that a restored state repeats itself."""
        return self._chance.at(vendor.id, self.store(vendor).revision)

    def reset(self, *, profile: str = "", seed: int | str | None = None) -> None:
        """Everything as at the start: state, clock and journal; with a profile or seed, that content until the next.

        A fork starts with what it was forked from.
        """
        start = self.beginning
        self.content = replace(start, profile=profile or start.profile, seed=start.seed if seed is None else seed)
        self._chance = self._chance.with_seed(self.content.seed)
        kept = {} if profile or seed is not None else self._forked
        self._stores = {vendor: store.fork() for vendor, store in kept.items()}
        self.journal.clear()
        self.clock.clear()
        self.clock.set(now=self.beginning.now or Clock().now(), frozen=self.beginning.frozen)

    def reset_vendor(self, vendor: Vendor, *, profile: str = "", seed: int | str | None = None) -> None:
        """One vendor's documents as at the start, or as another profile or seed has them."""
        start = self.beginning
        chosen = replace(start, profile=profile or start.profile, seed=start.seed if seed is None else seed)
        kept = None if profile or seed is not None else self._forked.get(vendor.id)
        self._stores[vendor.id] = (kept if kept is not None else self._seeded(vendor, chosen)).fork()

    def fork_from(self, other: Sandbox) -> None:
        """Take over the other's documents, in constant time; a reset leads back to them."""
        self.fork_of = other.name
        self._forked = {vendor: store.fork() for vendor, store in other._stores.items()}
        self._stores = {vendor: store.fork() for vendor, store in self._forked.items()}

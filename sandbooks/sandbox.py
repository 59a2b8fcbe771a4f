"""One isolated world: its stores, clock, chance and journal.

Knows no port and no other sandbox.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sandbooks.chance import Chance
from sandbooks.clock import Clock
from sandbooks.errors import NotFound
from sandbooks.journal import Journal
from sandbooks.store import Snapshot, Store
from sandbooks.traffic.faults import Faults
from sandbooks.traffic.limits import Limiter
from sandbooks.vendor import Vendor
from sandbooks.webhooks import Outbox


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


@dataclass(frozen=True, slots=True)
class Saved:
    """All documents of a sandbox at a moment, by vendor; references, so it costs nothing to keep."""

    name: str
    at: datetime
    content: Beginning
    stores: Mapping[str, Snapshot]


Seeded = Callable[[Vendor, Beginning], Store]


class Sandbox:
    """One world. Its stores are forked from a shared, seeded base when a vendor is first called in it.

    Args:
        name: as in the address.
        seeded: gives the base of a vendor; asked once for each.
        chance: the source of everything random in here.
        strict: an answer that does not fit its description is an error.
        public: webhooks go to the open internet alone.
    """

    def __init__(
        self,
        name: str,
        beginning: Beginning,
        seeded: Seeded,
        chance: Chance,
        *,
        strict: bool = False,
        public: bool = False,
    ) -> None:
        self.name = name
        self.beginning = beginning
        self.content = beginning
        self.fork_of: str | None = None
        self.strict = strict
        self.clock = Clock(now=beginning.now, frozen=beginning.frozen)
        self.created_at = self.clock.now()
        self.journal = Journal()
        self.faults = Faults(chance.at("faults"))
        self._chance = chance
        self._limiters: dict[str, Limiter] = {}
        self._snapshots: dict[str, Saved] = {}
        self._seeded = seeded
        self._stores: dict[str, Store] = {}
        self._forked: dict[str, Store] = {}
        self.outbox = Outbox(name, self.clock, lambda: self._stores, public=public)

    def store(self, vendor: Vendor) -> Store:
        """The vendor's documents in this sandbox."""
        found = self._stores.get(vendor.id)
        if found is None:
            found = self._stores[vendor.id] = self._seeded(vendor, self.content).fork()
        return found

    def chance(self, vendor: Vendor) -> Chance:
        """The source of one call: it follows from the seed and the state, so that a restored state repeats itself."""
        return self._chance.at(vendor.id, self.store(vendor).revision)

    def limiter(self, vendor: Vendor) -> Limiter:
        """What counts the vendor's calls against its limits."""
        found = self._limiters.get(vendor.id)
        if found is None:
            found = self._limiters[vendor.id] = Limiter(vendor.pack.limits, enabled=self.beginning.limits)
        return found

    def snapshots(self) -> list[Saved]:
        """What was saved, by name."""
        return [self._snapshots[name] for name in sorted(self._snapshots)]

    def save(self, name: str) -> Saved:
        """Keep all documents as they are now under a name, in constant time; an older one of that name is replaced."""
        stores = {vendor: store.snapshot() for vendor, store in self._stores.items()}
        saved = self._snapshots[name] = Saved(name, self.clock.now(), self.content, stores)
        return saved

    def restore(self, name: str) -> None:
        """Put back all documents as they were saved, in constant time. The clock runs on.

        A delivery that was pending then is pending again.

        Raises:
            NotFound: nothing was saved under that name.
        """
        saved = self._saved(name)
        self.content = saved.content
        for vendor in [vendor for vendor in self._stores if vendor not in saved.stores]:
            del self._stores[vendor]  # first used after the snapshot: as seeded then
        for vendor, snapshot in saved.stores.items():
            self._stores[vendor].restore(snapshot)
        self.outbox.resume()

    def forget(self, name: str) -> None:
        """Drop what was saved under a name.

        Raises:
            NotFound: nothing was.
        """
        del self._snapshots[self._saved(name).name]

    def _saved(self, name: str) -> Saved:
        if name not in self._snapshots:
            raise NotFound(f"There is no snapshot {name!r}; saved are: {', '.join(sorted(self._snapshots)) or 'none'}.")
        return self._snapshots[name]

    def reset(self, *, profile: str = "", seed: int | str | None = None) -> None:
        """Everything as at the start: state, clock, faults, limits, deliveries and journal. Snapshots stay.

        With a profile or seed, that content until the next reset.

        A fork starts with what it was forked from.
        """
        start = self.beginning
        self.content = replace(start, profile=profile or start.profile, seed=start.seed if seed is None else seed)
        self._chance = self._chance.with_seed(self.content.seed)
        kept = {} if profile or seed is not None else self._forked
        self._stores = {vendor: store.fork() for vendor, store in kept.items()}
        self.journal.clear()
        self.faults.clear()
        self._limiters.clear()
        self.outbox.clear()
        self.clock.clear()
        self.clock.set(now=self.beginning.now or Clock().now(), frozen=self.beginning.frozen)

    def reset_vendor(self, vendor: Vendor, *, profile: str = "", seed: int | str | None = None) -> None:
        """One vendor's documents as at the start, or as another profile or seed has them."""
        start = self.beginning
        chosen = replace(start, profile=profile or start.profile, seed=start.seed if seed is None else seed)
        kept = None if profile or seed is not None else self._forked.get(vendor.id)
        self._stores[vendor.id] = (kept if kept is not None else self._seeded(vendor, chosen)).fork()
        self.outbox.clear(vendor.id)

    def fork_from(self, other: Sandbox) -> None:
        """Take over the other's documents, in constant time; a reset leads back to them.

        The other's deliveries stay its own: they are neither listed nor sent from here.
        """
        self.fork_of = other.name
        self._forked = {vendor: store.fork() for vendor, store in other._stores.items()}
        self._stores = {vendor: store.fork() for vendor, store in self._forked.items()}

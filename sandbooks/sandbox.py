"""One isolated world: its stores, clock, chance and journal.

Knows no port and no other sandbox.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Protocol

from sandbooks.acting import acting_call
from sandbooks.agenda import Agenda
from sandbooks.chance import Chance
from sandbooks.clock import Clock
from sandbooks.errors import NotFound
from sandbooks.exchange import Mark
from sandbooks.journal import new_journal
from sandbooks.pack import Call, Caller
from sandbooks.store import Change, Refitted, Store, TableSchema, refit_store
from sandbooks.traffic.faults import Faults
from sandbooks.traffic.limits import Limiter
from sandbooks.vendor import Vendor, schema_in
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
    stores: Mapping[str, Store]


@dataclass(frozen=True, slots=True)
class Holding:
    """All of a sandbox that outlives the process, at a moment; references too. `forked` is what a reset leads to."""

    beginning: Beginning
    content: Beginning
    created_at: datetime
    now: datetime
    frozen: bool
    fork_of: str | None
    stores: Mapping[str, Store]
    forked: Mapping[str, Store]
    snapshots: Sequence[Saved]


class Keeper(Protocol):
    """Hears of everything that is to outlive the process before it is done; raises where it cannot be kept."""

    def keep_changes(self, sandbox: str, vendor: str, changes: Sequence[Change]) -> None:
        """A transaction is about to commit."""

    def keep_act(self, sandbox: str, act: str, /, **particulars: object) -> None:
        """One of the sandbox's own verbs is about to be done, or its clock was moved."""


Seeded = Callable[[Vendor, Beginning], Store]
Hearer = Callable[[str, str, Exception], None]
"""Told of an error that is not the caller's: the sandbox, what was being done, and what was raised."""


class Sandbox:
    """One world. Its stores are forked from a shared, seeded base when a vendor is first called in it.

    Args:
        name: as in the address.
        seeded: gives the base of a vendor; asked once for each.
        chance: the source of everything random in here.
        strict: an answer that does not fit its description is an error.
        public: webhooks go to the open internet alone.
        webhook_url: where the webhooks of descriptions go beside their subscriptions; empty: nowhere.
        keeper: hears of what is to outlive the process.
        vendors: those that are served, by id; what they have to do when its moment comes is done from `begin` on.
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
        webhook_url: str = "",
        keeper: Keeper | None = None,
        vendors: Mapping[str, Vendor] = MappingProxyType({}),
    ) -> None:
        self.name = name
        self.beginning = beginning
        self.content = beginning
        self.fork_of: str | None = None
        self.strict = strict
        self.webhook_url = webhook_url
        self.in_flight: set[Mark] = set()
        self.clock = Clock(now=beginning.now, frozen=beginning.frozen)
        self.on_error: Hearer | None = None
        self.created_at = self.clock.now()
        self.journal = new_journal()
        self.faults = Faults(chance.at("faults"))
        self._chance = chance
        self._limiters: dict[str, Limiter] = {}
        self._snapshots: dict[str, Saved] = {}
        self._seeded = seeded
        self._keeper = keeper
        self.clock.on_set = self._keep_clock if keeper is not None else None
        self._stores: dict[str, Store] = {}
        self._forked: dict[str, Store] = {}
        self._vendors = vendors
        self.outbox = Outbox(name, self.clock, lambda: self._stores, public=public)
        self.outbox.acting, self.outbox.report = self._acting, self.report
        self._agenda = Agenda(
            name, self.clock, vendors, lambda: self._stores, self.chance, self.outbox, self.journal, self.report
        )

    def begin(self) -> None:
        """From now on its packs do what falls due by the clock; what is due already is done at once."""
        self._agenda.begin()

    def take_up_duties(self) -> None:
        """Have the documents of every vendor with duties at hand, those that no call has asked for too, and what the
        last move of the clock left undone: before the next, so that it falls due on the way."""
        for vendor in self._vendors.values():
            if vendor.pack.duties:
                self.store(vendor)
        self._agenda.take_up()

    def store(self, vendor: Vendor) -> Store:
        """The vendor's documents in this sandbox."""
        found = self._stores.get(vendor.id)
        if found is None:
            served = self._vendors.get(vendor.id, vendor)  # a call under way may have begun with an older one
            found = self.open_store(vendor.id, partial(self._seeded, served))
            if vendor.pack.duties:
                self._agenda.resume(vendor.id)
        return found

    def open_store(self, vendor_id: str, seeded: Callable[[Beginning], Store]) -> Store:
        """The documents of a vendor that need not be served; `seeded` gives its base where it has none here."""
        if vendor_id not in self._stores:
            self._stores[vendor_id] = self._own(vendor_id, seeded(self.content))
        return self._stores[vendor_id]

    def chance(self, vendor: Vendor) -> Chance:
        """The source of one call: it follows from the seed and the state, so that a restored state repeats itself."""
        return self._chance.at(vendor.id, self.store(vendor).revision)

    def limiter(self, vendor: Vendor) -> Limiter:
        """What counts the vendor's calls against its limits."""
        found = self._limiters.get(vendor.id)
        if found is None:
            found = self._limiters[vendor.id] = Limiter(
                vendor.pack.limits, enabled=self.beginning.limits, knows_callers=vendor.knows_callers
            )
        return found

    def report(self, about: str, error: Exception) -> None:
        """Tell of an error that is the server's own fault: a handler that raised, an answer that does not fit."""
        if self.on_error is not None:
            self.on_error(self.name, about, error)

    def snapshots(self) -> list[Saved]:
        """What was saved, by name."""
        return [self._snapshots[name] for name in sorted(self._snapshots)]

    def save(self, name: str) -> Saved:
        """Keep all documents as they are now under a name, in constant time; an older one of that name is replaced."""
        return self.save_at(name, self.clock.now())

    def save_at(self, name: str, at: datetime) -> Saved:
        """As `save`, at a moment of the sandbox's clock."""
        self._keep("save", name=name, at=at)
        stores = _forks(self._stores)
        saved = self._snapshots[name] = Saved(name, at, self.content, stores)
        return saved

    def restore(self, name: str) -> None:
        """Put back all documents as they were saved, in constant time. The clock runs on.

        A delivery that was pending then is pending again.

        Raises:
            NotFound: nothing was saved under that name.
        """
        saved = self._saved(name)
        self._keep("restore", name=name)
        self.content = saved.content
        self._chance = self._chance.with_seed(saved.content.seed)
        self._stores = self._own_all(saved.stores)  # a vendor first used after the snapshot: as seeded then
        self.outbox.resume()
        self._agenda.resume()

    def forget(self, name: str) -> None:
        """Drop what was saved under a name.

        Raises:
            NotFound: nothing was.
        """
        self._saved(name)
        self._keep("forget", name=name)
        del self._snapshots[name]

    def _saved(self, name: str) -> Saved:
        if name not in self._snapshots:
            raise NotFound(f"There is no snapshot {name!r}; saved are: {', '.join(sorted(self._snapshots)) or 'none'}.")
        return self._snapshots[name]

    def reset(self, *, profile: str = "", seed: int | str | None = None) -> None:
        """Everything as at the start: state, clock, faults, limits, deliveries and journal. Snapshots stay.

        With a profile or seed, that content until the next reset.

        A fork starts with what it was forked from.
        """
        self._keep("reset", profile=profile, seed=seed)
        start = self.beginning
        self.content = replace(start, profile=profile or start.profile, seed=start.seed if seed is None else seed)
        self._chance = self._chance.with_seed(self.content.seed)
        kept = {} if profile or seed is not None else self._forked
        self._stores = self._own_all(kept)
        self.journal.restart()
        self.faults.clear()
        self._limiters.clear()
        self.outbox.clear()
        self.clock.clear()
        self.clock.set(now=self.beginning.now or Clock().now(), frozen=self.beginning.frozen)
        self._agenda.resume()

    def reset_vendor(self, vendor: Vendor, *, profile: str = "", seed: int | str | None = None) -> None:
        """One vendor's documents as at the start, or as another profile or seed has them."""
        self.reset_store(vendor.id, partial(self._seeded, vendor), profile=profile, seed=seed)

    def reset_store(
        self,
        vendor_id: str,
        seeded: Callable[[Beginning], Store],
        *,
        profile: str = "",
        seed: int | str | None = None,
    ) -> None:
        """As `reset_vendor`, of a vendor that need not be served; `seeded` gives its base."""
        start = self.beginning
        chosen = replace(start, profile=profile or start.profile, seed=start.seed if seed is None else seed)
        kept = None if profile or seed is not None else self._forked.get(vendor_id)
        base = kept if kept is not None else seeded(chosen)
        self._keep("reset_vendor", vendor=vendor_id, profile=profile, seed=seed)
        self._stores[vendor_id] = self._own(vendor_id, base)
        self.outbox.clear(vendor_id)
        self._agenda.resume(vendor_id)

    def refit(self, vendor_id: str, tables: Mapping[str, TableSchema], done: Refitted) -> None:
        """Keep all documents of a vendor, those of snapshots too, by other schemas; `done` as `refit_store` has it."""
        for stores in (self._stores, self._forked, *(saved.stores for saved in self._snapshots.values())):
            if vendor_id in stores:
                refit_store(stores[vendor_id], tables, partial(schema_in, tables), done)

    def renew(self, vendor: Vendor) -> None:
        """Go on with another pack or description of a vendor, to whose collections all has been refitted."""
        id = vendor.id
        if id in self._stores:
            self._listen(id, self._stores[id])
        if id in self._limiters:
            self._limiters[id].renew(vendor.pack.limits, knows_callers=vendor.knows_callers)
        self.outbox.renew(id, vendor.webhooks)
        self._agenda.renew(id)

    def part_with(self, vendor_id: str) -> None:
        """A vendor is not served any more: nothing of it is done or sent. What it holds stays."""
        self.outbox.renew(vendor_id, None)
        self._agenda.renew(vendor_id)

    def fork_from(self, other: Sandbox) -> None:
        """Take over the other's documents, in constant time; a reset leads back to them.

        The other's deliveries stay its own: they are neither listed nor sent from here.
        """
        self.fork_of = other.name
        self._forked = _forks(other._stores)
        self._stores = self._own_all(self._forked)

    def hold(self) -> Holding:
        """What outlives the process, as it is now; in constant time."""
        return Holding(
            beginning=self.beginning,
            content=self.content,
            created_at=self.created_at,
            now=self.clock.now(),
            frozen=self.clock.frozen,
            fork_of=self.fork_of,
            stores=_forks(self._stores),
            forked=_forks(self._forked),
            snapshots=[replace(saved, stores=_forks(saved.stores)) for saved in self._snapshots.values()],
        )

    def take_over(self, held: Holding) -> None:
        """Be what another process held; the clock goes on from `held.now`."""
        self.beginning, self.content = held.beginning, held.content
        self._chance = self._chance.with_seed(held.content.seed)
        self.created_at, self.fork_of = held.created_at, held.fork_of
        self.clock.set(now=held.now, frozen=held.frozen)
        self._forked = dict(held.forked)
        self._stores = self._own_all(held.stores)
        self._snapshots = {saved.name: saved for saved in held.snapshots}

    def abandon(self) -> None:
        """It is to be forgotten: a call that is still under way in it changes nothing that is kept."""
        self._keep("delete")
        self._keeper = None

    def _own_all(self, stores: Mapping[str, Store]) -> dict[str, Store]:
        return {vendor: self._own(vendor, store) for vendor, store in stores.items()}

    def _own(self, vendor: str, store: Store) -> Store:
        """A fork of a store; what is done to it here is kept, and may fall due."""
        own = store.fork()
        self._listen(vendor, own)
        return own

    def _listen(self, vendor: str, own: Store) -> None:
        is_heard = self._keeper is not None or self._agenda.concerns(vendor)
        own.on_commit = partial(self._hear, vendor, own) if is_heard else None

    def _hear(self, vendor: str, store: Store, changes: Sequence[Change]) -> None:
        """Tell of a transaction, unless its store has been reset or replaced meanwhile: nobody sees it any more."""
        if self._stores.get(vendor) is not store:
            return
        if self._keeper is not None:
            self._keeper.keep_changes(self.name, vendor, changes)
        self._agenda.hear(vendor, changes)

    def _acting(self, vendor: str, tenant: str, now: datetime) -> Call:
        """A call for what a receiver's answer has a pack do."""
        served = self._vendors[vendor]
        caller = Caller("deliveries", sandbox=self.name, tenant=tenant)
        return acting_call(served, self.store(served), self.chance(served), caller, now)

    def _keep(self, act: str, **particulars: object) -> None:
        if self._keeper is not None:
            self._keeper.keep_act(self.name, act, **particulars)

    def _keep_clock(self) -> None:
        self._keep("clock", now=self.clock.now(), frozen=self.clock.frozen)


def _forks(stores: Mapping[str, Store]) -> dict[str, Store]:
    return {vendor: store.fork() for vendor, store in stores.items()}

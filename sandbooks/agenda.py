"""What packs have to do when a sandbox's clock gets there: the next is a timer, the rest stands in the stores.

Knows duties, clock and stores; must not know what a duty does.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbooks.acting import acting_call
from sandbooks.chance import Chance
from sandbooks.clock import Clock, Timer, render_moment, stopwatch
from sandbooks.journal import CLOCK_METHOD, Entry, Journal
from sandbooks.pack import MAIN_TENANT, TENANT_MARK, Call, Caller, Duty
from sandbooks.store import HIDDEN_MARK, Change, Document, Store
from sandbooks.vendor import Vendor
from sandbooks.webhooks import Outbox, announced

CLOCK = "clock"
"""The name of the caller of whatever the clock has done."""

MOST_AT_ONCE = 5000
"""How many turns of a sandbox run in one move of its clock: a step of centuries would keep the server for hours."""

logger = logging.getLogger("sandbooks.agenda")


@dataclass(frozen=True, slots=True)
class Turn:
    """One document whose moment comes at `due`, of those of one moment in the order in which they were made."""

    due: datetime
    duty: Duty = field(compare=False)
    table: str = field(compare=False)
    id: str = field(compare=False)


class Agenda:
    """The duties of all vendors of a sandbox.

    A moment is read from the stores, never remembered: so a rollback, a restore, a fork and a restart have what
    their documents say. What falls due runs in order, each in a transaction that also moves it on; so nothing runs
    twice.

    Args:
        sandbox: its name.
        clock: its clock.
        vendors: those that are served.
        stores: gives the stores of the sandbox by vendor, those that are in use.
        chance: gives the source of one call of a vendor.
        outbox: takes the events.
        journal: is told what was done.
        report: hears of what a pack raises.
    """

    def __init__(
        self,
        sandbox: str,
        clock: Clock,
        vendors: Mapping[str, Vendor],
        stores: Callable[[], Mapping[str, Store]],
        chance: Callable[[Vendor], Chance],
        outbox: Outbox,
        journal: Journal,
        report: Callable[[str, Exception], None],
    ) -> None:
        self._sandbox = sandbox
        self._clock = clock
        self._vendors = vendors
        self._stores = stores
        self._chance = chance
        self._outbox = outbox
        self._journal = journal
        self._report = report
        self._is_live = False
        self._timers: dict[str, Timer] = {}
        self._failed: set[tuple[str, str, str, str, datetime]] = set()
        self._left: set[tuple[str, str, str, str, datetime]] = set()
        self._pass = self._ran = 0

    def concerns(self, vendor_id: str) -> bool:
        """Whether a vendor has duties at all."""
        vendor = self._vendors.get(vendor_id)
        return vendor is not None and bool(vendor.pack.duties)

    def begin(self) -> None:
        """From now on do what falls due; until then nothing is done, as while a log is read back."""
        self._is_live = True
        self.resume()

    def resume(self, vendor_id: str = "") -> None:
        """Look anew at what the stores hold, of one vendor or of all, and do what is due by now."""
        self._failed = {each for each in self._failed if vendor_id not in ("", each[0])}
        for name in [vendor_id] if vendor_id else list(self._stores()):
            if self.concerns(name):
                self._plan(name)
        if self._timers:
            self._clock.run_due()

    def renew(self, vendor_id: str) -> None:
        """A vendor's duties are others from now on; what failed is tried again."""
        timer = self._timers.pop(vendor_id, None)
        if timer is not None:
            timer.cancel()
        self.resume(vendor_id)

    def take_up(self) -> None:
        """Plan what the last move of the clock had no room for; before its next."""
        self._failed -= self._left
        for name in {each[0] for each in self._left}:
            if self.concerns(name):
                self._plan(name)
        self._left = set()

    def hear(self, vendor_id: str, changes: Sequence[Change]) -> None:
        """A transaction is about to end; what it changed may fall due earlier or later than was planned."""
        if not self.concerns(vendor_id):
            return
        moved = {
            (vendor_id, change.table, change.id, duty.due)
            for change in changes
            for duty in self._vendors[vendor_id].pack.duties
            if change.table.partition(TENANT_MARK)[0] == duty.collection
            and (change.before or {}).get(duty.due) != (change.after or {}).get(duty.due)
        }
        if moved:
            self._failed = {each for each in self._failed if each[:4] not in moved}
            self._plan(vendor_id)

    def _plan(self, vendor_id: str) -> None:
        """Have the clock call when the vendor's next turn comes."""
        timer = self._timers.pop(vendor_id, None)
        if timer is not None:
            timer.cancel()
        turn = self._next(vendor_id) if self._is_live else None
        if turn is not None:
            self._timers[vendor_id] = self._clock.at(turn.due, lambda: self._fall_due(vendor_id))

    def _fall_due(self, vendor_id: str) -> None:
        self._timers.pop(vendor_id, None)
        turn = self._next(vendor_id)
        if turn is not None and turn.due <= self._clock.now():
            self._perform(self._vendors[vendor_id], turn)
        self._plan(vendor_id)

    def _next(self, vendor_id: str) -> Turn | None:
        """The earliest turn of a vendor; of several the first that was made."""
        store = self._stores().get(vendor_id)
        turns = [] if store is None else self._turns(self._vendors[vendor_id], store)
        return min(turns, key=lambda turn: turn.due, default=None)

    def _turns(self, vendor: Vendor, store: Store) -> Iterator[Turn]:
        for duty in vendor.pack.duties:
            for name in store.names():
                if name.partition(TENANT_MARK)[0] != duty.collection:
                    continue
                table = store.table(name)
                for document in table.views():
                    due = _moment(document.get(duty.due))
                    turn = None if due is None else Turn(due, duty, name, str(document[table.schema.id]))
                    if turn is not None and _mark_of(vendor, turn) not in self._failed:
                        yield turn

    def _perform(self, vendor: Vendor, turn: Turn) -> None:
        """Do what is due, all of it or nothing, and enter it into the journal."""
        store, started = self._stores()[vendor.id], stopwatch()
        tenant = turn.table.partition(TENANT_MARK)[2] or MAIN_TENANT
        caller = Caller(CLOCK, sandbox=self._sandbox, tenant=tenant)
        call = acting_call(vendor, store, self._chance(vendor), caller, turn.due)
        why = [f"clock: {turn.duty.collection} {turn.id} was due at {render_moment(turn.due)}"]
        try:
            self._count(vendor, turn)
            changes, sent = _transact(vendor, store, turn, call, self._outbox)
        except Exception as error:  # whatever a pack may raise; tried again when the moment changes
            self._failed.add(_mark_of(vendor, turn))
            logger.exception("%s %s of %s, due at %s", turn.duty.collection, turn.id, vendor.id, turn.due)
            why.append("".join(traceback.format_exception(error)))
            self._report(f"{turn.duty.collection} {turn.id}, due at {render_moment(turn.due)}", error)
            self._write_down(vendor, turn, started, 500, why, [])
            return
        if sent and vendor.webhooks is not None:
            self._outbox.release(vendor.id, sent, vendor.webhooks)
        self._write_down(vendor, turn, started, 200, why + call.notes, changes)

    def _count(self, vendor: Vendor, turn: Turn) -> None:
        """
        Raises:
            RuntimeError: the clock has done as much in this move as it does in one.
        """
        if self._clock.passes != self._pass:
            self._pass, self._ran = self._clock.passes, 0
        if self._ran >= MOST_AT_ONCE:
            self._left.add(_mark_of(vendor, turn))
            raise RuntimeError(f"{MOST_AT_ONCE} turns have run in this move of the clock; move it in smaller steps")
        self._ran += 1

    def _write_down(
        self, vendor: Vendor, turn: Turn, started: float, status: int, why: list[str], changes: Iterable[Change]
    ) -> None:
        told = [
            {"collection": change.table, "id": change.id, "before": change.before, "after": change.after}
            for change in changes
            if not change.table.startswith(HIDDEN_MARK)
        ]
        self._journal.add(
            Entry(
                at=turn.due,
                vendor=vendor.id,
                operation="",
                method=CLOCK_METHOD,
                path=f"{turn.duty.collection}/{turn.id}",
                sandbox=self._sandbox,
                request_headers={},
                query_string="",
                request_body=b"",
                status=status,
                answer_headers={},
                answer_body=b"",
                duration_ms=(stopwatch() - started) * 1000,
                why=why,
                changes=told,
            )
        )


def _mark_of(vendor: Vendor, turn: Turn) -> tuple[str, str, str, str, datetime]:
    return vendor.id, turn.table, turn.id, turn.duty.due, turn.due


def _transact(
    vendor: Vendor, store: Store, turn: Turn, call: Call, outbox: Outbox
) -> tuple[Sequence[Change], Sequence[str]]:
    """What was changed, and the deliveries that may leave now.

    Raises:
        RuntimeError: the document is as due afterwards as it was before.
    """
    sent: Sequence[str] = ()
    with store.transaction() as transaction:
        table = store.table(turn.table)
        turn.duty.act(call, table.read(turn.id))
        after: Document | None = table.find_one(turn.id)
        moved = _moment(after.get(turn.duty.due)) if after is not None else None
        if moved is not None and moved <= turn.due:
            raise RuntimeError(f"{turn.duty.due} is still {render_moment(moved)}; what is done must move it on")
        if call.events and vendor.webhooks is not None:
            sent = outbox.write(call, vendor.id, announced(call, vendor.webhooks))
    return transaction.changes, sent


def _moment(text: object) -> datetime | None:
    """The moment of a stored property in UTC; None where it holds none, or one beyond the calendar."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None

"""One call on its way, and the world that it meets: what the steps of the pipeline hand to each other.

Knows no step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from sandbooks.chance import Chance
from sandbooks.clock import Clock, stopwatch
from sandbooks.journal import Journal
from sandbooks.pack import ANYBODY, Caller
from sandbooks.request import Request
from sandbooks.spec import Operation
from sandbooks.store import Change, Store
from sandbooks.traffic.faults import Fault, Faults
from sandbooks.traffic.limits import Limiter, Place, Ticket
from sandbooks.vendor import Binding, Vendor

if TYPE_CHECKING:
    from sandbooks.webhooks import Outbox


Mark = tuple[str, ...]
"""A call that must not run twice at once: vendor, tenant, caller and idempotency key; method and path if they count."""


class World(Protocol):
    """What the pipeline needs of a sandbox."""

    name: str
    clock: Clock
    journal: Journal
    faults: Faults
    outbox: Outbox | None
    in_flight: set[Mark]
    strict: bool
    webhook_url: str

    def store(self, vendor: Vendor) -> Store: ...

    def chance(self, vendor: Vendor) -> Chance: ...

    def limiter(self, vendor: Vendor) -> Limiter: ...

    def report(self, about: str, error: Exception) -> None: ...


@dataclass(slots=True)
class Answer:
    """What goes over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Exchange:
    """One call, and what was learnt of it so far.

    `now` is the moment of the call by the world's clock: when it came, or, where it was held up, when it went on.
    A body of more than `body_limit` bytes is `too_large`; it was not kept then.
    `ended` is the answer or the problem that an early step came to; later steps are then passed over.
    """

    vendor: Vendor
    world: World
    request: Request
    now: datetime
    base_url: str = ""
    body_limit: int = 0
    too_large: bool = False
    binding: Binding | None = None
    path_values: dict[str, str] = field(default_factory=dict)
    caller: Caller = ANYBODY
    fault: Fault | None = None
    ticket: Ticket | None = None
    places: Sequence[Place] = ()
    mark: Mark | None = None
    ended: Answer | Exception | None = None
    headers: dict[str, str] = field(default_factory=dict)
    why: list[str] = field(default_factory=list)
    changes: Sequence[Change] = ()
    started: float = field(default_factory=stopwatch)

    @property
    def operation(self) -> Operation | None:
        return self.binding.operation if self.binding is not None else None

"""Failures that a test scripts: which call, what happens to it, and how often.

Knows what a call is called, not how it is answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sandbooks.chance import Chance
from sandbooks.errors import NotFound

Drop = Literal["before_response", "mid_body"]


@dataclass(frozen=True, slots=True)
class Match:
    """Which calls are meant; an empty part means any. `path` is the template as `operations` lists it."""

    vendor: str = ""
    operation: str = ""
    method: str = ""
    path: str = ""

    def fits(self, vendor: str, operation: str, method: str, path: str) -> bool:
        return (
            self.vendor in ("", vendor)
            and self.operation in ("", operation)
            and self.method.upper() in ("", method)
            and self.path in ("", path)
        )

    def render(self) -> dict[str, str]:
        """The parts that are set."""
        parts = {"vendor": self.vendor, "operation": self.operation, "method": self.method, "path": self.path}
        return {name: value for name, value in parts.items() if value}


@dataclass(frozen=True, slots=True)
class FailItem:
    """One item of a batch that fails while the others go through."""

    index: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens: exactly one of an answer (`status`), a delay, a drop, or failing items.

    A `body` of None leaves the words to the vendor's own error for that status.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None  # a JSON value
    delay_ms: int | None = None
    drop: Drop | None = None
    fail_items: tuple[FailItem, ...] = ()

    def render(self) -> dict[str, Any]:  # JSON for the control API
        if self.status is not None:
            shown: dict[str, Any] = {"status": self.status}
            shown |= {"headers": dict(self.headers)} if self.headers else {}
            return shown | ({"body": self.body} if self.body is not None else {})
        if self.delay_ms is not None:
            return {"delay_ms": self.delay_ms}
        if self.drop is not None:
            return {"drop": self.drop}
        return {"fail_items": [{"index": i.index, "code": i.code, "message": i.message} for i in self.fail_items]}


@dataclass(slots=True)
class Fault:
    """One scripted failure. `times` None: for ever; `used` counts how often it struck."""

    id: int
    match: Match
    effect: Effect
    times: int | None = 1
    skip: int = 0
    probability: float = 1.0
    ttl_s: float | None = None
    made_at: datetime | None = None
    used: int = 0
    seen: int = 0

    def render(self) -> dict[str, Any]:  # JSON for the control API
        return {
            "id": str(self.id),
            "match": self.match.render(),
            "effect": self.effect.render(),
            "times": self.times,
            "skip": self.skip,
            "probability": self.probability,
            "ttl_s": self.ttl_s,
            "used": self.used,
        }


class Faults:
    """The scripted failures of one sandbox, in the order in which they were made.

    Args:
        chance: decides where a probability is below 1.
    """

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._faults: dict[int, Fault] = {}
        self._made = 0

    def __bool__(self) -> bool:
        return bool(self._faults)

    def __iter__(self) -> Any:  # an iterator of faults, oldest first
        return iter(self._faults.values())

    def add(self, match: Match, effect: Effect, *, now: datetime, **limits: Any) -> Fault:  # as the fields of Fault
        """Script a failure from now on."""
        self._made += 1
        fault = Fault(self._made, match, effect, made_at=now, **limits)
        self._faults[fault.id] = fault
        return fault

    def get(self, id: str) -> Fault:
        """
        Raises:
            NotFound: there is no fault of that id.
        """
        found = self._faults.get(int(id)) if id.isdecimal() else None
        if found is None:
            raise NotFound(f"There is no fault {id!r}; GET /_sandbox/faults lists those that there are.")
        return found

    def remove(self, id: str) -> None:
        """
        Raises:
            NotFound: there is no fault of that id.
        """
        del self._faults[self.get(id).id]

    def clear(self) -> None:
        """Forget every fault; ids start over."""
        self._faults.clear()
        self._made = 0

    def strike(self, vendor: str, operation: str, method: str, path: str, now: datetime) -> Fault | None:
        """The first fault that strikes this call, counted as used; None where none does."""
        for fault in self._faults.values():
            if fault.match.fits(vendor, operation, method, path) and self._strikes(fault, now):
                fault.used += 1
                return fault
        return None

    def _strikes(self, fault: Fault, now: datetime) -> bool:
        if fault.times is not None and fault.used >= fault.times:
            return False
        if fault.ttl_s is not None and fault.made_at and (now - fault.made_at).total_seconds() >= fault.ttl_s:
            return False
        fault.seen += 1
        if fault.seen <= fault.skip:
            return False
        return fault.probability >= 1 or self._chance.at("fault", fault.id, fault.seen).boolean(fault.probability)

"""Counts calls against what a pack allows: windows on the sandbox's clock, queues in real time.

Knows the declarations and who calls; must not know operations or answers.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sandbooks.errors import TimedOut, TooMany
from sandbooks.pack import (
    ANYBODY,
    Caller,
    FixedWindow,
    Limit,
    LimitHeaders,
    Parallel,
    Queue,
    SlidingWindow,
    TokenBucket,
)

_POLL_S = 0.005
_LONGEST_POLL_S = 0.05
_ROUNDING = 1e-9


@dataclass(slots=True)
class _Counter:
    """What one limit has counted for one caller, or for several together; it allows the last so many calls."""

    calls: int = 0
    used: float = 0.0
    since: float = 0.0
    moments: deque[float] = field(default_factory=deque)
    in_flight: int = 0
    waiting: deque[Place] = field(default_factory=deque)
    full_s: float = 0.0  # when a queue was last seen with as many in flight as may be


class Room(NamedTuple):
    """What one limit says at a moment: how many calls it allows, how many are left, when it has room again (s)."""

    allowed: int
    left: int
    reset_s: float


class Ticket:
    """One call that was let in; `leave()` gives back what it held."""

    __slots__ = ("_held", "rooms")

    def __init__(self, rooms: list[Room], held: list[_Counter]) -> None:
        self.rooms = rooms
        self._held = held

    def leave(self) -> None:
        for counter in self._held:
            counter.in_flight -= 1
        self._held = []


class Limiter:
    """The counters of one vendor in one sandbox.

    A call is counted only when every limit has room for it: a refused call costs nothing.

    Args:
        limits: what the vendor allows.
        enabled: whether it counts at all.
        knows_callers: calls without a credential are those of open operations; they meet the limits of the vendor as
            a whole, and no others.
    """

    def __init__(self, limits: Sequence[Limit], *, enabled: bool = True, knows_callers: bool = False) -> None:
        self.enabled = enabled
        self.scale = 1.0
        self._counters: dict[tuple[int, str], _Counter] = {}
        self._set(limits, knows_callers=knows_callers)

    def renew(self, limits: Sequence[Limit], *, knows_callers: bool) -> None:
        """Count by other limits from now on. One of the same kind and period goes on from what was counted by it."""
        open_places = [(index, _sort_of(limit)) for index, limit in enumerate(limits)]
        moved: dict[int, int] = {}
        for index, limit in enumerate(self._limits):
            place = next((place for place in open_places if place[1] == _sort_of(limit)), None)
            if place is not None:
                open_places.remove(place)
                moved[index] = place[0]
        self._counters = {
            (moved[index], key): counter for (index, key), counter in self._counters.items() if index in moved
        }
        self._set(limits, knows_callers=knows_callers)

    @property
    def active(self) -> bool:
        return self.enabled and bool(self._limits)

    def enter(self, caller: Caller, now_s: float) -> Ticket:
        """Let a call in at a moment of the sandbox's clock (seconds since the epoch).

        Raises:
            TooMany: a window, bucket or the number in flight is exhausted.
        """
        pairs = self._pairs(caller)
        rooms = []
        for allowed, left, reset_s in self._rooms(pairs, now_s):
            if left < 1:
                raise TooMany(f"{allowed} calls are allowed and used up.", retry_after_s=reset_s or 1)
            rooms.append(Room(allowed, left - 1, reset_s))
        held = []
        for limit, counter in pairs:
            _count(limit, counter, now_s, self.scale)
            if isinstance(limit, Parallel):
                held.append(counter)
        return Ticket(rooms, held)

    def rooms(self, caller: Caller, now_s: float) -> list[Room]:
        """What each limit has left for a caller."""
        return self._rooms(self._pairs(caller), now_s)

    def join(self, caller: Caller, real_s: float) -> Sequence[Place]:
        """Take a place in every queue of the vendor, at a moment of real time."""
        if not self._queues or not self.enabled:
            return ()
        queues = self._queues if caller is not ANYBODY else self._anybodys_queues
        return [Place(self, limit, self._counter(index, limit, caller), real_s) for index, limit in queues]

    def show(self, now_s: float) -> list[dict[str, Any]]:
        """Every limit with what is left of it, by who was counted, for the control API; `key` None: nobody yet."""
        return [
            _show(limit, key, _room(limit, counter, now_s, self._allowed(counter), self.scale))
            for index, limit in enumerate(self._limits)
            for key, counter in self._counted_by(index).items()
        ]

    def clear(self) -> None:
        """Forget what was counted."""
        self._counters.clear()

    def _set(self, limits: Sequence[Limit], *, knows_callers: bool) -> None:
        self._limits = tuple(limits)
        self._counted = tuple((index, limit) for index, limit in enumerate(limits) if not isinstance(limit, Queue))
        self._queues = tuple((index, limit) for index, limit in enumerate(limits) if isinstance(limit, Queue))
        self._anybodys = tuple(pair for pair in self._counted if not knows_callers or pair[1].by == "vendor")
        self._anybodys_queues = tuple(pair for pair in self._queues if not knows_callers or pair[1].by == "vendor")

    def _pairs(self, caller: Caller) -> list[tuple[Limit, _Counter]]:
        """The limits that count calls, queues left out, with what each has counted for a caller."""
        if not self.enabled:
            return []
        counted = self._counted if caller is not ANYBODY else self._anybodys
        return [(limit, self._counter(index, limit, caller)) for index, limit in counted]

    def _rooms(self, pairs: Sequence[tuple[Limit, _Counter]], now_s: float) -> list[Room]:
        return [_room(limit, counter, now_s, self._allowed(counter), self.scale) for limit, counter in pairs]

    def _counted_by(self, index: int) -> Mapping[str | None, _Counter]:
        """The counters of one limit, by caller."""
        return {key: counter for (at, key), counter in sorted(self._counters.items()) if at == index} or {
            None: _Counter(self._limits[index].calls)
        }

    def _counter(self, index: int, limit: Limit, caller: Caller) -> _Counter:
        key = (index, _key(limit, caller))
        found = self._counters.get(key)
        if found is None:
            found = self._counters[key] = _Counter()
        found.calls = _calls_for(limit, caller)  # roles change, and callers of several may be counted together
        return found

    def _allowed(self, counter: _Counter) -> int:
        return _scaled(counter.calls, self.scale)


class Place:
    """A place in a queue. `wait_s` is asked until it says 0; then the call runs, and `leave` frees its place.

    A call starts at the moment when there was room for it: that it came to ask a little later, because the process was
    busy, neither lengthens its own wait nor shifts the turns of those behind it. Who waits while the limits are
    switched off or scaled feels it at once.
    """

    __slots__ = ("_counter", "_is_free", "_limiter", "_timed_out", "inside", "limit", "since_s")

    def __init__(self, limiter: Limiter, limit: Queue, counter: _Counter, since_s: float) -> None:
        self.limit = limit
        self.since_s = since_s
        self._limiter = limiter
        self._counter = counter
        self._is_free = limit.sequential_free and not counter.in_flight and not counter.waiting
        self._timed_out = False
        self.inside = False
        counter.waiting.append(self)

    def wait_s(self, real_s: float) -> float:
        """How long to wait before asking again; 0: the call may start.

        Raises:
            TimedOut: it has waited as long as the vendor lets a call wait.
        """
        waiting = self._counter.waiting
        while waiting and waiting[0]._takes_its_turn(real_s):
            waiting.popleft()
        if self.inside:
            return 0.0
        left = self.since_s + self.limit.max_wait_s - real_s
        if left <= 0 or self._timed_out:
            self.leave()
            raise TimedOut(f"The call waited {self.limit.max_wait_s:g} s in the queue; send fewer at once.")
        until = self._turn_s() - real_s if waiting[0] is self else _LONGEST_POLL_S
        return max(min(until if until > 0 else _POLL_S, left, _LONGEST_POLL_S), 0.001)

    def leave(self) -> None:
        """Free the place, inside or still waiting."""
        if self.inside:
            self._counter.in_flight -= 1
            self.inside = False
        elif self in self._counter.waiting:
            self._counter.waiting.remove(self)

    def _takes_its_turn(self, real_s: float) -> bool:
        """Whether the first in the queue is no longer in it: it may start, or its turn comes too late."""
        counter, limiter = self._counter, self._limiter
        is_free = self._is_free or not limiter.enabled
        if not is_free and counter.in_flight >= _scaled(self.limit.parallel, limiter.scale):
            counter.full_s = real_s
            return False
        turn_s = self.since_s if is_free else self._turn_s()
        if turn_s > real_s:
            return False
        if turn_s > self.since_s + self.limit.max_wait_s:
            self._timed_out = True
            return True
        counter.in_flight += 1
        if limiter.enabled:
            counter.moments.append(turn_s)
        while len(counter.moments) > max(self._allowed(), 1):
            counter.moments.popleft()
        self.inside = True
        return True

    def _turn_s(self) -> float:
        """When the first in the queue may start, as far as the pace goes; infinity where nothing is allowed."""
        allowed = self._allowed()
        if not allowed:
            return math.inf
        counter = self._counter
        turn_s = max(self.since_s, counter.full_s)
        if len(counter.moments) >= allowed:
            turn_s = max(turn_s, counter.moments[-allowed] + self.limit.per_s)
        return turn_s

    def _allowed(self) -> int:
        return _scaled(self.limit.calls, self._limiter.scale)


def _calls_for(limit: Limit, caller: Caller) -> int:
    """How many calls a limit allows to a caller: as many as the best of its roles has."""
    if isinstance(limit, FixedWindow | SlidingWindow) and limit.roles:
        return max((calls for role, calls in limit.roles.items() if role in caller.roles), default=limit.calls)
    return limit.calls


def _scaled(calls: int, scale: float) -> int:
    return calls if scale == 1 else math.floor(calls * scale + _ROUNDING)


def headers_of(rooms: Sequence[Room], names: LimitHeaders | None, now_s: float) -> dict[str, str]:
    """What is left, in the vendor's headers, of the limit that has least left."""
    if names is None or not rooms:
        return {}
    room = rooms[0] if len(rooms) == 1 else min(rooms, key=lambda room: room.left)
    reset = math.ceil(now_s + room.reset_s if names.reset_as == "epoch" else room.reset_s)
    told = {names.limit: str(room.allowed), names.remaining: str(max(room.left, 0)), names.reset: str(reset)}
    return {name: value for name, value in told.items() if name}


def _show(limit: Limit, key: str | None, room: Room) -> dict[str, Any]:  # JSON for the control API
    return {
        "kind": type(limit).__name__,
        "by": limit.by,
        "key": key,
        "allowed": room.allowed,
        "left": max(room.left, 0),
        "reset_s": round(room.reset_s, 3),
    }


def _sort_of(limit: Limit) -> tuple[str, str, float | None]:
    """What two limits have in common that can go on from one another's counters."""
    return type(limit).__name__, limit.by, getattr(limit, "per_s", None)


def _key(limit: Limit, caller: Caller) -> str:
    match limit.by:
        case "vendor":
            return ""
        case "account" | "organisation":
            return caller.tenant
        case "user":
            return str(caller.claims.get("user", caller.name))
    return f"{caller.tenant}/{caller.name}"


def _room(limit: Limit, counter: _Counter, now_s: float, allowed: int, scale: float) -> Room:
    match limit:
        case FixedWindow(per_s=per_s):
            start = now_s // per_s * per_s
            used = counter.used if counter.since == start else 0
            return Room(allowed, math.floor(allowed - used), start + per_s - now_s)
        case SlidingWindow(per_s=per_s):
            _drop_outside(counter.moments, now_s - per_s, now_s)
            reset = counter.moments[0] + per_s - now_s if counter.moments else 0.0
            return Room(allowed, allowed - len(counter.moments), reset)
        case TokenBucket(refill_per_s=refill):
            used = _drained(counter, now_s, refill * scale)
            pace = refill * scale or refill
            return Room(allowed, math.floor(allowed - used + _ROUNDING), max((used - allowed + 1) / pace, 0.0))
    return Room(allowed, allowed - counter.in_flight, 0.0)


def _count(limit: Limit, counter: _Counter, now_s: float, scale: float) -> None:
    match limit:
        case FixedWindow(per_s=per_s):
            start = now_s // per_s * per_s
            counter.used = (counter.used if counter.since == start else 0) + 1
            counter.since = start
        case SlidingWindow():
            counter.moments.append(now_s)
        case TokenBucket(refill_per_s=refill):
            counter.used = _drained(counter, now_s, refill * scale) + 1
            counter.since = now_s
        case Parallel():
            counter.in_flight += 1


def _drained(counter: _Counter, now_s: float, refill_per_s: float) -> float:
    """How many tokens are missing from a bucket; none after a clock was moved back, as in the windows."""
    if now_s < counter.since:
        return 0.0
    return max(counter.used - (now_s - counter.since) * refill_per_s, 0.0)


def _drop_outside(moments: deque[float], first_s: float, last_s: float) -> None:
    """Leave out what lies before a window, and, after a clock was moved back, what lies behind its end."""
    while moments and moments[0] <= first_s:
        moments.popleft()
    while moments and moments[-1] > last_s:
        moments.pop()

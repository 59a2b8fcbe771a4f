"""What time it is in one sandbox, and what falls due: the only reader of system time.

Knows nothing of what the time is used for.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sandbooks.errors import Invalid

stopwatch = time.perf_counter
"""Seconds of real time since an arbitrary moment, for durations only."""


def system_now() -> datetime:
    """The machine's own time, in UTC: for log lines, and for a clock that nobody has set."""
    return datetime.fromtimestamp(time.time(), UTC)


def render_moment(moment: datetime) -> str:
    """A moment as every answer of the engine writes it: `2026-01-31T09:00:00Z`, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Timer:
    """Something to do at a moment. `cancel()` takes it back; a timer that has run is done."""

    __slots__ = ("action", "due", "live")

    def __init__(self, due: datetime, action: Callable[[], None]) -> None:
        self.due = due
        self.action = action
        self.live = True

    def cancel(self) -> None:
        self.live = False


class Clock:
    """The time of one sandbox: running with an offset, or frozen; moved by hand; with timers.

    All moments are aware and in UTC. A running clock follows the system at a constant offset.

    Args:
        now: the moment at which the clock starts; the system's time when absent.
        frozen: stand still until moved.
        system: seconds since the epoch; replaced where a test needs its own.

    >>> clock = Clock(now=datetime(2026, 1, 31, tzinfo=UTC), frozen=True)
    >>> clock.advance(86_400)
    >>> clock.now().isoformat()
    '2026-02-01T00:00:00+00:00'
    """

    def __init__(
        self, *, now: datetime | None = None, frozen: bool = False, system: Callable[[], float] = time.time
    ) -> None:
        self._system = system
        self._offset_s = 0.0
        self._stopped: datetime | None = None
        self._timers: list[tuple[datetime, int, Timer]] = []
        self._made = 0
        self.passes = 0  # how often it was moved, or looked at what is due
        self.on_timer: Callable[[], None] | None = None
        self.on_set: Callable[[], None] | None = None  # after each `set` and `advance`
        self.set(now=now, frozen=frozen)

    def now(self) -> datetime:
        """The present moment, in UTC, to the microsecond."""
        if self._stopped is not None:
            return self._stopped
        return datetime.fromtimestamp(self._system() + self._offset_s, UTC)

    @property
    def frozen(self) -> bool:
        return self._stopped is not None

    def set(self, *, now: datetime | None = None, frozen: bool | None = None) -> None:
        """Jump to a moment, stop or start. A jump forward runs what falls due, in order of due time.

        Raises:
            Invalid: `now` has no zone.
        """
        if now is not None and now.tzinfo is None:
            raise Invalid(f"{now.isoformat()} names no zone; write {now.isoformat()}Z")
        freeze = self.frozen if frozen is None else frozen
        target = self.now() if now is None else now.astimezone(UTC)
        self._run_until(target)
        self._place(target, frozen=freeze)
        if self.on_set is not None:
            self.on_set()

    def advance(self, seconds: float) -> None:
        """Move forward by that many seconds; whatever falls due on the way runs at its own moment.

        Raises:
            Invalid: a negative number of seconds, or past the end of the calendar.
        """
        if seconds < 0:
            raise Invalid(f"advance_s is {seconds}; a clock advances by 0 or more seconds")
        try:
            target = self.now() + timedelta(seconds=seconds)
        except OverflowError:
            raise Invalid(f"advance_s is {seconds}; the calendar ends in the year 9999") from None
        self.set(now=target)

    def at(self, due: datetime, action: Callable[[], None]) -> Timer:
        """Do `action` at `due`, once the clock gets there; a due moment in the past is due at once.

        A frozen clock runs it when it is moved, a running one when `run_due` is called (the server does).
        """
        timer = Timer(due, action)
        self._made += 1
        heapq.heappush(self._timers, (due, self._made, timer))
        if self.on_timer is not None:
            self.on_timer()
        return timer

    def next_due(self) -> datetime | None:
        """When the next timer falls due; None when none is set."""
        while self._timers and not self._timers[0][2].live:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def run_due(self) -> None:
        """Run what is due by now, in order of due time."""
        self._run_until(self.now(), move=False)

    def clear(self) -> None:
        """Forget every timer."""
        self._timers.clear()

    def _run_until(self, target: datetime, *, move: bool = True) -> None:
        self.passes += 1
        while (due := self.next_due()) is not None and due <= target:
            timer = heapq.heappop(self._timers)[2]
            timer.live = False
            if move and due > self.now():
                self._place(due, frozen=self.frozen)
            timer.action()

    def _place(self, target: datetime, *, frozen: bool) -> None:
        self._stopped = target if frozen else None
        self._offset_s = 0.0 if frozen else target.timestamp() - self._system()

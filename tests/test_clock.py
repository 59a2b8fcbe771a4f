"""The clock of a sandbox: running, frozen, moved, with timers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sandbooks.clock import Clock
from sandbooks.errors import Invalid

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


class System:
    """Seconds since the epoch, as the machine would tell them."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


def test_running_clock_follows_the_system_at_its_offset() -> None:
    """A clock set to a moment runs on from there as fast as the system does."""
    system = System(1_000_000)
    clock = Clock(now=NEW_YEAR, system=system)

    system.seconds += 12.5

    assert clock.now() == NEW_YEAR + timedelta(seconds=12.5)


def test_frozen_clock_stands_still() -> None:
    """A frozen clock says the same whatever the system says."""
    system = System(1_000_000)
    clock = Clock(now=NEW_YEAR, frozen=True, system=system)

    system.seconds += 3600

    assert clock.now() == NEW_YEAR
    assert clock.frozen


def test_thawed_clock_runs_on_from_where_it_stood() -> None:
    """Letting a frozen clock run does not make it jump."""
    system = System(1_000_000)
    clock = Clock(now=NEW_YEAR, frozen=True, system=system)
    system.seconds += 3600

    clock.set(frozen=False)
    system.seconds += 1

    assert clock.now() == NEW_YEAR + timedelta(seconds=1)


def test_advance_runs_timers_in_order_of_due_time_each_at_its_own_moment() -> None:
    """What falls due on the way runs in order, and sees its own due time as now."""
    clock = Clock(now=NEW_YEAR, frozen=True)
    seen: list[tuple[str, datetime]] = []
    clock.at(NEW_YEAR + timedelta(hours=5), lambda: seen.append(("late", clock.now())))
    clock.at(NEW_YEAR + timedelta(hours=2), lambda: seen.append(("early", clock.now())))
    clock.at(NEW_YEAR + timedelta(hours=9), lambda: seen.append(("never", clock.now())))

    clock.advance(6 * 3600)

    assert seen == [("early", NEW_YEAR + timedelta(hours=2)), ("late", NEW_YEAR + timedelta(hours=5))]
    assert clock.now() == NEW_YEAR + timedelta(hours=6)
    assert clock.next_due() == NEW_YEAR + timedelta(hours=9)


def test_timer_set_by_a_timer_runs_within_the_same_advance() -> None:
    """A retry that a timer plans falls due in the same move when its moment is reached."""
    clock = Clock(now=NEW_YEAR, frozen=True)
    seen: list[str] = []

    def first() -> None:
        seen.append("first")
        clock.at(clock.now() + timedelta(minutes=1), lambda: seen.append("second"))

    clock.at(NEW_YEAR + timedelta(minutes=1), first)

    clock.advance(120)

    assert seen == ["first", "second"]


def test_cancelled_timer_does_not_run() -> None:
    """A timer that was taken back stays silent."""
    clock = Clock(now=NEW_YEAR, frozen=True)
    seen: list[str] = []
    timer = clock.at(NEW_YEAR + timedelta(minutes=1), lambda: seen.append("rang"))

    timer.cancel()
    clock.advance(3600)

    assert seen == []


def test_moving_back_runs_nothing() -> None:
    """A clock may be set back; what was due later waits on."""
    clock = Clock(now=NEW_YEAR, frozen=True)
    seen: list[str] = []
    clock.at(NEW_YEAR + timedelta(minutes=1), lambda: seen.append("rang"))

    clock.set(now=NEW_YEAR - timedelta(days=1))

    assert (clock.now(), seen) == (NEW_YEAR - timedelta(days=1), [])


@pytest.mark.parametrize("seconds", [-1, 1e15])
def test_advance_refuses_what_no_calendar_holds(seconds: float) -> None:
    """Neither a step back nor one past the year 9999 is an advance; the clock stays where it was."""
    clock = Clock(now=NEW_YEAR, frozen=True)

    with pytest.raises(Invalid, match="advance_s"):
        clock.advance(seconds)

    assert clock.now() == NEW_YEAR


def test_moment_without_zone_is_refused() -> None:
    """A moment that names no zone could mean anything."""
    clock = Clock(now=NEW_YEAR, frozen=True)

    with pytest.raises(Invalid, match="names no zone"):
        clock.set(now=datetime(2027, 5, 1))

    assert clock.now() == NEW_YEAR

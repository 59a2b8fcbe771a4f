"""How much a vendor allows: windows, buckets and queues, as a pack declares them.

Declarations only; what counts the calls is elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from sandbooks.errors import StartupError
from sandbooks.pack.checks import check_number, show

By = Literal["token", "user", "account", "organisation", "vendor"]
"""Whose calls are counted together; `vendor` counts everybody's.

Where a vendor knows its callers, an operation that is open to all is counted by `vendor` alone.
"""


@dataclass(frozen=True, slots=True)
class FixedWindow:
    """So many calls in each period; the periods begin at whole multiples of `per_s` since the epoch.

    `roles` gives callers who have one of these roles another number of calls.
    """

    calls: int
    per_s: float
    by: By = "token"
    roles: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_limit(self, self.per_s, self.roles)


@dataclass(frozen=True, slots=True)
class SlidingWindow:
    """So many calls in any stretch of `per_s` seconds; `roles` as those of a `FixedWindow`."""

    calls: int
    per_s: float
    by: By = "token"
    roles: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_limit(self, self.per_s, self.roles)


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """A bucket of `calls` tokens, one for each call, that fills again with `refill_per_s`."""

    calls: int
    refill_per_s: float
    by: By = "token"

    def __post_init__(self) -> None:
        _check_limit(self, self.refill_per_s)


@dataclass(frozen=True, slots=True)
class Parallel:
    """So many calls in flight at once; one more is refused."""

    calls: int
    by: By = "token"

    def __post_init__(self) -> None:
        _check_limit(self)


@dataclass(frozen=True, slots=True)
class Queue:
    """Calls beyond a pace wait their turn, in order of arrival, in real time.

    `calls` starts in each `per_s`, at most `parallel` in flight; who would wait longer than `max_wait_s` is refused as
    `TimedOut`. Where `sequential_free` is set, a call that meets an empty queue and nothing in flight starts at once,
    whatever was started before. A call that has started takes `least_s` at the least, so that calls that are sent
    together do meet.
    """

    calls: int
    per_s: float
    parallel: int
    max_wait_s: float
    by: By = "account"
    sequential_free: bool = False
    least_s: float = 0.0

    def __post_init__(self) -> None:
        _check_limit(self, self.per_s)


Limit = FixedWindow | SlidingWindow | TokenBucket | Parallel | Queue


@dataclass(frozen=True, slots=True)
class LimitHeaders:
    """The headers in which a vendor tells what is left; an empty name leaves one out.

    `reset` is told as seconds from now (`seconds`) or as seconds since the epoch (`epoch`).
    """

    limit: str = "X-RateLimit-Limit"
    remaining: str = "X-RateLimit-Remaining"
    reset: str = "X-RateLimit-Reset"
    reset_as: Literal["seconds", "epoch"] = "seconds"


def PerSecond(calls: int, by: By = "token", **roles: int) -> FixedWindow:
    """So many calls in each second, to callers with one of the `roles` another number."""
    return FixedWindow(calls, 1, by, roles)


def PerMinute(calls: int, by: By = "token", **roles: int) -> FixedWindow:
    """So many calls in each minute, to callers with one of the `roles` another number (`PARTNER=3000`)."""
    return FixedWindow(calls, 60, by, roles)


def PerHour(calls: int, by: By = "token", **roles: int) -> FixedWindow:
    """So many calls in each hour, to callers with one of the `roles` another number."""
    return FixedWindow(calls, 3600, by, roles)


def _check_limit(limit: Limit, per_s: object = 1, roles: Mapping[str, int] | None = None) -> None:
    """
    Raises:
        StartupError: numbers that are none, or calls of nobody.
    """
    check_number("the number of calls of a limit", limit.calls, whole=True)
    check_number("the seconds of a limit", per_s, whole=False)
    for role, calls in (roles or {}).items():
        check_number(f"the number of calls of a limit for the role {role!r}", calls, whole=True)
    if limit.by not in get_args(By):
        raise StartupError(f"`by` of a limit is {show(limit.by)}; it must be one of {', '.join(get_args(By))}")

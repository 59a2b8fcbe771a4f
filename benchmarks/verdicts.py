"""What the figures should come to: each bound beside its figure, and whether it is met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from benchmarks.effort import FULL, Effort
from benchmarks.servers import BARE, GET_ONE, POST_MANY, POST_ONE, SUBJECT
from benchmarks.starts import Starts
from benchmarks.store import Row
from benchmarks.traffic import Traffic
from benchmarks.worlds import Worlds

PRISM = "Prism"
_SIGNS = {True: ">=", False: "<="}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line: `measured` is None where a server was missing; `at_least` says on which side of the bound is good."""

    what: str
    measured: float | None
    bound: float
    unit: str = ""
    at_least: bool = False

    @property
    def is_met(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound


def verdicts(store: Iterable[Row], traffic: Traffic, worlds: Worlds, starts: Starts, effort: Effort) -> list[Verdict]:
    """Every bound, in the order of the table."""
    return [*_of_traffic(traffic), *_of_worlds(store, traffic, worlds, effort), *_of_memory(worlds, starts, effort)]


def render(found: Iterable[Verdict]) -> str:
    """The verdicts as an aligned table."""
    lines = [f"{'':<72}{'measured':>12}{'bound':>14}"]
    for verdict in found:
        unit = f" {verdict.unit}" if verdict.unit else ""
        measured = "-" if verdict.measured is None else f"{verdict.measured:.3g}{unit}"
        bound = f"{_SIGNS[verdict.at_least]} {verdict.bound:g}{unit}"
        said = {None: "  not measured", True: "", False: "  MISSED"}[verdict.is_met]
        lines.append(f"{verdict.what:<72}{measured:>12}{bound:>14}{said}")
    return "\n".join(lines) + "\n"


def _of_traffic(traffic: Traffic) -> list[Verdict]:
    post_ratio, many_ratio = traffic.ratio(POST_ONE, BARE), traffic.ratio(POST_MANY, PRISM)
    return [
        Verdict(f"GET one by id, against the {BARE} app", traffic.ratio(GET_ONE, BARE), 0.35, at_least=True),
        Verdict("GET one by id, against Prism", traffic.ratio(GET_ONE, PRISM), 5, at_least=True),
        Verdict(f"POST one, validated and stored, against the {BARE} app", post_ratio, 0.2, at_least=True),
        Verdict("POST one, against Prism's validated static answer", traffic.ratio(POST_ONE, PRISM), 3, at_least=True),
        Verdict(f"{POST_MANY}, against Prism's validated static answer", many_ratio, 1, at_least=True),
    ]


def _of_worlds(store: Iterable[Row], traffic: Traffic, worlds: Worlds, effort: Effort) -> list[Verdict]:
    many = f"{effort.many:,} documents"
    store_ms = max(row.measured / 1000 for row in store if row.operation in {"fork", "snapshot", "reset, restore"})
    return [
        Verdict(f"first page of a list: {many} against {effort.few:,}", worlds.pages_ratio, 1.3),
        Verdict("GET one by id at half load: p99 against p50", median(traffic.tails[SUBJECT]), 5),
        Verdict(f"fork, reset, snapshot, restore, {many}: the slowest, store", store_ms, 1, "ms"),
        Verdict("the same through the control API", max(worlds.acts_ms.values()), 1, "ms"),
        Verdict("a fresh sandbox for a test, every bundled vendor with demo data", worlds.test_ms, 1, "ms"),
    ]


def _of_memory(worlds: Worlds, starts: Starts, effort: Effort) -> list[Verdict]:
    forks, calls = (after - before for before, after in (worlds.forks_mb, worlds.calls_mb))
    forks_bound = 500 * effort.forks / FULL.forks
    return [
        Verdict("every bundled vendor with demo data: time to ready", median(starts.first_s), 2.5, "s"),
        Verdict("the same from the cache", median(starts.cached_s), 1.5, "s"),
        Verdict("memory of that server", starts.memory_mb, 150, "MB"),
        Verdict(f"memory of {effort.forks:,} forked idle sandboxes, in all", forks, forks_bound, "MB"),
        Verdict(f"growth of memory over {effort.calls:,} calls after as many", calls, 10, "MB"),
    ]

"""How long `sandbooks serve` takes until it answers, with every bundled vendor and its demo data, and its memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.effort import Effort
from benchmarks.processes import Running, running
from benchmarks.servers import sandbooks_command

HEALTH = "/_sandbox/health"


@dataclass(frozen=True, slots=True)
class Starts:
    """Seconds of each start with an empty cache, and of each that finds one; megabytes of each."""

    first_s: tuple[float, ...]
    cached_s: tuple[float, ...]
    memories_mb: tuple[float, ...]

    @property
    def memory_mb(self) -> float:
        return median(self.memories_mb)


def measure(effort: Effort) -> Starts:
    """Start it twice with a new cache, `effort.starts` times over; one start before that makes Python's byte code."""
    next(_started(1, ""))
    first: list[float] = []
    cached: list[float] = []
    memories: list[float] = []
    for _ in range(effort.starts):
        with tempfile.TemporaryDirectory() as cache:
            for server, memory_mb in _started(2, cache):
                (cached if len(first) > len(cached) else first).append(server.ready_s)
                memories.append(memory_mb)
    return Starts(tuple(first), tuple(cached), tuple(memories))


def render(starts: Starts) -> str:
    """The figures as an aligned table."""
    lines = [f"{'every bundled vendor with demo data':<44}{'median s':>10}{'low..high':>16}"]
    for name, seconds in (("first start", starts.first_s), ("start from the cache", starts.cached_s)):
        lines.append(f"{name:<44}{median(seconds):>10.2f}{f'{min(seconds):.2f}..{max(seconds):.2f}':>16}")
    return "\n".join([*lines, f"{'memory, MB':<44}{starts.memory_mb:>10.1f}"]) + "\n"


def _started(times: int, cache: str) -> Iterator[tuple[Running, float]]:
    for _ in range(times):
        with running(sandbooks_command(), HEALTH, variables={"SANDBOOKS_CACHE": cache}) as server:
            found = server, server.memory_mb()
        yield found

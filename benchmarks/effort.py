"""How much is measured: the whole, and a quick look that shows that everything still runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """Sizes of all measurements. `few` and `many` are documents of a list; `calls` those of the warm-up, and again."""

    rounds: int
    seconds: float
    few: int
    many: int
    acts: int
    forks: int
    calls: int
    starts: int
    peers: bool


FULL = Effort(rounds=5, seconds=2, few=1_000, many=100_000, acts=100, forks=10_000, calls=20_000, starts=5, peers=True)
QUICK = Effort(rounds=1, seconds=0.5, few=100, many=1_000, acts=5, forks=200, calls=400, starts=1, peers=False)

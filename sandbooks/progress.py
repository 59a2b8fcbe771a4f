"""How far a long piece of work has come, as whoever waits for it hears.

Knows numbers and words; must not know who listens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` documents are there; a total of 0 where nobody can say how much is left.

    >>> str(Progress("acme", "seeding 20,000 documents", total=20_000))
    'acme: seeding 20,000 documents'
    >>> str(Progress("acme", "seeding 20,000 documents", done=5_000, total=20_000))
    'acme: 5,000 of 20,000 documents'
    """

    subject: str
    doing: str
    done: int = 0
    total: int = 0

    def __str__(self) -> str:
        if not self.done:
            return f"{self.subject}: {self.doing}"
        return f"{self.subject}: {self.done:,} of {self.total:,} documents"


Tell = Callable[[Progress], None]
Say = Callable[[str], None]


def megabytes(size: int) -> str:
    """A number of bytes for a person: `7.9 MB`."""
    return f"{size / MEGABYTE:.1f} MB"

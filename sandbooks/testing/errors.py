"""What went wrong inside the server, kept for the test in whose sandbox it happened.

Knows no server and no test framework.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

LONGEST = 500
MOST_KEPT = 100
"""How many errors of a sandbox are kept: each holds on to all that its traceback reaches."""


class Refused(Exception):
    """The server refuses what a test asks of it: an unknown vendor, a fault that can never strike."""


class ServerError(Exception):
    """Something was raised inside the server that no test expected; what it was is the cause."""


@dataclass(frozen=True, slots=True)
class Raised:
    """One error: what the server was doing, and what was raised."""

    about: str
    error: Exception

    def __str__(self) -> str:
        text = " ".join(str(self.error).split())
        told = f"{self.about}: {type(self.error).__name__}{': ' if text else ''}{text}"
        return told if len(told) <= LONGEST else f"{told[:LONGEST]}..."


class Errors:
    """The errors of one sandbox that its test has not seen. Heard of in the server's thread, read in any."""

    def __init__(self) -> None:
        self._unseen: list[Raised] = []
        self._expected: list[Expected] = []

    def hear(self, raised: Raised) -> None:
        """Keep it for whoever expects it, else as unseen."""
        kept = self._expected[-1].raised if self._expected else self._unseen
        if len(kept) < MOST_KEPT:
            kept.append(raised)

    def take(self) -> list[Raised]:
        """What is unseen; it is seen then."""
        taken, self._unseen = self._unseen, []
        return taken

    def expect(self) -> Expected:
        """From now on errors are expected."""
        expected = Expected(self._expected)
        self._expected.append(expected)
        return expected


class Expected:
    """Errors that a test expects: from the call of `expect_errors` on, until its block ends, else until the test does.

    >>> with sandbooks.expect_errors() as expected:  # doctest: +SKIP
    ...     client.post("/invoices", json=invoice)
    >>> expected.errors  # doctest: +SKIP
    [ZeroDivisionError('division by zero')]
    """

    def __init__(self, expecting: list[Expected]) -> None:
        self.raised: list[Raised] = []
        self._expecting = expecting

    @property
    def errors(self) -> list[Exception]:
        """What was raised, in order."""
        return [raised.error for raised in self.raised]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """
        Raises:
            AssertionError: the block went through, and nothing was raised inside the server.
        """
        self._expecting.remove(self)
        if kind is None and not self.raised:
            raise AssertionError("expected an error inside the server; there was none")


def failure_of(raised: Sequence[Raised]) -> ServerError:
    """The failure of a test that did not expect these; its cause is the only one, or a group of them."""
    told = "\n".join(f"  {each}" for each in raised)
    failure = ServerError(f"raised inside the server, and not expected (see expect_errors):\n{told}")
    failure.__cause__ = _cause_of(raised)
    return failure


def explain(error: BaseException, raised: Sequence[Raised]) -> None:
    """Make what was raised inside the server the first cause of a test's own failure."""
    seen: set[int] = set()
    while id(error) not in seen:
        seen.add(id(error))
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is None:
            break
        error = cause
    cause = _cause_of(raised)
    if cause is not error:
        error.__cause__ = cause


def _cause_of(raised: Sequence[Raised]) -> Exception:
    if len(raised) == 1:
        return raised[0].error
    return ExceptionGroup(f"{len(raised)} errors inside the server", [each.error for each in raised])

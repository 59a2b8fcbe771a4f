"""How a vendor treats a call that is sent twice, as a pack declares it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbooks.errors import Conflict, Problem, StartupError

if TYPE_CHECKING:
    from sandbooks.spec import Operation


def _writes(operation: Operation) -> bool:
    return operation.method == "POST"


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A header whose value names a call; the same value again gets the first answer again.

    Args:
        header: its name.
        applies: the operations that read it; every POST by default.
        required: those that refuse a call without it.
        window_s: how long an answer is remembered, by the sandbox's clock.
        each_path: the same key on another method or path is another key.
        compares: the same key with another call (body, query, and path where that is no part of it) is refused; else
            it gets the first answer as well.
        other_body: what is then raised.
        in_flight: what a key raises whose first call is still under way (held by a queue or a delay); by default the
            second call waits for nothing and whoever comes later gets the other's answer.
        keeps: the statuses that are remembered; a server error is never.
        replayed: a header that marks a repeated answer, with its value; empty for none.
        longest: how many characters a key may have.
        pattern: a regular expression that the whole key meets; empty for any.
        missing_code, malformed_code: the codes of what is raised for a key that is required and absent, and for one
            that is empty, too long or against the pattern.

    Raises:
        StartupError: `pattern` is no regular expression.
    """

    header: str = "Idempotency-Key"
    applies: Callable[[Operation], bool] = _writes
    required: Callable[[Operation], bool] = lambda operation: False
    window_s: float = 86_400
    each_path: bool = False
    compares: bool = True
    other_body: type[Problem] = Conflict
    other_body_code: str = ""
    in_flight: type[Problem] | None = None
    in_flight_code: str = ""
    keeps: Callable[[int], bool] = lambda status: status < 500
    replayed: tuple[str, str] = ("Idempotent-Replayed", "true")
    longest: int = 255
    pattern: str = ""
    missing_code: str = ""
    malformed_code: str = ""

    def __post_init__(self) -> None:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise StartupError(f"the pattern of {self.header}, {self.pattern!r}, cannot be read: {error}") from None

"""What needs the description is made at the first call that asks for it: most operations are never called.

Knows nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from sandbooks.pack import Call
from sandbooks.spec import Description

Made = TypeVar("Made")


class Late(Generic[Made]):
    """A value that follows from the description alone."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[Description], Made]) -> None:
        self._make = make
        self._made: Made | None = None

    def of(self, call: Call) -> Made:
        """The value, made now if it was not yet."""
        if self._made is None:
            self._made = self._make(call.description)
        return self._made

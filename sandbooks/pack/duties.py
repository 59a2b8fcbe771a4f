"""Work that falls due by the sandbox's clock, as a pack declares it.

Declarations only; what runs it is elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbooks.pack.checks import check_takes

if TYPE_CHECKING:
    from sandbooks.pack.call import Call

Document = dict[str, Any]  # a stored document: any JSON


@dataclass(frozen=True, slots=True)
class Duty:
    """What is to be done with each document of a collection when its moment comes.

    Args:
        collection: whose documents say when; those of every tenant, each for itself.
        due: the property that holds the moment, ISO text with its zone; null or absent for never.
        act: does it, for the document as it is stored then. `call.now` is the moment, in UTC, however late the clock
            noticed; `call.caller` is the clock, of the document's tenant. All that it stores and emits is one
            transaction.

    `act` leaves the document with a later moment, with none, or gone: else it has failed, as when it raises. What has
    failed is rolled back, and tried again when the moment changes or the server starts anew. What one move of the clock
    has no room for is done by the next.
    """

    collection: str
    due: str
    act: Callable[[Call, Document], object]

    def __post_init__(self) -> None:
        check_takes(self.act, "call", "document")

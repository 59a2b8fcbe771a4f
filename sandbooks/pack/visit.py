"""One call at the door: its credential is known, its parameters and body are still unread.

What a pack's hooks see when who calls, or where, depends on the request or on the state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbooks.pack.credentials import Caller

if TYPE_CHECKING:
    from sandbooks.spec import Operation
    from sandbooks.store import Store


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known of a call before it is read.

    `operation` is None where the path leads to none, and the caller is looked up for the limits alone. `query` holds
    names and values in their order, `headers` lower-case names; both as they were sent, unchecked. The state can be
    looked at, not changed: `find` and `find_all` see the documents that all tenants share.
    """

    caller: Caller
    operation: Operation | None
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    now: datetime
    store: Store

    def asked(self, name: str) -> str:
        """The value of a query parameter, the last one where it is repeated; empty where it is absent."""
        return next((value for given, value in reversed(self.query) if given == name), "")

    def find(self, collection: str, id: str) -> dict[str, Any] | None:  # JSON as it is stored
        """A document by its id; None where there is none."""
        return self.store.table(collection).find_one(id)

    def find_all(self, collection: str, **properties: object) -> list[dict[str, Any]]:  # as `find`
        """The documents that have these values, in the collection's order."""
        return self.store.table(collection).page(filters=properties).items


Doorkeeper = Callable[[Visit], Caller]
"""Says who calls, once it has looked: the caller that it was given, or another in its place. May raise a problem."""

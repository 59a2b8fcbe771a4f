"""How the documents of each vendor are kept by now, whether it is served or not.

Knows what was told of it; must not know files.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sandbooks.chronicle.forms import Tables
from sandbooks.store import Store
from sandbooks.vendor import Vendor, schema_in


class Schemas:
    """What was told last of each vendor.

    Args:
        served: the vendors that are, by id; what was never told is as they have it.

    `known` is what was told, `left` are those that were served no more while the server went on.
    """

    def __init__(self, served: Mapping[str, Vendor]) -> None:
        self.known: dict[str, Tables] = {}
        self.left: set[str] = set()
        self._served = served

    def of(self, vendor: str) -> Tables:
        """
        Raises:
            KeyError: nothing was told of it, and it is not served.
        """
        known = self.known.get(vendor)
        return known if known is not None else self._served[vendor].tables

    def blank(self, vendor: str) -> Store:
        """An empty store of a vendor. Raises as `of`."""
        tables = self.of(vendor)
        return Store(tables.values(), schema_of=partial(schema_in, tables))

    def all(self) -> dict[str, Tables]:
        """Of every vendor that is served or was told of."""
        return {name: self.of(name) for name in (*self._served, *self.known)}

    def missing(self) -> list[str]:
        """Vendors that were not said to leave, and are not served."""
        return sorted(self.known.keys() - self._served.keys() - self.left)

    def outdated(self) -> list[str]:
        """Vendors that are served, yet not as was told last."""
        return [
            name
            for name, vendor in self._served.items()
            if name in self.left or self.known.get(name, vendor.tables) != vendor.tables
        ]

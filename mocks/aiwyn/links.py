"""From a document to those it is related with, each looked up once in a call.

Knows collections and foreign keys; what a relation means is told by the description.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Protocol

from sandbooks import Call

from .operators import Document

NOWHERE = 0
"""No document has this id."""


class Links(Protocol):
    """How related documents are found. What is handed out must not be changed."""

    def one(self, collection: str, id: int | None) -> Document | None:
        """The document of that id; None for no id, and where there is none."""

    def many(self, collection: str, key: str, id: int) -> Sequence[Document]:
        """The documents whose foreign key is that id, by their own ids."""


class NearLinks:
    """Looks up what is asked for: for a page of rows, or a single object."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._found: dict[tuple[str, int], Document | None] = {}

    def one(self, collection: str, id: int | None) -> Document | None:
        if id is None:
            return None
        if (collection, id) not in self._found:
            self._found[collection, id] = self._call.collection(collection).find_one(id)
        return self._found[collection, id]

    def many(self, collection: str, key: str, id: int) -> Sequence[Document]:
        return sorted(self._call.collection(collection).views(filters={key: id}), key=itemgetter("id"))


class WideLinks:
    """Reads a related collection as a whole at the first question: for conditions on every row of a search."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._by_id: dict[str, dict[int, Document]] = {}
        self._by_key: dict[tuple[str, str], dict[int, list[Document]]] = {}

    def one(self, collection: str, id: int | None) -> Document | None:
        if id is None:
            return None
        if collection not in self._by_id:
            self._by_id[collection] = {document["id"]: document for document in self._views(collection)}
        return self._by_id[collection].get(id)

    def many(self, collection: str, key: str, id: int) -> Sequence[Document]:
        if (collection, key) not in self._by_key:
            groups = self._by_key[collection, key] = {}
            for document in self._views(collection):
                groups.setdefault(document.get(key) or NOWHERE, []).append(document)
        return self._by_key[collection, key].get(id, ())

    def _views(self, collection: str) -> Sequence[Document]:
        return sorted(self._call.collection(collection).scan(), key=itemgetter("id"))

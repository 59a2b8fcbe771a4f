"""One record of an import on its way: what was sent, what is stored, what it will be, and what is wrong with it.

Knows how properties are read, merged and refused; the rules of an entity are its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sandbooks import Call

from .entities import Document, Entity, Property, Referrer
from .forms import merge_fields
from .values import Json, Wrong, read_key

NOTICE = "IntegrationImportNotice"
ERROR, WARNING = "ERROR", "WARNING"


class Rename(NamedTuple):
    """A key that has changed, and where it is named."""

    referrer: Referrer
    old: str
    new: str


class Refused(Exception):
    """The record is not imported; why stands in its notices."""


class Draft:
    """One record. `values` is what will be stored; `stored` is None for a new one.

    `parent` is the record that this one stands in, `place` where: its notices are told as the parent's.
    """

    def __init__(
        self,
        call: Call,
        entity: Entity,
        index: int,
        sent: Json,
        *,
        parent: Draft | None = None,
        place: str = "",
        stored: Document | None = None,
    ) -> None:
        self.call = call
        self.entity = entity
        self.index = index
        self.sent: dict[str, Any] = sent if isinstance(sent, dict) else {}
        self.parent = parent
        self.place = place
        self.stored = stored
        self.values: dict[str, Any] = dict(stored or {})
        self.notices: list[dict[str, Json]] = []
        self.renames: list[Rename] = []
        self.failed = False
        self._refused: set[str] = set()

    @property
    def is_new(self) -> bool:
        return self.stored is None

    @property
    def identifier(self) -> str | None:
        """The key that the record is known by: one that was sent, else one that is stored."""
        for source in (self.sent, self.stored or {}):
            for name in (*self.entity.keys, self.entity.guid):
                if isinstance(source.get(name), str) and source[name]:
                    return str(source[name])
        return None

    def get(self, name: str) -> Json:
        """What the property will be."""
        return self.values.get(name)

    def was(self, name: str) -> Json:
        """What the property is now; None for a new record."""
        return self.stored.get(name) if self.stored is not None else None

    def brings(self, name: str) -> bool:
        """Whether a value was sent that has not been refused; null and an empty text are none."""
        return self.sent.get(name) not in (None, "") and name not in self._refused

    def clears(self, name: str) -> bool:
        """Whether null or an empty text was sent, and stands."""
        return name in self.sent and self.sent[name] in (None, "") and name not in self._refused

    def changes(self, name: str) -> bool:
        return bool(self.get(name) != self.was(name))

    def refuse(self, name: str | None, message: str, *beside: str) -> None:
        """An error: the property, and those `beside` it, keep what they had."""
        self._tell(ERROR, name, message)
        self.failed = True
        self.keep(*(each for each in (name, *beside) if each is not None))

    def keep(self, *names: str) -> None:
        """These have what they had, as if they had not been sent; why has been told already."""
        for name in names:
            self._refused.add(name)
            self._keep(name)

    def keep_twins(self, *names: str) -> None:
        """Names of one thing: where one is wrong and none says anything, null for another does not clear them."""
        if any(map(self.is_refused, names)) and not any(map(self.brings, names)):
            self.keep(*names)

    def warn(self, name: str, message: str) -> None:
        self._tell(WARNING, name, message)

    def is_refused(self, name: str) -> bool:
        return name in self._refused

    def read(self) -> None:
        """Take over every property that was sent and that a caller may set."""
        for each in self.entity.properties:
            if self.is_new:
                self.values.setdefault(each.name, each.default)
            if each.read is not None and each.name in self.sent and each.name not in self._refused:
                self._read(each)
        merge_fields(self)

    def require(self) -> None:
        """Refuse a new record without a property that it needs."""
        if self.is_new:
            for each in self.entity.properties:
                if each.required and self.get(each.name) in (None, "") and each.name not in self._refused:
                    self.refuse(each.name, f"{each.name} is needed for a new {self.entity.noun}")

    def part(self, entity: Entity, place: str, sent: Json, stored: Document | None) -> Document | None:
        """What becomes of a part of this record: of a new one None where it is wrong, of one that is there the old
        values of what is wrong in it.
        """
        part = Draft(self.call, entity, self.index, sent, parent=self, place=place, stored=stored)
        if isinstance(sent, dict):
            part.read()
            entity.settle(part)
            part.require()
        else:
            part.refuse(None, "A member of this list is an object")
        self.notices += part.notices
        self.failed = self.failed or part.failed
        return None if part.is_new and part.failed else part.values

    def refuse_if(self, wrong: bool, name: str, message: str, *beside: str) -> bool:
        """As `refuse`, where something is wrong; whether it was."""
        if wrong:
            self.refuse(name, message, *beside)
        return wrong

    def _read(self, each: Property) -> None:
        assert each.read is not None
        value = self.sent[each.name]
        try:
            value = each.read(value) if value is not None else None
        except Wrong as wrong:
            self.refuse(each.name, wrong.message)
            return
        if value in (None, "") and each.required:
            if not self.is_new:
                self.refuse(each.name, f"{each.name} cannot be cleared")
            return
        self.values[each.name] = each.default if value is None else value

    def _keep(self, name: str) -> None:
        if self.stored is not None and name in self.stored:
            self.values[name] = self.stored[name]
        elif name in self.values:
            self.values[name] = next((each.default for each in self.entity.properties if each.name == name), None)

    def _tell(self, severity: str, name: str | None, message: str) -> None:
        above = [self]
        while (parent := above[-1].parent) is not None:
            above.append(parent)
        record = next(each for each in above if each.entity.collection)  # a part has no key of its own
        self.notices.append(
            {
                "dtype": NOTICE,
                "severity": severity,
                "entityType": above[-1].entity.noun,
                "index": self.index,
                "entityIdentifier": record.identifier,
                "property": name,
                "message": f"{self._path()}: {message}" if self.place else message,
            }
        )

    def _path(self) -> str:
        above = self.parent._path() if self.parent is not None and self.parent.place else ""
        return f"{above}.{self.place}" if above else self.place


def keyed(draft: Draft, names: Sequence[str]) -> dict[str, str]:
    """The keys of these names that a record brings.

    Raises:
        Refused: one is no text.
    """
    found = {}
    for name in names:
        if draft.sent.get(name) is None:
            continue
        try:
            key = read_key(draft.sent[name])
        except Wrong as wrong:
            draft.refuse(name, wrong.message)
            raise Refused from None
        if key is not None:
            found[name] = key
    return found

"""What an entity is made of: its keys, its properties and what is worked out for an answer.

Shapes of declarations only; each entity stands in the module of its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sandbooks import Call

from .values import Json, Reader

if TYPE_CHECKING:
    from .drafts import Draft

Document = Mapping[str, Any]  # as it is stored: JSON
Derive = Callable[[Call, Document], Json]
Step = Callable[["Draft"], None]


@dataclass(frozen=True, slots=True)
class Property:
    """One property.

    Without `read` a caller cannot set it: it is ignored in a request (A43). A `required` one is needed by a new record
    and cannot be cleared. `default` is what a new record has and what stands in place of nothing.
    """

    name: str
    read: Reader | None = None
    required: bool = False
    default: Json = None


@dataclass(frozen=True, slots=True)
class Referrer:
    """Where a key of an entity stands in others: the property of a collection, or of the objects in a list there."""

    collection: str
    name: str
    within: str = ""


def nothing(draft: Draft) -> None:
    """No rule beyond the single properties."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity, or one part of an entity that is imported by the same rules.

    `noun` is its name in answers, `prefix` what its properties begin with. `keys` find a record, in this order, after
    its guid; `taken_key_refuses` says that a key of another record refuses the whole record, else that key alone is
    left as it was. `creates` False: records only change. `strict`: an error refuses the record also where it exists.
    `chooses_guid`: a new record may bring its own guid (A28).

    `settle` holds the rules between properties and to other documents; `follow` is done when the record is stored.
    `derived` is what is worked out for an answer; `referrers` are kept in step when a key changes, by that key.
    `form` says when its custom fields stand in an answer, `number` which property is the `id` of its index items, and
    `hidden` which records the index leaves out.
    """

    noun: str
    prefix: str
    collection: str = ""
    list_name: str = ""
    keys: tuple[str, ...] = ()
    properties: Sequence[Property] = ()
    settle: Step = nothing
    follow: Step = nothing
    derived: Mapping[str, Derive] = field(default_factory=dict)
    referrers: Mapping[str, Sequence[Referrer]] = field(default_factory=dict)
    creates: bool = True
    strict: bool = False
    chooses_guid: bool = False
    taken_key_refuses: bool = False
    form: Literal["shown", "if any", "none"] = "if any"
    number: str = ""
    hidden: Callable[[Document], bool] | None = None

    @property
    def guid(self) -> str:
        return f"{self.prefix}Guid"

    @property
    def created_at(self) -> str:
        return f"{self.prefix}CreatedAt"

    @property
    def updated_at(self) -> str:
        return f"{self.prefix}UpdatedAt"

    @property
    def form_data(self) -> str:
        return f"{self.prefix}FormData"

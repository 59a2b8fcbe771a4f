"""One making of one value: its chance, its object's story, and how much may still be made.

Knows the limits that keep recursive and huge schemas small; must not know schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sandbooks.generate.story import Setting, Story

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.generate.fit import Known
    from sandbooks.spec.model import Json

DEEPEST: Final = 6
"""Objects nested deeper than this are left out where the schema does not ask for them."""

DEEPEST_REQUIRED: Final = 30
"""Objects nested deeper than this are left out even where it does: nothing finite would fit."""

MOST_VALUES: Final = 20_000
"""Values of one document stop here, whatever the schema asks for."""

CHARACTERS_OF_A_VALUE: Final = 50
"""A long text counts as one value more for each of these."""

MOST_CHARACTERS: Final = 100_000
"""No text is made longer, whatever `minLength` says."""

_ROOM: Final = 1_500
_MOST_TRIES: Final = 500
_MOST_RETRIES: Final = 2_000
_MOST_OF_A_KIND: Final = 2  # an object, and one more of the same kind inside it

Maker = Callable[["Run"], "Json"]
ABSENT: Final = object()
"""What a maker gives when it has nothing that fits."""


class Endless(Exception):
    """Nesting, or the number of values, went further than is sensible; whoever can do without leaves the value out."""


@dataclass(slots=True)
class Run:
    """What the makers of one value share.

    `room` is how many values the present part may roughly hold; it is divided among what is nested. `lean` means:
    only what the schema requires. `given` are properties of the outermost object that somebody else chose, None when
    it is not a document that is being made; `model` is an example of the whole of it. `tries` is how many drafts may
    still be weighed, `retries` how often another option may still be tried, `hopeless` tells whose drafts never fit,
    and why. `misfits` tells of every value that was let through all the same (its pointer, and what could not be met),
    `vague` counts those that fit several forms of which one is asked for. `weighed` keeps the drafts that `strictly`
    and `leniently` know by identity. `open` and `choosing` are what is under way, so that circles show.
    """

    setting: Setting
    story: Story
    for_answer: bool = True
    given: Mapping[str, Json] | None = None
    model: Mapping[str, Json] = field(default_factory=dict)
    examples: bool = True
    lean: bool = False
    room: int = _ROOM
    made: int = 0
    depth: int = 0
    arrays: int = 0
    tries: int = _MOST_TRIES
    retries: int = _MOST_RETRIES
    open: dict[str, int] = field(default_factory=dict)
    choosing: set[tuple[int, int, int]] = field(default_factory=set)
    hopeless: dict[int | str, str] = field(default_factory=dict)
    misfits: list[tuple[str, str]] = field(default_factory=list)
    vague: int = 0
    weighed: list[Json] = field(default_factory=list)
    strictly: Known = field(default_factory=dict)
    leniently: Known = field(default_factory=dict)

    @property
    def chance(self) -> Chance:
        return self.setting.chance

    @property
    def is_given(self) -> bool:
        """The outermost object of a document is being made: what somebody else chose for it is not judged here."""
        return self.given is not None and not self.depth

    @contextmanager
    def inside(self, kind: str, story: Story, *, shares: int, own: int) -> Iterator[None]:
        """One object deeper, with the room that its `own` values leave divided among `shares` parts; `kind` is the
        same for objects of one schema.

        Raises:
            Endless: too deep, too many of the kind around it, or no room.
        """
        before = self.story, self.room
        same_kind = self.open.get(kind, 0)
        if self.lean:
            if self.depth >= DEEPEST_REQUIRED:
                raise Endless
        elif self.depth and (self.depth >= DEEPEST or same_kind >= _MOST_OF_A_KIND or self.room < 1):
            raise Endless
        if self.made > MOST_VALUES:
            raise Endless
        self.open[kind] = same_kind + 1
        self.depth += 1
        self.story, self.room = story, (self.room - own) // max(1, shares)
        try:
            yield
        finally:
            self.open[kind] = same_kind
            self.depth -= 1
            self.story, self.room = before

    def misfit(self, cause: str) -> None:
        """Note that a value is let through that does not fit, and why."""
        if not self.is_given:
            self.misfits.append(("", cause))

    def place(self, misfits: int, step: str | int) -> None:
        """Note that the misfits after the first so many stand below a property or an item."""
        if len(self.misfits) > misfits:
            self.misfits[misfits:] = [(f"/{step}{pointer}", cause) for pointer, cause in self.misfits[misfits:]]

    def forgive(self, misfits: int) -> None:
        """Forget the misfits but for the first so many: their values are not used."""
        del self.misfits[misfits:]

    def cause_since(self, misfits: int) -> str:
        """What the first misfit after the first so many tells, empty where there is none."""
        return ": ".join(filter(None, self.misfits[misfits])) if len(self.misfits) > misfits else ""

    def may_try(self) -> bool:
        """Whether one more draft may be weighed; beyond that drafts are taken as they come."""
        self.tries -= 1
        return self.tries >= 0

    def may_retry(self) -> bool:
        """Whether another option may be tried where one did not do: choices within choices share what is left."""
        self.retries -= 1
        return self.retries >= 0

    def give_up(self, what: int | str, cause: str) -> None:
        """Note why no draft fits, so that none is weighed again; no cause where they fit several forms at once."""
        if not self.is_given:
            self.hopeless[what] = cause
        self.despair(cause)

    def despair(self, cause: str) -> None:
        """Let a value through that does not fit."""
        if cause:
            self.misfit(cause)
        else:
            self.vague += 1

    @contextmanager
    def choice(self, key: int) -> Iterator[None]:
        """While an option is chosen.

        Raises:
            Endless: the same choice is under way already, with no object or array between.
        """
        place = (key, self.depth, self.arrays)
        if place in self.choosing:
            raise Endless
        self.choosing.add(place)
        try:
            yield
        finally:
            self.choosing.discard(place)

    @contextmanager
    def array(self, shares: int) -> Iterator[None]:
        """One array deeper, with the room divided among its items.

        Raises:
            Endless: too deep.
        """
        before = self.story, self.room
        if self.arrays >= DEEPEST_REQUIRED:
            raise Endless
        self.arrays += 1
        self.room //= max(1, shares)
        try:
            yield
        finally:
            self.arrays -= 1
            self.story, self.room = before

    @contextmanager
    def being(self, *, lean: bool = False, examples: bool = True) -> Iterator[None]:
        """With the least that is required, or without examples, for a while."""
        before = self.lean, self.examples
        self.lean = before[0] or lean
        self.examples = before[1] and examples
        try:
            yield
        finally:
            self.lean, self.examples = before

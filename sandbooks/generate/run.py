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
    from sandbooks.spec.model import Json

DEEPEST: Final = 6
"""Objects nested deeper than this are left out where the schema does not ask for them."""

DEEPEST_REQUIRED: Final = 30
"""Objects nested deeper than this are left out even where it does: nothing finite would fit."""

MOST_VALUES: Final = 20_000
"""Items of arrays stop here, over all of one document, whatever `minItems` says."""

CHARACTERS_OF_A_VALUE: Final = 50
"""A long text in an array counts as one value more for each of these."""

MOST_ITEMS: Final = 1_000
"""Items of one array stop here."""

MOST_CHARACTERS: Final = 100_000
"""No text is made longer, whatever `minLength` says."""

_ROOM = 1_500
_MOST_TRIES = 500
_MOST_OF_A_KIND = 2  # an object, and one more of the same kind inside it

Maker = Callable[["Run"], "Json"]
ABSENT: Final = object()
"""What a maker gives when it has nothing that fits."""


class Endless(Exception):
    """Nesting went further than is sensible; whoever can do without the value leaves it out."""


@dataclass(slots=True)
class Run:
    """What the makers of one value share.

    `room` is how many values the present part may roughly hold; it is divided among what is nested. `lean` means:
    only what the schema requires. `given` are properties of the outermost object that somebody else chose, None when
    it is not a document that is being made; `model` is an example of the whole of it. `tries` is how many drafts may
    still be weighed, `hopeless` are those whose drafts never fit, `unfit` counts values that were let through all the
    same. `open` and `choosing` are what is under way, so that circles show.
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
    open: dict[str, int] = field(default_factory=dict)
    choosing: set[tuple[int, int, int]] = field(default_factory=set)
    hopeless: set[int] = field(default_factory=set)
    unfit: int = 0

    @property
    def chance(self) -> Chance:
        return self.setting.chance

    @contextmanager
    def inside(self, kind: str, story: Story, *, shares: int) -> Iterator[None]:
        """One object deeper, with its room divided among `shares` parts; `kind` is the same for objects of one schema.

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
        self.story, self.room = story, self.room // max(1, shares)
        try:
            yield
        finally:
            self.open[kind] = same_kind
            self.depth -= 1
            self.story, self.room = before

    def may_try(self, what: int) -> bool:
        """Whether a draft may be weighed and made anew; not where all drafts have failed before."""
        if what in self.hopeless:
            self.unfit += 1
            return False
        self.tries -= 1
        return self.tries >= 0

    def give_up(self, what: int) -> None:
        """Note that no draft fits, so that whoever can leaves the value out."""
        self.hopeless.add(what)
        self.unfit += 1

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
        """One array deeper, with the room divided among its items."""
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
    def being(self, *, lean: bool | None = None, examples: bool | None = None) -> Iterator[None]:
        """With these settings for a while."""
        before = self.lean, self.examples
        self.lean = before[0] if lean is None else lean
        self.examples = before[1] if examples is None else examples
        try:
            yield
        finally:
            self.lean, self.examples = before

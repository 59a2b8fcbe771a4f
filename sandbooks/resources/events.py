"""What an event's name tells: of which collection, and what happens to a document there.

Knows names of events and the collections; must not know who hears of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import lru_cache

from sandbooks.resources.acts import find_action
from sandbooks.resources.cases import Known
from sandbooks.resources.model import Action, Happening, Occasion, Schema
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import by_word, singular, split_words, squeeze, stem, vocabulary
from sandbooks.spec import Notification, is_json

HAPPENINGS: Mapping[str, frozenset[Happening]] = by_word(
    {
        frozenset({"created"}): "created create creates creation new added add adds inserted insert",
        frozenset({"updated"}): "updated update updates changed change changes modified modify edited edit patched",
        frozenset({"deleted"}): "deleted delete deletes deletion removed remove destroyed destroy",
        frozenset({"created", "updated"}): "saved upserted upsert",
    }
)
CREATED: frozenset[Happening] = frozenset({"created"})
BEGUN = vocabulary("opened placed registered received")
"""What is said of a new document, too, where it is no state of one."""
IN_ORDER: tuple[Happening, ...] = ("created", "updated", "deleted")
FLUFF = (frozenset({"on", "webhook", "hook"}), frozenset({"event", "webhook", "hook", "notification", "callback"}))
"""Words before and after the name of an event that say nothing of it."""

WRAPPERS = vocabulary("data payload object resource entity event detail details body message")
WRAPPED = 3  # so many objects may stand around the document in the body of a webhook

_AREA = re.compile(r"[./:]+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """The words of an event's name, singular, without the word for what happens, which is `act`: empty for none.

    `areas` numbers for each word the part of the name that it stands in: parts are separated by dots and the like.
    """

    words: tuple[str, ...]
    act: frozenset[Happening] = frozenset()
    areas: tuple[int, ...] = field(default=(), compare=False)


@lru_cache(maxsize=16384)
def meaning_of(name: str) -> Meaning:
    """
    >>> meaning_of("newPet") == meaning_of("pets.created") == Meaning(("pet",), frozenset({"created"}))
    True
    """
    words = [(word, number) for number, area in enumerate(_AREA.split(name)) for word in split_words(area)]
    for place, fluff in ((0, FLUFF[0]), (-1, FLUFF[1])):
        while len(words) > 1 and words[place][0] in fluff and (len(words) > 2 or words[1 + place][0] not in HAPPENINGS):
            del words[place]
    act: frozenset[Happening] = frozenset()
    for place in (-1, 0):
        if len(words) > 1 and words[place][0] in HAPPENINGS:
            act = HAPPENINGS[words.pop(place)[0]]
            break
    return Meaning(tuple(singular(word) for word, _ in words), act, tuple(number for _, number in words))


class Events:
    """Reads the names of events against the collections of one description."""

    def __init__(self, schemas: Schemas, known: Sequence[Known]) -> None:
        self._schemas = schemas
        self._by_noun: dict[str, list[Known]] = {}
        for each in sorted(known, key=lambda one: (one.resource.given, len(one.draft.key))):
            self._by_noun.setdefault(each.draft.noun, []).append(each)
        self._by_schema: dict[str, list[Known]] = {}
        for each in known:
            for name in each.draft.schema_names:
                self._by_schema.setdefault(name, []).append(each)

    def of_webhook(self, webhook: Notification) -> Occasion:
        """When a webhook is sent: as its key says, else its operationId, else with what its body shows."""
        shown = self._shown_by(webhook)
        for name in dict.fromkeys(filter(None, (webhook.name, webhook.id))):
            if found := self._read(name, shown):
                return replace(found, event=webhook.name)
        meaning = meaning_of(webhook.name)
        for known in shown if len(shown) == 1 else ():
            said = self._said(known, () if meaning.act else meaning.words[-1:], meaning.act)
            if said is not None:
                return replace(said, event=webhook.name, reason=f"its body shows such a document, and {said.reason}")
        called = " ".join(meaning.words)
        return Occasion(
            webhook.name, f"no collection is called as in `{called}`, or none comes to that: it is never sent"
        )

    def of_name(self, name: str) -> Occasion | None:
        """The event that subscriptions may ask for by this name; None where it tells of no collection."""
        found = self._read(name, ())
        return replace(found, described=False) if found is not None else None

    def _read(self, name: str, shown: Sequence[Known]) -> Occasion | None:
        """The longest part of a name that a collection is called, so that the rest tells something of its documents."""
        meaning = meaning_of(name)
        words, areas = meaning.words, meaning.areas
        for size in range(len(words), 0, -1):
            for start in range(len(words) - size, -1, -1):
                noun, rest = "".join(words[start : start + size]), words[start + size :]
                before = [word for word, area in zip(words[:start], areas, strict=False) if area == areas[start]]
                known = self._called(noun, before, shown)
                if known is None or not (meaning.act or rest or _is_plain(known, shown, start)):
                    continue
                if found := self._said(known, rest, meaning.act):
                    return replace(found, event=name, reason=f"`{name}` says that {found.reason}")
        return None

    def _called(self, noun: str, before: Sequence[str], shown: Sequence[Known]) -> Known | None:
        """The collection of a name; the words before it must stand in its path, or the body show its documents.

        Of several the one that the body shows, else the one with the shortest path.
        """
        fitting = [each for each in self._by_noun.get(stem(noun), []) if each in shown or _leads_to(each, before)]
        return next((each for each in (*(each for each in fitting if each in shown), *fitting)), None)

    def _said(self, known: Known, rest: Sequence[str], act: frozenset[Happening]) -> Occasion | None:
        """What is left of a name says of a document: nothing, a property that changes, or a state that it comes to."""
        resource = known.resource
        if not rest:
            happened = [each for each in IN_ORDER if each in (act or IN_ORDER)]
            reason = f"a document of `{resource.name}` was {' or '.join(happened)}"
            return Occasion("", reason, resource.name, frozenset(happened))
        properties = known.properties(self._schemas)
        word = "_".join(rest)
        if act == {"updated"} and (found := properties.find(word)):
            reason = f"`{found.name}` of a document of `{resource.name}` changed"
            return Occasion("", reason, resource.name, act, property=found.name)
        state = find_action(self._schemas, properties, word, known.draft.noun) if not act else None
        if state is None and not act and word in BEGUN:
            return self._said(known, (), CREATED)
        if state is None or "." in state.property.removeprefix(f"{resource.fields}."):
            return None
        reason = f"`{state.property}` of a document of `{resource.name}` came to {_told(state)}"
        return Occasion("", reason, resource.name, frozenset({"created", "updated"}), state=state)

    def _shown_by(self, webhook: Notification) -> list[Known]:
        """The collections whose documents the body of a webhook shows, by the name of their schema."""
        content = webhook.body.content if webhook.body else {}
        bodies = [media.schema for name, media in content.items() if is_json(name)]
        names = dict.fromkeys(name for body in bodies for name in self._names_in(body, WRAPPED))
        found = (known for name in names for known in self._by_schema.get(name, ()))
        return list({known.resource.name: known for known in found}.values())

    def _names_in(self, schema: Schema, levels: int) -> Iterator[str]:
        """The names of schemas that a body shows, of itself and of its members; inside those that may wrap, too."""
        yield self._schemas.name(schema)
        for key, inner in self._schemas.properties(schema).items() if levels else ():
            element = self._schemas.items(inner)
            each = inner if element is None else element
            yield from self._names_in(each, levels - 1 if squeeze(key) in WRAPPERS else 0)


def _leads_to(known: Known, before: Sequence[str]) -> bool:
    path = {singular(word) for part in known.draft.key for word in split_words(part)}
    return path.issuperset(before)


def _is_plain(known: Known, shown: Sequence[Known], start: int) -> bool:
    """A name that says nothing of what happens is the collection's as a whole, and no short word by chance."""
    return not start and (known in shown or len(known.draft.key) == 1)


def _told(state: Action) -> str:
    if state.moment:
        return "a moment"
    return "nothing" if state.value is None else f"{state.value}"


def listed_events(schemas: Schemas, schema: object) -> Iterator[str]:
    """The names that a property for wanted events may hold."""
    if isinstance(schema, dict):
        element = schemas.items(schema)
        yield from (str(value) for value in schemas.enum(schema if element is None else element))
        yield from (name for name, inner in schemas.properties(schema).items() if schemas.kind(inner) == "boolean")


def same_event(asked: str, event: str) -> bool:
    """Whoever asks for events of the one name hears of the other: it is alike but for spelling, or narrower.

    >>> same_event("accounting.customer.created", "CustomerCreated"), same_event("customer.*", "customer.deleted")
    (True, True)
    >>> same_event("item.created", "invoiceItem.created")
    False
    """
    plain = asked.strip().lower()
    if squeeze(plain) == squeeze(event) or plain in ("all", "any") or fnmatchcase(event.lower(), plain):
        return True
    wanted, meant = meaning_of(asked), meaning_of(event)
    if len(wanted.words) == 1 and wanted.words[0] in HAPPENINGS:
        return HAPPENINGS[wanted.words[0]] == meant.act
    return any(_is_wider(wanted, each) for each in _tails(event)) or any(
        _is_wider(each, meant) for each in _tails(asked)
    )


def _is_wider(wanted: Meaning, meant: Meaning) -> bool:
    return bool(wanted.words) and wanted.words == meant.words and wanted.act in (frozenset(), meant.act)


def _tails(name: str) -> list[Meaning]:
    """The meaning of a name, and of what is left of it without the areas before it: `crm.lead.created`."""
    areas = _AREA.split(name)
    return [meaning_of(".".join(areas[start:])) for start in range(len(areas))]

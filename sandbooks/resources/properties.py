"""Properties of a document found by what people call them: in another case, inside an object, as a plural, as a date.

Knows names; must not know what a call does with them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sandbooks.json_dates import is_json_date
from sandbooks.resources.model import Schema
from sandbooks.resources.schemas import Schemas, branches_of
from sandbooks.resources.words import singular, split_words, squeeze, stem

ID_ENDS = ("id", "uuid", "guid", "sid", "gid", "code", "name", "number", "ids")
DATE_ENDS = ("", "at", "on", "date", "time", "datetime", "timestamp", "utc", "dateutc", "attime", "datetimeutc")
ACTS = {
    "created": ("created", "creation", "create", "createdat", "added", "inserted"),
    "updated": ("updated", "update", "modified", "lastmodified", "lastupdated", "changed", "edited"),
}
SAME_ACTS = {word: words for words in ACTS.values() for word in words}
LABELS = frozenset({"type", "object", "kind", "resourcetype", "objecttype", "recordtype"})
DEPTH = 3

_RELATED = re.compile(r"\brelationships\.([^.]+)\.data\.id$")


class Property(NamedTuple):
    """One property: its dotted name and its schema (of an element, where arrays stand on the way)."""

    name: str
    schema: Schema
    kind: str
    is_date: bool
    in_array: bool = False


class _Way(NamedTuple):
    """How deep a look has gone: the dotted prefix, the word so far and its end, what was entered."""

    prefix: str = ""
    word: str = ""
    last: str = ""
    depth: int = 0
    seen: frozenset[str] = frozenset()
    in_array: bool = False

    def down(self, key: str, word: str, name: str, *, in_array: bool) -> _Way:
        """One object further."""
        return _Way(f"{self.prefix}{key}.", self.word + word, word, self.depth + 1, self.seen | {name}, in_array)


class Properties:
    """The scalar properties of one document, by name without case and separators."""

    def __init__(self, schemas: Schemas, schema: Schema, *, fields: str, noun: str) -> None:
        self._schemas = schemas
        self._noun = noun
        self._by_word: dict[str, Property] = {}
        self._dates: dict[str, Property | None] = {}
        self.all: list[Property] = []
        if fields:
            self._add(schemas.properties(schema).get(fields, {}), _Way(f"{fields}."))
        self._add(schema, _Way())

    def find(self, name: str, kind: str = "") -> Property | None:
        """The property of that name, or of the name in the singular, or of the thing's id (`customer`).

        Where several would do, the one whose values are of the wanted kind.
        """
        word = squeeze(name)
        words = split_words(name)
        candidates = [f"{word}{end}" for end in ID_ENDS]
        if words:
            one = "".join((*words[:-1], singular(words[-1])))
            candidates += [one, f"{one}id", f"{word}s", f"{self._noun}{word}", f"{self._noun}{one}"]
        if words and words[0] in ("is", "has") and len(words) > 1:
            candidates.append("".join(words[1:]))
        else:
            candidates.append(f"is{word}")
        if word.startswith(self._noun) and word != self._noun:
            candidates.append(word[len(self._noun) :])
        if exact := self._by_word.get(word):
            return exact
        hits = [found for each in candidates if (found := self._by_word.get(each))]
        return next((hit for hit in hits if kind and hit.kind == kind), hits[0] if hits else None)

    def exact(self, name: str) -> Property | None:
        """The property of that name, in whatever case and with whatever separators."""
        return self._by_word.get(squeeze(name))

    def find_date(self, name: str) -> Property | None:
        """The date that a word stands for: `created` is `createdAt`, `created_on` or `dateCreated`."""
        if name not in self._dates:
            self._dates[name] = self._find_date(name)
        return self._dates[name]

    def main_date(self) -> Property | None:
        """The date by which such documents are cut when a call says only `from` and `to`."""
        for word in ("date", f"{self._noun}date", "issuedate", "issuedat", "transactiondate", "txndate", "postedat"):
            if (found := self._by_word.get(word)) and found.is_date:
                return found
        return self.find_date("created") or next((each for each in self.all if each.is_date), None)

    def _find_date(self, name: str) -> Property | None:
        word = squeeze(name).removesuffix("date").removesuffix("time") or squeeze(name)
        for stem_word in (word, *SAME_ACTS.get(word, ()), *SAME_ACTS.get(word.removesuffix("at"), ())):
            for end in DATE_ENDS:
                for spelling in (
                    f"{stem_word}{end}",
                    f"date{stem_word}",
                    f"time{stem_word}",
                    f"{self._noun}{stem_word}{end}",
                ):
                    found = self._by_word.get(spelling)
                    if found and found.is_date:
                        return found
        return None

    def _add(self, schema: Schema, way: _Way) -> None:
        name = self._schemas.name(schema)
        if name and name in way.seen:
            return
        deeper: list[tuple[_Way, Schema]] = []
        for key, word, each, kind, is_date, is_array in self._schemas.noted(schema, _members):
            in_array = way.in_array or is_array
            if kind == "object":
                if way.depth < DEPTH:
                    deeper.append((way.down(key, word, name, in_array=in_array), each))
                continue
            found = Property(f"{way.prefix}{key}", each, kind, is_date, in_array)
            self.all.append(found)
            self._by_word.setdefault(way.word + word, found)
            if way.last and word.startswith(way.last):  # `contactId` inside `contact`
                self._by_word.setdefault(word, found)
            if key == "id" and (related := _RELATED.search(found.name)):
                self._by_word.setdefault(squeeze(related[1]), found)
        for deep, inner in deeper:
            self._add(inner, deep)


def labels_of(schemas: Schemas, schema: Schema) -> set[str]:
    """The stems of what the type of an object may be: that of each option where there are options."""
    parts = schemas.parts(schema)
    is_choice = any(len(branches_of(part, ("oneOf", "anyOf"))) > 1 for part in parts)
    told = [part.get("properties") for part in parts] if is_choice else [schemas.properties(schema)]
    named = [pair for each in told if isinstance(each, dict) for pair in each.items() if isinstance(pair[1], dict)]
    return {stem(str(word)) for name, inner in named if squeeze(name) in LABELS for word in schemas.enum(inner)}


class _Member(NamedTuple):
    """What a look at one property of an object shows, wherever the object stands."""

    name: str
    word: str
    schema: Schema
    kind: str
    is_date: bool
    is_array: bool


def _members(schemas: Schemas, schema: Schema) -> list[_Member]:
    return [
        _Member(name, squeeze(name), each, kind, kind != "object" and _is_date(schemas, name, whole), is_array)
        for name, whole, each, is_array, kind in schemas.members(schema)
    ]


def _is_date(schemas: Schemas, key: str, schema: Schema) -> bool:
    found = schemas.resolve(schema)
    if found.get("format") in ("date", "date-time") or is_json_date(found):
        return True
    if schemas.kind(schema) not in ("string", "integer", "number", ""):
        return False
    words = split_words(key)
    return bool(words) and (words[-1] in ("at", "date", "on", "created", "timestamp", "utc") or words[0] == "date")

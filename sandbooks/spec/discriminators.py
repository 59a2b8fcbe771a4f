"""Discriminators: which words of which property tell one schema of a choice from the others.

Knows `discriminator`, references and lists of values; must not know values that are judged or made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeGuard

from sandbooks.spec.model import Json, Schema
from sandbooks.spec.references import find, parts_of

_COMPONENTS: Final = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Tagging:
    """What a discriminator says: its property, and for each alternative (a reference) the words that stand for it.

    The first word of each is the one to write. No word stands for two; `schemas` has the alternative of each.
    """

    property: str
    words: Mapping[str, list[str]]
    schemas: Mapping[str, Schema]


class Discriminators:
    """The discriminators of one document, each read once."""

    def __init__(self, document: dict[str, Json]) -> None:
        self._document = document
        self._heirs_by_parent: dict[str, list[str]] | None = None
        # The schema is kept beside what it says, so that its identity cannot pass to another one.
        self._choices: dict[int, tuple[Schema, Tagging | None]] = {}
        self._families: dict[str, Tagging | None] = {}
        self._refs: dict[int, str] | None = None

    def of_choice(self, schema: Schema) -> Tagging | None:
        """How `oneOf`, else `anyOf`, of a schema is told apart; None where nothing, or not everything, tells."""
        if id(schema) not in self._choices:
            self._choices[id(schema)] = schema, self._choice(schema)
        return self._choices[id(schema)][1]

    def of_heirs(self, ref: str) -> Tagging | None:
        """How the schemas that build on the one at a reference (by `allOf`, or named in its mapping) are told apart."""
        if ref not in self._families:
            self._families[ref] = self._family(ref, self._find(ref))
        return self._families[ref]

    def words(self, rule: Json, ref: str) -> list[str]:
        """What a discriminator's property may say in a schema that a reference names; the first is the one to write."""
        tagging = self._tagging(rule, [ref]) if _is_rule(rule) else None
        return tagging.words[ref] if tagging is not None else []

    def allowed(self, schema: Schema) -> list[str] | None:
        """What the property of a schema that others build on may say: the mapping's words, and the names of heirs that
        the mapping forgets. None where there is no mapping, or where the property lists its values itself."""
        rule = schema.get("discriminator")
        if not _is_rule(rule) or not rule.get("mapping") or schema.get("oneOf") or schema.get("anyOf"):
            return None
        own = (schema.get("properties") or {}).get(rule["propertyName"])
        if own is None or any(True for part in self._parts(own) for _ in _values_of(part)):
            return None
        mapped = {_reference(target) for target in rule["mapping"].values()}
        heirs = [ref for ref in self._descendants(self._ref_of(schema)) if ref not in mapped]
        return [*rule["mapping"], *(word for ref in heirs for word in self.words(rule, ref)[:1])]

    def _ref_of(self, schema: Schema) -> str:
        """The reference of a named schema, empty for another."""
        if self._refs is None:
            schemas = (self._document.get("components") or {}).get("schemas") or {}
            self._refs = {id(each): f"{_COMPONENTS}{name}" for name, each in schemas.items()}
        return self._refs.get(id(schema), "")

    def _choice(self, schema: Schema) -> Tagging | None:
        rule, branches = schema.get("discriminator"), schema.get("oneOf") or schema.get("anyOf")
        if not _is_rule(rule) or not isinstance(branches, list):
            return None
        refs = [branch.get("$ref") if isinstance(branch, dict) else None for branch in branches]
        if not all(isinstance(ref, str) for ref in refs):
            return None
        return self._tagging(rule, list(dict.fromkeys(map(str, refs))))

    def _family(self, ref: str, parent: Schema) -> Tagging | None:
        rule = parent.get("discriminator")
        if not _is_rule(rule) or parent.get("oneOf") or parent.get("anyOf"):
            return None
        targets = (_reference(target) for target in (rule.get("mapping") or {}).values())
        refs = dict.fromkeys([*targets, *self._descendants(ref)])
        return self._tagging(rule, [each for each in refs if each != ref and self._find(each)])

    def _tagging(self, rule: Mapping[str, Json], refs: list[str]) -> Tagging | None:
        name, mapping = rule["propertyName"], rule.get("mapping") or {}
        mapped: dict[str, list[str]] = {ref: [] for ref in refs}
        for word, target in mapping.items():
            ref = target if target in mapped else _reference(target)
            if ref in mapped:
                mapped[ref].append(word)
        taken = set(mapping)
        if not all(self._is_text(ref, name) for ref in refs):
            return None
        words = {ref: self._words(ref, name, mapped[ref], taken) for ref in refs}
        all_words = [word for each in words.values() for word in each]
        is_clear = len(set(all_words)) == len(all_words) and all(words.values())
        schemas: dict[str, Schema] = {word: {"$ref": ref} for ref, each in words.items() for word in each}
        return Tagging(name, words, schemas) if words and is_clear else None

    def _words(self, ref: str, name: str, mapped: list[str], taken: set[str]) -> list[str]:
        """The mapping's words and the schema's name, as far as the property's own list of values admits them; where
        it admits neither, that list."""
        implied = ref.rpartition("/")[2]
        named = [] if implied in taken or not ref.startswith(_COMPONENTS) else [implied]
        own = self._listed(ref, name)
        if own is None:
            return [*mapped, *named]
        return [word for word in (*mapped, *named) if word in own] or own

    def _is_text(self, ref: str, name: str) -> bool:
        """Nothing says that a property holds anything but texts."""
        return all(
            inner.get("type", "string") == "string" or "string" in inner["type"]
            for part in self._parts({"$ref": ref})
            for inner in self._parts((part.get("properties") or {}).get(name))
        )

    def _listed(self, ref: str, name: str) -> list[str] | None:
        """The values that a schema lists for a property, the narrowest list that it is made of; None for none."""
        lists = [
            [value for value in values if isinstance(value, str)]
            for part in self._parts({"$ref": ref})
            for inner in self._parts((part.get("properties") or {}).get(name))
            for values in _values_of(inner)
        ]
        return min((each for each in lists if each), key=len, default=None)

    def _descendants(self, ref: str) -> Iterator[str]:
        waiting, seen = [ref], {ref}
        while waiting:
            for heir in self._heirs_of(waiting.pop()):
                if heir not in seen:
                    seen.add(heir)
                    waiting.append(heir)
                    yield heir

    def _heirs_of(self, ref: str) -> list[str]:
        if self._heirs_by_parent is None:
            self._heirs_by_parent = {}
            schemas = (self._document.get("components") or {}).get("schemas") or {}
            for name, schema in schemas.items():
                for part in (schema.get("allOf") or ()) if isinstance(schema, dict) else ():
                    if isinstance(part, dict) and isinstance(part.get("$ref"), str):
                        self._heirs_by_parent.setdefault(part["$ref"], []).append(f"{_COMPONENTS}{name}")
        return self._heirs_by_parent.get(ref, [])

    def _parts(self, schema: Json) -> Iterator[Schema]:
        return parts_of(self._document, schema, ("allOf",))

    def _find(self, ref: str) -> Schema:
        try:
            found = find(self._document, ref)
        except LookupError:
            return {}
        return found if isinstance(found, dict) else {}


def _is_rule(rule: Json) -> TypeGuard[Mapping[str, Json]]:
    return isinstance(rule, dict) and isinstance(rule.get("propertyName"), str)


def _reference(target: str) -> str:
    """What a mapping names as a reference; it may be the bare name of a schema."""
    return target if target.startswith("#") else f"{_COMPONENTS}{target}"


def _values_of(schema: Schema) -> Iterator[list[Json]]:
    if isinstance(schema.get("enum"), list):
        yield schema["enum"]
    if "const" in schema:
        yield [schema["const"]]

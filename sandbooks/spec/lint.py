"""What is wrong in a schema is reported and repaired, so that all who read it later can trust its keywords.

Knows the keywords of all dialects; must not know operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from sandbooks.spec.alternatives import Alternatives
from sandbooks.spec.contradictions import reconcile
from sandbooks.spec.model import Finding, Json, Schema, escape
from sandbooks.spec.references import find
from sandbooks.spec.schema import SUBSCHEMA, SUBSCHEMA_LISTS, SUBSCHEMA_MAPS
from sandbooks.spec.texts import WISH, pattern_judge
from sandbooks.spec.wording import shorten

_TYPES: Final = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


class SchemaLint:
    """Checks the schemas of one document, each once, and those they refer to.

    A keyword that means nothing is taken out of its schema; the finding names the place.
    """

    def __init__(self, document: dict[str, Json], findings: list[Finding]) -> None:
        self.document = document
        self.findings = findings
        self.seen: set[int] = set()
        self.waiting: list[tuple[Json, str]] = []
        self.choices: list[tuple[list[Json], str]] = []

    def check(self, schema: Schema, place: str) -> None:
        """Repair a schema and everything below it, in place."""
        self.waiting.append((schema, place))
        while self.waiting:
            node, at = self.waiting.pop()
            if not isinstance(node, dict) or id(node) in self.seen:
                continue
            self.seen.add(id(node))
            for key in list(node):
                if (repair := _REPAIRS.get(key)) is not None:
                    repair(self, node, key, f"{at}/{escape(key)}")
            for key, said in reconcile(node):
                self.findings.append(Finding("warning", f"{at}/{key}", said))

    def report_vague(self, alternatives: Alternatives) -> None:
        """Tell which choices are none, once everything is repaired."""
        for branches, place in self.choices:
            if alternatives.are_vague(branches):
                message = "the schemas of oneOf lie within one another: any of them will do"
                self.findings.append(Finding("warning", place, message))

    def drop(self, node: Schema, key: str, place: str, wanted: str) -> None:
        """Take a keyword out that is not what it must be."""
        value = node.pop(key)
        self.findings.append(Finding("error", place, f"{shorten(value)} is not {wanted}: {key!r} is left out"))

    def compiles(self, pattern: str) -> bool:
        """True when a regular expression can be matched in linear time."""
        return pattern_judge(pattern) is not None

    def _reference(self, node: Schema, key: str, place: str) -> None:
        try:
            target = find(self.document, node[key])
        except (LookupError, AttributeError):
            self.drop(node, key, place, "a reference")
            return
        if not isinstance(target, dict | bool):
            self.drop(node, key, place, "a reference to a schema")
        self.waiting.append((target, node[key][1:] if key in node else place))

    def _one(self, node: Schema, key: str, place: str) -> None:
        if isinstance(node[key], dict | bool):
            self.waiting.append((node[key], place))
        else:
            self.drop(node, key, place, "a schema")

    def _list(self, node: Schema, key: str, place: str) -> None:
        if not isinstance(node[key], list) or not node[key]:
            self.drop(node, key, place, "a list of schemas")
            return
        for number, part in enumerate(node[key]):
            if not isinstance(part, dict | bool):
                self.findings.append(Finding("error", f"{place}/{number}", f"{shorten(part)} is not a schema"))
            self.waiting.append((part, f"{place}/{number}"))
        node[key] = [part if isinstance(part, dict | bool) else {} for part in node[key]]
        if key == "oneOf" and "discriminator" not in node:
            self.choices.append((node[key], place))

    def _named(self, node: Schema, key: str, place: str) -> None:
        if not isinstance(node[key], dict):
            self.drop(node, key, place, "an object of schemas")
            return
        for name, part in list(node[key].items()):
            at = f"{place}/{escape(name)}"
            if not isinstance(part, dict | bool):
                self.drop(node[key], name, at, "a schema")
            elif key == "patternProperties" and not self.compiles(name):
                del node[key][name]
                self.findings.append(Finding("warning", at, f"the pattern {name!r} cannot be matched and is left out"))
            else:
                self.waiting.append((part, at))

    def _type(self, node: Schema, key: str, place: str) -> None:
        listed = node[key] if isinstance(node[key], list) else [node[key]]
        wrong = [at for at, name in enumerate(listed) if not isinstance(name, str) or name not in _TYPES]
        if wrong and isinstance(node[key], list):
            place, node[key] = f"{place}/{wrong[0]}", listed[wrong[0]]
        if wrong or not listed:
            self.drop(node, key, place, f"one of {', '.join(sorted(_TYPES))}")
        elif isinstance(node[key], list):
            node[key] = list(dict.fromkeys(listed))

    def _required(self, node: Schema, key: str, place: str) -> None:
        if not isinstance(node[key], list) or not all(isinstance(name, str) for name in node[key]):
            self.drop(node, key, place, "a list of property names")
        else:
            node[key] = list(dict.fromkeys(node[key]))

    def _enum(self, node: Schema, key: str, place: str) -> None:
        if not isinstance(node[key], list) or not node[key]:
            self.drop(node, key, place, "a list of values")
        elif node.get("type") == "string" and not all(isinstance(value, str | None) for value in node[key]):
            self.findings.append(Finding("warning", place, f"{shorten(node[key])} are read as texts, as the type says"))
            node[key] = [_as_text(value) for value in node[key]]

    def _pattern(self, node: Schema, key: str, place: str) -> None:
        if not isinstance(node[key], str):
            self.drop(node, key, place, "a regular expression")
        elif not self.compiles(node[key]):
            pattern = node[WISH] = node.pop(key)
            why = "cannot be matched in linear time (look-around, back-references) or is no regular expression"
            self.findings.append(Finding("warning", place, f"the pattern {shorten(pattern)} is left out: it {why}"))

    def _discriminator(self, node: Schema, key: str, place: str) -> None:
        rule = node[key]
        if not isinstance(rule, dict) or not isinstance(rule.get("propertyName"), str):
            self.drop(node, key, place, "an object with a propertyName")
        elif not isinstance(rule.get("mapping", {}), dict):
            self.drop(rule, "mapping", f"{place}/mapping", "an object")
        else:
            wrong = [name for name, target in rule.get("mapping", {}).items() if not isinstance(target, str)]
            for name in wrong:
                self.drop(rule["mapping"], name, f"{place}/mapping/{escape(name)}", "the name of a schema")

    def _dependent(self, node: Schema, key: str, place: str) -> None:
        value = node[key]
        if not isinstance(value, dict) or not all(_is_names(names) for names in value.values()):
            self.drop(node, key, place, "an object of lists of property names")


_Repair = Callable[[SchemaLint, Schema, str, str], None]


def _wants(fits: Callable[[Json], bool], wanted: str) -> _Repair:
    """A repair that drops a keyword whose value does not fit."""

    def repair(lint: SchemaLint, node: Schema, key: str, place: str) -> None:
        if not fits(node[key]):
            lint.drop(node, key, place, wanted)

    return repair


def _is_flag(value: Json) -> bool:
    return isinstance(value, bool)


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_names(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _keywords() -> Iterator[tuple[str, _Repair]]:
    for key in SUBSCHEMA:
        yield key, SchemaLint._one
    for key in SUBSCHEMA_LISTS:
        yield key, SchemaLint._list
    for key in (*SUBSCHEMA_MAPS, "$defs", "definitions"):
        yield key, SchemaLint._named
    for key in ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"):
        yield key, _wants(_is_count, "a whole number of at least 0")
    for key in ("minContains", "maxContains"):
        yield key, _wants(_is_count, "a whole number of at least 0")
    for key in ("minimum", "maximum"):
        yield key, _wants(_is_number, "a number")
    for key in ("exclusiveMinimum", "exclusiveMaximum"):
        yield key, _wants(lambda value: _is_flag(value) or _is_number(value), "a number, or true or false")
    for key in ("nullable", "readOnly", "writeOnly", "uniqueItems", "deprecated"):
        yield key, _wants(_is_flag, "true or false")
    yield "multipleOf", _wants(lambda value: _is_number(value) and value > 0, "a number above 0")
    yield "format", _wants(_is_text, "the name of a format")


_REPAIRS: Final[Mapping[str, _Repair]] = {
    **dict(_keywords()),
    "$ref": SchemaLint._reference,
    "type": SchemaLint._type,
    "required": SchemaLint._required,
    "enum": SchemaLint._enum,
    "pattern": SchemaLint._pattern,
    "discriminator": SchemaLint._discriminator,
    "dependentRequired": SchemaLint._dependent,
}


def _as_text(value: Json) -> Json:
    """A value as it was probably written in the file."""
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)

"""Holds a description against the grammar of its format: what is missing, unknown or of a wrong kind, and where.

Knows the grammar and its constraints; changes nothing, and must not know how a description is served.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final, TypeAlias

from sandbooks.spec.constraints import CONSTRAINTS, SCHEMA_WORDS
from sandbooks.spec.grammar import Element, Form, Kind, Version, elements_of
from sandbooks.spec.model import Finding, Json, escape
from sandbooks.spec.references import FILES, UNRESOLVED, find
from sandbooks.spec.wording import shorten

Trail: TypeAlias = "tuple[Trail | None, object]"
"""The way to a value, from its end: what it stands in, and its name or number there; None is the whole document."""

_NUMBER: Final = Kind("number")
_FILE_PREFIX: Final = f"#/{FILES}/"
_NAMES: Final = {
    "root": "a description",
    "docs": "external documentation",
    "body": "a request body",
    "item": "a path item",
    "items": "an items object",
    "media": "a content type",
    "responses": "an object of responses",
    "paths": "an object of paths",
    "components": "an object of components",
    "links": "an object of links",
    "info": "an info object",
    "requirement": "a security requirement",
    "scheme": "a security scheme",
    "variable": "a server variable",
    "discriminator": "a discriminator",
    "code": "an authorizationCode flow",
    "password": "a flow of this kind",
    "implicit": "an implicit flow",
}
_WANTED: Final[dict[Form, str]] = {
    "text": "a text",
    "word": "a text",
    "flag": "true or false",
    "number": "a number",
    "count": "a whole number of at least 0",
    "list": "a list",
    "map": "an object",
}
_SECTIONS: Final = {
    "schema": "schemas",
    "response": "responses",
    "parameter": "parameters",
    "example": "examples",
    "body": "requestBodies",
    "header": "headers",
    "scheme": "securitySchemes",
    "link": "links",
    "callback": "callbacks",
    "item": "pathItems",
}


def inspect_document(document: dict[str, Json], version: Version) -> list[Finding]:
    """Everything in which a description breaks the rules of its format; references must be local already.

    What a reference into another file leads to is looked into as well. Each part comes once.
    """
    return _Inspection(document, version).run()


class _Inspection:
    def __init__(self, document: dict[str, Json], version: Version) -> None:
        self.document = document
        self.version = version
        self.elements = elements_of(version)
        self.waiting: list[tuple[Json, Kind, Trail | None]] = [(document, Kind("object", name="root"), None)]
        self.seen: set[tuple[int, str]] = set()
        self.findings: list[Finding] = []

    def run(self) -> list[Finding]:
        while self.waiting:
            value, kind, trail = self.waiting.pop()
            if kind.form == "either":
                kind = next((each for each in kind.kinds if _is(each, value)), kind)
            if kind.form == "object":
                self._object(value, kind, trail)
            elif kind.form == "word" and _is(_NUMBER, value):
                told = f"{shorten(value)} is read as the text '{value}': write it in quotes"
                self.findings.append(Finding("warning", _pointer(trail), told))
            elif not _is(kind, value):
                self._error(trail, f"{shorten(value)} stands where {_wanted(kind)} is wanted")
            elif kind.form == "list":
                self._parts(enumerate(value), kind.kinds[0], trail)
            elif kind.form == "map":
                self._parts(value.items(), kind.kinds[0], trail)
        return self.findings

    def _parts(self, parts: Iterable[tuple[object, Json]], kind: Kind, trail: Trail | None) -> None:
        """Look into the members of a list or mapping later."""
        plain = kind.plain
        found = [(part, kind, (trail, at)) for at, part in parts if type(part) not in plain]
        self.waiting += found[::-1]

    def _object(self, value: Json, kind: Kind, trail: Trail | None) -> None:
        if not isinstance(value, dict):
            if not (kind.name == "schema" and self.version == "3.1" and isinstance(value, bool)):
                self._error(trail, f"{shorten(value)} stands where {_called(kind.name)} is wanted")
            return
        if (id(value), kind.name) in self.seen or UNRESOLVED in value:
            return
        self.seen.add((id(value), kind.name))
        ref = value.get("$ref")
        if isinstance(ref, str):
            self._reference(ref, kind, trail)
            if kind.may_refer and not (kind.name == "schema" and self.version == "3.1"):
                return
        elif "$ref" in value:
            self._error((trail, "$ref"), f"{shorten(ref)} is not a reference")
        self._fields(value, self.elements[kind.name], trail)

    def _fields(self, value: dict[str, Json], element: Element, trail: Trail | None) -> None:
        for name in element.required:
            if name not in value:
                self._error((trail, name), f"{_called(element.name)} needs {name!r}")
        found: list[tuple[Json, Kind, Trail | None]] = []
        for name, part in value.items():
            kind = element.fields.get(name)
            if kind is None and not name.startswith("x-") and name != "$ref":
                kind = element.others
                if kind is None:
                    self._error((trail, name), self._unknown(name, element))
            if kind is not None and type(part) not in kind.plain and part not in kind.choices:
                found.append((part, kind, (trail, name)))
        self.waiting += found[::-1]
        if element.name == "discriminator":
            self._loose_ends(value.get("mapping"), trail)
        for constraint in CONSTRAINTS.get(element.name, ()):
            for severity, name, message in constraint(value, self.version):
                place = (trail, name) if name else trail
                self.findings.append(Finding(severity, _pointer(place), message))

    def _loose_ends(self, mapping: Json, trail: Trail | None) -> None:
        """Names of schemas that nothing bears."""
        for word, target in mapping.items() if isinstance(mapping, dict) else ():
            bare = isinstance(target, str) and not target.startswith("#") and "/" not in target
            if bare and not self._stands(f"#/components/schemas/{escape(target)}"):
                self._error(((trail, "mapping"), word), f"no schema is called {target!r}")

    def _stands(self, ref: str) -> bool:
        try:
            find(self.document, ref)
        except LookupError:
            return False
        return True

    def _unknown(self, name: str, element: Element) -> str:
        told = f"{_called(element.name)} has no field {name!r}"
        if element.name == "schema" and name in SCHEMA_WORDS:
            return f"{told} in OpenAPI {self.version}" if self.version != "2.0" else f"{told} in Swagger 2.0"
        meant = get_close_matches(name, element.fields, 1, 0.75)
        return f"{told}; {meant[0]!r} is probably meant" if meant else told

    def _reference(self, ref: str, kind: Kind, trail: Trail | None) -> None:
        """A reference to a part of another kind is reported; one into another file is looked into."""
        first, *steps = ref[2:].split("/")
        own = _SECTIONS.get(kind.name, "")
        if own and first == "components" and len(steps) == 2 and steps[0] != own and steps[0] in _SECTIONS.values():
            self._error(trail, f"{ref!r} leads to one of the {steps[0]}, where {_called(kind.name)} is wanted")
        if not ref.startswith(_FILE_PREFIX):
            return
        try:
            target = find(self.document, ref)
        except LookupError:
            return
        place: Trail | None = None
        for step in ref[2:].split("/"):
            place = (place, step.replace("~1", "/").replace("~0", "~"))
        self.waiting.append((target, kind, place))

    def _error(self, trail: Trail | None, message: str) -> None:
        self.findings.append(Finding("error", _pointer(trail), message))


def _pointer(trail: Trail | None) -> str:
    steps = []
    while trail is not None:
        trail, step = trail
        steps.append(escape(str(step)))
    return "/" + "/".join(reversed(steps))


def _is(kind: Kind, value: Json) -> bool:
    """True when a value is of a kind, as far as its JSON type and its text say."""
    match kind.form:
        case "text" | "word":
            return isinstance(value, str)
        case "flag":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "count":
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case "choice":
            return isinstance(value, str) and value in kind.choices
        case "list":
            return isinstance(value, list)
        case "map" | "object":
            return isinstance(value, dict)
        case "either":
            return any(_is(each, value) for each in kind.kinds)
    return True


def _wanted(kind: Kind) -> str:
    if kind.form == "choice":
        return f"one of {', '.join(kind.choices)}" if len(kind.choices) > 1 else repr(kind.choices[0])
    if kind.form == "either":
        return " or ".join(_wanted(each) for each in kind.kinds)
    return _called(kind.name) if kind.form == "object" else _WANTED[kind.form]


def _called(name: str) -> str:
    """An object of the grammar as a message names it."""
    return _NAMES.get(name) or f"{'an' if name[0] in 'aeiou' else 'a'} {name}"

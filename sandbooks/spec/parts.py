"""Operations read from a document in OpenAPI 3 shape: parameters, bodies, responses, identities.

Knows how OpenAPI writes them, and reports what is wrong; must not know files or older formats.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, get_args

from sandbooks.spec.constraints import STYLES
from sandbooks.spec.lint import SchemaLint
from sandbooks.spec.model import (
    Body,
    Finding,
    Json,
    Location,
    MediaType,
    Parameter,
    Response,
    Schema,
    escape,
)
from sandbooks.spec.references import UNRESOLVED, follow, place_of
from sandbooks.spec.wording import shorten

_JSON: Final = "application/json"
_FOREIGN_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})


class Unusable(Exception):
    """A part breaks the shape of OpenAPI so that what holds it cannot be served."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(message)
        self.finding = Finding("error", place, message)


class Parts:
    """Reads the parts of operations out of one document, collecting what is wrong with them."""

    def __init__(self, document: dict[str, Json], findings: list[Finding], *, repaired: bool = False) -> None:
        self.repaired = repaired  # its schemas were linted before
        self.document = document
        self.findings = findings
        self.lint = SchemaLint(document, findings)
        self.shared: dict[str, Parameter | None] = {}
        self.answers: dict[int, tuple[dict[str, Json], Response]] = {}

    def error(self, place: str, message: str) -> None:
        """Note something that breaks the rules."""
        self.findings.append(Finding("error", place, message))

    def warn(self, place: str, message: str) -> None:
        """Note something that was repaired without loss."""
        self.findings.append(Finding("warning", place, message))

    def mapping(self, value: Json, place: str) -> tuple[dict[str, Json], str]:
        """The mapping at a place and where it is written, references followed; `{}` when absent.

        Raises:
            Unusable: something else stands there.
        """
        if value is None:
            return {}, place
        resolved, place = self.follow(value), self.place_of(value, place)
        if not isinstance(resolved, dict):
            raise Unusable(place, f"{shorten(resolved)} stands where an object is wanted")
        return resolved, place

    def entries(self, value: Json, place: str) -> Iterator[tuple[str, dict[str, Json], str]]:
        """Name, mapping and place of each entry of a mapping; entries of another shape are reported and left out."""
        entries, place = self.mapping(value, place)
        for name, entry in entries.items():
            at = f"{place}/{escape(name)}"
            try:
                yield name, *self.mapping(entry, at)
            except Unusable as problem:
                self.findings.append(problem.finding)

    def follow(self, value: Json) -> Json:
        """What stands behind a `$ref`; a target that was taken out since counts as not resolved."""
        try:
            return follow(self.document, value)
        except LookupError as gone:
            return {UNRESOLVED: str(gone)}

    def place_of(self, value: Json, place: str) -> str:
        """Where a part that stands at a place is written: behind its references."""
        return place_of(self.document, value, place)

    def parameters(self, value: Json, place: str) -> dict[tuple[str, str], Parameter]:
        """The usable parameters of a list, by location and name."""
        if not isinstance(value, list | None):
            raise Unusable(place, f"{shorten(value)} stands where a list of parameters is wanted")
        found: dict[tuple[str, str], Parameter] = {}
        for number, entry in enumerate(value or ()):
            at = f"{place}/{number}"
            try:
                parameter = self._shared_parameter(entry, at)
            except Unusable as problem:
                self.findings.append(problem.finding)
                continue
            if parameter is None:
                continue
            key = (parameter.location, parameter.name)
            if key in found:
                self.error(at, f"the {parameter.location} parameter {parameter.name!r} is declared twice")
            found.setdefault(key, parameter)
        return found

    def body(self, value: Json, place: str) -> Body | None:
        """The request body, None when there is none."""
        raw, place = self.mapping(value, place)
        if not raw or UNRESOLVED in raw:
            return None
        content = self.content(raw.get("content"), f"{place}/content")
        if not content:
            self.error(f"{place}/content", "the request body has no content")
        return Body(raw.get("required") is True, content, text(raw.get("description")))

    def responses(self, value: Json, place: str) -> dict[str, Response]:
        """The documented answers by status key, `4xx` spelled `4XX`."""
        found = {}
        for name, raw, at in self.entries(without_extensions(value), place):
            status = name.upper() if name != "default" else name
            if status != "default" and not _is_status(status):
                self.error(at, f"{name!r} is not a status: expected 100 to 599, 1XX to 5XX or default")
                continue
            found[status] = self._shared_response(raw, status, at)
        return found

    def content(self, value: Json, place: str) -> dict[str, MediaType]:
        """The entries of a `content` mapping. What is no content type is left out; alone it is read as JSON."""
        found = {name: self._media_type(raw, at) for name, raw, at in self.entries(value, place)}
        strange = [name for name in found if "/" not in name and "*" not in name]
        for name in strange:
            self.error(f"{place}/{escape(name)}", f"{name!r} is not a content type: expected one such as {_JSON!r}")
        if strange and len(strange) == len(found):
            return {_JSON: found[strange[0]]}
        return {name: media for name, media in found.items() if name not in strange}

    def schema(self, value: Json, place: str) -> Schema:
        """A schema as a mapping; `true` and `false` of 3.1 become one."""
        if value is None or value is True:
            return {}
        if value is False:
            return {"not": {}}
        if isinstance(value, dict):
            if not self.repaired:
                self.lint.check(value, place)
            return value
        self.error(place, f"{shorten(value)} stands where a schema is wanted")
        return {}

    def _headers(self, raw: dict[str, Json], place: str) -> Iterator[tuple[str, dict[str, Json], str]]:
        return self.entries(raw.get("headers"), f"{place}/headers")

    def _media_type(self, raw: dict[str, Json], place: str) -> MediaType:
        examples = {
            name: entry.get("value") for name, entry, _ in self.entries(raw.get("examples"), f"{place}/examples")
        }
        encoding = {name: entry for name, entry, _ in self.entries(raw.get("encoding"), f"{place}/encoding")}
        return MediaType(self.schema(raw.get("schema"), f"{place}/schema"), encoding, raw.get("example"), examples)

    def _content_schema(self, raw: dict[str, Json], place: str) -> Schema:
        """The schema of a parameter or header, given directly or as its one content type."""
        if "schema" not in raw and isinstance(raw.get("content"), dict):
            for _, media, at in self.entries(raw["content"], f"{place}/content"):
                return self.schema(media.get("schema"), f"{at}/schema")
        return self.schema(raw.get("schema"), f"{place}/schema")

    def _shared_response(self, raw: dict[str, Json], status: str, place: str) -> Response:
        """One answer; what many operations refer to is read once."""
        if id(raw) not in self.answers:
            # Kept with its source: another object could come to the same id.
            self.answers[id(raw)] = raw, self._response(raw, status, place)
        response = self.answers[id(raw)][1]
        return response if response.status == status else replace(response, status=status)

    def _response(self, raw: dict[str, Json], status: str, place: str) -> Response:
        try:
            headers = {name: self._content_schema(part, at) for name, part, at in self._headers(raw, place)}
            content = self.content(raw.get("content"), f"{place}/content")
        except Unusable as problem:
            self.findings.append(problem.finding)
            headers, content = {}, {}
        return Response(status, text(raw.get("description")), headers, content)

    def _shared_parameter(self, entry: Json, place: str) -> Parameter | None:
        """One parameter; what many operations refer to is read once."""
        ref = entry.get("$ref") if isinstance(entry, dict) and len(entry) == 1 else None
        if not isinstance(ref, str):
            return self._parameter(*self.mapping(entry, place))
        if ref not in self.shared:
            self.shared[ref] = self._parameter(*self.mapping(entry, place))
        return self.shared[ref]

    def _parameter(self, raw: dict[str, Json], place: str) -> Parameter | None:
        """One parameter; None for those that OpenAPI tells to ignore, or whose reference was reported."""
        if UNRESOLVED in raw:
            return None
        name: Json = raw.get("name")
        location: Json = raw.get("in")
        if not isinstance(name, str) or not name:
            raise Unusable(f"{place}/name", f"a parameter needs a name, not {shorten(name)}: left out")
        if location not in get_args(Location):
            raise Unusable(f"{place}/in", f"{shorten(location)} is not where a parameter can be: left out")
        if location == "header" and name.lower() in _FOREIGN_HEADERS:
            return None
        return self._described(raw, name, location, place)

    def _described(self, raw: dict[str, Json], name: str, location: Location, place: str) -> Parameter:
        schema = self._content_schema(raw, place)
        style = self._style(raw.get("style"), location, f"{place}/style")
        explode = raw.get("explode")
        defaults = self.follow(schema)
        content = raw.get("content")
        return Parameter(
            name=name,
            location=location,
            required=location == "path" or raw.get("required") is True,
            schema=schema,
            style=style,
            explode=explode if isinstance(explode, bool) else style in ("form", "deepObject"),
            default=defaults.get("default"),
            has_default="default" in defaults,
            allow_empty=raw.get("allowEmptyValue") is True,
            media_type=next(iter(content), "") if isinstance(content, dict) and "schema" not in raw else "",
            description=text(raw.get("description")),
        )

    def _style(self, style: Json, location: Location, place: str) -> str:
        allowed = STYLES[location]
        if style is None or style in allowed:
            return style or allowed[0]
        self.error(place, f"the style {shorten(style)} cannot stand in {location}: expected {' or '.join(allowed)}")
        return allowed[0]


def without_extensions(value: Json) -> Json:
    """A mapping without its `x-` keys, which may hold anything."""
    return {k: v for k, v in value.items() if not k.startswith("x-")} if isinstance(value, dict) else value


def text(value: Json) -> str:
    """A text as it is, anything else as the empty one."""
    return value if isinstance(value, str) else ""


def _is_status(status: str) -> bool:
    return len(status) == 3 and status[0] in "12345" and (status[1:] == "XX" or status[1:].isdecimal())

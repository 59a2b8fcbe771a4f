"""Swagger 2.0 in OpenAPI 3.0 shape.

Knows both formats; leaves what has a wrong shape as it is, for the reader of OpenAPI 3 to report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbooks.spec.model import SHARED_METHODS, URLENCODED, Finding, Json, Schema, escape, is_form, is_json, is_xml
from sandbooks.spec.references import FILES, UNRESOLVED, Trail, find, follow, mappings, place_of, pointer_to

_KEPT: Final = ("info", "tags", "security", "externalDocs")
_MOVED: Final = {"#/definitions/": "#/components/schemas/"}
_PLACES: Final = {
    "/components/schemas": "/definitions",
    "/components/securitySchemes": "/securityDefinitions",
    "/servers": "/basePath",
}
"""Where parts of the converted document stand in the Swagger file; those of operations are noted in conversion."""

_FLOWS: Final = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}
_STYLES: Final[Mapping[str, str]] = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}
_ABOUT_PARAMETER: Final = frozenset({"name", "in", "required", "description", "allowEmptyValue", "collectionFormat"})
_MULTIPART: Final = "multipart/form-data"


def to_openapi(document: dict[str, Json], findings: list[Finding]) -> tuple[dict[str, Json], Mapping[str, str]]:
    """The same description in OpenAPI 3.0 shape, and where its parts stood; references must be local already."""
    conversion = _Conversion(document, findings)
    return conversion.document(), conversion.places


def place_in_swagger(place: str, places: Mapping[str, str]) -> str:
    """Where a place of the converted document stood in the Swagger file."""
    begin = place
    while begin and begin not in places:
        begin = begin.rpartition("/")[0]
    return places[begin] + place[len(begin) :] if begin else place


@dataclass(frozen=True, slots=True)
class _Media:
    """The content types that count where an operation gives none."""

    consumes: list[str]
    produces: list[str]


@dataclass(frozen=True, slots=True)
class _Field:
    """A parameter that is a part of the body, and where it is written."""

    entry: dict[str, Json]
    place: str


class _Conversion:
    def __init__(self, document: dict[str, Json], findings: list[Finding]) -> None:
        self.old = document
        self.findings = findings
        self.media = _Media(_texts(document.get("consumes")), _texts(document.get("produces")))
        self.places = dict(_PLACES)

    def document(self) -> dict[str, Json]:
        old = self.old
        new: dict[str, Json] = {"openapi": "3.0.3"}
        new |= {key: old[key] for key in old if key in _KEPT or key.startswith("x-")}
        new["servers"] = [{"url": _server(old)}]
        new["paths"] = self._paths(old.get("paths"))
        new["components"] = {
            "schemas": old.get("definitions", {}),
            "securitySchemes": self._security_schemes(old.get("securityDefinitions", {})),
        }
        self._convert_schemas(new)
        return new

    def _convert_schemas(self, new: dict[str, Json]) -> None:
        """References, discriminators and nullability wherever a schema stands."""
        roots: list[tuple[Json, Trail | None]] = [(new, None)]
        roots += [(root, ((None, FILES), name)) for name, root in new.get(FILES, {}).items()]
        for root, trail in roots:
            for node, at in mappings(root, trail):
                _convert_schema(node)
                self._move_reference(node, at, new)

    def _move_reference(self, node: dict[str, Json], trail: Trail | None, new: dict[str, Json]) -> None:
        ref = node.get("$ref")
        if not isinstance(ref, str):
            return
        for old_prefix, prefix in _MOVED.items():
            if ref.startswith(old_prefix):
                node["$ref"] = ref = prefix + ref[len(old_prefix) :]
        try:
            find(new, ref)
        except LookupError:
            node[UNRESOLVED] = node.pop("$ref")
            message = f"the reference {ref!r} is left out: it leads to a part that OpenAPI 3 writes differently"
            self.findings.append(Finding("error", pointer_to(trail), message))

    def _paths(self, paths: Json) -> Json:
        if not isinstance(paths, dict):
            return paths
        return {name: self._item(item, f"/paths/{escape(name)}") for name, item in paths.items()}

    def _item(self, item: Json, at: str) -> Json:
        old = self.places[at] = place_of(self.old, item, at)
        item = self._follow(item)
        if not isinstance(item, dict):
            return item
        new = {key: part for key, part in item.items() if key not in SHARED_METHODS and key != "parameters"}
        inherited: list[_Field] = []
        if "parameters" in item:
            new["parameters"], inherited = self._split(item["parameters"], f"{at}/parameters", f"{old}/parameters")
        for method in SHARED_METHODS:
            if method in item:
                self.places[f"{at}/{method}"] = f"{old}/{method}"
                new[method] = self._operation(item[method], inherited, f"{at}/{method}")
        return new

    def _operation(self, raw: Json, inherited: list[_Field], at: str) -> Json:
        if not isinstance(raw, dict):
            return raw
        own = {"parameters", "responses", "consumes", "produces", "schemes"}
        new = {key: part for key, part in raw.items() if key not in own}
        fields: list[_Field] = []
        if "parameters" in raw:
            old = f"{self.places[at]}/parameters"
            new["parameters"], fields = self._split(raw["parameters"], f"{at}/parameters", old)
        consumes = _texts(raw.get("consumes")) or self.media.consumes
        if body := self._body([*inherited, *fields], consumes, f"{at}/requestBody"):
            new["requestBody"] = body
        if "responses" in raw:
            produces = _texts(raw.get("produces")) or self.media.produces or ["application/json"]
            new["responses"] = self._responses(raw["responses"], produces, f"{at}/responses")
        return new

    def _split(self, listed: Json, at: str, old: str) -> tuple[Json, list[_Field]]:
        """The parameters that stay parameters, and those that make the body."""
        if not isinstance(listed, list):
            return listed, []
        stays: list[Json] = []
        fields: list[_Field] = []
        for number, written in enumerate(listed):
            entry, place = self._follow(written), place_of(self.old, written, f"{old}/{number}")
            if _is_in_body(entry):
                fields.append(_Field(entry, place))
                continue
            here = f"{at}/{len(stays)}"
            self.places[here] = self.places[f"{here}/schema"] = place
            stays.append(_parameter(entry))
        return stays, fields

    def _body(self, fields: list[_Field], consumes: list[str], at: str) -> dict[str, Json]:
        """The request body that a body parameter or form fields make; the last body parameter counts."""
        bodies = [each for each in fields if each.entry["in"] == "body"]
        if bodies:
            whole = bodies[-1].entry
            self.places[at] = bodies[-1].place
            types = [name for name in consumes if not is_form(name)] or ["application/json"]
            for name in types:
                self.places[f"{at}/content/{escape(name)}"] = bodies[-1].place
            content = {name: {"schema": whole.get("schema", {})} for name in types}
            return {**_about(whole), "content": content}
        form = {str(each.entry.get("name")): each for each in fields}
        if not form:
            return {}
        made = _form_body({name: each.entry for name, each in form.items()}, consumes)
        for kind in made["content"]:
            for name, each in form.items():
                self.places[f"{at}/content/{escape(kind)}/schema/properties/{escape(name)}"] = each.place
        return made

    def _responses(self, responses: Json, produces: list[str], at: str) -> Json:
        if not isinstance(responses, dict):
            return responses
        # What makes a file still refuses in words.
        words = produces if any(map(_holds_values, produces)) else ["application/json"]
        succeeds = [status for status in responses if status[:1] == "2"]
        return {
            status: part
            if status.startswith("x-")
            else self._response(
                part, produces if not succeeds or status in succeeds else words, f"{at}/{escape(status)}"
            )
            for status, part in responses.items()
        }

    def _response(self, written: Json, produces: list[str], at: str) -> Json:
        old = self.places[at] = place_of(self.old, written, place_in_swagger(at, self.places))
        raw = self._follow(written)
        if not isinstance(raw, dict):
            return raw
        new = {key: part for key, part in raw.items() if key == "description" or key.startswith("x-")}
        examples = raw["examples"] if isinstance(raw.get("examples"), dict) else {}
        if "schema" in raw:
            new["content"] = {name: {"schema": raw["schema"]} for name in produces}
        for name, example in examples.items():
            new.setdefault("content", {}).setdefault(name, {})["example"] = example
        for name in new.get("content", ()):
            self.places[f"{at}/content/{escape(name)}"] = old
        if isinstance(headers := raw.get("headers"), dict):
            new["headers"] = {name: _header(part) for name, part in headers.items()}
            self.places |= {f"{at}/headers/{escape(name)}/schema": f"{old}/headers/{escape(name)}" for name in headers}
        return new

    def _security_schemes(self, schemes: Json) -> Json:
        if not isinstance(schemes, dict):
            return schemes
        return {name: _security_scheme(self._follow(raw)) for name, raw in schemes.items()}

    def _follow(self, node: Json) -> Json:
        try:
            return follow(self.old, node)
        except LookupError:
            return node


def _server(old: Mapping[str, Json]) -> str:
    host, base = old.get("host"), old.get("basePath")
    path = f"/{base.strip('/')}" if isinstance(base, str) else "/"
    schemes = _texts(old.get("schemes")) or ["https"]
    return f"{schemes[0]}://{host}{path}" if isinstance(host, str) and host else path


def _convert_schema(node: dict[str, Json]) -> None:
    """What 2.0 writes differently inside a schema, in place."""
    if isinstance(kind := node.get("discriminator"), str):
        node["discriminator"] = {"propertyName": kind}
    if isinstance(nullable := node.pop("x-nullable", None), bool):
        node.setdefault("nullable", nullable)
    if node.get("type") == "file":
        node["type"], node["format"] = "string", "binary"


def _is_in_body(entry: Json) -> bool:
    return isinstance(entry, dict) and entry.get("in") in ("body", "formData")


def _about(entry: Mapping[str, Json]) -> dict[str, Json]:
    return {key: entry[key] for key in ("description", "required") if key in entry}


def _schema(entry: Mapping[str, Json]) -> Schema:
    """The schema that stands between the other words of a 2.0 parameter or header."""
    return {key: part for key, part in entry.items() if key not in _ABOUT_PARAMETER}


def _parameter(entry: Json) -> Json:
    """A parameter outside the body."""
    if not isinstance(entry, dict) or "in" not in entry:
        return entry
    new = {key: part for key, part in entry.items() if key in _ABOUT_PARAMETER and key != "collectionFormat"}
    return {**new, "schema": _schema(entry), **_style(entry)}


def _style(entry: Mapping[str, Json]) -> dict[str, Json]:
    """How several values are written in one text; `tsv`, which 3.0 cannot say, becomes `csv`."""
    if entry.get("type") != "array":
        return {}
    written = entry.get("collectionFormat", "csv")
    if entry.get("in") in ("path", "header"):
        return {"style": "simple"}
    return {"style": _STYLES.get(str(written), "form"), "explode": written == "multi"}


def _form_body(fields: Mapping[str, dict[str, Json]], consumes: list[str]) -> dict[str, Json]:
    required = [name for name, entry in fields.items() if entry.get("required") is True]
    schema: Schema = {"type": "object", "properties": {name: _described(entry) for name, entry in fields.items()}}
    if required:
        schema["required"] = required
    media: dict[str, Json] = {"schema": schema}
    if encoding := {name: style for name, entry in fields.items() if (style := _style(entry))}:
        media["encoding"] = encoding
    has_file = any(entry.get("type") == "file" for entry in fields.values())
    types = [name for name in consumes if is_form(name)] or [_MULTIPART if has_file else URLENCODED]
    return {"required": bool(required), "content": dict.fromkeys(types, media)}


def _described(entry: Mapping[str, Json]) -> Schema:
    about = {"description": entry["description"]} if "description" in entry else {}
    return {**about, **_schema(entry)}


def _header(part: Json) -> Json:
    if not isinstance(part, dict):
        return part
    about = {"description": part["description"]} if "description" in part else {}
    return {**about, "schema": _schema(part)}


def _security_scheme(raw: Json) -> Json:
    if not isinstance(raw, dict):
        return raw
    about = {key: part for key, part in raw.items() if key == "description" or key.startswith("x-")}
    if raw.get("type") == "basic":
        return {"type": "http", "scheme": "basic", **about}
    if raw.get("type") == "oauth2":
        flow = {key: raw[key] for key in ("authorizationUrl", "tokenUrl") if key in raw}
        name = _FLOWS.get(str(raw.get("flow")), str(raw.get("flow")))
        return {"type": "oauth2", "flows": {name: {**flow, "scopes": raw.get("scopes", {})}}, **about}
    return raw


def _holds_values(name: str) -> bool:
    """A content type in which objects can be written."""
    return is_json(name) or is_xml(name) or is_form(name) or name.startswith("text/") or "*" in name


def _texts(value: Json) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []

"""What the specifications demand beyond the fields of an object: one or the other, this only with that, these texts.

Knows one object at a time; must not know where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from sandbooks.spec.grammar import Version
from sandbooks.spec.model import Json, Severity
from sandbooks.spec.wording import shorten

Breach: TypeAlias = tuple[Severity, str, str]
"""Severity, the field it is about (empty: the object as a whole), message."""

Constraint: TypeAlias = Callable[[dict[str, Json], Version], Iterator[Breach]]

SCHEMA_WORDS: Final = frozenset(
    """$schema $id $anchor $dynamicRef $dynamicAnchor $vocabulary $comment $defs id definitions const examples if then
    else contains minContains maxContains prefixItems additionalItems patternProperties propertyNames
    unevaluatedItems unevaluatedProperties dependencies dependentRequired dependentSchemas contentEncoding
    contentMediaType contentSchema nullable writeOnly deprecated oneOf anyOf not""".split()  # noqa: SIM905 - a page
)
"""Words of JSON Schema that some version of OpenAPI does not know."""

STYLES: Final[Mapping[str, tuple[str, ...]]] = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
"""How a parameter may be written where it stands, the default first."""

_NAME: Final = re.compile(r"[a-zA-Z0-9._-]+")
_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
_STATUS: Final = re.compile(r"[1-5]([0-9]{2}|XX)")
_OLD_STATUS: Final = re.compile(r"[1-5][0-9]{2}")
_HOST: Final = re.compile(r"[^{}/ :\\]+(:[0-9]+)?")
_VERSIONS: Final[Mapping[Version, re.Pattern[str]]] = {
    "2.0": re.compile(r"2\.0"),
    "3.0": re.compile(r"3\.0\.[0-9]+(-.+)?"),
    "3.1": re.compile(r"3\.1\.[0-9]+(-.+)?"),
}
_NEAREST: Final[Mapping[Version, str]] = {"2.0": "2.0", "3.0": "3.0.3", "3.1": "3.1.0; it is read as that"}
_NOT_OF_BODIES: Final = frozenset({"type", "format", "items", "default", "enum", "collectionFormat"})
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "apiKey": ("name", "in"),
    "http": ("scheme",),
    "oauth2": ("flows",),
    "openIdConnect": ("openIdConnectUrl",),
}
_NEEDED_BY_FLOW: Final[Mapping[str, tuple[str, ...]]] = {
    "implicit": ("authorizationUrl",),
    "password": ("tokenUrl",),
    "application": ("tokenUrl",),
    "accessCode": ("authorizationUrl", "tokenUrl"),
}


def check_root(root: dict[str, Json], version: Version) -> Iterator[Breach]:
    """Tags have names of their own; in 3.1 there is something to describe."""
    kind = "swagger" if version == "2.0" else "openapi"
    if isinstance(root.get(kind), str) and not _VERSIONS[version].fullmatch(root[kind]):
        yield "error", kind, f"{shorten(root[kind])} is no version: expected {_NEAREST[version]}"
    tags = root["tags"] if isinstance(root.get("tags"), list) else []
    names = [tag["name"] for tag in tags if isinstance(tag, dict) and isinstance(tag.get("name"), str)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield "error", "tags", f"the tag {name!r} is described twice"
    if version == "2.0":
        yield from _check_address(root)
    if version == "3.1" and not {"paths", "webhooks", "components"} & root.keys():
        yield "error", "paths", "a description needs 'paths', 'webhooks' or 'components'"


def _check_address(root: dict[str, Json]) -> Iterator[Breach]:
    host, base = root.get("host"), root.get("basePath")
    if isinstance(host, str) and not _HOST.fullmatch(host):
        yield "error", "host", f"{shorten(host)} is not a host: expected 'api.example.com' or 'api.example.com:8080'"
    if isinstance(base, str) and not base.startswith("/"):
        yield "error", "basePath", f"{shorten(base)} must begin with a slash"


def check_paths(paths: dict[str, Json], version: Version) -> Iterator[Breach]:
    """Paths begin with a slash."""
    for path in paths:
        if not path.startswith(("/", "x-")):
            yield "error", path, f"the path {path!r} must begin with a slash"


def check_operation(operation: dict[str, Json], version: Version) -> Iterator[Breach]:
    """An operation documents a response; since 3.1 it need not."""
    if version == "3.1" and not operation.get("responses"):
        yield "warning", "responses", "no response is documented"


def check_responses(responses: dict[str, Json], version: Version) -> Iterator[Breach]:
    """At least one status, and nothing but statuses."""
    names = [name for name in responses if not name.startswith("x-")]
    if not names and version != "3.1":
        yield "error", "", "no response is documented"
    allowed = _OLD_STATUS if version == "2.0" else _STATUS
    wanted = "100 to 599 or default" if version == "2.0" else "100 to 599, 1XX to 5XX or default"
    for name in names:
        if name != "default" and not allowed.fullmatch(name):
            yield "error", name, f"{name!r} is not a status: expected {wanted}"


def check_parameter(parameter: dict[str, Json], version: Version) -> Iterator[Breach]:
    """A parameter has one description of its value, and a style that fits where it stands."""
    place = parameter.get("in")
    if place == "path" and parameter.get("required") is not True:
        yield "error", "required", f"the path parameter {shorten(parameter.get('name'))} must say required: true"
    if version == "2.0":
        yield from _check_old_parameter(parameter)
        return
    yield from check_value(parameter, version)
    style, allowed = parameter.get("style"), STYLES.get(str(place), ())
    if isinstance(style, str) and allowed and style not in allowed:
        yield "error", "style", f"the style {style!r} cannot stand in {place}: expected {' or '.join(allowed)}"


def _check_old_parameter(parameter: dict[str, Json]) -> Iterator[Breach]:
    if parameter.get("in") == "body":
        if "schema" not in parameter:
            yield "error", "schema", "a body parameter needs 'schema'"
        for name in sorted(parameter.keys() & _NOT_OF_BODIES):
            yield "error", name, f"a body parameter has no field {name!r}: it belongs into its 'schema'"
        return
    if "schema" in parameter:
        yield "error", "schema", "only a body parameter has a 'schema'"
    elif "type" not in parameter and "in" in parameter:
        yield "error", "type", "a parameter needs 'type'"
    if parameter.get("type") == "file" and parameter.get("in") != "formData":
        yield "error", "type", "a file can only be sent with in: formData"
    if parameter.get("collectionFormat") == "multi" and parameter.get("in") not in ("query", "formData"):
        yield "error", "collectionFormat", "'multi' can only stand in query or formData"
    yield from check_items(parameter, "2.0")


def check_items(holder: dict[str, Json], version: Version) -> Iterator[Breach]:
    """In Swagger 2.0 a list that is no body says what its items are."""
    if holder.get("type") == "array" and "items" not in holder:
        yield "error", "items", "an array needs 'items'"


def check_value(holder: dict[str, Json], version: Version) -> Iterator[Breach]:
    """A parameter or header of OpenAPI 3 has a schema, or one content type."""
    content = holder.get("content")
    if "schema" not in holder and content is None:
        yield "error", "schema", "neither 'schema' nor 'content' says what the value is"
    if "schema" in holder and content is not None:
        yield "error", "content", "'schema' and 'content' exclude each other"
    if isinstance(content, dict) and len(content) != 1:
        yield "error", "content", f"'content' must name one content type, not {len(content)}"
    yield from check_examples(holder, version)


def check_header(header: dict[str, Json], version: Version) -> Iterator[Breach]:
    """A header has one description of its value."""
    return check_items(header, version) if version == "2.0" else check_value(header, version)


def check_examples(holder: dict[str, Json], version: Version) -> Iterator[Breach]:
    """One example, or several by name."""
    if "example" in holder and "examples" in holder:
        yield "error", "examples", "'example' and 'examples' exclude each other"


def check_example(example: dict[str, Json], version: Version) -> Iterator[Breach]:
    """An example is here or elsewhere."""
    if "value" in example and "externalValue" in example:
        yield "error", "externalValue", "'value' and 'externalValue' exclude each other"


def check_link(link: dict[str, Json], version: Version) -> Iterator[Breach]:
    """A link names its operation in one way."""
    if ("operationRef" in link) == ("operationId" in link):
        said = "both operationId and operationRef" if "operationId" in link else "neither operationId nor operationRef"
        yield "error", "", f"the link has {said}: one is wanted"


def check_license(license: dict[str, Json], version: Version) -> Iterator[Breach]:
    """A license is named by one of identifier and address."""
    if version == "3.1" and "identifier" in license and "url" in license:
        yield "error", "identifier", "'identifier' and 'url' exclude each other"


def check_server(server: dict[str, Json], version: Version) -> Iterator[Breach]:
    """Each variable of an address has a value."""
    variables = server["variables"] if isinstance(server.get("variables"), dict) else {}
    url = server["url"] if isinstance(server.get("url"), str) else ""
    for name in dict.fromkeys(_VARIABLE.findall(url)):
        if name not in variables:
            yield "warning", "url", f"no variable {name!r} gives the address a value: its name stands there"


def check_scheme(scheme: dict[str, Json], version: Version) -> Iterator[Breach]:
    """Each kind of security scheme has fields of its own."""
    kind = str(scheme.get("type"))
    needed = _NEEDED.get(kind, ())
    if version == "2.0" and kind == "oauth2":
        needed = ("flow", *_NEEDED_BY_FLOW.get(str(scheme.get("flow")), ()))
    for name in needed:
        if name not in scheme:
            yield "error", name, f"a security scheme of type {kind} needs {name!r}"


def check_components(components: dict[str, Json], version: Version) -> Iterator[Breach]:
    """Parts have names that can stand in a reference."""
    for section, parts in components.items():
        for name in parts if isinstance(parts, dict) and not section.startswith("x-") else ():
            if not _NAME.fullmatch(name):
                yield "warning", section, f"the name {name!r} should consist of letters, digits, '.', '_' and '-'"


def check_schema(schema: dict[str, Json], version: Version) -> Iterator[Breach]:
    """What a schema of this version cannot say, or should."""
    if schema.get("required") == [] and version != "3.1":
        yield "error", "required", "an empty list stands where property names are wanted"
    if schema.get("type") == "array" and "items" not in schema and version != "3.1":
        yield "warning", "items", "an array without 'items' may hold anything"


CONSTRAINTS: Final[Mapping[str, tuple[Constraint, ...]]] = {
    "root": (check_root,),
    "paths": (check_paths,),
    "operation": (check_operation,),
    "responses": (check_responses,),
    "parameter": (check_parameter,),
    "items": (check_items,),
    "header": (check_header,),
    "media": (check_examples,),
    "example": (check_example,),
    "link": (check_link,),
    "license": (check_license,),
    "server": (check_server,),
    "scheme": (check_scheme,),
    "components": (check_components,),
    "schema": (check_schema,),
}
"""What is asked of an object of the grammar beside its fields."""

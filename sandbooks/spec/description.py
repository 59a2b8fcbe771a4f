"""A description file becomes a `Description`: read, made local, normalised, checked, modelled.

Knows the order of these steps; must not know handlers or what is done with the result.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from sandbooks.errors import StartupError
from sandbooks.spec.bundle import bundle
from sandbooks.spec.cache import Cache
from sandbooks.spec.grammar import Version
from sandbooks.spec.inspection import inspect_document
from sandbooks.spec.links import Links
from sandbooks.spec.load import check_bounds, parse_document
from sandbooks.spec.model import Finding, Json, SecurityScheme, escape
from sandbooks.spec.notifications import read_webhooks
from sandbooks.spec.operation import Compiler, Description
from sandbooks.spec.parts import Parts, text
from sandbooks.spec.paths import Paths
from sandbooks.spec.references import place_in_file
from sandbooks.spec.source import Reading, Source
from sandbooks.spec.strangers import kind_of_document
from sandbooks.spec.swagger import place_in_swagger, to_openapi
from sandbooks.spec.wording import shorten

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
_HOST: Final = re.compile(r"^([^/?#]*:)?//[^/?#]*")
_KEY_PLACES: Final = ("header", "query", "cookie")
_SECTIONS: Final = ("schemas", "responses", "parameters", "examples", "requestBodies", "headers", "securitySchemes")


def read_description(
    path: Path, *, id: str | None = None, overlays: Sequence[Path] = (), cache: Cache | None = None
) -> Description:
    """The description that a file holds, with everything that was found wrong in it.

    Args:
        id: the name it is served under; the file's stem when None.
        overlays: files with changes to it, carried out in their order.
        cache: where what was read from files is kept until the next start.

    Raises:
        StartupError: the file cannot be read, or is neither OpenAPI 3 nor Swagger 2.0; an overlay that is none.
    """
    source = Source(path, overlays, cache)
    id = id or path.stem
    known = source.find()
    if known is not None:
        known_as = _modelled(known.document, id, path, [], known.operations)
        return replace(
            known_as, findings=known.findings, overlays=tuple(overlays), referred=tuple(source.folder.files())
        )
    description = replace(_read(source, id), overlays=tuple(overlays), referred=tuple(source.folder.files()))
    source.keep(Reading(description.document, description.findings, [each.id for each in description.operations]))
    return description


def _read(source: Source, id: str) -> Description:
    path, findings = source.path, list[Finding]()
    document = parse_document(source.text, path, findings, cache=source.cache)
    if source.overlays:
        _lay_over(document, source, findings)
    kind = _kind(document, path)
    bundle(document, path, findings, source.folder, cache=source.cache)
    breaches = inspect_document(document, _version(kind, document))
    places: Mapping[str, str] = {}
    if kind == "swagger":
        document, places = to_openapi(document, findings)
    description = _modelled(document, id, path, findings)
    found = [replace(each, place=place_in_swagger(each.place, places)) for each in description.findings]
    return replace(description, findings=_united(found, breaches))


def _united(found: list[Finding], breaches: list[Finding]) -> tuple[Finding, ...]:
    """What reading met with, which tells what is lost by it, and the rest of what breaks the rules."""
    told = {(finding.severity, finding.place) for finding in found}
    rest = [finding for finding in breaches if (finding.severity, finding.place) not in told]
    written = (replace(finding, place=place_in_file(finding.place)) for finding in (*found, *rest))
    return tuple(dict.fromkeys(written))


def _version(kind: str, document: dict[str, Json]) -> Version:
    """The grammar that a document follows; later ones than 3.1 are read as that."""
    if kind == "swagger":
        return "2.0"
    return "3.0" if document[kind].startswith("3.0") else "3.1"


def _lay_over(document: dict[str, Json], source: Source, findings: list[Finding]) -> None:
    # The library for JSONPath is loaded by those alone who lay something over.
    from sandbooks.spec.overlay import lay_over, read_overlay

    lay_over(document, [read_overlay(overlay, raw) for overlay, raw in source.overlays], findings)
    try:
        check_bounds(document)
    except StartupError as problem:
        raise StartupError(f"with its overlays {problem.cause}", file=source.path) from problem


def _modelled(
    document: dict[str, Json], id: str, source: Path, findings: list[Finding], known: Sequence[str] | None = None
) -> Description:
    """The description that a document in OpenAPI 3 shape gives; of one that did before, with the `known` operations."""
    parts = Parts(document, findings, repaired=known is not None)
    _drop_misshapen(parts)
    info = document.get("info", {})
    base_path = _base_path(document.get("servers"), parts)
    _check_schemas(parts)
    schemes = _security_schemes(parts)
    compiler = Compiler(document)
    paths = Paths(parts, base_path, schemes, compiler)
    operations = paths.operations() if known is None else paths.known_operations(known)
    webhooks = read_webhooks(parts)
    parts.lint.report_vague(compiler.requests.alternatives)
    links = tuple(Links(parts, operations, base_path).read())
    return Description(
        id=id,
        title=text(info.get("title")) or id,
        version=str(info.get("version", "")),
        base_path=base_path,
        document=document,
        operations=operations,
        security_schemes=schemes,
        findings=tuple(dict.fromkeys(findings)),
        source=source,
        compiler=compiler,
        webhooks=webhooks,
        links=links,
        _by_id={operation.id: operation for operation in operations},
    )


def _kind(document: dict[str, Json], path: Path) -> str:
    """`openapi` or `swagger`, whichever the document says it is."""
    for kind, major in (("openapi", "3"), ("swagger", "2")):
        version = document.get(kind)
        if version is None:
            continue
        if str(version).split(".")[0] != major:
            raise StartupError(f"{kind} {version} is not supported: expected {major}.x", file=path, place="1:1")
        document[kind] = str(version)
        return kind
    stranger = kind_of_document(document)
    if stranger.startswith("neither"):
        raise StartupError(f"not a description: {stranger}", file=path, place="1:1")
    if stranger:
        raise StartupError(f"not a description but {stranger}", file=path)
    raise StartupError("not a description: neither 'openapi' nor 'swagger' is given", file=path, place="1:1")


def _base_path(servers: Json, parts: Parts) -> str:
    """The path part of the first server, without a slash at its end."""
    if servers is None or servers == []:
        return ""
    if not isinstance(servers, list):
        parts.error("/servers", f"{shorten(servers)} stands where a list of servers is wanted")
        return ""
    first = servers[0] if isinstance(servers[0], dict) else {}
    if not isinstance(first.get("url"), str):
        parts.error("/servers/0/url", f"{shorten(servers[0])} has no url: paths are served as they are")
        return ""
    variables = first["variables"] if isinstance(first.get("variables"), dict) else {}
    url = _VARIABLE.sub(lambda found: _variable(variables.get(found[1]), found[1]), first["url"])
    path = _HOST.sub("", url) if _HOST.match(url) or url.startswith("/") else _after_host(url)
    path = "/".join(part for part in re.split("[?#]", path)[0].split("/") if part)
    return f"/{path}" if path else ""


def _variable(variable: Json, name: str) -> str:
    """The default of a server variable, its bare name where none is given."""
    return str(variable.get("default", name)) if isinstance(variable, dict) else name


def _after_host(url: str) -> str:
    """The path of a server written without a scheme: `api.example.com/v1`, `host/v1`, `v1`."""
    host, slash, path = url.partition("/")
    return path if slash or "." in host or ":" in host else host


def _drop_misshapen(parts: Parts) -> None:
    """Take out the sections of the document that are no objects."""
    document = parts.document
    _drop_from(document, "", ("info", "components"), parts)
    _drop_from(document.get("components", {}), "/components", _SECTIONS, parts)


def _drop_from(holder: dict[str, Json], place: str, names: tuple[str, ...], parts: Parts) -> None:
    for name in names:
        if name in holder and not isinstance(holder[name], dict):
            parts.error(f"{place}/{name}", f"{shorten(holder.pop(name))} stands where an object is wanted")


def _check_schemas(parts: Parts) -> None:
    """Lint the shared schemas, used or not."""
    schemas = parts.document.get("components", {}).get("schemas", {})
    for name, schema in schemas.items():
        schemas[name] = parts.schema(schema, f"/components/schemas/{escape(name)}")


def _security_schemes(parts: Parts) -> dict[str, SecurityScheme]:
    found = parts.document.get("components", {}).get("securitySchemes")
    schemes: dict[str, SecurityScheme] = {}
    for name, raw, at in parts.entries(found, "/components/securitySchemes"):
        if scheme := _security_scheme(name, raw):
            schemes[name] = scheme
        else:
            parts.error(f"{at}/{_wrong_field(raw)}", f"{shorten(raw)} is not a security scheme that can be served")
    return schemes


def _wrong_field(raw: dict[str, Json]) -> str:
    """The field for which a security scheme cannot be served."""
    if raw.get("type") == "http":
        return "scheme"
    if raw.get("type") != "apiKey":
        return "type"
    return "name" if raw.get("in") in _KEY_PLACES else "in"


def _security_scheme(name: str, raw: dict[str, Json]) -> SecurityScheme | None:
    kind = raw.get("type")
    about = text(raw.get("description"))
    if kind == "http" and text(raw.get("scheme")):
        return SecurityScheme(name, f"http-{raw['scheme'].lower()}", description=about, raw=raw)
    if kind == "apiKey" and raw.get("in") in _KEY_PLACES and text(raw.get("name")):
        return SecurityScheme(name, "apiKey", raw["in"], raw["name"], about, raw)
    if kind in ("oauth2", "openIdConnect", "mutualTLS"):
        return SecurityScheme(name, kind, description=about, raw=raw)
    return None

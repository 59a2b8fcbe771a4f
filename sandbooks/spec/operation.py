"""An operation and the description it stands in, with what is compiled on first use.

Knows the model and the schema compiler; must not know handlers, HTTP frameworks or vendors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal
from xml.etree.ElementTree import Element

from sandbooks.spec.forms import decode_form, field_shape
from sandbooks.spec.model import (
    Body,
    Fault,
    Finding,
    Json,
    Link,
    MediaType,
    Notification,
    Parameter,
    Requirement,
    Response,
    Schema,
    SecurityScheme,
    bare_type,
    is_json,
)
from sandbooks.spec.parameters import ParameterReader, Values
from sandbooks.spec.references import FILES, follow
from sandbooks.spec.schema import Schemas, Validator
from sandbooks.spec.shapes import Shapes
from sandbooks.spec.xml import decode_document


class Compiler:
    """What the operations of one document share when they compile: its schemas in both directions, its shapes."""

    def __init__(self, document: dict[str, Json]) -> None:
        self.requests = Schemas(document, "request")
        self.answers = Schemas(document, "answer")
        self.shapes = Shapes(document)
        self.named: dict[str, Validator] = {}

    def answer_validator(self, schema: Schema) -> Validator:
        """The compiled form of a schema in an answer's direction; that of a bare reference is made once."""
        if schema.keys() != {"$ref"}:
            return self.answers.validator(schema)
        ref = schema["$ref"]
        if ref not in self.named:
            self.named[ref] = self.answers.validator(schema)
        return self.named[ref]


class Checks:
    """What one operation compiles when it is first used."""

    __slots__ = ("answers", "bodies", "compiler", "reader")

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self.reader: ParameterReader | None = None
        self.bodies: dict[str, Validator] = {}
        self.answers: dict[tuple[int, str], Validator | tuple[Fault, ...]] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One method on one path.

    `path` holds the base path too (`/api/v3/pets/{petId}`), `segments` are its parts between slashes. `security` is
    a choice of sets: each inner tuple must be met in full, one is enough, `()` is open to all. `success` is the
    lowest documented 2xx status, else a redirection, 200 when only `default` or nothing is documented. `raw` is the
    operation object.
    """

    id: str
    method: str
    path: str
    segments: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: Mapping[str, Response]
    security: tuple[tuple[Requirement, ...], ...]
    summary: str
    description: str
    tags: tuple[str, ...]
    raw: Mapping[str, Json]
    success: int
    checks: Checks = field(repr=False)
    callbacks: tuple[Notification, ...] = ()

    def response_for(self, status: int) -> Response | None:
        """The documented answer for a status: `404`, else `4XX`, else `default`, else None."""
        found = self.responses.get(str(status)) or self.responses.get(f"{status // 100}XX")
        return found or self.responses.get("default")

    def read_parameters(
        self,
        path: Mapping[str, str],
        query: Sequence[tuple[str, str]],
        headers: Mapping[str, str],
        cookies: Mapping[str, str],
    ) -> Values | list[Fault]:
        """The typed parameters of a call, or everything that is wrong with them.

        `path` holds raw segments (percent-encoded), `query` decoded pairs in order, `headers` lower-case names.
        """
        return self.reader().read(path, query, headers, cookies)

    def admits_path(self, path: Mapping[str, str]) -> bool:
        """The values of the path parameters, percent-encoded, are such as the description says."""
        return self.reader().admits_path(path)

    def reader(self) -> ParameterReader:
        """The compiled reader of the parameters, for callers that keep it."""
        checks = self.checks
        if checks.reader is None:
            checks.reader = ParameterReader(self.parameters, checks.compiler.requests, checks.compiler.shapes)
        return checks.reader

    def decode_form(self, media_type: str, fields: Iterable[tuple[str, Json]]) -> dict[str, Json]:
        """The fields of a form as the body's schema wants them; `media_type` is a key of `body.content`.

        Values that are no texts, such as uploaded files, are kept as they are.
        """
        content = self.body.content if self.body else {}
        return decode_form(content.get(media_type, _ANYTHING), fields, self.checks.compiler.shapes)

    def field_kind(self, media_type: str, name: str) -> Literal["file", "structure", "value"]:
        """What a field of a form holds by the schema of `media_type`, a key of `body.content`."""
        content = self.body.content if self.body else {}
        shape = field_shape(content.get(media_type, _ANYTHING), name, self.checks.compiler.shapes)
        return "file" if shape.is_file else "value" if shape.is_scalar else "structure"

    def decode_xml(self, media_type: str, root: Element) -> Json:
        """An XML document as the body's schema wants it; `media_type` is a key of `body.content`."""
        content = self.body.content if self.body else {}
        return decode_document(root, content.get(media_type, _ANYTHING).schema, self.checks.compiler.shapes)

    def check_body(self, media_type: str, value: Json) -> list[Fault]:
        """Where a request body does not fit; `media_type` is a key of `body.content`.

        What is `readOnly` is not required. Bytes are not looked into; files in a form pass as texts.
        """
        if self.body is None or media_type not in self.body.content or isinstance(value, bytes):
            return []
        validator = self.checks.bodies.get(media_type)
        if validator is None:
            validator = self.checks.compiler.requests.validator(self.body.content[media_type].schema)
            self.checks.bodies[media_type] = validator
        return validator.faults(value if is_json(media_type) else _without_files(value))

    def check_answer(self, status: int, media_type: str, value: Json) -> list[Fault]:
        """Where an answer does not fit what is documented for its status: also a status or content type that is not
        documented at all. `media_type` is the answer's `Content-Type`, `""` for no body. `writeOnly` is not required.
        An operation without any documented answer may answer anything.
        """
        known = self.checks.answers.get((status, media_type))
        if known is None:
            known = self._read_answer(status, media_type)
            if len(self.checks.answers) < _MOST_ANSWERS:
                self.checks.answers[status, media_type] = known
        if isinstance(known, tuple):
            return list(known)
        return [] if _is_opaque(media_type, value) else known.faults(value, "answer")

    def _read_answer(self, status: int, media_type: str) -> Validator | tuple[Fault, ...]:
        """What checks an answer of this status and type; what is wrong with every such answer, nothing for no body."""
        response = self.response_for(status)
        if response is None and not self.responses:
            return ()
        if response is None:
            return (Fault("", f"the status {status} is not documented", "status", "answer"),)
        if not response.content or not media_type:
            return ()
        found = response.match(media_type)
        if found is None:
            documented = ", ".join(response.content)
            message = f"'{media_type}' is not a documented content type: expected {documented}"
            return (Fault("", message, "content", "answer"),)
        return self.checks.compiler.answer_validator(found[1].schema)


_ANYTHING: Final = MediaType({})
_MOST_ANSWERS: Final = 100  # of an operation whose answers may have any status and type


def _is_opaque(media_type: str, value: Json) -> bool:
    """True for bodies that no schema describes: bytes, and texts whose schema means their structure."""
    return isinstance(value, bytes) or (isinstance(value, str) and bare_type(media_type).endswith("xml"))


def _without_files(value: Json) -> Json:
    """A form with texts in place of its files."""
    if isinstance(value, dict):
        return {name: _without_files(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_without_files(part) for part in value]
    return value if isinstance(value, str | int | float | bool | None) else "file"


@dataclass(frozen=True, slots=True, eq=False)
class Description:
    """One description as it is served.

    `document` is the whole of it in OpenAPI 3 shape, every operation with its id, references to other files brought
    inside; `base_path` is the path part of the first server, `""` for none. `source` is its file, `overlays` are those
    with changes to it, `referred` the other files that it refers to, there or not. `links` are those that lead
    somewhere.
    """

    id: str
    title: str
    version: str
    base_path: str
    document: dict[str, Json]
    operations: tuple[Operation, ...]
    security_schemes: Mapping[str, SecurityScheme]
    findings: tuple[Finding, ...]
    source: Path
    compiler: Compiler = field(repr=False)
    webhooks: tuple[Notification, ...] = ()
    links: tuple[Link, ...] = ()
    overlays: tuple[Path, ...] = ()
    referred: tuple[Path, ...] = ()
    _by_id: dict[str, Operation] = field(repr=False, default_factory=dict)

    @property
    def errors(self) -> list[Finding]:
        """What breaks the rules or was lost."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def parts(self) -> tuple[str, ...]:
        """The other files of which it consists, by their way from its folder."""
        return tuple(self.document.get(FILES, ()))

    def operation(self, id: str) -> Operation:
        """The operation of that id; KeyError when there is none."""
        return self._by_id[id]

    def unasked(self, id: str) -> Operation:
        """An operation that stands in no description: what is done there was asked for by nobody."""
        return Operation(id, "POST", "/", ("",), (), None, {}, (), "", "", (), {}, 200, Checks(self.compiler))

    def check(self, schema: Schema, value: Json) -> list[Fault]:
        """Where a value does not fit a schema of this description, as in an answer.

        A bare `{"$ref": ...}` is compiled once, any other schema anew on each call.
        """
        return self.compiler.answer_validator(schema).faults(value)

    def resolve(self, schema: Schema | str) -> Schema:
        """The schema behind a `$ref` (or a chain of them); a schema without one is returned as it is.

        What stands beside the `$ref` is laid over the target. A circle, or a target that is not there, gives `{}`.
        """
        try:
            found = follow(self.document, {"$ref": schema} if isinstance(schema, str) else schema)
        except LookupError:
            return {}
        return found if isinstance(found, dict) else {}

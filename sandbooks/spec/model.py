"""The parts of a description as typed values: findings, faults, parameters, bodies, responses, security.

Knows no file format and compiles nothing; an operation, which puts these together, is in `operation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

from sandbooks.spec.expressions import Expression, Template

SHARED_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch")
"""What a path item may offer in every version of OpenAPI."""
METHODS: Final = (*SHARED_METHODS, "trace")
"""What it may since 3.0."""
URLENCODED: Final = "application/x-www-form-urlencoded"

Json: TypeAlias = Any  # a JSON value: str, int, float, bool, None, list or dict with string keys
Schema: TypeAlias = dict[str, Json]
Location: TypeAlias = Literal["path", "query", "header", "cookie"]
Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a description and did not stop it from being served.

    `place` is a JSON pointer into the description as written (`/paths/~1pets/get/responses`). An `error` breaks the
    rules of OpenAPI or loses something; a `warning` was repaired without loss.
    """

    severity: Severity
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where a value does not fit.

    `place` is `body`, `answer`, or where a parameter stood (`path`, `query`, `header`, `cookie`); `pointer` is a JSON
    pointer inside it (`/records/0/type`, for a parameter `/` and its name, for a missing property the place where it
    should be). The message names the value, shortened, and what was expected; `keyword` is the schema word that failed.
    """

    pointer: str
    message: str
    keyword: str
    place: str = "body"


@dataclass(frozen=True, slots=True, eq=False)
class MediaType:
    """What a body looks like in one content type. `encoding` says how the fields of a form are written."""

    schema: Schema
    encoding: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    example: Json = None
    examples: Mapping[str, Json] = field(default_factory=dict)

    @property
    def is_bytes(self) -> bool:
        """The schema says that these are the bytes of a file, whatever the content type makes of such."""
        return self.schema.get("type", "string") == "string" and self.schema.get("format") == "binary"


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One value that a caller gives beside the body.

    `media_type` is set where the description gives `content` instead of a style: the text is then read as that type.
    `default` is None where there is none; `has_default` tells it from a default of null.
    """

    name: str
    location: Location
    required: bool
    schema: Schema
    style: str
    explode: bool
    default: Json = None
    has_default: bool = False
    allow_empty: bool = False
    media_type: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """The body that an operation takes, by content type as the description writes it."""

    required: bool
    content: Mapping[str, MediaType]
    description: str = ""

    def match(self, content_type: str) -> tuple[str, MediaType] | None:
        """The entry that a `Content-Type` falls under: exact, then by suffix (`+json`), then `type/*`, then `*/*`."""
        return match_content(self.content, content_type)


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """One documented answer; `status` is the key in the description: `200`, `4XX`, `default`."""

    status: str
    description: str
    headers: Mapping[str, Schema]
    content: Mapping[str, MediaType]

    def match(self, content_type: str) -> tuple[str, MediaType] | None:
        """The entry that a `Content-Type` falls under, as `Body.match`."""
        return match_content(self.content, content_type)


@dataclass(frozen=True, slots=True, eq=False)
class Notification:
    """A request that the server sends of its own accord: one of a callback of an operation, or of a webhook.

    `name` is the callback's or webhook's key. `address` says where a callback goes; None for a webhook, whose
    receivers the description does not name. `id` is its operationId, empty where it has none.
    """

    name: str
    method: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    address: Template | None = None
    id: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """What the answer of one operation says of another: which of its values are that one's parameters.

    `source` and `target` are operation ids, `status` is the key of the answer in the description. Only parameters
    that are read from the call or its answer stand in `parameters`, by name.
    """

    name: str
    source: str
    status: str
    target: str
    parameters: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One credential an operation asks for; the scheme is always one of the description's."""

    scheme: str
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SecurityScheme:
    """How a credential is presented.

    `kind` is `http-bearer`, `http-basic` (or `http-` and another scheme), `apiKey`, `oauth2`, `openIdConnect` or
    `mutualTLS`. `location` (`header`, `query`, `cookie`) and `parameter_name` are set for `apiKey` only. `raw` holds
    the rest, such as the flows of `oauth2`.
    """

    name: str
    kind: str
    location: str = ""
    parameter_name: str = ""
    description: str = ""
    raw: Mapping[str, Json] = field(default_factory=dict)


def match_content(content: Mapping[str, MediaType], content_type: str) -> tuple[str, MediaType] | None:
    """The entry of `content` for a `Content-Type` header; parameters such as `charset` do not count."""
    if content_type in content:
        return content_type, content[content_type]
    wanted = bare_type(content_type)
    ranked = [(rank, key) for key in content if (rank := _fit(bare_type(key), wanted))]
    if not ranked:
        return None
    best = max(ranked, key=lambda pair: pair[0])[1]
    return best, content[best]


def escape(name: str) -> str:
    """One name as a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


@lru_cache(maxsize=256)  # each call asks again for the few that there are
def bare_type(content_type: str) -> str:
    """`application/json` from `Application/JSON; charset=utf-8`."""
    return content_type.partition(";")[0].strip().lower()


@lru_cache(maxsize=256)
def is_json(content_type: str) -> bool:
    """True for `application/json` and everything with the suffix `+json`."""
    name = bare_type(content_type)
    return name in ("application/json", "text/json") or name.endswith("+json")


def is_xml(content_type: str) -> bool:
    """True for `application/xml`, `text/xml` and everything with the suffix `+xml` but pictures."""
    name = bare_type(content_type)
    return name.endswith(("/xml", "+xml")) and not name.startswith("image/")


def is_form(content_type: str) -> bool:
    """True for the two content types of HTML forms."""
    return bare_type(content_type) in (URLENCODED, "multipart/form-data")


def _fit(key: str, wanted: str) -> int:
    """How well a key of `content` fits, 0 for not at all."""
    kind, _, subtype = wanted.partition("/")
    key_kind, _, key_subtype = key.partition("/")
    if not subtype:
        return 0
    if key == wanted:
        return 5
    if key_subtype.startswith("*+") and key_kind in (kind, "*") and subtype.endswith(key_subtype[1:]):
        return 4
    if key == "application/json" and subtype.endswith("+json"):
        return 3
    if key == f"{kind}/*":
        return 2
    return int(key in ("*/*", "*"))

"""How the vendor words refusals: one flat object, with a text for its `code`.

Handlers raise what the functions here return. What the engine finds against the description is split here into the
vendor's three codes; every other code stands with the kind of problem that it belongs to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from sandbooks import (
    Call,
    Conflict,
    Detail,
    Envelope,
    Invalid,
    Malformed,
    NotFound,
    Problem,
    Reply,
    TooLarge,
    Unauthenticated,
    Unprocessable,
    UnsupportedMedia,
)

if TYPE_CHECKING:
    from sandbooks.request import Request
    from sandbooks.spec import Operation

Json = Any  # a JSON value

REQUIRED_FIELD = "validation.required_field"
INVALID_VALUE = "validation.invalid_value"
FAILED = "validation.failed"
NOT_FOUND = "not_found.resource"
DUPLICATE = "conflict.duplicate"
MISSING_TOKEN = "auth.missing_token"
INVALID_TOKEN = "auth.invalid_token"
KEY_REQUIRED = "idempotency.key_required"
KEY_HEADER = "Idempotency-Key"

NOT_VALID = "The request is not valid."

_CODES: Mapping[int, str] = {
    400: INVALID_VALUE,
    401: INVALID_TOKEN,
    403: "auth.insufficient_scope",
    404: NOT_FOUND,
    405: NOT_FOUND,
    406: FAILED,
    409: DUPLICATE,
    413: FAILED,
    415: FAILED,
    422: FAILED,
    429: "rate_limit.exceeded",
    431: FAILED,
}
"""The code of a problem that brings none, by status."""

_OAUTH_PATHS = "/oauth/"
_OAUTH_ERRORS: Mapping[int, str] = {
    401: "invalid_client",
    429: "temporarily_unavailable",
    503: "temporarily_unavailable",
}
_UNREADABLE = (Malformed, Unprocessable, UnsupportedMedia)
_CODE_OF_THE_REST = "internal.error"
_VALUES_IN_QUERY = frozenset({"template"})
"""Query parameters whose wrong value is refused as that of a member is."""
_UPLOAD = "uploadAttachment"
_TOLD_WHOLE = frozenset({"events"})
"""Lists of which no single item is named."""
_BULK = "/bulk/"
_SIZES = frozenset({"minItems", "maxItems"})
_NOTHING = object()
_NO_MATCH = " does not match '"
_PATTERNS: Mapping[str, str] = {
    r"^\d{4}-(0[1-9]": "a date such as 2026-05-12 or 2026-05-12T00:00:00",
    "^[0-9]{2}[A-Z": "a GSTIN such as 27AABCC1234D1Z5",
    "^([0-9]{4}|": "4, 6 or 8 digits",
    "^[A-Z]{3}": "a currency code such as INR",
    "^https?://": "an http or https address",
    "^[A-Za-z0-9_:-]": "made of letters, digits, '-', '_' and ':'",
}
"""How the patterns of the description begin, and what they ask for."""


def required(field: str, message: str = "") -> Invalid:
    """A member that must be there and is not: 400."""
    return Invalid(message or f"{field} is required.", code=REQUIRED_FIELD, extra={"field": field})


def invalid(field: str, message: str, *, received: Json = _NOTHING, **details: Json) -> Invalid:
    """A value that the vendor does not take, or a rule that forbids it: 400."""
    given = details if received is _NOTHING else {"received": received, **details}
    extra: dict[str, Json] = {"field": field, "details": given} if given else {"field": field}
    return Invalid(message, code=INVALID_VALUE, extra=extra)


def wrong_state(current: str, allowed: Sequence[str]) -> Invalid:
    """A step that the status does not allow: 400. `allowed` are the statuses in which it would be."""
    words = " or ".join(allowed)
    message = f"The status is {current}; this needs {words}." if allowed else f"The status {current} allows no change."
    return invalid("status", message, current=current, allowed=list(allowed))


def failed(message: str = NOT_VALID, errors: Sequence[Mapping[str, str]] = ()) -> Unprocessable:
    """A body or query that cannot be read at all: 422. Each of `errors` has `loc` and `msg`."""
    return Unprocessable(message, code=FAILED, extra={"details": {"errors": [dict(each) for each in errors]}})


def not_found(entity: str, id: object, field: str) -> NotFound:
    """An id that the organisation does not have, in a path or a body: 404."""
    return NotFound(f"{entity} '{id}' not found in this org.", code=NOT_FOUND, extra={"field": field})


def duplicate(field: str, message: str, **details: Json) -> Conflict:
    """A value that another document has and no two may share: 409."""
    extra: dict[str, Json] = {"field": field, "details": details} if details else {"field": field}
    return Conflict(message, code=DUPLICATE, extra=extra)


def check_shape(call: Call, schema: str, value: Json) -> None:
    """Hold a value that no body was checked with (a row, a template) against a schema of the description.

    Raises:
        Invalid: as for a body; `field` begins at the value.
    """
    faults = call.description.check({"$ref": f"#/components/schemas/{schema}"}, value)
    if faults:
        first = faults[0]
        raise _member_problem(Detail("body", first.pointer, first.message, first.keyword), value)


class FinzBooksErrors(Envelope):
    """`{"code", "message", "field"?, "details"?}` for every status, the ones of HTTP as well.

    What goes wrong with OAuth is told as RFC 6749 has it: `{"error", "error_description"}`.
    """

    media_type = "application/json"
    statuses: ClassVar = {
        **{kind: choices[:1] for kind, choices in Envelope.statuses.items()},
        Malformed: (422,),
    }

    def render(self, problem: Problem, operation: Operation | None, request: Request | None = None) -> Reply:
        return super().render(_worded(problem, operation, request), operation, request)

    def reply(
        self, problem: Problem, status: int, operation: Operation | None = None, request: Request | None = None
    ) -> Reply:
        if operation is None or not operation.path.startswith(_OAUTH_PATHS):
            return super().reply(problem, status, operation, request)
        error = _OAUTH_ERRORS.get(status, "server_error" if status >= 500 else "invalid_request")
        body = {"error": error, "error_description": problem.message}
        return replace(super().reply(problem, status, operation, request), body=body)

    def status(self, problem: Problem, operation: Operation | None) -> int:
        is_oauth = operation is not None and operation.path.startswith(_OAUTH_PATHS)
        return 400 if is_oauth and isinstance(problem, _UNREADABLE) else super().status(problem, operation)

    def body(self, problem: Problem, status: int) -> object:
        code = problem.code or _CODES.get(status, _CODE_OF_THE_REST)
        return {"code": code, "message": problem.message, **problem.extra}


def _worded(problem: Problem, operation: Operation | None, request: Request | None) -> Problem:
    """A problem of the engine in the vendor's words; one that has a code is left as it is."""
    if isinstance(problem, Unauthenticated) and not problem.code and request is not None:
        problem.code = INVALID_TOKEN if request.headers.get("authorization") else MISSING_TOKEN
        return problem
    if isinstance(problem, Malformed):
        return failed(problem.message, [{"loc": "body", "msg": problem.message}])
    if isinstance(problem, TooLarge) and operation is not None and operation.id == _UPLOAD:
        return invalid("file", problem.message)
    if problem.code or not isinstance(problem, Invalid) or not problem.details:
        return problem
    first = problem.details[0]
    if first.place == "header" and first.field == KEY_HEADER:
        return _key_problem(first, request)
    if first.place == "query":
        return _query_problem(first, problem.details, request)
    is_size = first.keyword in _SIZES and operation is not None and _BULK in operation.path
    if not first.pointer or (is_size and first.pointer.count("/") == 1):
        return failed(NOT_VALID, [_error(each) for each in problem.details])
    return _member_problem(first, _read(request))


def _key_problem(detail: Detail, request: Request | None) -> Problem:
    if detail.keyword == "required":
        message = f"This call needs the header {KEY_HEADER}, so that it can be sent again safely."
        return Invalid(message, code=KEY_REQUIRED, extra={"field": KEY_HEADER})
    given = request.headers.get(KEY_HEADER.lower(), "") if request is not None else ""
    return invalid(KEY_HEADER, f"{_said(detail).rstrip('.')}.", received=given)


def _query_problem(detail: Detail, details: Sequence[Detail], request: Request | None) -> Problem:
    name = detail.field
    if detail.keyword == "required":
        return required(name)
    if name in _VALUES_IN_QUERY and request is not None:
        return invalid(name, _sentence(name, detail), received=dict(request.query).get(name))
    return failed(NOT_VALID, [_error(each) for each in details])


def _member_problem(detail: Detail, body: Json) -> Problem:
    field = _field(detail.pointer)
    if detail.keyword == "required":
        return required(field)
    return invalid(field, _sentence(field, detail), received=_value_at(body, detail.pointer))


def _sentence(field: str, detail: Detail) -> str:
    message = _said(detail)
    return f"{field}: {message}{'' if message.endswith('.') else '.'}"


def _said(detail: Detail) -> str:
    """What is wrong with a value; patterns in words."""
    given, _, pattern = detail.message.partition(_NO_MATCH)
    words = next((words for start, words in _PATTERNS.items() if pattern.startswith(start)), "")
    return f"{given} is not {words}" if words else detail.message


def _error(detail: Detail) -> dict[str, str]:
    return {"loc": ".".join(part for part in (detail.place, detail.field) if part), "msg": _said(detail)}


def _field(pointer: str) -> str:
    """`/line_items/0/item_id` as the vendor writes it: `line_items[0].item_id`."""
    steps = (step.replace("~1", "/").replace("~0", "~") for step in pointer.strip("/").split("/"))
    field = "".join(f"[{step}]" if step.isdecimal() else f".{step}" for step in steps).removeprefix(".")
    whole = field.partition("[")[0]
    return whole if whole in _TOLD_WHOLE else field


def _read(request: Request | None) -> Json:
    """The JSON that was sent; `_NOTHING` where it is none, as in a form."""
    try:
        return json.loads(request.body) if request is not None else _NOTHING
    except ValueError:
        return _NOTHING


def _value_at(value: Json, pointer: str) -> Json:
    """What stands there; `_NOTHING` where nothing does."""
    for step in pointer.strip("/").split("/"):
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value.get(key, _NOTHING)
        else:
            return _NOTHING
    return value

"""How the vendor words refusals: of a whole call, and of one item in a batch.

Knows codes and shapes; which rule was broken is told by whoever raises.
"""

from __future__ import annotations

from typing import ClassVar

from sandbooks import Envelope, Problem

from .views import meta

VALIDATION_ERROR = "VALIDATION_ERROR"
LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
DUPLICATE_NAME = "DUPLICATE_NAME"
INTERNAL_ERROR = "INTERNAL_ERROR"

RECORD_NOT_FOUND = "RECORD_NOT_FOUND"
UNKNOWN_RECORD_TYPE = "UNKNOWN_RECORD_TYPE"
SYSTEM_REF_REQUIRED = "SYSTEM_REF_REQUIRED"
REFERENCE_NOT_FOUND = "REFERENCE_NOT_FOUND"
DUPLICATE_SYSTEM_REF = "DUPLICATE_SYSTEM_REF"
RECORD_TYPE_INACTIVE = "RECORD_TYPE_INACTIVE"

# A7: none but 400, 401, 403, 404 and 500 is documented; so a wrong method is a 404, and a conflict or a body too
# large a 400. The key is the status that HTTP would have.
_ANSWERS = {
    400: (400, VALIDATION_ERROR),
    401: (401, "UNAUTHORIZED"),
    403: (403, "FORBIDDEN"),
    404: (404, "NOT_FOUND"),
    405: (404, "NOT_FOUND"),
    406: (400, VALIDATION_ERROR),
    409: (400, VALIDATION_ERROR),
    413: (400, LIMIT_EXCEEDED),
    415: (400, VALIDATION_ERROR),
    422: (400, VALIDATION_ERROR),
    429: (429, LIMIT_EXCEEDED),
}


class Failure(Exception):
    """Why one item of a batch fails. The others go on.

    `field` names the attribute or member at fault, None where it is the item as a whole.
    """

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class AiwynErrors(Envelope):
    """One shape for every refusal, on whatever path (A10)."""

    media_type = "application/json"
    statuses: ClassVar = {
        kind: (_ANSWERS.get(choices[0], (choices[0], ""))[0],) for kind, choices in Envelope.statuses.items()
    }

    def body(self, problem: Problem, status: int) -> object:
        details = [{"field": detail.field or None, "message": detail.message} for detail in problem.details]
        return {
            "data": None,
            "error": {"code": problem.code or _code(problem), "message": problem.message, "details": details},
            "meta": meta(problem.at, problem.message, success=False),
        }


def _code(problem: Problem) -> str:
    if any(detail.keyword == "maxItems" for detail in problem.details):
        return LIMIT_EXCEEDED
    kinds = Envelope.statuses
    usual = next((kinds[kind][0] for kind in type(problem).__mro__ if kind in kinds), 500)
    return _ANSWERS.get(usual, (usual, INTERNAL_ERROR))[1]

"""How the vendor words refusals: `{"error": CODE, "message", "details"?}`, flat, under every status.

Handlers raise what `refuse` and `invalid` return; the table below says which status a code has. What the engine finds
against the description becomes INVALID_INPUT here, with each fault in `details.issues`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from sandbooks import (
    Conflict,
    Envelope,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    Problem,
    TooLarge,
    Unauthenticated,
    Unprocessable,
)

if TYPE_CHECKING:
    from sandbooks import Reply
    from sandbooks.request import Request
    from sandbooks.spec import Operation

Json = Any  # a JSON value

INVALID_INPUT = "INVALID_INPUT"
NOT_FOUND = "NOT_FOUND"
UNAUTHORIZED = "UNAUTHORIZED"
INSUFFICIENT_SCOPE = "INSUFFICIENT_SCOPE"
FILE_TOO_LARGE = "FILE_TOO_LARGE"

_BAD_REQUEST = f"""
    {INVALID_INPUT} NO_CHANGES BALANCE_MISMATCH INVALID_BALANCE_ENTRY ACCOUNT_TYPE_NOT_ALLOWED ACCOUNTS_NOT_FOUND
    ACCOUNT_9000_MISSING ACCOUNT_NOT_FOUND ACCOUNT_INACTIVE INVALID_ACCOUNT_TYPE INVALID_TAX_CODE PERIOD_LOCKED
    INVALID_FILE_TYPE EMPTY_FILE {FILE_TOO_LARGE} MIME_MISMATCH TX_NOT_ZERO DIRECTION_MISMATCH
    SETTLEMENT_EXCEEDS_OPEN_AMOUNT BANK_TX_MIXED_BANK_ACCOUNTS MIXED_SETTLEMENT_CURRENCY GROUP_NOT_BALANCED
    SETTLED_DOCUMENT_AMOUNT_REQUIRED TARGET_KIND_UNSUPPORTED VENDOR_IBAN_MISSING VENDOR_REQUIRED NOT_AN_INVOICE
    NO_LINE_ITEMS SYSTEM_TAX_CODE_DELETE_FORBIDDEN
"""
_NOT_FOUND = f"""
    {NOT_FOUND} TX_NOT_FOUND TARGET_NOT_FOUND FILE_NOT_FOUND VENDOR_NOT_FOUND CUSTOMER_NOT_FOUND INVOICE_NOT_FOUND
    BANK_ACCOUNT_NOT_FOUND TAX_CODE_NOT_FOUND ADJUSTMENT_ACCOUNT_NOT_FOUND
"""
_CONFLICT = """
    DUPLICATE_ACCOUNT DUPLICATE_SUSPECTED ALREADY_REVERSED OPENING_BALANCES_EXIST ACCOUNT_ALREADY_LINKED DUPLICATE_IBAN
    TX_ALREADY_HANDLED TARGET_AMBIGUOUS DUPLICATE_NAME DUPLICATE_TAX_ID DUPLICATE_VAT_ID HAS_OPEN_INVOICES
    DUPLICATE_INVOICE_NUMBER INTENT_ALREADY_SET INVOICE_ALREADY_IN_ACTIVE_RUN INVALID_STATE_TRANSITION
    PERIOD_ALREADY_SOFT_LOCKED PERIOD_ALREADY_LOCKED LOCK_REQUEST_PENDING REQUEST_NOT_PENDING REQUEST_EXPIRED
    PERIOD_IRREVERSIBLE ALREADY_APPROVED ALREADY_REJECTED DUPLICATE_TAX_CODE
"""
_KINDS: Mapping[str, type[Problem]] = {
    **dict.fromkeys(_BAD_REQUEST.split(), Invalid),
    **dict.fromkeys(_NOT_FOUND.split(), NotFound),
    **dict.fromkeys(_CONFLICT.split(), Conflict),
    **dict.fromkeys((INSUFFICIENT_SCOPE, "SELF_APPROVAL_DENIED"), Forbidden),
    "UNSUPPORTED_SETTLEMENT_CURRENCY": Unprocessable,
    "OCR_FAILED": Problem,
}
"""What kind of problem a code is: 400, 404, 409, 403, 422, and 500 for the last."""

_CODES: Mapping[int, str] = {
    400: INVALID_INPUT,
    401: UNAUTHORIZED,
    403: INSUFFICIENT_SCOPE,
    404: NOT_FOUND,
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    409: "CONFLICT",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "UNPROCESSABLE",
    429: "RATE_LIMITED",
    431: "HEADERS_TOO_LARGE",
    501: "NOT_IMPLEMENTED",
    503: "UNAVAILABLE",
}
"""The code of a problem that brings none, by status."""

_CODE_OF_THE_REST = "INTERNAL_ERROR"
_UPLOADS = frozenset({"uploadDocument"})
"""Operations that refuse a file of too many bytes as any other wrong file: 400."""


def refuse(code: str, message: str, **details: Json) -> Problem:
    """The problem of a code, to be raised; `details` are the members of the answer's `details`.

    >>> refuse("NO_CHANGES", "Nothing was sent that changes anything.").code
    'NO_CHANGES'
    """
    if code == UNAUTHORIZED:
        return Unauthenticated(message, challenge="Bearer", code=code)
    if code == INVALID_INPUT and "issues" not in details:
        details["issues"] = [{"path": "", "message": message}]
    return _KINDS[code](message, code=code, extra={"details": details} if details else {})


def invalid(path: str, message: str) -> Problem:
    """INVALID_INPUT at one place of the call, such as `lines.0.debit`. `message` is a clause without a full stop."""
    return refuse(INVALID_INPUT, f"{path}: {message}.", issues=[{"path": path, "message": message}])


class LedgerLouErrors(Envelope):
    """One flat object for every status, those of HTTP as well."""

    media_type = "application/json"
    statuses: ClassVar = {kind: choices[:1] for kind, choices in Envelope.statuses.items()}

    def render(self, problem: Problem, operation: Operation | None, request: Request | None = None) -> Reply:
        return super().render(_worded(problem, operation), operation, request)

    def body(self, problem: Problem, status: int) -> object:
        code = problem.code or _CODES.get(status, _CODE_OF_THE_REST)
        return {"error": code, "message": problem.message, **problem.extra}


def _worded(problem: Problem, operation: Operation | None) -> Problem:
    """A problem of the engine in the vendor's words; one that has a code is left as it is."""
    if problem.code:
        return problem
    if isinstance(problem, TooLarge) and operation is not None and operation.id in _UPLOADS:
        return refuse(FILE_TOO_LARGE, problem.message)
    if isinstance(problem, Malformed):
        return refuse(INVALID_INPUT, problem.message)
    if isinstance(problem, Invalid) and problem.details:
        issues = [{"path": each.field, "message": each.message.rstrip(".")} for each in problem.details]
        first = issues[0]
        message = f"{first['path']}: {first['message']}." if first["path"] else f"{first['message']}."
        return refuse(INVALID_INPUT, message, issues=issues)
    return problem

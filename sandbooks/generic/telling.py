"""What the members of an error's body mean, by their names: message, code, title, status, the place that is wrong.

Knows names and problems; must not know where a member stands in a body.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from sandbooks.errors import Detail, Problem, TooMany
from sandbooks.generic.moments import is_moment, stamp
from sandbooks.generic.places import ABSENT, Json
from sandbooks.generic.shapes import kind_of, only_value
from sandbooks.resources.words import split_words, squeeze, vocabulary
from sandbooks.spec import Schema

MESSAGES = vocabulary(
    """
    message msg errormessage errormsg errmsg error description errordescription detail details text errortext reason
    errordetail errordetails developermessage usermessage internalmessage longmessage shortmessage displaymessage
    errorsummary summary exception explanation info faultstring fault statustext statusmessage err cause apierrormsg
    errorcodelabel codetext issue problem replymessage debuginfo phrase localizedmessage debugmessage errors
    defaultmessage
    """
)
SIDE_MESSAGES = vocabulary("details detail reason info exception cause phrase summary err debuginfo errors problem")
"""Names that mean a message only where nothing else does, or where they stand alone."""
TITLES = vocabulary("title statusname httpmessage errortitle heading header")
CODES = vocabulary(
    """
    code errorcode errcode errorkey errornumber errornr errno number codetype faultcode reasoncode internalcode apierror
    detailederrorcode errorid messagecode statuscodetext slug key scimtype typename
    """
)
STATUSES = vocabulary("status statuscode httpstatus httpstatuscode httpcode responsecode responsestatus statusnumber")
TYPES = vocabulary("type errortype category kind errorcategory errorname class errorclass name exceptionname domain")
FIELDS = vocabulary(
    """
    field fieldname param parameter parametername property propertyname propertypath path attribute name target source
    argument element location pointer jsonpath datapath instancepath invalidfield key item loc issuelocation
    """
)
SURE_FIELDS = vocabulary(
    "field fieldname param parameter parametername property propertyname propertypath attribute argument invalidfield"
)
"""Names that mean the field at fault wherever they stand; the others only in a list of faults."""
POINTERS = vocabulary("pointer instancepath datapath")
PLACES = vocabulary("in place locationtype parametertype")
URLS = vocabulary("path instance uri url requesturi requesturl requestpath endpoint")
GENERAL = vocabulary("error fail failed failure ko nok")
SUCCEEDED = vocabulary("success ok succeeded successful issuccess issuccessful valid isvalid")
FAILED = vocabulary("error iserror haserrors haserror failed failure isfailure errors")
COUNTS = vocabulary("count total errorcount errorscount totalerrors")
LISTS = vocabulary(
    """
    errors error details detail issues violations validationerrors fielderrors elements messages errormessages reasons
    invalidparams invalidparameters invalidfields fields causes problems failures validations errorlist faults items
    errordetails parameters exceptions results errordetail constraintviolations validation hints data
    """
)
HOLDERS = vocabulary("error errors fault problem exception errorinfo errorresponse details errordetails")
PROBE = dict.fromkeys(
    (
        *("message", "error", "errors", "code", "detail", "title", "status", "description", "error_description"),
        *("Message", "Error", "Errors", "Code", "errorCode", "errorMessage", "error_code", "msg", "reason"),
    ),
    "",
)
"""Members by which one of several schemas is told to be the one of errors."""

_LATER = re.compile("expir|until|reset|retry|valid|next")
_SHORTEST = 12
"""A message is cut to the length that its schema admits, where that is enough to say something."""
_STYLES = (
    (re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\Z|[A-Z]{4,}\Z"), "_", str.upper),
    (re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+\Z"), "_", str.lower),
    (re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+\Z"), "-", str.lower),
    (re.compile(r"[A-Z][a-z0-9]+([A-Z][a-z0-9]*)+\Z"), "", str.title),
    (re.compile(r"[A-Z][a-z]+( [A-Za-z]+)+\Z"), " ", str.title),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell of one refusal, or of one place in it (then `detail` is that place)."""

    problem: Problem
    status: int
    now: datetime
    path: str = ""
    detail: Detail | None = None

    @property
    def message(self) -> str:
        """The sentence for the caller."""
        return self.detail.message if self.detail is not None else self.problem.message

    @property
    def details(self) -> tuple[Detail, ...]:
        """The places that are wrong, as far as this does not tell of one of them only."""
        return () if self.detail is not None else self.problem.details

    def about(self, detail: Detail) -> Told:
        """The same refusal, at one of its places."""
        return replace(self, detail=detail)

    def phrases(self) -> Iterator[str]:
        """What this kind of refusal is called, the closest name first."""
        if self.problem.code:
            yield self.problem.code
        if self.detail is not None and self.detail.keyword:
            yield self.detail.keyword
        yield from _PHRASES.get(self.status, ())
        yield HTTPStatus(self.status).phrase if self.status in _KNOWN else "Error"
        yield from ("Client Error", "Invalid Request") if self.status < 500 else ("Server Error", "Api Error")


_KNOWN = frozenset(each.value for each in HTTPStatus)
_PHRASES = {
    400: ("Bad Request", "Invalid Request", "Validation Error", "Invalid Request Error", "Invalid", "Validation"),
    401: ("Unauthorized", "Unauthenticated", "Authentication Error", "Authentication", "Invalid Token"),
    403: ("Forbidden", "Permission Denied", "Access Denied", "Authorization Error", "Permission Error", "Permission"),
    404: ("Not Found", "Resource Not Found", "Resource Missing", "Invalid Request Error"),
    405: ("Method Not Allowed",),
    409: ("Conflict", "Already Exists", "Duplicate", "Resource Already Exists"),
    413: ("Payload Too Large", "Request Too Large"),
    415: ("Unsupported Media Type",),
    422: ("Unprocessable Entity", "Validation Error", "Validation Failed", "Invalid Request Error", "Invalid"),
    429: ("Too Many Requests", "Rate Limit Exceeded", "Rate Limit", "Rate Limit Error"),
    500: ("Internal Server Error", "Internal Error", "Api Error", "Internal", "Unknown"),
    503: ("Service Unavailable", "Unavailable"),
}


def tell_member(name: str, plain: Schema, told: Told, siblings: Collection[str]) -> Json:
    """What a member that is one value says; ABSENT where its name does not tell, or there is nothing to say.

    Args:
        siblings: the squeezed names of the members beside it.
    """
    word, kind = squeeze(name), kind_of(plain) or "string"
    if only := only_value(plain):
        return only[0]
    if (is_moment(name, plain) or (word in ("date", "time") and kind == "string")) and not _LATER.search(word):
        return stamp(plain, told.now, name)
    if kind == "boolean":
        return False if word in SUCCEEDED else True if word in FAILED else ABSENT
    if kind in ("integer", "number"):
        return _number(word, told)
    return _text(word, plain, told, siblings) if kind == "string" else ABSENT


def is_message(word: str, siblings: Collection[str]) -> bool:
    """The member of that squeezed name, a text, holds the message: not beside one that says it better."""
    if word in TITLES:
        return not MESSAGES & set(siblings)
    if word not in MESSAGES:
        return False
    better = (MESSAGES - SIDE_MESSAGES - {"error"}) & set(siblings)
    return not better if word in SIDE_MESSAGES | {"error"} else True


def _number(word: str, told: Told) -> Json:
    if word in STATUSES or word in CODES or word == "error":
        return told.status
    if word in COUNTS:
        return max(1, len(told.problem.details))
    if word.startswith("retryafter") and isinstance(told.problem, TooMany):
        return int(told.problem.retry_after_s or 0)
    return ABSENT


def _text(word: str, plain: Schema, told: Told, siblings: Collection[str]) -> Json:
    values = plain.get("enum")
    if isinstance(values, list) and values:
        return _listed(values, told)
    if told.detail is not None and (word in FIELDS or word in PLACES) and not _is_code_here(word, siblings):
        return _place(word, told.detail, siblings)
    if word in SURE_FIELDS and told.details:
        return _place(word, told.details[0], siblings)
    if word in STATUSES:
        return _styled(plain, told) if _is_worded(plain) else str(told.status)
    if is_message(word, siblings):
        return _shortened(told.message, plain)
    if word in TITLES:
        return told.problem.title
    if word in CODES or word == "error":
        return _styled(plain, told) if word != "error" or "errordescription" in siblings else _title(told)
    if word in TYPES:
        return "about:blank" if _is_address(plain) else _styled(plain, told)
    return told.path or ABSENT if word in URLS and not _is_address(plain) else ABSENT


def _is_code_here(word: str, siblings: Collection[str]) -> bool:
    """`key` and `name` are the field only where nothing else is."""
    return word in ("key", "item") and bool((FIELDS - {"key", "item"}) & set(siblings))


def _place(word: str, detail: Detail, siblings: Collection[str]) -> Json:
    if word in PLACES or word == "location":
        return detail.place
    if word in ("parameter", "header") and "pointer" in siblings and detail.place in ("body", "form"):
        return ABSENT
    if word in POINTERS:
        return detail.pointer if detail.place in ("body", "form") else ABSENT
    return detail.field


def _listed(values: list[Json], told: Told) -> Json:
    """The listed value that says what was refused; ABSENT where none does."""
    known = {squeeze(str(value)): value for value in values if value is not None}
    for phrase in (str(told.status), *told.phrases()):
        if squeeze(phrase) in known:
            return known[squeeze(phrase)]
    for phrase in told.phrases():
        if near := [word for word in known if squeeze(phrase) in word]:
            return known[min(near, key=len)]
    general = ("error", "failure", "failed", "fail", "other", "unknown")
    return next((known[word] for word in general if word in known), ABSENT)


def _styled(plain: Schema, told: Told) -> str:
    """A code as the schema's example is written: `NOT_FOUND`, `not-found`, `NotFound`, else `not_found`."""
    if told.problem.code:
        return told.problem.code
    example = str(_example(plain) or "")
    if squeeze(example) in GENERAL:
        return example
    keyword = told.detail.keyword if told.detail is not None else ""
    words = [word for word in split_words(keyword or _title(told)) if word.isalpha()]
    for form, separator, case in _STYLES:
        if form.match(example):
            return separator.join(case(word) for word in words)
    return str(told.status) if example.isdecimal() else "_".join(words)


def _title(told: Told) -> str:
    return HTTPStatus(told.status).phrase if told.status in _KNOWN else told.problem.title


def _is_worded(plain: Schema) -> bool:
    """A status that is a word in the schema's example."""
    example = _example(plain)
    return isinstance(example, str) and not example.strip().isdecimal()


def _example(plain: Schema) -> Json:
    """What shows how a value is written; since 3.1 examples are a list."""
    examples = plain.get("examples")
    several = examples if isinstance(examples, list) else []
    return plain.get("example") or next(iter(several), None) or plain.get("default")


def _is_address(plain: Schema) -> bool:
    return str(plain.get("format", "")).startswith(("uri", "url")) or str(plain.get("example", "")).startswith("http")


def _shortened(message: str, plain: Schema) -> str:
    longest = plain.get("maxLength")
    return message[:longest] if isinstance(longest, int) and longest >= _SHORTEST else message

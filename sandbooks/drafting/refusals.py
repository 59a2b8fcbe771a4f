"""How a vendor words its refusals, as a class of a pack: read off the bodies that its description documents.

Bodies are rendered with texts that are known again, and become the expressions that would have made them.
Knows what the description alone would answer; must not know how a pack is put together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson

from sandbooks.clock import render_moment
from sandbooks.drafting.python import block, function_name, literal, quoted
from sandbooks.errors import Detail, Invalid, Problem
from sandbooks.generic.headers import required_headers
from sandbooks.pack import Envelope
from sandbooks.spec import MediaType, Operation, Response, is_json
from sandbooks.vendor import Vendor

STATUSES = (400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429, 500, 501, 503)
OTHERWISE = 500
"""The status whose words stand for all that are not listed."""

_AT = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
_MESSAGE, _CODE = "the message itself", "the_code_itself"
_DETAIL = Detail("body", "/first/1/second", "what is wrong there")

Json = Any  # a JSON value
Bodies = Mapping[int, Json]  # by status


@dataclass(frozen=True, slots=True)
class Wording:
    """The source of a class `Errors` and of what it needs; the name of the schema that it follows, empty for none."""

    source: str
    schema: str


@dataclass(frozen=True, slots=True)
class _Refusal:
    """One documented refusal: its operation, a status that it is for, and its body in one content type."""

    operation: Operation
    response: Response
    status: int
    media_type: str
    media: MediaType

    @property
    def key(self) -> tuple[str, bytes]:
        """Equal for those whose bodies look the same."""
        return self.media_type, orjson.dumps(self.media.schema, option=orjson.OPT_SORT_KEYS)


class _CannotTell(Exception):
    """A body is not made of what an envelope knows."""


def word_refusals(vendor: Vendor) -> Wording | None:
    """The wording that fits every refusal that the description documents; None where there is no such."""
    refusals = list(_documented(vendor))
    if not refusals or not all(_is_plain(each, vendor) for each in refusals):
        return None
    (commonest, _), *_ = Counter(each.key for each in refusals).most_common(1)
    sample = next(each for each in refusals if each.key == commonest)
    schema = str(sample.media.schema.get("$ref", "")).rpartition("/")[2]
    for details, has_always in (((_DETAIL,), False), ((_DETAIL,), True), ((), False)):
        try:
            source = _Writer(vendor, sample, schema, details, has_always=has_always).write()
        except _CannotTell:
            continue
        if _fits(source, refusals):
            return Wording(source, schema)
    return None


def _documented(vendor: Vendor) -> Iterator[_Refusal]:
    for operation in vendor.description.operations:
        success = operation.response_for(operation.success)
        for response in operation.responses.values():
            if response is success or response.status.startswith(("1", "2", "3")):
                continue
            statuses = (int(response.status),) if response.status.isdigit() else STATUSES
            for status in (each for each in statuses if operation.response_for(each) is response):
                for media_type, media in response.content.items():
                    yield _Refusal(operation, response, status, media_type, media)


def _is_plain(refusal: _Refusal, vendor: Vendor) -> bool:
    """It is JSON, and has no header that an envelope does not give."""
    needed = required_headers(refusal.operation, refusal.response, vendor.description.resolve)
    return is_json(refusal.media_type) and not needed


def _fits(source: str, refusals: Sequence[_Refusal]) -> bool:
    """The class that the source defines words every refusal as documented, with places at fault and without."""
    scope: dict[str, Any] = {"Detail": Detail, "Envelope": Envelope, "Problem": Problem}  # Python's own
    exec(compile(source, "<errors>", "exec"), scope)  # our own text, of literals and names
    envelope = scope["Errors"]()
    return not any(
        refusal.operation.check_answer(refusal.status, refusal.media_type, envelope.body(problem, refusal.status))
        for refusal in refusals
        for problem in (_problem(), _problem(_DETAIL))
    )


def _problem(*details: Detail, code: str = "") -> Problem:
    problem = Invalid(_MESSAGE, code=code, details=details)
    problem.at = _AT
    return problem


@dataclass(frozen=True, slots=True)
class _Seen:
    """What stands at one place of the same bodies, by status, where a handler named a code, and where none did; and
    where all that is made up was made up otherwise."""

    coded: Bodies
    bare: Bodies
    made_up: Bodies

    @property
    def first(self) -> Json:
        return self.coded[STATUSES[0]]

    def at(self, key: str | int) -> _Seen:
        """What stands below it, in each of them."""
        return _Seen(*({status: body[key] for status, body in each.items()} for each in self._each()))

    def all_are(self, holds: Callable[[Json], bool]) -> bool:
        return all(holds(body) for each in self._each() for body in each.values())

    def _each(self) -> tuple[Bodies, Bodies, Bodies]:
        return self.coded, self.bare, self.made_up


@dataclass
class _Writer:
    """Writes the class for refusals whose bodies look like that of the sample."""

    vendor: Vendor
    sample: _Refusal
    schema: str
    details: Sequence[Detail]
    has_always: bool  # where no place is at fault, the whole call is one
    tables: dict[str, Mapping[int, str]] = field(default_factory=dict)
    is_listing: bool = False

    def write(self) -> str:
        """
        Raises:
            _CannotTell: the bodies do not show what they are made of.
        """
        seen = _Seen(self._bodies("one", _CODE), self._bodies("one"), self._bodies("two", _CODE))
        body, places = self._value(seen, "", 8), ""
        if "problem.message" not in body and "detail.message" not in body:
            raise _CannotTell
        if "problem.message" not in body or self.has_always:
            body = body.replace("in problem.details", "in places")
            places = '        places = problem.details or (Detail("", "", problem.message),)\n'
        tables = "".join(
            f"{name} = {block('{', [f'{status}: {quoted(text)}' for status, text in words.items()], '}')}\n"
            for name, words in self.tables.items()
        )
        named = f"as the schema `{self.schema}` has it" if self.schema.isidentifier() else "as the description has it"
        return f'''{tables}{_GAP if tables else ""}class Errors(Envelope):
    """How refusals are worded: {named}."""

    media_type = {quoted(self.sample.media_type)}

    def body(self, problem: Problem, status: int) -> object:
        """One refusal: what a handler raised, or what is wrong with a call."""
{places}        return {body}
'''

    def _bodies(self, source: str, code: str = "") -> Bodies:
        """What the description alone would answer under every status, were each documented like the sample."""
        content = {self.sample.media_type: self.sample.media}
        operation = replace(
            self.vendor.description.unasked(source),
            responses={str(each): Response(str(each), "", {}, content) for each in STATUSES},
        )
        problem = partial(_problem, *self.details, code=code)
        replies = {each: self.vendor.envelope.reply(problem(), each, operation) for each in STATUSES}
        if any(reply.media_type != self.sample.media_type for reply in replies.values()):
            raise _CannotTell
        return {status: reply.body for status, reply in replies.items()}

    def _value(self, seen: _Seen, name: str, indent: int) -> str:
        """The expression for what stands at one place of all bodies."""
        first = seen.first
        if not seen.all_are(lambda each: type(each) is type(first)):
            raise _CannotTell
        if isinstance(first, dict):
            return self._object(seen, indent)
        if isinstance(first, list):
            return self._list(seen, name, indent)
        return self._leaf(seen, name) if seen.coded == seen.made_up else self._partly_made_up(seen, name)

    def _object(self, seen: _Seen, indent: int) -> str:
        names = seen.first.keys()
        if not seen.all_are(lambda each: each.keys() == names):
            raise _CannotTell
        if [*names] == [_DETAIL.field] and not self.is_listing:
            self.is_listing = True
            value = self._value(seen.at(_DETAIL.field), "", indent + 4)
            self.is_listing = False
            return _each("{", f"detail.field: {value}", "}", indent)
        parts = [f"{quoted(name)}: {self._value(seen.at(name), name, indent + 4)}" for name in names]
        return block("{", parts, "}", indent) if parts else "{}"

    def _list(self, seen: _Seen, name: str, indent: int) -> str:
        """One element for each place at fault, where it tells of that; else what there is."""
        if seen.first == [_DETAIL.place, *_DETAIL.field.split(".")] and self.is_listing:
            return '[detail.place, *detail.field.split(".")]'
        if not seen.all_are(lambda each: len(each) == 1):
            return self._as_it_is(seen.first, indent)
        lists_places = not self.is_listing and _shows_place(seen.first[0])
        self.is_listing = self.is_listing or lists_places
        element = self._value(seen.at(0), name, indent + 4)
        if not lists_places:
            return block("[", [element], "]", indent) if "\n" in element else f"[{element}]"
        self.is_listing = False
        return _each("[", element, "]", indent)

    def _leaf(self, seen: _Seen, name: str) -> str:
        first, bodies = seen.first, seen.coded.items()
        if all(value == status and not isinstance(value, bool) for status, value in bodies):
            return "status"
        if all(value == str(status) for status, value in bodies):
            return "str(status)"
        if any(value != first for _, value in bodies):
            return self._looked_up(seen.coded, name)
        if first == _CODE:
            return f"problem.code or {self._looked_up(seen.bare, name)}"
        if isinstance(first, str) and first in _OF_PLACES and self.is_listing:
            return _OF_PLACES[first]
        if isinstance(first, str) and first in _EXPRESSIONS:
            return _EXPRESSIONS[first]
        return self._as_it_is(first)

    def _partly_made_up(self, seen: _Seen, name: str) -> str:
        """A word of a list that has one for some statuses only, or what is made up whatever the status."""
        sure = {status for status, value in seen.coded.items() if value == seen.made_up[status]}
        if not sure or not isinstance(seen.first, str):
            return self._as_it_is(seen.first)
        otherwise = seen.coded[OTHERWISE]
        return self._looked_up({each: seen.coded[each] if each in sure else otherwise for each in STATUSES}, name)

    def _as_it_is(self, value: Json, indent: int = 0) -> str:
        known = (*_EXPRESSIONS, *_OF_PLACES, str(_AT.year), str(int(_AT.timestamp())))
        if any(each in str(value) for each in known):
            raise _CannotTell
        return literal(value, indent)

    def _looked_up(self, words: Bodies, name: str) -> str:
        """The word for a status: from a table, where it is not always the same."""
        if not all(isinstance(word, str) for word in words.values()):
            raise _CannotTell
        if len(set(words.values())) == 1:
            return quoted(words[OTHERWISE])
        table = next((known for known, held in self.tables.items() if held == words), "")
        if not table:
            table = function_name(f"{name}s").upper()
            table = f"{table}_{len(self.tables) + 1}" if table in self.tables else table
            self.tables[table] = words
        return f"{table}.get(status, {table}[{OTHERWISE}])"


def _each(opening: str, element: str, closing: str, indent: int) -> str:
    """The comprehension that has an element for each place at fault."""
    space = " " * indent
    if "\n" not in element:
        return f"{opening}{element} for detail in problem.details{closing}"
    return f"{opening}\n{space}    {element}\n{space}    for detail in problem.details\n{space}{closing}"


_GAP = "\n\n"
_EXPRESSIONS = {
    _MESSAGE: "problem.message",
    Invalid.title: "problem.title",
    render_moment(_AT): 'f"{problem.at:%Y-%m-%dT%H:%M:%SZ}"',
    render_moment(_AT).replace("Z", ".000Z"): 'f"{problem.at:%Y-%m-%dT%H:%M:%S.000Z}"',
}
_OF_PLACES = {
    _DETAIL.message: "detail.message",
    _DETAIL.field: "detail.field",
    _DETAIL.pointer: "detail.pointer",
    _DETAIL.place: "detail.place",
}


def _shows_place(value: Json) -> bool:
    """Something in it is told of one place at fault."""
    if isinstance(value, dict):
        return any(_shows_place(part) for part in value.values())
    if isinstance(value, list):
        return any(_shows_place(part) for part in value)
    return value in (_DETAIL.message, _DETAIL.field, _DETAIL.pointer)

"""What a caller would rather be answered: a documented status, a named example, or made-up values.

Knows the header `Prefer` (RFC 7240) and what a description documents; must not know state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sandbooks.chance import Chance
from sandbooks.errors import Detail, Invalid, Unimplemented
from sandbooks.generate import Generator
from sandbooks.generate.files import sample_file
from sandbooks.generic.accepting import Offer, Offers
from sandbooks.generic.headers import WIRE, documented_headers, make_headers
from sandbooks.generic.media import is_file, is_text, write_body
from sandbooks.generic.shapes import Shapes
from sandbooks.pack import Reply
from sandbooks.request import Request
from sandbooks.spec import Json, MediaType, Operation, Response, is_xml
from sandbooks.spec.wording import shorten

CODE, EXAMPLE, DYNAMIC = "code", "example", "dynamic"

_MARK = "__"
_BODILESS = frozenset({204, 205, 304})
_NONE: Final = object()
_PART = re.compile(r'([^=;,]*)(?:=\s*("(?:[^"\\]|\\.)*"\s*(?=[;,]|$)|[^;,]*))?([;,]|$)')
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PRINTABLE = re.compile(r"[ -~]*")


@dataclass(frozen=True, slots=True)
class Source:
    """What values are made from."""

    generator: Generator
    shapes: Shapes
    chance: Chance
    now: datetime


@dataclass(frozen=True, slots=True)
class Preference:
    """What was asked for: a status, the name of an example, values that are drawn anew; at least one of these."""

    code: int | None = None
    example: str = ""
    dynamic: bool = False

    def applied(self) -> dict[str, str]:
        """The header that says what was followed; a name that no header can carry is left out."""
        parts = [f"{CODE}={self.code}"] if self.code is not None else []
        if self.example and _PRINTABLE.fullmatch(self.example):
            parts.append(f"{EXAMPLE}={_quoted(self.example)}")
        parts += [f"{DYNAMIC}=true"] if self.dynamic else []
        return {"Preference-Applied": ", ".join(parts)} if parts else {}


def read_preference(request: Request) -> Preference | None:
    """What `Prefer: code=404, example=name, dynamic=true` or `?__code=404&__example=name&__dynamic=true` asks for.

    The query wins over the header, name by name; of a name that comes twice the first counts. Other preferences, such
    as `return=minimal`, are not ours. None where nothing of ours is asked for.

    Raises:
        Invalid: a code that is no status from 200 to 599, an example without a name, a `dynamic` that is neither true
            nor false.
    """
    header = request.headers.get("prefer")
    if header is None and not request.query_string:
        return None
    asked = dict(_parts(header)) if header is not None else {}
    places = dict.fromkeys(asked, ("header", "/Prefer"))
    for name, value in reversed(request.query):
        own = name.removeprefix(_MARK)
        if own != name and own in (CODE, EXAMPLE, DYNAMIC):
            asked[own], places[own] = value, ("query", f"/{name}")
    if not asked:
        return None
    found = Preference(
        _code(asked[CODE], *places[CODE]) if CODE in asked else None,
        _example_name(asked[EXAMPLE], *places[EXAMPLE]) if EXAMPLE in asked else "",
        _dynamic(asked[DYNAMIC], *places[DYNAMIC]) if DYNAMIC in asked else False,
    )
    return found if found != Preference() else None


def preferred_reply(preference: Preference, operation: Operation, source: Source, accept: str) -> Reply:
    """The answer that the description gives for a preference; no handler is asked and no state is looked at.

    Without a code it is the success, or the first status that has the example. Without an example it is the first one
    that fits the schema, else, and with `dynamic`, made from the schema. Of several content types `accept` chooses.

    Raises:
        Invalid: a status or an example that the operation does not document; the message names those that it does.
        NotAcceptable: the answer exists in no content type that is accepted.
        Unimplemented: the description shows no answer at all.
    """
    status, response = _response(preference, operation)
    # Without `dynamic` the same call gets the same answer, whatever has happened to the state.
    chance = source.chance if preference.dynamic else source.chance.with_seed(operation.id)
    chance = chance.at("prefer", operation.id, status)
    schemas = documented_headers(response, but=WIRE)
    headers = {**make_headers(schemas, source.generator, chance, source.now), **preference.applied()}
    if status in _BODILESS or not response.content:
        return Reply(status, None, headers)
    content = _content(preference, operation, response)
    offer = Offers(content, source.shapes).choose(accept)
    value = _example(preference, operation, status, offer)
    if value is _NONE and is_file(offer.media_type):
        value = sample_file(offer.media_type)
    elif value is _NONE:
        value = source.generator.value(offer.media.schema, chance, now=source.now, examples=not preference.dynamic)
    return Reply(status, _written(value, offer, operation, source.shapes), headers, offer.media_type)


def _parts(header: str) -> Iterator[tuple[str, str]]:
    """Our preferences in a header, the last of it first, so that the first one of a name wins in a dict.

    `code=404; example=name` is read as two of ours too: strictly the second is a parameter of the first.
    """
    found: list[tuple[str, str]] = []
    ours = False
    separator, position = ",", 0
    while position < len(header) and (match := _PART.match(header, position)):
        name = match[1].strip().lower()
        ours = name in (CODE, EXAMPLE, DYNAMIC) and (ours or separator == ",")
        if ours:
            found.append((name, _unquoted((match[2] or "").strip())))
        separator, position = match[3], match.end()
    return reversed(found)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if len(text) > 1 and text[0] == text[-1] == '"' else text


def _quoted(text: str) -> str:
    return text if _TOKEN.fullmatch(text) else '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _code(text: str, place: str, pointer: str) -> int:
    if len(text) == 3 and text.isascii() and text.isdecimal() and "200" <= text <= "599":
        return int(text)
    raise _bad(place, pointer, f"The preferred code {shorten(text)} is no status: send one from 200 to 599.")


def _example_name(text: str, place: str, pointer: str) -> str:
    if text:
        return text
    raise _bad(place, pointer, "The preferred example has no name: send that of an example in the description.")


def _dynamic(text: str, place: str, pointer: str) -> bool:
    known = {"": True, "true": True, "false": False}  # bare `dynamic` is on, as RFC 7240 has it
    if text.lower() in known:
        return known[text.lower()]
    raise _bad(place, pointer, f"The preference dynamic={shorten(text)} is neither true nor false.")


def _bad(place: str, pointer: str, message: str) -> Invalid:
    return Invalid(message, details=[Detail(place, pointer, message)])


def _response(preference: Preference, operation: Operation) -> tuple[int, Response]:
    """Status and documented answer that are meant."""
    if preference.code is not None:
        response = operation.response_for(preference.code)
        if response is None:
            documented = ", ".join(operation.responses) or "none"
            raise Invalid(f"{operation.id} does not document the status {preference.code}; it documents {documented}.")
        return preference.code, response
    choices = list(_choices(operation))
    if not choices:
        raise Unimplemented(f"{operation.id}: the description shows no answer; ask for one with a code.")
    if not preference.example:
        return choices[0]
    for choice in choices:
        if preference.example in _names([choice[1]]):
            return choice
    raise _no_example(preference, operation, [response for _, response in choices])


def _choices(operation: Operation) -> Iterator[tuple[int, Response]]:
    """Each documented status with its answer, the success first; `4XX` stands for 400."""
    success = operation.response_for(operation.success)
    if success is not None:
        yield operation.success, success
    numbered = [(int(key.replace("X", "0")), each) for key, each in operation.responses.items() if key != "default"]
    yield from sorted((choice for choice in numbered if choice[0] >= 200), key=lambda choice: choice[0])


def _no_example(preference: Preference, operation: Operation, responses: Sequence[Response]) -> Invalid:
    where = f" for the status {preference.code}" if preference.code is not None else ""
    known = ", ".join(_names(responses)) or "none"
    return Invalid(f"{operation.id} has no example {shorten(preference.example)}{where}; there are: {known}.")


def _content(preference: Preference, operation: Operation, response: Response) -> Mapping[str, MediaType]:
    """The content types that can be meant: those that have the example."""
    if not preference.example:
        return response.content
    found = {name: media for name, media in response.content.items() if preference.example in media.examples}
    if not found:
        raise _no_example(preference, operation, [response])
    return found


def _example(preference: Preference, operation: Operation, status: int, offer: Offer) -> Json:
    """The example to answer, `_NONE` where a value is to be made."""
    if preference.example:
        return offer.media.examples[preference.example]
    if preference.dynamic:
        return _NONE
    examples = (each for each in (offer.media.example, *offer.media.examples.values()) if each is not None)
    return next((each for each in examples if not operation.check_answer(status, offer.media_type, each)), _NONE)


def _names(responses: Sequence[Response]) -> list[str]:
    contents = (media for response in responses for media in response.content.values())
    return list(dict.fromkeys(name for media in contents for name in media.examples))


def _written(value: Json, offer: Offer, operation: Operation, shapes: Shapes) -> Json:
    """A value as the body of a reply; never None, which would be no body at all."""
    if offer.is_json:
        return b"null" if value is None else value
    if value in (None, {}) and is_text(offer.media_type):
        return f"{operation.summary or operation.id}\n".encode()
    if isinstance(value, str) and not is_xml(offer.media_type):
        return value.encode()
    return write_body({} if value is None else value, offer.media_type, offer.media.schema, shapes)

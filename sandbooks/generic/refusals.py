"""Refusals in the description's own words: the body that it documents for a status, with what there is to say in it.

Knows schemas and problems; must not know what was refused, nor who asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from sandbooks.chance import Chance
from sandbooks.errors import NotAcceptable, Problem, TooMany, Unimplemented
from sandbooks.generic.accepting import Offer, Offers
from sandbooks.generic.explaining import Explainer
from sandbooks.generic.headers import make_headers, required_headers
from sandbooks.generic.media import write_body
from sandbooks.generic.places import ABSENT, Json
from sandbooks.generic.shapes import Shapes, kind_of
from sandbooks.generic.telling import Told
from sandbooks.pack import PROBLEM_MEDIA, Envelope, Reply, headers_for
from sandbooks.spec import Description, MediaType, Operation, Response, bare_type

if TYPE_CHECKING:
    from sandbooks.generate import Generator
    from sandbooks.request import Request

PROBLEM_XML = "application/problem+xml"
MOST_OPTIONS = 8
_PROBLEMS = {
    PROBLEM_MEDIA: MediaType({}),
    PROBLEM_XML: MediaType({"xml": {"name": "problem", "namespace": "urn:ietf:rfc:7807"}}),
}


class DescribedErrors(Envelope):
    """Words refusals as the description documents them for the status, and as `application/problem+json` otherwise.

    A body that does not fit its schema is never sent: then it is a problem too, and the problem's notes say why.
    """

    def __init__(self, description: Description, generator: Generator, shapes: Shapes) -> None:
        self._description = description
        self._generator = generator
        self._shapes = shapes
        self._problems = Offers(_PROBLEMS, shapes)

    def reply(
        self, problem: Problem, status: int, operation: Operation | None = None, request: Request | None = None
    ) -> Reply:
        """The answer to a problem under a status."""
        accept = request.headers.get("accept", "") if request is not None else ""
        response = _documented(operation, status) if operation is not None else None
        headers = headers_for(problem)
        if operation is not None and response is not None:
            headers = {**self._required(operation, response, problem), **headers}
            if response.content:
                offer = _choose(Offers(response.content, self._shapes), accept)
                told = _told(problem, status, request)
                body = self._fitting(operation, offer, told)
                if body is not ABSENT:
                    body = write_body(body, offer.media_type, offer.media.schema, self._shapes)
                    return Reply(status, body, headers, offer.media_type)
        offer = _choose(self._problems, accept)
        body = write_body(self.body(problem, status), offer.media_type, offer.media.schema, self._shapes)
        return Reply(status, body, headers, offer.media_type)

    def problem_for(self, status: int) -> Problem:
        """As any envelope; who calls too often is told when to come back."""
        return TooMany(retry_after_s=1) if status == 429 else super().problem_for(status)

    def _required(self, operation: Operation, response: Response, problem: Problem) -> dict[str, str]:
        needed = required_headers(operation, response, self._description.resolve)
        if not needed or problem.at is None:
            return {}
        return make_headers(needed, self._generator, _chance(operation, response), problem.at)

    def _fitting(self, operation: Operation, offer: Offer, told: Told) -> Json:
        """The first body that fits the documented schema, ABSENT where none does."""
        fault = ""
        for body, tells in _until_none_fits(self._bodies(operation, offer, told)):
            faults = operation.check_answer(told.status, offer.media_type, body)
            if not faults:
                if not tells:
                    told.problem.notes.append(f"the schema of {told.status} has no member for the message")
                return body
            fault = fault or f"{faults[0].pointer or '/'}: {faults[0].message}"
        told.problem.notes.append(f"no body was found that fits the schema of {told.status}, so none is used ({fault})")
        return ABSENT

    def _bodies(self, operation: Operation, offer: Offer, told: Told) -> Iterator[tuple[Json, bool]]:
        """Bodies that may fit, the best first, and whether each tells what is wrong."""
        schema = offer.media.schema
        if bare_type(offer.media_type) == PROBLEM_MEDIA or not self._says_something(schema):
            yield self.body(told.problem, told.status), True
        chance = Chance("refusal").at(operation.id, told.status)
        root = self._description.resolve(schema)
        options = [*(root.get("oneOf") or ()), *(root.get("anyOf") or ())]
        given: Json = None
        for tried in [schema, *options[:MOST_OPTIONS]]:
            part = Explainer(self._shapes, self._generator, chance).explain(tried, told)
            if part.value is not ABSENT:
                yield part.value, part.tells
                given = given or part.value
        if isinstance(given, dict):
            yield self._generator.document(schema, chance, now=told.now, given=given), True
        yield self._generator.value(schema, chance, now=told.now), False

    def _says_something(self, schema: Json) -> bool:
        plain = self._shapes.plain(schema)
        return kind_of(plain) not in ("object", "") or bool(
            plain.get("properties") or plain.get("additionalProperties")
        )


def _documented(operation: Operation, status: int) -> Response | None:
    """The documented refusal; `default` is none where it stands for the success."""
    response = operation.response_for(status)
    return None if response is operation.response_for(operation.success) else response


def _choose(offers: Offers, accept: str) -> Offer:
    """What is accepted, else the first: better an answer in another form than none."""
    try:
        return offers.choose(accept)
    except NotAcceptable:
        return offers.first


def _told(problem: Problem, status: int, request: Request | None) -> Told:
    assert problem.at is not None
    return Told(problem, status, problem.at, request.prefix + request.path if request is not None else "")


def _chance(operation: Operation, response: Response) -> Chance:
    return Chance("refusal").at(operation.id, response.status)


def _until_none_fits(bodies: Iterator[tuple[Json, bool]]) -> Iterator[tuple[Json, bool]]:
    """What could be made, up to the schema for which nothing can."""
    with suppress(Unimplemented):
        yield from bodies

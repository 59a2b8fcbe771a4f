"""A generated answer for every documented response, held against its schema.

Knows operations and the generator; must not know state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sandbooks.chance import Chance
from sandbooks.errors import Unimplemented
from sandbooks.generate import Generator
from sandbooks.generic import documented_success
from sandbooks.spec import Description, Fault, Json, MediaType, Operation, Response
from sandbooks.vendor import Vendor

_TODAY = datetime(2026, 1, 31, 12, tzinfo=UTC)
_SEED = "check"
_LARGE_BYTES = 5_000
_LIKELY = (500, 400, 404, 503)


@dataclass(frozen=True, slots=True)
class Misfit:
    """An answer, or an example of one, that does not fit its schema.

    `place` is `GET /pets 200 application/json`, `schema` the name of a shared schema, empty for one written in place;
    `also` counts the other answers of the same schema.
    """

    place: str
    pointer: str
    message: str
    schema: str = ""
    example: str = ""
    also: int = 0


@dataclass(slots=True)
class Answers:
    """How many answers were made, and what is wrong with them.

    `unanswered`: operations whose success is not documented, and what they answer. `examples`: those that do not fit.
    """

    count: int = 0
    misfits: list[Misfit] = field(default_factory=list)
    examples: list[Misfit] = field(default_factory=list)
    unanswered: list[tuple[Operation, str]] = field(default_factory=list)


def check_answers(vendor: Vendor) -> Answers:
    """Make and check an answer for every documented status and content type of every operation."""
    return _Checker(vendor).run()


class _Checker:
    """Answers of one schema are made and checked once, however many operations share it."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self.description: Description = vendor.description
        self.generator: Generator = vendor.generator
        self.answers = Answers()
        self.known: dict[str, Misfit | None] = {}

    def run(self) -> Answers:
        """All answers; a schema that does not work out is told of once, with how many answers it spoils."""
        for operation in self.description.operations:
            if reason := self._without_success(operation):
                self.answers.unanswered.append((operation, reason))
            for response in operation.responses.values():
                for media_type, media in response.content.items():
                    self._check(operation, response, media_type, media)
        self.answers.misfits += (misfit for misfit in self.known.values() if misfit is not None)
        return self.answers

    def _without_success(self, operation: Operation) -> str:
        """What an operation answers whose success is not documented; empty for any other."""
        kind = self.vendor.bindings[operation.id].kind
        if kind == "coded":
            return ""
        status = self.vendor.inference.behaviours[operation.id].success if kind == "inferred" else 501
        is_told = operation.response_for(status) if kind == "inferred" else documented_success(operation)
        documented = f"only {', '.join(operation.responses)}" if operation.responses else "nothing"
        return "" if is_told is not None else f"will answer {status}: {documented} is documented"

    def _check(self, operation: Operation, response: Response, media_type: str, media: MediaType) -> None:
        status = _status(operation, response)
        place = f"{operation.method} {operation.path} {response.status} {media_type}"
        self.answers.count += 1
        for name, example in _examples(media):
            if faults := operation.check_answer(status, media_type, example):
                self.answers.examples.append(_misfit(place, faults, example=name))
        key = self._key(operation, response, media)
        if key in self.known:
            known = self.known[key]
            self.known[key] = known and replace(known, also=known.also + 1)
            return
        faults = self._faults(operation, status, media_type, media)
        name = key.rpartition("/")[2] if key.startswith("#") else ""
        self.known[key] = _misfit(place, faults, schema=name) if faults else None

    def _key(self, operation: Operation, response: Response, media: MediaType) -> str:
        """What answers of one schema share: its reference, or its text within one response."""
        schema = media.schema
        if schema.keys() == {"$ref"}:
            return str(schema["$ref"])
        return f"{operation.id} {response.status} {json.dumps(schema, sort_keys=True, default=str)}"

    def _faults(self, operation: Operation, status: int, media_type: str, media: MediaType) -> list[Fault]:
        """What is wrong with an answer after the examples, else with one that is drawn. A large one shows both."""
        chance = Chance(_SEED).at(operation.id, status)
        for examples in (True, False):
            try:
                value = self.generator.value(media.schema, chance, now=_TODAY, examples=examples)
            except Unimplemented as problem:
                return [Fault("", problem.message, "schema", "answer")]
            faults = operation.check_answer(status, media_type, value)
            if faults or len(json.dumps(value, default=str)) > _LARGE_BYTES:
                return faults
        return []


def _status(operation: Operation, response: Response) -> int:
    """A status for which a documented response is the answer."""
    if response.status.isdigit():
        return int(response.status)
    wanted = range(int(response.status[0]) * 100, int(response.status[0]) * 100 + 100) if "X" in response.status else ()
    likely = (operation.success, *_LIKELY, *range(200, 600))
    return next((each for each in wanted or likely if operation.response_for(each) is response), operation.success)


def _examples(media: MediaType) -> Iterator[tuple[str, Json]]:
    if media.example is not None:
        yield "example", media.example
    yield from ((name, example) for name, example in media.examples.items() if example is not None)


def _misfit(place: str, faults: list[Fault], *, schema: str = "", example: str = "") -> Misfit:
    return Misfit(place, faults[0].pointer or "/", faults[0].message, schema, example)

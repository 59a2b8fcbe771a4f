"""Answers from a description alone: nothing is remembered, what the call named is said back.

Knows responses and schemas; must not know collections.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sandbooks.errors import Unimplemented
from sandbooks.generate.files import sample_file
from sandbooks.generic.accepting import Offer, Offers, choose_offer
from sandbooks.generic.frames import drop_faults
from sandbooks.generic.headers import documented_headers, documents_header, make_headers
from sandbooks.generic.late import Late
from sandbooks.generic.lookup import Parents
from sandbooks.generic.media import is_file, is_text, write_body
from sandbooks.generic.places import ABSENT, Json, copy_json
from sandbooks.generic.shapes import Shape, Shapes, kind_of
from sandbooks.generic.urls import fill_path
from sandbooks.pack import Call, File, Handler, Reply
from sandbooks.resources.words import split_words, squeeze
from sandbooks.spec import Description, Operation, Response, Schema

WRAPPERS_DEEP = 2
NO_CONTENT = frozenset({204, 205, 304})


@dataclass(slots=True)
class _Plan:
    """What follows from the description alone; `examples` by content type, ABSENT where none fits."""

    shapes: Shapes
    offers: Offers
    examples: dict[str, Json] = field(default_factory=dict)


def schema_handler(operation: Operation, parents: Parents) -> Handler:
    """A handler that answers the documented success, made from its example or schema, below documents that exist.

    The same call gets the same answer. Properties that bear the name of something that the call named show its value.
    """
    status, response = operation.success, documented_success(operation)
    plan = Late(lambda description: _read_plan(description, response))

    def answer_by_schema(call: Call) -> Reply:
        parents.scope(call)
        if response is None:
            raise Unimplemented(
                f"{operation.id}: the description shows no answer for success; document one, or write a handler for it"
            )
        chance = call.chance.with_seed(operation.id).at(*_named_by(call))
        headers = make_headers(documented_headers(response), call.generator, chance, call.now)
        if 300 <= status < 400:
            headers["Location"] = _elsewhere(call, headers.get("Location", ""))
        elif documents_header(response, "Location"):
            headers["Location"] = call.base_url + fill_path(operation.path, call.path)
        if status in NO_CONTENT or not response.content:
            return Reply(status, None, headers)
        made = plan.of(call)
        offer = choose_offer(call, made.offers)
        return Reply(status, _body(call, made, offer, status), headers, offer.media_type)

    return answer_by_schema


def documented_success(operation: Operation) -> Response | None:
    """What is documented for success, `default` included; None where only refusals are."""
    response = operation.response_for(operation.success)
    return None if response is not None and response.status.startswith(("4", "5")) else response


def _elsewhere(call: Call, made: str) -> str:
    """Where a redirection leads: the address that the description gives or shows the form of, else the base URL. Never
    to the call's own, which would have no end."""
    return made if made.startswith(("http://", "https://")) else f"{call.base_url}/"


def _read_plan(description: Description, response: Response | None) -> _Plan:
    shapes = Shapes(description)
    return _Plan(shapes, Offers(response.content if response else {}, shapes))


def _named_by(call: Call) -> list[str]:
    """What a call named in path and query, so that the same call gets the same answer."""
    return [f"{name}={value}" for values in (call.path, call.query) for name, value in sorted(values.items())]


def _body(call: Call, plan: _Plan, offer: Offer, status: int) -> Json:
    name, operation = offer.media_type, call.operation
    if is_file(name):
        example = offer.media.example
        return example.encode() if isinstance(example, str) else sample_file(name)
    value = _value(call, plan, offer, status)
    if value in (None, {}) and is_text(name):
        return f"{operation.summary or operation.id}\n".encode()
    return write_body(value, name, offer.media.schema, plan.shapes)


def _value(call: Call, plan: _Plan, offer: Offer, status: int) -> Json:
    """The documented example that fits, else a made-up value; with what the call named in it."""
    if offer.media_type not in plan.examples:
        plan.examples[offer.media_type] = _fitting_example(call.operation, offer, status)
    value = copy_json(plan.examples[offer.media_type])
    if value is ABSENT:
        chance = call.chance.with_seed(call.operation.id).at(*_named_by(call))
        made = call.generator.value(offer.media.schema, chance, now=call.now)
        value = drop_faults(made, offer.media.schema, plan.shapes)
    return _echoed(call, value, offer.media.schema, plan.shapes)


def _fitting_example(operation: Operation, offer: Offer, status: int) -> Json:
    examples = (each for each in (offer.media.example, *offer.media.examples.values()) if each is not None)
    return next((each for each in examples if not operation.check_answer(status, offer.media_type, each)), ABSENT)


def _echoed(call: Call, value: Json, schema: Schema, shapes: Shapes) -> Json:
    """The answer with what the call named in the place of what was made up, as far as it fits."""
    body = call.body if isinstance(call.body, dict) else {}
    named = {squeeze(name): given for name, given in _flat_names(body, 0)}
    named.update({squeeze(name): given for name, given in {**call.query, **call.path}.items()})
    _echo(value, schema, shapes, named, 0)
    if call.path and isinstance(value, dict):
        _echo_id(value, schema, shapes, *list(call.path.items())[-1])
    return value


def _echo(value: Json, schema: Json, shapes: Shapes, named: Mapping[str, Json], depth: int) -> None:
    if not isinstance(value, dict):
        return
    for name, inner in shapes.shape(schema, value).properties.items():
        given = named.get(squeeze(name), ABSENT)
        if given is not ABSENT and shapes.fits(given, inner) and not _is_fixed(shapes, inner):
            value[name] = copy_json(given)
        elif depth < WRAPPERS_DEEP and isinstance(value.get(name), dict):
            _echo(value[name], inner, shapes, named, depth + 1)


def _echo_id(value: dict[str, Json], schema: Schema, shapes: Shapes, parameter: str, id: Json) -> None:
    """`/users/{userId}` names the `id` of the answer, or of the one object that it wraps."""
    words = split_words(parameter)
    if not words or words[-1] not in ("id", "uuid", "guid", "key", "code", "sid"):
        return
    shape = shapes.shape(schema, value)
    for holder, found in ((value, shape), *_wrapped(value, shape, shapes)):
        for name in ("".join(words), words[-1], "id"):
            own = next((each for each in found.properties if squeeze(each) == name), None)
            if own is not None and shapes.fits(id, found.properties[own]):
                holder[own] = id
                return


def _wrapped(value: dict[str, Json], shape: Shape, shapes: Shapes) -> Iterator[tuple[dict[str, Json], Shape]]:
    for name, inner in shape.properties.items():
        if isinstance(value.get(name), dict):
            yield value[name], shapes.shape(inner, value[name])


def _flat_names(body: Mapping[str, Json], depth: int) -> Iterator[tuple[str, Json]]:
    """Members of a body, those of its wrapper objects first so that its own win."""
    for value in body.values():
        if isinstance(value, dict) and depth < WRAPPERS_DEEP:
            yield from _flat_names(value, depth + 1)
    yield from ((name, value) for name, value in body.items() if not _is_file(value))


def _is_file(value: Json) -> bool:
    return isinstance(value, File | bytes) or (isinstance(value, list) and any(map(_is_file, value)))


def _is_fixed(shapes: Shapes, schema: Json) -> bool:
    """A property that the server decides about."""
    plain = shapes.plain(schema)
    return plain.get("readOnly") is True and kind_of(plain) != "string"

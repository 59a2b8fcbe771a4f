"""Values that were right in a request made right for the answer: an id where the answer shows a document, and the like.

Knows schemas; must not know calls beyond their chance and time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from sandbooks.errors import Detail, Invalid
from sandbooks.generic.completion import Completion
from sandbooks.generic.moments import is_moment, read_moment, stamp
from sandbooks.generic.places import Json, Place
from sandbooks.generic.shapes import kind_of
from sandbooks.pack import Call
from sandbooks.resources.words import split_words, squeeze, stem
from sandbooks.spec import Schema

if TYPE_CHECKING:
    from sandbooks.chance import Chance

MOST_DIGITS = 300
TRUTHS = {True: ("true", "1", "yes", "on"), False: ("false", "0", "no", "off")}
IDENTITIES = ("id", "uuid", "guid", "key", "code", "name", "value", "href")


def mend_document(
    call: Call, document: dict[str, Json], completion: Completion, chance: Chance, *, judged: Collection[str] = ()
) -> None:
    """Turn, in place, each property that does not fit its schema into one that does, as near to it as may be.

    Properties that the schema does not know stay. The call's journal says what was turned.

    Args:
        judged: what the caller set where no other schema says how: nothing is invented in its place.

    Raises:
        Invalid: a value that cannot be turned, of the right kind or judged.
    """
    if not completion.admits(document):
        _mend_object(_Mending(call, completion, chance, judged=judged), document, completion.resource.schema, ())


def mend_for_answer(
    call: Call, document: dict[str, Json], schema: Schema, completion: Completion, chance: Chance
) -> None:
    """As `mend_document`, for an operation that shows documents by a schema of its own."""
    _mend_object(_Mending(call, completion, chance, is_told=False), document, schema, ())


def adopt_ids(call: Call, sent: dict[str, Json], completion: Completion, chance: Chance) -> None:
    """Add to what was sent, in place, the documents that it names by id: `customerId` where documents show `customer`.

    The names that were sent stay; answers do not show them.
    """
    schema = completion.resource.schema
    properties = completion.shapes.shape(schema, sent).properties
    for name in [each for each in sent if each not in properties]:
        words = split_words(name)
        if len(words) < 2 or words[-1] not in ("id", "ids", "uuid", "key"):
            continue
        thing = stem("".join(words[:-1]))
        shown = next((each for each in properties if stem(each) == thing and each not in sent), None)
        if shown is not None:
            value = _mended(_Mending(call, completion, chance), sent[name], properties[shown], (shown,))
            if completion.shapes.fits(value, properties[shown]):
                sent[shown] = value


class _Mending:
    """One document being mended."""

    def __init__(
        self,
        call: Call,
        completion: Completion,
        chance: Chance,
        *,
        is_told: bool = True,
        judged: Collection[str] = (),
    ) -> None:
        self.is_told = is_told
        self.judged = judged
        self.call = call
        self.completion = completion
        self.shapes = completion.shapes
        self.chance = chance


def _mend_object(mending: _Mending, value: dict[str, Json], schema: Schema, place: Place) -> None:
    shape = mending.shapes.shape(schema, value)
    for name in list(value):
        inner = shape.properties.get(name)
        if inner is None or mending.shapes.fits(value[name], inner):
            continue
        if value[name] is None and name not in shape.required:
            del value[name]
        else:
            value[name] = _mended(mending, value[name], inner, (*place, name))
            if not place and mending.is_told:
                mending.call.note(f"{name} was turned into what the answer's schema shows")


def _mended(mending: _Mending, value: Json, schema: Schema, place: Place) -> Json:
    """The first that fits of: the value with its parts mended, the value in another form, an invented one.

    Raises:
        Invalid: a text, number or truth value of the right kind, out of bounds: the caller's slip, not another form;
            or anything that is judged by this schema alone.
    """
    for tried in _attempts(mending, value, schema, place):
        if mending.shapes.fits(tried, schema):
            return tried
    is_slip = place[0] in mending.judged or _is_of_kind(value, kind_of(mending.shapes.plain(schema, value)))
    if mending.is_told and is_slip:
        message = f"{value!r:.80} is not what documents may hold here"
        raise Invalid(f"{'.'.join(place)}: {message}", details=[Detail("body", "/" + "/".join(place), message)])
    invented = mending.completion.blank(mending.call, place[-1], schema, mending.chance, place[:-1])
    return invented if mending.shapes.fits(invented, schema) else value


def _is_of_kind(value: Json, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, str):
        return kind == "string"
    return isinstance(value, int | float) and kind in ("integer", "number")


def _attempts(mending: _Mending, value: Json, schema: Schema, place: Place) -> Iterator[Json]:
    plain = mending.shapes.plain(schema, value)
    kind = kind_of(plain)
    if kind == "object" and isinstance(value, dict):
        yield _rebuilt(mending, value, schema, place)
    elif kind == "object" and isinstance(value, list):
        yield from _enveloped(mending, value, schema, place)
    elif kind == "object" and isinstance(value, str | int):
        yield from _expanded(mending, value, schema, place)
    elif kind == "array":
        items = plain.get("items")
        elements = value if isinstance(value, list) else [value]
        yield [_fitted(mending, each, items, place) for each in elements] if isinstance(items, dict) else elements
    elif isinstance(value, dict):
        yield from (value[name] for name in IDENTITIES if name in value)
        yield from (inner for inner in value.values() if isinstance(inner, str | int | float))
    elif isinstance(value, list) and value:
        yield from (value[0], ",".join(map(str, value)))
    else:
        yield from _other_forms(value, plain, kind, place[-1])


def _rebuilt(mending: _Mending, value: dict[str, Json], schema: Schema, place: Place) -> dict[str, Json]:
    rebuilt = dict(value)
    mending.completion.complete(mending.call, rebuilt, schema, mending.chance, place=place)
    _mend_object(mending, rebuilt, schema, place)
    shape = mending.shapes.shape(schema, rebuilt)
    return {name: inner for name, inner in rebuilt.items() if name in shape.properties or not shape.closed}


def _enveloped(mending: _Mending, value: list[Json], schema: Schema, place: Place) -> Iterator[Json]:
    """An object around an array, where an answer shows the list that a request only fills."""
    for name, inner in mending.shapes.shape(schema).properties.items():
        if kind_of(mending.shapes.plain(inner)) == "array":
            yield _rebuilt(mending, {name: value}, schema, place)


def _expanded(mending: _Mending, id: Json, schema: Schema, place: Place) -> Iterator[Json]:
    """An object around an id, where an answer shows the document and a request only names it."""
    properties = mending.shapes.shape(schema).properties
    named = {squeeze(name): name for name in reversed(list(properties))}
    known = squeeze(mending.completion.identity_at(place))
    for identity in (known, *IDENTITIES, f"{squeeze(place[-1])}id"):
        if identity in named and mending.shapes.fits(id, properties[named[identity]]):
            yield _rebuilt(mending, {named[identity]: id}, schema, place)


def _fitted(mending: _Mending, value: Json, schema: Schema, place: Place) -> Json:
    return value if mending.shapes.fits(value, schema) else _mended(mending, value, schema, place)


def _other_forms(value: Json, plain: Schema, kind: str, name: str) -> Iterator[Json]:
    if is_moment(name, plain) and (moment := read_moment(value)) is not None:
        yield stamp(plain, moment, name)
    if kind == "string" and isinstance(value, bool):
        yield str(value).lower()
    elif kind == "string" and isinstance(value, str | int | float):
        yield str(value)
        listed = plain.get("enum")
        yield from (
            each for each in (listed if isinstance(listed, list) else ()) if squeeze(str(each)) == squeeze(str(value))
        )
    elif kind in ("integer", "number") and (number := read_number(value)) is not None:
        yield from json_numbers(number)
    elif kind == "boolean":
        yield from (truth for truth, words in TRUTHS.items() if str(value).lower() in words)


def read_number(value: Json) -> Decimal | None:
    """The number that a number or a text is, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def json_numbers(number: Decimal) -> Iterator[int | float]:
    """The number as JSON holds it; none for one that is too large, `1e999999` is a million digits."""
    if number.adjusted() < MOST_DIGITS:
        yield int(number) if number == number.to_integral_value() else float(number)

"""Which documents a list shows: what parameters ask for, what the path means, and what was deleted softly.

Knows operators; must not know order or pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import reduce

from sandbooks.generic.completion import Completion
from sandbooks.generic.expressions import Comparison, NotAnExpression, read_expression, walk
from sandbooks.generic.forms import FORMS, Form
from sandbooks.generic.late import Late
from sandbooks.generic.mending import json_numbers, read_number
from sandbooks.generic.moments import read_moment
from sandbooks.generic.places import ABSENT, Json, Place, Reader, reader_of, split_property, values_at
from sandbooks.generic.shapes import kind_of
from sandbooks.pack import Call
from sandbooks.resources import Behaviour, Condition, Filter, Resource, SoftDelete
from sandbooks.resources.words import squeeze

Document = Mapping[str, Json]
Test = Callable[[Document], bool]
Values = Callable[[Document], list[Json]]
Compared = Decimal | datetime | str

TEXT_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": str.__contains__,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}
EVERYTHING = frozenset({"all", "any", "*"})
DAY_LENGTH = len("2026-01-31")


@dataclass(slots=True)
class Conditions:
    """What documents must meet: `equal` by index, and every test."""

    equal: dict[str, Json] = field(default_factory=dict)
    tests: list[Test] = field(default_factory=list)

    @property
    def predicate(self) -> Test | None:
        """All tests as one; None where there is none."""
        if len(self.tests) < 2:
            return self.tests[0] if self.tests else None
        tests = tuple(self.tests)
        return lambda document: all(test(document) for test in tests)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One filter, and how its value is read."""

    filter: Filter
    read: Reader | None
    place: Place


class Filters:
    """The filters of one operation."""

    def __init__(self, behaviour: Behaviour, resource: Resource, completion: Late[Completion]) -> None:
        self._readings = tuple(
            _Reading(each, reader_of(each.input) if each.input else None, split_property(each.property))
            for each in behaviour.filters
        )
        self._resource = resource
        self._completion = completion
        self._kinds: dict[str, str] = {}
        self._search = behaviour.search
        self._read_search = reader_of(behaviour.search.input if behaviour.search else None)
        self._searched = tuple(map(split_property, behaviour.search.properties)) if behaviour.search else ()
        self._conditions = tuple((each, reader_of(each.input)) for each in behaviour.conditions)
        deleted = resource.soft_delete
        self._read_include = reader_of(deleted.include if deleted else None)

    def add_to(self, conditions: Conditions, call: Call) -> None:
        """Add what the call asks for."""
        asked = set()
        for reading in self._readings:
            value = reading.filter.value if reading.read is None else reading.read(call)
            if value is ABSENT or value == "" or value == [] or self._means_all(call, reading, value):
                continue
            if isinstance(value, dict) or _is_no_condition(reading, value):  # the members of a dict say more
                continue
            asked.add(reading.filter.property)
            self._add(conditions, call, reading, value)
        told = [each.input for each, read in self._conditions if self._add_told(conditions, call, each, read)]
        words = self._read_search(call)
        if self._search is not None and self._search.input not in told and words not in (ABSENT, ""):
            conditions.tests.append(_searching(str(words).casefold(), self._searched))
        deleted = self._resource.soft_delete
        if deleted is not None and deleted.property not in asked and not _is_true(self._read_include(call)):
            conditions.tests.append(undeleted(deleted))

    def _means_all(self, call: Call, reading: _Reading, value: Json) -> bool:
        """`visibility=all`: the word stands for every value, for the property has none of that name."""
        if reading.read is None or not isinstance(value, str) or value.lower() not in EVERYTHING:
            return False
        shapes = self._completion.of(call).shapes
        return value not in (shapes.plain(shapes.at(self._resource.schema, reading.place)).get("enum") or ())

    def _add_told(self, conditions: Conditions, call: Call, condition: Condition, read: Reader) -> bool:
        """Add the condition that a text of the call is; False where it is none, or names what no property is."""
        text = read(call)
        if not isinstance(text, str) or not text.strip():
            return False
        try:
            conditions.tests.append(walk(read_expression(text), lambda each: _compare(each, condition.names)))
        except NotAnExpression as problem:
            if self._search is None or self._search.input != condition.input:
                call.note(f"{'.'.join(condition.input.path)} is {text!r:.80}: {problem}; every document meets it")
            return False
        return True

    def _add(self, conditions: Conditions, call: Call, reading: _Reading, value: Json) -> None:
        operator, name = reading.filter.operator, reading.filter.property
        kind = self._kind(call, name, reading.place)
        if operator == "eq" and kind and not isinstance(value, list | dict) and name not in conditions.equal:
            exact = _in_kind(value, kind)
            if exact is not ABSENT:
                conditions.equal[name] = exact
                return
        conditions.tests.append(_test_of(operator, _values_of(reading.place), value))

    def _kind(self, call: Call, name: str, place: Place) -> str:
        """The type of a property that an index finds by its exact value; empty for dates, arrays and the unknown."""
        known = self._kinds.get(name)
        if known is None:
            shapes, schema = self._completion.of(call).shapes, self._resource.schema
            plain = shapes.plain(shapes.at(schema, place))
            is_exact = shapes.is_direct(schema, place) and not str(plain.get("format", "")).startswith("date")
            known = self._kinds[name] = kind_of(plain) if is_exact else ""
        return known


def _is_no_condition(reading: _Reading, value: Json) -> bool:
    """A header of HTTP's own that holds no moment is passed over, as RFC 9110 (13.1.3) has it."""
    given = reading.filter.input
    return given is not None and given.source == "header" and read_moment(value) is None


def undeleted(deleted: SoftDelete) -> Test:
    """Whether a document does not bear the mark that a deletion leaves."""
    place = split_property(deleted.property)
    if deleted.moment:
        return lambda document: all(value is None for value in values_at(document, place))
    return lambda document: deleted.value not in values_at(document, place)


def _compare(comparison: Comparison, names: Mapping[str, str]) -> Test:
    """The test that a comparison is.

    Raises:
        NotAnExpression: no property is called so.
    """
    front, _, rest = comparison.name.partition(".")
    property, holder = names.get(squeeze(comparison.name)), names.get(squeeze(front))
    if property is None and (holder is None or not rest):
        raise NotAnExpression(f"no property is called {comparison.name!r:.60}")
    read = _values_of(split_property(property or f"{holder}.{rest}"), [FORMS[each] for each in comparison.forms])
    return _test_of(comparison.operator, read, comparison.value)


def _values_of(place: Place, forms: Sequence[Form] = ()) -> Values:
    """The values of a property, and what is made of each."""
    if not forms:
        return lambda document: values_at(document, place)
    return lambda document: [
        reduce(lambda made, form: form(made), forms, value) for value in values_at(document, place)
    ]


def _test_of(operator: str, read: Values, value: Json) -> Test:
    if operator == "exists":
        wanted = _is_true(value)
        return lambda document: any(found is not None for found in read(document)) is wanted
    wanted_values = _split(value) if operator in ("in", "not_in") else value if isinstance(value, list) else [value]
    if operator in ("eq", "in"):
        return _any_equal(read, wanted_values)
    if operator in ("ne", "not_in"):
        equal = _any_equal(read, wanted_values)
        return lambda document: not equal(document)
    if operator in TEXT_TESTS:
        return _text_test(operator, read, [str(each).casefold() for each in wanted_values])
    return lambda document: any(_holds(operator, found, each) for found in read(document) for each in wanted_values)


def _any_equal(read: Values, wanted: list[Json]) -> Test:
    return lambda document: any(_is_same(found, each) for found in read(document) for each in wanted)


def _text_test(operator: str, read: Values, wanted: list[str]) -> Test:
    is_met = TEXT_TESTS[operator]

    def test(document: Document) -> bool:
        texts = [str(found).casefold() for found in read(document) if found is not None]
        return any(is_met(text, each) for text in texts for each in wanted)

    return test


def _searching(words: str, places: tuple[Place, ...]) -> Test:
    def test(document: Document) -> bool:
        values = [value for place in places for value in values_at(document, place)] if places else document.values()
        return any(words in str(value).casefold() for value in values if isinstance(value, str | int | float))

    return test


def _is_same(found: Json, wanted: Json) -> bool:
    if found == wanted and isinstance(found, bool) == isinstance(wanted, bool):
        return True
    if isinstance(found, bool) or isinstance(wanted, bool):
        return str(found).lower() == str(wanted).lower()
    if found is None or isinstance(found, dict) or isinstance(wanted, dict):
        return False
    return str(found) == str(wanted) or _holds("eq", found, wanted)


def _holds(operator: str, found: Json, wanted: Json) -> bool:
    """Numbers compare as numbers, instants as instants, a day with an instant by days, anything else as text."""
    if found is None or isinstance(found, dict | list) or isinstance(wanted, dict | list):
        return False
    left, right = _comparable(found, wanted)
    if operator == "eq":
        return left == right
    if operator == "gt":
        return left > right  # type: ignore[operator]  # both sides are of one type
    if operator == "gte":
        return left >= right  # type: ignore[operator]
    return left < right if operator == "lt" else left <= right  # type: ignore[operator]


def _comparable(found: Json, wanted: Json) -> tuple[Compared, Compared]:
    numbers = read_number(found), read_number(wanted)
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0], numbers[1]
    moments = read_moment(found), read_moment(wanted)
    if moments[0] is not None and moments[1] is not None:
        if any(isinstance(each, str) and len(each) == DAY_LENGTH for each in (found, wanted)):
            return moments[0].date().isoformat(), moments[1].date().isoformat()
        return moments[0], moments[1]
    return str(found), str(wanted)


def _in_kind(value: Json, kind: str) -> Json:
    """The value in the type that documents hold; ABSENT where it has none in it."""
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        return {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower(), ABSENT)
    if kind in ("integer", "number"):
        number = read_number(value)
        return ABSENT if number is None else next(json_numbers(number), ABSENT)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _split(value: Json) -> list[Json]:
    """The values of a list: a text is split at commas."""
    parts = value if isinstance(value, list) else [value]
    return [piece.strip() if isinstance(piece, str) else piece for part in parts for piece in _pieces(part)]


def _pieces(part: Json) -> list[Json]:
    return list(part.split(",")) if isinstance(part, str) else [part]


def _is_true(value: Json) -> bool:
    return value is not ABSENT and str(value).lower() in ("true", "1", "yes")

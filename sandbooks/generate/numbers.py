"""Numbers within a schema's bounds.

Knows `minimum` and its like in both spellings of OpenAPI; must not know what a number is for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeGuard

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.spec.model import Json

WIDEST: Final = 1_000  # how far from its lower end a number is drawn when the schema leaves more room
_PLACES: Final = 2
_ATTEMPTS: Final = 40
_FORMATS: Final = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_EXACT: Final = Context(prec=800)  # enough to divide the largest double by the smallest without rounding
_MOST_WHOLE: Final = 2**63


@dataclass(frozen=True)
class Bounds:
    """What a number must keep to; `low` and `high` are included unless said otherwise."""

    whole: bool
    low: Decimal | None
    high: Decimal | None
    low_excluded: bool
    high_excluded: bool
    multiple: Decimal | None

    def admit(self, value: float) -> bool:
        """True when the value keeps to all of them."""
        low, high = self.low, self.high
        if low is None and high is None and self.multiple is None and not self.whole:
            return True
        number = Decimal(str(value))
        if self.whole and number != number.to_integral_value():
            return False
        if low is not None and (number < low or (self.low_excluded and number == low)):
            return False
        if high is not None and (number > high or (self.high_excluded and number == high)):
            return False
        return self.multiple is None or _EXACT.remainder(number, self.multiple) == 0

    @property
    def words(self) -> str:
        """What is asked for, in words: `a whole number of at least 5 and at most 3`."""
        said = [
            *_said(self.low, "more than" if self.low_excluded else "at least"),
            *_said(self.high, "less than" if self.high_excluded else "at most"),
            *_said(self.multiple, "a multiple of"),
        ]
        return f"a {'whole ' if self.whole else ''}number, {' and '.join(said)}" if said else "a number"

    @cached_property
    def step(self) -> Decimal:
        """What numbers are drawn in: the multiple that is asked for, whole numbers, or hundredths."""
        if self.multiple is not None:
            return Decimal(self.multiple.as_integer_ratio()[0]) if self.whole else self.multiple
        return Decimal(1) if self.whole else Decimal(1).scaleb(-_PLACES)

    @cached_property
    def window(self) -> tuple[int, int]:
        """The first and last multiple of `step` to draw from: what is allowed, near to 1 .. WIDEST."""
        step = self.step
        low = None if self.low is None else _count(self.low, step, up=True, excluded=self.low_excluded)
        high = None if self.high is None else _count(self.high, step, up=False, excluded=self.high_excluded)
        width = WIDEST if self.multiple is not None or step >= 1 else int(WIDEST / step)
        unit = 1 if step >= 1 else int(_EXACT.divide(Decimal(1), step))
        if low is None:
            low = unit if high is None or high >= unit else high - width
        if high is None:
            high = low + width
        if high - low > 10 * width and low < unit <= high:
            low = unit  # a wide range around zero: amounts, counts and ids are positive
        return low, min(high, low + width) if high - low > 10 * width else high


def read_bounds(schema: Mapping[str, Json], *, whole: bool) -> Bounds:
    """The bounds of a schema: of its keywords, and of `int32` and `int64`."""
    least, most = _FORMATS.get(str(schema.get("format")), (None, None))
    low, low_excluded = _stricter(schema.get("minimum"), schema.get("exclusiveMinimum"), least, sign=1)
    high, high_excluded = _stricter(schema.get("maximum"), schema.get("exclusiveMaximum"), most, sign=-1)
    multiple = schema.get("multipleOf")
    step = Decimal(str(multiple)) if _is_number(multiple) and multiple > 0 else None
    return Bounds(whole, low, high, low_excluded, high_excluded, step)


def draw_number(chance: Chance, bounds: Bounds) -> int | float:
    """A number within the bounds; money-like, with two decimals, where they allow it.

    Bounds that no number meets give the nearest thing, rather than an error.
    """
    first, last = bounds.window
    attempts = _ATTEMPTS if bounds.multiple is not None else 1
    for _ in range(attempts if first <= last else 0):
        value = _as_json(_EXACT.multiply(chance.integer(first, last), bounds.step), whole=bounds.whole)
        if _is_exact(value, bounds):
            return value
    return next((each for each in _last_resorts(chance, bounds) if bounds.admit(each)), _nearest(bounds))


def _is_exact(value: float, bounds: Bounds) -> bool:
    """Within the bounds, and divisible without rest in binary arithmetic too, as some validators reckon."""
    if not bounds.admit(value):
        return False
    return bounds.multiple is None or float(bounds.multiple) == 0 or (value / float(bounds.multiple)).is_integer()


def _last_resorts(chance: Chance, bounds: Bounds) -> Iterator[int | float]:
    """Numbers in an interval too narrow, or too far out, for the usual steps."""
    ends = [end for end in (bounds.low, bounds.high) if end is not None]
    if len(ends) > 1 and not bounds.whole:
        low, high = map(float, ends)
        yield low + (high - low) * (0.25 + chance.random.random() / 2)
        yield low / 2 + high / 2
    for end in ends:
        yield _as_json(end, whole=bounds.whole)
        yield math.nextafter(float(end), math.inf)
        yield math.nextafter(float(end), -math.inf)


def _nearest(bounds: Bounds) -> int | float:
    return _as_json(bounds.low if bounds.low is not None else bounds.high or Decimal(0), whole=bounds.whole)


def _count(bound: Decimal, step: Decimal, *, up: bool, excluded: bool) -> int:
    """How many steps make up the bound, rounded to the inside."""
    steps = _EXACT.divide(bound, step)
    inside = math.ceil(steps) if up else math.floor(steps)
    if excluded and inside == steps:
        return inside + 1 if up else inside - 1
    return inside


def _stricter(plain: Json, excluded: Json, least: int | None, *, sign: int) -> tuple[Decimal | None, bool]:
    """The bound that leaves less, and whether it is itself left out. `excluded` is a flag in 3.0, a number in 3.1."""
    found = [(_signed(plain, sign), excluded is True)] if _is_number(plain) else []
    if _is_number(excluded):
        found.append((_signed(excluded, sign), True))
    if least is not None:
        found.append((_signed(least, sign), False))
    if not found:
        return None, False
    bound, is_excluded = max(found)
    return (bound if sign > 0 else bound.copy_negate()), is_excluded


def _signed(number: float, sign: int) -> Decimal:
    exact = Decimal(str(number))
    return exact if sign > 0 else exact.copy_negate()  # a product would be rounded


def _as_json(number: Decimal, *, whole: bool) -> int | float:
    """Whole numbers as integers as far as 64 bits go: beyond, JSON is read as a double by nearly everybody."""
    return int(number) if whole and abs(number) < _MOST_WHOLE else float(number)


def _said(bound: Decimal | None, words: str) -> list[str]:
    return [] if bound is None else [f"{words} {bound}"]


def _is_number(value: Json) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

"""Numbers within a schema's bounds.

Knows `minimum` and its like in both spellings of OpenAPI; must not know what a number is for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.spec.model import Json

WIDEST = 1_000  # how far from its lower end a number is drawn when the schema leaves more room
_PLACES = 2
_ATTEMPTS = 40
_FORMATS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


@dataclass(frozen=True, slots=True)
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
        number = Decimal(str(value))
        if self.whole and number != number.to_integral_value():
            return False
        low, high = self.low, self.high
        if low is not None and (number < low or (self.low_excluded and number == low)):
            return False
        if high is not None and (number > high or (self.high_excluded and number == high)):
            return False
        return self.multiple is None or number % self.multiple == 0


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
    if bounds.multiple is not None:
        return _draw_multiple(chance, bounds, bounds.multiple)
    step = Decimal(1) if bounds.whole else Decimal(1).scaleb(-_PLACES)
    first, last = _window(bounds, step)
    if first <= last:
        return _as_json(chance.integer(first, last) * step, whole=bounds.whole)
    return _draw_between(chance, bounds)


def _draw_multiple(chance: Chance, bounds: Bounds, step: Decimal) -> int | float:
    """A multiple that also divides without rest in binary arithmetic, as some validators reckon."""
    first, last = _window(bounds, step)
    whole = bounds.whole
    for _ in range(_ATTEMPTS):
        number = chance.integer(first, max(first, last)) * step
        if whole and number != number.to_integral_value():
            continue
        value = _as_json(number, whole=whole)
        if (value / float(step)).is_integer():
            return value
    return _as_json(first * step, whole=whole)


def _draw_between(chance: Chance, bounds: Bounds) -> int | float:
    """Somewhere in an interval too narrow for two decimals."""
    low = float(bounds.low) if bounds.low is not None else 0.0
    high = float(bounds.high) if bounds.high is not None else low
    if bounds.whole or low >= high:
        return _as_json(bounds.low if bounds.low is not None else Decimal(0), whole=bounds.whole)
    return low + (high - low) * (0.25 + chance.random.random() / 2)


def _window(bounds: Bounds, step: Decimal) -> tuple[int, int]:
    """The first and last multiple of `step` to draw from: what is allowed, near to 1 .. WIDEST."""
    low = None if bounds.low is None else _count(bounds.low, step, up=True, excluded=bounds.low_excluded)
    high = None if bounds.high is None else _count(bounds.high, step, up=False, excluded=bounds.high_excluded)
    width = max(1, int(WIDEST / step)) if bounds.multiple is None else WIDEST
    unit = max(1, int(1 / step))
    if low is None:
        low = unit if high is None or high >= unit else high - width
    if high is None:
        high = low + width
    if high - low > 10 * width and low < unit <= high:
        low = unit  # a wide range around zero: amounts, counts and ids are positive
    return low, min(high, low + width) if high - low > 10 * width else high


def _count(bound: Decimal, step: Decimal, *, up: bool, excluded: bool) -> int:
    """How many steps make up the bound, rounded to the inside."""
    steps = bound / step
    inside = math.ceil(steps) if up else math.floor(steps)
    if excluded and inside == steps:
        return inside + 1 if up else inside - 1
    return inside


def _stricter(plain: Json, excluded: Json, least: int | None, *, sign: int) -> tuple[Decimal | None, bool]:
    """The bound that leaves less, and whether it is itself left out. `excluded` is a flag in 3.0, a number in 3.1."""
    found = [(Decimal(str(plain)) * sign, excluded is True)] if _is_number(plain) else []
    if _is_number(excluded):
        found.append((Decimal(str(excluded)) * sign, True))
    if least is not None:
        found.append((Decimal(least) * sign, False))
    if not found:
        return None, False
    bound, is_excluded = max(found)
    return bound * sign, is_excluded


def _as_json(number: Decimal, *, whole: bool) -> int | float:
    return int(number) if whole else float(number)


def _is_number(value: Json) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

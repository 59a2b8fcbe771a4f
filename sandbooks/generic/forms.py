"""What a condition may make of a property before it compares: its letters in lower case, the year of its date.

Knows the names that people give such functions; must not know how conditions are written.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sandbooks.generic.moments import read_moment
from sandbooks.generic.places import Json

Form = Callable[[Json], Json]


def _of_moment(read: Callable[[datetime], Json]) -> Form:
    """A part of a moment; None for what is none."""

    def part(value: Json) -> Json:
        moment = read_moment(value)
        return None if moment is None else read(moment)

    return part


def _of_text(change: Callable[[str], Json]) -> Form:
    return lambda value: None if value is None or isinstance(value, dict | list) else change(str(value))


FORMS: Final[dict[str, Form]] = {
    **dict.fromkeys(("tolower", "lower", "tolowerinvariant"), _of_text(str.lower)),
    **dict.fromkeys(("toupper", "upper", "toupperinvariant"), _of_text(str.upper)),
    "trim": _of_text(str.strip),
    "length": _of_text(len),
    "tostring": lambda value: value,
    "date": _of_moment(lambda moment: moment.date().isoformat()),
    "year": _of_moment(lambda moment: moment.year),
    "month": _of_moment(lambda moment: moment.month),
    "day": _of_moment(lambda moment: moment.day),
    "hour": _of_moment(lambda moment: moment.hour),
    "minute": _of_moment(lambda moment: moment.minute),
    "second": _of_moment(lambda moment: moment.second),
}
"""The functions, by their names in small letters."""

"""Values by `x-faker`: the name of one of Faker's providers, alone or with its arguments.

Knows Faker's names; the dates among them are drawn here, because Faker's own would follow the system's time.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbooks.generate.formats import render_day, render_moment
from sandbooks.generate.run import ABSENT, Maker, Run

if TYPE_CHECKING:
    from sandbooks.spec.model import Json

_UNIT_DAYS = {"y": 365.24, "M": 30.42, "w": 7.0, "d": 1.0, "h": 1 / 24, "m": 1 / 1440, "s": 1 / 86_400}
_SPANS_DAYS: dict[str, tuple[float, float]] = {
    "date": (-3650, 0),
    "date_object": (-3650, 0),
    "date_between": (-10_957, 0),
    "date_of_birth": (-23_741, -6_575),
    "past_date": (-30, -1),
    "future_date": (1, 30),
    "date_this_year": (-180, 0),
    "date_this_month": (-15, 0),
    "date_this_decade": (-1500, 0),
    "date_this_century": (-7300, 0),
    "date_time": (-3650, 0),
    "date_time_between": (-10_957, 0),
    "date_time_this_year": (-180, 0),
    "date_time_this_month": (-15, 0),
    "date_time_this_decade": (-1500, 0),
    "date_time_this_century": (-7300, 0),
    "past_datetime": (-30, -1),
    "future_datetime": (1, 30),
    "iso8601": (-3650, 0),
    "unix_time": (-3650, 0),
}
_CLOCK_BOUND = """
am_pm century credit_card_expire credit_card_full date_between_dates date_time_ad date_time_between_dates day_of_month
day_of_week month month_name passport_dates passport_full profile pydict pyiterable pylist pyobject pyset pystruct
pytuple simple_profile time time_delta time_object time_series year
"""
_NOT_OFFERED = frozenset(_CLOCK_BOUND.split())


def faker_maker(word: Json) -> Maker | None:
    """A maker for what stands at `x-faker`, None when it is no name at all.

    `company`; `{pyint: {min_value: 1, max_value: 9}}`; `{random_element: [[a, b]]}`; `{name: pyint, arguments: {...}}`.
    Names of the JavaScript library work where they are the same words: `internet.userName` is `user_name`. A name that
    Faker does not offer, or arguments that it refuses, give ABSENT.
    """
    read = _read_call(word)
    if read is None:
        return None
    name, arguments = read
    if name in _SPANS_DAYS:
        return lambda run: _draw_moment(run, name, arguments)
    if name in _NOT_OFFERED or name.startswith("_"):
        return None
    return lambda run: _call(run, name, arguments)


def _read_call(word: Json) -> tuple[str, Json] | None:
    if isinstance(word, str):
        return _provider_name(word), {}
    if not isinstance(word, Mapping) or not word:
        return None
    if isinstance(word.get("name"), str):
        return _provider_name(word["name"]), word.get("arguments", word.get("args", {}))
    name, arguments = next(iter(word.items()))
    return _provider_name(str(name)), arguments


def _provider_name(word: str) -> str:
    last = word.removeprefix("faker.").rpartition(".")[2].strip("() ")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", last).lower()


def _call(run: Run, name: str, arguments: Json) -> Json:
    offers = (getattr(each, name, None) for each in run.chance.faker.providers)
    provider = next((offer for offer in offers if callable(offer)), None)
    if provider is None:
        return ABSENT
    try:
        if isinstance(arguments, Mapping):
            return _as_json(provider(**arguments))
        return _as_json(provider(*(arguments if isinstance(arguments, list) else [arguments])))
    except Exception:  # arguments that do not suit it make a provider fail in any way
        return ABSENT


def _draw_moment(run: Run, name: str, arguments: Json) -> Json:
    named = arguments if isinstance(arguments, Mapping) else {}
    low, high = _SPANS_DAYS[name]
    low = _offset_days(named.get("start_date"), low)
    high = max(low, _offset_days(named.get("end_date"), high))
    span_s = int((high - low) * 86_400)
    moment = run.setting.now + timedelta(days=low, seconds=run.chance.integer(0, span_s))
    if name == "unix_time":
        return int(moment.timestamp())
    if isinstance(named.get("pattern"), str):
        return moment.strftime(named["pattern"])
    return render_moment(moment) if "time" in name or name == "iso8601" else render_day(moment)


def _offset_days(word: Json, default: float) -> float:
    """Faker's `-30d`, `+1y`, `today`, `now` as days from now."""
    if word in ("today", "now"):
        return 0.0
    match = re.fullmatch(r"([+-]?\d+)([yMwdhms])", str(word)) if word is not None else None
    return int(match[1]) * _UNIT_DAYS[match[2]] if match else default


def _as_json(value: Any) -> Json:  # whatever a provider of Faker returns
    if isinstance(value, datetime):
        return render_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M:%S}Z"
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, set | frozenset):
        return sorted((_as_json(each) for each in value), key=repr)
    if isinstance(value, list | tuple):
        return [_as_json(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _as_json(each) for key, each in value.items()}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)

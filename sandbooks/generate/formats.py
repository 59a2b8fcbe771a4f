"""Texts by `format`: dates, addresses of every sort, encoded bytes, and the words that bookkeeping APIs add.

Knows formats and the facts of an object; must not know bounds.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from sandbooks.generate import facts, words

if TYPE_CHECKING:
    from sandbooks.generate.names import Meaning
    from sandbooks.generate.story import Story

_Make = Callable[["Story", "Meaning"], str]


def render_moment(moment: datetime) -> str:
    """`2026-01-31T09:15:00Z`"""
    return f"{moment.isoformat(timespec='seconds')[:19]}Z"


def render_day(moment: datetime) -> str:
    """`2026-01-31`"""
    return moment.isoformat()[:10]


def _fact(name: str) -> _Make:
    """The fact of that name; of the property's own role when its name means the same fact."""
    return lambda story, meaning: str(story.tell(name, meaning.role if meaning.fact == name else ""))


def _uri(story: Story, meaning: Meaning) -> str:
    fact = meaning.fact if meaning.fact in ("website", "image", "url") else "url"
    return str(story.tell(fact, meaning.role))


def _bytes(story: Story, _meaning: Meaning) -> str:
    return base64.b64encode(story.chance.random.randbytes(12)).decode()


def _plain(story: Story, _meaning: Meaning) -> str:
    return story.chance.choice(words.PLAIN)


def _ipv6(story: Story, _meaning: Meaning) -> str:
    return f"2001:db8::{story.chance.integer(1, 65_535):x}"


def _pointer(story: Story, _meaning: Meaning) -> str:
    return f"/{story.chance.choice(words.PLAIN)}/{story.chance.integer(0, 9)}"


def _duration(story: Story, _meaning: Meaning) -> str:
    return f"P{story.chance.integer(1, 60)}D"


def _digits(story: Story, _meaning: Meaning) -> str:
    return str(story.chance.integer(1, 99_999))


def _decimal(story: Story, meaning: Meaning) -> str:
    made = facts.FACTS.get(meaning.fact)
    value = story.tell(meaning.fact, meaning.role) if made and made.kind == "number" else facts.amount(story, "")
    return f"{value:.2f}"


def _mac(story: Story, _meaning: Meaning) -> str:
    return "02:" + ":".join(story.chance.hex(2) for _ in range(5))


FORMATS: dict[str, _Make] = {
    "date": lambda story, meaning: render_day(story.moment(meaning.event)),
    "date-time": lambda story, meaning: render_moment(story.moment(meaning.event)),
    "datetime": lambda story, meaning: render_moment(story.moment(meaning.event)),
    "timestamp": lambda story, meaning: render_moment(story.moment(meaning.event)),
    "time": lambda story, meaning: f"{story.moment(meaning.event):%H:%M:%S}Z",
    "duration": _duration,
    "year": lambda story, meaning: f"{story.moment(meaning.event):%Y}",
    "month": lambda story, meaning: f"{story.moment(meaning.event):%Y-%m}",
    "email": _fact("email"),
    "idn-email": _fact("email"),
    "uuid": lambda story, _meaning: story.chance.uuid(),
    "guid": lambda story, _meaning: story.chance.uuid(),
    "uri": _uri,
    "url": _uri,
    "iri": _uri,
    "uri-reference": _uri,
    "iri-reference": _uri,
    "uri-template": _uri,
    "hostname": _fact("domain"),
    "idn-hostname": _fact("domain"),
    "ip": _fact("ip"),
    "ipv4": _fact("ip"),
    "ipv6": _ipv6,
    "mac": _mac,
    "byte": _bytes,
    "base64": _bytes,
    "binary": _plain,
    "password": _fact("password"),
    "phone": _fact("phone"),
    "tel": _fact("phone"),
    "phone-number": _fact("phone"),
    "currency": _fact("currency"),
    "currency-code": _fact("currency"),
    "iso-4217": _fact("currency"),
    "country": _fact("country_code"),
    "country-code": _fact("country_code"),
    "iso-3166": _fact("country_code"),
    "language": _fact("language"),
    "locale": _fact("locale"),
    "timezone": _fact("time_zone"),
    "iban": _fact("iban"),
    "bic": _fact("bic"),
    "zip": _fact("zip_code"),
    "zip-code": _fact("zip_code"),
    "postal-code": _fact("zip_code"),
    "color": _fact("hex_color"),
    "slug": _fact("slug"),
    "decimal": _decimal,
    "money": _decimal,
    "double": _decimal,
    "float": _decimal,
    "number": _decimal,
    "int32": _digits,
    "int64": _digits,
    "integer": _digits,
    "json-pointer": _pointer,
    "relative-json-pointer": lambda story, meaning: f"0{_pointer(story, meaning)}",
    "regex": lambda _story, _meaning: "^[a-z]+$",
}

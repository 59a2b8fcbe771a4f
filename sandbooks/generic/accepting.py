"""Which of an answer's content types a caller accepts (RFC 9110, section 12.5.1), read as leniently as servers read it.

Knows the header `Accept` and content types; must not know how bodies are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbooks.errors import NotAcceptable
from sandbooks.generic.media import NO_MEDIA, is_foreign, is_text, media_rank
from sandbooks.generic.shapes import Shapes, kind_of
from sandbooks.pack import BINARY_MEDIA, JSON_MEDIA, Call
from sandbooks.spec import MediaType, bare_type, is_json, is_xml
from sandbooks.spec.wording import shorten

KEPT_HEADERS = 64
FIRST_OF_RANGE = {"*": JSON_MEDIA, "application": JSON_MEDIA, "text": "text/plain", "image": "image/png"}

_ITEM = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_TYPE = re.compile(r"[\w.!#$&^+*-]+/[\w.!#$&^+*-]+\Z")
_EXACT, _SAME, _ALIKE, _KIND, _ANY = 5, 4, 3, 2, 1


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to write an answer: `media_type` stands in its `Content-Type`, `media` is what is documented of it."""

    media_type: str
    media: MediaType
    is_json: bool


@dataclass(frozen=True, slots=True)
class _Range:
    """One item of an `Accept` header."""

    name: str
    parameters: str
    quality: float


class Offers:
    """The ways to write one documented answer, the one that we like best first: JSON, XML, a form, text, a file.

    A documented range (`*/*`, `image/*`) stands for what a caller asks for within it, as far as its schema can be
    written so. Nothing documented is JSON. Each `Accept` header is read once.
    """

    def __init__(self, content: Mapping[str, MediaType], shapes: Shapes) -> None:
        listed = sorted(content.items(), key=lambda entry: media_rank(entry[0]), reverse=True)
        ours = [(name, media) for name, media in listed if not is_foreign(name)] or listed
        self._ranges = [
            (bare_type(name), media, _is_binary(media, shapes), _is_plain(media, shapes))
            for name, media in ours
            if "*" in name
        ]
        fixed = [_offer(_concrete(name, _is_binary(media, shapes)), media) for name, media in ours]
        self._fixed = fixed or [Offer(JSON_MEDIA, NO_MEDIA, is_json=True)]
        self._is_open = not content
        self._chosen: dict[str, Offer] = {"": self._fixed[0], "*/*": self._fixed[0]}

    @property
    def first(self) -> Offer:
        """What is answered to a caller who takes anything."""
        return self._fixed[0]

    def choose(self, accept: str) -> Offer:
        """The offer for an `Accept` header, empty for none.

        A JSON type is as good as another, and so is an XML type: clients name versions that nobody documents.

        Raises:
            NotAcceptable: it admits none.
        """
        known = self._chosen.get(accept)
        if known is None:
            known = self._choose(accept)
            if len(self._chosen) < KEPT_HEADERS:
                self._chosen[accept] = known
        return known

    def _choose(self, accept: str) -> Offer:
        ranges = list(_read(accept))
        if not ranges or self._is_open:
            return self.first
        offers = [*self._fixed, *self._asked_for(ranges)]
        ranked = [(*_rate(offer.media_type, ranges), -place) for place, offer in enumerate(offers)]
        best = max(ranked)
        if best[0] <= 0:
            names = ", ".join(dict.fromkeys(offer.media_type for offer in self._fixed))
            raise NotAcceptable(f"Accept is {shorten(accept)}; the answer exists in {names}.")
        return offers[-best[-1]]

    def _asked_for(self, ranges: list[_Range]) -> Iterator[Offer]:
        for documented, media, binary, plain in self._ranges:
            kind = documented.partition("/")[0]
            for asked in ranges:
                is_within = documented in ("*", "*/*") or asked.name.startswith(f"{kind}/")
                writable = binary or is_json(asked.name) or is_xml(asked.name) or (plain and is_text(asked.name))
                if "*" not in asked.name and is_within and writable:
                    yield _offer(asked.name, media)


def choose_offer(call: Call, offers: Offers) -> Offer:
    """The offer that a call accepts; the journal says so where it is not the one that we like best.

    Raises:
        NotAcceptable: it accepts none.
    """
    offer = offers.choose(call.accept)
    if offer is not offers.first:
        call.note(f"Accept asks for {offer.media_type}")
    return offer


def _offer(name: str, media: MediaType) -> Offer:
    """An offer under its name; text says that it is UTF-8, which clients would not guess."""
    says = "; charset=utf-8" if is_text(name) and "charset" not in name else ""
    return Offer(name + says, media, is_json(name))


def _concrete(name: str, binary: bool) -> str:
    """A content type that can stand on an answer: what may be anything is answered as JSON, if it is no file."""
    if "*" not in name:
        return name
    kind = bare_type(name).partition("/")[0]
    first = FIRST_OF_RANGE.get(kind, BINARY_MEDIA)
    return BINARY_MEDIA if binary and first == JSON_MEDIA else first


def _is_binary(media: MediaType, shapes: Shapes) -> bool:
    return shapes.plain(media.schema).get("format") == "binary"


def _is_plain(media: MediaType, shapes: Shapes) -> bool:
    return kind_of(shapes.plain(media.schema)) not in ("object", "array", "")


def _read(accept: str) -> Iterator[_Range]:
    """The items of the header; what is none is passed over."""
    for item in _ITEM.findall(accept):
        name, *parameters = (part.strip() for part in item.split(";"))
        name = "*/*" if name == "*" else name.lower()
        if _TYPE.match(name):
            named = {
                key.strip().lower(): value.strip() for key, _, value in (each.partition("=") for each in parameters)
            }
            yield _Range(name, _parameters(named), _quality(named.get("q", "")))


def _parameters(named: Mapping[str, str]) -> str:
    listed = sorted((key, value.strip('"').lower()) for key, value in named.items() if key not in ("q", ""))
    return ";".join(f"{key}={value}" for key, value in listed)


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0) if text else 1.0
    except ValueError:
        return 1.0


def _rate(media_type: str, ranges: list[_Range]) -> tuple[float, int]:
    """How much the caller wants a content type, and how closely it is named; the closest item decides."""
    name, _, rest = media_type.partition(";")
    own = next(iter(_read(media_type)), _Range(name, rest, 1.0))
    matches = [(_likeness(own, each), each.quality) for each in ranges]
    likeness, quality = max(matches)
    return (quality, likeness) if likeness else (0.0, 0)


def _likeness(own: _Range, asked: _Range) -> int:
    if own.name == asked.name:
        return _EXACT if own.parameters == asked.parameters else _SAME
    if (is_json(own.name) and is_json(asked.name)) or (is_xml(own.name) and is_xml(asked.name)):
        return _ALIKE
    if asked.name == "*/*":
        return _ANY
    return _KIND if asked.name == f"{own.name.partition('/')[0]}/*" else 0

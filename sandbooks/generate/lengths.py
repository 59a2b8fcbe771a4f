"""Texts of a format made shorter or longer, so that they keep to the format and to a length.

Knows how addresses and moments are written; must not know what they are for.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sandbooks.chance import Chance

_Stretch = Callable[[str, int, int, "Chance"], Iterator[str]]
_LONGEST_LABEL: Final = 63
_LONGEST_LOCAL: Final = 64
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def stretched(format: str, text: str, shortest: int, longest: int | None, chance: Chance) -> Iterator[str]:
    """Other texts of the format, near to a text and to the lengths; not all of them keep to these."""
    stretch = _STRETCHES.get(format)
    if stretch is not None:
        yield from stretch(text, shortest, max(shortest, len(text)) if longest is None else longest, chance)


def _moments(text: str, shortest: int, _longest: int, _chance: Chance) -> Iterator[str]:
    bare = text.removesuffix("Z")
    for fraction in ("", ".000", ".000000", f".{'0' * max(1, min(9, shortest - len(bare) - 2))}"):
        yield f"{bare}{fraction}Z"
        yield f"{bare}{fraction}+00:00"


def _emails(text: str, shortest: int, longest: int, chance: Chance) -> Iterator[str]:
    local, _, domain = text.partition("@")
    for ending in (domain, "example.com", "ex.co", "a.co"):
        room = longest - len(ending) - 1
        if room > 0:
            wanted = min(_LONGEST_LOCAL, max(1, shortest - len(ending) - 1), room)
            yield f"{_fill(local[:room].strip('.'), wanted, chance)}@{ending}"
    more = shortest - len(domain) - 2 - min(len(local), _LONGEST_LOCAL)
    if more > 0:
        yield f"{local[:_LONGEST_LOCAL]}@{_labels(more, chance)}.{domain}"


def _uris(text: str, shortest: int, longest: int, chance: Chance) -> Iterator[str]:
    if len(text) < shortest:
        yield f"{text}/{_letters(shortest - len(text) - 1, chance)}"
        yield text + _letters(shortest - len(text), chance)
    yield text[:longest].rstrip("-")
    yield f"x:{_letters(max(1, longest - 2), chance)}"


def _hosts(text: str, shortest: int, longest: int, chance: Chance) -> Iterator[str]:
    if len(text) < shortest:
        yield f"{_labels(shortest - len(text) - 1, chance)}.{text}"
        yield _letters(1, chance) + text
    cut = text[:longest].strip("-.")
    yield _fill(cut, shortest, chance)


def _addresses(_text: str, shortest: int, longest: int, _chance: Chance) -> Iterator[str]:
    yield from (each for each in ("192.0.2.1", "192.0.2.17", "192.0.2.117", "198.51.100.7", "203.0.113.117", "1.1.1.1"))
    yield from ("10.11.12.13", "198.51.100.117", "100.100.100.100")


def _wide_addresses(_text: str, _shortest: int, _longest: int, chance: Chance) -> Iterator[str]:
    yield from ("2001:db8::1", "::1", "2001:db8::17", "2001:db8::a:b:c:d", f"2001:db8:0:1:2:3:4:{chance.hex(4)}")
    yield f"2001:0db8:{':'.join(chance.hex(4) for _ in range(6))}"


def _bytes(_text: str, shortest: int, longest: int, chance: Chance) -> Iterator[str]:
    for groups in {-(-shortest // 4), longest // 4}:
        yield base64.b64encode(chance.random.randbytes(min(groups, 30_000) * 3)).decode()


def _labels(length: int, chance: Chance) -> str:
    """Labels of a host name, with dots between them, of that length together."""
    labels, rest = [], max(1, length)
    while rest > 0:
        label = min(rest, _LONGEST_LABEL if rest - _LONGEST_LABEL != 1 else _LONGEST_LABEL - 1)
        labels.append(_letters(label, chance))
        rest -= label + 1
    return ".".join(labels)


def _fill(text: str, length: int, chance: Chance) -> str:
    return text + _letters(length - len(text), chance)


def _letters(count: int, chance: Chance) -> str:
    return "".join(chance.random.choices(_LETTERS, k=max(0, min(count, 100_000))))


_STRETCHES: Final[Mapping[str, _Stretch]] = {
    "date-time": _moments,
    "email": _emails,
    "idn-email": _emails,
    "uri": _uris,
    "url": _uris,
    "uri-reference": _uris,
    "hostname": _hosts,
    "ipv4": _addresses,
    "ipv6": _wide_addresses,
    "byte": _bytes,
}

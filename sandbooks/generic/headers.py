"""Headers of answers that a description asks for, beside those that HTTP itself or the paging gives.

Knows responses; must not know documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from sandbooks.errors import Unimplemented
from sandbooks.generic.places import Json
from sandbooks.spec import Operation, Response, Schema

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.generate import Generator

WIRE = frozenset({"content-type", "content-length", "date", "transfer-encoding"})
OWN = WIRE | {"location", "link", "content-location", "allow", "www-authenticate", "retry-after"}


def make_headers(schemas: Mapping[str, Schema], generator: Generator, chance: Chance, now: datetime) -> dict[str, str]:
    """A value for each header, as one line; none for those that no value fits."""
    made = {}
    for name, schema in schemas.items():
        with suppress(Unimplemented):
            made[name] = header_line(generator.value(schema, chance.at(name), now=now, name=name))
    return made


def documented_headers(response: Response, but: frozenset[str] = OWN) -> dict[str, Schema]:
    """The headers of an answer but those that others give; lower-case names in `but`."""
    return {name: schema for name, schema in response.headers.items() if name.lower() not in but}


def required_headers(
    operation: Operation, response: Response, resolve: Callable[[Schema], Schema]
) -> dict[str, Schema]:
    """The headers that an answer may not lack, but those that others give."""
    found = documented_headers(response)
    if not found:
        return {}
    raw = resolve(operation.raw.get("responses", {}).get(response.status) or {}).get("headers") or {}
    return {name: schema for name, schema in found.items() if _is_required(raw.get(name), resolve)}


def documents_header(response: Response | None, name: str) -> bool:
    """The response shows that header, in whatever case."""
    return response is not None and any(each.lower() == name.lower() for each in response.headers)


def _is_required(raw: Json, resolve: Callable[[Schema], Schema]) -> bool:
    return isinstance(raw, dict) and resolve(raw).get("required") is True


def header_line(value: Json) -> str:
    """A value as one line of ASCII, which is all that a header carries safely."""
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    text = text.lower() if isinstance(value, bool) else text
    return "".join(letter for letter in text if " " <= letter <= "~").strip()

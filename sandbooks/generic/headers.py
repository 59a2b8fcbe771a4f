"""Headers of answers that a description asks for, beside those that HTTP itself or the paging gives.

Knows responses; must not know documents.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbooks.chance import Chance
from sandbooks.generic.places import Json
from sandbooks.pack import Call
from sandbooks.spec import Operation, Response

OWN = frozenset({"content-type", "content-length", "location", "link", "date", "content-location", "transfer-encoding"})


def make_headers(
    call: Call, operation: Operation, response: Response | None, chance: Chance, *, only_required: bool
) -> dict[str, str]:
    """A value for each documented header; `only_required` leaves out those that an answer may lack."""
    if response is None:
        return {}
    raw = _raw_headers(operation, response)
    made = {}
    for name, schema in response.headers.items():
        if name.lower() in OWN or (only_required and not _is_required(call, raw.get(name))):
            continue
        value = call.generator.value(schema, chance.at(name), now=call.now, name=name)
        made[name] = _text(value)
    return made


def documents_header(response: Response | None, name: str) -> bool:
    """The response shows that header, in whatever case."""
    return response is not None and any(each.lower() == name.lower() for each in response.headers)


def _raw_headers(operation: Operation, response: Response) -> Mapping[str, Json]:
    raw = operation.raw.get("responses", {}).get(response.status, {})
    headers = raw.get("headers") if isinstance(raw, dict) else None
    return headers if isinstance(headers, dict) else {}


def _is_required(call: Call, raw: Json) -> bool:
    return isinstance(raw, dict) and call.description.resolve(raw).get("required") is True


def _text(value: Json) -> str:
    """A value as one line of ASCII, which is all that a header carries safely."""
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    text = text.lower() if isinstance(value, bool) else text
    return "".join(letter for letter in text if " " <= letter <= "~").strip()

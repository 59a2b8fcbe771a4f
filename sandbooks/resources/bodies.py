"""The schemas of what an operation takes and answers, of the content type that shows most.

Knows operations of a description; must not know collections.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbooks.resources.model import Schema
from sandbooks.spec import Operation
from sandbooks.spec.model import MediaType, Response, is_form, is_json


def request_schema(operation: Operation) -> Schema | None:
    """The schema of the body, None when the operation takes none that has a schema."""
    return _most_telling(operation.body.content) if operation.body else None


def answer_schema(operation: Operation, status: int) -> Schema | None:
    """The schema of the answer with this status, None for an answer without a body or of unknown form."""
    response = response_of(operation, status)
    return _most_telling(response.content) if response else None


def value_schema(operation: Operation, status: int) -> Schema | None:
    """The same for an answer that may be one bare value, which needs no structure: a number as plain text."""
    response = response_of(operation, status)
    texts = [media.schema for name, media in response.content.items() if name.startswith("text/")] if response else []
    return answer_schema(operation, status) or next((schema for schema in texts if schema), None)


def response_of(operation: Operation, status: int) -> Response | None:
    """The documented answer of a status; `default` counts only where no success is documented."""
    response = operation.response_for(status)
    if response is None or (response.status == "default" and success_statuses(operation)):
        return None
    return response


def success_statuses(operation: Operation) -> list[int]:
    """The documented statuses of success, lowest first; `2XX` counts as 200."""
    found = {200 if key.upper() == "2XX" else int(key) for key in operation.responses if _is_success(key)}
    return sorted(found)


def is_binary(operation: Operation, status: int) -> bool:
    """The answer is a file: content types are given, and none of them is structured."""
    response = response_of(operation, status)
    return response is not None and bool(response.content) and not any(map(_rank, response.content.items()))


def is_upload(operation: Operation) -> bool:
    """The body is a file: content types are given, and none of them is structured."""
    content = operation.body.content if operation.body is not None else {}
    return bool(content) and not any(map(_rank, content.items()))


def _is_success(key: str) -> bool:
    return len(key) == 3 and key[0] == "2" and (key[1:].isdigit() or key.upper() == "2XX")


def _most_telling(content: Mapping[str, MediaType]) -> Schema | None:
    ranked = [(_rank(entry), -index, entry[1].schema) for index, entry in enumerate(content.items())]
    found = [entry for entry in ranked if entry[0] and entry[2]]
    return max(found, key=lambda entry: entry[:2])[2] if found else None


def _rank(entry: tuple[str, MediaType]) -> int:
    """How much an entry of a body's content shows; nothing: a file."""
    content_type, media = entry
    if media.is_bytes:
        return 0
    if is_json(content_type):
        return 4
    if is_form(content_type):
        return 3
    return 2 if "xml" in content_type else int("*/*" in content_type)

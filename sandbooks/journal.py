"""What was asked, what was answered, and why: the memory of one sandbox's vendor calls.

Knows no vendor. Holds raw bytes; an entry becomes JSON, with its secrets taken out, only when somebody reads it.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from sandbooks.clock import render_moment
from sandbooks.errors import NotFound
from sandbooks.notation import read_json

logger = logging.getLogger("sandbooks.calls")

KEPT_ENTRIES = 1000
KEPT_BYTES = 65_536
LONGEST_WHY = 160
"""How much of the reasons a line of the log holds."""
REDACTED = "[redacted]"
CLOCK_METHOD = "CLOCK"
"""The method of an entry that no call led to: something fell due."""
_FORM_NAME = re.compile(r"[\w.\-\[\]]{1,64}")
SECRET_HEADERS = frozenset({"authorization", "cookie", "set-cookie", "x-api-key", "proxy-authorization"})
SECRET_NAMES = frozenset(
    {
        "password",
        "client_secret",
        "jwtApiKey",
        "token",
        "access_token",
        "refresh_token",
        "secret",
        "code_verifier",
    }
)


@dataclass(slots=True)
class Entry:
    """One vendor call, or what the clock had a pack do (its method is `CLOCK_METHOD`, it has no operation).

    `changes` lists what it did to the store, empty for a read or a refusal. The values of `secret_parameters` are left
    out wherever they stand, those of `secret_fields` in the query, in forms and in the query of a `Location`.
    """

    at: datetime
    vendor: str
    operation: str
    method: str
    path: str
    sandbox: str
    request_headers: Mapping[str, str]
    query_string: str
    request_body: bytes
    status: int
    answer_headers: Mapping[str, str]
    answer_body: bytes
    duration_ms: float
    why: list[str]
    changes: list[dict[str, Any]] = field(default_factory=list)  # table, id, and what was before and after
    secret_parameters: frozenset[str] = frozenset()
    secret_fields: frozenset[str] = frozenset()
    id: int = 0
    request_size: int = 0
    answer_size: int = 0

    def render(self) -> dict[str, object]:
        """The entry as the control API shows it, secrets redacted."""
        names = SECRET_NAMES | self.secret_parameters
        return self._view(names, SECRET_HEADERS | {name.lower() for name in names}, names | self.secret_fields)

    def reveal(self) -> dict[str, Any]:  # as `render`
        """The entry in the same shape with its secrets in it: to compare with, never to be shown."""
        return self._view(frozenset(), frozenset(), frozenset())

    def summary(self) -> dict[str, object]:
        """What a log says of the call: no header, no body, and a query with its secrets redacted."""
        pairs = _redact_pairs(self.query_string, SECRET_NAMES | self.secret_parameters | self.secret_fields)
        return {
            "sandbox": self.sandbox,
            "vendor": self.vendor,
            "operation": self.operation or None,
            "method": self.method,
            "path": self.path,
            "query": urlencode(pairs, doseq=True, safe="[]:,") or None,
            "status": self.status,
            "duration_ms": round(self.duration_ms, 3),
            "why": _shortened(self.why),
        }

    def _view(self, names: frozenset[str], headers: frozenset[str], fields: frozenset[str]) -> dict[str, Any]:
        return {
            "id": self.id,
            "at": render_moment(self.at),
            "vendor": self.vendor,
            "operation": self.operation or None,
            "method": self.method,
            "path": self.path,
            "request": {
                "headers": _redact_headers(self.request_headers, headers),
                "query": _redact_pairs(self.query_string, fields),
                "body": _render_body(self.request_body, self.request_size, self.request_headers, names, fields),
            },
            "answer": {
                "status": self.status,
                "headers": _redact_address(_redact_headers(self.answer_headers, headers), fields),
                "body": _render_body(self.answer_body, self.answer_size, self.answer_headers, names, fields),
            },
            "duration_ms": round(self.duration_ms, 3),
            "sandbox": self.sandbox,
            "why": self.why,
            "changes": redact(self.changes, names),
        }


class Coverage:
    """How often each operation was answered with each status; outlives the entries of the calls."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], dict[int, int]] = {}

    def add(self, vendor: str, operation: str, status: int) -> None:
        key = (vendor, operation)
        counts = self._counts.get(key)
        if counts is None:
            counts = self._counts[key] = {}
        counts[status] = counts.get(status, 0) + 1

    def statuses(self, vendor: str, operation: str) -> dict[int, int]:
        """How many answers there were of each status, in the order of the statuses."""
        return dict(sorted(self._counts.get((vendor, operation), {}).items()))

    def clear(self) -> None:
        self._counts.clear()


class Journal:
    """The last calls of one sandbox, bounded in number; each body is kept up to 64 KB.

    `coverage` counts every call of an operation, those too that have left; `clear` leaves it alone.
    """

    def __init__(self, kept: int = KEPT_ENTRIES) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._made = 0
        self.coverage = Coverage()

    def add(self, entry: Entry) -> None:
        self._made += 1
        entry.id = self._made
        entry.request_size, entry.answer_size = len(entry.request_body), len(entry.answer_body)
        entry.request_body = entry.request_body[:KEPT_BYTES]
        entry.answer_body = entry.answer_body[:KEPT_BYTES]
        self._entries.append(entry)
        if entry.operation:
            self.coverage.add(entry.vendor, entry.operation, entry.status)

    def __iter__(self) -> Iterator[Entry]:
        """Newest first."""
        return reversed(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def latest(self) -> int:
        """The id of the last entry that was made, 0 for none."""
        return self._made

    def get(self, id: str) -> Entry:
        """
        Raises:
            NotFound: no entry of that id is kept.
        """
        for entry in self._entries:
            if str(entry.id) == id:
                return entry
        kept = f"kept are {self._entries[0].id} to {self._made}" if self._entries else "none is kept"
        raise NotFound(f"There is no request {id!r}; {kept}.")

    def find(
        self,
        *,
        vendor: str = "",
        operation: str = "",
        method: str = "",
        status: int | None = None,
        since: datetime | None = None,
        after: int = 0,
    ) -> list[Entry]:
        """The entries that have all that is given, newest first; `since` a moment, or `after` the entry of an id."""
        return [
            entry
            for entry in self
            if vendor in ("", entry.vendor)
            and operation in ("", entry.operation)
            and method.upper() in ("", entry.method)
            and status in (None, entry.status)
            and (since is None or entry.at >= since)
            and entry.id > after
        ]

    def clear(self) -> None:
        self._entries.clear()

    def restart(self) -> None:
        """Forget everything, what was counted too; ids start over."""
        self._entries.clear()
        self.coverage.clear()
        self._made = 0


class ToldJournal(Journal):
    """A journal that tells the log of each entry too."""

    def add(self, entry: Entry) -> None:
        super().add(entry)
        said = entry.summary()
        target = f"{entry.path}?{said['query']}" if said["query"] else entry.path
        line = f"{entry.sandbox} {entry.method} {target} {entry.status} {entry.duration_ms:.1f} ms: {said['why']}"
        logger.info("%s", line, extra={"fields": said})


def new_journal() -> Journal:
    """An empty journal, which tells the log of calls where anybody listens now; else a call pays nothing for it."""
    return ToldJournal() if logger.isEnabledFor(logging.INFO) else Journal()


def redact(value: Any, secret: frozenset[str] = SECRET_NAMES) -> Any:  # any JSON value, same shape out
    """A copy of a JSON value without the values of secret names."""
    if isinstance(value, Mapping):
        return {
            name: REDACTED if name in secret and inner is not None else redact(inner, secret)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [redact(item, secret) for item in value]
    return value


def _shortened(why: list[str]) -> str:
    """The reasons in one line; of a traceback the last of its own."""
    told = "; ".join(reason.rstrip().rpartition("\n")[2] for reason in why)
    return told if len(told) <= LONGEST_WHY else f"{told[: LONGEST_WHY - 3]}..."


def _redact_headers(headers: Mapping[str, str], secret: frozenset[str]) -> dict[str, str]:
    return {name: REDACTED if name.lower() in secret else value for name, value in headers.items()}


def _redact_address(headers: dict[str, str], secret: frozenset[str]) -> dict[str, str]:
    """Headers whose `Location` keeps to itself what its query holds under secret names."""
    for name, value in headers.items():
        if name.lower() == "location" and "?" in value:
            address, _, rest = value.partition("?")
            query, sign, fragment = rest.partition("#")
            pairs = parse_qsl(query, keep_blank_values=True)
            if any(given in secret for given, _ in pairs):
                shown = urlencode([(given, REDACTED if given in secret else text) for given, text in pairs], safe="[]")
                headers[name] = f"{address}?{shown}{sign}{fragment}"
    return headers


def _redact_pairs(text: str, secret: frozenset[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        shown = REDACTED if name in secret else value
        earlier = found.get(name)
        if earlier is None:
            found[name] = shown
        else:
            found[name] = [*earlier, shown] if isinstance(earlier, list) else [earlier, shown]
    return found


def _render_body(
    body: bytes, size: int, headers: Mapping[str, str], secret: frozenset[str], fields: frozenset[str]
) -> object:
    if not body:
        return None
    if size > len(body):  # cut off, so nobody can tell where its secrets are
        return f"[{size} bytes]"
    media_type = next((v for n, v in headers.items() if n.lower() == "content-type"), "").partition(";")[0]
    media_type = media_type.strip().lower()
    if media_type == "application/x-www-form-urlencoded":
        shown = _redact_pairs(body.decode("utf-8", "replace"), fields)
        # A name that is no name (JSON sent as a form) may hold anything.
        return shown if all(_FORM_NAME.fullmatch(name) for name in shown) else f"[{len(body)} bytes]"
    if media_type.startswith("multipart/"):
        return f"[multipart, {len(body)} bytes]"
    try:
        return redact(read_json(body), secret)
    except orjson.JSONDecodeError:  # what cannot be read cannot be searched for secrets
        return f"[{len(body)} bytes]"

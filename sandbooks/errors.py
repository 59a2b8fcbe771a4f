"""What can go wrong, in neutral words: refusals of one call, and faults that stop the start.

Knows no HTTP status and no vendor: a pack's envelope turns a problem into the answer that its vendor would give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Detail:
    """One place in a call that is wrong.

    `place` says where the value stood (`body`, `query`, `path`, `header`, `cookie`, `form`), `pointer` is a JSON
    pointer inside it (`/records/0/type`; for a parameter `/` and its name), `message` names the offending value and
    what was expected, `keyword` is the schema word that failed (`type`, `required`, ...) or empty.
    """

    place: str
    pointer: str
    message: str
    keyword: str = ""

    @property
    def field(self) -> str:
        """The pointer in dotted form, as most vendors print it: `records.0.type`."""
        return self.pointer.strip("/").replace("/", ".").replace("~1", "/").replace("~0", "~")


class Problem(Exception):
    """A refusal of one call. Raised anywhere below the pipeline, it rolls back all that the call did.

    Args:
        message: one sentence for the caller, with the offending value and the next step.
        code: the vendor's own code where a handler knows it; empty means that the envelope chooses.
        details: the single places that are wrong.
        extra: further members a vendor's envelope may print.

    `notes` are sentences for the journal, of whoever words the refusal.
    """

    title = "Problem"
    at: datetime | None = None
    """When the call was refused, by the sandbox's clock; set by the pipeline, for envelopes that print it."""

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        details: Sequence[Detail] = (),
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message or self.title)
        self.message = message or self.title
        self.code = code
        self.details = tuple(details)
        self.extra = dict(extra or {})
        self.notes: list[str] = []


class Malformed(Problem):
    """The body cannot be read at all: broken JSON, a lone surrogate, nesting without end."""

    title = "The request cannot be read"


class Invalid(Problem):
    """Readable, but not what the description or a rule of the vendor asks for."""

    title = "The request is not valid"


class Unauthenticated(Problem):
    """No credential, an unknown one, or one that has expired. `challenge` is what a client should present."""

    title = "Authentication is required"

    def __init__(self, message: str = "", *, challenge: str = "", code: str = "") -> None:
        super().__init__(message, code=code)
        self.challenge = challenge


class Forbidden(Problem):
    """A known caller without the right to do this."""

    title = "Not allowed"


class NotFound(Problem):
    """No such path, document or collection."""

    title = "Not found"


class NotAllowed(Problem):
    """The path exists, the method does not; `allowed` lists the methods that do."""

    title = "Method not allowed"

    def __init__(self, message: str = "", *, allowed: Sequence[str]) -> None:
        super().__init__(message)
        self.allowed = tuple(allowed)


class NotAcceptable(Problem):
    """The caller accepts no form in which the answer exists."""

    title = "Not acceptable"


class Conflict(Problem):
    """A key that is taken, or a state that forbids the change."""

    title = "Conflict"


class TooLarge(Problem):
    """More bytes than one call may carry."""

    title = "Too large"


class HeadersTooLarge(Problem):
    """More bytes in headers than one call may carry."""

    title = "Headers too large"


class UnsupportedMedia(Problem):
    """A body in a content type, charset or compression that is not read; `encodings` lists compressions that are."""

    title = "Unsupported media type"

    def __init__(self, message: str = "", *, encodings: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.encodings = tuple(encodings)


class Unprocessable(Problem):
    """Well-formed and well-typed, but against a business rule; for vendors that keep it apart from `Invalid`."""

    title = "The request cannot be processed"


class TooMany(Problem):
    """More calls than a limit allows; `retry_after_s` is when to come back, where it is known."""

    title = "Too many requests"

    def __init__(self, message: str = "", *, retry_after_s: float | None = None, code: str = "") -> None:
        super().__init__(message, code=code)
        self.retry_after_s = retry_after_s


class Unimplemented(Problem):
    """The description shows the operation, the sandbox cannot answer it."""

    title = "Not implemented"


class Unavailable(Problem):
    """Not now: still starting or stopping."""

    title = "Unavailable"


class TimedOut(Unavailable):
    """A wait that ran out: the call stood in a queue for as long as the vendor lets one stand, and did nothing."""

    title = "Timed out"


class Internal(Problem):
    """Our own fault: a handler raised, or its answer does not fit the description."""

    title = "Internal error"


class StartupError(Exception):
    """Something we control is wrong: a description, a pack, a fixture, a setting. The start stops.

    Printed as one line: `file:line: cause`, or `file: cause`, or the cause alone.
    """

    def __init__(self, cause: str, *, file: Path | str = "", place: str | int = "") -> None:
        self.cause = cause
        self.file = str(file)
        self.place = str(place)
        super().__init__(": ".join(part for part in (":".join(p for p in (self.file, self.place) if p), cause) if part))

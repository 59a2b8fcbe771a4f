"""A sandbox server for bookkeeping APIs: reads a vendor's OpenAPI description and answers with memory.

These names are what a vendor's pack is written with. Each is loaded when it is first asked for: a test run in which
nobody asks pays nothing for them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbooks.errors import (
        Conflict,
        Detail,
        Forbidden,
        Invalid,
        Malformed,
        NotFound,
        Problem,
        TimedOut,
        TooLarge,
        TooMany,
        Unauthenticated,
        Unprocessable,
        UnsupportedMedia,
    )
    from sandbooks.pack import (
        ApiKey,
        Basic,
        Bearer,
        Call,
        Caller,
        Collection,
        Credential,
        Delivery,
        Duty,
        Endpoint,
        Envelope,
        Event,
        File,
        FixedWindow,
        Grant,
        Handler,
        Idempotency,
        LimitHeaders,
        Message,
        Pack,
        Parallel,
        PerHour,
        PerMinute,
        PerSecond,
        Queue,
        Reply,
        Scheme,
        SlidingWindow,
        TokenBucket,
        Visit,
        Webhooks,
        ask_consent,
        consent_given,
    )

__version__ = "0.1.0"

__all__ = [
    "ApiKey",
    "Basic",
    "Bearer",
    "Call",
    "Caller",
    "Collection",
    "Conflict",
    "Credential",
    "Delivery",
    "Detail",
    "Duty",
    "Endpoint",
    "Envelope",
    "Event",
    "File",
    "FixedWindow",
    "Forbidden",
    "Grant",
    "Handler",
    "Idempotency",
    "Invalid",
    "LimitHeaders",
    "Malformed",
    "Message",
    "NotFound",
    "Pack",
    "Parallel",
    "PerHour",
    "PerMinute",
    "PerSecond",
    "Problem",
    "Queue",
    "Reply",
    "Scheme",
    "SlidingWindow",
    "TimedOut",
    "TokenBucket",
    "TooLarge",
    "TooMany",
    "Unauthenticated",
    "Unprocessable",
    "UnsupportedMedia",
    "Visit",
    "Webhooks",
    "ask_consent",
    "consent_given",
]

if not TYPE_CHECKING:  # a type checker would take every misspelt name for one of these

    def __getattr__(name: str) -> object:
        for home in ("sandbooks.errors", "sandbooks.pack") if name in __all__ else ():
            module = import_module(home)
            if hasattr(module, name):
                globals()[name] = getattr(module, name)
                return globals()[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

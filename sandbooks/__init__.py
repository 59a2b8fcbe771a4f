"""A sandbox server for bookkeeping APIs: reads a vendor's OpenAPI description and answers with memory.

These names are what a vendor's pack is written with.
"""

from sandbooks.errors import (
    Conflict,
    Detail,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooMany,
    Unauthenticated,
    Unprocessable,
)
from sandbooks.pack import (
    ApiKey,
    Basic,
    Bearer,
    Call,
    Caller,
    Collection,
    Credential,
    Envelope,
    Event,
    File,
    Grant,
    Pack,
    Reply,
    Scheme,
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
    "Detail",
    "Envelope",
    "Event",
    "File",
    "Forbidden",
    "Grant",
    "Invalid",
    "NotFound",
    "Pack",
    "Problem",
    "Reply",
    "Scheme",
    "TooMany",
    "Unauthenticated",
    "Unprocessable",
]

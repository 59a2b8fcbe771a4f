"""What a vendor author sees: Pack, Call, Reply, Event, credentials and the error envelope.

Knows neither the web framework nor the database beneath.
"""

from sandbooks.pack.call import TENANT_MARK, Call, File
from sandbooks.pack.credentials import (
    ANYBODY,
    DEFAULT_SANDBOX,
    MAIN_TENANT,
    OTHER_TENANT,
    ApiKey,
    Basic,
    Bearer,
    Caller,
    Credential,
    Grant,
    Scheme,
)
from sandbooks.pack.envelope import PROBLEM_MEDIA, Envelope
from sandbooks.pack.pack import Collection, Handler, Pack, Seeder, handlers_by_operation, place_of
from sandbooks.pack.reply import JSON_MEDIA, Event, Reply

__all__ = [
    "ANYBODY",
    "DEFAULT_SANDBOX",
    "JSON_MEDIA",
    "MAIN_TENANT",
    "OTHER_TENANT",
    "PROBLEM_MEDIA",
    "TENANT_MARK",
    "ApiKey",
    "Basic",
    "Bearer",
    "Call",
    "Caller",
    "Collection",
    "Credential",
    "Envelope",
    "Event",
    "File",
    "Grant",
    "Handler",
    "Pack",
    "Reply",
    "Scheme",
    "Seeder",
    "handlers_by_operation",
    "place_of",
]

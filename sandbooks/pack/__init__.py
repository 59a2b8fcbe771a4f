"""What a vendor author sees: Pack, Call, Reply, Event, credentials and the error envelope.

Knows neither the web framework nor the database beneath.
"""

from sandbooks.pack.call import TENANT_MARK, Call, File
from sandbooks.pack.checks import place_of
from sandbooks.pack.consent import ALLOW, ANSWER, CONSENT_PATH, DENY, ask_consent, consent_given
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
from sandbooks.pack.duties import Duty
from sandbooks.pack.envelope import PROBLEM_MEDIA, Envelope, headers_for
from sandbooks.pack.idempotency import Idempotency
from sandbooks.pack.limits import (
    FixedWindow,
    Limit,
    LimitHeaders,
    Parallel,
    PerHour,
    PerMinute,
    PerSecond,
    Queue,
    SlidingWindow,
    TokenBucket,
)
from sandbooks.pack.pack import Coded, Collection, Handler, Pack, Seeder, handlers_by_operation
from sandbooks.pack.reply import BINARY_MEDIA, JSON_MEDIA, Event, Reply
from sandbooks.pack.visit import Doorkeeper, Visit
from sandbooks.pack.webhooks import (
    DELIVERIES,
    Delivery,
    Endpoint,
    Message,
    Outgoing,
    Webhooks,
    delivery_id,
    event_payload,
    note_nothing,
    render_delivery,
    sign_with_secret,
    standard_signature,
)

__all__ = [
    "ALLOW",
    "ANSWER",
    "ANYBODY",
    "BINARY_MEDIA",
    "CONSENT_PATH",
    "DEFAULT_SANDBOX",
    "DELIVERIES",
    "DENY",
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
    "Coded",
    "Collection",
    "Credential",
    "Delivery",
    "Doorkeeper",
    "Duty",
    "Endpoint",
    "Envelope",
    "Event",
    "File",
    "FixedWindow",
    "Grant",
    "Handler",
    "Idempotency",
    "Limit",
    "LimitHeaders",
    "Message",
    "Outgoing",
    "Pack",
    "Parallel",
    "PerHour",
    "PerMinute",
    "PerSecond",
    "Queue",
    "Reply",
    "Scheme",
    "Seeder",
    "SlidingWindow",
    "TokenBucket",
    "Visit",
    "Webhooks",
    "ask_consent",
    "consent_given",
    "delivery_id",
    "event_payload",
    "handlers_by_operation",
    "headers_for",
    "note_nothing",
    "place_of",
    "render_delivery",
    "sign_with_secret",
    "standard_signature",
]

"""A pack that declares one of everything: a limit with its headers, idempotency, and webhooks.

All other operations are served from the description alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from sandbooks import (
    Call,
    Endpoint,
    Event,
    Idempotency,
    LimitHeaders,
    Pack,
    PerMinute,
    Reply,
    Webhooks,
)


def subscribers(call: Call, event: Event) -> Iterable[Endpoint]:
    """Every webhook hears of every event."""
    for hook in call.collection("hooks").page().items:
        yield Endpoint(str(hook["id"]), hook["url"], hook.get("secret", ""))


pack = Pack(
    "pets",
    limits=[PerMinute(60)],
    limit_headers=LimitHeaders(),
    idempotency=Idempotency(),
    webhooks=Webhooks(subscribers, retry_s=(5, 60, 600)),
)


@pack.handles("createAnimal", collection="animals")
def create_animal(call: Call) -> Reply:
    """Store the animal and announce it."""
    animal = call.collection("animals").put(call.body)
    call.emit(Event("animal.created", animal))
    return Reply(201, animal)

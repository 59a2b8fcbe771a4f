"""What the vendors' webhooks delivered in one sandbox, and once more.

Knows how it is asked for; signing, sending and retrying are elsewhere.
"""

from __future__ import annotations

from sandbooks.pack import Call, Reply
from sandbooks.server import Server


def list_deliveries(server: Server, call: Call) -> Reply:
    """Every delivery with its attempts, newest first."""
    return Reply(200, server.use_sandbox(call.sandbox).outbox.deliveries())


def redeliver(server: Server, call: Call) -> Reply:
    """One more attempt, now; it leaves after this answer."""
    return Reply(202, server.use_sandbox(call.sandbox).outbox.redeliver(call.path["id"]))


HANDLERS = {
    "listDeliveries": list_deliveries,
    "redeliver": redeliver,
}

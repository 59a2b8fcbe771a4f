"""Open items: a stand-in without any."""

from __future__ import annotations

from sandbooks import Call


def release(call: Call, settlement_intent_id: str) -> list[str]:
    """Nothing is settled."""
    return []

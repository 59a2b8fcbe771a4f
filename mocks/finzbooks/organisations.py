"""Companies and the people who act for them: which one a call works for, and who is a member of what.

Each organisation is a tenant of its own. Who is who is kept for all of them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbooks import Call

ORGANISATIONS, MEMBERSHIPS, USERS, SETTINGS = "organisations", "memberships", "users", "settings"

MAIN = "5f0c8a52-7d1e-4b0a-9c57-1f6d2e9b4a10"
SECOND = "a3e1d9b4-2c6f-4f8e-8b1d-6c2f7a5e9d21"
OTHER = "c9b7f014-58ad-4d3c-b2e6-0e8d1a7f3c32"
BY_TENANT: Mapping[str, str] = {"main": MAIN, "second": SECOND, "other": OTHER}
"""The organisations that every sandbox begins with, by tenant."""

Document = Mapping[str, Any]  # as it is stored


def current(call: Call) -> dict[str, Any]:  # as it is stored
    """The organisation for which a call works; what is known of it without its document where that is gone."""
    tenant = call.caller.tenant
    found = call.shared(ORGANISATIONS).page(filters={"tenant": tenant}, limit=1).items
    return found[0] if found else {"organization_id": BY_TENANT.get(tenant, tenant), "name": tenant, "tenant": tenant}


def is_active(memberships: Iterable[Document]) -> bool:
    """Whether one of these memberships is in force."""
    return any(membership["is_active"] for membership in memberships)


def is_member(call: Call, user_id: str, organization_id: str) -> bool:
    """Whether a user is an active member of an organisation."""
    filters = {"user_id": user_id, "organization_id": organization_id}
    return is_active(call.shared(MEMBERSHIPS).views(filters=filters))

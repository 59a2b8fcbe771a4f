"""Who calls: users of an account with a password, and whether they may use the API.

User names are `user@account` (A46); in another sandbox than `default` its name follows: `admin@kentest-sandbox~team-a`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbooks import Basic, Caller, Forbidden, Grant

if TYPE_CHECKING:
    from sandbooks.spec import Operation

API = "API"
"""The permission that support switches on for a user."""

ACCOUNTS = {"main": "kentest-sandbox", "other": "prairie-sandbox"}
"""The account of each tenant."""

GRANTS = (
    Grant("admin", "Full rights: an admin user with the API permission.", roles=frozenset({API})),
    Grant("integration", "Full rights: the user of an integration, with the API permission.", roles=frozenset({API})),
    Grant("viewer", "Limited rights: a user without the API permission, refused with 403 everywhere."),
    Grant("expired", "An expired password: refused with 401 everywhere.", roles=frozenset({API}), expired=True),
    Grant(
        "other-tenant",
        "Full rights in another tenant, the account prairie-sandbox: sees nothing of the first.",
        tenant="other",
        roles=frozenset({API}),
    ),
)


class UserScheme(Basic):
    """HTTP Basic with the users of the account."""

    challenge = 'Basic realm="Aimsio"'
    takes_keys = False

    def __init__(self) -> None:
        super().__init__(GRANTS)

    def name_of(self, grant: Grant) -> str:
        user = "admin" if grant.name == "other-tenant" else grant.name
        return f"{user}@{ACCOUNTS[grant.tenant]}"

    def caller_for(self, grant: Grant, sandbox: str) -> Caller:
        return replace(super().caller_for(grant, sandbox), claims={"user": self.name_of(grant)})


def authorise(caller: Caller, operation: Operation) -> None:
    """Let a user pass who has the API permission.

    Raises:
        Forbidden: any other.
    """
    if API not in caller.roles:
        user = caller.claims.get("user", caller.name)
        raise Forbidden(f"The user {user} lacks the API permission; it is given by support, not by a role.")

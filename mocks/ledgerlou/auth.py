"""Who calls: a stand-in with one key that may do all."""

from __future__ import annotations

from datetime import datetime

from sandbooks import Bearer, Call, Caller, Grant

SURFACES = {
    "surface": "api",
    "surface_label": "REST API",
    "channel": "rest",
    "channel_label": "REST",
    "actor_type": "api_key",
    "actor_label": "Sandbox admin",
    "actor_key_prefix": "ll_sandb",
    "actor_display": "Sandbox admin",
}


class TokenScheme(Bearer):
    """`ll_sandbox_admin`, or `ll_sandbox_admin~team-a`."""

    def __init__(self) -> None:
        super().__init__((Grant("admin", "Full rights."),))

    def secret_for(self, grant: Grant, sandbox: str, now: datetime) -> str:
        return "ll_sandbox_admin" if sandbox == "default" else f"ll_sandbox_admin~{sandbox}"

    def sandbox_of(self, secret: str) -> str | None:
        stem, _, sandbox = secret.partition("~")
        return (sandbox or "default") if stem == "ll_sandbox_admin" else None

    def identify(self, secret: str, now: datetime) -> Caller:
        return super().identify(secret.replace("ll_sandbox_", f"{self.vendor}-"), now)


def provenance(call: Call) -> dict[str, str]:
    """Who booked, and by what way."""
    return dict(SURFACES)

"""Who may call: grants that a pack declares, and the schemes that carry them.

A secret names its sandbox: `acme-full` belongs to `default`, `acme-full~team-a` to the sandbox `team-a`. Knows how a
secret is written, not where in a request it stands.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sandbooks.errors import Unauthenticated
from sandbooks.pack.checks import check_are, check_different

DEFAULT_SANDBOX = "default"
MAIN_TENANT = "main"
OTHER_TENANT = "other"
SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class Grant:
    """A kind of caller that every sandbox knows.

    `scopes` None means every scope. `roles` are the vendor's own words. A grant that `expired` gets 401, one that is
    `read_only` gets 403 on whatever is not a GET or HEAD. `values` are shown beside the headers (an id, a password).
    """

    name: str
    description: str
    tenant: str = MAIN_TENANT
    scopes: frozenset[str] | None = None
    roles: frozenset[str] = frozenset()
    read_only: bool = False
    expired: bool = False
    values: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_are("roles", self.roles, str, '"clerk"')
        check_are("scopes", self.scopes or (), str, '"invoices.read"')


@dataclass(frozen=True, slots=True)
class Caller:
    """Who made a call, after authentication.

    `expires_at` is when the secret stops working, None for never; `claims` holds whatever else the secret said.
    """

    name: str
    sandbox: str = DEFAULT_SANDBOX
    tenant: str = MAIN_TENANT
    scopes: frozenset[str] | None = None
    roles: frozenset[str] = frozenset()
    read_only: bool = False
    expires_at: datetime | None = None
    claims: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Credential:
    """What `GET /_sandbox/credentials` shows of one grant: `secret` is what stands in the header."""

    name: str
    description: str
    secret: str
    values: Mapping[str, str] = field(default_factory=dict)


DEFAULT_GRANTS = (
    Grant("full", "Full rights on every operation."),
    Grant("limited", "Limited rights: reads only; whatever writes is refused with 403.", read_only=True),
    Grant("expired", "An expired credential: refused with 401 everywhere.", expired=True),
    Grant(
        "other-tenant",
        "Full rights in another tenant: sees none of the documents of the first.",
        tenant=OTHER_TENANT,
    ),
)

ANYBODY = Caller("anybody")
"""The caller of an operation that asks for no credential."""


class Scheme:
    """Secrets of the form `{vendor}-{grant}` or `{vendor}-{grant}~{sandbox}`, one for each grant.

    A pack whose vendor writes its secrets otherwise overrides `secret_for`, `sandbox_of` and `identify`.

    Args:
        grants: the callers that exist; the first has full rights.
    """

    kind = "http-bearer"
    challenge = "Bearer"

    def __init__(self, grants: Sequence[Grant] = DEFAULT_GRANTS) -> None:
        self.grants = check_are("grants", grants, Grant, 'Grant("full", "Full rights.")')
        if not self.grants:
            raise ValueError("a scheme needs at least one grant; leave `grants` out for the default four")
        check_different("the name of a grant", [grant.name for grant in self.grants])
        self.vendor = ""

    def credentials(self, sandbox: str, now: datetime) -> list[Credential]:
        """What works in that sandbox, the one with full rights first."""
        return [
            Credential(
                grant.name,
                grant.description,
                self.secret_for(grant, sandbox, now),
                {**self.values_for(grant, sandbox), **grant.values},
            )
            for grant in self.grants
        ]

    def secret_for(self, grant: Grant, sandbox: str, now: datetime) -> str:
        """The secret of a grant in a sandbox, as it stands in the request."""
        return _with_sandbox(f"{self.vendor}-{grant.name}", sandbox)

    def values_for(self, grant: Grant, sandbox: str) -> dict[str, str]:
        """What a person needs beside the header, by name."""
        return {}

    def sandbox_of(self, secret: str) -> str | None:
        """The sandbox that a secret names, or None when it is no secret of ours."""
        stem, sandbox = _without_sandbox(secret)
        return sandbox if any(stem == f"{self.vendor}-{grant.name}" for grant in self.grants) else None

    def identify(self, secret: str, now: datetime) -> Caller:
        """The caller whom a secret stands for.

        Raises:
            Unauthenticated: unknown, or expired.
        """
        stem, sandbox = _without_sandbox(secret)
        for grant in self.grants:
            if stem == f"{self.vendor}-{grant.name}":
                return self.caller_for(grant, sandbox)
        raise Unauthenticated(
            "The credential is not known; GET /_sandbox/credentials lists those that are.", challenge=self.challenge
        )

    def caller_for(self, grant: Grant, sandbox: str) -> Caller:
        if grant.expired:
            raise Unauthenticated("The credential has expired.", challenge=self.challenge)
        return Caller(
            grant.name,
            sandbox=sandbox,
            tenant=grant.tenant,
            scopes=grant.scopes,
            roles=grant.roles,
            read_only=grant.read_only,
        )


class Bearer(Scheme):
    """`Authorization: Bearer <token>`; also stands for OAuth 2.0 and OpenID Connect."""

    def values_for(self, grant: Grant, sandbox: str) -> dict[str, str]:
        return {"token": _with_sandbox(f"{self.vendor}-{grant.name}", sandbox)}


class ApiKey(Scheme):
    """A key in a header, a query parameter or a cookie, as the description says."""

    kind = "apiKey"
    challenge = "ApiKey"

    def values_for(self, grant: Grant, sandbox: str) -> dict[str, str]:
        return {"api_key": _with_sandbox(f"{self.vendor}-{grant.name}", sandbox)}


class Basic(Scheme):
    """`Authorization: Basic base64(user:password)`; the user names the grant and the sandbox.

    The secret is the base64 text. Password of every grant: `{vendor}-{grant}`. That may also stand as the user, with
    the sandbox and no password, as keys are sent by `curl -u key:`; not where `takes_keys` is False. A pack whose
    vendor names its users otherwise overrides `name_of`.
    """

    kind = "http-basic"
    challenge = 'Basic realm="sandbox"'
    takes_keys = True

    def name_of(self, grant: Grant) -> str:
        """The name under which the vendor knows the user of a grant."""
        return grant.name

    def user_for(self, grant: Grant, sandbox: str) -> str:
        return _with_sandbox(self.name_of(grant), sandbox)

    def password_for(self, grant: Grant) -> str:
        return f"{self.vendor}-{grant.name}"

    def secret_for(self, grant: Grant, sandbox: str, now: datetime) -> str:
        text = f"{self.user_for(grant, sandbox)}:{self.password_for(grant)}"
        return base64.b64encode(text.encode()).decode()

    def values_for(self, grant: Grant, sandbox: str) -> dict[str, str]:
        return {"username": self.user_for(grant, sandbox), "password": self.password_for(grant)}

    def sandbox_of(self, secret: str) -> str | None:
        found = self._find(secret)
        return found[1] if found else None

    def identify(self, secret: str, now: datetime) -> Caller:
        found = self._find(secret)
        if found is None:
            raise Unauthenticated("User and password are not known.", challenge=self.challenge)
        return self.caller_for(*found)

    def _find(self, secret: str) -> tuple[Grant, str] | None:
        try:
            user, _, password = base64.b64decode(secret, validate=True).decode().partition(":")
        except ValueError:
            return None
        name, sandbox = _without_sandbox(user)
        for grant in self.grants:
            if self.takes_keys and name == self.password_for(grant) and not password:
                return grant, sandbox
            if name == self.name_of(grant) and password == self.password_for(grant):
                return grant, sandbox
        return None


def _with_sandbox(stem: str, sandbox: str) -> str:
    return stem if sandbox == DEFAULT_SANDBOX else f"{stem}{SEPARATOR}{sandbox}"


def _without_sandbox(secret: str) -> tuple[str, str]:
    stem, separator, sandbox = secret.rpartition(SEPARATOR)
    return (stem, sandbox) if separator else (secret, DEFAULT_SANDBOX)

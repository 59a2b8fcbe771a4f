"""Who calls: long-lived keys, the tokens they are exchanged for, and which role may use which operation.

Knows no collection; whatever a token says stands in the token itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jwt

from sandbooks import Bearer, Call, Caller, Credential, Forbidden, Grant, Reply, Unauthenticated

if TYPE_CHECKING:
    from jwt.types import Options

    from sandbooks.spec import Operation

Claims = Mapping[str, Any]  # what a token says: any JSON

LIFETIME_S = 3600
TENANTS = {"main": "aiwynsb", "other": "harborsb"}
"""The vendor's name of each tenant; it prefixes the roles."""

SIGNING_KEY = "a sandbox guards nothing, so this key is no secret"
ISSUER_PROJECT = "an-staging-302521"
STAFF_ID = 420
FIRST_KEY_ID = 11
HASURA_CLAIMS = "https://hasura.io/jwt/claims"
ALWAYS_ENOUGH = "SUPER_ADMIN"
DEFAULT_SANDBOX = "default"

GRANTS = (
    Grant(
        "admin",
        "Full rights on every operation (SUPER_ADMIN, API_ADMIN).",
        roles=frozenset({ALWAYS_ENOUGH, "API_ADMIN"}),
    ),
    Grant(
        "user", "Limited rights (API_USER): reads under /gql/v1 and files, nothing else.", roles=frozenset({"API_USER"})
    ),
    Grant("records-reader", "Limited rights (RECORD_R): record types and their fields.", roles=frozenset({"RECORD_R"})),
    Grant(
        "records-writer", "Limited rights (RECORD_W): records, their types and fields.", roles=frozenset({"RECORD_W"})
    ),
    Grant(
        "types-reader", "Limited rights (CUSTOM_TYPE_R): reads custom record types.", roles=frozenset({"CUSTOM_TYPE_R"})
    ),
    Grant("types-writer", "Limited rights (CUSTOM_TYPE_W): custom record types.", roles=frozenset({"CUSTOM_TYPE_W"})),
    Grant(
        "expired",
        "An expired token of an expired key: refused with 401 everywhere.",
        roles=frozenset({ALWAYS_ENOUGH, "API_ADMIN"}),
        expired=True,
    ),
    Grant(
        "other-tenant",
        "Full rights in another tenant: sees none of the documents of the first.",
        tenant="other",
        roles=frozenset({ALWAYS_ENOUGH, "API_ADMIN"}),
    ),
)

_KEY = re.compile(r"aiwyn-(?P<grant>[a-z-]+)-key(?:~(?P<sandbox>[a-z0-9][a-z0-9._-]{0,62}))?\Z")
_ONLY_SIGNATURE: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
_MOST_READ = 4096


class TokenScheme(Bearer):
    """`Authorization: Bearer <JWT>`. A token names its sandbox and its key; nothing is kept of those given out."""

    def __init__(self) -> None:
        super().__init__(GRANTS)
        self._read: dict[str, Claims | None] = {}  # reading one takes 30 µs, and each call asks twice

    def credentials(self, sandbox: str, now: datetime) -> list[Credential]:
        shown = []
        for grant in self.grants:
            token = self.secret_for(grant, sandbox, now)
            values = {"jwtApiKey": key_of(grant, sandbox), "token": token}
            shown.append(Credential(grant.name, grant.description, token, values))
        return shown

    def secret_for(self, grant: Grant, sandbox: str, now: datetime) -> str:
        return issue_token(grant, sandbox, now - timedelta(seconds=2 * LIFETIME_S) if grant.expired else now)

    def sandbox_of(self, secret: str) -> str | None:
        claims = self._claims(secret)
        return claims["firebase"]["sandbox"] if claims else None

    def identify(self, secret: str, now: datetime) -> Caller:
        """
        Raises:
            Unauthenticated: not signed here. Whether it has expired is seen from `expires_at`, at each call.
        """
        claims = self._claims(secret)
        if claims is None:
            raise Unauthenticated(
                "The token is not one of this API; get one from POST /v1/auth/token.", challenge=self.challenge
            )
        grant = GRANTS[claims["authKeyId"] - FIRST_KEY_ID]
        return Caller(
            grant.name,
            sandbox=claims["firebase"]["sandbox"],
            tenant=grant.tenant,
            roles=grant.roles,
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            claims=claims,
        )

    def _claims(self, token: str) -> Claims | None:
        if token not in self._read:
            if len(self._read) >= _MOST_READ:
                self._read.clear()
            self._read[token] = read_token(token)
        return self._read[token]


def exchange_token(call: Call) -> Reply:
    """Exchange a key for a token of 3600 seconds, as `POST /v1/auth/token` does.

    A key that names no sandbox gives a token for the sandbox in which it is exchanged.

    Raises:
        Unauthenticated: an unknown or an expired key.
    """
    found = _KEY.match(call.body["jwtApiKey"])
    grant = next((grant for grant in GRANTS if found and grant.name == found["grant"]), None)
    if found is None or grant is None:
        raise Unauthenticated("The jwtApiKey is not known; GET /_sandbox/credentials lists those that are.")
    if grant.expired:
        raise Unauthenticated("The jwtApiKey has expired; use that of another credential.")
    token = issue_token(grant, found["sandbox"] or call.sandbox, call.now)
    return Reply(200, {"token": token, "tokenType": "Bearer", "expiresIn": LIFETIME_S})


def key_of(grant: Grant, sandbox: str) -> str:
    """The long-lived key of a grant: `aiwyn-admin-key`, `aiwyn-admin-key~team-a` in the sandbox `team-a`."""
    return f"aiwyn-{grant.name}-key" + ("" if sandbox == DEFAULT_SANDBOX else f"~{sandbox}")


def issue_token(grant: Grant, sandbox: str, now: datetime) -> str:
    """A signed token with the claims that the vendor documents; the same one for the same second."""
    tenant, issued = TENANTS[grant.tenant], int(now.timestamp())
    roles = sorted(grant.roles, key=lambda role: (role != ALWAYS_ENOUGH, role))
    prefixed = [f"{tenant}_{role}" for role in roles]
    key_id = FIRST_KEY_ID + GRANTS.index(grant)
    user = f"{tenant}{key_id:0>{28 - len(tenant)}}"
    claims = {
        HASURA_CLAIMS: {"x-hasura-allowed-roles": prefixed, "x-hasura-default-role": prefixed[-1]},
        "staffId": STAFF_ID,
        "tenant": tenant,
        "roles": [role if role == ALWAYS_ENOUGH else f"{tenant}_{role}" for role in roles],
        "email": "user@aiwyn.ai",
        "email_verified": True,
        "authKeyId": key_id,
        "iss": f"https://securetoken.google.com/{ISSUER_PROJECT}",
        "aud": ISSUER_PROJECT,
        "auth_time": issued,
        "iat": issued,
        "exp": issued + LIFETIME_S,
        "user_id": user,
        "sub": user,
        "firebase": {"identities": {}, "sign_in_provider": "custom", "sandbox": sandbox},
    }
    return jwt.encode(claims, SIGNING_KEY, algorithm="HS256")


def read_token(token: str) -> Claims | None:
    """The claims of a token that was signed here, expired or not; None for anything else."""
    try:
        claims: Claims = jwt.decode(token, SIGNING_KEY, algorithms=["HS256"], options=_ONLY_SIGNATURE)
    except jwt.InvalidTokenError:
        return None
    return claims


def authorise(caller: Caller, operation: Operation) -> None:
    """Let a caller pass who has one of the roles that the description lists as `x-roles`.

    Raises:
        Forbidden: none of them.
    """
    roles = operation.raw.get("x-roles", ())
    if not roles or ALWAYS_ENOUGH in caller.roles or not caller.roles.isdisjoint(roles):
        return
    held = ", ".join(sorted(caller.roles))
    raise Forbidden(f"No role of this token ({held}) allows {operation.id}; it needs {' or '.join(roles)}.")

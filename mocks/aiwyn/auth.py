"""Who calls: long-lived keys, the tokens they are exchanged for, and which role may use which operation.

Knows no collection; whatever a token says stands in the token itself.
"""

from __future__ import annotations

import json
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

EXCHANGE_PATH = "/v1/auth/token"
LIFETIME_S = 3600
LAST_SECOND = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
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

_SANDBOX = "[a-z0-9][a-z0-9._-]{0,62}"
_KEY = re.compile(rf"aiwyn-(?P<grant>[a-z-]+)-key(?:~(?P<sandbox>{_SANDBOX}))?")
_ONLY_SIGNATURE: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
_MOST_READ = 4096


class TokenScheme(Bearer):
    """`Authorization: Bearer <JWT>`. A token names its sandbox and its key; nothing is kept of those given out."""

    def __init__(self) -> None:
        super().__init__(GRANTS)
        self._read: dict[str, Claims] = {}  # reading one takes 50 µs, and each call asks twice

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
            Unauthenticated: not made here. Whether it has expired is seen from `expires_at`, at each call.
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
        if token in self._read:
            return self._read[token]
        claims = read_token(token)
        if claims is not None:
            if len(self._read) >= _MOST_READ:
                self._read.clear()
            self._read[token] = claims
        return claims


def exchange_token(call: Call) -> Reply:
    """Exchange a key for a token of 3600 seconds, as `POST /v1/auth/token` does.

    A key that names no sandbox gives a token for the sandbox in which it is exchanged.

    Raises:
        Unauthenticated: an unknown or an expired key.
    """
    found = _read_key(call.body["jwtApiKey"])
    if found is None:
        raise Unauthenticated("The jwtApiKey is not known; GET /_sandbox/credentials lists those that are.")
    grant, sandbox = found
    if grant.expired:
        raise Unauthenticated("The jwtApiKey has expired; use that of another credential.")
    token = issue_token(grant, sandbox or call.sandbox, call.now)
    return Reply(200, {"token": token, "tokenType": "Bearer", "expiresIn": LIFETIME_S})


def sandbox_in_exchange(path: str, body: bytes) -> str | None:
    """The sandbox that the key in an exchange names, so that the exchange runs there, by its clock.

    None for any other call, and where the key is unknown or names none.
    """
    if path != EXCHANGE_PATH:
        return None
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return None
    key = sent.get("jwtApiKey") if isinstance(sent, dict) else None
    found = _read_key(key) if isinstance(key, str) else None
    return found[1] if found else None


def key_of(grant: Grant, sandbox: str) -> str:
    """The long-lived key of a grant: `aiwyn-admin-key`, `aiwyn-admin-key~team-a` in the sandbox `team-a`."""
    return f"aiwyn-{grant.name}-key" + ("" if sandbox == DEFAULT_SANDBOX else f"~{sandbox}")


def issue_token(grant: Grant, sandbox: str, now: datetime) -> str:
    """A signed token with the claims that the vendor documents; the same one for the same second."""
    return jwt.encode(_claims_for(grant, sandbox, int(now.timestamp())), SIGNING_KEY, algorithm="HS256")


def read_token(token: str) -> Claims | None:
    """The claims of a token that was made here, expired or not; None for anything else, however it is signed."""
    try:
        claims: Claims = jwt.decode(token, SIGNING_KEY, algorithms=["HS256"], options=_ONLY_SIGNATURE)
    except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError):  # the library lets through what JSON raises
        return None
    match claims:
        case {"authKeyId": int(key_id), "iat": int(issued), "firebase": {"sandbox": str(sandbox)}}:
            grant = next((grant for grant in GRANTS if _key_id(grant) == key_id), None)
            can_be = grant and re.fullmatch(_SANDBOX, sandbox) and 0 <= issued <= LAST_SECOND - LIFETIME_S
            if grant and can_be and claims == _claims_for(grant, sandbox, issued):
                return claims
    return None


def _read_key(key: str) -> tuple[Grant, str | None] | None:
    """The grant and the sandbox that a long-lived key names; None for an unknown key."""
    found = _KEY.fullmatch(key)
    grant = next((grant for grant in GRANTS if found and grant.name == found["grant"]), None)
    return (grant, found["sandbox"]) if found and grant else None


def _key_id(grant: Grant) -> int:
    return FIRST_KEY_ID + GRANTS.index(grant)


def _claims_for(grant: Grant, sandbox: str, issued: int) -> dict[str, Any]:
    tenant, key_id = TENANTS[grant.tenant], _key_id(grant)
    roles = sorted(grant.roles, key=lambda role: (role != ALWAYS_ENOUGH, role))
    prefixed = [f"{tenant}_{role}" for role in roles]
    user = f"{tenant}{key_id:0>{28 - len(tenant)}}"
    return {
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

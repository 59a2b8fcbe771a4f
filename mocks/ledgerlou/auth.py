"""Who calls: API keys with their scopes, session tokens of those who signed in, and what either may do.

A token names its sandbox: `ll_sandbox_admin` belongs to `default`, `ll_sandbox_admin~team-a` to `team-a`. What a key
may do stands here, what is known of a session in the state, under the digest of its token.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sandbooks import Bearer, Call, Caller, Grant, Reply, Unauthenticated, Visit

from . import ids
from .dates import stamp, utc
from .errors import INSUFFICIENT_SCOPE, UNAUTHORIZED, invalid, refuse

if TYPE_CHECKING:
    from sandbooks.spec import Operation

ADMIN = "admin"
"""The scope that stands for every other."""
MODULES = ("journal", "bank", "kreditoren", "debitoren", "perioden", "auswertungen", "config")
USERS, SESSIONS, PASSWORD_TOKENS = "users", "sessions", "password-tokens"
SESSION_HOURS, SETUP_HOURS = 12, 24
REST, REST_LABEL = "rest", "REST"

KEY_PREFIX, SESSION_PREFIX, SETUP_PREFIX = "ll_sandbox_", "lls_", "llp_"
PREFIX_SHOWN = 8
DEFAULT_SANDBOX = "default"
OLGA = "1f0e6c52-8a4b-4d1e-9b7a-0c5d3e2f1a01"
MAX = "2a7d9e14-5c3b-4f60-8e92-6b1c4d5f0a02"
NORA = "3c8b1d25-7e6f-4a90-b1c3-9d2e5f7a4b03"

_ALL = frozenset({ADMIN})
_READS = frozenset(f"{module}:read" for module in MODULES)
_WRITES = frozenset(f"{module}:write" for module in MODULES if module != "auswertungen")
_PASSWORD = {"password": "sandbox"}
_OLGA = {"user_id": OLGA, "email": "olga@example.com", **_PASSWORD}
_MAX = {"user_id": MAX, "email": "max@example.com", **_PASSWORD}
_NORA = {"user_id": NORA, "email": "nora@example.org", **_PASSWORD}

GRANTS = (
    Grant("admin", "Full rights: a key of the owner, Olga, with the scope admin.", scopes=_ALL, values=_OLGA),
    Grant("member", "Full rights: a key of another user, Max, with the scope admin.", scopes=_ALL, values=_MAX),
    Grant("read", "Limited rights: the read scope of every module, none to write.", scopes=_READS, values=_OLGA),
    Grant("write", "Limited rights: the write scope of every module, none to read.", scopes=_WRITES, values=_OLGA),
    Grant("expired", "An expired token: refused with 401 everywhere.", expired=True, values=_OLGA),
    Grant("revoked", "A revoked key: refused with 401 everywhere.", scopes=_ALL, values=_OLGA),
    Grant(
        "other", "Full rights in another tenant: sees nothing of the first.", tenant="other", scopes=_ALL, values=_NORA
    ),
)
REVOKED = "revoked"

_SANDBOX = "[a-z0-9][a-z0-9._-]{0,62}"
_KEY = re.compile(rf"{KEY_PREFIX}(?P<grant>[a-z]+)(?:~(?P<sandbox>{_SANDBOX}))?")
_SESSION = re.compile(rf"{SESSION_PREFIX}[0-9a-f]{{40}}(?:~(?P<sandbox>{_SANDBOX}))?")
_SETUP = re.compile(rf"{SETUP_PREFIX}[0-9a-f]{{40}}(?:~(?P<sandbox>{_SANDBOX}))?")
_HINT = "GET /_sandbox/credentials lists tokens that work."

Document = dict[str, Any]  # any JSON


class TokenScheme(Bearer):
    """`Authorization: Bearer` with an API key or a session token."""

    def __init__(self) -> None:
        super().__init__(GRANTS)

    def secret_for(self, grant: Grant, sandbox: str, now: datetime) -> str:
        return with_sandbox(KEY_PREFIX + grant.name, sandbox)

    def values_for(self, grant: Grant, sandbox: str) -> dict[str, str]:
        return {"token": with_sandbox(KEY_PREFIX + grant.name, sandbox)}

    def sandbox_of(self, secret: str) -> str | None:
        found = _SESSION.fullmatch(secret)
        if found is None and _read_key(secret) is not None:
            found = _KEY.fullmatch(secret)
        return (found["sandbox"] or DEFAULT_SANDBOX) if found else None

    def identify(self, secret: str, now: datetime) -> Caller:
        """Whom a token names; `recognise` has yet to look up the user, or the session.

        Raises:
            Unauthenticated: neither key nor session token, revoked, or expired.
        """
        if found := _SESSION.fullmatch(secret):
            digest = digest_of(secret)
            return Caller(f"session-{digest[:12]}", found["sandbox"] or DEFAULT_SANDBOX, claims={"digest": digest})
        key = _read_key(secret)
        if key is None:
            raise _unauthorized(f"The token is not known; {_HINT}")
        grant, sandbox = key
        if grant.name == REVOKED:
            raise _unauthorized("The key has been revoked.")
        if grant.expired:
            raise _unauthorized("The token has expired; sign in again.")
        label = f"Sandbox {grant.name}"
        claims = {"user_id": grant.values["user_id"], "key_label": label, "key_prefix": secret[:PREFIX_SHOWN]}
        return replace(self.caller_for(grant, sandbox), claims=claims)


def recognise(visit: Visit) -> Caller:
    """Look up the session of a token, and the user for whom it or a key works.

    Raises:
        Unauthenticated: no such session here, one that is over, or a user who is gone.
    """
    claims = visit.caller.claims
    if "digest" in claims:
        session = visit.find(SESSIONS, str(claims["digest"]))
        if session is None:
            raise _unauthorized("The token is not known; sign in with POST /v1/auth/login.")
        if visit.now >= datetime.fromisoformat(session["expires_at"]):
            raise _unauthorized("The session token has expired; sign in again.")
        claims = {"user_id": session["user_id"], "key_label": "", "key_prefix": ""}
    user = visit.find(USERS, str(claims["user_id"]))
    if user is None:
        raise _unauthorized("The user of the token is gone.")
    known = {**claims, "user_name": user["name"], "role": user["role"], "channel": REST}
    return replace(visit.caller, tenant=user["tenant"], roles=frozenset({user["role"]}), claims=known)


def authorise(caller: Caller, operation: Operation) -> None:
    """Let a key pass that has all scopes of one of the operation's alternatives, or `admin`; session tokens always.

    Raises:
        Forbidden: it has not; `details.required_scopes` names those of the first alternative.
    """
    scopes, alternatives = caller.scopes, operation.raw.get("x-scopes")
    if scopes is None or ADMIN in scopes or not alternatives:
        return
    if any(scopes.issuperset(each) for each in alternatives):
        return
    needed = list(alternatives[0])
    missing = " and ".join(scope for scope in needed if scope not in scopes)
    raise refuse(INSUFFICIENT_SCOPE, f"The key lacks the scope {missing}.", required_scopes=needed)


def login(call: Call) -> Reply:
    """A session token of the user; good for 12 hours, for every operation.

    Raises:
        Unauthenticated: nobody has the address, or the password is another.
    """
    user = _user_with(call, call.body["email"])
    if user is None or user["password"] != call.body["password"]:
        raise refuse(UNAUTHORIZED, "E-mail or password is wrong.")
    token, ends = _new_secret(call, SESSION_PREFIX), utc(call.now + timedelta(hours=SESSION_HOURS))
    kept = {"id": digest_of(token), "user_id": user["id"], "created_at": stamp(call), "expires_at": ends}
    call.shared(SESSIONS).put(kept)
    shown = {name: user[name] for name in ("id", "email", "name", "role")}
    return Reply(200, {"token": token, "expires_at": ends, "user": shown})


def forgot_password(call: Call) -> Reply:
    """Where somebody has the address, keep the token that the mail would bring; the answer does not tell."""
    user = _user_with(call, call.body["email"])
    if user is not None:
        kept = {
            "id": _new_secret(call, SETUP_PREFIX),
            "user_id": user["id"],
            "created_at": stamp(call),
            "expires_at": utc(call.now + timedelta(hours=SETUP_HOURS)),
            "used_at": None,
        }
        call.shared(PASSWORD_TOKENS).put(kept)
        call.note(f"no mail is sent; the token stands in the collection {PASSWORD_TOKENS}")
    return Reply(200, {"ok": True})


def setup_password(call: Call) -> Reply:
    """Set the password of the user to whom the token was mailed, once.

    Raises:
        Invalid: INVALID_INPUT, an unknown token, one that was used, or one of more than a day.
    """
    tokens = call.shared(PASSWORD_TOKENS)
    token = tokens.find_one(call.body["token"])
    if token is None or token["used_at"]:
        raise invalid("token", "no such token waits to be used; ask for one with POST /v1/auth/forgot-password")
    if call.now >= datetime.fromisoformat(token["expires_at"]):
        raise invalid("token", f"it expired at {token['expires_at']}")
    call.shared(USERS).change(token["user_id"], {"password": call.body["password"]})
    tokens.change(token["id"], {"used_at": stamp(call)})
    return Reply(200, {"ok": True})


def user_of(call: Call) -> str:
    """The id of the user who calls, or for whom the key works."""
    return str(call.caller.claims["user_id"])


def actor_of(call: Call) -> str:
    """What the caller is called where something is kept about who did it: the key by its label, the user by name."""
    claims = call.caller.claims
    return str(claims["key_label"] or claims["user_name"])


def provenance(call: Call) -> dict[str, str]:
    """Who booked, and by what way: a key over the API, or a user who signed in."""
    claims, actor = call.caller.claims, actor_of(call)
    is_key = bool(claims["key_label"])
    return {
        "surface": "api" if is_key else "dashboard",
        "surface_label": "REST API" if is_key else "Dashboard",
        "channel": REST,
        "channel_label": REST_LABEL,
        "actor_type": "api_key" if is_key else "user",
        "actor_label": actor,
        "actor_key_prefix": str(claims["key_prefix"]),
        "actor_display": actor,
    }


def sandbox_in_body(path: str, body: bytes) -> str | None:
    """The sandbox that the token of a mail names, where a password is set with it."""
    if not path.endswith("/auth/setup-password"):
        return None
    try:
        found = _SETUP.fullmatch(json.loads(body)["token"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return found["sandbox"] if found else None


def with_sandbox(stem: str, sandbox: str) -> str:
    """A secret that names its sandbox."""
    return stem if sandbox == DEFAULT_SANDBOX else f"{stem}~{sandbox}"


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _read_key(secret: str) -> tuple[Grant, str] | None:
    found = _KEY.fullmatch(secret)
    grant = next((grant for grant in GRANTS if found and grant.name == found["grant"]), None)
    return (grant, found["sandbox"] or DEFAULT_SANDBOX) if found and grant else None


def _new_secret(call: Call, prefix: str) -> str:
    return with_sandbox(prefix + call.chance.at("secret", ids.fresh(call)).hex(40), call.sandbox)


def _user_with(call: Call, email: str) -> Mapping[str, Any] | None:
    meant = email.strip().casefold()
    return next((user for user in call.shared(USERS).views() if user["email"].casefold() == meant), None)


def _unauthorized(message: str) -> Unauthenticated:
    return Unauthenticated(message, code=UNAUTHORIZED, challenge="Bearer")


HANDLERS = {"login": login, "forgotPassword": forgot_password, "setupPassword": setup_password}

"""Who calls, for which organisation, and what the token allows: personal tokens, and those that OAuth gives out.

A token names its sandbox: `aibk_pat_test_full` belongs to `default`, `aibk_pat_test_full~team-a` to `team-a`. What a
personal token may do stands here; what is known of an access token stands in the state, under its digest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sandbooks import (
    Bearer,
    Call,
    Caller,
    Conflict,
    Forbidden,
    Grant,
    Idempotency,
    Invalid,
    LimitHeaders,
    PerMinute,
    Reply,
    Unauthenticated,
    Visit,
)

from .errors import KEY_HEADER
from .organisations import BY_TENANT, MEMBERSHIPS, ORGANISATIONS, SECOND, is_active

if TYPE_CHECKING:
    from sandbooks.spec import Operation

FULL_ACCESS = "AIBooks.fullaccess.all"
DEFAULT, PARTNER = "DEFAULT", "PARTNER"
LIMITS = (PerMinute(600, PARTNER=3000),)
LIMIT_HEADERS = LimitHeaders(reset_as="epoch")

GRANTS_KEPT, TOKENS_KEPT = "grants", "tokens"
ACCESS, REFRESH, CODE = "access", "refresh", "code"
ACCESS_PREFIX, REFRESH_PREFIX, CODE_PREFIX = "aibk_oat_", "aibk_ort_", "aibk_code_"
PERSONAL_PREFIX = "aibk_pat_test_"

ORGANIZATION_ID, ORGANIZATION_HEADER = "organization_id", "x-aibooks-org"
WITHOUT_ORGANIZATION = frozenset({"getWhoami"})
"""Operations that a token for all organisations may call without naming one."""

_READABLE = (
    "contacts items taxes accounts invoices estimates salesorders creditnotes bills expenses purchaseorders debitnotes "
    "payments journals reports branches bankaccounts costcenters currencies attachments recurring activity comments "
    "webhooks"
)
_EVERYTHING = frozenset({FULL_ACCESS})
_READS = frozenset(f"AIBooks.{resource}.READ" for resource in _READABLE.split())

USER_ID = "user_id"
_ASHA, _RAVI, _MEERA = {USER_ID: "usr_asha"}, {USER_ID: "usr_ravi"}, {USER_ID: "usr_meera"}

GRANTS = (
    Grant("full", "Full rights (AIBooks.fullaccess.all) in one organization.", scopes=_EVERYTHING, values=_ASHA),
    Grant("limited", "Limited rights: the READ scopes, in one organization.", scopes=_READS, values=_ASHA),
    Grant(
        "narrow",
        "Limited rights: AIBooks.invoices.READ and AIBooks.invoices.CREATE, in one organization.",
        scopes=frozenset({"AIBooks.invoices.READ", "AIBooks.invoices.CREATE"}),
        values=_ASHA,
    ),
    Grant(
        "multi-org",
        "Full rights in all organizations of its user: each call names one, as organization_id.",
        scopes=_EVERYTHING,
        values={**_ASHA, "second_organization_id": SECOND},
    ),
    Grant(
        "partner",
        "Full rights in one organization, 3,000 calls a minute (tier PARTNER).",
        scopes=_EVERYTHING,
        roles=frozenset({PARTNER}),
        values=_RAVI,
    ),
    Grant("expired", "An expired token: refused with 401 everywhere.", scopes=_EVERYTHING, expired=True, values=_ASHA),
    Grant("revoked", "A revoked token: refused with 401 everywhere.", scopes=_EVERYTHING, values=_ASHA),
    Grant(
        "other-tenant",
        "Full rights in another tenant, an organization of somebody else: sees nothing of the first.",
        tenant="other",
        scopes=_EVERYTHING,
        values=_MEERA,
    ),
)
MULTI_ORG, REVOKED = "multi-org", "revoked"

_SANDBOX = "[a-z0-9][a-z0-9._-]{0,62}"
_PERSONAL = re.compile(rf"(?:aibk|aibooks)_pat_(?:test_)?(?P<grant>[a-z-]+)(?:~(?P<sandbox>{_SANDBOX}))?")
_ACCESS = re.compile(rf"{ACCESS_PREFIX}[0-9a-f]{{40}}(?:~(?P<sandbox>{_SANDBOX}))?")
_SUFFIX = re.compile(rf"(?P<stem>[^~]*)~(?P<sandbox>{_SANDBOX})")
_HINT = "GET /_sandbox/credentials lists tokens that work."

DEFAULT_SANDBOX = "default"
REDIRECT_URI = "https://app.example.com/callback"


class TokenScheme(Bearer):
    """`Authorization: Bearer` with a personal token or an access token."""

    def __init__(self) -> None:
        super().__init__(GRANTS)

    def secret_for(self, grant: Grant, sandbox: str, now: datetime) -> str:
        return with_sandbox(PERSONAL_PREFIX + grant.name, sandbox)

    def values_for(self, grant: Grant, sandbox: str) -> dict[str, str]:
        client = client_of(grant)
        return {
            "token": with_sandbox(PERSONAL_PREFIX + grant.name, sandbox),
            "client_id": with_sandbox(client, sandbox),
            "client_secret": with_sandbox(secret_of_client(client), sandbox),
            "redirect_uri": REDIRECT_URI,
            "organization_id": BY_TENANT[grant.tenant],
        }

    def sandbox_of(self, secret: str) -> str | None:
        if found := _ACCESS.fullmatch(secret):
            return found["sandbox"] or DEFAULT_SANDBOX
        personal = _read_personal(secret)
        return personal[1] if personal else None

    def identify(self, secret: str, now: datetime) -> Caller:
        """The caller of a personal token; for an access token one that `recognise` has yet to look up.

        Raises:
            Unauthenticated: neither of the two, revoked, or expired.
        """
        if found := _ACCESS.fullmatch(secret):
            digest = digest_of(secret)
            return Caller(f"oauth-{digest[:12]}", found["sandbox"] or DEFAULT_SANDBOX, claims={"digest": digest})
        personal = _read_personal(secret)
        if personal is None:
            raise self._refusal("invalid_token", f"The token is not known; {_HINT}")
        grant, sandbox = personal
        if grant.name == REVOKED:
            raise self._refusal("revoked_token", "The token has been revoked.")
        if grant.expired:
            raise self._refusal("expired_token", "The token has expired.")
        claims = {
            USER_ID: grant.values[USER_ID],
            ORGANIZATION_ID: None if grant.name == MULTI_ORG else BY_TENANT[grant.tenant],
            "token_id": _token_id(secret),
        }
        return replace(self.caller_for(grant, sandbox), claims=claims)

    def _refusal(self, code: str, message: str) -> Unauthenticated:
        return Unauthenticated(message, code=f"auth.{code}", challenge=self.challenge)


def recognise(visit: Visit) -> Caller:
    """Look up an access token; a personal one says all by itself.

    Raises:
        Unauthenticated: not one that was given out here; revoked, by itself or with its family; expired.
        Forbidden: the organisation that it is bound to is gone.
    """
    digest = visit.caller.claims.get("digest")
    if digest is None:
        return visit.caller
    token = visit.find(TOKENS_KEPT, str(digest))
    grant = visit.find(GRANTS_KEPT, token["grant_id"]) if token is not None else None
    if token is None or grant is None or token["kind"] != ACCESS:
        raise _unauthenticated("invalid_token", f"The token is not known; {_HINT}")
    if token["revoked_at"] or grant["revoked_at"]:
        raise _unauthenticated("revoked_token", "The token has been revoked.")
    if visit.now >= datetime.fromisoformat(token["expires_at"]):
        raise _unauthenticated("expired_token", "The access token has expired; get another with the refresh token.")
    bound = grant[ORGANIZATION_ID]
    organisation = visit.find(ORGANISATIONS, bound) if bound else None
    if bound and organisation is None:
        raise _forbidden("no_membership", f"There is no organization '{bound}' any more.")
    return replace(
        visit.caller,
        tenant=organisation["tenant"] if organisation else visit.caller.tenant,
        scopes=frozenset(token["scopes"]),
        roles=frozenset({grant["tier"]}),
        claims={USER_ID: grant[USER_ID], ORGANIZATION_ID: bound, "token_id": token["token_id"]},
    )


def admit(visit: Visit) -> Caller:
    """Let a call work for the organisation that it names, or for the one that its token is bound to.

    Raises:
        Forbidden: another one than the token's, two that differ, or one that the user is no active member of.
        Invalid: a token for all organisations, and none is named.
    """
    named = [
        each for each in (visit.asked(ORGANIZATION_ID), visit.headers.get(ORGANIZATION_HEADER, "").strip()) if each
    ]
    if len(set(named)) > 1:
        raise _forbidden("org_mismatch", f"organization_id is {named[0]}, the header names {named[1]}.")
    caller, chosen = visit.caller, named[0] if named else ""
    bound = caller.claims.get(ORGANIZATION_ID)
    if bound is not None:
        if chosen and chosen != bound:
            raise _forbidden("org_mismatch", f"The token belongs to another organization than '{chosen}'.")
        return caller
    if not chosen:
        if visit.operation is not None and visit.operation.id in WITHOUT_ORGANIZATION:
            return caller
        message = "The token is for all organizations; name one in the query parameter organization_id."
        raise Invalid(message, code="auth.missing_organization_id")
    memberships = visit.find_all(MEMBERSHIPS, user_id=caller.claims[USER_ID], organization_id=chosen)
    organisation = visit.find(ORGANISATIONS, chosen) if is_active(memberships) else None
    if organisation is None:
        raise _forbidden("no_membership", f"The user is no active member of organization '{chosen}'.")
    return replace(caller, tenant=organisation["tenant"], claims={**caller.claims, ORGANIZATION_ID: chosen})


def authorise(caller: Caller, operation: Operation) -> None:
    """Let a token pass that has the scope of the operation's OAuth requirement, or full access.

    Raises:
        Forbidden: it has neither; `details.required_scope` names the scope.
    """
    scopes = caller.scopes
    if scopes is None or FULL_ACCESS in scopes:
        return
    for alternative in operation.security:
        for requirement in alternative:
            for scope in requirement.scopes:
                if scope not in scopes:
                    details = {"required_scope": scope}
                    raise _forbidden("insufficient_scope", f"The token lacks the scope {scope}.", details=details)


def get_whoami(call: Call) -> Reply:
    """What the token is, and the organisation for which it calls."""
    caller = call.caller
    token = {
        "token_id": caller.claims["token_id"],
        "org_id": caller.claims[ORGANIZATION_ID],
        "user_id": caller.claims[USER_ID],
        "scopes": sorted(caller.scopes or _EVERYTHING),
        "tier": PARTNER if PARTNER in caller.roles else DEFAULT,
    }
    return Reply(200, {"code": 0, "message": "success", "token": token})


def _takes_key(operation: Operation) -> bool:
    return operation.method == "POST" and bool(operation.security)


def _needs_key(operation: Operation) -> bool:
    return any(parameter.name == KEY_HEADER and parameter.required for parameter in operation.parameters)


IDEMPOTENCY = Idempotency(
    applies=_takes_key,
    required=_needs_key,
    each_path=True,
    compares=False,
    in_flight=Conflict,
    in_flight_code="idempotency.in_progress",
    replayed=("", ""),
    longest=200,
    pattern=r"[A-Za-z0-9\-_:]+",
)
"""A key names one call of a token on a path, whatever its body; which calls need one stands in the description."""


def with_sandbox(stem: str, sandbox: str) -> str:
    """A secret that names its sandbox."""
    return stem if sandbox == DEFAULT_SANDBOX else f"{stem}~{sandbox}"


def split_sandbox(secret: str) -> tuple[str, str | None]:
    """A secret without its sandbox, and the sandbox; None where it names none."""
    found = _SUFFIX.fullmatch(secret)
    return (found["stem"], found["sandbox"]) if found else (secret, None)


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def client_of(grant: Grant) -> str:
    """The app whose consent page the user of a grant sees."""
    return {"usr_ravi": "app_partner", "usr_meera": "app_other"}.get(grant.values[USER_ID], "app_demo")


def secret_of_client(client_id: str) -> str:
    """The secret of an app: it follows from its id, so that apps can be added to the state."""
    return f"{client_id}-secret"


HANDLERS = {"getWhoami": get_whoami}


def _read_personal(secret: str) -> tuple[Grant, str] | None:
    found = _PERSONAL.fullmatch(secret)
    grant = next((grant for grant in GRANTS if found and grant.name == found["grant"]), None)
    return (grant, found["sandbox"] or DEFAULT_SANDBOX) if found and grant else None


def _token_id(secret: str) -> str:
    """An id in the form of a UUID, the same for the same personal token."""
    stem, sandbox = split_sandbox(secret)
    name = stem.partition("_pat_")[2].removeprefix("test_")
    text = sha256(f"{name}~{sandbox or DEFAULT_SANDBOX}".encode()).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:32]}"


def _unauthenticated(code: str, message: str) -> Unauthenticated:
    return Unauthenticated(message, code=f"auth.{code}", challenge=Bearer.challenge)


def _forbidden(code: str, message: str, details: Mapping[str, Any] | None = None) -> Forbidden:
    return Forbidden(message, code=f"auth.{code}", extra={"details": dict(details)} if details else None)

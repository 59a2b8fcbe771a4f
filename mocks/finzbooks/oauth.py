"""OAuth 2.0 for partner apps: consent, codes with PKCE, tokens that rotate, revocation.

A consent is a grant; its code and all tokens that follow are its family. Of secrets only digests are kept.
"""

from __future__ import annotations

import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

from sandbooks import Call, Reply, ask_consent, consent_given

from . import ids
from .auth import (
    ACCESS,
    ACCESS_PREFIX,
    CODE,
    CODE_PREFIX,
    DEFAULT,
    FULL_ACCESS,
    GRANTS_KEPT,
    REFRESH,
    REFRESH_PREFIX,
    TOKENS_KEPT,
    digest_of,
    secret_of_client,
    split_sandbox,
    with_sandbox,
)
from .organisations import ORGANISATIONS, SETTINGS, USERS, is_member

ACCESS_S, CODE_S, REFRESH_DAYS = 3600, 600, 30
SECRET_FIELDS = ("code",)
AUTHORIZE_PATH = "/oauth/authorize"
FORM_PATHS = frozenset({"/oauth/token", "/oauth/revoke"})
CLIENTS = "clients"
SCHEME = "OAuth"

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_NAMING_FIELDS = ("code", "refresh_token", "token", "client_id")
_NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Access cannot be asked for</title></head>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1rem">
<h1 style="font-size: 1.3rem">Access cannot be asked for</h1>
<p>{sentence}</p>
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Client:
    """A registered app; `user_id` is who is signed in where it asks for consent."""

    client_id: str
    name: str
    user_id: str
    tier: str
    redirect_uris: tuple[str, ...]


def authorize(call: Call) -> Reply:
    """Ask the user for consent, or take the answer: back to the app with a code, or with what is wrong."""
    query = call.query
    client = find_client(call, query.get("client_id", ""))
    if client is None:
        return _refusal_page(f"No app is registered as {query.get('client_id', '')!r} (client_id).")
    redirect_uri = query.get("redirect_uri", "")
    if redirect_uri not in client.redirect_uris:
        return _refusal_page(f"{redirect_uri!r} is no redirect_uri of {client.name}.")
    state = {"state": query["state"]} if "state" in query else {}
    fault = _fault_of(call, client)
    if fault is not None:
        error, description = fault
        return _back(redirect_uri, {"error": error, "error_description": description, **state})
    given = consent_given(call)
    if given is None and not _approves_by_itself(call):
        return _ask(call, client)
    if given is False:
        return _back(redirect_uri, {"error": "access_denied", "error_description": "The user said no.", **state})
    return _back(redirect_uri, {"code": _grant_code(call, client), **state})


def exchange_token(call: Call) -> Reply:
    """Give tokens for a code, or for a refresh token, which is spent by that."""
    form = _form(call)
    if not form.get("grant_type"):
        return _refuse("invalid_request", "grant_type is missing.")
    client = _authenticated(call, form)
    if client is None:
        return _refuse_client(call)
    match form["grant_type"]:
        case "authorization_code":
            return _exchange_code(call, client, form)
        case "refresh_token":
            return _refresh(call, client, form)
    return _refuse("unsupported_grant_type", f"grant_type is {form['grant_type']!r}.")


def revoke_token(call: Call) -> Reply:
    """Revoke an access token, or with a refresh token its whole family; also well for a token that nobody knows."""
    form = _form(call)
    client = _authenticated(call, form)
    if client is None:
        return _refuse_client(call)
    if not form.get("token"):
        return _refuse("invalid_request", "token is missing.")
    token, grant = _find(call, form["token"])
    if token is not None and grant is not None and grant["client_id"] == client.client_id:
        if token["kind"] == ACCESS:
            call.shared(TOKENS_KEPT).change(token["id"], {"revoked_at": _moment(call)})
        elif token["kind"] == REFRESH:
            _revoke_family(call, grant, "revoked by the app")
    return Reply(200, {})


def sandbox_in_query(path: str, query: Sequence[tuple[str, str]]) -> str | None:
    """The sandbox that the app names which asks for consent."""
    if path != AUTHORIZE_PATH:
        return None
    return next((split_sandbox(value)[1] for name, value in query if name == "client_id"), None)


def sandbox_in_body(path: str, body: bytes) -> str | None:
    """The sandbox that code, token or app name in a form of OAuth."""
    if path not in FORM_PATHS:
        return None
    form = dict(parse_qsl(body.decode("latin-1")))
    named = (split_sandbox(form[field])[1] for field in _NAMING_FIELDS if field in form)
    return next((sandbox for sandbox in named if sandbox is not None), None)


def find_client(call: Call, client_id: str) -> Client | None:
    """The app of that id, with or without its sandbox."""
    id, _ = split_sandbox(client_id)
    found = call.shared(CLIENTS).find_one(id)
    if found is None:
        return None
    return Client(id, found["name"], found["user_id"], found.get("tier", DEFAULT), tuple(found["redirect_uris"]))


def _fault_of(call: Call, client: Client) -> tuple[str, str] | None:
    """What is wrong with a request for consent, as error and description; None where nothing is."""
    query = call.query
    missing = [name for name in ("response_type", "code_challenge", "scope", "state") if not query.get(name)]
    if missing:
        return "invalid_request", f"{missing[0]} is missing."
    if query["response_type"] != "code":
        return "unsupported_response_type", "response_type is always code."
    if query.get("code_challenge_method") != "S256":
        return "invalid_request", "code_challenge_method is always S256."
    if not _CHALLENGE.fullmatch(query["code_challenge"]):
        return "invalid_request", "code_challenge is the SHA-256 of the verifier in base64url, 43 characters."
    known = _scopes_of(call)
    unknown = [scope for scope in query["scope"].split() if scope not in known]
    if unknown or not query["scope"].split():
        return "invalid_scope", f"There is no scope {unknown[0] if unknown else ''!r}."
    organization_id = query.get("organization_id", "")
    if organization_id and not is_member(call, client.user_id, organization_id):
        return "invalid_request", "The user is no active member of that organization."
    return None


def _ask(call: Call, client: Client) -> Reply:
    """The page for people, where the account does not say that consent goes without one."""
    user = call.shared(USERS).find_one(client.user_id) or {"name": client.user_id, "email": ""}
    organisation = call.shared(ORGANISATIONS).find_one(call.query.get("organization_id", ""))
    account = organisation["name"] if organisation else "All organizations of this user"
    told = f"{user['name']} ({user['email']})" if user["email"] else user["name"]
    return ask_consent(call, application=client.name, user=told, account=account)


def _grant_code(call: Call, client: Client) -> str:
    """Keep a consent and the code that stands for it."""
    query = call.query
    scopes = list(dict.fromkeys(query["scope"].split()))
    grant = {
        "id": ids.fresh_uuid(call),
        "client_id": client.client_id,
        "user_id": client.user_id,
        "tier": client.tier,
        "organization_id": query.get("organization_id") or None,
        "scopes": scopes,
        "created_at": _moment(call),
        "revoked_at": None,
        "revoked_because": None,
    }
    call.shared(GRANTS_KEPT).put(grant)
    asked = {"redirect_uri": query["redirect_uri"], "code_challenge": query["code_challenge"]}
    return _issue(call, CODE, CODE_PREFIX, grant, timedelta(seconds=CODE_S), scopes, asked)


def _exchange_code(call: Call, client: Client, form: Mapping[str, str]) -> Reply:
    if not form.get("code"):
        return _refuse("invalid_request", "code is missing.")
    code, grant = _find(call, form["code"])
    if code is None or grant is None or code["kind"] != CODE or grant["client_id"] != client.client_id:
        return _refuse("invalid_grant", "The code is not known.")
    if code["spent_at"]:
        _revoke_family(call, grant, "its code came twice")
        return _refuse("invalid_grant", "The code was used before; the tokens of that consent are revoked.")
    if grant["revoked_at"] or _is_over(call, code):
        return _refuse("invalid_grant", "The code has expired.")
    if form.get("redirect_uri", "") != code["redirect_uri"]:
        return _refuse("invalid_grant", "redirect_uri is not the one with which the code was asked for.")
    if _challenge_of(form.get("code_verifier", "")) != code["code_challenge"]:
        return _refuse("invalid_grant", "code_verifier does not fit the code_challenge.")
    call.shared(TOKENS_KEPT).change(code["id"], {"spent_at": _moment(call)})
    return _give_tokens(call, grant, grant["scopes"])


def _refresh(call: Call, client: Client, form: Mapping[str, str]) -> Reply:
    if not form.get("refresh_token"):
        return _refuse("invalid_request", "refresh_token is missing.")
    token, grant = _find(call, form["refresh_token"])
    if token is None or grant is None or token["kind"] != REFRESH or grant["client_id"] != client.client_id:
        return _refuse("invalid_grant", "The refresh token is not known.")
    if token["spent_at"]:
        _revoke_family(call, grant, "a spent refresh token came again")
        return _refuse("invalid_grant", "The refresh token was used before; the tokens of that consent are revoked.")
    if grant["revoked_at"] or _is_over(call, token):
        return _refuse("invalid_grant", "The refresh token has expired or was revoked.")
    wanted = form.get("scope", "").split() or grant["scopes"]
    if FULL_ACCESS not in grant["scopes"] and not set(wanted) <= set(grant["scopes"]):
        return _refuse("invalid_scope", "More scopes than were consented to.")
    if not set(wanted) <= _scopes_of(call):
        return _refuse("invalid_scope", "There is no such scope.")
    call.shared(TOKENS_KEPT).change(token["id"], {"spent_at": _moment(call)})
    return _give_tokens(call, grant, wanted)


def _give_tokens(call: Call, grant: Mapping[str, Any], scopes: Sequence[str]) -> Reply:
    tokens = {
        "access_token": _issue(call, ACCESS, ACCESS_PREFIX, grant, timedelta(seconds=ACCESS_S), scopes),
        "refresh_token": _issue(call, REFRESH, REFRESH_PREFIX, grant, timedelta(days=REFRESH_DAYS), grant["scopes"]),
        "token_type": "Bearer",
        "expires_in": ACCESS_S,
        "scope": " ".join(scopes),
    }
    return Reply(200, tokens, _NOT_KEPT)


def _issue(
    call: Call,
    kind: str,
    prefix: str,
    grant: Mapping[str, Any],
    lifetime: timedelta,
    scopes: Sequence[str],
    asked: Mapping[str, str] | None = None,
) -> str:
    """A new secret that names its sandbox; its digest is kept, with what it stands for."""
    secret = with_sandbox(prefix + call.chance.at("token", kind).hex(40), call.sandbox)
    kept = {
        "id": digest_of(secret),
        "token_id": ids.fresh_uuid(call),
        "kind": kind,
        "grant_id": grant["id"],
        "scopes": list(scopes),
        "created_at": _moment(call),
        "expires_at": (call.now + lifetime).isoformat(),
        "spent_at": None,
        "revoked_at": None,
        **(asked or {}),
    }
    call.shared(TOKENS_KEPT).put(kept)
    return secret


def _find(call: Call, secret: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:  # as they are stored
    """What is kept of a secret, and the consent that it belongs to."""
    token = call.shared(TOKENS_KEPT).find_one(digest_of(secret))
    return token, call.shared(GRANTS_KEPT).find_one(token["grant_id"]) if token is not None else None


def _revoke_family(call: Call, grant: Mapping[str, Any], because: str) -> None:
    if not grant["revoked_at"]:
        call.shared(GRANTS_KEPT).change(grant["id"], {"revoked_at": _moment(call), "revoked_because": because})
        call.note(f"the tokens of {grant['client_id']} for {grant['user_id']} are revoked: {because}")


def _authenticated(call: Call, form: Mapping[str, str]) -> Client | None:
    """The app that a form names with its secret; libraries may send both as user and password instead (RFC 6749)."""
    named, given = form.get("client_id", ""), form.get("client_secret", "")
    if not given:
        named, given = _user_and_password(call.headers.get("authorization", ""))
    client = find_client(call, named)
    secret, _ = split_sandbox(given)
    return client if client is not None and secret == secret_of_client(client.client_id) else None


def _user_and_password(authorization: str) -> tuple[str, str]:
    word, _, text = authorization.partition(" ")
    try:
        user, _, password = b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return (unquote_plus(user), unquote_plus(password)) if word.lower() == "basic" else ("", "")


def _form(call: Call) -> Mapping[str, str]:
    return call.body if isinstance(call.body, dict) else {}


def _scopes_of(call: Call) -> set[str]:
    """The scopes that exist: those of the description."""
    flows = call.description.security_schemes[SCHEME].raw["flows"]
    return set(flows["authorizationCode"]["scopes"])


def _approves_by_itself(call: Call) -> bool:
    account = call.shared(SETTINGS).find_one("account")
    return account is None or bool(account.get("auto_approve", True))


def _challenge_of(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode("utf-8", "surrogatepass")).digest()).rstrip(b"=").decode()


def _is_over(call: Call, token: Mapping[str, Any]) -> bool:
    return call.now >= datetime.fromisoformat(token["expires_at"])


def _moment(call: Call) -> str:
    return call.now.isoformat()


def _back(redirect_uri: str, told: Mapping[str, str]) -> Reply:
    """Back to the app."""
    sign = "&" if "?" in redirect_uri else "?"
    return Reply(302, None, {"Location": f"{redirect_uri}{sign}{urlencode(told)}", "Cache-Control": "no-store"})


def _refuse(error: str, description: str, status: int = 400) -> Reply:
    return Reply(status, {"error": error, "error_description": description}, _NOT_KEPT)


def _refuse_client(call: Call) -> Reply:
    refusal = _refuse("invalid_client", "The client is not known, or its secret is wrong.", 401)
    challenge = {"WWW-Authenticate": 'Basic realm="apps"'} if "authorization" in call.headers else {}
    return replace(refusal, headers={**refusal.headers, **challenge})


def _refusal_page(sentence: str) -> Reply:
    page = _PAGE.format(sentence=escape(sentence))
    return Reply(400, page.encode("utf-8", "replace"), {"Cache-Control": "no-store"}, "text/html; charset=utf-8")


HANDLERS = {"authorize": authorize, "exchangeToken": exchange_token, "revokeToken": revoke_token}

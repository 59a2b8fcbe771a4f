"""Who calls, and whether they may: the description's security, read with the pack's schemes.

Knows where a secret stands in a request; what a secret means is the scheme's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sandbooks.errors import Forbidden, Unauthenticated
from sandbooks.pack import ANYBODY, ApiKey, Basic, Bearer, Caller, Scheme
from sandbooks.request import Request
from sandbooks.spec import Operation, Requirement, SecurityScheme

_KNOWN_SECRETS = 4096
_BEARER_KINDS = ("http-bearer", "oauth2", "openIdConnect")

_Secret = tuple[str, str]  # the name of its scheme, and what was presented
_Known = TypeVar("_Known")

Authoriser = Callable[[Caller, Operation], None]


class Authenticator:
    """The security of one vendor.

    Args:
        vendor: its id, which the default secrets begin with.
        described: the security schemes of its description.
        declared: the schemes of its pack; a described one without a counterpart of its kind gets the default.
    """

    def __init__(self, vendor: str, described: Mapping[str, SecurityScheme], declared: Sequence[Scheme]) -> None:
        self._described = described
        self._schemes = {name: _counterpart(scheme, declared) for name, scheme in described.items()}
        for scheme in self._schemes.values():
            scheme.vendor = scheme.vendor or vendor
        self._known: dict[_Secret, Caller] = {}
        self._named: dict[_Secret, str] = {}
        self.secret_parameters = frozenset(each.parameter_name for each in described.values() if each.kind == "apiKey")

    def sandbox_named(self, request: Request) -> str | None:
        """The sandbox that the request's credential names; None without a credential of ours."""
        for name, described in self._described.items():
            secret = _presented(described, request)
            if secret is not None and (sandbox := self._sandbox_of(name, secret)) is not None:
                return sandbox
        return None

    def _sandbox_of(self, name: str, secret: str) -> str | None:
        """The sandbox that a secret of this scheme names; what names one is read once."""
        sandbox = self._named.get((name, secret))
        if sandbox is None and (sandbox := self._schemes[name].sandbox_of(secret)) is not None:
            _remember(self._named, (name, secret), sandbox)
        return sandbox

    def identify(self, operation: Operation, request: Request, now: datetime) -> Caller:
        """The caller; the first alternative of the operation's security that is met decides.

        Raises:
            Unauthenticated: no alternative is met.
            Forbidden: one is, but for its scopes.
        """
        if not operation.security:
            return ANYBODY
        refusal: Exception | None = None
        for alternative in operation.security:
            try:
                return self._meet(alternative, request, now)
            except Forbidden as problem:
                refusal = problem
            except Unauthenticated as problem:
                refusal = refusal or problem
        raise refusal or Unauthenticated()

    def find_caller(self, request: Request, now: datetime) -> Caller | None:
        """Whose credential a request carries, whatever it asks for; None without one that works."""
        for name in self._described:
            try:
                return self._caller(name, request, now)
            except Unauthenticated:
                continue
        return None

    def challenge(self, operation: Operation) -> str:
        """What a caller without a credential is told to present; empty for an operation that asks for none."""
        names = (requirement.scheme for alternative in operation.security for requirement in alternative)
        return next((self._schemes[name].challenge for name in names if name in self._schemes), "")

    def credentials(self, sandbox: str, now: datetime) -> list[dict[str, object]]:
        """What `GET /_sandbox/credentials` shows: headers that work as they are on any operation."""
        found: dict[str, dict[str, object]] = {}
        for name, described in self._described.items():
            for credential in self._schemes[name].credentials(sandbox, now):
                shown = found.setdefault(
                    credential.name,
                    {"name": credential.name, "description": credential.description, "headers": {}, "values": {}},
                )
                for part, extra in (
                    ("headers", _headers(described, credential.secret)),
                    ("values", credential.values),
                ):
                    kept = shown[part]
                    assert isinstance(kept, dict)
                    shown[part] = {**extra, **kept}
        return list(found.values())

    def _meet(self, alternative: Sequence[Requirement], request: Request, now: datetime) -> Caller:
        caller = ANYBODY
        for requirement in alternative:
            caller = self._caller(requirement.scheme, request, now)
            missing = [] if caller.scopes is None else [s for s in requirement.scopes if s not in caller.scopes]
            if missing:
                raise Forbidden(f"The credential lacks the scope {missing[0]!r}.")
        return caller

    def _caller(self, name: str, request: Request, now: datetime) -> Caller:
        described = self._described.get(name)
        if described is None:
            raise Unauthenticated(f"The description names no security scheme {name!r}.")
        scheme = self._schemes[name]
        secret = _presented(described, request)
        if secret is None:
            raise Unauthenticated(_how_to_present(described), challenge=scheme.challenge)
        caller = self._known.get((name, secret))
        if caller is None:
            caller = scheme.identify(secret, now)
            _remember(self._known, (name, secret), caller)
        if caller.expires_at is not None and now >= caller.expires_at:
            raise Unauthenticated("The credential has expired.", challenge=scheme.challenge)
        return caller


def authorise(caller: Caller, operation: Operation) -> None:
    """The rule where a pack names none: a read-only caller may read.

    Raises:
        Forbidden: a read-only caller on anything but GET and HEAD.
    """
    if caller.read_only and operation.method not in ("GET", "HEAD"):
        raise Forbidden(f"The credential {caller.name!r} may only read; {operation.method} needs full rights.")


def _remember(known: dict[_Secret, _Known], secret: _Secret, found: _Known) -> None:
    """Keep what a sound secret says; a bounded number of them."""
    if len(known) >= _KNOWN_SECRETS:
        known.clear()
    known[secret] = found


def _counterpart(described: SecurityScheme, declared: Sequence[Scheme]) -> Scheme:
    kind = "http-bearer" if described.kind in _BEARER_KINDS else described.kind
    for scheme in declared:
        if scheme.kind == kind:
            return scheme
    if kind == "http-basic":
        return Basic()
    return ApiKey() if kind == "apiKey" else Bearer()


def _presented(described: SecurityScheme, request: Request) -> str | None:
    if described.kind == "apiKey":
        return _presented_key(described, request)
    word, _, rest = request.headers.get("authorization", "").partition(" ")
    wanted = "basic" if described.kind == "http-basic" else "bearer"
    return rest.strip() or None if word.lower() == wanted else None


def _presented_key(described: SecurityScheme, request: Request) -> str | None:
    name = described.parameter_name
    if described.location == "cookie" and name in request.cookies:
        return request.cookies[name]
    if described.location == "query":
        for given, value in request.query:
            if given == name:
                return value
    # A header of that name works wherever the key belongs, so that one set of headers fits every operation.
    return request.headers.get(name.lower())


def _headers(described: SecurityScheme, secret: str) -> dict[str, str]:
    match described.kind, described.location:
        case "apiKey", "cookie":
            return {"Cookie": f"{described.parameter_name}={secret}"}
        case "apiKey", _:
            return {described.parameter_name: secret}
        case "http-basic", _:
            return {"Authorization": f"Basic {secret}"}
    return {"Authorization": f"Bearer {secret}"}


def _how_to_present(described: SecurityScheme) -> str:
    hint = "GET /_sandbox/credentials lists credentials that work."
    match described.kind:
        case "apiKey":
            return f"No key in the {described.location} parameter {described.parameter_name!r}; {hint}"
        case "http-basic":
            return f"No user and password (Authorization: Basic ...); {hint}"
    return f"No token (Authorization: Bearer ...); {hint}"

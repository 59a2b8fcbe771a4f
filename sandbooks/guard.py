"""Who may control: this machine, a page of this server, or the holder of the admin token.

A person in a browser gives the token once, in a form, and holds a session from then on. Knows headers; knows nothing
of what is asked.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit

from sandbooks.chance import new_secret
from sandbooks.errors import Forbidden, StartupError, Unauthenticated

CHALLENGE = 'Bearer realm="sandbox control"'
MOST_SESSIONS = 1000

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Guard:
    """The rule for every control call.

    On a loopback host a caller is trusted, but a web page is not: neither one of another origin, nor one whose name
    was made to point here (then the `Host` gives it away). Elsewhere the token decides, or a session that was begun
    with it; sessions end with the process.

    Args:
        admin_token: what guards control off the loopback; None only on it.
        loopback: the server listens on the loopback alone.

    Raises:
        StartupError: off the loopback without a token.
    """

    def __init__(self, *, admin_token: str | None, loopback: bool) -> None:
        if not loopback and not admin_token:
            raise StartupError("control off the loopback needs a token; give one with --admin-token")
        self._token = (admin_token or "").encode()
        self._loopback = loopback
        self._sessions: OrderedDict[bytes, None] = OrderedDict()  # digests, oldest first

    def check(self, headers: Mapping[str, str], *, needs_token: bool = True) -> None:
        """Let a call through, or not. `headers` has lower-case names.

        Raises:
            Forbidden: a page of another origin; on the loopback, a foreign host.
            Unauthenticated: off the loopback, a missing or wrong token where one is needed.
        """
        host = headers.get("host", "")
        origin = headers.get("origin")
        if self._loopback and host and not _is_loopback(host):
            raise Forbidden(f"The host {host!r} is not this machine; use localhost or 127.0.0.1.")
        if origin is not None and not self._is_own(origin, host):
            raise Forbidden(f"The origin {origin!r} is not this server; open the page from this server's own address.")
        if needs_token and not self._loopback:
            self._check_token(headers.get("authorization", ""), headers)

    @property
    def open_to_all(self) -> bool:
        """No token is ever asked for."""
        return self._loopback

    def trusts(self, headers: Mapping[str, str]) -> bool:
        """Whether this caller, whom `check` lets through without a token, may control too."""
        try:
            self.check(headers)
        except Unauthenticated:
            return False
        return True

    def sign_in(self, token: str) -> str | None:
        """A new session for the holder of the token, None for anybody else: what its cookie says."""
        if self._loopback or not hmac.compare_digest(token.encode("utf-8", "surrogateescape"), self._token):
            return None
        session = new_secret()
        self._sessions[_digest(session)] = None
        while len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return session

    def sign_out(self, headers: Mapping[str, str]) -> None:
        """End the session of a caller."""
        for session in _sessions_in(headers):
            self._sessions.pop(_digest(session), None)

    def _is_own(self, origin: str, host: str) -> bool:
        """The origin is the host that was asked; on the loopback under any of its names."""
        scheme, separator, authority = origin.partition("://")
        if not separator or scheme not in _DEFAULT_PORTS:
            return False
        page, asked = _split(authority, scheme), _split(host, scheme)
        if page is None or asked is None or page[1] != asked[1]:
            return False
        return page[0] == asked[0] or (self._loopback and _is_loopback(authority))

    def _check_token(self, authorization: str, headers: Mapping[str, str]) -> None:
        word, _, given = authorization.partition(" ")
        # Headers are read as Latin-1, so this gives back the bytes that were sent.
        if word.lower() == "bearer" and hmac.compare_digest(given.strip().encode("latin-1"), self._token):
            return
        # Looked up by digest, so that the time it takes tells nothing of a session that is there.
        if not authorization and any(_digest(session) in self._sessions for session in _sessions_in(headers)):
            return
        raise Unauthenticated(
            "Send `Authorization: Bearer` and the admin token; it was printed when the server started.",
            challenge=CHALLENGE,
        )


def session_cookie(host: str) -> str:
    """The name of the cookie that holds a session. Cookies know no ports: each server of a machine has its own name."""
    parts = _split(host, "http")
    return f"sandbooks_{parts[1] if parts is not None else 80}"


def _sessions_in(headers: Mapping[str, str]) -> list[str]:
    """What a caller's cookies say of sessions here."""
    wanted = session_cookie(headers.get("host", ""))
    pairs = (pair.partition("=") for pair in headers.get("cookie", "").split(";"))
    return [value.strip() for name, _, value in pairs if name.strip() == wanted]


def _digest(session: str) -> bytes:
    return sha256(session.encode("latin-1", "replace")).digest()


def _is_loopback(host: str) -> bool:
    """True for `localhost` and the loopback's numbers, with any port: no other name can be pointed at them."""
    parts = _split(host, "http")
    if parts is None:
        return False
    if parts[0] == "localhost":
        return True
    try:
        return ip_address(parts[0]).is_loopback
    except ValueError:
        return False


def _split(authority: str, scheme: str) -> tuple[str, int] | None:
    """Name in lower case, and port, of `host` or `host:port`; None for anything else."""
    try:
        parts = urlsplit(f"//{authority}")
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not name or parts.netloc != authority or "@" in authority:
        return None
    return name, _DEFAULT_PORTS[scheme] if port is None else port

"""One HTTP request, already received: bytes on the outside, cheap views on the inside.

Knows how HTTP writes headers, queries and cookies; knows no server and no description.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl


class Request:
    """Method, raw path below the vendor's prefix, raw query, headers and body of one call.

    `headers` maps lower-case names (as ASGI gives them) to values; a repeated header is joined with `, ` as RFC 9110
    allows. `client` is the address of the caller, empty where it has none.
    """

    __slots__ = ("_cookies", "_query", "body", "client", "headers", "method", "path", "prefix", "query_string")

    def __init__(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Iterable[tuple[bytes, bytes]] = (),
        body: bytes = b"",
        prefix: str = "",
        client: str = "",
    ) -> None:
        self.method = method
        self.client = client
        self.path = path
        self.prefix = prefix
        self.query_string = query
        self.body = body
        pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
        self.headers = dict(pairs)
        if len(self.headers) < len(pairs):
            self.headers = _joined(pairs)
        self._query: list[tuple[str, str]] | None = None
        self._cookies: dict[str, str] | None = None

    @property
    def query(self) -> list[tuple[str, str]]:
        """Names and values of the query, in order, decoded."""
        if self._query is None:
            self._query = parse_qsl(self.query_string, keep_blank_values=True) if self.query_string else []
        return self._query

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies by name, as lenient as browsers are: a pair that breaks the rules does not hide the others."""
        if self._cookies is None:
            pairs = (part.partition("=") for part in self.headers.get("cookie", "").split(";"))
            self._cookies = {name.strip(): _unquoted(value.strip()) for name, sign, value in pairs if sign}
        return self._cookies

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case; empty when none is named."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value

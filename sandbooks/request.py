"""One HTTP request, already received: bytes on the outside, cheap views on the inside.

Knows how HTTP writes headers, queries and cookies; knows no server and no description.
"""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl


class Request:
    """Method, raw path below the vendor's prefix, raw query, headers and body of one call.

    `headers` maps lower-case names to values; a repeated header is joined with `, ` as RFC 9110 allows.
    """

    __slots__ = ("_cookies", "_query", "body", "headers", "method", "path", "prefix", "query_string")

    def __init__(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Iterable[tuple[bytes, bytes]] = (),
        body: bytes = b"",
        prefix: str = "",
    ) -> None:
        self.method = method
        self.path = path
        self.prefix = prefix
        self.query_string = query
        self.body = body
        self.headers: dict[str, str] = {}
        for raw_name, raw_value in headers:
            name = raw_name.decode("latin-1").lower()
            value = raw_value.decode("latin-1")
            self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value
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
        """Cookies by name; a header that cannot be read holds none."""
        if self._cookies is None:
            try:
                self._cookies = {
                    name: item.value for name, item in SimpleCookie(self.headers.get("cookie", "")).items()
                }
            except CookieError:
                self._cookies = {}
        return self._cookies

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case; empty when none is named."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

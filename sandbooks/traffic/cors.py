"""Calls from web pages: a sandbox lets pages of every origin in, since what it holds is nobody's.

Knows the CORS headers of the Fetch standard. Cookies stay out: browsers do not send them to "every origin".
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbooks.request import Request

OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "*"}
"""What lets a page read an answer."""

_REMEMBERED_S = "600"


def is_preflight(request: Request) -> bool:
    """A browser asks whether a page may make a call: only it sends these two headers with OPTIONS."""
    return (
        request.method == "OPTIONS"
        and "origin" in request.headers
        and "access-control-request-method" in request.headers
    )


def preflight_headers(request: Request, methods: Sequence[str]) -> dict[str, str]:
    """The answer: the methods of the path, and every header that the page wants to send."""
    offered = [*methods, "HEAD"] if "GET" in methods and "HEAD" not in methods else methods
    headers = {
        "Access-Control-Allow-Methods": ", ".join(offered),
        "Access-Control-Max-Age": _REMEMBERED_S,
    }
    if wanted := request.headers.get("access-control-request-headers"):
        headers["Access-Control-Allow-Headers"] = wanted
    return headers

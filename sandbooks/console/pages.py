"""What the pages show, and where their buttons lead; the only module that loads Flask.

Knows the vendors' descriptions; knows no pack and no state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl, quote, urlsplit

from a2wsgi import WSGIMiddleware
from flask import Flask, Response, make_response, render_template, request

from sandbooks.pack import ALLOW, ANSWER, DENY
from sandbooks.server import AsgiApp, Server
from sandbooks.spec import Description, Operation

THREADS = 2
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def make_pages(server: Server) -> AsgiApp:
    """The pages of a server as one application."""
    flask = Flask("sandbooks.console")

    @flask.get("/consent/<vendor>/<operation>")
    def consent(vendor: str, operation: str) -> Response:
        return show_consent(server, vendor, operation)

    @flask.errorhandler(404)
    def missing(error: Exception) -> Response:
        return _page("missing.html", 404, path=request.path)

    wsgi: Any = flask  # the two libraries have types of their own for one interface
    return cast(AsgiApp, WSGIMiddleware(wsgi, workers=THREADS))


def show_consent(server: Server, vendor: str, operation: str) -> Response:
    """The page that asks somebody to let an application in; its buttons lead back to the vendor's operation."""
    found = server.vendors.get(vendor)
    binding = found.bindings.get(operation) if found is not None else None
    if found is None or binding is None or binding.operation.method != "GET":
        return _page("missing.html", 404, path=request.path)
    told = request.args
    query = parse_qsl(told.get("query", ""), keep_blank_values=True)
    sent = dict(query)
    return _page(
        "consent.html",
        vendor=found.description.title,
        application=told.get("application") or "An application",
        user=told.get("user", ""),
        account=told.get("account", ""),
        scopes=list(_worded(found.description, sent.get("scope", "").split())),
        returns_to=_host_of(sent.get("redirect_uri", "")),
        action=_way_back(vendor, binding.operation, dict(parse_qsl(told.get("path", "")))),
        query=query,
        answer=ANSWER,
        allow=ALLOW,
        deny=DENY,
    )


def _worded(description: Description, scopes: list[str]) -> Iterator[tuple[str, str]]:
    """Each scope with what the description says of it, empty for one that it does not know."""
    words: dict[str, str] = {}
    for scheme in description.security_schemes.values():
        flows = scheme.raw.get("flows")
        for flow in flows.values() if isinstance(flows, dict) else ():
            if isinstance(flow, dict):  # an extension may be anything
                words.update(flow.get("scopes") or {})
    for scope in dict.fromkeys(scopes):
        yield scope, str(words.get(scope, "")).rstrip(".")


def _way_back(vendor: str, operation: Operation, values: Mapping[str, str]) -> str:
    """The address of the operation, in the sandbox of the page."""
    named = request.environ["asgi.scope"]["sandbooks"]
    path = operation.path
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return f"/@{quote(named, safe='')}/{vendor}{path}" if named is not None else f"/{vendor}{path}"


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _page(template: str, status: int = 200, **told: object) -> Response:
    return make_response(render_template(template, **told), status, HEADERS)

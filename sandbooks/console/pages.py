"""What the pages show, and where their buttons lead; the only module that loads Flask.

Knows the vendors' descriptions; knows no pack and no state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl, quote, urlsplit

from a2wsgi import WSGIMiddleware
from flask import Flask, Response, abort, make_response, render_template, request

from sandbooks.console.start import CALLS_SHOWN, LONGEST_BODY, Visitor
from sandbooks.errors import Problem
from sandbooks.guard import Guard, session_cookie
from sandbooks.notation import write_json
from sandbooks.pack import ALLOW, ANSWER, DENY, Envelope
from sandbooks.server import AsgiApp, Server
from sandbooks.spec import Description, Operation

THREADS = 2
REFUSALS = (400, 404, 405, 413)
LONGEST_FORM = 16_384
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with none, a form would say that its origin is null
    "X-Content-Type-Options": "nosniff",
}
WRONG_TOKEN = "That is not the admin token. It was printed when the server started."
PLACE = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]*")
"""A path below `/_sandbox` to which somebody who has signed in is led."""


def make_pages(server: Server) -> AsgiApp:
    """The pages of a server as one application."""
    flask = Flask("sandbooks.console", static_url_path="/assets")
    flask.config["MAX_CONTENT_LENGTH"] = LONGEST_FORM

    @flask.get("/")
    def start() -> Response:
        return show_start_page()

    @flask.get("/favicon.ico")
    def icon() -> Response:
        return flask.send_static_file("icon.svg")

    @flask.get("/sign-in")
    def sign_in() -> Response:
        return show_sign_in()

    @flask.post("/sign-in")
    def begin_session() -> Response:
        return sign_in_with_token(_guard_of(server))

    @flask.post("/sign-out")
    def end_session() -> Response:
        return sign_out(_guard_of(server))

    @flask.get("/consent/<vendor>/<operation>")
    def consent(vendor: str, operation: str) -> Response:
        return show_consent(server, vendor, operation)

    for status in REFUSALS:
        flask.register_error_handler(status, _refused)

    @flask.errorhandler(Problem)
    def explain(problem: Problem) -> Response:
        return _explained(problem)

    @flask.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    wsgi: Any = flask  # the two libraries have types of their own for one interface
    return cast(AsgiApp, WSGIMiddleware(wsgi, workers=THREADS))


def show_start_page() -> Response:
    """The start page; for a program that wants no page, what is served and where."""
    shown = _visitor().start
    if shown is None:
        abort(404)
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    if wanted == "application/json":
        response = make_response(write_json(shown.index()), 200, {"Content-Type": wanted})
    else:
        response = _page("start.html", start=shown, calls_shown=CALLS_SHOWN, longest_body=LONGEST_BODY)
    response.headers["Vary"] = "Accept, Cookie, X-Sandbox"
    return response


def show_sign_in() -> Response:
    """The form that asks for the admin token; nobody who is let in anyway sees it."""
    place = _place(request.args.get("to", ""))
    if _visitor().trusted:
        return _onwards(f"./{place}" if place else "../")
    return _page("sign_in.html", place=place)


def sign_in_with_token(guard: Guard) -> Response:
    """Begin a session, and lead to where somebody wanted to go; or say that the token is wrong."""
    place = _place(request.form.get("to", ""))
    onwards = _onwards(f"./{place}" if place else "../")
    if _visitor().trusted:
        return onwards
    session = guard.sign_in(request.form.get("token", "").strip())
    if session is None:
        return _page("sign_in.html", 401, place=place, error=WRONG_TOKEN)
    onwards.set_cookie(
        session_cookie(request.headers.get("Host", "")),
        session,
        httponly=True,
        samesite="Strict",
        secure=request.scheme == "https",
    )
    return onwards


def sign_out(guard: Guard) -> Response:
    """End the session of whoever asks."""
    _visitor()
    guard.sign_out({"host": request.headers.get("Host", ""), "cookie": request.headers.get("Cookie", "")})
    onwards = _onwards("../")
    onwards.delete_cookie(session_cookie(request.headers.get("Host", "")), httponly=True, samesite="Strict")
    return onwards


def show_consent(server: Server, vendor: str, operation: str) -> Response:
    """The page that asks somebody to let an application in; its buttons lead back to the vendor's operation."""
    found = server.vendors.get(vendor)
    binding = found.bindings.get(operation) if found is not None else None
    if found is None or binding is None or binding.operation.method != "GET":
        abort(404)
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


def _visitor() -> Visitor:
    """Who asks for a page that is not open to all.

    Raises:
        Problem: somebody who is shown nothing, and why.
    """
    visitor: Visitor | Problem = request.environ["asgi.scope"]["sandbooks.visitor"]
    if isinstance(visitor, Problem):
        raise visitor
    return visitor


def _guard_of(server: Server) -> Guard:
    """The guard, which is there where `_visitor` gives anybody."""
    _visitor()
    assert server.guard is not None
    return server.guard


def _onwards(place: str) -> Response:
    return make_response("", 303, {"Location": place})


def _place(text: str) -> str:
    return text if PLACE.fullmatch(text) else ""


def _refused(error: Any) -> Response:  # an HTTPException of Werkzeug's
    """No such page, no such method, a form that is too long."""
    response = _page("refused.html", error.code, error=error, path=request.path)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _explained(problem: Problem) -> Response:
    """A refusal in the words of the engine: a page for people, else what control answers."""
    reply = Envelope().render(problem, None)
    if "text/html" in request.headers.get("Accept", ""):
        return _page("refused.html", reply.status, error=problem)
    return make_response(write_json(reply.body), reply.status, {"Content-Type": reply.media_type})


def _page(template: str, status: int = 200, **told: object) -> Response:
    below = "_sandbox/" if request.path == "/" else "../" * (request.path.count("/") - 1)
    return make_response(render_template(template, below=below, **told), status)

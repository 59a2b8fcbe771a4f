"""Pages for people: the start page at `/`, and below `/_sandbox` what a vendor would show in a browser.

What makes them is loaded when the first of them is asked for: it takes its time, and most servers never show one.
"""

from __future__ import annotations

from urllib.parse import unquote

from sandbooks.console.start import Visitor, receive_visitor
from sandbooks.errors import NotFound, Problem
from sandbooks.exchange import Answer
from sandbooks.server import SIGN_IN, AsgiApp, Server
from sandbooks.wire import Receive, Scope, Send, request_of, send_answer

ASSETS = "assets"
CONSENT = "consent"
SIGN_OUT = "sign-out"
PAGES = (CONSENT, SIGN_IN, SIGN_OUT, ASSETS)
"""The first segment of every page's path."""
OPEN_PAGES = frozenset({CONSENT, ASSETS})
"""Those that are as open as a vendor; the others follow the rule for control."""


def attach_console(server: Server) -> None:
    """Serve the pages of `server`: at `/`, and below `/_sandbox`."""
    console = Console(server)
    for page in PAGES:
        server.pages[page] = console
    server.front = console
    server.on_close = console.close


class Console:
    """The ASGI application. The server puts into the scope which sandbox the address names, and the path below."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._pages: AsgiApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One page, or why there is none."""
        named, below = scope["sandbooks"]
        if not below and named is not None:  # `/@name`, from which no relative link would lead anywhere
            await send_answer(send, Answer(308, {"Location": f"/@{named}/"}, b""))
            return
        if self._pages is None:
            from sandbooks.console.pages import make_pages

            self._pages = make_pages(self._server)
        below = below or "/"
        query = "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in scope["query_string"])
        asked = {
            **scope,
            "path": unquote(below),
            "root_path": "",
            "query_string": query.encode(),
            "sandbooks": named,
            "sandbooks.visitor": self._visitor(scope, named, below),
        }
        await self._pages(asked, receive, send)

    def close(self) -> None:
        """End the threads in which pages are rendered, if there was one."""
        executor = getattr(self._pages, "executor", None)
        if executor is not None:
            executor.shutdown(wait=False)

    def _visitor(self, scope: Scope, named: str | None, below: str) -> Visitor | Problem | None:
        """Who asks, and what the start page shows, read here: a page is rendered in a thread of its own, beside calls.

        Of the pages that an outsider has no business with, why they are refused; None for those that are open to all.
        """
        if below.split("/")[1] in OPEN_PAGES:
            return None
        if self._server.guard is None:
            return NotFound("This server has no control, and so no page that shows it.")
        request = request_of(scope, below, "")
        try:
            starts = below == "/" and request.method in ("GET", "HEAD")
            return receive_visitor(self._server, self._server.guard, scope, request, named, starts=starts)
        except Problem as problem:
            return problem

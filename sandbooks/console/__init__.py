"""Pages for people, below `/_sandbox`: what a vendor would show in a browser.

They are open to whoever may call the vendor. What makes them is loaded when the first of them is asked for: it takes
its time, and most servers never show one.
"""

from __future__ import annotations

from urllib.parse import unquote

from sandbooks.server import AsgiApp, Server
from sandbooks.wire import Receive, Scope, Send

PAGES = ("consent",)
"""The first segment of every page's path."""


def attach_console(server: Server) -> None:
    """Serve the pages of `server` below `/_sandbox`."""
    console = Console(server)
    for page in PAGES:
        server.pages[page] = console


class Console:
    """The ASGI application. The server puts into the scope which sandbox the address names, and the path below."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._pages: AsgiApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One page, or why there is none."""
        if self._pages is None:
            from sandbooks.console.pages import make_pages

            self._pages = make_pages(self._server)
        named, below = scope["sandbooks"]
        query = "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in scope["query_string"])
        asked = {**scope, "path": unquote(below), "root_path": "", "query_string": query.encode(), "sandbooks": named}
        await self._pages(asked, receive, send)

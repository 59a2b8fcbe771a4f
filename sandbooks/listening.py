"""The HTTP server on the socket; the only importer of uvicorn.

Holds back what no call may cost before it has reached the application: headers without end.
"""

from __future__ import annotations

import socket
from typing import Any

import orjson
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbooks.errors import HeadersTooLarge
from sandbooks.pack import Envelope
from sandbooks.server import HEADER_LIMIT, Server

SHUTDOWN_S = 10


class LimitedProtocol(HttpToolsProtocol):
    """Ends a connection on which more than `HEADER_LIMIT` bytes arrive that complete no headers and are no body.

    Counted are the pieces after the one in which a request begins: what else that piece held is not known. Headers
    that are complete are measured by the server, which answers in the order of the requests. Trailers behind a body
    are held back in the same way.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # uvicorn's own
        super().__init__(*args, **options)
        self._arrived = 0
        self._useful = 0  # how much had arrived when a request last began, had its headers, or got some of its body

    def data_received(self, data: bytes) -> None:
        self._arrived += len(data)
        super().data_received(data)
        if self._arrived - self._useful > HEADER_LIMIT and not self.transport.is_closing():
            self._refuse()

    def on_message_begin(self) -> None:
        self._useful = self._arrived
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._useful = self._arrived
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._useful = self._arrived
        super().on_body(body)

    def _refuse(self) -> None:
        """Say why and hang up; only hang up where an earlier call has no answer yet and would take this for its own."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_refusal())
        self.transport.close()


def run(server: Server, listener: socket.socket, log_level: str) -> None:
    """Serve on a socket that listens already, until a signal ends it."""
    config = uvicorn.Config(
        server,
        loop="uvloop",
        http=LimitedProtocol,
        lifespan="on",
        access_log=False,
        log_level=log_level,
        server_header=False,
        date_header=False,  # it would tell the machine's time, and no two answers would be alike
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _refusal() -> bytes:
    """A whole answer as it goes over the wire."""
    reply = Envelope().render(HeadersTooLarge(f"The headers are larger than {HEADER_LIMIT} bytes."), None)
    body = orjson.dumps(reply.body)
    head = (
        f"HTTP/1.1 {reply.status} Request Header Fields Too Large\r\n"
        f"Content-Type: {reply.media_type}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body

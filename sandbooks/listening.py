"""The HTTP server on the socket; the only importer of uvicorn.

Holds back what no call may cost before it has reached the application: headers without end. Sends what is written in
one turn of the event loop in one piece.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from typing import Any, cast

import orjson
import uvicorn
import uvloop
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbooks.errors import HeadersTooLarge
from sandbooks.pack import Envelope
from sandbooks.server import HEADER_LIMIT, Server
from sandbooks.wire import Receive, Scope, Send

SHUTDOWN_S = 5
"""Calls in flight have so long when the server is told to stop; a container is killed after ten seconds."""
EMBEDDED_SHUTDOWN_S = 1
HELD_BYTES = 65_536
_FORWARDED = frozenset({b"x-forwarded-for", b"x-forwarded-proto"})


class JoiningTransport:
    """A connection whose writes of one turn of the event loop leave together.

    uvicorn writes the head of an answer and its body apart: two system calls, two packets, and a client that is woken
    twice. What is held is sent at the end of the turn, before the connection closes, or as soon as it is a lot.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.is_closing = transport.is_closing  # asked for every call
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:  # whatever else a transport can do
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._held:
            self._loop.call_soon(self._send)
        self._held.append(data)
        self._size += len(data)
        if self._size > HELD_BYTES:
            self._send()

    def close(self) -> None:
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._held:
            held, self._held, self._size = self._held, [], 0
            self._transport.writelines(held)


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

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own type
        super().connection_made(JoiningTransport(transport, self.loop))  # type: ignore[arg-type]  # acts as one

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
    ways: dict[str, Any] = {"log_config": None, "log_level": log_level}  # its lines go where all others go
    config = _config(server, lifespan="on", timeout_graceful_shutdown=SHUTDOWN_S, **ways)
    uvicorn.Server(config).run(sockets=[listener])


async def serve_until(ended: asyncio.Event, server: Server, listener: socket.socket) -> None:
    """Serve on a socket within a loop that runs already, in a thread that is not the first, until the event is set.

    Logging stays as it is. Starting and stopping `server` itself is the caller's business.
    """
    config = _config(server, lifespan="off", log_config=None, timeout_graceful_shutdown=EMBEDDED_SHUTDOWN_S)
    http = uvicorn.Server(config)
    serving = asyncio.ensure_future(http.serve(sockets=[listener]))
    await ended.wait()
    http.should_exit = True
    await serving


def new_event_loop() -> asyncio.AbstractEventLoop:
    """A loop of the kind on which servers run."""
    return uvloop.new_event_loop()


def _config(server: Server, **options: Any) -> uvicorn.Config:  # as uvicorn's own
    return uvicorn.Config(
        _behind_proxies(server),
        interface="asgi3",
        proxy_headers=False,  # done by ours
        loop="uvloop",
        http=LimitedProtocol,
        access_log=False,
        server_header=False,
        date_header=False,  # it would tell the machine's time, and no two answers would be alike
        **options,
    )


def _behind_proxies(server: Server) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The server, told who calls where a proxy on this machine says so; other calls need not be looked into."""
    trusted = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
    told: Any = ProxyHeadersMiddleware(cast(Any, server), trusted_hosts=trusted)  # uvicorn's types name every message

    def app(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        answering = server if _FORWARDED.isdisjoint(dict(scope.get("headers", ()))) else told
        answer: Awaitable[None] = answering(scope, receive, send)
        return answer

    return app


def _refusal() -> bytes:
    """A whole answer as it goes over the wire."""
    reply = Envelope().render(HeadersTooLarge(f"The headers are larger than {HEADER_LIMIT} bytes."), None)
    body = orjson.dumps(reply.body)
    head = (
        f"HTTP/1.1 {reply.status} Request Header Fields Too Large\r\n"
        f"Content-Type: {reply.media_type}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body

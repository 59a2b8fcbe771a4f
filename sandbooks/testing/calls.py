"""One HTTP call without a socket: what is asked of an ASGI application, and what it gives.

Knows ASGI; knows no client library.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

Message = MutableMapping[str, Any]  # as ASGI has it
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A call. `target` is path and query as on the wire; `host` is name and port of the server that is addressed."""

    method: str
    target: bytes
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    scheme: str = "http"
    host: tuple[str, int] = ("localhost", 80)

    def scope(self) -> Message:
        path, _, query = self.target.partition(b"?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": self.scheme,
            "path": unquote(path.decode("ascii")),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in self.headers],
            "server": self.host,
            "client": ("127.0.0.1", 0),
            "state": {},
        }


@dataclass(slots=True)
class Given:
    """An answer; `status` 0 for none. `broken`: the connection was dropped, before the answer or in its body."""

    status: int = 0
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    broken: bool = False


async def answer(app: App, asked: Asked) -> Given:
    """What the application answers. To cancel it is to go away, as a client that hangs up."""
    connection = _Connection(asked.body)
    await app(asked.scope(), connection.receive, connection.send)
    return connection.given


class _Connection:
    """What a call comes over. It can be broken, as the connection of an HTTP server: through its `transport`."""

    def __init__(self, body: bytes) -> None:
        self.given = Given()
        self.transport = self
        self.disconnected = False
        self._left: list[bytes] = [body]

    async def receive(self) -> Message:
        if not self._left:
            await asyncio.get_running_loop().create_future()  # nothing more comes; whoever waits is cancelled
        return {"type": "http.request", "body": self._left.pop(), "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.given.status, self.given.headers = message["status"], list(message["headers"])
        else:
            self.given.body += message.get("body", b"")

    def close(self) -> None:
        self.given.broken = self.disconnected = True

    abort = close

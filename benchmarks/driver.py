"""A small load driver: keep-alive connections, one call in flight on each, and what came back.

It costs a fraction of what a server spends on a call, so the server is what is measured.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import perf_counter
from typing import cast

import uvloop


@dataclass(slots=True)
class Result:
    """What one run saw: calls answered, how long it took, how long each call took, and statuses other than 2xx."""

    seconds: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def per_second(self) -> float:
        return len(self.latencies_s) / self.seconds

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies_s)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class _Connection(asyncio.Protocol):
    """Sends the same request again whenever an answer is complete."""

    def __init__(self, request: bytes, result: Result) -> None:
        self._request = request
        self._result = result
        self._buffer = bytearray()
        self._sent_at = 0.0
        self.open = True
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass of it
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0 or len(self._buffer) < head + 4 + _content_length(self._buffer[:head]):
            return
        self._result.latencies_s.append(perf_counter() - self._sent_at)
        if not self._buffer.startswith(b"HTTP/1.1 2"):
            self._result.refused += 1
        self._buffer.clear()
        if self.open:
            self._send()

    def _send(self) -> None:
        assert self.transport is not None
        self._sent_at = perf_counter()
        self.transport.write(self._request)


def drive(port: int, request: bytes, *, seconds: float, connections: int = 8) -> Result:
    """Repeat one request on every connection for that long."""
    return uvloop.run(_drive(port, request, seconds, connections))


def request_bytes(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A whole HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _drive(port: int, request: bytes, seconds: float, connections: int) -> Result:
    result = Result()
    loop = asyncio.get_running_loop()
    started = perf_counter()
    made = [
        (await loop.create_connection(lambda: _Connection(request, result), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.sleep(seconds)
    result.seconds = perf_counter() - started
    for connection in made:
        connection.open = False
        if connection.transport is not None:
            connection.transport.close()
    return result


def _content_length(head: bytes | bytearray) -> int:
    start = head.lower().find(b"content-length:")
    return int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0

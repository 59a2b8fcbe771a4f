"""Load at a pace: calls leave at even intervals, whether or not earlier ones have been answered.

The time of a call runs from the moment it was due, so that a server that stands still for a while is charged for all
the calls that had to wait. It turns in a tight loop, as timers are too coarse for intervals below a millisecond.
"""

from __future__ import annotations

import selectors
import socket
from collections import deque
from dataclasses import dataclass, field
from time import perf_counter

from benchmarks.load import CONNECTIONS, Request

LONGEST_WAIT_S = 10


@dataclass(slots=True)
class Paced:
    """How long each call took, and how many answers were no success."""

    latencies_s: list[float] = field(default_factory=list)
    refused: int = 0

    def percentile_ms(self, share: float) -> float:
        """The time that this share of the calls stayed within; 0.5 is the median."""
        ordered = sorted(self.latencies_s)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class _Connection:
    """One call at a time over one socket."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due_at = 0.0
        self._received = bytearray()

    def send(self, content: bytes, due_at: float) -> None:
        self.due_at = due_at
        self._received.clear()
        self.socket.sendall(content)

    def receive(self) -> bool | None:
        """Whether the answer is a success; None while some of it is missing."""
        part = self.socket.recv(262_144)
        if not part:
            return False
        self._received += part
        head = self._received.find(b"\r\n\r\n")
        if head < 0 or len(self._received) < head + 4 + _content_length(self._received[:head]):
            return None
        return self._received.startswith(b"HTTP/1.1 2")


def drive(port: int, request: Request, *, seconds: float, rate: float, connections: int = CONNECTIONS) -> Paced:
    """Send `rate` calls a second for that long, each over whichever connection is free."""
    result = Paced()
    free = deque(_Connection(port) for _ in range(connections))
    everyone = list(free)
    with selectors.DefaultSelector() as selector:
        for connection in everyone:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        try:
            _run(selector, free, _request_bytes(request), max(1, round(seconds * rate)), 1 / rate, result)
        finally:
            for connection in everyone:
                connection.socket.close()
    return result


def _run(
    selector: selectors.BaseSelector,
    free: deque[_Connection],
    content: bytes,
    calls: int,
    interval_s: float,
    result: Paced,
) -> None:
    started = perf_counter()
    deadline = started + calls * interval_s + LONGEST_WAIT_S
    sent = 0
    while len(result.latencies_s) < calls:
        now = perf_counter()
        if now > deadline:
            result.refused += calls - len(result.latencies_s)
            return
        while sent < calls and free and (due_at := started + sent * interval_s) <= now:
            free.popleft().send(content, due_at)
            sent += 1
        for key, _ in selector.select(0):
            connection: _Connection = key.data
            answered = connection.receive()
            if answered is not None:
                result.latencies_s.append(perf_counter() - connection.due_at)
                result.refused += not answered
                free.append(connection)


def _request_bytes(request: Request) -> bytes:
    headers = {"Host": "127.0.0.1", **request.headers}
    if request.content:
        headers |= {"Content-Type": "application/json", "Content-Length": str(len(request.content.encode()))}
    lines = [f"{request.method} {request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", request.content]).encode()


def _content_length(head: bytes | bytearray) -> int:
    start = head.lower().find(b"content-length:")
    return int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0

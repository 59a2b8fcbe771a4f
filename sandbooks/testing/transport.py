"""httpx without a socket: calls go straight to the server's thread, and come back as they would over the wire.

Knows httpx; what breaks, waits or is refused does so in the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING

import httpx

from sandbooks.testing.calls import Asked, Given

if TYPE_CHECKING:
    from sandbooks.testing.sandbox import Sandbox

PORTS = {"http": 80, "https": 443}
STOPPED = "the server has stopped"


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """For `httpx.Client` and, under asyncio, `httpx.AsyncClient`. The read timeout counts; nothing is connected.

    Args:
        sandbox: to which calls come, where the path names none.
        base_path: put before a path that does not begin with it.
    """

    def __init__(self, sandbox: Sandbox, base_path: str = "") -> None:
        self._sandbox = sandbox
        self._base_path = base_path

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        pending = self._call(request)
        try:
            return _response(pending.result(_timeout(request)), request)
        except TimeoutError:
            pending.cancel()
            raise httpx.ReadTimeout("timed out", request=request) from None
        except CancelledError:
            raise httpx.ReadError(STOPPED, request=request) from None
        except BaseException:
            pending.cancel()
            raise

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            raise RuntimeError("calls without a port work under asyncio; elsewhere use the address, url()") from None
        await request.aread()
        pending = self._call(request)
        try:
            async with asyncio.timeout(_timeout(request)):
                return _response(await asyncio.wrap_future(pending), request)
        except TimeoutError:
            raise httpx.ReadTimeout("timed out", request=request) from None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise httpx.ReadError(STOPPED, request=request) from None

    def _call(self, request: httpx.Request) -> Future[Given]:
        url = request.url
        target = url.raw_path
        base_path = self._base_path.encode()
        if target.partition(b"?")[0] != base_path and not target.startswith(base_path + b"/"):
            target = base_path + target
        headers = list(request.headers.raw)
        if "x-sandbox" not in request.headers:
            headers.append((b"x-sandbox", self._sandbox.name.encode()))
        host = (url.host, url.port or PORTS.get(url.scheme, 80))
        try:
            return self._sandbox.call(Asked(request.method, target, headers, request.content, url.scheme, host))
        except RuntimeError as error:
            raise httpx.ConnectError(str(error), request=request) from error


class _Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of an answer whose connection is dropped in its middle."""

    def __init__(self, given: Given) -> None:
        self._given = given

    def __iter__(self) -> Iterator[bytes]:
        yield self._given.body
        raise self._error()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._given.body
        raise self._error()

    def _error(self) -> httpx.RemoteProtocolError:
        length = dict(self._given.headers).get(b"content-length", b"0").decode()
        return httpx.RemoteProtocolError(
            "peer closed connection without sending complete message body "
            f"(received {len(self._given.body)} bytes, expected {length})"
        )


def _response(given: Given, request: httpx.Request) -> httpx.Response:
    if not given.status:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    stream = _Broken(given) if given.broken else httpx.ByteStream(given.body)
    return httpx.Response(given.status, headers=given.headers, stream=stream, request=request)


def _timeout(request: httpx.Request) -> float | None:
    """How long an answer is waited for, in seconds."""
    timeouts: dict[str, float | None] = request.extensions.get("timeout", {})
    return timeouts.get("read")

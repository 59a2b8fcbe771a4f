"""A server with its control API, called in this process: what tests of the public door are written with."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from sandbooks.bases import FixtureFile
from sandbooks.console import attach_console
from sandbooks.control import attach_control
from sandbooks.project import load_file
from sandbooks.server import Server, Settings
from sandbooks.vendor import Vendor

ADDRESS = "http://localhost:4010"
DELIVERY_S = 20.0
SPECS = Path(__file__).parent / "specs"


class Door:
    """The public door of one server: a call goes in as HTTP, its answer comes out.

    Each call has an event loop of its own; before that ends, the webhooks that are due are delivered.

    Args:
        server: with its control API attached.
        address: what a call's `Host` says.
    """

    def __init__(self, server: Server, address: str = ADDRESS) -> None:
        self.server = server
        self.address = address

    def get(self, path: str, **options: Any) -> httpx.Response:  # as `call`
        return self.call("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:  # as `call`
        return self.call("POST", path, **options)

    def patch(self, path: str, **options: Any) -> httpx.Response:  # as `call`
        return self.call("PATCH", path, **options)

    def put(self, path: str, **options: Any) -> httpx.Response:  # as `call`
        return self.call("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:  # as `call`
        return self.call("DELETE", path, **options)

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,  # any JSON value; None for no body
        content: bytes | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One call. `json`, `content` (raw bytes) or `data` (a form) is its body."""
        sent = [(name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.server)
            async with httpx.AsyncClient(transport=transport, base_url=self.address) as client:
                answer = await client.request(method, path, json=json, content=content, data=data, headers=sent)
            await self.server.sender.drain(timeout_s=DELIVERY_S)
            return answer

        return asyncio.run(send())

    def headers(self, vendor: str, name: str = "full", *, sandbox: str = "") -> dict[str, str]:
        """The headers of a credential, as the control API lists it."""
        prefix = f"/@{sandbox}" if sandbox else ""
        listed = self.get(f"{prefix}/_sandbox/credentials").json()[vendor]
        return dict(next(credential["headers"] for credential in listed if credential["name"] == name))


def serve(
    *descriptions: Path | Vendor,
    fixture_file: FixtureFile | None = None,
    admin_token: str | None = None,
    loopback: bool = True,
    address: str = ADDRESS,
    **settings: Any,
) -> Door:
    """A server of these descriptions or vendors, strict unless told otherwise; `settings` are those of `Settings`."""
    vendors = [item if isinstance(item, Vendor) else load_file(item) for item in descriptions]
    server = Server(vendors, fixture_file or _no_fixture, Settings(**{"strict": True, **settings}))
    attach_control(server, admin_token=admin_token, loopback=loopback)
    attach_console(server)
    return Door(server, address)


def _no_fixture(vendor: str, profile: str) -> Path | None:
    return None

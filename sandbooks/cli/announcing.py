"""What a person is told when a server is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbooks import __version__
from sandbooks.cli.saying import say

if TYPE_CHECKING:
    from sandbooks.server import Server
    from sandbooks.vendor import Vendor

LONGEST_SHOWN = 100


def announce(server: Server, host: str, port: int, token: str, seconds: float) -> None:
    """What a person needs to start: addresses, credentials, and how long it took."""
    shown = f"[{host}]" if ":" in host else host
    sandbox = server.sandbox("default")
    say(f"Sandbooks {__version__}, ready in {seconds:.1f} s")
    for vendor in server.vendors.values():
        say(f"\n{vendor.description.title}: http://{shown}:{port}{vendor.base_url}")
        for credential in vendor.authenticator.credentials("default", sandbox.clock.now()):
            say(f"  {credential['name']:<14} {_shown(credential)}")
        if errors := told_errors(vendor):
            say(f"  {errors}")
    say(f"\nControl: http://{shown}:{port}/_sandbox")
    if token:
        say(f"  Authorization: Bearer {token}")


def told_errors(vendor: Vendor) -> str:
    """How many errors a description has, and what lists them; empty for none."""
    if not vendor.description.errors:
        return ""
    from sandbooks.checking import told_errors as told

    return told(vendor.description)


def _shown(credential: dict[str, Any]) -> str:  # as the authenticator lists it
    """Its headers, or where they are too long for a line, the short values that lead to them."""
    headers = ", ".join(f"{name}: {value}" for name, value in credential["headers"].items())
    if len(headers) <= LONGEST_SHOWN:
        return headers
    return ", ".join(f"{name}: {value}" for name, value in credential["values"].items() if len(value) <= LONGEST_SHOWN)

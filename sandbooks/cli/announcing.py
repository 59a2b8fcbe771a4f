"""What a person is told when a server is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbooks import __version__
from sandbooks.cli.logs import tell
from sandbooks.cli.ports import EVERYWHERE, address_of
from sandbooks.cli.saying import paint, say

if TYPE_CHECKING:
    from sandbooks.server import Server
    from sandbooks.vendor import Vendor

LONGEST_SHOWN = 100


def announce(server: Server, host: str, port: int, seconds: float, *, token: str, is_given: bool) -> None:
    """What a person needs to start: addresses, credentials, and how long it took.

    Args:
        token: guards control; shown unless it `is_given`, for then it is known, and logs are read by many.
    """
    root = f"http://{address_of(EVERYWHERE.get(host, host), port)}"
    say(f"{paint('Sandbooks', bold=True)} {__version__}, ready in {paint(f'{seconds:.1f} s', fg='green')}")
    if host in EVERYWHERE:
        say(f"On every address of this machine ({host}); from here:")
    say(f"\n{paint('Start page', bold=True)}   {_address(f'{root}/')}")
    vendors = server.vendors.values()
    now = server.sandbox("default").clock.now()
    credentials = {
        vendor.id: [(str(each["name"]), _shown(each)) for each in vendor.authenticator.credentials("default", now)]
        for vendor in vendors
    }
    width = max(len("address"), *(len(name) for rows in credentials.values() for name, _ in rows), 0)
    for vendor in vendors:
        places = [("address", f"{root}{vendor.base_url}"), ("docs", f"{root}/_sandbox/docs/{vendor.id}")]
        say(f"\n{paint(vendor.description.title, bold=True)}")
        for name, value in [*((name, _address(url)) for name, url in places), *credentials[vendor.id]]:
            say(f"  {name:<{width}}  {value}")
        if errors := told_errors(vendor):
            say(f"  {paint(errors, fg='yellow')}")
    if token:
        shown = "as given by --admin-token or SANDBOOKS_ADMIN_TOKEN" if is_given else token
        say(f"\n{paint('Admin token', bold=True)}  {shown}")
        say("             asked for by the start page; for programs: Authorization: Bearer with it")
    say(f"\n{paint('Control', bold=True)}      {_address(f'{root}/_sandbox')}")
    tell(
        f"ready in {seconds:.1f} s",
        {
            "version": __version__,
            "seconds": round(seconds, 3),
            "start_page": f"{root}/",
            "control": f"{root}/_sandbox",
            "vendors": {vendor.id: f"{root}{vendor.base_url}" for vendor in vendors},
        },
    )


def told_errors(vendor: Vendor) -> str:
    """How many errors a description has, and what lists them; empty for none."""
    if not vendor.description.errors:
        return ""
    from sandbooks.checking import told_errors as told

    return told(vendor.description)


def _address(url: str) -> str:
    return paint(url, fg="cyan")


def _shown(credential: dict[str, Any]) -> str:  # as the authenticator lists it
    """Its headers, or where they are too long for a line, the short values that lead to them."""
    headers = ", ".join(f"{name}: {value}" for name, value in credential["headers"].items())
    if len(headers) <= LONGEST_SHOWN:
        return headers
    return ", ".join(f"{name}: {value}" for name, value in credential["values"].items() if len(value) <= LONGEST_SHOWN)

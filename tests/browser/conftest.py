"""A browser, a server with every bundled vendor, and pages that tell what went wrong in them.

Without Chromium these tests are left out; where the variable `CI` is set they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.running import running
from tests.sweeping import VENDOR_NAMES

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TOKEN = "a token of ours"


@pytest.fixture(scope="module")  # while it runs no test of this process can have an event loop of its own
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"there is no browser; looked for {', '.join(NAMES)}")
    if found is None:
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def club(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of a small description, whose key is a cookie."""
    file = tmp_path_factory.mktemp("club") / "club.yaml"
    file.write_text(CLUB)
    return str(file)


@pytest.fixture(scope="session")
def address(club: str) -> Iterator[str]:
    """A server with every bundled vendor, and the club."""
    with running(*VENDOR_NAMES, club) as (port, _):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def guarded(club: str) -> Iterator[str]:
    """A server off the loopback, guarded by `TOKEN`; the club alone, which is there at once."""
    with running(club, "--host", "0.0.0.0", "--admin-token", TOKEN) as (port, _):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def world(address: str) -> str:
    """The address of a sandbox of this test's own."""
    name = f"t{len(httpx.get(f'{address}/_sandbox/sandboxes').json())}"
    return f"{address}/@{name}"


@dataclass
class Visit:
    """One page, and what it asked for and complained of."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)


Visits = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visits]:
    """Opens pages; at the end none may have complained, or have asked another host for anything."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def open_page(url: str, *, width: int = 1280, dark: bool = False, **options: Any) -> Visit:  # Playwright's own
        options |= {"color_scheme": "dark" if dark else "light", "viewport": {"width": width, "height": 800}}
        context = browser.new_context(**options)
        contexts.append(context)
        made = Visit(context.new_page())
        visits.append(made)
        made.page.set_default_timeout(20_000)
        made.page.on("request", lambda request: made.hosts.add(urlsplit(request.url).netloc))
        made.page.on("console", lambda message: _note(made, message.type, message.text))
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.goto(url)
        return made

    yield open_page
    found = [(each.page.url, each.complaints, each.hosts) for each in visits]
    for context in contexts:
        context.close()
    for url, complaints, hosts in found:
        assert complaints == []
        assert {host for host in hosts if host} == {urlsplit(url).netloc}


def _note(visit: Visit, kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        visit.complaints.append(f"{kind}: {text}")


CLUB = """
openapi: 3.1.0
info: {title: Club, version: "1"}
security: [{session: []}]
components:
  securitySchemes:
    session: {type: apiKey, in: cookie, name: sid}
  schemas:
    Member:
      type: object
      required: [name]
      properties: {id: {type: integer, readOnly: true}, name: {type: string}, since: {type: [string, "null"]}}
paths:
  /members:
    get:
      operationId: listMembers
      responses:
        "200":
          description: All.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Member"}}}}
    post:
      operationId: createMember
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Member"}}}
      responses:
        "201":
          description: Made.
          content: {application/json: {schema: {$ref: "#/components/schemas/Member"}}}
"""

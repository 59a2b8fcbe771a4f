"""The vendor's page on which operations are tried: "Execute" works at once."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visits
from tests.sweeping import VENDOR_NAMES


def execute(page: Page, method: str, path: str) -> int:
    """Open an operation, press the button, and give the status of the answer."""
    block = page.locator(f".opblock-{method.lower()}").filter(
        has=page.locator(f'.opblock-summary-path[data-path="{path}"]')
    )
    block.locator(".opblock-summary").first.click()
    block.get_by_role("button", name="Execute").click()
    status = block.locator(".live-responses-table .response-col_status").last
    expect(status).to_contain_text("0", timeout=20_000)
    return int(status.inner_text().split()[0])


def tried(address: str, vendor: str, method: str) -> list[tuple[str, str]]:
    """Operations of a method that control has an example for, two of them: one that makes or lists, one by id."""
    listed = httpx.get(f"{address}/_sandbox/vendors/{vendor}/operations").json()
    document: dict[str, Any] = httpx.get(f"{address}/_sandbox/specs/{vendor}.json").json()
    paths = {
        operation["operationId"]: path
        for path, item in document["paths"].items()
        for operation in item.values()
        if isinstance(operation, dict)
    }
    found = [each["operation"] for each in listed if each["method"] == method and each["collection"]]
    plain = [id for id in found if "{" not in paths[id]]
    named = [id for id in found if "{" in paths[id]]
    return [(id, paths[id]) for id in (plain[:1] + (named[:1] if method == "GET" else []))]


def shorten(page: Page, paths: list[str]) -> None:
    """Give the page a description of these paths alone, else as it is: the library draws all it has at every click."""

    def answer(route: Route) -> None:
        document = httpx.get(route.request.url).json()
        document["paths"] = {path: document["paths"][path] for path in paths}
        route.fulfill(json=document)

    page.route("**/_sandbox/specs/*.json", answer)


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_execute_gets_an_answer(visit: Visits, address: str, world: str, vendor: str) -> None:
    """A list, a document by its id, and a POST: with the first credential and what is filled in, each succeeds.

    What is open then fits a phone too.
    """
    calls = [(method, path) for method in ("GET", "POST") for _, path in tried(address, vendor, method)]
    page = visit("about:blank").page
    shorten(page, [path for _, path in calls])
    page.goto(f"{world}/_sandbox/docs/{vendor}")

    statuses = [(method, path, execute(page, method, path) // 100) for method, path in calls]

    assert len(calls) >= 2
    assert statuses == [(method, path, 2) for method, path in calls]
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_chosen_credential_is_sent(visit: Visits, world: str) -> None:
    """The first one at once, another or none when it is chosen; what it may do stands beside it."""
    vendor = VENDOR_NAMES[0]
    listed = httpx.get(f"{world}/_sandbox/credentials").json()[vendor]
    opened = visit(f"{world}/_sandbox/docs/{vendor}")
    page = opened.page
    chosen = page.get_by_label("Send as")
    (_, path), *_ = tried(world.partition("/@")[0], vendor, "GET")

    expect(page.locator("#rights")).to_have_text(listed[0]["description"])
    first = execute(page, "GET", path)
    chosen.select_option("nobody")
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text("401")

    expect(page.locator("#rights")).to_have_text("Without a credential.")
    assert first == 200
    opened.complaints.clear()  # the browser notes the 401


def test_page_of_control_sends_too(visit: Visits, world: str) -> None:
    """Its own description: a clock that is asked for in the sandbox of the page."""
    httpx.patch(f"{world}/_sandbox/clock", json={"now": "2021-02-03T04:05:06Z", "frozen": True})
    page = visit("about:blank").page
    shorten(page, ["/clock"])
    page.goto(f"{world}/_sandbox/docs/control")

    status = execute(page, "GET", "/clock")

    assert status == 200
    expect(page.locator(".live-responses-table")).to_contain_text("2021-02-03T04:05:06Z")


def test_key_that_belongs_into_a_cookie_is_sent_too(visit: Visits, world: str) -> None:
    """Scripts may send no cookie; and a description of somebody's own has its page like any other."""
    page = visit(f"{world}/_sandbox/docs/club").page

    statuses = [execute(page, "GET", "/members"), execute(page, "POST", "/members")]

    assert statuses == [200, 201]

"""The vendor's page on which operations are tried: "Execute" works at once."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

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


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_execute_gets_an_answer(visit: Visits, address: str, world: str, vendor: str) -> None:
    """A list, a document by its id, and a POST: with the first credential and what is filled in, each succeeds."""
    page = visit(f"{world}/_sandbox/docs/{vendor}").page

    calls = [(method, path) for method in ("GET", "POST") for _, path in tried(address, vendor, method)]
    statuses = [(method, path, execute(page, method, path) // 100) for method, path in calls]

    assert len(calls) >= 2
    assert statuses == [(method, path, 2) for method, path in calls]

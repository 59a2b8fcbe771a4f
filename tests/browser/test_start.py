"""The start page in a browser: copying, calls as they come in, signing in, and its looks."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TOKEN, Visits
from tests.sweeping import VENDOR_NAMES

WIDTHS = (320, 390, 768, 1280, 1920)
TOO_PALE = """() => {
  const parts = (colour) => [...colour.match(/[\\d.]+/g).map(Number), 1].slice(0, 4);
  const linear = (part) => part <= 10 ? part / 255 / 12.92 : ((part / 255 + .055) / 1.055) ** 2.4;
  const light = ([red, green, blue]) => .2126 * linear(red) + .7152 * linear(green) + .0722 * linear(blue);
  const ground = (each) => {
    for (; each; each = each.parentElement) {
      const colour = parts(getComputedStyle(each).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  return [...document.querySelectorAll("body *")]
    .filter((each) => each.checkVisibility())
    .filter((each) => [...each.childNodes].some((one) => one.nodeType === 3 && one.data.trim()))
    .filter((each) => {
      const [dark, bright] = [light(parts(getComputedStyle(each).color)), light(ground(each))].sort((a, b) => a - b);
      return (bright + .05) / (dark + .05) < 4.5;
    })
    .map((each) => each.outerHTML);
}"""
"""Texts whose contrast to what is behind them is less than 4.5, as the guidelines for accessible pages reckon it."""


def width_of(page: Page) -> tuple[int, int]:
    """How wide the page is, and the window."""
    measured: list[int] = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    return measured[0], measured[1]


def full(address: str, vendor: str) -> dict[str, str]:
    """The headers of the first credential."""
    headers: dict[str, str] = httpx.get(f"{address}/_sandbox/credentials").json()[vendor][0]["headers"]
    return headers


def test_copying_takes_the_whole_value(visit: Visits, world: str) -> None:
    """The line as it stands, the value of a header however short it is shown; the button says so."""
    page = visit(f"{world}/", permissions=["clipboard-read", "clipboard-write"]).page
    (vendor, *_) = VENDOR_NAMES

    for place, name in (
        (f"{vendor}-base", "the base URL"),
        (f"{vendor}-1-h1", ""),
        (f"{vendor}-curl", "the curl line"),
    ):
        button = page.locator(f'[data-copy="{place}"]')
        button.click()
        expect(button).to_have_text("Copied")

        assert page.evaluate("navigator.clipboard.readText()") == page.locator(f"#{place}").text_content()
        assert name in (button.get_attribute("aria-label") or "")


def test_copying_works_without_https(visit: Visits, guarded: str) -> None:
    """Where a browser keeps its clipboard from a page, that of another machine, the old way does."""
    page = visit(f"{guarded}/").page
    page.evaluate("Object.defineProperty(window, 'isSecureContext', { value: false })")

    page.locator("[data-copy]").first.click()

    expect(page.locator("[data-copy]").first).to_have_text("Copied")


def test_call_appears_while_the_page_is_open(visit: Visits, world: str) -> None:
    """Without loading again, newest first; the row opens to request and answer."""
    page = visit(f"{world}/").page
    expect(page.locator("#state")).to_have_text("Live")
    expect(page.locator("#none")).to_be_visible()

    httpx.get(f"{world}/ledgerlou/v1/accounts?limit=2", headers=full(world, "ledgerlou"))
    httpx.post(f"{world}/ledgerlou/v1/nothing<b>", json={"evil": "<img src=x onerror=alert(1)>"})

    rows = page.locator("#rows > li")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("404")
    expect(rows.nth(1)).to_contain_text("/ledgerlou/v1/accounts?limit=2")
    expect(page.locator("#none")).to_be_hidden()
    rows.nth(0).locator("summary").click()
    expect(rows.nth(0).locator('[data-slot="answer"]')).to_contain_text("No operation has the path /v1/nothing%3Cb%3E.")
    assert page.locator("#rows img").count() == 0


def test_row_is_the_same_from_the_server_and_from_the_script(visit: Visits, world: str) -> None:
    """What came while the page was open looks as it does once it is loaded again."""
    page = visit(f"{world}/").page
    expect(page.locator("#state")).to_have_text("Live")
    httpx.get(f"{world}/aimsio/rest/api/standard/v1/User?a=1&a=2", headers=full(world, "aimsio"))
    httpx.post(f"{world}/aimsio/rest/api/standard/v1/User", json={"ö": [1, {"x": None}]}, headers=full(world, "aimsio"))
    expect(page.locator("#rows > li")).to_have_count(2)

    live = markup(page)
    assert live == markup(visit(f"{world}/", java_script_enabled=False).page)


def markup(page: Page) -> list[str]:
    """The rows, without what differs by how they came."""
    found: list[str] = page.locator("#rows > li").evaluate_all("rows => rows.map((row) => row.innerHTML)")
    return [re.sub(r"\s+", " ", row) for row in found]


def test_open_row_stays_open(visit: Visits, world: str) -> None:
    """While others come in above it."""
    httpx.get(f"{world}/aiwyn/one")
    page = visit(f"{world}/").page
    page.locator("#rows summary").click()

    httpx.get(f"{world}/aiwyn/two")

    expect(page.locator("#rows > li")).to_have_count(2)
    assert page.locator("#rows > li details").nth(1).get_attribute("open") is not None


def test_reset_and_clock_are_seen(visit: Visits, world: str) -> None:
    """The calls are gone, the clock stands where it was put; a call after it is shown although its number is old."""
    httpx.get(f"{world}/aiwyn/before")
    page = visit(f"{world}/").page
    expect(page.locator("#rows > li")).to_have_count(1)

    httpx.post(f"{world}/_sandbox/reset")
    httpx.patch(f"{world}/_sandbox/clock", json={"now": "2021-02-03T04:05:06Z", "frozen": True})

    expect(page.locator("#clock")).to_have_text("2021-02-03 04:05:06")
    expect(page.locator("#frozen")).to_have_text("standing still")
    expect(page.locator("#rows > li")).to_have_count(0)
    httpx.get(f"{world}/aiwyn/after")
    expect(page.locator("#rows > li")).to_contain_text("/aiwyn/after")


def test_page_does_not_bring_back_what_was_deleted(visit: Visits, world: str) -> None:
    """A sandbox that a test takes away stays away, and the page says so."""
    opened = visit(f"{world}/")
    expect(opened.page.locator("#state")).to_have_text("Live")
    root, _, name = world.rpartition("/@")

    httpx.delete(f"{root}/_sandbox/sandboxes/{name}")

    expect(opened.page.locator("#state")).to_have_text("This sandbox is gone")
    assert httpx.get(f"{root}/_sandbox/sandboxes/{name}").status_code == 404
    opened.complaints[:] = [each for each in opened.complaints if "404" not in each]


def test_pause_holds_the_page_still(visit: Visits, world: str) -> None:
    """Until it goes on."""
    page = visit(f"{world}/").page
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#state")).to_have_text("Paused")

    httpx.get(f"{world}/aiwyn/paused")
    page.wait_for_timeout(2000)
    held = page.locator("#rows > li").count()
    page.get_by_role("button", name="Pause").click()

    expect(page.locator("#rows > li")).to_have_count(1)
    assert held == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_page_fits_every_width(visit: Visits, world: str, dark: bool) -> None:
    """From 320 pixels on nothing has to be moved sideways, with everything on it opened; all of it can be read.

    It is light or dark as the system asks, without a switch.
    """
    httpx.get(f"{world}/aiwyn/{'long/' * 60}?{'x' * 300}=1", headers=full(world, "aiwyn"))
    page = visit(f"{world}/", dark=dark).page
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")

    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})

        assert width_of(page) == (width, width)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(18, 22, 28)" if dark else "rgb(238, 241, 245)"
    )
    assert page.evaluate(TOO_PALE) == []


def test_page_is_whole_without_scripts(visit: Visits, world: str) -> None:
    """Everything is there, calls too; no button that would do nothing."""
    httpx.get(f"{world}/aiwyn/unscripted")

    page = visit(f"{world}/", java_script_enabled=False).page

    expect(page.locator("#rows > li")).to_contain_text("/aiwyn/unscripted")
    expect(page.locator(".vendor")).to_have_count(len(VENDOR_NAMES) + 1)  # and the club
    assert page.locator("button:visible").count() == 0


def test_everything_is_reached_by_keyboard(visit: Visits, world: str) -> None:
    """The first key leads to a link past the head; what can be clicked has a name that is read out."""
    httpx.get(f"{world}/aiwyn/keys")
    page = visit(f"{world}/").page

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the vendors"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "vendors"

    unnamed: list[Any] = page.locator("a, button, summary, input").evaluate_all(
        "all => all.filter((e) => !(e.getAttribute('aria-label') || e.textContent || e.labels?.length).trim?.call"
        " && !e.labels?.length && !(e.getAttribute('aria-label') || e.textContent).trim()).map((e) => e.outerHTML)"
    )
    assert unnamed == []
    row = page.locator("#rows summary").first
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator('#rows [data-slot="request"]').first).to_be_visible()


def test_signing_in_and_out(visit: Visits, guarded: str) -> None:
    """A wrong token is told, the right one opens page and vendor's page, and ends with a click."""
    opened = visit(f"{guarded}/_sandbox/docs/club")
    page = opened.page
    expect(page.get_by_role("heading", name="Sign in to the sandbox")).to_be_visible()
    page.get_by_label("Admin token").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not the admin token.")
    opened.complaints.clear()  # the browser notes the 401 of the form

    page.get_by_label("Admin token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Send as")).to_be_visible()
    page.get_by_role("link", name="All vendors").click()
    expect(page.locator("#state")).to_have_text("Live")
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_label("Admin token")).to_be_visible()
    assert page.locator("#calls").count() == 0
    assert page.context.cookies() == []


def test_other_sandboxes_are_a_click_away(visit: Visits, address: str, world: str) -> None:
    """From the page of the one to that of the other, and back."""
    httpx.get(f"{world}/_sandbox/clock")
    name = world.rpartition("@")[2]
    page = visit(f"{address}/").page

    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Sandbox {name}")
    page.get_by_role("link", name="Default sandbox").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sandbooks")

"""The start page off the loopback: what a stranger sees, and how the holder of the admin token signs in and out."""

from __future__ import annotations

import re

import httpx
import pytest

from sandbooks.guard import MOST_SESSIONS, Guard
from tests.serving import SPECS, Door, serve

PETSHOP = SPECS / "petshop.yaml"
TOKEN = "s3cret-tökén"
ABROAD = "http://books.example:4010"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def door() -> Door:
    """The pet shop, off the loopback."""
    return serve(PETSHOP, admin_token=TOKEN, loopback=False, address=ABROAD)


def sign_in(door: Door, token: str = TOKEN, to: str = "", **headers: str) -> httpx.Response:
    """Send the form, as a browser does."""
    return door.post(
        "/_sandbox/sign-in", data={"token": token, "to": to}, headers={"Origin": door.address, **HTML, **headers}
    )


def session(door: Door) -> dict[str, str]:
    """The cookie of somebody who has signed in."""
    return {"Cookie": sign_in(door).headers["set-cookie"].partition(";")[0]}


def test_stranger_sees_vendors_and_addresses_alone(door: Door) -> None:
    """And a form; no credential, call, clock, seed or name of a sandbox."""
    door.get("/@secret-team/petshop/api/v3/opening-hours")
    bearer = {"Authorization": f"Bearer {TOKEN}".encode().decode("latin-1")}
    (credential, *_) = door.get("/_sandbox/credentials", headers=bearer).json()["petshop"]

    page = door.get("/").text

    assert f"{ABROAD}/petshop/api/v3" in page
    assert '<form class="token" method="post" action="_sandbox/sign-in">' in page
    hidden = ["opening-hours", "secret-team", "Seed", 'id="calls"', "curl", *credential["headers"].values()]
    assert [word for word in hidden if word in page] == []


def test_stranger_makes_no_sandbox(door: Door) -> None:
    """The page of a sandbox that is not there is shown, and makes none."""
    assert door.get("/@team-a/").status_code == 200
    assert list(door.server.sandboxes) == ["default"]


def test_token_opens_page_and_control(door: Door) -> None:
    """The form leads back; with its cookie the page shows all and control answers, as with the token itself."""
    answer = sign_in(door)
    cookie = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}

    page = door.get("/", headers=cookie).text

    assert (answer.status_code, answer.headers["location"]) == (303, "../")
    assert 'id="calls"' in page
    assert "Sign out" in page
    assert door.get("/_sandbox/credentials", headers=cookie).status_code == 200
    assert door.post("/_sandbox/reset", headers={**cookie, "Origin": ABROAD}).status_code == 204


def test_bearer_sees_the_page_too(door: Door) -> None:
    """A program with the token needs no session."""
    assert 'id="calls"' in door.get("/", headers={"Authorization": f"Bearer {TOKEN}".encode().decode("latin-1")}).text


def test_cookie_is_kept_from_scripts_and_other_sites(door: Door) -> None:
    """It ends with the browser, holds no token, and bears the port: cookies know none."""
    cookie = sign_in(door).headers["set-cookie"]

    assert re.fullmatch(r"sandbooks_4010=[A-Za-z0-9]{32}; HttpOnly; Path=/; SameSite=Strict", cookie)
    assert TOKEN not in cookie


def test_cookie_stays_on_https() -> None:
    """Where the page came by HTTPS."""
    door = serve(PETSHOP, admin_token=TOKEN, loopback=False, address="https://books.example")

    assert "; Secure;" in sign_in(door).headers["set-cookie"]


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", TOKEN[:-1], TOKEN.upper(), "\x00"])
def test_wrong_token_is_told(door: Door, token: str) -> None:
    """401 and a sentence; no cookie, and the place to go to is kept."""
    answer = sign_in(door, token, to="docs/petshop")

    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
    assert 'role="alert">That is not the admin token.' in answer.text
    assert '<input type="hidden" name="to" value="docs/petshop">' in answer.text


@pytest.mark.parametrize("cookie", ["sandbooks_4010=", "sandbooks_4010=guess", f"sandbooks_4010={'a' * 32}", "x"])
def test_made_up_cookie_opens_nothing(door: Door, cookie: str) -> None:
    """Neither the page nor control."""
    sign_in(door)

    assert 'id="calls"' not in door.get("/", headers={"Cookie": cookie}).text
    assert door.get("/_sandbox/clock", headers={"Cookie": cookie}).status_code == 401


def test_session_is_of_one_server(door: Door) -> None:
    """What one process gave out is nothing to the next."""
    other = serve(PETSHOP, admin_token=TOKEN, loopback=False, address=ABROAD)

    assert other.get("/_sandbox/clock", headers=session(door)).status_code == 401


def test_wrong_bearer_is_not_helped_by_a_session(door: Door) -> None:
    """Who presents a token is judged by it."""
    headers = {**session(door), "Authorization": "Bearer wrong"}

    assert door.get("/_sandbox/clock", headers=headers).status_code == 401


@pytest.mark.parametrize("path", ["/", "/_sandbox/credentials"])
def test_session_is_of_no_use_to_another_page(door: Door, path: str) -> None:
    """A page of another server that a browser sends with the cookie is refused all the same."""
    answer = door.get(path, headers={**session(door), "Origin": "http://books.example:3000"})

    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/_sandbox/sign-in", "/_sandbox/sign-out"])
def test_forms_of_another_server_are_refused(door: Door, path: str) -> None:
    """403, and the session stays."""
    cookie = session(door)

    answer = door.post(path, data={"token": TOKEN}, headers={**cookie, "Origin": "https://evil.example"})

    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert door.get("/_sandbox/clock", headers=cookie).status_code == 200


def test_signing_out_ends_the_session(door: Door) -> None:
    """That one, here as well as in the browser; another goes on."""
    cookie, other = session(door), session(door)

    answer = door.post("/_sandbox/sign-out", headers={**cookie, "Origin": ABROAD})

    assert (answer.status_code, answer.headers["location"]) == (303, "../")
    assert answer.headers["set-cookie"].startswith("sandbooks_4010=; ")
    assert door.get("/_sandbox/clock", headers=cookie).status_code == 401
    assert door.get("/_sandbox/clock", headers=other).status_code == 200


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/_sandbox/docs/petshop", "/_sandbox/sign-in?to=docs/petshop"),
        ("/@team-a/_sandbox/docs/petshop", "/@team-a/_sandbox/sign-in?to=docs/petshop"),
        ("/_sandbox/requests", "/_sandbox/sign-in?to=requests"),
    ],
)
def test_browser_without_a_session_is_led_to_the_form(door: Door, path: str, place: str) -> None:
    """And from there on to where it wanted to go; a program is told to present the token."""
    answer = door.get(path, headers=HTML)

    assert (answer.status_code, answer.headers["location"]) == (303, place)
    assert '<input type="hidden" name="to"' in door.get(place, headers=HTML).text
    assert sign_in(door, to=place.partition("=")[2]).headers["location"] == f"./{place.partition('=')[2]}"
    assert door.get(path).status_code == 401


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "../..//evil.example", "a b", "x\r\nY: z"])
def test_form_leads_nowhere_else(door: Door, to: str) -> None:
    """Whatever the address said: back to the start page."""
    assert sign_in(door, to=to).headers["location"] == "../"


def test_form_that_is_too_long_is_refused(door: Door) -> None:
    """413, without reading on."""
    assert sign_in(door, "x" * 100_000).status_code == 413


def test_sessions_are_bounded() -> None:
    """The oldest ends where a thousand are open."""
    guard = Guard(admin_token="t", loopback=False)
    sessions = [{"host": "h:1", "cookie": f"sandbooks_1={guard.sign_in('t')}"} for _ in range(MOST_SESSIONS + 1)]

    assert [guard.trusts(each) for each in (sessions[0], sessions[1], sessions[-1])] == [False, True, True]


def test_whoever_may_control_needs_no_form(door: Door) -> None:
    """On the loopback, and with a session, the form leads on."""
    local = serve(PETSHOP)

    assert local.get("/_sandbox/sign-in").headers["location"] == "../"
    assert local.post("/_sandbox/sign-in", data={"token": "x"}).headers["location"] == "../"
    assert door.get("/_sandbox/sign-in?to=docs/petshop", headers=session(door)).headers["location"] == "./docs/petshop"


def test_index_for_programs_is_open(door: Door) -> None:
    """It holds what anybody may know."""
    told = door.get("/", headers={"Accept": "application/json"}).json()

    assert [each["base_url"] for each in told["vendors"]] == [f"{ABROAD}/petshop/api/v3"]
    assert sorted(told) == ["control", "sandbox", "vendors", "version"]

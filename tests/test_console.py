"""The page on which a person allows or denies: what it shows, where it leads, and who may see it."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from sandbooks import Call, Pack, Reply, ask_consent, consent_given
from tests.lodges import DESCRIPTION, lodge
from tests.serving import Door, serve

ASKED = {"scope": "rooms.read rooms.write rooms.sell", "redirect_uri": "https://app.example/back", "state": 'a"b&c'}


def asking(folder: Path, application: str = "Key & <Co>", description: str = DESCRIPTION) -> Door:
    """A lodge that lets nobody in unasked."""
    pack = Pack("lodge")

    @pack.handles("authorize", "authorizeHouse", checked=False)
    def authorize(call: Call) -> Reply:
        """Ask, and tell what was said."""
        given = consent_given(call)
        if given is None:
            return ask_consent(call, application=application, user="Ada <ada@example.com>", account="North House")
        return Reply(302, None, {"Location": f"{call.query.get('redirect_uri')}?given={given}&in={call.sandbox}"})

    return lodge(pack, folder, description=description)


def page(door: Door, path: str = "/lodge/authorize", asked: dict[str, str] = ASKED) -> httpx.Response:
    """The page that a call leads to."""
    sent = door.get(f"{path}?{urlencode(asked)}")
    assert sent.status_code == 302
    return door.get(sent.headers["location"])


def press(door: Door, answer: httpx.Response, button: str) -> httpx.Response:
    """Press a button of the page's form, as a browser does."""
    (action,) = re.findall(r'<form method="get" action="([^"]*)">', answer.text)
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', answer.text)
    (pressed,) = re.findall(rf'<button[^>]* name="([^"]*)" value="([^"]*)">{button}</button>', answer.text)
    pairs = [(unescape(name), unescape(value)) for name, value in (*fields, pressed)]
    return door.get(f"{unescape(action)}?{urlencode(pairs)}")


def test_page_shows_application_account_and_scopes_in_words(tmp_path: Path) -> None:
    """Scopes in the words of the description, one that it does not know by its name; everything is escaped."""
    answer = page(asking(tmp_path))

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>Key &amp; &lt;Co&gt; asks for access to Lodge &lt;b&gt;</h1>" in answer.text
    assert "<dd>Ada &lt;ada@example.com&gt;</dd>" in answer.text
    assert "<dd>North House</dd>" in answer.text
    assert re.findall(r"<li>(.*?)</li>", answer.text) == [
        "See the rooms<small>rooms.read</small>",
        "Change &lt;i&gt;rooms&lt;/i&gt;<small>rooms.write</small>",
        "rooms.sell",
    ]
    assert "Either way you go back to app.example." in answer.text


@pytest.mark.parametrize(("button", "given"), [("Allow", "True"), ("Deny", "False")])
def test_buttons_lead_back_with_the_same_query(tmp_path: Path, button: str, given: str) -> None:
    """The operation gets what it was asked with, and what the person said."""
    door = asking(tmp_path)

    back = press(door, page(door), button)

    entry = next(iter(door.server.sandbox("default").journal))
    assert parse_qs(entry.query_string) == {**{k: [v] for k, v in ASKED.items()}, "consent": [button.lower()]}
    assert back.headers["location"] == f"https://app.example/back?given={given}&in=default"


@pytest.mark.parametrize(
    ("path", "headers"), [("/@team-a/lodge/authorize", {}), ("/lodge/authorize", {"X-Sandbox": "team-a"})]
)
def test_page_belongs_to_the_sandbox_of_the_call(tmp_path: Path, path: str, headers: dict[str, str]) -> None:
    """By address or by header: page and answer are in the sandbox in which it began."""
    door = asking(tmp_path)

    sent = door.get(f"{path}?{urlencode(ASKED)}", headers=headers).headers["location"]
    back = press(door, door.get(sent), "Allow")

    assert sent.startswith("/@team-a/_sandbox/consent/lodge/authorize?")
    assert back.headers["location"].endswith("in=team-a")


def test_values_of_the_path_come_back(tmp_path: Path) -> None:
    """Encoded again, so that they stay one segment."""
    door = asking(tmp_path)

    answer = page(door, "/lodge/houses/n%2Fw/authorize")

    assert 'action="/lodge/houses/n%2Fw/authorize"' in answer.text
    assert press(door, answer, "Deny").status_code == 302


def test_answer_on_the_way_to_the_page_is_not_kept(tmp_path: Path) -> None:
    """A word that is neither answer asks again, and the page sends its own alone."""
    door = asking(tmp_path)

    answer = page(door, asked={**ASKED, "consent": "perhaps"})

    assert re.findall(r'name="consent" value="([^"]*)"', answer.text) == ["allow", "deny"]


@pytest.mark.parametrize(
    "path",
    [
        "/_sandbox/consent/lodge/listHouses",
        "/_sandbox/consent/lodge/getToken",
        "/_sandbox/consent/nobody/authorize",
        "/_sandbox/consent/lodge",
        "/_sandbox/consent/%3Cb%3E",
    ],
)
def test_page_of_nothing_is_not_found(tmp_path: Path, path: str) -> None:
    """An operation that is not there or is no GET, another vendor, another path: a page says so, escaped."""
    answer = asking(tmp_path).get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<b>" not in answer.text


def test_page_leads_nowhere_else_and_runs_nothing(tmp_path: Path) -> None:
    """Its form goes to this server whatever the query says; no script, no frame, nothing kept."""
    door = asking(tmp_path)
    told = urlencode({"application": "<script>", "query": "redirect_uri=javascript:alert(1)&x=%22%3E%3Cscript%3E"})

    answer = door.get(f"/_sandbox/consent/lodge/authorize?{told}&action=https://evil.example")

    assert re.findall(r'action="([^"]*)"', answer.text) == ["/lodge/authorize"]
    assert "<script" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"


def test_page_is_as_open_as_the_vendor(tmp_path: Path) -> None:
    """Off the loopback it asks for no admin token, which the control API does; no host or origin is refused."""
    door = asking(tmp_path)
    public = serve(
        door.server.vendors["lodge"],
        profile="empty",
        admin_token="t0ken",
        loopback=False,
        address="http://books.example:4010",
    )

    answer = public.get("/_sandbox/consent/lodge/authorize", headers={"Origin": "https://app.example"})

    assert (answer.status_code, public.get("/_sandbox/clock").status_code) == (200, 401)


def test_query_of_odd_bytes_is_shown_or_refused_never_an_error(tmp_path: Path) -> None:
    """Bytes that are no text and addresses that are none do not break the page."""
    door = asking(tmp_path)

    answer = door.get("/_sandbox/consent/lodge/authorize?application=%FF%FE&query=redirect_uri%3Dhttp%3A%2F%2F%5B")

    assert answer.status_code == 200


def test_location_is_a_path_of_this_server(tmp_path: Path) -> None:
    """So that it holds behind a proxy, whatever the host is called."""
    sent = asking(tmp_path).get(f"/lodge/authorize?{urlencode(ASKED)}").headers["location"]

    assert (urlsplit(sent).netloc, urlsplit(sent).path) == ("", "/_sandbox/consent/lodge/authorize")


def test_pages_are_loaded_when_one_is_asked_for() -> None:
    """A server that is ready has not loaded Flask yet."""
    code = (
        "import sys; from tests.serving import SPECS, serve; door = serve(SPECS / 'petshop.yaml');"
        "before = 'sandbooks.console.pages' in sys.modules; door.get('/_sandbox/consent/x/y');"
        "print(before, 'sandbooks.console.pages' in sys.modules)"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())

    assert told.stdout.split() == ["False", "True"]


def test_extension_among_the_flows_is_passed_over(tmp_path: Path) -> None:
    """What a description adds of its own may be of any type; the scopes keep their words."""
    described = DESCRIPTION.replace("      flows:\n", "      flows:\n        x-note: by post\n")
    answer = page(asking(tmp_path, description=described))

    assert answer.status_code == 200
    assert "See the rooms<small>rooms.read</small>" in answer.text

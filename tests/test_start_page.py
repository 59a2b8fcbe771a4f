"""The start page at `/`: what it shows of vendors, credentials and calls, to whom, and how it answers programs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from html import unescape
from pathlib import Path

import httpx
import pytest

from sandbooks import __version__
from sandbooks.pack import PROBLEM_MEDIA
from sandbooks.project import bundled_project, load_file
from sandbooks.vendor import Vendor
from tests.serving import SPECS, Door, serve
from tests.sweeping import NOON, VENDOR_NAMES

PETSHOP = SPECS / "petshop.yaml"
CORPUS = sorted([*SPECS.glob("*.yaml"), *SPECS.glob("*/openapi.yaml")])
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def door() -> Door:
    """The pet shop."""
    return serve(PETSHOP, now=NOON, frozen=True)


def texts(page: str, pattern: str) -> list[str]:
    """What stands in the places of a page that a pattern finds, without tags."""
    return [" ".join(unescape(re.sub(r"<[^>]*>", "", found)).split()) for found in re.findall(pattern, page, re.S)]


def curl_lines(door: Door, path: str = "/") -> list[str]:
    """The lines that the page offers for pasting."""
    return texts(door.get(path).text, r'<pre id="[^"]*-curl"[^>]*>(.*?)</pre>')


def paste(door: Door, line: str) -> httpx.Response:
    """Do what curl does with a line."""
    words = shlex.split(line)
    assert words.pop(0) == "curl"
    method, headers, body, address = "", {}, None, ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = words.pop(0).encode()
        else:
            address = word
    assert address.startswith(door.address + "/")
    return door.call(method or ("GET" if body is None else "POST"), address, content=body, headers=headers)


def test_page_shows_vendor_address_and_behaviour(door: Door) -> None:
    """Title, version, base URL, and how its operations are answered."""
    answer = door.get("/")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert texts(answer.text, r"<h3 id=\"petshop-title\">(.*?)</h3>") == ["Pet shop 2.1.0"]
    assert texts(answer.text, r"<code id=\"petshop-base\".*?</code>") == ["http://localhost:4010/petshop/api/v3"]
    assert texts(answer.text, r'<p class="faint counts">(.*?)</p>') == ["5 operations: 4 inferred, 1 schema"]
    assert 'href="_sandbox/docs/petshop"' in answer.text


def test_page_shows_credentials_as_control_lists_them(door: Door) -> None:
    """Name, what it may do, and the values of its headers, whole."""
    page = door.get("/").text

    listed = door.get("/_sandbox/credentials").json()["petshop"]
    shown = texts(page, r"<code id=\"petshop-\d+-h\d+\".*?</code>")
    assert texts(page, r"<h4[^>]*>(.*?)</h4>") == [each["name"] for each in listed]
    assert texts(page, r"</h4>\s*<p>(.*?)</p>") == [each["description"] for each in listed]
    assert shown == [value for each in listed for value in each["headers"].values()]


def test_page_shows_clock_profile_and_seed() -> None:
    """Of the sandbox that it is about."""
    page = serve(PETSHOP, now=NOON, frozen=True, seed=77, profile="empty", limits=False).get("/").text

    assert texts(page, r'<dl class="world".*?</dl>') == [
        "Clock2026-01-31 12:00:00 UTC, standing still Profileempty Seed77 Limitsoff"
    ]


def test_page_of_a_named_sandbox_is_about_that_one(door: Door) -> None:
    """Its addresses, its credentials; the others are listed beside it, and the other way round."""
    page = door.get("/@team-a/").text

    assert texts(page, r"<h1>(.*?)</h1>") == ["Sandbox team-a"]
    assert "http://localhost:4010/@team-a/petshop/api/v3" in page
    assert texts(page, r'<ul class="others">(.*?)</ul>') == ["default"]
    assert texts(door.get("/").text, r'<ul class="others">(.*?)</ul>') == ["team-a"]
    assert curl_lines(door, "/@team-a/")[0].split()[1] == "http://localhost:4010/@team-a/petshop/api/v3/pets"


def test_name_alone_leads_to_its_page(door: Door) -> None:
    """So that the links of the page hold."""
    answer = door.get("/@team-a")

    assert (answer.status_code, answer.headers["location"]) == (308, "/@team-a/")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_page_makes_the_sandbox_it_is_about(door: Door, method: str) -> None:
    """On first use, as a call does."""
    assert door.call(method, "/@team-a/").status_code == 200
    assert list(door.server.sandboxes) == ["default", "team-a"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/@team-a", 308),
        ("GET", "/@team-a/favicon.ico", 200),
        ("GET", "/@team-a/_sandbox/assets/page.css", 200),
        ("GET", "/@team-a/_sandbox/sign-in", 303),
        ("GET", "/@team-a/_sandbox/sign-in/x", 404),
        ("POST", "/@team-a/", 405),
        ("OPTIONS", "/@team-a/", 200),
    ],
)
def test_whatever_else_a_browser_asks_for_makes_no_sandbox(door: Door, method: str, path: str, status: int) -> None:
    """An icon, a form, a page that is not there, a method that is not allowed."""
    assert door.call(method, path).status_code == status
    assert list(door.server.sandboxes) == ["default"]


def test_name_that_breaks_the_rule_is_refused(door: Door) -> None:
    """400 in words, and no sandbox is made."""
    answer = door.get("/@Team/", headers=HTML)

    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "&#39;Team&#39; cannot name a sandbox" in answer.text
    assert list(door.server.sandboxes) == ["default"]


def test_calls_are_shown_newest_first_with_why(door: Door) -> None:
    """Time, method, path with its query, status, and what made the answer; those of other sandboxes are not."""
    door.get("/petshop/api/v3/pets?limit=1", headers=door.headers("petshop"))
    door.get("/petshop/api/v3/nothing")
    door.get("/@team-a/petshop/api/v3/opening-hours")

    page = door.get("/").text

    rows = re.findall(r"<summary>(.*?)</summary>", page.partition('id="rows"')[2].partition("<template")[0], re.S)
    assert [texts(row, r'data-slot="(?:time|method|target|status)"[^>]*>(.*?)<') for row in rows] == [
        ["12:00:00", "GET", "/petshop/api/v3/nothing", "404"],
        ["12:00:00", "GET", "/petshop/api/v3/pets?limit=1", "200"],
    ]
    assert "NotFound: No operation has the path" in rows[0]


def test_what_callers_send_is_text_on_the_page(door: Door) -> None:
    """Paths, queries, headers and bodies with HTML in them are shown as they are and run nowhere."""
    evil = "<script>alert(1)</script>"
    headers = {**door.headers("petshop"), "X-Evil": f'"><img src=x onerror=alert(1)>{evil}'}

    door.get(f"/petshop/api/v3/pets/{evil}?a={evil}", headers=headers)
    door.post("/petshop/api/v3/pets", json={"name": f"</pre>{evil}"}, headers=headers)

    answer = door.get("/")
    assert re.findall(r"<script[^>]*>", answer.text) == ['<script src="_sandbox/assets/page.js" defer>']
    assert "<img src=x" not in answer.text
    assert "&lt;/pre&gt;&lt;script&gt;alert(1)" in answer.text
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_secrets_of_calls_are_not_shown(door: Door) -> None:
    """The journal takes them out; the page shows what it shows."""
    door.get("/petshop/api/v3/pets", headers={**door.headers("petshop"), "Cookie": "session=s3cr3t"})

    page = door.get("/").text

    assert "s3cr3t" not in page
    assert "cookie: [redacted]" in page


def test_long_bodies_are_cut(door: Door) -> None:
    """A page stays small, whatever was sent."""
    door.post("/petshop/api/v3/pets", json={"name": "x" * 50_000}, headers=door.headers("petshop"))

    page = door.get("/").text

    assert re.findall(r"\.\.\. (\d+) more characters", page) == ["44016", "44052"]


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_line_of_every_bundled_vendor_works_pasted(vendor: str) -> None:
    """In the default sandbox and in another, with the first credential."""
    project = bundled_project()
    door = serve(project.load_vendor(vendor), fixture_file=project.fixture_file)

    answers = [paste(door, line) for path in ("/", "/@team-a/") for line in curl_lines(door, path)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(len(answer.content) > 100 for answer in answers)


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: str(file.relative_to(SPECS)))
def test_line_of_any_description_works_pasted(file: Path) -> None:
    """Whatever the style of the description."""
    door = serve(load_file(file, "tried"))

    (line,) = curl_lines(door)

    answer = paste(door, line)
    assert 200 <= answer.status_code < 300, (line, answer.text)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_not_allowed(door: Door, method: str) -> None:
    """405, with those that are."""
    answer = door.call(method, "/")

    assert answer.status_code == 405
    assert sorted(answer.headers["allow"].split(", ")) == ["GET", "HEAD", "OPTIONS"]


def test_head_is_answered_without_a_body(door: Door) -> None:
    """As long as the page would be."""
    answer = door.call("HEAD", "/")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(door.get("/").content))


def test_program_that_asks_for_json_gets_an_index(door: Door) -> None:
    """What is served and where; whoever takes anything gets the page."""
    answer = door.get("/@team-a/", headers={"Accept": "application/json"})

    root = "http://localhost:4010/@team-a"
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "version": __version__,
        "sandbox": "team-a",
        "vendors": [
            {
                "id": "petshop",
                "title": "Pet shop",
                "version": "2.1.0",
                "base_url": f"{root}/petshop/api/v3",
                "docs": f"{root}/_sandbox/docs/petshop",
            }
        ],
        "control": f"{root}/_sandbox",
    }
    assert door.get("/", headers={"Accept": "*/*"}).headers["content-type"] == "text/html; charset=utf-8"


def test_icon_is_served(door: Door) -> None:
    """Browsers ask for it wherever they are."""
    answer = door.get("/favicon.ico")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml; charset=utf-8")


@pytest.mark.parametrize("path", ["/nobody", "/nobody/", "/index.html", "/@team-a/nobody", "/favicon.ico/x"])
def test_other_paths_stay_unknown(door: Door, path: str) -> None:
    """A problem that says what there is."""
    answer = door.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM_MEDIA)
    assert answer.json()["detail"] == f"Nothing is served at {path}; there are /petshop and /_sandbox."


def test_vendor_keeps_its_own_words(door: Door) -> None:
    """What is below a vendor is the vendor's, the icon too."""
    answer = door.get("/petshop/favicon.ico")

    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM_MEDIA)
    assert "No operation has the path /favicon.ico." == answer.json()["detail"]


def test_foreign_host_and_origin_see_nothing(door: Door) -> None:
    """As with control: a name that was made to point here, and a page of another server."""
    host = door.get("/", headers={"Host": "evil.example"})
    origin = door.get("/", headers={**HTML, "Origin": "https://evil.example"})

    assert (host.status_code, host.headers["content-type"]) == (403, PROBLEM_MEDIA)
    assert (origin.status_code, origin.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "petshop" not in host.text + origin.text


def test_titles_are_text(tmp_path: Path) -> None:
    """A description's own words are escaped."""
    file = tmp_path / "odd.yaml"
    file.write_text(PETSHOP.read_text().replace("title: Pet shop", "title: <b>Pets</b> & co"))

    page = serve(file).get("/").text

    assert "&lt;b&gt;Pets&lt;/b&gt; &amp; co <small>" in page


def test_every_link_of_the_page_leads_somewhere(door: Door) -> None:
    """From the page of either kind of sandbox; nothing is loaded from another server."""
    for path in ("/", "/@team-a/"):
        page = httpx.URL(f"{door.address}{path}")
        links = [unescape(link) for link in re.findall(r' (?:href|src)="([^"#]+)"', door.get(path).text)]
        urls = [page.join(link) for link in links]

        assert {url.host for url in urls} == {"localhost"}
        assert [(str(url), door.get(url.raw_path.decode()).status_code) for url in urls] == [
            (str(url), 200) for url in urls
        ]


def test_what_makes_pages_is_loaded_by_the_first() -> None:
    """Calls of a vendor and of control do without."""
    code = (
        "import sys; from tests.serving import SPECS, serve; door = serve(SPECS / 'petshop.yaml');"
        "loaded = lambda: 'sandbooks.console.pages' in sys.modules;"
        "door.get('/petshop/api/v3/opening-hours'); door.get('/_sandbox/vendors'); before = loaded();"
        "door.get('/'); print(before, loaded())"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())

    assert told.stdout.split() == ["False", "True"]


def test_page_without_vendors_says_how_to_serve_one() -> None:
    """An empty server is no error."""
    nobody: list[Vendor] = []

    assert "No vendor is served." in serve(*nobody).get("/").text

"""The page on which a vendor's operations can be tried: whole, self-contained, and pointing at this server."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest

from sandbooks.control.docs import ASSETS
from sandbooks.pack import PROBLEM_MEDIA
from tests.serving import SPECS, Door, serve


@pytest.fixture
def door() -> Door:
    """The pet shop."""
    return serve(SPECS / "petshop.yaml")


class Links(HTMLParser):
    """Collects what a page loads or links to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


@pytest.mark.parametrize("prefix", ["", "/@team-a"])
@pytest.mark.parametrize("id", ["petshop", "control"])
def test_page_and_all_that_it_needs_come_from_here(door: Door, prefix: str, id: str) -> None:
    """Every file that the page names is served below the same address, and so is the start page it leads back to."""
    address = f"{prefix}/_sandbox/docs/{id}"

    page = door.get(address)

    links = [urljoin(address, link) for link in Links(page.text).found]
    assert (200, "text/html; charset=utf-8") == (page.status_code, page.headers["content-type"])
    assert f"{prefix}/_sandbox/specs/{id}.json" in links
    assert f"{prefix}/" in links
    assert len(ASSETS) + 2 == len(links)
    assert [200] * len(links) == [door.get(link).status_code for link in links]


def test_page_allows_no_other_source(door: Door) -> None:
    """The browser is told to load nothing from elsewhere, and no script of ours or style names another address."""
    page = door.get("/_sandbox/docs/petshop")

    assert page.headers["content-security-policy"].startswith("default-src 'self';")
    for name in ("docs.js", "docs.css"):
        assert [] == re.findall(r"(?:https?:)?//[a-z]", door.get(f"/_sandbox/docs/assets/{name}").text)
    style = door.get("/_sandbox/docs/assets/swagger-ui.css").text
    assert [] == re.findall(r"url\((?!['\"]?data:)[^)]*\)|@import", style)
    assert "validatorUrl: null" in door.get("/_sandbox/docs/assets/docs.js").text


@pytest.mark.parametrize("name", ASSETS)
def test_files_of_the_page_have_their_types(door: Door, name: str) -> None:
    """As a browser wants them that is told not to guess."""
    answer = door.get(f"/_sandbox/docs/assets/{name}")

    kinds = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "png": "image/png"}
    assert kinds[name.rpartition(".")[2]] == answer.headers["content-type"]
    assert len(answer.content) == int(answer.headers["content-length"]) > 100


def test_page_has_the_title_of_the_description(door: Door) -> None:
    """And the id, by which its script asks for description and credentials."""
    page = door.get("/_sandbox/docs/petshop").text

    assert "<title>Pet shop · Sandbooks</title>" in page
    assert 'data-id="petshop"' in page


def test_what_the_page_asks_for_can_be_sent(door: Door) -> None:
    """With the description's server and the first credential a call from the page's own origin is answered."""
    server = door.get("/_sandbox/specs/petshop.json").json()["servers"][0]["url"]
    credential = door.get("/_sandbox/credentials").json()["petshop"][0]["headers"]

    answer = door.get(f"{server}/pets", headers={**credential, "Origin": door.address})

    assert (200, 3) == (answer.status_code, len(answer.json()))


def test_examples_name_what_is_there(door: Door) -> None:
    """By operation, where each value stands: ids of documents of the sandbox, and no body where none is taken."""
    door.delete("/@team-a/_sandbox/state/petshop/pets/1")

    examples = door.get("/@team-a/_sandbox/docs/petshop/examples").json()

    assert sorted(examples) == ["createPet", "deletePet", "getPet", "listPets", "readHours"]
    assert examples["getPet"] == {"parameters": {"path.petId": 2}, "body": None}
    assert examples["createPet"] == {"parameters": {}, "body": {"name": "Services Willow"}}
    assert door.get("/_sandbox/docs/control/examples").json() == {}


def test_examples_come_in_slices(door: Door) -> None:
    """So many operations at a time, in the order of the description; all slices together are the whole."""
    address = "/_sandbox/docs/petshop/examples"
    whole = door.get(address)

    slices = [door.get(f"{address}?limit=2&offset={offset}") for offset in (0, 2, 4, 6)]

    assert [len(each.json()) for each in slices] == [2, 2, 1, 0]
    assert {name: value for each in slices for name, value in each.json().items()} == whole.json()
    assert [each.headers["x-total-count"] for each in (whole, *slices)] == ["5"] * 5
    assert door.get(f"{address}?limit=101").status_code == 400


def test_own_description_is_served_too(door: Door) -> None:
    """Under `control`, its server being this one."""
    document = door.get("/@team-a/_sandbox/specs/control.json").json()

    assert [{"url": "http://localhost:4010/@team-a/_sandbox"}] == document["servers"]
    assert "/faults" in document["paths"]


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("docs/nobody/examples", "There is no vendor 'nobody' here; served are: petshop."),
        ("docs/nobody", "There is no vendor 'nobody' here; served are: petshop."),
        ("docs/assets/nothing.js", f"The page has no file 'nothing.js'; there are: {', '.join(ASSETS)}."),
        ("docs/assets/..%2Fguard.py", f"The page has no file '../guard.py'; there are: {', '.join(ASSETS)}."),
    ],
)
def test_unknown_page_and_file_are_not_found(door: Door, path: str, detail: str) -> None:
    """404, and nothing outside of the page's files can be read."""
    answer = door.get(f"/_sandbox/{path}")

    assert (404, PROBLEM_MEDIA, detail) == (
        answer.status_code,
        answer.headers["content-type"],
        answer.json()["detail"],
    )

"""Accounts as older bookkeeping APIs offer them: PUT makes, POST changes, conditions as text, files as bodies."""

from __future__ import annotations

from typing import Any

import pytest

from tests.serving import SPECS, Door, serve
from tests.sweeping import NOON

HOUSE = "/counting_house/api/2.0"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def door() -> Door:
    """The counting house, at noon, with nothing in it."""
    return serve(SPECS / "counting_house.yaml", profile="empty", now=NOON, frozen=True)


@pytest.fixture
def ada(door: Door) -> dict[str, Any]:
    """A client who was just made, in a house that is otherwise empty."""
    door.server.sandbox("default").reset()
    return _clients(door.put(f"{HOUSE}/Clients", json={"Clients": [{"Name": "Ada", "ClientNumber": "C-7"}]}))[0]


def test_client_is_read_by_id_and_by_number(door: Door, ada: dict[str, Any]) -> None:
    """What the path of the id does not admit is a number; one that nobody has is not found."""
    assert _clients(door.get(f"{HOUSE}/Clients/{ada['ClientID']}")) == [ada]
    assert _clients(door.get(f"{HOUSE}/Clients/C-7")) == [ada]
    assert (door.get(f"{HOUSE}/Clients/C-8").status_code, door.get(f"{HOUSE}/Clients/{NOBODY}").status_code) == (
        404,
        404,
    )


def test_post_changes_whom_the_body_names_and_makes_the_rest(door: Door, ada: dict[str, Any]) -> None:
    """In one body."""
    sent = [{"ClientID": ada["ClientID"], "Since": "2026-01-31"}, {"Name": "Bob"}]

    changed, made = _clients(door.post(f"{HOUSE}/Clients", json={"Clients": sent}))

    assert changed == {**ada, "Since": "/Date(1769817600000+0000)/"}
    assert made["Name"] == "Bob"
    assert _clients(door.get(f"{HOUSE}/Clients?order=Name%20DESC")) == [made, changed]


def test_list_takes_a_condition_and_the_moment_of_the_last_look(door: Door, ada: dict[str, Any]) -> None:
    """The moment in HTTP's writing, or as ISO text with or without a zone; what is none asks for nothing."""
    address = f"{HOUSE}/Clients"

    assert _clients(door.get(f'{address}?where=Name=="Ada"')) == [ada]
    assert _clients(door.get(f'{address}?where=Name=="Bob"')) == []
    for before in ("Sat, 31 Jan 2015 09:15:00 GMT", "2015-01-31T09:15:00", "2015-01-31T09:15:00Z"):
        assert _clients(door.get(address, headers={"If-Modified-Since": before})) == [ada]
    assert _clients(door.get(address, headers={"If-Modified-Since": "2099-01-31T09:15:00"})) == []
    assert _clients(door.get(address, headers={"If-Modified-Since": "the day before"})) == [ada]


def test_body_that_is_a_file_makes_what_stands_for_it(door: Door, ada: dict[str, Any]) -> None:
    """By its name in the path; POST changes one that is there, and makes none."""
    papers = f"{HOUSE}/Clients/{ada['ClientID']}/Papers"
    octets = {"Content-Type": "application/octet-stream"}

    refused = door.post(f"{papers}/deed.txt", content=b"We agree.", headers=octets)
    made = door.put(f"{papers}/deed.txt", content=b"We agree.", headers=octets).json()["Papers"]
    changed = door.post(f"{papers}/deed.txt", content=b"We do not agree.", headers=octets).json()["Papers"]

    assert refused.status_code == 404
    assert [(each["FileName"], each["ContentLength"]) for each in made] == [("deed.txt", 9)]
    assert changed == [{**made[0], "ContentLength": 16}]
    assert door.get(papers).json()["Papers"] == changed
    assert door.get(f"{papers}/{made[0]['PaperID']}").status_code == 200


def _clients(response: Any) -> list[dict[str, Any]]:
    """The clients of an answer."""
    assert response.status_code == 200, response.text
    clients: list[dict[str, Any]] = response.json()["Clients"]
    return clients

"""Who calls, and for whom, where the request or the state decides it; and what is read as it was sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sandbooks import Call, Caller, Forbidden, LimitHeaders, Pack, PerMinute, Reply, Unauthenticated, Visit
from tests.lodges import FULL, OTHER, lodge
from tests.serving import Door

LEFT = "x-ratelimit-remaining"


def recognise(visit: Visit) -> Caller:
    """Refuse whoever is on the list of the banned."""
    if visit.find("banned", visit.caller.name) is not None:
        raise Unauthenticated(f"{visit.caller.name} is banned.", code="banned")
    return visit.caller


def admit(visit: Visit) -> Caller:
    """Let a caller work for the house that it names, where it is a guest of that."""
    house = visit.asked("house") or visit.headers.get("x-house", "")
    if not house:
        return visit.caller
    if not visit.find_all("guests", caller=visit.caller.name, house=house):
        raise Forbidden(f"{visit.caller.name} is no guest of {house}.", code="no_guest")
    return replace(visit.caller, tenant=house, claims={"house": house})


def house(folder: Path, pack: Pack | None = None) -> Door:
    """A lodge with two houses, whose rooms are told by name, and the house that the caller has chosen."""
    pack = pack or Pack("lodge", recognise=recognise, admit=admit, limits=(PerMinute(9),), limit_headers=LimitHeaders())

    @pack.handles("createRoom")
    def create_room(call: Call) -> Reply:
        """Keep a room."""
        return Reply(201, call.collection("rooms").put(call.body))

    @pack.handles("listRooms")
    def list_rooms(call: Call) -> Reply:
        """All rooms of a house."""
        names = [room["name"] for room in call.collection("rooms").page().items]
        return Reply(200, {"house": call.caller.claims.get("house"), "rooms": names})

    door = lodge(pack, folder)
    store = door.server.sandbox("default").store(door.server.vendors["lodge"])
    with store.transaction():
        store.table("guests").put({"id": 1, "caller": "full", "house": "north"})
    return door


def ban(door: Door, name: str) -> None:
    store = door.server.sandbox("default").store(door.server.vendors["lodge"])
    with store.transaction():
        store.table("banned").put({"id": name})


def test_request_chooses_the_tenant(tmp_path: Path) -> None:
    """By a parameter or a header the caller works for another tenant, whose documents are apart from its own."""
    door = house(tmp_path)

    door.post("/lodge/rooms", json={"name": "own"}, headers=FULL)
    made = door.post("/lodge/rooms?house=north", json={"name": "blue"}, headers=FULL)

    assert made.status_code == 201
    assert door.get("/lodge/rooms?house=north", headers=FULL).json() == {"house": "north", "rooms": ["blue"]}
    assert door.get("/lodge/rooms", headers={**FULL, "X-House": "north"}).json()["rooms"] == ["blue"]
    assert door.get("/lodge/rooms", headers=FULL).json() == {"house": None, "rooms": ["own"]}


def test_repeated_parameter_counts_with_its_last_value(tmp_path: Path) -> None:
    """As parameters of the description do."""
    door = house(tmp_path)

    assert door.get("/lodge/rooms?house=south&house=north", headers=FULL).json()["house"] == "north"


def test_choice_is_refused_after_the_call_was_counted(tmp_path: Path) -> None:
    """Nothing is stored, the call counts, and the headers of the limit say so."""
    door = house(tmp_path)

    refused = door.post("/lodge/rooms?house=south", json={"name": "red"}, headers=FULL)

    assert (refused.status_code, refused.json()["code"], refused.headers[LEFT]) == (403, "no_guest", "8")
    assert next(iter(door.server.sandbox("default").journal)).changes == []


def test_state_refuses_a_known_credential_before_it_is_counted(tmp_path: Path) -> None:
    """From one call to the next; the refusal counts nothing, others are let in."""
    door = house(tmp_path)
    before = door.get("/lodge/rooms", headers=FULL)

    ban(door, "full")
    refused = door.get("/lodge/rooms?house=south", headers=FULL)

    assert before.headers[LEFT] == "8"
    assert (refused.status_code, refused.json()["code"]) == (401, "banned")
    assert LEFT not in refused.headers
    assert door.get("/lodge/rooms", headers=OTHER).status_code == 200


def test_recognised_caller_is_the_one_that_is_counted(tmp_path: Path) -> None:
    """A secret may stand for a caller whom the state alone knows, with a limit of its own."""

    def known(visit: Visit) -> Caller:
        return replace(visit.caller, name="doubled", roles=frozenset({"LARGE"}))

    pack = Pack("lodge", recognise=known, limits=(PerMinute(1, LARGE=4),), limit_headers=LimitHeaders())
    door = house(tmp_path, pack)

    left = [door.get("/lodge/rooms", headers=headers).headers[LEFT] for headers in (FULL, OTHER, FULL)]

    assert left == ["3", "3", "2"]


def test_open_operation_asks_no_doorkeeper(tmp_path: Path) -> None:
    """Nobody is recognised, admitted or counted where no credential is wanted."""
    door = house(tmp_path)
    ban(door, "anybody")

    answer = door.get("/lodge/authorize?scope=rooms.read&house=south")

    assert answer.status_code == 200
    assert LEFT not in answer.headers


def unchecked(folder: Path) -> tuple[Door, list[Call]]:
    """A lodge that reads two of its operations by itself; and the calls that it saw."""
    pack, seen = Pack("lodge", sandbox_in_query=named_in_query, sandbox_in_body=named_in_body), list[Call]()

    @pack.handles("authorize", "getToken", checked=False)
    def answer(call: Call) -> Reply:
        """Look at what was sent."""
        seen.append(call)
        return Reply(200, {"sandbox": call.sandbox})

    return lodge(pack, folder, strict=False), seen


def named_in_query(path: str, query: object) -> str | None:
    pairs = list(query) if isinstance(query, list) else []
    return dict(pairs).get("team") if path == "/authorize" else None


def named_in_body(path: str, body: bytes) -> str | None:
    return body.decode().partition("team%3D")[2] or None


def test_unchecked_operation_gets_what_was_sent(tmp_path: Path) -> None:
    """Neither a missing parameter nor a value out of its list is refused; texts stay texts, the last one counts."""
    door, seen = unchecked(tmp_path)

    answers = [
        door.get("/lodge/authorize?scope=a&scope=b%20c&more="),
        door.get("/lodge/authorize"),
        door.post("/lodge/token", data={"code": "short", "n": "1"}),
        door.post("/lodge/token", json={"code": 1}),
        door.post("/lodge/token"),
    ]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert [call.query for call in seen] == [{"scope": "b c", "more": ""}, {}, {}, {}, {}]
    assert [call.body for call in seen] == [None, None, {"code": "short", "n": "1"}, b'{"code":1}', None]
    assert seen[2].headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("path", "sandbox"),
    [
        ("/lodge/authorize?team=a-team", "a-team"),
        ("/lodge/authorize", "default"),
        ("/@b-team/lodge/authorize?team=a-team", "b-team"),
        ("/lodge/rooms?team=a-team", None),
    ],
)
def test_query_names_the_sandbox(tmp_path: Path, path: str, sandbox: str | None) -> None:
    """Where nothing else does: a credential in the query leads the call into its sandbox."""
    door, _ = unchecked(tmp_path)

    answer = door.get(path)

    assert answer.json().get("sandbox") == sandbox


def test_body_names_the_sandbox_where_the_query_does_not(tmp_path: Path) -> None:
    """Both may be asked, the query first."""
    door, _ = unchecked(tmp_path)

    assert door.post("/lodge/token?x=1", data={"code": "team=c-team"}).json() == {"sandbox": "c-team"}


def test_journal_keeps_secret_fields_to_itself(tmp_path: Path) -> None:
    """In the query, in a form and in the address of a redirection; in JSON the name may mean anything."""
    pack = Pack("lodge", secret_fields=("code",))

    @pack.handles("authorize", "getToken", checked=False)
    def answer(call: Call) -> Reply:
        """Give out a code."""
        if call.operation.id == "getToken":
            return Reply(200, {"code": 0})
        return Reply(302, None, {"Location": "https://app.example/back?a=b%20c&code=s3cret&state=7#_=_"})

    door = lodge(pack, tmp_path, strict=False)
    door.get("/lodge/authorize?code=s3cret&scope=x")
    door.post("/lodge/token", data={"code": "s3cret", "grant_type": "x"})

    token, asked = door.get("/_sandbox/requests").json()

    assert asked["request"]["query"] == {"code": "[redacted]", "scope": "x"}
    assert asked["answer"]["headers"]["Location"] == "https://app.example/back?a=b+c&code=[redacted]&state=7#_=_"
    assert token["request"]["body"] == {"code": "[redacted]", "grant_type": "x"}
    assert token["answer"]["body"] == {"code": 0}

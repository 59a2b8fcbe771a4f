"""How large a body may be: the server's limit, and that of an operation."""

from __future__ import annotations

import pytest

from sandbooks import Call, Pack, Reply
from sandbooks.errors import StartupError
from tests.packed import FULL, REX, packed
from tests.serving import Door


def storing(**limits: int) -> Door:
    pack = Pack("petshop", body_limits=limits)

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        """Tell who called."""
        return Reply(201, {"ip": call.client_ip, "agent": call.user_agent})

    return packed(pack, body_limit=100)


def test_operation_may_have_a_limit_of_its_own() -> None:
    """Its body may be larger than the server's limit; one byte more than its own is refused with 413."""
    door = storing(createPet=1000)
    room = 1000 - len(b'{"name":"Rex","price":1,"tags":[""]}')
    sent = [b'{"name":"Rex","price":1,"tags":["%s"]}' % (b"x" * count) for count in (room, room + 1)]
    headers = {**FULL, "Content-Type": "application/json"}
    answers = [door.post("/petshop/pets", content=body, headers=headers) for body in sent]

    assert [201, 413] == [answer.status_code for answer in answers]
    assert "larger than 1000 bytes" in answers[1].text


def test_other_operations_keep_the_servers_limit() -> None:
    """A limit that is declared for one operation does not hold for another, nor where there is none."""
    door = storing(createPet=1000)
    large = {**REX, "name": "x" * 200}

    assert 413 == door.call("GET", "/petshop/pets", json=large, headers=FULL).status_code
    assert 404 == door.post("/petshop/cats", json=large, headers=FULL).status_code


def test_limit_holds_for_an_operation_of_any_method() -> None:
    """A body may come with any method; the answer names the operation's own limit."""
    answers = [
        storing(listPets=50).call("GET", "/petshop/pets", content=b"x" * size, headers=FULL) for size in (50, 51)
    ]

    assert [200, 413] == [answer.status_code for answer in answers]
    assert "larger than 50 bytes" in answers[1].text


def test_limit_of_an_unknown_operation_stops_the_start() -> None:
    """A name that is nowhere is a fault of the pack."""
    with pytest.raises(StartupError, match="body limit for unknown operation 'createCat' of petshop"):
        storing(createCat=1000)


def test_call_tells_who_sent_it() -> None:
    """Address and agent of the caller are two texts."""
    answer = storing().post("/petshop/pets", json=REX, headers={**FULL, "User-Agent": "shop/7"})

    assert {"ip": "127.0.0.1", "agent": "shop/7"} == answer.json()

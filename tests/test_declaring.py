"""What a pack declares is checked where it is declared: the start tells what is wrong, where, and what to write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbooks import (
    Bearer,
    Call,
    Duty,
    FixedWindow,
    Grant,
    Pack,
    Parallel,
    PerMinute,
    PerSecond,
    Queue,
    Reply,
    TokenBucket,
    Webhooks,
)
from sandbooks.errors import StartupError
from sandbooks.project import Project
from tests.packed import FULL, packed, pets

FULL_GRANT = Grant("full", "All.")
Wrong = Any  # what a pack should not be given


def nobody(call: Call, event: object) -> list[Any]:  # of endpoints
    return []


async def later(call: Call) -> Reply:
    return Reply(200)


def too_many(call: Call, one: object, more: object) -> None: ...


WRONG: dict[str, tuple[Callable[[], Wrong], str]] = {
    "text for a number": (
        lambda: PerMinute("60"),  # type: ignore[arg-type]
        "the number of calls of a limit is '60'; it must be a whole number, 0 or more",
    ),
    "fewer than none": (
        lambda: PerMinute(-1),
        "the number of calls of a limit is -1; it must be a whole number, 0 or more",
    ),
    "a switch for a number": (
        lambda: Parallel(True),
        "the number of calls of a limit is True; it must be a whole number, 0 or more",
    ),
    "a part of a call": (
        lambda: TokenBucket(1.5, 1),  # type: ignore[arg-type]
        "the number of calls of a limit is 1.5; it must be a whole number, 0 or more",
    ),
    "no seconds": (
        lambda: Queue(2, "1", 2, 30),  # type: ignore[arg-type]
        "the seconds of a limit is '1'; it must be a number, 0 or more",
    ),
    "text for a role's number": (
        lambda: PerSecond(60, clerk="10"),  # type: ignore[arg-type]
        "the number of calls of a limit for the role 'clerk' is '10'; it must be a whole number, 0 or more",
    ),
    "calls of nobody": (
        lambda: FixedWindow(60, 60, by="tokens"),  # type: ignore[arg-type]
        "`by` of a limit is 'tokens'; it must be one of token, user, account, organisation, vendor",
    ),
    "a function for a limit": (
        lambda: Pack("petshop", limits=[PerMinute]),  # type: ignore[list-item]
        "limits has PerMinute; write limits=[PerMinute(60)]",
    ),
    "one limit for a list": (
        lambda: Pack("petshop", limits=PerMinute(60)),  # type: ignore[arg-type]
        "limits is FixedWindow(calls=60, per_s=60, by='token', roles={}); it must be a list: limits=[PerMinute(60)]",
    ),
    "a class for a scheme": (
        lambda: Pack("petshop", auth=Bearer),  # type: ignore[arg-type]
        "auth is Bearer; it must be a list: auth=[Bearer(GRANTS)]",
    ),
    "one grant for a list": (
        lambda: Bearer(FULL_GRANT),  # type: ignore[arg-type]
        "grants is Grant(name='full', description='All.',...d_only=False, expired=False, values={}); "
        'it must be a list: grants=[Grant("full", "Full rights.")]',
    ),
    "a grant twice": (
        lambda: Bearer([FULL_GRANT, FULL_GRANT]),
        "the name of a grant is 'full' twice; each must be another",
    ),
    "text for roles": (
        lambda: Grant("clerk", "Few.", roles="clerk"),  # type: ignore[arg-type]
        "roles is 'clerk'; it must be a list: roles=[\"clerk\"]",
    ),
    "a header for idempotency": (
        lambda: Pack("petshop", idempotency="Key"),  # type: ignore[arg-type]
        "idempotency is 'Key'; write idempotency=Idempotency(\"Idempotency-Key\")",
    ),
    "a class for an envelope": (
        lambda: Pack("petshop", errors=Exception),  # type: ignore[arg-type]
        "errors is Exception; write errors=Errors()",
    ),
    "a function for webhooks": (
        lambda: Pack("petshop", webhooks=nobody),  # type: ignore[arg-type]
        "webhooks is nobody; write webhooks=Webhooks(subscribers)",
    ),
    "a payload of one argument": (
        lambda: Webhooks(nobody, payload=repr),  # type: ignore[arg-type]
        "repr must take four arguments: (call, event, endpoint, id)",
    ),
    "a signer of three": (
        lambda: Webhooks(nobody, signer=too_many),  # type: ignore[arg-type]
        "too_many must take one argument: (message)",
    ),
    "one number for a plan": (
        lambda: Webhooks(nobody, retry_s=5),  # type: ignore[arg-type]
        "retry_s is 5; it must be a list: retry_s=[5, 300]",
    ),
    "a duty of three": (
        lambda: Duty("pets", "due_at", too_many),  # type: ignore[arg-type]
        "too_many must take two arguments: (call, document)",
    ),
    "text for a function": (
        lambda: Pack("petshop", authorise="full"),  # type: ignore[arg-type]
        "'full' is no function; what stands there must take two arguments: (caller, operation)",
    ),
    "an async handler": (
        lambda: Pack("petshop").handles("listPets")(later),
        "later is async; write a plain function, without await",
    ),
    "a handler of three": (
        lambda: Pack("petshop").handles("listPets")(too_many),
        "too_many must take one argument: (call)",
    ),
    "a decorator without parentheses": (
        lambda: Pack("petshop").handles(too_many),  # type: ignore[arg-type]
        '@pack.handles names nothing; write @pack.handles("createInvoice")',
    ),
    "a decorator without a name": (
        lambda: Pack("petshop").extends(),
        '@pack.extends names nothing; write @pack.extends("createInvoice")',
    ),
    "a seeder of three": (
        lambda: Pack("petshop").seeds("pets")(too_many),
        "too_many must take two arguments: (call, document)",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_declaration_is_refused(what: str) -> None:
    """The value that is wrong, and what to write."""
    declare, cause = WRONG[what]

    with pytest.raises(StartupError) as refused:
        declare()

    assert cause == refused.value.cause


def test_place_in_the_pack_is_told(tmp_path: Path) -> None:
    """File and line of what a pack declares wrongly."""
    for file, text in {
        "specs/acme/openapi.yaml": "openapi: 3.0.3\ninfo: {title: Acme, version: '1'}\npaths: {}\n",
        "mocks/acme/__init__.py": "from sandbooks import Pack\n\npack = Pack('acme', limits=60)\n",
    }.items():
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_text(text)

    with pytest.raises(StartupError) as refused:
        Project(tmp_path).load_vendor("acme")

    assert (str(tmp_path / "mocks/acme/__init__.py"), "3") == (refused.value.file, refused.value.place)


@pytest.mark.parametrize("answer", [None, {"id": 1}], ids=["nothing", "a body alone"])
def test_handler_that_gives_no_reply_is_told_so(answer: object) -> None:
    """The call is a failure that says what a handler returns, and nothing is stored."""
    pack = Pack("petshop")

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        call.collection("pets").put(call.body)
        return answer  # type: ignore[return-value]

    door = packed(pack)

    refused = door.post("/petshop/pets", json={"name": "Rex", "price": 1234.56}, headers=FULL)

    kind = type(answer).__name__
    cause = f"TypeError: the handler returned {kind}; it must return a Reply: `return Reply(200, body)`"
    assert (500, cause) == (refused.status_code, refused.json()["detail"])
    assert [] == pets(door)

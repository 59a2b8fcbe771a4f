"""Several documents at once, actions, and properties that parameters set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbooks.errors import NotFound
from sandbooks.resources import Action, Envelope, Filter, Input, Setting
from tests.test_generic_building import (
    JSON,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    Shop,
    behaving,
    crud,
    ids_of,
    many,
    one_of,
    op,
    open_shop,
    read_only,
    ref,
    thing,
)

BILL = thing(
    "id",
    id=WHOLE,
    status=one_of("draft", "approved", "paid"),
    amount=NUMBER,
    note={**TEXT, "nullable": True},
    approvedAt=MOMENT,
    pinned=thing("at", at=MOMENT, nullable=TEXT),
    updatedAt=read_only(MOMENT),
)


def open_with(folder: Path, key: str, operation: dict[str, Any], **behaviour: Any) -> Shop:
    """A shop with three bills, and one more operation that behaves as told."""
    plain = {"kind": "inferred", "resource": "bills", "verb": None, "settings": (), "action": None, "parents": ()}
    operations = {**crud("bills", "Bill"), key: operation}
    shop = open_shop(folder, operations, {"Bill": BILL}, alter=behaving(key, **{**plain, **behaviour}))
    shop.put("bills", *({"id": number, "status": "draft", "amount": number * 10} for number in (1, 2, 3)))
    return shop


def test_action_moves_the_status_and_its_moment(tmp_path: Path) -> None:
    """And nothing else but the moment of the last change."""
    shop = open_with(
        tmp_path,
        "POST /bills/{id}/approve",
        op(ref("Bill"), ids=WHOLE),
        role="action",
        id=Input(("id",), "path"),
        action=Action("status", "approved"),
        answer=Envelope("item"),
    )

    approved = shop.body("POST /bills/2/approve")

    assert approved == {
        "id": 2,
        "status": "approved",
        "amount": 20,
        "approvedAt": "2026-01-31T09:15:00.000Z",
        "updatedAt": "2026-01-31T09:15:00.000Z",
    }
    assert shop.body("GET /bills/2") == approved
    assert isinstance(shop.refuse("POST /bills/9/approve"), NotFound)


def test_action_may_set_a_moment_alone(tmp_path: Path) -> None:
    """Inside an object, too."""
    shop = open_with(
        tmp_path,
        "POST /bills/{id}/pin",
        op(ref("Bill"), ids=WHOLE),
        role="action",
        id=Input(("id",), "path"),
        action=Action("pinned.at", moment=True),
        answer=Envelope("item"),
    )

    assert shop.body("POST /bills/1/pin")["pinned"] == {"at": "2026-01-31T09:15:00.000Z"}


def test_action_may_empty_a_property(tmp_path: Path) -> None:
    """Null where it can be, gone where it cannot."""
    for name, expected in (("note", {"note": None}), ("amount", {})):
        folder = tmp_path / name
        folder.mkdir()
        shop = open_with(
            folder,
            "POST /bills/{id}/clear",
            op(ref("Bill"), ids=WHOLE),
            role="action",
            id=Input(("id",), "path"),
            action=Action(name, None),
            answer=Envelope("item"),
        )
        shop.send("PATCH /bills/1", {"note": "x"})

        cleared = shop.body("POST /bills/1/clear")

        assert {key: cleared[key] for key in (name,) if key in cleared} == expected


def test_action_that_nothing_shows_changes_nothing(tmp_path: Path) -> None:
    """It answers the document as it is."""
    shop = open_with(
        tmp_path,
        "POST /bills/{id}/send",
        op(status=204, ids=WHOLE),
        role="action",
        id=Input(("id",), "path"),
        answer=Envelope("empty"),
        success=204,
    )
    before = shop.store.revision

    reply = shop.send("POST /bills/1/send")

    assert (reply.status, reply.body) == (204, None)
    assert shop.store.revision == before


def test_parameters_set_properties(tmp_path: Path) -> None:
    """Where an update has no body."""
    shop = open_with(
        tmp_path,
        "POST /bills/{id}",
        op(ref("Bill"), ids=WHOLE, query={"status": TEXT, "amount": NUMBER}),
        role="update",
        id=Input(("id",), "path"),
        settings=(Setting(Input(("status",)), "status"), Setting(Input(("amount",)), "amount")),
        answer=Envelope("item"),
    )

    changed = shop.body("POST /bills/1?status=paid")

    assert (changed["status"], changed["amount"]) == ("paid", 10)


def bulk(body: dict[str, Any], answer: dict[str, Any] | None = None, status: int = 200) -> dict[str, Any]:
    """An operation on several bills."""
    return op(answer, body=body, status=status)


def test_several_are_made_at_once(tmp_path: Path) -> None:
    """In the order in which they were sent, each with an id of its own."""
    shop = open_with(
        tmp_path,
        "POST /bills",
        bulk(thing(bills=many(ref("Bill"))), thing(bills=many(ref("Bill")))),
        role="create",
        many=True,
        request=Envelope("items", ("bills",)),
        answer=Envelope("items", ("bills",)),
        success=200,
    )

    made = shop.body("POST /bills", {"bills": [{"id": 0, "amount": 5.5}, {"id": 0, "amount": 6.5}]})

    assert [(each["id"], each["amount"], each["status"]) for each in made["bills"]] == [
        (4, 5.5, "draft"),
        (5, 6.5, "draft"),
    ]


def test_one_or_several_may_be_sent(tmp_path: Path) -> None:
    """Where a body is a document or an array of such, the answer is what was sent."""
    either = {"oneOf": [ref("Bill"), many(ref("Bill"))]}
    shop = open_with(
        tmp_path,
        "POST /bills",
        bulk(either, either),
        role="create",
        many=True,
        request=Envelope("item"),
        answer=Envelope("item"),
        success=200,
    )

    assert shop.body("POST /bills", {"id": 0, "amount": 1.5})["id"] == 4
    assert ids_of(shop.body("POST /bills", [{"id": 0, "amount": 1.5}, {"id": 0, "amount": 2.5}])) == [5, 6]


def test_several_are_changed_by_their_ids_in_the_body(tmp_path: Path) -> None:
    """Each by what stands beside its id; an unknown one refuses them all."""
    shop = open_with(
        tmp_path,
        "PATCH /bills",
        bulk(many({"type": "object"}), many(ref("Bill"))),
        role="update",
        many=True,
        id=Input(("id",), "body"),
        request=Envelope("items"),
        answer=Envelope("items"),
    )

    changed = shop.body("PATCH /bills", [{"id": 1, "amount": 7.25}, {"id": 3, "status": "paid"}])
    problem = shop.refuse("PATCH /bills", [{"id": 2, "amount": 7.25}, {"id": 9, "amount": 1}])

    assert [(each["id"], each["amount"], each["status"]) for each in changed] == [(1, 7.25, "draft"), (3, 30, "paid")]
    assert problem.message.startswith("bills has no document with id 9")
    assert shop.body("GET /bills/2")["amount"] == 20


def test_one_is_changed_by_its_id_in_the_body(tmp_path: Path) -> None:
    """Also inside a wrapper."""
    shop = open_with(
        tmp_path,
        "PUT /bills",
        bulk(thing(bill=ref("Bill")), ref("Bill")),
        role="replace",
        id=Input(("id",), "body"),
        request=Envelope("item", ("bill",)),
        answer=Envelope("item"),
    )

    replaced = shop.body("PUT /bills", {"bill": {"id": 2, "amount": 7.25}})

    assert (replaced["id"], replaced["amount"]) == (2, 7.25)
    assert shop.refuse("PUT /bills", {"bill": {"id": 9}}).message.startswith("bills has no document with id 9")


@pytest.mark.parametrize(
    ("query", "body", "input", "request_envelope"),
    [
        ("?ids=1,3", None, Input(("ids",)), Envelope("empty")),
        ("", {"ids": [1, 3]}, Input(("ids",), "body"), Envelope("empty")),
        ("", [1, 3], Input((), "body"), Envelope("items")),
        ("", [{"id": 1}, {"id": 3}], Input(("id",), "body"), Envelope("items")),
    ],
)
def test_several_are_deleted(tmp_path: Path, query: str, body: Any, input: Input, request_envelope: Envelope) -> None:
    """Whichever way their ids are given."""
    operation = op(status=204, query={"ids": TEXT})
    operation["requestBody"] = {"content": {JSON: {"schema": {}}}}
    shop = open_with(
        tmp_path,
        "DELETE /bills",
        operation,
        role="delete",
        many=True,
        id=input,
        request=request_envelope,
        answer=Envelope("empty"),
        success=204,
    )

    shop.send(f"DELETE /bills{query}", body)

    assert ids_of(shop.stored("bills")) == [2]


def test_all_that_the_call_speaks_of_are_deleted(tmp_path: Path) -> None:
    """Those that pass its filters; the answer counts them."""
    shop = open_with(
        tmp_path,
        "DELETE /bills",
        op(thing("deletedCount", deletedCount=WHOLE), query={"status": TEXT}),
        role="delete",
        id=None,
        filters=(Filter("status", "eq", Input(("status",))),),
        answer=Envelope("other"),
    )
    shop.send("PATCH /bills/2", {"status": "paid"})

    assert shop.body("DELETE /bills?status=draft") == {"deletedCount": 2}
    assert ids_of(shop.stored("bills")) == [2]


def test_several_are_acted_on(tmp_path: Path) -> None:
    """All or none."""
    shop = open_with(
        tmp_path,
        "POST /bills/approve",
        bulk(thing(ids=many(WHOLE)), many(ref("Bill"))),
        role="action",
        many=True,
        id=Input(("ids",), "body"),
        action=Action("status", "approved"),
        answer=Envelope("items"),
    )

    approved = shop.body("POST /bills/approve", {"ids": [1, 2]})
    shop.refuse("POST /bills/approve", {"ids": [3, 9]})

    assert [each["status"] for each in approved] == ["approved", "approved"]
    assert [each["status"] for each in shop.stored("bills")] == ["approved", "approved", "draft"]

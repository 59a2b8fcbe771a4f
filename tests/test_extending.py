"""A pack's function that extends what the description alone does: beside it, before it, instead of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbooks import Call, Conflict, Event, Handler, Pack, Reply
from sandbooks.errors import StartupError
from sandbooks.spec import read_description
from sandbooks.vendor import Vendor
from tests.serving import SPECS, Door, serve

FULL = {"Authorization": "Bearer shelf-full"}


def served(pack: Pack) -> Door:
    return serve(Vendor(pack, read_description(SPECS / "shelf.yaml", id=pack.name)), profile="empty")


def test_extended_operation_answers_as_described_and_does_more() -> None:
    """What the description alone answers is stored and answered; what the function adds is in the journal."""
    pack = Pack("shelf")

    @pack.extends("createBook")
    def create_book(call: Call, described: Handler) -> Reply:
        """Tell which book it was."""
        reply = described(call)
        call.note(f"book {reply.body['id']}")
        return reply

    door = served(pack)

    made = door.post("/shelf/books", json={"title": "Emma"}, headers=FULL)
    read = door.get(f"/shelf/books/{made.json()['id']}", headers=FULL)

    assert (201, 200) == (made.status_code, read.status_code)
    assert read.json() == made.json()
    (entry,) = door.get("/_sandbox/requests?method=POST").json()
    assert entry["why"] == ["coded: create_book: Tell which book it was.", "book 1"]
    assert door.get("/_sandbox/state/shelf").json() == {"books": 1}


def test_extension_that_raises_takes_back_what_was_stored() -> None:
    """A refusal after the document was made leaves nothing of it."""
    pack = Pack("shelf")

    @pack.extends("createBook")
    def create_book(call: Call, described: Handler) -> Reply:
        reply = described(call)
        call.emit(Event("book.created", reply.body))
        raise Conflict("The shelf is full.")

    door = served(pack)

    refused = door.post("/shelf/books", json={"title": "Emma"}, headers=FULL)

    assert (409, "The shelf is full.") == (refused.status_code, refused.json()["detail"])
    assert door.get("/_sandbox/state/shelf").json() == {"books": 0}


def test_extension_may_answer_by_itself() -> None:
    """A function that does not ask what is described answers alone; the other operations go on."""
    pack = Pack("shelf")

    @pack.extends("GET /books/{bookId}")
    def get_book(call: Call, described: Handler) -> Reply:
        return Reply(200, {"id": call.path["bookId"], "title": "Always the same"})

    door = served(pack)

    assert door.get("/shelf/books/9", headers=FULL).json() == {"id": 9, "title": "Always the same"}
    assert door.get("/shelf/books", headers=FULL).json() == []


def test_extended_operation_is_listed_as_coded_with_its_collection() -> None:
    """The list of operations names function and collection."""
    pack = Pack("shelf")

    @pack.extends("createBook")
    def create_book(call: Call, described: Handler) -> Reply:
        """Number the book."""
        return described(call)

    listed = served(pack).get("/_sandbox/vendors/shelf/operations").json()

    (found,) = (each for each in listed if each["operation"] == "createBook")
    assert ("coded", "books", "create_book: Number the book.") == tuple(
        found[name] for name in ("behaviour", "collection", "reason")
    )


def test_pack_may_extend_every_operation() -> None:
    """The collections are kept though no operation is left to the description alone."""
    pack = Pack("shelf")
    description = read_description(SPECS / "shelf.yaml", id="shelf")

    @pack.extends(*(operation.id for operation in description.operations))
    def pass_on(call: Call, described: Handler) -> Reply:
        return described(call)

    door = serve(Vendor(pack, description), profile="empty")

    assert door.post("/shelf/books", json={"title": "Emma"}, headers=FULL).status_code == 201
    assert [each["title"] for each in door.get("/shelf/books", headers=FULL).json()] == ["Emma"]


def test_function_with_one_argument_extends_nothing() -> None:
    """The start stops with file and line of the function."""
    pack = Pack("shelf")

    with pytest.raises(StartupError) as caught:

        @pack.extends("createBook")
        def create_book(call: Call) -> Reply:
            return Reply()

    assert caught.value.cause == "create_book must take two arguments: (call, described)"
    assert Path(caught.value.file or "").name == "test_extending.py"


def test_operation_has_one_handler_of_either_kind() -> None:
    """A second function for an operation is refused, whichever way it is declared."""
    pack = Pack("shelf")
    pack.handles("createBook")(lambda call: Reply())

    with pytest.raises(StartupError, match="second handler for operation 'createBook'"):
        pack.extends("createBook")(lambda call, described: described(call))

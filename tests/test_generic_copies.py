"""Copies of documents: like the one they were made from, and documents of their own."""

from __future__ import annotations

from pathlib import Path

from sandbooks.errors import NotFound
from tests.test_generic_building import MOMENT, TEXT, WHOLE, crud, op, open_shop, read_only, ref, thing

THING = thing("createdAt", id=WHOLE, name=TEXT, note=TEXT, createdAt=read_only(MOMENT))


def test_copy_is_a_document_of_its_own(tmp_path: Path) -> None:
    """It has what the other has but for id and moment; what is sent goes first; an unknown one is refused."""
    operations = {
        **crud("things", "Thing"),
        "POST /things/{id}/copy": op(ref("Thing"), status=201, body=thing(name=TEXT), ids=WHOLE),
    }
    shop = open_shop(tmp_path, operations, {"Thing": THING})
    original = shop.body("POST /things", {"name": "Harbour", "note": "12.34"})
    shop.wait(minutes=5)

    made = shop.body(f"POST /things/{original['id']}/copy", {"name": "Second"})

    assert made == {"id": 2, "name": "Second", "note": "12.34", "createdAt": "2026-01-31T09:20:00.000Z"}
    assert shop.body("GET /things/2") == made
    assert shop.body("GET /things/1") == original
    assert isinstance(shop.refuse("POST /things/99/copy", {"name": "x"}), NotFound)
    assert len(shop.stored("things")) == 2

"""What is sent under another spelling than the document shows is kept under the document's own."""

from __future__ import annotations

from pathlib import Path

from tests.test_generic_building import TEXT, WHOLE, crud, many, op, open_shop, read_only, ref, thing


def test_names_in_another_spelling_set_the_properties_that_they_mean(tmp_path: Path) -> None:
    """`FriendlyName` sets `friendly_name`, when it is made and when it is changed; a name that means none is not
    shown."""
    sent = thing(FriendlyName=TEXT, From=TEXT, Other=TEXT)
    operations = {**crud("things", "Thing"), "POST /things": op(ref("Thing"), status=201, body=sent)}
    kept = thing("id", id=WHOLE, friendly_name=TEXT, **{"from": TEXT})
    shop = open_shop(tmp_path, operations, {"Thing": kept})

    made = shop.body("POST /things", {"FriendlyName": "Harbour", "From": "+431234", "Other": "x"})
    changed = shop.body(f"PATCH /things/{made['id']}", {"FRIENDLY-NAME": "Lights"})

    assert made == {"id": 1, "friendly_name": "Harbour", "from": "+431234"}
    assert changed == {"id": 1, "friendly_name": "Lights", "from": "+431234"}
    assert shop.body("GET /things/1") == changed


def test_the_documents_own_spelling_goes_first(tmp_path: Path) -> None:
    """Where both are sent, the one that the document shows counts."""
    operations = {**crud("things", "Thing"), "POST /things": op(ref("Thing"), status=201, body={"type": "object"})}
    shop = open_shop(tmp_path, operations, {"Thing": thing("id", id=WHOLE, friendly_name=TEXT)})

    made = shop.body("POST /things", {"friendly_name": "Harbour", "FriendlyName": "Lights"})

    assert made["friendly_name"] == "Harbour"


def test_read_only_property_is_set_by_a_body_that_names_it(tmp_path: Path) -> None:
    """Where the request's own schema offers it, as a list of ids for documents; elsewhere it stays the server's."""
    kept = thing("id", id=WHOLE, tags=read_only(many(ref("Tag"))), seal=read_only(TEXT), name=TEXT)
    operations = {
        **crud("things", "Thing"),
        "POST /things": op(ref("Thing"), status=201, body=thing(name=TEXT, tags=many(TEXT))),
    }
    shop = open_shop(tmp_path, operations, {"Thing": kept, "Tag": thing("id", id=TEXT, label=TEXT)})

    made = shop.body("POST /things", {"name": "Harbour", "tags": ["t7"], "seal": "forged"})

    assert [tag["id"] for tag in made["tags"]] == ["t7"]
    assert made.get("seal") != "forged"
    assert shop.body("GET /things/1") == made

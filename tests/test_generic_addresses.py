"""Ids and the paths that name them: what is made or seeded can be read under the path that the description gives."""

from __future__ import annotations

import re
from pathlib import Path

from sandbooks.project import load_file
from tests.serving import Door, serve
from tests.test_generic_building import TEXT, WHOLE, crud, many, op, open_shop, ref, thing

LOCKER = "^[A-Z][0-9]{3}$"
API = """
openapi: 3.0.3
info: {title: Station, version: "1"}
paths:
  /lockers:
    post:
      operationId: make
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Locker"}}}}
      responses: {"201": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Locker"}}}}}
    get:
      operationId: all
      responses:
        "200": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Lockers"}}}}
  /lockers/{id}:
    get:
      operationId: one
      parameters: [{name: id, in: path, required: true, schema: {type: string, pattern: "^[A-Z][0-9]{3}$"}}]
      responses: {"200": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Locker"}}}}}
  /lockers/{lockerId}:
    delete:
      operationId: drop
      parameters: [{name: lockerId, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: x}}
  /lockers/{id}/key:
    get:
      operationId: key
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Key"}}}}}
  /lockers/{lockerId}/key:
    post:
      operationId: cut
      parameters: [{name: lockerId, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Key"}}}}}
  /towns/{town}/lines/{line}/stops:
    get:
      operationId: stops
      parameters:
        - {name: town, in: path, required: true, schema: {type: string, enum: [ulm, ahlen]}}
        - {name: line, in: path, required: true, schema: {type: integer, minimum: 3, maximum: 3}}
      responses:
        "200": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Stops"}}}}
    post:
      operationId: stop
      parameters:
        - {name: town, in: path, required: true, schema: {type: string, enum: [ulm, ahlen]}}
        - {name: line, in: path, required: true, schema: {type: integer, minimum: 3, maximum: 3}}
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Stop"}}}}
      responses: {"201": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Stop"}}}}}
components:
  schemas:
    Lockers: {type: array, items: {$ref: "#/components/schemas/Locker"}}
    Stops: {type: array, items: {$ref: "#/components/schemas/Stop"}}
    Key: {type: object, required: [teeth], properties: {teeth: {type: integer}}}
    Locker: {type: object, properties: {id: {type: string, readOnly: true}, size: {type: string}}}
    Stop: {type: object, required: [name], properties: {id: {type: integer, readOnly: true}, name: {type: string}}}
"""


def station(folder: Path) -> Door:
    """A server of lockers, and of stops below a town and a line that no path reads."""
    file = folder / "station.yaml"
    file.write_text(API)
    return serve(load_file(file))


def test_ids_are_what_their_path_asks_for(tmp_path: Path) -> None:
    """A pattern that only the path parameter has holds for ids that are seeded and for new ones."""
    door = station(tmp_path)
    made = door.post("/station/lockers", json={"size": "L"}).json()
    listed = door.get("/station/lockers").json()

    assert [locker["id"] for locker in listed if not re.fullmatch(LOCKER, locker["id"])] == []
    assert [door.get(f"/station/lockers/{locker['id']}").json() for locker in listed] == listed
    assert made in listed
    assert door.get("/station/lockers/7").status_code == 400


def test_path_may_name_its_parameter_otherwise_for_another_method(tmp_path: Path) -> None:
    """`GET /lockers/{id}` and `DELETE /lockers/{lockerId}` speak of one document, and so do the paths below it."""
    door = station(tmp_path)
    id = door.get("/station/lockers").json()[0]["id"]
    below = [door.get(f"/station/lockers/{id}/key").status_code, door.post(f"/station/lockers/{id}/key").status_code]

    statuses = [door.delete(f"/station/lockers/{id}").status_code for _ in range(2)]

    assert below == [200, 200]
    assert statuses == [204, 404]
    assert door.get(f"/station/lockers/{id}").status_code == 404
    assert door.post(f"/station/lockers/{id}/key").status_code == 404


def test_seeds_below_a_mere_scope_stand_together(tmp_path: Path) -> None:
    """Under values that the path admits; the other values know nothing of them."""
    door = station(tmp_path)

    found = {town: len(door.get(f"/station/towns/{town}/lines/3/stops").json()) for town in ("ulm", "ahlen")}

    assert sorted(found.values()) == [0, 3]


def test_parent_elsewhere_must_have_ids_of_the_type_in_the_path(tmp_path: Path) -> None:
    """`/halls/{hall}/lockers/{number}/keys` hangs on no locker whose id is a text, for its number is one."""
    operations = {
        **crud("lockers", "Locker", ids=TEXT),
        "GET /halls/{hall}/lockers/{number}/keys": op(many(ref("Key")), ids=WHOLE),
        "POST /halls/{hall}/lockers/{number}/keys": op(ref("Key"), status=201, body=ref("Key"), ids=WHOLE),
    }
    shop = open_shop(tmp_path, operations, {"Locker": thing(id=TEXT), "Key": thing(id=WHOLE, tag=TEXT)})

    made = shop.body("POST /halls/1/lockers/7/keys", {"tag": "red"})

    assert shop.body("GET /halls/1/lockers/7/keys") == [made]
    assert shop.body("GET /halls/1/lockers/8/keys") == []


def test_format_in_the_path_names_no_parent(tmp_path: Path) -> None:
    """`/scores/{format}/players` shows the same players in every format."""
    players = op(many(ref("Player")))
    operations = {
        "GET /scores/{format}/players": players,
        "POST /scores/{format}/players": op(ref("Player"), status=201, body=ref("Player")),
        "GET /scores/{format}/players/{playerId}": op(ref("Player")),
    }
    shop = open_shop(tmp_path, operations, {"Player": thing(playerId=TEXT, name=TEXT)})

    made = shop.body("POST /scores/json/players", {"name": "Ada"})

    assert shop.body("GET /scores/xml/players") == [made]
    assert shop.body(f"GET /scores/JSON/players/{made['playerId']}") == made


def test_documents_need_no_document_of_their_own_kind_first(tmp_path: Path) -> None:
    """Where every path that makes one names a parent, and only such documents could be it, any parent is right."""
    operations = {
        "POST /v2/{parent}/cases": op(ref("Case"), status=201, body=ref("Case")),
        "GET /v2/{parent}/cases": op(many(ref("Case"))),
        "GET /v2/{name}": op(ref("Case")),
    }
    shop = open_shop(tmp_path, operations, {"Case": thing(name=TEXT, title=TEXT)})

    made = shop.body("POST /v2/acme/cases", {"name": "case-7", "title": "Rust"})

    assert shop.body("GET /v2/acme/cases") == [made]
    assert shop.body("GET /v2/other/cases") == []
    assert shop.body("GET /v2/case-7") == made


def test_tree_of_one_kind_hangs_together_by_parent_id(tmp_path: Path) -> None:
    """`/folders/{id}/folders` lists those whose `parent_id` is that folder, and makes them with it."""
    operations = {
        **crud("folders", "Folder"),
        "GET /folders/{id}/folders": op(many(ref("Folder")), ids=WHOLE),
        "POST /folders/{id}/folders": op(ref("Folder"), status=201, body=ref("Folder"), ids=WHOLE),
    }
    shop = open_shop(tmp_path, operations, {"Folder": thing(id=WHOLE, parent_id=WHOLE, name=TEXT)})
    top = shop.body("POST /folders", {"name": "top"})["id"]

    inner = shop.body(f"POST /folders/{top}/folders", {"name": "inner"})
    other = shop.body("POST /folders", {"name": "other", "parent_id": top})

    assert inner["parent_id"] == top
    assert shop.body(f"GET /folders/{top}/folders") == [inner, other]
    assert shop.body(f"GET /folders/{inner['id']}/folders") == []

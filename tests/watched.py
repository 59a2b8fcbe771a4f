"""A project of a test's own that is served and watched: files are written, looked at, and called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from sandbooks.server import Settings
from sandbooks.starting import start_server
from sandbooks.watching import Watcher
from tests.serving import Door

FULL = {"Authorization": "Bearer acme-full"}
PACK = """
from sandbooks import Call, Pack, Reply

pack = Pack("acme")


@pack.handles("getStatus")
def get_status(call: Call) -> Reply:
    return Reply(200, {"word": "first"})
"""


def description(*collections: str, id: str = "id", status: bool = True) -> dict[str, Any]:  # a description, any JSON
    """Collections of named things, each to be listed, made, read and deleted, and one operation beside them."""
    thing = {
        "type": "object",
        "required": ["name"],
        "properties": {id: {"type": "integer", "readOnly": True}, "name": {"type": "string"}},
    }
    answer = {
        "description": "One.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
    }
    listed = {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}
    paths: dict[str, Any] = {}
    for name in collections:
        key = {"name": id, "in": "path", "required": True, "schema": {"type": "integer"}}
        listing = {"description": "All.", "content": {"application/json": {"schema": listed}}}
        paths[f"/{name}"] = {
            "get": {"operationId": f"list-{name}", "responses": {"200": listing}},
            "post": {
                "operationId": f"create-{name}",
                "requestBody": {"content": answer["content"]},
                "responses": {"201": answer},
            },
        }
        paths[f"/{name}/{{{id}}}"] = {
            "parameters": [key],
            "get": {"operationId": f"get-{name}", "responses": {"200": answer}},
            "delete": {"operationId": f"delete-{name}", "responses": {"204": {"description": "Gone."}}},
        }
    if status:
        word = {"type": "object", "properties": {"word": {"type": "string"}}}
        told = {"200": {"description": "A word.", "content": {"application/json": {"schema": word}}}}
        paths["/status"] = {"get": {"operationId": "getStatus", "responses": told}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Acme", "version": "1"},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {"Thing": thing},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


class Watched:
    """A project `folder` with the vendor `acme`, its server behind a door, and its watcher.

    `told` and `warned` are the lines that the watcher has printed; `settings` are those of `Settings`.
    """

    def __init__(self, folder: Path, *sources: str, start: bool = True, **settings: Any) -> None:
        self.folder = folder
        self.sources = sources
        self.settings = settings
        self.told: list[str] = []
        self.warned: list[str] = []
        if not (folder / "specs").exists():
            self.describe("customers", "invoices")
            self.write("mocks/acme/__init__.py", PACK)
            self.write("fixtures/acme/demo.yaml", "customers:\n  documents:\n    - {id: 1, name: Ada}\n")
        if start:
            self.start()

    def start(self) -> None:
        """Serve, as the command line does with `--watch`."""
        self.watcher = Watcher(
            self.sources, folder=self.folder, tell=self.told.append, warn=self.warned.append, patience_s=0.5
        )
        server, _ = start_server(self.sources, Settings(**self.settings), folder=self.folder, fresh=True)
        self.watcher.attach(server)
        self.door = Door(server)

    def write(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def describe(self, *collections: str, vendor: str = "acme", **options: Any) -> None:  # as `description`
        self.write(
            f"specs/{vendor}/openapi.yaml", yaml.safe_dump(description(*collections, **options), sort_keys=False)
        )

    def change(self, name: str, text: str) -> None:
        """Write a file, and let it be seen."""
        self.write(name, text)
        self.watcher.look()

    def word(self) -> str:
        """What the handler says."""
        return str(self.door.get("/acme/status", headers=FULL).json()["word"])

    def create(self, collection: str, name: str, sandbox: str = "default") -> dict[str, Any]:  # the answer, any JSON
        answer = self.door.post(f"/@{sandbox}/acme/{collection}", json={"name": name}, headers=FULL)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def names(self, collection: str = "customers", sandbox: str = "default") -> list[str]:
        answer = self.door.get(f"/@{sandbox}/acme/{collection}", headers=FULL)
        assert answer.status_code == 200, answer.text
        return [thing["name"] for thing in answer.json()]

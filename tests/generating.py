"""Descriptions made of schemas alone, and their own validators: what tests of the generator are written with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbooks.chance import Chance
from sandbooks.generate import Generator
from sandbooks.spec import Description, Fault, read_description

NOW = datetime(2026, 1, 31, 9, 15, tzinfo=UTC)
Json = Any  # a JSON value
Schema = dict[str, Json]


class Maker:
    """Makes values of named schemas, and asks the real validator about each.

    Args:
        folder: where the description is written.
        schemas: what stands under `components/schemas`; each is the body and the answer of an operation of its name.
        version: of OpenAPI.
    """

    def __init__(self, folder: Path, schemas: Mapping[str, Schema], *, version: str = "3.0.3") -> None:
        file = folder / "made.json"
        file.write_text(json.dumps(_document(schemas, version)))
        self.description: Description = read_description(file)
        self.generator = Generator(self.description)

    def value(self, name: str, seed: int | str = 7, **options: Any) -> Json:  # as `Generator.value`
        """One value of a schema, which the description's own validator must accept."""
        made = self.generator.value(self.schema(name), Chance(seed).at(name), now=NOW, **options)
        faults = self.faults(name, made, for_answer=options.get("for_answer", True))
        assert not faults, (made, faults)
        return made

    def values(self, name: str, count: int = 50, **options: Any) -> list[Json]:  # as `Generator.value`
        return [self.value(name, seed, **options) for seed in range(count)]

    def document(self, name: str, given: Mapping[str, Json], seed: int | str = 7) -> dict[str, Json]:
        return self.generator.document(self.schema(name), Chance(seed).at(name), now=NOW, given=given)

    def faults(self, name: str, value: Json, *, for_answer: bool = True) -> list[Fault]:
        operation = self.description.operation(name)
        if for_answer:
            return operation.check_answer(200, "application/json", value)
        return operation.check_body("application/json", value)

    def schema(self, name: str) -> Schema:
        return {"$ref": f"#/components/schemas/{name}"}


def obj(*required: str, **properties: Schema) -> Schema:
    """The schema of an object."""
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


def make_one(folder: Path, schema: Schema, *, version: str = "3.0.3", **options: Any) -> Json:  # as `Generator.value`
    """A value of a single schema."""
    return Maker(folder, {"One": schema}, version=version).value("One", **options)


def _document(schemas: Mapping[str, Schema], version: str) -> dict[str, Json]:
    paths = {}
    for name in schemas:
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        answers = {"200": {"description": "As asked.", "content": content}}
        paths[f"/{name}"] = {"post": {"operationId": name, "requestBody": {"content": content}, "responses": answers}}
    return {
        "openapi": version,
        "info": {"title": "Made", "version": "1"},
        "paths": paths,
        "components": {"schemas": dict(schemas)},
    }

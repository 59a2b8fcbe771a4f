"""The pet shop with a pack of a test's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbooks import Pack
from sandbooks.spec import read_description
from sandbooks.vendor import Vendor
from tests.serving import Door, serve

PETSHOP = Path(__file__).parent.parent / "benchmarks" / "petshop.yaml"
FULL = {"Authorization": "Bearer petshop-full"}
LIMITED = {"Authorization": "Bearer petshop-limited"}
REX = {"name": "Rex", "price": 1234.56}


def packed(pack: Pack, **settings: Any) -> Door:  # as `Settings`
    """A pet shop without a pet, whose pack is the test's own; not strict, so that it may answer anything."""
    chosen = {"profile": "empty", "strict": False, **settings}
    return serve(Vendor(pack, read_description(PETSHOP, id="petshop")), **chosen)


def pets(door: Door, sandbox: str = "default") -> list[dict[str, object]]:
    """What is stored in a sandbox."""
    server = door.server
    return list(server.use_sandbox(sandbox).store(server.vendors["petshop"]).table("pets").page().items)

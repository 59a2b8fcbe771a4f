"""What is served for the run: every bundled vendor and every file of the corpus, by one process.

Knows the command line and the control API.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbooks.project import bundled_project
from tests.running import ROOT, running

CORPUS = ROOT / "tests" / "specs"
SLOPPY = frozenset({"relic"})
"""Descriptions that are no valid OpenAPI, on purpose: Schemathesis reads them as they are served, mended."""
SETTINGS = ("--limits", "off", "--seed", "1", "--clock", "2026-01-31T12:00:00Z")


@dataclass(frozen=True, slots=True)
class Served:
    """One description as it is served: where Schemathesis reads it, where it answers, what its credentials send."""

    id: str
    source: str
    base_url: str
    operations: int
    credentials: tuple[Mapping[str, Any], ...]  # as the control API lists them
    schemes: Mapping[str, Any]  # the security schemes of the description, as OpenAPI 3 has them


def corpus() -> dict[str, Path]:
    """The descriptions of the corpus by name: each a file, or a folder with several."""
    found = {file.stem: file for file in CORPUS.iterdir() if file.suffix in (".yaml", ".yml", ".json")}
    folders = {file.parent.name: file for file in CORPUS.glob("*/openapi.yaml")}
    return dict(sorted((found | folders).items()))


@contextmanager
def serving(names: Sequence[str]) -> Iterator[list[Served]]:
    """A server of these vendors and files (none: all there are), with what it says of itself."""
    vendors = {name: ROOT / "specs" / name / "openapi.yaml" for name in bundled_project().vendor_names()}
    known = vendors | corpus()
    chosen = {Path(name).stem: known.get(name) or Path(name).resolve() for name in names} or known
    files = {id: file for id, file in chosen.items() if id not in vendors}
    arguments = [id if id in vendors else str(file) for id, file in chosen.items()]
    named = [word for id in files for word in ("--name", id)]
    with running(*arguments, *named, *SETTINGS) as (port, _process):
        control = f"http://127.0.0.1:{port}/_sandbox"
        credentials = _read(f"{control}/credentials")
        yield [
            Served(
                id=vendor["id"],
                source=f"{control}/specs/{vendor['id']}.json" if vendor["id"] in SLOPPY else str(chosen[vendor["id"]]),
                base_url=vendor["base_url"],
                operations=vendor["operations"],
                credentials=tuple(credentials[vendor["id"]]),
                schemes=_read(f"{control}/specs/{vendor['id']}.json").get("components", {}).get("securitySchemes", {}),
            )
            for vendor in _read(f"{control}/vendors")
        ]


def _read(address: str) -> Any:  # any JSON value
    with urllib.request.urlopen(address, timeout=60) as answer:
        return json.load(answer)

"""The fixtures of a draft: one named document of each collection, and how many there are in all.

Knows what documents look like; must not know where the text is put.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import yaml

from sandbooks.chance import Chance
from sandbooks.generic import seeding_order
from sandbooks.generic.tables import KEY
from sandbooks.seeding import sample_store
from sandbooks.vendor import Vendor

COUNT = 3
"""How many documents a collection has in the demo; one that is named, and others that are made up."""

_HEADING = """\
# What a new sandbox of {name} contains: `sandbooks serve` starts with this profile, `demo`.
#
# `documents` are here word for word, `count` says how many there are in all: the rest is made up by the schema.
# What others refer to stands first. Another file beside this one is another profile (--profile NAME); it may begin
# with `extends: demo`.
"""
_NOTHING = "#\n# The description shows no collection: there is nothing to fill yet.\n"


class _Dumper(yaml.SafeDumper):
    """Writes lists below their key with an indent, as people do, and never an alias."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


def write_fixtures(vendor: Vendor, chance: Chance, now: datetime) -> str:
    """What `fixtures/<vendor>/demo.yaml` holds."""
    store = sample_store(vendor, chance, now)
    parts = [_HEADING.format(name=vendor.id)]
    for name in (each for each in seeding_order(vendor.inference) if each in vendor.tables):
        found = store.table(name).page(limit=1).items
        if not found:
            continue
        document = {key: value for key, value in found[0].items() if key != KEY}
        rows: dict[str, Any] = {"documents": [document]}  # JSON
        if not vendor.inference.resources[name].singleton:
            rows["count"] = COUNT
        parts.append("\n" + _dump({name: rows}))
    return "".join(parts) if len(parts) > 1 else parts[0] + _NOTHING


def _dump(value: dict[str, Any]) -> str:  # JSON
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)

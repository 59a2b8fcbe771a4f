"""The fixtures of a draft: one named document of each collection, and how many there are in all.

Knows what documents look like; must not know where the text is put.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
_NOTHING = "#\n# There is nothing in it yet: the description shows no collection that can be filled.\n"


class _Dumper(yaml.SafeDumper):
    """Writes lists below their key with an indent, as people do, and never an alias."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


def write_fixtures(vendor: Vendor, chance: Chance, now: datetime) -> Iterator[str]:
    """What `fixtures/<vendor>/demo.yaml` may hold: the most first, and what is left where that cannot be filled."""
    named = _sample_documents(vendor, chance, now)
    for counted in (True, False):
        yield _text(vendor, [_entry(vendor, name, found, counted=counted) for name, found in named.items()])
    yield _text(vendor, [])


def _sample_documents(vendor: Vendor, chance: Chance, now: datetime) -> dict[str, dict[str, Any]]:  # stored documents
    """One document of each collection, what others refer to first; an empty one where none can be written down."""
    store = sample_store(vendor, chance, now)
    documents: dict[str, dict[str, Any]] = {}
    for name in seeding_order(vendor.inference):
        found = store.table(name).page(limit=1).items if name in vendor.tables else []
        if found:
            document = {key: value for key, value in found[0].items() if key != KEY}
            documents[name] = {} if vendor.document_faults(name, document) else document
    return {name: _without_dangling(vendor, name, document, documents) for name, document in documents.items()}


def _without_dangling(
    vendor: Vendor, name: str, document: dict[str, Any], named: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:  # as above
    """The document, whose references to nobody are taken away, as far as its schema allows."""
    resources = vendor.inference.resources
    for reference in resources[name].references:
        target = named.get(reference.collection, {}).get(resources[reference.collection].id_property)
        if document.get(reference.property) in (None, target):
            continue
        rest = {key: value for key, value in document.items() if key != reference.property}
        choices = ({**document, reference.property: None}, rest, {**document, reference.property: target})
        document = next((each for each in choices if not vendor.document_faults(name, each)), document)
    return document


def _entry(vendor: Vendor, name: str, document: dict[str, Any], *, counted: bool) -> str:  # as above
    rows: dict[str, Any] = {"documents": [document]} if document else {}
    if not rows or (counted and not vendor.inference.resources[name].singleton):
        rows["count"] = COUNT
    return _dump({name: rows})


def _text(vendor: Vendor, entries: list[str]) -> str:
    heading = _HEADING.format(name=vendor.id)
    return "\n".join([heading, *entries]) if entries else heading + _NOTHING


def _dump(value: dict[str, Any]) -> str:  # JSON
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)

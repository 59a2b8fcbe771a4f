"""How much of a description has memory: its collections, and its operations by how they are answered.

Knows bindings and what was inferred; decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbooks.resources import Refusal
from sandbooks.vendor import Kind, Vendor

MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Coverage:
    """Collections with state, those that are answered by schema and why, and how many operations are of which kind."""

    stateful: tuple[str, ...]
    by_schema: tuple[Refusal, ...]
    operations: Mapping[Kind, int]

    def line(self) -> str:
        """`34 of 41 collections stateful, 7 by schema: name (reason), ...`, and the operations by kind."""
        total = len(self.stateful) + len(self.by_schema)
        told = f"{len(self.stateful)} of {total} collections stateful"
        if self.by_schema:
            named = [f"{each.name} ({each.reason})" for each in self.by_schema[:MOST_NAMED]]
            more = [f"{len(self.by_schema) - MOST_NAMED} more"] if len(self.by_schema) > MOST_NAMED else []
            told += f", {len(self.by_schema)} by schema: {', '.join([*named, *more])}"
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.operations.items())
        return f"{told}; {sum(self.operations.values())} operations: {kinds}"


def measure_coverage(vendor: Vendor) -> Coverage:
    """What a vendor keeps in memory, and what looks like a collection and is not kept."""
    stateful = tuple(vendor.collection_names())
    by_schema = [each for each in vendor.inference.refusals if _is_by_schema(vendor, each)]
    for resource in vendor.inference.resources.values():
        bindings = [
            vendor.bindings[behaviour.operation]
            for behaviour in vendor.inference.behaviours.values()
            if behaviour.resource == resource.name
        ]
        if resource.name not in stateful and all(binding.kind == "schema" for binding in bindings):
            reason = bindings[0].reason if bindings else "no operation reads or changes it"
            by_schema.append(Refusal(resource.name, resource.item_path or resource.collection_path, reason))
    return Coverage(stateful, tuple(by_schema), vendor.behaviours())


def _is_by_schema(vendor: Vendor, refusal: Refusal) -> bool:
    """What a pack has taken in hand, or another collection answers, is not."""
    return all(vendor.bindings[id].kind == "schema" for id in refusal.operations if id in vendor.bindings)

"""What a schema is made of: itself, or what its `$ref` names and what stands beside that.

Knows one description's document; must not know values.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Final

from sandbooks.spec.references import find

if TYPE_CHECKING:
    from sandbooks.spec import Description
    from sandbooks.spec.model import Json, Schema

WHOLES: Final = "wholes"
"""Like `allOf`, but what it lists stands for itself: where others build on a schema, for any of those."""

_LONGEST: Final = 50
_BESIDE: Final = frozenset(
    {"nullable", "readOnly", "writeOnly", "example", "examples", "x-faker", "title", "description", "default"}
)


class References:
    """Follows the references of one description."""

    def __init__(self, description: Description) -> None:
        answers = description.compiler.answers
        self.discriminators = answers.discriminators
        self.alternatives = answers.alternatives
        self._document = description.document
        self._siblings_count = answers.siblings_count
        self._targets: dict[str, Json] = {}

    def target(self, ref: str) -> Json:
        """The schema at a reference; `{}` where nothing stands."""
        if ref not in self._targets:
            try:
                self._targets[ref] = find(self._document, ref)
            except LookupError:
                self._targets[ref] = {}
        return self._targets[ref]

    def beside(self, schema: Schema) -> Schema:
        """What counts beside a `$ref`: everything since 3.1, notes and the like before."""
        if len(schema) == 1:
            return {}
        counts = self._siblings_count
        return {key: each for key, each in schema.items() if key != "$ref" and (counts or key in _BESIDE)}

    def says(self, schema: Json, word: str) -> bool:
        """True when a schema, or one in its chain of references, says `readOnly: true` or the like."""
        for _ in range(_LONGEST):
            if not isinstance(schema, dict):
                return False
            if schema.get(word) is True:
                return True
            ref = ref_of(schema)
            if not ref:
                return False
            schema = self.target(ref)
        return False

    def is_circular(self, schema: Json) -> bool:
        """True when a schema, or one that it refers to, refers back to itself at any place."""
        graph: dict[str, set[str]] = {}
        waiting = _refs_within(schema)
        while waiting:
            ref = waiting.pop()
            graph[ref] = _refs_within(self.target(ref))
            waiting |= graph[ref] - graph.keys()
        try:
            TopologicalSorter(graph).prepare()
        except CycleError:
            return True
        return False


def _refs_within(schema: Json) -> set[str]:
    """Every reference that is written in a schema."""
    found, waiting = set(), [schema]
    while waiting:
        node = waiting.pop()
        if ref := ref_of(node):
            found.add(ref)
        waiting += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return found


def ref_of(schema: Json) -> str:
    """`#/components/schemas/Pet` of a reference; empty for a schema that is written in place."""
    ref = schema.get("$ref") if isinstance(schema, dict) else None
    return ref if isinstance(ref, str) else ""


def ref_name(schema: Json) -> str:
    """`Pet` of `#/components/schemas/Pet`; empty for a schema that is written in place."""
    return ref_of(schema).rsplit("/", 1)[-1]

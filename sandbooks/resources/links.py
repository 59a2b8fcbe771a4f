"""What links tell of documents: which property a path parameter is, which calls make them, what refers to them.

Knows links and envelopes; must not know collections.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbooks.resources.bodies import answer_schema, request_schema
from sandbooks.resources.envelopes import LIKE, Spot, find_spots, overlap
from sandbooks.resources.model import Place, Schema
from sandbooks.resources.paths import VALUE, Group, Template
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import split_words, squeeze
from sandbooks.spec import Description, Link, Operation

Key = tuple[str, ...]
Hints = Mapping[Key, "list[Hint]"]
"""By the key of a path that ends in the parameter: `("pets", "{}")`."""


OWN_KIND = frozenset({"parent", "original", "previous", "next", "source", "linked", "related", "root"})
"""Words before an id that name another document of the same kind."""


@dataclass(frozen=True, slots=True, eq=False)
class Hint:
    """A link as a witness: the value at `place` of a body of `source` names the document that a path reads.

    `schema` is that of the body; `title` says which link it is, for reasons.
    """

    title: str
    source: Operation
    schema: Schema
    place: Place


def find_hints(description: Description, groups: list[Group]) -> Hints:
    """What the links of a description tell of its paths, in the order of the description."""
    hints: dict[Key, list[Hint]] = {}
    if not description.links:
        return hints
    operations = {operation.id: operation for group in groups for operation in group.operations.values()}
    templates = {operation.id: group.template for group in groups for operation in group.operations.values()}
    for link in description.links:
        source, template = operations.get(link.source), templates.get(link.target)
        if source is not None and template is not None:
            for key, hint in _hints_of(link, source, template):
                hints.setdefault(key, []).append(hint)
    return hints


def told_property(schemas: Schemas, hint: Hint, document: Schema, names: frozenset[str] | set[str]) -> str:
    """The property of a document by which a link names it, dotted; empty where it reads something else.

    Args:
        names: of schemas that show such a document. What a link reads from another kind of document is a reference.
    """
    for spot, rest in _readings(schemas, hint):
        is_same = spot.name in names if spot.name else overlap(schemas, spot.schema, document) >= LIKE
        if (
            is_same
            and not OWN_KIND & {*split_words(rest[-1])}
            and scalar_at(schemas, document, rest, through_arrays=False)
        ):
            return ".".join(rest)
    return ""


def told_places(schemas: Schemas, hint: Hint) -> Iterator[tuple[Place, bool]]:
    """Where the value may stand in a document, the innermost reading first, and whether it is one of several there."""
    for spot, rest in _readings(schemas, hint):
        if scalar_at(schemas, spot.schema, rest):
            yield rest, hint.place[-1].isdecimal()


def makes_document(schemas: Schemas, hint: Hint, document: Schema, names: frozenset[str] | set[str]) -> bool:
    """The call that shows the link takes or answers (more than the id of) the document that the link leads to.

    Args:
        names: of schemas that show such a document.
    """
    if hint.source.method != "POST":
        return False
    bodies = (hint.schema, request_schema(hint.source))
    spots = [spot for body in bodies for spot in find_spots(schemas, body) if spot.envelope.kind == "item"]
    return any((spot.name and spot.name in names) or _shares(schemas, spot.schema, document) for spot in spots)


def scalar_at(schemas: Schemas, schema: Schema, place: Place, *, through_arrays: bool = True) -> bool:
    """The schema shows a single value at a place; arrays on the way and at the end may stand for their elements."""
    found: Schema | None = schema
    for name in place:
        found = schemas.properties(found).get(name)
        if found is None:
            return False
        found = (schemas.items(found) if through_arrays else None) or found
    return schemas.kind(found) in ("string", "integer", "number", "")


def _hints_of(link: Link, source: Operation, template: Template) -> Iterator[tuple[Key, Hint]]:
    ends = [index + 1 for index, part in enumerate(template.key) if part == VALUE]
    title = f"link `{link.name}` of `{source.method} {source.path}`"
    for name, expression in link.parameters.items():
        if expression.part != "body" or not expression.place or name not in template.parameters:
            continue
        body = (
            request_schema(source) if expression.source == "request" else answer_schema(source, _status(link, source))
        )
        if body is not None:
            end = ends[template.parameters.index(name)]
            yield template.key[:end], Hint(title, source, body, expression.place)


def _status(link: Link, source: Operation) -> int:
    digits = link.status.replace("X", "0")
    return int(digits) if digits.isdecimal() else source.success


def _readings(schemas: Schemas, hint: Hint) -> Iterator[tuple[Spot, Place]]:
    """The documents around the value, the innermost first, and the steps from each to it."""
    steps = tuple(step for step in hint.place if not step.isdecimal())
    for spot in reversed(find_spots(schemas, hint.schema)):
        around = (*spot.envelope.path, *spot.envelope.inner)
        if steps[: len(around)] == around and len(steps) > len(around):
            yield spot, steps[len(around) :]


def _shares(schemas: Schemas, one: Schema, document: Schema) -> bool:
    """Two documents are alike in more than an id."""
    names = {squeeze(name) for name in schemas.properties(one)}
    own = {squeeze(name) for name in schemas.properties(document)}
    return len(names & own) > 1 and overlap(schemas, one, document) >= LIKE

"""One operation before the rules: where its path stands to a collection, what its bodies hold.

Knows resources and envelopes; decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sandbooks.resources.bodies import answer_schema, request_schema, success_statuses
from sandbooks.resources.drafts import Draft
from sandbooks.resources.envelopes import WRAPPERS, Spot, choose_many, choose_one, find_spots, one_or_several
from sandbooks.resources.model import Behaviour, Envelope, Input, Parent, Part, Resource, Role, Schema
from sandbooks.resources.paths import VALUE, Group, read_template
from sandbooks.resources.properties import Properties
from sandbooks.resources.schemas import Schemas, branches_of
from sandbooks.resources.words import squeeze, stem
from sandbooks.spec import Operation

SIMILAR = 0.3  # so much of a body must be named like the document to be (a part of) one


@dataclass(frozen=True, slots=True)
class Known:
    """A collection with all that the rules ask of it."""

    draft: Draft
    resource: Resource
    parents: dict[tuple[str, ...], tuple[Parent, ...]] = field(default_factory=dict)  # by the key of a path
    found: dict[str, Properties] = field(default_factory=dict)  # looked into once, by the name of the collection

    def properties(self, schemas: Schemas) -> Properties:
        """The properties of one document, by what people call them."""
        name = self.resource.name
        if name not in self.found:
            fields = self.resource.fields
            self.found[name] = Properties(schemas, self.resource.schema, fields=fields, noun=self.draft.noun)
        return self.found[name]


@dataclass(frozen=True, slots=True)
class Case:
    """An operation, the collection that its path belongs to, and where it stands to it.

    position: `list` the collection's path; `item` one document's; `below_list`, `below_item` one segment (or a verb
        after a colon) further, which is `word`; `inside` that of an object in a document, which is `part`; `linked`
        elsewhere, with the link `word` to one document's; `alternate` one document's by another property; empty: no
        collection.
    """

    schemas: Schemas
    operation: Operation
    group: Group
    known: Known | None = None
    position: str = ""
    word: str = ""
    part: Part | None = None

    @property
    def method(self) -> str:
        """The method, with HEAD as the GET that it is, and a verb in the path as the method that it means."""
        meant = next((method for method, each in self.group.operations.items() if each is self.operation), "")
        return "GET" if meant == "HEAD" else meant

    @property
    def text(self) -> str:
        """What the description says of the operation, its id first."""
        return f"{self.operation.id} {self.operation.summary} {self.operation.description}"

    @property
    def resource(self) -> Resource:
        """The collection; only for a case that has one."""
        assert self.known is not None
        return self.known.resource

    @property
    def draft(self) -> Draft:
        """What the collection was understood from; only for a case that has one."""
        assert self.known is not None
        return self.known.draft

    @property
    def title(self) -> str:
        """The operation as reasons name it: `GET /pets/{petId}`."""
        return f"`{self.operation.method.upper()} {self.operation.path}`"

    @property
    def id_input(self) -> Input | None:
        """The path parameter that names the document; None where the path names none, or whoever calls."""
        if self.position not in ("item", "below_item", "inside"):
            return None
        depth = self.group.template.key.count(VALUE)
        return Input((self.parameters[depth - 1],), "path") if depth else None

    @property
    def key(self) -> str:
        """The property by which the path names the document, where that is not the id; else empty.

        `/orders/{orderNumber}` beside `/orders/{id}` is of the documents that have an `orderNumber`.
        """
        if self.position != "item" or self.known is None or self.draft.naming is None or not self.parameters:
            return ""
        parameter = self.parameters[-1]
        found = self.properties().exact(parameter)
        is_usual = squeeze(parameter) == squeeze(self.draft.naming.parameter)
        return "" if is_usual or found is None or found.name == self.resource.id_property else found.name

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters of the operation's own path; others on the same path may name them otherwise."""
        return read_template(self.operation.path).parameters

    def parents(self) -> tuple[Parent, ...]:
        """The parents that the path names."""
        if self.known is None:
            return ()
        key = self.group.template.key
        if self.position.startswith(("below", "inside")):
            while key and key not in self.known.parents:
                key = key[:-1]
        elif self.position == "alternate":
            key = key[:-2]
        own = dict(zip(self.group.template.parameters, self.parameters, strict=False))
        return tuple(
            replace(parent, parameter=own.get(parent.parameter, parent.parameter))
            for parent in self.known.parents.get(key, ())
        )

    def properties(self) -> Properties:
        """The properties of one document, by what people call them."""
        assert self.known is not None
        return self.known.properties(self.schemas)

    def fits(self, schema: Schema) -> bool:
        """The schema shows the id of a document of the collection."""
        if self.draft.free:
            return True
        if self.resource.singleton:
            return self.similar(schema)
        shown = self.resource.id_hidden or self.draft.unnamed or self._shows_id(schema)
        return shown and self.similar(schema)

    def _shows_id(self, schema: Schema) -> bool:
        """The id has a property in it; an object of that name is a thing inside it, unless the id stands in such."""
        name, _, inner = self.resource.id_property.partition(".")
        return any(
            squeeze(each) == squeeze(name) and (inner or self.schemas.kind(value) not in ("object", "array"))
            for each, value in self.schemas.properties(schema).items()
        )

    def similar(self, schema: Schema) -> bool:
        """The schema could be a document of the collection, or a part of one."""
        branches = branches_of(self.schemas.resolve(schema), ("anyOf", "oneOf"))
        if any(self.schemas.name(branch) in self.wanted for branch in branches):
            return True
        names, own = self.schemas.words(schema), self.schemas.words(self.resource.schema)
        return self.draft.free or (bool(names) and len(names & own) / len(names) >= SIMILAR)

    def answer_of(self, status: int, *, several: bool = False) -> Envelope:
        """How one document (or those of a bulk call) is wrapped in the answer; with `several`, either of both."""
        schema = answer_schema(self.operation, status)
        if schema is None:
            return Envelope("empty")
        spots = find_spots(self.schemas, schema)
        spot = choose_one(spots, self.draft.noun, self.wanted, self.fits)
        if spot is None:
            return Envelope("other")
        return one_or_several(self.schemas, spots, spot) if several else spot.envelope

    def listed(self, *, sure: bool) -> Spot | None:
        """The array of documents in the answer."""
        spots = find_spots(self.schemas, answer_schema(self.operation, self.success()))
        return choose_many(spots, self.draft.noun, self.wanted, sure=sure)

    def sent(self) -> Spot | None:
        """The place of the document (or documents) in the request body; None when it holds none."""
        spots = find_spots(self.schemas, request_schema(self.operation))
        whole = self._is_whole(spots[0]) if spots else False
        ranked = [(self._rank_sent(spot, whole=whole), -len(spot.envelope.path), spot) for spot in spots]
        if not ranked:
            return None
        rank, _, best = max(ranked, key=lambda entry: entry[:2])
        return best if rank >= 4 else None

    @property
    def wanted(self) -> frozenset[str]:
        """The names of schemas that show one document, and the addresses of those without."""
        return frozenset(self.draft.schema_names | self.draft.addresses)

    def success(self, *preferred: int) -> int:
        """The status to answer: the first of the preferred ones that is documented, else the documented one."""
        documented = success_statuses(self.operation)
        return next((status for status in preferred if status in documented), self.operation.success)

    def infer(self, role: Role, reason: str) -> Behaviour:
        """The beginning of a yes: what every rule says alike."""
        return Behaviour(
            operation=self.operation.id,
            kind="inferred",
            role=role,
            resource=self.resource.name,
            reason=reason,
            id=self.id_input,
            key=self.key,
            is_callers=self.id_input is None and self.position in ("item", "below_item"),
            parents=self.parents(),
            success=self.success(),
        )

    def _is_whole(self, spot: Spot) -> bool:
        """The body itself names properties of the document, so that an object inside it is but one of them."""
        own = {squeeze(name) for name in self.schemas.properties(self.resource.schema)}
        sent = self.schemas.properties(spot.schema)
        values = {squeeze(name) for name, inner in sent.items() if self.schemas.is_value(inner)}
        return not spot.envelope.path and bool(values & own)

    def _rank_sent(self, spot: Spot, *, whole: bool) -> int:
        if spot.envelope.kind == "map":
            return 0
        rank = 12 if spot.is_one_of(self.wanted) else 0
        if self.similar(spot.schema) or not self.schemas.properties(spot.schema):
            if spot.last and stem(spot.last) == self.draft.noun:
                rank += 6
            elif not spot.envelope.path:
                rank += 5
            elif len(spot.envelope.path) == 1 and (not whole or squeeze(spot.last) in WRAPPERS):
                rank += 4
        return rank

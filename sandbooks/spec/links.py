"""Links of answers: which operation each leads to, and which values of the answer are its parameters.

Knows how OpenAPI writes them, and reports those that lead nowhere; must not know what operations do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

from sandbooks.spec.expressions import Expression, read_template
from sandbooks.spec.model import Json, Link, escape, is_json
from sandbooks.spec.operation import Operation
from sandbooks.spec.parts import Parts, Unusable, text, without_extensions
from sandbooks.spec.references import UNRESOLVED
from sandbooks.spec.shapes import Shapes
from sandbooks.spec.wording import shorten


class Links:
    """Reads the links of all operations of one document."""

    def __init__(self, parts: Parts, operations: Sequence[Operation], base_path: str) -> None:
        self.parts = parts
        self.operations = operations
        self.by_id = {operation.id: operation for operation in operations}
        self.by_place = {_place_of(operation, base_path): operation for operation in operations}
        self.shapes = Shapes(parts.document)

    def read(self) -> Iterator[Link]:
        """Every link that leads to an operation; what else is wrong with one is reported."""
        for place, operation in self.by_place.items():
            responses = operation.raw.get("responses")
            if not isinstance(responses, dict):
                continue
            for status in operation.responses:
                written = next((key for key in responses if key.upper() == status.upper()), status)
                yield from self._of_response(operation, status, responses.get(written), f"{place}/responses/{written}")

    def _of_response(self, source: Operation, status: str, response: Json, place: str) -> Iterator[Link]:
        raw = self.parts.follow(response)
        if not isinstance(raw, dict) or "links" not in raw:
            return
        place = self.parts.place_of(response, place)
        try:
            for name, link, at in self.parts.entries(without_extensions(raw["links"]), f"{place}/links"):
                target = None if UNRESOLVED in link else self._target(link, at)
                if target is not None:
                    parameters = dict(self._parameters(link.get("parameters"), source, status, target, at))
                    yield Link(name, source.id, status, target.id, parameters)
        except Unusable as problem:
            self.parts.findings.append(problem.finding)

    def _target(self, link: Mapping[str, Json], place: str) -> Operation | None:
        """The operation that a link leads to; None, with a finding, where there is none."""
        id, ref = link.get("operationId"), link.get("operationRef")
        if (id is None) == (ref is None):
            said = "neither operationId nor operationRef" if id is None else "both operationId and operationRef"
            self.parts.error(place, f"the link has {said}: one is wanted")
            return None
        if isinstance(ref, str) and not ref.startswith("#"):
            self.parts.warn(f"{place}/operationRef", f"{ref!r} leads out of the description: the link is not used")
            return None
        found = self.by_id.get(text(id)) if ref is None else self.by_place.get(unquote(text(ref)[1:]))
        if found is None:
            key, wanted = ("operationId", id) if ref is None else ("operationRef", ref)
            self.parts.error(f"{place}/{key}", f"the link leads to {shorten(wanted)}, which is no operation here")
        return found

    def _parameters(
        self, value: Json, source: Operation, status: str, target: Operation, place: str
    ) -> Iterator[tuple[str, Expression]]:
        """The parameters whose values come from the call or its answer; a constant says nothing of either."""
        place = f"{place}/parameters"
        for written, given in self.parts.mapping(value, place)[0].items():
            at = f"{place}/{escape(written)}"
            name = _name_in(target, written)
            expression = _expression(given)
            if name is None:
                self.parts.error(at, f"{target.id} has no parameter {written!r}")
            elif expression is not None and expression.source == "nothing":
                self.parts.error(at, f"{expression.text!r} is no runtime expression")
            elif expression is not None:
                self._check_shown(expression, source, status, at)
                yield name, expression

    def _check_shown(self, expression: Expression, source: Operation, status: str, place: str) -> None:
        """Report what the documented body does not show."""
        if (expression.source, expression.part) != ("response", "body"):
            return
        content = source.responses[status].content
        schema = next((media.schema for name, media in content.items() if is_json(name)), None)
        for step in expression.place if schema is not None else ():
            shape = self.shapes.of(schema or {})
            if "array" in shape.types and step.isdecimal():
                schema = shape.items
            elif not shape.properties or shape.extra:
                return
            elif step not in shape.properties:
                self.parts.warn(place, f"{expression.text!r}: the answer {status} of {source.id} shows no {step!r}")
                return
            else:
                schema = shape.properties[step]


def _place_of(operation: Operation, base_path: str) -> str:
    """Where an operation stands in the document, as a JSON pointer."""
    return f"/paths/{escape(operation.path[len(base_path) :])}/{operation.method.lower()}"


def _name_in(target: Operation, written: str) -> str | None:
    """The parameter that a link means: `id`, or `path.id`; None where the operation has none of that name."""
    for parameter in target.parameters:
        if written in (parameter.name, f"{parameter.location}.{parameter.name}"):
            return parameter.name
    return None


def _expression(given: Json) -> Expression | None:
    """The expression that is the whole of a value; None for a constant, and for a text around expressions."""
    parts = read_template(given).parts if isinstance(given, str) else ()
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Expression) else None

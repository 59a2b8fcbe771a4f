"""The first handler of a draft: for one real operation, so that it works as it stands and is easy to change.

Knows what an operation does; must not know what else a pack declares.
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbooks.drafting.python import LONGEST_LINE, function_name, one_line, quoted
from sandbooks.generic.shapes import kind_of
from sandbooks.resources.words import singular, split_words
from sandbooks.spec import Operation, is_json
from sandbooks.vendor import Vendor

ROLES = ("create", "action", "update", "replace", "singleton", "get", "list")
"""What the first handler is written for, the best first."""

_TAKEN = frozenset({"pack", "call", "described", "reply", "subscribers", "act"})
_SAMPLES = {"string": quoted("refuse me"), "integer": "1_000", "number": "1_000", "boolean": "True"}
_HAPPENED = {"create": "created", "copy": "created", "update": "updated", "replace": "updated", "delete": "deleted"}


def choose_operation(vendor: Vendor) -> Operation | None:
    """The one whose handler shows most: what makes a document before what changes, and that before what reads one.

    None where the description has no operation.
    """
    subscriptions = {each.resource for each in vendor.inference.subscriptions}

    def rank(operation: Operation) -> tuple[bool, bool, int]:
        behaviour = vendor.inference.behaviours[operation.id]
        place = ROLES.index(behaviour.role) if behaviour.role in ROLES else len(ROLES)
        return behaviour.kind != "inferred" or behaviour.many, behaviour.resource in subscriptions, place

    return min(vendor.description.operations, key=rank, default=None)


def write_handler(vendor: Vendor, operation: Operation) -> str:
    """A function that answers as described, with what may be done before and after as comments."""
    spelling = quoted(_spelling(vendor, operation))
    decorator = f"@pack.extends({spelling})"
    if len(decorator) > LONGEST_LINE:
        decorator = f"@pack.extends(\n    {spelling},\n)"
    name = function_name(operation.id, _TAKEN)
    signature = f"def {name}(call: Call, described: Handler) -> Reply:"
    if len(signature) > LONGEST_LINE:
        signature = f"def {name}(\n    call: Call,\n    described: Handler,\n) -> Reply:"
    return "\n".join(
        [
            decorator,
            signature,
            f'    """{_summary(operation)}"""',
            *(f"    # {line}" for line in _before(vendor, operation)),
            "    reply = described(call)",
            *(f"    # {line}" for line in _after(vendor, operation)),
            "    return reply\n",
        ]
    )


def _spelling(vendor: Vendor, operation: Operation) -> str:
    """Its operationId, or method and path where the description gives it none."""
    named = f"is called {operation.id!r}"
    if any(finding.message.endswith(named) for finding in vendor.description.findings):
        return f"{operation.method} {operation.path.removeprefix(vendor.description.base_path)}"
    return operation.id


def _summary(operation: Operation) -> str:
    said = operation.summary.strip().rstrip(".") or f"{operation.method} {operation.path}"
    return f"{one_line(said, 50)}: as described, and what the vendor does besides."


def _before(vendor: Vendor, operation: Operation) -> Iterator[str]:
    """How a call is refused before anything is stored."""
    refusal = 'raise Unprocessable("what is wrong, and what to do about it", code="a-code")'
    yield "Before: refuse what the vendor refuses. A problem that is raised undoes the call."
    condition = _condition(vendor, operation)
    if condition:
        yield f"if {condition}:"
        yield f"    {refusal}"
    else:
        yield refusal


def _condition(vendor: Vendor, operation: Operation) -> str:
    """One that reads a member of the body, or else a parameter; empty where there is no plain value."""
    for media_type, media in (operation.body.content if operation.body else {}).items():
        shape = vendor.shapes.shape(media.schema)
        for name, schema in shape.properties.items() if is_json(media_type) else ():
            plain = vendor.shapes.plain(schema)
            if kind_of(plain) in _SAMPLES and not plain.get("readOnly"):
                body = "call.body" if operation.body and operation.body.required else "(call.body or {})"
                return f"{body}.get({quoted(name)}) == {_SAMPLES[kind_of(plain)]}"
    for parameter in operation.parameters:
        kind = kind_of(vendor.shapes.plain(parameter.schema))
        if parameter.location in ("path", "query") and kind in _SAMPLES:
            return f"call.{parameter.location}.get({quoted(parameter.name)}) == {_SAMPLES[kind]}"
    return ""


def _after(vendor: Vendor, operation: Operation) -> Iterator[str]:
    """What is done with the answer: an event leaves, or the journal says something."""
    behaviour = vendor.inference.behaviours[operation.id]
    if behaviour.kind == "inferred" and behaviour.role not in ("get", "list", "count", "part") and behaviour.resource:
        words = split_words(behaviour.resource.rpartition(".")[2])
        thing = "_".join((*words[:-1], singular(words[-1]))) if words else "document"
        yield "After: change the answer, store more (call.collection), announce it (webhooks)."
        yield f"call.emit(Event({quoted(f'{thing}.{_HAPPENED.get(behaviour.role, "changed")}')}, reply.body))"
    else:
        yield "After: change the answer, or say something in the journal."
        yield 'call.note("which rule made this answer")'

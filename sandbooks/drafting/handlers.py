"""The first handler of a draft: for one real operation, so that it works as it stands and is easy to change.

Knows what an operation does; must not know what else a pack declares.
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbooks.drafting.python import LONGEST_LINE, function_name, one_line, quoted
from sandbooks.generic.shapes import kind_of
from sandbooks.resources.words import singular, split_words
from sandbooks.spec import Operation, Schema
from sandbooks.vendor import Vendor

ROLES = ("create", "action", "update", "replace", "singleton", "get", "list")
"""What the first handler is written for, the best first."""

_TAKEN = frozenset({"pack", "call", "described", "reply", "subscribers", "act"})
_SAMPLES = {"string": quoted("refuse me"), "integer": "1_000", "number": "1_000", "boolean": "True"}
_HAPPENED = {"create": "created", "copy": "created", "update": "updated", "replace": "updated", "delete": "deleted"}


def choose_operation(vendor: Vendor) -> Operation | None:
    """The one whose handler shows most: what makes a document before what changes, and that before what reads one; of
    those a document that refers to others.

    None where the description has no operation.
    """
    subscriptions = {each.resource for each in vendor.inference.subscriptions}

    def rank(operation: Operation) -> tuple[bool, bool, int, bool]:
        behaviour = vendor.inference.behaviours[operation.id]
        resource = vendor.inference.resources.get(behaviour.resource or "")
        place = ROLES.index(behaviour.role) if behaviour.role in ROLES else len(ROLES)
        is_odd = behaviour.kind != "inferred" or behaviour.many
        return is_odd, behaviour.resource in subscriptions, place, not (resource and resource.references)

    return min(vendor.description.operations, key=rank, default=None)


def write_handler(vendor: Vendor, operation: Operation) -> str:
    """A function that answers as described, with what may be done before and after as comments."""
    spelling = _spelling(vendor, operation)
    decorator = f"@pack.extends({quoted(spelling)})"
    if len(decorator) > LONGEST_LINE:
        decorator = f"@pack.extends(\n    {quoted(spelling)},\n)"
    name = function_name(spelling, _TAKEN)
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
    body = "call.body" if operation.body and operation.body.required else "(call.body or {})"
    inputs = [
        (f"{body}.get({quoted(name)})", schema)
        for media in (operation.body.content.values() if operation.body else ())
        for name, schema in vendor.shapes.shape(media.schema).properties.items()
    ]
    inputs += [
        (f"call.{parameter.location}.get({quoted(parameter.name)})", parameter.schema)
        for parameter in operation.parameters
        if parameter.location in ("path", "query")
    ]
    tests = [(held, _sample(vendor.shapes.plain(schema))) for held, schema in inputs]
    return next((f"{held} == {sample}" for held, sample in tests if sample), "")


def _sample(plain: Schema) -> str:
    """A value that such a member may have, as a literal; empty for what is no plain value, or not the caller's."""
    if plain.get("readOnly"):
        return ""
    values = [value for value in plain.get("enum") or () if isinstance(value, str)]
    return quoted(values[0]) if values else _SAMPLES.get(kind_of(plain), "")


def _after(vendor: Vendor, operation: Operation) -> Iterator[str]:
    """What is done with the answer: an event leaves, or the journal says something."""
    behaviour = vendor.inference.behaviours[operation.id]
    if behaviour.kind == "inferred" and behaviour.role not in ("get", "list", "count", "part") and behaviour.resource:
        words = split_words(behaviour.resource.rpartition(".")[2])
        thing = "_".join((*words[:-1], singular(words[-1]))) if words else "document"
        yield "After: change the answer, store more (call.collection), announce it (webhooks)."
        event = f"{thing}.{_HAPPENED.get(behaviour.role, 'changed')}"
        yield f"call.emit(Event({quoted(event)}, reply.body))"
    else:
        yield "After: change the answer, or say something in the journal."
        yield 'call.note("which rule made this answer")'

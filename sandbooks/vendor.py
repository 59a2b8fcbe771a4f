"""A vendor ready to be served: its pack, its description, and for every operation the function that answers.

Everything that can be decided once is decided here; knows neither the server nor a single sandbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Literal

from sandbooks.bodies import check_value
from sandbooks.editions import Edition
from sandbooks.errors import StartupError
from sandbooks.generate import Generator
from sandbooks.generic import DESCRIBED_WEBHOOKS, Notifier, Notify, handler_for, table_for, unsent_reason
from sandbooks.generic.refusals import DescribedErrors
from sandbooks.generic.shapes import Shapes
from sandbooks.pack import TENANT_MARK, Call, Caller, Coded, Collection, Handler, Pack, Webhooks, handlers_by_operation
from sandbooks.resources import Behaviour, Inference, read_resources
from sandbooks.spec import Description, Fault, Notification, Operation
from sandbooks.store import TableSchema
from sandbooks.traffic.auth import Authenticator, authorise

Kind = Literal["coded", "inferred", "schema"]


@dataclass(frozen=True, slots=True)
class Binding:
    """One operation and what answers it; `reason` is the sentence that `sandbooks routes` prints.

    Where `checked` is False parameters and body reach the handler as they were sent. Where `infers` is true the
    operation keeps documents as the description shows them, by itself or beneath the pack's function.
    `notify` says what a call makes the server send, as the description has it; None where that is nothing. `why` is
    what the journal says of each call.
    """

    operation: Operation
    handler: Handler
    kind: Kind
    reason: str
    collection: str | None = None
    notify: Notify | None = None
    checked: bool = True
    infers: bool = False
    why: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "why", f"{self.kind}: {self.reason}")


class Vendor:
    """One vendor of a server.

    Args:
        edition: what its pack was imported as, where that can be let go.

    Raises:
        StartupError: a handler or a limit for an unknown operation, a duty for an unknown collection, a collection
            whose schema the description lacks.
    """

    def __init__(self, pack: Pack, description: Description, edition: Edition | None = None) -> None:
        self.id = pack.name
        self.edition = edition
        self.pack = pack
        self.description = description
        self.generator = Generator(description)
        self.shapes = Shapes(description)
        self.envelope = pack.envelope or DescribedErrors(description, self.generator, self.shapes)
        self.authenticator = Authenticator(self.id, description.security_schemes, pack.schemes)
        self.knows_callers = any(operation.security for operation in description.operations)
        self.authorise: Callable[[Caller, Operation], None] = pack.authorise or authorise
        self.bindings = {binding.operation.id: binding for binding in self._bind()}
        self.tables = self._tables()
        self.table_schema = partial(schema_in, self.tables)  # of any table's name
        self._check_names()
        self.webhooks: Webhooks | None = pack.webhooks or self._described_webhooks()

    @cached_property
    def inference(self) -> Inference:
        """What the description shows of collections; read once it is asked for, since coded operations need none."""
        return read_resources(self.description)

    @property
    def base_url(self) -> str:
        """The path below which the vendor's own paths start: `/petstore`, or `/petstore/api/v3`."""
        return f"/{self.id}{self.description.base_path}"

    def collection_names(self) -> list[str]:
        """Every collection that the vendor keeps, alphabetically."""
        return sorted(self.tables)

    def behaviours(self) -> dict[Kind, int]:
        """How many operations answer in which way."""
        kinds = [binding.kind for binding in self.bindings.values()]
        return {"coded": kinds.count("coded"), "inferred": kinds.count("inferred"), "schema": kinds.count("schema")}

    def notifications(self) -> Iterator[tuple[str, str, str]]:
        """What the description has the vendor send: which kind, its name, and when or to whom or why not."""
        if self.pack.webhooks is not None:
            return
        for operation in self.description.operations:
            for callback in operation.callbacks:
                address = callback.address.text if callback.address is not None else ""
                yield "callback", callback.name, f"after {operation.id}, to {address}{self._unsent(callback)}"
        unsent = {each.name: self._unsent(each) for each in self.description.webhooks}
        for occasion in self.inference.occasions:
            yield "webhook", occasion.event, f"{occasion.reason}{unsent.get(occasion.event, '')}"
        for subscription in self.inference.subscriptions:
            yield "webhook", subscription.resource, subscription.reason

    def part_of(self, call: Call, operation: str, body: object, path: Mapping[str, object]) -> tuple[Call, Handler]:
        """The call of another operation as a part of a call, checked, and what answers it; as `Call.perform`.

        Raises:
            Invalid: the body does not fit, or is missing.
            LookupError: the description has no such operation, or other path parameters for it.
        """
        id = self._spellings.get(operation)
        if id is None:
            raise LookupError(f"{self.id} has no operation {operation!r}")
        found, handler = self.bindings[id].operation, self.bindings[id].handler
        names = [each.name for each in found.parameters if each.location == "path"]
        if path.keys() != set(names):
            raise LookupError(f"{operation!r} has the path parameters {names}, not {[*path]}")
        content, given = check_value(found, body), found.reader().defaults()
        part = replace(
            call,
            operation=found,
            path=path,
            query=given.query,
            headers=given.header,
            cookies=given.cookie,
            body=content.value,
            media_type=content.media_type,
            accept="",
        )
        return part, handler

    def schema_of(self, collection: str) -> dict[str, object] | None:
        """The schema that a stored document of a collection fits; None where none is known."""
        declared = self.pack.collections.get(collection)
        if declared is not None:
            return {"$ref": f"#/components/schemas/{declared.schema}"} if declared.schema else None
        resource = self.inference.resources.get(collection)
        return resource.schema if resource is not None else None

    def document_faults(self, collection: str, document: Mapping[str, object]) -> list[Fault]:
        """Where a stored document does not fit its collection's schema; what the store alone keeps is passed over."""
        schema = self.schema_of(collection)
        if schema is None:
            return []
        shown = {name: value for name, value in document.items() if not name.startswith("_")}
        faults = self.description.check(schema, shown)
        resource = self.inference.resources.get(collection) if faults else None
        if resource is None or not resource.hidden:
            return faults
        return self.description.check(schema, {k: v for k, v in shown.items() if k not in resource.hidden})

    def _unsent(self, notification: Notification) -> str:
        why = unsent_reason(notification, self.inference)
        return f"; is not sent: {why}" if why else ""

    def _described_webhooks(self) -> Webhooks | None:
        notifies = any(binding.notify is not None for binding in self.bindings.values())
        return DESCRIBED_WEBHOOKS if notifies else None

    def _bind(self) -> Iterable[Binding]:
        handlers = handlers_by_operation(self.pack, self._spellings)
        replaced = {id for id, coded in handlers.items() if not coded.extends}
        all_replaced = all(operation.id in replaced for operation in self.description.operations)
        behaviours = {} if all_replaced else self.inference.behaviours
        kept = {each.resource for id, each in behaviours.items() if each.kind == "inferred" and id not in replaced}
        for operation in self.description.operations:
            coded = handlers.get(operation.id)
            if coded is not None and not coded.extends:
                yield self._bind_coded(operation, coded)
                continue
            behaviour = behaviours[operation.id]
            if behaviour.kind == "schema" and any(parent.collection not in kept for parent in behaviour.parents):
                behaviour = replace(behaviour, parents=())  # the pack keeps them elsewhere
            described = self._bind_generic(operation, behaviour)
            yield described if coded is None else _extended(described, coded)

    def _bind_coded(self, operation: Operation, coded: Coded) -> Binding:
        notify = self._notify(operation, changes=True)
        return Binding(
            operation, coded.function, "coded", coded.reason, coded.collection, notify, checked=coded.checked
        )

    def _bind_generic(self, operation: Operation, behaviour: Behaviour) -> Binding:
        resource = self.inference.resources.get(behaviour.resource or "")
        handler = handler_for(operation, behaviour, resource, self.inference)
        infers = behaviour.kind == "inferred"
        notify = self._notify(operation, changes=infers)
        name = resource.name if resource is not None else None
        return Binding(operation, handler, behaviour.kind, behaviour.reason, name, notify, infers=infers)

    @cached_property
    def _spellings(self) -> dict[str, str]:
        return _spellings(self.description)

    @cached_property
    def _notifier(self) -> Notifier:
        return Notifier(self.inference)

    def _notify(self, operation: Operation, *, changes: bool) -> Notify | None:
        """What the description has an operation send; a pack that declares webhooks speaks for itself."""
        return None if self.pack.webhooks is not None else self._notifier.of(operation, changes=changes)

    def _check_names(self) -> None:
        """
        Raises:
            StartupError: a limit or a duty of what is not there.
        """
        for operation in self.pack.body_limits.keys() - self.bindings.keys():
            raise StartupError(f"body limit for unknown operation {operation!r} of {self.id}")
        for duty in self.pack.duties:
            if duty.collection not in self.tables:
                raise StartupError(f"duty for unknown collection {duty.collection!r} of {self.id}")

    def _inferred_names(self) -> list[str]:
        """The inferred collections that are in use: those that only coded operations touch are the pack's business."""
        ids = [id for id, binding in self.bindings.items() if binding.infers]
        if not ids:
            return []
        resources = self.inference.resources
        behaviours = [self.inference.behaviours[id] for id in ids]
        used = {behaviour.resource for behaviour in behaviours}
        used |= {parent.collection for behaviour in behaviours for parent in behaviour.parents}
        return [name for name in resources if name in used]

    def _tables(self) -> dict[str, TableSchema]:
        tables = {name: table_for(self.inference.resources[name], self.inference) for name in self._inferred_names()}
        components = self.description.document.get("components", {}).get("schemas", {})
        for name, collection in self.pack.collections.items():
            if collection.schema and collection.schema not in components:
                raise StartupError(
                    f"collection {name!r} of {self.id} names the schema {collection.schema!r}, which is not there",
                    file=self.description.source,
                )
            tables[name] = _declared_table(collection)
        return tables


def schema_in(tables: Mapping[str, TableSchema], name: str) -> TableSchema:
    """How a table is kept that may not be there yet: another tenant's as the first one's of that collection."""
    kept = tables.get(name.partition(TENANT_MARK)[0])
    return kept if kept is not None else TableSchema(name)


def _extended(described: Binding, coded: Coded) -> Binding:
    """What answers an operation that a pack extends."""
    return replace(described, handler=coded.over(described.handler), kind="coded", reason=coded.reason)


def _spellings(description: Description) -> dict[str, str]:
    ids = {operation.id: operation.id for operation in description.operations}
    base = description.base_path
    for operation in description.operations:
        ids.setdefault(f"{operation.method} {operation.path}", operation.id)
        ids.setdefault(f"{operation.method} {operation.path.removeprefix(base)}", operation.id)
    return ids


def _declared_table(collection: Collection) -> TableSchema:
    return TableSchema(
        name=collection.name,
        id=collection.id,
        unique=collection.unique,
        indexes=collection.indexes,
        order=collection.order,
        new_id=collection.ids,
        first_id=collection.first_id,
    )

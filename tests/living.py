"""The life of one collection through the public door: each step that its operations allow, and what came of it.

Knows roles; must not know how calls are written or documents compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbooks.generic.places import ABSENT, find_at, put_at
from sandbooks.resources import Behaviour, Resource
from sandbooks.resources.bodies import is_upload
from sandbooks.spec import Operation, is_json
from sandbooks.vendor import Vendor
from tests.calling import Client, media_type_of
from tests.changes import Changes, decided
from tests.documents import (
    Broken,
    Compared,
    Document,
    Made,
    Maker,
    Untried,
    at,
    body_of,
    documents_in,
    name_of,
)
from tests.listing import Lister, check_filter, check_order, check_pages, check_search, check_whole
from tests.serving import Door

Json = Any  # a JSON value
ENOUGH = 5  # documents in a list before it is cut into pages


@dataclass
class Report:
    """What a run found. `done` counts steps by name; `faults` were answered wrongly, `untried` could not be asked."""

    stateful: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    untried: list[str] = field(default_factory=list)
    calls: int = 0

    def render(self, *, untried: bool = True) -> str:
        """The report as lines of text."""
        steps = ", ".join(f"{count} {name}" for name, count in self.done.items())
        lines = [f"{len(self.stateful)} collections, {self.calls} calls: {steps or 'nothing'}"]
        lines += [f"  FAULT {text}" for text in self.faults]
        lines += [f"  untried {text}" for text in self.untried] if untried else []
        return "\n".join(lines)


class Life:
    """The life of one collection."""

    def __init__(self, door: Door, vendor: Vendor, resource: Resource, report: Report) -> None:
        self.client = Client(door, vendor)
        self.maker = Maker(self.client)
        self.resource = resource
        self.name = resource.name
        self.report = report
        self.compared = Compared(vendor)
        self.changes = Changes(self.maker, resource)

    def run(self) -> None:
        """Every step that the collection's operations allow; one that fails does not hold up the others."""
        self.report.stateful.append(self.name)
        if self.resource.singleton:
            self._live_alone()
            return
        made = self._make_some()
        if made is None:
            return
        for operation, behaviour in self.maker.behaviours(self.name, "get"):
            self._step("get", self._get, operation, behaviour, made)
        self._each(("list",), "list", self._list)
        self._each(("part",), "part", self._list_part)
        self._each(("count",), "count", self._count)
        self._each(("update", "replace"), "change", self._change)
        self._each(("action",), "action", self._act)
        self._each(("delete",), "delete", self._delete)
        for operation, behaviour in self.maker.behaviours(self.name, "get", "update", "replace", "action", "delete"):
            if behaviour.id is not None and behaviour.id.source == "path" and not behaviour.upsert:
                self._step("unknown id", self._refuse_unknown, operation, behaviour)
        for operation, behaviour in self.maker.behaviours(self.name, "create", "list", "get"):
            if any(parent.collection for parent in behaviour.parents):
                self._step("unknown parent", self._refuse_unknown_parent, operation, behaviour)
        self._each(("create",), "broken body", self._refuse_broken)

    def _each(self, roles: tuple[str, ...], step: str, act: Callable[[Operation, Behaviour], None]) -> None:
        for operation, behaviour in self.maker.behaviours(self.name, *roles):
            self._step(step, act, operation, behaviour)

    def _step(self, name: str, act: Callable[..., None], *given: Json) -> None:
        try:
            act(*given)
        except Untried as why:
            self._note(self.report.untried, str(why))
        except Broken as how:
            self._note(self.report.faults, f"{self.name}: {how}")
        else:
            self.report.done[name] += 1

    def _note(self, notes: list[str], text: str) -> None:
        if text not in notes:
            notes.append(text)

    # what makes

    def _make_some(self) -> Made | None:
        """A document from each operation that makes one; the first is returned, else one of the seeds."""
        first: list[Made] = []
        for operation, behaviour in self.maker.creators(self.name):
            self._step("create", self._create, operation, behaviour, first)
        if first:
            return first[0]
        self._note(self.report.untried, f"{self.name}: nothing makes its documents; the seeds were read")
        try:
            return self.maker.seeded(self.name)
        except Untried:
            self._note(self.report.untried, f"{self.name}: no document is there either")
            return None

    def _create(self, operation: Operation, behaviour: Behaviour, first: list[Made]) -> None:
        """What is made shows what was sent, at once and when it is read; it is added to `first`."""
        made = self.maker.create(operation, behaviour)
        first.extend(made)
        for each in made:
            self._agree(each.sent, each.document, behaviour, "answers")
            read = self._read(each)
            if read is None:
                raise Untried(f"{self.name}: nothing reads one document back")
            self._agree(each.sent, read, behaviour, "then reads")

    def _agree(self, sent: Document, shown: Document, behaviour: Behaviour, verb: str) -> None:
        found = self.compared.differences(sent, shown, self.resource.schema, skip=decided(self.resource, behaviour))
        if found:
            raise Broken(f"{behaviour.operation} {verb}: {'; '.join(found[:3])}")

    def _read(self, made: Made) -> Document | None:
        """The document as its own path shows it, else as a list does; None where nothing shows it whole.

        Raises:
            Broken: it is not there.
        """
        for operation, behaviour in self._readers():
            answer = self.client.send(operation, self.maker.path_to(behaviour, made))
            if answer.status_code != behaviour.success:
                raise Broken(
                    f"{name_of(operation)} of {made.id!r:.40} answers {answer.status_code}: {answer.text:.160}"
                )
            found = documents_in(body_of(answer), behaviour.answer)
            return found[0] if found else None
        for operation, behaviour in self.maker.behaviours(self.name, "list"):
            lister = Lister(self.maker, operation, behaviour, self.maker.path_to(behaviour, made))
            listed = [each for page in lister.all() for each in page.documents]
            return next((each for each in listed if self._is(made, each)), None)
        return None

    def _is(self, made: Made, shown: Document) -> bool:
        """A document of a list is the one that was made: by its id, or, where it shows none, by what was sent."""
        id = at(shown, self.resource.id_property)
        if id is ABSENT:
            known = made.sent or {name: value for name, value in made.document.items() if name in shown}
            return not self.compared.differences(known, shown, self.resource.schema)
        return str(id) == str(made.id)

    def _readers(self) -> list[tuple[Operation, Behaviour]]:
        """What reads one document whole, by its id, its own path first."""
        found = [
            (operation, behaviour)
            for operation, behaviour in self.maker.behaviours(self.name, "get")
            if not behaviour.key
            and not behaviour.many
            and behaviour.answer.kind in ("item", "items")
            and operation.path.endswith("}" if self.resource.item_path.endswith("}") else operation.path[-1:])
        ]
        return sorted(found, key=lambda pair: not pair[0].path.endswith(self.resource.item_path or "?"))

    # what reads

    def _get(self, operation: Operation, behaviour: Behaviour, made: Made) -> None:
        """It reads the document, twice alike."""
        path, inputs = self.maker.path_to(behaviour, made), self.maker.naming(behaviour, made)
        first, second = (self.client.send(operation, path, inputs=inputs) for _ in range(2))
        if first.status_code != behaviour.success:
            raise Broken(f"{name_of(operation)} answers {first.status_code}: {first.text:.200}")
        if first.content != second.content:
            raise Broken(f"{name_of(operation)} answers differently the second time")
        for each in documents_in(body_of(first), behaviour.answer):
            shown = at(each, self.resource.id_property)
            if shown is not ABSENT and not self.resource.id_hidden and str(shown) != str(made.id):
                raise Broken(f"{name_of(operation)} of {made.id!r:.40} shows {shown!r:.40}")

    def _list(self, operation: Operation, behaviour: Behaviour) -> None:
        """It shows a new document, on one of its pages; pages, filters, search and order are right."""
        made = self._fresh()
        for _ in range(ENOUGH if self.maker.creators(self.name) else 0):
            self.maker.make(self.name, {name: id for name, id in made.ids.items() if name != self.name})
        lister = Lister(self.maker, operation, behaviour, self.maker.path_to(behaviour, made))
        stored = self.maker.find(made) or made.document
        lister.suit(stored)
        documents = [each for page in lister.all() for each in page.documents]
        shown = next((each for each in documents if self._is(made, each)), None)
        fixed = [each for each in behaviour.filters if each.input is None]
        if shown is None and fixed:
            raise Untried(f"{name_of(operation)}: shows only those whose `{fixed[0].property}` is {fixed[0].value}")
        if shown is None and lister.asks_for_words():
            raise Untried(f"{name_of(operation)}: shows only those that hold the words it is given")
        if shown is None:
            raise Broken(f"{name_of(operation)} does not show {made.id!r:.40}, only {lister.keys(lister.all())[:6]}")
        check_whole(lister)
        if behaviour.paging.kind != "none":
            self._step("pages", check_pages, lister)
        for condition in behaviour.filters:
            self._step("filter", check_filter, lister, made, shown, stored, condition)
        if behaviour.search:
            self._step("search", check_search, lister, made, shown)
        if behaviour.sort:
            self._step("order", check_order, lister)

    def _list_part(self, operation: Operation, behaviour: Behaviour) -> None:
        """It shows what the document holds, in its order."""
        made, part = self._fresh(), behaviour.part
        assert part is not None
        lister = Lister(self.maker, operation, behaviour, self.maker.path_to(behaviour, made))
        held = find_at(self.maker.find(made), part.place)
        wanted = [lister.key(each) for each in held] if isinstance(held, list) else []
        if lister.keys(lister.all()) != wanted:
            raise Broken(f"{name_of(operation)} shows {lister.keys(lister.all())[:6]}, the document holds {wanted[:6]}")
        if behaviour.paging.kind != "none":
            self._step("pages", check_pages, lister)

    def _count(self, operation: Operation, behaviour: Behaviour) -> None:
        """A new document makes one more."""
        made = self._fresh()
        path = self.maker.path_to(behaviour, made)
        before = self._counted(operation, behaviour, path)
        self.maker.make(self.name, {name: id for name, id in made.ids.items() if name != self.name})
        after = self._counted(operation, behaviour, path)
        if after != before + 1:
            raise Broken(f"{name_of(operation)} counts {before}, and {after} after one more was made")

    def _counted(self, operation: Operation, behaviour: Behaviour, path: dict[str, Json]) -> int:
        answer = self.client.send(operation, path)
        value = body_of(answer)
        for meta in behaviour.answer.meta:
            value = at(body_of(answer), ".".join(meta.path)) if meta.path else value
        if isinstance(value, dict):
            value = next((each for each in value.values() if isinstance(each, int)), None)
        if value is None or not str(value).isdecimal():
            raise Broken(f"{name_of(operation)} counts {answer.text:.80}")
        return int(value)

    # what changes

    def _fresh(self) -> Made:
        return self.maker.make(self.name)

    def _change(self, operation: Operation, behaviour: Behaviour) -> None:
        """What is sent is shown afterwards; an update leaves everything else as it was, a replacement keeps the id."""
        made = self._fresh()
        before = self._read(made)
        body = self.changes.body(operation, behaviour, made, before or made.document)
        inputs = self.maker.naming(behaviour, made)
        for setting in behaviour.settings if operation.body is None else ():
            schema = next(each.schema for each in operation.parameters if each.name == setting.input.path[0])
            inputs[setting.input] = self.client.value(schema, setting.property, seed=self.maker.seed())
        answer = self.client.send(operation, self.maker.path_to(behaviour, made), inputs=inputs, body=body)
        if answer.status_code != behaviour.success:
            raise Broken(f"{name_of(operation)} answers {answer.status_code}: {answer.text:.200}")
        sent = self.changes.sent(body, behaviour) if operation.body is not None else {}
        for setting in behaviour.settings if operation.body is None else ():
            put_at(sent, tuple(setting.property.split(".")), inputs[setting.input])
        for each in documents_in(body_of(answer), behaviour.answer)[:1]:
            self._agree(sent, each, behaviour, "answers")
        after = self._read(made)
        if after is None:
            raise Untried(f"{self.name}: nothing reads one document back")
        self._agree(sent, after, behaviour, "then reads")
        if before is not None and behaviour.role == "update":
            self._check_rest(operation, before, after, sent)
        if behaviour.role == "replace" and isinstance(body, dict):
            self._replace_by_little(operation, behaviour, made, body, after)

    def _replace_by_little(
        self, operation: Operation, behaviour: Behaviour, made: Made, body: Document, before: Document
    ) -> None:
        """A replacement that says less leaves nothing of what it does not say."""
        little, left_out = self.changes.little(operation, behaviour, body)
        inputs = self.maker.naming(behaviour, made)
        answer = self.client.send(operation, self.maker.path_to(behaviour, made), inputs=inputs, body=little)
        if answer.status_code != behaviour.success:
            raise Broken(f"{name_of(operation)} with little answers {answer.status_code}: {answer.text:.200}")
        after = self._read(made) or {}
        kept = [
            name
            for name in self.compared.droppable(self.resource.schema, left_out)
            if name in before and before[name] not in (None, False, [], {}) and after.get(name) == before[name]
        ]
        if kept:
            raise Broken(f"{name_of(operation)} keeps {', '.join(kept)}, which the replacement leaves out")

    def _check_rest(self, operation: Operation, before: Document, after: Document, sent: Document) -> None:
        if is_upload(operation):  # a file changes what is told of it
            return
        fields = self.resource.fields
        meant = frozenset({*sent} - {fields})
        pairs = [(before, after, meant | {fields})]
        if fields:
            pairs.append((before.get(fields) or {}, after.get(fields) or {}, frozenset(sent.get(fields) or {})))
        for old, new, names in pairs:
            if changed := self.compared.changes(old, new, meant=names):
                raise Broken(f"{name_of(operation)} of {sorted(meant)[:6]} also changes {'; '.join(changed[:3])}")

    def _act(self, operation: Operation, behaviour: Behaviour) -> None:
        """The property that the action moves has its value afterwards."""
        made = self._fresh()
        body = self.client.body(operation, seed=self.maker.seed())
        inputs = self.maker.naming(behaviour, made)
        answer = self.client.send(operation, self.maker.path_to(behaviour, made), inputs=inputs, body=body)
        if answer.status_code != behaviour.success:
            raise Broken(f"{name_of(operation)} answers {answer.status_code}: {answer.text:.200}")
        action, after = behaviour.action, self._read(made)
        if action is None or after is None:
            return
        value = at(after, action.property)
        fits = value not in (ABSENT, None) if action.moment else value == action.value
        if not fits and not (action.value is None and value is ABSENT):
            raise Broken(f"{name_of(operation)} leaves {action.property} {value!r:.60}")

    def _delete(self, operation: Operation, behaviour: Behaviour) -> None:
        """Afterwards it is gone for every reader, and a second deletion is refused; or it bears the mark."""
        made = self._fresh()
        path, inputs = self.maker.path_to(behaviour, made), self.maker.naming(behaviour, made)
        body = self._deleting(operation, behaviour, made)
        answer = self.client.send(operation, path, inputs=inputs, body=body)
        if answer.status_code != behaviour.success:
            raise Broken(f"{name_of(operation)} answers {answer.status_code}: {answer.text:.200}")
        if self.resource.soft_delete is not None:
            self._check_mark(operation, made)
            return
        if self.maker.find(made) is not None:
            raise Broken(f"{name_of(operation)} answers {answer.status_code}, and {made.id!r:.40} is still there")
        for reader, reading in self._readers():
            try:
                refused = self.client.send(reader, path if reading.parents == behaviour.parents else {}, inputs=None)
            except Broken:
                continue
            if reading.parents == behaviour.parents and reading.id == behaviour.id and refused.status_code != 404:
                raise Broken(f"{name_of(reader)} answers {refused.status_code} after the deletion")
        again = self.client.send(operation, path, inputs=inputs, body=body)
        names_one = behaviour.id is not None
        if names_one and again.status_code != 404:
            raise Broken(f"{name_of(operation)} answers {again.status_code} the second time")

    def _deleting(self, operation: Operation, behaviour: Behaviour, made: Made) -> Json:
        """The body of a deletion."""
        if operation.body is None:
            return None
        if behaviour.id is None or behaviour.id.source != "body":
            return self.client.body(operation)
        if not behaviour.id.path:
            return [made.id]
        if behaviour.request.kind in ("items", "map"):
            return self.changes.named_element(self.client.body(operation), behaviour, made)
        return self.client.body(operation)

    def _check_mark(self, operation: Operation, made: Made) -> None:
        deleted, after = self.resource.soft_delete, self._read(made)
        assert deleted is not None
        value = at(after or {}, deleted.property)
        if not (value not in (ABSENT, None) if deleted.moment else value == deleted.value):
            raise Broken(f"{name_of(operation)} leaves {deleted.property} {value!r:.60}")
        for lister, behaviour in self.maker.behaviours(self.name, "list"):
            reading = Lister(self.maker, lister, behaviour, self.maker.path_to(behaviour, made))
            if str(made.id) in reading.keys(reading.all()):
                raise Broken(f"{name_of(lister)} still shows {made.id!r:.40}")
            if deleted.include is None or behaviour.filters:
                continue
            if str(made.id) not in reading.keys(reading.all({deleted.include: True})):
                raise Broken(f"{name_of(lister)} hides {made.id!r:.40} even from those who ask for it")

    # what is refused

    def _refuse_unknown(self, operation: Operation, behaviour: Behaviour) -> None:
        """404 for an id that nothing has, and nothing changes."""
        assert behaviour.id is not None
        name = behaviour.id.path[0]
        path = {**self.maker.path_to(behaviour, self._fresh()), name: self.maker.unknown(operation, behaviour, name)}
        self._refused(operation, path, 404, f"`{name}` that nothing has")

    def _refuse_unknown_parent(self, operation: Operation, behaviour: Behaviour) -> None:
        """404 for a parent that is not there, and nothing changes."""
        for parent in behaviour.parents:
            if parent.collection:
                unknown = self.maker.unknown(operation, behaviour, parent.parameter)
                path = {**self.maker.path_to(behaviour, self._fresh()), parent.parameter: unknown}
                self._refused(operation, path, 404, f"`{parent.parameter}` that nothing has")

    def _refuse_broken(self, operation: Operation, behaviour: Behaviour) -> None:
        """400 or 422 for a body of the wrong type, and nothing changes."""
        media_type = media_type_of(operation)
        if not is_json(media_type):
            return
        wrong = next((each for each in ("text", 7, [7]) if operation.check_body(media_type, each)), None)
        if wrong is None:
            raise Untried(f"{name_of(operation)}: takes any body")
        path = self.maker.path(behaviour, self.maker.parents(behaviour.parents, {}))
        self._refused(operation, path, 400, f"the body {wrong!r}", body=wrong)

    def _refused(self, operation: Operation, path: dict[str, Json], status: int, told: str, body: Json = None) -> None:
        body = self.client.body(operation) if body is None else body
        before = self.maker.revision()
        answer = self.client.send(operation, path, body=body)
        allowed = (400, 422) if status == 400 else (status,)
        if answer.status_code not in allowed:
            raise Broken(f"{name_of(operation)} answers {answer.status_code} to {told}: {answer.text:.120}")
        if self.maker.revision() != before:
            raise Broken(f"{name_of(operation)} refuses {told} and changes something")

    # what there is once

    def _live_alone(self) -> None:
        """It is changed, read and deleted, in this order, below the same parents."""
        found = self.maker.behaviours(self.name, "singleton")
        ids: dict[str, Json] = {}
        for verb in ("replace", "update", "get", "delete"):
            for operation, behaviour in found:
                if behaviour.verb == verb:
                    ids |= self.maker.parents(behaviour.parents, ids)
                    self._step("singleton", self._singleton, operation, behaviour, ids)

    def _singleton(self, operation: Operation, behaviour: Behaviour, ids: dict[str, Json]) -> None:
        """It is there, is changed, and shows the change; a deleted one is gone."""
        path = self.maker.path(behaviour, ids)
        reader = next((pair for pair in self.maker.behaviours(self.name, "singleton") if pair[1].verb == "get"), None)
        body = self.client.body(operation, seed=self.maker.seed())
        answer = self.client.send(operation, path, body=body)
        absent_first = behaviour.verb in ("get", "delete") and answer.status_code == 404
        if absent_first:
            raise Untried(f"{name_of(operation)}: nothing was there to {behaviour.verb}")
        if answer.status_code not in (behaviour.success, behaviour.success_created):
            raise Broken(f"{name_of(operation)} answers {answer.status_code}: {answer.text:.200}")
        if reader is None or behaviour.verb == "get":
            return
        after = self.client.send(reader[0], path)
        if behaviour.verb == "delete":
            if after.status_code != 404:
                raise Broken(f"{name_of(reader[0])} answers {after.status_code} after the deletion")
            return
        shown = next(iter(documents_in(body_of(after), reader[1].answer)), {})
        sent = next(iter(documents_in(body, behaviour.request)), {})
        self._agree(sent, shown, behaviour, "then reads")

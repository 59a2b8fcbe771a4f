"""Lists and counts of one collection: filtered, ordered, cut into pages.

Knows how a list is put together; must not know how documents are made.
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbooks.generic.answers import Answers
from sandbooks.generic.filters import Conditions, Filters
from sandbooks.generic.lookup import Parents
from sandbooks.generic.paging import Pager, Window
from sandbooks.generic.places import ABSENT, find_at, reader_of
from sandbooks.generic.writing import Writer
from sandbooks.pack import Call, Handler, Reply
from sandbooks.resources import Behaviour, Envelope, Inference, Resource, Sort
from sandbooks.resources.orders import read_order
from sandbooks.spec import Operation
from sandbooks.store import Document, Table


class Selection:
    """Which documents of a collection a call speaks of, and in which order."""

    def __init__(self, behaviour: Behaviour, resource: Resource, inference: Inference, writer: Writer) -> None:
        self.resource = resource
        self._parents = Parents(behaviour, inference)
        self._writer = writer
        self._filters = Filters(behaviour, resource, writer.completion)
        self._order = Order(behaviour.sort) if behaviour.sort else None
        self._told = behaviour.order

    def conditions(self, call: Call) -> Conditions:
        """What documents must meet.

        Raises:
            NotFound: a parent in the path does not exist.
        """
        conditions = Conditions()
        if scope := self._parents.scope(call):
            conditions.equal.update(self._writer.fit_scope(call, scope))
        self._filters.add_to(conditions, call)
        return conditions

    def order(self, call: Call) -> tuple[Sequence[str], bool]:
        """Properties to order by, empty for the order of arrival; and whether to read it from its end.

        A list from the newest to the oldest is read so: what was made in the same second comes last made first.
        """
        asked = self._order.of(call) if self._order else ()
        if asked or not self._told:
            return asked, False
        return tuple(filter(None, (self._told.removeprefix("-"),))), True


def list_handler(
    operation: Operation, behaviour: Behaviour, resource: Resource, inference: Inference, writer: Writer
) -> Handler:
    """A handler that answers one page."""
    selection = Selection(behaviour, resource, inference, writer)
    pager = Pager(operation, behaviour, writer.id_place)
    answers = Answers(operation, behaviour, resource, inference, behaviour.success)

    def answer_list(call: Call) -> Reply:
        table = call.collection(resource.name)
        conditions, (order, turned) = selection.conditions(call), selection.order(call)
        equal, predicate = conditions.equal, conditions.predicate

        def listing(start: int, size: int | None) -> tuple[list[Document], int]:
            if turned:
                return _from_the_end(table, conditions, order, start, size)
            page = table.page(filters=equal, predicate=predicate, order=order, offset=start, limit=size)
            return page.items, page.total

        def position(id: str) -> int | None:
            ids = [
                str(find_at(view, writer.id_place))
                for view in table.views(filters=equal, predicate=predicate, order=order)
            ]
            found = ids.index(id) if id in ids else None
            return len(ids) - 1 - found if turned and found is not None else found

        return answer_page(call, pager, answers, behaviour.answer, pager.cut(call, listing, position))

    return answer_list


def answer_page(call: Call, pager: Pager, answers: Answers, envelope: Envelope, window: Window) -> Reply:
    """The reply with one page, and with what the envelope's members and headers say of it."""
    values = pager.values(call, window, envelope.meta)
    headers = {
        meta.path[0]: str(value).lower() if isinstance(value, bool) else str(value)
        for meta, value in pager.values(call, window, envelope.headers).items()
        if value is not None
    }
    return answers.page(call, window.documents, values, headers)


def _from_the_end(
    table: Table, conditions: Conditions, order: Sequence[str], start: int, size: int | None
) -> tuple[list[Document], int]:
    """One page of an order that is read from its end, and how many documents there are."""
    equal, predicate = conditions.equal, conditions.predicate
    total = table.count(filters=equal, predicate=predicate)
    stop = max(total - start, 0)
    begin = 0 if size is None else max(stop - size, 0)
    page = table.page(filters=equal, predicate=predicate, order=order, offset=begin, limit=stop - begin)
    return page.items[::-1], total


def count_handler(
    operation: Operation, behaviour: Behaviour, resource: Resource, inference: Inference, writer: Writer
) -> Handler:
    """A handler that answers how many documents there are."""
    selection = Selection(behaviour, resource, inference, writer)
    answers = Answers(operation, behaviour, resource, inference, behaviour.success)

    def answer_count(call: Call) -> Reply:
        conditions = selection.conditions(call)
        total = call.collection(resource.name).count(filters=conditions.equal, predicate=conditions.predicate)
        return answers.counted(call, total)

    return answer_count


class Order:
    """How one operation orders its list."""

    def __init__(self, sort: Sort) -> None:
        self._sort = sort
        self._read = reader_of(sort.input)
        self._read_direction = reader_of(sort.direction)
        self._default = (sort.default,) if sort.default else ()

    def of(self, call: Call) -> Sequence[str]:
        value, direction = self._read(call), self._read_direction(call)
        if value is ABSENT or value == "":
            return self._turned(direction)
        order = read_order(self._sort, value, None if direction is ABSENT else direction)
        if order is None:
            known = ", ".join(dict.fromkeys(self._sort.names.values()))
            call.note(f"{'.'.join(self._sort.input.path)} is {value!r:.60}, which no property is; there are {known}")
            return self._default
        return order

    def _turned(self, direction: object) -> Sequence[str]:
        """The default order, the other way round where only a direction is given."""
        if direction is ABSENT or not self._default:
            return self._default
        name = self._default[0].lstrip("-")
        return (f"-{name}",) if str(direction).lower() in self._sort.down else (name,)

"""The reads: lists, searches and single objects of every entity, from its declaration.

Knows paging, defaults and envelopes; knows no single entity. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from sandbooks import Call, NotFound, Reply

from .amounts import total
from .entities import BY_OPERATION, Entity
from .links import NearLinks, WideLinks
from .operators import Document
from .shapes import Shape, Shapes
from .views import Json, Render, renderer
from .where import SortKey, compile_order, compile_where, rows_between

LIST_SIZE = 50
SEARCH_SIZE = 1
FURTHEST_ROW = 2**40
UTC = "Z"

Body = Mapping[str, Any]  # the body of a list or search: JSON


def list_rows(call: Call) -> Reply:
    """A page of the entity's rows in its own order, narrowed by the filters that its list knows (A21, A22)."""
    entity, body = BY_OPERATION[call.operation.id], call.body or {}
    conditions = [each.condition(body[each.name]) for each in entity.filters if body.get(each.name) is not None]
    return _answer(call, entity, {"_and": conditions}, [], body.get("page", 0), body.get("pageSize", LIST_SIZE))


def search_rows(call: Call) -> Reply:
    """A page of the rows that meet `where`, in the order of `orderBy`, else in the entity's own (A12 to A14)."""
    entity, body = BY_OPERATION[call.operation.id], call.body or {}
    size = body.get("pageSize", body.get("limit", SEARCH_SIZE))
    return _answer(call, entity, body.get("where", {}), body.get("orderBy", []), body.get("page", 0), size)


def get_one(call: Call) -> Reply:
    """The single object of an id, bare.

    Raises:
        NotFound: this tenant has none of that id.
    """
    entity = BY_OPERATION[call.operation.id]
    document = call.collection(entity.collection).find_one(call.path["id"])
    if document is None:
        raise NotFound(f"There is no {entity.noun} {call.path['id']}.")
    return Reply(200, _renderer(call, entity, entity.single, entity.single_names)(document))


def _answer(call: Call, entity: Entity, where: Json, order_by: Json, page: float, size: float) -> Reply:
    shape = Shapes(call.description, WideLinks(call)).of(entity.collection)
    predicate = compile_where(where, shape) if where not in ({}, {"_and": []}) else None
    keys = compile_order(order_by, shape)
    size = int(size)  # 2.0 is an integer, too, as JSON has it
    table, offset = call.collection(entity.collection), min(int(page) * size, FURTHEST_ROW)
    totals: dict[str, Json] = {}
    matching: list[Document] | None = None
    if predicate is None and not keys and _is_kept_sorted(call, entity):
        found = table.page(order=entity.order, offset=offset, limit=size)
        rows: list[Document] = list(found.items)
        totals["count"] = found.total
    else:
        matching = list(table.scan(predicate))
        keys = (keys or _own_order(entity, shape)) + _LAST_RESORT
        rows, totals["count"] = rows_between(matching, keys, offset, offset + size), len(matching)
    if entity.sums:
        every = list(table.scan()) if matching is None else matching
        totals["sum"] = {name: total(_column(every, name)) for name in entity.sums}
    render = _renderer(call, entity, entity.row, {})
    return Reply(200, {entity.key: [render(row) for row in rows], "total": {"aggregate": totals}})


def _column(rows: list[Document], name: str) -> list[Json]:
    """One member of each row, null where it has none."""
    try:
        return list(map(itemgetter(name), rows))  # as nearly always; twice as fast
    except KeyError:
        return [row.get(name) for row in rows]


def _is_kept_sorted(call: Call, entity: Entity) -> bool:
    """Whether the store has the rows in the entity's order."""
    name = entity.written_date
    if not name:
        return True
    elsewhere = call.collection(entity.collection).scan(lambda row: not (row.get(name) or UTC).endswith(UTC))
    return next(elsewhere, None) is None


def _own_order(entity: Entity, shape: Shape) -> list[SortKey]:
    terms = [{name.removeprefix("-"): "desc" if name.startswith("-") else "asc"} for name in entity.order]
    return compile_order(terms, shape)


_LAST_RESORT: list[SortKey] = [(itemgetter("id"), False)]  # A15


def _renderer(call: Call, entity: Entity, face: str, names: Mapping[str, str]) -> Render:
    shape = Shapes(call.description, NearLinks(call)).of(entity.collection)
    return renderer(call.description, call.description.resolve(f"#/components/schemas/{face}"), shape, names)

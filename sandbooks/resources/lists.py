"""What a list call can do: which inputs cut it, choose from it, order it; what is left that no rule understood.

Knows the parts of a list; must not know why an operation is one.
"""

from __future__ import annotations

from dataclasses import replace

from sandbooks.resources.asks import Ask, asks_of_body, asks_of_query
from sandbooks.resources.bodies import answer_schema, request_schema, response_of
from sandbooks.resources.cases import Case
from sandbooks.resources.filters import find_conditions, find_filter, find_search
from sandbooks.resources.metas import find_header_metas, find_metas
from sandbooks.resources.model import Behaviour, Envelope, Filter, Input, Meta
from sandbooks.resources.orders import find_sort, told_order
from sandbooks.resources.paging import find_paging
from sandbooks.resources.properties import Properties


def describe_list(case: Case, found: Behaviour, envelope: Envelope, properties: Properties | None = None) -> Behaviour:
    """The behaviour of a list with its envelope, paging, filters, order and search.

    Args:
        properties: of one element, where the list shows no documents of the collection.
    """
    schemas = case.schemas
    asks = asks_of_query(schemas, case.operation)
    if case.method != "GET":
        asks += asks_of_body(schemas, request_schema(case.operation))
    properties = properties or case.properties()
    schema = answer_schema(case.operation, found.success)
    shown = find_metas(schemas, schema, envelope, cursor=False)
    paging, used = find_paging(schemas, asks, shows_pages=any(map(_is_page_number, shown)))
    sort, sorting = find_sort(schemas, [ask for ask in asks if ask not in used], properties)
    search, searching = find_search(asks, properties)
    conditions = find_conditions(schemas, asks, properties, case.resource.schema)
    used = [*used, *sorting, *([searching] if searching else [])]
    rest = [ask for ask in asks if ask not in used and ask.input.path not in conditions]
    filters, unread = _filters(case, properties, rest)
    filters += _since(case, properties)
    response = response_of(case.operation, found.success)
    envelope = replace(
        envelope,
        meta=find_metas(schemas, schema, envelope, cursor=True) if paging.kind == "cursor" else shown,
        headers=find_header_metas(schemas, response.headers) if response else (),
    )
    return replace(
        found,
        answer=envelope,
        paging=paging,
        sort=sort,
        search=search,
        conditions=tuple(conditions.values()),
        order=told_order(case.text, properties),
        filters=tuple(filters),
        unread=tuple(unread),
    )


def _is_page_number(meta: Meta) -> bool:
    return meta.meaning in ("page", "pages", "next_page") and meta.kind in ("integer", "number")


def _since(case: Case, properties: Properties) -> list[Filter]:
    """A list that takes `If-Modified-Since` shows what was changed after that."""
    changed = properties.find_date("updated")
    return [
        Filter(changed.name, "gt", Input((parameter.name,), "header"))
        for parameter in case.operation.parameters
        if changed and parameter.location == "header" and parameter.name.lower() == "if-modified-since"
    ]


def _filters(case: Case, properties: Properties, asks: list[Ask]) -> tuple[list[Filter], list[str]]:
    filters, unread = [], []
    for ask in asks:
        if found := find_filter(case.schemas, properties, ask):
            filters.append(found)
        else:
            unread.append(".".join(ask.input.path))
    return filters, unread

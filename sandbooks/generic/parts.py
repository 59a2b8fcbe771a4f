"""Lists of what stands inside one document: its lines, its members, filtered, ordered and cut as any list.

Knows one document at a time; must not know how it was made.
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbooks.generic.answers import Answers
from sandbooks.generic.completion import Completion
from sandbooks.generic.documents import Documents
from sandbooks.generic.filters import Conditions, Filters
from sandbooks.generic.late import Late
from sandbooks.generic.lists import Order, answer_page
from sandbooks.generic.paging import Pager
from sandbooks.generic.places import Json, find_at, split_property
from sandbooks.pack import Call, Handler, Reply
from sandbooks.resources import Part, Resource
from sandbooks.store import Document
from sandbooks.store.keys import sort_key


def part_handler(documents: Documents, part: Part) -> Handler:
    """A handler that answers one page of what a document holds.

    It raises `NotFound` where the document, or a parent of it, does not exist.
    """
    operation, behaviour = documents.operation, documents.behaviour
    element = Resource(f"{documents.resource.name}.{part.place[0]}", id_property=part.id_property, schema=part.schema)
    id_place = split_property(part.id_property)
    filters = Filters(behaviour, element, Late(lambda description: Completion(element, description)))
    order = Order(behaviour.sort) if behaviour.sort else None
    pager = Pager(operation, behaviour, id_place)
    answers = Answers(operation, behaviour, element, documents.inference, behaviour.success)

    def answer_part(call: Call) -> Reply:
        held = find_at(documents.lookup.read(call), part.place)
        conditions = Conditions()
        filters.add_to(conditions, call)
        chosen = [each for each in held if _meets(each, conditions)] if isinstance(held, list) else []
        _sort(chosen, order.of(call) if order else ())

        def listing(start: int, size: int | None) -> tuple[list[Document], int]:
            return chosen[start : None if size is None else start + size], len(chosen)

        def position(id: str) -> int | None:
            ids = [str(find_at(each, id_place)) for each in chosen]
            return ids.index(id) if id in ids else None

        return answer_page(call, pager, answers, behaviour.answer, pager.cut(call, listing, position))

    return answer_part


def _meets(element: Json, conditions: Conditions) -> bool:
    if not isinstance(element, dict):
        return False
    equal = all(find_at(element, split_property(name)) == value for name, value in conditions.equal.items())
    return equal and (conditions.predicate is None or conditions.predicate(element))


def _sort(elements: list[Document], orders: Sequence[str]) -> None:
    """Order in place, by the last property first, so that the first one decides."""
    for name in reversed(orders):
        place = split_property(name.lstrip("-"))
        elements.sort(key=lambda each: sort_key(_plain(find_at(each, place))), reverse=name.startswith("-"))


def _plain(value: Json) -> Json:
    return value if isinstance(value, str | int | float | list | dict) else None

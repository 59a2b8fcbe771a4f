"""Addresses of documents and of further pages.

Knows path templates and how queries are written; must not know stores.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, urlencode

from sandbooks.generic.places import ABSENT, Json, as_id, find_at, split_property
from sandbooks.pack import Call
from sandbooks.resources import Resource
from sandbooks.spec import Operation

_PARAMETER = re.compile(r"\{([^{}]+)\}")


class ItemUrl:
    """Where one document of a collection is read."""

    def __init__(self, resource: Resource) -> None:
        parents = {each.parameter: split_property(each.property) for each in resource.parents}
        names = _PARAMETER.findall(resource.item_path)
        places = {name: parents.get(name, ()) for name in names}
        if names and not resource.singleton:
            places[names[-1]] = split_property(resource.id_property)
        self._begin, *fixed = _PARAMETER.split(resource.item_path)[::2]
        self._steps = tuple(zip(names, (places[name] for name in names), fixed, strict=True))

    def of(self, call: Call, document: Mapping[str, Json]) -> str:
        """The full address, empty where no path reads one document or something on the path is not known."""
        path = self.path(call, document)
        return call.base_url + path if path else ""

    def path(self, call: Call, document: Mapping[str, Json]) -> str:
        """The address below the vendor's."""
        path = self._begin
        for name, place, fixed in self._steps:
            value = find_at(document, place) if place else call.path.get(name, ABSENT)
            if value is ABSENT or value is None:
                return ""
            path += _written(value) + fixed
        return path


def fill_path(template: str, values: Mapping[str, Json]) -> str:
    """The path with its parameters filled in."""

    return _PARAMETER.sub(lambda found: _written(values.get(found[1], found[0])), template)


def _written(value: Json) -> str:
    """A value as it stands in a path."""
    if type(value) is int:
        return str(value)
    return quote(",".join(map(str, value)) if isinstance(value, list) else str(as_id(value)), safe=",")


def page_url_of(operation: Operation) -> Callable[[Call, Mapping[tuple[str, ...], Json]], str]:
    """A function that gives the address of the call, with some values of its query changed.

    A change is by place (`("page", "size")`); None takes a value out.
    """
    joined = {
        parameter.name: {"spaceDelimited": " ", "pipeDelimited": "|"}.get(parameter.style, ",")
        for parameter in operation.parameters
        if parameter.location == "query" and not parameter.explode
    }

    def url(call: Call, changes: Mapping[tuple[str, ...], Json]) -> str:
        query: dict[tuple[str, ...], Json] = dict(_flat(dict(call.query), ()))
        query.update(changes)
        pairs = [pair for place, value in query.items() if value is not None for pair in _pairs(place, value, joined)]
        path = call.base_url + fill_path(operation.path, call.path)
        return f"{path}?{urlencode(pairs)}" if pairs else path

    return url


def _flat(value: Json, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Json]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, (*place, name))
    else:
        yield place, value


def _pairs(place: tuple[str, ...], value: Json, joined: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    name = place[0] + "".join(f"[{step}]" for step in place[1:])
    values = value if isinstance(value, list) else [value]
    texts = [str(each).lower() if isinstance(each, bool) else str(each) for each in values]
    if name in joined and isinstance(value, list):
        yield name, joined[name].join(texts)
    else:
        yield from ((name, text) for text in texts)

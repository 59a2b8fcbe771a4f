"""How a call orders a list: the parameter, its way of writing, the properties it may name.

Knows the ways of writing an order; must not know filters or paging.
"""

from __future__ import annotations

import re

from sandbooks.resources.asks import Ask
from sandbooks.resources.model import Sort
from sandbooks.resources.properties import Properties
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import squeeze, vocabulary

SORTS = vocabulary(
    """
    sort sortby order orderby ordering sortfield sortcolumn sortkey orderfield sorting sortname sortproperty sorts
    sorton sortbyfield orderbyfield ordercolumn
    """
)
DIRECTIONS = vocabulary(
    """
    order direction dir sortorder sortdirection sortdir orderdirection orderdir ascending asc desc descending reverse
    sortascending isascending sortdesc sorttype isdescending sortdescending orderbydirection sortbydirection orderdesc
    """
)
WAYS = ("asc", "desc", "ascending", "descending", "1", "-1")
RISING = frozenset({"ascending", "asc", "sortascending", "isascending"})

_NEWEST = re.compile(
    r"(?i)(?:most recent|newest|latest)\b[^.]{0,60}\bfirst\b|\breverse[d -]*chronological"
    r"|\bdescending\b[^.]{0,40}\b(?:creat|date|time)|\b(?:creat|date|time)\w*\b[^.]{0,40}\b(?:desc\b|descending)"
)
_SUFFIX = re.compile(r"^(.+?)(?:[:\s,|]\s*|[_-]|(?<=[a-z]))((?i:asc|desc)(?i:ending)?)$")
_ENDS = re.compile(r"(?<=.)(?:at|on|date|time|datetime)$")
_PATTERNS = (
    ("colon", re.compile(r"\w:\s?(?:asc|desc)", re.I)),
    ("comma", re.compile(r"\w,(?:asc|desc)", re.I)),
    ("suffix", re.compile(r"\w(?:_|-)(?:asc|desc)\b", re.I)),
    ("space", re.compile(r"\w (?:asc|desc)(?:ending)?\b", re.I)),
    ("prefix", re.compile(r"(?:^|[\s`'\",(])-\w")),
)


def find_sort(schemas: Schemas, asks: list[Ask], properties: Properties) -> tuple[Sort | None, list[Ask]]:
    """The order that the inputs allow, and the inputs that it uses."""
    named = [ask for ask in asks if ask.word in SORTS and not _is_way(schemas, ask)]
    ways = [ask for ask in asks if ask.word in DIRECTIONS and ask not in named[:1]]
    way = ways[0] if ways else None
    if not named:
        return _only_direction(schemas, way, properties)
    ask = named[0]
    found = schemas.resolve(ask.schema)
    sort = Sort(
        ask.input,
        "separate" if way else _syntax(schemas, ask),  # type: ignore[arg-type]
        direction=way.input if way else None,
        down=_down(schemas, way),
        names=_names(schemas, ask, properties),
    )
    default = found.get("default")
    return _with_default(sort, default if isinstance(default, str) else "", schemas, way), [ask, *ways[:1]]


def told_order(text: str, properties: Properties) -> str:
    """The order that the description tells of a list, where it is from the newest to the oldest; else empty."""
    if not _NEWEST.search(text):
        return ""
    found = properties.find_date("created")
    return f"-{found.name if found and not found.in_array else ''}"


def read_order(sort: Sort, value: object, direction: object = None) -> list[str] | None:
    """The order that a call asks for: dotted properties, a falling one with `-` before it.

    None when it names something that no property of the document is.

    >>> from sandbooks.resources.model import Input
    >>> read_order(Sort(Input(("sort",)), names={"name": "name"}), "-name")
    ['-name']
    """
    falls = str(direction).lower() in sort.down if direction is not None else False
    if sort.syntax == "direction":
        default = sort.default.lstrip("-")
        return [f"-{default}" if str(value).lower() in sort.down else default] if default else []
    texts = [str(each) for each in value] if isinstance(value, list) else [str(value)]
    split = texts if sort.syntax == "comma" else ",".join(texts).split(",")
    orders = [_read_one(sort, part.strip(), falls=falls) for part in split if part.strip()]
    return None if None in orders else [order for order in orders if order is not None]


def _read_one(sort: Sort, text: str, *, falls: bool) -> str | None:
    down = text.startswith("-")
    bare = text.lstrip("+-")
    name = sort.names.get(squeeze(bare))
    if name is None and (found := _SUFFIX.match(bare)):
        bare, down = found[1], found[2].lower().startswith("d")
        name = sort.names.get(squeeze(bare))
    if name is None:
        return None
    return f"-{name}" if down != falls else name


def _with_default(sort: Sort, default: str, schemas: Schemas, way: Ask | None) -> Sort:
    said = schemas.resolve(way.schema).get("default") if way else None
    orders = read_order(sort, default, said) if default else None
    return Sort(sort.input, sort.syntax, sort.direction, sort.down, sort.names, orders[0] if orders else "")


def _only_direction(schemas: Schemas, way: Ask | None, properties: Properties) -> tuple[Sort | None, list[Ask]]:
    """`order=desc` alone turns the order by date, or by id where there is none."""
    if way is None or not (_is_way(schemas, way) or schemas.kind(way.schema) == "boolean"):
        return None, []
    found = properties.find_date("created") or properties.main_date() or properties.find("id")
    falls = str(schemas.resolve(way.schema).get("default")).lower() in _down(schemas, way)
    default = found.name if found else ""
    return Sort(
        way.input, "direction", None, _down(schemas, way), {}, f"-{default}" if falls and default else default
    ), [way]


def _is_way(schemas: Schemas, ask: Ask) -> bool:
    values = schemas.enum(ask.schema)
    return bool(values) and all(str(value).lower() in WAYS for value in values)


def _down(schemas: Schemas, way: Ask | None) -> tuple[str, ...]:
    if way is not None and schemas.kind(way.schema) == "boolean":
        return ("false",) if way.word in RISING else ("true",)
    return ("desc", "descending", "-1", "down", "d")


def _syntax(schemas: Schemas, ask: Ask) -> str:
    found = schemas.resolve(ask.schema)
    element = schemas.items(ask.schema)
    values = [str(value) for value in schemas.enum(element if element is not None else ask.schema)]
    inner = schemas.resolve(element)
    shown = [*values, *(str(each.get(word) or "") for each in (found, inner) for word in ("default", "example"))]
    for text in (*shown, ask.text):
        for name, pattern in _PATTERNS:
            if pattern.search(text):
                return name
    return "space" if ask.input.path[-1].startswith("$") else "prefix"


def _names(schemas: Schemas, ask: Ask, properties: Properties) -> dict[str, str]:
    """Every property may be named; what an enum lists beside them is found by meaning (`created`)."""
    names: dict[str, str] = {}
    for each in properties.all:
        if not each.in_array:
            names.setdefault(squeeze(each.name), each.name)
            names.setdefault(squeeze(each.name.rpartition(".")[2]), each.name)
    for each in properties.all:
        if each.is_date and not each.in_array:  # `created` for `created_at`
            names.setdefault(_ENDS.sub("", squeeze(each.name)), each.name)
    element = schemas.items(ask.schema)
    for value in schemas.enum(element if element is not None else ask.schema):
        bare = str(value).lstrip("+-")
        if squeeze(bare) in names:
            continue
        match = _SUFFIX.match(bare)
        bare = match[1] if match else bare
        found = (
            properties.find(bare)
            or properties.find_date(bare)
            or (properties.main_date() if squeeze(bare) == "date" else None)
        )
        if found:
            names.setdefault(squeeze(bare), found.name)
    return names

"""Query parameters that choose documents: equal, between, one of, containing; and free text.

Knows how people spell conditions; must not know paging or order.
"""

from __future__ import annotations

from sandbooks.resources.asks import Ask
from sandbooks.resources.model import Condition, Filter, Operator, Place, Schema, Search
from sandbooks.resources.properties import Properties, Property
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import by_word, singular, split_words, squeeze, vocabulary

OPERATORS: dict[str, Operator] = by_word(
    {
        "eq": "eq equals equal is exact iexact",
        "ne": "ne neq not notequal notequals isnot",
        "gt": "gt after greaterthan newerthan over above exclusivemin",
        "gte": """
            gte ge since from min start minimum greaterthanorequal greaterthanorequalto onorafter begin starting
            atleast
        """,
        "lt": "lt before lessthan olderthan under below",
        "lte": """
            lte le until to max end till maximum lessthanorequal lessthanorequalto onorbefore through ending atmost
        """,
        "in": "in any anyof oneof list",
        "not_in": "nin notin noneof",
        "contains": "contains like ilike icontains match matches search includes",
        "starts_with": "startswith startwith prefix istartswith beginswith",
        "exists": "exists present isset",
    }
)
BOUNDS = frozenset({"gt", "gte", "lt", "lte"})
LOOSE = frozenset({"is", "not", "any", "list", "to", "from", "in", "over", "under", "above", "below"})
SEARCHES = vocabulary(
    """
    q query search searchterm keyword keywords term terms text searchtext querystring fulltext searchquery
    searchstring searchphrase searchvalue freetext phrase s find searchkey
    """
)
CONDITIONS = vocabulary(
    "where filter filters query q search condition conditions expression criteria searchquery filterexpression"
)
SURE_SEARCHES = frozenset({"q", "query", "search", "searchterm", "searchtext", "searchquery", "fulltext"})


def find_filter(schemas: Schemas, properties: Properties, ask: Ask) -> Filter | None:
    """The condition that one input sets, None when it matches no property."""
    *front, last = ask.names
    if front and (operator := OPERATORS.get(squeeze(last))):
        found = _find(properties, "_".join(front), bound=operator in BOUNDS)
        return Filter(found.name, operator, ask.input) if found else None
    name = "_".join(ask.names)
    element = schemas.items(ask.schema)
    exact = properties.find(name, schemas.kind(ask.schema if element is None else element))
    if exact:
        return Filter(exact.name, _plain_operator(schemas, ask, exact), ask.input)
    return _affixed(properties, ask, split_words(name)) or _general_date(properties, ask)


def find_search(asks: list[Ask], properties: Properties) -> tuple[Search | None, Ask | None]:
    """The input for free text, and what it looks through."""
    for ask in asks:
        if ask.word in SEARCHES and (ask.word in SURE_SEARCHES or properties.find(ask.word) is None):
            return Search(ask.input, tuple(each.name for each in properties.all if is_text(each))), ask
    return None, None


def find_conditions(
    schemas: Schemas, asks: list[Ask], properties: Properties, schema: Schema
) -> dict[Place, Condition]:
    """The inputs for conditions in words, and what these may name; the same input may also take free text."""
    found: dict[Place, Condition] = {}
    for ask in asks:
        own = properties.find(ask.word)
        if ask.word not in CONDITIONS or schemas.kind(ask.schema) not in ("string", "") or schemas.enum(ask.schema):
            continue
        if own is None or squeeze(own.name) != ask.word:
            found[ask.input.path] = Condition(ask.input, _spellings(schemas, properties, schema))
    return found


def _spellings(schemas: Schemas, properties: Properties, schema: Schema) -> dict[str, str]:
    """Every property by its name, whole or without the objects around it, and by a shorter one for a date."""
    names: dict[str, str] = {}
    for each in properties.all:
        names.setdefault(squeeze(each.name), each.name)
    for each in properties.all:
        names.setdefault(squeeze(each.name.rpartition(".")[2]), each.name)
    for name, inner in schemas.properties(schema).items():
        if schemas.kind(inner) == "object" and not schemas.properties(inner):
            names.setdefault(squeeze(name), name)
    return names


def is_text(found: Property) -> bool:
    """A property in which people look for words."""
    return found.kind == "string" and not found.is_date and not found.in_array and found.name.count(".") < 2


def _find(properties: Properties, name: str, *, bound: bool) -> Property | None:
    """A bound means a number or a date; its date may be named short."""
    found = properties.find(name)
    if not bound:
        return found
    if found and (found.is_date or found.kind in ("integer", "number")):
        return found
    return properties.find_date(name) or found


def _plain_operator(schemas: Schemas, ask: Ask, found: Property) -> Operator:
    kind = schemas.kind(ask.schema)
    if kind == "boolean" and found.kind != "boolean":
        return "exists"
    if kind == "array":
        return "in"
    words = split_words(ask.names[-1])
    plural = (
        bool(words)
        and singular(words[-1]) != words[-1]
        and squeeze(found.name.rpartition(".")[2]) != squeeze(ask.names[-1])
    )
    told = any(word in ask.text.lower() for word in ("comma-separated", "comma separated", "separated by comma"))
    return "in" if plural or told else "eq"


def _affixed(properties: Properties, ask: Ask, words: tuple[str, ...]) -> Filter | None:
    """`created_at_gte`, `createdAfter`, `minAmount`, `date_from`: an operator before or behind the name."""
    for size in (3, 2, 1):
        if len(words) <= size:
            continue
        behind, before = "".join(words[-size:]), "".join(words[:size])
        for affix, rest in ((behind, words[:-size]), (before, words[size:])):
            operator = OPERATORS.get(affix)
            if operator is None:
                continue
            found = _find(properties, "_".join(rest), bound=operator in BOUNDS)
            if found and _makes_sense(operator, found):
                return Filter(found.name, operator, ask.input)
    return None


def _makes_sense(operator: Operator, found: Property) -> bool:
    if operator in BOUNDS:
        return found.is_date or found.kind in ("integer", "number")
    return operator not in ("contains", "starts_with") or found.kind in ("string", "")


def _general_date(properties: Properties, ask: Ask) -> Filter | None:
    """`since`, `from_date`, `end_date`, `modified_since` where no property bears the name."""
    words = [
        word for word in split_words("_".join(ask.names)) if word not in ("date", "time", "datetime", "day", "at", "on")
    ]
    operator = OPERATORS.get("".join(words))
    if operator not in BOUNDS:
        return None
    found = properties.main_date()
    return Filter(found.name, operator, ask.input) if found else None

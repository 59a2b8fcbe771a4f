"""What of a stored document its answers show, by its schema in the description; knows no kind of document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbooks import Call

Json = Any  # a JSON value


def shown_changes(call: Call, entity: str, changes: Mapping[str, Mapping[str, Json]]) -> dict[str, Json]:
    """The changes that a reader of the document sees: members, and members of what is in them, that are not shown are
    left out.
    """
    members = _members(call, _schema_of(entity))
    cut = {
        name: {each: _cut(call, members[name], change[each]) for each in ("old", "new")}
        for name, change in changes.items()
        if name in members
    }
    return {name: change for name, change in cut.items() if change["old"] != change["new"]}


def shown_member(call: Call, entity: str, name: str, value: Json) -> Json:
    """The value of a member as the document shows it; as it is where the document has none of that name."""
    return _cut(call, _members(call, _schema_of(entity)).get(name, {}), value)


def _schema_of(entity: str) -> dict[str, Json]:
    """`SALES_ORDER` is `SalesOrder` in the description."""
    return {"$ref": f"#/components/schemas/{entity.title().replace('_', '')}"}


def _members(call: Call, schema: Mapping[str, Json]) -> dict[str, Json]:
    """The schemas of an object's members, those of the schemas that it consists of as well."""
    whole = call.description.resolve(dict(schema))
    members: dict[str, Json] = dict(whole.get("properties") or {})
    for part in whole.get("allOf") or ():
        members |= _members(call, part)
    return members


def _cut(call: Call, schema: Mapping[str, Json], value: Json) -> Json:
    if isinstance(value, list):
        items = call.description.resolve(dict(schema)).get("items") or {}
        return [_cut(call, items, each) for each in value]
    members = _members(call, schema) if isinstance(value, dict) else {}
    return (
        {name: _cut(call, members[name], each) for name, each in value.items() if name in members} if members else value
    )

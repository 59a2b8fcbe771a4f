"""Record types and their fields: the standard ones as the description has them, and the tenant's own.

Knows the life of a custom type; knows no record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbooks import Call, Conflict, Detail, Invalid, NotFound, Reply

from .errors import DUPLICATE_NAME
from .kinds import CUSTOM_TYPES, CustomKind, Kind, StandardKind, Stored, as_integer, find_kind, standard_kinds
from .shapes import Schema
from .views import Json, moment, success

RECORDS_URL = "/api/v1/records"
FIRST_RANK = 0

Field = dict[str, Json]


def get_record_types(call: Call) -> Reply:
    """Standard types in the order of the description, then the tenant's own by name."""
    standard = [
        _type_view(kind.name, kind.schema.get("title"), kind.schema.get("description")) for kind in standard_kinds(call)
    ]
    custom = [
        _type_view(
            each["name"], each.get("displayName"), each.get("description"), is_custom=True, active=each["active"]
        )
        for each in _custom_types(call)
    ]
    return success(call, {"entityTypes": standard + custom}, f"{len(standard) + len(custom)} record types.")


def get_record_schema(call: Call) -> Reply:
    """The fields of a type in the order of their ranks.

    Raises:
        NotFound: no standard or custom type of that name.
    """
    kind = find_kind(call, call.path["type"])
    if kind is None:
        raise NotFound(f"There is no record type {call.path['type']!r}.")
    return success(call, {"entityType": kind.name, "fields": _fields(call, kind)}, f"The fields of {kind.name}.")


def get_custom_types(call: Call) -> Reply:
    """Every custom type by name, inactive ones too."""
    shown = [_custom_view(stored) for stored in _custom_types(call)]
    return success(call, {"customTypes": shown}, f"{len(shown)} custom record types.")


def create_custom_type(call: Call) -> Reply:
    """Store a new type; records of it can be written at once.

    Raises:
        Conflict: a standard or custom type, active or not, has that name.
        Invalid: a field's name occurs twice, or it refers to a type that is not there.
    """
    name, now = call.body["name"], moment(call.now)
    if find_kind(call, name) is not None:
        raise Conflict(f"There is a record type {name!r} already; choose another name.", code=DUPLICATE_NAME)
    stored = call.collection(CUSTOM_TYPES).put(
        {
            "name": name,
            "displayName": call.body.get("displayName"),
            "description": call.body.get("description"),
            "active": True,
            "fields": _checked_fields(call, call.body["fields"]),
            "createdAt": now,
            "updatedAt": now,
        }
    )
    return success(call, _custom_view(stored), f"Created the record type {name}.", 201)


def get_custom_type(call: Call) -> Reply:
    """One custom type.

    Raises:
        NotFound: none of that name.
    """
    return success(call, _custom_view(_custom_type(call)), f"The record type {call.path['name']}.")


def update_custom_type(call: Call) -> Reply:
    """Change the members that were sent; `fields` replaces the whole array (A32), `active` true revives (A33).

    Raises:
        NotFound: none of that name.
        Invalid: as for a new one.
    """
    stored, body = _custom_type(call), call.body
    changed = {name: body[name] for name in ("displayName", "description") if name in body}
    if body.get("active") is not None:
        changed["active"] = body["active"]
    if body.get("fields") is not None:
        changed["fields"] = _checked_fields(call, body["fields"])
    return _change(call, stored, changed, "Changed")


def deactivate_custom_type(call: Call) -> Reply:
    """Make a type inactive; its records are kept. Can be repeated (A33).

    Raises:
        NotFound: none of that name.
    """
    return _change(call, _custom_type(call), {"active": False}, "Deactivated")


def _change(call: Call, stored: Stored, changed: Mapping[str, Json], done: str) -> Reply:
    fields = {**changed, "updatedAt": moment(call.now)}
    stored = call.collection(CUSTOM_TYPES).change(stored["id"], fields)
    return success(call, _custom_view(stored), f"{done} the record type {stored['name']}.")


def _custom_types(call: Call) -> Sequence[Stored]:
    return call.collection(CUSTOM_TYPES).page(order=("name",)).items


def _custom_type(call: Call) -> Stored:
    name = call.path["name"]
    stored: Stored | None = call.collection(CUSTOM_TYPES).find_unique(name=name.lower())
    if stored is None:
        raise NotFound(f"There is no custom record type {name!r}.")
    return stored


def _type_view(
    name: str, display_name: str | None, description: str | None, *, is_custom: bool = False, active: bool = True
) -> dict[str, Json]:
    return {
        "name": name,
        "displayName": display_name,
        "description": description,
        "isCustom": is_custom,
        "active": active,
        "recordsUrl": RECORDS_URL,
        "schemaUrl": f"{RECORDS_URL}/schema/{name}",
    }


def _custom_view(stored: Stored) -> dict[str, Json]:
    shown = _type_view(
        stored["name"], stored.get("displayName"), stored.get("description"), is_custom=True, active=stored["active"]
    )
    return {"id": stored["id"], **shown, "fields": stored["fields"]}


def _fields(call: Call, kind: Kind) -> list[Field]:
    match kind:
        case StandardKind(schema=schema):
            return _standard_fields(call, schema)
        case CustomKind(fields=fields):
            return sorted(map(dict, fields), key=lambda field: (field["rank"] is None, field["rank"]))
    return []


def _standard_fields(call: Call, schema: Schema) -> list[Field]:
    """What can be sent of a standard type: everything but what the server makes."""
    types = {kind.collection: kind.name for kind in standard_kinds(call)}
    written = [(name, part) for name, part in schema["properties"].items() if not part.get("readOnly")]
    fields = []
    for rank, (name, part) in enumerate(written, FIRST_RANK):
        part = call.description.resolve(part)
        target = types.get(part.get("x-references", ""))
        fields.append(
            {
                "name": name,
                "displayName": _words(name),
                "type": "reference" if target else _field_type(part),
                "required": name in schema["required"] and "default" not in part,
                "nullable": part.get("nullable", False),
                "description": part.get("description"),
                "referencedEntityType": target,
                "rank": rank,
            }
        )
    return fields


def _field_type(part: Schema) -> str:
    written: str = part["type"]
    return {"date-time": "datetime", "date": "date"}.get(part.get("format", ""), written)


def _words(name: str) -> str:
    """`partnerStaffId` as `Partner staff id`."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return spaced[:1].upper() + spaced[1:]


def _checked_fields(call: Call, sent: Sequence[Mapping[str, Any]]) -> list[Field]:
    """The fields of a custom type with all their members (A31)."""
    fields: list[Field] = []
    for index, field in enumerate(sent):
        place = f"/fields/{index}"
        if field["name"] in [each["name"] for each in fields]:
            raise _refuse(f"{place}/name", f"{field['name']!r} occurs twice; names are unique in a type")
        target = find_kind(call, field.get("referencedEntityType") or "")
        if field["type"] == "reference" and target is None:
            wrong = f"{field.get('referencedEntityType')!r} is not a record type; a reference needs one"
            raise _refuse(f"{place}/referencedEntityType", wrong)
        fields.append(
            {
                "name": field["name"],
                "displayName": field.get("displayName"),
                "type": field["type"],
                "required": field.get("required", False),
                "nullable": field.get("nullable", True),
                "description": field.get("description"),
                "referencedEntityType": target.name if target and field["type"] == "reference" else None,
                "rank": FIRST_RANK + index if field.get("rank") is None else as_integer(field["rank"]),
            }
        )
    return fields


def _refuse(pointer: str, message: str) -> Invalid:
    return Invalid(f"{message}.", details=[Detail("body", pointer, message)])

"""Record types as the Records API sees them: how a record of each is found, checked and kept.

A standard type keeps its records where the read side finds them (A20); custom ones share one collection. Knows no
batch and no HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sandbooks import Call

from .amounts import LARGEST, complete
from .errors import REFERENCE_NOT_FOUND, VALIDATION_ERROR, Failure
from .links import NearLinks
from .operators import read_instant
from .shapes import Schema, Shape, Shapes
from .views import DATE_LENGTH, moment

Attributes = dict[str, Any]  # by name: any JSON
Stored = Mapping[str, Any]  # a stored document: JSON

CUSTOM_RECORDS = "records"
CUSTOM_TYPES = "custom"
BEYOND_INTEGERS = 2**63
MADE_BY_SERVER = ("id", "systemRef", "createdAt", "updatedAt")


class Kind(Protocol):
    """One record type; `name` as the catalogue spells it."""

    @property
    def name(self) -> str: ...

    @property
    def active(self) -> bool: ...

    @property
    def collection(self) -> str: ...

    def find(self, call: Call, ref: object) -> Stored | None:
        """The record of a systemRef, active or not; None when there is none."""

    def merged(self, call: Call, stored: Stored | None, sent: Mapping[str, Any]) -> Attributes:
        """What changes in the stored document, or makes a new one, when these attributes are sent.

        Raises:
            Failure: an attribute that is unknown, of the wrong type, missing, or refers to nothing.
        """

    def attributes(self, stored: Stored) -> Attributes:
        """What a record says, without what the server made."""


@dataclass(frozen=True, slots=True)
class StandardKind:
    """A type whose fields are those of a stored schema of the description."""

    name: str
    collection: str
    component: str
    schema: Schema
    active: bool = True

    def find(self, call: Call, ref: object) -> Stored | None:
        return call.collection(self.collection).find_unique(systemRef=ref)

    def merged(self, call: Call, stored: Stored | None, sent: Mapping[str, Any]) -> Attributes:
        shape = Shapes(call.description, NearLinks(call)).of(self.collection)
        fields: Attributes = {}
        for name, value in sent.items():
            field = self._field(shape, name)
            if field in fields:
                raise Failure(VALIDATION_ERROR, f"{name!r} is another name of an attribute that was sent, too.", name)
            fields[field] = _read_value(call, self.schema["properties"][field], value, name)
        document: Attributes = {**(with_defaults(self.schema, {}) if stored is None else stored), **fields}
        self._check(call, document)
        for name, value in fields.items():
            _check_references(call, self.schema["properties"][name], value, name)
        try:
            complete(self.collection, document, fields)
        except OverflowError as error:
            raise Failure(VALIDATION_ERROR, str(error)) from None
        return document

    def attributes(self, stored: Stored) -> Attributes:
        return {name: value for name, value in stored.items() if name not in MADE_BY_SERVER}

    def _field(self, shape: Shape, sent: str) -> str:
        name = shape.stored_name(sent)
        if name is None:
            raise Failure(VALIDATION_ERROR, f"{self.name} has no attribute {sent!r}.", sent)
        if name in MADE_BY_SERVER:
            raise Failure(VALIDATION_ERROR, f"{sent!r} is made by the server and cannot be written.", sent)
        return name

    def _check(self, call: Call, document: Attributes) -> None:
        now = moment(call.now)
        whole = {"id": 1, "createdAt": now, "updatedAt": now, **document}
        faults = call.description.check({"$ref": f"#/components/schemas/{self.component}"}, whole)
        if faults:
            field = faults[0].pointer.strip("/").replace("/", ".")
            raise Failure(VALIDATION_ERROR, f"{field}: {faults[0].message}.", field or None)


@dataclass(frozen=True, slots=True)
class CustomKind:
    """A type of the tenant's own; `fields` as they are stored."""

    name: str
    active: bool
    fields: tuple[Mapping[str, Any], ...]  # RecordField of the description
    collection: str = CUSTOM_RECORDS

    def find(self, call: Call, ref: object) -> Stored | None:
        return call.collection(self.collection).find_unique(type=self.name, systemRef=ref)

    def merged(self, call: Call, stored: Stored | None, sent: Mapping[str, Any]) -> Attributes:
        known = {field["name"]: field for field in self.fields}
        attributes: Attributes = dict(stored["attributes"]) if stored else {}
        for name, value in sent.items():
            if name not in known:
                raise Failure(VALIDATION_ERROR, f"{self.name} has no attribute {name!r}.", name)
            if known[name]["type"] in ("integer", "reference"):
                value = as_integer(value)
            _check_custom(call, known[name], value)
            attributes[name] = value
        for name, field in known.items():
            if field["required"] and name not in attributes:
                raise Failure(VALIDATION_ERROR, f"{name!r} is required.", name)
        return {"type": self.name, "attributes": attributes, "active": stored["active"] if stored else True}

    def attributes(self, stored: Stored) -> Attributes:
        # A32: what a dropped field held is kept, but not shown.
        known = {field["name"] for field in self.fields}
        return {name: value for name, value in stored["attributes"].items() if name in known}


def find_kind(call: Call, name: str) -> Kind | None:
    """The type of that name, active or not; case does not matter (A29)."""
    wanted = name.lower()
    for kind in standard_kinds(call):
        if kind.name.lower() == wanted:
            return kind
    stored = call.collection(CUSTOM_TYPES).find_unique(name=wanted)
    return custom_kind(stored) if stored else None


def kind_of(call: Call, collection: str, stored: Stored) -> Kind | None:
    """The type whose record a document of that collection is; None where it is no record."""
    if collection == CUSTOM_RECORDS:
        return find_kind(call, stored["type"])
    return next((kind for kind in standard_kinds(call) if kind.collection == collection), None)


def standard_kinds(call: Call) -> list[StandardKind]:
    """The types that the description declares, in its order."""
    schemas: Mapping[str, Schema] = call.description.document["components"]["schemas"]
    return [
        StandardKind(schema["x-record-type"], schema["x-collection"], component, schema)
        for component, schema in schemas.items()
        if "x-record-type" in schema
    ]


def custom_kind(stored: Stored) -> CustomKind:
    return CustomKind(stored["name"], stored["active"], tuple(stored["fields"]))


def with_defaults(schema: Schema, document: Mapping[str, Any]) -> Attributes:
    """The document with the schema's defaults where it says nothing."""
    defaults = {name: part["default"] for name, part in schema["properties"].items() if "default" in part}
    return {**defaults, **document}


def as_integer(value: Any) -> Any:
    """A whole number as the integer that it is (JSON knows no difference between 1.0 and 1); else the value itself."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < BEYOND_INTEGERS else value


def as_integers(value: Any) -> Any:
    """As `as_integer`, of everything inside: what is equal in JSON is then equal as text."""
    if isinstance(value, dict):
        return {name: as_integers(inner) for name, inner in value.items()}
    return [as_integers(item) for item in value] if isinstance(value, list) else as_integer(value)


def _read_value(call: Call, part: Schema, value: Any, field: str) -> Any:
    """The value as it is kept: whole numbers as integers, moments with their zone, wherever its schema asks for them.

    Raises:
        Failure: a number too large to reckon with, or a moment that no calendar has.
    """
    part = call.description.resolve(dict(part))
    if isinstance(value, list) and "items" in part:
        return [_read_value(call, part["items"], item, f"{field}.{index}") for index, item in enumerate(value)]
    if isinstance(value, dict):
        known = part.get("properties", {})
        return {
            name: _read_value(call, known[name], inner, f"{field}.{name}") if name in known else inner
            for name, inner in value.items()
        }
    if isinstance(value, str) and part.get("format") == "date-time":
        return _read_moment(value, field)
    if part.get("type") not in ("integer", "number"):
        return value
    value, limit = (as_integer(value), BEYOND_INTEGERS) if part["type"] == "integer" else (value, LARGEST)
    if isinstance(value, int | float) and abs(value) >= limit:
        raise Failure(VALIDATION_ERROR, f"{field}: {value} is too large.", field)
    return value


def _read_moment(text: str, field: str) -> str:
    """A date-time with its zone; a date is its first moment, and without a zone it is UTC, as in searches (A14)."""
    written = text.upper()  # t and z may be small
    if read_instant(written) is None:
        raise Failure(VALIDATION_ERROR, f"{field}: {text!r} is not an ISO date or date-time.", field)
    if len(written) == DATE_LENGTH:
        return f"{written}T00:00:00Z"
    return written if datetime.fromisoformat(written).tzinfo else f"{written}Z"


def _check_references(call: Call, part: Schema, value: Any, field: str) -> None:
    """Every foreign key in a value must point to a document of this tenant."""
    part = call.description.resolve(dict(part))
    if "x-references" in part and value is not None:
        if call.collection(part["x-references"]).find_one(value) is None:
            raise Failure(
                REFERENCE_NOT_FOUND, f"{field}: there is no document {value} in {part['x-references']}.", field
            )
    elif isinstance(value, list) and "items" in part:
        for index, item in enumerate(value):
            _check_references(call, part["items"], item, f"{field}.{index}")
    elif isinstance(value, dict):
        for name, inner in part.get("properties", {}).items():
            if name in value:
                _check_references(call, inner, value[name], f"{field}.{name}")


def _check_custom(call: Call, field: Mapping[str, Any], value: object) -> None:
    name, kind = field["name"], field["type"]
    if value is None:
        if not field["nullable"]:
            raise Failure(VALIDATION_ERROR, f"{name!r} cannot be null.", name)
        return
    if not _fits(kind, value):
        raise Failure(VALIDATION_ERROR, f"{name}: {value!r} is not of type {kind}.", name)
    if kind == "reference" and not _exists(call, field["referencedEntityType"], value):
        target = field["referencedEntityType"]
        raise Failure(REFERENCE_NOT_FOUND, f"{name}: there is no {target} {value}.", name)


def _fits(kind: str, value: object) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "reference":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "date":
            return isinstance(value, str) and _is_date(value)
        case "datetime":
            return isinstance(value, str) and _is_moment(value)
    return False


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    day = text[:DATE_LENGTH]
    return len(text) > DATE_LENGTH and _is_date(day) and read_instant(text.upper()) is not None


def _exists(call: Call, type_name: str, id: object) -> bool:
    kind = find_kind(call, type_name)
    if kind is None or not isinstance(id, int):
        return False
    found = call.collection(kind.collection).find_one(id)
    return found is not None and (kind.collection != CUSTOM_RECORDS or found["type"] == kind.name)

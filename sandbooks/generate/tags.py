"""Discriminators: which word in which property tells one schema of a choice from the others.

Knows `discriminator` and the names of schemas; must not know values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbooks.spec.model import Json, Schema


def ref_name(schema: Json) -> str:
    """`Pet` of `#/components/schemas/Pet`; empty for a schema that is written in place."""
    ref = schema.get("$ref") if isinstance(schema, dict) else None
    return ref.rsplit("/", 1)[-1] if isinstance(ref, str) else ""


def tag_property(schema: Schema) -> str:
    """The property that tells, empty where there is no discriminator."""
    discriminator = schema.get("discriminator")
    name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
    return name if isinstance(name, str) else ""


def tags_of(option: Json, discriminator: Json) -> list[str]:
    """What the property may say for a schema: the mapping's words for it, else the schema's name."""
    ref, name = str(option.get("$ref", "")) if isinstance(option, dict) else "", ref_name(option)
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    pairs = mapping.items() if isinstance(mapping, dict) else ()
    words = [str(word) for word, target in pairs if name and target in (ref, name)]
    return words or ([name] if name else [])


def set_tag(schema: Schema, tag: str) -> Schema:
    """The schema of a discriminator's property, narrowed to one word unless its own list forbids that word."""
    listed = schema.get("enum")
    if (isinstance(listed, list) and tag not in listed) or "const" in schema or not tag:
        return schema
    return {**{key: value for key, value in schema.items() if key not in ("example", "examples")}, "enum": [tag]}


def tag_schema(schema: Schema, label: str) -> Schema:
    """A schema that others build on, with its discriminator's property set to what it says for the schema `label`."""
    name = tag_property(schema)
    tags = tags_of({"$ref": f"#/components/schemas/{label}"}, schema.get("discriminator"))
    if not name or not label or not tags:
        return schema
    properties = schema.get("properties", {})
    rest = {key: value for key, value in schema.items() if key != "discriminator"}
    return {**rest, "properties": {**properties, name: set_tag(properties.get(name, {}), tags[0])}}

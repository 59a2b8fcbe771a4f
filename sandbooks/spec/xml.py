"""Elements of an XML document become the value that a schema describes.

Knows the `xml` words of schemas: name, attribute, wrapped; names come without their namespaces. Must not know bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from sandbooks.spec.model import Json, Schema
from sandbooks.spec.shapes import Shape, Shapes, scalar_reader

TEXTS: Final = ("value", "text", "content", "_value", "_text", "#text", "$")
"""Properties that hold the text of an element which has attributes too."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an element or attribute belongs: a property, and how an array of it is written."""

    name: str
    schema: Schema
    form: str = "one"  # or `wrapped`, or `bare`: an element for each item


def decode_document(root: Element, schema: Schema, shapes: Shapes) -> Json:
    """The value of a whole document. Its root's name does not count, unless it is that of a property of the schema
    and nothing inside it is."""
    shape = shapes.of(schema)
    places = _places(shape, shapes)
    if root.tag in places and not any(child.tag in places for child in root):
        place = places[root.tag]
        return {place.name: decode_xml(root, place.schema, shapes)}
    return decode_xml(root, schema, shapes)


def decode_xml(element: Element, schema: Schema, shapes: Shapes) -> Json:
    """The value of an element, whatever its own name.

    Texts are read as numbers and so on where the schema says so, and stay texts where they cannot be. What the schema
    does not know is kept under its own name.
    """
    shape = shapes.of(schema)
    if element.get("nil") in ("true", "1") and not len(element) and not element.text:
        return None
    if "array" in shape.types and "object" not in shape.types:
        return [decode_xml(child, shape.items, shapes) for child in element]
    if "object" in shape.types or (not shape.types and (len(element) or element.attrib)):
        return _object(element, shape, shapes)
    text = "".join(element.itertext())
    return scalar_reader(shape.types)(text if not shape.types or "string" in shape.types else text.strip())


def _object(element: Element, shape: Shape, shapes: Shapes) -> Json:
    """The object that an element is; its text alone where that belongs to no property, so that the check tells."""
    places = _places(shape, shapes)
    made: dict[str, Json] = {}
    for key, text in element.attrib.items():
        own = places.get(key, _Place(key, shape.extra))
        made[own.name] = shapes.read(text, own.schema)
    for child in element:
        place = places.get(child.tag)
        if place is None:
            _add_unknown(made, child, shape, shapes)
        elif place.form == "bare":
            made.setdefault(place.name, []).append(decode_xml(child, shapes.of(place.schema).items, shapes))
        else:
            made[place.name] = decode_xml(child, place.schema, shapes)
    text = (element.text or "").strip()
    if text and not len(element):
        name = next((name for name in TEXTS if name in shape.properties and name not in made), None)
        if name is None and shape.properties and not made:
            return text
        if name is not None or not shape.properties:
            made[name or "value"] = shapes.read(text, shape.properties.get(name or "", {}))
    return made


def _add_unknown(made: dict[str, Json], child: Element, shape: Shape, shapes: Shapes) -> None:
    """A value under the element's own name, an array where it repeats."""
    value = decode_xml(child, shape.extra, shapes)
    if child.tag not in made:
        made[child.tag] = value
    elif isinstance(made[child.tag], list):
        made[child.tag].append(value)
    else:
        made[child.tag] = [made[child.tag], value]


def _places(shape: Shape, shapes: Shapes) -> Mapping[str, _Place]:
    """The properties by the names that XML gives them; by their own where no other has that name."""
    found = dict(_named(shape, shapes))
    for name, schema in shape.properties.items():
        is_array = "array" in shapes.of(schema).types
        found.setdefault(name, _Place(name, schema, "bare" if is_array else "one"))
    return found


def _named(shape: Shape, shapes: Shapes) -> Iterator[tuple[str, _Place]]:
    for name, schema in shape.properties.items():
        inner = shapes.of(schema)
        own = str(inner.xml.get("name") or name)
        if "array" not in inner.types:
            yield own, _Place(name, schema)
        elif inner.xml.get("wrapped") is True:
            yield own, _Place(name, schema, "wrapped")
        else:
            yield str(shapes.of(inner.items).xml.get("name") or own), _Place(name, schema, "bare")

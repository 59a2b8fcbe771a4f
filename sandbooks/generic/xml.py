"""JSON values written as XML, by the `xml` words of their schemas: name, attribute, wrapped, prefix, namespace.

Knows schemas; must not know answers.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from sandbooks.generic.places import Json
from sandbooks.generic.shapes import Shapes
from sandbooks.spec import Schema

ROOT = "response"
ELEMENT = "item"


def render_xml(value: Json, schema: Schema, shapes: Shapes) -> bytes:
    """The value as an XML document. Its root bears the schema's own name: `Pet` of `#/components/schemas/Pet`."""
    words = _words(schema, shapes)
    root = Element(_name(words, _reference_name(schema) or ROOT))
    if words.get("namespace"):
        root.set(f"xmlns:{words['prefix']}" if words.get("prefix") else "xmlns", str(words["namespace"]))
    if isinstance(value, list):
        _add_items(root, value, shapes.plain(schema), ELEMENT, shapes)
    else:
        _fill(root, value, schema, shapes)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _fill(element: Element, value: Json, schema: Schema, shapes: Shapes) -> None:
    if isinstance(value, dict):
        properties = shapes.shape(schema, value).properties
        for name, inner in value.items():
            _add(element, name, inner, properties.get(name, {}), shapes)
    elif value is not None:
        element.text = _text(value)


def _add(parent: Element, name: str, value: Json, schema: Schema, shapes: Shapes) -> None:
    words = _words(schema, shapes)
    own = _name(words, name)
    if words.get("attribute") is True and not isinstance(value, dict | list):
        parent.set(own, _text(value))
    elif isinstance(value, list):
        holder = SubElement(parent, own) if words.get("wrapped") is True else parent
        _add_items(holder, value, shapes.plain(schema), own, shapes)
    else:
        _fill(SubElement(parent, own), value, schema, shapes)


def _add_items(holder: Element, values: list[Json], plain: Schema, name: str, shapes: Shapes) -> None:
    inner = plain.get("items")
    schema = inner if isinstance(inner, dict) else {}
    own = _name(_words(schema, shapes), _reference_name(schema) if name == ELEMENT else name) or ELEMENT
    for value in values:
        if isinstance(value, list):
            _add_items(SubElement(holder, own), value, shapes.plain(schema), ELEMENT, shapes)
        else:
            _fill(SubElement(holder, own), value, schema, shapes)


def _words(schema: Schema, shapes: Shapes) -> Schema:
    words = shapes.plain(schema).get("xml")
    return words if isinstance(words, dict) else {}


def _name(words: Schema, otherwise: str) -> str:
    name = str(words.get("name") or otherwise)
    return f"{words['prefix']}:{name}" if words.get("prefix") and name else _legal(name)


def _reference_name(schema: Schema) -> str:
    reference = schema.get("$ref")
    return reference.rsplit("/", 1)[-1] if isinstance(reference, str) else ""


def _legal(name: str) -> str:
    """A name that XML allows for an element."""
    kept = "".join(letter if letter.isalnum() or letter in "_-." else "_" for letter in name)
    return f"_{kept}" if kept and not (kept[0].isalpha() or kept[0] == "_") else kept


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else "".join(letter for letter in str(value) if letter >= " " or letter in "\t\n\r")

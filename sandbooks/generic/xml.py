"""JSON values written as XML, by the `xml` words of their schemas: name, attribute, wrapped, prefix, namespace.

Knows schemas; must not know answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from sandbooks.generic.places import Json
from sandbooks.generic.shapes import Shapes
from sandbooks.spec import Schema

ROOT = "response"
ELEMENT = "item"

_ILLEGAL = r"[^A-Za-z0-9_.\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u3001-\uD7FF-]"
_CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]"
"""What an element's name and a text must not have; wide sets, compiled at first use."""


def render_xml(value: Json, schema: Schema, shapes: Shapes) -> bytes:
    """The value as an XML document. Its root bears the schema's own name: `Pet` of `#/components/schemas/Pet`."""
    words = _words(schema, shapes)
    root = _Node(Element(""), frozenset())
    root = root.named(words, _reference_name(schema) or ROOT)
    if isinstance(value, list):
        _add_items(root, value, shapes.plain(schema), ELEMENT, shapes)
    else:
        _fill(root, value, schema, shapes)
    text: bytes = tostring(root.element, encoding="utf-8", xml_declaration=True)
    return text


@dataclass(frozen=True, slots=True)
class _Node:
    """An element, and the prefixes that are declared on it or above it."""

    element: Element
    prefixes: frozenset[str]

    def named(self, words: Schema, otherwise: str) -> _Node:
        """The same with the name that the words give it, and what that name needs declared."""
        prefix, namespace = str(words.get("prefix") or ""), str(words.get("namespace") or "")
        if namespace and prefix not in self.prefixes:
            self.element.set(f"xmlns:{prefix}" if prefix else "xmlns", namespace)
        known = self.prefixes | {prefix} if namespace and prefix else self.prefixes
        self.element.tag = _name(words, otherwise, known)
        return _Node(self.element, known)

    def child(self, words: Schema, otherwise: str) -> _Node:
        """A new element inside this one."""
        return _Node(SubElement(self.element, ""), self.prefixes).named(words, otherwise)


def _fill(node: _Node, value: Json, schema: Schema, shapes: Shapes) -> None:
    if isinstance(value, dict):
        properties = shapes.shape(schema, value).properties
        for name, inner in value.items():
            _add(node, name, inner, properties.get(name, {}), shapes)
    elif value is not None:
        node.element.text = _text(value)


def _add(parent: _Node, name: str, value: Json, schema: Schema, shapes: Shapes) -> None:
    words = _words(schema, shapes)
    if words.get("attribute") is True and not isinstance(value, dict | list):
        if value is not None:
            _add_attribute(parent, words, name, value)
    elif isinstance(value, list):
        holder = parent.child(words, name) if words.get("wrapped") is True else parent
        _add_items(holder, value, shapes.plain(schema), str(words.get("name") or name), shapes)
    else:
        _fill(parent.child(words, name), value, schema, shapes)


def _add_attribute(parent: _Node, words: Schema, name: str, value: Json) -> None:
    prefix, namespace = str(words.get("prefix") or ""), str(words.get("namespace") or "")
    known = parent.prefixes
    if prefix and namespace and prefix not in known:
        parent.element.set(f"xmlns:{prefix}", namespace)
        known = known | {prefix}
    parent.element.set(_name(words, name, known), _text(value))


def _add_items(holder: _Node, values: list[Json], plain: Schema, name: str, shapes: Shapes) -> None:
    inner = plain.get("items")
    schema = inner if isinstance(inner, dict) else {}
    words = _words(schema, shapes)
    own = (_reference_name(schema) if name == ELEMENT else name) or ELEMENT
    for value in values:
        node = holder.child(words, own)
        if isinstance(value, list):
            _add_items(node, value, shapes.plain(schema), ELEMENT, shapes)
        else:
            _fill(node, value, schema, shapes)


def _words(schema: Schema, shapes: Shapes) -> Schema:
    words = shapes.plain(schema).get("xml")
    return words if isinstance(words, dict) else {}


def _name(words: Schema, otherwise: str, prefixes: frozenset[str]) -> str:
    """The name that the words give; a prefix that is declared nowhere is left out, for nobody could read it."""
    name, prefix = _legal(str(words.get("name") or otherwise)), str(words.get("prefix") or "")
    return f"{prefix}:{name}" if prefix in prefixes else name


def _reference_name(schema: Schema) -> str:
    reference = schema.get("$ref")
    return reference.rsplit("/", 1)[-1] if isinstance(reference, str) else ""


def _legal(name: str) -> str:
    """A name that XML allows for an element."""
    kept = re.sub(_ILLEGAL, "_", name)
    return kept if kept and (kept[0].isalpha() or kept[0] == "_") else f"_{kept}"


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else re.sub(_CONTROL, "", str(value))

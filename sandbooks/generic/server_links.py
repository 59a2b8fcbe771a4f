"""Links in a description's examples lead to the vendor's own server; in answers they lead to this one.

Knows schemas of documents; must not know stores.
"""

from __future__ import annotations

import re

from sandbooks.generic.places import Json
from sandbooks.generic.shapes import Shapes, kind_of
from sandbooks.generic.urls import ItemUrl
from sandbooks.pack import Call
from sandbooks.resources import Resource
from sandbooks.resources.words import squeeze, vocabulary
from sandbooks.spec import Description, Schema

OWN_LINKS = vocabulary("url self selflink selfurl href uri resourceuri apiurl")
DEEPEST = 4
MOST_OBJECTS = 300
_ROOT = re.compile(r"https?://[^/{}]+")

Tree = dict[str, "Tree | None"]
"""Property names on the way to links; None where the link itself stands."""


class ServerLinks:
    """The links in the documents of one schema, found by their examples.

    Client libraries follow them: an invoice whose `url` names the vendor's host would lead them away.
    """

    def __init__(self, description: Description, shapes: Shapes, schema: Schema, resource: Resource) -> None:
        self._root = _server_root(description)
        self._shapes = shapes
        self._objects = 0
        self._tree = self._read(schema, 0) if self._root else {}
        self._url = ItemUrl(resource)
        self._own = tuple(name for name, below in self._tree.items() if below is None and squeeze(name) in OWN_LINKS)

    def turn(self, call: Call, document: dict[str, Json]) -> None:
        """Let the links of a document lead to this server, in place; its own one to where it is read."""
        if not self._tree:
            return
        for name in self._own:
            if name in document and (url := self._url.of(call, document)):
                document[name] = url
        self._turn(document, self._tree, call.base_url)

    def _turn(self, value: Json, tree: Tree, base_url: str) -> None:
        if isinstance(value, list):
            for each in value:
                self._turn(each, tree, base_url)
        elif isinstance(value, dict):
            for name, below in tree.items():
                found = value.get(name)
                if below is not None:
                    self._turn(found, below, base_url)
                elif isinstance(found, str) and found.startswith(self._root):
                    value[name] = base_url + found[len(self._root) - 1 :]

    def _read(self, schema: Schema, depth: int) -> Tree:
        self._objects += 1
        tree: Tree = {}
        if depth > DEEPEST or self._objects > MOST_OBJECTS:
            return tree
        for name, inner in self._shapes.shape(self._shapes.element(schema)).properties.items():
            plain = self._shapes.plain(inner)
            if kind_of(plain) in ("object", "array"):
                if below := self._read(inner, depth + 1):
                    tree[name] = below
            elif str(plain.get("example", "")).startswith(self._root):
                tree[name] = None
        return tree


def _server_root(description: Description) -> str:
    """Scheme and host of the first server with a slash; empty where its address is relative or varies."""
    servers = description.document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers and isinstance(servers[0], dict) else {}
    found = _ROOT.match(str(first.get("url", "")))
    return f"{found[0]}/" if found else ""

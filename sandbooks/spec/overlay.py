"""Overlays: changes that are laid over a description before anything is read from it.

Knows OpenAPI Overlay 1.0 and JSONPath; must not know what the parts that it changes mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import orjson
from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError, JSONPathNode, JSONPathQuery

from sandbooks.errors import StartupError
from sandbooks.spec.events import MOST_LEVELS
from sandbooks.spec.load import MOST_NODES, parse_document, read_text
from sandbooks.spec.model import Finding, Json, Schema
from sandbooks.spec.schema import Validator
from sandbooks.spec.wording import shorten

_VERSION: Final = re.compile(r"1\.0(\.\d+)?")
_EXTENSIONS: Final[Schema] = {"^x-": {}}
_INFO: Final = {
    "type": "object",
    "required": ["title", "version"],
    "properties": {"title": {"type": "string"}, "version": {"type": ["string", "number"]}},
    "patternProperties": _EXTENSIONS,
    "additionalProperties": False,
}
_ACTION: Final = {
    "type": "object",
    "required": ["target"],
    "properties": {
        "target": {"type": "string"},
        "description": {"type": "string"},
        "update": {},
        "remove": {"type": "boolean"},
    },
    "patternProperties": _EXTENSIONS,
    "additionalProperties": False,
}
_OVERLAY: Final = {
    "type": "object",
    "required": ["overlay", "info", "actions"],
    "properties": {
        "overlay": {},
        "info": _INFO,
        "extends": {"type": "string"},
        "actions": {"type": "array", "minItems": 1, "items": _ACTION},
    },
    "patternProperties": _EXTENSIONS,
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Action:
    """One change: what it selects, what is merged into that, or whether it is taken out."""

    target: JSONPathQuery
    written: str
    update: Json
    remove: bool
    place: str


@dataclass(frozen=True, slots=True)
class Overlay:
    """What one overlay file says; `extends` is empty where it names no description."""

    source: Path
    extends: str
    actions: tuple[Action, ...]

    def names(self, description: Path) -> bool:
        """True where `extends` leads to this very file."""
        parts = urlsplit(self.extends)
        if not parts.path or parts.scheme or parts.netloc:
            return False
        return (self.source.parent / unquote(parts.path)).resolve() == description.resolve()


def read_overlay(path: Path, raw: bytes | None = None) -> Overlay:
    """The overlay that a file holds, or `raw`, which was read from it.

    Raises:
        StartupError: the file cannot be read or is no overlay; with the place in it.
    """
    findings: list[Finding] = []
    document = parse_document(read_text(path) if raw is None else raw, path, findings)
    for finding in findings:
        raise StartupError(finding.message, file=path, place=finding.place)
    if "overlay" not in document:
        raise StartupError("not an overlay: 'overlay' is not given", file=path, place="1:1")
    if not _VERSION.fullmatch(str(document["overlay"])):
        raise StartupError(f"overlay {document['overlay']} is not supported: expected 1.0.x", file=path, place="1:1")
    for fault in Validator(_OVERLAY).faults(document):
        raise StartupError(fault.message, file=path, place=fault.pointer)
    environment = _Paths()
    actions = [_action(raw, number, path, environment) for number, raw in enumerate(document["actions"])]
    return Overlay(path, document.get("extends", ""), tuple(actions))


def lay_over(document: dict[str, Json], overlays: Iterable[Overlay], findings: list[Finding]) -> None:
    """Carry out the actions of every overlay, in their order, in place.

    One that selects nothing, or something that cannot be changed so, is reported.

    Raises:
        StartupError: the description would grow beyond what is read.
    """
    room = MOST_NODES
    for overlay in overlays:
        for action in overlay.actions:
            nodes = _selected(action, document)
            room -= len(nodes) * _size(action.update)
            if room < 0:
                raise StartupError(f"more than {MOST_NODES} nodes are added", file=overlay.source, place=action.place)
            _Act(action, f"{overlay.source.name}#{action.place}", findings).carry_out(nodes)


class _Paths(JSONPathEnvironment):
    """Paths that reach as deep as a description may be."""

    max_recursion_depth = MOST_LEVELS + 1


def _action(raw: dict[str, Json], number: int, path: Path, environment: JSONPathEnvironment) -> Action:
    place = f"/actions/{number}"
    written = raw["target"]
    try:
        target = environment.compile(written)
    except JSONPathError as problem:
        cause = f"{shorten(written)} is no JSONPath: {problem.args[0]}"
        raise StartupError(cause, file=path, place=f"{place}/target") from problem
    return Action(target, shorten(written), raw.get("update"), raw.get("remove", False), place)


def _selected(action: Action, document: dict[str, Json]) -> list[JSONPathNode]:
    """What the target selects, each place once."""
    return list({node.location: node for node in action.target.finditer(document)}.values())


@dataclass(frozen=True, slots=True)
class _Act:
    """One action being carried out, and where it stands."""

    action: Action
    place: str
    findings: list[Finding]

    def carry_out(self, nodes: Sequence[JSONPathNode]) -> None:
        action = self.action
        if not nodes:
            self.findings.append(Finding("warning", f"{self.place}/target", f"{action.written} selects nothing"))
        elif action.remove:
            self._remove(nodes)
        elif action.update is None:
            self.findings.append(
                Finding("warning", self.place, "neither 'update' nor 'remove' is given: nothing is done")
            )
        else:
            for node in nodes:
                self._update(node)

    def _update(self, node: JSONPathNode) -> None:
        there: Json = node.value
        update = _copied(self.action.update)
        if isinstance(there, list):
            there += update if isinstance(update, list) else [update]
        elif isinstance(there, dict) and isinstance(update, dict):
            _merge(there, update)
        else:
            cause = f"{shorten(update)} cannot be merged into {shorten(there)}, which {self.action.written} selects"
            self.findings.append(Finding("error", f"{self.place}/update", cause))

    def _remove(self, nodes: Sequence[JSONPathNode]) -> None:
        """Take out what is selected, of a list the last first, so that the others keep their numbers."""
        for node in sorted(nodes, key=_position, reverse=True):
            if node.parent is None:
                self.findings.append(Finding("error", self.place, "the whole description cannot be removed"))
            else:
                holder: Json = node.parent.value
                del holder[node.location[-1]]


def _position(node: JSONPathNode) -> int:
    last = node.location[-1] if node.location else 0
    return last if isinstance(last, int) else 0


def _merge(there: dict[str, Json], update: dict[str, Json]) -> None:
    """Objects are merged name by name, lists appended, anything else replaced; null leaves objects and lists alone."""
    for name, value in update.items():
        held = there.get(name)
        if isinstance(held, dict) and isinstance(value, dict):
            _merge(held, value)
        elif isinstance(held, list) and isinstance(value, list):
            held += value
        elif value is not None or not isinstance(held, dict | list):
            there[name] = value


def _copied(value: Json) -> Json:
    return orjson.loads(orjson.dumps(value))


def _size(value: Json) -> int:
    """How many values a value consists of."""
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1

"""References: where a `$ref` leads, and how those into other files are brought inside one document.

Knows files of the description's own folder; must never open anything else, and knows no network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from sandbooks.errors import StartupError
from sandbooks.spec.cache import Cache
from sandbooks.spec.load import load_document
from sandbooks.spec.model import Finding, Json, escape

FILES: Final = "x-sandbooks-files"
"""Where files that a description refers to stand in its document, by their path in the folder."""

UNRESOLVED: Final = "x-unresolved"
"""Marks the place of a `$ref` that leads nowhere or must not be followed; its value is the reference as written."""

OLD_WEBHOOKS: Final = "x-webhooks"
"""Where descriptions older than OpenAPI 3.1 keep their webhooks."""

_MOST_FILES: Final = 1_000
_DATA: Final = frozenset({"example", "default", "enum", "const", "value"})
_NAMES: Final = frozenset(
    """properties patternProperties dependentSchemas definitions $defs schemas responses parameters examples headers
    requestBodies callbacks links securitySchemes securityDefinitions pathItems paths webhooks x-webhooks content
    encoding variables mapping scopes""".split()  # noqa: SIM905 - one name per line would fill the page
)


def find(document: Json, ref: str) -> Json:
    """What stands at a local reference (`#/components/schemas/Pet`); LookupError when nothing does."""
    if ref in ("#", "#/"):
        return document
    if not ref.startswith("#/"):
        raise LookupError(ref)
    node = document
    for step in ref[2:].split("/"):
        node = _step(node, unquote(step).replace("~1", "/").replace("~0", "~"), ref)
    return node


def follow(document: Json, node: Json) -> Json:
    """The value behind a chain of `$ref`; LookupError when the chain breaks or runs in a circle.

    What stands beside a `$ref` is laid over its target.
    """
    seen: set[str] = set()
    beside: dict[str, Json] = {}
    while isinstance(node, dict) and isinstance(ref := node.get("$ref"), str):
        if ref in seen:
            raise LookupError(ref)
        seen.add(ref)
        if len(node) > 1:
            beside = {**{key: value for key, value in node.items() if key != "$ref"}, **beside}
        node = find(document, ref)
    return {**node, **beside} if beside and isinstance(node, dict) else node


def bundle(document: dict[str, Json], source: Path, findings: list[Finding], *, cache: Cache | None = None) -> None:
    """Make every `$ref` of the document local, in place.

    Files of the same folder move to `x-sandbooks-files`. A reference that leads nowhere, back to itself, out of the
    folder or to a scheme is reported and replaced by `x-unresolved`.
    """
    _Bundle(document, source, findings, cache).run()


def mappings(root: Json, place: str) -> Iterator[tuple[dict[str, Json], str]]:
    """Every mapping that OpenAPI gives a meaning to, with its place.

    Left out are examples and other data, and mappings of names such as `properties` (but not what stands in them).
    Shared parts come once.
    """
    seen: set[int] = set()
    waiting: list[tuple[Json, str, bool]] = [(root, place, False)]
    while waiting:
        node, at, named = waiting.pop()
        if isinstance(node, list):
            waiting += [(item, f"{at}/{number}", False) for number, item in enumerate(node)]
        if not isinstance(node, dict) or id(node) in seen:
            continue
        seen.add(id(node))
        if not named:
            yield node, at
        for key, value in node.items():
            if isinstance(value, dict | list) and (named or not _is_data(key, value)):
                waiting.append((value, f"{at}/{escape(key)}", not named and key in _NAMES))


@dataclass(frozen=True, slots=True)
class _File:
    """One file of a description: its path in the folder (`""` for the description itself) and what it holds."""

    name: str
    root: Json

    @property
    def prefix(self) -> str:
        return f"#/{FILES}/{escape(self.name)}" if self.name else "#"


class _Bundle:
    def __init__(self, document: dict[str, Json], source: Path, findings: list[Finding], cache: Cache | None) -> None:
        self.document = document
        self.cache = cache
        self.folder = source.parent.resolve()
        self.findings = findings
        self.files: dict[str, _File | None] = {"": _File("", document)}
        self.own_name = source.name
        self.references: list[tuple[dict[str, Json], str, str]] = []

    def run(self) -> None:
        waiting = [self.files[""]]
        while waiting:
            file = waiting.pop()
            if file is None:
                continue
            known = set(self.files)
            for node, key, place in _references(file.root, file.prefix[1:]):
                self._localise(node, key, place, file)
            waiting += [self.files[name] for name in self.files if name not in known]
        for node, place, written in self.references:
            self._check(node, place, written)

    def _localise(self, node: dict[str, Json], key: str, place: str, file: _File) -> None:
        """Point one reference into the document, or report it."""
        written = str(node[key])
        try:
            node[key] = self._target(written, file)
        except (LookupError, ValueError) as problem:
            self._drop(node, key, place, why=str(problem.args[0]))
        else:
            if key == "$ref":
                self.references.append((node, place, written))

    def _target(self, written: str, file: _File) -> str:
        """The local form of a reference that stands in `file`."""
        name, fragment = self._split(written, file)
        target = self._open(name)
        for root, prefix in ((target.root, target.prefix), (self.document, "#")):
            local = "#" + (fragment if fragment.startswith("/") else "")
            if fragment and local == "#":
                local = _anchor(root, fragment)
            if local and _stands(root, local):
                return prefix + local[1:] or "#"
        raise LookupError("nothing stands there")

    def _split(self, written: str, file: _File) -> tuple[str, str]:
        """The path in the folder and the fragment that a reference names."""
        parts = urlsplit(written)
        if parts.scheme or parts.netloc:
            raise ValueError("it names another place than the description's folder and is not followed")
        if not parts.path:
            return file.name, parts.fragment
        wanted = (self.folder / file.name).parent if file.name else self.folder
        target = (wanted / unquote(parts.path)).resolve()
        if not target.is_relative_to(self.folder):
            raise ValueError("it leaves the description's folder and is not followed")
        name = target.relative_to(self.folder).as_posix()
        return "" if name == self.own_name else name, parts.fragment

    def _open(self, name: str) -> _File:
        """A file of the folder, read once."""
        if name not in self.files:
            self.files[name] = self._read(name)
        file = self.files[name]
        if file is None:
            raise LookupError(f"the file {name!r} cannot be read")
        return file

    def _read(self, name: str) -> _File | None:
        if len(self.files) > _MOST_FILES:
            raise LookupError(f"a description may consist of {_MOST_FILES} files at most")
        try:
            root = load_document(self.folder / name, self.findings, cache=self.cache)
        except StartupError as problem:
            self.findings.append(Finding("error", f"/{FILES}/{escape(name)}", str(problem)))
            return None
        self.document[FILES] = {**self.document.get(FILES, {}), name: root}
        return _File(name, root)

    def _check(self, node: dict[str, Json], place: str, written: str) -> None:
        """Report a reference that leads through other references back to itself."""
        if "$ref" not in node:
            return
        try:
            follow(self.document, node)
        except LookupError:
            node["$ref"] = written
            self._drop(node, "$ref", place, why="it leads back to itself")

    def _drop(self, node: dict[str, Json], key: str, place: str, *, why: str) -> None:
        written = node.pop(key)
        if key == "$ref":
            node[UNRESOLVED] = written
        self.findings.append(Finding("error", place, f"the reference {written!r} is left out: {why}"))


def _references(root: Json, place: str) -> Iterator[tuple[dict[str, Json], str, str]]:
    """Every mapping and key that holds a reference, with its place."""
    for node, at in mappings(root, place):
        if isinstance(node.get("$ref"), str):
            yield node, "$ref", at
        elif isinstance(chosen := node.get("discriminator"), dict):
            yield from _mapped(chosen.get("mapping"), f"{at}/discriminator/mapping")


def _mapped(mapping: Json, place: str) -> Iterator[tuple[dict[str, Json], str, str]]:
    """The references in a discriminator's mapping; bare schema names are none."""
    for name, target in list(mapping.items()) if isinstance(mapping, dict) else ():
        if isinstance(target, str) and ("/" in target or target.endswith((".yaml", ".yml", ".json"))):
            yield mapping, name, f"{place}/{escape(name)}"


def _is_data(key: str, value: Json) -> bool:
    if key.startswith("x-"):
        return key != OLD_WEBHOOKS
    return key in _DATA or (key == "examples" and isinstance(value, list))


def _stands(root: Json, local: str) -> bool:
    try:
        find(root, local)
    except LookupError:
        return False
    return True


def _anchor(root: Json, name: str) -> str:
    """The pointer of the schema with that `$anchor`, `""` when there is none."""
    waiting: list[tuple[Json, str]] = [(root, "#")]
    while waiting:
        node, at = waiting.pop()
        if isinstance(node, dict):
            if name in (node.get("$anchor"), node.get("$dynamicAnchor")):
                return at
            waiting += [(value, f"{at}/{escape(key)}") for key, value in node.items()]
        elif isinstance(node, list):
            waiting += [(item, f"{at}/{number}") for number, item in enumerate(node)]
    return ""


def _step(node: Json, name: str, ref: str) -> Json:
    """One step of a pointer: a key of a mapping or a number in a list."""
    if isinstance(node, dict) and name in node:
        return node[name]
    if isinstance(node, list) and name.isdecimal() and int(name) < len(node):
        return node[int(name)]
    raise LookupError(ref)

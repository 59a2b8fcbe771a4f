"""The files of a description become one document, and its references local.

Knows files of the description's own folder; must never open anything else, and knows no network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urldefrag, urljoin

from sandbooks.errors import StartupError
from sandbooks.spec.cache import Cache
from sandbooks.spec.folder import Folder
from sandbooks.spec.load import parse_document
from sandbooks.spec.model import Finding, Json
from sandbooks.spec.references import FILES, UNRESOLVED, Trail, find, mappings, pointer_to
from sandbooks.spec.wording import shorten

MOST_FILES: Final = 1_000
LONGEST_CHAIN: Final = 100
NOTHING: Final = "nothing stands there"


def bundle(
    document: dict[str, Json], source: Path, findings: list[Finding], folder: Folder, *, cache: Cache | None = None
) -> None:
    """Make every `$ref` of the document local, in place.

    Files of the same folder move to `x-sandbooks-files`. A reference that leads nowhere, back to itself, out of the
    folder or to a scheme is reported and replaced by `x-unresolved`. `$id`, `$anchor` and `$dynamicAnchor` name what a
    reference may lead to; a `$dynamicRef` is taken for a `$ref`.
    """
    _Bundle(document, _Files(document, source, findings, folder, cache), findings).run()


@dataclass(frozen=True, slots=True)
class _Resource:
    """What a reference is read against: a file, or a schema with an `$id` in it.

    `name` is the file's path in the folder, `""` for the description itself; `uri` is the same, or the `$id`.
    """

    name: str
    uri: str
    root: Json
    trail: Trail | None

    @property
    def is_file(self) -> bool:
        return self.trail is None or self.trail[0] == (None, FILES)


class _Reference(NamedTuple):
    """One reference: the mapping and key that hold it, the way there, what is written, what it is read against."""

    node: dict[str, Json]
    key: str
    trail: Trail | None
    written: str
    base: _Resource


class _Files:
    """The files of one description, each read once, and only those of its folder."""

    def __init__(
        self, document: dict[str, Json], source: Path, findings: list[Finding], folder: Folder, cache: Cache | None
    ) -> None:
        self.document = document
        self.folder = folder
        self.findings = findings
        self.cache = cache
        whole = _Resource("", source.name, document, None)
        self.opened: dict[str, _Resource | None] = {"": whole}
        self.unread = [whole]

    def open(self, path: str, origin: str) -> _Resource:
        """The file at a path, as it is written in the file `origin`.

        Raises:
            LookupError: it cannot be read.
            ValueError: it is not to be read.
        """
        name = self.folder.name_of(path, origin)
        if name not in self.opened:
            self.opened[name] = found = self._read(name)
            self.unread += [found] if found is not None else []
        file = self.opened[name]
        if file is None:
            raise LookupError(f"the file {name!r} cannot be read")
        return file

    def _read(self, name: str) -> _Resource | None:
        if len(self.opened) > MOST_FILES:
            raise LookupError(f"a description may consist of {MOST_FILES} files at most")
        trail = ((None, FILES), name)
        found: list[Finding] = []
        try:
            root = parse_document(self.folder.read(name), Path(name), found, cache=self.cache)
        except StartupError as problem:
            cause = ": ".join(part for part in (problem.place, problem.cause) if part)
            self.findings.append(Finding("error", pointer_to(trail), cause))
            return None
        self.findings += [replace(each, place=pointer_to(trail) + each.place) for each in found]
        self.document.setdefault(FILES, {})[name] = root
        return _Resource(name, name, root, trail)


class _Bundle:
    def __init__(self, document: dict[str, Json], files: _Files, findings: list[Finding]) -> None:
        self.document = document
        self.files = files
        self.findings = findings
        self.by_uri: dict[str, _Resource] = {}
        self.anchors: dict[tuple[str, str], Trail | None] = {}
        self.targets: dict[tuple[str, str, str], str] = {}
        self.lengths: dict[str, int] = {}

    def run(self) -> None:
        """File by file; what leads nowhere is tried again at the end, for an `$id` may stand in a file opened later."""
        missed: list[_Reference] = []
        local: list[_Reference] = []
        while self.files.unread:
            for reference in self._survey(self.files.unread.pop()):
                (local if self._is_localised(reference) else missed).append(reference)
        for reference in missed:
            try:
                self._localise(reference)
            except (LookupError, ValueError) as problem:
                self._drop(reference, why=str(problem.args[0]))
        for reference in local:
            self._check(reference)

    def _survey(self, file: _Resource) -> list[_Reference]:
        """Every reference in a file; what `$id` and `$anchor` name in it is noted."""
        inner: dict[int, _Resource] = {}  # by the identity of the way there, with which those of its parts begin
        found: list[_Reference] = []
        for node, trail in mappings(file.root, file.trail):
            base = _innermost(inner, trail) or file
            if trail is not None and isinstance(node.get("$id"), str):
                base = inner[id(trail)] = self._named(node, trail, base)
            for word in ("$anchor", "$dynamicAnchor"):
                if isinstance(node.get(word), str):
                    self.anchors.setdefault((base.uri, node[word]), trail)
            if isinstance(node.get("$dynamicRef"), str):
                node.setdefault("$ref", node.pop("$dynamicRef"))
            found += _references(node, trail, base)
        return found

    def _named(self, node: dict[str, Json], trail: Trail, base: _Resource) -> _Resource:
        """The schema that an `$id` names; the first of several of one name."""
        try:
            uri = urldefrag(urljoin(base.uri, node["$id"])).url
        except ValueError:
            self.findings.append(Finding("error", f"{pointer_to(trail)}/$id", f"{shorten(node['$id'])} is no URI"))
            return base
        return self.by_uri.setdefault(uri, _Resource(base.name, uri, node, trail))

    def _is_localised(self, reference: _Reference) -> bool:
        try:
            self._localise(reference)
        except (LookupError, ValueError):
            return False
        return True

    def _localise(self, reference: _Reference) -> None:
        """Point one reference into the document.

        Raises:
            LookupError: it leads nowhere.
            ValueError: it is not to be followed.
        """
        known = reference.base.name, reference.base.uri, reference.written
        if known not in self.targets:
            self.targets[known] = self._target(reference.written, reference.base)
        reference.node[reference.key] = self.targets[known]

    def _target(self, written: str, base: _Resource) -> str:
        path, fragment = urldefrag(written)
        resource = self._resource(path, base) if path else base
        if fragment in ("", "/"):
            return _reference_to(resource.trail)
        if not fragment.startswith("/"):
            return self._anchored(fragment, resource)
        for root, trail in ((resource.root, resource.trail), (self.document, None)):
            if _stands(root, f"#{fragment}") and (root is resource.root or resource.is_file):
                return _reference_to(trail) + fragment
        raise LookupError(NOTHING)

    def _resource(self, path: str, base: _Resource) -> _Resource:
        named = self.by_uri.get(urljoin(base.uri, path))
        return self.files.open(path, base.name) if named is None else named

    def _anchored(self, name: str, resource: _Resource) -> str:
        if (resource.uri, name) not in self.anchors:
            raise LookupError(NOTHING)
        return _reference_to(self.anchors[resource.uri, name])

    def _check(self, reference: _Reference) -> None:
        """Report a reference that leads through others back to itself, or through too many."""
        if reference.key != "$ref" or "$ref" not in reference.node:
            return
        try:
            self._measure(reference.node["$ref"])
        except LookupError as problem:
            self._drop(reference, why=str(problem.args[0]))

    def _measure(self, ref: str) -> None:
        """Note how many references follow each other from here on.

        Raises:
            LookupError: without end.
        """
        met: dict[str, None] = {}
        while ref not in self.lengths:
            if ref in met:
                raise LookupError("it leads back to itself")
            met[ref] = None
            node = find(self.document, ref)
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                break
            ref = node["$ref"]
        length = self.lengths.get(ref, 0)
        if length + len(met) > LONGEST_CHAIN:
            raise LookupError(f"it leads through more than {LONGEST_CHAIN} others")
        self.lengths |= {each: length + further for further, each in enumerate(reversed(met), 1)}

    def _drop(self, reference: _Reference, *, why: str) -> None:
        node, key, trail, written, _ = reference
        del node[key]
        if key == "$ref":
            node[UNRESOLVED] = written
        self.findings.append(Finding("error", pointer_to(trail), f"the reference {written!r} is left out: {why}"))


def _references(node: dict[str, Json], trail: Trail | None, base: _Resource) -> Iterator[_Reference]:
    """The references that a mapping holds itself: its `$ref`, or those in a discriminator's mapping."""
    if isinstance(ref := node.get("$ref"), str):
        yield _Reference(node, "$ref", trail, ref, base)
    elif isinstance(chosen := node.get("discriminator"), dict) and isinstance(names := chosen.get("mapping"), dict):
        way = ((trail, "discriminator"), "mapping")
        for name, target in names.items():
            # Bare names of schemas are no references.
            if isinstance(target, str) and ("/" in target or target.endswith((".yaml", ".yml", ".json"))):
                yield _Reference(names, name, (way, name), target, base)


def _innermost(inner: dict[int, _Resource], trail: Trail | None) -> _Resource | None:
    """The schema with an `$id` that a value stands in."""
    while inner and trail is not None:
        if id(trail) in inner:
            return inner[id(trail)]
        trail = trail[0]
    return None


def _reference_to(trail: Trail | None) -> str:
    return "#" + pointer_to(trail).replace("%", "%25")


def _stands(root: Json, local: str) -> bool:
    try:
        find(root, local)
    except LookupError:
        return False
    return True

"""From method and path to a target: literal segments before parameters, with a way back.

Knows path templates; knows nothing of what a target is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar
from urllib.parse import unquote

from sandbooks.errors import NotAllowed, NotFound

Target = TypeVar("Target")
Admits = Callable[[Mapping[str, str]], bool]
"""Whether a template takes these values of its parameters, still percent-encoded."""

_PARAMETER = re.compile(r"\{([^{}]+)\}")


class _Entry(Generic[Target]):
    __slots__ = ("admits", "names", "target")

    def __init__(self, target: Target, names: tuple[str, ...], admits: Admits) -> None:
        self.target = target
        self.names = names
        self.admits = admits


class _Node(Generic[Target]):
    __slots__ = ("ending", "literals", "only", "patterns", "targets")

    def __init__(self, *, ending: bool = False) -> None:
        self.ending = ending
        self.literals: dict[str, _Node[Target]] = {}
        self.patterns: list[tuple[re.Pattern[str] | None, _Node[Target]]] = []
        self.only: _Node[Target] | None = None  # where any segment leads, if there is no other pattern
        self.targets: dict[str, tuple[_Entry[Target], ...]] = {}


class Router(Generic[Target]):
    """A table of path templates.

    >>> router: Router[str] = Router()
    >>> router.add("GET", "/pets/{petId}", "read")
    >>> router.find("GET", "/pets/7")
    ('read', {'petId': '7'})
    """

    def __init__(self) -> None:
        self._root: _Node[Target] = _Node()
        self._shapes: dict[tuple[int, str], _Node[Target]] = {}

    def add(self, method: str, template: str, target: Target, admits: Admits = lambda values: True) -> None:
        """Serve `template` by `target`.

        Of templates that differ in the names of their parameters only, the first that admits a path's values serves
        it; where none does, the first of all.
        """
        node = self._root
        names: list[str] = []
        for segment in template.strip("/").split("/") if template.strip("/") else []:
            found = _PARAMETER.findall(segment)
            names += found
            node = self._below(node, segment) if found else node.literals.setdefault(segment, _Node())
        if template.endswith("/") and template != "/":
            node = node.literals.setdefault("", _Node())
        known = node.targets.get(method, ())
        if all(entry.names != tuple(names) for entry in known):
            node.targets[method] = (*known, _Entry(target, tuple(names), admits))

    def find(self, method: str, path: str) -> tuple[Target, dict[str, str]]:
        """The target of a raw path, and the values of its parameters, still percent-encoded.

        Of templates that differ in the last segment, one that spells it out, or its end, stands for the path, whatever
        its methods: `/pets/search` and `/pets/{id}:wash` before `/pets/{id}`.

        Raises:
            NotFound: no template fits the path.
            NotAllowed: one does, but not under this method.
        """
        segments = path[1:].split("/") if len(path) > 1 else []
        plain = _follow(self._root, segments, method)
        if plain is not None:
            return plain
        allowed: list[str] = []
        hit = _walk(self._root, segments, 0, (), method, allowed)
        if hit is None and method == "HEAD":
            hit = _walk(self._root, segments, 0, (), "GET", allowed)
        if hit is not None:
            return _choose(*hit)
        if allowed:
            raise NotAllowed(f"{method} is not offered on {path}; it offers {', '.join(allowed)}.", allowed=allowed)
        raise NotFound(f"No operation has the path {path}.")

    def methods(self, path: str) -> tuple[str, ...]:
        """The methods that a raw path offers.

        Raises:
            NotFound: no template fits the path.
        """
        try:
            self.find("", path)
        except NotAllowed as offer:
            return offer.allowed
        return ()

    def _below(self, node: _Node[Target], segment: str) -> _Node[Target]:
        shape = "{}" if _PARAMETER.fullmatch(segment) else _PARAMETER.sub("{}", segment)
        key = (id(node), shape)
        if key not in self._shapes:
            child = self._shapes[key] = _Node(ending=not segment.endswith("}"))
            node.patterns.append((None if shape == "{}" else _segment_pattern(segment), child))
            node.patterns.sort(key=lambda pair: pair[0] is None)
            node.only = child if len(node.patterns) == 1 and shape == "{}" else None
        return self._shapes[key]


def _choose(entries: tuple[_Entry[Target], ...], values: Sequence[str]) -> tuple[Target, dict[str, str]]:
    if len(entries) == 1:
        return entries[0].target, dict(zip(entries[0].names, values, strict=True))
    named = [(entry, dict(zip(entry.names, values, strict=True))) for entry in entries]
    named = [(entry, found) for entry, found in named if entry.admits(found)] or named
    return named[0][0].target, named[0][1]


def _segment_pattern(segment: str) -> re.Pattern[str]:
    parts = _PARAMETER.split(segment)
    return re.compile("".join("(.+?)" if index % 2 else re.escape(part) for index, part in enumerate(parts)))


def _follow(node: _Node[Target], segments: list[str], method: str) -> tuple[Target, dict[str, str]] | None:
    """As `_walk` does, along a path on which no segment leaves a choice; None where there is one, or no way."""
    values: list[str] = []
    for segment in segments:
        if not node.patterns:
            child = node.literals.get(segment)
        elif node.only is not None and segment and "%" not in segment and segment not in node.literals:
            child = node.only
            values.append(segment)
        else:
            return None
        if child is None:
            return None
        node = child
    entries = node.targets.get(method)
    return _choose(entries, values) if entries is not None else None


def _walk(
    node: _Node[Target],
    segments: list[str],
    depth: int,
    values: tuple[str, ...],
    method: str,
    allowed: list[str],
) -> tuple[tuple[_Entry[Target], ...], tuple[str, ...]] | None:
    if depth == len(segments):
        target = node.targets.get(method)
        if target is None:
            allowed.extend(name for name in node.targets if name not in allowed)
            return None
        return target, values
    segment = segments[depth]
    is_last = depth + 1 == len(segments)
    child = node.literals.get(unquote(segment) if "%" in segment else segment)
    if child is not None:
        hit = _walk(child, segments, depth + 1, values, method, allowed)
        if hit is not None or (is_last and child.targets):
            return hit
    if not segment:
        return None
    stands = False
    for pattern, below in node.patterns:
        if pattern is None:
            found: tuple[str, ...] = (segment,)
        elif match := pattern.fullmatch(segment):
            found = match.groups()
        else:
            continue
        if stands and pattern is None:
            return None
        if (hit := _walk(below, segments, depth + 1, values + found, method, allowed)) is not None:
            return hit
        stands |= is_last and below.ending and bool(below.targets)
    return None

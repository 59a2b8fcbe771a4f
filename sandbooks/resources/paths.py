"""Path templates taken apart: fixed names, parameters, and a custom verb at the end.

Knows how people write paths; must not know what stands behind them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from sandbooks.resources.words import squeeze, stem
from sandbooks.spec import Operation

VALUE = "{}"
VERBS = {
    "create": "POST",
    "add": "POST",
    "new": "POST",
    "insert": "POST",
    "list": "GET",
    "all": "GET",
    "get": "GET",
    "read": "GET",
    "show": "GET",
    "fetch": "GET",
    "update": "PATCH",
    "edit": "PATCH",
    "modify": "PATCH",
    "delete": "DELETE",
    "remove": "DELETE",
    "destroy": "DELETE",
}
FORMATS = frozenset({"format", "ext", "extension", "outputformat", "responseformat", "dataformat", "fileformat"})
SUFFIX = re.compile(r"(?i)\.(json|xml)$|\.?\{(format|ext|extension)\}$")

_WHOLE = re.compile(r"^\{([^{}]+)\}$")
_VERB = re.compile(r"^(.*[^:]):([A-Za-z][A-Za-z0-9_-]*)$")
_CALLED = re.compile(r"^([A-Za-z_][\w.-]*)\(\W*(?:[\w]+=\W*)?\{([^{}]+)\}\W*\)$")


@dataclass(frozen=True, slots=True)
class Template:
    """One path, without the base path.

    `key` has `{}` for each parameter, whatever its name, so that two spellings of one path meet. `parameters` are the
    names in order. `verb` is what stands after a colon (`/things/{id}:archive`). `opaque`: a segment mixes text and
    parameters in a way that shows no document.
    """

    path: str
    key: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    verb: str = ""
    opaque: bool = False

    @property
    def ends_in_value(self) -> bool:
        """The path names one document."""
        return bool(self.key) and self.key[-1] == VALUE and not self.verb

    @property
    def name(self) -> str:
        """The last fixed segment, empty for a path of parameters only."""
        return next((part for part in reversed(self.key) if part != VALUE), "")

    def parameters_of(self, key: tuple[str, ...]) -> tuple[str, ...]:
        """The names of the parameters in the beginning of this path that `key` is."""
        return self.parameters[: key.count(VALUE)]


@dataclass(slots=True)
class Group:
    """All operations on one path, by method.

    `twins` are of paths that differ in the names of their parameters, for methods that are taken here.
    """

    template: Template
    operations: dict[str, Operation] = field(default_factory=dict)
    twins: list[Group] = field(default_factory=list)
    is_twin: bool = False


def is_format(parameter: str, prefix: tuple[str, ...]) -> bool:
    """The parameter says how an answer is written, and names no document: `/scores/{format}/players`."""
    word = squeeze(parameter)
    return word in FORMATS and not (prefix and stem(prefix[-1]) == word)


def group_operations(operations: Iterable[Operation], base_path: str) -> list[Group]:
    """The operations by path, in the order of the description. Paths that differ in parameter names only are one.

    A path that spells the method out (`POST /orders/delete/{id}`) joins the path without the verb, under the method
    that the verb means, where that place is free.
    """
    groups: dict[tuple[tuple[str, ...], str], Group] = {}
    spelled: list[tuple[Template, Operation]] = []
    for operation in operations:
        template = read_template(operation.path, base_path)
        if spelled_method(template, operation.method):
            spelled.append((template, operation))
            continue
        _add(groups.setdefault((template.key, template.verb), Group(template)), template, operation)
    for template, operation in spelled:
        method = spelled_method(template, operation.method)
        bare = replace(template, key=_without_verb(template.key))
        if method in groups.get((bare.key, ""), Group(bare)).operations:
            method, bare = operation.method.upper(), template
        groups.setdefault((bare.key, ""), Group(bare)).operations.setdefault(method, operation)
    return list(groups.values())


def _add(group: Group, template: Template, operation: Operation) -> None:
    method = operation.method.upper()
    if group.operations.setdefault(method, operation) is operation:
        return
    twin = next((each for each in group.twins if each.template.parameters == template.parameters), None)
    if twin is None:
        twin = Group(template, is_twin=True)
        group.twins.append(twin)
    twin.operations.setdefault(method, operation)


def spelled_method(template: Template, method: str) -> str:
    """The method that a verb in the path means, empty where there is none.

    >>> spelled_method(read_template("/orders/delete/{id}"), "POST")
    'DELETE'
    """
    place = _verb_place(template.key)
    if (
        place is None
        or template.opaque
        or template.verb
        or method.upper() not in ("GET", "POST", "PUT", "PATCH", "DELETE")
    ):
        return ""
    meant = VERBS[template.key[place].lower()]
    after_value = template.key[place - 1] == VALUE
    last = place == len(template.key) - 1
    if meant in ("GET", "PATCH", "DELETE") and template.key[place].lower() not in ("list", "all"):
        fits = after_value if last else not after_value
    else:
        fits = last and not after_value
    if not fits or (method.upper() == "GET" and meant != "GET"):
        return ""
    return "PUT" if meant == "PATCH" and method.upper() == "PUT" else meant


def _verb_place(key: tuple[str, ...]) -> int | None:
    """Where a verb stands: last, or before the last parameter."""
    for place in (len(key) - 1, len(key) - 2):
        if place > 0 and key[place].lower() in VERBS and (place == len(key) - 1 or key[-1] == VALUE):
            return place
    return None


def _without_verb(key: tuple[str, ...]) -> tuple[str, ...]:
    place = _verb_place(key)
    return key if place is None else (*key[:place], *key[place + 1 :])


@lru_cache(maxsize=4096)
def read_template(path: str, base_path: str = "") -> Template:
    """A path template taken apart.

    >>> read_template("/v1/pets/{petId}.json", "/v1").key
    ('pets', '{}')
    """
    rest = path[len(base_path) :] if base_path and path.startswith(base_path) else path
    segments = [segment for segment in rest.partition("?")[0].partition("#")[0].split("/") if segment]
    verb = ""
    if segments and (found := _VERB.match(segments[-1])):
        segments[-1], verb = found[1], found[2]
    if segments and (bare := SUFFIX.sub("", segments[-1])):
        segments[-1] = bare
    key: list[str] = []
    parameters: list[str] = []
    opaque = False
    for segment in segments:
        opaque = _add_segment(segment, key, parameters) or opaque
    return Template(path, tuple(key), tuple(parameters), verb, opaque)


def _add_segment(segment: str, key: list[str], parameters: list[str]) -> bool:
    """Add one segment; True when it cannot be understood."""
    if found := _WHOLE.match(segment):
        key.append(VALUE)
        parameters.append(found[1].rstrip("*+").lstrip("+"))
    elif found := _CALLED.match(segment):
        key.extend((found[1], VALUE))
        parameters.append(found[2])
    else:
        key.append(segment)
        return "{" in segment
    return False

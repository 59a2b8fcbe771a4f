"""Path items become operations, each with an id of its own.

Knows paths, methods and identities; what stands inside an operation is read by `parts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sandbooks.spec.model import METHODS, Json, Parameter, Requirement, Response, SecurityScheme
from sandbooks.spec.notifications import read_callbacks
from sandbooks.spec.operation import Checks, Compiler, Operation
from sandbooks.spec.parts import Parts, Unusable, text, without_extensions
from sandbooks.spec.wording import shorten

_ITEM: Final = ("summary", "description", "parameters", "servers")
_NAME: Final = re.compile(r"\{([^{}/]+)\}")
_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_CREDENTIALS: Final = frozenset({"authorization", "token", "accesstoken", "authtoken", "apikey", "xapikey"})


class Paths:
    """Reads the operations of one document. `document["paths"]` is left as they are served: with ids, without `$ref`
    to path items, without what cannot be served."""

    def __init__(self, parts: Parts, base_path: str, schemes: Mapping[str, SecurityScheme], compiler: Compiler) -> None:
        self.parts = parts
        self.base_path = base_path
        self.schemes = schemes
        self.document = parts.document
        self.compiler = compiler
        self.default_security = self.document.get("security")

    def operations(self) -> tuple[Operation, ...]:
        """Every operation that can be served, in the order of the description."""
        drafts = list(self._drafts())
        _name(drafts, self.parts)
        operations = []
        for draft in drafts:
            try:
                operations.append(self._operation(draft))
            except Unusable as problem:
                self.parts.error(problem.finding.place, f"{problem.finding.message}: {draft.label} is not served")
                draft.item.pop(draft.method, None)
        return tuple(operations)

    def known_operations(self, ids: Iterable[str]) -> tuple[Operation, ...]:
        """The operations of those ids; what is served was left in the document when it was read before."""
        drafts = {
            item[method]["operationId"]: _Draft(method, template, "", item[method], item, "")
            for template, item in self.document["paths"].items()
            for method in METHODS
            if method in item
        }
        return tuple(self._operation(drafts[id]) for id in ids)

    def _drafts(self) -> Iterator[_Draft]:
        """Every operation object, the paths of the document being replaced by what is served."""
        served: dict[str, dict[str, Json]] = {}
        shapes: dict[str, str] = {}
        methods: set[tuple[str, str]] = set()
        paths = self.document.get("paths")
        self.document["paths"] = served
        for written, item, place in self._items(paths):
            bare = written.partition("#")[0]
            template = bare if bare.startswith("/") else f"/{bare}"
            if bare != written:
                self.parts.warn(place, f"no call carries what stands behind #: {written!r} is served as {template!r}")
            shape = _NAME.sub("{}", template)
            if shapes.setdefault(shape, template) != template or template in served:
                first = shapes[shape]
                served_too = "" if first == template else "; it serves what that does not admit"
                self.parts.error(place, f"{template!r} means the same path as {first!r}{served_too}")
            # Nothing else is kept: a reference to the whole document would put the document into itself.
            known = {key: part for key, part in item.items() if key in _ITEM or key.startswith("x-")}
            kept = served.setdefault(template, known)
            for method, raw, at in self._methods(item, place):
                if (template, method) in methods:
                    self.parts.error(at, f"{method.upper()} {template} exists already and is left out here")
                    continue
                methods.add((template, method))
                kept[method] = dict(raw)
                yield _Draft(method, template, at, kept[method], kept, f"{place}/parameters")

    def _items(self, paths: Json) -> Iterator[tuple[str, dict[str, Json], str]]:
        try:
            yield from self.parts.entries(without_extensions(paths), "/paths")
        except Unusable as problem:
            self.parts.findings.append(problem.finding)

    def _methods(self, item: dict[str, Json], place: str) -> Iterator[tuple[str, dict[str, Json], str]]:
        for method in METHODS:
            if method not in item:
                continue
            at = f"{place}/{method}"
            if isinstance(item[method], dict):
                yield method, item[method], at
            else:
                self.parts.error(at, f"{shorten(item[method])} stands where an operation is wanted: it is not served")

    def _operation(self, draft: _Draft) -> Operation:
        raw, place, parts = draft.raw, draft.place, self.parts
        if "servers" in raw or "servers" in draft.item:
            parts.warn(place, f"{draft.label} has servers of its own: it is served below the description's first")
        path = self.base_path + draft.template
        security = self._security(raw, place)
        parameters = tuple(self._without_credentials(self._parameters(draft), security))
        body = parts.body(raw.get("requestBody"), f"{place}/requestBody")
        responses = parts.responses(raw.get("responses"), f"{place}/responses")
        return Operation(
            id=raw["operationId"],
            method=draft.method.upper(),
            path=path,
            segments=tuple(path.split("/")[1:]),
            parameters=parameters,
            body=body,
            responses=responses,
            security=security,
            summary=text(raw.get("summary")),
            description=text(raw.get("description")),
            tags=self._tags(raw.get("tags"), f"{place}/tags"),
            raw=raw,
            success=_success(responses),
            checks=Checks(self.compiler),
            callbacks=read_callbacks(parts, raw.get("callbacks"), f"{place}/callbacks"),
        )

    def _tags(self, value: Json, place: str) -> tuple[str, ...]:
        if not isinstance(value, list | None):
            self.parts.error(place, f"{shorten(value)} stands where a list of tags is wanted")
        return _texts(value)

    def _parameters(self, draft: _Draft) -> Iterator[Parameter]:
        """The parameters of the operation and its path item; those of the path exactly as the template names them."""
        found = self.parts.parameters(draft.item.get("parameters"), draft.shared_place)
        found |= self.parts.parameters(draft.raw.get("parameters"), f"{draft.place}/parameters")
        names = _NAME.findall(draft.template)
        for name in dict.fromkeys(names):
            if ("path", name) not in found:
                self.parts.error(
                    draft.place, f"the path names {name!r} and no path parameter declares it: any text fits"
                )
                found["path", name] = Parameter(name, "path", True, {"type": "string"}, "simple", False)
        for (location, name), parameter in found.items():
            if location == "path" and name not in names:
                self.parts.error(draft.place, f"the path parameter {name!r} does not stand in {draft.template!r}")
                continue
            yield parameter

    def _without_credentials(
        self, parameters: Iterable[Parameter], security: tuple[tuple[Requirement, ...], ...]
    ) -> Iterator[Parameter]:
        """A credential that a scheme asks for already is not asked for again as a parameter."""
        schemes = [self.schemes[each.scheme] for choice in security for each in choice]
        asked = {(scheme.location, scheme.parameter_name) for scheme in schemes}
        for parameter in parameters:
            word = "".join(_WORD.findall(parameter.name)).lower()
            is_credential = (parameter.location, parameter.name) in asked or word in _CREDENTIALS
            if schemes and is_credential and parameter.location != "path":
                yield replace(parameter, required=False)
            else:
                yield parameter

    def _security(self, raw: dict[str, Json], place: str) -> tuple[tuple[Requirement, ...], ...]:
        """The choice of requirement sets, the document's where the operation has none of its own.

        One with an unknown scheme is reported and left out.
        """
        value = raw.get("security", self.default_security)
        place = f"{place}/security" if "security" in raw else "/security"
        if not isinstance(value, list | None):
            raise Unusable(place, f"{shorten(value)} stands where a list of security requirements is wanted")
        choices = []
        for number, entry in enumerate(value or ()):
            names = entry if isinstance(entry, dict) else {}
            unknown = [name for name in names if name not in self.schemes]
            if unknown or names is not entry:
                wrong = (
                    f"no security scheme is called {unknown[0]!r}" if unknown else f"{shorten(entry)} is no requirement"
                )
                self.parts.error(f"{place}/{number}", wrong)
                continue
            choices.append(tuple(Requirement(name, _texts(scopes)) for name, scopes in names.items()))
        return tuple(choices)


@dataclass(slots=True)
class _Draft:
    """An operation as found, before every operation has its id. `item` is the path item that holds it."""

    method: str
    template: str
    place: str
    raw: dict[str, Json]
    item: dict[str, Json]
    shared_place: str

    @property
    def label(self) -> str:
        return f"{self.method.upper()} {self.template}"


def _name(drafts: list[_Draft], parts: Parts) -> None:
    """Give every operation an id that no other has; the first of several with one id keeps it."""
    taken = {draft.raw["operationId"] for draft in drafts if text(draft.raw.get("operationId"))}
    used: set[str] = set()
    for draft in drafts:
        given = text(draft.raw.get("operationId"))
        wanted = given or _made_id(draft)
        name, number = wanted, 2
        while name in used or (name != given and name in taken):
            name, number = f"{wanted}_{number}", number + 1
        if not given:
            parts.warn(draft.place, f"{draft.label} has no operationId: it is called {name!r}")
        elif name != given:
            parts.error(draft.place, f"the operationId {given!r} is taken: {draft.label} is called {name!r}")
        used.add(name)
        draft.raw["operationId"] = name


def _made_id(draft: _Draft) -> str:
    """`getPetsByPetId` for GET /pets/{petId}."""
    words = [draft.method]
    for segment in draft.template.split("/"):
        by = "By" if _NAME.search(segment) else ""
        words.append(by + "".join(word[0].upper() + word[1:] for word in _WORD.findall(segment)))
    return "".join(words) if any(words[1:]) else f"{draft.method}Root"


def _success(responses: Mapping[str, Response]) -> int:
    """The lowest documented 2xx status, else a redirection; 200 for `2XX`, `default` and nothing."""
    numbers = [int(status) for status in responses if status.isdecimal() and status != "304"]
    redirections = [number for number in numbers if 300 <= number < 400 and "2XX" not in responses]
    return min((number for number in numbers if 200 <= number < 300), default=min(redirections, default=200))


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()

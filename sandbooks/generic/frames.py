"""What stands around documents in an answer: the members that its schema asks for beside them.

Knows schemas; must not know documents or pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbooks.generic.completion import Completion
from sandbooks.generic.moments import is_moment
from sandbooks.generic.places import Json, Place, copy_json
from sandbooks.generic.shapes import Shapes, kind_of
from sandbooks.pack import Call
from sandbooks.resources.words import squeeze
from sandbooks.spec import Schema

if TYPE_CHECKING:
    from sandbooks.chance import Chance

FLAGS = frozenset({"ok", "success", "succeeded", "issuccess", "successful", "issuccessful"})
FAULTS = frozenset({"error", "errors", "warnings", "warning", "errormessage", "errorcode"})
MESSAGES = frozenset({"message", "msg", "statusmessage", "statustext", "resultmessage"})
CODES = frozenset({"code", "status", "statuscode", "httpstatus", "httpcode", "httpstatuscode"})
ENVELOPE = ""
"""First step of a place in an envelope, so that no property of a document is taken for it."""


class Frame:
    """A body without its documents: every object around the places, with the members that must be there.

    Args:
        places: where documents, counts and cursors will stand; nothing is put there.
        status: of the answer, for the members that repeat it.
        seed: what invented members follow from.
    """

    def __init__(
        self, schema: Schema, places: Iterable[Place], completion: Completion, *, status: int, seed: str
    ) -> None:
        self._schema = schema
        self._places = frozenset(places)
        self._above = {place[:depth] for place in self._places for depth in range(len(place))}
        self._completion = completion
        self._status = status
        self._seed = seed
        self._made: dict[str, Json] | None = None
        self._is_dated = False

    def copy(self, call: Call) -> dict[str, Json]:
        """A new one; the same each time but for what tells the time."""
        made = self._made
        if made is None:
            made = {}
            self._fill(call, made, self._schema, (), call.chance.with_seed(self._seed))
            if not self._is_dated:
                self._made = made
        copy: dict[str, Json] = copy_json(made)
        return copy

    def _fill(self, call: Call, frame: dict[str, Json], schema: Schema, at: Place, chance: Chance) -> None:
        completion = self._completion
        shape = completion.shapes.shape(schema)
        sources = {entry.name: entry for entry in completion.entries(shape, (ENVELOPE, *at))}
        undescribed = {name: entry.schema for name, entry in sources.items() if name not in shape.properties}
        for name, inner in {**shape.properties, **undescribed}.items():
            place = (*at, name)
            plain = completion.shapes.plain(inner)
            told = told_by_name(name, plain, self._status)
            if place in self._places:
                continue
            if place in self._above:
                frame[name] = {}
                self._fill(call, frame[name], inner, place, chance)
            elif told is not None and (name in sources or told is True):
                frame[name] = told
            elif name in sources:
                frame[name] = completion.value(call, sources[name], chance, (ENVELOPE, *at))
                self._is_dated = self._is_dated or is_moment(name, plain)


def drop_faults(body: Json, schema: Schema, shapes: Shapes) -> Json:
    """The made-up body of a call that went well: lists of faults are empty, one fault is left out where it may be."""
    named = [name for name in body if squeeze(name) in FAULTS] if isinstance(body, dict) else []
    if not named:
        return body
    properties = shapes.shape(schema, body).properties
    lists = {name for name in named if kind_of(shapes.plain(properties.get(name, {}))) == "array"}
    calm = {name: [] if name in lists else value for name, value in body.items() if name in lists or name not in named}
    return calm if shapes.fits(calm, schema) else body


def told_by_name(name: str, plain: Schema, status: int) -> Json:
    """What a member says of a call that went well; None where its name does not tell."""
    word, kind = squeeze(name), kind_of(plain)
    if kind == "boolean" and word in FLAGS:
        return True
    if plain.get("enum") or plain.get("example") or plain.get("default"):
        return None
    if kind == "string" and word in FAULTS | MESSAGES:
        return "OK" if word in MESSAGES else ""
    return status if kind == "integer" and word in CODES else None

"""In which state a new document begins, by what a description says of its status.

Knows words for states; must not know documents.
"""

from __future__ import annotations

import re
from typing import Final

from sandbooks.generic.shapes import kind_of
from sandbooks.resources.words import squeeze, vocabulary
from sandbooks.spec import Schema

NAMES: Final = frozenset({"status", "state"})
BEGINNINGS: Final = ("draft", "new", "created", "notstarted", "todo", "pending", "open", "active", "enabled")
ENDS: Final = vocabulary(
    """
    accepted archived blocked canceled cancelled closed complete completed declined deleted denied disabled done ended
    error errored expired failed finished inactive lost merged paid rejected removed resolved returned revoked
    settled stopped succeeded success successful suspended terminated trashed uncollectible void voided withdrawn
    """
)
FEWEST = 2  # values in a text that are a list of states

_QUOTED = re.compile(r"`([A-Za-z][A-Za-z0-9_-]*)`")


def states_of(name: str, plain: Schema) -> tuple[str, ...]:
    """The states that a property may be in: listed as its values, or quoted in its description; else none."""
    if squeeze(name) not in NAMES:
        return ()
    listed = plain.get("enum")
    if isinstance(listed, list):
        return tuple(value for value in listed if value is not None)
    quoted = _quoted(plain) if kind_of(plain) == "string" and "pattern" not in plain else ()
    return quoted if len(quoted) >= FEWEST else ()


def first_state(name: str, plain: Schema) -> str:
    """The state in which a document begins: the first, unless that is an end, as in an order of the alphabet.

    Then it is the first that the description quotes, else the one that sounds most like a beginning.

    >>> first_state("status", {"type": "string", "enum": ["accepted", "canceled", "draft", "open"]})
    'draft'
    >>> first_state("status", {"type": "string", "enum": ["available", "pending", "sold"]})
    'available'
    """
    states = states_of(name, plain)
    if not _is_end(states[0]):
        return states[0]
    quoted = [each for each in _quoted(plain) if each in states and not _is_end(each)]
    words = {squeeze(str(each)): each for each in reversed(states)}
    sounding = [words[word] for word in BEGINNINGS if word in words]
    rest = [each for each in states if not _is_end(each)]
    return next(iter((*quoted, *sounding, *rest)), states[0])


def _is_end(state: str) -> bool:
    return squeeze(str(state)) in ENDS


def _quoted(plain: Schema) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_QUOTED.findall(str(plain.get("description") or ""))))

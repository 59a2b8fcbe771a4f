"""Runtime expressions of OpenAPI: what a callback's address and a link's parameters are read from.

Knows how they are written; must not know calls or answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote

Source = Literal["url", "method", "status", "request", "response", "nothing"]
Part = Literal["", "body", "header", "query", "path"]

_WORDS: Final[dict[str, Source]] = {"$url": "url", "$method": "method", "$statusCode": "status"}
_NAMED: Final = re.compile(r"\$(request\.(?:header|query|path)|response\.header)\.(.+)")
_BODY: Final = re.compile(r"\$(request|response)\.body(?:#(/.*)?)?")
_BRACED: Final = re.compile(r"(\{[^{}]*\})")


@dataclass(frozen=True, slots=True)
class Expression:
    """One value of a call or of its answer.

    `text` is the expression as written, without braces. `place` holds the steps of a JSON pointer for a body, `()` for
    the whole of it; else the one name. `source` is `nothing` for a text that is no expression.
    """

    text: str
    source: Source
    part: Part = ""
    place: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A text in which expressions stand: `{$request.body#/url}/done`; `parts` are texts and expressions, in order."""

    text: str
    parts: tuple[str | Expression, ...]

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return tuple(part for part in self.parts if isinstance(part, Expression))


def read_expression(text: str) -> Expression:
    """
    >>> read_expression("$response.body#/items/0").place
    ('items', '0')
    """
    if (source := _WORDS.get(text)) is not None:
        return Expression(text, source)
    if found := _NAMED.fullmatch(text):
        side, _, part = found[1].partition(".")
        return Expression(text, _side(side), _part(part), (found[2],))
    if found := _BODY.fullmatch(text):
        steps = (found[2] or "").split("/")[1:]
        return Expression(text, _side(found[1]), "body", tuple(map(_step, steps)))
    return Expression(text, "nothing")


def read_template(text: str) -> Template:
    """A text with its expressions; one that begins with `$` is an expression as a whole.

    >>> [part if isinstance(part, str) else part.part for part in read_template("http://a/?at={$request.query.b}").parts]
    ['http://a/?at=', 'query']
    """
    if text.startswith("$"):
        return Template(text, (read_expression(text),))
    parts = (_read_part(part) for part in _BRACED.split(text) if part)
    return Template(text, tuple(parts))


def _read_part(part: str) -> str | Expression:
    return read_expression(part[1:-1].strip()) if part.startswith("{") and part.endswith("}") else part


def _step(step: str) -> str:
    return unquote(step).replace("~1", "/").replace("~0", "~")


def _side(word: str) -> Source:
    return "request" if word == "request" else "response"


def _part(word: str) -> Part:
    parts: dict[str, Part] = {"header": "header", "query": "query", "path": "path"}
    return parts[word]

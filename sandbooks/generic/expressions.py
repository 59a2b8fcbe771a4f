"""Conditions that a call writes as text: `status:'open' AND total>5`, `Name=="Ada"`, `total gt 5 and open eq true`.

Reads the common ways of writing into one tree. Knows neither properties nor documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sandbooks.generic.forms import FORMS

Value = Any  # a JSON value
Connective = Literal["and", "or", "not"]
LONGEST = 4_000
DEEPEST = 40

OPERATORS = {
    **dict.fromkeys(("=", "==", ":", "eq", "is", "=eq="), "eq"),
    **dict.fromkeys(("!=", "<>", "ne", "=ne="), "ne"),
    **dict.fromkeys((">", "gt", "=gt="), "gt"),
    **dict.fromkeys((">=", "ge", "gte", "=ge="), "gte"),
    **dict.fromkeys(("<", "lt", "=lt="), "lt"),
    **dict.fromkeys(("<=", "le", "lte", "=le="), "lte"),
    **dict.fromkeys(("~", "contains", "like", "substringof"), "contains"),
    **dict.fromkeys(("startswith", "sw"), "starts_with"),
    **dict.fromkeys(("endswith", "ew"), "ends_with"),
    **dict.fromkeys(("in", "=in="), "in"),
    "=out=": "not_in",
}
CONNECTIVES: dict[str, Connective] = {
    **dict.fromkeys(("and", "&&", "&", ";"), "and"),
    **dict.fromkeys(("or", "||", "|"), "or"),
    **dict.fromkeys(("not", "!", "-"), "not"),
}
LITERALS = {"true": True, "false": False, "null": None}

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.|'')*')
      | (?P<sign>=[a-z]{2,3}=|==|!=|<>|>=|<=|&&|\|\||[=<>:~!&|;,()\[\]])
      | (?P<minus>-(?=[A-Za-z_(]))
      | (?P<word>[^\s"'=<>:~!&|;,()\[\]]+)
    )""",
    re.VERBOSE,
)
_ESCAPED = re.compile(r"\\(.)|''")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Comparison:
    """`name` as it was written, the operator of a filter, what is compared with, and what is made of the property."""

    name: str
    operator: str
    value: Value
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which all or any must be met, or one that must not be."""

    connective: Connective
    parts: tuple[Node, ...]


Node = Comparison | Group


class NotAnExpression(ValueError):
    """The text is no condition that is understood."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def read_expression(text: str) -> Node:
    """The condition that a text is.

    Raises:
        NotAnExpression: it is none.

    >>> read_expression("Status==\\"PAID\\"")
    Comparison(name='Status', operator='eq', value='PAID', forms=())
    """
    if len(text) > LONGEST:
        raise NotAnExpression("too long")
    return _Reader(list(_tokens(text))).whole()


def _tokens(text: str) -> Iterator[_Token]:
    place, text = 0, text.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise NotAnExpression(f"{text[place : place + 20]!r} cannot be read")
        kind = found.lastgroup or ""
        yield _Token(kind, found[kind])
        place = found.end()


class _Reader:
    """Reads tokens from left to right: `or` binds least, then `and`, then `not`."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._any()
        if self._place < len(self._tokens):
            raise NotAnExpression(f"{self._tokens[self._place].text!r} follows a whole condition")
        return node

    def _any(self) -> Node:
        parts = [self._all()]
        while self._takes("or") or self._takes_sign(","):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Group("or", tuple(parts))

    def _all(self) -> Node:
        """Conditions side by side must all be met, with or without `and` between them."""
        parts = [self._one()]
        while self._takes("and") or self._begins_one():
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Group("and", tuple(parts))

    def _one(self) -> Node:
        with self._inside():
            if self._takes("not"):
                return Group("not", (self._one(),))
            if self._takes_sign("("):
                node = self._any()
                self._expect(")")
                return node
            return self._comparison()

    def _comparison(self) -> Node:
        name, forms = self._operand()
        if self._takes_sign("("):
            return self._called(name, forms)
        operator = OPERATORS.get(self._next().text.lower())
        if operator is None:
            raise NotAnExpression(f"{name!r} is compared with nothing")
        if operator == "eq" and self._takes("not"):
            operator = "ne"
        if operator in ("in", "not_in"):
            return Comparison(name, operator, self._values(), forms)
        value = self._value()
        if value is None and operator in ("eq", "ne"):
            return Comparison(name, "exists", operator == "ne", forms)
        return Comparison(name, operator, value, forms)

    def _operand(self) -> tuple[str, tuple[str, ...]]:
        """A property and what is made of it: `name`, `tolower(name)`, `name.ToLower()`; or what is called with one."""
        with self._inside():
            name = self._name()
            if self._peek() == "(" and name.lower() in FORMS:
                self._expect("(")
                inner, forms = self._operand()
                self._expect(")")
                return inner, (*forms, name.lower())
        made: tuple[str, ...] = ()
        while "." in name and self._peek() == "(" and self._peek(1) == ")":
            name, _, form = name.rpartition(".")
            if form.lower() not in FORMS:
                raise NotAnExpression(f"{form!r} is no function that is understood")
            self._place += 2
            made = (*made, form.lower())
            if self._peek().startswith("."):
                name += self._next().text
        return name, made

    def _called(self, name: str, forms: tuple[str, ...]) -> Node:
        """`contains(name,'x')`, `name.Contains("x")`, either `eq true` or `eq false`."""
        front, _, last = name.rpartition(".")
        operator = OPERATORS.get(last.lower())
        if operator is None:
            raise NotAnExpression(f"{name!r} is no function that is understood")
        if front:
            value = self._value()
        elif last.lower() == "substringof":
            value = self._value()
            self._expect(",")
            front, forms = self._operand()
        else:
            front, forms = self._operand()
            self._expect(",")
            value = self._value()
        self._expect(")")
        met = Comparison(front, operator, value, forms)
        return met if self._is_to_be_met() else Group("not", (met,))

    def _is_to_be_met(self) -> bool:
        """What may stand behind a function that is true or false: `contains(name,'x') eq false`."""
        operator = OPERATORS.get(self._peek().lower())
        if operator not in ("eq", "ne"):
            return True
        self._next()
        told = self._value()
        if not isinstance(told, bool):
            raise NotAnExpression(f"{told!r:.60} is neither true nor false")
        return told is (operator == "eq")

    def _name(self) -> str:
        """A name, with what stands in brackets behind it: `metadata['order']`."""
        token = self._next()
        if token.kind != "word":
            raise NotAnExpression(f"{token.text!r} is no name")
        name = token.text
        while self._takes_sign("["):
            name = f"{name}.{_unquoted(self._next())}"
            self._expect("]")
        return name.replace("/", ".")

    def _values(self) -> list[Value]:
        self._expect("(")
        values = [self._value()]
        while self._takes_sign(","):
            values.append(self._value())
        self._expect(")")
        return values

    def _value(self) -> Value:
        token = self._next()
        if token.kind == "text":
            return _unquoted(token)
        if token.kind != "word":
            raise NotAnExpression(f"{token.text!r} is no value")
        if token.text.lower() in LITERALS:
            return LITERALS[token.text.lower()]
        if self._takes_sign("("):
            with self._inside():
                return self._made(token.text.lower())
        if self._place < len(self._tokens) and self._tokens[self._place].kind == "text":
            return _unquoted(self._next())  # a value with its type before it: `datetime'2026-01-31'`
        return self._joined(token.text)

    def _joined(self, text: str) -> Value:
        """A value without quotes; an instant has colons: `2026-01-31T09:15:00Z`."""
        while self._peek() == ":" and text[-1:].isdigit():
            self._place += 1
            text = f"{text}:{self._next().text}"
        if _NUMBER.fullmatch(text):
            return float(text) if "." in text else int(text)
        return text

    def _made(self, kind: str) -> Value:
        """`guid("...")`, `DateTime(2026, 1, 31)`, `datetime'...'` and other values that say their type."""
        values = [self._value()]
        while self._takes_sign(","):
            values.append(self._value())
        self._expect(")")
        if "date" in kind and all(isinstance(each, int) for each in values) and len(values) >= 3:
            try:
                return datetime(*values).isoformat()
            except (ValueError, TypeError, OverflowError) as problem:
                raise NotAnExpression(str(problem)) from problem
        if len(values) != 1:
            raise NotAnExpression(f"{kind!r} takes one value")
        return values[0]

    def _begins_one(self) -> bool:
        """Another condition stands right behind: a name, or what may stand before one."""
        if self._place >= len(self._tokens):
            return False
        token = self._tokens[self._place]
        return token.kind == "minus" or (token.kind == "word" and token.text.lower() not in CONNECTIVES)

    @contextmanager
    def _inside(self) -> Iterator[None]:
        """One step deeper into brackets, negations and functions; there is an end to that."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotAnExpression("too deep")
        yield
        self._depth -= 1

    def _peek(self, ahead: int = 0) -> str:
        place = self._place + ahead
        return self._tokens[place].text if place < len(self._tokens) else ""

    def _next(self) -> _Token:
        if self._place >= len(self._tokens):
            raise NotAnExpression("it ends too early")
        self._place += 1
        return self._tokens[self._place - 1]

    def _takes(self, connective: Connective) -> bool:
        token = self._tokens[self._place] if self._place < len(self._tokens) else None
        found = token is not None and token.kind != "text" and CONNECTIVES.get(token.text.lower()) == connective
        self._place += found
        return found

    def _takes_sign(self, sign: str) -> bool:
        token = self._tokens[self._place] if self._place < len(self._tokens) else None
        found = token is not None and token.kind == "sign" and token.text == sign
        self._place += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._takes_sign(sign):
            raise NotAnExpression(f"{sign!r} is missing")


def _unquoted(token: _Token) -> str:
    if token.kind != "text":
        return token.text
    return _ESCAPED.sub(lambda found: found[1] or "'", token.text[1:-1])


def walk(node: Node, test: Callable[[Comparison], Callable[[Any], bool]]) -> Callable[[Any], bool]:
    """The condition as a function, of the function that each comparison becomes."""
    if isinstance(node, Comparison):
        return test(node)
    parts = [walk(part, test) for part in node.parts]
    if node.connective == "not":
        return lambda document: not parts[0](document)
    met = all if node.connective == "and" else any
    return lambda document: met(part(document) for part in parts)

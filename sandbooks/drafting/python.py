"""Python source as a formatter leaves it: names, texts and literals.

Knows the language; must not know what is written in it.
"""

from __future__ import annotations

import keyword
import re
from typing import Any

from sandbooks.resources.words import split_words

LONGEST_LINE = 88
"""What formatters allow a line unless told otherwise."""


def quoted(text: str) -> str:
    """A text as a literal, in the quotes that need fewer escapes.

    >>> print(quoted("it's"), quoted('say "yes"'))
    "it's" 'say "yes"'
    """
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_escaped(character, quote) for character in text) + quote


def literal(value: Any, indent: int = 0) -> str:  # any JSON
    """A JSON value, one member to a line.

    >>> print(literal({"a": [1, None]}))
    {
        "a": [
            1,
            None,
        ],
    }
    """
    if isinstance(value, str):
        return quoted(value)
    if not value or not isinstance(value, dict | list):
        return repr(value)
    if isinstance(value, dict):
        return block("{", [f"{quoted(name)}: {literal(part, indent + 4)}" for name, part in value.items()], "}", indent)
    return block("[", [literal(part, indent + 4) for part in value], "]", indent)


def block(opening: str, parts: list[str], closing: str, indent: int = 0) -> str:
    """Parts between brackets, each on a line of its own."""
    space = " " * (indent + 4)
    return "\n".join([opening, *(f"{space}{part}," for part in parts), f"{' ' * indent}{closing}"])


def function_name(text: str, taken: frozenset[str] = frozenset()) -> str:
    """A name for a function that means the same: `createInvoice` becomes `create_invoice`.

    >>> function_name("GET /pets"), function_name("2fa"), function_name("import"), function_name("删除")
    ('get_pets', 'answer_2_fa', 'import_', 'answer')
    """
    words = [word for part in re.findall(r"[A-Za-z0-9]+", text) for word in split_words(part)]
    name = "_".join(words).lower() or "answer"
    name = f"answer_{name}" if name[0].isdigit() else name
    return f"{name}_" if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in taken else name


def one_line(text: str, longest: int) -> str:
    """A text that can stand in a comment or docstring: on one line, without what would end it, cut at a word."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).replace("\\", "/").replace('"', "'").split())
    if len(plain) <= longest:
        return plain
    return f"{plain[: longest - 3].rpartition(' ')[0] or plain[: longest - 3]}..."


def _escaped(character: str, quote: str) -> str:
    if character in (quote, "\\"):
        return f"\\{character}"
    return character if character.isprintable() else repr(character)[1:-1]

"""What a pack declares, checked where it is declared: kinds, numbers, and what functions take.

Knows values and their names; must not know what they are for.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from reprlib import Repr
from typing import Any

from sandbooks.errors import StartupError

_COUNTS = ("no arguments", "one argument", "two arguments", "three arguments", "four arguments")
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 80


def check_is(name: str, value: object, kind: type, cure: str) -> None:
    """
    Raises:
        StartupError: a value that is there and not of that kind; `cure` is what to write.
    """
    if value is not None and not isinstance(value, kind):
        raise StartupError(f"{name} is {show(value)}; write {name}={cure}")


def check_are(name: str, values: object, kind: Any, cure: str) -> tuple[Any, ...]:  # a class, or a union; such values
    """The values, once each was found to be of that kind.

    Raises:
        StartupError: no list, or one that holds something else; `cure` is what to write.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise StartupError(f"{name} is {show(values)}; it must be a list: {name}=[{cure}]")
    found = tuple(values)
    for value in found:
        if not isinstance(value, kind):
            raise StartupError(f"{name} has {show(value)}; write {name}=[{cure}]")
    return found


def check_number(name: str, value: object, *, whole: bool, least: float = 0) -> None:
    """
    Raises:
        StartupError: no number, one that must be whole and is not, or too small a one.
    """
    fits = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if not fits or not value >= least:  # type: ignore[operator]
        raise StartupError(f"{name} is {show(value)}; it must be a {'whole ' * whole}number, {least} or more")


def check_different(name: str, values: Sequence[object]) -> None:
    """
    Raises:
        StartupError: a value that stands there twice.
    """
    twice = next((value for index, value in enumerate(values) if value in values[:index]), None)
    if twice is not None:
        raise StartupError(f"{name} is {show(twice)} twice; each must be another")


def check_takes(function: object, *names: str) -> None:
    """
    Raises:
        StartupError: nothing that can be called with so many arguments, or something async.
    """
    called = getattr(function, "__name__", show(function))
    takes = f"must take {_COUNTS[len(names)]}: ({', '.join(names)})"
    if not callable(function):
        raise StartupError(f"{called} is no function; what stands there {takes}")
    file, line = place_of(function)
    if inspect.iscoroutinefunction(function):
        raise StartupError(f"{called} is async; write a plain function, without await", file=file, place=line)
    try:
        inspect.signature(function, follow_wrapped=False).bind(*names)
    except TypeError:
        raise StartupError(f"{called} {takes}", file=file, place=line) from None
    except ValueError:  # some that are written in C do not tell
        return


def check_given(function: object, *names: str) -> None:
    """As `check_takes`, of a function that may be left out."""
    if function is not None:
        check_takes(function, *names)


def place_of(function: Callable[..., object]) -> tuple[str, int]:
    """File and line where a function is written, for messages at the start."""
    code = getattr(function, "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code else ("", 0)


def show(value: object) -> str:
    """A value as it was written, shortened; a class or a function by its name."""
    return str(getattr(value, "__name__", "")) or _SHORT.repr(value)

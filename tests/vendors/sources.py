"""What the tests of a vendor say that they test: their docstrings, and the rows of an index that those name."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path


def modules_of(vendor: str) -> list[str]:
    """The modules of a vendor's tests, without what their names begin with."""
    begin = f"test_{vendor}_"
    return sorted(file.stem.removeprefix(begin) for file in Path(__file__).parent.glob(f"{begin}*.py"))


def said_by(vendor: str, module: str) -> dict[str, str]:
    """What each test of a module says it tests."""
    loaded = import_module(f"tests.vendors.test_{vendor}_{module}")
    functions = inspect.getmembers(loaded, inspect.isfunction)
    mine = [(name, each) for name, each in functions if name.startswith("test_") and each.__module__ == loaded.__name__]
    return {f"{module}.{name}": " ".join((inspect.getdoc(each) or "").split()) for name, each in mine}


def rows_of(said: str) -> set[int]:
    """The rows of the index that a docstring names: `operation 5`, `operations 5, 6 and 9`, `operations 5 to 9`."""
    rows: set[int] = set()
    for named in re.findall(r"\boperations? (\d+(?:(?:, | and | to )\d+)*)", said):
        rows |= {int(each) for each in re.findall(r"\d+", named)}
        for first, last in re.findall(r"(\d+) to (\d+)", named):
            rows |= set(range(int(first), int(last) + 1))
    return rows

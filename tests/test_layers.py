"""The layers of the engine, as a rule: a module imports downwards only, and some libraries have one importer."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ENGINE = ROOT / "sandbooks"

LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"errors", "notation", "places", "progress"}),
    frozenset({"clock", "chance", "json_dates", "mistaken"}),
    frozenset({"store", "spec", "fixtures", "editions", "files"}),
    frozenset({"resources", "generate"}),
    frozenset({"pack"}),
    frozenset({"request", "router", "journal", "generic", "webhooks", "guard"}),
    frozenset({"traffic", "bodies"}),
    frozenset({"vendor"}),
    frozenset({"exchange", "acting"}),
    frozenset({"answering", "agenda"}),
    frozenset({"pipeline", "seeding", "project"}),
    frozenset({"wire", "sandbox", "sender"}),
    frozenset({"chronicle"}),
    frozenset({"samples", "bases"}),
    frozenset({"server"}),
    frozenset({"checking", "control", "console", "drafting", "listening"}),
    frozenset({"starting"}),
    frozenset({"watching"}),
    frozenset({"cli", "testing"}),
    frozenset({"pytest_plugin", "__main__"}),
)
"""Bottom to top; modules of one layer do not import each other."""

ONLY_IMPORTER = {
    "tinydb": {"store"},
    "immutables": {"store"},
    "connexion": {"wire"},
    "faker": {"chance"},
    "random": {"chance"},
    "secrets": {"chance"},
    "uuid": {"chance"},
    "time": {"clock"},
    "jsonschema": {"spec"},
    "jsonschema_rs": {"spec"},
    "flask": {"console"},
    "httpx": {"sender", "testing"},
    "uvicorn": {"listening"},
}


def engine_files() -> list[Path]:
    return sorted(file for file in ENGINE.rglob("*.py") if "bundled" not in file.parts)


def module_of(file: Path) -> str:
    """The module or package right below `sandbooks` that a file belongs to; empty for the package itself."""
    first = file.relative_to(ENGINE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imports_of(file: Path) -> Iterator[tuple[str, int]]:
    """Every absolute import of a file, wherever it stands, but for those that only type checkers read."""
    tree = ast.parse(file.read_text())
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == "sandbooks":
                yield from ((f"sandbooks.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield node.module, node.lineno


def layer_of(module: str) -> int:
    return next((index for index, layer in enumerate(LAYERS) if module in layer), -1)


@pytest.mark.parametrize("file", engine_files(), ids=lambda file: str(file.relative_to(ENGINE)))
def test_engine_module_imports_downwards_only(file: Path) -> None:
    """A module of the engine imports from lower layers, from its own package, and nothing beside it or above."""
    module = module_of(file)
    wrong = []
    for name, line in imports_of(file):
        parts = name.split(".")
        if parts[0] != "sandbooks" or module == "":
            continue
        target = parts[1] if len(parts) > 1 else ""
        if target != module and layer_of(target) >= layer_of(module) and layer_of(target) != -1:
            wrong.append(f"{file.name}:{line} imports {name}")

    assert wrong == []
    assert module == "" or layer_of(module) >= 0, f"{module} has no layer"


@pytest.mark.parametrize("file", engine_files(), ids=lambda file: str(file.relative_to(ENGINE)))
def test_some_libraries_have_one_importer(file: Path) -> None:
    """TinyDB, Connexion, Faker, the schema libraries, the system's time and its chance are each behind one module."""
    module = module_of(file)

    wrong = [
        f"{file.name}:{line} imports {name}"
        for name, line in imports_of(file)
        if (owners := ONLY_IMPORTER.get(name.split(".")[0])) and module not in owners
    ]

    assert wrong == []


def pack_files() -> list[Path]:
    return sorted((ROOT / "mocks").rglob("*.py"))


@pytest.mark.parametrize("file", pack_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_pack_imports_public_names_only(file: Path) -> None:
    """A vendor imports the engine's public names, its own folder and shared words; no web, database or chance."""
    forbidden = {*ONLY_IMPORTER, "datetime.datetime.now", "starlette", "httpx", "sqlite3", "requests"}
    wrong = [
        f"{file.name}:{line} imports {name}"
        for name, line in imports_of(file)
        if name.split(".")[0] in forbidden or (name.startswith("sandbooks.") and name.count(".") > 1)
    ]

    assert wrong == []


def test_engine_names_no_vendor() -> None:
    """No file of the engine holds the id of a bundled vendor."""
    vendors = sorted(folder.name for folder in (ROOT / "specs").iterdir() if folder.is_dir())

    named = [
        f"{file.relative_to(ROOT)} names {vendor}"
        for file in ENGINE.rglob("*")
        if file.suffix in (".py", ".yaml", ".html") and "bundled" not in file.parts
        for vendor in vendors
        if vendor in file.read_text().lower()
    ]

    assert named == []


@pytest.mark.parametrize("file", [*engine_files(), *pack_files()], ids=lambda file: str(file.relative_to(ROOT)))
def test_sizes_stay_within_the_house_rule(file: Path) -> None:
    """No module has more than 500 lines, no function more than 60."""
    text = file.read_text()
    long = [
        f"{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > 60
    ]

    assert long == []
    assert text.count("\n") <= 500

"""What is handed to users: exactly what wheel and sdist hold, and what their metadata says."""

from __future__ import annotations

import ast
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packages import JUNK, ROOT, Packages, build, files_of_wheel, tracked

BUNDLED = ("specs", "mocks", "fixtures")
"""The folders that a wheel carries inside the package."""

OPTIONAL = {("pytest_plugin.py", "pytest"), ("containers.py", "testcontainers"), ("containers.py", "docker")}
"""What only those import who have it: pytest loads its plugin, and the extra `testcontainers` brings the others."""

pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a clone knows what belongs to it")


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    """Built once, from a tree with junk in it."""
    return build(tmp_path_factory.mktemp("packages"))


@pytest.fixture(scope="module")
def metadata(packages: Packages) -> Message:
    """What an index shows of the wheel."""
    return Parser().parsestr(_read(packages.wheel, "METADATA"))


def test_wheel_holds_the_engine_and_the_bundled_vendors(packages: Packages) -> None:
    """Every tracked file of the engine and of the three folders, four of metadata, and nothing else."""
    engine = [name for name in tracked() if name.startswith("sandbooks/")]
    bundled = [f"sandbooks/bundled/{name}" for name in tracked() if name.startswith(tuple(f"{at}/" for at in BUNDLED))]
    about = [f"{packages.wheel.name.split('-py3')[0]}.dist-info/{name}" for name in ("METADATA", "RECORD", "WHEEL")]

    found = files_of_wheel(packages.wheel)

    assert sorted([*engine, *bundled, *about, about[0].replace("METADATA", "entry_points.txt")]) == found


def test_wheel_holds_what_the_command_needs_beside_code(packages: Packages) -> None:
    """Pages, their scripts and styles, the description of control, the mark of types, and each vendor's three parts."""
    found = set(files_of_wheel(packages.wheel))

    needed = {"control/openapi.yaml", "control/docs.html", "control/docs.js", "control/docs.css", "py.typed"}
    needed |= {f"console/templates/{name}.html" for name in ("call", "consent", "page", "refused", "sign_in", "start")}
    needed |= {f"console/static/{name}" for name in ("icon.svg", "page.css", "page.js")}
    for vendor in (folder.name for folder in (ROOT / "specs").iterdir()):
        needed |= {f"bundled/specs/{vendor}/openapi.yaml", f"bundled/mocks/{vendor}/__init__.py"}
        needed |= {f"bundled/fixtures/{vendor}/{profile}.yaml" for profile in ("demo", "empty")}
    assert {f"sandbooks/{name}" for name in needed} - found == set()


def test_sdist_holds_what_is_tracked(packages: Packages) -> None:
    """Every tracked file, and the metadata that an sdist has; no junk from the folder it was built in."""
    top = packages.sdist.name.removesuffix(".tar.gz")
    with tarfile.open(packages.sdist) as archive:
        found = sorted(member.name for member in archive.getmembers() if not member.isdir())

    assert sorted(f"{top}/{name}" for name in [*tracked(), "PKG-INFO"]) == found
    assert not {f"{top}/{name}" for name in JUNK} & set(found)


def test_wheel_of_the_sdist_is_the_wheel_of_the_tree(packages: Packages) -> None:
    """Whoever builds from the sdist gets the same wheel, byte for byte."""
    assert packages.wheel.name == packages.wheel_of_sdist.name
    assert packages.wheel.read_bytes() == packages.wheel_of_sdist.read_bytes()


def test_wheel_fits_every_platform_and_stays_small(packages: Packages) -> None:
    """Pure Python, and below two megabytes."""
    assert packages.wheel.name.endswith("-py3-none-any.whl")
    assert packages.wheel.stat().st_size < 2_000_000


def test_wheel_installs_one_command_and_one_plugin(packages: Packages) -> None:
    """The entry points are the command and the pytest plugin; the one top-level name is `sandbooks`."""
    entries = [line for line in _read(packages.wheel, "entry_points.txt").splitlines() if line]
    top = {name.split("/")[0] for name in files_of_wheel(packages.wheel)}

    assert entries == [
        "[console_scripts]",
        "sandbooks = sandbooks.__main__:run",
        "[pytest11]",
        "sandbooks = sandbooks.pytest_plugin",
    ]
    assert top == {"sandbooks", _about(packages.wheel)}


def test_metadata_says_what_the_project_says(metadata: Message) -> None:
    """Name, version, one line of description, the README as the long one, and what it runs on."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert metadata["Name"] == "sandbooks"
    assert metadata["Version"] == project["version"]
    assert metadata["Summary"] == project["description"]
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload() == (ROOT / "README.md").read_text()
    assert sorted(metadata.get_all("Provides-Extra", [])) == sorted(project["optional-dependencies"])
    required = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert len(required) == len(project["dependencies"])


def test_every_import_is_of_a_required_distribution(metadata: Message) -> None:
    """What engine and packs import is the standard library, or comes of a dependency that every installation has."""
    listed = [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]
    required = {canonicalize_name(item.name) for item in listed if item.marker is None}
    owners = packages_distributions()

    missing = [
        f"{file.relative_to(ROOT)} imports {top}"
        for folder in ("sandbooks", "mocks")
        for file in sorted((ROOT / folder).rglob("*.py"))
        for top in sorted(_imported(file))
        if not required & {canonicalize_name(owner) for owner in owners.get(top, [])}
        and (file.name, top) not in OPTIONAL
    ]

    assert missing == []


def _imported(file: Path) -> Iterator[str]:
    """The top-level names that a file imports and neither the standard library nor Sandbooks has."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    tops = {name.split(".")[0] for name in found}
    return iter(tops - set(sys.stdlib_module_names) - {"sandbooks", "__future__"})


def _about(wheel: Path) -> str:
    return f"{wheel.name.split('-py3')[0]}.dist-info"


def _read(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(f"{_about(wheel)}/{name}").decode()

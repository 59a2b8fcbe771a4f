"""What the image, compose.yaml and their page say, as far as it shows without an engine; `make image` does the rest."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

import sandbooks
from sandbooks.cli.serve import serve
from tests.running import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
PAGE = (ROOT / "docs" / "container.md").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
FINAL = DOCKERFILE.rpartition("\nFROM ")[2]
"""The stage that becomes the image."""

UNIMPORTABLE = """
import sys
sys.modules["testcontainers"] = None
try:
    import sandbooks.testing.containers
except ImportError as error:
    print(error)
"""


def instructions(name: str) -> list[str]:
    """The arguments of an instruction in the final stage."""
    joined = re.sub(r"\\\n\s*", "", FINAL)
    return re.findall(rf"^{name} (.*)$", joined, re.MULTILINE)


def variables() -> dict[str, str]:
    """What the image sets."""
    return dict(pair.split("=", 1) for pair in shlex.split(" ".join(instructions("ENV"))))


def test_both_stages_stand_on_a_base_of_choice() -> None:
    """The usual one is named once."""
    assert ["python:3.12-slim"] == re.findall(r"^ARG BASE_IMAGE=(.*)$", DOCKERFILE, re.MULTILINE)
    assert ["${BASE_IMAGE} AS builder", "${BASE_IMAGE}"] == re.findall(r"^FROM (.*)$", DOCKERFILE, re.MULTILINE)


def test_image_runs_as_a_user_by_number_with_a_volume_and_a_health_check() -> None:
    """A number, because Kubernetes cannot tell of a name whether it is root."""
    assert ["10001:10001"] == instructions("USER")
    assert ["/data"] == instructions("VOLUME")
    assert [variables()["SANDBOOKS_PORT"]] == instructions("EXPOSE")
    assert instructions("HEALTHCHECK")[0].endswith('CMD ["sandbooks", "health"]')
    assert ['["sandbooks"]'] == instructions("ENTRYPOINT")
    assert ['["serve"]'] == instructions("CMD")


def test_labels_are_true() -> None:
    """Version and base are those that there are."""
    labels = dict(pair.split("=", 1) for pair in shlex.split(instructions("LABEL")[0]))

    assert {
        "org.opencontainers.image.title": "Sandbooks",
        "org.opencontainers.image.description": "A sandbox server for bookkeeping APIs",
        "org.opencontainers.image.version": sandbooks.__version__,
        "org.opencontainers.image.base.name": "${BASE_IMAGE}",
    } == labels


def test_context_of_the_build_holds_what_the_wheel_is_made_of() -> None:
    """Everything is left out but for names that exist."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    kept = [line.removeprefix("!") for line in lines if line.startswith("!")]

    assert "*" in lines
    assert ["README.md", "fixtures", "mocks", "pyproject.toml", "sandbooks", "specs"] == sorted(kept)
    assert all((ROOT / name).exists() for name in kept)


def test_page_lists_the_settings_that_there_are() -> None:
    """Each variable of `serve` and of the cache; beside it what the image sets."""
    rows = dict(re.findall(r"^\| `(SANDBOOKS_\w+)` \| (?:`(.+?)` )?\|", PAGE, re.MULTILINE))
    options = {str(option.envvar) for option in serve.params if option.envvar}

    assert options | {"SANDBOOKS_CACHE"} == set(rows)
    assert {name: value for name, value in rows.items() if value} == {
        name: value for name, value in variables().items() if name.startswith("SANDBOOKS_")
    }


def test_compose_names_files_that_exist() -> None:
    """What is mounted from here is there; the client waits until the server is healthy; all of it is hardened."""
    services: dict[str, dict[str, Any]] = COMPOSE["services"]
    mounts = [mount for service in services.values() for mount in service["volumes"]]
    sources = {mount.replace("${PROJECT:-./examples/pets}", "./examples/pets").split(":")[0] for mount in mounts}

    assert {"./examples/client", "./examples/pets", "data", "own-data"} == sources
    assert all((ROOT / source).is_dir() for source in sources if source.startswith("."))
    assert {"data", "own-data"} == set(COMPOSE["volumes"])
    assert {"sandbooks": {"condition": "service_healthy"}} == services["client"]["depends_on"]
    assert [(True, ["ALL"])] * 3 == [(service["read_only"], service["cap_drop"]) for service in services.values()]
    assert (ROOT / "examples" / "client" / Path(services["client"]["entrypoint"][1]).name).is_file()


def test_settings_in_compose_are_settings() -> None:
    """Each is a variable that the server or the client reads."""
    client = (ROOT / "examples" / "client" / "client.py").read_text()
    read = {str(option.envvar) for option in serve.params} | set(re.findall(r'environ\.get\("(\w+)"', client))

    assert {name for service in COMPOSE["services"].values() for name in service["environment"]} <= read


def test_module_without_testcontainers_says_what_to_install() -> None:
    """The extra is named."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", UNIMPORTABLE], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "sandbooks.testing.containers wants testcontainers: pip install 'sandbooks[testcontainers]'\n" == done.stdout


@pytest.fixture
def container_type(monkeypatch: pytest.MonkeyPatch) -> Any:  # the class; an import of it wants testcontainers
    """`SandbooksContainer`, made without an engine at hand."""
    docker: Any = import_module("docker")  # has no types
    monkeypatch.setattr(docker, "from_env", lambda **options: docker.DockerClient(version="1.41"))
    from sandbooks.testing.containers import SandbooksContainer

    return SandbooksContainer


def test_container_is_set_by_variables(container_type: Any, tmp_path: Path) -> None:
    """Arguments become the settings of `serve`; nothing is kept; control has a token of its own."""
    (tmp_path / "specs").mkdir()
    moment = datetime(2031, 3, 31, 9, 0, tzinfo=UTC)
    container = container_type(
        "books:7", vendors=["aiwyn"], project=tmp_path, profile="empty", seed=9, clock=moment, limits=False
    )
    other = container_type(admin_token="s3cret", strict=False)

    assert "books:7" == container.image
    assert {
        "SANDBOOKS_PROFILE": "empty",
        "SANDBOOKS_SEED": "9",
        "SANDBOOKS_CLOCK": "2031-03-31T09:00:00+00:00",
        "SANDBOOKS_LIMITS": "off",
        "SANDBOOKS_STRICT": "1",
        "SANDBOOKS_WEBHOOK_URL": "",
        "SANDBOOKS_ADMIN_TOKEN": container.admin_token,
        "SANDBOOKS_DATA": "",
        "SANDBOOKS_PROJECT": "/project",
    } == container.env
    assert set(container.env) <= {str(option.envvar) for option in serve.params}
    assert {str(tmp_path): {"bind": "/project", "mode": "ro"}} == container.volumes
    assert {"4010": None} == container.ports
    assert {"Authorization": "Bearer s3cret"} == other.admin_headers
    assert len(container.admin_token) == 32
    assert "" == other.env["SANDBOOKS_STRICT"]


def test_folder_without_specs_is_mounted_and_no_project(container_type: Any, tmp_path: Path) -> None:
    """Its files can be named all the same."""
    container = container_type(vendors=["petstore.yaml"], project=tmp_path)

    assert {str(tmp_path): {"bind": "/project", "mode": "ro"}} == container.volumes
    assert "SANDBOOKS_PROJECT" not in container.env


def test_folder_that_is_not_there_is_refused(container_type: Any, tmp_path: Path) -> None:
    """Docker would make it, and the server would have nothing to serve."""
    with pytest.raises(FileNotFoundError, match="no such folder; `project` is one with specs/, or with descriptions"):
        container_type(project=tmp_path / "missing")

    assert not (tmp_path / "missing").exists()

"""`sandbooks new` as a person runs it, in a folder of one's own, and what it wrote, called in this process."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sandbooks.cli import main
from sandbooks.project import Project
from sandbooks.starting import start_server
from tests.serving import Door, serve


def run_new(folder: Path, *arguments: str) -> Result:
    """`sandbooks new` with these arguments, with the folder as the current one."""
    with pytest.MonkeyPatch.context() as here:
        here.chdir(folder)
        return CliRunner().invoke(main, ["new", *arguments])


def written(folder: Path) -> list[str]:
    """Every file below a folder, but for what Python compiles."""
    return sorted(
        file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc"
    )


def serve_project(folder: Path, *names: str) -> Door:
    """The vendors of a folder, as `sandbooks serve --project` has them, strict as to their answers."""
    server, _ = start_server(names, folder=folder)
    return Door(server)


def serve_strictly(folder: Path, name: str) -> Door:
    """One vendor of a folder; an answer that does not fit its description is a 500."""
    project = Project(folder)
    return serve(project.load_vendor(name), fixture_file=project.fixture_file)

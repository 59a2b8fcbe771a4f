"""Which engine there is: Docker, or buildah and podman with a storage of their own.

Nothing that is built or run here meets the images and containers of the machine.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

SCRIPT = Path(__file__).parent / "engine.sh"
NAMESPACES = ("--mount", "--net", "--pid", "--fork")
"""What the script makes of its own."""
MOST_PROCESSES = 4096

STORAGE = """[storage]
driver = "{driver}"
graphroot = "{folder}/storage"
runroot = "{folder}/run"
"""

CONTAINERS = """[containers]
cgroups = "disabled"
cgroupns = "host"
default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "crun"
[network]
network_backend = "netavark"
network_config_dir = "{folder}/networks"
"""
"""More open files than the caller may have are not asked for: not every root may raise that."""


def docker_answers() -> bool:
    """Whether there is a Docker, and not only its command."""
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "version"], capture_output=True, check=False).returncode == 0


@dataclass(frozen=True, slots=True)
class Storage:
    """A folder with images, layers, and what tells buildah and podman to use it."""

    folder: Path

    @classmethod
    def prepared(cls) -> Self:
        """The one that is kept from run to run; made where it is missing."""
        above = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        storage = cls(Path(above) / "sandbooks-image")
        (storage.folder / "networks").mkdir(parents=True, exist_ok=True)
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        told = CONTAINERS.format(folder=storage.folder, files=files, processes=MOST_PROCESSES)
        (storage.folder / "containers.conf").write_text(told)
        for driver in ("overlay", "vfs"):  # not every file system carries overlays
            (storage.folder / "storage.conf").write_text(STORAGE.format(folder=storage.folder, driver=driver))
            if storage.has_image("none") is not None:
                break
        return storage

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
        }

    def buildah(self, *arguments: str) -> str:
        """What buildah prints.

        Raises:
            CalledProcessError: it failed, and has said why.
        """
        command = ["buildah", *arguments]
        done = subprocess.run(command, env=self.environment(), check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout.strip()

    def has_image(self, name: str) -> bool | None:
        """Whether there is such an image; None where the storage does not work."""
        command = ["buildah", "images", "--format", "{{.Name}}:{{.Tag}}"]
        done = subprocess.run(command, env=self.environment(), check=False, capture_output=True, text=True)
        return name in done.stdout.split() if done.returncode == 0 else None

    def engine(self) -> list[str]:
        """What a command is written behind to have an engine, and a network of its own."""
        return [str(SCRIPT), str(self.folder)]

"""How the image is built: a base, and what the Dockerfile makes of it.

Knows where pip of this machine looks, so that the builder looks there too; knows no engine that runs anything.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.container.engine import Storage

ROOT = Path(__file__).parent.parent.parent
IMAGE = "sandbooks"
BUILDER = "sandbooks-builder"
NEEDED = "python3,python3-venv"
LEFT_OUT = ("/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/man/*")
SETTING = re.compile(r"(?P<section>[^.]+)\.(?P<name>[^=]+)=(?P<value>.+)")


def build_with_docker(base: str) -> None:
    """On the base that the Dockerfile names unless there is another."""
    arguments = ["--build-arg", f"BASE_IMAGE={base}"] if base else []
    subprocess.run(["docker", "build", "--tag", IMAGE, *arguments, str(ROOT)], check=True)


def build_with_buildah(storage: Storage, base: str) -> None:
    """The builder first, with what pip reads mounted; then the image, in which no trace of a mount is left."""
    pip = storage.folder / "pip.conf"
    settings = pip_settings()
    pip.write_text("\n".join(["[global]", *(f"{name} = {value}" for name, value in settings.items()), ""]))
    mounts = [f"--volume={path}:{path}:ro" for path in read_by_pip(settings)]
    # Docker's format, because the other one has no place for a HEALTHCHECK.
    common = ["build", "--isolation=chroot", "--format=docker", "--layers", f"--build-arg=BASE_IMAGE={base}"]
    common += [f"--secret=id=pip,src={pip}", str(ROOT)]
    subprocess.run(
        ["buildah", *common[:1], "--target=builder", f"--tag={BUILDER}", *mounts, *common[1:]],
        check=True,
        env=storage.environment(),
    )
    subprocess.run(["buildah", *common[:1], f"--tag={IMAGE}", *common[1:]], check=True, env=storage.environment())
    storage.buildah("rmi", "--prune", "--force")


def made_base(storage: Storage, suite: str) -> str:
    """A small Debian with Python, made once."""
    name = f"localhost/sandbooks-base:{suite}"
    if storage.has_image(name):
        return name
    archive = storage.folder / f"{suite}.tar"
    if shutil.which("mmdebstrap"):
        left_out = [f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT]
        make = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={NEEDED}", *left_out, suite, str(archive)]
        subprocess.run(make, check=True)
    else:
        folder = storage.folder / suite
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["debootstrap", "--variant=minbase", f"--include={NEEDED}", suite, str(folder)], check=True)
        pack = ["tar", "-C", str(folder), "--exclude=./var/cache/apt/*", "--exclude=./var/lib/apt/lists/*"]
        subprocess.run([*pack, "-cf", str(archive), "."], check=True)
        shutil.rmtree(folder)
    container = storage.buildah("from", "scratch")
    storage.buildah("add", container, str(archive), "/")
    storage.buildah("commit", "--rm", container, name)
    archive.unlink()
    return name


def pip_settings() -> dict[str, str]:
    """What pip of this machine is told by files and variables, one line a setting."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True)
    found = [SETTING.fullmatch(line) for line in listed.stdout.splitlines()]
    lines = [(line["section"], line["name"], str(ast.literal_eval(line["value"]))) for line in found if line]
    lines.sort(key=lambda line: line[0] == ":env:")  # variables win
    return {name: " ".join(value.split()) for _, name, value in lines}


def read_by_pip(settings: dict[str, str]) -> list[Path]:
    """Files and folders of this machine that the settings name: certificates, folders of packages."""
    paths: set[Path] = set()
    for word in " ".join(settings.values()).split():
        address = urlsplit(word)
        # The pages of an index lead to files beside it.
        path = Path(unquote(address.path)).parent if address.scheme == "file" else Path(word)
        if path.is_absolute() and path.exists():
            paths.add(path)
    return sorted(paths)

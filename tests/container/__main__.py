"""`python -m tests.container`: builds the image, and carries out what its users do with it.

With Docker at hand the image stands on the usual base. Else buildah builds it and podman runs it, both as root, on a
Debian that is made once and kept with all layers in `$XDG_CACHE_HOME/sandbooks-image` or `~/.cache/sandbooks-image`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.container import building, engine

CHECKS = sorted(str(file) for file in Path(__file__).parent.glob("check_*.py"))
TOOLS = ("aardvark-dns", "buildah", "crun", "docker-compose", "iptables", "netavark", "podman")
"""Debian packages; mmdebstrap or debootstrap comes with them."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make image", description=__doc__)
    parser.add_argument("--base", default=os.environ.get("BASE_IMAGE", ""), help="an image to stand on")
    parser.add_argument("--suite", default="bookworm", help="the Debian of the base that is made here")
    parser.add_argument("--podman", action="store_true", help="not Docker, though it is there")
    options, arguments = parser.parse_known_args()
    checks = [sys.executable, "-m", "pytest", *CHECKS, *arguments]
    if not options.podman and engine.docker_answers():
        building.build_with_docker(options.base)
        sys.exit(subprocess.run(checks, check=False).returncode)
    stop_without_tools()
    storage = engine.Storage.prepared()
    building.build_with_buildah(storage, options.base or building.made_base(storage, options.suite))
    sys.exit(subprocess.run([*storage.engine(), *checks], check=False, env=storage.environment()).returncode)


def stop_without_tools() -> None:
    """Say what is missing rather than fail halfway."""
    wanted = ("buildah", "crun", "docker-compose", "iptables", "podman")
    missing = [tool for tool in wanted if shutil.which(tool) is None]
    if not (shutil.which("mmdebstrap") or shutil.which("debootstrap")):
        missing.append("mmdebstrap")
    if missing:
        sys.exit(
            f"no Docker answers, and without it there is no {', '.join(missing)}: apt-get install {' '.join(TOOLS)}"
        )
    if os.geteuid() != 0:
        sys.exit("without Docker, what stands in for it must be root")
    tried = subprocess.run(["unshare", *engine.NAMESPACES, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        sys.exit(f"{tried.stderr.strip()}: without namespaces no container runs; one that this is must be privileged")


if __name__ == "__main__":
    main()

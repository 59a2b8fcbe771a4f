"""The image as its users meet it: what it is made of, how it runs, what it keeps, how it ends."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sandbooks

IMAGE = "sandbooks"
TOKEN = "check-admin-token"
ADMIN = {"Authorization": f"Bearer {TOKEN}"}
HARDENED = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--publish=127.0.0.1:4010:4010")
URL = "http://127.0.0.1:4010"
CLIENTS = f"{URL}/_sandbox/state/finzbooks/contacts"
BOOKS = f"{URL}/finzbooks/api/public/v1"
FULL = {"Authorization": "Bearer aibk_pat_test_full"}
PATIENCE_S = 60
LONGEST_S = 120
STOP_S = 9
"""Docker kills after ten."""

UNCOMPILED = """
import sys
import sandbooks.cli, sandbooks.listening, urllib.request
from sandbooks.starting import find_cache, start_server
cache = find_cache()
keep, kept = cache.keep, []
type(cache).keep = lambda self, value, *texts: kept.append(1)
start_server(cache=cache)
specs = [module.__spec__ for module in list(sys.modules.values()) if getattr(module, "__spec__", None)]
from os.path import exists
print(sorted(spec.name for spec in specs if spec.cached and not exists(spec.cached)), len(kept))
"""
"""Loads what a start loads; prints modules without bytecode, and how much was read that is not kept in the image."""


def docker(*arguments: str, fails: int = 0) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False, timeout=LONGEST_S)
    assert done.returncode == fails, f"docker {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


def inspected(name: str) -> dict[str, Any]:
    (found,) = json.loads(docker("inspect", name))
    answer: dict[str, Any] = found
    return answer


@contextmanager
def container(*arguments: str, ready: bool = True) -> Iterator[str]:
    """A container that runs, and is gone afterwards."""
    name = docker("run", "--detach", f"--env=SANDBOOKS_ADMIN_TOKEN={TOKEN}", *arguments)
    try:
        if ready:
            wait_until_ready()
        yield name
    finally:
        docker("rm", "--force", "--volumes", name)


def wait_until_ready() -> None:
    wait_until(is_ready)


def is_ready() -> bool:
    try:
        return 200 == call("GET", f"{URL}/_sandbox/health")[0]
    except OSError:
        return False


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"not after {PATIENCE_S} s"
        time.sleep(0.1)


def call(method: str, url: str, headers: dict[str, str] | None = None, body: object = None) -> tuple[int, Any]:
    """Status and JSON of an answer."""
    content = None if body is None else json.dumps(body).encode()
    given = {"Content-Type": "application/json", **(headers or {})}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, content, given, method=method), timeout=30) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.loads(refusal.read() or b"null")


def python(name: str, code: str) -> str:
    return docker("exec", name, "python3", "-W", "ignore", "-c", code)


def stopped(name: str) -> tuple[int, bool]:
    """Its exit code when it is told to stop, and whether that took less than it may."""
    started = time.monotonic()
    docker("stop", "--time=30", name)
    return inspected(name)["State"]["ExitCode"], time.monotonic() - started < STOP_S


def slow_project(folder: Path) -> None:
    """A project with a pack that never gets to its end."""
    for part in ("specs", "mocks"):
        (folder / part / "slow").mkdir(parents=True)
    (folder / "specs" / "slow" / "openapi.yaml").write_text(
        "{openapi: 3.0.3, info: {title: Slow, version: '1'}, paths: {}}"
    )
    (folder / "mocks" / "slow" / "__init__.py").write_text(
        "import signal\nprint('loading', flush=True)\nsignal.pause()\n"
    )
    folder.chmod(0o755)


def test_image_says_what_it_is() -> None:
    """User, port, volume, health check, command and labels."""
    found = inspected(IMAGE)
    config = found["Config"]
    health = found.get("Healthcheck") or config["Healthcheck"]  # podman has it a level above

    assert "10001:10001" == config["User"]
    assert ["4010/tcp"] == list(config["ExposedPorts"])
    assert ["/data"] == list(config["Volumes"])
    assert ["CMD", "sandbooks", "health"] == health["Test"]
    assert (["sandbooks"], ["serve"]) == (config["Entrypoint"], config["Cmd"])
    assert "/project" == config["WorkingDir"]
    labels = {name.removeprefix("org.opencontainers.image."): value for name, value in config["Labels"].items()}
    assert ("Sandbooks", sandbooks.__version__) == (labels["title"], labels["version"])


def test_image_holds_what_it_needs_alone(capsys: Any) -> None:  # pytest's own
    """No pip, no tests, no sources of C, nothing of what the builder had; the size is printed."""
    run = ("run", "--rm", "--entrypoint=sh", IMAGE, "-c")

    assert "" == docker(*run, "find /opt/sandbooks -name '*.c' -o -name tests -o -name pip -o -name 'pip-*' | head")
    assert "sandbooks" == docker(*run, "ls /opt")
    assert "" == docker(*run, "ls -A /project /data | grep -v :; ls -d /src /opt/build /etc/pip.conf 2>/dev/null; true")
    with capsys.disabled():
        print(f"\n{IMAGE}: {inspected(IMAGE)['Size'] / 1e6:.0f} MB")


def test_everything_that_a_start_reads_is_prepared() -> None:
    """Bytecode of every module, and what was read of every description, since neither can be kept where it runs."""
    with container(*HARDENED, IMAGE) as name:
        assert "[] 0" == python(name, UNCOMPILED)


def test_it_runs_as_nobody_in_particular_and_writes_its_data_alone() -> None:
    """The server is the first process, of user 10001; but for /data nothing can be written."""
    attempts = """
import os, pathlib
for folder in ("/", "/opt/sandbooks", "/opt/sandbooks/cache", "/project", "/etc", "/data"):
    try:
        pathlib.Path(folder, "attempt").write_text("")
        print(folder)
    except OSError as error:
        pass
print(os.getuid(), os.getgid(), pathlib.Path("/proc/1/cmdline").read_text().split(chr(0))[1])
"""
    with container(*HARDENED, IMAGE) as name:
        assert ["/data", "10001 10001 /opt/sandbooks/bin/sandbooks"] == python(name, attempts).splitlines()


def test_vendors_are_open_and_control_wants_the_token() -> None:
    """Health needs nothing; control nothing less than the token; a vendor's call its credential."""
    with container(*HARDENED, IMAGE):
        assert ["aimsio", "aiwyn", "finzbooks", "ledgerlou"] == call("GET", f"{URL}/_sandbox/health")[1]["vendors"]
        assert 401 == call("GET", f"{URL}/_sandbox/credentials")[0]
        assert 401 == call("GET", f"{URL}/_sandbox/credentials", {"Authorization": "Bearer guessed"})[0]
        assert 200 == call("GET", f"{URL}/_sandbox/credentials", ADMIN)[0]
        assert 401 == call("GET", f"{BOOKS}/whoami")[0]
        assert 200 == call("GET", f"{BOOKS}/whoami", FULL)[0]


def test_token_that_nobody_gave_is_printed() -> None:
    """The log shows it, and control takes it."""
    with container("--env=SANDBOOKS_ADMIN_TOKEN=", *HARDENED, IMAGE) as name:
        (token,) = re.findall(r"^Admin token +(\S+)$", docker("logs", name), re.MULTILINE)

        assert 200 == call("GET", f"{URL}/_sandbox/clock", {"Authorization": f"Bearer {token}"})[0]
        assert 401 == call("GET", f"{URL}/_sandbox/clock", ADMIN)[0]


def test_health_check_passes() -> None:
    """The command of the HEALTHCHECK says 0 inside, 1 where nobody listens; the engine says healthy."""
    with container(*HARDENED, IMAGE) as name:
        assert {"status": "pass"}.items() <= json.loads(docker("exec", name, "sandbooks", "health")).items()
        docker("exec", name, "sandbooks", "health", "--port", "4999", fails=1)
        wait_until(lambda: "healthy" == inspected(name)["State"]["Health"]["Status"])


def test_data_outlives_the_container() -> None:
    """What was stored is there after a restart, and in a new container on the same volume; without one it is not."""
    docker("volume", "create", "kept-data")
    kept = ("--volume=kept-data:/data", *HARDENED, IMAGE, "serve", "finzbooks")
    with container(*kept) as name:
        assert 201 == call("POST", f"{BOOKS}/contacts", FULL, {"contact_name": "Deccan Pumps"})[0]
        expected = call("GET", CLIENTS, ADMIN)[1]
        assert (0, True) == stopped(name)
        docker("start", name)
        wait_until_ready()
        assert expected == call("GET", CLIENTS, ADMIN)[1]
        assert (0, True) == stopped(name)
    with container(*kept):
        assert expected == call("GET", CLIENTS, ADMIN)[1]
    docker("volume", "rm", "kept-data")
    with container(*HARDENED, IMAGE, "serve", "finzbooks"):
        assert expected != call("GET", CLIENTS, ADMIN)[1]


def test_stopping_as_it_starts_and_with_calls_in_flight() -> None:
    """Exit code 0 in less time than Docker waits, whatever goes on."""
    with TemporaryDirectory() as folder:
        slow_project(Path(folder))
        with container(f"--volume={folder}:/project:ro", IMAGE, "serve", "--project", ".", ready=False) as name:
            wait_until(lambda: "loading" in docker("logs", name))
            assert (0, True) == stopped(name)
    with container(*HARDENED, IMAGE) as name:
        fault = {"match": {"vendor": "finzbooks"}, "effect": {"delay_ms": 60_000}}
        assert 201 == call("POST", f"{URL}/_sandbox/faults", ADMIN, fault)[0]
        waiting = subprocess.Popen(["curl", "--silent", f"{BOOKS}/whoami"])
        wait_until(lambda: bool(call("GET", f"{URL}/_sandbox/faults", ADMIN)[1][0]["used"]))
        assert (0, True) == stopped(name)
        waiting.wait()


def test_other_commands_and_words_of_a_refusal() -> None:
    """What stands behind the image's name is the command; a mistake is one line and exit code 2."""
    assert f"sandbooks {sandbooks.__version__}" == docker("run", "--rm", IMAGE, "--version")
    assert docker("run", "--rm", IMAGE, "routes", "aiwyn").startswith("aiwyn: ")
    docker("run", "--rm", IMAGE, "serve", "aiwynn", fails=2)
    docker("run", "--rm", "--env=SANDBOOKS_LIMITS=maybe", IMAGE, fails=2)
    with container(*HARDENED, IMAGE, "serve", "aiwyn"):
        assert ["aiwyn"] == call("GET", f"{URL}/_sandbox/health")[1]["vendors"]

"""What `serve` says: the announcement, the log in both forms, who has the port; and that it calls nobody."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.running import ROOT, running
from tests.sweeping import VENDOR_NAMES
from tests.test_cli import run

PETSHOP = "benchmarks/petshop.yaml"
CONTROL = re.compile(r"(http://\S+:\d+)/_sandbox\n")
COMMAND = [sys.executable, "-W", "ignore", "-m", "sandbooks", "serve"]
LISTENER = """
import sys
file = open(sys.argv.pop(1), "a")
OUTGOING = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg")
def hook(event, arguments):
    if event in OUTGOING:
        place = arguments[1] if event in ("socket.connect", "socket.sendto", "socket.sendmsg") else arguments
        file.write(f"{event} {place[0] if isinstance(place, tuple) else place}\\n")
        file.flush()
sys.addaudithook(hook)
from sandbooks.__main__ import run
run()
"""
"""A server that writes down every connection that it opens, and every name that it looks up."""


def serve(
    *arguments: str, calls: Callable[[str], object] = lambda root: None, command: Sequence[str] = COMMAND
) -> tuple[str, str, str]:
    """Serve, make calls, and stop; the address, standard output and standard error."""
    process = subprocess.Popen(
        [*command, *arguments, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    printed, root = "", ""
    try:
        for line in process.stdout:
            printed += line
            if found := CONTROL.search(line):
                root = found[1]
                break
        calls(root)
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    return root, printed + out, err


def get(address: str, **headers: str) -> int:
    request = urllib.request.Request(address, headers={name.replace("_", "-"): text for name, text in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def ask(root: str) -> None:
    """A call that is answered, one that is refused, and one that is nobody's."""
    get(f"{root}/petshop/pets?token=s3cret&limit=2", Authorization="Bearer petshop-full")
    get(f"{root}/@team/petshop/pets/999999", Authorization="Bearer petshop-full")
    get(f"{root}/nowhere")


def plain(log: str) -> list[str]:
    """The lines of a log, without what no two runs have in common."""
    return [re.sub(r"\d\d:\d\d:\d\d|\d+\.\d (ms|s)|\[\d+\]", "_", line) for line in log.splitlines()]


def test_announcement_stands_in_columns() -> None:
    """Start page first, then each vendor with its address, docs and credentials, and control last."""
    root, out, err = serve(PETSHOP)

    assert re.sub(r"\d+\.\d s", "_", out) == (
        f"Sandbooks 0.1.0, ready in _\n\nStart page   {root}/\n\nPetshop\n"
        f"  address       {root}/petshop\n"
        f"  docs          {root}/_sandbox/docs/petshop\n"
        "  full          Authorization: Bearer petshop-full\n"
        "  limited       Authorization: Bearer petshop-limited\n"
        "  expired       Authorization: Bearer petshop-expired\n"
        "  other-tenant  Authorization: Bearer petshop-other-tenant\n"
        f"\nControl      {root}/_sandbox\n"
    )
    assert err == ""


def test_token_that_was_given_is_not_shown() -> None:
    """One that is made up has to be; addresses are such as work from here."""
    _, given, _ = serve(PETSHOP, "--host", "0.0.0.0", "--admin-token", "s3cret")
    root, made, _ = serve(PETSHOP, "--host", "0.0.0.0")

    assert "s3cret" not in given
    assert "\nAdmin token  as given by --admin-token or SANDBOOKS_ADMIN_TOKEN\n" in given
    assert root.startswith("http://127.0.0.1:")
    assert "\nOn every address of this machine (0.0.0.0); from here:\n" in made
    assert re.search(r"\nAdmin token  [\w-]{20,}\n", made)


def test_log_is_silent_unless_asked() -> None:
    """No call leaves a line at the usual level."""
    _, _, err = serve(PETSHOP, calls=ask)

    assert err == ""


def test_log_of_calls_is_one_line_each_without_secrets() -> None:
    """Sandbox, method, path, status, duration and why; a secret in the query is taken out, headers are not shown."""
    _, _, err = serve(PETSHOP, "--log-level", "info", calls=ask)

    assert [line for line in plain(err) if "uvicorn" not in line] == [
        "_ INFO    seeding: petshop: seeded 3 documents, profile demo, _",
        "_ INFO    calls: default GET /petshop/pets?token=[redacted]&limit=2 200 _: "
        "inferred: `GET /pets` lists the documents of `pets`",
        "_ INFO    calls: team GET /@team/petshop/pets/999999 404 _: NotFound: pets has no document with id 999999",
    ]
    assert "uvicorn: Application startup complete." in err


def test_log_of_json_is_json_in_every_line() -> None:
    """Calls with their parts, the readiness with its addresses, and the lines of the HTTP server."""
    root, out, err = serve(PETSHOP, "--log-level", "info", "--log-format", "json", calls=ask)

    told: list[dict[str, Any]] = [json.loads(line) for line in err.splitlines()]
    ready = next(each for each in told if each["message"].startswith("ready in "))
    calls = [each for each in told if each["logger"] == "sandbooks.calls"]
    assert CONTROL.search(out)
    assert {"start_page": f"{root}/", "control": f"{root}/_sandbox", "vendors": {"petshop": f"{root}/petshop"}} == {
        name: ready[name] for name in ("start_page", "control", "vendors")
    }
    assert [(each["sandbox"], each["method"], each["path"], each["status"]) for each in calls] == [
        ("default", "GET", "/petshop/pets", 200),
        ("team", "GET", "/@team/petshop/pets/999999", 404),
    ]
    assert {"sandbooks.calls", "sandbooks", "uvicorn.error"} <= {each["logger"] for each in told}
    assert calls[0]["query"] == "token=[redacted]&limit=2"
    assert "petshop-full" not in err


@pytest.mark.parametrize("words", ["--log-format json --port x", "--log-format=json --nope", "--log-format json nix"])
def test_what_stops_a_start_is_json_too(words: str) -> None:
    """A usage error or an unknown vendor is a JSON line where JSON lines were asked for."""
    done = run("serve", *words.split())

    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert (done.returncode, done.stdout, [each["level"] for each in told]) == (2, "", ["error"])


def test_traceback_is_shown_under_debug_alone() -> None:
    """Before the line that says what is wrong."""
    usual, debug = run("serve", "nix"), run("serve", "nix", "--log-level", "debug")

    assert usual.stderr.count("\n") == 1
    assert debug.stderr.startswith("Traceback (most recent call last):\n")
    assert debug.stderr.endswith(usual.stderr)


def test_port_of_another_sandbooks_is_told() -> None:
    """What is there and in which process, and two ways out; everything as before for the other."""
    with running(PETSHOP) as (port, process):
        done = run("serve", "--port", str(port))

        assert (done.returncode, done.stdout) == (2, "")
        assert re.fullmatch(
            rf"cannot listen on 127\.0\.0\.1:{port}: another Sandbooks is there already, with petshop"
            rf"(, in \S+ \(process {process.pid}\))?; "
            rf"stop that, or choose another port: --port {port + 1}, or 0 for any\n",
            done.stderr,
        )


@pytest.mark.parametrize(
    ("host", "cause"),
    [
        ("192.0.2.7", "that is no address of this machine"),
        ("no such host", "nobody knows that name"),
        ("", "nobody knows that name"),
    ],
)
def test_host_that_is_not_ours_is_told(host: str, cause: str) -> None:
    """With the two hosts that everybody has."""
    done = run("serve", "--host", host)

    cure = "--host 127.0.0.1 is this machine alone, 0.0.0.0 all its addresses"
    assert (done.returncode, done.stderr) == (2, f"cannot listen on {host}:4010: {cause}; {cure}\n")


def test_privileged_port_is_told() -> None:
    """A port below 1024 without the rights for it names one that can be had."""
    first = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    robbed = ["setpriv", "--bounding-set", "-net_bind_service"] if os.geteuid() == 0 else []
    if not first.is_file() or int(first.read_text()) <= 80 or (robbed and shutil.which("setpriv") is None):
        pytest.skip("everybody may have port 80 here")

    done = subprocess.run([*robbed, *COMMAND, "--port", "80"], capture_output=True, text=True, cwd=ROOT)

    cure = "ports below 1024 are not for everybody; choose one from there on: --port 8080"
    assert (done.returncode, done.stderr) == (2, f"cannot listen on 127.0.0.1:80: {cure}\n")


def test_health_tells_what_is_wrong() -> None:
    """Nobody there, somebody else there, a proxy in the environment that is not asked."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(PETSHOP) as (served, _):
        well = run("health", "--port", str(served), http_proxy="http://127.0.0.1:9")
        odd = run("health", f"http://127.0.0.1:{served}/petshop")

    nobody = run("health", "--port", str(port))
    assert (well.returncode, json.loads(well.stdout)["status"]) == (0, "pass")
    told = "answers 404, and is no Sandbooks; `sandbooks serve` tells where it listens"
    assert (odd.returncode, odd.stderr) == (1, f"http://127.0.0.1:{served}/petshop: {told}\n")
    assert (nobody.returncode, nobody.stdout, nobody.stderr) == (
        1,
        "",
        f"http://127.0.0.1:{port}/_sandbox/health: no answer (Connection refused); "
        "`sandbooks serve` starts a server, --port names another port\n",
    )


def test_server_calls_nobody(tmp_path: Path) -> None:
    """With every vendor, its pages and its calls: no connection leaves this machine, and no name is looked up."""
    record = tmp_path / "outgoing"

    def calls(root: str) -> None:
        statuses = [
            get(f"{root}/{path}") for path in ("", "_sandbox/health", "_sandbox/vendors", "_sandbox/credentials")
        ]
        assert statuses == [200] * 4
        for vendor in VENDOR_NAMES:
            assert get(f"{root}/_sandbox/docs/{vendor}") == 200
            assert get(f"{root}/_sandbox/specs/{vendor}.json") == 200
            with urllib.request.urlopen(f"{root}/_sandbox/vendors/{vendor}/operations") as answer:
                paths = [
                    each["path"] for each in json.load(answer) if each["method"] == "GET" and "{" not in each["path"]
                ]
            for path in paths[:5]:
                get(f"{root}/{vendor}{path}")

    serve(calls=calls, command=[sys.executable, "-W", "ignore", "-c", LISTENER, str(record), "serve"])

    outgoing = {line.split(" ", 1)[1] for line in record.read_text().splitlines()}
    assert outgoing <= {"127.0.0.1", "localhost", "::1"}

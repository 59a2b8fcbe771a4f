"""Load from wrk or oha, whichever is installed: one call again and again on every connection, and what came of it.

Knows their options and what they print.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 8
HOW_TO_GET_ONE = (
    "neither wrk nor oha is on the PATH; one of them makes the load: "
    "`apt install wrk`, `brew install wrk`, `cargo install oha` or `brew install oha`"
)
_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
_CUT_OFF = "aborted due to deadline"  # oha's word for calls that were under way when the time was over


@dataclass(frozen=True, slots=True)
class Request:
    """One call. `content` is sent as JSON where it is not empty."""

    method: str
    path: str
    headers: Mapping[str, str]
    content: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run saw; `refused` counts answers that were no success, and calls without an answer."""

    per_second: float
    p50_ms: float
    p99_ms: float
    refused: int


@dataclass(frozen=True, slots=True)
class Tool:
    """What makes the load."""

    name: str
    version: str

    def drive(self, port: int, request: Request, *, seconds: float) -> Run:
        """Repeat a request on `CONNECTIONS` connections for that long; wrk takes whole seconds, rounded up."""
        url = f"http://127.0.0.1:{port}{request.path}"
        if self.name == "oha":
            return parse_oha(_output(_oha_command(url, request, seconds)))
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            script.write(wrk_script(request))
            script.flush()
            return parse_wrk(_output(_wrk_command(url, Path(script.name), seconds)))


def find_tool() -> Tool:
    """wrk, else oha.

    Raises:
        SystemExit: neither is there; with a line that says how to get one.
    """
    for name in ("wrk", "oha"):
        if shutil.which(name):
            shown = subprocess.run([name, "--version"], capture_output=True, text=True, check=False)
            return Tool(name, next(iter(re.findall(r"\d+(?:\.\d+)+", shown.stdout + shown.stderr)), "unknown"))
    raise SystemExit(HOW_TO_GET_ONE)


def parse_wrk(text: str) -> Run:
    """What `wrk --latency` prints.

    Raises:
        ValueError: figures are missing, as where no call was answered.
    """
    rate = re.search(r"^Requests/sec:\s+([\d.]+)$", text, re.MULTILINE)
    shares = {share: _milliseconds(value) for share, value in re.findall(r"^\s+(\d+)%\s+([\d.]+[a-z]+)$", text, re.M)}
    if rate is None or not {"50", "99"} <= shares.keys():
        raise ValueError(f"wrk printed no figures:\n{text}")
    refused = sum(int(count) for count in re.findall(r"Non-2xx or 3xx responses: (\d+)", text))
    for errors in re.findall(r"Socket errors: (.*)", text):
        refused += sum(int(count) for count in re.findall(r"\d+", errors))
    return Run(float(rate[1]), shares["50"], shares["99"], refused)


def parse_oha(text: str) -> Run:
    """What oha prints as JSON; its times are seconds.

    Raises:
        ValueError: figures are missing, as where no call was answered.
    """
    try:
        found = json.loads(text)
        rate, shares = found["summary"]["requestsPerSec"], found["latencyPercentiles"]
        p50_ms, p99_ms = float(shares["p50"]) * 1000, float(shares["p99"]) * 1000
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"oha printed no figures ({error}):\n{text}") from None
    refused = sum(count for status, count in found["statusCodeDistribution"].items() if not status.startswith("2"))
    refused += sum(count for cause, count in found.get("errorDistribution", {}).items() if cause != _CUT_OFF)
    return Run(float(rate), p50_ms, p99_ms, refused)


def wrk_script(request: Request) -> str:
    """The call in wrk's language."""
    lines = [f"wrk.method = {_lua(request.method)}"]
    lines += [f"wrk.headers[ {_lua(name)} ] = {_lua(value)}" for name, value in _headers(request).items()]
    return "\n".join([*lines, f"wrk.body = {_lua(request.content)}" if request.content else "", ""])


def _lua(text: str) -> str:
    """A long string; it needs a space before it where it stands in brackets."""
    return f"[==[{text}]==]"


def _headers(request: Request) -> dict[str, str]:
    content = {"Content-Type": "application/json"} if request.content else {}
    return {**request.headers, **content}


def _wrk_command(url: str, script: Path, seconds: float) -> list[str]:
    return ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{math.ceil(seconds)}s", "--latency", "-s", str(script), url]


def _oha_command(url: str, request: Request, seconds: float) -> list[str]:
    shown = subprocess.run(["oha", "--help"], capture_output=True, text=True, check=False).stdout
    as_json = ["--output-format", "json"] if "--output-format" in shown else ["-j"]  # older ones know the short form
    headers = [word for name, value in _headers(request).items() for word in ("-H", f"{name}: {value}")]
    body = ["-d", request.content] if request.content else []
    timing = ["-z", f"{round(seconds * 1000)}ms", "-c", str(CONNECTIONS), "--redirect", "0"]
    return ["oha", "--no-tui", *as_json, *timing, "-m", request.method, *headers, *body, url]


def _output(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]} ended with exit code {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def _milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)([a-z]+)", text).groups()  # type: ignore[union-attr]  # matched before
    return float(number) * _MILLISECONDS[unit]

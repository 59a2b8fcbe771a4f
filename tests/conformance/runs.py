"""One run of Schemathesis over one description, in a process of its own, and what it found.

Knows Schemathesis' settings and its report of events.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.exclusions import Exclusion, Finding
from tests.conformance.served import Served

SEED = "1"
STRANGER = "another tenant"
LONGEST_S = 1800
SHOWN_BYTES = 600


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run over one description did and found; `tested` operations had at least one case.

    `excluded` pairs a finding with the rule that says it is no failure. A check that an operation fails with one
    status counts once, as a failure and for each rule.
    """

    served: Served
    tested: int
    cases: int
    failures: tuple[Finding, ...]
    excluded: tuple[tuple[Exclusion, Finding], ...]


def run_schemathesis(served: Served, folder: Path, rules: Sequence[Exclusion], *, examples: int) -> Outcome:
    """All checks, all phases, at most so many generated examples for an operation. Writes into `folder` only.

    Raises:
        SystemExit: Schemathesis could not run; with what it printed.
    """
    report = folder / "events.ndjson"
    _write_settings(served, folder)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run", served.source]
    options = ["--url", served.base_url, "--checks", "all", "--seed", SEED, "--max-examples", str(examples)]
    options += ["--generation-deterministic", "--continue-on-failure"]
    options += ["--suppress-health-check", "all", "--output-sanitize", "false", "--warnings", "off", "--no-color"]
    options += ["--report-ndjson-path", str(report)]
    with (folder / "printed.txt").open("w") as printed:
        done = subprocess.run(
            [*command, *options], cwd=folder, stdout=printed, stderr=subprocess.STDOUT, timeout=LONGEST_S, check=False
        )
    outcome = _read_report(served, report, rules) if report.exists() else None
    if outcome is None or (done.returncode and not outcome.failures and not outcome.excluded):
        raise SystemExit(f"{served.id}: Schemathesis stopped\n{(folder / 'printed.txt').read_text()[-3000:]}")
    report.unlink()
    return outcome


def _write_settings(served: Served, folder: Path) -> None:
    """The owner's credential on every call, and another tenant's, which must not see what is the owner's."""
    settings = ["[cache]", "enabled = false"]
    chosen = [each for each in served.credentials[1:] if STRANGER in each["description"]]
    identities = [_identity(served, each) for each in (*served.credentials[:1], *chosen)]
    identities = [each for each in identities if each["fixedHeaders"]]
    fixed = _fixed_parameters(served)
    if identities:
        (folder / "identities.json").write_text(json.dumps({"auth": identities}))
        names = [identity["name"] for identity in identities]
        settings += ["[auth.wfc]", 'path = "identities.json"', f"user = {json.dumps(names[0])}"]
        settings += [f"peers = {json.dumps(names)}"] if len(names) > 1 and not fixed else []
    settings += ["[parameters]", *(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in fixed.items())]
    (folder / "schemathesis.toml").write_text("\n".join(settings) + "\n")


def _identity(served: Served, credential: Mapping[str, Any]) -> dict[str, Any]:  # the form is Schemathesis' own
    elsewhere = {scheme["name"] for scheme in _keys_elsewhere(served)} | {"Cookie"}
    headers = {name: value for name, value in credential["headers"].items() if name not in elsewhere}
    return {
        "name": credential["name"],
        "fixedHeaders": [{"name": name, "value": value} for name, value in headers.items()],
    }


def _fixed_parameters(served: Served) -> dict[str, str]:
    """The owner's keys that travel in the query or in a cookie, by place and name."""
    values = served.credentials[0]["headers"] if served.credentials else {}
    cookies = dict([values["Cookie"].split("=", 1)]) if "Cookie" in values else {}
    return {
        f"{scheme['in']}.{scheme['name']}": {**values, **cookies}[scheme["name"]] for scheme in _keys_elsewhere(served)
    }


def _keys_elsewhere(served: Served) -> list[Mapping[str, Any]]:
    return [each for each in served.schemes.values() if each["type"] == "apiKey" and each["in"] != "header"]


def _read_report(served: Served, report: Path, rules: Sequence[Exclusion]) -> Outcome:
    found: dict[tuple[object, ...], tuple[Exclusion | None, Finding]] = {}
    tested: set[str] = set()
    cases = 0
    dialect = ""
    for name, content in _events(report):
        dialect = content["specification"]["version"] if name == "LoadingFinished" else dialect
        if name == "ScenarioFinished":
            recorder = content["recorder"]
            cases += len(recorder.get("cases", ()))
            tested |= {recorder["label"]} if recorder.get("cases") and content["phase"] != "stateful" else set()
        for finding in _findings(served.id, dialect, name, content):
            rule = next((rule for rule in rules if rule.covers(finding)), None)
            found.setdefault((finding.check, finding.operation, finding.status, rule), (rule, finding))
    failures = tuple(finding for rule, finding in found.values() if rule is None)
    excluded = tuple((rule, finding) for rule, finding in found.values() if rule is not None)
    return Outcome(served, len(tested), cases, failures, excluded)


def _events(report: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:  # Schemathesis' own
    with report.open() as lines:
        for line in lines:
            yield from json.loads(line).items()


def _findings(id: str, dialect: str, name: str, content: Mapping[str, Any]) -> Iterator[Finding]:
    """Every failed check of one event, and what Schemathesis could not do."""
    if name == "ScenarioFinished":
        yield from _failures(id, dialect, content["recorder"])
    elif name in ("NonFatalError", "FatalError"):
        error = content.get("value") or content.get("exception") or {}
        message = error.get("message", "") if isinstance(error, dict) else str(error)
        yield Finding(id, dialect, "error", content.get("label", ""), 0, message, "")


def _failures(id: str, dialect: str, recorder: Mapping[str, Any]) -> Iterator[Finding]:
    """Every failed check of one scenario."""
    for case_id, checks in recorder.get("checks", {}).items():
        for check in checks:
            if check["status"] != "failure":
                continue
            failure = check["failure_info"]["failure"]
            interaction = recorder["interactions"].get(failure.get("case_id") or case_id)
            interaction = interaction or recorder["interactions"].get(case_id, {})
            yield Finding(
                description=id,
                dialect=dialect,
                check=check["name"],
                operation=failure["operation"] or _label(recorder["cases"][case_id]),
                status=(interaction.get("response") or {}).get("status_code", 0),
                message=f"{failure['title']}\n{failure['message']}",
                example=_shown(interaction),
            )


def _label(case: Mapping[str, Any]) -> str:
    return f"{case['value']['method']} {case['value']['path']}"


def _shown(interaction: Mapping[str, Any]) -> str:
    """Request and answer of one call, cut."""
    request, answer = interaction.get("request") or {}, interaction.get("response") or {}
    lines = [f"{request.get('method')} {request.get('uri')}"]
    lines += [f"{name}: {', '.join(values)}" for name, values in (request.get("headers") or {}).items()]
    lines += [_text(request.get("body")), f"-> {answer.get('status_code')}", _text(answer.get("content"))]
    return "\n".join(line[:SHOWN_BYTES] for line in lines if line)


def _text(content: Any) -> str:  # bytes as the report writes them
    data = base64.b64decode(content["$base64"]) if isinstance(content, dict) else str(content or "").encode()
    return data.decode("utf-8", "backslashreplace")

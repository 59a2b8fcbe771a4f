"""Calls per second: every server and every call in turn, several rounds; then one call at half of its rate."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.driver import Paced, drive
from benchmarks.effort import Effort
from benchmarks.load import Request, Run, Tool
from benchmarks.processes import SHOWN_CHARACTERS, Client
from benchmarks.servers import BARE, CALLS, GET_ONE, SUBJECT, Server


@dataclass(frozen=True, slots=True)
class Figures:
    """What several runs of the same come to: medians, and the slowest and fastest run."""

    per_second: float
    lowest: float
    highest: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """Figures by server and call, in the order of the table.

    `tails`: p99 over p50 of each round at half of our rate, ours and the bare application's at that same pace, which
    shows how even the machine itself is.
    """

    figures: Mapping[tuple[str, str], Figures]
    tails: Mapping[str, Sequence[float]]
    memory_mb: Mapping[str, float]

    def ratio(self, call: str, other: str) -> float | None:
        """Calls per second of ours for one of the other's; None where the other is missing."""
        theirs = self.figures.get((other, call))
        return self.figures[SUBJECT, call].per_second / theirs.per_second if theirs else None


def summarise(runs: Sequence[Run]) -> Figures:
    """One line for several runs."""
    rates = [run.per_second for run in runs]
    latencies = median(run.p50_ms for run in runs), median(run.p99_ms for run in runs)
    return Figures(median(rates), min(rates), max(rates), *latencies)


def measure(tool: Tool, servers: Sequence[Server], effort: Effort) -> Traffic:
    """Run every call on every server, `effort.rounds` times after a round of warm-up, then ours at half load.

    Documents that our server has stored are gone before each round.

    Raises:
        SystemExit: an answer was no success; with what came.
    """
    runs: dict[tuple[str, str], list[Run]] = {(server.name, call): [] for call in CALLS for server in servers}
    subject = next(server for server in servers if server.name == SUBJECT)
    for number in range(effort.rounds + 1):
        Client(subject.running.port, {}).call("POST", "/_sandbox/reset")
        for call in CALLS:
            for server in servers:
                run = load(tool, server.running.port, server.request(call), effort.seconds, f"{server.name}, {call}")
                runs[server.name, call] += [run] if number else []
    memory = {server.name: server.running.memory_mb() for server in servers}
    figures = {key: summarise(found) for key, found in runs.items()}
    paced = [server for server in servers if server.name in (SUBJECT, BARE)]
    return Traffic(figures, _tails(paced, figures[SUBJECT, GET_ONE].per_second / 2, effort), memory)


def load(tool: Tool, port: int, request: Request, seconds: float, what: str) -> Run:
    """One run of the tool, after a first call that must succeed.

    Raises:
        SystemExit: an answer was no success; with what came.
    """
    _probe(port, request, what)
    run = tool.drive(port, request, seconds=seconds)
    if run.refused:
        _probe(port, request, what)
        raise SystemExit(f"{what}: {run.refused} calls did not succeed under load; the same call alone does")
    return run


def render(traffic: Traffic) -> str:
    """The figures as an aligned table, all servers below each call."""
    lines = [f"{'':<20}{'server':<15}{'median/s':>10}{'low..high':>16}{'p50 ms':>9}{'p99 ms':>9}{'ours/theirs':>13}"]
    for (server, call), found in traffic.figures.items():
        ratio = "" if server == SUBJECT else f"{traffic.ratio(call, server):.2f}"
        spread = f"{found.lowest:.0f}..{found.highest:.0f}"
        times = f"{found.p50_ms:>9.2f}{found.p99_ms:>9.2f}"
        lines.append(f"{call:<20}{server:<15}{found.per_second:>10.0f}{spread:>16}{times}{ratio:>13}")
    return "\n".join(lines) + "\n"


def render_tails(traffic: Traffic) -> str:
    """p99 over p50 at half load as an aligned table."""
    lines = [f"{'server':<15}{'median':>10}{'low..high':>16}"]
    for server, tails in traffic.tails.items():
        lines.append(f"{server:<15}{median(tails):>10.1f}{f'{min(tails):.1f}..{max(tails):.1f}':>16}")
    return "\n".join(lines) + "\n"


def render_servers(servers: Iterable[Server], missing: Mapping[str, str], traffic: Traffic) -> str:
    """Versions, start and memory as an aligned table, then who is missing and why."""
    lines = [f"{'server':<15}{'version':<18}{'ready s':>9}{'MB when ready':>15}{'MB after load':>15}"]
    for server in servers:
        memory = f"{server.ready_mb:>15.0f}{traffic.memory_mb[server.name]:>15.0f}"
        lines.append(f"{server.name:<15}{server.version:<18}{server.running.ready_s:>9.2f}{memory}")
    lines += [f"{name}: skipped, {cause}" for name, cause in missing.items()]
    return "\n".join(lines) + "\n"


def _tails(servers: Sequence[Server], rate: float, effort: Effort) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {server.name: [] for server in servers}
    for _ in range(effort.rounds):
        for server in servers:
            paced: Paced = drive(server.running.port, server.request(GET_ONE), seconds=effort.seconds, rate=rate)
            if paced.refused:
                raise SystemExit(f"{server.name}, {GET_ONE} at half load: {paced.refused} calls did not succeed")
            found[server.name].append(paced.percentile_ms(0.99) / paced.percentile_ms(0.5))
    return found


def _probe(port: int, request: Request, what: str) -> None:
    headers = dict(request.headers) | ({"Content-Type": "application/json"} if request.content else {})
    wanted = urllib.request.Request(
        f"http://127.0.0.1:{port}{request.path}",
        data=request.content.encode() or None,
        headers=headers,
        method=request.method,
    )
    try:
        with urllib.request.urlopen(wanted, timeout=30) as answer:
            if not 200 <= answer.status < 300:
                raise SystemExit(f"{what}: answered {answer.status}")
    except urllib.error.HTTPError as refusal:
        with refusal:
            content = refusal.read().decode(errors="replace")[:SHOWN_CHARACTERS]
        raise SystemExit(f"{what}: answered {refusal.code}: {content}") from None
    except OSError as error:
        raise SystemExit(f"{what}: {error}") from None

"""All measurements, one after the other: `python -m benchmarks`; a quick look: `python -m benchmarks --quick`."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import starts, store, traffic, verdicts, worlds
from benchmarks.effort import FULL, QUICK, Effort
from benchmarks.load import CONNECTIONS, Tool, find_tool
from benchmarks.processes import NotStarted
from benchmarks.servers import Server, all_servers

RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    """Print every table, the bounds last, and keep the figures of a whole run in `results.json`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round, small sizes, no peers; keeps nothing")
    effort = QUICK if parser.parse_args().quick else FULL
    tool = find_tool()
    try:
        kept = _measure(tool, effort)
    except NotStarted as cause:
        raise SystemExit(f"a server of ours could not be started: {cause}") from None
    if effort is FULL:
        RESULTS.write_text(json.dumps(kept, indent=2) + "\n")


def _measure(tool: Tool, effort: Effort) -> dict[str, object]:
    rows = store.measure(documents=effort.many, rounds=effort.rounds)
    _print(f"The store, {effort.many:,} documents", store.render(rows))
    with all_servers(with_peers=effort.peers) as (servers, missing):
        found = traffic.measure(tool, servers, effort)
        settings = (
            f"{CONNECTIONS} connections, {tool.name} {tool.version}, {effort.rounds} rounds of {effort.seconds} s"
        )
        _print(f"Calls per second, {settings}", traffic.render(found))
        _print("GET one by id at half of our rate: p99 over p50", traffic.render_tails(found))
        _print("The servers", traffic.render_servers(servers, missing, found))
    in_worlds = worlds.measure(tool, effort)
    _print("Sandboxes", worlds.render(in_worlds, effort))
    started = starts.measure(effort)
    _print("Starts", starts.render(started))
    bounds = verdicts.verdicts(rows, found, in_worlds, started, effort)
    _print("Bounds", verdicts.render(bounds))
    return {
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(), "load": f"{tool.name} {tool.version}"},
        "effort": asdict(effort),
        "bounds": [asdict(verdict) | {"met": verdict.is_met} for verdict in bounds],
        "store": [asdict(row) for row in rows],
        "servers": _render_servers(servers, found),
        "skipped": missing,
        "calls": [{"server": server, "call": call, **asdict(line)} for (server, call), line in found.figures.items()],
        "half_load_p99_over_p50": found.tails,
        "sandboxes": asdict(in_worlds),
        "starts": asdict(started),
    }


def _render_servers(servers: Sequence[Server], found: traffic.Traffic) -> list[dict[str, object]]:
    return [
        {
            "name": server.name,
            "version": server.version,
            "ready_s": server.running.ready_s,
            "ready_mb": server.ready_mb,
            "loaded_mb": found.memory_mb[server.name],
        }
        for server in servers
    ]


def _print(title: str, table: str) -> None:
    print(f"{title}\n\n{table}", flush=True)


if __name__ == "__main__":
    main()

"""The benchmarks read what tools print, and judge figures, as they should. Nothing is timed here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.driver import Paced
from benchmarks.effort import QUICK
from benchmarks.load import Request, Run, parse_oha, parse_wrk, wrk_script
from benchmarks.peers import PEERS, installed_version, write_stubs
from benchmarks.processes import resident_kilobytes
from benchmarks.servers import BARE, CALLS, GET_ONE, POST_MANY, POST_ONE, SUBJECT
from benchmarks.starts import Starts
from benchmarks.store import Row
from benchmarks.traffic import Figures, Traffic, summarise
from benchmarks.traffic import render as render_traffic
from benchmarks.verdicts import PRISM, Verdict, render, verdicts
from benchmarks.worlds import FEW, MANY, Worlds

WRK = """\
Running 2s test @ http://127.0.0.1:4731/pets/1
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.44ms  686.95us   7.03ms   90.28%
    Req/Sec     5.77k     0.87k    7.37k    70.00%
  Latency Distribution
     50%  882.00us
     75%    1.57ms
     90%    1.93ms
     99%    1.02s
  5756 requests in 1.00s, 1.60MB read
Requests/sec:   5746.44
Transfer/sec:      1.60MB
"""
WRK_REFUSED = WRK.replace(
    "Requests/sec",
    "  Socket errors: connect 0, read 3, write 0, timeout 4\n  Non-2xx or 3xx responses: 5756\nRequests/sec",
)
OHA = {
    "summary": {"successRate": 1.0, "total": 2.001, "average": 0.0015, "requestsPerSec": 5322.75, "totalData": 990},
    "latencyPercentiles": {"p10": 0.0011, "p50": 0.00142, "p90": 0.0019, "p99": 0.0047, "p99.9": None},
    "statusCodeDistribution": {"200": 10640, "201": 3},
    "errorDistribution": {"aborted due to deadline": 8},
}


def figures(per_second: float) -> Figures:
    return Figures(per_second, per_second - 1, per_second + 1, 1.25, 3.75)


def traffic(*, prism: bool = True) -> Traffic:
    """Ours answers 350 of everything a second, the bare application 1,000, Prism 70."""
    rates = {SUBJECT: 350.0, BARE: 1000.0} | ({PRISM: 70.0} if prism else {})
    tails = {SUBJECT: [4.5, 9.0, 3.5], BARE: [1.5, 2.5, 2.0]}
    return Traffic({(name, call): figures(rate) for call in CALLS for name, rate in rates.items()}, tails, {})


def all_verdicts(found: Traffic) -> dict[str, Verdict]:
    rows = [Row("insert one", 5000, 50, "µs"), Row("fork", 0.5, 1000, "µs"), Row("snapshot", 1500, 1000, "µs")]
    pages = {FEW: figures(1300), MANY: figures(1000)}
    worlds = Worlds(pages, {"fork": 0.75, "reset": 1.25}, 0.25, (90.0, 101.0), (92.5, 102.5))
    starts = Starts((2.4, 2.6, 2.5), (1.6, 1.5, 1.7), (150.5, 149.5, 151.0))
    return {verdict.what: verdict for verdict in verdicts(rows, found, worlds, starts, QUICK)}


def test_wrk_figures_are_read_in_milliseconds() -> None:
    """Rate and shares are found among the rest, whatever their units."""
    assert Run(5746.44, 0.882, 1020.0, 0) == parse_wrk(WRK)


def test_wrk_refusals_and_socket_errors_are_counted() -> None:
    """Answers that are no success, and calls without an answer, are one number."""
    assert 5756 + 3 + 4 == parse_wrk(WRK_REFUSED).refused


def test_wrk_without_figures_is_an_error() -> None:
    """A run without a single answer has no shares to print."""
    with pytest.raises(ValueError, match="wrk printed no figures"):
        parse_wrk(WRK.partition("Latency Distribution")[0])


def test_oha_figures_are_read_in_milliseconds() -> None:
    """Its seconds become milliseconds; calls that were cut off at the end are no refusals."""
    assert Run(5322.75, 1.42, 4.7, 0) == parse_oha(json.dumps(OHA))


def test_oha_refusals_and_errors_are_counted() -> None:
    """Statuses other than 2xx, and errors other than the end of the run."""
    statuses = {"200": 10, "301": 2, "500": 5}
    errors = {"aborted due to deadline": 8, "connection refused": 4}

    found = parse_oha(json.dumps({**OHA, "statusCodeDistribution": statuses, "errorDistribution": errors}))

    assert 2 + 5 + 4 == found.refused


@pytest.mark.parametrize("text", ["", "{}", json.dumps({**OHA, "latencyPercentiles": {"p50": None, "p99": None}})])
def test_oha_without_figures_is_an_error(text: str) -> None:
    """A run without a single answer prints no JSON, or null where times should be."""
    with pytest.raises(ValueError, match="oha printed no figures"):
        parse_oha(text)


def test_wrk_is_told_method_headers_and_body() -> None:
    """No bracket of a header's name runs into those around it."""
    script = wrk_script(Request("POST", "/pets", {"Authorization": "Bearer a"}, '[{"name": "x"}]'))

    assert script.splitlines() == [
        "wrk.method = [==[POST]==]",
        "wrk.headers[ [==[Authorization]==] ] = [==[Bearer a]==]",
        "wrk.headers[ [==[Content-Type]==] ] = [==[application/json]==]",
        'wrk.body = [==[[{"name": "x"}]]==]',
    ]


def test_several_runs_become_medians_and_their_spread() -> None:
    """Each column has its own median; the slowest and the fastest run are kept."""
    runs = [Run(90.0, 3.0, 20.0, 0), Run(130.0, 1.0, 30.0, 0), Run(100.0, 2.0, 10.0, 0)]

    assert Figures(100.0, 90.0, 130.0, 2.0, 20.0) == summarise(runs)


def test_share_of_paced_calls() -> None:
    """The median and p99 of times in any order."""
    paced = Paced([number / 1000 for number in range(100, 0, -1)])

    assert (51.0, 100.0) == (paced.percentile_ms(0.5), paced.percentile_ms(0.99))


def test_memory_is_that_of_the_process_and_all_below_it() -> None:
    """Children count, and theirs, in any order of the list; others do not."""
    listed = "  30 20 400\n  20 10 30\n  10 1 2\n  11 1 5000\n  31 11 70000\n"

    assert 432 == resident_kilobytes(listed, 10)


def test_a_bound_is_met_on_its_own_side() -> None:
    """At least, at most, exactly on it, and not measured."""
    at_least = [Verdict("x", value, 5, at_least=True).is_met for value in (5.0, 4.99)]
    at_most = [Verdict("x", value, 5).is_met for value in (5.0, 5.01)]

    assert [True, False] == at_least == at_most
    assert Verdict("x", None, 5).is_met is None


def test_every_bound_is_judged_on_its_figure() -> None:
    """Ratios, medians, the slowest act and growth are what the bounds are about."""
    assert {
        "GET one by id, against the bare ASGI app": (0.35, 0.35, True),
        "GET one by id, against Prism": (5.0, 5, True),
        "POST one, validated and stored, against the bare ASGI app": (0.35, 0.2, True),
        "POST one, against Prism's validated static answer": (5.0, 3, True),
        "POST 20 records, against Prism's validated static answer": (5.0, 1, True),
        "first page of a list: 1,000 documents against 100": (1.3, 1.3, True),
        "GET one by id at half load: p99 against p50": (4.5, 5, True),
        "fork, reset, snapshot, restore, 1,000 documents: the slowest, store": (1.5, 1, False),
        "the same through the control API": (1.25, 1, False),
        "a fresh sandbox for a test, every bundled vendor with demo data": (0.25, 1, True),
        "every bundled vendor with demo data: time to ready": (2.5, 2.5, True),
        "the same from the cache": (1.6, 1.5, False),
        "memory of that server": (150.5, 150, False),
        "memory of 200 forked idle sandboxes, in all": (11.0, 10, False),
        "growth of memory over 400 calls after as many": (10.0, 10, True),
    } == {what: (found.measured, found.bound, found.is_met) for what, found in all_verdicts(traffic()).items()}


def test_bounds_against_a_missing_peer_are_not_measured() -> None:
    """They are listed all the same, and are neither met nor missed."""
    found = all_verdicts(traffic(prism=False))

    assert 3 == sum(verdict.is_met is None for verdict in found.values())
    assert 3 == render(found.values()).count("not measured")


def test_a_missed_bound_is_marked() -> None:
    """Beside figure, side, bound and unit."""
    lines = render([Verdict("start", 2.75, 2.5, "s"), Verdict("rate", 6, 5, at_least=True)]).splitlines()

    assert ["start", "2.75", "s", "<=", "2.5", "s", "MISSED"] == lines[1].split()
    assert ["rate", "6", ">=", "5"] == lines[2].split()


def test_traffic_has_a_line_for_each_server_and_call() -> None:
    """With our rate for one of theirs."""
    lines = [line.split() for line in render_traffic(traffic()).splitlines()[1:]]

    assert 3 * len(CALLS) == len(lines)
    assert [*GET_ONE.split(), PRISM, "70", "69..71", "1.25", "3.75", "5.00"] in lines


def test_stubs_answer_exactly_the_calls(tmp_path: Path) -> None:
    """One file for each call, with its credential, status and content."""
    write_stubs(tmp_path, [(CALLS[POST_ONE], 201, "{}"), (CALLS[POST_MANY], 201, "[]")])

    stubs = [json.loads(file.read_text()) for file in sorted((tmp_path / "mappings").iterdir())]
    assert [("POST", "/pets", 201, "{}"), ("POST", "/pets/batch", 201, "[]")] == [
        (stub["request"]["method"], stub["request"]["urlPath"], stub["response"]["status"], stub["response"]["body"])
        for stub in stubs
    ]
    assert {"equalTo": "Bearer shop-full"} == stubs[0]["request"]["headers"]["Authorization"]


def test_an_installed_peer_is_known_by_its_version(tmp_path: Path) -> None:
    """An empty folder has none."""
    peer = PEERS[0]
    manifest = tmp_path / "node_modules" / peer.package / "package.json"
    before = installed_version(peer, tmp_path)
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"version": "9.8.7"}')

    assert ("", "9.8.7") == (before, installed_version(peer, tmp_path))

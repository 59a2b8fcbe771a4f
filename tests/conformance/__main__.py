"""`python -m tests.conformance [VENDOR or FILE ...]`: a table, every failure, and exit code 1 when there is one."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

from tests.conformance.exclusions import load_exclusions
from tests.conformance.runs import Outcome, run_schemathesis
from tests.conformance.served import Served, serving

EXAMPLES = 10
ROW = "{:<28}{:>11}{:>8}{:>10}{:>10}"


def main() -> int:
    """Run, print, and say whether all is well."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description="Schemathesis on what is served.")
    parser.add_argument("names", nargs="*", help="vendors or files; all bundled vendors and the corpus by default")
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="generated examples for an operation")
    options = parser.parse_args()
    started = perf_counter()
    with serving(options.names) as served:
        outcomes = run_all(served, examples=options.examples)
    print("\n".join([*table(outcomes), "", *failures(outcomes), *exclusions(outcomes)]))
    print(f"\n{perf_counter() - started:.0f} s")
    return 1 if any(outcome.failures for outcome in outcomes) else 0


def run_all(served: Sequence[Served], *, examples: int) -> list[Outcome]:
    """Every description, as many at a time as there are processors, the longest first; in the order given."""
    rules = load_exclusions()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:

        def run(one: Served) -> Outcome:
            own = Path(folder) / one.id
            own.mkdir()
            return run_schemathesis(one, own, rules, examples=examples)

        longest_first = sorted(served, key=lambda one: -one.operations)
        found = dict(zip((one.id for one in longest_first), pool.map(run, longest_first), strict=True))
    return [found[one.id] for one in served]


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """A line for each description, and their sums."""
    lines = [ROW.format("description", "operations", "cases", "excluded", "failures")]
    sums = [0, 0, 0, 0]
    for outcome in outcomes:
        counts = [outcome.tested, outcome.cases, len(outcome.excluded), len(outcome.failures)]
        lines.append(ROW.format(outcome.served.id, *counts))
        sums = [one + other for one, other in zip(sums, counts, strict=True)]
    return [*lines, ROW.format("", *sums)]


def failures(outcomes: Sequence[Outcome]) -> list[str]:
    """Every failure with an example of it."""
    lines: list[str] = []
    for finding in (finding for outcome in outcomes for finding in outcome.failures):
        lines += [f"{finding.description}: {finding.check}: {finding.operation}", *finding.message.splitlines()]
        lines += [*(f"    {line}" for line in finding.example.splitlines()), ""]
    return lines


def exclusions(outcomes: Sequence[Outcome]) -> list[str]:
    """Each rule that excluded something, with how often and why."""
    used = Counter(rule for outcome in outcomes for rule, _ in outcome.excluded)
    return [f"{used[rule]:>5} excluded  {rule}" for rule in load_exclusions() if used[rule]]


if __name__ == "__main__":
    sys.exit(main())

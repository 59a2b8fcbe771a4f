"""A report, and the list of routes, as lines for a person.

Knows reports; must not know where the lines go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from sandbooks.checking.answers import Misfit
from sandbooks.checking.coverage import measure_coverage
from sandbooks.checking.report import Report
from sandbooks.resources.reading import NO
from sandbooks.spec import Operation
from sandbooks.vendor import Binding, Vendor

MOST_ALIKE = 3

_PARTICULAR = re.compile(r"'[^']*'|`[^`]*`|\{.*\}|\[.*\]|[A-Z]+ /\S+|\d+")
"""What tells two faults of one kind apart: values and names in quotes, objects, lists, operations, numbers."""


def report_lines(report: Report, *, everything: bool = False) -> Iterator[str]:
    """The whole report, the verdict last. Much of one kind is counted rather than listed, unless `everything` is."""
    description = report.description
    version = description.document.get("openapi", "")
    named = f"{description.title} {description.version}".rstrip()
    yield f"{description.source}: {named}, read as OpenAPI {version}"
    yield ""
    yield report.coverage.line()
    errors = [(finding.place, finding.message) for finding in report.errors]
    yield from _titled("Errors in the description", _alike(errors, everything=everything))
    warnings = [(finding.place, finding.message) for finding in report.warnings]
    yield from _titled("Warnings", _alike(warnings, everything=everything))
    yield from _titled("Collections", _surveys(report))
    refused = [(f"{each.name}  {each.path}", each.reason) for each in report.coverage.by_schema]
    yield from _titled("Collections answered by schema", _alike(refused, everything=everything))
    by_schema = [(_named(each.operation), _why(each)) for each in report.by_schema]
    yield from _titled("Operations answered by schema", _alike(by_schema, everything=everything))
    sent = [(f"{kind} {name}", reason) for kind, name, reason in report.notifications]
    yield from _titled("Callbacks and webhooks", _alike(sent, everything=everything))
    unanswered = [(_named(operation), why) for operation, why in report.answers.unanswered]
    yield from _titled("Operations without a documented success", _alike(unanswered, everything=everything))
    examples = [_misfit(each) for each in report.answers.examples]
    yield from _titled("Examples that do not fit and are not used", _alike(examples, everything=everything))
    misfits = [_misfit(each) for each in report.answers.misfits]
    yield from _titled("Generated answers that do not fit", _alike(misfits, everything=everything))
    yield ""
    yield _verdict(report)


def route_lines(vendor: Vendor) -> Iterator[str]:
    """Coverage, then each operation: how it is answered, and why."""
    bindings = list(vendor.bindings.values())
    yield f"{vendor.id}: {measure_coverage(vendor).line()}"
    width = max((len(binding.operation.path) for binding in bindings), default=0)
    for binding in bindings:
        operation = binding.operation
        place = f"{operation.method:<7} {operation.path:<{width}}"
        yield f"  {binding.kind:<8} {place}  {operation.id}: {binding.reason}"
    for kind, name, reason in vendor.notifications():
        yield f"  {kind:<8} {name}: {reason}"


def _verdict(report: Report) -> str:
    errors, misfits = len(report.errors), sum(1 + each.also for each in report.answers.misfits)
    answered = f"{report.answers.count - misfits} of {report.answers.count} generated answers fit"
    counts = f"{_count(errors, 'error')}, {_count(len(report.warnings), 'warning')}; {answered}"
    return f"{'ok' if report.passed else 'failed'}: {counts}"


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A section, nothing where it is empty."""
    listed = list(lines)
    if listed:
        yield ""
        yield title
        yield from (f"  {line}" for line in listed)


def _alike(told: Sequence[tuple[str, str]], *, everything: bool) -> Iterator[str]:
    """Place and message; of many alike the first few, and how many more there are."""
    groups: dict[str, list[str]] = {}
    for place, written in told:
        message = " ".join(written.split())
        kind = message if everything else _PARTICULAR.sub("_", message)
        groups.setdefault(kind, []).append(f"{place}: {message}")
    for lines in groups.values():
        shown = lines if everything else lines[:MOST_ALIKE]
        yield from shown
        if len(lines) > len(shown):
            yield f"... and {len(lines) - len(shown)} more like this; --all lists them"


def _surveys(report: Report) -> Iterator[str]:
    for survey in report.surveys:
        yield f"{survey.name}  {', '.join(survey.paths)}"
        yield from (f"  {line}" for line in survey.understood)
        yield from (f"  - {line}" for line in survey.missing)
    surveyed = {survey.name for survey in report.surveys}
    if others := [name for name in report.coverage.stateful if name not in surveyed]:
        yield f"kept by the pack's own handlers: {', '.join(others)}"


def _named(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def _why(binding: Binding) -> str:
    """The reason without what stands before it."""
    return binding.reason.removeprefix(NO).removeprefix(f"`{_named(binding.operation)}` ")


def _misfit(misfit: Misfit) -> tuple[str, str]:
    example = f" example {misfit.example!r}" if misfit.example not in ("", "example") else ""
    schema = f" ({misfit.schema})" if misfit.schema else ""
    also = f"; and {_count(misfit.also, 'answer')} more of this schema" if misfit.also else ""
    return f"{misfit.place}{example}{schema} at {misfit.pointer}", f"{misfit.message}{also}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

"""Everything that a check of one description found, as values.

Knows what is looked into; how it is told stands in `wording`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbooks.checking.answers import Answers, check_answers
from sandbooks.checking.coverage import Coverage, measure_coverage
from sandbooks.checking.survey import Survey, survey_collections
from sandbooks.spec import Description, Finding
from sandbooks.vendor import Binding, Vendor


@dataclass(frozen=True, slots=True)
class Report:
    """A description under check.

    `by_schema` are the operations without memory; `notifications` what is sent unasked: its kind, its name, and when
    or why not.
    """

    description: Description
    findings: Sequence[Finding]
    coverage: Coverage
    surveys: Sequence[Survey]
    by_schema: Sequence[Binding]
    notifications: Sequence[tuple[str, str, str]]
    answers: Answers

    @property
    def errors(self) -> list[Finding]:
        """What breaks the rules or was lost."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def warnings(self) -> list[Finding]:
        """What was repaired, or might be better."""
        return [finding for finding in self.findings if finding.severity == "warning"]

    @property
    def passed(self) -> bool:
        """No errors, and every answer fits."""
        return not self.errors and not self.answers.misfits


def check_vendor(vendor: Vendor) -> Report:
    """Look into a description as it is served: its faults, its collections, its answers."""
    return Report(
        description=vendor.description,
        findings=vendor.description.findings,
        coverage=measure_coverage(vendor),
        surveys=survey_collections(vendor),
        by_schema=[binding for binding in vendor.bindings.values() if binding.kind == "schema"],
        notifications=list(vendor.notifications()),
        answers=check_answers(vendor),
    )

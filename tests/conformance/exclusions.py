"""What Schemathesis reports wrongly, by name and with the reason: the rules of `exclusions.yaml`.

Knows findings and patterns of names; must not know how a finding was made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("exclusions.yaml")


@dataclass(frozen=True, slots=True)
class Finding:
    """One unique failure: a check that an operation failed with one status. `message` is that of the first case."""

    description: str
    dialect: str
    check: str
    operation: str
    status: int
    message: str
    example: str
    """What was sent and what came back, for people."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One rule: which findings are no faults, and why.

    `description` and `operation` are patterns (`*` stands for anything), `dialect` is how the version of OpenAPI
    begins; `status` 0 is any; `message` is searched in
    the finding's, `sent` in the example; `unless` lists statuses (patterns too) that the operation must not document
    for the rule to hold.
    """

    check: str
    reason: str
    description: str = "*"
    dialect: str = ""
    operation: str = "*"
    status: int = 0
    message: str = ""
    sent: str = ""
    unless: tuple[str, ...] = ()

    def __str__(self) -> str:
        narrowed = [self.description, self.operation, str(self.status or "*")]
        return f"{self.check} ({', '.join(narrowed)}): {self.reason}"

    def covers(self, finding: Finding) -> bool:
        """The rule says that this finding is no fault."""
        return (
            self.check == finding.check
            and self.status in (0, finding.status)
            and finding.dialect.startswith(self.dialect)
            and fnmatchcase(finding.description, self.description)
            and fnmatchcase(finding.operation, self.operation.replace("[", "[[]"))
            and re.search(self.message, finding.message) is not None
            and re.search(self.sent, finding.example) is not None
            and not any(fnmatchcase(each, bar) for each in _documented(finding.message) for bar in self.unless)
        )


def load_exclusions(file: Path = FILE) -> list[Exclusion]:
    """The rules of a file, in its order.

    Raises:
        TypeError: a rule without a check or a reason, or with an unknown word.
    """
    rules = yaml.safe_load(file.read_text())
    return [Exclusion(**{**rule, "unless": tuple(map(str, rule.get("unless", ())))}) for rule in rules]


def _documented(message: str) -> set[str]:
    """The statuses that Schemathesis says are documented, of a message about one that is not."""
    found = re.search(r"^Documented: (.*)$", message, re.MULTILINE)
    return set(found[1].split(", ")) if found else set()

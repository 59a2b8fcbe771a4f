"""Whether a description may be served where only sound ones are wanted.

Knows findings; must not know how they were found.
"""

from __future__ import annotations

from sandbooks.errors import StartupError
from sandbooks.spec import Description

MOST_SHOWN = 20


def refuse_unsound(description: Description) -> None:
    """Let a description pass that has no errors.

    Raises:
        StartupError: it has; with the place and cause of each, the first `MOST_SHOWN` of them.
    """
    errors = [finding for finding in description.findings if finding.severity == "error"]
    if not errors:
        return
    shown = [f"  {finding.place}: {finding.message}" for finding in errors[:MOST_SHOWN]]
    if len(errors) > MOST_SHOWN:
        shown.append(f"  and {len(errors) - MOST_SHOWN} more; `sandbooks check {description.source}` lists them")
    counted = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
    cause = f"{counted} in the description; without --strict the rest is served\n"
    raise StartupError(cause + "\n".join(shown), file=description.source)

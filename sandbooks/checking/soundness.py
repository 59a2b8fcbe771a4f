"""Whether a description is sound, and what is told of one that is not.

Knows findings; must not know how they were found.
"""

from __future__ import annotations

import shlex

from sandbooks.errors import StartupError
from sandbooks.spec import Description

MOST_SHOWN = 20


def refuse_unsound(description: Description) -> None:
    """Let a description pass that has no errors.

    Raises:
        StartupError: it has; with the place and cause of each, the first `MOST_SHOWN` of them.
    """
    errors = description.errors
    if not errors:
        return
    shown = [f"  {finding.place}: {finding.message}" for finding in errors[:MOST_SHOWN]]
    if len(errors) > MOST_SHOWN:
        shown.append(f"  and {len(errors) - MOST_SHOWN} more; {_advice(description)}")
    cause = f"{_counted(description)}; where the server is not strict the rest is served\n"
    raise StartupError(cause + "\n".join(shown), file=description.source)


def told_errors(description: Description) -> str:
    """How many errors a description has, and what lists them: `2 errors in the description: ...`."""
    return f"{_counted(description)}: {_advice(description)}"


def _counted(description: Description) -> str:
    count = len(description.errors)
    return f"{'1 error' if count == 1 else f'{count} errors'} in the description"


def _advice(description: Description) -> str:
    overlays = [word for overlay in description.overlays for word in ("--overlay", str(overlay))]
    return f"`{shlex.join(['sandbooks', 'check', str(description.source), *overlays])}` lists them"

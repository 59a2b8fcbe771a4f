"""Answers that a browser would show as a page: they share an origin with control, so they are shown apart from it.

Knows media types; knows no vendor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

POLICY = "Content-Security-Policy"
APART = "sandbox allow-forms allow-modals allow-popups allow-scripts"
"""Such a page works, but as one of an origin of its own: control refuses what it sends, a session is not sent along."""

_SHOWN = re.compile(r"html|xml|xsl|svg|multipart|unknown|\*|\A[^/]*\Z", re.IGNORECASE)
"""Types in which scripts run, and those that browsers take for no type: they look into the body."""


def policy_for(headers: Mapping[str, str]) -> dict[str, str]:
    """What an answer with a body and these headers needs beside them: a policy for browsers, or nothing.

    It says what a policy of the vendor's says too, in the same letters, so that it takes the place of that.
    """
    if headers.get("Content-Type", "").startswith("application/json"):
        return {}
    lower = {name.lower(): name for name in headers}
    if not _SHOWN.search(headers.get(lower.get("content-type", ""), "")):
        return {}
    name = lower.get(POLICY.lower(), POLICY)
    return {name: f"{headers[name]}, {APART}" if name in headers else APART}

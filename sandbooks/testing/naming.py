"""Names of sandboxes: made from any text, such as the id of a test.

Knows the rule for names.
"""

from __future__ import annotations

import re
from hashlib import sha256

FIT = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}\Z")
LONGEST_STEM = 50
MARK_LENGTH = 10
SEPARATORS = re.compile(r"::|/")


def fit_name(text: str) -> str:
    """The text where it can name a sandbox; else its last part, made fit, and a mark that follows from all of it.

    The same text always gives the same name, another text another one.

    >>> fit_name("team-a"), fit_name("tests/test_books.py::test_void[INV-1]")
    ('team-a', 'test_void-inv-1-caec710b07')
    """
    if FIT.match(text):
        return text
    before, bracket, parameters = text.partition("[")
    last = SEPARATORS.split(before)[-1] + bracket + parameters
    stem = re.sub(r"[^a-z0-9._]+", "-", last.lower()).strip("-._")[:LONGEST_STEM].strip("-._")
    mark = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:MARK_LENGTH]
    return f"{stem}-{mark}" if stem else mark

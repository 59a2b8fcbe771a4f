"""Calls of the journal in words, for people who look at a failed test.

Knows entries as the control API shows them, their secrets taken out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Any  # a JSON value, as the control API gives it

LONGEST = 300


def last_calls(requests: Sequence[Mapping[str, Json]], most: int, sandbox: str) -> str:
    """The last of these calls (newest first), the latest below: a line each, and below it why it was answered so.

    A call that was refused shows what was sent and what was answered too.
    """
    shown = list(reversed(requests[:most])) if most > 0 else []
    lines = [line for entry in shown for line in _lines(entry, sandbox)]
    left = len(requests) - len(shown)
    if left > 0:
        lines.insert(0, f"({left} {'call' if left == 1 else 'calls'} before these)")
    return "\n".join(lines)


def near_lines(verdict: Mapping[str, Json]) -> Iterator[str]:
    """The calls that come nearest to what was expected, and where they differ."""
    for near in verdict["near_misses"]:
        yield f"near: {_head(near['request'], near['request']['sandbox'])}"
        yield from (f"  {_cut(each['message'])}" for each in near["differences"])


def _lines(entry: Mapping[str, Json], sandbox: str) -> Iterator[str]:
    yield _head(entry, sandbox)
    yield from (f"    {_cut(_last_line(why))}" for why in entry["why"])
    if entry["answer"]["status"] >= 400:
        for word, part in (("sent", entry["request"]), ("answered", entry["answer"])):
            if part["body"] is not None:
                yield f"    {word} {_short(part['body'])}"


def _head(entry: Mapping[str, Json], sandbox: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in entry["request"]["query"].items())
    path = entry["path"].removeprefix(f"/@{sandbox}") + (f"?{query}" if query else "")
    return f"{entry['method']} {_cut(path)} -> {entry['answer']['status']} ({entry['duration_ms']:.1f} ms)"


def _last_line(text: str) -> str:
    """Of a traceback what was raised; the rest stands elsewhere."""
    return text.strip().rpartition("\n")[2].strip()


def _short(body: Json) -> str:
    return _cut(json.dumps(body, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."

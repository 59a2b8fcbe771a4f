"""Files of a description become plain JSON values.

Knows the text of YAML and JSON; must not know what OpenAPI means.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Final

import orjson
import yaml

from sandbooks.errors import StartupError
from sandbooks.spec.cache import LEAST_BYTES, Cache
from sandbooks.spec.events import MOST_LEVELS, TOO_DEEP, Builder, place_of, read_plain
from sandbooks.spec.model import Finding, Json, escape
from sandbooks.spec.strangers import kind_of_text

MOST_BYTES: Final = 50_000_000
MOST_NODES: Final = 3_000_000

_READING: Final = b"text"
_BOM: Final = b"\xef\xbb\xbf"


def load_document(path: Path, findings: list[Finding] | None = None, *, cache: Cache | None = None) -> dict[str, Json]:
    """The mapping that a YAML or JSON file holds; keys are texts as written, and so are dates.

    It is a tree: no part of it stands in two places. A key given twice is added to `findings`; the later one counts.

    Raises:
        StartupError: no such file, or not a readable mapping; with line and column.
    """
    return parse_document(read_text(path), path, findings, cache=cache)


def parse_document(
    raw: bytes, path: Path, findings: list[Finding] | None = None, *, cache: Cache | None = None
) -> dict[str, Json]:
    """As `load_document`, of a file that holds `raw`."""
    try:
        document = _parse(raw, path.suffix.lower() == ".json", [] if findings is None else findings, cache)
        if not isinstance(document, dict):
            raise StartupError(f"{_kind(document)} stands where a mapping is expected", place="1:1")
        check_bounds(document)
    except StartupError as problem:
        if stranger := kind_of_text(raw):
            raise StartupError(f"not a description but {stranger}", file=path) from problem
        raise StartupError(problem.cause, file=path, place=problem.place) from problem
    return document


def check_bounds(document: Json) -> None:
    """Refuse what is too large or nested too deep for what reads it later.

    Raises:
        StartupError: with neither file nor place.
    """
    level, count, depth = [document], 0, 0
    while level:
        count, depth = count + len(level), depth + 1
        if count > MOST_NODES:
            raise StartupError(f"more than {MOST_NODES} objects and lists")
        if depth > MOST_LEVELS:
            raise StartupError(TOO_DEEP)
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]


def read_text(path: Path) -> bytes:
    """What a file holds, without a byte order mark.

    Raises:
        StartupError: it cannot be read, is empty or too large.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as problem:
        raise StartupError(f"cannot be read: {problem.strerror or problem}", file=path) from problem
    if len(raw) > MOST_BYTES:
        raise StartupError(f"more than {MOST_BYTES} bytes are not read", file=path)
    if not raw.strip():
        raise StartupError("the file is empty", file=path, place="1:1")
    return raw.removeprefix(_BOM)


def _parse(raw: bytes, called_json: bool, findings: list[Finding], cache: Cache | None) -> Json:
    """JSON is read as JSON, also in a file that is not called so, for it is a part of YAML and read much faster."""
    if called_json or raw.lstrip()[:1] == b"{":
        try:
            document = _read_json(raw)
        except orjson.JSONDecodeError as problem:
            if called_json:
                place = f"{problem.lineno}:{problem.colno}"
                raise StartupError(f"not JSON: {problem.msg}", place=place) from problem
        else:
            findings += _given_twice(raw)
            return document
    return _parse_yaml(raw, findings) if cache is None else _cached(raw, findings, cache)


def _read_json(raw: bytes) -> Json:
    """The value of a JSON text. A number that is too large for a reader of JSON is the text that it is in YAML.

    Raises:
        JSONDecodeError: it is no JSON.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        try:
            document = json.loads(
                raw.decode(), parse_int=read_plain, parse_float=read_plain, parse_constant=_refuse_constant
            )
            orjson.dumps(document)
        except (ValueError, TypeError, RecursionError):
            raise problem from None
        return document


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _cached(raw: bytes, findings: list[Finding], cache: Cache) -> Json:
    """What a YAML text holds, as it was read the last time or now."""
    kept = cache.find(_READING, raw) if len(raw) >= LEAST_BYTES else None
    if kept is not None:
        document, told = kept
        findings += [Finding(**each) for each in told]
        return document
    found: list[Finding] = []
    document = _parse_yaml(raw, found)
    if len(raw) >= LEAST_BYTES:
        cache.keep([document, found], _READING, raw)
    findings += found
    return document


def _parse_yaml(raw: bytes, findings: list[Finding]) -> Json:
    parser = yaml.CSafeLoader(raw)
    try:
        return Builder(parser.get_event, findings).document()
    except yaml.MarkedYAMLError as problem:
        raise StartupError(_words(problem), place=place_of(problem.problem_mark)) from problem
    except yaml.reader.ReaderError as problem:
        raise StartupError(f"not a text file: {problem.reason}", place=_line(raw, problem.position)) from problem
    finally:
        parser.dispose()


class _Ambiguous(dict[str, Json]):
    """An object of which some keys are given twice."""

    twice: tuple[str, ...] = ()


def _given_twice(raw: bytes) -> list[Finding]:
    """The keys that a JSON text gives twice, of which its reader takes the last without a word."""
    repeats = 0

    def count(pairs: list[tuple[str, Json]]) -> None:
        nonlocal repeats
        repeats += len(pairs) - len(dict(pairs))

    try:
        json.loads(raw, object_pairs_hook=count, parse_int=str)
    except RecursionError:  # nested deeper than is allowed, which is refused next
        return []
    return _places_of_twice(json.loads(raw, object_pairs_hook=_paired, parse_int=str)) if repeats else []


def _paired(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = _Ambiguous(pairs)
    made.twice = tuple(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
    return made


def _places_of_twice(root: Json) -> list[Finding]:
    """One finding for each ambiguous key that can still be reached."""
    findings = []
    waiting = [(root, "")]
    while waiting:
        node, place = waiting.pop()
        if isinstance(node, _Ambiguous):
            for name in node.twice:
                message = f"the key {name!r} is given twice: the last one counts"
                findings.append(Finding("error", f"{place}/{escape(name)}", message))
            waiting += [(value, f"{place}/{escape(name)}") for name, value in node.items()]
        elif isinstance(node, list):
            waiting += [(value, f"{place}/{number}") for number, value in enumerate(node)]
    return findings


def _kind(value: Json) -> str:
    if value is None:
        return "nothing"
    return "a list" if isinstance(value, list) else "a single value"


def _words(problem: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (problem.context, problem.problem) if part]
    return f"not YAML: {', '.join(parts)}"


def _line(raw: bytes, position: int) -> str:
    before = raw[:position]
    return f"{before.count(10) + 1}:{position - before.rfind(10)}"

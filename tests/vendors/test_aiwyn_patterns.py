"""Aiwyn: texts and patterns in searches. A pattern never takes the server away from other callers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving import Door
from tests.vendors.aiwyn import READ, Aiwyn

TEXTS = ["", "a", "ab", "aab", "abab", "a%b", "a_b", "a\\b", "ba\nb", "AB", "äb", "bbbbaab"]


@pytest.fixture(scope="module")
def offices(aiwyn_door: Door) -> Aiwyn:
    """A sandbox that these tests only read: an office for each text, which is its `pmsRef`."""
    firm = Aiwyn(aiwyn_door, "laws-of-patterns")
    for text in TEXTS:
        assert "CREATED" == firm.upsert("Office", name="of patterns", pmsRef=text)["status"]
    return firm


def named(firm: Aiwyn, operator: str, pattern: str) -> list[str]:
    """The texts of the offices that meet a pattern."""
    where = {"name": {"_eq": "of patterns"}, "pmsRef": {operator: pattern}}
    rows = firm.rows("offices/search", where=where, pageSize=1000, orderBy=[{"id": "asc"}])
    return [row["pmsRef"] for row in rows]


def as_regex(pattern: str) -> str:
    """A pattern of LIKE as Python's regular expressions write it."""
    steps = re.findall(r"\\.|\\\Z|[^\\]", pattern, re.DOTALL)
    return "".join({"%": ".*", "_": "."}.get(step) or re.escape(step[-1]) for step in steps)


lawful = settings(max_examples=150, deadline=None, derandomize=True)


@lawful
@given(pattern=st.text("ab%_\\ä", max_size=7))
def test_like_is_any_text_and_any_character(offices: Aiwyn, pattern: str) -> None:
    """`%` is any text, `_` any one character, a backslash takes that from them; the whole text must fit
    (Client, Search clients, read 2026-11; `_` assumed)."""
    fits = re.compile(as_regex(pattern), re.DOTALL).fullmatch

    assert [text for text in TEXTS if fits(text)] == named(offices, "_like", pattern)
    assert [text for text in TEXTS if fits(text.lower())] == named(offices, "_ilike", pattern.upper())


@pytest.mark.parametrize(
    ("pattern", "met"),
    [
        ("^a+b$", ["ab", "aab"]),
        ("(ab){2}", ["abab"]),
        ("b$", ["ab", "aab", "abab", "a%b", "a_b", "a\\b", "ba\nb", "äb", "bbbbaab"]),
        ("(?i)^ab$", ["ab", "AB"]),
        ("^.b$", ["ab", "äb"]),
        ("^a.b$", ["aab", "a%b", "a_b", "a\\b"]),
        ("\\pL\\pL\\pL", ["aab", "abab", "bbbbaab"]),
        ("a\\\\b", ["a\\b"]),
        ("", TEXTS),
    ],
)
def test_regex_is_found_anywhere(offices: Aiwyn, pattern: str, met: list[str]) -> None:
    """A regular expression need not cover the whole text; case matters unless it says otherwise
    (assumed: Search clients names the operator alone)."""
    assert met == named(offices, "_regex", pattern)


@pytest.mark.parametrize("pattern", ["(", "a**", "[b-a]", "a\\", "(?=a)", "(a)\\1", "a{1001}", "a" * 10_001])
def test_regex_that_cannot_be_searched_for_is_refused(aiwyn: Aiwyn, pattern: str) -> None:
    """No regular expression, or one that cannot be searched for in linear time: 400 (assumed)."""
    answer = aiwyn.post(f"{READ}/offices/search", {"where": {"name": {"_regex": pattern}}})

    assert 400 == answer.status_code
    assert ["where.name._regex"] == [detail["field"] for detail in answer.json()["error"]["details"]]


@pytest.mark.parametrize(
    ("operator", "pattern", "is_met"),
    [
        ("_regex", "(a+)+$", False),
        ("_regex", "^(a|aa)+$", False),
        ("_regex", "(.*)(.*)(.*)(.*)(.*)[^!]$", False),
        ("_regex", "(a+)+!$", True),
        ("_like", "%a%a%a%b", False),
        ("_like", "%a" * 1000 + "%b%", False),
        ("_like", "%a" * 20_000 + "%!", True),
        ("_like", "%" + "a_" * 100 + "b%", False),
        ("_like", "%" + "a_" * 100 + "a!", True),
        ("_ilike", "%A%A%A%B%", False),
    ],
)
def test_no_pattern_takes_for_ever(aiwyn: Aiwyn, operator: str, pattern: str, is_met: bool) -> None:
    """Patterns that drive a backtracking search into exponential time are answered as any other (assumed)."""
    office = aiwyn.upsert("Office", name="a" * 20_000 + "!")["id"]

    assert [office] * is_met == aiwyn.search_ids("offices", {"id": {"_eq": office}, "name": {operator: pattern}})


def test_like_with_too_much_to_try_is_refused(aiwyn: Aiwyn) -> None:
    """A pattern of more than 10,000 characters with `_` in it is 400, one without is not (assumed)."""
    refused = aiwyn.post(f"{READ}/offices/search", {"where": {"name": {"_like": "a_" * 5001}}})

    assert 400 == refused.status_code
    assert ["where.name._like"] == [detail["field"] for detail in refused.json()["error"]["details"]]
    assert [] == aiwyn.search_ids("offices", {"name": {"_like": "a\\_" * 5001}})

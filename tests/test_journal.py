"""The journal: bounded, newest first, without secrets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbooks.errors import NotFound
from sandbooks.journal import KEPT_BYTES, Entry, Journal


def entry(**given: object) -> Entry:
    """An entry with values that do not matter, but for those given."""
    values: dict[str, object] = {
        "at": datetime(2026, 1, 31, tzinfo=UTC),
        "vendor": "acme",
        "operation": "createThing",
        "method": "POST",
        "path": "/acme/things",
        "sandbox": "default",
        "request_headers": {},
        "query_string": "",
        "request_body": b"",
        "status": 201,
        "answer_headers": {},
        "answer_body": b"",
        "duration_ms": 1.23456,
        "why": ["coded: create_thing"],
        **given,
    }
    return Entry(**values)  # type: ignore[arg-type]


def test_entries_come_newest_first_and_the_oldest_leave() -> None:
    """A full journal forgets its oldest entry; ids go on counting."""
    journal = Journal(kept=2)
    for path in ("/one", "/two", "/three"):
        journal.add(entry(path=path))

    assert [(kept.id, kept.path) for kept in journal] == [(3, "/three"), (2, "/two")]


def test_secrets_are_redacted_wherever_they_stand() -> None:
    """Headers, query, JSON and forms lose the values of secret names, at any depth, and nothing else."""
    shown = entry(
        request_headers={"authorization": "Bearer abc", "x-api-key": "k", "content-type": "application/json", "a": "b"},
        query_string="token=xyz&page=2&page=3",
        request_body=b'{"client_secret":"s","inner":[{"password":"p","name":"n"}],"token":null}',
        answer_headers={"Set-Cookie": "sid=1", "content-type": "application/x-www-form-urlencoded"},
        answer_body=b"refresh_token=r&scope=all",
        changes=[{"collection": "users", "after": {"secret": "q", "id": 7}}],
    ).render()

    assert shown["request"] == {
        "headers": {
            "authorization": "[redacted]",
            "x-api-key": "[redacted]",
            "content-type": "application/json",
            "a": "b",
        },
        "query": {"token": "[redacted]", "page": ["2", "3"]},
        "body": {
            "client_secret": "[redacted]",
            "inner": [{"password": "[redacted]", "name": "n"}],
            "token": None,
        },
    }
    assert shown["answer"] == {
        "status": 201,
        "headers": {"Set-Cookie": "[redacted]", "content-type": "application/x-www-form-urlencoded"},
        "body": {"refresh_token": "[redacted]", "scope": "all"},
    }
    assert shown["changes"] == [{"collection": "users", "after": {"secret": "[redacted]", "id": 7}}]


def test_long_body_is_cut_and_shows_nothing_of_its_text() -> None:
    """JSON beyond the kept size cannot be searched for secrets, so only its size is shown."""
    journal = Journal()
    journal.add(entry(request_body=b'{"password":"' + b"x" * KEPT_BYTES + b'"}'))

    (kept,) = journal

    assert len(kept.request_body) == KEPT_BYTES
    request = kept.render()["request"]
    assert isinstance(request, dict)
    assert request["body"] == f"[{KEPT_BYTES + 15} bytes]"


def test_entries_are_found_by_what_they_have() -> None:
    """Everything that is given must hold; newest first."""
    journal = Journal()
    for minute, status in enumerate((200, 404, 200)):
        journal.add(entry(method="GET", status=status, at=datetime(2026, 1, 31, 0, minute, tzinfo=UTC)))
    journal.add(entry(vendor="other", operation="", at=datetime(2026, 1, 31, 0, 9, tzinfo=UTC)))

    assert [4, 3, 2, 1] == [found.id for found in journal.find()]
    assert [3, 1] == [found.id for found in journal.find(vendor="acme", status=200, method="get")]
    assert [3, 2] == [found.id for found in journal.find(operation="createThing", after=1)]
    assert [4, 3] == [found.id for found in journal.find(since=datetime(2026, 1, 31, 0, 2, tzinfo=UTC))]


def test_entry_that_has_left_is_not_found() -> None:
    """Its id is known no more; the message says which are."""
    journal = Journal(kept=2)
    for _ in range(3):
        journal.add(entry())

    assert 2 == journal.get("2").id
    with pytest.raises(NotFound, match="There is no request '1'; kept are 2 to 3"):
        journal.get("1")


def test_revealed_entry_differs_in_its_secrets_alone() -> None:
    """To be compared with: the same shape, nothing redacted."""
    made = entry(
        request_headers={"authorization": "Bearer abc", "content-type": "application/json"},
        query_string="token=xyz",
        request_body=b'{"password":"p","name":"n"}',
    )

    revealed = made.reveal()

    assert revealed["request"] == {
        "headers": {"authorization": "Bearer abc", "content-type": "application/json"},
        "query": {"token": "xyz"},
        "body": {"password": "p", "name": "n"},
    }
    assert {**made.render(), "request": None} == {**revealed, "request": None}


def test_coverage_outlives_the_entries() -> None:
    """It counts by vendor, operation and status what was added, kept or not; a call of no operation is not counted."""
    journal = Journal(kept=1)
    for status in (404, 201, 404):
        journal.add(entry(status=status))
    journal.add(entry(operation="", status=404))
    journal.clear()

    assert {201: 1, 404: 2} == journal.coverage.statuses("acme", "createThing")
    assert {} == journal.coverage.statuses("acme", "") == journal.coverage.statuses("other", "createThing")

    journal.coverage.clear()
    assert {} == journal.coverage.statuses("acme", "createThing")


def test_what_cannot_be_read_shows_its_size_alone() -> None:
    """Broken JSON, JSON sent as a form, and a form under another spelling of its type give no secret away."""
    bodies = [
        entry(request_body=b'{"password":"SEKRET",}', request_headers={"content-type": "application/json"}),
        entry(
            request_body=b'{"password":"SEKRET"}',
            request_headers={"content-type": "application/x-www-form-urlencoded"},
        ),
        entry(
            request_body=b"password=SEKRET&page=2",
            request_headers={"Content-Type": "Application/X-WWW-Form-Urlencoded; charset=utf-8"},
        ),
        entry(request_body=b"password=SEKRET", request_headers={"content-type": "text/plain"}),
    ]

    shown = [kept.render()["request"] for kept in bodies]

    assert [request["body"] for request in shown if isinstance(request, dict)] == [
        "[22 bytes]",
        "[21 bytes]",
        {"password": "[redacted]", "page": "2"},
        "[15 bytes]",
    ]


def test_restart_counts_from_one_again() -> None:
    """After a reset the journal is as at the start, ids and coverage included."""
    journal = Journal()
    for _ in range(3):
        journal.add(entry())

    journal.restart()
    journal.add(entry())

    assert [kept.id for kept in journal] == [1]
    assert journal.coverage.statuses("acme", "createThing") == {201: 1}

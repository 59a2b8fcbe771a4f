"""The journal: bounded, newest first, without secrets."""

from __future__ import annotations

from datetime import UTC, datetime

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

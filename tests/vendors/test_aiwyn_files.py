"""Aiwyn: downloads of files."""

from __future__ import annotations

import pytest

from tests.vendors.aiwyn import Aiwyn


@pytest.mark.parametrize(
    ("id", "name", "media_type", "start"),
    [
        (1, "engagement-letter-34567.txt", "text/plain; charset=utf-8", "Prairie Lake Accountants\n"),
        (2, "invoice-45678-lines.csv", "text/csv; charset=utf-8", "line,description,quantity,"),
        (3, "status-report-67890.md", "text/markdown; charset=utf-8", "# Q4 Financial Audit"),
    ],
)
def test_file_comes_as_an_attachment(aiwyn: Aiwyn, id: int, name: str, media_type: str, start: str) -> None:
    """The bytes under their own content type and file name (File, Download a file; shape assumed)."""
    answer = aiwyn.get(f"/api/v1/files/{id}")

    assert 200 == answer.status_code
    assert media_type == answer.headers["content-type"]
    assert f'attachment; filename="{name}"' == answer.headers["content-disposition"]
    assert answer.text.startswith(start)
    assert str(len(answer.content)) == answer.headers["content-length"]


def test_odd_file_name_is_told_twice(aiwyn: Aiwyn) -> None:
    """A name beyond ASCII stands in the header in UTF-8 too, and cannot break out of its quotes
    (RFC 6266, section 4.1)."""
    path = f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/files/3"
    stored = aiwyn.door.get(path).json()
    changed = {**stored, "name": 'Übersicht "2024".md', "content": "Saldo: 1.234,56 €"}
    assert aiwyn.door.put(path, json=changed).is_success

    answer = aiwyn.get("/api/v1/files/3")

    assert (
        "attachment; filename=\"_bersicht _2024_.md\"; filename*=UTF-8''%C3%9Cbersicht%20%222024%22.md"
        == answer.headers["content-disposition"]
    )
    assert "Saldo: 1.234,56 €" == answer.content.decode()


@pytest.mark.parametrize(("id", "status"), [("99", 404), ("0", 400), ("letter", 400)])
def test_unknown_file_is_not_found(aiwyn: Aiwyn, id: str, status: int) -> None:
    """404 for an unknown id, 400 for one that is none, in the vendor's envelope (File; assumed)."""
    answer = aiwyn.get(f"/api/v1/files/{id}")

    assert status == answer.status_code
    assert {"data", "error", "meta"} == set(answer.json())

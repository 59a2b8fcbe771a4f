"""Fixture files: what they may hold, and how they complain."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbooks.errors import StartupError
from sandbooks.fixtures import read_fixture


def write(folder: Path, text: str) -> Path:
    file = folder / "demo.yaml"
    file.write_text(text)
    return file


def test_documents_and_counts_are_read_in_order_with_their_lines(tmp_path: Path) -> None:
    """A fixture gives collections in the order of the file, dates as the text that was written."""
    file = write(
        tmp_path,
        "offices:\n  documents:\n    - {id: 3, name: Leith}\n"
        "clients:\n  documents:\n    - id: 41\n      since: 2024-03-01\n    - id: 42\n  count: 7\n",
    )

    offices, clients = read_fixture(file)

    assert (offices.collection, offices.documents, offices.lines, offices.count) == (
        "offices",
        ({"id": 3, "name": "Leith"},),
        (3,),
        0,
    )
    assert clients.documents == ({"id": 41, "since": "2024-03-01"}, {"id": 42})
    assert (clients.lines, clients.count, clients.line) == ((6, 8), 7, 4)


def test_empty_file_holds_nothing(tmp_path: Path) -> None:
    """An empty fixture is an empty company."""
    assert read_fixture(write(tmp_path, "")) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- a\n", ":1: must be a mapping of collections"),
        ("clients:\n  rows: []\n", ":2: clients: 'rows' is not understood"),
        ("clients:\n  count: many\n", ":2: clients: count is 'many'"),
        ("clients:\n  count: -1\n", ":2: clients: count is -1"),
        ("clients:\n  documents:\n    - 5\n", ":3: clients: a document must be a mapping"),
        ("clients: [\n", "is not YAML"),
        ("clients:\n  documents:\n    - !!python/object:os.system {}\n", ":3: is not YAML"),
    ],
)
def test_fault_in_a_fixture_names_file_line_and_cause(tmp_path: Path, text: str, complaint: str) -> None:
    """What does not fit is refused at the start, never guessed at."""
    file = write(tmp_path, text)

    with pytest.raises(StartupError) as refusal:
        read_fixture(file)

    assert str(refusal.value).startswith(str(file))
    assert complaint in str(refusal.value)

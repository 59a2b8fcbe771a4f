"""Fixture files: what they may hold, and how they complain."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbooks.errors import StartupError
from sandbooks.fixtures import read_fixture
from sandbooks.spec import Cache


def write(folder: Path, text: str, profile: str = "demo") -> Path:
    file = folder / f"{profile}.yaml"
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


def test_fixture_extends_another_profile(tmp_path: Path) -> None:
    """First what the other profile holds, then its own; counts say how many there are to be in all."""
    demo = write(tmp_path, "clients:\n  documents: [{id: 41}]\n  count: 3\npets: {count: 5}\n")
    large = write(tmp_path, "extends: demo\nclients:\n  documents: [{id: 42}]\n  count: 20\n", "large")

    clients, pets, more = read_fixture(large)

    assert (clients, pets) == tuple(read_fixture(demo))
    assert (more.file, more.documents, more.lines, more.line) == (large, ({"id": 42},), (3,), 2)
    assert (clients.file, clients.before, clients.total) == (demo, 0, 3)
    assert (more.before, more.count, more.total) == (3, 20, 20)


def test_fixture_extends_one_that_extends_a_third(tmp_path: Path) -> None:
    """What a profile builds on may build on another; all of it counts."""
    write(tmp_path, "clients: {count: 3}\n", "empty")
    write(tmp_path, "extends: empty\nclients:\n  documents: [{id: 42}]\n")
    large = write(tmp_path, "extends: demo\nclients: {count: 9}\n", "large")

    assert [(0, 3), (3, 4), (4, 9)] == [(rows.before, rows.total) for rows in read_fixture(large)]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "extends: small\n",
            "demo.yaml:1: extends: there is no profile 'small' beside this one; there are: demo,",
        ),
        ("pets: {count: 1}\nextends: ../demo\n", "demo.yaml:2: extends: there is no profile '../demo'"),
        ("extends: [large]\n", "demo.yaml:1: extends: there is no profile"),
        ("extends: demo\n", "demo.yaml:1: extends leads round in a circle: demo -> demo"),
        ("extends: large\n", "large.yaml:1: extends leads round in a circle: demo -> large -> demo"),
    ],
)
def test_profile_that_cannot_be_extended_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    """An unknown profile and a circle stop the start, with file and line."""
    write(tmp_path, "extends: demo\n", "large")

    with pytest.raises(StartupError) as refusal:
        read_fixture(write(tmp_path, text))

    assert f"{tmp_path}/{complaint}" in str(refusal.value)


def test_collection_may_be_named_extends(tmp_path: Path) -> None:
    """A mapping under that name is a collection like any other."""
    assert ["extends"] == [rows.collection for rows in read_fixture(write(tmp_path, "extends: {count: 2}\n"))]


def long_text(value: str) -> str:
    """A fixture that is long enough to be kept; its second document holds the value."""
    return f"clients:\n  documents:\n  - {{id: 41, note: {'long' * 20_000}}}\n  - {{id: 42, rate: {value}}}\n"


def test_long_fixture_is_read_from_the_cache(tmp_path: Path) -> None:
    """It says the same, lines and files too; a changed one is read anew."""
    cache = Cache(tmp_path / "cache")
    write(tmp_path, long_text("12.50"))
    large = write(tmp_path, "extends: demo\nclients: {count: 20}\n", "large")

    first, again = read_fixture(large, cache), read_fixture(large, cache)

    assert len(list(cache.folder.iterdir())) == 1
    assert first == again == read_fixture(large)
    assert [(rows.lines, rows.file, rows.before) for rows in again] == [
        ((3, 4), tmp_path / "demo.yaml", 0),
        ((), large, 2),
    ]
    write(tmp_path, long_text("12.75"))
    assert read_fixture(large, cache)[0].documents[1] == {"id": 42, "rate": 12.75}


@pytest.mark.parametrize("value", [".inf", ".nan", "!!binary aGF5", "{1: hay}", "36893488147419103232"])
def test_what_json_cannot_say_is_not_kept(tmp_path: Path, value: str) -> None:
    """Such a fixture is read each time."""
    cache = Cache(tmp_path / "cache")
    file = write(tmp_path, long_text(value))

    (read,), (again,) = read_fixture(file, cache), read_fixture(file, cache)

    assert repr(read.documents[1]) == repr(again.documents[1]) == repr(read_fixture(file)[0].documents[1])
    assert not cache.folder.exists()


def test_fault_in_a_long_fixture_is_told_each_time(tmp_path: Path) -> None:
    """What cannot be read is not kept."""
    cache = Cache(tmp_path / "cache")
    file = write(tmp_path, long_text("12.50") + "pets: {counts: 3}\n")

    for _ in range(2):
        with pytest.raises(StartupError, match=r"demo.yaml:5: pets: 'counts' is not understood"):
            read_fixture(file, cache)
    assert not cache.folder.exists()

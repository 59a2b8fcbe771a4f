"""The write log: what was appended is read back, half a last line is dropped, and nothing else passes for good."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbooks.errors import StartupError
from sandbooks.store.archive import Archive, read_archive
from sandbooks.store.log import Log, LogReader

LINES: list[Any] = [{"do": "pay", "amount": "1234.56"}, ["ä", None, 0.1], {"id": 2**70, "half": "\ud800"}]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
in_one_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=60
)


def write(file: Path, lines: list[Any]) -> bytes:  # any JSON
    file.unlink(missing_ok=True)
    log = Log(file)
    for line in lines:
        log.append(line)
    log.close()
    return file.read_bytes()


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file grows beyond that many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@in_one_folder
@given(lines=st.lists(anything, max_size=6))
def test_any_json_is_read_back_to_the_letter(tmp_path: Path, lines: list[Any]) -> None:
    """Integers of any size, lone surrogates, the order of properties, 1 and 1.0 and True: as they were appended."""
    file = tmp_path / "log"

    write(file, lines)

    assert repr(lines) == repr(list(LogReader(file)))


def test_log_cut_at_any_byte_gives_whole_lines_and_goes_on(tmp_path: Path) -> None:
    """Whatever is missing at the end: the whole lines before it are read, and the next one follows them."""
    file = tmp_path / "log"
    data = write(file, LINES)
    ends = [0, *(at + 1 for at, byte in enumerate(data) if byte == 10)]

    for cut in range(len(data) + 1):
        file.write_bytes(data[:cut])
        reader = LogReader(file)
        whole = sum(end <= cut for end in ends) - 1
        assert LINES[:whole] == list(reader)
        assert (ends[whole], cut - ends[whole]) == (reader.size, reader.torn)

        log = Log(file, size=reader.size, checksum=reader.checksum)
        log.append("more")
        log.close()
        assert [*LINES[:whole], "more"] == list(LogReader(file))


@pytest.mark.parametrize("mask", [0x01, 0x20, 0xFF])
def test_any_other_byte_is_refused_with_file_and_line(tmp_path: Path, mask: int) -> None:
    """One wrong byte anywhere, the ends of lines too, stops the reading at that line, and the file stays as it is."""
    file = tmp_path / "log"
    data = write(file, LINES)

    for at, byte in enumerate(data):
        damaged = data[:at] + bytes([byte ^ mask]) + data[at + 1 :]
        file.write_bytes(damaged)
        with pytest.raises(StartupError, match="damaged") as refused:
            list(LogReader(file))
        assert (str(file), str(data[:at].count(b"\n") + 1)) == (refused.value.file, refused.value.place)
        assert damaged == file.read_bytes()


@pytest.mark.parametrize(
    "garbage",
    [
        b"\0" * 7,
        b"hello",
        b"0123ABCD",
        b"0123abcde",
        b"0123abcd  ",
        b"0123abcd 0",
        b"0123abcd 07 ",
        b"0123abcd x",
        b"0123abcd " + b"9" * 5000 + b" {",
        b'0123abcd 99 {"do"\0\0\0',
        b"0123abcd 2 {}",
        b"0123abcd 2 {}}",
    ],
)
def test_end_that_no_line_begins_with_is_damage(tmp_path: Path, garbage: bytes) -> None:
    """Only the beginning of a line that could have been written passes for one that was cut off."""
    file = tmp_path / "log"
    data = write(file, LINES)
    file.write_bytes(data + garbage)

    with pytest.raises(StartupError, match="damaged") as refused:
        list(LogReader(file))

    assert (str(file), str(len(LINES) + 1)) == (refused.value.file, refused.value.place)
    assert data + garbage == file.read_bytes()


def test_log_has_its_name_once_its_first_line_is_written(tmp_path: Path) -> None:
    """On a full disk nothing is left behind; afterwards there is one file, with its first line, that goes on."""
    file = tmp_path / "log"
    with files_of_at_most(5), pytest.raises(OSError, match="File too large"):
        Log.begin(file, "head")
    assert [] == list(tmp_path.iterdir())

    log = Log.begin(file, "head")
    log.append("more")
    log.close()

    assert [file] == list(tmp_path.iterdir())
    assert ["head", "more"] == list(LogReader(file))


@pytest.mark.parametrize(
    ("order", "line"), [([1, 2], 1), ([0, 2], 2), ([0, 1, 1, 2], 3), ([1, 0, 2], 1), ([0, 2, 1], 2)]
)
def test_lines_that_are_lost_doubled_or_swapped_are_refused(tmp_path: Path, order: list[int], line: int) -> None:
    """A checksum covers all lines before its own, so whole lines are not missed or moved unseen."""
    file = tmp_path / "log"
    lines = write(file, LINES).splitlines(keepends=True)
    file.write_bytes(b"".join(lines[number] for number in order))

    with pytest.raises(StartupError, match="damaged") as refused:
        list(LogReader(file))

    assert str(line) == refused.value.place


def test_unwritten_line_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    """When the disk is full no half line stays behind, and the log goes on once there is room."""
    file = tmp_path / "log"
    log = Log(file)
    log.append("first")
    before = file.read_bytes()

    with files_of_at_most(len(before) + 20), pytest.raises(OSError, match="File too large"):
        log.append("x" * 100)

    assert before == file.read_bytes()
    log.append("second")
    log.close()
    assert ["first", "second"] == list(LogReader(file))


def test_archive_is_read_back_and_is_what_tinydb_writes(tmp_path: Path) -> None:
    """An archive is the JSON of TinyDB's tables, in their order, and shows only when it is whole."""
    file = tmp_path / "state.json"
    tables: dict[str, dict[str, Any]] = {
        "pets": {"2": {"name": "Rex", "chip": 2**70}, "1": {"name": "\ud800"}},
        "none": {},
    }
    archive = Archive(file)
    for name, documents in tables.items():
        archive.add(name, documents.items())
    assert not file.exists()

    archive.close()

    assert repr(tables) == repr(read_archive(file))
    assert tables == {name: table for name, table in json.loads(file.read_bytes()).items() if name in tables}
    assert [file] == list(tmp_path.iterdir())


def test_archive_with_any_other_byte_is_refused(tmp_path: Path) -> None:
    """One wrong or missing byte anywhere stops the reading, with the file's name."""
    file = tmp_path / "state.json"
    archive = Archive(file)
    archive.add("pets", [("1", {"name": "Rex"})])
    archive.close()
    data = file.read_bytes()
    flipped = [data[:at] + bytes([byte ^ 1]) + data[at + 1 :] for at, byte in enumerate(data)]

    for damaged in [*flipped, *(data[:end] for end in range(len(data)))]:
        file.write_bytes(damaged)
        with pytest.raises(StartupError, match=r"state\.json: damaged"):
            read_archive(file)

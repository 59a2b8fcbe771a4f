"""What was read is kept for the next start, changes no answer, and is never in the way."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbooks.spec import Cache, Description, Finding, read_description
from sandbooks.spec.cache import LEAST_BYTES, MOST_BYTES
from tests.running import running
from tests.test_cli import run

SPECS = Path(__file__).parent / "specs"
LONG_AGO = 1_000_000_000
PADDING = f"# {'-' * 78}\n" * (LEAST_BYTES // 81 + 1)
CONTENT = f"""{PADDING}
openapi: 3.0.3
info: {{title: Barn, version: 1.0}}
x-values: [1, 1.5, 1e20, -0.0, 18446744073709551615, 2020-01-31, no, ~, "\\u00e9\\U0001f404", ""]
paths:
  /cows: {{get: {{operationId: listCows, responses: {{200: {{description: ok, content: {{}}}}}}}}}}
  /goats: {{$ref: goats.yaml}}
  /cows: {{get: {{operationId: allCows, responses: {{200: {{description: ok}}}}}}}}
"""


def described(folder: Path, cache: Cache | None) -> Description:
    source = folder / "barn.yaml"
    source.write_text(CONTENT)
    (folder / "goats.yaml").write_text(
        f"{PADDING}\nget: {{operationId: listGoats, responses: {{200: {{description: ok}}}}}}\n"
    )
    return read_description(source, cache=cache)


def seen(description: Description) -> tuple[object, ...]:
    return description.document, description.findings, [operation.id for operation in description.operations]


def modelled(description: Description) -> str:
    """All that is known of a description, as text, so that `1` is not `True` and order counts."""
    parts = (description.document, description.findings, description.operations, description.webhooks)
    return repr((*parts, description.links, description.security_schemes, description.base_path))


def entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_second_reading_is_the_same(tmp_path: Path) -> None:
    """Values, findings and order are those of the first; long files and the whole have entries, of which it is read."""
    cache = Cache(tmp_path / "deep" / "cache")
    plain = seen(described(tmp_path, None))
    first = seen(described(tmp_path, cache))
    kept = entries(cache.folder)
    for entry in kept:
        os.utime(entry, (LONG_AGO, LONG_AGO))

    second = seen(described(tmp_path, cache))

    assert plain == first == second
    assert repr(plain) == repr(second)
    assert Finding("error", "/paths/~1cows", "the key '/cows' is given twice, again in line 626") in first[1]  # type: ignore[operator]
    assert entries(cache.folder) == kept
    assert len(kept) == 3
    assert sum(entry.stat().st_mtime > LONG_AGO for entry in kept) == 1
    assert cache.folder.stat().st_mode & 0o777 == 0o700


def truncate(entry: Path) -> None:
    entry.write_bytes(entry.read_bytes()[:-1])


def alter(entry: Path) -> None:
    entry.write_bytes(entry.read_bytes().replace(b"listGoats", b"loseGoats").replace(b"allCows", b"oldCows"))


def empty(entry: Path) -> None:
    entry.write_bytes(b"")


def replace_by_folder(entry: Path) -> None:
    entry.unlink()
    entry.mkdir()


@pytest.mark.parametrize("damage", [truncate, alter, empty, replace_by_folder])
def test_damaged_entry_is_read_anew(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """Half a file, other content, nothing, or a folder in its place: the description itself is read."""
    cache = Cache(tmp_path / "cache")
    first = seen(described(tmp_path, cache))
    for entry in entries(cache.folder):
        damage(entry)

    second = seen(described(tmp_path, cache))
    third = seen(described(tmp_path, cache))

    assert first == second == third


def test_other_content_has_another_entry(tmp_path: Path) -> None:
    """A changed file is read; of the same one under another name the text is known, the whole is not."""
    cache = Cache(tmp_path / "cache")
    described(tmp_path, cache)
    other = tmp_path / "other.yaml"
    other.write_text(CONTENT.replace("Barn", "Shed"))

    assert read_description(other, cache=cache).title == "Shed"
    assert len(entries(cache.folder)) == 5

    (tmp_path / "again.yaml").write_text(CONTENT)
    read_description(tmp_path / "again.yaml", cache=cache)

    assert len(entries(cache.folder)) == 6


def test_short_files_are_not_kept(tmp_path: Path) -> None:
    """They are read faster than they are looked up; a long one of JSON is kept as a whole."""
    cache = Cache(tmp_path / "cache")
    short, long = tmp_path / "short.yaml", tmp_path / "long.json"
    short.write_text("openapi: 3.0.3\npaths: {}\n")
    long.write_text('{"openapi": "3.0.3", "paths": {}, "x-long": "%s"}' % ("x" * LEAST_BYTES))

    read_description(short, cache=cache)
    assert entries(cache.folder) == []

    read_description(long, cache=cache)
    assert len(entries(cache.folder)) == 1


@pytest.mark.parametrize(
    "source", [*sorted(SPECS.glob("*.yaml")), SPECS / "fleet" / "openapi.yaml"], ids=lambda file: file.stem
)
def test_kept_description_is_modelled_alike(tmp_path: Path, source: Path) -> None:
    """What came of reading is served as it was at first: operations with all their parts, order, links, faults."""
    folder = tmp_path / "specs"
    shutil.copytree(source.parent, folder)
    with (folder / source.name).open("a") as file:
        file.write(f"\n{PADDING}")
    cache = Cache(tmp_path / "cache")
    plain = modelled(read_description(folder / source.name))

    first = modelled(read_description(folder / source.name, cache=cache))
    second = modelled(read_description(folder / source.name, cache=cache))

    assert plain == first == second


def test_operations_of_one_path_keep_their_order(tmp_path: Path) -> None:
    """Two paths that are served as one stand apart in the description, and others are named after both."""
    source = tmp_path / "forks.json"
    paths = {
        "/a": {"put": {}},
        "/b": {"get": {"operationId": "putA"}},
        "/a#more": {"get": {}, "put": {}},
        "/c": {"get": 1},
    }
    source.write_text(json.dumps({"openapi": "3.0.3", "x-long": "x" * LEAST_BYTES, "paths": paths}))
    cache = Cache(tmp_path / "cache")

    first, second = (modelled(read_description(source, cache=cache)) for _ in range(2))

    assert first == second
    assert [operation.id for operation in read_description(source, cache=cache).operations] == [
        "putA_2",
        "putA",
        "getA",
    ]


def test_changes_of_other_files_are_seen(tmp_path: Path) -> None:
    """A file that is referred to: changed, gone, and there again; nothing is believed of a folder that changed."""
    cache = Cache(tmp_path / "cache")
    described(tmp_path, cache)
    goats = tmp_path / "goats.yaml"
    written = goats.read_text()

    goats.write_text(written.replace("listGoats", "findGoats"))
    changed = seen(read_description(tmp_path / "barn.yaml", cache=cache))
    goats.unlink()
    gone = seen(read_description(tmp_path / "barn.yaml", cache=cache))
    goats.write_text(written)
    again = seen(read_description(tmp_path / "barn.yaml", cache=cache))

    assert changed[2] == ["allCows", "findGoats"]
    assert gone[2] == ["allCows"]
    assert again == seen(described(tmp_path, None))


def test_link_that_leads_elsewhere_is_seen(tmp_path: Path) -> None:
    """A file of the folder is another link's target now, or stands outside."""
    cache = Cache(tmp_path / "cache")
    folder = tmp_path / "specs"
    folder.mkdir()
    described(folder, None)
    goats = folder / "goats.yaml"
    for place, name in ((folder, "one"), (folder, "two"), (tmp_path, "three")):
        (place / name).write_text(goats.read_text().replace("listGoats", name))
    found = []
    for target in ("one", "two", "../three", "one"):
        goats.unlink()
        goats.symlink_to(target)
        found.append(seen(read_description(folder / "barn.yaml", cache=cache))[2])

    assert found == [["allCows", "one"], ["allCows", "two"], ["allCows"], ["allCows", "one"]]


def test_changed_overlay_is_seen(tmp_path: Path) -> None:
    """What was kept is of the description with these overlays in this order."""
    cache = Cache(tmp_path / "cache")
    described(tmp_path, cache)
    source, overlays = tmp_path / "barn.yaml", [tmp_path / "one.yaml", tmp_path / "two.yaml"]

    def title(*names: str) -> str:
        for overlay, name in zip(overlays, names, strict=False):
            overlay.write_text(
                f"{{overlay: 1.0.0, info: {{title: t, version: v}},"
                f" actions: [{{target: $.info, update: {{title: {name}}}}}]}}"
            )
        return read_description(source, overlays=overlays[: len(names)], cache=cache).title

    told = [title(), title("A"), title("B"), title("B", "C"), title("C", "B"), title("A"), title()]

    assert told == ["Barn", "A", "B", "C", "B", "A", "Barn"]


def test_refusal_is_not_kept(tmp_path: Path) -> None:
    """A file that cannot be read leaves nothing behind."""
    cache = Cache(tmp_path / "cache")
    source = tmp_path / "barn.yaml"
    source.write_text(f"{PADDING}\na: [\n")

    done = run("routes", str(source), SANDBOOKS_CACHE=str(cache.folder))

    assert done.returncode == 2
    assert entries(cache.folder) == []


def test_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    """A file stands in its place: nothing is kept, everything is read."""
    (tmp_path / "taken").write_text("")
    plain = seen(described(tmp_path, None))

    for folder in (tmp_path / "taken", tmp_path / "taken" / "below", Path("/proc/none")):
        assert seen(described(tmp_path, Cache(folder))) == plain


def test_folder_that_may_only_be_read_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found there is used, though it cannot be marked as used."""
    cache = Cache(tmp_path)
    cache.keep({"kept": 1}, b"text")
    found = cache.find(b"text")

    def refuse(entry: Path) -> None:
        raise PermissionError(entry)

    monkeypatch.setattr(os, "utime", refuse)

    assert {"kept": 1} == found == cache.find(b"text")


def test_old_entries_leave_when_there_are_too_many(tmp_path: Path) -> None:
    """Those that were not used for longest go first; files that are not ours stay."""
    cache = Cache(tmp_path / "cache")
    cache.folder.mkdir()
    for number, name in enumerate(("oldest.document", "older.document", "mine.txt")):
        with (cache.folder / name).open("wb") as file:
            file.truncate(MOST_BYTES // 2 + 1)  # a hole: no disk is used
        os.utime(cache.folder / name, (LONG_AGO + number, LONG_AGO + number))

    described(tmp_path, cache)

    names = [entry.name for entry in entries(cache.folder)]
    assert "oldest.document" not in names
    assert {"older.document", "mine.txt"} < set(names)
    assert len(names) == 5


def test_many_readers_at_once(tmp_path: Path) -> None:
    """Each gets the same document, and one entry is left of each file."""
    cache = Cache(tmp_path / "cache")
    plain = seen(described(tmp_path, None))

    with ThreadPoolExecutor(8) as readers:
        found = list(readers.map(lambda _: seen(read_description(tmp_path / "barn.yaml", cache=cache)), range(24)))

    assert found == [plain] * 24
    assert len(entries(cache.folder)) == 3


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"SANDBOOKS_CACHE": "{tmp}/named", "XDG_CACHE_HOME": "{tmp}/xdg"}, "named"),
        ({"XDG_CACHE_HOME": "{tmp}/xdg"}, "xdg/sandbooks"),
        ({"XDG_CACHE_HOME": "relative"}, "home/.cache/sandbooks"),
        ({"XDG_CACHE_HOME": ""}, "home/.cache/sandbooks"),
        ({"SANDBOOKS_CACHE": ""}, None),
    ],
)
def test_variables_name_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], folder: str | None
) -> None:
    """`SANDBOOKS_CACHE`, else the user's cache folder; empty, nothing is kept."""
    source = tmp_path / "files" / "barn.yaml"
    source.parent.mkdir()
    described(source.parent, None)
    for name in ("SANDBOOKS_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(tmp=tmp_path))

    done = run("routes", str(source), HOME=str(tmp_path / "home"))

    assert (done.returncode, done.stdout.splitlines()[0]) == (
        0,
        "barn: 0 of 0 collections stateful; 2 operations: 0 coded, 0 inferred, 2 schema",
    )
    kept = list(tmp_path.rglob("*.document"))
    assert [path.parent for path in kept] == ([tmp_path / folder] * 3 if folder else [])


def test_server_starts_from_what_was_kept(tmp_path: Path) -> None:
    """Where nothing can be kept it starts all the same."""
    described(tmp_path, None)
    (tmp_path / "taken").write_text("")

    for folder in ("cache", "cache", "taken"):
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("SANDBOOKS_CACHE", str(tmp_path / folder))
            with running(str(tmp_path / "barn.yaml")) as (port, _):
                assert port > 0

    assert len(entries(tmp_path / "cache")) == 3 + 2  # of the file, and of the description of the control API

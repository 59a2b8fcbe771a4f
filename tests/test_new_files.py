"""`sandbooks new` and files: names, what is there already, descriptions of several files, what cannot be written."""

from __future__ import annotations

import doctest
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbooks.drafting import python
from sandbooks.spec import read_description
from tests.drafting import run_new, serve_project, written
from tests.serving import SPECS

THREE = ["fixtures/acme/demo.yaml", "mocks/acme/__init__.py", "specs/acme/openapi.yaml"]

SWAGGER = """\
swagger: "2.0"
info: {title: Old, version: "1"}
basePath: /old
paths:
  /things:
    get:
      operationId: listThings
      responses: {"200": {description: ok, schema: {type: array, items: {$ref: "parts/thing.yaml"}}}}
    post:
      operationId: makeThing
      parameters: [{name: body, in: body, schema: {$ref: "parts/thing.yaml"}}]
      responses: {"201": {description: ok, schema: {$ref: "parts/thing.yaml"}}}
  /things/{id}:
    get:
      operationId: getThing
      parameters: [{name: id, in: path, required: true, type: integer}]
      responses: {"200": {description: ok, schema: {$ref: "parts/thing.yaml"}}}
"""
THING = "type: object\nproperties: {id: {type: integer}, name: {type: string}}\n"
PAIR = """\
openapi: 3.0.3
info: {title: Pair, version: "1"}
paths:
  /things:
    get:
      operationId: listThings
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "REF"}}}}}
components: {schemas: {Name: {type: string}}}
"""


@pytest.mark.parametrize("name", ["acme", "my-api", "my_api", "1c", "class", "a", "x" * 63, "123", "true", "null"])
def test_name_of_addresses_is_a_vendors(tmp_path: Path, name: str) -> None:
    """Whatever can stand in an address and be a folder works, an identifier of Python or not."""
    done = run_new(tmp_path, name)

    assert (0, False) == (done.exit_code, "errors" in done.output), done.output
    assert [200] == [serve_project(tmp_path).get(f"/{name}/v1/customers", headers=_full(name)).status_code]


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("Acme", "acme"),
        ("my api", "my-api"),
        ("acme.v2", "acme-v2"),
        ("../acme", "acme"),
        ("-acme", None),
        ("_acme", "acme"),
        ("Müller & Söhne", "m-ller-s-hne"),
        ("@team", "team"),
        ("", ""),
        ("漢字", ""),
        ("x" * 64, "x" * 63),
    ],
)
def test_other_name_is_refused_with_a_better_one(tmp_path: Path, name: str, better: str | None) -> None:
    """What cannot be part of an address stops with what can, and writes nothing."""
    done = run_new(tmp_path, "--", name)

    hint = "; try acme" if better is None else f"; try {better}" if better else ""
    assert (2, []) == (done.exit_code, written(tmp_path))
    assert done.output == (
        f"{name!r} can be no vendor's name: it is part of every address, of lower-case letters, digits, - and _, "
        f"63 at most{hint}\n"
    )


@pytest.mark.parametrize("file", [*THREE, "specs/acme/swagger.json"])
def test_file_that_is_there_is_never_overwritten(tmp_path: Path, file: str) -> None:
    """One of the files is enough to stop, with its name; the others are not written either."""
    taken = tmp_path / file
    taken.parent.mkdir(parents=True)
    taken.write_text("mine")

    done = run_new(tmp_path, "acme")

    assert (2, "mine", [file]) == (done.exit_code, taken.read_text(), written(tmp_path))
    assert done.output == f"nothing was written: {file} exists already; choose another name, or move what is there\n"


def test_second_run_names_all_that_is_there(tmp_path: Path) -> None:
    """The same command twice stops the second time and changes nothing."""
    run_new(tmp_path, "acme")
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in THREE}

    done = run_new(tmp_path, "acme")

    assert (2, before) == (done.exit_code, {name: (tmp_path / name).stat().st_mtime_ns for name in THREE})
    assert done.output == (
        "nothing was written: specs/acme/openapi.yaml, mocks/acme/__init__.py, fixtures/acme/demo.yaml exist already; "
        "choose another name, or move what is there\n"
    )


def test_other_files_of_the_folders_stay(tmp_path: Path) -> None:
    """Folders that are there already, with files of other names, take the new ones in."""
    other = tmp_path / "mocks" / "acme" / "notes.py"
    other.parent.mkdir(parents=True)
    other.write_text("NOTE = 1\n")

    done = run_new(tmp_path, "acme")

    assert (0, "NOTE = 1\n") == (done.exit_code, other.read_text())
    assert written(tmp_path) == sorted([*THREE, "mocks/acme/notes.py"])


def test_of_two_at_once_one_writes_all(tmp_path: Path) -> None:
    """Two processes that draft the same name do not mix: one is refused, and the files are one's own."""
    command = [sys.executable, "-W", "ignore", "-m", "sandbooks", "new", "acme"]
    both = [subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]

    codes = sorted(process.wait(timeout=60) for process in both)
    for process in both:
        process.communicate()

    assert ([0, 2], THREE) == (codes, written(tmp_path))
    assert 3 == len(serve_project(tmp_path).get("/_sandbox/state/acme/customers").json())


def test_folder_in_the_way_leaves_nothing_behind(tmp_path: Path) -> None:
    """Where a file stands in the place of a folder, what was made before is taken back."""
    (tmp_path / "fixtures").write_text("a file")

    done = run_new(tmp_path, "acme")

    assert (2, ["fixtures"]) == (done.exit_code, sorted(file.name for file in tmp_path.iterdir()))
    assert done.output == "nothing was written: fixtures/acme: Not a directory\n"


def test_description_that_is_none_writes_nothing(tmp_path: Path) -> None:
    """The file and the cause are told as `serve` tells them."""
    (tmp_path / "bad.yaml").write_text("title: no description\n")

    done = run_new(tmp_path, "acme", "--spec", "bad.yaml")
    missing = run_new(tmp_path, "acme", "--spec", "none.yaml")
    folder = run_new(tmp_path, "acme", "--spec", ".")
    address = run_new(tmp_path, "acme", "--spec", "https://example.com/api.yaml")

    assert [2, 2, 2, 2] == [done.exit_code, missing.exit_code, folder.exit_code, address.exit_code]
    assert address.output.endswith(": is an address, and nothing is fetched; save the description as a file\n")
    assert done.output == "bad.yaml:1:1: not a description: neither 'openapi' nor 'swagger' is given\n"
    assert missing.output == "none.yaml: cannot be read: No such file or directory\n"
    assert folder.output == ".: is a folder; name the description in it\n"
    assert written(tmp_path) == ["bad.yaml"]


def test_description_that_is_no_file_is_refused(tmp_path: Path) -> None:
    """What can be read once, or never ends, is not waited for."""
    os.mkfifo(tmp_path / "pipe.yaml")

    done = run_new(tmp_path, "acme", "--spec", "pipe.yaml")

    assert (2, []) == (done.exit_code, written(tmp_path))
    assert done.output == "pipe.yaml: is no file that can be copied; save the description as one\n"


def test_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    """Where a file cannot be written whole, none is, and the folder is named."""
    command = ["-c", 'ulimit -f 1; exec "$@"', "bash", sys.executable, "-B", "-m", "sandbooks", "new", "acme"]

    done = subprocess.run(["bash", *command], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (2, "nothing was written: .: File too large\n") == (done.returncode, done.stderr)
    assert [] == list(tmp_path.iterdir())


def test_parts_of_a_description_come_along(tmp_path: Path) -> None:
    """What the description refers to in its folder is copied, and nothing else of that folder."""
    for name, text in {"api.yaml": SWAGGER, "parts/thing.yaml": THING, "parts/other.yaml": THING}.items():
        (tmp_path / "from" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "from" / name).write_text(text)
    folder = tmp_path / "to"
    folder.mkdir()

    done = run_new(folder, "acme", "--spec", "../from/api.yaml")
    made = serve_project(folder).post("/acme/old/things", json={"name": "Vase"})

    assert 0 == done.exit_code, done.output
    assert written(folder) == sorted([*THREE, "specs/acme/parts/thing.yaml"])
    assert (201, {"id": 4, "name": "Vase"}) == (made.status_code, made.json())


def test_part_that_refers_back_by_name_is_refused_with_the_cure(tmp_path: Path) -> None:
    """The description gets another name, so that such a reference would lead nowhere."""
    (tmp_path / "api.yaml").write_text(PAIR.replace("REF", "part.yaml"))
    (tmp_path / "part.yaml").write_text(
        'type: object\nproperties: {name: {$ref: "api.yaml#/components/schemas/Name"}}\n'
    )

    done = run_new(tmp_path, "acme", "--spec", "api.yaml")

    assert (2, ["api.yaml", "part.yaml"]) == (done.exit_code, written(tmp_path))
    assert done.output == (
        "api.yaml: cannot be copied with its parts: in the copy, the reference 'api.yaml#/components/schemas/Name' is "
        "left out: the file 'api.yaml' cannot be read. Where a part refers back to api.yaml, rename that to "
        "openapi.yaml, and what is written in the reference; then run again\n"
    )


def test_reference_out_of_the_folder_is_told_and_not_followed(tmp_path: Path) -> None:
    """The copy has the fault that the source has; how to list it is said."""
    (tmp_path / "secret.yaml").write_text(THING)
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "api.yaml").write_text(PAIR.replace("REF", "../secret.yaml"))

    done = run_new(tmp_path, "acme", "--spec", "from/api.yaml")

    assert 0 == done.exit_code, done.output
    assert written(tmp_path) == sorted(["from/api.yaml", "secret.yaml", *THREE])
    assert "1 error" in done.output
    assert "sandbooks check" in done.output


def test_json_and_a_byte_order_mark_are_copied_as_they_are(tmp_path: Path) -> None:
    """JSON is YAML: it keeps its tabs under the name that the copy has."""
    document = read_description(SPECS / "petshop.yaml").document
    raw = b"\xef\xbb\xbf" + json.dumps(document, indent="\t").encode()
    (tmp_path / "petshop.json").write_bytes(raw)

    done = run_new(tmp_path, "acme", "--spec", "petshop.json")

    assert (0, raw) == (done.exit_code, (tmp_path / "specs" / "acme" / "openapi.yaml").read_bytes())
    assert 200 == serve_project(tmp_path).get("/_sandbox/state/acme").status_code


def test_name_of_a_bundled_vendor_is_said_and_allowed(tmp_path: Path) -> None:
    """What is served with `--project` is the new one; that another bears its name is told."""
    name = "aiwyn"
    done = run_new(tmp_path, name)

    assert 0 == done.exit_code
    assert f"{name} comes with Sandbooks, too: with --project . it is yours that is served, else that." in done.output
    assert 200 == serve_project(tmp_path).get(f"/{name}/v1/customers", headers=_full(name)).status_code


def test_examples_of_the_texts_are_true() -> None:
    """Each example in the docstrings prints what stands below it."""
    result = doctest.testmod(python)

    assert (0, True) == (result.failed, result.attempted > 0)


def _full(vendor: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {vendor}-full"}

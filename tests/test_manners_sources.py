"""Words that name nothing that can be served: one line with the offending value, and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from sandbooks.cli import main

PETS = "openapi: 3.0.3\ninfo: {title: Pets, version: '1'}\npaths: {}\n"
KNOWN = "known are: aimsio, aiwyn, finzbooks, ledgerlou"
FETCHED = "https://pets.example/v1/openapi.json"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands run: descriptions, and what is taken for one."""
    for name in ("pets.yaml", "pets.txt", "more/api.yaml", "shop/specs/shop/openapi.yaml", "odd/specs/acme/acme.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(PETS)
    (tmp_path / "none").mkdir()
    (tmp_path / "bare" / "specs").mkdir(parents=True)
    (tmp_path / "page.yaml").write_text("<!DOCTYPE html>\n<html><body>API</body></html>\n")
    (tmp_path / "soap.yaml").write_text("<?xml version='1.0'?>\n<definitions/>\n")
    (tmp_path / "schema.yaml").write_text("type Query {\n  pets: [Pet]\n}\n")
    (tmp_path / "packed.yaml").write_bytes(b"PK\x03\x04\x00\x00")
    (tmp_path / "empty.yaml").write_text("\n")
    (tmp_path / "postman.json").write_text('{"info": {"name": "Pets"}, "item": []}')
    (tmp_path / "schema.json").write_text('{"data": {"__schema": {}}}')
    (tmp_path / "headless.yaml").write_text("paths: {}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("Aiwyn", f"unknown vendor 'Aiwyn'; did you mean 'aiwyn'? {KNOWN}"),
        ("ledgerlu", f"unknown vendor 'ledgerlu'; did you mean 'ledgerlou'? {KNOWN}"),
        ("acme", f"unknown vendor 'acme'; a file needs its ending (acme.yaml); {KNOWN}"),
        ("pets", f"unknown vendor 'pets'; did you mean the file pets.yaml? {KNOWN}"),
        ("pets.txt", f"unknown vendor 'pets.txt'; for the file of that name write ./pets.txt; {KNOWN}"),
        ("shop", f"unknown vendor 'shop'; that is a folder: serve it as --project shop; {KNOWN}"),
        ("./shop", "shop: is a folder; serve it as --project shop"),
        ("more/", "more: is a folder; name the description in it: more/api.yaml"),
        ("./none", "none: is a folder; name a description, a .yaml or .json file"),
        ("pet.yaml", "pet.yaml: cannot be read: No such file or directory; did you mean pets.yaml?"),
        ("more/x.json", "more/x.json: cannot be read: No such file or directory; in that folder are api.yaml"),
        (
            "none/a.yaml",
            "none/a.yaml: cannot be read: No such file or directory; that folder has no .yaml or .json file",
        ),
        ("lost/a.yaml", "lost/a.yaml: cannot be read: No such file or directory; there is no folder lost"),
        (
            FETCHED,
            f"{FETCHED}: nothing is fetched from the network; download it first: curl -fLo openapi.json '{FETCHED}'",
        ),
        (
            "page.yaml",
            "page.yaml: not a description but a web page (HTML); "
            "download the OpenAPI file that it shows, often openapi.json or openapi.yaml",
        ),
        ("soap.yaml", "soap.yaml: not a description but XML; what is read is OpenAPI, as YAML or JSON"),
        (
            "schema.yaml",
            "schema.yaml: not a description but a GraphQL schema; what is read is OpenAPI, and GraphQL has none",
        ),
        (
            "schema.json",
            "schema.json: not a description but a GraphQL schema; what is read is OpenAPI, and GraphQL has none",
        ),
        (
            "packed.yaml",
            "packed.yaml: not a description but a zip archive; unpack it, and name the description in it",
        ),
        (
            "postman.json",
            "postman.json: not a description but a Postman collection; ask for the OpenAPI file, or convert it",
        ),
        ("empty.yaml", "empty.yaml:1:1: the file is empty"),
        (
            "headless.yaml",
            "headless.yaml:1:1: not a description: neither 'openapi' nor 'swagger' is given; "
            "begin it with openapi: 3.0.3",
        ),
        ("", "'' names neither a vendor nor a file"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_source_that_cannot_be_served_is_told_with_the_cure(source: str, line: str) -> None:
    """Vendors, files, folders, addresses and other formats; exit code 2."""
    done = CliRunner().invoke(main, ["routes", source])

    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{line}\n")


@pytest.mark.usefixtures("folder")
def test_source_named_twice_is_refused() -> None:
    """A vendor or a file is served once."""
    vendor = CliRunner().invoke(main, ["routes", "aiwyn", "aiwyn"])
    file = CliRunner().invoke(main, ["routes", "pets.yaml", "more/../pets.yaml"])

    assert (vendor.exit_code, vendor.stderr) == (2, "aiwyn is named twice; once is enough\n")
    assert (file.exit_code, file.stderr) == (0, "")


@pytest.mark.parametrize(
    ("project", "line"),
    [
        ("lost", "lost: there is no such folder; --project wants one that has specs/<vendor>/openapi.yaml"),
        ("none", "none: holds no folder `specs`; a project has specs/<vendor>/openapi.yaml"),
        ("more", "more: holds no folder `specs`; did you mean `sandbooks serve more/api.yaml`?"),
        ("shop/specs", "shop/specs: holds no folder `specs`; did you mean --project shop?"),
        ("shop/specs/shop", "shop/specs/shop: holds no folder `specs`; did you mean --project shop?"),
        ("bare", "bare/specs: holds no vendor; `sandbooks new acme --spec FILE` makes one"),
        (
            "odd",
            "odd/specs/acme: holds none of openapi.yaml, openapi.yml, openapi.json, swagger.yaml, swagger.json; "
            "call the description one of these",
        ),
    ],
)
@pytest.mark.usefixtures("folder")
def test_folder_that_is_no_project_is_told_with_the_cure(project: str, line: str) -> None:
    """A folder that is not there, has no descriptions, or lies below the one that was meant."""
    done = CliRunner().invoke(main, ["routes", "--project", project])

    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{line}\n")


def test_vendor_of_this_folder_is_pointed_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A vendor that stands in the current folder wants `--project .`."""
    monkeypatch.chdir(folder / "shop")

    done = CliRunner().invoke(main, ["routes", "shop"])

    assert done.stderr == f"unknown vendor 'shop'; this folder has one of its own: --project .; {KNOWN}\n"

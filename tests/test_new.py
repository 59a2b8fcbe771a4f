"""`sandbooks new` for each description in the house: its three files load, are formatted, and serve at once."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from sandbooks.drafting import Draft, draft_vendor
from sandbooks.project import Project
from sandbooks.spec import Operation
from sandbooks.vendor import Vendor
from tests.drafting import run_new, serve_project, serve_strictly, written
from tests.serving import SPECS, Door

ROOT = Path(__file__).parent.parent
ODD = {
    "nothing": "openapi: 3.0.3\ninfo: {title: Nothing, version: '1'}\npaths: {}\n",
    "announcing": """\
openapi: 3.1.0
info: {title: Announcing, version: "1"}
webhooks:
  made:
    post: {requestBody: {content: {application/json: {schema: {type: object}}}}, responses: {"200": {description: ok}}}
""",
    "titled": """\
openapi: 3.0.3
info: {title: "Büro \\"Süd\\" \\\\ 会計\\u200b '''\\n\\"\\"\\" # \\u0000", version: "ü\\""}
paths:
  /räume:
    get: {operationId: "räume:liste", summary: "Alle \\"Räume\\"\\n\\"\\"\\"", responses: {"200": {description: ok}}}
""",
    "words": """\
openapi: 3.0.3
info: {title: Words, version: "1"}
paths:
  /pack: {get: {operationId: pack, responses: {"200": {description: ok}}}}
""",
    "import": """\
openapi: 3.0.3
info: {title: Import, version: "1"}
paths:
  /import: {post: {operationId: import, responses: {"200": {description: ok}}}}
""",
    "2fa": """\
openapi: 3.0.3
info: {title: Digits, version: "1"}
paths:
  /2fa: {get: {operationId: 2fa, responses: {"200": {description: ok}}}}
""",
    "long": f"""\
openapi: 3.0.3
info: {{title: {"Long " * 60}, version: "1"}}
paths:
  /{"long" * 40}:
    get:
      operationId: {"veryLong" * 30}
      summary: {"Very long. " * 30}
      responses: {{"200": {{description: ok}}}}
""",
}
"""Descriptions that a drawing-up might stumble over, by name."""

DRAFTED = {
    **{file.stem.replace(".", "-"): file for file in sorted(SPECS.glob("*.yaml"))},
    **{file.parent.name: file for file in sorted((ROOT / "specs").glob("*/openapi.yaml"))},
    "fleet": SPECS / "fleet" / "openapi.yaml",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project into which every description was drafted."""
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="module")
def drafts(folder: Path) -> dict[str, Draft]:
    """All drafts of the project, by name."""
    odd = folder.parent / "odd"
    odd.mkdir(exist_ok=True)
    for name, text in ODD.items():
        (odd / f"{name}.yaml").write_text(text, encoding="utf-8")
    sources = {**DRAFTED, **{name: odd / f"{name}.yaml" for name in ODD}}
    return {name: draft_vendor(name, source, folder) for name, source in sources.items()}


@pytest.fixture(scope="module")
def door(folder: Path, drafts: dict[str, Draft]) -> Door:
    """All of them served together."""
    return serve_project(folder)


@pytest.mark.parametrize("name", [*DRAFTED, *ODD])
def test_draft_serves_and_lists_its_handler(drafts: dict[str, Draft], door: Door, name: str) -> None:
    """Every description is served with its fixtures, and one operation, where it has any, by the pack's handler."""
    draft = drafts[name]

    state = door.get(f"/_sandbox/state/{name}")
    listed = door.get(f"/_sandbox/vendors/{name}/operations").json()

    coded = [each["operation"] for each in listed if each["behaviour"] == "coded"]
    assert 200 == state.status_code, state.text
    assert coded == ([draft.operation.id] if draft.operation is not None else [])
    assert (draft.operation is None) == (listed == [])


@pytest.mark.parametrize("name", DRAFTED)
def test_draft_names_a_document_of_each_collection(drafts: dict[str, Draft], folder: Path, name: str) -> None:
    """Each collection that can be filled has one document that fits, and those that it refers to stand before it."""
    vendor = drafts[name].vendor
    fixtures = yaml.safe_load((folder / "fixtures" / name / "demo.yaml").read_text(encoding="utf-8")) or {}
    named = {collection: rows["documents"][0] for collection, rows in fixtures.items() if "documents" in rows}

    assert [] == [each for each, document in named.items() if vendor.document_faults(each, document)]
    assert [] == list(_dangling(vendor, named))
    assert {1, 3} >= {rows.get("count", 1) for rows in fixtures.values()}


@pytest.mark.parametrize("length", [88, 120])
def test_packs_are_formatted(drafts: dict[str, Draft], folder: Path, length: int) -> None:
    """A formatter leaves the generated source as it is, whichever of the usual lengths a line may have."""
    command = [
        str(Path(sys.executable).parent / "ruff"),
        "format",
        "--check",
        "--isolated",
        "--line-length",
        str(length),
    ]

    done = subprocess.run([*command, str(folder / "mocks")], capture_output=True, text=True)

    assert (0, f"{len(drafts)} files already formatted\n") == (done.returncode, done.stdout)


def test_packs_are_sound(drafts: dict[str, Draft], folder: Path) -> None:
    """No name is imported in vain or missing."""
    command = [str(Path(sys.executable).parent / "ruff"), "check", "--isolated", "--line-length", "120"]

    done = subprocess.run(
        [*command, "--select", "E,F,W,I,UP,B", "--ignore", "E501", str(folder / "mocks")],
        capture_output=True,
        text=True,
    )

    assert (0, "All checks passed!\n") == (done.returncode, done.stdout)


@pytest.mark.parametrize("name", DRAFTED)
def test_credentials_of_the_comments_work(drafts: dict[str, Draft], folder: Path, door: Door, name: str) -> None:
    """With each credential that a pack says to work at once an operation is called that is 401 without it."""
    source = (folder / "mocks" / name / "__init__.py").read_text(encoding="utf-8")
    told = re.findall(r"# Works at once: (.+)$", source, re.MULTILINE)
    secured = [each for each in drafts[name].vendor.description.operations if each.security and () not in each.security]

    for credential in told if secured else ():
        others = [each for each in told if each != credential]
        calls = [(credential,), (*others, credential)]
        answers = {_call(door, name, each, *sent).status_code for each in secured for sent in calls}
        assert answers - {401} != set(), credential
    assert {401} >= {_call(door, name, each).status_code for each in secured}
    assert bool(told) == bool(secured) or "asks for a credential" not in source


def _call(door: Door, vendor: str, operation: Operation, *credentials: str) -> httpx.Response:
    """A call of an operation with credentials as comments of a pack have them, and with a body that is empty."""
    path = f"/{vendor}{re.sub('{[^}]*}', '1', operation.path)}"
    headers = {}
    for credential in credentials:
        if credential.startswith("?"):
            path += credential
        elif user := re.match(r"curl -u (\S+) ", credential):
            headers["Authorization"] = f"Basic {base64.b64encode(user[1].encode()).decode()}"
        else:
            header, _, value = credential.partition(": ")
            headers[header] = value
    return door.call(operation.method, path, json={}, headers=headers)


def test_description_is_copied_byte_by_byte(drafts: dict[str, Draft], folder: Path) -> None:
    """Comments and layout of the source stay as they are, and those of its parts."""
    copies = {name: (folder / "specs" / name / "openapi.yaml").read_bytes() for name in DRAFTED}
    parts = {file.name: file.read_bytes() for file in (SPECS / "fleet").iterdir() if file.is_file()}

    assert copies == {name: source.read_bytes() for name, source in DRAFTED.items()}
    assert parts == {file: (folder / "specs" / "fleet" / file).read_bytes() for file in parts}


def test_new_without_a_description_writes_one_that_works(tmp_path: Path) -> None:
    """The small description serves: an invoice is made for the customer of the demo, sent once, and never unsent."""
    done = run_new(tmp_path, "acme")
    door = serve_strictly(tmp_path, "acme")
    full = {"Authorization": "Bearer acme-full"}

    made = door.post("/acme/v1/invoices", json={"customer_id": 1, "total": "1234.56"}, headers=full)
    number = made.json()["id"]
    sent = door.post(f"/acme/v1/invoices/{number}/send", headers=full)
    missing = door.get("/acme/v1/invoices/99", headers=full)

    assert 0 == done.exit_code, done.output
    assert (201, "draft", 200, "sent") == (
        made.status_code, made.json()["status"], sent.status_code, sent.json()["status"],
    )  # fmt: skip
    assert (404, "not_found") == (missing.status_code, missing.json()["code"])
    assert written(tmp_path) == ["fixtures/acme/demo.yaml", "mocks/acme/__init__.py", "specs/acme/openapi.yaml"]


def test_new_tells_what_it_wrote_and_what_comes_next(tmp_path: Path) -> None:
    """Three lines for three files, and three commands, the second of which is a call that works."""
    done = run_new(tmp_path, "acme")

    assert done.output.splitlines() == [
        "specs/acme/openapi.yaml  Acme: 9 operations",
        "mocks/acme/__init__.py   a handler for createInvoice to begin with",
        "fixtures/acme/demo.yaml  a demo with 2 collections",
        "",
        "Next:",
        "  sandbooks serve --project .",
        "  curl -s http://127.0.0.1:4010/acme/v1/customers -H 'Authorization: Bearer acme-full'",
        "  sandbooks routes --project . acme",
    ]


def test_comments_of_the_handler_are_code(tmp_path: Path) -> None:
    """What the first handler shows as comments refuses a call once the marks are taken away."""
    run_new(tmp_path, "acme")
    file = tmp_path / "mocks" / "acme" / "__init__.py"
    source = file.read_text()
    opened = re.sub(r"^    # (if |    raise )", r"    \1", source, flags=re.MULTILINE)
    file.write_text(opened.replace("Reply\n", "Reply, Unprocessable\n", 1))
    door = serve_strictly(tmp_path, "acme")
    full = {"Authorization": "Bearer acme-full"}

    refused = door.post("/acme/v1/invoices", json={"customer_id": 1_000, "total": "1.00"}, headers=full)
    made = door.post("/acme/v1/invoices", json={"customer_id": 1, "total": "1.00"}, headers=full)

    assert (422, "a-code", 201) == (refused.status_code, refused.json()["code"], made.status_code)
    assert 4 == door.get("/acme/v1/invoices", headers=full).json()["total"]


def _dangling(vendor: Vendor, named: dict[str, dict[str, Any]]) -> Iterator[str]:  # stored documents
    """References of named documents to none of those that are named."""
    for name, document in named.items():
        for reference in vendor.inference.resources[name].references:
            held, target = document.get(reference.property), named.get(reference.collection)
            if isinstance(held, str | int) and target is not None:
                wanted = target.get(vendor.inference.resources[reference.collection].id_property)
                if wanted is not None and held != wanted:
                    yield f"{name}.{reference.property} is {held}, {reference.collection} has {wanted}"


def test_projects_name_every_draft(drafts: dict[str, Draft], folder: Path) -> None:
    """What was drafted are the vendors of the project, and nothing else is left in its folder."""
    assert Project(folder).vendor_names() == sorted(drafts)
    assert sorted(file.name for file in folder.iterdir()) == ["fixtures", "mocks", "specs"]

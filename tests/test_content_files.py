"""Files: sent in a form or as they are, kept with the document or at their path, and given back byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.serving import SPECS, Door, serve
from tests.test_content_forms import multipart

PNG = b"\x89PNG\r\n\x1a\n\x00\xff odd bytes"
PARTS = ('name="caption"\r\n\r\nHarbour', 'name="file"; filename="harbour \xfc.png"\r\nContent-Type: image/png\r\n\r\n')

CELLAR = """
openapi: 3.0.3
info: {title: Cellar, version: "1"}
paths:
  /labels:
    get:
      operationId: listLabels
      responses:
        "200":
          description: All.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Label"}}}}
    post:
      operationId: createLabel
      parameters: [{name: name, in: query, schema: {type: string}}]
      requestBody:
        required: true
        content:
          application/octet-stream: {schema: {type: string, format: binary}}
      responses:
        "201": {description: New., content: {application/json: {schema: {$ref: "#/components/schemas/Label"}}}}
  /labels/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getLabel
      responses:
        "200":
          description: One.
          content:
            application/json: {schema: {$ref: "#/components/schemas/Label"}}
            image/*: {schema: {type: string, format: binary}}
    delete:
      operationId: deleteLabel
      responses: {"204": {description: Gone.}}
  /labels/{id}/download:
    get:
      operationId: downloadLabel
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200": {description: It., content: {application/octet-stream: {schema: {type: string, format: binary}}}}
  /bottles/{id}/photo:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getPhoto
      responses:
        "200": {description: It., content: {image/jpeg: {schema: {type: string, format: binary}}}}
    put:
      operationId: putPhoto
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {type: object, required: [pic], properties: {pic: {type: string, format: binary}}}
      responses: {"204": {description: Kept.}}
    delete:
      operationId: deletePhoto
      responses: {"204": {description: Gone.}}
  /drop:
    post:
      operationId: drop
      requestBody: {content: {"*/*": {schema: {type: object, required: [note], properties: {note: {type: string}}}}}}
      responses:
        "200":
          description: Got it.
          content: {application/json: {schema: {type: object, properties: {note: {type: string}}}}}
  /rules:
    get:
      operationId: getRules
      responses:
        "200": {description: They., content: {text/plain: {schema: {type: string, example: be quiet}}}}
    put:
      operationId: putRules
      requestBody: {required: true, content: {text/plain: {schema: {type: string}}}}
      responses: {"204": {description: Kept.}}
components:
  schemas:
    Label:
      type: object
      required: [id, name]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string}
        byteSize: {type: integer, readOnly: true}
        size: {type: integer, readOnly: true}
        mimeType: {type: string, readOnly: true}
"""


@pytest.fixture
def darkroom() -> Door:
    """The darkroom of the corpus, without a print."""
    return serve(SPECS / "darkroom.yaml", profile="empty")


@pytest.fixture
def cellar(tmp_path: Path) -> Door:
    """A cellar with neither labels nor photos."""
    file = tmp_path / "cellar.yaml"
    file.write_text(CELLAR)
    return serve(file, profile="empty")


def upload(door: Door, content: bytes = PNG) -> dict[str, Any]:
    """The print that a picture became."""
    form = multipart(*PARTS)
    form["content"] = form["content"].replace(b"\r\n\r\n\r\n--b--", b"\r\n\r\n" + content + b"\r\n--b--")
    made = door.post("/darkroom/prints", **form)
    assert made.status_code == 201, made.text
    return dict(made.json())


def test_file_of_a_form_comes_back_from_below_its_document(darkroom: Door) -> None:
    """Bytes, name and type are those that were sent; the document shows name, size and type."""
    made = upload(darkroom)

    answer = darkroom.get(f"/darkroom/prints/{made['id']}/content")

    assert (made["file_name"], made["size"], made["content_type"]) == ("harbour ü.png", len(PNG), "image/png")
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"harbour .png\"; filename*=UTF-8''harbour%20%C3%BC.png"
    )
    assert made["caption"] == "Harbour"


def test_file_that_is_put_takes_the_place_of_the_first(darkroom: Door) -> None:
    """A PUT to the path of the content replaces it; another document keeps its own."""
    first, second = upload(darkroom), upload(darkroom, b"\x89PNG second")
    path = f"/darkroom/prints/{first['id']}/content"

    put = darkroom.put(path, content=b"\x89PNG third", headers={"Content-Type": "image/png"})
    wrong = darkroom.put(path, content=b"{}", headers={"Content-Type": "application/json"})

    assert (put.status_code, wrong.status_code) == (204, 415)
    assert darkroom.get(path).content == b"\x89PNG third"
    assert darkroom.get(f"/darkroom/prints/{second['id']}/content").content == b"\x89PNG second"


def test_file_goes_with_its_document(darkroom: Door) -> None:
    """404 for the file of a document that was deleted, or never was; a sandbox of another name has none of it."""
    made = upload(darkroom)
    path = f"/prints/{made['id']}/content"

    elsewhere = darkroom.get(f"/@other/darkroom{path}")
    darkroom.delete(f"/darkroom/prints/{made['id']}")
    gone = darkroom.get(f"/darkroom{path}")
    refused = darkroom.put(f"/darkroom{path}", content=PNG, headers={"Content-Type": "image/png"})

    assert (elsewhere.status_code, gone.status_code, refused.status_code) == (404, 404, 404)


def test_raw_body_makes_a_document_with_its_facts(cellar: Door) -> None:
    """What is no form is the file itself; its name stands in the query, its type in the call's header."""
    made = cellar.post("/cellar/labels?name=ch%C3%A2teau.gif", content=b"GIF89a", headers={"Content-Type": "image/gif"})

    picture = cellar.get("/cellar/labels/1", headers={"Accept": "image/*"})
    document = cellar.get("/cellar/labels/1")
    download = cellar.get("/cellar/labels/1/download")

    assert made.status_code == 201, made.text
    assert document.json()["name"] == "château.gif"
    assert (document.json()["size"], document.json()["mimeType"]) == (6, "image/gif")
    assert (picture.content, picture.headers["content-type"]) == (b"GIF89a", "image/gif")
    assert (download.content, download.headers["content-type"]) == (b"GIF89a", "application/octet-stream")


def test_empty_file_is_a_file(cellar: Door) -> None:
    """None of its bytes are there and its type is said; without a type nothing was sent."""
    made = cellar.post("/cellar/labels?name=blank.gif", content=b"", headers={"Content-Type": "image/gif"})
    nothing = cellar.post("/cellar/labels?name=none.gif", content=b"")

    assert (made.status_code, made.json()["size"]) == (201, 0)
    assert cellar.get("/cellar/labels/1/download").content == b""
    assert (nothing.status_code, cellar.get("/cellar/labels/2").status_code) == (400, 404)


def test_document_made_anew_has_none_of_the_old_file(cellar: Door) -> None:
    """What is deleted takes its file along."""
    cellar.post("/cellar/labels", content=b"GIF89a", headers={"Content-Type": "image/gif"})
    cellar.delete("/cellar/labels/1")

    missing = cellar.get("/cellar/labels/1", headers={"Accept": "image/gif"})

    assert missing.status_code == 404


def test_file_at_a_path_of_its_own_is_kept_there(cellar: Door) -> None:
    """A small picture until one is sent, then that one, and 404 after it was deleted."""
    path, other = "/cellar/bottles/7/photo", "/cellar/bottles/8/photo"
    before = cellar.get(path)
    put = cellar.put(path, **multipart('name="pic"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\nJPEG'))
    after, untouched = cellar.get(path), cellar.get(other)
    cellar.delete(path)

    assert (before.status_code, before.content[:2], put.status_code) == (200, b"\xff\xd8", 204)
    assert (after.content, untouched.content) == (b"JPEG", before.content)
    assert cellar.get(path).status_code == 404


def test_text_is_a_file_too(cellar: Door) -> None:
    """What is put as text comes back as it was; before that the example does."""
    before = cellar.get("/cellar/rules").text
    cellar.put("/cellar/rules", content="Leise, bitte – no shouting".encode(), headers={"Content-Type": "text/plain"})

    assert (before, cellar.get("/cellar/rules").text) == ("be quiet", "Leise, bitte – no shouting")


@pytest.mark.parametrize(
    ("documented", "sent", "content"),
    [
        ("'*/*'", "application/xml", b"<a/>"),
        ("'*/*'", "application/json", b'{"a":1}'),
        ("'*/*'", "application/x-www-form-urlencoded", b"a=1"),
        ("'*/*'", "text/plain", b"plain"),
        ("application/xml", "application/xml", b"<a>"),
        ("application/json", "application/json", b"{no JSON"),
        ("text/csv", "text/csv", b"\xff,b"),
    ],
)
def test_what_the_schema_calls_bytes_is_kept_as_it_is(
    tmp_path: Path, documented: str, sent: str, content: bytes
) -> None:
    """`format: binary` says so, whatever is made of the content type elsewhere."""
    described = f"{documented}: {{schema: {{type: string, format: binary}}}}"
    file = tmp_path / "bytes.yaml"
    file.write_text(
        f"""
openapi: 3.0.3
info: {{title: Bytes, version: "1"}}
paths:
  /logo:
    put: {{operationId: p, requestBody: {{content: {{{described}}}}}, responses: {{"204": {{description: Kept.}}}}}}
    get: {{operationId: g, responses: {{"200": {{description: It., content: {{{described}}}}}}}}}
"""
    )
    door = serve(file)

    put = door.put("/bytes/logo", content=content, headers={"Content-Type": sent})
    got = door.get("/bytes/logo")

    assert put.status_code == 204, put.text
    assert (got.content, got.headers["content-type"]) == (content, sent)


def test_body_of_any_type_is_read_as_what_it_says(cellar: Door) -> None:
    """Where anything is described, a form is a form, JSON is JSON, and what is neither is bytes."""
    form = cellar.post("/cellar/drop", **multipart('name="note"\r\n\r\nhi', 'name="f"; filename="a"\r\n\r\nx'))
    json = cellar.post("/cellar/drop", json={"note": "hi"})
    untold = cellar.post("/cellar/drop", content=b'{"note": "hi"}')
    raw = cellar.post("/cellar/drop", content=b"\x00", headers={"Content-Type": "application/x-thing"})
    wrong = cellar.post("/cellar/drop", json={"note": 7})

    assert [each.json() for each in (form, json, untold)] == [{"note": "hi"}] * 3
    assert (raw.status_code, wrong.status_code) == (200, 400)


def test_journal_tells_of_files(darkroom: Door) -> None:
    """Both ways are explained; what is kept aside is no change of a document."""
    made = upload(darkroom)
    darkroom.get(f"/darkroom/prints/{made['id']}/content")

    answered, sent = list(darkroom.server.sandbox("default").journal)[:2]

    assert f"the file was kept: {len(PNG)} bytes, image/png" in sent.why
    assert [change["collection"] for change in sent.changes] == ["prints"]
    assert "the file that was sent" in answered.why


def test_files_survive_a_restart(tmp_path: Path) -> None:
    """With a folder for data a file is there after the process is gone, and a fork has it too."""
    door = serve(SPECS / "darkroom.yaml", profile="empty", data=tmp_path / "data")
    made = upload(door)
    door.server.close()

    again = serve(SPECS / "darkroom.yaml", profile="empty", data=tmp_path / "data")
    again.post("/_sandbox/sandboxes", json={"name": "copy", "fork_of": "default"})

    path = f"/prints/{made['id']}/content"
    assert again.get(f"/darkroom{path}").content == PNG
    assert again.get(f"/@copy/darkroom{path}").content == PNG
    again.server.close()

"""What a call may carry and accept: compression, charsets, missing content types, `Accept`, HEAD, pages of others."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Door, serve

NOTES = """
openapi: 3.0.3
info: {title: Notes, version: "1"}
paths:
  /notes:
    get:
      operationId: listNotes
      responses:
        "200":
          description: All.
          content:
            application/json: {schema: {$ref: "#/components/schemas/Notes"}}
            application/xml: {schema: {$ref: "#/components/schemas/Notes"}}
            text/csv: {schema: {type: string}}
    post:
      operationId: createNote
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: "#/components/schemas/Note"}}
          application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Note"}}
      responses:
        "201":
          description: New.
          content: {application/vnd.notes.v2+json: {schema: {$ref: "#/components/schemas/Note"}}}
  /notes/{id}:
    get:
      operationId: getNote
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200":
          description: One.
          content:
            application/json; charset=utf-8: {schema: {$ref: "#/components/schemas/Note"}}
            application/pdf: {schema: {type: string, format: binary}}
  /greeting:
    get:
      operationId: greet
      responses:
        "200": {description: Hello., content: {text/*: {schema: {type: string, enum: [grüezi]}}}}
  /anything:
    get:
      operationId: getAnything
      responses:
        "200":
          description: It.
          content: {"*/*": {schema: {type: object, properties: {n: {type: integer, enum: [7]}}}}}
  /flags:
    get:
      operationId: getFlags
      responses:
        "200":
          description: They.
          content: {text/json: {schema: {type: object, properties: {n: {type: integer, enum: [7]}}}}}
  /picture:
    get:
      operationId: getPicture
      responses:
        "200": {description: It., content: {image/*: {schema: {type: string, format: binary}}}}
  /words:
    post:
      operationId: countWords
      requestBody: {required: true, content: {text/plain: {schema: {type: string, maxLength: 9}}}}
      responses:
        "200":
          description: Done.
          content: {application/json: {schema: {type: object, properties: {ok: {type: boolean}}}}}
components:
  schemas:
    Note:
      type: object
      required: [text]
      properties: {id: {type: integer, readOnly: true}, text: {type: string, minLength: 1}, stars: {type: integer}}
    Notes: {type: array, items: {$ref: "#/components/schemas/Note"}}
"""
TEXT = "Zürich – 12.50 €"
BODY = json.dumps({"text": TEXT}, ensure_ascii=False)
JSON = {"Content-Type": "application/json"}
PAGE = {"Origin": "https://page.example"}


@pytest.fixture
def notes(tmp_path: Path) -> Door:
    """Notes, of which there are none."""
    return open_notes(tmp_path)


def open_notes(folder: Path, **settings: Any) -> Door:  # as `Settings`
    file = folder / "notes.yaml"
    file.write_text(NOTES)
    return serve(file, **{"profile": "empty", **settings})


def texts(door: Door) -> list[str]:
    """The text of every note that is stored."""
    return [note["text"] for note in door.get("/notes/notes").json()]


def last_why(door: Door) -> list[str]:
    """What the journal says of the last call."""
    return next(iter(door.server.sandbox("default").journal)).why


def raw_deflate(data: bytes) -> bytes:
    """`deflate` as some clients write it, without a header."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("gzip", gzip.compress(BODY.encode())),
        ("x-gzip", gzip.compress(BODY.encode()[:5]) + gzip.compress(BODY.encode()[5:])),
        ("deflate", zlib.compress(BODY.encode())),
        ("deflate", raw_deflate(BODY.encode())),
        ("identity", BODY.encode()),
        ("deflate, gzip", gzip.compress(zlib.compress(BODY.encode()))),
    ],
)
def test_compressed_body_is_expanded(notes: Door, encoding: str, content: bytes) -> None:
    """gzip and deflate, also one over the other."""
    created = notes.post("/notes/notes", content=content, headers={**JSON, "Content-Encoding": encoding})

    assert created.status_code == 201
    assert texts(notes) == [TEXT]


@pytest.mark.parametrize(
    ("encoding", "content", "status"),
    [
        ("br", b"\x0b\x02\x80", 415),
        ("gzip", BODY.encode(), 400),
        ("gzip", gzip.compress(BODY.encode())[:-9], 400),
        ("deflate", zlib.compress(BODY.encode())[:-5], 400),
        ("gzip", gzip.compress(json.dumps({"text": "x" * 4096}).encode()), 413),
    ],
)
def test_body_that_cannot_be_expanded_is_refused(tmp_path: Path, encoding: str, content: bytes, status: int) -> None:
    """Another compression is a 415 that lists ours, broken bytes are a 400, too much of it a 413; nothing is stored."""
    door = open_notes(tmp_path, body_limit=1024)

    refused = door.post("/notes/notes", content=content, headers={**JSON, "Content-Encoding": encoding})

    assert refused.status_code == status
    assert refused.headers.get("accept-encoding") == ("gzip, deflate" if status == 415 else None)
    assert texts(door) == []


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("application/json; charset=utf-8", BODY.encode()),
        ("application/json;charset=UTF-8", b"\xef\xbb\xbf" + BODY.encode()),
        ("application/json; charset=utf-16", BODY.encode("utf-16")),
        ('application/json; charset="windows-1252"', BODY.encode("windows-1252")),
        ("application/json; charset=utf-32be", BODY.encode("utf-32-be")),
        ("application/json; charset=GB18030", BODY.encode("gb18030")),
        ("application/vnd.notes.v7+json", BODY.encode()),
        ("APPLICATION/JSON", BODY.encode()),
        ("application/x-www-form-urlencoded; charset=windows-1252", b"text=Z%FCrich+%96+12.50+%80"),
    ],
)
def test_body_is_read_in_its_charset(notes: Door, content_type: str, content: bytes) -> None:
    """The charset of the content type counts, a byte order mark does not, and every JSON type is JSON."""
    created = notes.post("/notes/notes", content=content, headers={"Content-Type": content_type})

    assert created.status_code == 201, created.text
    assert texts(notes) == [TEXT]


@pytest.mark.parametrize(
    ("content_type", "content", "status"),
    [
        ("application/json; charset=klingon", BODY.encode(), 415),
        ("application/json; charset=punycode", b"-" + b"a" * 200_000, 415),
        ("application/json; charset=idna", b"." * 200_000, 415),
        ("application/json; charset=unicode_escape", BODY.encode(), 415),
        ("application/json; charset=rot13", BODY.encode(), 415),
        ("application/x-www-form-urlencoded; charset=utf-7", b"text=a", 415),
        ("application/json; charset=utf-8", BODY.encode("latin-1", "replace"), 400),
        ("application/json", BODY.encode("utf-16"), 400),
        ("application/x-www-form-urlencoded", b"text=Z%FCrich", 400),
        ("application/x-www-form-urlencoded", b"a&" * 10_001, 400),
        ("text/plain", BODY.encode(), 415),
        ("application/xml", b"<note/>", 415),
        ("nonsense", BODY.encode(), 415),
    ],
)
def test_body_that_is_not_what_it_says_is_refused(notes: Door, content_type: str, content: bytes, status: int) -> None:
    """An unknown charset or content type is a 415, bytes that are no text in theirs a 400; nothing is stored."""
    refused = notes.post("/notes/notes", content=content, headers={"Content-Type": content_type})

    assert (refused.status_code, texts(notes)) == (status, [])


def test_body_without_a_content_type_is_read_as_json(notes: Door) -> None:
    """Where JSON is described it is taken for that, and the journal says so; what is none is a 400."""
    created = notes.post("/notes/notes", content=BODY.encode())
    why = last_why(notes)
    refused = notes.post("/notes/notes", content=b"text=Rex")

    assert (created.status_code, refused.status_code, texts(notes)) == (201, 400, [TEXT])
    assert "the body has no Content-Type and was read as application/json" in why


def test_text_is_checked_against_its_schema(notes: Door) -> None:
    """A plain text is a value like any other."""
    plain = {"Content-Type": "text/plain; charset=utf-8"}

    taken = notes.post("/notes/words", content=b"two words", headers=plain)
    refused = notes.post("/notes/words", content=b"three long words", headers=plain)

    assert (taken.status_code, refused.status_code) == (200, 400)


@pytest.mark.parametrize(
    ("path", "accept", "media_type"),
    [
        ("/notes", "", "application/json"),
        ("/notes", "*/*", "application/json"),
        ("/notes", "application/*", "application/json"),
        ("/notes", "application/json, text/plain;q=0.9", "application/json"),
        ("/notes", "application/json, text/plain, */*", "application/json"),
        ("/notes", "application/vnd.notes.v7+json", "application/json"),
        ("/notes", "application/xml", "application/xml"),
        ("/notes", "text/xml", "application/xml"),
        ("/notes", "application/json;q=0.5, application/xml", "application/xml"),
        ("/notes", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
        ("/notes", "text/html, image/gif, *; q=.2, */*; q=.2", "application/json"),
        ("/notes", "application/json;q=0, */*;q=0.1", "application/xml"),
        ("/notes", "text/csv", "text/csv; charset=utf-8"),
        ("/notes", "text/*", "text/csv; charset=utf-8"),
        ("/notes", ";;; nonsense", "application/json"),
        ("/notes/1", "*/*", "application/json; charset=utf-8"),
        ("/notes/1", "application/json;version=3", "application/json; charset=utf-8"),
        ("/notes/1", "application/pdf", "application/pdf"),
        ("/greeting", "*/*", "text/plain; charset=utf-8"),
        ("/greeting", "text/html", "text/html; charset=utf-8"),
        ("/anything", "*/*", "application/json"),
        ("/anything", "application/xml", "application/xml"),
        ("/picture", "*/*", "image/png"),
        ("/picture", "image/gif", "image/gif"),
    ],
)
def test_accept_chooses_among_what_is_documented(notes: Door, path: str, accept: str, media_type: str) -> None:
    """Weights and ranges count, the closest name decides, and JSON comes first where nothing else does."""
    notes.post("/notes/notes", json={"text": TEXT})

    answer = notes.get(f"/notes{path}", headers={"Accept": accept})

    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.content != b""


@pytest.mark.parametrize(
    ("path", "accept", "known"),
    [
        ("/notes", "text/html", "application/json, application/xml, text/csv; charset=utf-8"),
        (
            "/notes",
            "application/json;q=0, application/xml;q=0, text/csv;q=0",
            "application/json, application/xml, text/csv; charset=utf-8",
        ),
        ("/notes/1", "image/*", "application/json; charset=utf-8, application/pdf"),
        ("/picture", "application/json", "image/png"),
        ("/anything", "text/html", "application/json"),
    ],
)
def test_answer_that_nobody_accepts_is_refused(notes: Door, path: str, accept: str, known: str) -> None:
    """406 names what there is, and so does the journal."""
    notes.post("/notes/notes", json={"text": TEXT})

    refused = notes.get(f"/notes{path}", headers={"Accept": accept})

    message = f"the answer exists in {known}."
    assert (refused.status_code, refused.json()["detail"].partition("; ")[2]) == (406, message)
    assert last_why(notes)[0].endswith(message)


def test_json_under_an_old_name_is_json(notes: Door) -> None:
    """`text/json` is no text."""
    answer = notes.get("/notes/flags")

    assert (answer.headers["content-type"], answer.json()) == ("text/json", {"n": 7})


def test_call_whose_answer_is_not_accepted_stores_nothing(notes: Door) -> None:
    """A create that cannot be answered is taken back; any JSON type is as good as the documented one."""
    refused = notes.post("/notes/notes", json={"text": "a"}, headers={"Accept": "image/png"})
    stored = texts(notes)
    created = notes.post("/notes/notes", json={"text": "b"}, headers={"Accept": "application/json"})

    assert (refused.status_code, stored) == (406, [])
    assert (created.status_code, created.headers["content-type"], created.json()["id"]) == (
        201,
        "application/vnd.notes.v2+json",
        1,
    )


def test_preferred_answer_is_written_as_accepted(notes: Door) -> None:
    """`Prefer` and `Accept` go together, and what nobody accepts is a 406 there too."""
    xml = notes.get("/notes/notes", headers={"Prefer": "code=200", "Accept": "application/xml"})
    refused = notes.get("/notes/notes", headers={"Prefer": "code=200", "Accept": "image/png"})

    assert (xml.status_code, xml.headers["content-type"], refused.status_code) == (200, "application/xml", 406)


def test_list_as_csv_has_a_line_for_each_document(notes: Door) -> None:
    """Names first; a text with a comma is quoted, and what a document lacks is empty."""
    notes.post("/notes/notes", json={"text": "one, two", "stars": 3})
    notes.post("/notes/notes", json={"text": "three"})

    answer = notes.get("/notes/notes", headers={"Accept": "text/csv"})

    assert answer.text.splitlines() == ["id,text,stars", '1,"one, two",3', "2,three,"]


@pytest.mark.parametrize(
    ("content_type", "lines"),
    [
        ("application/x-ndjson", b'{"a":1}\n{"a":2}\n'),
        ("application/jsonl", b'{"a":1}\n{"a":2}\n'),
        ("application/json-seq", b'\x1e{"a":1}\n\x1e{"a":2}\n'),
    ],
)
def test_json_lines_hold_a_value_each(tmp_path: Path, content_type: str, lines: bytes) -> None:
    """As RFC 7464 has it for sequences, which begin each with a record separator."""
    schema = "{type: array, items: {type: object, properties: {a: {type: integer}}}}"
    shown = f"{{{content_type}: {{schema: {schema}, example: [{{a: 1}}, {{a: 2}}]}}}}"
    file = tmp_path / "lines.yaml"
    operation = f"{{operationId: g, responses: {{'200': {{description: All., content: {shown}}}}}}}"
    file.write_text(f"openapi: 3.0.3\ninfo: {{title: L, version: '1'}}\npaths: {{/log: {{get: {operation}}}}}\n")

    answer = serve(file).get("/lines/log")

    assert (answer.status_code, answer.content) == (200, lines)


def test_head_is_get_without_its_body(notes: Door) -> None:
    """Length and type of what GET would send; 405 where there is no GET."""
    notes.post("/notes/notes", json={"text": "one"})

    head, get = notes.call("HEAD", "/notes/notes/1"), notes.get("/notes/notes/1")
    missing, wrong = notes.call("HEAD", "/notes/notes/2"), notes.call("HEAD", "/notes/words")

    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(get.content)))
    assert head.headers["content-type"] == get.headers["content-type"]
    assert (missing.status_code, missing.content, wrong.status_code) == (404, b"", 405)


def test_page_of_another_origin_may_call(notes: Door) -> None:
    """A preflight is answered without a credential, and answers say that any page may read them."""
    asked = {**PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, x-a"}

    preflight = notes.call("OPTIONS", "/notes/notes", headers=asked)
    created = notes.post("/notes/notes", json={"text": "one"}, headers=PAGE)
    refused = notes.get("/notes/notes/7", headers=PAGE)
    plain = notes.get("/notes/notes/1")

    assert (preflight.status_code, preflight.content) == (204, b"")
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-methods"] == "GET, POST, HEAD"
    assert preflight.headers["access-control-allow-headers"] == "authorization, x-a"
    assert [each.headers.get("access-control-allow-origin") for each in (created, refused, plain)] == ["*", "*", None]


def test_preflight_of_an_unknown_path_and_plain_options_are_refused(notes: Door) -> None:
    """404 where nothing is; OPTIONS that is no preflight is a method like any other."""
    nowhere = notes.call("OPTIONS", "/notes/nowhere", headers={**PAGE, "Access-Control-Request-Method": "GET"})
    plain = notes.call("OPTIONS", "/notes/notes")

    assert nowhere.status_code == 404
    assert (plain.status_code, plain.headers["allow"]) == (405, "GET, POST")
    assert texts(notes) == []

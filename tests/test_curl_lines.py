"""The line for pasting on the start page, of descriptions that mean harm or are merely odd."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Door, serve
from tests.test_start_page import curl_lines, paste

CONTROLS = "a\x03\nid\n\t\x1b[201~\x7f\x9b\u202e\u00a0"
"""What a terminal takes for keys that are pressed, or does not show."""
SHELL = 'it\'s $(id) `id` \\ "q" !! ; & | * größe'
BODY = {"note": CONTROLS + SHELL, CONTROLS: "x"}


def served(folder: Path, path: str = "/x", **operation: Any) -> Door:  # parts of an OpenAPI operation
    """A description of one operation that answers with an object."""
    answer = {"description": "Done.", "content": {"application/json": {"schema": {"type": "object"}}}}
    security = operation.pop("securityScheme", None)
    method = "post" if "requestBody" in operation else "get"
    document: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {"title": "Odd", "version": "1"},
        "paths": {path: {method: {"operationId": "run", "responses": {"200": answer}, **operation}}},
    }
    if security is not None:
        document |= {"security": [{"key": []}], "components": {"securitySchemes": {"key": security}}}
    file = folder / "odd.json"
    file.write_text(json.dumps(document))
    return serve(file)


def only(value: str, name: str, place: str) -> dict[str, Any]:
    """A parameter that has to be sent and can have one value alone."""
    return {"name": name, "in": place, "required": True, "schema": {"type": "string", "enum": [value]}}


def line_of(door: Door) -> str:
    """The line exactly as the button copies it."""
    page = door.get("/").text
    return unescape(" ".join(re.findall(r"<span>(.*?)</span>", page.partition('-curl"')[2], re.S)))


def words_of(line: str) -> list[str]:
    """What a shell makes of a line: the words that curl is given."""
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\n{line}\n"
    told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    return told.stdout.split("\0")[:-1]


@pytest.mark.parametrize(
    ("name", "value"), [("X-Note", CONTROLS), ("X-Note", "a\nb"), ("@/etc/hostname", "v"), ("X-Nöte", "v")]
)
def test_header_that_no_quoting_tames_makes_no_line(tmp_path: Path, name: str, value: str) -> None:
    """A terminal obeys control characters within quotes too; curl reads `@name` from a file."""
    door = served(tmp_path, parameters=[only(value, name, "header")])

    assert curl_lines(door) == []
    assert door.get("/").status_code == 200


@pytest.mark.parametrize("name", ["X-Key\x03\nid\n", "@/etc/hostname"])
def test_name_of_a_key_makes_no_line_either(tmp_path: Path, name: str) -> None:
    """What a credential is sent as comes from the description as well."""
    assert curl_lines(served(tmp_path, securityScheme={"type": "apiKey", "in": "header", "name": name})) == []


def test_words_for_the_shell_are_quoted(tmp_path: Path) -> None:
    """Quotes, substitutions and stars reach curl as they are written, and run nothing."""
    door = served(tmp_path, parameters=[only(SHELL, "X-Note", "header"), only(SHELL, "q", "query")])

    words = words_of(line_of(door))

    assert words[1:] == ["-H", f"X-Note: {SHELL}"]
    assert words[0].startswith("http://localhost:4010/odd/x?q=it%27s+%24%28id%29+")
    assert [paste(door, line).status_code for line in curl_lines(door)] == [200]


def test_body_hides_nothing(tmp_path: Path) -> None:
    """Its control characters, and those that are not seen, are written as JSON writes them; it stays the same value."""
    properties = {name: {"type": "string", "enum": [value]} for name, value in BODY.items()}
    body = {"type": "object", "required": list(BODY), "properties": properties}
    door = served(tmp_path, requestBody={"required": True, "content": {"application/json": {"schema": body}}})

    line = line_of(door)

    assert line.isprintable()
    assert words_of(line) == shlex.split(line)[1:]
    assert json.loads(words_of(line)[-1]) == BODY


def test_path_is_an_address_whatever_it_is_written_with(tmp_path: Path) -> None:
    """Brackets that curl would count through, spaces and letters of other languages are encoded, in names too."""
    door = served(tmp_path, "/a[1-3]/b c/größe/{the id}", parameters=[only("{x,y}/[1-2]?#'", "the id", "path")])

    (line,) = curl_lines(door)

    address = "http://localhost:4010/odd/a%5B1-3%5D/b%20c/gr%C3%B6%C3%9Fe/%7Bx%2Cy%7D%2F%5B1-2%5D%3F%23%27"
    assert words_of(line) == [address]
    assert paste(door, line).status_code == 200

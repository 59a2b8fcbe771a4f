"""Files of a description become plain values, or say in one line why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbooks.errors import StartupError
from sandbooks.spec import Finding, Json, load_document


def write(folder: Path, content: str | bytes, name: str = "api.yaml") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2020-01-31", "2020-01-31"),
        ("2020-01-31T10:00:00Z", "2020-01-31T10:00:00Z"),
        ("yes", "yes"),
        ("NO", "NO"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("1.2.3", "1.2.3"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("12", 12),
        ("-007", -7),
        ("0x1f", 31),
        ("0o17", 15),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("18446744073709551615", 18446744073709551615),
        ("99999999999999999999", 1e20),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("'{{host}}'", "{{host}}"),
        ("[1, {a: b}]", [1, {"a": "b"}]),
    ],
)
def test_scalar_means_what_yaml_1_2_says(tmp_path: Path, written: str, value: Json) -> None:
    """Words, dates and clock times stay texts; only JSON's own kinds of value come out."""
    path = write(tmp_path, f"a: {written}\n")

    assert load_document(path) == {"a": value}


def test_keys_are_texts_as_written(tmp_path: Path) -> None:
    """A key is the text that stands in the file, whatever YAML would make of it."""
    path = write(tmp_path, "200: a\nno: b\n1.0: c\n~: d\n2020-01-01: e\n")

    assert load_document(path) == {"200": "a", "no": "b", "1.0": "c", "~": "d", "2020-01-01": "e"}


def test_anchors_and_merges_are_written_out(tmp_path: Path) -> None:
    """An alias stands for its anchor; `<<` brings in what is not given."""
    path = write(tmp_path, "a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, x: 3}\nd: {<<: [{x: 5}, *a]}\n'<<': plain\n")

    assert load_document(path) == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 2},
        "c": {"x": 3, "y": 2},
        "d": {"x": 5, "y": 2},
        "<<": "plain",
    }


def test_key_given_twice_is_reported(tmp_path: Path) -> None:
    """The later value counts, and the finding names place and line."""
    findings: list[Finding] = []
    path = write(tmp_path, "a:\n  /b: 1\n  c: 2\n  /b: 3\n")

    document = load_document(path, findings)

    assert document == {"a": {"/b": 3, "c": 2}}
    assert findings == [Finding("error", "/a/~1b", "the key '/b' is given twice, again in line 4")]


def test_json_is_read_as_json(tmp_path: Path) -> None:
    """A .json file, with a byte order mark too, and JSON in a file of another name."""
    assert load_document(write(tmp_path, b'\xef\xbb\xbf{"a": 1.0}', "api.json")) == {"a": 1.0}
    assert load_document(write(tmp_path, '{"a": "2020-01-01"}', "api.yaml")) == {"a": "2020-01-01"}
    assert load_document(write(tmp_path, "{a: [b, c]}", "api.yaml")) == {"a": ["b", "c"]}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1e400", "1e400"),
        ("-1e400", "-1e400"),
        ("9" * 30, 1e30),
        ("9" * 400, "9" * 400),
        ("9" * 5_000, "9" * 5_000),
        ("1e-400", 0.0),
    ],
)
@pytest.mark.parametrize("name", ["api.json", "api.yaml"])
def test_number_beyond_all_readers_is_a_text(tmp_path: Path, name: str, written: str, value: Json) -> None:
    """One number too large costs the description no more than itself, in JSON as in YAML."""
    findings: list[Finding] = []

    document = load_document(write(tmp_path, f'{{"b": 1, "a": {written}, "b": 2.5}}', name), findings)

    assert document == {"a": value, "b": 2.5}
    assert findings == [Finding("error", "/b", "the key 'b' is given twice: the last one counts")]


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("a.yaml", "", "a.yaml:1:1: the file is empty"),
        ("a.yaml", "# only words\n", "a.yaml:1:1: the file is empty"),
        ("a.json", " \n", "a.json:1:1: the file is empty"),
        ("a.yaml", "- a\n", "a.yaml:1:1: a list stands where a mapping is expected"),
        ("a.json", "12", "a.json:1:1: a single value stands where a mapping is expected"),
        ("a.yaml", b"a: b\nc: \x00", "a.yaml:2:4: not a text file: control characters are not allowed"),
        ("a.yaml", b"a: \xff", "a.yaml:1:4: not a text file: invalid leading UTF-8 octet"),
        (
            "a.yaml",
            "a: [1\nb: 2\n",
            "a.yaml:2:2: not YAML: while parsing a flow sequence, did not find expected ',' or ']'",
        ),
        ("a.json", '{"a": 1,\n}', "a.json:1:8: not JSON: trailing comma is not allowed"),
        ("a.json", '{"a": NaN}', "a.json:1:7: not JSON: unexpected character, expected a JSON value"),
        ("a.json", '{"a": 1e400, "b": -Infinity}', "a.json:1:7: not JSON: number is infinity when parsed as double"),
        ("a.json", '{"a": 1e400, "b": "\\ud800"}', "a.json:1:7: not JSON: number is infinity when parsed as double"),
        ("a.yaml", "a: 1\n---\nb: 2\n", "a.yaml:2:1: a second document begins: one is expected"),
        (
            "a.yaml",
            "a: !!python/object/apply:os.getcwd []\n",
            "a.yaml:1:4: the tag 'tag:yaml.org,2002:python/object/apply:os.getcwd' has no meaning here",
        ),
        ("a.yaml", "a: !Ref b\n", "a.yaml:1:4: the tag '!Ref' has no meaning here"),
        ("a.yaml", "? [a]\n: b\n", "a.yaml:1:3: a key must be a text"),
        ("a.yaml", "a: &x [*x]\n", "a.yaml:1:8: the alias 'x' stands inside its own anchor or before it"),
        ("a.yaml", "a: {<<: 3}\n", "a.yaml:1:9: only mappings can be merged by '<<'"),
        ("a.yaml", BOMB, "a.yaml:7:10: more than 500000 values when anchors are written out"),
        ("a.yaml", "a: " + "[" * 300 + "]" * 300, "a.yaml:1:204: nested deeper than 200 levels"),
        ("a.json", '{"a":' + "[" * 300 + "]" * 300 + "}", "a.json: nested deeper than 200 levels"),
        ("a.json", '{"a":' + "[" * 1_015 + "]" * 1_015 + "}", "a.json: nested deeper than 200 levels"),
    ],
)
def test_unreadable_file_says_where_and_why(tmp_path: Path, name: str, content: str | bytes, cause: str) -> None:
    """One line with file, line, column and cause; nothing is executed and nothing grows without end."""
    path = write(tmp_path, content, name)

    with pytest.raises(StartupError) as refusal:
        load_document(path)

    assert str(refusal.value) == f"{tmp_path}/{cause}"


def test_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """A missing file and a folder are refused by name."""
    with pytest.raises(StartupError) as missing:
        load_document(tmp_path / "none.yaml")
    with pytest.raises(StartupError) as folder:
        load_document(tmp_path)

    assert str(missing.value) == f"{tmp_path}/none.yaml: cannot be read: No such file or directory"
    assert str(folder.value) == f"{tmp_path}: cannot be read: Is a directory"

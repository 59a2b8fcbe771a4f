"""Receipts: kept byte for byte, each content once, and given back as they came."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from sandbooks import Call, File, Reply

from . import ids
from .auth import actor_of
from .dates import stamp
from .errors import invalid, refuse

DOCUMENTS = "documents"
MOST_BYTES = 10 * 1024 * 1024
MOST_SENT = MOST_BYTES + 64 * 1024
"""The file with what a form puts around it."""
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
SHOWN = ("id", "mime_type", "original_name")
FRAMED_BY = "frame-ancestors 'self'"

_CONTENTS = "~documents"  # hidden: no list of collections shows it
_FIRST_BYTES: Mapping[str, bytes] = {PDF: b"%PDF-", JPEG: b"\xff\xd8\xff", PNG: b"\x89PNG\r\n\x1a\n"}
_BY_NAME: Mapping[str, str] = {"pdf": PDF, "jpg": JPEG, "jpeg": JPEG, "png": PNG}
_UNSAID = frozenset({"", "application/octet-stream"})
_ALIASES: Mapping[str, str] = {"image/jpg": JPEG, "image/pjpeg": JPEG, "application/x-pdf": PDF}

Document = dict[str, Any]  # any JSON


def upload_document(call: Call) -> Reply:
    """Keep a file. Raises as `receive`."""
    document = receive(call, call.body.get("file"))
    return Reply(200, {name: document[name] for name in SHOWN})


def download_document(call: Call) -> Reply:
    """A document, to be saved."""
    document = fetch(call, call.path["id"])
    return _file(document, {"Content-Disposition": _disposition("attachment", document["original_name"])})


def preview_document(call: Call) -> Reply:
    """A document, to be looked at in a page."""
    document = fetch(call, call.path["id"])
    disposition = _disposition("inline", document["original_name"])
    return _file(document, {"Content-Disposition": disposition, "Content-Security-Policy": FRAMED_BY})


def receive(call: Call, file: object) -> Document:
    """Keep what stands in a form in the place of a file. Raises as `store`; INVALID_INPUT where it is none."""
    if not isinstance(file, File):
        raise invalid("file", "a file is needed")
    return store(call, file.name, file.media_type, file.content)


def store(call: Call, name: str, media_type: str, content: bytes) -> Document:
    """A new document, or the one that has this content already: that one keeps its id and its name.

    Raises:
        Invalid: INVALID_FILE_TYPE where neither type nor name say PDF, JPEG or PNG; EMPTY_FILE; FILE_TOO_LARGE;
            MIME_MISMATCH where the first bytes say something else than the type, or than the name if there is no type.
    """
    name = _bare(name)
    said = media_type.partition(";")[0].strip().lower()
    said = _ALIASES.get(said, said)
    named = _BY_NAME.get(name.rpartition(".")[2].lower(), "")
    if said not in _FIRST_BYTES and not named:
        raise refuse("INVALID_FILE_TYPE", f"'{name}' ({said or 'no type'}) is not a PDF, JPEG or PNG file.")
    if not content:
        raise refuse("EMPTY_FILE", f"'{name}' has no content.")
    if len(content) > MOST_BYTES:
        raise refuse("FILE_TOO_LARGE", f"'{name}' has {len(content)} bytes, more than 10 MB.")
    meant = named if said in _UNSAID else said
    found = next((type for type, first in _FIRST_BYTES.items() if content.startswith(first)), None)
    if found is None or found != meant:
        raise refuse("MIME_MISMATCH", f"'{name}' is said to be {meant}; it begins like {found or 'something else'}.")
    digest = sha256(content).hexdigest()
    table = call.collection(DOCUMENTS)
    same = next((str(each["id"]) for each in table.views(filters={"sha256": digest})), None)
    if same is not None:
        return fetch(call, same)
    made = {
        "id": ids.fresh(call),
        "mime_type": found,
        "original_name": name,
        "sha256": digest,
        "size_bytes": len(content),
        "ocr_result": None,
        "created_at": stamp(call),
        "created_by": actor_of(call),
    }
    kept = {"id": made["id"], "content": base64.b64encode(content).decode()}
    call.collection(_CONTENTS).put(kept)
    return {**kept, **table.put(made)}


def fetch(call: Call, id: str, code: str = "NOT_FOUND") -> Document:
    """A document as it is stored, with its `content`, which has a place of its own.

    Raises:
        NotFound: `code`, there is none.
    """
    found = call.collection(DOCUMENTS).find_one(id)
    kept = call.collection(_CONTENTS).find_one(id)
    if found is None:
        raise refuse(code, f"There is no document {id}.")
    return {**(kept or {}), **found}


def content(document: Mapping[str, Any], code: str = "FILE_NOT_FOUND") -> bytes:
    """The bytes that came, of a document that `fetch` or `store` gave.

    Raises:
        NotFound: `code`, the document came without a file.
    """
    if "content" not in document:
        raise refuse(code, f"Document {document['id']} has no file.")
    return base64.b64decode(document["content"])


def _file(document: Mapping[str, Any], headers: Mapping[str, str]) -> Reply:
    return Reply(200, content(document, "NOT_FOUND"), headers, document["mime_type"])


def _disposition(kind: str, name: str) -> str:
    """A name outside ASCII is sent a second time, in full (RFC 6266)."""
    plain = "".join(letter if " " <= letter <= "~" and letter not in '"\\' else "_" for letter in name)
    more = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'{kind}; filename="{plain}"{more}'


def _bare(name: str) -> str:
    """The name of a file without the folders before it."""
    return name.replace("\\", "/").rpartition("/")[2].strip() or "document"


HANDLERS = {
    "uploadDocument": upload_document,
    "downloadDocument": download_document,
    "previewDocument": preview_document,
}

"""Files that callers send: kept beside the documents, and given back where a GET answers a file.

A file belongs to the document whose path it was sent to (`/prints/7`), under what follows that path (`content`). Knows
paths and stores; must not know how documents are made.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from sandbooks.errors import NotFound
from sandbooks.generic.media import is_file
from sandbooks.generic.urls import fill_path
from sandbooks.pack import Call, File, Handler, Reply
from sandbooks.resources import Behaviour
from sandbooks.resources.bodies import is_binary
from sandbooks.resources.words import squeeze, vocabulary
from sandbooks.spec import Operation, Response
from sandbooks.store import HIDDEN_MARK, Document

KEPT: Final = f"{HIDDEN_MARK}files"
SAME: Final = vocabulary("content contents download file data raw media binary body blob original source")
"""Names below a document that all mean the file that it stands for."""
_NAMES: Final = ("filename", "name", "title")
_ITEM: Final = re.compile(r"(.*\})(?:/(.*))?")


def with_files(operation: Operation, handler: Handler, behaviour: Behaviour) -> Handler:
    """The handler, keeping the files that are sent and answering those that are kept; itself where there are none.

    It goes first: what it refuses is neither kept nor answered. What makes or changes documents keeps their files
    itself.
    """
    place, name = _split(operation.path)
    if operation.method == "GET":
        response = operation.response_for(operation.success)
        if response is not None and _may_be_file(operation, response):
            return _answering(operation, handler, place, name, whole=is_binary(operation, operation.success))
        return handler
    if behaviour.kind == "inferred":
        return handler
    if operation.method == "DELETE":
        return _forgetting(handler, place, name)
    is_one_place = place != "/" or operation.method != "POST"
    return _keeping(handler, place, name) if is_one_place and _takes_file(operation) else handler


def sent_file(call: Call) -> File | None:
    """The first file of a body: in a form, or the body itself. A name in path or query is the file's."""
    body, media_type = call.body, call.media_type
    if media_type.startswith("multipart/"):
        return _first_file(body)
    if isinstance(body, bytes) or (isinstance(body, str) and media_type.startswith("text/")):
        named = {squeeze(key): str(value) for key, value in {**call.query, **call.path}.items()}
        name = next((named[word] for word in _NAMES if word in named), "")
        return File(name, body if isinstance(body, bytes) else body.encode(), media_type)
    return None


def keep_file(call: Call, place: str, name: str, file: File) -> None:
    """Keep a file; it takes the place of the one that was there, under whichever name that means the same."""
    content = base64.b64encode(file.content).decode()
    _put(call, place, name, {"name": file.name, "media_type": file.media_type, "content": content})
    call.note(f"the file was kept: {len(file.content)} bytes, {file.media_type}")


def forget_files(call: Call, place: str) -> None:
    """Forget the files of a document that is gone."""
    if call.collection(KEPT).find_one(place) is not None:
        call.collection(KEPT).delete(place)


def _answering(operation: Operation, handler: Handler, place: str, name: str, *, whole: bool) -> Handler:
    def answer(call: Call) -> Reply:
        reply = handler(call)
        if not (whole or is_file(reply.media_type)):
            return reply
        kept = _find(call, fill_path(place, call.path), fill_path(name, call.path))
        if kept is None:
            return reply
        response = operation.response_for(reply.status)
        own: str = kept["media_type"]
        fits = response is not None and response.match(own) is not None
        call.note("the file that was sent")
        headers = {**reply.headers, **_disposition(kept["name"])}
        return Reply(reply.status, base64.b64decode(kept["content"]), headers, own if fits else reply.media_type)

    return answer


def _keeping(handler: Handler, place: str, name: str) -> Handler:
    def keep(call: Call) -> Reply:
        reply, file = handler(call), sent_file(call)
        if file is not None:
            keep_file(call, fill_path(place, call.path), fill_path(name, call.path), file)
        return reply

    return keep


def _forgetting(handler: Handler, place: str, name: str) -> Handler:
    """What is deleted is missed from then on, also where a made-up file stood for it before."""

    def forget(call: Call) -> Reply:
        reply = handler(call)
        if call.collection(KEPT).find_one(fill_path(place, call.path)) is not None:
            _put(call, fill_path(place, call.path), fill_path(name, call.path), None)
        return reply

    return forget


def _find(call: Call, place: str, name: str) -> Mapping[str, Any] | None:  # a stored file
    """
    Raises:
        NotFound: it was deleted.
    """
    record = call.collection(KEPT).find_one(place)
    files = record["files"] if record is not None else {}
    found: Mapping[str, Any] | None = files.get(_slot(name))
    if found is None and _slot(name) in files:
        raise NotFound(f"the file {place}/{name} was deleted; send it again")
    return found


def _put(call: Call, place: str, name: str, file: Mapping[str, Any] | None) -> None:  # a stored file
    table = call.collection(KEPT)
    record: Document = table.find_one(place) or {"id": place, "files": {}}
    known = bool(record["files"])
    record["files"] = {**record["files"], _slot(name): file}
    if known:
        table.replace(place, record)
    else:
        table.put(record)


def _slot(name: str) -> str:
    return "" if squeeze(name) in SAME else name


def _split(path: str) -> tuple[str, str]:
    """The path of the document, and what follows it."""
    found = _ITEM.fullmatch(path)
    return (found[1], found[2] or "") if found else ("/", path.strip("/"))


def _may_be_file(operation: Operation, response: Response) -> bool:
    return is_binary(operation, operation.success) or any(is_file(name) or "*" in name for name in response.content)


def _takes_file(operation: Operation) -> bool:
    content = operation.body.content if operation.body is not None else {}
    loose = ("multipart/", "text/")
    return any(
        media.is_bytes or is_file(name) or "*" in name or name.startswith(loose) for name, media in content.items()
    )


def _first_file(value: Any) -> File | None:  # a form as it was sent
    if isinstance(value, File):
        return value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for each in inner if (found := _first_file(each)) is not None), None)


def _disposition(name: str) -> dict[str, str]:
    if not name:
        return {}
    plain = "".join(letter for letter in name if " " <= letter <= "~" and letter not in '"\\')
    coded = f"; filename*=UTF-8''{quote(name)}" if plain != name else ""
    return {"Content-Disposition": f'attachment; filename="{plain}"{coded}'}

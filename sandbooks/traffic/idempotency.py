"""A call that is sent twice: the first answer is remembered under a key that the caller chose, and given again.

Knows a pack's rule and where answers are kept; must not know handlers or who counts calls.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from email.message import Message
from hashlib import blake2b
from typing import Any

import orjson

from sandbooks.errors import Detail, Invalid
from sandbooks.notation import read_json
from sandbooks.pack import JSON_MEDIA, Caller, Idempotency, Reply
from sandbooks.request import Request
from sandbooks.spec import Operation, is_json
from sandbooks.store import Store, Table

KEPT = "~idempotency"
"""The hidden table of answers, one document for each key of a caller."""

_SWEPT = 2  # more than one, so that more goes than comes


def recall(
    rule: Idempotency, operation: Operation, request: Request, caller: Caller, store: Store, now: datetime
) -> tuple[Reply | None, str | None]:
    """The answer that this call got before, and the key to `remember` its answer under.

    The first is None where the key is new or its window is over; the second where the rule does not apply or an
    optional key is absent. JSON bodies are compared as values, forms with files apart from their boundary.

    Raises:
        Invalid: a required key is missing, or the key is empty, too long or not of the rule's form.
        rule.other_body: the key came with another method, path, query or body before.
    """
    key = _read_key(rule, operation, request)
    if key is None:
        return None, None
    kept = store.table(KEPT).find_one(_id_of(rule, key, request, caller))
    if kept is None or _is_over(kept, now):
        return None, key
    if rule.compares and kept["call"] != _fingerprint(request):
        raise rule.other_body(
            f"The {rule.header} {key!r} was used for {kept['method']} {kept['path']} with other content; "
            "send a new key with a new call.",
            code=rule.other_body_code,
        )
    return _replay(rule, kept), key


def remember(
    rule: Idempotency,
    key: str,
    operation: Operation,
    request: Request,
    caller: Caller,
    store: Store,
    now: datetime,
    *,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
) -> None:
    """Keep an answer for the rule's window, within the open transaction; a status that the rule does not keep is not.

    Drops some of the answers whose window is over.
    """
    if status >= 500 or not rule.keeps(status):
        return
    table = store.table(KEPT)
    _sweep(table, now)
    id = _id_of(rule, key, request, caller)
    if table.find_one(id) is not None:
        table.delete(id)  # put anew, it stands among the youngest again
    table.put(
        {
            "id": id,
            "operation": operation.id,
            "method": request.method,
            "path": request.path,
            "call": _fingerprint(request),
            "at": now.isoformat(),
            "until": now.timestamp() + rule.window_s,
            "status": status,
            "headers": dict(headers),
            "body": base64.b64encode(body).decode(),
        }
    )


def _read_key(rule: Idempotency, operation: Operation, request: Request) -> str | None:
    required = rule.required(operation)
    if not (required or rule.applies(operation)):
        return None
    key = request.headers.get(rule.header.lower())
    if key is None:
        if required:
            raise _bad_key(rule, "is missing; send a new value with each new call", "required", rule.missing_code)
        return None
    key = key.strip()
    if not key:
        raise _bad_key(rule, "is empty; send a new value with each new call", "minLength")
    if len(key) > rule.longest:
        raise _bad_key(rule, f"has {len(key)} characters; at most {rule.longest} are allowed", "maxLength")
    if rule.pattern and re.fullmatch(rule.pattern, key) is None:
        raise _bad_key(rule, f"is {key!r}, which does not match {rule.pattern}", "pattern")
    return key


def _bad_key(rule: Idempotency, fault: str, keyword: str, code: str | None = None) -> Invalid:
    message = f"The header {rule.header} {fault}."
    details = [Detail("header", f"/{rule.header}", message, keyword)]
    return Invalid(message, code=rule.malformed_code if code is None else code, details=details)


def _id_of(rule: Idempotency, key: str, request: Request, caller: Caller) -> str:
    """Two callers may choose the same key, and do not meet; nor do two paths, where the rule keeps them apart."""
    scope = [request.method, request.path] if rule.each_path else []
    return orjson.dumps([caller.tenant, caller.name, key, *scope]).decode()


def _is_over(kept: Mapping[str, Any], now: datetime) -> bool:  # a stored document
    return bool(now.timestamp() >= kept["until"])


def _replay(rule: Idempotency, kept: Mapping[str, Any]) -> Reply:  # a stored document
    headers = dict(kept["headers"])
    media_type = next((headers.pop(name) for name in list(headers) if name.lower() == "content-type"), None)
    if media_type is not None:
        headers["Content-Type"] = media_type
    name, value = rule.replayed
    if name:
        headers[name] = value
    return Reply(kept["status"], base64.b64decode(kept["body"]) or None, headers, media_type or JSON_MEDIA)


def _sweep(table: Table, now: datetime) -> None:
    """Drop the oldest answers whose window is over. They stand in the order in which they came."""
    for kept in list(table.views(limit=_SWEPT)):
        if _is_over(kept, now):
            table.delete(kept["id"])


def _fingerprint(request: Request) -> str:
    """The same for the same call, however a client writes it on its second try."""
    parts = (request.method.encode(), request.path.encode(), request.query_string.encode(), _plain_body(request))
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(b"%d:" % len(part) + part)
    return digest.hexdigest()


def _plain_body(request: Request) -> bytes:
    """JSON with its keys in order and no spaces; a multipart form under one boundary; any other body as it is."""
    if request.media_type == "multipart/form-data":
        return _under_one_boundary(request)
    if not is_json(request.media_type or JSON_MEDIA):
        return request.body
    try:
        return orjson.dumps(read_json(request.body), option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return request.body


def _under_one_boundary(request: Request) -> bytes:
    declared = Message()
    declared["content-type"] = request.headers["content-type"]
    boundary = declared.get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        return request.body
    return request.body.replace(b"--" + boundary.encode("latin-1", "replace"), b"--boundary")

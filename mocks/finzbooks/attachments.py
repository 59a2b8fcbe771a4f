"""Files that hang on documents, and the links by which they are fetched.

The vendor keeps files in a storage of its own and hands out signed links to it. Here the storage is a path of the
sandbox, and a link really leads to the file: without a token, for 15 minutes by the sandbox's clock.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from sandbooks import Call, File, Forbidden, NotFound, Reply

from . import events, ids, organisations, paging, records
from .errors import Json, invalid, required
from .records import Document, pick
from .subjects import entity_of, subject_of, user_of

ATTACHMENTS = "attachments"
MOST_BYTES = 25 * 1024 * 1024
MOST_SENT = MOST_BYTES + 64 * 1024
"""The file with what a form puts around it."""
LINK_S = 900
SHOWN = (
    "attachment_id",
    "entity_type",
    "entity_id",
    "filename",
    "content_type",
    "size_bytes",
    "description",
    "download_url",
    "uploaded_by_user_id",
    "created_time",
)

_CONTENTS = "~attachments"  # hidden: no list of collections shows it
_KEY = b"finzbooks storage"
_TIME = "%Y%m%dT%H%M%SZ"
_STORAGE = "/storage/"


def list_attachments(call: Call) -> Reply:
    """A page of those of one object, each with a new link."""
    kind, id = call.query["entity_type"], call.query["entity_id"]
    subject_of(call, kind, id)
    return paging.page(
        call,
        ATTACHMENTS,
        ATTACHMENTS,
        lambda attachment: _view(call, attachment),
        filters={"entity_type": kind, "entity_id": id},
    )


def upload_attachment(call: Call) -> Reply:
    """Keep a file for an object; the activity has it under the object.

    Raises:
        Invalid: no file, or one of more than 25 MB.
    """
    body = call.body
    file = body.get("file")
    if not isinstance(file, File):
        raise required("file")
    size = len(file.content)
    if size > MOST_BYTES:
        raise invalid("file", f"file: {size} bytes are more than 25 MB.", received=size)
    kind, id = body["entity_type"], body["entity_id"]
    subject = subject_of(call, kind, id)
    name = _bare(file.name)
    organisation = organisations.current(call)["organization_id"]
    made = {
        **pick(body, ("entity_type", "entity_id", "description")),
        "filename": name,
        "content_type": file.media_type,
        "size_bytes": size,
        "sha256": hashlib.sha256(file.content).hexdigest(),
        "storage_key": f"orgs/{organisation}/attachments/{kind}/{id}/{ids.fresh_uuid(call)}-{name}",
        "uploaded_by_user_id": user_of(call),
    }
    attachment = records.create(call, ATTACHMENTS, made)
    content = base64.b64encode(file.content).decode()
    call.collection(_CONTENTS).put({"id": attachment["attachment_id"], "content": content})
    events.record(call, entity_of(kind), "ATTACHMENT_ADDED", subject)
    events.announce(call, "ATTACHMENT", "ADDED", attachment)
    return records.single("attachment", _view(call, attachment), 201)


def get_attachment(call: Call) -> Reply:
    """One attachment, with a new link."""
    return records.single("attachment", _view(call, _attachment(call)))


def delete_attachment(call: Call) -> Reply:
    """Delete an attachment and its file."""
    attachment = _attachment(call)
    records.remove(call, ATTACHMENTS, attachment)
    call.collection(_CONTENTS).delete(attachment["attachment_id"])
    return records.deleted("The attachment has been deleted.")


def download_attachment(call: Call) -> Reply:
    """The file behind a link; nobody needs to be known.

    Raises:
        Forbidden: the link is not one of ours, or older than 15 minutes.
        NotFound: the file has been deleted.
    """
    path = call.path
    key = "orgs/{organization_id}/attachments/{entity_type}/{entity_id}/{name}".format(**path)
    time, seconds = call.query.get("X-Amz-Date", ""), str(call.query.get("X-Amz-Expires", ""))
    given = call.query.get("X-Amz-Signature", "")
    if not hmac.compare_digest(given.encode(), _signature(call, key, time, seconds).encode()):
        raise Forbidden("The signature of the link is wrong; ask for the attachment to get a link.")
    made = datetime.strptime(time, _TIME).replace(tzinfo=UTC)
    if call.now > made + timedelta(seconds=LINK_S):
        raise Forbidden("The link has expired; ask for the attachment to get a new one.")
    owner = call.shared(organisations.ORGANISATIONS).read(path["organization_id"])
    theirs = replace(call, caller=replace(call.caller, tenant=owner["tenant"]))
    found = next(theirs.collection(ATTACHMENTS).views(filters={"storage_key": key}), None)
    if found is None:
        raise NotFound("The file has been deleted.")
    content = theirs.collection(_CONTENTS).read(found["attachment_id"])["content"]
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found['filename'], safe='')}"}
    return Reply(200, base64.b64decode(content), headers, found["content_type"])


def _attachment(call: Call) -> Document:
    return records.fetch(call, ATTACHMENTS, call.path["attachment_id"], field="attachment_id")


def _view(call: Call, attachment: Mapping[str, Json]) -> Document:
    return pick({**attachment, "download_url": _link(call, attachment["storage_key"])}, SHOWN)


def _link(call: Call, key: str) -> str:
    """Where a file is fetched from now on for 15 minutes; the address names the sandbox, for no header will."""
    root, slash, vendor = call.base_url.rpartition("/")
    if call.sandbox != "default" and not root.endswith(f"/@{call.sandbox}"):
        root += f"/@{call.sandbox}"
    time = call.now.astimezone(UTC).strftime(_TIME)
    signed = f"X-Amz-Date={time}&X-Amz-Expires={LINK_S}&X-Amz-Signature={_signature(call, key, time, str(LINK_S))}"
    return f"{root}{slash}{vendor}{_STORAGE}{quote(key)}?{signed}"


def _signature(call: Call, key: str, time: str, seconds: str) -> str:
    signed = "\n".join((call.sandbox, key, time, seconds))
    return hmac.new(_KEY, signed.encode(), hashlib.sha256).hexdigest()


def _bare(name: str) -> str:
    """The name of a file without the folders before it."""
    return name.replace("\\", "/").rpartition("/")[2].strip() or "file"


HANDLERS = {
    "listAttachments": list_attachments,
    "uploadAttachment": upload_attachment,
    "getAttachment": get_attachment,
    "deleteAttachment": delete_attachment,
    "downloadAttachment": download_attachment,
}

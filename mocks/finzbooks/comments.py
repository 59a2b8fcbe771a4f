"""Notes on documents, in plain text; changed and taken back by whoever wrote them."""

from __future__ import annotations

from sandbooks import Call, Forbidden, Reply

from . import events, paging, records
from .records import Document, pick
from .subjects import entity_of, subject_of, user_of

COMMENTS = "comments"
SHOWN = ("comment_id", "entity_type", "entity_id", "body", "author_user_id", "created_time", "last_modified_time")


def list_comments(call: Call) -> Reply:
    """Those of one document, the oldest first."""
    kind, id = call.query["entity_type"], call.query["entity_id"]
    subject_of(call, kind, id)
    return paging.page(
        call,
        COMMENTS,
        COMMENTS,
        lambda comment: pick(comment, SHOWN),
        filters={"entity_type": kind, "entity_id": id},
        order="created_time",
    )


def create_comment(call: Call) -> Reply:
    """Add a comment of the token's user; the activity has it under the document."""
    body = call.body
    subject = subject_of(call, body["entity_type"], body["entity_id"])
    made = {**pick(body, ("entity_type", "entity_id", "body")), "author_user_id": user_of(call)}
    comment = records.create(call, COMMENTS, made)
    events.record(call, entity_of(body["entity_type"]), "COMMENT_ADDED", subject)
    events.announce(call, "COMMENT", "CREATED", comment)
    return _shown(comment, 201)


def update_comment(call: Call) -> Reply:
    """Change the text."""
    comment = records.change(call, COMMENTS, _own(call), {"body": call.body["body"]})
    return _shown(comment)


def delete_comment(call: Call) -> Reply:
    """Take the comment back."""
    records.remove(call, COMMENTS, _own(call))
    return records.deleted("The comment has been deleted.")


def _own(call: Call) -> Document:
    """The comment of the path.

    Raises:
        NotFound: there is none.
        Forbidden: another user wrote it.
    """
    comment = records.fetch(call, COMMENTS, call.path["comment_id"], field="comment_id")
    if comment["author_user_id"] != user_of(call):
        raise Forbidden("Only its author may change a comment.", code="auth.insufficient_scope")
    return comment


def _shown(comment: Document, status: int = 200) -> Reply:
    return records.single("comment", pick(comment, SHOWN), status)


HANDLERS = {
    "listComments": list_comments,
    "createComment": create_comment,
    "updateComment": update_comment,
    "deleteComment": delete_comment,
}

"""Snapshots of one sandbox's documents: take, list, restore and drop them.

Knows their names; what is kept is the sandbox's own.
"""

from __future__ import annotations

from sandbooks.clock import render_moment
from sandbooks.pack import Call, Reply
from sandbooks.sandbox import Saved
from sandbooks.server import Server


def list_snapshots(server: Server, call: Call) -> Reply:
    """Every snapshot, by name."""
    return Reply(200, [_shown(saved) for saved in server.use_sandbox(call.sandbox).snapshots()])


def create_snapshot(server: Server, call: Call) -> Reply:
    """All documents as they are now, kept under a name."""
    return Reply(201, _shown(server.use_sandbox(call.sandbox).save(call.body["name"])))


def restore_snapshot(server: Server, call: Call) -> Reply:
    """All documents as they were then."""
    server.use_sandbox(call.sandbox).restore(call.path["name"])
    return Reply(204)


def delete_snapshot(server: Server, call: Call) -> Reply:
    """One snapshot less; the documents stay as they are."""
    server.use_sandbox(call.sandbox).forget(call.path["name"])
    return Reply(204)


HANDLERS = {
    "listSnapshots": list_snapshots,
    "createSnapshot": create_snapshot,
    "restoreSnapshot": restore_snapshot,
    "deleteSnapshot": delete_snapshot,
}


def _shown(saved: Saved) -> dict[str, str]:
    return {"name": saved.name, "created_at": render_moment(saved.at)}

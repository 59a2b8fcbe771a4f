"""The journal: list, read and clear what was asked, and hold it against what should have been asked.

Knows how it is asked for; an entry shows itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sandbooks.control.fields import read_moment, served_vendor, wrong_field
from sandbooks.control.verify import Pattern, near_misses
from sandbooks.journal import CLOCK_METHOD
from sandbooks.pack import Call, Reply
from sandbooks.server import CONTROL, Server
from sandbooks.vendor import Vendor


def list_requests(server: Server, call: Call) -> Reply:
    """The calls that have all that is asked, newest first, and how many there are in all."""
    query = call.query
    since = query.get("since", "")
    is_id = since.isascii() and since.isdecimal()
    found = server.use_sandbox(call.sandbox).journal.find(
        vendor=query.get("vendor", ""),
        operation=query.get("operation", ""),
        method=query.get("method", ""),
        status=query.get("status"),
        since=read_moment(since, "/since", "query") if since and not is_id else None,
        after=int(since) if is_id else 0,
    )
    shown = [entry.render() for entry in found[: query["limit"]]]
    return Reply(200, shown, {"X-Total-Count": str(len(found))})


def get_request(server: Server, call: Call) -> Reply:
    """One call."""
    return Reply(200, server.use_sandbox(call.sandbox).journal.get(call.path["id"]).render())


def delete_requests(server: Server, call: Call) -> Reply:
    """Every call is forgotten; what was covered is not."""
    server.use_sandbox(call.sandbox).journal.clear()
    return Reply(204)


def verify_requests(server: Server, call: Call) -> Reply:
    """Whether so many calls were like this, and which nearly were."""
    match = call.body["match"]
    _check_names(server, match)
    pattern = Pattern(match, server.vendors)
    journal = server.use_sandbox(call.sandbox).journal
    compared = [(entry, pattern.differences(entry)) for entry in journal if entry.method != CLOCK_METHOD]
    count = sum(not differences for _, differences in compared)
    wanted = call.body.get("count") or {"at_least": 1}
    least = max(wanted.get("exactly", 0), wanted.get("at_least", 0))
    most = min(wanted.get("exactly", count), wanted.get("at_most", count))
    near = near_misses(compared) if count < least else []
    return Reply(200, {"ok": least <= count <= most, "count": count, "near_misses": near})


HANDLERS = {
    "listRequests": list_requests,
    "getRequest": get_request,
    "deleteRequests": delete_requests,
    "verifyRequests": verify_requests,
}


def _check_names(server: Server, match: Mapping[str, Any]) -> None:  # a JSON object, checked by its schema
    """
    Raises:
        Invalid: a vendor or an operation that is not served, so that a count of none would say nothing.
    """
    vendors: Collection[Vendor] = server.vendors.values()
    if "vendor" in match:
        vendors = [served_vendor(server, match["vendor"], "/match/vendor")]
    path = match.get("path")
    if path is not None and not any(path == b.operation.path for v in vendors for b in v.bindings.values()):
        listed = f"GET /{CONTROL}/vendors/{{id}}/operations lists them"
        raise wrong_field("/match/path", f"No operation has the path {path!r}; {listed}")
    operation = match.get("operation")
    if operation is not None and not any(operation in vendor.bindings for vendor in vendors):
        listed = f"GET /{CONTROL}/vendors/{{id}}/operations lists them"
        raise wrong_field("/match/operation", f"There is no operation {operation!r}; {listed}")

"""What a server offers: its health, its vendors, their operations, descriptions and credentials.

Reads only; changes nothing but that a sandbox named for the first time is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbooks import __version__
from sandbooks.pack import Call, Reply
from sandbooks.sandbox import Sandbox
from sandbooks.server import Server
from sandbooks.spec import Description
from sandbooks.vendor import Vendor


def get_health(server: Server, call: Call) -> Reply:
    """Whether every vendor answers."""
    if not server.ready:
        return Reply(503, {"status": "fail"})
    return Reply(200, {"status": "pass", "version": __version__, "vendors": sorted(server.vendors)})


def list_vendors(server: Server, call: Call) -> Reply:
    """Each vendor in short."""
    return Reply(200, [_summary(server.vendors[name], call.base_url) for name in sorted(server.vendors)])


def list_operations(server: Server, call: Call) -> Reply:
    """Each operation of a vendor, with how it is answered and why."""
    shown = [
        {
            "operation": binding.operation.id,
            "method": binding.operation.method,
            "path": binding.operation.path,
            "behaviour": binding.kind,
            "collection": binding.collection,
            "reason": binding.reason,
        }
        for binding in server.vendor(call.path["id"]).bindings.values()
    ]
    return Reply(200, shown)


def get_description(server: Server, call: Call) -> Reply:
    """A description as it is served; its only server is this one."""
    description, base_url = description_of(server, call, call.path["id"])
    document = description.document
    paths = {path: _without_servers(item) for path, item in document.get("paths", {}).items()}
    return Reply(200, {**document, "servers": [{"url": call.base_url + base_url}], "paths": paths})


def description_of(server: Server, call: Call, id: str) -> tuple[Description, str]:
    """A vendor's description, or that of control itself where no vendor has its id; and the path that it starts at.

    Raises:
        NotFound: no such vendor is served.
    """
    own = call.description
    if id == own.id and id not in server.vendors:
        return own, own.base_path
    vendor = server.vendor(id)
    return vendor.description, vendor.base_url


def list_credentials(server: Server, call: Call) -> Reply:
    """What works in the sandbox of the call, by vendor."""
    return Reply(200, credentials_of(server, server.use_sandbox(call.sandbox)))


def credentials_of(server: Server, sandbox: Sandbox) -> dict[str, list[dict[str, object]]]:
    """What works in a sandbox at its own time, by vendor."""
    now = sandbox.clock.now()
    return {name: vendor.authenticator.credentials(sandbox.name, now) for name, vendor in server.vendors.items()}


HANDLERS = {
    "getHealth": get_health,
    "listVendors": list_vendors,
    "listOperations": list_operations,
    "getDescription": get_description,
    "listCredentials": list_credentials,
}


def _summary(vendor: Vendor, base_url: str) -> dict[str, object]:
    return {
        "id": vendor.id,
        "title": vendor.description.title,
        "version": vendor.description.version,
        "base_url": base_url + vendor.base_url,
        "operations": len(vendor.bindings),
        "collections": vendor.collection_names(),
        "behaviour": vendor.behaviours(),
    }


def _without_servers(item: Mapping[str, Any]) -> dict[str, Any]:  # a path item, any JSON
    """A path item without servers of its own, nor of its operations: all of it is served here."""
    return {
        name: {key: value for key, value in part.items() if key != "servers"} if isinstance(part, dict) else part
        for name, part in item.items()
        if name != "servers"
    }

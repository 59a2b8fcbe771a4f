"""What the sweeps need: every bundled vendor, and a plausible call for any operation of a description."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from sandbooks.chance import Chance
from sandbooks.project import bundled_project
from sandbooks.server import Server
from sandbooks.spec import Operation, is_json
from sandbooks.vendor import Binding, Vendor

VENDOR_NAMES = bundled_project().vendor_names()
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def value_for(vendor: Vendor, schema: Mapping[str, Any], name: str) -> Any:  # any JSON value that fits
    """A value that fits a schema, always the same one."""
    return vendor.generator.value(dict(schema), Chance("sweep").at(name), now=NOON, name=name)


def path_of(server: Server, vendor: Vendor, binding: Binding, given: Mapping[str, str] | None = None) -> str:
    """The operation's path below the server's root, with ids of documents that exist and what is `given`."""
    path = binding.operation.path
    for parameter in binding.operation.parameters:
        if parameter.location == "path":
            value = (given or {}).get(parameter.name) or known_id(server, vendor, binding, parameter.name)
            if value is None:
                value = str(value_for(vendor, parameter.schema, parameter.name))
            path = path.replace(f"{{{parameter.name}}}", quote(value, safe=""))
    return f"/{vendor.id}{path}"


def known_id(server: Server, vendor: Vendor, binding: Binding, parameter: str) -> str | None:
    """The id of a document of the operation's collection; None where it has none."""
    if binding.collection is None or binding.collection not in vendor.tables:
        return None
    items = server.sandbox("default").store(vendor).table(binding.collection).page(limit=1).items
    key = "name" if parameter == "name" else vendor.tables[binding.collection].id
    return str(items[0][key]) if items else None


def query_of(vendor: Vendor, operation: Operation) -> str:
    """The required query parameters, as text."""
    pairs = [
        (parameter.name, value_for(vendor, parameter.schema, parameter.name))
        for parameter in operation.parameters
        if parameter.location == "query" and parameter.required
    ]
    return "?" + urlencode(pairs, doseq=True) if pairs else ""


def body_of(vendor: Vendor, operation: Operation) -> Any:  # any JSON value that fits
    """A JSON body that fits; None where the operation takes none in JSON."""
    for media_type, content in (operation.body.content if operation.body else {}).items():
        if is_json(media_type):
            return value_for(vendor, content.schema, operation.id)
    return None


def full_rights(server: Server, vendor: Vendor) -> dict[str, str]:
    """The headers of the first credential, which may do everything."""
    now = server.sandbox("default").clock.now()
    credentials = vendor.authenticator.credentials("default", now)
    headers = credentials[0]["headers"] if credentials else {}
    assert isinstance(headers, dict)
    return headers

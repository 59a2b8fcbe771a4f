"""A page for people on which a vendor's operations can be read and tried, with everything it needs.

Knows the files of the page; the description and the credentials it asks for itself.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from swagger_ui_bundle import swagger_ui_path

from sandbooks.control.vendors import description_of
from sandbooks.errors import NotFound
from sandbooks.pack import Call, Reply
from sandbooks.samples import sample_calls
from sandbooks.server import Server

HERE = Path(__file__).parent
PAGE = HERE / "docs.html"
BUNDLE = Path(swagger_ui_path)
ASSETS = {
    "docs.css": (HERE, "text/css; charset=utf-8"),
    "docs.js": (HERE, "text/javascript; charset=utf-8"),
    "favicon-32x32.png": (BUNDLE, "image/png"),
    "swagger-ui-bundle.js": (BUNDLE, "text/javascript; charset=utf-8"),
    "swagger-ui.css": (BUNDLE, "text/css; charset=utf-8"),
}
PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
}
ASSET_HEADERS = {"Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff"}


def get_docs(server: Server, call: Call) -> Reply:
    """The page of one description."""
    description, _ = description_of(server, call, call.path["id"])
    page = PAGE.read_text(encoding="utf-8")
    page = page.replace("{{id}}", escape(description.id)).replace("{{title}}", escape(description.title))
    return Reply(200, page.encode(), PAGE_HEADERS, "text/html; charset=utf-8")


def get_docs_examples(server: Server, call: Call) -> Reply:
    """For each operation values with which it can be sent at once, as far as they can be known beforehand.

    A slice of the operations at a time: of a large description all would hold up the calls of vendors.
    """
    description, _ = description_of(server, call, call.path["id"])
    vendor = server.vendors.get(description.id)
    if vendor is None:  # control itself
        return Reply(200, {}, {"X-Total-Count": "0"})
    sandbox = server.use_sandbox(call.sandbox)
    offset, limit = call.query["offset"], call.query["limit"]
    chosen = list(vendor.bindings)[offset : offset + limit]
    samples = sample_calls(vendor, sandbox.store(vendor), sandbox.clock.now(), chosen)
    shown = {id: {"parameters": one.parameters, "body": one.value} for id, one in samples.items()}
    return Reply(200, shown, {"X-Total-Count": str(len(vendor.bindings))})


def get_docs_asset(server: Server, call: Call) -> Reply:
    """A file of the page."""
    name = call.path["file"]
    if name not in ASSETS:
        raise NotFound(f"The page has no file {name!r}; there are: {', '.join(ASSETS)}.")
    folder, media_type = ASSETS[name]
    return Reply(200, (folder / name).read_bytes(), ASSET_HEADERS, media_type)


HANDLERS = {
    "getDocs": get_docs,
    "getDocsExamples": get_docs_examples,
    "getDocsAsset": get_docs_asset,
}

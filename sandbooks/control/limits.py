"""The vendors' limits in one sandbox: what is left of them, on, off, and scaled.

Knows how they are shown and set; must not know how calls are counted.
"""

from __future__ import annotations

from sandbooks.control.fields import served_vendor
from sandbooks.pack import Call, Reply
from sandbooks.sandbox import Sandbox
from sandbooks.server import Server


def get_limits(server: Server, call: Call) -> Reply:
    """Each vendor's limits as they stand."""
    return Reply(200, _shown(server, server.use_sandbox(call.sandbox)))


def change_limits(server: Server, call: Call) -> Reply:
    """Switch or scale those of one vendor, or of all."""
    body = call.body
    chosen = [served_vendor(server, body["vendor"], "/vendor")] if "vendor" in body else server.vendors.values()
    sandbox = server.use_sandbox(call.sandbox)
    for vendor in chosen:
        limiter = sandbox.limiter(vendor)
        limiter.enabled = body.get("enabled", limiter.enabled)
        limiter.scale = body.get("scale", limiter.scale)
    return Reply(200, _shown(server, sandbox))


HANDLERS = {
    "getLimits": get_limits,
    "changeLimits": change_limits,
}


def _shown(server: Server, sandbox: Sandbox) -> dict[str, object]:
    now_s = sandbox.clock.now().timestamp()
    shown: dict[str, object] = {}
    for name in sorted(server.vendors):
        limiter = sandbox.limiter(server.vendors[name])
        shown[name] = {"enabled": limiter.enabled, "scale": limiter.scale, "windows": limiter.show(now_s)}
    return shown

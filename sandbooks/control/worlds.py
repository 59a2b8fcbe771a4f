"""Sandboxes: make, list, delete and reset them, and move their clocks.

Knows how these are asked for; what they do is the sandbox's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sandbooks.clock import Clock, render_moment
from sandbooks.control.fields import LATEST, read_moment, served_vendor, wrong_field
from sandbooks.control.vendors import credentials_of
from sandbooks.errors import Invalid
from sandbooks.pack import DEFAULT_SANDBOX, Call, Reply
from sandbooks.sandbox import Beginning, Sandbox
from sandbooks.server import CONTROL, Server


def list_sandboxes(server: Server, call: Call) -> Reply:
    """Every sandbox there is."""
    return Reply(200, [_shown(server, server.sandboxes[name], call) for name in sorted(server.sandboxes)])


def create_sandbox(server: Server, call: Call) -> Reply:
    """A new world, seeded or forked."""
    body = call.body
    clock = body.get("clock", {})
    profile = body.get("profile", "")
    _check_profile(server, profile)
    sandbox = server.create_sandbox(
        body["name"],
        profile=profile,
        seed=_seed(body),
        fork_of=body.get("fork_of", ""),
        now=_moment(clock, "/clock/now"),
        frozen=clock.get("frozen"),
        limits=body["limits"] == "on" if "limits" in body else None,
    )
    return Reply(201, _shown(server, sandbox, call), {"Location": f"/{CONTROL}/sandboxes/{sandbox.name}"})


def get_sandbox(server: Server, call: Call) -> Reply:
    """One sandbox; asking does not make it."""
    return Reply(200, _shown(server, server.sandbox(call.path["name"]), call))


def delete_sandbox(server: Server, call: Call) -> Reply:
    """Gone with all that is in it."""
    server.delete_sandbox(call.path["name"])
    return Reply(204)


def reset_sandbox(server: Server, call: Call) -> Reply:
    """Everything as it started, or one vendor's documents."""
    body = call.body or {}
    sandbox = server.use_sandbox(call.sandbox)
    profile = body.get("profile", "")
    _check_profile(server, profile)
    if profile:
        seed = _seed(body)
        start = sandbox.beginning
        _try_profile(server, replace(start, profile=profile, seed=start.seed if seed is None else seed))
    if "vendor" not in body:
        sandbox.reset(profile=profile, seed=_seed(body))
        return Reply(204)
    vendor = served_vendor(server, body["vendor"], "/vendor")
    sandbox.reset_vendor(vendor, profile=profile, seed=_seed(body))
    return Reply(204)


def get_clock(server: Server, call: Call) -> Reply:
    """The sandbox's time."""
    return Reply(200, _shown_clock(server.use_sandbox(call.sandbox).clock))


def change_clock(server: Server, call: Call) -> Reply:
    """Set it, or move it forward."""
    body = call.body
    sandbox = server.use_sandbox(call.sandbox)
    sandbox.take_up_duties()
    clock = sandbox.clock
    if "advance_s" not in body:
        clock.set(now=_moment(body, "/now"), frozen=body.get("frozen"))
        return Reply(200, _shown_clock(clock))
    if len(body) > 1:
        raise wrong_field("/advance_s", "advance_s moves the clock, `now` and `frozen` set it; send two calls")
    _advance(clock, body["advance_s"])
    return Reply(200, _shown_clock(clock))


HANDLERS = {
    "listSandboxes": list_sandboxes,
    "createSandbox": create_sandbox,
    "getSandbox": get_sandbox,
    "deleteSandbox": delete_sandbox,
    "resetSandbox": reset_sandbox,
    "getClock": get_clock,
    "changeClock": change_clock,
}


def _try_profile(server: Server, beginning: Beginning) -> None:
    try:
        server.try_profile(beginning)
    except Invalid as problem:
        raise wrong_field("/profile", problem.message) from problem


def _shown(server: Server, sandbox: Sandbox, call: Call) -> dict[str, object]:
    root = call.base_url.removesuffix(f"/@{call.sandbox}")
    prefix = "" if sandbox.name == DEFAULT_SANDBOX else f"/@{sandbox.name}"
    return {
        "name": sandbox.name,
        "created_at": render_moment(sandbox.created_at),
        "profile": sandbox.content.profile,
        "seed": sandbox.content.seed,
        "limits": "on" if sandbox.beginning.limits else "off",
        "clock": _shown_clock(sandbox.clock),
        "base_urls": {name: f"{root}{prefix}{vendor.base_url}" for name, vendor in server.vendors.items()},
        "credentials": credentials_of(server, sandbox),
        "fork_of": sandbox.fork_of,
    }


def _shown_clock(clock: Clock) -> dict[str, object]:
    return {"now": render_moment(clock.now()), "frozen": clock.frozen}


def _advance(clock: Clock, seconds: float) -> None:
    try:
        target = clock.now() + timedelta(seconds=seconds)
    except OverflowError:
        target = LATEST
    if target >= LATEST:
        raise wrong_field("/advance_s", f"advance_s is {seconds}; that is beyond the year 9998")
    clock.advance(seconds)


def _moment(body: Mapping[str, Any], pointer: str) -> datetime | None:  # a JSON object, checked by its schema
    text = body.get("now")
    return None if text is None else read_moment(text, pointer)


def _seed(body: Mapping[str, Any]) -> int | str | None:  # a JSON object, checked by its schema
    """The seed of a body; 7.0 is an integer in JSON and the same seed as 7."""
    seed = body.get("seed")
    return int(seed) if isinstance(seed, float) else seed


def _check_profile(server: Server, profile: str) -> None:
    try:
        if profile:
            server.check_profile(profile)
    except Invalid as problem:
        raise wrong_field("/profile", problem.message) from None

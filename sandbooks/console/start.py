"""What the start page tells of a server and one of its sandboxes, as plain values.

Knows the server; must not know how a page is made of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sandbooks import __version__
from sandbooks.errors import Invalid
from sandbooks.guard import Guard
from sandbooks.journal import Entry
from sandbooks.pack import DEFAULT_SANDBOX
from sandbooks.request import Request
from sandbooks.samples import curl_words, first_call
from sandbooks.sandbox import Sandbox
from sandbooks.server import HOST, SANDBOX_NAME, Server
from sandbooks.vendor import Vendor
from sandbooks.wire import Scope

CALLS_SHOWN = 25
OTHERS_SHOWN = 50
LONGEST_BODY = 6_000


@dataclass(frozen=True, slots=True)
class VendorCard:
    """One vendor. `credentials` and `curl` are empty for somebody who may not control.

    `behaviours` are pairs of a number and what so many operations are: `(12, "coded")`; those that are none are absent.
    """

    id: str
    title: str
    version: str
    base_url: str
    operations: int
    behaviours: tuple[tuple[int, str], ...]
    credentials: tuple[Mapping[str, Any], ...] = ()  # as the authenticator lists them
    curl: tuple[str, ...] = ()  # the words of a line
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One entry of the journal: texts only, its secrets taken out, long bodies cut."""

    id: int
    at: str
    vendor: str
    method: str
    target: str
    status: int
    duration: str
    why: tuple[str, ...]
    request: str
    answer: str


@dataclass(frozen=True, slots=True)
class World:
    """The sandbox of a page."""

    profile: str
    seed: str
    now: str
    frozen: bool
    limits: bool
    calls: tuple[Call, ...]
    others: tuple[str, ...]
    others_left_out: int


@dataclass(frozen=True, slots=True)
class Start:
    """The start page. `world` is None for somebody who may not control; `guarded` says that others may not."""

    version: str
    name: str
    is_named: bool
    root: str
    vendors: tuple[VendorCard, ...]
    guarded: bool
    world: World | None

    def index(self) -> dict[str, object]:
        """The same for a program: what is open to all."""
        return {
            "version": self.version,
            "sandbox": self.name,
            "vendors": [
                {
                    "id": card.id,
                    "title": card.title,
                    "version": card.version,
                    "base_url": card.base_url,
                    "docs": f"{self.root}/_sandbox/docs/{card.id}",
                }
                for card in self.vendors
            ],
            "control": f"{self.root}/_sandbox",
        }


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks for a page. `trusted` says that they may control; `start` is what they see at `/`, and there alone."""

    trusted: bool
    start: Start | None = None


def receive_visitor(
    server: Server, guard: Guard, scope: Scope, request: Request, named: str | None, *, starts: bool
) -> Visitor:
    """Somebody at the door of the sandbox that the address or a header names.

    Only its start page, where `starts` is set, makes a sandbox that does not exist yet, and costs something.

    Raises:
        Forbidden: as the guard says.
        Invalid: the name breaks the rule for names.
    """
    guard.check(request.headers, needs_token=False)
    name = named if named is not None else request.headers.get("x-sandbox", DEFAULT_SANDBOX)
    if not SANDBOX_NAME.match(name):
        raise Invalid(f"{name!r} cannot name a sandbox; a name matches [a-z0-9][a-z0-9._-]{{0,62}}.")
    trusted = guard.trusts(request.headers)
    if not starts:
        return Visitor(trusted)
    sandbox = server.use_sandbox(name) if trusted else None
    return Visitor(trusted, _start(server, guard, scope, request, named, name, sandbox))


def _start(
    server: Server,
    guard: Guard,
    scope: Scope,
    request: Request,
    named: str | None,
    name: str,
    sandbox: Sandbox | None,
) -> Start:
    root = _root(scope, request) + (f"/@{name}" if named is not None or name != DEFAULT_SANDBOX else "")
    return Start(
        version=__version__,
        name=name,
        is_named=named is not None,
        root=root,
        vendors=tuple(_card(vendor, root, sandbox) for vendor in server.vendors.values()),
        guarded=not guard.open_to_all,
        world=_world(server, sandbox) if sandbox is not None else None,
    )


def _root(scope: Scope, request: Request) -> str:
    host = request.headers.get("host", "")
    if not HOST.match(host):
        host = "{}:{}".format(*(scope.get("server") or ("localhost", 80)))
    return f"{scope.get('scheme', 'http')}://{host}"


def _card(vendor: Vendor, root: str, sandbox: Sandbox | None) -> VendorCard:
    behaviours = tuple((number, str(kind)) for kind, number in vendor.behaviours().items() if number)
    base_url = root + vendor.base_url
    title, version = vendor.description.title, vendor.description.version
    if sandbox is None:
        return VendorCard(vendor.id, title, version, base_url, len(vendor.bindings), behaviours)
    now = sandbox.clock.now()
    credentials = tuple(map(_shortened, vendor.authenticator.credentials(sandbox.name, now)))
    headers = credentials[0]["headers"] if credentials else {}
    sample = first_call(vendor, now)
    return VendorCard(
        vendor.id,
        title,
        version,
        base_url,
        len(vendor.bindings),
        behaviours,
        credentials,
        tuple(curl_words(sample, root, headers)) if sample is not None else (),
        (sample.operation.summary or sample.operation.id) if sample is not None else "",
    )


def _shortened(credential: Mapping[str, Any]) -> dict[str, Any]:  # as the authenticator lists it
    """A credential without the values that its headers say already."""
    said = " ".join(credential["headers"].values())
    return {**credential, "values": {k: v for k, v in credential["values"].items() if str(v) not in said}}


def _world(server: Server, sandbox: Sandbox) -> World:
    others = [name for name in reversed(server.sandboxes) if name != sandbox.name]
    return World(
        profile=sandbox.content.profile,
        seed=str(sandbox.content.seed),
        now=render_second(sandbox.clock.now()),
        frozen=sandbox.clock.frozen,
        limits=sandbox.beginning.limits,
        calls=tuple(map(_call, islice(sandbox.journal, CALLS_SHOWN))),
        others=tuple(sorted(others[:OTHERS_SHOWN])),
        others_left_out=max(0, len(others) - OTHERS_SHOWN),
    )


def render_second(moment: datetime) -> str:
    """`2026-01-31 09:00:00`, in UTC like everything that a clock says."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _call(entry: Entry) -> Call:
    shown: dict[str, Any] = entry.render()  # as the control API shows it
    asked, given = shown["request"], shown["answer"]
    return Call(
        id=entry.id,
        at=shown["at"],
        vendor=entry.vendor,
        method=entry.method,
        target=entry.path + _query(asked["query"]),
        status=entry.status,
        duration=f"{shown['duration_ms']:.1f} ms",
        why=tuple(entry.why),
        request=_message(asked["headers"], asked["body"]),
        answer=_message(given["headers"], given["body"]),
    )


def _query(query: Mapping[str, Any]) -> str:  # texts, or lists of them
    pairs = [
        f"{name}={each}" for name, value in query.items() for each in (value if isinstance(value, list) else [value])
    ]
    return "?" + "&".join(pairs) if pairs else ""


def _message(headers: Mapping[str, str], body: object) -> str:
    """Headers and body as one text; a long body is cut, and says so."""
    text = "" if body is None else body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)
    left_out = len(text) - LONGEST_BODY
    if left_out > 0:
        text = f"{text[:LONGEST_BODY]}\n... {left_out} more characters"
    head = "\n".join(f"{name}: {value}" for name, value in headers.items())
    return f"{head}\n\n{text}" if text else head

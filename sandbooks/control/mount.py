"""Where the control API meets the server: its description, its operations, and what one call of it works in.

Knows ASGI and which sandbox a call is about; what an operation does is in the other modules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from urllib.parse import quote

from sandbooks.chance import Chance
from sandbooks.clock import Clock
from sandbooks.control import coverage, deliveries, docs, faults, limits, requests, snapshots, state, vendors, worlds
from sandbooks.errors import Invalid, Problem, Unauthenticated
from sandbooks.exchange import Answer, Mark
from sandbooks.guard import Guard
from sandbooks.journal import Journal
from sandbooks.notation import write_json
from sandbooks.pack import DEFAULT_SANDBOX, Call, Envelope, Handler, Pack, Reply, Webhooks
from sandbooks.request import Request
from sandbooks.sandbox import Hearer
from sandbooks.server import CONTROL, SANDBOX_NAME, SIGN_IN, Server
from sandbooks.spec import Cache, read_description
from sandbooks.store import Store
from sandbooks.traffic.faults import Faults
from sandbooks.traffic.limits import Limiter
from sandbooks.vendor import Vendor
from sandbooks.wire import Message, Receive, Scope, Send, engine_for, request_of, send_answer

DESCRIPTION = Path(__file__).with_name("openapi.yaml")
OPEN_PATHS = frozenset({f"/{CONTROL}/health"})
MAKES_DUE = re.compile(rf"/{CONTROL}/(clock|reset|snapshots/[^/]+/restore|deliveries/[^/]+/redeliver)\Z")
"""Calls after which deliveries may be due: these are tried before the answer, so that a test finds the attempts."""
UNHEARD = Webhooks(lambda call, event: ())
"""Control calls tell nobody: the description need not be searched for who might listen."""
DELIVERY_S = 5.0
"""How long such an answer waits for the receivers, in real time."""

ControlHandler = Callable[[Server, Call], Reply]

HANDLERS: Mapping[str, ControlHandler] = {
    **vendors.HANDLERS,
    **worlds.HANDLERS,
    **faults.HANDLERS,
    **limits.HANDLERS,
    **requests.HANDLERS,
    **snapshots.HANDLERS,
    **deliveries.HANDLERS,
    **coverage.HANDLERS,
    **docs.HANDLERS,
    **state.HANDLERS,
}
"""What answers each operation of the description."""


def attach_control(server: Server, *, admin_token: str | None, loopback: bool, cache: Cache | None = None) -> None:
    """Serve the control API of `server` below `/_sandbox`.

    Args:
        admin_token: guards it off the loopback; on the loopback none is asked for.
        loopback: the server listens on the loopback alone.
        cache: where what its description came to is kept until the next start.

    Raises:
        StartupError: off the loopback without a token.
    """
    server.guard = Guard(admin_token=admin_token, loopback=loopback)
    server.control = Control(server, server.guard, cache)


def control_vendor(server: Server, cache: Cache | None = None) -> Vendor:
    """The control API as the engine serves it, its handlers bound to `server`."""
    pack = Pack("control", webhooks=UNHEARD)
    for operation, function in HANDLERS.items():
        pack.handles(operation)(_bound(function, server))
    return Vendor(pack, read_description(DESCRIPTION, id=pack.name, cache=cache))


class Control:
    """The ASGI application. The server puts into the scope which sandbox the address names, and the path below."""

    def __init__(self, server: Server, guard: Guard, cache: Cache | None = None) -> None:
        self._guard = guard
        self._server = server
        self._strict = server.settings.strict
        _, self._engine = engine_for(control_vendor(server, cache), server.settings.body_limit, trusted=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One control call, or why it is refused."""
        named, below = scope["sandbooks"]
        path = f"/{CONTROL}{below}"
        request = request_of(scope, path, "" if named is None else f"/@{named}")
        try:
            self._guard.check(request.headers, needs_token=path not in OPEN_PATHS)
            name = _sandbox_named(named, request)
        except Problem as problem:
            await send_answer(send, self._refusal(problem, request, below), bodiless=request.method == "HEAD")
            return
        world = ControlWorld(name, self._strict, self._server.report)
        scope["sandbooks"] = (world, request, _address(scope, request, name, named is not None))
        due = request.method != "GET" and MAKES_DUE.match(path)
        await self._engine(scope, receive, self._after_deliveries(name, send) if due else send)

    def _refusal(self, problem: Problem, request: Request, below: str) -> Answer:
        """Why a call is refused; a browser without a session is led to where one begins."""
        wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if isinstance(problem, Unauthenticated) and wants_page and SIGN_IN in self._server.pages:
            place = f"{request.prefix}/{CONTROL}/{SIGN_IN}?to={quote(below.strip('/'), safe='/%')}"
            return Answer(303, {"Location": place, "Cache-Control": "no-store"}, b"")
        reply = Envelope().render(problem, None)
        return Answer(reply.status, {"Content-Type": reply.media_type, **reply.headers}, write_json(reply.body))

    def _after_deliveries(self, name: str, send: Send) -> Send:
        """Sends an answer once the sandbox has delivered what is due."""

        async def deliver_and_send(message: Message) -> None:
            sandbox = self._server.sandboxes.get(name)
            if message["type"] == "http.response.start" and sandbox is not None:
                await self._server.sender.drain(sandbox.outbox, timeout_s=DELIVERY_S)
            await send(message)

        return deliver_and_send


@dataclass(slots=True)
class ControlWorld:
    """What the pipeline asks of a sandbox, for one control call: nothing is kept, the journal least of all.

    `name` is the sandbox that the call is about; its handler asks the server for it.
    """

    name: str
    strict: bool
    on_error: Hearer
    clock: Clock = field(default_factory=Clock)
    journal: Journal = field(default_factory=lambda: Journal(kept=0))
    faults: Faults = field(default_factory=lambda: Faults(Chance(0)))
    outbox: None = None
    in_flight: set[Mark] = field(default_factory=set)

    def store(self, vendor: Vendor) -> Store:
        """An empty store: the handlers write into those of the sandboxes."""
        return Store()

    def chance(self, vendor: Vendor) -> Chance:
        return Chance(0)

    def limiter(self, vendor: Vendor) -> Limiter:
        return Limiter(())

    def report(self, about: str, error: Exception) -> None:
        self.on_error(self.name, about, error)


def _bound(function: ControlHandler, server: Server) -> Handler:
    @wraps(function)
    def handler(call: Call) -> Reply:
        return function(server, call)

    return handler


def _sandbox_named(named: str | None, request: Request) -> str:
    name = request.headers.get("x-sandbox", DEFAULT_SANDBOX) if named is None else named
    if not SANDBOX_NAME.match(name):
        raise Invalid(f"{name!r} cannot name a sandbox; a name matches [a-z0-9][a-z0-9._-]{{0,62}}.")
    return name


def _address(scope: Scope, request: Request, name: str, in_path: bool) -> str:
    """Where the sandbox is found, whether path or header named it: `http://host`, or `http://host/@name`."""
    host = request.headers.get("host") or "{}:{}".format(*scope["server"])
    prefix = f"/@{name}" if in_path or name != DEFAULT_SANDBOX else ""
    return f"{scope.get('scheme', 'http')}://{host}{prefix}"

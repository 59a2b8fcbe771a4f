"""Many sandboxes behind one ASGI application.

Reads from an address which vendor and which sandbox are meant; knows no vendor by name.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import orjson

from sandbooks.bases import DEFAULT_PROFILE, EMPTY_PROFILE, BaseKey, Bases, FixtureFile
from sandbooks.chance import Chance
from sandbooks.chronicle import Chronicle
from sandbooks.clock import system_now
from sandbooks.errors import Conflict, HeadersTooLarge, Internal, Invalid, NotFound, Problem, StartupError
from sandbooks.exchange import Answer
from sandbooks.guard import Guard
from sandbooks.pack import DEFAULT_SANDBOX, Envelope
from sandbooks.progress import MEGABYTE, Progress, Tell, megabytes
from sandbooks.request import Request
from sandbooks.sandbox import Beginning, Hearer, Sandbox
from sandbooks.sender import Sender
from sandbooks.spec import Cache
from sandbooks.store import Refitted, Store
from sandbooks.vendor import Vendor
from sandbooks.wire import BODY_LIMIT, Engine, Receive, Scope, Send, engine_for, request_of, send_answer

SANDBOX_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}\Z")
HOST = re.compile(r"[A-Za-z0-9.\-_]+(:\d+)?\Z|\[[0-9A-Fa-f:.]+\](:\d+)?\Z")
CONTROL = "_sandbox"
SIGN_IN = "sign-in"
FRONT_PATHS = ("", "/", "/favicon.ico")
MAX_SANDBOXES = 10_000
HEADER_LIMIT = 65_536
LONG_RECALL = 5 * MEGABYTE
"""So much that is kept takes a moment to bring back."""

logger = logging.getLogger("sandbooks.server")

AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class Prepared(NamedTuple):
    """A vendor ready to be served: what answers its calls, and what a new sandbox begins with, where that was made."""

    vendor: Vendor
    engine: Engine
    base: tuple[BaseKey, Store] | None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server is started with. `now` None follows the system's time; `public` keeps webhooks to the open net.

    `webhook_url` is where the webhooks of descriptions go beside their subscriptions, empty for nowhere. `data` is the
    folder in which everything outlives the process; None keeps nothing.
    """

    profile: str = DEFAULT_PROFILE
    seed: int | str = 1
    now: datetime | None = None
    frozen: bool = False
    strict: bool = False
    body_limit: int = BODY_LIMIT
    limits: bool = True
    max_sandboxes: int = MAX_SANDBOXES
    public: bool = False
    webhook_url: str = ""
    data: Path | None = None


class Server:
    """An ASGI application that serves vendors in sandboxes.

    Args:
        vendors: those to serve, the order in which they are shown.
        fixture_file: gives the file of a vendor's profile, or None.
        settings: how the default sandbox starts, and what every other inherits.
        tell: hears of seeding that takes long, again and again, and of much that is brought back.
        cache: where what long fixtures say is kept until the next start.

    Raises:
        StartupError: two vendors of one id, an unknown profile, a fixture that does not fit, a folder of data that
            is damaged or in use.
    """

    def __init__(
        self,
        vendors: Sequence[Vendor],
        fixture_file: FixtureFile,
        settings: Settings | None = None,
        tell: Tell | None = None,
        cache: Cache | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.vendors: dict[str, Vendor] = {}
        self.engines: dict[str, Engine] = {}
        self.control: AsgiApp | None = None
        self.guard: Guard | None = None  # of control, and of what the pages show beside the vendors
        self.pages: dict[str, AsgiApp] = {}  # pages for people, by the first segment below `/_sandbox`
        self.front: AsgiApp | None = None  # what is shown at `/`
        self.sandboxes: OrderedDict[str, Sandbox] = OrderedDict()  # the one used last stands last
        self.sender = Sender()
        self.on_error: Hearer | None = None
        self.on_close: Callable[[], None] | None = None
        self.companions: list[Callable[[], Coroutine[None, None, None]]] = []  # run beside the calls, while it lives
        self.ready = False
        self._chance = Chance(self.settings.seed)
        self._tell = tell
        self._bases = Bases(fixture_file, self._chance, tell, cache)
        for vendor in vendors:
            self._add_vendor(vendor)
        self.check_profile(self.settings.profile)
        data = self.settings.data
        self._chronicle = self._bases.chronicle = Chronicle(data, self.vendors) if data is not None else None
        try:
            self._begin()
        except BaseException:
            if self._chronicle is not None:
                self._chronicle.close()
            raise
        self.ready = True

    def close(self) -> None:
        """Keep what is to be kept, and let go of the folder. Nothing can be changed afterwards."""
        if self.on_close is not None:
            self.on_close()
        if self._chronicle is not None:
            self._chronicle.close(self.sandboxes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection: a call, or the server's own start and stop."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
            if self._chronicle is not None:
                self._chronicle.compact_if_due(self.sandboxes)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    def sandbox(self, name: str) -> Sandbox:
        """The sandbox of that name.

        Raises:
            NotFound: there is none.
        """
        if name not in self.sandboxes:
            raise NotFound(f"There is no sandbox {name!r}; the first call to /@{name}/... makes it.")
        return self.sandboxes[name]

    def use_sandbox(self, name: str) -> Sandbox:
        """The sandbox of that name, made now if it does not exist.

        Raises:
            Invalid: the name breaks the rule for names.
        """
        found = self.sandboxes.get(name)
        if found is None:
            return self._add_sandbox(name, self._beginning())
        self.sandboxes.move_to_end(name)
        return found

    def create_sandbox(
        self,
        name: str,
        *,
        profile: str = "",
        seed: int | str | None = None,
        fork_of: str = "",
        now: datetime | None = None,
        frozen: bool | None = None,
        limits: bool | None = None,
    ) -> Sandbox:
        """Make a sandbox, seeded or forked; a fork starts at the time of its origin unless told otherwise.

        Raises:
            Conflict: the name is taken.
            Invalid: a bad name, an unknown profile, or a fork with a profile or seed of its own.
            NotFound: `fork_of` names no sandbox.
        """
        if name in self.sandboxes:
            raise Conflict(f"The sandbox {name!r} exists already; delete it first or choose another name.")
        if fork_of and (profile or seed is not None):
            raise Invalid("`fork_of` takes over profile and seed; leave them out.")
        origin = self.sandbox(fork_of) if fork_of else None
        if origin is None:
            beginning = self._beginning(profile=profile, seed=seed, now=now, frozen=frozen)
            if profile:
                self.try_profile(beginning)
        else:
            clock = origin.clock
            stopped = clock.frozen if frozen is None else frozen
            beginning = replace(origin.content, now=now or clock.now(), frozen=stopped)
        if limits is not None:
            beginning = replace(beginning, limits=limits)
        return self._add_sandbox(name, beginning, origin)

    def delete_sandbox(self, name: str) -> None:
        """Forget a sandbox and all that is in it.

        Raises:
            NotFound: there is none.
            Invalid: `default` is always there.
        """
        if name == DEFAULT_SANDBOX:
            raise Invalid("The sandbox 'default' is always there; reset it instead.")
        self.sandbox(name)
        self._drop(name)

    def vendor(self, name: str) -> Vendor:
        """The vendor of that id.

        Raises:
            NotFound: it is not served here.
        """
        if name not in self.vendors:
            raise NotFound(f"There is no vendor {name!r} here; served are: {', '.join(self.vendors) or 'none'}.")
        return self.vendors[name]

    def check_profile(self, profile: str) -> None:
        """
        Raises:
            Invalid: no vendor has fixtures of that name, and it is none of the names that need none.
        """
        if profile in (DEFAULT_PROFILE, EMPTY_PROFILE) or any(
            self._bases.fixture_file(name, profile) for name in self.vendors
        ):
            return
        raise Invalid(f"There is no profile {profile!r}; write one as fixtures/<vendor>/{profile}.yaml.")

    def try_profile(self, beginning: Beginning) -> None:
        """Fill every vendor's base now, so that a fixture with a fault is refused before anything changes.

        Raises:
            Invalid: a document of the profile does not fit; with file and line.
        """
        try:
            for vendor in self.vendors.values():
                self._bases.of(vendor, beginning)
        except StartupError as error:
            raise Invalid(f"The profile {beginning.profile!r} cannot be used: {error}") from error

    def report(self, sandbox: str, about: str, error: Exception) -> None:
        """Tell whoever listens at `on_error` of an error that is the server's own fault."""
        if self.on_error is not None:
            self.on_error(sandbox, about, error)

    def prepare(self, vendor: Vendor) -> Prepared:
        """Make ready, in any thread, what `renew` wants; nothing of the server changes.

        Raises:
            StartupError: the fixtures that a new sandbox begins with do not fit. Long ones are not tried.
        """
        _, engine = engine_for(vendor, self.settings.body_limit)
        return Prepared(vendor, engine, self._bases.attempt(vendor, self._beginning()))

    def renew(self, prepared: Prepared) -> None:
        """Serve a vendor anew, or one more; every sandbox keeps what it has.

        A call under way ends with the old one. New sandboxes and resets begin with what the fixtures say now.

        Raises:
            OSError: it cannot be kept, so it is not done.
        """
        vendor = prepared.vendor
        if self._chronicle is not None:
            self._chronicle.keep_vendor(vendor.id, vendor.tables)
        self._bases.renew(vendor.id, prepared.base)
        done: Refitted = {}
        for sandbox in self.sandboxes.values():
            sandbox.refit(vendor.id, vendor.tables, done)
        self.vendors[vendor.id], self.engines[vendor.id] = vendor, prepared.engine
        for sandbox in self.sandboxes.values():
            sandbox.renew(vendor)

    def withdraw(self, name: str) -> None:
        """Serve a vendor no more. Its documents are kept, in case it comes back. Raises as `renew`."""
        if self._chronicle is not None:
            self._chronicle.keep_vendor(name, None)
        self._bases.renew(name)
        del self.vendors[name], self.engines[name]
        for sandbox in self.sandboxes.values():
            sandbox.part_with(name)

    def _add_vendor(self, vendor: Vendor) -> None:
        if vendor.id in self.vendors:
            raise StartupError(
                f"two descriptions are served as {vendor.id!r}; give one another name with --name",
                file=vendor.description.source,
            )
        _, engine = engine_for(vendor, self.settings.body_limit)
        self.vendors[vendor.id] = vendor
        self.engines[vendor.id] = engine

    def _beginning(
        self,
        *,
        profile: str = "",
        seed: int | str | None = None,
        now: datetime | None = None,
        frozen: bool | None = None,
    ) -> Beginning:
        settings = self.settings
        if profile:
            self.check_profile(profile)
        start = now or settings.now
        day = (start or system_now()).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return Beginning(
            profile=profile or settings.profile,
            seed=settings.seed if seed is None else seed,
            day=day,
            now=start,
            frozen=settings.frozen if frozen is None else frozen,
            limits=settings.limits,
        )

    def _begin(self) -> None:
        """Take up what is kept; the default sandbox is there afterwards.

        It is seeded where fixtures may hold faults that should stop the start, and where it is kept; else by its first
        call.
        """
        if self._chronicle is not None:
            size = self._chronicle.size
            if self._tell is not None and size >= LONG_RECALL:
                self._tell(Progress(str(self.settings.data), f"bringing back {megabytes(size)}"))
            for id in self._chronicle.recall(self.sandboxes, self._build_sandbox):
                made = self._bases.attempt(self.vendors[id], self._beginning())
                self._chronicle.keep_vendor(id, self.vendors[id].tables)
                self._bases.renew(id, made)
        for sandbox in self.sandboxes.values():
            self.sender.watch(sandbox.outbox)
        default = self.sandboxes.get(DEFAULT_SANDBOX)
        if default is None:
            default = self._add_sandbox(DEFAULT_SANDBOX, self._beginning())
        self._begin_anew(default, self._beginning())
        for sandbox in self.sandboxes.values():
            sandbox.begin()
        for vendor in self.vendors.values():
            if self._chronicle is not None or self._bases.file_of(vendor.id, default.content.profile) is not None:
                default.store(vendor)

    def _begin_anew(self, default: Sandbox, beginning: Beginning) -> None:
        """Let a reset lead to this start's settings; documents stay, and the clock too unless it is set otherwise."""
        before = default.beginning
        if beginning == before or self._chronicle is None:
            return
        self._chronicle.keep_beginning(default.name, beginning)
        default.beginning = beginning
        if (beginning.now, beginning.frozen) != (before.now, before.frozen):
            default.clock.set(now=beginning.now or system_now(), frozen=beginning.frozen)

    def _add_sandbox(self, name: str, beginning: Beginning, origin: Sandbox | None = None) -> Sandbox:
        sandbox = self._build_sandbox(name, beginning)
        if origin is not None:
            sandbox.fork_from(origin)
        if self._chronicle is not None:
            self._chronicle.keep_sandbox(sandbox)
        self.sandboxes[name] = sandbox
        self.sender.watch(sandbox.outbox)
        sandbox.begin()
        self._make_room(name)
        return sandbox

    def _build_sandbox(self, name: str, beginning: Beginning) -> Sandbox:
        if not SANDBOX_NAME.match(name):
            raise Invalid(f"{name!r} cannot name a sandbox; a name matches [a-z0-9][a-z0-9._-]{{0,62}}.")
        chance = self._chance.with_seed(beginning.seed)
        settings = self.settings
        sandbox = Sandbox(
            name,
            beginning,
            self._bases.of,
            chance,
            strict=settings.strict,
            public=settings.public,
            webhook_url=settings.webhook_url,
            keeper=self._chronicle,
            vendors=self.vendors,
        )
        sandbox.on_error = self.report
        return sandbox

    def _make_room(self, made: str) -> None:
        """Drop the sandbox that was idle longest while there are too many; `default` and the new one stay."""
        while len(self.sandboxes) > self.settings.max_sandboxes:
            idle = next((name for name in self.sandboxes if name not in (DEFAULT_SANDBOX, made)), None)
            if idle is None:
                return
            self._drop(idle)

    def _drop(self, name: str) -> None:
        self.sandboxes[name].abandon()
        self.sender.forget(self.sandboxes.pop(name).outbox)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
        named, rest = _split_sandbox(path)
        first, slash, below = rest[1:].partition("/")
        engine = self.engines.get(first)
        try:
            if sum(map(len, chain.from_iterable(scope["headers"]))) > HEADER_LIMIT:
                raise HeadersTooLarge(f"The headers are larger than {HEADER_LIMIT} bytes.")
            if engine is not None:
                request = request_of(scope, slash + below or "/", path[: len(path) - len(slash + below)])
                name = self._name_in(named, request, engine)
                if name is None:
                    scope["sandbooks.choose"] = self.use_sandbox
                sandbox = self.use_sandbox(DEFAULT_SANDBOX if name is None else name)
                scope["sandbooks"] = (sandbox, request, _base_url(scope, request))
                await engine(scope, receive, send)
            elif first == CONTROL and (app := self.pages.get(below.partition("/")[0], self.control)) is not None:
                scope["sandbooks"] = (named, slash + below or "/")
                await app(scope, receive, send)
            elif rest in FRONT_PATHS and self.front is not None:
                scope["sandbooks"] = (named, rest)
                await self.front(scope, receive, send)
            else:
                raise NotFound(self._nothing_at(path))
        except (NotFound, Invalid, HeadersTooLarge) as problem:
            await _refuse(send, problem)
        except Exception as error:  # a pack's scheme that raises; nothing has been answered yet
            logger.exception("%s %s", scope["method"], path)
            self.report(named or DEFAULT_SANDBOX, f"{scope['method']} {path}", error)
            await _refuse(send, Internal(f"{type(error).__name__}: {error}"))

    def _name_in(self, named: str | None, request: Request, engine: Engine) -> str | None:
        """The sandbox that path, header or credential names, in this order."""
        name = named if named is not None else request.headers.get("x-sandbox")
        return engine.vendor.authenticator.sandbox_named(request) if name is None else name

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start and stop: deliveries that were pending are taken up again; those under way at the end may finish."""
        kind = ""
        beside: list[asyncio.Task[None]] = []
        while kind != "lifespan.shutdown":
            kind = (await receive())["type"]
            if kind == "lifespan.shutdown":
                for task in beside:
                    task.cancel()
                await self.sender.stop()
                self.close()
            else:
                self._resume_deliveries()
                beside = [asyncio.create_task(companion()) for companion in self.companions]
            await send({"type": f"{kind}.complete"})

    def _resume_deliveries(self) -> None:
        declared = {name: vendor.webhooks for name, vendor in self.vendors.items()}
        webhooks = {name: found for name, found in declared.items() if found is not None}
        for sandbox in self.sandboxes.values():
            sandbox.outbox.resume(webhooks)

    def _nothing_at(self, path: str) -> str:
        vendors = ", ".join(f"/{name}" for name in self.vendors)
        return f"Nothing is served at {path}; there are {vendors or 'no vendors'} and /{CONTROL}."


def _split_sandbox(path: str) -> tuple[str | None, str]:
    """`("team-a", "/acme/x")` of `/@team-a/acme/x`; no name where the path has none."""
    if not path.startswith("/@"):
        return None, path
    name, slash, rest = path[2:].partition("/")
    return name, slash + rest


def _base_url(scope: Scope, request: Request) -> str:
    host = request.headers.get("host", "")
    if not HOST.match(host):
        host = "{}:{}".format(*(scope.get("server") or ("localhost", 80)))
    return f"{scope.get('scheme', 'http')}://{host}{request.prefix}"


async def _refuse(send: Send, problem: Problem) -> None:
    """What is wrong with an address as a whole has no vendor to word it."""
    reply = Envelope().render(problem, None)
    await send_answer(send, Answer(reply.status, {"Content-Type": reply.media_type}, orjson.dumps(reply.body)))

"""Many sandboxes behind one ASGI application.

Reads from an address which vendor and which sandbox are meant; knows no vendor by name.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import orjson

from sandbooks.chance import Chance
from sandbooks.clock import system_now
from sandbooks.errors import Conflict, Invalid, NotFound, Problem, StartupError
from sandbooks.pack import DEFAULT_SANDBOX, Envelope
from sandbooks.pipeline import Answer
from sandbooks.request import Request
from sandbooks.sandbox import Beginning, Sandbox
from sandbooks.seeding import seed_store
from sandbooks.store import Store
from sandbooks.vendor import Vendor
from sandbooks.wire import BODY_LIMIT, Engine, Receive, Scope, Send, engine_for, request_of, send_answer

SANDBOX_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}\Z")
CONTROL = "_sandbox"
DEFAULT_PROFILE = "demo"

AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
FixtureFile = Callable[[str, str], Path | None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server is started with. `now` None follows the system's time."""

    profile: str = DEFAULT_PROFILE
    seed: int | str = 1
    now: datetime | None = None
    frozen: bool = False
    strict: bool = False
    body_limit: int = BODY_LIMIT


class Server:
    """An ASGI application that serves vendors in sandboxes.

    Args:
        vendors: those to serve, the order in which they are shown.
        fixture_file: gives the file of a vendor's profile, or None.
        settings: how the default sandbox starts, and what every other inherits.

    Raises:
        StartupError: two vendors of one id, an unknown profile, a fixture that does not fit.
    """

    def __init__(self, vendors: Sequence[Vendor], fixture_file: FixtureFile, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.vendors: dict[str, Vendor] = {}
        self.engines: dict[str, Engine] = {}
        self.control: AsgiApp | None = None
        self.pages: AsgiApp | None = None
        self.sandboxes: dict[str, Sandbox] = {}
        self.ready = False
        self._fixture_file = fixture_file
        self._chance = Chance(self.settings.seed)
        self._bases: dict[tuple[str, str, int | str, datetime], Store] = {}
        for vendor in vendors:
            self._add_vendor(vendor)
        default = self._add_sandbox(DEFAULT_SANDBOX, self._beginning())
        for vendor in vendors:
            default.store(vendor)
        self.ready = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection: a call, or the server's own start and stop."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _live(receive, send)

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
        return found if found is not None else self._add_sandbox(name, self._beginning())

    def create_sandbox(
        self,
        name: str,
        *,
        profile: str = "",
        seed: int | str | None = None,
        fork_of: str = "",
        now: datetime | None = None,
        frozen: bool | None = None,
        limits: bool = True,
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
        else:
            clock = origin.clock
            stopped = clock.frozen if frozen is None else frozen
            beginning = replace(origin.content, now=now or clock.now(), frozen=stopped)
        sandbox = self._add_sandbox(name, replace(beginning, limits=limits))
        if origin is not None:
            sandbox.fork_from(origin)
        return sandbox

    def delete_sandbox(self, name: str) -> None:
        """Forget a sandbox and all that is in it.

        Raises:
            NotFound: there is none.
            Invalid: `default` is always there.
        """
        if name == DEFAULT_SANDBOX:
            raise Invalid("The sandbox 'default' is always there; reset it instead.")
        self.sandbox(name)
        del self.sandboxes[name]

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
        if profile in (DEFAULT_PROFILE, "empty") or any(self._fixture_file(name, profile) for name in self.vendors):
            return
        raise Invalid(f"There is no profile {profile!r}; write one as fixtures/<vendor>/{profile}.yaml.")

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
        )

    def _add_sandbox(self, name: str, beginning: Beginning) -> Sandbox:
        if not SANDBOX_NAME.match(name):
            raise Invalid(f"{name!r} cannot name a sandbox; a name matches [a-z0-9][a-z0-9._-]{{0,62}}.")
        chance = self._chance.with_seed(beginning.seed)
        sandbox = Sandbox(name, beginning, self._seeded, chance, strict=self.settings.strict)
        self.sandboxes[name] = sandbox
        return sandbox

    def _seeded(self, vendor: Vendor, beginning: Beginning) -> Store:
        """The shared base of a vendor; made once for each profile, seed and day."""
        key = (vendor.id, beginning.profile, beginning.seed, beginning.day)
        if key not in self._bases:
            file = self._fixture_file(vendor.id, beginning.profile)
            chance = self._chance.with_seed(beginning.seed).at("seeding", vendor.id)
            self._bases[key] = seed_store(vendor, file, beginning.profile, chance, beginning.day)
        return self._bases[key]

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
        named, rest = _split_sandbox(path)
        first, slash, below = rest[1:].partition("/")
        engine = self.engines.get(first)
        try:
            if engine is not None:
                request = request_of(scope, slash + below or "/", path[: len(path) - len(slash + below)])
                sandbox = self._choose(named, request, engine)
                scope["sandbooks"] = (sandbox, request, _base_url(scope, request))
                await engine(scope, receive, send)
            elif first == CONTROL and self.control is not None:
                scope["sandbooks"] = (named, slash + below or "/")
                await self.control(scope, receive, send)
            elif self.pages is not None and named is None:
                await self.pages(scope, receive, send)
            else:
                raise NotFound(self._nothing_at(path))
        except (NotFound, Invalid) as problem:
            await _refuse(send, problem)

    def _choose(self, named: str | None, request: Request, engine: Engine) -> Sandbox:
        name = named or request.headers.get("x-sandbox") or engine.vendor.authenticator.sandbox_named(request)
        return self.use_sandbox(name or DEFAULT_SANDBOX)

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
    host = request.headers.get("host") or "{}:{}".format(*scope["server"])
    return f"{scope.get('scheme', 'http')}://{host}{request.prefix}"


async def _refuse(send: Send, problem: Problem) -> None:
    """What is wrong with an address as a whole has no vendor to word it."""
    reply = Envelope().render(problem, None)
    await send_answer(send, Answer(reply.status, {"Content-Type": reply.media_type}, orjson.dumps(reply.body)))


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return

"""A server for tests: in a thread of its own, with an event loop of its own, on a free port of the loopback.

Knows the thread. What touches the server's state runs in it; the engine is loaded when a server starts, not before.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from datetime import datetime
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sandbooks.testing.errors import Errors, Raised, Refused, explain, failure_of
from sandbooks.testing.naming import fit_name
from sandbooks.testing.sandbox import Sandbox

if TYPE_CHECKING:
    from sandbooks.server import Server as App

Result = TypeVar("Result")

HOST = "127.0.0.1"
DEFAULT = "default"


class Server:
    """A Sandbooks server in this process; used as a context manager, or with `start` and `stop`.

    Args:
        vendors: ids of a project's vendors, or files of descriptions; all of the project when left out.
        project: the folder of the project; the bundled one when left out.
        names: ids for the files among `vendors`, in their order.
        overlays: files that are laid over the descriptions.
        profile: what a new sandbox contains.
        seed: same seed, same data.
        clock: a moment at which the clocks of new sandboxes stand still, `2026-01-31T09:00:00Z` or a datetime with its
            zone; None: they run.
        limits: whether the vendors' limits count.
        strict: a description with errors is refused, an answer that does not fit its description is an error.
        webhook_url: where the webhooks of descriptions go beside their subscriptions.

    >>> with Server("acme") as server:  # doctest: +SKIP
    ...     sandbox = server.sandbox()
    ...     httpx.get(sandbox.url("acme") + "/v1/invoices", headers=sandbox.headers("acme"))
    """

    def __init__(
        self,
        *vendors: str | Path,
        project: str | Path | None = None,
        names: Sequence[str] = (),
        overlays: Sequence[str | Path] = (),
        profile: str = "demo",
        seed: int | str = 1,
        clock: datetime | str | None = None,
        limits: bool = True,
        strict: bool = True,
        webhook_url: str = "",
    ) -> None:
        _check_switches(limits=limits, strict=strict)
        self._sources = [str(vendor) for vendor in vendors]
        self._folder = None if project is None else Path(project)
        self._names = list(names)
        self._overlays = [Path(overlay) for overlay in overlays]
        self._settings: dict[str, Any] = {  # those of the engine's own, and the clock
            "profile": profile,
            "seed": seed,
            "limits": limits,
            "strict": strict,
            "webhook_url": webhook_url,
        }
        self._clock = clock
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._port: int | None = None
        self._forget()

    def start(self) -> Self:
        """Load what is to be served, and be ready. The port is opened when an address is first asked for.

        Raises:
            StartupError: something in the files is wrong.
            Refused: a profile that no vendor has, a clock that is no moment.
            RuntimeError: it runs already.
        """
        if self._thread is not None:
            raise RuntimeError("the server runs already; stop it first")
        ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="sandbooks", daemon=True)
        self._thread.start()
        try:
            _said(ready.result)
        except BaseException:
            self._thread.join(None if ready.done() else 0)
            self._thread = None
            raise
        return self

    def stop(self) -> None:
        """Close the port, end the thread; all sandboxes are gone. A server that does not run is left as it is.

        Raises:
            ServerError: what was raised inside the server and nobody has seen.
        """
        raised = self._end()
        if raised:
            raise failure_of(raised)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        raised = self._end()
        if raised and error is None:
            raise failure_of(raised)
        if raised and error is not None:
            explain(error, raised)

    @property
    def is_running(self) -> bool:
        return self._app is not None

    @property
    def url(self) -> str:
        """The address of the server: `http://127.0.0.1:49152`."""
        return f"http://{HOST}:{self.port}"

    @property
    def port(self) -> int:
        """The port it listens on, opened now if nobody has asked for it before."""
        with self._lock:
            if self._port is None:
                self._port = self._open_port()
            return self._port

    @property
    def vendors(self) -> list[str]:
        """The ids of what is served."""
        return list(self.app.vendors)

    @property
    def app(self) -> App:
        """The engine's server, an ASGI application; for use in its own thread (see `run`).

        Raises:
            RuntimeError: it does not run.
        """
        if self._app is None:
            raise RuntimeError("the server does not run; use it as a context manager, or call start()")
        return self._app

    def sandbox(
        self,
        name: str = "",
        *,
        profile: str = "",
        seed: int | str | None = None,
        clock: datetime | str | None = None,
        limits: bool | None = None,
        fork_of: str = "",
    ) -> Sandbox:
        """A fresh sandbox, seeded as the server says unless told otherwise; `default` is the one that is there.

        Args:
            name: any text, made fit for an address; one is made up when left out.
            fork_of: the name of a sandbox from which it starts instead.

        Raises:
            Refused: the name is taken, an unknown profile, no sandbox to fork, a clock that is no moment.
        """
        app = self.app
        _check_switches(limits=limits)
        is_plain = not (profile or fork_of) and (seed, clock, limits) == (None, None, None)
        name = fit_name(name) if name else f"sandbox-{next(self._numbers)}"
        sandbox = Sandbox(self, name)

        def make() -> None:
            if name != DEFAULT or not is_plain:
                app.create_sandbox(
                    name,
                    profile=profile,
                    seed=seed,
                    fork_of=fork_of,
                    now=_moment(clock),
                    frozen=None if clock is None else True,
                    limits=limits,
                )
            sandbox.journal = app.sandbox(name).journal
            self._made[name] = sandbox

        _said(lambda: self.run(make))
        return sandbox

    def drop(self, name: str) -> None:
        """Forget a sandbox and all that is in it, if it is still there."""

        def forget() -> None:
            self._made[name] = None
            if name in self.app.sandboxes and name != DEFAULT:
                self.app.delete_sandbox(name)

        self.run(forget)

    def run(self, act: Callable[[], Result]) -> Result:
        """Do something in the server's thread, and wait until it is done."""
        done: Future[Result] = Future()

        def do() -> None:
            try:
                done.set_result(act())
            except BaseException as error:
                done.set_exception(error)

        if threading.current_thread() is self._thread:
            return act()
        self._running_loop().call_soon_threadsafe(do)
        return done.result()

    def submit(self, work: Callable[[], Coroutine[Any, Any, Result]]) -> Future[Result]:
        """Begin something in the server's thread that takes its time; to cancel the future is to break it off.

        Raises:
            RuntimeError: called in that very thread, which would wait for itself.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("called in the server's own thread, which cannot wait for itself")
        return asyncio.run_coroutine_threadsafe(work(), self._running_loop())

    def take_errors(self) -> list[Raised]:
        """What was raised in sandboxes that are not closed, `default` among them, and has not been seen."""
        raised = self._unclaimed.take()
        for sandbox in self._made.copy().values():
            raised += sandbox.heard.take() if sandbox is not None else []
        return raised

    def latest_calls(self) -> dict[str, int]:
        """The id of the last call in each sandbox, 0 for none."""
        return self.run(lambda: {name: each.journal.latest for name, each in self.app.sandboxes.items()})

    def open_sandboxes(self) -> list[Sandbox]:
        """The sandboxes that were made here and are not closed, and `default`."""
        if DEFAULT not in self._made:
            self.sandbox(DEFAULT)
        return [sandbox for sandbox in self._made.copy().values() if sandbox is not None]

    def _forget(self) -> None:
        self._app: App | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None
        self._serving: asyncio.Task[None] | None = None
        self._port = None
        self._numbers = count(1)
        self._unclaimed = Errors()
        self._made: dict[str, Sandbox | None] = {}  # by name; None where it is closed

    def _end(self) -> list[Raised]:
        """Stop; what was raised and not seen."""
        if self._thread is None or self._loop is None or self._ended is None:
            return []
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._thread = None
        raised = self.take_errors()
        self._forget()
        return raised

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None or self._thread is None:
            raise RuntimeError("the server does not run; use it as a context manager, or call start()")
        if self._loop.is_closed():
            raise RuntimeError("the server has ended; what was raised in its thread has been written to stderr")
        if not self._thread.is_alive():  # in a process that was forked; its answer would be waited for without end
            raise RuntimeError("the server runs in another process; call it by its address")
        return self._loop

    def _run(self, ready: Future[None]) -> None:
        """The thread, from start to end."""
        try:
            from sandbooks.listening import new_event_loop  # takes its time, as all of the engine

            with asyncio.Runner(loop_factory=new_event_loop) as runner:
                runner.run(self._live(ready))
        except BaseException as error:
            if not ready.done():
                ready.set_exception(error)
            else:
                raise

    async def _live(self, ready: Future[None]) -> None:
        self._ended = asyncio.Event()
        app = self._load()
        app.on_error = self._hear
        self._app, self._loop = app, asyncio.get_running_loop()
        ready.set_result(None)
        await self._ended.wait()
        if self._serving is not None:
            await self._serving
        await app.sender.stop()
        app.close()

    def _load(self) -> App:
        from sandbooks.server import Settings
        from sandbooks.starting import find_cache, start_server

        collecting = gc.isenabled()
        gc.disable()  # what is loaded now stays: the collector need not walk it again and again
        try:
            settings = Settings(now=_moment(self._clock), frozen=self._clock is not None, **self._settings)
            app, _ = start_server(
                self._sources,
                settings,
                names=self._names,
                folder=self._folder,
                overlays=self._overlays,
                host=HOST,
                cache=find_cache(),
            )
        finally:
            if collecting:
                gc.enable()
        return app

    def _hear(self, sandbox: str, about: str, error: Exception) -> None:
        """Keep an error for the test whose sandbox it is; those of a test that is over concern nobody any more."""
        if sandbox not in self._made:
            self._unclaimed.hear(Raised(about, error))
        elif (made := self._made[sandbox]) is not None:
            made.heard.hear(Raised(about, error))

    def _open_port(self) -> int:
        loop, app, ended = self._running_loop(), self.app, self._ended
        assert ended is not None
        listener = socket.socket()
        try:
            listener.bind((HOST, 0))
            listener.listen(2048)  # from here on the kernel keeps callers waiting until the loop takes them
        except OSError:
            listener.close()
            raise

        def serve() -> None:
            from sandbooks.listening import serve_until

            self._serving = loop.create_task(serve_until(ended, app, listener))

        self.run(serve)
        port: int = listener.getsockname()[1]
        return port


def _said(act: Callable[[], Result]) -> Result:
    """What comes of it; a refusal of the engine's in words of ours.

    Raises:
        Refused: the engine refuses it.
    """
    try:
        return act()
    except Exception as error:
        from sandbooks.errors import Problem

        if isinstance(error, Problem):
            raise Refused(error.message) from None
        raise


def _moment(clock: datetime | str | None) -> datetime | None:
    """A moment as a clock takes it.

    Raises:
        Refused: it is none, or has no zone.
    """
    if isinstance(clock, str):
        from sandbooks.control.fields import read_moment

        return read_moment(clock, "/clock")
    if clock is not None and (not isinstance(clock, datetime) or clock.tzinfo is None):
        raise Refused(f"the clock is {clock!r}; it must be a datetime with its zone, or as 2026-01-31T09:00:00Z")
    return clock


def _check_switches(**given: bool | None) -> None:
    """
    Raises:
        Refused: one is neither True nor False: the text "off" would be taken for yes.
    """
    for name, value in given.items():
        if value is not None and not isinstance(value, bool):
            raise Refused(f"{name} is {value!r}; it must be True or False")

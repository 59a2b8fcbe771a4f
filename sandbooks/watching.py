"""Descriptions, packs and fixtures are read again when they change, while the server goes on with all that it holds.

Knows which files a vendor is made of, and how a server is given another; knows neither the command line nor a socket.
"""

from __future__ import annotations

import asyncio
import ctypes
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from os.path import realpath
from pathlib import Path
from typing import Generic, TypeVar

from sandbooks.checking import refuse_unsound, told_errors
from sandbooks.clock import stopwatch
from sandbooks.errors import Problem, StartupError
from sandbooks.files import Digest, Files, files_below
from sandbooks.progress import Say
from sandbooks.project import place_below
from sandbooks.server import Prepared, Server
from sandbooks.spec import Cache
from sandbooks.starting import Offer, find_offers, find_project
from sandbooks.store import sharing
from sandbooks.vendor import Vendor

LOOK_S = 0.3
"""How long between two looks at the files."""
SETTLING_S = 0.1
"""The same while files are being written."""
LOOKS_UNTIL_GONE = 5
"""How often a file has to be missing or empty until that is believed: some editors write in two steps."""
PATIENCE_S = 20.0
"""How long reading a vendor may take; a pack may wait for ever."""
SHOWN = 3
"""How many changed files a line names."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be done with one vendor, and the changed files that say so; without an offer it is served no more."""

    id: str
    offer: Offer | None
    changed: Sequence[Path]


class Watcher:
    """Watches the files of what a server serves, and has it serve them anew. To be made before they are first read.

    Args:
        sources: as `load_vendors`, like `names`, `folder`, `overlays` and `cache`.
        tell: hears what was done, one line for each vendor.
        warn: hears why something was not done, one line each; the old one is served on.
        patience_s: how long reading a vendor may take, in real time.

    Raises:
        StartupError: as `load_vendors`.
    """

    def __init__(
        self,
        sources: Sequence[str] = (),
        *,
        names: Sequence[str] = (),
        folder: Path | None = None,
        overlays: Sequence[Path] = (),
        cache: Cache | None = None,
        tell: Say,
        warn: Say,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._find = partial(find_offers, sources, names=names, folder=folder, overlays=overlays)
        self._root = find_project(folder).root
        self._takes_all = not sources
        self._cache = cache
        self._tell, self._warn = tell, warn
        self._patience_s = patience_s
        self._offers = {offer.id: offer for offer in self._find()}
        self._failed: dict[str, str] = {}  # the vendors that could not be read, and the file with the fault
        self._server: Server | None = None
        self._files = Files(self._paths())

    def attach(self, server: Server) -> None:
        """Watch beside the calls of a server, as long as it runs."""
        self._server = server
        self._files.begin(self._paths())
        server.companions.append(self.run)

    def look(self) -> None:
        """Follow what has changed by now, believing all that is seen."""
        for task in self._tasks(self._changes()):
            started = stopwatch()
            thread = _Thread(partial(self._prepare, task))
            thread.wait(self._patience_s)
            self._conclude(task, thread, started)

    async def run(self) -> None:
        """Look again and again, and follow what has changed once it stands still."""
        seen: Mapping[Path, Digest] = {}
        times, fault = 0, ""
        while True:
            await asyncio.sleep(SETTLING_S if seen else LOOK_S)
            looking = _Thread(self._changes)
            await asyncio.wrap_future(looking.ended)
            try:
                changes = looking.result(self._root)
            except StartupError as error:  # the files cannot be looked at just now
                if str(error) != fault:
                    self._warn(f"{error}; all is served as before")
                fault = str(error)
                continue
            fault = ""
            times = times + 1 if changes == seen else 0
            seen = changes
            if changes and times >= (LOOKS_UNTIL_GONE if not all(changes.values()) else 1):
                await self._follow(changes)
                seen = {}

    async def _follow(self, changes: Mapping[Path, Digest]) -> None:
        for task in self._tasks(changes):
            started = stopwatch()
            thread = _Thread(partial(self._prepare, task))
            await asyncio.wait([asyncio.wrap_future(thread.ended)], timeout=self._patience_s)
            self._conclude(task, thread, started)

    def _paths(self) -> Iterator[Path]:
        """Every file that matters, by now."""
        serves_packs = any(offer.project is not None for offer in self._offers.values())
        if self._takes_all:
            yield from files_below(self._root / "specs")
            yield from files_below(self._root / "fixtures")
        if self._takes_all or serves_packs:
            yield from files_below(self._root / "mocks")
        for id, offer in self._offers.items():
            yield from (offer.file, *offer.overlays)
            vendor = self._server.vendors.get(id) if self._server is not None else None
            yield from vendor.description.referred if vendor is not None else ()
            if not self._takes_all:
                yield from files_below(self._root / "fixtures" / id)
        yield from (Path(file) for file in self._failed.values() if file)

    def _changes(self) -> dict[Path, Digest]:
        return self._files.changes(self._paths())

    def _tasks(self, changes: Mapping[Path, Digest]) -> list[_Task]:
        """What changes ask for, vendor by vendor; they are done with then."""
        if not changes:
            return []
        self._files.take(changes)
        before, offered = dict(self._offers), list(self._offers.values())
        try:
            offered = self._find()
        except (StartupError, OSError) as error:  # something is away; the rest may have changed too
            self._warn(f"{error}; all is served as before")
            offered = [offer for offer in offered if offer.file.is_file()]
        else:
            self._offers = {offer.id: offer for offer in offered}
        gone = [_Task(id, None, self._files_of(before[id], changes)) for id in before.keys() - self._offers.keys()]
        anew = []
        for offer in offered:
            changed = self._files_of(offer, changes)
            if offer.id in self._failed:
                changed = changed or list(changes)
            if changed or offer != before.get(offer.id):
                anew.append(_Task(offer.id, offer, changed))
        return gone + anew

    def _files_of(self, offer: Offer, changes: Mapping[Path, Digest]) -> list[Path]:
        """The changed files that a vendor is made of."""
        vendor = self._served(offer.id)
        tops = {offer.id}
        own = {offer.file, *offer.overlays}
        if vendor is not None:
            own.update(vendor.description.referred)
            tops |= vendor.edition.tops if vendor.edition is not None else set()
        resolved = {realpath(path) for path in own}  # which raises for no link, wherever it leads
        mocks, fixtures = self._root / "mocks", self._root / "fixtures" / offer.id
        return [
            path
            for path in changes
            if realpath(path) in resolved
            or path.is_relative_to(fixtures)
            or (offer.project and path.is_relative_to(mocks) and _top(path, mocks) in tops)
        ]

    def _prepare(self, task: _Task) -> Prepared | None:
        """In a thread of its own: whatever a pack does while it is imported, calls are answered."""
        if task.offer is None or self._server is None:
            return None
        vendor = task.offer.load(self._cache, fresh=True)
        if self._server.settings.strict:
            refuse_unsound(vendor.description)
        return self._server.prepare(vendor)

    def _conclude(self, task: _Task, thread: _Thread[Prepared | None], started: float) -> None:
        """Serve what was read, or say why not."""
        server = self._server
        assert server is not None
        old = self._served(task.id)
        try:
            prepared = thread.result(self._root / "mocks")
            if prepared is not None:
                server.renew(prepared)
            elif old is not None:
                server.withdraw(task.id)
        except Exception as error:  # whatever is wrong, the next save is looked at
            self._failed[task.id] = error.file if isinstance(error, StartupError) else ""
            cause = str(error) if isinstance(error, StartupError | OSError | Problem) else repr(error)
            self._warn(f"{cause}; {task.id} is {'served as before' if old is not None else 'not served'}")
            return
        self._failed.pop(task.id, None)
        if prepared is not None:
            self._tell(_told(old, prepared.vendor, task.changed, stopwatch() - started))
            if old is not None:
                self._tell_of_collections(old, prepared.vendor)
        elif old is not None:
            self._tell(f"{task.id}: no longer served ({_named(task.changed)}); what it holds is kept")

    def _tell_of_collections(self, old: Vendor, new: Vendor) -> None:
        """What became of documents whose collection is another now, one line for each."""
        server = self._server
        assert server is not None
        stores = [held for each in server.sandboxes.values() if (held := each.hold().stores.get(new.id)) is not None]
        for name, table in old.tables.items():
            now = new.tables.get(name)
            versions = [store.storage.version(name) for store in stores]
            if now is None and (kept := sum(len(version.rows) for version in versions)):
                self._tell(f"{new.id}: {name} is no collection any more; {_documents(kept)} of it stay until a reset")
            elif now is not None and now.id != table.id:
                self._tell(f"{new.id}: {name} goes by {now.id!r} now, not by {table.id!r}; what has none keeps its id")
            elif now is not None and now.unique != table.unique and (shared := sum(map(sharing, versions))):
                self._tell(f"{new.id}: {_documents(shared)} of {name} share a key that is to be unique; they stay")

    def _served(self, id: str) -> Vendor | None:
        return self._server.vendors.get(id) if self._server is not None else None


class _Thread(Generic[_Result]):
    """Something done in a thread that the process does not wait for when it ends."""

    def __init__(self, work: Callable[[], _Result]) -> None:
        self.ended: Future[None] = Future()
        self._work = work
        self._found: list[_Result] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="sandbooks-watch", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        self._thread.join(seconds)

    def result(self, folder: Path) -> _Result:
        """What was found. `folder` is where a fault is looked for.

        Raises:
            StartupError: it has not ended, or ended in an error.
        """
        error = self._error if self.ended.done() else self._broken_off(folder)
        if error is None:
            return self._found[0]
        if isinstance(error, StartupError):
            raise error
        place = place_below(traceback.extract_tb(error.__traceback__), folder)
        cause = f"{type(error).__name__}: {error}"
        raise StartupError(cause, file=place.filename, place=place.lineno or "") from error

    def _run(self) -> None:
        try:
            self._found.append(self._work())
        except BaseException as error:  # whatever the code of a pack may raise
            self._error = error
        self.ended.set_result(None)

    def _broken_off(self, folder: Path) -> StartupError:
        """Where it stands; it is asked to end there, which code that waits for something outside does later."""
        identity = self._thread.ident or 0
        place = place_below(traceback.extract_stack(sys._current_frames()[identity]), folder)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(identity), ctypes.py_object(SystemExit))
        cause = "is still at work; a pack has to be imported at once"
        return StartupError(cause, file=place.filename, place=place.lineno or "")


def _top(path: Path, folder: Path) -> str:
    """The package or module right below a folder that a file belongs to."""
    return path.relative_to(folder).parts[0].removesuffix(".py")


def _told(old: Vendor | None, new: Vendor, changed: Sequence[Path], seconds: float) -> str:
    """One line: what was done, because of what, and how many operations came and went."""
    parts = [_named(changed)] if changed else []
    before = old.bindings.keys() if old is not None else set[str]()
    added, removed = len(new.bindings.keys() - before), len(before - new.bindings.keys())
    parts += [f"{_count(added)} added"] if added else []
    parts += [f"{_count(removed)} removed"] if removed else []
    errors = new.description.errors
    if errors and (old is None or len(errors) != len(old.description.errors)):
        parts.append(told_errors(new.description))
    done = "reloaded" if old is not None else "now served"
    return f"{new.id}: {done} in {seconds:.2f} s ({'; '.join(parts)})"


def _named(changed: Sequence[Path]) -> str:
    """The first few of the files, and how many there are beside them."""
    here = Path.cwd()
    names = [str(path.relative_to(here) if path.is_relative_to(here) else path) for path in changed]
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _documents(number: int) -> str:
    return f"{number} document{'' if number == 1 else 's'}"


def _count(number: int) -> str:
    return f"{number} operation{'' if number == 1 else 's'}"

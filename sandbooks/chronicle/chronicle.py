"""The chronicle of a server: written before each answer leaves, read at the next start, compacted when it grows.

What has been written outlives the process at once, for the operating system has it; it is forced onto the disk when
the log is compacted and when the server stops.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import cast

from sandbooks.chronicle.folder import Folder
from sandbooks.chronicle.forms import BaseKey, Json, Tables, key_of
from sandbooks.chronicle.lines import (
    Replay,
    act_line,
    base_line,
    begin_line,
    changes_line,
    clock_line,
    made_line,
    vendor_line,
)
from sandbooks.chronicle.picture import FORMAT, Picture, bases_in_use, read_picture, write_picture
from sandbooks.chronicle.schemas import Schemas
from sandbooks.clock import system_now
from sandbooks.errors import Problem, StartupError, Unavailable
from sandbooks.sandbox import Beginning, Sandbox
from sandbooks.store import Change, Store
from sandbooks.store.archive import Archive, read_archive
from sandbooks.store.log import WAY_OUT, Log, LogReader
from sandbooks.vendor import Vendor

SMALLEST_COMPACTED = 4 * 1024 * 1024
"""A log of fewer bytes is not compacted while the server runs; a larger one when it outgrows the state before it."""

_SAME_VENDORS = "serve the same vendors, or start with another folder"

Build = Callable[[str, Beginning], Sandbox]

logger = logging.getLogger("sandbooks.chronicle")


class Chronicle:
    """What of a server outlives its process, in a folder that belongs to it until `close`.

    A `Keeper`: sandboxes tell it what they are about to do. It hears nothing until `recall` has brought back what the
    folder holds.

    Args:
        folder: made when it is not there.
        vendors: those that are served, by id.

    Raises:
        StartupError: another process uses the folder, or it cannot be written.
    """

    def __init__(self, folder: Path, vendors: Mapping[str, Vendor]) -> None:
        self._folder = Folder(folder)
        self._vendors = vendors
        self._schemas = Schemas(vendors)
        self._bases: dict[BaseKey, Store] = {}
        self._log: Log | None = None
        self._is_closed = False
        self._number = 0
        self._behind = 0  # bytes of logs that the last state does not hold
        self._state_size = 0
        self._writer: Thread | None = None

    def recall(self, sandboxes: MutableMapping[str, Sandbox], build: Build) -> list[str]:
        """Make all sandboxes as they were, and write on from there.

        A last line that was never finished is dropped, with a warning.

        Returns:
            The vendors whose collections are others by now: their documents were taken over, which is kept when
            `keep_vendor` is told next.

        Raises:
            StartupError: a file is damaged, missing or of no use here; none was changed.
        """
        start, numbers = self._folder.sequence()
        if start:
            self._read_state(start, sandboxes, build)
        replay = Replay(sandboxes, self._bases, build, self._schemas)
        reader = None
        for number in numbers:
            self._check_whole(reader)
            reader = LogReader(self._folder.log_file(number))
            self._behind += self._read_log(number, reader, replay)
            if not reader.size:
                raise StartupError(f"damaged: its first line is missing; {WAY_OUT}", file=reader.file)
        if missing := self._schemas.missing():
            cause = f"holds documents of {', '.join(missing)}, not served now; {_SAME_VENDORS}"
            raise StartupError(cause, file=self._folder.path)
        self._go_on(numbers[-1] if numbers else 1, reader)
        outdated = self._schemas.outdated()
        for vendor in outdated:
            replay.refit(vendor, self._vendors[vendor].tables)
        return outdated

    @property
    def size(self) -> int:
        """How many bytes there are to bring back."""
        return self._folder.size()

    def base(self, vendor: str, content: Beginning) -> Store | None:
        """The seeded base on which what is kept was built; None where there is none of that content."""
        return self._bases.get(key_of(vendor, content))

    def keep_base(self, vendor: str, content: Beginning, base: Store) -> None:
        """Keep a base that sandboxes are about to use; at most once."""
        key = key_of(vendor, content)
        if self._is_kept() and key not in self._bases:
            self._append(base_line(key, base, self._vendors[vendor].tables))
            self._schemas.known[vendor] = self._vendors[vendor].tables
            self._bases[key] = base

    def keep_vendor(self, vendor: str, tables: Tables | None) -> None:
        """A vendor is about to be kept by these tables, and seeded anew; None: to be served no more."""
        if not self._is_kept():
            return
        self._append(vendor_line(vendor, tables))
        for key in [key for key in self._bases if key[0] == vendor]:
            del self._bases[key]
        if tables is None:
            self._schemas.left.add(vendor)
        else:
            self._schemas.known[vendor] = tables
            self._schemas.left.discard(vendor)

    def keep_changes(self, sandbox: str, vendor: str, changes: Sequence[Change]) -> None:
        if self._is_kept():
            self._append(changes_line(sandbox, vendor, changes))

    def keep_act(self, sandbox: str, act: str, /, **particulars: object) -> None:
        if not self._is_kept():
            return
        if act == "clock":
            now, frozen = cast(datetime, particulars["now"]), bool(particulars["frozen"])
            self._append(clock_line(sandbox, now, frozen=frozen))
        else:
            self._append(act_line(sandbox, act, particulars))

    def keep_sandbox(self, sandbox: Sandbox) -> None:
        """A sandbox was made, and is about to be used."""
        if self._is_kept():
            self._append(made_line(sandbox))

    def keep_beginning(self, sandbox: str, beginning: Beginning) -> None:
        """A reset of the sandbox is to lead elsewhere from now on."""
        if self._is_kept():
            self._append(begin_line(sandbox, beginning))

    def compact_if_due(self, sandboxes: Mapping[str, Sandbox]) -> None:
        """Begin a new log when this one has outgrown what it stands for; the state is written beside the calls."""
        if self._behind > max(SMALLEST_COMPACTED, self._state_size):
            self.compact(sandboxes)

    def compact(self, sandboxes: Mapping[str, Sandbox]) -> None:
        """Begin a new log with the present state before it. Takes no time itself: states are references.

        No transaction may be open. While an earlier state is still being written, nothing happens.
        """
        if self._log is None or self._is_writing():
            return
        held = {name: sandbox.hold() for name, sandbox in sandboxes.items()}
        picture = Picture(held, self._bases, system_now(), self._schemas.all(), frozenset(self._schemas.left))
        self._bases = bases_in_use(picture)
        number = self._number + 1
        try:
            log = self._begin_log(number)
        except OSError as error:
            self._postpone(error)
            return
        self._log.close()
        self._log, self._number, self._behind = log, number, 0
        picture = replace(picture, bases=dict(self._bases))
        self._writer = Thread(target=self._write_state, args=(number, picture), name="sandbooks-state")
        self._writer.start()

    def wait(self) -> None:
        """Until the state that is being written, if any, is on the disk."""
        if self._writer is not None:
            self._writer.join()

    def close(self, sandboxes: Mapping[str, Sandbox] | None = None) -> None:
        """Let go of the folder; with the sandboxes, compact it first if anything happened. Nothing is kept after."""
        if self._is_closed:
            return
        if sandboxes is not None and self._behind:
            self.wait()
            self.compact(sandboxes)
        self.wait()
        if self._log is not None:
            self._log.sync()
            self._log.close()
            self._log = None
        self._is_closed = True
        self._folder.close()

    def _is_kept(self) -> bool:
        """Whether what happens now is new: not while it is only done once more."""
        if self._is_closed:
            raise Unavailable("The server is stopping; nothing is changed any more.")
        return self._log is not None

    def _append(self, line: Json) -> None:
        log = cast(Log, self._log)
        size = log.size
        try:
            log.append(line)
        except OSError as error:
            raise OSError(error.errno, f"not kept, so not done: {error.strerror or error}", str(log.path)) from error
        self._behind += log.size - size

    def _read_state(self, number: int, sandboxes: MutableMapping[str, Sandbox], build: Build) -> None:
        file = self._folder.state_file(number)
        self._state_size = file.stat().st_size
        tables = read_archive(file)
        _check_format(tables.get("chronicle", {}).get("1", {}), file)
        with _explained(file):
            picture = read_picture(tables, self._schemas)
            self._bases.update(picture.bases)
            for name, held in picture.sandboxes.items():
                sandbox = build(name, held.beginning)
                sandbox.take_over(held)
                sandboxes[name] = sandbox

    def _read_log(self, number: int, reader: LogReader, replay: Replay) -> int:
        """Do what a log says; returns how many bytes of it matter."""
        head = 0
        for line in reader:
            if reader.line == 1:
                _check_format(line, reader.file)
                if line.get("log") != number:
                    raise StartupError(f"this was log {line.get('log')} when it was written", file=reader.file)
                head = reader.size
            else:
                with _explained(reader.file, reader):
                    replay.do(line)
        return reader.size - head

    def _check_whole(self, reader: LogReader | None) -> None:
        """Only the very last line of all may be unfinished, for only there a process can have been writing."""
        if reader is not None and reader.torn:
            raise reader.damage()

    def _go_on(self, number: int, reader: LogReader | None) -> None:
        self._number = number
        if reader is not None and reader.torn:
            logger.warning(
                "%s:%d: the last line was never finished (%d bytes); it is dropped, nobody was told that it was done",
                reader.file,
                reader.line + 1,
                reader.torn,
            )
        try:
            self._folder.drop_unfinished()
            if reader is None:
                self._log = self._begin_log(number)
            else:
                self._log = Log(reader.file, size=reader.size, checksum=reader.checksum)
        except OSError as error:
            raise StartupError(f"cannot be written: {error.strerror}", file=self._folder.log_file(number)) from error

    def _begin_log(self, number: int) -> Log:
        return Log.begin(self._folder.log_file(number), {"format": FORMAT, "log": number})

    def _write_state(self, number: int, picture: Picture) -> None:
        try:
            archive = Archive(self._folder.state_file(number))
            try:
                write_picture(picture, archive)
                archive.close()
            except BaseException:
                archive.discard()
                raise
            self._state_size = archive.size
            self._folder.tidy(number)
        except OSError as error:
            self._postpone(error)

    def _postpone(self, error: OSError) -> None:
        """The logs hold everything still; try again when they have grown as much once more."""
        logger.warning("%s cannot be compacted now: %s", self._folder.path, error)
        self._state_size = max(self._state_size, SMALLEST_COMPACTED) * 2

    def _is_writing(self) -> bool:
        return self._writer is not None and self._writer.is_alive()


def _check_format(head: Json, file: Path) -> None:
    if head.get("format") != FORMAT:
        raise StartupError(f"of format {head.get('format')!r}, this version reads {FORMAT} only", file=file)


@contextmanager
def _explained(file: Path, reader: LogReader | None = None) -> Iterator[None]:
    """Whatever does not fit, with its place: the file is whole, yet from another version or for other vendors."""
    place = reader.line if reader is not None else ""
    try:
        yield
    except (Problem, LookupError, TypeError, ValueError) as error:
        cause = f"cannot be brought back with what is served now: {type(error).__name__}: {error}"
        raise StartupError(f"{cause}; {_SAME_VENDORS}", file=file, place=place) from error

"""How a list is cut: from what a call asks for to a window, and from the window to counts, cursors and links.

Knows pages; must not know filters or envelopes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from sandbooks.errors import Detail, Invalid
from sandbooks.generic.places import ABSENT, Json, Place, Reader, find_at, read_whole, reader_of
from sandbooks.generic.urls import page_url_of
from sandbooks.pack import Call
from sandbooks.resources import Behaviour, Input, Meta
from sandbooks.spec import Operation
from sandbooks.store import Document

DEFAULT_SIZE = 100
"""Documents on a page where neither the call nor the description says how many."""

FARTHEST = 10**12
"""No list is longer: larger numbers in a call mean past its end."""

Listing = Callable[[int, int | None], tuple[Sequence[Document], int]]
"""Gives the documents from an offset on, at most so many, and how many there are in all."""

Position = Callable[[str], int | None]
"""Gives the place of the document with that id in the whole list."""


@dataclass(slots=True)
class Window:
    """One page: `start` is the number of its first document, from 0; `size` None means all."""

    start: int
    size: int | None
    documents: Sequence[Document]
    total: int

    @property
    def end(self) -> int:
        return self.start + len(self.documents)

    @property
    def has_more(self) -> bool:
        """Another page would show more; after a page of none come none."""
        return self.size != 0 and self.end < self.total

    @property
    def has_previous(self) -> bool:
        return self.size != 0 and self.start > 0


class Pager:
    """Cuts the lists of one operation, and tells of the other pages."""

    def __init__(self, operation: Operation, behaviour: Behaviour, id_place: Place) -> None:
        self.paging = paging = behaviour.paging
        self._id = id_place
        self._limit, self._offset = reader_of(paging.limit), reader_of(paging.offset)
        self._page, self._after, self._before = map(reader_of, (paging.page, paging.after, paging.before))
        self._url = page_url_of(operation)
        marks = (paging.page, paging.offset, paging.after)
        self._turns = any(mark is not None and mark.source == "query" for mark in marks)  # an address names the page

    def cut(self, call: Call, listing: Listing, position: Position) -> Window:
        """The page that a call asks for.

        Raises:
            Invalid: a cursor that is none of ours, or the id of a document that is not in the list.
        """
        size = self._size(call)
        start = self._start(call, size, listing, position)
        if start is None:
            end = self._mark(call, self._before, self.paging.before, listing, position)
            start = max(end - size, 0) if size is not None else 0
            size = end - start
        start = min(start, FARTHEST)
        documents, total = listing(start, None if size is None else min(size, FARTHEST))
        return Window(start, size, documents, total)

    def values(self, call: Call, window: Window, metas: Sequence[Meta]) -> dict[Meta, Json]:
        """What stands at each meta; None where there is nothing, as for the next page of the last."""
        return {meta: _MEANINGS[meta.meaning](self, call, window) for meta in metas}

    def _size(self, call: Call) -> int | None:
        paging = self.paging
        asked = _whole(self._limit(call))
        if asked is not None and asked < 0:
            call.note(f"{_name(paging.limit)} is {asked}; fewer than no documents cannot be shown, so it was ignored")
            asked = None
        if asked is not None and paging.most is not None and asked > paging.most:
            call.note(f"{_name(paging.limit)} is {asked}; at most {paging.most} are shown")
            asked = paging.most
        if asked is not None:
            return asked
        return paging.size or (None if paging.kind == "none" else DEFAULT_SIZE)

    def _start(self, call: Call, size: int | None, listing: Listing, position: Position) -> int | None:
        """The number of the first document; None where the page ends before a mark."""
        paging = self.paging
        if (page := _whole(self._page(call))) is not None:
            return max(page - paging.first, 0) * (size or 0)
        if (offset := _whole(self._offset(call))) is not None:
            return max(offset - paging.first, 0)
        if self._after(call) not in (ABSENT, ""):
            return self._mark(call, self._after, paging.after, listing, position)
        return None if self._before(call) not in (ABSENT, "") else 0

    def _mark(self, call: Call, read: Reader, input: Input | None, listing: Listing, position: Position) -> int:
        """The number of the first document after a mark, or of the first that is not before it."""
        text = str(read(call))
        is_before = read is self._before
        if self.paging.mark == "id":
            found = position(text)
            if found is None:
                raise _refuse(input, f"{_name(input)} is {text!r:.60}; no document of this list has that id")
            return found if is_before else found + 1
        token = read_token(text)
        if token is not None:
            return self._settle(token, listing, position, is_before=is_before)
        found = position(text)
        if found is None:
            raise _refuse(
                input, f"{_name(input)} is {text!r:.60}, which no list gave out; take it from the answer before"
            )
        return found if is_before else found + 1

    def _settle(self, token: tuple[int, str | None], listing: Listing, position: Position, *, is_before: bool) -> int:
        """Where a token leads now: documents before its neighbour may have come or gone."""
        start, named = token
        if named is None:
            return start
        neighbour = start if is_before else start - 1
        documents, _ = listing(neighbour, 1) if 0 <= neighbour < FARTHEST else ([], 0)
        if documents and str(find_at(documents[0], self._id)) == named:
            return start
        found = position(named)
        if found is None:
            return start
        return found if is_before else found + 1

    def cursor(self, window: Window, *, is_next: bool) -> str | None:
        """The mark that leads to the next page or the previous one; None where there is none."""
        if self.paging.kind in ("offset", "page"):
            return self._count(window, is_next=is_next)
        if is_next and window.has_more and window.documents:
            last = find_at(window.documents[-1], self._id)
            return str(last) if self.paging.mark == "id" else make_token(window.end, last)
        if is_next or not window.has_previous:
            return None
        first = find_at(window.documents[0], self._id) if window.documents else ABSENT
        if self.paging.mark == "id":
            return None if first is ABSENT or self.paging.before is None else str(first)
        if self.paging.before is not None:
            return make_token(window.start, first)
        return make_token(max(window.start - (window.size or 0), 0), ABSENT)

    def _count(self, window: Window, *, is_next: bool) -> str | None:
        """As `cursor`, where a mark is a number of documents or of pages."""
        if not (window.has_more if is_next else window.has_previous):
            return None
        if self.paging.kind == "page":
            return str(self.number(window) + (1 if is_next else -1))
        return str((window.end if is_next else max(window.start - (window.size or 0), 0)) + self.paging.first)

    def number(self, window: Window) -> int:
        """The number of the page."""
        return window.start // window.size + self._first if window.size else self._first

    def pages(self, window: Window) -> int:
        """How many pages there are."""
        return -(-window.total // window.size) if window.size else int(window.total > 0 and window.size is None)

    def url(self, call: Call, window: Window, *, start: int | None, cursor: str | None = None) -> str | None:
        """The address of the page that begins at `start`; for lists with cursors `cursor` says where."""
        if start is None:
            return None
        paging, changes = self.paging, dict[Place, Json]()
        if paging.page is not None and paging.page.source == "query":
            changes[paging.page.path] = start // (window.size or 1) + paging.first
        elif paging.offset is not None and paging.offset.source == "query":
            changes[paging.offset.path] = start + paging.first
        elif paging.after is not None and paging.after.source == "query":
            is_before = paging.before is not None and cursor is not None and start < window.start
            changes[paging.after.path] = None if is_before else cursor
            if paging.before is not None:
                changes[paging.before.path] = cursor if is_before else None
        return self._url(call, changes)

    def neighbour(self, call: Call, window: Window, *, is_next: bool) -> str | None:
        """The address of the next page or the previous one; None where there is none."""
        if not self._turns or not (window.has_more if is_next else window.has_previous):
            return None
        start = window.end if is_next else max(window.start - (window.size or 0), 0)
        return self.url(call, window, start=start, cursor=self.cursor(window, is_next=is_next))

    def last_start(self, window: Window) -> int:
        """The number of the first document of the last page."""
        return max(self.pages(window) - 1, 0) * (window.size or 0)

    def last_url(self, call: Call, window: Window) -> str | None:
        """The address of the last page; None where cursors lead from page to page only."""
        start = self.last_start(window)
        if self.paging.kind == "cursor" and start > 0:
            return (
                self.url(call, window, start=start, cursor=make_token(start, ABSENT))
                if self.paging.mark == "token"
                else None
            )
        return self.url(call, window, start=start)

    def links(self, call: Call, window: Window) -> str | None:
        """The value of a `Link` header (RFC 8288); None where everything is on one page."""
        ways = (
            ("next", window.has_more),
            ("prev", window.has_previous),
            ("first", window.has_previous),
            ("last", window.has_more),
        )
        addresses = {
            "next": lambda: self.neighbour(call, window, is_next=True),
            "prev": lambda: self.neighbour(call, window, is_next=False),
            "first": lambda: self.url(call, window, start=0),
            "last": lambda: self.last_url(call, window),
        }
        found = [(way, addresses[way]()) for way, is_there in ways if is_there]
        return ", ".join(f'<{address}>; rel="{way}"' for way, address in found if address) or None

    @property
    def _first(self) -> int:
        return self.paging.first if self.paging.kind == "page" else 1


def make_token(start: int, id: Json) -> str:
    """An opaque mark before the document with number `start`. `id` is of its neighbour, found again if things moved."""
    mark = [start] if id is ABSENT else [start, str(id)]
    return base64.urlsafe_b64encode(orjson.dumps(mark)).decode().rstrip("=")


def read_token(text: str) -> tuple[int, str | None] | None:
    """What `make_token` put into a text; None where it comes from somewhere else."""
    try:
        mark = orjson.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        mark = None
    match mark:
        case [int() as start] if start >= 0:
            return start, None
        case [int() as start, str() as id] if start >= 0:
            return start, id
    return None


def _refuse(input: Input | None, message: str) -> Invalid:
    source = input.source if input else "query"
    pointer = "/" + "/".join(input.path if input else ())
    return Invalid(message, details=[Detail(source, pointer, message)])


def _name(input: Input | None) -> str:
    return ".".join(input.path) if input else ""


def _whole(value: Json) -> int | None:
    """The whole number that a parameter holds; None for none, and for what is no number."""
    if isinstance(value, bool) or value is ABSENT:
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        return read_whole(value.strip())
    return value if isinstance(value, int) else None


_MEANINGS: Mapping[str, Callable[[Pager, Call, Window], Json]] = {
    "total": lambda pager, call, window: window.total,
    "count": lambda pager, call, window: len(window.documents),
    "has_more": lambda pager, call, window: window.has_more,
    "has_previous": lambda pager, call, window: window.has_previous,
    "is_last": lambda pager, call, window: not window.has_more,
    "is_first": lambda pager, call, window: window.start == 0,
    "next_cursor": lambda pager, call, window: pager.cursor(window, is_next=True),
    "previous_cursor": lambda pager, call, window: pager.cursor(window, is_next=False),
    "next_url": lambda pager, call, window: pager.neighbour(call, window, is_next=True),
    "previous_url": lambda pager, call, window: pager.neighbour(call, window, is_next=False),
    "first_url": lambda pager, call, window: pager.url(call, window, start=0),
    "last_url": lambda pager, call, window: pager.last_url(call, window),
    "self_url": lambda pager, call, window: pager._url(call, {}),
    "page": lambda pager, call, window: pager.number(window),
    "next_page": lambda pager, call, window: pager.number(window) + 1 if window.has_more else None,
    "previous_page": lambda pager, call, window: pager.number(window) - 1 if window.has_previous else None,
    "pages": lambda pager, call, window: pager.pages(window),
    "page_size": lambda pager, call, window: len(window.documents) if window.size is None else window.size,
    "offset": lambda pager, call, window: window.start + (pager.paging.first if pager.paging.kind == "offset" else 0),
    "next_offset": lambda pager, call, window: (
        window.end + (pager.paging.first if pager.paging.kind == "offset" else 0) if window.has_more else None
    ),
    "first_item": lambda pager, call, window: window.start + 1 if window.documents else 0,
    "last_item": lambda pager, call, window: window.end if window.documents else 0,
    "links": lambda pager, call, window: pager.links(call, window),
}

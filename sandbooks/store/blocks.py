"""A persistent sorted list: a tree of small blocks of sorted entries, never changed after it is made.

A change copies one small block on each level (three levels hold 100,000 entries); everything else is shared with the
list before.

An entry is one text: a key, the number of its arrival, and an id. Text compares fast, and blocks of text are nothing
that the garbage collector visits for long. Knows nothing of documents.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import chain, islice
from operator import itemgetter
from typing import Any

AFTER = "\x7f"
"""Added to a key: greater than every entry with that key. The key alone is smaller than all of them."""

LARGEST = 64
FILLED = 48
SMALLEST = 16

_DIGITS = 12
_LONG_RUN = 64
_FEW = 32

_Block = tuple[str, int, tuple[Any, ...]]
"""The last entry in it, how many there are, and its items: entries on level 0, else blocks of the level below."""

_last = itemgetter(0)
_size = itemgetter(1)


def make_entry(key: str, sequence: int, id: str) -> str:
    """An entry; what follows its key begins with a digit, and the id has no NUL in it."""
    return f"{key}{sequence:012d}\0{id}"


def id_of(entry: str) -> str:
    return entry[entry.rindex("\0") + 1 :]


def key_of(entry: str) -> str:
    return entry[: entry.rindex("\0") - _DIGITS]


class Blocks:
    """A sorted list of entries.

    >>> some = Blocks.of([make_entry("3", 0, "c"), make_entry("1", 1, "a")])
    >>> more = some.with_entry(make_entry("2", 2, "b"))
    >>> [id_of(entry) for entry in more.walk()], len(some)
    (['a', 'b', 'c'], 2)
    """

    __slots__ = ("_level", "_root")

    def __init__(self, root: _Block = ("", 0, ()), level: int = 0) -> None:
        self._root = root
        self._level = level

    @classmethod
    def of(cls, entries: Iterable[str]) -> Blocks:
        """Made at once; for many entries far cheaper than one after the other."""
        blocks, level = _pack(sorted(entries), 0), 0
        while len(blocks) > 1:
            level += 1
            blocks = _pack(blocks, level)
        return cls(blocks[0], level) if blocks else cls()

    def __len__(self) -> int:
        return self._root[1]

    def with_entry(self, entry: str) -> Blocks:
        """This list and one entry more."""
        blocks = _insert(self._root, self._level, entry)
        if len(blocks) == 1:
            return Blocks(blocks[0], self._level)
        return Blocks(_block(blocks, self._level + 1), self._level + 1)

    def without_entry(self, entry: str) -> Blocks:
        """This list and one entry less; the entry must be in it."""
        root, level = _remove(self._root, self._level, entry), self._level
        while level and len(root[2]) == 1:
            root, level = root[2][0], level - 1
        return Blocks(root, level)

    def with_entries(self, entries: Iterable[str]) -> Blocks:
        """This list and several entries more: at its end in one go, a few one by one, many in time linear in both."""
        new = tuple(sorted(entries))
        if new and new[0] > self._root[0]:
            blocks, level = _append(self._root, self._level, new), self._level
            while len(blocks) > 1:
                level += 1
                blocks = tuple(_pack(blocks, level))
            return Blocks(blocks[0], level)
        if len(new) >= _FEW and len(new) * _FEW >= len(self):
            return Blocks.of([*self.walk(), *new])
        grown = self
        for entry in new:
            grown = grown.with_entry(entry)
        return grown

    def position(self, bound: str) -> int:
        """How many entries are smaller than the bound."""
        before: int = 0
        items = self._root[2]
        for _ in range(self._level):
            at = bisect_left(items, bound, key=_last)
            before += sum(child[1] for child in items[:at])
            if at == len(items):
                return before
            items = items[at][2]
        return before + bisect_left(items, bound)

    def walk(self, start: int = 0, stop: int | None = None) -> Iterator[str]:
        """The entries from one position up to another, ascending."""
        leaves = _leaves(self._root, self._level, start)
        return islice(chain.from_iterable(leaves), None if stop is None else max(stop - start, 0))

    def walk_down(self, stop: int | None = None) -> Iterator[str]:
        """The entries before a position, descending; ties too."""
        leaves = _leaves_back(self._root, self._level, len(self) if stop is None else stop)
        return chain.from_iterable(map(reversed, leaves))

    def walk_back(self, *, skip: int = 0, start: int = 0, stop: int | None = None) -> Iterator[str]:
        """Those from one position up to another, the greatest key first, ties still in the order of their arrival.

        Both positions lie between keys. What is skipped costs nothing.
        """
        end = len(self) if stop is None else stop
        if skip >= end - start:
            return
        key = key_of(next(self.walk(end - 1 - skip)))
        first, last = self.position(key), self.position(key + AFTER)
        yield from self.walk(first + skip - (end - last), last)
        while first > start:
            first = yield from self._walk_back_from(first, start)

    def walk_tied(self, prefix_of: Callable[[str], str], *, skip: int = 0, backward: bool = False) -> Iterator[str]:
        """All entries by a shorter key, with which their own begin; those that share it in the order of their arrival.

        `prefix_of` gives it for an entry. What is skipped costs nothing.
        """
        size = len(self)
        while skip < size:
            prefix = prefix_of(next(self.walk(size - 1 - skip if backward else skip)))
            first, last = self.position(prefix), self.position(prefix + AFTER)
            passed = size - last if backward else first
            yield from sorted(self.walk(first, last), key=_arrival)[skip - passed :]
            skip = passed + last - first

    def _walk_back_from(self, stop: int, start: int) -> Generator[str, None, int]:
        """As `walk_back`, up to the end of the first long run; returns where that began, or `start`."""
        run: list[str] = []
        key = ""
        for entry in islice(self.walk_down(stop), stop - start):
            own = key_of(entry)
            if own != key:
                yield from reversed(run)
                stop -= len(run)
                run, key = [], own
            run.append(entry)
            if len(run) > _LONG_RUN:
                first = self.position(key)
                yield from self.walk(first, stop)
                return first
        yield from reversed(run)
        return start


def _arrival(entry: str) -> str:
    return entry[entry.rindex("\0") - _DIGITS :]


def _block(items: tuple[Any, ...], level: int) -> _Block:
    if not level:
        return items[-1], len(items), items
    return items[-1][0], sum(map(_size, items)), items


def _insert(block: _Block, level: int, entry: str) -> tuple[_Block, ...]:
    last, size, items = block
    grown: tuple[Any, ...]
    if entry > last:  # as most are: what arrives last stands last
        last, at = entry, len(items) - 1
        grown = items[:-1] + _insert(items[-1], level - 1, entry) if level else (*items, entry)
    elif level:
        at = bisect_left(items, entry, key=_last)
        grown = items[:at] + _insert(items[at], level - 1, entry) + items[at + 1 :]
    else:
        at = bisect_left(items, entry) - 1
        grown = (*items[: at + 1], entry, *items[at + 1 :])
    if len(grown) <= LARGEST:
        return ((last, size + 1, grown),)
    # Entries that only ever grow would leave half-empty blocks behind, were those split in the middle.
    middle = FILLED if at == len(items) - 1 else len(grown) // 2
    return _block(grown[:middle], level), _block(grown[middle:], level)


def _append(block: _Block, level: int, entries: tuple[str, ...]) -> tuple[_Block, ...]:
    """The block and what stands after its last entry, in as many blocks as that takes."""
    _, size, items = block
    grown = items[:-1] + _append(items[-1], level - 1, entries) if level else items + entries
    if len(grown) <= LARGEST:
        return ((entries[-1], size + len(entries), grown),)
    return tuple(_pack(grown, level))


def _remove(block: _Block, level: int, entry: str) -> _Block:
    _, size, items = block
    rest = [*items]
    if not level:
        del rest[bisect_left(items, entry)]
        return (rest[-1] if rest else ""), size - 1, tuple(rest)
    at = bisect_left(items, entry, key=_last)
    rest[at] = child = _remove(items[at], level - 1, entry)
    if len(child[2]) < SMALLEST and len(items) > 1:
        first = max(at - 1, 0)
        rest[first : first + 2] = _divide(rest[first][2] + rest[first + 1][2], level - 1)
    return rest[-1][0], size - 1, tuple(rest)


def _divide(items: tuple[Any, ...], level: int) -> tuple[_Block, ...]:
    if len(items) <= LARGEST:
        return (_block(items, level),)
    middle = len(items) // 2
    return _block(items[:middle], level), _block(items[middle:], level)


def _pack(items: Sequence[Any], level: int) -> list[Any]:
    return [_block(tuple(items[at : at + FILLED]), level) for at in range(0, len(items), FILLED)]


def _leaves(block: _Block, level: int, start: int) -> Iterator[tuple[str, ...]]:
    """The entries of a block, leaf by leaf, from a position on."""
    if not level:
        yield block[2][start:]
        return
    for child in block[2]:
        if start >= child[1]:
            start -= child[1]
            continue
        yield from _leaves(child, level - 1, start)
        start = 0


def _leaves_back(block: _Block, level: int, stop: int) -> Iterator[tuple[str, ...]]:
    """The entries of a block before a position, the last leaf first."""
    _, after, items = block
    if not level:
        yield items[:stop]
        return
    for child in reversed(items):
        after -= child[1]
        if after < stop:
            yield from _leaves_back(child, level - 1, stop - after)

"""One seeded source of chance: numbers, ids, texts and Faker; the only importer of Faker and of system randomness.

Knows nothing of what the values are for, and reads no time: hand dates in from the clock.
"""

from __future__ import annotations

import math
import random
import secrets
import string
import uuid
from collections.abc import Sequence
from decimal import Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from faker import Faker

_ALPHANUMERICS = string.ascii_letters + string.digits
_Element = TypeVar("_Element")


def new_secret(length: int = 32) -> str:
    """Url-safe alphanumerics that nobody can foretell, for tokens that guard something; the same on no two calls."""
    return "".join(secrets.choice(_ALPHANUMERICS) for _ in range(length))


class Chance:
    """One seeded source of randomness. Same seed and same path: same values, whatever was asked elsewhere.

    A number and its text are the same seed and the same step of a path. Several sources made from one another share
    one Faker, which is built at first use; sources made apart share nothing.

    >>> Chance(7).at("invoices", 3).integer(1, 1000) == Chance("7").at("invoices").at("3").integer(1, 1000)
    True
    """

    __slots__ = ("_above", "_fakers", "_random", "_steps")

    def __init__(self, seed: int | str) -> None:
        self._above: Chance | None = None
        self._steps: tuple[str | int, ...] = (seed,)
        self._fakers = _SharedFaker()
        self._random: random.Random | None = None

    def at(self, *path: str | int) -> Chance:
        """The source at that path below this one; drawing from either leaves the other as it was."""
        return self._derive(self, path)

    def with_seed(self, seed: int | str) -> Chance:
        """What `Chance(seed)` gives, with this source's Faker instead of a new one: a sandbox beside another."""
        return self._derive(None, (seed,))

    @property
    def random(self) -> random.Random:
        """This source's own generator. The methods below draw from it too."""
        if self._random is None:
            digest = blake2b(self._path().encode("utf-8", "surrogatepass"), digest_size=16).digest()
            self._random = random.Random(int.from_bytes(digest, "big"))
        return self._random

    @property
    def faker(self) -> Faker:
        """Faker (en_US), drawing from this source until another source's `faker` is asked for.

        Ask for it at each use and do not keep it. `faker.unique` starts over whenever another source has had its
        turn. Providers of dates read the system's time, so leave them alone.
        """
        return self._fakers.lend_to(self)

    def integer(self, low: int, high: int) -> int:
        """A whole number, both ends included.

        Raises:
            ValueError: `high` is less than `low`.
        """
        return low + self._below(high - low + 1)

    def number(self, low: float | Decimal, high: float | Decimal, places: int) -> float:
        """A number with at most that many decimals, both ends included.

        Raises:
            ValueError: no such number lies between them.
        """
        unit: int = 10**places
        first, last = math.ceil(Decimal(str(low)) * unit), math.floor(Decimal(str(high)) * unit)
        if first > last:
            raise ValueError(f"no number with {places} decimals lies between {low} and {high}")
        return self.integer(first, last) / unit

    def choice(self, options: Sequence[_Element]) -> _Element:
        """One of the options, each as likely as the next.

        Raises:
            ValueError: there are none.
        """
        return options[self._below(len(options))]

    def boolean(self, probability: float = 0.5) -> bool:
        """True with that probability."""
        return self.random.random() < probability

    def uuid(self) -> str:
        """A UUID in the form of version 4, lower case."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def hex(self, length: int) -> str:
        """Lower-case hexadecimal digits."""
        return "".join(self.random.choices("0123456789abcdef", k=length))

    def token(self, length: int) -> str:
        """Url-safe letters and digits. They can be foretold from the seed; see `new_secret`."""
        return "".join(self.random.choices(_ALPHANUMERICS, k=length))

    def __repr__(self) -> str:
        return f"Chance({self._path()!r})"

    def _below(self, count: int) -> int:
        """What `randrange(count)` draws, at a third of its cost: most of what is made up comes through here."""
        if count < 1:
            raise ValueError("there is nothing to draw from")
        draw, bits = self.random.getrandbits, count.bit_length()
        number = draw(bits)
        while number >= count:
            number = draw(bits)
        return number

    def _path(self) -> str:
        """Everything from the seed down to here; put together only when something is drawn, for most sources are not
        drawn from."""
        own = "/".join(map(_step, self._steps))
        return own if self._above is None else "/".join(filter(None, (self._above._path(), own)))

    def _derive(self, above: Chance | None, steps: tuple[str | int, ...]) -> Chance:
        derived = Chance.__new__(Chance)
        derived._above = above
        derived._steps = steps
        derived._fakers = self._fakers
        derived._random = None
        return derived


class _SharedFaker:
    """One Faker for a family of sources: building takes 30 ms, passing it on a microsecond."""

    __slots__ = ("_faker", "_holder")

    def __init__(self) -> None:
        self._faker: Faker | None = None
        self._holder: Chance | None = None

    def lend_to(self, chance: Chance) -> Faker:
        if self._faker is None:
            from faker import Faker  # takes 250 ms, and most runs never need it

            self._faker = Faker("en_US", use_weighting=False)
        if self._holder is not chance:
            self._holder = chance
            self._faker.unique.clear()
            self._faker.factories[0].random = chance.random
        return self._faker


def _step(part: str | int) -> str:
    text = str(part)
    return f"{len(text)}:{text}"  # with its length, so that ("a/b",) and ("a", "b") stay apart

"""What new sandboxes begin with: the seeded store of each vendor, made once for a profile, a seed and a day.

Knows fixtures and what was kept of them; must not know sandboxes in use.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sandbooks.chance import Chance
from sandbooks.chronicle import Chronicle
from sandbooks.chronicle.forms import BaseKey, key_of
from sandbooks.progress import Tell
from sandbooks.sandbox import Beginning
from sandbooks.seeding import EMPTY_PROFILE, LONG, documents_in, seed_store
from sandbooks.spec import Cache
from sandbooks.store import Store
from sandbooks.vendor import Vendor

__all__ = ["DEFAULT_PROFILE", "EMPTY_PROFILE", "BaseKey", "Bases", "FixtureFile"]

DEFAULT_PROFILE = "demo"
KEPT_BASES = 64

FixtureFile = Callable[[str, str], Path | None]


class Bases:
    """The bases of a server's vendors.

    Args:
        fixture_file: gives the file of a vendor's profile, or None.
        chance: the source that seeding draws from, each time with the seed that is asked for.
        tell: hears of seeding that takes long, again and again.
        cache: where what long fixtures say is kept until the next start.

    `chronicle` keeps bases past the process; None where nothing is kept.
    """

    def __init__(self, fixture_file: FixtureFile, chance: Chance, tell: Tell | None, cache: Cache | None) -> None:
        self.fixture_file = fixture_file
        self.chronicle: Chronicle | None = None
        self._chance = chance
        self._tell = tell
        self._cache = cache
        self._made: dict[BaseKey, Store] = {}

    def of(self, vendor: Vendor, beginning: Beginning) -> Store:
        """The shared base of a vendor; the one on which what is kept was built, where there is such a one.

        Raises:
            StartupError: a fixture does not fit; with file and line.
        """
        if self.chronicle is None:
            return self._seed(vendor, beginning)
        base = self.chronicle.base(vendor.id, beginning)
        if base is None:
            base = self._seed(vendor, beginning)
            self.chronicle.keep_base(vendor.id, beginning, base)
        return base

    def attempt(self, vendor: Vendor, beginning: Beginning) -> tuple[BaseKey, Store] | None:
        """A base made in any thread, for `renew`; None without fixtures, and where they are so long that it has to
        wait until it is wanted.

        Raises:
            StartupError: as `of`.
        """
        file = self.file_of(vendor.id, beginning.profile)
        if file is None or documents_in(file, self._cache) >= LONG:
            return None
        # Sources that are made from one another share what they make names with, and calls go on meanwhile.
        return key_of(vendor.id, beginning), self._made_of(vendor, file, beginning, Chance(beginning.seed))

    def renew(self, vendor_id: str, made: tuple[BaseKey, Store] | None = None) -> None:
        """Make the bases of a vendor anew when they are next wanted, but for one that is made already."""
        for key in [key for key in self._made if key[0] == vendor_id]:
            del self._made[key]
        if made is not None:
            self._made[made[0]] = made[1]

    def file_of(self, vendor_id: str, profile: str) -> Path | None:
        """The fixtures of a profile; those of the usual one for a vendor that has none of that name."""
        found = self.fixture_file(vendor_id, profile)
        return found if found is not None or profile == EMPTY_PROFILE else self.fixture_file(vendor_id, DEFAULT_PROFILE)

    def _seed(self, vendor: Vendor, beginning: Beginning) -> Store:
        key = key_of(vendor.id, beginning)
        if key not in self._made:
            file = self.file_of(vendor.id, beginning.profile)
            while len(self._made) >= KEPT_BASES:  # a sandbox holds on to what it has of an older one
                del self._made[next(iter(self._made))]
            self._made[key] = self._made_of(vendor, file, beginning, self._chance.with_seed(beginning.seed))
        return self._made[key]

    def _made_of(self, vendor: Vendor, file: Path | None, beginning: Beginning, chance: Chance) -> Store:
        source = chance.at("seeding", vendor.id)
        return seed_store(vendor, file, beginning.profile, source, beginning.day, tell=self._tell, cache=self._cache)

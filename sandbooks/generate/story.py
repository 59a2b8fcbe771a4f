"""What one object tells of itself: whatever was told once stays true, so that names, mails and dates agree.

Knows one object's facts and the moment it is made in; must not know schemas.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sandbooks.generate.facts import FACTS

if TYPE_CHECKING:
    from sandbooks.chance import Chance
    from sandbooks.generate.names import Meaning
    from sandbooks.spec.model import Json

_DAY_S = 86_400
_PAST_DAYS = 400
_TERMS_DAYS = (14, 30, 45, 60)
_LENGTHS_DAYS = (7, 30, 90, 365)
_PAIRS = (("start", "end"), ("issued", "due"), ("created", "updated"))
_BEFORE = {later: earlier for earlier, later in _PAIRS}
_AFTER = dict(_PAIRS)


@dataclass(slots=True)
class Setting:
    """What all objects of one document have in common."""

    chance: Chance
    now: datetime
    currency: str = ""


@dataclass(slots=True)
class Story:
    """The facts of one object.

    `subject` is what the object is (`person`, `company` ...), `carries` the facts and roles that its properties
    show. A role keeps apart whom a fact is about: the `billing` email and the `shipping` email.
    """

    setting: Setting
    subject: str = ""
    carries: frozenset[tuple[str, str]] = frozenset()
    _told: dict[tuple[str, str], Json] = field(default_factory=dict)
    _moments: dict[str, datetime] = field(default_factory=dict)

    @property
    def chance(self) -> Chance:
        return self.setting.chance

    def tell(self, fact: str, role: str = "") -> Json:
        """The value of a fact; one that lasts is the same each time it is asked for."""
        known = FACTS[fact]
        if not known.lasts:
            return known.make(self, role)
        key = (fact, role)
        if key not in self._told:
            self._told[key] = known.make(self, role)
        return self._told[key]

    def known(self, fact: str, role: str = "") -> Json:
        """The value of a fact if it has been told or learned, else None."""
        return self._told.get((fact, role))

    def learn(self, meaning: Meaning, value: Json) -> None:
        """Take a value that somebody else chose as true."""
        if meaning.fact == "currency" and isinstance(value, str):
            self.setting.currency = self.setting.currency or value
        if meaning.fact in ("day", "moment") or (meaning.event and not meaning.fact):
            moment = read_moment(value)
            if moment is not None:
                self._moments.setdefault(meaning.event, moment)
        elif meaning.fact and isinstance(value, str | int | float):
            self._told.setdefault((meaning.fact, meaning.role), value)

    def currency(self) -> str:
        """The one currency of the document."""
        if not self.setting.currency:
            self.setting.currency = self.chance.choice(("USD", "USD", "EUR", "GBP", "CAD", "AUD"))
        return self.setting.currency

    def moment(self, event: str) -> datetime:
        """When something happened or will: nothing after `now` but what is due, expires, ends or is planned.

        created <= updated <= now, created <= happened <= now, start <= end, issued <= due.
        """
        if event not in self._moments:
            self._moments[event] = self._find_moment(event)
        return self._moments[event]

    def _find_moment(self, event: str) -> datetime:
        now, chance = self.setting.now.replace(microsecond=0), self.chance
        if event == "birth":
            return now - timedelta(days=chance.integer(20 * 365, 65 * 365))
        if event == "future":
            return now + timedelta(days=chance.integer(7, 365))
        if event in ("due", "end"):
            days = chance.choice(_TERMS_DAYS if event == "due" else _LENGTHS_DAYS)
            return self.moment(_BEFORE[event]) + timedelta(days=days)
        latest = min([now, *self._limits_after(event)])
        if event in ("updated", "happened"):
            return self._between(self.moment("created"), latest)
        created = self._moments.get("created")
        return self._between(created if event == "issued" and created and created < latest else None, latest)

    def _limits_after(self, event: str) -> list[datetime]:
        """Moments already known that this one must not follow."""
        later = [_AFTER[event]] if event in _AFTER else []
        if event == "created":
            later += ["happened", "issued"]
        return [self._moments[each] for each in later if each in self._moments]

    def _between(self, earliest: datetime | None, latest: datetime) -> datetime:
        if earliest is None:
            return latest - timedelta(seconds=self.chance.integer(_DAY_S, _PAST_DAYS * _DAY_S))
        span_s = int((latest - earliest).total_seconds())
        return earliest + timedelta(seconds=self.chance.integer(0, span_s)) if span_s > 0 else earliest


def read_moment(value: Json) -> datetime | None:
    """A date, a date-time or seconds since the epoch as a moment in UTC; None for anything else."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value if value < 10**11 else value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None

"""Three rates with their types, as billable items and price items have them.

A type has two names, free text both: its Uname is the lower snake case of its name (A34).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .drafts import Draft
from .entities import Property
from .values import quoted, read_key, read_number, snake, title


@dataclass(frozen=True, slots=True)
class Rate:
    """The properties of one rate."""

    amount: str
    uname: str
    name: str
    is_needed: bool = False


def rates_of(rate: str, uname: str, name: str, *, first_is_needed: bool) -> tuple[Rate, ...]:
    """The three of an entity: the names of the second and third end in their number."""
    return tuple(
        Rate(f"{rate}{end}", f"{uname}{end}", f"{name}{end}", is_needed=first_is_needed and not end)
        for end in ("", "2", "3")
    )


def properties_of(rates: Sequence[Rate]) -> tuple[Property, ...]:
    return tuple(
        each
        for rate in rates
        for each in (
            Property(rate.amount, read_number, required=rate.is_needed),
            Property(rate.uname, read_key),
            Property(rate.name, read_key),
        )
    )


def settle_rates(draft: Draft, rates: Sequence[Rate]) -> None:
    """Either name of a type gives the other; a rate has a type, or it is refused."""
    for rate in rates:
        _settle_type(draft, rate)
        needs = rate.is_needed and draft.is_new
        if draft.get(rate.uname) is not None or (draft.get(rate.amount) is None and not needs):
            continue
        if any(map(draft.is_refused, (rate.uname, rate.name, rate.amount))):
            draft.keep(rate.uname, rate.name)
            continue
        beside = (rate.uname,) if draft.is_new else (rate.uname, rate.amount)
        draft.refuse(rate.name, f"{rate.name} or {rate.uname} is needed with {rate.amount}", *beside)


def _settle_type(draft: Draft, rate: Rate) -> None:
    draft.keep_twins(rate.uname, rate.name)
    uname, name = (draft.get(each) if draft.brings(each) else None for each in (rate.uname, rate.name))
    if uname is not None and name is not None and snake(uname) != snake(name):
        message = f"{quoted(uname)} and {quoted(name)} are two different rate types"
        draft.refuse(rate.uname, message, rate.name)
    elif uname is not None or name is not None:
        name = title(str(uname)) if name is None else name
        draft.values |= {rate.uname: snake(name), rate.name: name}
    elif draft.clears(rate.uname) or draft.clears(rate.name):
        draft.values |= {rate.uname: None, rate.name: None}

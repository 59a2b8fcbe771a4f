"""What a verb in a path does to a document: `approve` makes its status APPROVED, `archive` its `archived` true.

Knows verbs and what they leave behind; must not know paths.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sandbooks.resources.model import Action
from sandbooks.resources.properties import Properties, Property
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import split_words, squeeze, stem, vocabulary

STATUS_NAMES = ("status", "state", "stage", "phase", "lifecyclestatus", "lifecyclestate")
RESULTS = {
    verb: results.split()
    for verbs, results in (
        ("approve authorise authorize", "approved authorised authorized"),
        ("void", "voided void"),
        ("cancel", "cancelled canceled"),
        ("send", "sent issued"),
        ("issue", "issued open sent"),
        ("pay", "paid"),
        ("submit", "submitted pending pendingapproval submittedforapproval awaitingapproval inreview"),
        ("finalize finalise", "finalized finalised open"),
        ("open reopen", "open opened reopened active"),
        ("archive", "archived inactive"),
        ("unarchive restore undelete reactivate", "active restored unarchived draft open"),
        ("activate enable", "active activated enabled"),
        ("deactivate disable", "inactive deactivated disabled"),
        ("resume unpause unhold unblock unsuspend", "active running inprogress resumed open"),
        ("pause", "paused onhold"),
        ("hold", "onhold held hold"),
        ("start begin", "started inprogress running active"),
        ("end", "ended"),
        ("complete finish", "completed complete finished done"),
        ("deny", "denied rejected"),
        ("decline reject", "declined rejected denied"),
        ("publish", "published live active"),
        ("unpublish unpost revert", "draft unpublished"),
        ("capture", "captured succeeded"),
        ("withdraw", "withdrawn"),
        ("unlock", "unlocked open active"),
        ("renew", "renewed active"),
        ("convert", "converted"),
        ("freeze", "frozen"),
        ("win", "won"),
        ("lose", "lost"),
        ("split", "split"),
        ("write_off writeoff", "writtenoff uncollectible"),
        ("delete trash", "deleted trashed"),
    )
    for verb in verbs.split()
}
BACKWARDS = {
    "disable": "enabled",
    "deactivate": "active",
    "restore": "deleted",
    "undelete": "deleted",
    "reopen": "closed",
}
LOOSE = vocabulary(
    "active inactive open draft pending submitted inreview inprogress running live succeeded done onhold"
)
REFLEXIVE = frozenset({"mark", "set", "move", "change", "make"})
FILLERS = frozenset({"as", "to", "for", "the", "into"})

_DOUBLED = re.compile(r"[^aeiou][aeiou][bdglmnprt]$")


def find_action(schemas: Schemas, properties: Properties, word: str, noun: str) -> Action | None:
    """What the verb does, None when no status and no flag of the document shows it."""
    results = results_of(word, noun)
    sure = [result for result in results if result not in LOOSE]
    return (
        _status(schemas, properties, sure)
        or _flag(properties, word, results)
        or _status(schemas, properties, [result for result in results if result in LOOSE])
        or _moment(properties, word, results)
    )


def undo_action(action: Action) -> Action | None:
    """What DELETE does where PUT sets: a flag falls, a moment goes; a status has no way back."""
    if action.moment:
        return Action(action.property)
    return Action(action.property, not action.value) if isinstance(action.value, bool) else None


def results_of(word: str, noun: str) -> tuple[str, ...]:
    """The states that a verb leads to, most likely first.

    >>> results_of("mark-as-paid", "invoice")
    ('paid',)
    """
    words = split_words(word)
    if not words:
        return ()
    if words[0] in REFLEXIVE and len(words) > 1:
        return ("".join(each for each in words[1:] if each not in FILLERS),)
    verb = "".join(words)
    if len(words) > 1 and (stem(words[-1]) == noun or words[1] in ("email", "mail", "now") or words[1] in FILLERS):
        verb = words[0]
    return tuple(dict.fromkeys((*RESULTS.get(verb, ()), *participles(verb), verb)))


def participles(verb: str) -> tuple[str, ...]:
    """The regular forms of a verb that say it is done: `close` -> `closed`, `ship` -> `shipped`."""
    if verb.endswith("e"):
        return (f"{verb}d",)
    if verb.endswith("y") and verb[-2:-1] not in "aeou":
        return (f"{verb[:-1]}ied",)
    return (f"{verb}{verb[-1]}ed", f"{verb}ed") if _DOUBLED.search(verb) else (f"{verb}ed",)


def _status(schemas: Schemas, properties: Properties, results: Sequence[str]) -> Action | None:
    for found in _statuses(schemas, properties):
        values = {squeeze(str(value)): value for value in schemas.enum(found.schema)}
        for result in results:
            if result in values:
                return Action(found.name, values[result])
    return None


def _statuses(schemas: Schemas, properties: Properties) -> list[Property]:
    """The properties with listed values, those named like a status first; not those inside arrays."""
    shallow = (each for each in properties.all if not each.in_array and each.name.count(".") < 2)
    named = (each for each in shallow if each.kind in ("string", "") and _last(each).endswith(STATUS_NAMES))
    return sorted((each for each in named if len(schemas.enum(each.schema)) > 1), key=lambda each: each.name.count("."))


def _flag(properties: Properties, word: str, results: Sequence[str]) -> Action | None:
    own = (each for each in properties.all if each.kind == "boolean" and not each.in_array)
    flags = {_last(each).removeprefix("is"): each for each in own}
    verb = squeeze(word)
    for back in (BACKWARDS.get(verb), *_undone(verb)):
        if back and back in flags:
            return Action(flags[back].name, False)
    return next((Action(flags[result].name, True) for result in results if result in flags), None)


def _moment(properties: Properties, word: str, results: Sequence[str]) -> Action | None:
    """`approve` where nothing but `approved_at` shows it."""
    dates = {_last(each): each for each in properties.all if each.is_date and not each.in_array}
    verb = squeeze(word)
    for result in _undone(verb):
        if found := _dated(dates, result):
            return Action(found.name)
    found = next((hit for result in results if (hit := _dated(dates, result))), None)
    return Action(found.name, moment=True) if found else None


def _dated(dates: Mapping[str, Property], result: str) -> Property | None:
    return next((dates[name] for end in ("at", "on", "date", "time") if (name := f"{result}{end}") in dates), None)


def _undone(verb: str) -> tuple[str, ...]:
    """`unarchive` takes back `archived`."""
    return next((participles(verb[len(by) :]) for by in ("un", "de", "dis") if verb.startswith(by)), ())


def _last(found: Property) -> str:
    return squeeze(found.name.rpartition(".")[2])

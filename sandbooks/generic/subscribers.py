"""Who hears of an event: the active documents of the collections that hold subscriptions.

Knows stored subscriptions; must not know what is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbooks.generic.filters import undeleted
from sandbooks.generic.lookup import same_id
from sandbooks.generic.places import ABSENT, Json, find_at, split_property
from sandbooks.pack import Call, Endpoint
from sandbooks.resources import Inference, Parent, Resource, Subscription, same_event
from sandbooks.resources.words import squeeze, vocabulary

IDLE = vocabulary("disabled inactive paused suspended deleted off blocked archived revoked expired cancelled canceled")
"""Words for a subscription that is not in use."""
NAMES = ("event", "name", "type", "topic")
"""Under which of its keys an object names the event that it stands for."""


class Subscribers:
    """The subscriptions of one description."""

    def __init__(self, inference: Inference) -> None:
        self._homes = tuple(_Home(each, inference.resources[each.resource]) for each in inference.subscriptions)

    def of(self, call: Call, event: str, resource: Resource, document: Mapping[str, Json]) -> Iterator[Endpoint]:
        """Where an event about a document goes, in the order of the subscriptions; `call` is what brought it about."""
        for home in self._homes:
            for each in call.collection(home.resource.name).views():
                if home.hears(each, event) and home.is_concerned(each, resource, document):
                    yield home.endpoint(each)


@dataclass(frozen=True, slots=True)
class _Home:
    """One collection of subscriptions."""

    subscription: Subscription
    resource: Resource

    def endpoint(self, document: Mapping[str, Json]) -> Endpoint:
        secret = _at(document, self.subscription.secret) if self.subscription.secret else ""
        id, url = _at(document, self.resource.id_property), _at(document, self.subscription.url)
        return Endpoint(str(id), url, secret if isinstance(secret, str) else "")

    def hears(self, document: Mapping[str, Json], event: str) -> bool:
        """The subscription is in use, has an address, and asks for the event; where it asks for none, for all."""
        subscription, deleted = self.subscription, self.resource.soft_delete
        url = _at(document, subscription.url)
        if not isinstance(url, str) or not url or (deleted is not None and not undeleted(deleted)(document)):
            return False
        asked = _at(document, subscription.events) if subscription.events else None
        return _is_active(subscription, document) and (asked in (ABSENT, None, "", [], {}) or _asks_for(asked, event))

    def is_concerned(self, document: Mapping[str, Json], resource: Resource, changed: Mapping[str, Json]) -> bool:
        """What is below a parent hears of that parent, and of all else below it; not of its neighbours."""
        for parent in self.resource.parents:
            name = _shared(parent, resource)
            own, other = _at(document, parent.property), _at(changed, name) if name else ABSENT
            if ABSENT not in (own, other) and not same_id(own, other):
                return False
        return True


def _shared(parent: Parent, resource: Resource) -> str:
    """The property by which documents of a collection belong to the same kind of parent; empty where none does."""
    if parent.collection and parent.collection == resource.name:
        return resource.id_property
    same = (
        each.property
        for each in resource.parents
        if (each.collection == parent.collection if parent.collection else each.parameter == parent.parameter)
    )
    return next(same, "")


def _is_active(subscription: Subscription, document: Mapping[str, Json]) -> bool:
    status = _at(document, subscription.status) if subscription.status else ""
    return (
        all(_at(document, name) is not False for name in subscription.enabled)
        and all(_at(document, name) is not True for name in subscription.disabled)
        and not (isinstance(status, str) and squeeze(status) in IDLE)
    )


def _asks_for(asked: Json, event: str) -> bool:
    """The names of the wanted events: a list, a text with commas, or true under each."""
    if isinstance(asked, str):
        return any(same_event(name, event) for name in asked.split(","))
    if isinstance(asked, list):
        return any(_asks_for(each, event) for each in asked)
    if isinstance(asked, Mapping):
        named = [asked[key] for key in NAMES if isinstance(asked.get(key), str)]
        wanted = named or [key for key, value in asked.items() if value is True]
        return any(same_event(name, event) for name in wanted)
    return False


def _at(document: Mapping[str, Json], name: str) -> Json:
    return find_at(document, split_property(name))

"""What a call makes the server send: callbacks of its operation, and webhooks about what it changed.

Knows descriptions and what was inferred; sends nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from sandbooks.generic.filters import undeleted
from sandbooks.generic.late import Late
from sandbooks.generic.payloads import Facts, id_names, names_of
from sandbooks.generic.places import ABSENT, Json, find_at, split_property
from sandbooks.generic.requests import NotificationRequest
from sandbooks.generic.subscribers import Subscribers
from sandbooks.generic.targets import Answered, fixed_host, target_of, unreachable
from sandbooks.pack import TENANT_MARK, Call, Endpoint, Outgoing, Webhooks, delivery_id, sign_with_secret
from sandbooks.resources import Action, Happening, Inference, Occasion, Resource
from sandbooks.spec import Description, Notification, Operation
from sandbooks.store import HIDDEN_MARK, Change

READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
DEFAULT_ENDPOINT = "webhook-url"
"""The id of the endpoint for what nobody subscribed to."""

DESCRIBED_WEBHOOKS = Webhooks(lambda call, event: (), signer=sign_with_secret)
"""How a description's notifications are sent: signed where a subscription has a secret, tried again as by default."""

Notify = Callable[[Answered, str], Iterator[Outgoing]]
"""From a call that succeeded, and the address for webhooks that needs no subscription, to the requests that leave."""


class Notifier:
    """What the operations of one description make the server send."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._tells = any(occasion.resource for occasion in inference.occasions)
        self._announcements = Late(lambda description: _Announcements(description, inference))

    def of(self, operation: Operation, *, changes: bool) -> Notify | None:
        """What one operation does; None where it is nothing.

        Args:
            changes: it may change stored documents, which webhooks tell of.
        """
        tells = self._tells and changes and operation.method not in READING
        if not (operation.callbacks or tells):
            return None
        callbacks = tuple(_Callback(each, self._inference) for each in operation.callbacks)

        def notify(answered: Answered, webhook_url: str) -> Iterator[Outgoing]:
            if answered.reply.status >= 400:
                return
            net = list(_net(answered.changes))
            found = [each for callback in callbacks for each in callback.answers(answered, net, webhook_url)]
            if tells:
                found += self._announcements.of(answered.call).about(answered, net, webhook_url)
            for number, outgoing in enumerate(found):
                yield replace(outgoing, id=delivery_id(answered.call, number))

        return notify


def unsent_reason(notification: Notification, inference: Inference) -> str:
    """Why a notification is never sent, in the words of the journal; empty where it may be."""
    why = unreachable(notification.address) if notification.address is not None else ""
    return why or NotificationRequest(notification, inference).problem


class _Callback:
    """One request of one callback."""

    def __init__(self, notification: Notification, inference: Inference) -> None:
        self._notification = notification
        self._inference = inference
        self._request = NotificationRequest(notification, inference)

    def answers(self, answered: Answered, changes: list[Change], webhook_url: str) -> Iterator[Outgoing]:
        """The request, where its address says where it goes."""
        name, address, call = self._notification.name, self._notification.address, answered.call
        assert address is not None
        target = target_of(address, answered)
        url = webhook_url if target.is_fixed else target.url
        if not url:
            call.note(f"callback `{name}` is not sent: {target.problem or fixed_host(address)}")
            return
        facts = self._facts(answered, changes)
        outgoing = self._request.write(
            call, facts, Endpoint(DEFAULT_ENDPOINT if target.is_fixed else call.operation.id, url)
        )
        if outgoing is not None:
            call.note(f"callback `{name}` leaves for what `{address.text}` gives")
            yield outgoing

    def _facts(self, answered: Answered, changes: list[Change]) -> Facts:
        """The document that the call concerned last, one that was made or changed before one that went."""
        call = answered.call
        named = names_of(answered.reply.body, call.body, call.query, call.path, call.headers)
        resources = self._inference.resources
        known = [each for each in changes if _table(each) in resources]
        change = next((each for each in reversed(known) if each.after is not None), known[-1] if known else None)
        name = self._notification.name
        id = _event_id(call, call.operation.id, name)
        if change is None:
            return Facts(name, id, named=named)
        document, resource = change.after or change.before or {}, resources[_table(change)]
        named = {**named, **id_names(resource, document)}
        return Facts(name, id, "", resource, document, change.before, named)


class _Announcements:
    """The webhooks of a description: what each tells, and to whom."""

    def __init__(self, description: Description, inference: Inference) -> None:
        self._resources = inference.resources
        self._subscribers = Subscribers(inference)
        self._told: dict[str, list[tuple[Occasion, NotificationRequest]]] = {}
        for occasion in inference.occasions:
            if occasion.resource is not None:
                requests = [
                    NotificationRequest(each, inference) for each in description.webhooks if each.name == occasion.event
                ]
                for request in requests or [NotificationRequest(None, inference)]:
                    self._told.setdefault(occasion.resource, []).append((occasion, request))

    def about(self, answered: Answered, changes: list[Change], webhook_url: str) -> Iterator[Outgoing]:
        """A request for each webhook that tells of a change, and each of its receivers."""
        for change in changes:
            for occasion, request in self._told.get(_table(change), ()):
                resource = self._resources[_table(change)]
                happening = _happened(occasion, change, resource)
                if happening is not None:
                    yield from self._tell(answered, change, occasion, request, happening, webhook_url)

    def _tell(
        self,
        answered: Answered,
        change: Change,
        occasion: Occasion,
        request: NotificationRequest,
        happening: Happening,
        webhook_url: str,
    ) -> Iterator[Outgoing]:
        call, resource = answered.call, self._resources[_table(change)]
        document = change.after or change.before or {}
        named = {**names_of(call.body, call.query, call.path, call.headers), **id_names(resource, document)}
        id = _event_id(call, occasion.event, change.table, change.id)
        receivers = list(self._subscribers.of(call, occasion.event, resource, document))
        if webhook_url:
            receivers.append(Endpoint(DEFAULT_ENDPOINT, webhook_url))
        for endpoint in receivers:
            about = {"webhookid": endpoint.id, "subscriptionid": endpoint.id, "hookid": endpoint.id}
            facts = Facts(occasion.event, id, happening, resource, document, change.before, {**about, **named})
            outgoing = request.write(call, facts, endpoint)
            if outgoing is not None:
                yield outgoing
        whom = f"leaves for {len(receivers)}" if receivers else "is heard by nobody"
        call.note(f"webhook `{occasion.event}` {whom}: {occasion.reason}")


def _event_id(call: Call, *path: str) -> str:
    """The same for every receiver of one event; as with deliveries, two sandboxes of one seed have different ones."""
    return call.chance.at("event", call.sandbox, *path).uuid()


def _table(change: Change) -> str:
    """The collection of a change; another tenant's bears its name too."""
    return change.table.partition(TENANT_MARK)[0]


def _net(changes: Iterable[Change]) -> Iterator[Change]:
    """What became of each document in all, in the order in which they were first touched; none of the engine's own."""
    found: dict[tuple[str, str], Change] = {}
    for change in changes:
        if not change.table.startswith(HIDDEN_MARK):
            first = found.get((change.table, change.id), change)
            found[change.table, change.id] = change._replace(before=first.before)
    return (change for change in found.values() if change.before is not None or change.after is not None)


def _happened(occasion: Occasion, change: Change, resource: Resource) -> Happening | None:
    """What the occasion speaks of, where the change is of that kind."""
    happening = _happening(change, resource)
    if happening not in occasion.happenings:
        return None
    before, after = change.before or {}, change.after or {}
    if occasion.property and _at(before, occasion.property) == _at(after, occasion.property):
        return None
    state = occasion.state
    if state is not None and not _came_to(_at(before, state.property), _at(after, state.property), state):
        return None
    return happening


def _happening(change: Change, resource: Resource) -> Happening:
    if change.before is None:
        return "created"
    if change.after is None:
        return "deleted"
    deleted = resource.soft_delete
    if deleted is not None and undeleted(deleted)(change.before) and not undeleted(deleted)(change.after):
        return "deleted"
    return "updated"


def _came_to(before: Json, after: Json, state: Action) -> bool:
    if state.moment:
        return before in (ABSENT, None) and after not in (ABSENT, None)
    if state.value is None:
        return before not in (ABSENT, None) and after in (ABSENT, None)
    return bool(before != state.value and after == state.value)


def _at(document: Mapping[str, Json], name: str) -> Json:
    return find_at(document, split_property(name))

"""One notification as a request: its method, headers, query and body.

Knows what a description says of it; must not know why it is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from sandbooks.generic.headers import header_line
from sandbooks.generic.late import Late
from sandbooks.generic.media import NO_MEDIA, is_file, is_foreign, media_rank, write_body
from sandbooks.generic.payloads import Facts, Payload
from sandbooks.generic.places import Json
from sandbooks.notation import write_json
from sandbooks.pack import JSON_MEDIA, Call, Endpoint, Event, Outgoing, event_payload
from sandbooks.resources import Inference
from sandbooks.resources.words import squeeze
from sandbooks.spec import Location, MediaType, Notification, Parameter

PROOFS = ("signature", "hmac", "sha256", "sha1", "authorization")
"""Ends of headers that prove a sender: none is made up."""
EVENT_WORDS = ("event", "eventtype", "eventname", "topic")
ID_ENDS = ("eventid", "deliveryid", "delivery", "webhookid", "notificationid", "idempotencykey")


class NotificationRequest:
    """Requests of one notification; of None, an event whose body nothing describes: `{type, timestamp, data}`."""

    def __init__(self, notification: Notification | None, inference: Inference) -> None:
        content = notification.body.content if notification is not None and notification.body is not None else {}
        self._notification = notification
        self._has_body = bool(content) or notification is None
        self._media_type, self._media = _choose(content)
        self._payload = Late(lambda description: Payload(self._media, description, inference))

    @property
    def problem(self) -> str:
        """Why no body can be written, empty where one can."""
        return "" if _is_written(self._media_type) else f"no bodies of {self._media_type} are written"

    def write(self, call: Call, facts: Facts, endpoint: Endpoint) -> Outgoing | None:
        """The request to one receiver; None, with a note, for a content type that is no text."""
        if problem := self.problem:
            call.note(f"`{facts.event}` is not sent: {problem}")
            return None
        body = self._body(call, facts, endpoint) if self._has_body else ""
        headers = {"Content-Type": self._media_type} if body else {}
        headers.update(self._parameters(call, facts, "header"))
        query = urlencode(dict(self._parameters(call, facts, "query")))
        return Outgoing(
            event=facts.event,
            endpoint=endpoint.id,
            url=f"{endpoint.url}{'&' if '?' in endpoint.url else '?'}{query}" if query else endpoint.url,
            method=self._notification.method if self._notification is not None else "POST",
            headers=headers,
            body=body,
            secret=endpoint.secret,
        )

    def _body(self, call: Call, facts: Facts, endpoint: Endpoint) -> str:
        payload = self._payload.of(call)
        value = payload.make(call, facts, call.chance.at("notification", facts.event, endpoint.id))
        if self._notification is None:
            value = event_payload(call, Event(facts.event, value), endpoint, "")
        written = write_body(value, self._media_type, self._media.schema, payload.shapes)
        return written.decode("utf-8", "replace") if isinstance(written, bytes) else write_json(written).decode()

    def _parameters(self, call: Call, facts: Facts, location: Location) -> Iterator[tuple[str, str]]:
        """The parameters that must be there, and those of which something is known."""
        for parameter in self._notification.parameters if self._notification is not None else ():
            if parameter.location == location and not squeeze(parameter.name).endswith(PROOFS):
                value = _known(parameter, facts)
                if value is None and parameter.required:
                    chance = call.chance.at("notification", facts.event, parameter.name)
                    value = call.generator.value(parameter.schema, chance, now=call.now, name=parameter.name)
                if value is not None:
                    yield parameter.name, header_line(value)


def _known(parameter: Parameter, facts: Facts) -> Json:
    """What a parameter's name tells: the event's name, or that of something in the call. None for nothing."""
    word = squeeze(parameter.name)
    if word.endswith(EVENT_WORDS):
        return facts.event
    if word.endswith(ID_ENDS):
        return facts.id
    found = facts.named.get(word, facts.named.get(word.removeprefix("x")))
    return found if isinstance(found, str | int | float) else parameter.default


def _choose(content: Mapping[str, MediaType]) -> tuple[str, MediaType]:
    """The content type of a body: JSON where it is offered, else XML, a form, text, the first."""
    if not content:
        return JSON_MEDIA, NO_MEDIA
    name, media = max(content.items(), key=lambda entry: media_rank(entry[0]))
    return (JSON_MEDIA if "*" in name else name), media


def _is_written(media_type: str) -> bool:
    """JSON, XML, a form without files, or text."""
    return not (is_file(media_type) or is_foreign(media_type))

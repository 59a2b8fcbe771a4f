"""Bodies that change a document: of one property where an update takes so little, else all of it.

Knows what a client may set; must not know what is asked of the answers.
"""

from __future__ import annotations

from typing import Any

from sandbooks.generic.places import ABSENT, copy_json, put_at
from sandbooks.resources import Behaviour, Resource
from sandbooks.spec import Operation
from tests.calling import JSON_PATCH, Client, media_type_of
from tests.documents import Compared, Document, Made, Maker, Untried, documents_in, is_upsert_by_path

Json = Any  # a JSON value


class Changes:
    """Makes bodies for the changes of one collection's documents."""

    def __init__(self, maker: Maker, resource: Resource) -> None:
        self._maker = maker
        self._client: Client = maker.client
        self._resource = resource
        self._compared = Compared(maker.vendor)

    def body(self, operation: Operation, behaviour: Behaviour, made: Made, before: Document) -> Json:
        """A body that changes the document, which is now as `before`; None where the operation takes none."""
        if operation.body is None:
            return None
        if takes_steps(operation):
            name = self._plain_name(before)
            return [{"op": "replace", "path": f"/{name}", "value": self._other_value(name)}]
        body = self._client.body(operation, seed=self._maker.seed())
        if behaviour.id is not None and behaviour.id.source == "body" and behaviour.request.kind == "items":
            body = self.named_element(body, behaviour, made)
        if behaviour.role != "update" or behaviour.request.kind != "item" or not isinstance(body, dict):
            return body
        small = self._of_one_property(body, behaviour, before)
        fits = small is not None and not operation.check_body(media_type_of(operation), small)
        return small if fits else body

    def little(self, operation: Operation, behaviour: Behaviour, body: Document) -> tuple[Document, list[str]]:
        """The body with as few properties of the document as fit, and the names of those that were left out."""
        media_type = media_type_of(operation)
        small: Document = copy_json(body)
        document = next(iter(documents_in(small, behaviour.request)), {})
        left_out = []
        for name in [name for name in document if name != self._resource.id_property]:
            value = document.pop(name)
            if operation.check_body(media_type, small):
                document[name] = value
            else:
                left_out.append(name)
        return small, left_out

    def named_element(self, body: Json, behaviour: Behaviour, made: Made) -> Json:
        """A bulk body of one element, which names the document.

        Raises:
            Untried: the body holds no element.
        """
        assert behaviour.id is not None
        elements = documents_in(body, behaviour.request)
        if not elements:
            raise Untried(f"{behaviour.operation}: its body holds no document")
        put_at(elements[0], behaviour.id.path, made.id)
        inner: Json = [elements[0]]
        for key in reversed(behaviour.request.inner):
            inner = [{key: each} for each in inner]
        if not behaviour.request.path:
            return inner
        outer = copy_json(body)
        put_at(outer, behaviour.request.path, inner)
        return outer

    def sent(self, body: Json, behaviour: Behaviour) -> Document:
        """What a body says of the document."""
        if isinstance(body, list) and behaviour.request.kind != "items":
            return {each["path"].lstrip("/"): each["value"] for each in body}
        return next(iter(documents_in(body, behaviour.request)), {})

    def _of_one_property(self, body: Document, behaviour: Behaviour, before: Document) -> Document | None:
        fields = self._resource.fields
        small: Document = copy_json(body)
        document = next(iter(documents_in(small, behaviour.request)), {})
        inner, shown = (document.get(fields), before.get(fields)) if fields else (document, before)
        if not isinstance(inner, dict) or not isinstance(shown, dict):
            return None
        own, taken = self._compared.settable(self._schema_of_fields()), decided(self._resource, behaviour)
        names = [name for name in inner if name in own and name not in taken and inner[name] != shown.get(name, ABSENT)]
        chosen = next((name for name in names if not isinstance(inner[name], dict | list)), names[0] if names else None)
        if chosen is None:
            return None
        for name in [name for name in inner if name != chosen]:
            del inner[name]
        return small

    def _schema_of_fields(self) -> Json:
        schema, fields = self._resource.schema, self._resource.fields
        return self._compared.settable(schema).get(fields, {}) if fields else schema

    def _plain_name(self, before: Document) -> str:
        for name in self._compared.settable(self._resource.schema):
            if name != self._resource.id_property and isinstance(before.get(name), str | int | float):
                return name
        raise Untried(f"{self._resource.name}: no plain property to patch")

    def _other_value(self, name: str) -> Json:
        schema = self._compared.settable(self._resource.schema)[name]
        return self._client.value(schema, name, seed=self._maker.seed(), for_answer=True)


def takes_steps(operation: Operation) -> bool:
    """The body is a JSON patch: by its content type, or because nothing else fits."""
    media_type, step = media_type_of(operation), {"op": "replace", "path": "/a", "value": 1}
    if media_type == JSON_PATCH:
        return True
    faults = [operation.check_body(media_type, body) for body in ([step], [{"op": 7}], {"a": 1})]
    return not faults[0] and bool(faults[1]) and bool(faults[2])


def decided(resource: Resource, behaviour: Behaviour) -> frozenset[str]:
    """Properties about which what is sent does not decide: the id, unless it is taken, and what the path says."""
    own = set() if behaviour.takes_id and not is_upsert_by_path(behaviour) else {resource.id_property}
    return frozenset(own | {parent.property.partition(".")[0] for parent in behaviour.parents})

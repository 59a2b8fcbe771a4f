"""Handlers for an object inside a document that has a path of its own: it is read and changed in the document.

Knows one document at a time; must not know how it was made.
"""

from __future__ import annotations

from sandbooks.generic.answers import Answers
from sandbooks.generic.documents import Documents
from sandbooks.generic.places import drop_at, find_at, put_at
from sandbooks.generic.sent import Sent
from sandbooks.pack import Call, Handler, Reply
from sandbooks.resources import Part, Resource
from sandbooks.store import Document


def window_handler(documents: Documents, part: Part) -> Handler:
    """The handler for the verb of an object inside a document; one that the document lacks is shown empty.

    It raises `NotFound` where the document, or a parent of it, does not exist.
    """
    behaviour, lookup, writer = documents.behaviour, documents.lookup, documents.writer
    name = ".".join(part.place)
    element = Resource(f"{documents.resource.name}.{name}", schema=part.schema)
    answers = Answers(documents.operation, behaviour, element, documents.inference, behaviour.success)

    def shown(call: Call, document: Document) -> Reply:
        held = find_at(document, part.place)
        return answers.one(call, held if isinstance(held, dict) else {})

    def read(call: Call) -> Reply:
        return shown(call, lookup.read(call))

    def change(call: Call) -> Reply:
        document, patch = lookup.read(call), Sent()
        put_at(patch, part.place, (documents.sent(call) or [{}])[0])
        if behaviour.verb == "replace":
            drop_at(document, part.place)
        return shown(call, writer.amend(call, document, patch, lookup.parents.scope(call)))

    def empty(call: Call) -> Reply:
        return shown(call, writer.set_properties(call, lookup.read(call), {name: None}))

    return {"get": read, "replace": change, "update": change, "delete": empty}[behaviour.verb or "get"]

"""Handlers for what there is once, or once below each parent: settings, a profile, a balance.

Knows that nobody makes such a document; must not know how documents are shown.
"""

from __future__ import annotations

from sandbooks.generic.documents import Documents
from sandbooks.generic.lookup import Scope
from sandbooks.generic.places import ABSENT
from sandbooks.generic.tables import key_of
from sandbooks.pack import Call, Handler, Reply
from sandbooks.resources import Inference, Resource
from sandbooks.store import Document


def singleton_handler(documents: Documents) -> Handler:
    """The handler for the verb of a singleton.

    Where no operation makes or deletes it, it is always there: made up until it is first changed, the same each time.
    """
    behaviour, lookup, writer = documents.behaviour, documents.lookup, documents.writer
    is_always_there = not _comes_and_goes(documents.resource, documents.inference)

    def find(call: Call, scope: Scope) -> Document | None:
        found = lookup.find(call, ABSENT, scope)
        return found if found is not None or not is_always_there else made_up(call, scope)

    def made_up(call: Call, scope: Scope) -> Document:
        resource = documents.resource
        chance = call.chance.with_seed(f"{resource.name}/{key_of(resource, ABSENT, scope)}")
        given = dict(writer.fit_scope(call, scope))
        return call.generator.document(resource.schema, chance, now=call.now, given=given)

    def read(call: Call) -> Reply:
        found = find(call, lookup.parents.scope(call))
        if found is None:
            raise lookup.missing(ABSENT)
        return documents.answers.one(call, found)

    def change(call: Call) -> Reply:
        scope = lookup.parents.scope(call)
        sent = {**(documents.sent(call) or [{}])[0], **documents.settings(call)}
        found = lookup.find(call, ABSENT, scope)
        if found is not None:
            changed = writer.replace if behaviour.verb == "replace" else writer.amend
            return documents.answers.one(call, changed(call, found, sent, scope))
        if behaviour.verb == "update" and not is_always_there and not behaviour.upsert:
            raise lookup.missing(ABSENT)
        base = made_up(call, scope) if behaviour.verb == "update" and is_always_there else None
        answers = documents.answers if is_always_there else documents.answers_created
        return answers.one(call, writer.make(call, sent, scope, base=base))

    def delete(call: Call) -> Reply:
        found = lookup.find(call, ABSENT, lookup.parents.scope(call))
        if found is None:
            raise lookup.missing(ABSENT)
        writer.remove(call, found)
        return documents.answers.one(call, found)

    return {"get": read, "replace": change, "update": change, "delete": delete}[behaviour.verb or "get"]


def _comes_and_goes(resource: Resource, inference: Inference) -> bool:
    own = [behaviour for behaviour in inference.behaviours.values() if behaviour.resource == resource.name]
    return any(behaviour.verb == "delete" or behaviour.role in ("create", "delete") for behaviour in own)

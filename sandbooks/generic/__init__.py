"""Handlers that a description alone can give: documents that are remembered, and answers by schema.

Knows what was inferred from a description; must not know vendors, HTTP or the console.
"""

from __future__ import annotations

from sandbooks.generic.documents import Documents
from sandbooks.generic.files import with_files
from sandbooks.generic.lists import count_handler, list_handler
from sandbooks.generic.lookup import Parents
from sandbooks.generic.notifying import DESCRIBED_WEBHOOKS, Notifier, Notify, unsent_reason
from sandbooks.generic.parts import part_handler
from sandbooks.generic.references import link_references
from sandbooks.generic.schema import documented_success, schema_handler
from sandbooks.generic.settling import Settler, seeding_order
from sandbooks.generic.singletons import singleton_handler
from sandbooks.generic.tables import identify, table_for
from sandbooks.generic.targets import Answered
from sandbooks.generic.windows import window_handler
from sandbooks.pack import Handler
from sandbooks.resources import Behaviour, Inference, Resource
from sandbooks.spec import Operation

__all__ = [
    "DESCRIBED_WEBHOOKS",
    "Answered",
    "Notifier",
    "Notify",
    "Settler",
    "documented_success",
    "handler_for",
    "identify",
    "link_references",
    "seeding_order",
    "table_for",
    "unsent_reason",
]


def handler_for(operation: Operation, behaviour: Behaviour, resource: Resource | None, inference: Inference) -> Handler:
    """The function that answers an operation as its behaviour says.

    A handler raises nothing but `Problem`s for what a caller does wrong: `NotFound` for a document or parent that is
    not there, `Conflict` for an id that is taken, `Invalid` for a cursor or patch that cannot be followed, and
    `Unimplemented` where the description shows no answer for success.
    """
    return with_files(operation, _handler_of(operation, behaviour, resource, inference), behaviour)


def _handler_of(operation: Operation, behaviour: Behaviour, resource: Resource | None, inference: Inference) -> Handler:
    if behaviour.kind == "schema" or resource is None:
        return schema_handler(operation, Parents(behaviour, inference))
    documents = Documents(operation, behaviour, resource, inference)
    match behaviour.role:
        case "list":
            return list_handler(operation, behaviour, resource, inference, documents.writer)
        case "count":
            return count_handler(operation, behaviour, resource, inference, documents.writer)
        case _ if behaviour.part is not None and behaviour.verb is not None:
            return window_handler(documents, behaviour.part)
        case "part" if behaviour.part is not None:
            return part_handler(documents, behaviour.part)
        case "get":
            return documents.get()
        case "create":
            return documents.create()
        case "copy":
            return documents.copy()
        case "replace":
            return documents.replace()
        case "update":
            return documents.update()
        case "delete":
            return documents.delete()
        case "action":
            return documents.act()
        case "singleton":
            return singleton_handler(documents)
        case _:
            return schema_handler(operation, Parents(behaviour, inference))

"""The two GETs of every entity: its index, and one object by its guid. Nothing here writes."""

from __future__ import annotations

from collections.abc import Callable

from sandbooks import Call, NotFound, Reply

from .entities import Entity
from .lookups import settings
from .values import quoted
from .views import index_item, show

LIST_SHAPE = "listShape"
BARE = "array"


def lister(entity: Entity) -> Callable[[Call], Reply]:
    """The handler of an entity's index."""

    def list_objects(call: Call) -> Reply:
        """Every object by kind, guid and time of change, the oldest first; under `value` unless switched (A6, A7)."""
        documents = call.collection(entity.collection).views()
        hidden = entity.hidden
        items = [index_item(entity, each) for each in documents if hidden is None or not hidden(each)]
        return Reply(200, items if settings(call)[LIST_SHAPE] == BARE else {"value": items})

    return list_objects


def getter(entity: Entity) -> Callable[[Call], Reply]:
    """The handler of an entity's single objects."""

    def get_object(call: Call) -> Reply:
        """One object by its guid, bare, with an explicit null for what has no value.

        Raises:
            NotFound: there is none, or the guid is none.
        """
        guid = next(iter(call.path.values()))
        document = call.collection(entity.collection).find_one(guid.lower())
        if document is None:
            raise NotFound(f"There is no {entity.noun} {quoted(guid)}.")
        return Reply(200, show(call, entity, document))

    return get_object

"""What a description shows to have memory: collections, their ids, parents, envelopes and paging, and why not.

Reads a `Description`; must not know stores or handlers.
"""

from __future__ import annotations

from sandbooks.resources.events import same_event
from sandbooks.resources.model import (
    Action,
    Behaviour,
    Condition,
    Envelope,
    Filter,
    Happening,
    Inference,
    Input,
    Meta,
    Occasion,
    Paging,
    Parent,
    Part,
    Reference,
    Refusal,
    Resource,
    Search,
    Setting,
    SoftDelete,
    Sort,
    Subscription,
    View,
)
from sandbooks.resources.orders import read_order
from sandbooks.resources.reading import NO, read_resources

__all__ = [
    "NO",
    "Action",
    "Behaviour",
    "Condition",
    "Envelope",
    "Filter",
    "Happening",
    "Inference",
    "Input",
    "Meta",
    "Occasion",
    "Paging",
    "Parent",
    "Part",
    "Reference",
    "Refusal",
    "Resource",
    "Search",
    "Setting",
    "SoftDelete",
    "Sort",
    "Subscription",
    "View",
    "read_order",
    "read_resources",
    "same_event",
]

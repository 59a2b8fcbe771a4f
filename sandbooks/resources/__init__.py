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
from sandbooks.spec import Description

__all__ = [
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


def read_resources(description: Description) -> Inference:
    """The collections that a description shows, and what each of its operations does to them, with the reason."""
    # The rules are loaded by those alone who infer something.
    from sandbooks.resources import reading

    return reading.read_resources(description)

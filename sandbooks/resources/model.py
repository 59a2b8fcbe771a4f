"""What a description shows to have memory: collections, and for each operation what it does to one, and why.

Knows no store and no handler: only facts, complete enough that a handler needs nothing else from the description.

Two ways of writing a place are used. A place in a call or an answer is a tuple of keys: `("data", "items")`, `()` is
the whole body. A property of a stored document is dotted: `customer.id`; where an array stands on the way, any of its
elements may match: `lines.itemId`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Place = tuple[str, ...]
Schema = dict[str, Any]  # JSON schema as the description has it: any JSON

Role = Literal[
    "list", "get", "create", "copy", "replace", "update", "delete", "action", "count", "part", "singleton", "none"
]
Verb = Literal["get", "replace", "update", "delete"]
Happening = Literal["created", "updated", "deleted"]
Operator = Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in", "contains", "starts_with", "exists"]
Meaning = Literal[
    "total",  # documents that match, on all pages
    "count",  # documents on this page
    "has_more",
    "has_previous",
    "is_last",
    "is_first",
    "next_cursor",
    "previous_cursor",
    "next_url",
    "previous_url",
    "first_url",
    "last_url",
    "self_url",
    "page",
    "next_page",
    "previous_page",
    "pages",  # how many pages there are
    "page_size",  # asked for or default, not how many there are
    "offset",
    "next_offset",
    "first_item",  # number of the first document of this page, from 1; 0 when there is none
    "last_item",
    "links",  # only of a header: RFC 8288, rel next, prev, first, last
]


@dataclass(frozen=True, slots=True)
class Input:
    """Where a call names a value: `Input(("limit",))`; `Input(("page", "size"))` is a key inside an object."""

    path: Place
    source: Literal["query", "body", "path", "header"] = "query"


@dataclass(frozen=True, slots=True)
class Parent:
    """A path parameter before the last one: which document a child hangs on.

    `property` of the child holds the parent's id. `hidden`: the child's schema does not show it, so the store keeps it
    and answers leave it out. `collection` is where the parent must exist, else 404; empty for a mere scope (a company
    number that no path reads): any value is right, and documents of different values do not meet. `schema` is of the
    parameter.
    """

    parameter: str
    property: str
    collection: str = ""
    hidden: bool = False
    schema: Schema = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Meta:
    """A member of a list answer beside the items, or a header of it (then `path` is its one name).

    Where there is no value (no next page), `absent` says what stands at `gone`, which is `path` or an object around it:
    null, nothing, or an empty text.
    """

    path: Place
    meaning: Meaning
    kind: Literal["integer", "number", "string", "boolean"] = "integer"
    absent: Literal["null", "omit", "empty"] = "omit"
    gone: Place = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """How documents are wrapped in a body.

    kind: `item` one document at `path`; `items` an array of documents at `path` (an answer about one document has one
        element); `map` an object of documents by id at `path`; `empty` no body; `other` a body that holds no document
        of the collection: made from its schema, with the members that the document and it share.
    inner: where the document stands inside one element of the array: `("node",)`.
    several: where an array of them stands instead of the one at `path`: `("payments",)` beside `("payment",)`.
    meta, headers: only of lists.
    """

    kind: Literal["item", "items", "map", "empty", "other"] = "item"
    path: Place = ()
    inner: Place = ()
    several: Place = ()
    meta: tuple[Meta, ...] = ()
    headers: tuple[Meta, ...] = ()


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is cut. Only inputs that the operation has are present.

    kind: `offset` counts documents, `page` counts pages, `cursor` goes on after a mark, `none` answers with all
        (or with the first `size`, where only a limit can be given).
    after, before: the mark. `mark` says what it is: `id` of the last (first) document seen, `token` an opaque text
        of ours, given out as `next_cursor` or in `next_url`.
    first: number of the first page, or of the first document for `offset`: 0 or 1.
    size: documents on a page when the call does not say; most: the largest that may be asked for, None: no bound.
    """

    kind: Literal["none", "offset", "page", "cursor"] = "none"
    limit: Input | None = None
    offset: Input | None = None
    page: Input | None = None
    after: Input | None = None
    before: Input | None = None
    mark: Literal["id", "token"] = "token"
    first: int = 0
    size: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A value of the call that `property` of a document must stand in `operator` to.

    A list as value means any of them. A text for `in` is split at commas. Without an input the path itself means it
    (`/invoices/overdue`): the value is then `value`. `exists` takes true or false. A date compared with an instant
    compares days.
    """

    property: str
    operator: Operator = "eq"
    input: Input | None = None
    value: str | int | float | bool | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """How a call orders a list.

    syntax: `prefix` `-name`; `colon` `name:desc`; `space` `name desc`; `comma` `name,desc` (one order by value);
        `suffix` `name_desc`; `separate` the direction stands in `direction`; `direction` the input is only `asc` or
        `desc`, of `default`. Several orders are separated by commas, except for `comma`.
    down: texts (lower case) of a direction that mean descending.
    names: what a call may say -> property of the document; lower case without `_` and `-`.
    default: the order when the call names none: `-created`, or empty.

    `read_order` reads a value by all this.
    """

    input: Input
    syntax: Literal["prefix", "colon", "space", "comma", "suffix", "separate", "direction"] = "prefix"
    direction: Input | None = None
    down: tuple[str, ...] = ("desc", "descending", "-1", "down", "d")
    names: Mapping[str, str] = field(default_factory=dict)
    default: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """Free text that any of `properties` must contain, without regard to case."""

    input: Input
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A text that is a condition: `status:'open' AND total>5`, `Name=="Ada"`, `total gt 5`.

    names: what it may name -> property of the document; lower case without separators. A free object among them
        (`metadata`) stands for all that it holds.
    """

    input: Input
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter that sets a property, for updates without a body: `POST /pet/{id}?status=sold`."""

    input: Input
    property: str


@dataclass(frozen=True, slots=True)
class Action:
    """What an action does to the document: `property` becomes `value`, or the instant of the call with `moment`."""

    property: str
    value: str | int | float | bool | None = None
    moment: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """Where a call says how documents are shown: `fields` names the properties that it wants, `expand` the references
    in whose place it wants the documents themselves."""

    fields: Input | None = None
    expand: Input | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What stands inside a document and has a path of its own: an array, which is listed (`schema` and `id_property`
    are of one element), or an object, which is read and changed there.
    """

    place: Place
    schema: Schema
    id_property: str = "id"


@dataclass(frozen=True, slots=True)
class SoftDelete:
    """A deleted document stays, with `property` set to `value`: an instant where `moment` is true.

    It is read by id as before and leaves lists, unless the call filters by the property or sets `include`.
    """

    property: str
    value: str | bool | None = True
    moment: bool = False
    include: Input | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """`property` holds the id (or with `many` ids) of documents in `collection`.

    `embedded`: the property before the last dot is the document itself, or some of it (`customer` in `customer.id`).
    """

    property: str
    collection: str
    many: bool = False
    embedded: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """One collection, or one singleton (one document for each combination of parents).

    Args:
        name: the last fixed segment of its path, as written; with its parent's before it where two would clash
            (`invoices.notes`).
        id_property: dotted, though nearly always one name. `id_hidden`: the schema does not show it.
        id_kind: how new ids look. `caller_id`: the id is the caller's choice (a name, a code), made only if absent.
        id_form: words of a schema that the path asks of an id beyond those of its property: a pattern, a length.
        scoped: the id is unique among the documents of the same parents only.
        parents: of its own item (or collection) path.
        schema: of one document, as the reading operation shows it.
        fields: member of a document that holds its own properties, for documents that keep them apart from id and
            type: `attributes`; empty: the document itself. Properties named elsewhere are full: `attributes.name`.
            An update merges inside it.
        given: no operation makes documents: only the seeds can.
        unique: properties that no two documents share; of the same parents, where the collection is `scoped`.
    """

    name: str
    collection_path: str = ""
    item_path: str = ""
    id_property: str = "id"
    id_kind: Literal["integer", "string", "uuid"] = "string"
    id_form: Schema = field(default_factory=dict)
    id_hidden: bool = False
    caller_id: bool = False
    scoped: bool = False
    parents: tuple[Parent, ...] = ()
    schema: Schema = field(default_factory=dict)
    fields: str = ""
    singleton: bool = False
    given: bool = False
    soft_delete: SoftDelete | None = None
    references: tuple[Reference, ...] = ()
    unique: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()  # properties that answers leave out, those of parents on any path included


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What one operation does, and why we think so.

    Args:
        kind: `inferred` it works on `resource`; `schema` it answers from its schema alone.
        reason: a sentence a person reads, for yes and for no.
        verb: only of role `singleton` and of an object inside a document.
        id: where the call names the document; None for lists, plain creates, and a delete of all that `filters` choose.
            For `many` in the body it is the place inside one element. `key`: the property it is compared with, empty:
            the resource's id.
        is_callers: the document is whoever calls: the first of the people, whom no part of the call names.
        parents: of this operation's path, outermost first; for `schema` the document is one of them on which it hangs.
        request, answer: how documents are wrapped.
        success: the status to answer; `success_created`: the one of an upsert that made a document.
        many: the call names several documents (a bulk body, a list of ids).
        upsert: what does not exist is made; a create with a known id changes that document instead of 409.
        takes_id: a create keeps the id that the body names.
        order: of a list where the call names none: `-created` from the newest to the oldest, `-` from the last made
            to the first; empty: as they were made.
        part: what stands inside one document and is listed or, with a `verb`, read or changed by itself.
        settings: parameters that set properties.
        action: None for an action that nothing in the document shows: it is answered as it is.
        unread: query parameters that no rule understood; they change nothing.
    """

    operation: str
    kind: Literal["inferred", "schema"] = "schema"
    role: Role = "none"
    resource: str | None = None
    reason: str = ""
    verb: Verb | None = None
    id: Input | None = None
    key: str = ""
    is_callers: bool = False
    parents: tuple[Parent, ...] = ()
    request: Envelope = Envelope("empty")
    answer: Envelope = Envelope("other")
    success: int = 200
    success_created: int | None = None
    many: bool = False
    upsert: bool = False
    takes_id: bool = False
    paging: Paging = Paging()
    filters: tuple[Filter, ...] = ()
    sort: Sort | None = None
    search: Search | None = None
    conditions: tuple[Condition, ...] = ()
    order: str = ""
    part: Part | None = None
    view: View | None = None
    settings: tuple[Setting, ...] = ()
    action: Action | None = None
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Occasion:
    """When an event is announced, and why we think so.

    Args:
        event: its name: a webhook's key, or one of the names that subscriptions may ask for.
        reason: a sentence a person reads, for yes and for no.
        resource: whose documents it tells of; None for an event that nothing here brings about.
        happenings: what happens to a document.
        property: it is told only when this property changes.
        state: it is told only when the document comes to this.
        described: a webhook of the description says what is sent.
    """

    event: str
    reason: str
    resource: str | None = None
    happenings: frozenset[Happening] = frozenset()
    property: str = ""
    state: Action | None = None
    described: bool = True


@dataclass(frozen=True, slots=True)
class Subscription:
    """A collection whose documents say where events are sent.

    Args:
        resource: the collection; `reason` says why we think so.
        url: the property that holds the address. All properties are dotted.
        events: the one that holds the names of the wanted events, or true under the name of each; empty: all events.
        enabled: flags that must not be false; `disabled`: flags that must not be true.
        status: a text that says whether it is in use.
        secret: what signs for it; empty: nothing is signed.
    """

    resource: str
    reason: str
    url: str
    events: str = ""
    enabled: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
    status: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What looks like a collection and is none: the path of one of its documents, its operations, and the reason."""

    name: str
    path: str
    reason: str
    operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inference:
    """All that was understood of one description: resources by name, behaviours by operation id, and who hears of what.

    `occasions` are in the order of the webhooks, those that only subscriptions name after them. `refusals` are
    the collections that were not.
    """

    resources: Mapping[str, Resource] = field(default_factory=dict)
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    occasions: tuple[Occasion, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    refusals: tuple[Refusal, ...] = ()

"""What estimates, sales orders and purchase orders share: documents of lines and sums that post nothing.

Each has a status that its own module moves on; here they are made, changed, listed and removed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sandbooks import Call, Reply

from . import days, fields, lines, numbers, paging, records
from .collections import KINDS
from .documents import Origin, Party, head_of
from .errors import Json, wrong_state
from .fields import Body
from .records import Document

Handler = Callable[[Call], Reply]

DRAFT, CANCELLED = "DRAFT", "CANCELLED"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One kind of these documents.

    `prefix` begins its numbers, `until` is its other date. `steps` are the statuses that an update may set, each with
    those it is set from; `open` those in which it may be changed at all; one in the status `closed` has become another
    document, stays as it is and is not removed. `links` are members that name such documents, null at first. What one
    came from, its `origin`, is open again when it is removed.
    """

    collection: str
    prefix: str
    party: Party
    until: str
    steps: Mapping[str, Sequence[str]]
    open: Sequence[str]
    closed: str
    links: Sequence[str]
    origin: Origin | None = None

    @property
    def key(self) -> str:
        return KINDS[self.collection].key

    @property
    def id(self) -> str:
        return KINDS[self.collection].identity

    @property
    def number(self) -> str:
        return f"{self.key}_number"

    @property
    def word(self) -> str:
        return KINDS[self.collection].word


def create(call: Call, kind: Proposal, body: Body, *, copy: Sequence[Document] | None = None, **more: Json) -> Document:
    """Store a new DRAFT, or one in the status of `more`, which are members beside those of the body.

    Args:
        copy: lines of another document, to be taken as they are in the place of those of the body.

    Raises:
        Problem: 400 or 404; nothing is stored and no number is used up then.
    """
    head, _ = head_of(call, body, kind.party)
    given = _lines_in(call, kind, body, head) if copy is None else lines.copied(call, copy)
    until = fields.day(body, kind.until)
    day = days.read_day(head["date"])
    document = {
        **head,
        kind.until: None if until is None else days.wire_day(until),
        "line_items": given,
        **lines.totals(given),
        "status": DRAFT,
        **dict.fromkeys(kind.links),
        **more,
        kind.number: numbers.next_number(call, kind.key, day, prefix=kind.prefix),
    }
    return records.create(call, kind.collection, document)


def update(call: Call, kind: Proposal, document: Document, body: Body) -> Document:
    """Change what is sent; lines that are sent take the place of all, and the sums follow.

    Raises:
        Problem: as `create`; a status that does not follow on the one it has, or one that allows no change.
    """
    current = document["status"]
    if current not in kind.open:
        raise wrong_state(current, list(kind.open))
    head, _ = head_of(call, body, kind.party, document)
    given = _lines_in(call, kind, body, head, document)
    changed = {**head, "line_items": given, **lines.totals(given)}
    if kind.until in body:
        until = fields.day(body, kind.until)
        changed[kind.until] = None if until is None else days.wire_day(until)
    status = fields.word(body, "status", tuple(kind.steps)) or current
    if status == current:
        return records.change(call, kind.collection, document, changed)
    if current not in kind.steps[status]:
        raise wrong_state(current, list(kind.steps[status]))
    return move(call, kind, document, status, **changed)


def move(call: Call, kind: Proposal, document: Document, status: str, **more: Json) -> Document:
    """Give a document another status, and what changes with it."""
    return records.change(call, kind.collection, document, {"status": status, **more}, verb="STATUS_CHANGED")


def head_for_copy(document: Mapping[str, Json], party: Party) -> Document:
    """The body that makes another document with the same head."""
    names = (party.id, "date", "place_of_supply", "branch_id", "currency_code", "exchange_rate", "notes", "tags")
    return {name: document[name] for name in (*names, "reference_number")}


def shown(kind: Proposal, document: Mapping[str, Json]) -> Document:
    """A document as it is answered."""
    names = (
        *(kind.id, kind.number, kind.party.id, kind.party.name, "date", kind.until, "reference_number"),
        *("place_of_supply", "currency_code", "exchange_rate", "line_items", "sub_total", "taxes", "tax_total"),
        *("total", "status", "notes", "branch_id", *kind.links, "created_time", "last_modified_time"),
    )
    account = ("account_id",) if kind.party.sells else ()
    return {
        **{name: document[name] for name in names},
        "line_items": [lines.shown(line, *account) for line in document["line_items"]],
    }


def asked(call: Call, kind: Proposal) -> Document:
    """The document in the path."""
    return records.fetch(call, kind.collection, call.path[kind.id], field=kind.id)


def single(kind: Proposal, document: Document, status: int = 200, message: str = records.SUCCESS) -> Reply:
    """One document under its own name."""
    return records.single(kind.key, shown(kind, document), status, message)


def handlers_of(kind: Proposal, one: str, many: str) -> dict[str, Handler]:
    """The handlers that every kind has, for operations that end on these nouns: `Estimate`, `Estimates`."""

    def list_documents(call: Call) -> Reply:
        """Newest first; filters by status, contact and date."""
        names = ("status", kind.party.id)
        return paging.page(
            call,
            kind.collection,
            kind.collection,
            partial(shown, kind),
            filters={name: call.query.get(name) for name in names},
            predicate=paging.in_dates(call),
        )

    def get_document(call: Call) -> Reply:
        """One of them."""
        return single(kind, asked(call, kind))

    def create_document(call: Call) -> Reply:
        """Fill the lines, number the draft; nothing is posted."""
        return single(kind, create(call, kind, call.body), 201)

    def update_document(call: Call) -> Reply:
        """Change what is sent, the status as far as it may be set."""
        return single(kind, update(call, kind, asked(call, kind), call.body))

    def remove_document(call: Call) -> Reply:
        """Take one out that has not become another document; what it came from is open again."""
        document = asked(call, kind)
        if document["status"] == kind.closed:
            raise wrong_state(kind.closed, list(dict.fromkeys((*kind.open, *kind.steps))))
        records.remove(call, kind.collection, document)
        if kind.origin is not None:
            kind.origin.reopen(call, document)
        return records.deleted(f"{kind.word} {document[kind.number]} has been deleted.")

    return {
        f"list{many}": list_documents,
        f"get{one}": get_document,
        f"create{one}": create_document,
        f"update{one}": update_document,
        f"delete{one}": remove_document,
    }


def _lines_in(call: Call, kind: Proposal, body: Body, head: Document, before: Document | None = None) -> list[Document]:
    side: lines.Side = "purchase" if kind.party.sells else "sale"
    return lines.given(call, body, side=side, intra=head["is_intra"], before=before)

"""Customers and vendors: the same but for the invoices that they have. They are switched off, never deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbooks import Call, Reply

from . import chart, ids, invoices
from .dates import stamp
from .errors import invalid, refuse
from .invoices import PAYABLE, RECEIVABLE, Side, of
from .money import out

FIELDS = ("name", "tax_id", "vat_id", "iban", "bic", "address", "default_account", "notes")
ROW = ("id", "name", "vat_id", "iban", "default_account", "is_active")
ADDRESS = ("street", "city", "zip", "country")
UNIQUE: Mapping[str, str] = {"name": "DUPLICATE_NAME", "tax_id": "DUPLICATE_TAX_ID", "vat_id": "DUPLICATE_VAT_ID"}
"""What no two parties of a kind share, switched off or not, and the code of the refusal."""

Document = dict[str, Any]  # any JSON


def list_parties(side: Side, call: Call) -> Reply:
    """Parties by name; a text is looked for in name and VAT id, in any case."""
    query = call.query
    text, is_active = str(query.get("search") or "").strip().casefold(), query.get("is_active")

    def matches(party: Mapping[str, Any]) -> bool:
        is_meant = is_active is None or chart.is_active(party) == (is_active == "true")
        return is_meant and any(text in str(party.get(name) or "").casefold() for name in ("name", "vat_id"))

    table = call.collection(side.parties)
    found = table.views(predicate=matches, offset=query["offset"], limit=query["limit"])
    return Reply(200, [_shown(call, side, party, ROW) for party in found])


def create_party(side: Side, call: Call) -> Reply:
    """A new party.

    Raises:
        Invalid: INVALID_INPUT, a name of spaces; ACCOUNT_NOT_FOUND.
        Conflict: DUPLICATE_NAME, DUPLICATE_TAX_ID, DUPLICATE_VAT_ID, with the id of the other one.
    """
    given = _read({name: call.body.get(name) for name in FIELDS})
    _check(call, side, given)
    now = stamp(call)
    made = {"id": ids.fresh(call), **given, "is_active": True, "created_at": now, "updated_at": now}
    return Reply(201, _view(call, side, call.collection(side.parties).put(made)))


def get_party(side: Side, call: Call) -> Reply:
    """One party."""
    return Reply(200, _view(call, side, _find(call, side)))


def update_party(side: Side, call: Call) -> Reply:
    """Change what is sent; null empties a member.

    Raises:
        NotFound: no such party.
        Invalid, Conflict: NO_CHANGES, or as `create_party`.
    """
    party = _find(call, side)
    given = _read({name: call.body[name] for name in FIELDS if name in call.body})
    changed = {name: value for name, value in given.items() if party.get(name) != value}
    if not changed:
        raise refuse("NO_CHANGES", f"Nothing was sent that changes the {side.party}.")
    _check(call, side, changed, own_id=party["id"])
    table = call.collection(side.parties)
    return Reply(200, _view(call, side, table.change(party["id"], {**changed, "updated_at": stamp(call)})))


def deactivate_party(side: Side, call: Call) -> Reply:
    """Switch a party off; one that is off stays as it is.

    Raises:
        NotFound: no such party.
        Conflict: HAS_OPEN_INVOICES; drafts do not count.
    """
    party = _find(call, side)
    if not chart.is_active(party):
        return Reply(200, _view(call, side, party))
    if invoices.has_open(call, side, party["id"]):
        raise refuse("HAS_OPEN_INVOICES", f"The {side.party} has invoices that are not paid.")
    changed = call.collection(side.parties).change(party["id"], {"is_active": False, "updated_at": stamp(call)})
    return Reply(200, _view(call, side, changed))


def _read(sent: Mapping[str, Any]) -> Document:
    """What was sent as it is kept: an empty text is none, an IBAN has capitals and no spaces."""
    read: Document = {name: (value or None) if isinstance(value, str) else value for name, value in sent.items()}
    if "name" in read and not (read["name"] or "").strip():
        raise invalid("name", "a name is needed")
    for name in ("iban", "bic"):
        if read.get(name):
            read[name] = "".join(read[name].split()).upper() or None
    if read.get("address") is not None:
        read["address"] = {name: read["address"].get(name) for name in ADDRESS}
    return read


def _check(call: Call, side: Side, given: Mapping[str, Any], own_id: str = "") -> None:
    number = given.get("default_account")
    if number is not None and chart.find_account(call, number) is None:
        raise refuse("ACCOUNT_NOT_FOUND", f"There is no account {number}.", account=number)
    for name, code in UNIQUE.items():
        mark = _mark(given.get(name))
        if not mark:
            continue
        for other in call.collection(side.parties).scan():
            if other["id"] != own_id and _mark(other.get(name)) == mark:
                message = f"{other['name']} is a {side.party} with this {name} already."
                raise refuse(code, message, existing_id=other["id"])


def _mark(value: str | None) -> str:
    """What two names or ids share that are the same but for capitals and spaces."""
    return " ".join((value or "").split()).casefold()


def _find(call: Call, side: Side) -> Document:
    found = call.collection(side.parties).find_one(call.path["id"])
    if found is None:
        raise refuse("NOT_FOUND", f"There is no {side.party} {call.path['id']}.")
    return found


def _view(call: Call, side: Side, party: Mapping[str, Any]) -> Document:
    return _shown(call, side, party, ("id", *FIELDS, "is_active", "created_at", "updated_at"))


def _shown(call: Call, side: Side, party: Mapping[str, Any], names: tuple[str, ...]) -> Document:
    owed = out(invoices.owed_with(call, side, party["id"]))
    return {**{name: party.get(name) for name in names}, "is_active": chart.is_active(party), "open_amount": owed}


HANDLERS = {
    "listCustomers": of(RECEIVABLE, list_parties),
    "createCustomer": of(RECEIVABLE, create_party),
    "getCustomer": of(RECEIVABLE, get_party),
    "updateCustomer": of(RECEIVABLE, update_party),
    "deactivateCustomer": of(RECEIVABLE, deactivate_party),
    "listVendors": of(PAYABLE, list_parties),
    "createVendor": of(PAYABLE, create_party),
    "getVendor": of(PAYABLE, get_party),
    "updateVendor": of(PAYABLE, update_party),
    "deactivateVendor": of(PAYABLE, deactivate_party),
}

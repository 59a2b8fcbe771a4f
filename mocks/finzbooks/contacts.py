"""Customers and vendors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sandbooks import Call, Reply

from . import gst, ids, paging, records
from .collections import DEFAULTS
from .errors import Json, invalid, required
from .money import dec, out
from .records import Document, pick

CONTACT = (
    "contact_id",
    "contact_type",
    "contact_name",
    "display_name",
    "legal_name",
    "company_name",
    "gst_no",
    "gst_treatment",
    "pan",
    "place_of_contact",
    "email",
    "phone",
    "website",
    "billing_address",
    "shipping_address",
    "contact_persons",
    "payment_terms",
    "opening_balance",
    "credit_limit",
    "currency_code",
    "status",
    "created_time",
    "last_modified_time",
)
ADDRESS = ("address", "city", "state_code", "zip", "country")
PERSON = ("contact_person_id", "first_name", "last_name", "email", "phone", "is_primary")
ACTIVE, INACTIVE = "ACTIVE", "INACTIVE"

_DEFAULTS = DEFAULTS["contacts"]
_SENT = frozenset(CONTACT) - {"contact_id", "created_time", "last_modified_time"}
_USES: Mapping[str, Sequence[tuple[str, str]]] = {
    "CUSTOMER": (("invoices", "customer_id"), ("estimates", "customer_id"), ("sales_orders", "customer_id")),
    "VENDOR": (
        ("bills", "vendor_id"),
        ("purchase_orders", "vendor_id"),
        ("debit_notes", "vendor_id"),
        ("expenses", "vendor_id"),
    ),
    "BOTH": (("credit_notes", "customer_id"), ("payments", "contact_id"), ("journals", "contact_id")),
}
"""Every kind of document that names a contact, and where, by the type that it asks for."""


def create(call: Call, body: Mapping[str, Json]) -> Document:
    """Store a contact; only the name has to be there. Raises as `filled`."""
    return records.create(call, "contacts", {**filled(call, body), "status": ACTIVE})


def filled(call: Call, body: Mapping[str, Json]) -> Document:
    """The contact that a body makes, with every default, not stored.

    Raises:
        Invalid: a name of nothing but spaces, or two primary persons.
    """
    return _settled({**dict.fromkeys(CONTACT[1:-2]), **_DEFAULTS, **_read(call, body)})


def list_contacts(call: Call) -> Reply:
    """The contacts, the newest first; a type is matched exactly, a text in name, GSTIN and email."""
    return paging.page(
        call,
        "contacts",
        "contacts",
        show,
        filters={name: call.query.get(name) for name in ("contact_type", "status")},
        predicate=paging.searched(call, "contact_name", "display_name", "gst_no", "email"),
    )


def get_contact(call: Call) -> Reply:
    """One contact, with addresses and persons."""
    return records.single("contact", show(_fetch(call)))


def create_contact(call: Call) -> Reply:
    """A new contact, ACTIVE."""
    return records.single("contact", show(create(call, call.body)), 201)


def update_contact(call: Call) -> Reply:
    """Only the members that are sent change; addresses and the list of persons are replaced whole.

    Raises:
        Invalid: a name of nothing but spaces, two primary persons, or a type that the documents of the contact do not
            allow.
    """
    contact = _fetch(call)
    new = _settled({**contact, **_read(call, call.body)})
    _refuse_turning(call, contact, new["contact_type"])
    return records.single("contact", show(records.change(call, "contacts", contact, new)))


def archive_contact(call: Call) -> Reply:
    """INACTIVE from now on; a second time changes nothing."""
    return records.single("contact", show(records.change(call, "contacts", _fetch(call), {"status": INACTIVE})))


def delete_contact(call: Call) -> Reply:
    """Gone for good, while no document names it.

    Raises:
        Invalid: one does.
    """
    contact = _fetch(call)
    id = contact["contact_id"]
    uses = _uses(call, id, *_USES)
    if uses or call.collection("recurring").count(predicate=lambda schedule: _is_in(schedule, id)):
        where = (uses or ["recurring"])[0].replace("_", " ")
        message = f"Contact '{id}' is named by documents ({where}) and cannot be deleted; archive it."
        raise invalid("contact_id", message, received=id)
    records.remove(call, "contacts", contact)
    return records.deleted("The contact has been deleted.")


def show(contact: Mapping[str, Json]) -> Document:
    """A contact as the answers have it."""
    return pick(_settled({**_DEFAULTS, **contact}), CONTACT)


def _fetch(call: Call) -> Document:
    return records.fetch(call, "contacts", call.path["contact_id"], field="contact_id")


def _read(call: Call, body: Mapping[str, Json]) -> Document:
    """The members of a contact that were sent, as they are kept.

    Raises:
        Invalid: a name of nothing but spaces.
    """
    sent = {name: value for name, value in body.items() if name in _SENT}
    if "contact_name" in sent and not sent["contact_name"].strip():
        raise required("contact_name")
    if sent.get("gst_no"):
        sent["gst_no"] = sent["gst_no"].upper()
    for name in ("opening_balance", "credit_limit"):
        if sent.get(name) is not None:
            sent[name] = out(dec(sent[name], name))
    for name in ("billing_address", "shipping_address"):
        if name in sent:
            sent[name] = pick(sent[name] or {}, ADDRESS)
    if "contact_persons" in sent:
        sent["contact_persons"] = _persons(call, sent["contact_persons"])
    return sent


def _persons(call: Call, sent: Sequence[Mapping[str, Json]]) -> list[Document]:
    """The persons of a contact, each with an id.

    Raises:
        Invalid: more than one is primary.
    """
    primary = [index for index, person in enumerate(sent) if person.get("is_primary")]
    if len(primary) > 1:
        field = f"contact_persons[{primary[1]}].is_primary"
        raise invalid(field, "A contact has one primary person at the most.", received=True)
    made = ({**person, "contact_person_id": ids.fresh(call, "cp_")} for person in sent)
    return [{**pick(person, PERSON), "is_primary": bool(person.get("is_primary"))} for person in made]


def _settled(contact: Document) -> Document:
    """A contact with what follows from the rest, where it has none: treatment, name to show, PAN and place."""
    gstin = contact["gst_no"] or ""
    billing = pick(contact["billing_address"], ADDRESS)
    return {
        **contact,
        "gst_treatment": contact["gst_treatment"] or ("REGISTERED" if gstin else "UNREGISTERED"),
        "display_name": contact["display_name"] or contact["contact_name"],
        "pan": contact["pan"] or gstin[2:12] or None,
        "place_of_contact": contact["place_of_contact"] or gst.state_of_gstin(gstin) or billing["state_code"],
        "billing_address": billing,
        "shipping_address": pick(contact["shipping_address"], ADDRESS),
    }


def _refuse_turning(call: Call, contact: Mapping[str, Json], new: str) -> None:
    """A contact with documents of one side stays of that side."""
    lost = next((side for side in ("CUSTOMER", "VENDOR") if new not in (side, "BOTH")), None)
    uses = _uses(call, contact["contact_id"], lost) if lost and contact["contact_type"] != new else []
    if uses:
        where = uses[0].replace("_", " ")
        message = f"Contact '{contact['contact_id']}' has {where} and stays a {lost}; BOTH is possible."
        raise invalid("contact_type", message, received=new)


def _uses(call: Call, id: str, *types: str) -> list[str]:
    """The collections of documents that name a contact, of those that ask for these types."""
    known = [use for each in types for use in _USES[each]]
    return [collection for collection, name in known if call.collection(collection).count(filters={name: id})]


def _is_in(schedule: Mapping[str, Json], id: str) -> bool:
    """Whether the template of a schedule names a contact."""
    template = schedule.get("template_payload") or {}
    return any(template.get(name) == id for name in ("customer_id", "vendor_id", "contact_id"))


HANDLERS = {
    "listContacts": list_contacts,
    "getContact": get_contact,
    "createContact": create_contact,
    "updateContact": update_contact,
    "archiveContact": archive_contact,
    "deleteContact": delete_contact,
}

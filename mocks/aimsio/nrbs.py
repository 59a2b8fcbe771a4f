"""NRBs, the one-off costs of jobs: their rules, their total, and those that stand inside another.

Source: https://api.aimsio.com, Transactions, NRB; of the total, its example (A18).
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from decimal import Decimal, localcontext

from sandbooks import Call

from .drafts import Draft, Refused
from .entities import Document, Entity, Property
from .imports import import_within
from .lookups import CLIENT, DELETED, find, find_company, find_job, find_nrb_type, find_wbs, newly_named
from .values import (
    EXACT,
    Json,
    is_guid,
    one_of,
    quoted,
    read_flag,
    read_key,
    read_moment,
    read_number,
    read_text,
    with_two_places,
)
from .views import show_all

SUB_TOTAL, SUB_TOTAL_AND_TAX = "SUB_TOTAL", "SUB_TOTAL_AND_VENDOR_TAX"
AP_INVOICE = "RECEIPT_AP_INVOICE"
DOCUMENT_TYPES = (AP_INVOICE, "RECEIPT_PACKING_SLIP", "RECEIPT_FIELD_TICKET", "RECEIPT_BOL")
BILLABLE, NOT_BILLABLE = "Billable", "Not Billable"
FILE_TYPES = ("application/pdf", "image/png", "image/jpeg")

FILE_NAME, FILE_TYPE, FILE_CONTENT = "nrbFileName", "nrbFileMimeType", "nrbFileBase64Content"
EXTERNAL, ORIGIN = "nrbExternalId", "nrbOriginReference"
JOB, WBS, VENDOR = "nrbJobOrderNumber", "nrbWBSSharedIdentifier", "nrbVendorCode"
TYPE_UNAME, TYPE_NAME = "nrbTypeUname", "nrbTypeName"
ACCOUNT, IS_BILLABLE = "nrbAccountType", "nrbIsBillable"
RECONCILES, ORDER = "nrbShouldReconcileWithPO", "nrbPONumber"
ORDER_GUID, COST_ITEM = "nrbPurchaseOrderGuid", "nrbPurchaseOrderCostItemOriginReference"
DOCUMENT_TYPE, PARENT, CHILDREN = "nrbDocumentType", "nrbParentGuid", "nrbChildren"
TOTAL = "nrbTotalAfterMarkup"


def total_after_markup(document: Document) -> str:
    """Rate x quantity with the upcharge (percent), plus the vendor's tax; on the tax too where the enum says so (A18).

    Nothing stands for 0, and no enum for SUB_TOTAL. Rounded half up to two decimals once, at the end.
    """
    rate, quantity, tax, upcharge = (
        Decimal(document.get(name) or 0) for name in ("nrbRate", "nrbQuantity", "nrbVendorTax", "nrbUpcharge")
    )
    with localcontext(EXACT):
        factor = 1 + upcharge / 100
        if document.get("nrbMarkupAppliesOn") == SUB_TOTAL_AND_TAX:
            return with_two_places((rate * quantity + tax) * factor)
        return with_two_places(rate * quantity * factor + tax)


def _settle(draft: Draft) -> None:
    if draft.parent is not None:
        _settle_as_child(draft)
    _settle_keys(draft)
    _settle_job(draft)
    _settle_vendor(draft)
    _settle_type(draft)
    _settle_account(draft)
    _settle_order(draft)
    _settle_file(draft)
    _settle_children(draft)
    if draft.is_new:
        _settle_author(draft)
    draft.values[TOTAL] = total_after_markup(draft.values)


def _settle_keys(draft: Draft) -> None:
    if not draft.get(EXTERNAL) and not draft.get(ORIGIN) and (draft.was(EXTERNAL) or draft.was(ORIGIN)):
        draft.refuse(EXTERNAL, f"One of {EXTERNAL} and {ORIGIN} has to stay", ORIGIN)


def _settle_job(draft: Draft) -> None:
    """The job is there; its WBS node is one of that job's. Another job without another node: no node (A22)."""
    number = draft.get(JOB)
    job = find_job(draft.call, number)
    if number is not None and draft.changes(JOB):
        if job is None:
            draft.refuse(JOB, f"Job number {quoted(number)} does not exist")
        elif job.get("jobStatus") == DELETED:
            draft.refuse(JOB, f"Job {quoted(number)} is deleted and takes no new costs")
        job = find_job(draft.call, draft.get(JOB))
    moves = not draft.is_new and draft.changes(JOB)
    if moves and not draft.brings(WBS):
        draft.values[WBS] = None
    identifier = draft.get(WBS)
    if identifier is None or not (moves or draft.changes(WBS)) or find_wbs(job, identifier) is not None:
        return
    if draft.is_new and draft.get(JOB) is None:
        return  # whose node it would be is not known
    draft.refuse(WBS, f"WBS {quoted(identifier)} does not exist under job {quoted(draft.get(JOB))}")
    if moves:
        draft.values[WBS] = None


def _settle_vendor(draft: Draft) -> None:
    company = newly_named(draft, VENDOR, "companies", "companyCode", "Company code")
    if company is not None and company.get("companyTypeName") == CLIENT:
        draft.refuse(VENDOR, f"Company {quoted(draft.get(VENDOR))} is a client; a vendor is of another type")


def _settle_type(draft: Draft) -> None:
    """Either name of the type finds it; two that disagree are refused (A20)."""
    draft.keep_twins(TYPE_UNAME, TYPE_NAME)
    found = []
    for name in (TYPE_UNAME, TYPE_NAME):
        if draft.brings(name):
            kind = find_nrb_type(draft.call, name, draft.sent[name])
            if kind is None:
                draft.refuse(name, f"NRB type {quoted(draft.sent[name])} does not exist", TYPE_UNAME, TYPE_NAME)
                return
            found.append(kind)
    if len(found) == 2 and found[0] != found[1]:
        both = f"{quoted(draft.sent[TYPE_UNAME])} and {quoted(draft.sent[TYPE_NAME])}"
        draft.refuse(TYPE_UNAME, f"{both} are two different NRB types", TYPE_NAME)
    elif found:
        draft.values |= {name: found[0][name] for name in (TYPE_UNAME, TYPE_NAME)}
    elif not draft.is_refused(TYPE_UNAME) and not draft.is_refused(TYPE_NAME):
        _refuse_without(draft, TYPE_UNAME, TYPE_NAME)


def _settle_account(draft: Draft) -> None:
    """The account type and the flag say one thing; where they do not, the account type stands (A21)."""
    draft.keep_twins(ACCOUNT, IS_BILLABLE)
    if draft.brings(ACCOUNT) or draft.is_refused(ACCOUNT):
        is_billable = draft.get(ACCOUNT) == BILLABLE
        if draft.brings(IS_BILLABLE) and draft.get(IS_BILLABLE) != is_billable and draft.get(ACCOUNT) is not None:
            draft.warn(IS_BILLABLE, f"{ACCOUNT} is {draft.get(ACCOUNT)}, so {IS_BILLABLE} is {quoted(is_billable)}")
    elif draft.brings(IS_BILLABLE):
        is_billable = draft.get(IS_BILLABLE)
        draft.values[ACCOUNT] = BILLABLE if is_billable else NOT_BILLABLE
    else:
        if not draft.is_refused(IS_BILLABLE):
            _refuse_without(draft, ACCOUNT, IS_BILLABLE)
        return
    draft.values[IS_BILLABLE] = is_billable


def _refuse_without(draft: Draft, name: str, other: str) -> None:
    """One of two that stand for each other is needed, and cannot be cleared."""
    if draft.is_new:
        draft.refuse(name, f"{name} or {other} is needed for a new {draft.entity.noun}", other)
    elif draft.clears(name) or draft.clears(other):
        cleared = name if draft.clears(name) else other
        draft.refuse(cleared, f"{cleared} cannot be cleared", name, other)


def _settle_order(draft: Draft) -> None:
    """With the reconcile flag an external id and the number of an existing order are there; that order is resolved.

    The cost item of an order goes when the order does (A22).
    """
    if draft.get(RECONCILES) and any(map(draft.changes, (RECONCILES, ORDER, EXTERNAL))):
        order = find(draft.call, "purchaseorders", "poNumber", draft.get(ORDER))
        for name, message in (
            (EXTERNAL, f"{EXTERNAL} is needed with {RECONCILES}" if not draft.get(EXTERNAL) else ""),
            (ORDER, f"{ORDER} is needed with {RECONCILES}" if not draft.get(ORDER) else ""),
            (ORDER, f"PO number {quoted(draft.get(ORDER))} does not exist" if draft.get(ORDER) and not order else ""),
        ):
            if message:
                draft.refuse(name, message, *((RECONCILES,) if draft.changes(RECONCILES) else ()))
    if draft.changes(RECONCILES) or draft.changes(ORDER):
        number = draft.get(ORDER) if draft.get(RECONCILES) else None
        order = find(draft.call, "purchaseorders", "poNumber", number)
        draft.values[ORDER_GUID] = order["purchaseOrderGuid"] if order else None
        if draft.changes(ORDER_GUID):
            draft.values[COST_ITEM] = None


def _settle_file(draft: Draft) -> None:
    """A file is base64 and of a known type; its content is checked and not kept (A24)."""
    content, kind = (None if draft.sent.get(name) == "" else draft.sent.get(name) for name in (FILE_CONTENT, FILE_TYPE))
    if kind not in FILE_TYPES and not content is kind is None:
        said = f"{quoted(kind)} is not" if kind is not None else f"{FILE_TYPE} is needed with a file:"
        draft.refuse(FILE_TYPE, f"{said} one of {', '.join(FILE_TYPES)}", FILE_NAME)
    if content is None:
        return
    try:
        b64decode(content if isinstance(content, str) else "?", validate=True)
    except (binascii.Error, ValueError):
        draft.refuse(FILE_CONTENT, "The content of the file is not base64", FILE_NAME)


def _settle_as_child(draft: Draft) -> None:
    """A child belongs to the record it stands in; job and vendor of a new one are its parent's where it has none."""
    assert draft.parent is not None
    parent = draft.parent.values
    guid = parent["nrbGuid"]
    wrong = ""
    if draft.was("nrbGuid") == guid:
        wrong = "An NRB cannot be its own child"
    elif draft.was(PARENT) not in (None, guid):
        wrong = f"{quoted(draft.identifier)} is a child of another NRB already"
    elif not draft.is_new and children_of(draft.call, draft.values):
        wrong = f"{quoted(draft.identifier)} has children of its own"
    if wrong:
        draft.refuse(None, wrong)
        raise Refused
    draft.values[PARENT] = guid
    for name in (JOB, VENDOR) if draft.is_new else ():
        if draft.get(name) is None and not draft.is_refused(name):
            draft.values[name] = parent[name]


def _settle_children(draft: Draft) -> None:
    """Children stand under an AP invoice alone, which is no child itself (A23)."""
    is_invoice = draft.get(DOCUMENT_TYPE) == AP_INVOICE
    if is_invoice and draft.get(PARENT) is not None:
        draft.refuse(DOCUMENT_TYPE, f"A child cannot be of type {AP_INVOICE}")
    elif not is_invoice and draft.changes(DOCUMENT_TYPE) and not draft.is_new and children_of(draft.call, draft.values):
        draft.refuse(DOCUMENT_TYPE, f"An NRB with children stays of type {AP_INVOICE}")
    sent = draft.sent.get(CHILDREN)
    if sent in (None, []):
        return
    if not isinstance(sent, list):
        draft.refuse(CHILDREN, f"{quoted(sent)} is not a list of NRBs")
    elif draft.get(DOCUMENT_TYPE) != AP_INVOICE or draft.get(PARENT) is not None:
        draft.refuse(CHILDREN, f"Only an NRB of type {AP_INVOICE} has children")


def _import_children(draft: Draft) -> None:
    """Import the children once their parent is there. A bad one is skipped; the parent then has an error."""
    if draft.sent.get(CHILDREN) in (None, []) or draft.is_refused(CHILDREN):
        return
    for number, sent in enumerate(draft.sent[CHILDREN]):
        try:
            import_within(draft, f"{CHILDREN}[{number}]", sent)
        except Refused:
            draft.failed = True


def _settle_author(draft: Draft) -> None:
    name = draft.call.caller.claims.get("user")
    user = find(draft.call, "users", "userName", name)
    draft.values["nrbCreatedByUserName"] = name
    draft.values["nrbCreatedByFullName"] = user.get("userFullName") if user else None


def children_of(call: Call, document: Document) -> list[Document]:
    """The children of an NRB, the oldest first."""
    return list(call.collection("nrbs").views(filters={PARENT: document["nrbGuid"]}))


def show_nrbs_of(call: Call, job: Document) -> list[Json]:
    """Every NRB of a job, children too, as GET one shows it."""
    return show_all(call, NRB, list(call.collection("nrbs").views(filters={JOB: job["jobNumber"]})))


def _vendor_guid(call: Call, document: Document) -> Json:
    return (find_company(call, document.get(VENDOR)) or {}).get("companyGuid")


def _wbs_guid(call: Call, document: Document) -> Json:
    job = find_job(call, document.get(JOB))
    return (find_wbs(job, document.get(WBS)) or {}).get("wbsGuid")


def _parent_external_id(call: Call, document: Document) -> Json:
    guid = document.get(PARENT)
    parent = call.collection("nrbs").find_one(guid) if isinstance(guid, str) and is_guid(guid) else None
    return parent.get(EXTERNAL) if parent else None


def _children(call: Call, document: Document) -> Json:
    return show_all(call, NRB, children_of(call, document))


NRB = Entity(
    noun="NonRecurringBillableItem",
    prefix="nrb",
    collection="nrbs",
    list_name="nrbList",
    keys=(EXTERNAL, ORIGIN),
    taken_key_refuses=True,
    settle=_settle,
    follow=_import_children,
    properties=(
        Property("nrbGuid"),
        Property(EXTERNAL, read_key),
        Property(ORIGIN, read_key),
        Property(JOB, read_text, required=True),
        Property(WBS, read_key),
        Property(ORDER, read_key),
        Property(ORDER_GUID),
        Property(COST_ITEM),
        Property("nrbInvoiceNumber", read_text),
        Property("nrbInvoiceDate", read_moment),
        Property("nrbName", read_text),
        Property(TYPE_UNAME, read_text),
        Property(TYPE_NAME, read_text),
        Property(DOCUMENT_TYPE, one_of(*DOCUMENT_TYPES)),
        Property(ACCOUNT, one_of(BILLABLE, NOT_BILLABLE)),
        Property(IS_BILLABLE, read_flag),
        Property(VENDOR, read_text, required=True),
        Property("nrbRate", read_number, required=True),
        Property("nrbQuantity", read_number, required=True),
        Property("nrbVendorTax", read_number),
        Property("nrbUpcharge", read_number),
        Property("nrbMarkupAppliesOn", one_of(SUB_TOTAL, SUB_TOTAL_AND_TAX)),
        Property("nrbIsExported", read_flag, default=False),
        Property("isInternal", read_flag, default=False),
        Property(RECONCILES, read_flag, default=False),
        Property("nrbBilledInGuid"),
        Property("nrbBilledInName"),
        Property(FILE_NAME, read_text),
        Property("nrbNotes", read_text),
        Property("nrbCreatedAt"),
        Property("nrbCreatedByUserName"),
        Property("nrbCreatedByFullName"),
        Property("nrbUpdatedAt"),
        Property("nrbLineItems", default=[]),
        Property(PARENT),
    ),
    derived={
        "nrbVendorGuid": _vendor_guid,
        "nrbWBSGuid": _wbs_guid,
        TOTAL: lambda call, document: total_after_markup(document),
        "nrbParentExternalId": _parent_external_id,
        CHILDREN: _children,
    },
)

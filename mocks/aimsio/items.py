"""Billable items, and the price books that price them. Source: https://api.aimsio.com, Master Data; and A34, A35."""

from __future__ import annotations

from sandbooks import Call

from .drafts import Draft
from .entities import Derive, Document, Entity, Property, Referrer
from .lookups import DELETED, EQUIPMENT, LABOUR, find, find_item, is_used, settings
from .rates import properties_of, rates_of, settle_rates
from .values import Json, quoted, read_flag, read_key, read_number, read_text, title
from .views import show

TYPES = {
    uname: title(uname)
    for uname in (
        LABOUR, EQUIPMENT, "material", "service", "unit_billing", "per_diem", "accommodation", "mileage", "surcharge",
    )
}  # fmt: skip
"""The display name of each type (A34)."""

UNAMES = {name: uname for uname, name in TYPES.items()}
TYPE_UNAME, TYPE_NAME = "billableItemTypeUname", "billableItemTypeName"
GL_ACCOUNT = "billableItemGLAccountNumber"
ITEMS = "priceBookPriceItems"
ITEM_GUID, ITEM_CODE = "priceItemBillableItemGuid", "priceItemBillableItemCode"

_DEFAULT_RATES = rates_of(
    "billableItemDefaultRate", "billableItemDefaultRateTypeUname", "billableItemDefaultRateType", first_is_needed=True
)
_PRICE_RATES = rates_of("priceItemRate", "priceItemRateTypeUname", "priceItemRateType", first_is_needed=False)


def _settle_item(draft: Draft) -> None:
    _settle_type(draft)
    settle_rates(draft, _DEFAULT_RATES)
    account = draft.get(GL_ACCOUNT)
    if account is not None and draft.changes(GL_ACCOUNT) and settings(draft.call)["glModule"]:
        known = find(draft.call, "glaccounts", "glAccountNumber", account)
        draft.refuse_if(known is None, GL_ACCOUNT, f"GL account {quoted(account)} does not exist")


def _settle_type(draft: Draft) -> None:
    """Either name of the type gives the other and the two flags; flags that say otherwise are overruled (A34)."""
    draft.keep_twins(TYPE_UNAME, TYPE_NAME)
    uname, name = (draft.sent[each] if draft.brings(each) else None for each in (TYPE_UNAME, TYPE_NAME))
    if uname is not None and uname not in TYPES:
        draft.refuse(TYPE_UNAME, f"{quoted(uname)} is not one of {', '.join(TYPES)}", TYPE_NAME)
    elif name is not None and name not in UNAMES:
        draft.refuse(TYPE_NAME, f"{quoted(name)} is not one of {', '.join(UNAMES)}", TYPE_UNAME)
    elif uname is not None and name is not None and TYPES[uname] != name:
        message = f"{quoted(uname)} and {quoted(name)} are two different types"
        draft.refuse(TYPE_UNAME, message, TYPE_NAME)
    elif uname is not None or name is not None:
        uname = UNAMES[str(name)] if uname is None else uname
        draft.values |= {TYPE_UNAME: uname, TYPE_NAME: TYPES[uname]}
        _keep_in_use(draft)
    elif not draft.is_refused(TYPE_UNAME) and not draft.is_refused(TYPE_NAME):
        if draft.is_new:
            message = f"{TYPE_UNAME} or {TYPE_NAME} is needed for a new BillableItem"
            draft.refuse(TYPE_UNAME, message, TYPE_NAME)
        elif draft.clears(TYPE_UNAME) or draft.clears(TYPE_NAME):
            cleared = TYPE_UNAME if draft.clears(TYPE_UNAME) else TYPE_NAME
            draft.refuse(cleared, f"{cleared} cannot be cleared", TYPE_UNAME, TYPE_NAME)
    _settle_flags(draft)


def _settle_flags(draft: Draft) -> None:
    for flag, uname in (("billableItemIsTrade", LABOUR), ("billableItemIsEquipment", EQUIPMENT)):
        derived = draft.get(TYPE_UNAME) == uname
        if draft.brings(flag) and draft.get(flag) != derived and draft.get(TYPE_UNAME) is not None:
            draft.warn(flag, f"{flag} is {quoted(derived)}, as {TYPE_UNAME} is {draft.get(TYPE_UNAME)}")
        draft.values[flag] = derived


def _keep_in_use(draft: Draft) -> None:
    """The trade of an employee stays labour, the item of a piece of equipment stays equipment."""
    before, code = draft.was(TYPE_UNAME), draft.was("billableItemCode")
    if before == draft.get(TYPE_UNAME):
        return
    for uname, collection, name in (
        (LABOUR, "employees", "employeeTradeCode"),
        (EQUIPMENT, "equipment", "equipmentBillableItemCode"),
    ):
        if before == uname and is_used(draft.call, collection, name, code):
            sent = TYPE_UNAME if draft.brings(TYPE_UNAME) else TYPE_NAME
            message = f"{collection.capitalize()} use {quoted(code)}, so it stays of type {uname}"
            draft.refuse(sent, message, TYPE_UNAME, TYPE_NAME)
            return


def _settle_book(draft: Draft) -> None:
    """Merge the price items; they are found by their billable item, and those left out stay (A35)."""
    items = {each[ITEM_CODE]: each for each in draft.was(ITEMS) or ()}
    sent = draft.sent.get(ITEMS)
    if sent is not None and not isinstance(sent, list):
        draft.refuse(ITEMS, f"{quoted(sent)} is not a list of price items")
        return
    for number, each in enumerate(sent or ()):
        item = _named_item(draft.call, each if isinstance(each, dict) else {})
        known = items.get(item["billableItemCode"]) if item else None
        kept = draft.part(_PRICE_ITEM, f"{ITEMS}[{number}]", each, known)
        if kept is not None:
            items[kept[ITEM_CODE]] = kept
    draft.values[ITEMS] = list(items.values())


def _named_item(call: Call, sent: Document) -> Document | None:
    """The billable item that a price item names: by guid where that is given, else by code."""
    guid, code = sent.get(ITEM_GUID), sent.get(ITEM_CODE)
    if isinstance(guid, str) and guid:
        return call.collection("billableitems").find_one(guid.lower())
    return find_item(call, code)


def _settle_price(draft: Draft) -> None:
    guid, code = draft.values.pop(ITEM_GUID, None), draft.get(ITEM_CODE)
    item = _named_item(draft.call, draft.sent)
    name = ITEM_GUID if guid is not None else ITEM_CODE
    if draft.is_refused(ITEM_GUID) or draft.is_refused(ITEM_CODE):
        pass
    elif guid is None and code is None:
        draft.refuse(ITEM_CODE, f"{ITEM_CODE} or {ITEM_GUID} is needed")
    elif item is None:
        draft.refuse(name, f"Billable item {quoted(guid if guid is not None else code)} does not exist", ITEM_CODE)
    elif draft.brings(ITEM_CODE) and code != item["billableItemCode"]:
        draft.refuse(ITEM_GUID, f"{ITEM_GUID} and {ITEM_CODE} are two different billable items", ITEM_CODE)
    else:
        draft.values[ITEM_CODE] = item["billableItemCode"]
    draft.values.pop(ITEM_GUID, None)
    settle_rates(draft, _PRICE_RATES)


def _show_items(call: Call, book: Document) -> Json:
    return [show(call, _PRICE_ITEM, each) for each in book.get(ITEMS) or ()]


def _of_item(name: str) -> Derive:
    def derive(call: Call, price: Document) -> Json:
        return (find_item(call, price.get(ITEM_CODE)) or {}).get(name)

    return derive


def _is_deleted(call: Call, price: Document) -> Json:
    item = find_item(call, price.get(ITEM_CODE))
    return item is None or item.get("billableItemStatus") == DELETED


BILLABLE_ITEM = Entity(
    noun="BillableItem",
    prefix="billableItem",
    collection="billableitems",
    list_name="billableItemList",
    keys=("billableItemCode",),
    settle=_settle_item,
    form="shown",
    referrers={
        "billableItemCode": (
            Referrer("employees", "employeeTradeCode"),
            Referrer("equipment", "equipmentBillableItemCode"),
            Referrer("pricebooks", ITEM_CODE, within=ITEMS),
        ),
    },
    properties=(
        Property("billableItemGuid"),
        Property("billableItemCode", read_key, required=True),
        Property("billableItemName", read_text, required=True),
        Property(TYPE_UNAME, read_text),
        Property(TYPE_NAME, read_text),
        Property("billableItemIsTrade", read_flag),
        Property("billableItemIsEquipment", read_flag),
        Property("billableItemCategory", read_text),
        Property("billableItemDescription", read_text),
        Property("billableItemStatus", read_text),
        *properties_of(_DEFAULT_RATES),
        *(Property(f"billableItemDefaultCost{end}", read_number) for end in ("", "2", "3")),
        Property(GL_ACCOUNT, read_key),
        Property("billableItemCreatedAt"),
        Property("billableItemUpdatedAt"),
    ),
)

_PRICE_ITEM = Entity(
    noun="PriceItem",
    prefix="priceItem",
    settle=_settle_price,
    form="shown",
    properties=(
        Property(ITEM_GUID, read_key),
        Property(ITEM_CODE, read_key),
        *properties_of(_PRICE_RATES),
        *(Property(f"priceItemDefaultCost{end}", read_number) for end in ("", "2", "3")),
    ),
    derived={
        ITEM_GUID: _of_item("billableItemGuid"),
        "priceItemBillableItemName": _of_item("billableItemName"),
        "priceItemBillableItemIsDeleted": _is_deleted,
    },
)

PRICE_BOOK = Entity(
    noun="PriceBook",
    prefix="priceBook",
    collection="pricebooks",
    list_name="priceBookList",
    keys=("priceBookName",),
    settle=_settle_book,
    referrers={"priceBookName": (Referrer("joborders", "jobPriceBookName"),)},
    properties=(
        Property("priceBookGuid"),
        Property("priceBookName", read_key, required=True),
        Property("priceBookStatus", read_text),
        Property("priceBookCreatedAt"),
        Property("priceBookUpdatedAt"),
    ),
    derived={ITEMS: _show_items},
)

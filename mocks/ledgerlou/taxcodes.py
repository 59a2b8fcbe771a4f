"""Tax codes, those of the system and one's own. A code is found in capital and small letters alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbooks import Call, Reply

from . import chart
from .dates import stamp
from .errors import refuse

TAX_CODE = (
    "code",
    "label",
    "description",
    "rate",
    "vat_account",
    "self_assess_account",
    "is_system",
    "is_active",
    "created_at",
)
CHANGEABLE = ("label", "description", "rate", "vat_account", "self_assess_account", "is_active")
_ACCOUNTS = ("vat_account", "self_assess_account")

Document = dict[str, Any]  # any JSON


def list_tax_codes(call: Call) -> Reply:
    """The active ones, or all, by code."""
    wanted = None if call.query.get("include_inactive") == "true" else chart.is_active
    return Reply(200, {"tax_codes": [_view(each) for each in call.collection(chart.TAX_CODES).views(predicate=wanted)]})


def create_tax_code(call: Call) -> Reply:
    """A code of one's own.

    Raises:
        Invalid: ACCOUNT_NOT_FOUND, ACCOUNT_INACTIVE.
        Conflict: DUPLICATE_TAX_CODE, also where the other one is switched off.
    """
    _check_accounts(call, call.body)
    same = chart.find_tax_code(call, call.body["code"])
    if same is not None:
        raise refuse("DUPLICATE_TAX_CODE", f"Tax code {same['code']} is there already.")
    made = {name: call.body.get(name) for name in TAX_CODE}
    kept = {**made, "is_system": False, "is_active": True, "created_at": stamp(call)}
    return Reply(201, _view(call.collection(chart.TAX_CODES).put(kept)))


def update_tax_code(call: Call) -> Reply:
    """What is sent, on codes of the system too. Bookings that were made stay as they are.

    Raises:
        NotFound: TAX_CODE_NOT_FOUND.
        Invalid: NO_CHANGES where nothing differs, ACCOUNT_NOT_FOUND, ACCOUNT_INACTIVE.
    """
    code = _fetch(call)
    new = {name: call.body[name] for name in CHANGEABLE if name in call.body and call.body[name] != code.get(name)}
    if not new:
        raise refuse("NO_CHANGES", f"Nothing was sent that changes {code['code']}.")
    _check_accounts(call, new)
    changed = call.collection(chart.TAX_CODES).change(code["code"], new)
    return Reply(200, {name: changed[name] for name in ("code", "label", "is_active")})


def deactivate_tax_code(call: Call) -> Reply:
    """Switch a code off; it stays where it was used.

    Raises:
        NotFound: TAX_CODE_NOT_FOUND.
        Invalid: SYSTEM_TAX_CODE_DELETE_FORBIDDEN.
    """
    code = _fetch(call)
    if code["is_system"]:
        raise refuse("SYSTEM_TAX_CODE_DELETE_FORBIDDEN", f"{code['code']} belongs to the system.")
    call.collection(chart.TAX_CODES).change(code["code"], {"is_active": False})
    return Reply(200, {"code": code["code"], "is_active": False})


def _fetch(call: Call) -> Document:
    found = chart.find_tax_code(call, call.path["code"])
    if found is None:
        raise refuse("TAX_CODE_NOT_FOUND", f"There is no tax code {call.path['code']}.")
    return {**chart.DEFAULTS[chart.TAX_CODES], **found}


def _check_accounts(call: Call, sent: Mapping[str, Any]) -> None:
    for name in _ACCOUNTS:
        number = sent.get(name)
        if number is None:
            continue
        account = chart.find_account(call, number)
        if account is None:
            raise refuse("ACCOUNT_NOT_FOUND", f"{name}: there is no account {number}.", account=number)
        if not chart.is_active(account):
            raise refuse("ACCOUNT_INACTIVE", f"{name}: account {number} is not active.", account=number)


def _view(code: Mapping[str, Any]) -> Document:
    whole = {**chart.DEFAULTS[chart.TAX_CODES], **code}
    return {name: whole[name] for name in TAX_CODE}


HANDLERS = {
    "listTaxCodes": list_tax_codes,
    "createTaxCode": create_tax_code,
    "updateTaxCode": update_tax_code,
    "deactivateTaxCode": deactivate_tax_code,
}
